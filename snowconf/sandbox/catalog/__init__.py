"""The service catalog: what is offered, carts, and orders. `catalog_api` answers requests with these.

As the vendor documents it (docs/platform.md "Service catalog"). Record producers, order guides, wish lists, choices of
variables, delivery plans and what fulfils an order are not here.
"""
