"""Seeing that the parameters of a neuron or a synapse can be what they are given as."""

import dataclasses
import math
import numbers
import operator
from typing import Any

from clearprop.errors import ClearpropError
from clearprop.i18n import _


def check_parameters(part: Any) -> None:
    """See that every field declared as a float holds one (or None, where that is declared too), and that
    `part.positive` and `part.not_negative` are so. A whole number of NumPy's becomes Python's.

    Raises:
        ClearpropError: one does not; the sentence names it.
    """
    for field in dataclasses.fields(part):
        value = getattr(part, field.name)
        if field.type in (float, "float") or (field.type in (float | None, "float | None") and value is not None):
            object.__setattr__(part, field.name, _checked(part, field.name))
        elif isinstance(value, numbers.Integral):
            object.__setattr__(part, field.name, operator.index(value))


def _checked(part: Any, name: str) -> float:
    given, owner = getattr(part, name), type(part).__name__
    try:
        value = float(given)
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        raise ClearpropError(
            _("{name} of {owner} cannot be {value!r}: give a number.").format(name=name, owner=owner, value=given)
        )
    if name in part.positive and value <= 0:
        raise ClearpropError(
            _("{name} of {owner} cannot be {value:g}: give a number above 0.").format(
                name=name, owner=owner, value=value
            )
        )
    if name in part.not_negative and value < 0:
        raise ClearpropError(
            _("{name} of {owner} cannot be {value:g}: give 0 or more.").format(name=name, owner=owner, value=value)
        )
    return value
