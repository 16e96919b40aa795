"""From a source named on a command line to a table: `sample:NAME`, or a file of any kind in `EXTENSIONS`.

`open_table` is for training. `open_table_for` reads what a model was trained on: its columns by their names, in
whatever order they stand.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars

from clearprop.data.choice import Choice, choose, choose_for, see_all_named, without_index
from clearprop.data.files.arrays import read_arrays
from clearprop.data.files.content import Content, find
from clearprop.data.files.grid import Grid
from clearprop.data.files.read import holds_arrays, read_grid
from clearprop.data.images.pictures import Pictures
from clearprop.data.names import shown
from clearprop.data.samples import sample
from clearprop.data.target import target_values
from clearprop.errors import DataError
from clearprop.i18n import _

Rows = polars.DataFrame | np.ndarray | Pictures
"""What rows come as: columns of any kind, numbers, or images that are read when they are needed."""


@dataclass(frozen=True, eq=False)
class Source:
    """Rows as they stand in their source, and the right answers where there are any.

    Attributes:
        X: a frame of named columns of any kind; or (n, ...) numbers, from a file of arrays or a bundled sample; or
            the images of a folder.
        y: (n,) target values: numbers, truth values or text; None where there are none.
        columns: the names of the inputs in their order; empty for arrays.
        target: the name of the target; "" where none was asked for.
        source: where it came from, as it was named.
        arrays: the names of the arrays that were read, where the source is a file of arrays.
        has_test: whether the source also holds arrays meant for testing.
        part: which part of a folder of images it is, "train" or "test"; "" of all other sources.
        aside: columns that were asked for and are no inputs, by name.
        notes: what a person should be told of how the source was read, each a sentence.
        where: gives the place of a row; `place` asks it.
    """

    X: Rows
    y: np.ndarray | None
    columns: tuple[str, ...]
    target: str
    source: str
    arrays: tuple[str, ...] = ()
    has_test: bool = False
    aside: dict[str, polars.Series] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    where: Callable[[int], str] | None = field(default=None, repr=False)
    part: str = ""

    @property
    def values(self) -> np.ndarray:
        """The target values.

        Raises:
            DataError: there are none.
        """
        if self.y is None:
            raise DataError(_("{} has no target, and the right answers are needed here.").format(self.source))
        return self.y

    def place(self, row: int) -> str:
        """Where a row stands for a person; the first is 0. The line of a text file is looked up in the file.

        >>> open_table("sample:iris").place(0)
        'row 1 of sample:iris'
        """
        if self.where is not None:
            return self.where(row)
        return _("row {row} of {source}").format(row=row + 1, source=self.source)


def open_table(
    source: str, target: str | None = None, *, drop: Sequence[str] = (), aside: Sequence[str] = ()
) -> Source:
    """Rows to train on.  The target is the last column unless named; every other one is an input.

    >>> open_table("sample:iris", drop=["petal width (cm)"]).X.shape
    (150, 3)

    Args:
        source: a file, or `sample:NAME`.
        target: the name of the target.
        drop: columns that are left out.
        aside: columns that are read and are no inputs, such as groups or times.

    Raises:
        DataError: a source that is missing or cannot be used; the sentence says where and what to do.
    """
    if source.startswith("sample:"):
        return _from_sample(source, lambda names, own: _choose_own(names, own, target, drop, aside, source), aside)
    content = find(source)
    if holds_arrays(content):
        return _enough(_from_arrays(content, target, (*drop, *aside)))

    def pick(names: Sequence[str]) -> Choice:
        see_all_named(names, source)
        return choose(names, target, drop, aside, source)

    return _enough(_from_grid(read_grid(content), source, pick, aside, named=(*drop, *aside, *_given(target))))


def open_table_for(
    columns: Sequence[str],
    source: str,
    *,
    target: str | None = None,
    aside: Sequence[str] = (),
    as_text: bool = False,
) -> Source:
    """Rows for a model of these input columns, found by their names; others are left out.

    >>> open_table_for(("bmi", "age"), "sample:diabetes").X.shape
    (442, 2)

    Args:
        columns: of the model, in its order; none for a model of arrays, which takes what there is in its order.
        source: a file, or `sample:NAME`.
        target: the name of the target, where the right answers are needed.
        aside: columns that are read and are no inputs.
        as_text: whether the model knows its classes as text, even those that look like numbers.

    Raises:
        DataError: a source that is missing or cannot be used, or lacks a column.
    """
    if source.startswith("sample:"):

        def of_sample(names: Sequence[str], own: str) -> Choice:
            return Choice(choose_for(columns, names, None, aside, source).inputs, own if target else "")

        return _from_sample(source, of_sample, aside)
    content = find(source)
    if holds_arrays(content):
        _see_no_names(aside, source)
        read = read_arrays(content, for_training=False, with_target=target is not None)
        return Source(read.X, read.y, (), read.target, source, read.names, read.has_test)

    def pick(names: Sequence[str]) -> Choice:
        return choose_for(columns, names, target, aside, source)

    named = (*columns, *aside, *_given(target))
    return _from_grid(read_grid(content), source, pick, aside, named, as_text)


def _given(target: str | None) -> tuple[str, ...]:
    return () if target is None else (target,)


def _from_grid(
    grid: Grid,
    source: str,
    pick: Callable[[Sequence[str]], Choice],
    aside: Sequence[str],
    named: Sequence[str],
    as_text: bool = False,
) -> Source:
    """What is chosen of a table; columns that a person named are never taken for row numbers."""
    if not len(grid.cells):
        raise DataError(_("{} has a header and no rows.").format(source))
    grid = without_index(grid, source, named)
    choice = pick(grid.header)
    places = {name: place for place, name in enumerate(grid.header)}

    def column(name: str) -> polars.Series:
        return grid.cells.to_series(places[name]).alias(name)

    y = target_values(column(choice.target), source, grid.place, as_text) if choice.target else None
    return Source(
        polars.DataFrame([column(name) for name in choice.inputs]),
        y,
        choice.inputs,
        choice.target,
        source,
        aside={name: column(name) for name in aside},
        notes=grid.notes,
        where=grid.place,
    )


def _from_sample(source: str, pick: Callable[[Sequence[str], str], Choice], aside: Sequence[str]) -> Source:
    """What is chosen of a bundled sample; its target is its own."""
    found = sample(source.removeprefix("sample:"))
    X, y, columns = found.load()
    choice = pick(columns, found.target)
    inputs = X[:, [columns.index(name) for name in choice.inputs]]
    apart = {name: polars.Series(name, X[:, columns.index(name)]) for name in aside}
    return Source(inputs, y if choice.target else None, choice.inputs, choice.target, source, aside=apart)


def _choose_own(
    names: Sequence[str], own: str, target: str | None, drop: Sequence[str], aside: Sequence[str], source: str
) -> Choice:
    """For training on a sample: its own target, and the columns that are left."""
    _see_own(target, own, source)
    return choose([*names, own], own, drop, aside, source)


def _from_arrays(content: Content, target: str | None, named: Sequence[str]) -> Source:
    _see_no_names(named, content.source)
    read = read_arrays(content, for_training=True)
    _see_own(target, read.target, content.source)
    return Source(read.X, read.y, (), read.target, content.source, read.names, read.has_test)


def _see_own(target: str | None, own: str, source: str) -> None:
    """See that no other target is asked for than the one that a sample or a file of arrays has."""
    if target not in (None, own):
        raise DataError(
            _("The target of {source} is '{own}', and only a table lets you choose: leave out '{target}'.").format(
                source=source, own=shown(own), target=shown(target)
            )
        )


def _see_no_names(named: Sequence[str], source: str) -> None:
    if named:
        raise DataError(
            _("{source} holds arrays, whose columns have no names, so that there is no column '{name}'.").format(
                source=source, name=shown(named[0])
            )
        )


def _enough(table: Source) -> Source:
    """Two rows or more."""
    if len(table.values) < 2:
        raise DataError(_("{} has one row only; training needs two or more.").format(table.source))
    return table
