"""What the two static units share: a weighted sum of inputs, as the lecture draws a "neuron"."""

import dataclasses
from typing import Any

import numpy as np

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.neurons.parameters import check_parameters


@dataclasses.dataclass(frozen=True, eq=False)
class StaticUnit:
    """Weights on inputs; what comes of their sum, a subclass says. It knows no time: the same X, the same answer.

    Args:
        weights: (fan_in,) one for each input.
    """

    positive = ()
    not_negative = ()

    weights: Any

    def __post_init__(self) -> None:
        """See that the weights are a row of numbers, and the other parameters numbers.

        Raises:
            ClearpropError: they are not.
        """
        owner = type(self).__name__
        weights = _numbers(self.weights, _("weights of {owner}").format(owner=owner))
        if weights.ndim != 1 or not len(weights):
            raise ClearpropError(
                _("weights of {owner} have the shape {shape}: give a row of numbers, one for each input.").format(
                    owner=owner, shape=weights.shape
                )
            )
        object.__setattr__(self, "weights", weights)
        check_parameters(self)

    def weighted_sum(self, X: Any) -> np.ndarray:
        """Σᵢ wᵢ xᵢ.   X: (…, fan_in) → (…)

        Raises:
            ClearpropError: X is not numbers, or not one for each weight.
        """
        X, owner = _numbers(X, "X"), type(self).__name__
        if X.shape[-1:] != self.weights.shape:
            raise ClearpropError(
                _("X of shape {shape} does not fit {owner}: its last axis has to be {fan_in} long.").format(
                    shape=X.shape, owner=owner, fan_in=len(self.weights)
                )
            )
        return np.asarray(X @ self.weights)


def _numbers(given: Any, name: str) -> np.ndarray:
    try:
        values = np.asarray(given, float)
    except (TypeError, ValueError):
        values = np.array(np.nan)
    if not np.isfinite(values).all():
        raise ClearpropError(_("{name} cannot be used: give finite numbers, as many in each row.").format(name=name))
    return values
