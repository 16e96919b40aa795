"""What every kind of column can do."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars
from pydantic import BaseModel, ConfigDict

from clearprop.data.kinds import Reason


class Parts(NamedTuple):
    """What a column, or a table, becomes, for each of n rows.

    Attributes:
        numbers: (n, ...) not scaled yet, NaN where a value is missing.
        indicators: (n, ...) 0 or 1, or −1 or 1.
        codes: (n, ...) whole numbers from 0.
    """

    numbers: np.ndarray
    indicators: np.ndarray
    codes: np.ndarray


class Names(NamedTuple):
    """What each number, indicator and code of a column is called."""

    numbers: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


class Column(BaseModel):
    """A column of the table, with what was learnt of it; a kind of column is a subclass, and has its name as `kind`.

    Attributes:
        name: what it is called in the table.
        reason: what told the kind.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)

    name: str
    reason: Reason

    @property
    def results(self) -> Names:
        """The names of what it becomes: so many numbers, indicators and codes."""
        return Names()

    @property
    def scaling(self) -> tuple[tuple[float, float], ...]:
        """(center, scale) of each of its numbers."""
        return ()

    @property
    def codes(self) -> int | None:
        """From 0 up to, but not including, this: its code, if it becomes one."""
        return None

    def prepare(self, cells: polars.Series) -> Parts:
        """What its cells become.

        Raises:
            CellError: a cell that the column cannot hold.
            DataError: cells of another kind.
        """
        raise NotImplementedError


def parts(rows: int, numbers: list[np.ndarray], indicators: list[np.ndarray], codes: list[np.ndarray]) -> Parts:
    """Arrays of one value a row, each (rows,) or (rows, k), side by side."""
    return Parts(*(np.column_stack([np.empty((rows, 0)), *arrays]) for arrays in (numbers, indicators, codes)))


def side_by_side(rows: int, prepared: Sequence[Parts]) -> Parts:
    """What several columns become, as that of one."""
    return parts(rows, *([getattr(of_column, part) for of_column in prepared] for part in Parts._fields))
