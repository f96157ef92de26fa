"""Encoded queries: parsed to values, compiled to SQL, or asked of a row in hand."""
