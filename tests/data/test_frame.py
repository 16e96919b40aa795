"""Tables of every library."""

from datetime import datetime

import numpy as np
import pandas as pd
import polars as pl
import pytest

from clearprop.data import as_frame
from clearprop.errors import DataError

UTC_4 = datetime(2021, 3, 14, 4)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int8", "uint64", "bool", "float16"])
def test_an_array_of_numbers_is_left_as_it_is(dtype):
    X = np.ones((2, 3), dtype)
    assert as_frame(X) is X


def test_a_masked_number_is_missing():
    masked = np.ma.masked_array([[1, 2], [3, 4]], mask=[[0, 1], [0, 0]])
    np.testing.assert_array_equal(as_frame(masked), [[1, np.nan], [3, 4]])


def test_lists_of_rows():
    assert as_frame([[1, 2.5], [3, 4]]).tolist() == [[1.0, 2.5], [3.0, 4.0]]
    frame = as_frame([["Lyon", 2, True], ["Kyiv", None, False]])
    assert frame.to_dict(as_series=False) == {"x0": ["Lyon", "Kyiv"], "x1": [2, None], "x2": [True, False]}
    assert as_frame([["a", 1]], names=["city", "n"]).columns == ["city", "n"]


def test_arrays_of_objects_and_of_text():
    assert as_frame(np.array([[1, 2.5]], dtype=object)).dtype == np.float64
    mixed = as_frame(np.array([["a", 1.5, np.nan], [None, 2, 3]], dtype=object))
    assert mixed.to_dict(as_series=False) == {"x0": ["a", None], "x1": [1.5, 2.0], "x2": [None, 3.0]}
    assert as_frame(np.array([["a", "1"]])).rows() == [("a", "1")]
    assert as_frame(np.array([["é".encode(), b"1"]])).rows() == [("é", "1")]
    assert as_frame(np.array([["2021-03-14T04"]], "datetime64[ns]")).rows() == [(UTC_4,)]


def test_pandas_columns_of_every_type():
    """Those of Arrow, too, if pyarrow is there; pandas' text needs none."""
    table = pd.DataFrame(
        {
            "int": [1, 2],
            "float": [1.5, np.nan],
            "bool": [True, False],
            "Int": pd.array([2**60, None], dtype="Int64"),
            "Float": pd.array([0.5, None], dtype="Float64"),
            "boolean": pd.array([True, None], dtype="boolean"),
            "text": pd.Series(["a", None], dtype="str"),
            "object": pd.Series(["a", 1.5], dtype="object"),
            "truth": pd.Series([True, None], dtype="object"),
            "category": pd.Categorical(["u", None]),
            "numbers": pd.Categorical([3, None]),
            "when": pd.to_datetime(["2021-03-14 04:00", None]),
            "zone": pd.to_datetime(["2021-03-14 05:00", None]).tz_localize("Europe/Paris"),
            "stamp": pd.Series([pd.Timestamp("2021-03-14 04:00"), pd.NaT], dtype="object"),
            "long": pd.to_timedelta([90, None], unit="s"),
            7: [1, 2],
        }
    )
    frame = as_frame(table)
    assert frame.row(0)[:9] == (1, 1.5, True, 2**60, 0.5, True, "a", "a", True)
    assert frame.row(0)[9:14] == ("u", "3", UTC_4, UTC_4, UTC_4)
    assert frame.row(0)[14].total_seconds() == 90
    assert frame.columns[-1] == "7"
    gaps = frame.select(pl.exclude("int", "bool", "object", "7", "float")).row(1)
    assert set(gaps) == {None}
    assert np.isnan(frame["float"][1])
    assert frame.schema["category"] == frame.schema["numbers"] == pl.Categorical
    assert (frame.schema["Int"], frame.schema["truth"]) == (pl.Int64, pl.Boolean)


def test_polars_and_mappings():
    frame = pl.DataFrame({"a": [1], "b": ["x"]})
    assert as_frame(frame) is frame
    assert as_frame(frame.lazy()).equals(frame)
    assert as_frame({"a": [1], "b": np.array(["x"])}).equals(frame)
    assert as_frame({"a": frame["a"], "b": ("x",)}).equals(frame)


def test_whatever_hands_out_arrows_stream():
    """As a pyarrow table does, which need not be installed."""

    class Table:
        def __arrow_c_stream__(self, schema=None):
            return pl.DataFrame({"a": [1, 2]}).__arrow_c_stream__(schema)

    assert as_frame(Table()).to_dict(as_series=False) == {"a": [1, 2]}


@pytest.mark.parametrize(
    ("X", "sentence"),
    [
        (3, r"A table is needed, .* this is int"),
        ("text", r"this is str"),
        (np.zeros(3), r"has rows and columns; this array has the shape \[3\]"),
        ([1, 2], r"give a list of rows"),
        (pd.Series([1, 2]), r"this is one column"),
        (pl.Series([1, 2]), r"this is one column"),
        (np.array([[10**400], [1]], object), r"Column 'x0' holds values"),
        ([[1, 2], [3]], r"Row 2 has 1 cells, another has 2"),
        ({"a": [1, 2], "b": [1, 2, 3]}, r"different numbers of rows"),
        ({"odd": [1, {"a": 1}]}, r"Column 'odd' holds values that cannot stand in one column"),
        ({"odd": [datetime(2020, 1, 1), "x"]}, r"Column 'odd'"),
        ({"odd": ["\ud800"]}, r"Column 'odd'"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), r"More than one column is called 'a'"),
        (np.array([[1 + 2j]]), r"Column 'x0' holds"),
    ],
)
def test_what_is_no_table_is_refused(X, sentence):
    with pytest.raises(DataError, match=sentence):
        as_frame(X)


def test_names_are_as_many_as_columns():
    with pytest.raises(DataError, match=r"1 columns are needed, and the table has 2"):
        as_frame([["a", "b"]], names=["one"])
