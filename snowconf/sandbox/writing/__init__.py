"""The one door for writes, and what brings many of them."""
