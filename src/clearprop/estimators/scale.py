"""Columns brought to mean 0 and spread 1, in float64 and on the host."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.errors import DataError
from clearprop.i18n import _


@dataclass(frozen=True)
class Scale:
    """x → (x − mean) / scale and back, column by column.  X: (n, columns); mean, scale: (columns,).

    All in float64, before the numbers are cast to the network's float type: a column with a large mean and a small
    spread (a year, a time stamp, a pressure in pascals) keeps its digits, where float32 would round them away.

    >>> Scale.of(np.array([[1e9], [1e9 + 2]])).apply(np.array([[1e9 + 1], [1e9 + 3]]))
    array([[0.],
           [2.]])
    """

    mean: np.ndarray
    scale: np.ndarray

    @classmethod
    def of(cls, X: Any, weights: Any = None) -> "Scale":
        """mean = Σ w x,  scale = √ Σ w (x − mean)², Σ w = 1; 1 for a column that never changes.

        Raises:
            DataError: numbers whose spread is beyond what float64 can hold.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            mean = np.average(X.astype(np.float64), axis=0, weights=weights)
            scale = np.sqrt(np.average((X - mean) ** 2, axis=0, weights=weights))
        if not np.isfinite(scale).all():
            raise DataError(
                _("Column {column} has numbers too large to compute with: scale them down.").format(
                    column=int(np.argmin(np.isfinite(scale)))
                )
            )
        return cls(mean, np.where(scale > 1e-12 * np.maximum(1, np.abs(mean)), scale, 1.0))

    @classmethod
    def none(cls, columns: int) -> "Scale":
        """The one that changes nothing."""
        return cls(np.zeros(columns), np.ones(columns))

    def apply(self, X: Any) -> np.ndarray:
        """(x − mean) / scale"""
        return (X - self.mean) / self.scale

    def undo(self, Z: Any) -> np.ndarray:
        """z · scale + mean"""
        return Z * self.scale + self.mean
