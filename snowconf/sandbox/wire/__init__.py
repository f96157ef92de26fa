"""Requests and answers as values and as bytes, and the faults that may hit them. Nothing here knows what a record is."""
