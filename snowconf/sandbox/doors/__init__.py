"""The sandbox over HTTP. In process it needs none of this."""
