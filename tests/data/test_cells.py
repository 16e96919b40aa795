"""Cells as numbers, truth values and text; and what is said of one that cannot be read."""

import pickle
from datetime import date, time, timedelta
from decimal import Decimal

import polars as pl
import pytest

from clearprop.data.cells import MISSING, CellError, number_error, numbers_of, text_of, truth_of
from clearprop.errors import DataError


@pytest.mark.parametrize("mark", [*MISSING, " NaN ", "N/A", "\tNone", "NULL"])
def test_every_mark_of_a_missing_value_is_known(mark):
    assert text_of(pl.Series([mark, "x"])).to_list() == [None, "x"]


def test_space_around_text_is_no_part_of_it():
    assert text_of(pl.Series(["  Kyiv\t", "New York", None])).to_list() == ["Kyiv", "New York", None]


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (pl.Series([" 1", "-2.5e1", "+.5", "7.", "?"]), [1.0, -25.0, 0.5, 7.0, None]),
        (pl.Series([1, None], dtype=pl.UInt8), [1.0, None]),
        (pl.Series([1.5, float("nan"), None]), [1.5, None, None]),
        (pl.Series([True, False, None]), [1.0, 0.0, None]),
        (pl.Series([Decimal("1.25")]), [1.25]),
        (pl.Series([timedelta(minutes=1, microseconds=5), None]), [60.000005, None]),
        (pl.Series([time(1, 0, 1)]), [3601.0]),
        (pl.Series(["2", "3"], dtype=pl.Categorical), [2.0, 3.0]),
        (pl.Series([None, None]), [None, None]),
    ],
)
def test_numbers_of_every_type(cells, numbers):
    """Times are seconds."""
    assert numbers_of(cells).to_list() == numbers


def test_text_that_is_no_number_is_named():
    with pytest.raises(CellError, match=r"^Column 'age' should hold numbers, and has 'old' in row 3: ") as caught:
        numbers_of(pl.Series("age", ["1", "", "old", "older"]))
    error = caught.value
    assert (error.column, error.row, error.value) == ("age", 2, "old")
    assert error.told("line 4 of people.csv").startswith("Column 'age' should hold numbers, and has 'old' in line 4 of")
    with pytest.raises(CellError, match=r"has '1,5' in row 1: write decimals with a point"):
        numbers_of(pl.Series("age", ["1,5"]))
    with pytest.raises(DataError, match=r"'born' should hold numbers, and holds dates"):
        numbers_of(pl.Series("born", [date(2000, 1, 1)]))


def test_the_error_is_told_whole_after_pickling_and_in_another_row():
    """joblib's workers send errors as pickles."""
    error = pickle.loads(pickle.dumps(number_error("x", 4, float("inf"))))
    assert str(error) == "Column 'x' has inf in row 5: only numbers up to 3.4e+38 can be used."
    assert str(error.in_row(0)) == "Column 'x' has inf in row 1: only numbers up to 3.4e+38 can be used."
    assert len(str(CellError("{value}", "x", 0, "long" * 100))) == 40


def test_truth_values_of_every_type():
    words = ["true", "FALSE", "Yes", "no", "y", "N", "T", "f", " 1", "0", "1.0", "-"]
    assert truth_of(pl.Series(words)).to_list() == [True, False] * 4 + [True, False, True, None]
    assert truth_of(pl.Series([1, 0, None])).to_list() == [True, False, None]
    assert truth_of(pl.Series([1.0, float("nan")])).to_list() == [True, None]
    with pytest.raises(CellError, match=r"'x' should hold truth values, such as yes and no, and has 'maybe' in row 2"):
        truth_of(pl.Series("x", ["yes", "maybe"]))
    with pytest.raises(CellError, match=r"has '2.0' in row 1"):
        truth_of(pl.Series("x", [2]))
