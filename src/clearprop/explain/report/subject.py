"""What a report is about: a model, data as it takes them, and the row that is followed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from clearprop import layers
from clearprop.errors import DataError
from clearprop.explain.asked import image_shape
from clearprop.explain.boundary import input_names
from clearprop.explain.model import as_fitted, as_network
from clearprop.explain.report.parts import exact
from clearprop.i18n import _
from clearprop.train import Fitted

IMAGES = 2000
"""Images that a page is about, at most: each is large, and its numbers take four times the room of its bytes."""


@dataclass(frozen=True)
class Subject:
    """A model and its data.

    Attributes:
        model: an estimator, or a `Fitted` itself.
        X, y: the data as the caller has them.
        row: the one that is followed, from 0.
        path: the weights by epoch, or None.
        name: what the data are called.
        drawn: where these are some rows of the caller's data, the places they have there, from 0; None: all of them.
    """

    model: Any
    X: Any
    y: Any
    row: int
    path: Any
    name: str
    drawn: Any = None

    def few(self, seed: int) -> "Subject":
        """Of more than `IMAGES` images so many, drawn with the seed, the row that is followed among them."""
        n = len(self.X)
        if n <= IMAGES or not 0 <= self.row < n or image_shape(self.fitted) is None:
            return self
        others = np.random.default_rng(seed).permutation(np.delete(np.arange(n), self.row))
        rows = np.sort([self.row, *others[: IMAGES - 1]])
        X = self.X if hasattr(self.X, "shape") else np.asarray(self.X)
        place = int(np.searchsorted(rows, self.row))
        return replace(self, X=X[rows], y=np.asarray(self.y)[rows], row=place, drawn=rows)

    def number(self, row: int | np.integer) -> int:
        """What a row is called: its number in the caller's data, from 1."""
        return 1 + int(row if self.drawn is None else self.drawn[row])

    @cached_property
    def _given(self) -> tuple[Fitted, Any, Any]:
        return as_fitted(self.model, self.X, self.y)

    @property
    def whole(self) -> Fitted:
        """The trained network, or the ensemble of them."""
        return as_network(self.model)[0]

    @cached_property
    def fitted(self) -> Fitted:
        """The network that is looked into: of an ensemble the first."""
        return self.whole.member(0)

    @cached_property
    def prepared(self) -> tuple[np.ndarray, np.ndarray]:
        """(X, Y) as the network takes them; bytes stay bytes.

        Raises:
            DataError: rows or targets that the model does not take, or no row of this number.
        """
        X, Y = self.fitted.check(*self._given[1:], keep_bytes=True)
        if not 0 <= self.row < len(X):
            raise DataError(
                _("There is no row {row}: the data have rows 1 to {rows}.").format(row=self.row + 1, rows=len(X))
            )
        return X, Y

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes or labels, numbers where they have none; () where numbers are predicted."""
        table = self.whole.table
        known = getattr(self.model, "classes_", ()) if table is None else table.classes
        if len(known) or not self._targets:
            return tuple(map(str, known))
        return tuple(map(str, range(2 if self._targets == "probability" and self._outputs == 1 else self._outputs)))

    @cached_property
    def labels(self) -> bool:
        """Whether the classes are labels that do not exclude each other."""
        if self.whole.table is not None:
            return self.whole.table.labels
        return self._targets == "probability" and self._outputs > 1

    @property
    def _targets(self) -> str:
        """What the loss is over: "class" or "probability"; "" for numbers."""
        kind = getattr(self.fitted.loss, "targets", "number")
        return kind if kind in ("class", "probability") else ""

    @property
    def _outputs(self) -> int:
        return int(np.prod(self.fitted.network.shapes(self.fitted.input_shape)[-1]))

    @cached_property
    def target(self) -> str:
        """What is predicted."""
        table = self.whole.table
        return (table.target if table is not None else "") or "y"

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The names of what goes into the first dense layer, where they are known."""
        names, preparation = input_names(self.fitted), getattr(self.whole.table, "preparation", None)
        first = next((layer for layer in self.fitted.network.layers if isinstance(layer, layers.Columns)), None)
        if first is None or preparation is None:
            return names
        plain = preparation.numbers + preparation.indicators
        embedded = zip(names[plain:], first.parts[1 if plain else 0 :], strict=False)
        return (*names[:plain], *(f"{name} {place + 1}" for name, part in embedded for place in range(_width(part[1]))))

    def own(self, predicted: np.ndarray, answer: Any) -> tuple[np.ndarray, np.ndarray] | None:
        """(the prediction, the answer) of the row in the caller's units, where the network sees others; else None."""
        table = self.whole.table
        if table is None or self.classes or not (any(table.target_mean) or set(table.target_scale) - {1.0}):
            return None
        shown, right = (
            np.ravel(scaled).astype(float) * table.target_scale + table.target_mean for scaled in (predicted, answer)
        )
        return shown, right if isinstance(self.model, Fitted) else np.ravel(np.asarray(self.y)[self.row])

    def cells(self) -> Sequence[tuple[str, Any]]:
        """(name, value) of what the row holds, as the data have it."""
        if hasattr(self.X, "columns"):
            columns = ((str(name), self.X[name]) for name in self.X.columns)
            return [(name, _cell(getattr(column, "iloc", column)[self.row])) for name, column in columns]
        if self.whole.table is not None and len(self.whole.table.columns) == np.asarray(self.X).shape[-1]:
            return list(zip(self.whole.table.columns, map(_cell, np.asarray(self.X)[self.row].tolist()), strict=True))
        return []


def _cell(value: Any) -> Any:
    """Text as it is, a number as the language writes it; a dash where the table has a gap."""
    if value is None or (not isinstance(value, str) and str(value) in ("nan", "<NA>", "NaT")):
        return "–"
    return exact(value, ".6g") if isinstance(value, float) else str(value)


def _width(layer: Any) -> int:
    return getattr(layer, "features", None) or getattr(layer, "units", 1)
