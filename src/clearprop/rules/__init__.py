"""Learning rules: how the error reaches each layer; `base` says what a rule is."""

from clearprop.registry import Registry
from clearprop.rules.backprop import Backprop
from clearprop.rules.base import Rule, weights, with_weights
from clearprop.rules.feedback_alignment import FeedbackAlignment

RULES = Registry("rule", Rule, [Backprop, FeedbackAlignment])
get = RULES.get

__all__ = ["RULES", "Backprop", "FeedbackAlignment", "Rule", "get", "weights", "with_weights"]
