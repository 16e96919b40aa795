"""The target's values, from columns of every kind."""

import datetime

import numpy as np
import polars
import pytest

from clearprop.data.target import target_values
from clearprop.errors import DataError

U64 = polars.Series([1, 2**64 - 1], dtype=polars.UInt64)


def values(cells, **options):
    return target_values(
        polars.Series("y", cells) if isinstance(cells, list) else cells, "t", "row {}".format, **options
    )


@pytest.mark.parametrize(
    ("cells", "expected", "kind"),
    [
        (["1", " 2.0 ", "-3e1"], [1, 2, -30], "i"),
        (["1", "2.5"], [1, 2.5], "f"),
        ([1.0, 2.0], [1, 2], "i"),
        ([2.0**53, 1.0], [2.0**53, 1], "f"),
        ([1, 2**62], [1, 2**62], "i"),
        (U64, [1.0, 2.0**64], "f"),
        (U64.head(1), [1], "i"),
        (["1e300", "1"], [1e300, 1], "f"),
        ([True, False], [True, False], "b"),
        (["cat", " dog "], ["cat", "dog"], "U"),
        (["1", "none", "x"], ["1", "none", "x"], "U"),
        (["+", "-", "+"], ["+", "-", "+"], "U"),
        (["True", "False"], ["True", "False"], "U"),
        (polars.Series(["a", "b"], dtype=polars.Categorical), ["a", "b"], "U"),
        (polars.Series(["a", "b"], dtype=polars.Enum(["b", "a"])), ["a", "b"], "U"),
        (polars.Series(["1.50", "2"]).cast(polars.Decimal(10, 2)), [1.5, 2], "f"),
    ],
)
def test_values_of_every_kind(cells, expected, kind):
    y = values(cells)
    assert y.tolist() == expected and y.dtype.kind == kind


def test_classes_that_are_text_stay_text():
    """A file in which only numbers happen to stand, for a model that knows "1" as a word."""
    assert values(["1", "1"], as_text=True).tolist() == ["1", "1"]
    assert values([1, 2], as_text=True).tolist() == ["1", "2"]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (["1", None, "2"], r"The target 'y' has no value in row 1: fill it in, or leave the row out\."),
        (["1", "-", "2", "n/a"], r"has no value in row 1 and in 1 other row: fill them in, or leave the rows out\."),
        (["a", "", "N/A", None], r"has no value in row 1 and in 2 other rows: fill them in, or leave them out\."),
        ([1.0, float("nan")], r"has no value in row 1"),
        ([1, None], r"has no value in row 1"),
        ([True, None], r"has no value in row 1"),
        ([None, None], r"The target 'y' of t has no value in any row: choose another column\."),
        (["nan", "NA"], r"has no value in any row"),
        ([1.0, float("-inf")], r"has -inf in row 1: only finite numbers"),
        (["1", "1e999"], r"has 1e999 in row 1: only finite numbers"),
        ([datetime.date(2024, 1, 2)], r"holds dates or times, such as 2024-01-02: choose another"),
        ([datetime.timedelta(1)], r"holds dates or times, such as 1 day"),
        (["31/12/2024", "1/2/2024"], r"holds dates or times, such as 31/12/2024"),
        ([[1], [2]], r"The target 'y' of t holds List\(Int64\); numbers, text or truth values are needed\."),
        ([b"a", b"b"], r"holds Binary"),
    ],
)
def test_what_cannot_be_a_target(cells, sentence):
    with pytest.raises(DataError, match=sentence):
        values(cells)


def test_numbers_are_read_to_the_last_digit():
    numbers = np.random.default_rng(0).normal(size=200) * 10.0 ** np.arange(-100, 100)
    assert np.array_equal(values(list(map(repr, numbers.tolist()))), numbers)
