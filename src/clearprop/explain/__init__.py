"""What happened and why: checks and measures of a network, on the user's own data."""

from clearprop.explain.closeness import Closeness, closeness
from clearprop.explain.columns import Importance, column_importance
from clearprop.explain.gradient_check import Check, gradient_check

__all__ = ["Check", "Closeness", "Importance", "closeness", "column_importance", "gradient_check"]
