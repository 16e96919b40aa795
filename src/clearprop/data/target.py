"""The target's values, from a column of any kind: numbers, truth values or text."""

from collections.abc import Callable
from typing import NoReturn

import numpy as np
import polars

from clearprop.data.cells import MISSING, is_text
from clearprop.data.dates import date_format
from clearprop.data.names import shown
from clearprop.errors import DataError
from clearprop.i18n import _, ngettext

Place = Callable[[int], str]
"""Where a row stands for a person."""

LABELS = ("none", "-")
"""Marks of a missing value that are labels where the target is text: no defect is “none”, a strand is + or −."""

WHOLE = 2**53
"""Below this, float64 holds every whole number."""


def target_values(cells: polars.Series, source: str, place: Place, as_text: bool = False) -> np.ndarray:
    """The values (n,): numbers if all of them are, whole ones as int64; truth values as bool; else text.

    Text is a number if all of it is. `as_text` is for a model that knows its classes as text.

    Raises:
        DataError: a value that is missing or infinite, or a column of dates or of structures.
    """
    if as_text and (is_text(cells) or cells.dtype.is_integer() or cells.dtype == polars.Boolean):
        return _labels(cells.cast(polars.String).str.strip_chars(), source, place)
    if is_text(cells):
        return _from_text(cells.cast(polars.String).str.strip_chars(), source, place)
    if cells.dtype.is_temporal():
        _refuse_dates(cells, source, place)
    if cells.dtype == polars.Boolean:
        _see_present(cells, cells.is_null(), source, place)
        return cells.to_numpy().astype(bool)
    if cells.dtype.is_integer():
        _see_present(cells, cells.is_null(), source, place)
        fits = cells.dtype.is_signed_integer() or int(str(cells.max())) < 2**63
        return cells.to_numpy().astype(np.int64 if fits else np.float64)
    if cells.dtype.is_numeric() or cells.dtype == polars.Null:
        return _from_numbers(cells.cast(polars.Float64), cells, source, place)
    raise DataError(
        _("The target '{name}' of {source} holds {kind}; numbers, text or truth values are needed.").format(
            name=shown(cells.name), source=source, kind=cells.dtype
        )
    )


def _from_text(cells: polars.Series, source: str, place: Place) -> np.ndarray:
    numbers = cells.cast(polars.Float64, strict=False).fill_nan(None)
    words = cells.filter(numbers.is_null()).unique()
    if words.is_null().all() or words.str.to_lowercase().is_in(MISSING).fill_null(True).all():
        return _from_numbers(numbers, cells, source, place)
    if date_format(cells) is not None:
        _refuse_dates(cells, source, place)
    return _labels(cells, source, place)


def _labels(cells: polars.Series, source: str, place: Place) -> np.ndarray:
    marks = [mark for mark in MISSING if mark not in LABELS]
    _see_present(cells, cells.is_null() | cells.str.to_lowercase().is_in(marks), source, place)
    return cells.to_numpy().astype(str)


def _from_numbers(numbers: polars.Series, cells: polars.Series, source: str, place: Place) -> np.ndarray:
    """Numbers of float64, and what they are made from, which an error names."""
    numbers = numbers.fill_nan(None)
    _see_present(cells, numbers.is_null(), source, place)
    infinite = numbers.is_infinite().arg_true()
    if len(infinite):
        raise DataError(
            _("The target '{name}' has {value} in {place}: only finite numbers, up to 1.8e308, can be learnt.").format(
                name=shown(cells.name), value=shown(str(cells[infinite[0]])), place=place(infinite[0])
            )
        )
    values = numbers.to_numpy()
    return values.astype(np.int64) if np.all(values == np.floor(values)) and np.all(abs(values) < WHOLE) else values


def _see_present(cells: polars.Series, missing: polars.Series, source: str, place: Place) -> None:
    """See that there is a value in every row; name the first in which there is none, and how many there are."""
    rows = missing.arg_true()
    if len(rows) == len(cells) > 0:
        raise DataError(
            _("The target '{name}' of {source} has no value in any row: choose another column.").format(
                name=shown(cells.name), source=source
            )
        )
    if len(rows) == 1:
        raise DataError(
            _("The target '{name}' has no value in {place}: fill it in, or leave the row out.").format(
                name=shown(cells.name), place=place(rows[0])
            )
        )
    if len(rows):
        sentence = ngettext(
            "The target '{name}' has no value in {place} and in {more} other row: fill them in, or leave the rows out.",
            "The target '{name}' has no value in {place} and in {more} other rows: fill them in, or leave them out.",
            len(rows) - 1,
        )
        raise DataError(sentence.format(name=shown(cells.name), place=place(rows[0]), more=len(rows) - 1))


def _refuse_dates(cells: polars.Series, source: str, place: Place) -> NoReturn:
    first = cells.is_not_null().arg_true()
    example = shown(str(cells[first[0]])) if len(first) else "…"
    raise DataError(
        _(
            "The target '{name}' of {source} holds dates or times, such as {example}: choose another, or turn it into"
            " numbers, such as days since a date."
        ).format(name=shown(cells.name), source=source, example=example)
    )
