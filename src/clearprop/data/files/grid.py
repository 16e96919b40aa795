"""A table as a file holds it, before anything is chosen from it."""

from collections.abc import Callable
from dataclasses import dataclass

import polars


@dataclass(frozen=True, eq=False)
class Grid:
    """What every reader of tables gives.

    Attributes:
        header: the names of the columns as they stand; "" where there is none. No other name stands twice.
        cells: the rows, their columns named by place: "0", "1", …
        place: where a row (the first is 0) stands for a person, such as "line 17 of houses.csv".
        notes: what a person should be told of how the file was read, each a sentence.
    """

    header: tuple[str, ...]
    cells: polars.DataFrame
    place: Callable[[int], str]
    notes: tuple[str, ...] = ()
