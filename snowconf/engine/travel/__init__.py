"""Update sets: what they capture, and plans that travel in one."""
