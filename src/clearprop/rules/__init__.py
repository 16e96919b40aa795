"""Learning rules: how the error reaches each layer; `base` says what a rule is."""

from clearprop.registry import Registry
from clearprop.rules.backprop import Backprop
from clearprop.rules.base import Needs, Rule, join, split, travelled, weights, with_weights
from clearprop.rules.direct_feedback_alignment import DirectFeedbackAlignment
from clearprop.rules.feedback_alignment import FeedbackAlignment
from clearprop.rules.forward_forward import ForwardForward
from clearprop.rules.kolen_pollack import KolenPollack
from clearprop.rules.predictive_coding import PredictiveCoding
from clearprop.rules.sign_symmetry import SignSymmetry
from clearprop.rules.through_feedback import ThroughFeedback
from clearprop.rules.weight_mirror import WeightMirror

RULES = Registry(
    "rule",
    Rule,
    [
        Backprop,
        FeedbackAlignment,
        DirectFeedbackAlignment,
        SignSymmetry,
        KolenPollack,
        WeightMirror,
        PredictiveCoding,
        ForwardForward,
    ],
)
get = RULES.get

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
    "get",
    "join",
    "split",
    "travelled",
    "weights",
    "with_weights",
]
