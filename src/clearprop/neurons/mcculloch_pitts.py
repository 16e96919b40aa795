"""The McCulloch–Pitts unit: a neuron as a proposition that is true or false."""

import dataclasses
from typing import Any

import numpy as np

from clearprop.neurons.static_unit import StaticUnit


@dataclasses.dataclass(frozen=True, eq=False)
class McCullochPitts(StaticUnit):
    """All or nothing: 1 where the weighted sum of the inputs reaches a threshold.

        y = 1 if Σᵢ wᵢ xᵢ ≥ θ else 0

    Alike with a neuron: inputs excite or inhibit, they add up, there is a threshold, and what leaves is all or none.
    Different: it has no time. A neuron's input leaks away within milliseconds, and after a spike it rests; this unit
    answers each X as if nothing had been before. And a neuron that is driven harder fires faster; this one says 1
    again.

    Args:
        weights: w (fan_in,), positive for what excites, negative for what inhibits.
        threshold: θ.

    Raises:
        ClearpropError: weights or a threshold that are no numbers.

    Source: McCulloch and Pitts (1943), Bulletin of Mathematical Biophysics 5, 115. Theirs has equal weights on all that
        excites, and one inhibiting input silences it; weights of any size came with Rosenblatt (1958).

    >>> both = McCullochPitts([1, 1], threshold=2)
    >>> both([[0, 0], [0, 1], [1, 0], [1, 1]])
    array([0, 0, 0, 1])
    """

    threshold: float

    def __call__(self, X: Any) -> np.ndarray:
        """y.   X: (…, fan_in) → (…), of 0 and 1."""
        return np.asarray(self.weighted_sum(X) >= self.threshold, int)
