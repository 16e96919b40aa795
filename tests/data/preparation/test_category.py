"""Categories: one-hot, or a code."""

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from clearprop.data import CellError
from clearprop.data.preparation import CategoryColumn, Preparation

FEW = {"city": ["Lyon", "Kyiv", "Lyon", None]}
MANY = [f"k{i % 12:02}" for i in range(30)] + ["once"]
"""Twelve labels, the first six seen three times, the others twice; and one seen once."""


def learn(cells, **options):
    return Preparation.learn({"c": cells}, **options)


def test_few_labels_have_a_column_each_the_most_frequent_first():
    preparation = Preparation.learn(FEW)
    assert preparation.features == ("city=Lyon", "city=Kyiv", "city missing")
    assert preparation.apply(FEW).tolist() == [[1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 0, 1]]
    assert preparation.apply({"city": ["Rome", " Kyiv ", "n/a"]}).tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_a_missing_one_is_no_label_where_none_was_missing_in_training():
    preparation = learn(["a", "b", "a"])
    assert preparation.apply({"c": [None, "b"]}).tolist() == [[0, 0], [0, 1]]
    many = learn(MANY)
    assert many.apply({"c": [None]}).tolist() == [[0]]


def test_many_labels_become_a_code():
    """0 for the rare and the unseen; 1 … by frequency, equals by name; the last for a missing one."""
    preparation = learn([*MANY, None])
    assert preparation.embedded == (14,)
    assert (preparation.numbers, preparation.indicators, preparation.width) == (0, 0, 1)
    assert preparation.features == ("c",)
    codes = preparation.apply({"c": ["k00", "k05", "k06", "k11", "once", "never", None]})[:, 0].tolist()
    assert codes == [1, 6, 7, 12, 0, 0, 13]


def test_where_all_labels_are_rare_all_are_kept():
    asked = learn([f"row {i}" for i in range(20)], kinds={"c": "category"})
    assert asked.embedded == (21,)


def test_the_10_000_most_frequent_labels_are_kept():
    preparation = learn([f"k{i:05}" for i in range(10_050)] * 2, kinds={"c": "category"})
    assert preparation.embedded == (10_001,)
    assert preparation.apply({"c": ["k09999", "k10000"]}).tolist() == [[10_000], [0]]


@pytest.mark.parametrize("weight", [0.3, 1.0, 2.0])
def test_rare_is_by_weight(weight):
    """A weight of 2 is two rows; weights below 1 in the mean are shares, and are brought to a mean of 1."""
    once = [f"row {i:02}" for i in range(12)] * 2
    weights = np.full(24, weight)
    weights[[0, 12]] *= 0.5
    assert ("row 00" in learn(once, weights=weights).columns[0].labels) == (weight == 2.0)


def test_numbers_asked_to_be_categories_match_however_they_are_written():
    preparation = Preparation.learn({"zip": [75001, 69002, 75001]}, kinds={"zip": "category"})
    assert preparation.features == ("zip=75001", "zip=69002")
    for cells in ([69002, 1], [69002.0, 1.0], ["69002", "x"], np.array([69002, 1], np.uint32)):
        assert preparation.apply({"zip": cells}).tolist() == [[0, 1], [0, 0]]
    as_text = Preparation.learn({"zip": ["75001", "69002", "75001"]}, kinds={"zip": "category"})
    assert as_text.features == preparation.features
    array = Preparation.learn(np.array([[1.0, 5], [2, 6], [np.nan, 7]]), kinds={"x0": "category"})
    assert array.features == ("x1", "x0=1", "x0=2", "x0 missing")
    assert array.apply(np.array([[2.0, 6]])).tolist() == [[0, 0, 1, 0]]


def test_an_infinite_label_is_named():
    with pytest.raises(CellError, match=r"'c' has inf in row 2"):
        learn(["1", "inf", "1"], kinds={"c": "category"})
    assert learn([1, 2, 1], kinds={"c": "category"}).apply({"c": [np.inf]}).tolist() == [[0, 0]]


def test_007_is_text():
    preparation = learn(["007", "7", "007", "8"], kinds={"c": "category"})
    assert preparation.columns[0].labels == ("007", "7", "8")
    for cells in ([7, 9], [7.0, None], ["7", "007.0"]):
        assert preparation.apply({"c": cells}).tolist() == [[0, 1, 0], [0, 0, 0]]


def test_truth_values_asked_to_be_categories():
    preparation = learn([True, False, True, None], kinds={"c": "category"})
    assert preparation.columns[0].labels == (True, False)
    assert preparation.apply({"c": ["no", "x", "TRUE"]}).tolist() == [[0, 1, 0], [0, 0, 0], [1, 0, 0]]
    assert preparation.apply({"c": [1.0, 0.0, 7.0]}).tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 0]]


def test_dates_asked_to_be_categories():
    days = ["2021-01-01", "2021-01-02", "2021-01-01"]
    typed = pl.DataFrame({"c": days}).with_columns(pl.col("c").str.to_date())
    for X in ({"c": days}, typed):
        preparation = Preparation.learn(X, kinds={"c": "category"})
        assert preparation.apply(typed).tolist() == preparation.apply({"c": days}).tolist() == [[1, 0], [0, 1], [1, 0]]


@pytest.mark.parametrize(
    "fields",
    [
        {"labels": ()},
        {"labels": ("a", "a")},
        {"labels": (1, 1.0)},
        {"labels": ("a", 1)},
        {"labels": (True, 0)},
        {"labels": tuple("abcdefghi")},
        {"labels": tuple(map(str, range(10_001))), "embedded": True},
        {"labels": (float("nan"),)},
        {"labels": (10**400,)},
        {"labels": [None]},
    ],
)
def test_a_column_that_contradicts_itself_is_refused(fields):
    good = {"name": "c", "reason": "text", "labels": ("a",), "missing": False, "embedded": False}
    assert CategoryColumn(**good)
    with pytest.raises(ValidationError):
        CategoryColumn(**{**good, **fields})
