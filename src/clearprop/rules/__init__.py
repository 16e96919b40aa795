"""Learning rules: how the error reaches each layer; `base` says what a rule is, `named` which there are."""

from clearprop.rules.backprop import Backprop
from clearprop.rules.base import Needs, Rule, own_key, travelled, weights, with_weights
from clearprop.rules.direct_feedback_alignment import DirectFeedbackAlignment
from clearprop.rules.feedback_alignment import FeedbackAlignment
from clearprop.rules.forward_forward import ForwardForward
from clearprop.rules.kolen_pollack import KolenPollack
from clearprop.rules.named import RULES, all_names, get, name
from clearprop.rules.predictive_coding import PredictiveCoding
from clearprop.rules.sign_symmetry import SignSymmetry
from clearprop.rules.through_feedback import ThroughFeedback
from clearprop.rules.weight_mirror import WeightMirror

__all__ = [
    "RULES",
    "Backprop",
    "DirectFeedbackAlignment",
    "FeedbackAlignment",
    "ForwardForward",
    "KolenPollack",
    "Needs",
    "PredictiveCoding",
    "Rule",
    "SignSymmetry",
    "ThroughFeedback",
    "WeightMirror",
    "all_names",
    "get",
    "name",
    "own_key",
    "travelled",
    "weights",
    "with_weights",
]
