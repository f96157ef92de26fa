"""What an account may do in all, and what of it is needed."""
