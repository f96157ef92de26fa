"""Exchanging secrets, in place or by a second client."""
