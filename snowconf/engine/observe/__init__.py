"""What to ask an instance, asking it, and telling whose row is whose."""
