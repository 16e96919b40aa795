"""Tables of whatever library as one of two things: a NumPy array of numbers, or a Polars frame."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars

from clearprop.errors import DataError
from clearprop.i18n import _


def as_frame(X: Any, names: Sequence[str] | None = None) -> np.ndarray | polars.DataFrame:
    """An array of numbers as it is, any other table as a Polars frame.

    Taken are NumPy arrays, lists of rows, mappings of names to columns, pandas and Polars frames, and whatever hands
    out Arrow's stream (`__arrow_c_stream__`), as a pyarrow table does. The columns of an array that is not of numbers
    are called x0, x1, … unless names are given.

    >>> as_frame([["Lyon", 2], ["Kyiv", None]]).schema
    Schema([('x0', String), ('x1', Int64)])

    Raises:
        DataError: something that is no table, or a column whose values cannot stand in one.
    """
    if isinstance(X, polars.LazyFrame):
        X = X.collect()
    if isinstance(X, np.ma.MaskedArray) and X.dtype.kind in "biuf":
        X = np.ma.filled(X.astype(np.float64), np.nan)
    if isinstance(X, np.ndarray):
        return _of_array(np.asarray(X), names)
    if getattr(X, "ndim", 2) == 1 or isinstance(X, polars.Series):
        raise DataError(_("A table has rows and columns; this is one column: make a table of it."))
    if isinstance(X, polars.DataFrame):
        return X
    if hasattr(X, "iloc") and hasattr(X, "columns"):
        return _of_columns([(str(name), _pandas(X.iloc[:, place])) for place, name in enumerate(X.columns)])
    if isinstance(X, Mapping):
        return _of_columns([(str(name), values) for name, values in X.items()])
    if hasattr(X, "__arrow_c_stream__"):
        return polars.DataFrame(X)
    if isinstance(X, Sequence) and not isinstance(X, str):
        return _of_rows(X, names)
    raise DataError(
        _("A table is needed, such as a NumPy array or a pandas or Polars frame; this is {}.").format(type(X).__name__)
    )


def column_names(columns: int) -> list[str]:
    """x0, x1, …: what the columns of an array are called."""
    return [f"x{place}" for place in range(columns)]


def _of_array(X: np.ndarray, names: Sequence[str] | None) -> np.ndarray | polars.DataFrame:
    if X.ndim != 2:
        raise DataError(_("A table has rows and columns; this array has the shape {}.").format(list(X.shape)))
    if X.dtype.kind in "biuf":
        return X
    if X.dtype.kind == "O":
        try:
            return X.astype(np.float64) if all(map(_is_number, X.ravel().tolist())) else _named(X, names)
        except OverflowError:
            return _named(X, names)
    return _named(X, names)


def _named(X: np.ndarray, names: Sequence[str] | None) -> polars.DataFrame:
    names = column_names(X.shape[1]) if names is None else [str(name) for name in names]
    if len(names) != X.shape[1]:
        raise DataError(_("{n} columns are needed, and the table has {m}.").format(n=len(names), m=X.shape[1]))
    return _of_columns(list(zip(names, X.T, strict=True)))


def _of_rows(rows: Sequence[Any], names: Sequence[str] | None) -> np.ndarray | polars.DataFrame:
    if any(not isinstance(row, Sequence | np.ndarray) or isinstance(row, str) for row in rows):
        raise DataError(_("A table has rows and columns: give a list of rows, each a list of its cells."))
    longest = max((len(row) for row in rows), default=0)
    ragged = next((place for place, row in enumerate(rows) if len(row) != longest), None)
    if ragged is not None:
        raise DataError(
            _("Row {row} has {n} cells, another has {m}: all rows need the same.").format(
                row=ragged + 1, n=len(rows[ragged]), m=longest
            )
        )
    X = np.empty((len(rows), longest), object)
    for place, row in enumerate(rows):
        X[place] = row
    return _of_array(X, names)


def _of_columns(columns: Sequence[tuple[str, Any]]) -> polars.DataFrame:
    names = [name for name, _values in columns]
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise DataError(_("More than one column is called '{}': give each a name of its own.").format(twice))
    try:
        return polars.DataFrame([_series(name, values) for name, values in columns])
    except polars.exceptions.ShapeError as error:
        raise DataError(_("The columns have different numbers of rows.")) from error


def _series(name: str, values: Any) -> polars.Series:
    """A column of a frame.

    Raises:
        DataError: its values are of kinds that cannot stand in one column.
    """
    if isinstance(values, polars.Series):
        return values.alias(name)
    try:
        if isinstance(values, np.ndarray) and values.dtype.kind in "biufMm":
            return polars.Series(name, values)
        cells = [None if _is_missing(value) else value for value in _plain(values)]
        series = polars.Series(name, cells, strict=False)
    except (TypeError, ValueError, OverflowError, polars.exceptions.PolarsError) as error:
        raise _odd(name) from error
    if series.dtype == polars.Object or series.null_count() != sum(cell is None for cell in cells):
        raise _odd(name)
    return series


def _odd(name: str) -> DataError:
    return DataError(
        _("Column '{}' holds values that cannot stand in one column: make all of them numbers, text or dates.").format(
            name
        )
    )


def _plain(values: Any) -> list[Any]:
    """The values of a column as Python's own."""
    if isinstance(values, np.ndarray):
        values = np.char.decode(values, "utf-8") if values.dtype.kind == "S" else values
    listed = values.tolist() if hasattr(values, "tolist") else list(values)
    return [value.item() if isinstance(value, np.generic) else value for value in listed]


def _pandas(column: Any) -> Any:
    """A pandas column as what `_series` understands; pandas itself is not needed for it."""
    kind = getattr(column.dtype, "kind", "O")
    if isinstance(column.dtype, np.dtype) and kind in "biuf":
        return column.to_numpy()
    if kind in "Mm":
        return column.to_numpy(dtype="datetime64[us]" if kind == "M" else "timedelta64[us]")  # a zone's times at UTC
    if not hasattr(column, "cat"):
        return column.to_numpy(dtype=object)
    labels = [*map(str, column.cat.categories.tolist()), None]
    words = [labels[code] for code in column.cat.codes.tolist()]  # a missing one has the code −1
    return polars.Series(words, dtype=polars.String).cast(polars.Categorical)


def _is_missing(value: Any) -> bool:
    """None, NaN, or one of pandas' own marks."""
    return (
        value is None
        or (isinstance(value, float | np.floating) and bool(np.isnan(value)))
        or type(value).__name__ in ("NAType", "NaTType")
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, np.complexfloating)
