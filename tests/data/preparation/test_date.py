"""Dates become parts."""

from datetime import date, datetime

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from clearprop.data import CellError, Preparation
from clearprop.data.preparation import DateColumn
from clearprop.data.preparation.date import PARTS, parts_of

INSTANTS = pl.Series([datetime(1970, 1, 2, 6), None, datetime(2021, 7, 16, 12)])


@pytest.mark.parametrize(
    ("part", "values"),
    [
        ("days", [1.25, 18824.5]),
        ("year", [1970, 2021]),
        ("month sin", [0, 0]),
        ("month cos", [1, -1]),
        ("day sin", [np.sin(2 * np.pi / 31), np.sin(2 * np.pi * 15 / 31)]),
        ("day cos", [np.cos(2 * np.pi / 31), np.cos(2 * np.pi * 15 / 31)]),
        ("weekday sin", [np.sin(2 * np.pi * 4 / 7)] * 2),
        ("weekday cos", [np.cos(2 * np.pi * 4 / 7)] * 2),
        ("time sin", [1, 0]),
        ("time cos", [0, -1]),
    ],
)
def test_each_part_by_hand(part, values):
    """Both days were Fridays; July stands half a year from January, and 6:00 a quarter of a day from midnight."""
    found = parts_of(INSTANTS.to_numpy())[part]
    assert np.isnan(found).tolist() == [False, True, False]
    assert found[[0, 2]] == pytest.approx(values, abs=1e-12)


def test_every_part_is_tested():
    assert len(PARTS) == 10
    assert tuple(parts_of(INSTANTS.to_numpy())) == PARTS


def test_parts_that_never_change_are_left_out():
    """Days of one May: neither year nor month; no time of day, so no time."""
    preparation = Preparation.learn({"on": ["2021-05-03", "2021-05-04", "2021-05-09", None]})
    assert preparation.features == (
        *("on days", "on day sin", "on day cos", "on weekday sin", "on weekday cos"),
        "on missing",
    )
    assert preparation.numbers == 5


def test_days_are_scaled_as_numbers_are():
    """1, 2, 3, 4, 5 May 2021: median 3, quartiles 2 and 4; the clip is z / √(1 + (z/3)²); a missing day is 0."""
    days = [f"2021-05-0{i}" for i in range(1, 6)]
    preparation = Preparation.learn({"on": [*days]})
    place = preparation.features.index("on days")
    later = preparation.apply({"on": ["2021-05-09", "2021-05-03", "-"]})[:, place]
    assert later == pytest.approx([3 / 2**0.5, 0, 0], rel=1e-14)


def test_a_date_that_never_changes_where_it_is_there():
    preparation = Preparation.learn({"on": ["2021-05-03", None]})
    assert preparation.features == ("on missing",)
    assert preparation.apply({"on": [None, "1999-01-01"]}).tolist() == [[1], [0]]


def test_text_and_typed_dates_give_the_same():
    text = {"on": ["03/05/2021", "14/05/2021", "20/06/2022"]}
    typed = {"on": [date(2021, 5, 3), date(2021, 5, 14), date(2022, 6, 20)]}
    of_text, of_dates = Preparation.learn(text), Preparation.learn(typed)
    assert of_text.columns[0].format == "%d/%m/%Y"
    assert of_dates.columns[0].format is None
    np.testing.assert_array_equal(of_text.apply(text), of_dates.apply(typed))
    np.testing.assert_array_equal(
        of_text.apply(typed), of_dates.apply({"on": ["2021-05-03", "2021-05-14", "2022-06-20"]})
    )


def test_what_cannot_be_read_is_named():
    preparation = Preparation.learn({"on": ["2021-05-03", "2021-05-04"]})
    with pytest.raises(CellError, match=r"'on' should hold dates like 2021-12-31, and has 'soon' in row 2"):
        preparation.apply({"on": ["2021-05-03", "soon"]})
    with pytest.raises(CellError, match=r"has 'a' in row 1"):
        Preparation.learn({"on": ["a", "b"]}, kinds={"on": "date"})


@pytest.mark.parametrize(
    "fields",
    [
        {"format": "%s"},
        {"parts": ({"part": "hour", "center": 0.0, "scale": 1.0},)},
        {"parts": ({"part": "year", "center": 0.0, "scale": 1.0},) * 2},
        {"parts": ({"part": "year", "center": 0.0, "scale": -1.0},)},
        {"parts": ({"part": "year", "center": 1e39, "scale": 1.0},)},
    ],
)
def test_a_column_that_contradicts_itself_is_refused(fields):
    good = {"name": "on", "reason": "dates", "format": None, "parts": (), "missing": True}
    assert DateColumn(**good)
    with pytest.raises(ValidationError):
        DateColumn(**{**good, **fields})
