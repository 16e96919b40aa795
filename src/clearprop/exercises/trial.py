"""What the learner's network and clearprop's are both given: data, and how to learn from them."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class Rows(NamedTuple):
    """Samples as rows.

    Attributes:
        X: (n, inputs) float64, scaled.
        y: (n,) the number of each one's class, from 0.
    """

    X: np.ndarray
    y: np.ndarray


@dataclass(frozen=True)
class Data:
    """What is learnt from.

    Attributes:
        training: to learn from.
        held_out: to judge by; None where there are none.
        classes: how many there are.
    """

    training: Rows
    held_out: Rows | None
    classes: int

    @property
    def parts(self) -> dict[str, Rows]:
        """Both, by name."""
        return {"training": self.training} | ({} if self.held_out is None else {"held_out": self.held_out})


@dataclass(frozen=True)
class Settings:
    """How it is learnt: the units of each hidden layer, η, how many steps, the seed of the first weights, and the
    seconds that the learner's code may take.
    """

    hidden: tuple[int, ...]
    learning_rate: float
    iterations: int
    seed: int = 1
    seconds: float = 600.0
