"""The preparation of a table: from columns of any kind to one array of finite numbers."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import polars
from pydantic import BaseModel, ConfigDict, Field, model_validator

from clearprop.data.cells import refuse_odd
from clearprop.data.dataset import LARGEST
from clearprop.data.frame import as_frame
from clearprop.data.kinds import ColumnKind
from clearprop.data.names import see_needed
from clearprop.data.preparation.any_column import AnyColumn
from clearprop.data.preparation.column import side_by_side
from clearprop.data.preparation.layout import Layout
from clearprop.data.preparation.learn import learn_columns
from clearprop.data.preparation.scaling import Scaling, out_of_reach, refuse_out_of_reach, smooth_clip
from clearprop.errors import DataError
from clearprop.i18n import _, ngettext

MAX_COLUMNS = 2**17


class Preparation(BaseModel):
    """What was learnt of each column from the training rows, as plain data that a model file can hold.

    The columns of the result stand in this order: numbers, scaled; indicators; codes. A number z = (x − center) · scale
    becomes z / √(1 + (z/3)²) where the scaling is robust, and stays where it is standard; where it is missing it is 0.

    Attributes:
        scaling: how numbers are scaled (see `scaling.py`).
        columns: those of the table, in order.

    >>> preparation = Preparation.learn({"age": ["31", "?", "40", "35"], "city": ["Kyiv", "Lyon", "Lyon", "Oslo"]})
    >>> preparation.features
    ('age', 'age missing', 'city=Lyon', 'city=Kyiv', 'city=Oslo')
    >>> preparation.apply({"age": [35, None], "city": ["Oslo", "Rome"]})
    array([[0., 0., 0., 0., 1.],
           [0., 1., 0., 0., 0.]])
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)

    scaling: Scaling
    columns: tuple[AnyColumn, ...] = Field(max_length=MAX_COLUMNS)

    @model_validator(mode="after")
    def _agrees(self) -> "Preparation":
        if len(set(self.names)) != len(self.columns):
            raise ValueError("column names are used once")
        return self

    @classmethod
    def learn(
        cls,
        X: Any,
        weights: np.ndarray | None = None,
        kinds: Mapping[str, str] | None = None,
        scaling: Scaling = "robust",
        names: Sequence[str] | None = None,
    ) -> "Preparation":
        """The preparation that training rows call for.

        Args:
            X: a table of n rows (see `as_frame`). A column of an array is a number, unless asked otherwise.
            weights: (n,) sample weights: a row of weight 2 is two rows, one of weight 0 is not there. Weights that are
                below 1 in the mean are brought to a mean of 1.
            kinds: column → "number", "category", "boolean", "date" or "drop", where the kind is not to be inferred.
            scaling: "robust" or "standard".
            names: those of an array's columns; x0, x1, … if there are none.

        Raises:
            DataError: a table that cannot be used, among them one with nothing to learn from in any column.
            CellError: a cell that cannot be used.
        """
        return cls(
            scaling=scaling,
            columns=learn_columns(
                X, weights, {str(name): kind for name, kind in (kinds or {}).items()}, scaling, names
            ),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of the table, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def needed(self) -> tuple[str, ...]:
        """Those that must be there to predict: all that were not left out."""
        return tuple(column.name for column in self.columns if column.kind != "left out")

    @property
    def kinds(self) -> dict[str, ColumnKind]:
        """What each column is, and what told so."""
        return {column.name: ColumnKind(column.kind, column.reason) for column in self.columns}

    @property
    def features(self) -> tuple[str, ...]:
        """The name of every column of the result."""
        names = [column.results for column in self.columns]
        return tuple(name for part in zip(*names, strict=True) for of_column in part for name in of_column)

    @property
    def numbers(self) -> int:
        """How many columns of the result are numbers; they come first."""
        return len(self.layout.center)

    @property
    def indicators(self) -> int:
        """How many are indicators; they come next."""
        return sum(len(column.results.indicators) for column in self.columns)

    @property
    def embedded(self) -> tuple[int, ...]:
        """The number of codes of each of the last columns, which are codes."""
        return tuple(column.codes for column in self.columns if column.codes is not None)

    @property
    def width(self) -> int:
        """How many columns the result has."""
        return self.numbers + self.indicators + len(self.embedded)

    @property
    def center(self) -> np.ndarray:
        """(numbers,) what is taken from each number before it is multiplied with `scale`."""
        return self.layout.center

    @property
    def scale(self) -> np.ndarray:
        """(numbers,) what each number is multiplied with; 0 for one that never changed."""
        return self.layout.scale

    @property
    def is_linear(self) -> bool:
        """Whether all columns that are used are numbers, and become (x − center) · scale where they are not missing."""
        return self.scaling == "standard" and self.layout.only_numbers

    @cached_property
    def layout(self) -> Layout:
        """The numbers' centers and scales, and where they come from, as arrays."""
        return Layout.of(self.columns)

    def apply(self, X: Any) -> np.ndarray:
        """The rows of a table as numbers: (n, width), float64 and finite.

        An array has all of the columns, in their order. In any other table they are found by name.

        Raises:
            DataError: a table that lacks a column, or has one of another kind.
            CellError: a cell that cannot be used: text where a number is needed, or a number that is infinite.
        """
        table = X if type(X) is np.ndarray and X.dtype.kind in "fiub" and X.ndim == 2 else as_frame(X, self.names)
        if isinstance(table, np.ndarray):
            self._see_width(table.shape[1])
            if self.layout.only_numbers:
                return self._of_array(table)
            table = polars.DataFrame(table, schema=list(self.names))
        see_needed(self.needed, table.columns, _("The table"))
        if self.layout.only_numbers and all(table.schema[name].is_numeric() for name in self.needed):
            return self._of_array(table.select(polars.col(self.needed).cast(polars.Float64)).to_numpy(), chosen=True)
        return self._of_frame(table)

    def _see_width(self, columns: int) -> None:
        if columns != len(self.columns):
            raise DataError(
                ngettext(
                    "The model was trained on {n} column, and the table has {m}.",
                    "The model was trained on {n} columns, and the table has {m}.",
                    len(self.columns),
                ).format(n=len(self.columns), m=columns)
            )

    def _of_array(self, X: np.ndarray, chosen: bool = False) -> np.ndarray:
        """The fast way, where every column is a number; `chosen` if those left out are not there."""
        layout = self.layout
        X = X.astype(np.float64, copy=False)
        if not (chosen or layout.all_used):
            X = X[:, layout.used]
        Z = self._scaled(X)
        return Z if not len(layout.missing) else np.hstack([Z, np.isnan(X[:, layout.missing])])

    def _of_frame(self, table: polars.DataFrame) -> np.ndarray:
        used = [column for column in self.columns if column.kind != "left out"]
        for column in used:
            refuse_odd(table[column.name])
        prepared = [column.prepare(table[column.name]) for column in used]
        numbers, indicators, codes = side_by_side(len(table), prepared)
        return np.hstack([self._scaled(numbers), indicators, codes])

    def _scaled(self, X: np.ndarray) -> np.ndarray:
        """z = (x − center) · scale, clipped if the scaling is robust; 0 where x is missing.  X: (n, numbers)"""
        gaps = not np.abs(X).max(initial=0) <= LARGEST
        if gaps:
            refuse_out_of_reach(X, out_of_reach(X), self.layout.owners)
        Z = (X - self.layout.center) * self.layout.scale
        if self.scaling == "robust":
            Z = smooth_clip(Z)
        elif not np.abs(Z).max(initial=0) <= LARGEST:
            refuse_out_of_reach(X, out_of_reach(Z), self.layout.owners)
        return np.where(np.isnan(X), 0.0, Z) if gaps else Z
