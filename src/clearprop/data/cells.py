"""The cells of one column as missing, as numbers, as truth values, or as text, however the column holds them."""

import re
from typing import Any

import numpy as np
import polars

from clearprop.data.dataset import LARGEST
from clearprop.errors import DataError
from clearprop.i18n import _, number

MISSING = ("", "na", "n/a", "#n/a", "nan", "null", "none", "-", "?")
"""Text that says that there is no value, in capitals or not, and whatever the space around it."""

TRUTH_WORDS = (("false", "true"), ("no", "yes"), ("n", "y"), ("f", "t"))
"""Pairs of words, in capitals or not, that are truth values: the second is the true one. 0 and 1 are numbers."""


class CellError(DataError):
    """One cell cannot be used.

    Attributes:
        column: the name of its column.
        row: its row, the first being 0.
        value: what it holds.

    >>> error = CellError("Column '{column}' has '{value}' in {place}.", "age", 2, "old")
    >>> str(error)
    "Column 'age' has 'old' in row 3."
    >>> error.told("line 4 of people.csv")
    "Column 'age' has 'old' in line 4 of people.csv."
    """

    def __init__(self, sentence: str, column: str, row: int, value: Any, example: str = ""):
        super().__init__(sentence, column, row, value, example)  # all of them, so that it can be pickled
        self.sentence, self.column, self.row, self.value, self.example = sentence, column, row, value, example

    def told(self, place: str) -> str:
        """The sentence, with a place that the reader of the file knows."""
        value = self.value if not isinstance(self.value, str) or len(self.value) <= 40 else self.value[:39] + "…"
        return self.sentence.format(column=self.column, value=value, place=place, example=self.example)

    def in_row(self, row: int) -> "CellError":
        """The same, said of another row: that of a larger table."""
        return CellError(self.sentence, self.column, row, self.value, self.example)

    def __str__(self) -> str:
        return self.told(_("row {}").format(self.row + 1))


def refuse_odd(cells: polars.Series) -> None:
    """See that a column is of single values.

    Raises:
        DataError: it is of lists, structures, bytes or objects.
    """
    if cells.dtype.is_nested() or cells.dtype in (polars.Binary, polars.Object):
        raise DataError(
            _(
                "Column '{name}' holds {kind}, where numbers, text, dates or truth values are needed: leave it out."
            ).format(name=cells.name, kind=cells.dtype)
        )


def is_text(cells: polars.Series) -> bool:
    """Whether the cells are words: text, or one of a list of categories."""
    return cells.dtype in (polars.String, polars.Categorical, polars.Enum)


def text_of(cells: polars.Series) -> polars.Series:
    """Text without the space around it, null where it is missing."""
    stripped = polars.first().cast(polars.String).str.strip_chars()
    there = ~stripped.str.to_lowercase().is_in(MISSING)
    return cells.to_frame().select(polars.when(there).then(stripped)).to_series().alias(cells.name)


def numbers_of(cells: polars.Series) -> polars.Series:
    """The cells as float64, null where they are missing; text is read, truth values are 0 and 1, times are seconds.

    >>> numbers_of(polars.Series("age", ["31", " 4e1 ", "n/a"])).to_list()
    [31.0, 40.0, None]

    Raises:
        CellError: text that is no number.
        DataError: dates.
    """
    return polars.Series(cells.name, number_array(cells)).fill_nan(None)


def number_array(cells: polars.Series) -> np.ndarray:
    """As `numbers_of`, but an array, NaN where they are missing."""
    if not is_text(cells):
        return _typed_numbers(cells).to_numpy()
    text = text_of(cells)
    numbers = text.cast(polars.Float64, strict=False)
    _refuse_unread(text, numbers, _not_a_number)
    return numbers.to_numpy()


def read_numbers(cells: polars.Series) -> polars.Series:
    """As `numbers_of`, but null where a cell is missing, and also where text is no number."""
    numbers = text_of(cells).cast(polars.Float64, strict=False) if is_text(cells) else _typed_numbers(cells)
    return numbers.fill_nan(None)


def _typed_numbers(cells: polars.Series) -> polars.Series:
    if cells.dtype == polars.Duration:
        return _seconds(cells.dt.total_microseconds(), 1e6)
    if cells.dtype == polars.Time:
        return _seconds(cells.cast(polars.Int64), 1e9)
    if cells.dtype.is_numeric() or cells.dtype in (polars.Boolean, polars.Null):
        return cells.cast(polars.Float64)
    raise DataError(_("Column '{}' should hold numbers, and holds dates: leave it out.").format(cells.name))


def _seconds(units: polars.Series, in_a_second: float) -> polars.Series:
    """By NumPy, which divides exactly; Polars multiplies by the inverse."""
    return polars.Series(units.name, units.to_numpy() / in_a_second)


def truth_of(cells: polars.Series) -> polars.Series:
    """The cells as truth values, null where they are missing; 0 and 1 are taken for false and true.

    >>> truth_of(polars.Series("member", ["yes", "NO", "1", ""])).to_list()
    [True, False, True, None]

    Raises:
        CellError: anything else.
    """
    if cells.dtype in (polars.Boolean, polars.Null):
        return cells.cast(polars.Boolean)
    words = text_of(cells) if is_text(cells) else read_numbers(cells).cast(polars.String)
    truth = read_truth(words)
    _refuse_unread(words, truth, _not_a_truth_value)
    return truth


def read_truth(words: polars.Series) -> polars.Series:
    """As `truth_of` for words, but null also where they are something else."""
    false, true = zip(*TRUTH_WORDS, strict=True)
    lower = words.str.to_lowercase()
    known = lower.replace_strict(
        [*false, "0", "0.0", *true, "1", "1.0"],
        [False] * (len(false) + 2) + [True] * (len(true) + 2),
        default=None,
        return_dtype=polars.Boolean,
    )
    return known.alias(words.name)


def number_error(column: str, row: int, value: float) -> CellError:
    """The error that says that a number is infinite, or beyond float32."""
    sentence = _("Column '{column}' has {value} in {place}: only numbers up to {example} can be used.")
    return CellError(sentence, column, row, value, number(LARGEST, ".1e"))


def _refuse_unread(text: polars.Series, read: polars.Series, error: Any) -> None:
    """See that whatever is not missing could be read."""
    if read.null_count() != text.null_count():
        row = (read.is_null() & text.is_not_null()).arg_true()[0]
        raise error(text.name, row, text[row])


def _not_a_number(column: str, row: int, value: str) -> CellError:
    if re.fullmatch(r"[+-]?\d+,\d+", value):
        sentence = _("Column '{column}' has '{value}' in {place}: write decimals with a point, 1.5.")
    else:
        sentence = _(
            "Column '{column}' should hold numbers, and has '{value}' in {place}: correct it, or leave the cell empty."
        )
    return CellError(sentence, column, row, value)


def _not_a_truth_value(column: str, row: int, value: str) -> CellError:
    sentence = _(
        "Column '{column}' should hold truth values, such as yes and no, and has '{value}' in {place}: correct it, or"
        " leave the cell empty."
    )
    return CellError(sentence, column, row, value)
