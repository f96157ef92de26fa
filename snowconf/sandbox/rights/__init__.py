"""What a caller may do: access controls, and the order in which they are asked."""
