"""The engine: the host and its jobs, the loop, and what they look at and keep."""
