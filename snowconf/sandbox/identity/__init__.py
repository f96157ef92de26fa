"""Whose a request is: credentials, tokens, sessions, scopes, policies."""
