"""The REST APIs, each a function from a call to an answer."""
