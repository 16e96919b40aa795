"""The preparation of a whole table."""

import io
import json
import pickle
from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from clearprop.data import CellError, Preparation
from clearprop.errors import DataError

STREETS = [f"вул. {i % 10}" for i in range(24)]
TABLE = {
    "id": [f"u{i}" for i in range(24)],
    "joined": [date(2021, 1 + i % 12, 1 + i) for i in range(24)],
    "street": STREETS,
    "age": [None, *range(20, 43)],
    "member": [True, False, None] * 8,
    "city": ["Kyiv", "Lyon", "Lyon"] * 8,
    "country": ["EU"] * 24,
    "spent": [i**1.5 for i in range(24)],
}
FRAME = pl.DataFrame(TABLE)


def test_numbers_come_first_then_indicators_then_codes():
    preparation = Preparation.learn(FRAME)
    numbers, indicators = preparation.features[: preparation.numbers], preparation.features[preparation.numbers : -1]
    assert [name for name in numbers if " " not in name] == ["age", "spent"]
    assert all(name.startswith("joined ") for name in numbers[:-2])
    assert indicators == ("age missing", "member", "member missing", "city=Lyon", "city=Kyiv")
    assert (preparation.features[-1], preparation.embedded) == ("street", (11,))
    assert preparation.width == len(preparation.features) == preparation.numbers + preparation.indicators + 1
    Z = preparation.apply(FRAME)
    assert (Z.shape, Z.dtype) == ((24, preparation.width), np.float64)
    assert set(np.unique(Z[:, preparation.numbers : -1])) == {-1.0, 0.0, 1.0}
    assert Z[:, -1].tolist() == [1 + i % 10 for i in range(24)]


def test_what_was_inferred_is_told():
    kinds = Preparation.learn(FRAME, kinds={"spent": "drop"}).kinds
    assert {name: (kind.kind, kind.reason) for name, kind in kinds.items()} == {
        "id": ("left out", "identifier"),
        "joined": ("date", "dates"),
        "street": ("category", "text"),
        "age": ("number", "numbers"),
        "member": ("boolean", "truth values"),
        "city": ("category", "text"),
        "country": ("left out", "constant"),
        "spent": ("left out", "asked"),
    }


