"""Acting as declared users: what they are promised is tried, and what they are denied."""
