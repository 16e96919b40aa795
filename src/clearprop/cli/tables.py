"""A source's rows as an estimator takes them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import polars

from clearprop.cli.pictures import images_for, is_folder
from clearprop.cli.pixels import take_bytes
from clearprop.data import CellError, Source, open_table_for
from clearprop.data.cells import numbers_of
from clearprop.data.source import Rows
from clearprop.data.table import Table
from clearprop.errors import DataError
from clearprop.explain.asked import image_shape
from clearprop.i18n import _, ngettext
from clearprop.train import Fitted


class Known(NamedTuple):
    """Rows for a model, with their source; `y` are the right answers, where they were asked for.

    `left_out` tells what is wrong with each file of a folder of images that is not among them.
    """

    source: Source
    X: Rows
    y: Any
    left_out: tuple[str, ...] = ()


def rows_for(estimator: Any, data: str, *, with_target: bool = True, strict: bool = False) -> Known:
    """The rows of a source for a model: its columns by their names, whatever else there is; or a folder's images, which
    the model is made to take.

    Args:
        estimator: the model.
        data: the source.
        with_target: whether the right answers are needed.
        strict: whether an image that cannot be decoded is an error.

    Raises:
        DataError: a source that cannot be used, or lacks a column that the model needs, or has an unknown answer.
    """
    table: Table = estimator.fitted_.table
    if is_folder(data):
        return _images(estimator, table, data, with_target, strict)
    target = table.target if with_target else None
    as_text = any(isinstance(label, str) for label in table.classes)
    source = open_table_for(_needed(table), data, target=target, as_text=as_text)
    with telling_places(source):
        X = as_rows(source, source.columns if source.columns and table.columns else table.columns)
    if isinstance(X, np.ndarray) and (X.ndim > 2 or len(estimator.fitted_.input_shape) > 1):
        X = _as_images(estimator.fitted_, X)
    else:
        _see_width(table, X, data)
    y = source.values if with_target else None
    if y is not None:
        _see_known(table, y)
    return Known(source, fill(table, X), y)


def _images(estimator: Any, table: Table, folder: str, with_target: bool, strict: bool) -> Known:
    """A folder's images as the model takes them: read if there is room, else read when needed."""
    fitted = estimator.fitted_
    found = images_for(folder, see_images(fitted, folder), with_target, strict)
    source = replace(found.source, notes=(*found.source.notes, *take_bytes(estimator)))
    if source.y is not None:
        _see_known(table, source.y)
    X: Any = source.X
    X = X.reshape(len(X), *fitted.input_shape) if isinstance(X, np.ndarray) else X
    return Known(source, X, source.y, found.faults)


def see_images(fitted: Fitted, data: str) -> tuple[int, int, int]:
    """(height, width, channels) of the images that the model takes.

    Raises:
        DataError: it takes none, or others than pictures are.
    """
    shape = image_shape(fitted)
    if shape is None:
        raise DataError(_("{data} holds images, and the model takes none.").format(data=data))
    if shape[2] not in (1, 3):
        raise _other_shape(shape, (*shape[:2], 3))
    return shape


def _other_shape(want: Sequence[int], have: Sequence[int]) -> DataError:
    return DataError(
        _("The model takes images of {want} numbers, and this one has {have}.").format(
            want=" × ".join(map(str, want)), have=" × ".join(map(str, have))
        )
    )


def _needed(table: Table) -> Sequence[str]:
    """The columns that must be there."""
    return table.preparation.needed if table.columns and table.preparation else table.columns


def fill(table: Table, X: Rows) -> Rows:
    """All columns in the model's order; those that it left out, and which need not be there, without values."""
    if not isinstance(X, polars.DataFrame):
        return X
    absent = [polars.lit(None).alias(name) for name in table.columns if name not in X.columns]
    return X.with_columns(absent).select(table.columns)


def as_rows(source: Source, columns: Sequence[str]) -> Rows:
    """The rows, with the names that an estimator knows its columns by, or without where it knows none.

    Raises:
        CellError: text in a table that is to have no names, but numbers alone.
    """
    X = source.X
    if isinstance(X, np.ndarray):
        return polars.DataFrame(X, schema=list(columns)) if X.ndim == 2 and len(columns) == X.shape[1] else X
    if columns or not isinstance(X, polars.DataFrame):
        return X
    return np.column_stack([numbers_of(cells).fill_null(np.nan).to_numpy() for cells in X.get_columns()])


def _as_images(fitted: Fitted, X: np.ndarray) -> np.ndarray:
    """Arrays of images in the model's shape, from which they may differ by an axis of length 1 at the end.

    Raises:
        DataError: they are of another shape.
    """
    want, have = tuple(fitted.input_shape), X.shape[1:]
    if want not in (have, (*have, 1)) and (*want, 1) != have:
        raise _other_shape(want, have)
    return X.reshape(len(X), *want)


def _see_width(table: Table, X: Rows, source: str) -> None:
    """See that rows without names have as many columns as the model."""
    found, needed = X.shape[1], table.n_columns
    if isinstance(X, np.ndarray) and found != needed:
        raise DataError(
            ngettext(
                "{source} has rows of {found} numbers, and the model needs {needed} column.",
                "{source} has rows of {found} numbers, and the model needs {needed} columns.",
                needed,
            ).format(source=source, found=found, needed=needed)
        )


def _see_known(table: Table, y: np.ndarray) -> None:
    """See that the right answers are classes that the model knows, or numbers."""
    if not table.classes:
        if y.dtype.kind in "US":
            raise DataError(
                _("The target '{name}' should be a number, and is {value!r} in one of the rows.").format(
                    name=table.target, value=y.tolist()[0]
                )
            )
        return
    unknown = next((label for label in y.tolist() if label not in table.classes), None)
    if unknown is not None:
        raise DataError(
            _("The target '{name}' has the value {value!r}; the model knows only {known}.").format(
                name=table.target, value=unknown, known=", ".join(map(repr, table.classes[:20]))
            )
        )


@contextmanager
def telling_places(source: Source) -> Iterator[None]:
    """A cell that cannot be used is named by its place in the source, such as "line 17 of houses.csv"."""
    try:
        yield
    except CellError as error:
        raise DataError(error.told(source.place(error.row))) from error
