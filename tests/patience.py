"""How long a test waits."""

PATIENCE = 180.0
"""Seconds, for what comes within one or two: a machine that has much else to do needs longer, and is at no fault."""
