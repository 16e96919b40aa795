"""What the training rows say of each column."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
import polars

from clearprop.data.cells import CellError, number_array
from clearprop.data.frame import as_frame, column_names
from clearprop.data.kinds import ColumnKind, Kind, Reason, check_asked, kind_of
from clearprop.data.preparation.any_column import AnyColumn
from clearprop.data.preparation.boolean import BooleanColumn
from clearprop.data.preparation.category import CategoryColumn
from clearprop.data.preparation.date import DateColumn
from clearprop.data.preparation.left_out import LeftOutColumn
from clearprop.data.preparation.number import NumberColumn
from clearprop.data.preparation.scaling import Scaling, learn_scaling, out_of_reach, refuse_out_of_reach
from clearprop.errors import DataError
from clearprop.i18n import _


def learn_columns(
    X: Any, weights: np.ndarray | None, kinds: Mapping[str, str], scaling: Scaling, names: Sequence[str] | None
) -> tuple[AnyColumn, ...]:
    """Every column of a table, as `Preparation.learn` has it."""
    table = as_frame(X, names)
    if isinstance(table, np.ndarray):
        names = column_names(table.shape[1]) if names is None else [str(name) for name in names]
    else:
        names = table.columns
    check_asked(kinds, names)
    counted = _rows_that_count(weights, len(table))
    if counted is not None:
        table, weights = _chosen(table, counted), np.asarray(weights, np.float64)[counted]
        weights = weights / min(1.0, weights.mean()) if len(weights) else weights
    if not len(table) or not names:
        raise DataError(_("There is nothing to learn from: the table has no rows, or no columns."))
    try:
        columns = _columns(table, names, weights, kinds, scaling)
    except CellError as error:
        raise error if counted is None else error.in_row(int(counted[error.row])) from None
    _see_something_left(columns)
    return tuple(columns)


def _columns(
    table: np.ndarray | polars.DataFrame,
    names: Sequence[str],
    weights: np.ndarray | None,
    kinds: Mapping[str, str],
    scaling: Scaling,
) -> list[AnyColumn]:
    """Numbers all at once where there is nothing else, other columns one by one."""
    if isinstance(table, np.ndarray) and not kinds:
        return learn_numbers(names, table.astype(np.float64, copy=False), weights, scaling, keep=True)
    if isinstance(table, np.ndarray):
        table = polars.DataFrame(table, schema=list(names))
    if not kinds and all(dtype.is_numeric() for dtype in table.dtypes):
        return learn_numbers(names, table.cast(polars.Float64).to_numpy(), weights, scaling)
    return [_learn(cells, weights, kinds.get(cells.name), scaling) for cells in table.get_columns()]


def learn_numbers(
    names: Sequence[str],
    X: np.ndarray,
    weights: np.ndarray | None,
    scaling: Scaling,
    reason: Reason = "numbers",
    keep: bool = False,
) -> list[AnyColumn]:
    """Columns of numbers (n, columns), all at once.

    `keep`: also those that are constant or empty, as zeros. So the folds of an array, of which one may have such a
    column and another not, are prepared as tables of one width.

    Raises:
        CellError: a number that is infinite or beyond float32.
    """
    refuse_out_of_reach(X, out_of_reach(X), names)
    gaps = np.isnan(X)
    missing, empty = np.any(gaps, 0), np.all(gaps, 0)
    center, scale = learn_scaling(np.where(empty, 0.0, X), weights, scaling)
    known = zip(names, center.tolist(), scale.tolist(), missing.tolist(), empty.tolist(), strict=True)
    return [_number(reason, keep, *what) for what in known]


def _number(
    reason: Reason, keep: bool, name: str, center: float, scale: float, missing: bool, empty: bool
) -> AnyColumn:
    if keep and (empty or scale == 0):
        return NumberColumn(name=name, reason=reason, center=center, scale=0.0, missing=missing and not empty)
    if empty or (scale == 0 and not missing):
        return LeftOutColumn(name=name, reason="no values" if empty else "constant")
    return NumberColumn(name=name, reason=reason, center=center, scale=scale, missing=missing)


def _learn(cells: polars.Series, weights: np.ndarray | None, asked: str | None, scaling: Scaling) -> AnyColumn:
    """One column of a frame."""
    if asked == "drop":
        return LeftOutColumn(name=cells.name, reason="asked")
    kind, reason = _kind(cells, weights, asked)
    if kind == "number":
        return learn_numbers([cells.name], number_array(cells)[:, None], weights, scaling, reason)[0]
    if kind == "category":
        return CategoryColumn.learn(cells, reason, weights)
    if kind == "boolean":
        return BooleanColumn.learn(cells, reason)
    if kind == "date":
        return DateColumn.learn(cells, reason, weights, scaling)
    return LeftOutColumn(name=cells.name, reason=reason)


def _kind(cells: polars.Series, weights: np.ndarray | None, asked: str | None) -> ColumnKind:
    """The kind asked for, unless there is nothing in the column."""
    inferred = kind_of(cells, weights)
    if asked is None or inferred.reason in ("no values", "constant"):
        return inferred
    return ColumnKind(cast(Kind, asked), "asked")


def _rows_that_count(weights: np.ndarray | None, rows: int) -> np.ndarray | None:
    """Which rows have a weight above 0; None if no weights are given.

    Raises:
        DataError: weights that are none.
    """
    if weights is None:
        return None
    weights = np.asarray(weights, np.float64)
    if weights.shape != (rows,) or not np.isfinite(weights).all() or (weights < 0).any():
        raise DataError(_("Sample weights are finite numbers of 0 or more, one for each of the {} rows.").format(rows))
    return np.flatnonzero(weights)


def _chosen(table: np.ndarray | polars.DataFrame, rows: np.ndarray) -> np.ndarray | polars.DataFrame:
    return table if len(rows) == len(table) else table[rows]


def _see_something_left(columns: Sequence[AnyColumn]) -> None:
    """See that there is a column to learn from."""
    if all(column.kind == "left out" for column in columns):
        told = [
            # Translators: {because} is a clause: "because it has no values".
            _("'{name}' {because}").format(name=column.name, because=ColumnKind("left out", column.reason).because())
            for column in columns[:5]
        ]
        raise DataError(
            _("There is no column to learn from: {}.").format(", ".join(told) + ("…" if len(columns) > 5 else ""))
        )
