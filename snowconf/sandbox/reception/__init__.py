"""What happens to every request before and after an API sees it."""
