"""Carrying a plan out, judging every answer, and going back."""
