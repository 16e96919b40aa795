"""The logistic unit: what a network is made of, and what the lecture calls a neuron."""

import dataclasses
from typing import Any

import numpy as np

from clearprop.neurons.static_unit import StaticUnit


@dataclasses.dataclass(frozen=True, eq=False)
class LogisticUnit(StaticUnit):
    """A soft threshold: logistic regression as a unit.

        z = Σᵢ wᵢ xᵢ + b,   a = σ(z) = 1 / (1 + e⁻ᶻ),   da/dz = a (1 − a)

    z is the log-odds: a / (1 − a) = eᶻ. With weights k w and bias −k θ it becomes, as k grows, a McCulloch–Pitts unit
    of threshold θ, but for a sum of exactly θ, where it stays at one half.

    Alike with a neuron: inputs add up with signs and strengths, and more input gives more output, up to a most; a can
    be read as a rate, or as the chance of a spike. Different: there is no time in it, no spike, no reset, no place
    where an input arrives; and it has a derivative everywhere, which is what it was chosen for.

    Args:
        weights: w (fan_in,).
        bias: b, minus the sum at which a is one half.

    Raises:
        ClearpropError: weights or a bias that are no numbers.

    Source: Cox (1958), Journal of the Royal Statistical Society B 20, 215, for the model.

    >>> unit = LogisticUnit([2.0, -1.0], bias=-1.0)
    >>> unit([[0.5, 0.0], [1.0, 0.0]])
    array([0.5       , 0.73105858])
    """

    bias: float = 0.0

    def z(self, X: Any) -> np.ndarray:
        """The log-odds.   X: (…, fan_in) → (…)"""
        return np.asarray(self.weighted_sum(X) + self.bias)

    def __call__(self, X: Any) -> np.ndarray:
        """a, in (0, 1).   X: (…, fan_in) → (…)"""
        # As ½ (1 + tanh(z/2)): the same function, and no z overflows.
        return np.asarray(0.5 * (1 + np.tanh(0.5 * self.z(X))))

    def derivative(self, X: Any) -> np.ndarray:
        """da/dz = a (1 − a).   X: (…, fan_in) → (…)"""
        a = self(X)
        return np.asarray(a * (1 - a))
