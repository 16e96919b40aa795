"""What happened and why: checks and measures of a network, on the user's own data."""

from clearprop.explain.gradient_check import Check, gradient_check

__all__ = ["Check", "gradient_check"]
