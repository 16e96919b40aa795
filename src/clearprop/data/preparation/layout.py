"""What `apply` needs of all numbers at once, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop.data.preparation.any_column import AnyColumn
from clearprop.data.preparation.number import NumberColumn


@dataclass(frozen=True)
class Layout:
    """Where the numbers of the result come from.

    Attributes:
        center, scale: (numbers,)
        owners: the name of the column that each number is of.
        used: the places, among the columns of the table, of those that are not left out.
        all_used: whether none is left out.
        only_numbers: whether every column that is used is a number.
        missing: the places, among the columns that are used, of numbers with an indicator.
    """

    center: np.ndarray
    scale: np.ndarray
    owners: tuple[str, ...]
    used: np.ndarray
    all_used: bool
    only_numbers: bool
    missing: np.ndarray

    @classmethod
    def of(cls, columns: Sequence[AnyColumn]) -> "Layout":
        """That of these columns."""
        scaling = [(column.name, *pair) for column in columns for pair in column.scaling]
        used = [place for place, column in enumerate(columns) if column.kind != "left out"]
        numbers = [column for column in columns if isinstance(column, NumberColumn)]
        return cls(
            center=np.array([center for _name, center, _scale in scaling], np.float64),
            scale=np.array([scale for _name, _center, scale in scaling], np.float64),
            owners=tuple(name for name, _center, _scale in scaling),
            used=np.array(used, np.intp),
            all_used=len(used) == len(columns),
            only_numbers=len(numbers) == len(used),
            missing=np.array([place for place, column in enumerate(numbers) if column.missing], np.intp),
        )
