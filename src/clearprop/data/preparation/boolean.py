"""A column of truth values."""

from typing import Literal

import numpy as np
import polars

from clearprop.data.cells import truth_of
from clearprop.data.kinds import Reason
from clearprop.data.preparation.column import Column, Names, Parts, parts


class BooleanColumn(Column):
    """false → −1, true → 1, missing → 0.

    Attributes:
        missing: whether a training row had no value: then an indicator is 1 where there is none, else 0.
    """

    kind: Literal["boolean"] = "boolean"
    missing: bool

    @property
    def results(self) -> Names:
        """The value, and perhaps whether it is missing."""
        return Names(indicators=(self.name, f"{self.name} missing") if self.missing else (self.name,))

    def prepare(self, cells: polars.Series) -> Parts:
        """−1, 0 or 1, and the indicator."""
        values = 2 * truth_of(cells).cast(polars.Float64).to_numpy() - 1
        known, missing = np.nan_to_num(values), np.isnan(values)
        return parts(len(cells), [], [known, missing] if self.missing else [known], [])

    @classmethod
    def learn(cls, cells: polars.Series, reason: Reason) -> "BooleanColumn":
        """Whether any value is missing.

        Raises:
            CellError: a cell that is no truth value.
        """
        return cls(name=cells.name, reason=reason, missing=truth_of(cells).has_nulls())
