"""Where a table's model draws the line: two columns vary, and all others stay as in one row.

Every point of the grid is that row with other numbers in the two columns, and goes through the model's own preparation,
as any row does. By default the row is the typical one (the median of every number and date, else the most frequent
cell), and the columns are the two that the prediction f hangs on most: with π a random order of the rows,

    C_j = mean |f(X) − f(X with the cells of column j in the order π)|,     over rows and outputs
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import polars

from clearprop.data.cells import number_array
from clearprop.data.frame import as_frame
from clearprop.errors import DataError
from clearprop.explain.answers import answers
from clearprop.explain.boundary import on_plane, some_rows
from clearprop.explain.planes import Plane, principal_plane, ticks
from clearprop.explain.regions import Boundary
from clearprop.explain.shuffle import names_of, shuffled
from clearprop.i18n import _

ASKED = 500
"""Rows that are shuffled to see which columns matter."""

MOST = 64
"""Columns of numbers; of more, such as pixels, no two are taken for the ones that matter."""

OUTER = 0.01
"""Of the rows, on either side, that may lie beyond the grid, so that a few odd ones do not shrink all others."""


def boundary_of_columns(
    model: Any,
    X: Any,
    y: Any,
    *,
    columns: tuple[str, str] | None = None,
    row: int | Mapping[str, Any] | None = None,
    points: int = 101,
    path: Any = None,
    epochs: Sequence[int] | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Boundary:
    """The model's answers where two of its table's columns vary, for a few epochs and for the trained weights.

    Args:
        model: an estimator of a table: its `prepare`, `encode` and `fitted_` are used.
        X, y: its rows and targets, as it takes them.
        columns: the names of two columns of numbers; by default the two that the prediction hangs on most.
        row: what all other columns stay at: the number of a row of X, or cells by name where they are to differ from
            the typical row's.
        points, path, epochs, progress: as for `boundary`.
        seed: of the rows drawn and of the shuffles.

    Where there are fewer than two columns of numbers that vary, or more than `MOST`, the plane is that of the first two
    principal components of the prepared columns, and the note says so. What `boundary` says of a path holds here too.

    Raises:
        DataError: images, which have no columns; a column that is not there, holds no numbers or never changes; cells
            that cannot be used.
        ClearpropError: the path is another training's.
    """
    fitted = model.fitted_
    preparation = getattr(fitted.table, "preparation", None)
    if preparation is None:
        raise DataError(_("This model takes images, which have no columns: ask for the boundary of its inputs."))
    whole = as_frame(X)
    frame, Y = some_rows(whole, np.asarray(y), seed)
    prepared, targets = model.prepare(frame), model.encode(frame, Y)
    numbers = _varying(preparation, frame)
    chosen, note = _chosen(model, frame, numbers, columns, seed)
    reading = answers(fitted)
    if chosen is None:
        return on_plane(
            fitted, principal_plane(prepared, points), prepared, targets, reading, path, epochs, progress, note=note
        )
    base = _row(preparation, whole, row)  # one that was not drawn may be asked for
    places = np.column_stack([numbers[name] for name in chosen])
    plane = _plane(model, preparation, frame, base, chosen, places, prepared, points)
    held = {name: _plain(base[name]) for name in preparation.needed if name not in chosen}
    return on_plane(fitted, plane, prepared, targets, reading, path, epochs, progress, held, note)


def _varying(preparation: Any, X: Any) -> dict[str, np.ndarray]:
    """{name: its numbers (n,), NaN where missing} of every column of numbers that is not the same in all rows."""
    numbers = {
        column.name: number_array(_cells(X, place))
        for place, column in enumerate(preparation.columns)
        if column.kind == "number"
    }
    return {name: values for name, values in numbers.items() if len(np.unique(values[np.isfinite(values)])) > 1}


def _chosen(
    model: Any, X: Any, numbers: dict[str, np.ndarray], columns: tuple[str, str] | None, seed: int
) -> tuple[tuple[str, str] | None, str]:
    """(the two columns or None, what there is to say of it)"""
    if columns is not None:
        _see_columns(numbers, columns)
        return columns, ""
    if len(numbers) < 2:
        return None, _(
            "The table has fewer than two columns of numbers that vary: this is the plane of all its columns."
        )
    if len(numbers) > MOST:
        return None, _("The table has {n:,} columns of numbers: this is the plane in which they differ most.").format(
            n=len(numbers)
        )
    first, second = _leading(model, X, list(numbers), seed)
    return (first, second), _("Shown are '{first}' and '{second}', which the prediction hangs on most.").format(
        first=first, second=second
    )


def _see_columns(numbers: dict[str, np.ndarray], columns: tuple[str, str]) -> None:
    for name in columns:
        if name not in numbers:
            raise DataError(
                _("'{name}' is no column of numbers that vary; such are: {known}.").format(
                    name=name, known=", ".join(map(repr, list(numbers)[:20]))
                )
            )
    if columns[0] == columns[1]:
        raise DataError(_("A plane needs two columns, and '{}' was given twice.").format(columns[0]))


def _leading(model: Any, X: Any, names: list[str], seed: int) -> tuple[str, str]:
    """The two columns with the greatest C_j, the greatest first."""
    random, fitted = np.random.default_rng(seed), model.fitted_
    X = X[random.permutation(len(X))[:ASKED]]
    before, order = fitted.predict(model.prepare(X)), random.permutation(len(X))
    of_table = dict(zip(fitted.table.preparation.names, names_of(X), strict=True))
    changes = {
        name: np.abs(fitted.predict(model.prepare(shuffled(X, [of_table[name]], order))) - before).mean()
        for name in names
    }
    first, second = sorted(names, key=lambda name: -changes[name])[:2]
    return first, second


def _row(preparation: Any, X: Any, row: int | Mapping[str, Any] | None) -> dict[str, Any]:
    """{column: its cell} of the row that stays."""
    if isinstance(row, int) and not 0 <= row < len(X):
        raise DataError(
            _("There is no row {row}: they are numbered from 0 to {last}.").format(row=row, last=len(X) - 1)
        )
    cells = {
        column.name: _cells(X, place)[row] if isinstance(row, int) else _typical(column, _cells(X, place))
        for place, column in enumerate(preparation.columns)
    }
    if isinstance(row, Mapping):
        unknown = next((name for name in row if name not in cells), None)
        if unknown is not None:
            raise DataError(_("There is no column '{}' to be held.").format(unknown))
        cells.update(row)
    return cells


def _typical(column: Any, cells: polars.Series) -> Any:
    """The median of numbers; of dates the cell in the middle; else the most frequent one; None if all are missing."""
    if column.kind in ("number", "date"):
        values = number_array(cells) if column.kind == "number" else column.prepare(cells).numbers[:, 0]
        known = np.flatnonzero(np.isfinite(values))
        if not len(known):
            return None
        if column.kind == "number":
            return float(np.median(values[known]))
        return cells[int(known[np.argsort(values[known], kind="stable")[len(known) // 2]])]
    present = cells.drop_nulls()
    return present.mode().sort()[0] if len(present) else None


def _plane(
    model: Any,
    preparation: Any,
    X: Any,
    base: dict[str, Any],
    chosen: tuple[str, str],
    places: np.ndarray,
    prepared: np.ndarray,
    points: int,
) -> Plane:
    def rows(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return model.prepare(_with(X, preparation.names, base, dict(zip(chosen, (a, b), strict=True))))

    known = np.isfinite(places).all(1)
    if not known.any():
        raise DataError(_("No row has a number in both '{}' and '{}'.").format(*chosen))
    deviation = prepared[known].std(0, dtype=np.float64)
    off = (prepared[known] - rows(*places[known].T)) / np.where(deviation > 0, deviation, 1)
    away = np.full(len(places), np.nan)
    away[known] = np.sqrt(np.mean(off.astype(np.float64) ** 2, 1))
    across, up = (ticks(*_range(values), points) for values in places.T)
    return Plane("columns", chosen, across, up, rows, places, away)


def _range(values: np.ndarray) -> tuple[float, float]:
    """That of all rows but the outermost."""
    values = values[np.isfinite(values)]
    low, high = np.quantile(values, [OUTER, 1 - OUTER])
    return (float(low), float(high)) if high > low else (float(values.min()), float(values.max()))


def _cells(X: Any, place: int) -> polars.Series:
    """One column."""
    if isinstance(X, np.ndarray):
        return polars.Series(str(place), X[:, place].astype(np.float64))
    return X.to_series(place)


def _with(X: Any, names: Sequence[str], base: dict[str, Any], moved: dict[str, np.ndarray]) -> Any:
    """A table as X is, each row of which is the base with other numbers in some columns."""
    n = len(next(iter(moved.values())))
    if isinstance(X, np.ndarray):
        cells = [np.nan if base[name] is None else base[name] for name in names]
        table = np.repeat(np.array([cells], np.float64), n, 0)
        for name, values in moved.items():
            table[:, names.index(name)] = values
        return table
    columns = []
    for place, name in enumerate(names):
        series = X.to_series(place)
        if name in moved:
            columns.append(polars.Series(series.name, moved[name]))
        else:
            numeric = isinstance(base[name], float)  # a median may lie between whole numbers, or text be read as one
            one = polars.Series(series.name, [base[name]], dtype=polars.Float64 if numeric else series.dtype)
            columns.append(one.new_from_index(0, n))
    return polars.DataFrame(columns)


def _plain(cell: Any) -> Any:
    """A cell as JSON has it: a gap is None."""
    if isinstance(cell, float):
        return float(cell) if np.isfinite(cell) else None
    return cell if cell is None or isinstance(cell, bool | int | str) else str(cell)
