"""A column of categories."""

from functools import cached_property
from typing import Annotated, Literal

import numpy as np
import polars
from pydantic import Field, model_validator

from clearprop.data.cells import is_text, number_error, read_numbers, read_truth, text_of
from clearprop.data.kinds import ONE_HOT, Reason, typed
from clearprop.data.preparation.column import Column, Names, Parts, parts

MAX_LABELS = 10_000
"""The most frequent labels are kept, up to so many."""

SEEN = 2
"""Labels seen less often than this in training share the code 0 with those never seen, so that it is learnt too."""

EXACT = 2**53
"""Whole numbers are exact in float64 up to here."""

Label = bool | Annotated[int, Field(ge=-EXACT, le=EXACT)] | float | str


class CategoryColumn(Column):
    """Few labels have an indicator each, 1 where the cell is that label; more become one code.

    A label never seen in training has all indicators 0, and the code 0.

    Attributes:
        labels: the most frequent first; all truth values, all numbers or all text.
        missing: whether a training row had no value: then that is a label too, the last.
        embedded: whether the column becomes a code: 0 for another label, 1 … for `labels`, then one if it is missing.
    """

    kind: Literal["category"] = "category"
    labels: tuple[Label, ...] = Field(max_length=MAX_LABELS)
    missing: bool
    embedded: bool

    @model_validator(mode="after")
    def _agrees(self) -> "CategoryColumn":
        kinds = {float if type(label) is int else type(label) for label in self.labels}
        if len(kinds) != 1 or len(set(self.labels)) != len(self.labels):
            raise ValueError("there are labels, each once, and all of them truth values, numbers or text")
        if not self.embedded and len(self.labels) > ONE_HOT:
            raise ValueError(f"up to {ONE_HOT} labels have an indicator each")
        return self

    @property
    def results(self) -> Names:
        """The code, or the indicators."""
        if self.embedded:
            return Names(codes=(self.name,))
        missing = (f"{self.name} missing",) if self.missing else ()
        return Names(indicators=(*(f"{self.name}={label}" for label in self.labels), *missing))

    @property
    def codes(self) -> int | None:
        """1 + labels, and one more if a value was missing."""
        return 1 + len(self.labels) + self.missing if self.embedded else None

    def prepare(self, cells: polars.Series) -> Parts:
        """The code, or the indicators."""
        codes = self._encode(cells)
        if self.embedded:
            return parts(len(cells), [], [], [codes])
        one_hot = codes[:, None] == np.arange(1, 1 + len(self.labels) + self.missing)
        return parts(len(cells), [], [one_hot], [])

    @cached_property
    def _codes(self) -> dict[Label, int]:
        return {label: code for code, label in enumerate(self.labels, 1)}

    def _encode(self, cells: polars.Series) -> np.ndarray:
        """0 for another label, 1 … for labels, then one if it is missing.  (n,)"""
        cells = text_of(cells) if is_text(cells) else cells.fill_nan(None) if cells.dtype.is_float() else cells
        values = _as_labels(cells, self.labels[0])
        codes = np.array([self._codes.get(value, 0) for value in values.to_list()], np.float64)
        if cells.null_count():
            codes[cells.is_null().to_numpy()] = (1 + len(self.labels)) * self.missing
        return codes

    @classmethod
    def learn(cls, cells: polars.Series, reason: Reason, weights: np.ndarray | None) -> "CategoryColumn":
        """The labels, the most frequent first; of equally frequent ones, the smaller.

        Seen is Σ w of a label's rows. Where no label is seen SEEN times, all are kept.

        Raises:
            CellError: a label that is an infinite number.
        """
        values = _learnable(cells)
        if values.dtype.is_float() and values.is_infinite().any():
            row = values.is_infinite().arg_true()[0]
            raise number_error(cells.name, row, values[row])
        seen = _seen(values, weights)
        embedded = len(seen) > ONE_HOT
        often = [label for label, count in seen if count >= SEEN] if embedded else []
        labels = (often or [label for label, _count in seen])[:MAX_LABELS]
        return cls(name=cells.name, reason=reason, labels=tuple(labels), missing=values.has_nulls(), embedded=embedded)


def _learnable(cells: polars.Series) -> polars.Series:
    """Truth values, numbers or text, null where they are missing; 007 is text, and so are dates."""
    values = typed(cells)
    if values.dtype == polars.Datetime or (is_text(cells) and text_of(cells).str.contains(r"^0\d").any()):
        return text_of(cells)
    return values


def _seen(values: polars.Series, weights: np.ndarray | None) -> list[tuple[Label, float]]:
    """(label, Σ w), the most frequent first."""
    w = np.ones(len(values)) if weights is None else weights
    frame = polars.DataFrame({"label": values, "w": w}).drop_nulls()
    counts = frame.group_by("label").agg(polars.col("w").sum().round(9)).sort("w", "label", descending=[True, False])
    return [(_tidy(label), count) for label, count in counts.iter_rows()]


def _tidy(label: Label) -> Label:
    """2.0 as 2."""
    whole = isinstance(label, float) and label.is_integer() and abs(label) <= EXACT
    return int(label) if whole else label


def _as_labels(cells: polars.Series, label: Label) -> polars.Series:
    """Cells as labels like this one; null where they are missing or cannot be one. Text is without space around it."""
    if isinstance(label, bool):
        return read_truth(
            (cells if is_text(cells) or cells.dtype == polars.Boolean else read_numbers(cells)).cast(polars.String)
        )
    if not isinstance(label, str):
        return cells.cast(polars.Float64, strict=False) if is_text(cells) else read_numbers(cells)
    if cells.dtype.is_float():
        return polars.Series(
            [None if value is None else str(_tidy(value)) for value in cells.to_list()], dtype=polars.String
        )
    return cells.cast(polars.String)
