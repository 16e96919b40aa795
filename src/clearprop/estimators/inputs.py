"""What stands between X as the caller has it and the network's first layer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import polars

from clearprop.data.cells import CellError
from clearprop.data.preparation import Preparation
from clearprop.estimators.reading import Rows
from clearprop.train.rows import is_stored

NUMBERS_AT_ONCE = 2**22
"""Rows are prepared in blocks of about so many numbers, so that float64 copies of a large X stay small."""


class Part(NamedTuple):
    """Rows to learn from or to judge by.

    Attributes:
        X: as the caller has them.
        Y: their targets as the loss takes them.
        weights: (n,) how much each counts, or None.
        rows: (n,) which rows of the caller's table they are.
    """

    X: Rows
    Y: Any
    weights: Any
    rows: np.ndarray

    @classmethod
    def whole(cls, X: Rows, Y: Any, weights: Any) -> "Part":
        """All rows of a table."""
        return cls(X, Y, weights, np.arange(len(X)))

    def take(self, which: np.ndarray) -> "Part":
        """These of the rows."""
        weights = None if self.weights is None else self.weights[which]
        return Part(self.X[which], self.Y[which], weights, self.rows[which])


@contextmanager
def of_table(rows: np.ndarray) -> Iterator[None]:
    """A cell that cannot be used is told by its row in the caller's table, of which these rows were taken."""
    try:
        yield
    except CellError as error:
        raise error.in_row(int(rows[error.row])) from None


@dataclass(frozen=True)
class Inputs:
    """How rows become what the network takes.

    Attributes:
        preparation: how the columns of a table become numbers; None for images (n, …), whose pixels the network itself
            scales, all with one mean and spread.
    """

    preparation: Preparation | None

    @classmethod
    def learn(cls, part: Part, names: Any, kinds: Any, linear: bool) -> "Inputs":
        """From the rows to learn from.

        `linear`: by mean and spread, so that a network without hidden layers is linear in the caller's own numbers.
        """
        if len(part.X.shape) > 2:
            return cls(None)
        scaling = "standard" if linear else "robust"
        with of_table(part.rows):
            return cls(Preparation.learn(part.X, weights=part.weights, kinds=kinds, scaling=scaling, names=names))

    @cached_property
    def _rows_at_once(self) -> int:
        """Looked up once: counting the columns takes longer than preparing a row."""
        width = 1 if self.preparation is None else max(1, self.preparation.width)
        return max(1, NUMBERS_AT_ONCE // width)

    def apply(self, X: Rows, dtype: str, rows: np.ndarray | None = None) -> Any:
        """(n, width) finite numbers, computed in float64 and cast; images as they are."""
        if self.preparation is None:
            return X if is_stored(X) else np.asarray(X)
        if isinstance(X, polars.DataFrame) and X.columns != list(self.preparation.names):
            X = X.rename(self._names_of(X))
        size = self._rows_at_once
        if rows is None and len(X) <= size:
            return self.preparation.apply(X).astype(dtype)
        rows = np.arange(len(X)) if rows is None else rows
        blocks = []
        for start in range(0, len(X), size):
            with of_table(rows[start:]):
                blocks.append(self.preparation.apply(X[start : start + size]).astype(dtype))
        return np.concatenate(blocks)

    @property
    def is_linear(self) -> bool:
        """Whether each prepared number is a multiple of the caller's, plus a constant."""
        return self.preparation is not None and self.preparation.is_linear

    def _names_of(self, X: polars.DataFrame) -> dict[str, str]:
        """The names from `fit`, by place: scikit-learn's contract, which has seen to it that the order is the same."""
        assert self.preparation is not None
        return dict(zip(X.columns, self.preparation.names, strict=True))
