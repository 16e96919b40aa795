"""Rules by name, with settings: "sign_symmetry:magnitudes=batch_random"."""

import dataclasses
import json
from typing import Any

from clearprop.registry import Registry, name_of, read_settings, with_settings
from clearprop.rules.backprop import Backprop
from clearprop.rules.base import Rule
from clearprop.rules.direct_feedback_alignment import DirectFeedbackAlignment
from clearprop.rules.feedback_alignment import FeedbackAlignment
from clearprop.rules.forward_forward import ForwardForward
from clearprop.rules.kolen_pollack import KolenPollack
from clearprop.rules.predictive_coding import PredictiveCoding
from clearprop.rules.sign_symmetry import SignSymmetry
from clearprop.rules.weight_mirror import WeightMirror

VARIANTS: list[Rule] = [
    Backprop(),
    FeedbackAlignment(),
    DirectFeedbackAlignment(),
    SignSymmetry(),
    SignSymmetry("batch_random"),
    SignSymmetry("fixed_random"),
    KolenPollack(),
    WeightMirror(),
    PredictiveCoding(),
    PredictiveCoding(fixed_predictions=True),
    ForwardForward(),
]
"""Every rule, and each form of it that has a name of its own in the literature."""

RULES = Registry("rule", Rule, list(dict.fromkeys(type(rule) for rule in VARIANTS)))


def get(rule: str | Rule) -> Rule:
    """The rule of this name, with the settings that follow it, each after a colon; a rule is taken as it is.

    >>> get("weight_mirror:rate=0.05")
    WeightMirror(rate=0.05, decay=None)

    Raises:
        ClearpropError: an unknown name or setting, or a value that a setting cannot have.
    """
    if not isinstance(rule, str):
        return rule
    return with_settings(RULES, *read_settings(rule))


def name(rule: str | Rule) -> str:
    """A rule's name, with those of its settings that are not its own defaults: the way back from `get`.

    >>> name(PredictiveCoding(fixed_predictions=True)), name("sign_symmetry:magnitudes=uniform")
    ('predictive_coding:fixed_predictions=true', 'sign_symmetry')
    """
    rule = get(rule)
    plain, fields = name_of(type(rule)), dataclasses.fields(rule) if dataclasses.is_dataclass(rule) else ()
    given = {f.name: getattr(rule, f.name) for f in fields}
    for field in fields:  # a setting that the others imply is not told
        others = {key: value for key, value in given.items() if key != field.name}
        if _same(rule, type(rule), others):
            given = others
    texts = [value if isinstance(value, str) else json.dumps(value) for value in given.values()]
    return ":".join([plain, *(f"{key}={text}" for key, text in zip(given, texts, strict=True))])


def all_names() -> list[str]:
    """Every rule's name, and each variant's.

    >>> all_names()[:4]
    ['backprop', 'feedback_alignment', 'direct_feedback_alignment', 'sign_symmetry']
    """
    return [name(rule) for rule in VARIANTS]


def _same(rule: Rule, cls: type, settings: dict[str, Any]) -> bool:
    try:
        return cls(**settings) == rule
    except TypeError:  # a setting without a default
        return False
