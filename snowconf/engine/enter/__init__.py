"""How a declared identity gets in, and why it is not let in."""
