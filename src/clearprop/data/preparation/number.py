"""A column of numbers."""

from typing import Annotated, Literal

import numpy as np
import polars
from pydantic import Field

from clearprop.data.cells import number_array
from clearprop.data.dataset import LARGEST
from clearprop.data.preparation.column import Column, Names, Parts, parts
from clearprop.data.preparation.scaling import LARGEST_SCALE

Center = Annotated[float, Field(ge=-LARGEST, le=LARGEST)]
Scale = Annotated[float, Field(ge=0, le=2 * LARGEST_SCALE)]


class NumberColumn(Column):
    """x → (x − center) · scale, and what the preparation's scaling does then; 0 where it is missing.

    Attributes:
        center, scale: learnt from the training rows (see `scaling.py`); a scale of 0 makes every value 0.
        missing: whether a training row had no value: then an indicator is 1 where there is none, else 0.
    """

    kind: Literal["number"] = "number"
    center: Center
    scale: Scale
    missing: bool

    @property
    def results(self) -> Names:
        """The number, and perhaps the indicator."""
        return Names(numbers=(self.name,), indicators=(f"{self.name} missing",) if self.missing else ())

    @property
    def scaling(self) -> tuple[tuple[float, float], ...]:
        """Its own."""
        return ((self.center, self.scale),)

    def prepare(self, cells: polars.Series) -> Parts:
        """The numbers, NaN where they are missing, and the indicator."""
        numbers = number_array(cells)
        return parts(len(cells), [numbers], [np.isnan(numbers)] if self.missing else [], [])
