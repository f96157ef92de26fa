"""Model in, text out: pure functions, one module per form.

Reads the nouns of `model` and nothing else: no files, no terminal, no knowledge of kinds. What came from an instance
is never trusted here: a `styled.Span` cannot hold a character that a terminal would act on.
"""