def as_csv(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame written to a file and read again, every cell as text."""
    return pl.read_csv(io.BytesIO(frame.write_csv().encode()), infer_schema=False)


def test_text_and_types_give_the_same():
    """A CSV of a table gives what the table gives, whichever was learnt from."""
    text = as_csv(FRAME)
    typed, read = Preparation.learn(FRAME), Preparation.learn(text)
    assert typed.features == read.features
    for preparation in (typed, read):
        for table in (FRAME, text):
            np.testing.assert_array_equal(preparation.apply(table), typed.apply(FRAME))


def test_pandas_polars_and_a_mapping_give_the_same():
    frame = pd.DataFrame(TABLE)
    frame["joined"] = pd.to_datetime(frame["joined"])
    nullable = frame.assign(age=frame["age"].astype("Int64"), member=frame["member"].astype("boolean"))
    expected = Preparation.learn(FRAME)
    for table in (frame, nullable, TABLE, FRAME.lazy()):
        assert Preparation.learn(table) == expected
        np.testing.assert_array_equal(expected.apply(table), expected.apply(FRAME))


def test_an_array_and_a_frame_of_numbers_give_the_same():
    X = np.random.default_rng(0).normal(size=(20, 3))
    X[3, 1] = np.nan
    frame = pl.DataFrame(X, schema=["x0", "x1", "x2"], nan_to_null=True)
    mixed = frame.with_columns(pl.col("x2").cast(pl.String))
    expected = Preparation.learn(X)
    for table in (frame, mixed, pd.DataFrame(X, columns=["x0", "x1", "x2"]), X.tolist()):
        assert Preparation.learn(table) == expected
        np.testing.assert_array_equal(expected.apply(table), expected.apply(X))


def test_columns_are_found_by_name():
    preparation = Preparation.learn(FRAME)
    shuffled = FRAME.select(["spent", "city", "joined", "age", "street", "member"]).with_columns(more=1)
    np.testing.assert_array_equal(preparation.apply(shuffled), preparation.apply(FRAME))
    assert "id" not in preparation.needed
    with pytest.raises(DataError, match=r"has no column 'city', which the model needs. Did you mean 'City'\?"):
        preparation.apply(FRAME.rename({"city": "City"}))


def test_the_columns_of_an_array_are_found_by_place():
    X = np.array([[1.0, 7, 2], [2, 7, 4], [4, 7, 8]])
    preparation = Preparation.learn(X, names=["a", "b", "c"])
    assert preparation.features == ("a", "b", "c")
    by_name = {"c": X[:, 2], "a": X[:, 0], "b": X[:, 1]}
    np.testing.assert_array_equal(preparation.apply(X), preparation.apply(by_name))
    for wrong in (X[:, :2], X[:, :2].astype(object), X[:, :2].astype(str), X[:, :2].tolist()):
        with pytest.raises(DataError, match=r"3 columns.*the table has 2"):
            preparation.apply(wrong)


def test_json_there_and_back():
    for scaling in ("robust", "standard"):
        preparation = Preparation.learn(FRAME, scaling=scaling)
        text = preparation.model_dump_json()
        again = Preparation.model_validate_json(text)
        assert again == preparation
        assert again.model_dump_json() == text
        np.testing.assert_array_equal(again.apply(FRAME), preparation.apply(FRAME))
    labels = Preparation.learn({"a": [1, 2.5, 2**60]}, kinds={"a": "category"})
    again = Preparation.model_validate_json(labels.model_dump_json())
    assert [type(label) for label in again.columns[0].labels] == [int, float, float]


def test_it_can_be_pickled_and_copied():
    preparation = Preparation.learn(FRAME)
    before = preparation.apply(FRAME)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(preparation)).apply(FRAME), before)


COLUMN = {"kind": "number", "name": "a", "reason": "numbers", "center": 0.0, "scale": 1.0, "missing": False}


@pytest.mark.parametrize(
    "document",
    [
        {"scaling": "robust", "columns": [COLUMN, COLUMN]},
        {"scaling": "none", "columns": [COLUMN]},
        {"scaling": "robust", "columns": [COLUMN], "import": "os"},
        {"scaling": "robust", "columns": [{**COLUMN, "kind": "code"}]},
        {"scaling": "robust", "columns": [{**COLUMN, "scale": "1"}]},
        {"scaling": "robust", "columns": [{**COLUMN, "scale": None}]},
        {"scaling": "robust", "columns": [{**COLUMN, "reason": "because"}]},
        {"scaling": "robust", "columns": {}},
        {"columns": [COLUMN]},
        [],
    ],
)
def test_a_hostile_document_is_refused(document):
    assert Preparation.model_validate_json(json.dumps({"scaling": "robust", "columns": [COLUMN]})).width == 1
    with pytest.raises(ValidationError):
        Preparation.model_validate_json(json.dumps(document))


def test_an_extreme_document_still_gives_finite_numbers():
    extreme = {**COLUMN, "center": -3.4e38, "scale": 1e100}
    preparation = Preparation.model_validate_json(json.dumps({"scaling": "robust", "columns": [extreme]}))
    assert preparation.apply(np.array([[3.4e38], [-3.4e38], [np.nan]])).tolist() == [[3.0], [0.0], [0.0]]


@given(st.lists(st.integers(0, 3), min_size=24, max_size=24).filter(any))
def test_a_weight_is_a_number_of_rows(counts):
    """2 is two rows, and 0 is none, exactly."""
    rows = np.repeat(np.arange(24), counts)
    try:
        expected = Preparation.learn(FRAME[rows])
    except DataError as error:
        with pytest.raises(DataError, match=str(error)[:20]):
            Preparation.learn(FRAME, weights=np.array(counts))
        return
    assert Preparation.learn(FRAME, weights=np.array(counts, float)) == expected


def test_weights_are_checked():
    for weights in ([1.0], [-1.0, 1], [np.nan, 1], [[1.0], [1]]):
        with pytest.raises(
            DataError, match=r"Sample weights are finite numbers of 0 or more, one for each of the 2 rows"
        ):
            Preparation.learn([[1], [2]], weights=np.array(weights))
    with pytest.raises(DataError, match=r"nothing to learn from"):
        Preparation.learn([[1], [2]], weights=np.zeros(2))


def test_a_bad_cell_is_named_by_its_row_in_the_whole_table():
    with pytest.raises(CellError, match=r"has 'x' in row 3"):
        Preparation.learn({"a": ["1", "2", "x"]}, weights=np.array([0, 1, 1]), kinds={"a": "number"})


@pytest.mark.parametrize(
    ("X", "sentence"),
    [
        ({"a": []}, r"nothing to learn from: the table has no rows"),
        (pl.DataFrame(), r"nothing to learn from"),
        (np.empty((3, 0)), r"nothing to learn from"),
        (
            {"a": [1, 1], "b": ["", None]},
            r"no column to learn from: 'a' because it is the same .*, 'b' because it has no",
        ),
        (pl.DataFrame(np.ones((1, 9))), r"'column_4' because it is the same in every row…"),
        ({"odd": [[1], [2]]}, r"Column 'odd' holds List"),
    ],
)
def test_a_table_without_anything_to_learn_is_refused(X, sentence):
    with pytest.raises(DataError, match=sentence):
        Preparation.learn(X)


def test_text_where_a_number_was_is_named():
    preparation = Preparation.learn(FRAME)
    with pytest.raises(CellError, match=r"Column 'age' should hold numbers, and has 'young' in row 2"):
        preparation.apply({**TABLE, "age": ["20", "young", *["30"] * 22]})
    with pytest.raises(DataError, match=r"Column 'city' holds List"):
        preparation.apply({**TABLE, "city": [["Kyiv"]] * 24})


def test_no_rows_and_one_row_and_all_missing():
    preparation = Preparation.learn(FRAME)
    assert preparation.apply(FRAME[:0]).shape == (0, preparation.width)
    np.testing.assert_array_equal(preparation.apply(FRAME[5:6]), preparation.apply(FRAME)[5:6])
    missing = preparation.apply({name: [None] for name in TABLE})[0]
    told = [name for name, value in zip(preparation.features, missing, strict=True) if value]
    assert told == ["age missing", "member missing"]
    numbers = Preparation.learn(np.arange(6.0).reshape(3, 2))
    assert numbers.apply(np.empty((0, 2))).shape == (0, 2)


def test_names_of_any_script():
    table = {"Größe (cm)": [1, 2, 3], "місто": ["Київ", "Львів", "Київ"], "🙂 ": ["да", "नहीं", "да"]}
    preparation = Preparation.learn(table)
    assert preparation.features == ("Größe (cm)", "місто=Київ", "місто=Львів", "🙂 =да", "🙂 =नहीं")
    assert Preparation.model_validate_json(preparation.model_dump_json()) == preparation
