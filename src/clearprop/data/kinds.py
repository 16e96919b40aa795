"""Number, category, truth value or date?  What kind a column is, and what told so, can be said aloud."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import polars

from clearprop.data.cells import TRUTH_WORDS, is_text, read_numbers, read_truth, refuse_odd, text_of
from clearprop.data.dataset import did_you_mean
from clearprop.data.dates import UNAMBIGUOUS, date_format, dates_of
from clearprop.errors import DataError
from clearprop.i18n import _

Kind = Literal["number", "category", "boolean", "date", "left out"]
AskedKind = Literal["number", "category", "boolean", "date", "drop"]
Reason = Literal[
    "dates, day first",
    "dates, month first",
    "asked",
    "numbers",
    "truth values",
    "dates",
    "categories",
    "text",
    "identifier",
    "free text",
    "no values",
    "constant",
]

MANY = 20
"""Text with more different values than this, most of which stand only once, is no category."""

ONE_HOT = 8
"""Up to so many different values have a column each (`preparation/category.py`), and need not repeat."""

WORDS = 3
"""Cells of so many words are free text, where most of them are."""


class ColumnKind(NamedTuple):
    """What a column is, and what told so."""

    kind: Kind
    reason: Reason

    def because(self) -> str:
        """The reason as a clause for a person."""
        return {
            "asked": _("as you asked"),
            "numbers": _("because all its values are numbers"),
            "truth values": _("because every value is true or false"),
            "dates": _("because all its values are dates"),
            "dates, day first": _("because every value is a date, read with the day before the month"),
            "dates, month first": _("because every value is a date, read with the month before the day"),
            "categories": _("because it is declared as categories"),
            "text": _("because it holds text that repeats"),
            "identifier": _("because almost every row has a value of its own, as an identifier has"),
            "free text": _("because almost every row has a text of its own, of several words"),
            "no values": _("because it has no values"),
            "constant": _("because it is the same in every row"),
        }[self.reason]


def kind_of(cells: polars.Series, weights: np.ndarray | None = None) -> ColumnKind:
    """What kind a column is, from its type, or from what stands in it where that is text.

    Text is a number, a truth value or a date if every cell that is not missing is one. Other text is a category; but
    where more than half of the cells (each counted with its weight) differ, and these are more than MANY, or all of
    more than ONE_HOT, it is an identifier, or free text if most have WORDS words or more, and is left out.

    >>> kind_of(polars.Series("age", ["31", "?", "40"])).kind
    'number'
    >>> kind_of(polars.Series("city", ["Lyon", "Kyiv", "Lyon"])).because()
    'because it holds text that repeats'

    Raises:
        DataError: a column of lists, structures, bytes or objects.
    """
    values = typed(cells)
    present = values.is_not_null()
    if not present.any():
        return ColumnKind("left out", "no values")
    if values.n_unique() == 1:
        return ColumnKind("left out", "constant")
    if values.dtype == polars.Boolean:
        return ColumnKind("boolean", "truth values")
    if values.dtype == polars.Datetime:
        return ColumnKind("date", _order(date_format(cells)) if is_text(cells) else "dates")
    if values.dtype != polars.String:
        return ColumnKind("number", "numbers")
    if cells.dtype != polars.String:
        return ColumnKind("category", "categories")
    return _text(values.filter(present), weights if weights is None else weights[present.to_numpy()])


def typed(cells: polars.Series) -> polars.Series:
    """A column as what it holds: text that is all numbers as Float64, all dates as Datetime, truth words as Boolean.

    Null where a cell is missing.
    """
    refuse_odd(cells)
    if cells.dtype in (polars.Date, polars.Datetime):
        return dates_of(cells)
    if cells.dtype == polars.Boolean:
        return cells
    if not is_text(cells):
        return read_numbers(cells)
    text = text_of(cells)
    if cells.dtype != polars.String or text.null_count() == len(text):
        return text
    if _all_read(text, numbers := read_numbers(cells)):
        return numbers
    words = set(text.drop_nulls().head(100).str.to_lowercase().unique())
    if any(words <= set(pair) for pair in TRUTH_WORDS) and _all_read(text, truth := read_truth(text)):
        return truth
    format = date_format(cells)
    return text if format is None else dates_of(cells, format)


def check_asked(asked: Mapping[str, str], names: Sequence[str]) -> None:
    """See that kinds are asked for columns that are there, and are kinds.

    Raises:
        DataError: one is not; the nearest is suggested.
    """
    known = ("number", "category", "boolean", "date", "drop")
    for name, kind in asked.items():
        if name not in names:
            raise DataError(
                _("There is no column '{name}', which was to be of the kind {kind}.{hint}").format(
                    name=name, kind=kind, hint=did_you_mean(str(name), names)
                )
            )
        if kind not in known:
            raise DataError(
                _("'{kind}', asked for column '{name}', is no kind of column.{hint} The kinds are: {known}.").format(
                    kind=kind, name=name, hint=did_you_mean(str(kind), known), known=", ".join(known)
                )
            )


def _order(format: str | None) -> Reason:
    """Which of two numbers was taken for the month, where the format had to be chosen."""
    if format in UNAMBIGUOUS or format is None:
        return "dates"
    return "dates, day first" if format.startswith("%d") else "dates, month first"


def _all_read(text: polars.Series, read: polars.Series) -> bool:
    return read.null_count() == text.null_count()


def _text(text: polars.Series, weights: np.ndarray | None) -> ColumnKind:
    """A category, an identifier or free text.  text: (n,) without missing cells."""
    different, rows = text.n_unique(), len(text) if weights is None else round(float(weights.sum()), 9)
    if different > rows / 2 and (different > MANY or different >= rows > ONE_HOT):
        words = text.str.count_matches(r"\S+").median()
        return ColumnKind("left out", "free text" if float(str(words)) >= WORDS else "identifier")
    return ColumnKind("category", "text")
