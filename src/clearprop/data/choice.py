"""Which columns of a table are inputs, which one is the target, which are set aside and which left out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars

from clearprop.data.cells import is_text
from clearprop.data.files.grid import Grid
from clearprop.data.names import see_known, see_needed, shown
from clearprop.errors import DataError
from clearprop.i18n import Sentence, _

INDEX = re.compile(r"Unnamed: 0|__index_level_\d+__")
"""What pandas calls the column that keeps the index of a frame; in a .csv file it is the first, without a name."""


@dataclass(frozen=True)
class Choice:
    """The names of the input columns in their order, and the target's."""

    inputs: tuple[str, ...]
    target: str


def choose(names: Sequence[str], target: str | None, drop: Sequence[str], aside: Sequence[str], source: str) -> Choice:
    """For training: the last column is the target unless one is named, and every other that is left is an input.

    >>> choose(["size", "city", "price"], None, drop=["city"], aside=[], source="houses.csv")
    Choice(inputs=('size',), target='price')

    Raises:
        DataError: a column that is not there, or is asked for as two things, or no input that is left.
    """
    for name in (*drop, *aside):
        see_known(name, names, source)
    left = [name for name in names if name not in drop and name not in aside]
    if target is None and left:
        target = left[-1]
    if target is None:
        raise DataError(
            _("Every column of {} is left out: the target and columns to learn from are needed.").format(source)
        )
    see_known(target, names, source)
    if target not in left:
        raise DataError(
            _("Column '{name}' of {source} is the target: it cannot also be left out or set aside.").format(
                name=shown(target), source=source
            )
        )
    inputs = tuple(name for name in left if name != target)
    if not inputs:
        raise DataError(
            _("{source} has only the column '{name}': besides the target, columns to learn from are needed.").format(
                source=source, name=shown(target)
            )
        )
    return Choice(inputs, target)


def choose_for(
    columns: Sequence[str], names: Sequence[str], target: str | None, aside: Sequence[str], source: str
) -> Choice:
    """For a model: its columns, whatever else there is; all but the target if it knows none by name.

    Raises:
        DataError: one is not there; the nearest is suggested.
    """
    see_needed([*columns, *([target] if target else [])], names, source)
    for name in aside:
        see_known(name, names, source)
    return Choice(tuple(columns) or tuple(name for name in names if name not in (target, *aside)), target or "")


def without_index(grid: Grid, source: str, named: Sequence[str]) -> Grid:
    """The table without the row numbers that another program added, and without empty columns that have no name.

    What is left out is noted; a column that a person named is not.
    """
    unnamed = [place for place, name in enumerate(grid.header) if not name]
    empty = [place for place in unnamed if grid.cells.to_series(place).is_null().all()]
    indices = [place for place, name in enumerate(grid.header) if _is_index(name, place) and name not in named]
    index = [place for place in indices if place not in empty and _counts(grid.cells.to_series(place))]
    notes = [_numbering(place, source) for place in index]
    if empty:
        notes.append(Sentence(lambda: _("Columns of {} that are empty and have no name were left out.").format(source)))
    keep = [place for place in range(len(grid.header)) if place not in {*index, *empty}]
    header = tuple(grid.header[place] for place in keep)
    return Grid(header, grid.cells.select([str(place) for place in keep]), grid.place, (*grid.notes, *notes))


def _numbering(place: int, source: str) -> Sentence:
    return Sentence(
        lambda: _("Column {place} of {source} numbers the rows, and was left out.").format(
            place=place + 1, source=source
        )
    )


def _is_index(name: str, place: int) -> bool:
    return bool(INDEX.fullmatch(name)) or (not name and place == 0)


def see_all_named(header: Sequence[str], source: str) -> None:
    """See that every column has a name.

    Raises:
        DataError: one has none; its place is named.
    """
    if "" in header:
        raise DataError(
            _("Column {place} of {source} has no name: name it in the first line, or leave it out.").format(
                place=header.index("") + 1, source=source
            )
        )


def _counts(cells: polars.Series) -> bool:
    """Whether each row has a whole number of its own."""
    if not (is_text(cells) or cells.dtype.is_numeric()):
        return False
    numbers = cells.cast(polars.Float64, strict=False)
    return not numbers.has_nulls() and bool((numbers == numbers.floor()).all()) and bool(numbers.is_unique().all())
