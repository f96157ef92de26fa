"""An instance of our own: one engine over data that enforces what ServiceNow enforces and misleads as it misleads.

A function from request to answer over a store, with two doors: HTTP and in process. Shares the dictionary's facts with
the client and no behaviour; knows nothing of stacks, kinds or plans.
"""
