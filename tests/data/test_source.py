"""From a source named on a command line to a table: what is chosen of it, and the same from every kind of file."""

import datetime
import gzip
from pathlib import Path

import numpy as np
import polars
import pytest

from clearprop.data import SAMPLES
from clearprop.data.source import open_table, open_table_for
from clearprop.errors import DataError

FRAME = polars.DataFrame(
    {
        "size": [70.5, 1e-300, -3.0, None],
        "rooms": [3, 2, None, 7],
        "city": ["Kyiv", "São Paulo", 'the "old" one; 5" off', None],
        "sold": [
            datetime.datetime(2024, 1, 2),
            None,
            datetime.datetime(2023, 12, 31, 23, 59),
            datetime.datetime(2000, 2, 29),
        ],
        "price": [1.5, 2.25, 3.0, 1e6],
    }
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name):
    """The same table in a file of any kind, by the writer that people use."""
    if name.endswith((".csv", ".csv.gz", ".tsv")):
        text = FRAME.write_csv(separator="\t" if name.endswith("tsv") else ",").encode()
        Path(name).write_bytes(gzip.compress(text) if name.endswith("gz") else text)
    elif name.endswith("xlsx"):
        _to_excel(name)
    elif name.endswith("parquet"):
        FRAME.write_parquet(name)
    else:
        FRAME.write_ipc(name)


def _to_excel(name):
    import pandas

    pandas.DataFrame(FRAME.to_dict(as_series=False)).to_excel(name, index=False)


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.tsv", "t.parquet", "t.feather", "t.arrow", "t.xlsx"])
def test_the_same_table_from_every_kind_of_file(name):
    write(name)
    data = open_table(name)
    read = data.X.with_columns(
        polars.col("size", "rooms").cast(polars.Float64),
        polars.col("sold").str.to_datetime() if data.X["sold"].dtype == polars.String else polars.col("sold"),
    ).with_columns(polars.col("sold").cast(polars.Datetime("us")))
    assert read.equals(FRAME.drop("price").with_columns(polars.col("rooms").cast(polars.Float64)), null_equal=True)
    assert data.y.tolist() == [1.5, 2.25, 3.0, 1e6]
    assert data.columns == ("size", "rooms", "city", "sold")


HOUSES = "id,size,city,price\n7,70,Kyiv,1\n8,80,Lyon,2\n"


@pytest.fixture
def houses(folder):
    (folder / "houses.csv").write_text(HOUSES)
    return "houses.csv"


def test_columns_are_chosen(houses):
    data = open_table(houses, "size", drop=["id"], aside=["city"])
    assert (data.columns, data.target) == (("price",), "size")
    assert data.X.rows() == [("1",), ("2",)] and data.values.tolist() == [70, 80]
    assert {name: cells.to_list() for name, cells in data.aside.items()} == {"city": ["Kyiv", "Lyon"]}


def test_the_default_target_is_the_last_column_that_is_left(houses):
    assert open_table(houses).target == "price"
    assert open_table(houses, drop=["price"]).target == "city"
    assert open_table(houses, aside=["price"], drop=["city"]).target == "size"


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ({"target": "Prices"}, r"no column 'Prices'\. Did you mean 'price'\? Its columns are: id, size, city, price\."),
        ({"drop": ["siz"]}, r"houses\.csv has no column 'siz'\. Did you mean 'size'\?"),
        ({"aside": ["town"]}, r"houses\.csv has no column 'town'\. Its columns are"),
        ({"target": "id", "drop": ["id"]}, r"Column 'id' of houses\.csv is the target: it cannot also be left out or"),
        ({"target": "id", "aside": ["id"]}, r"Column 'id' of houses\.csv is the target"),
        ({"drop": ["id", "size", "city"]}, r"houses\.csv has only the column 'price': besides the target"),
        ({"drop": ["id", "size", "city", "price"]}, r"Every column of houses\.csv is left out"),
    ],
)
def test_what_cannot_be_chosen(houses, named, sentence):
    with pytest.raises(DataError, match=sentence):
        open_table(houses, **named)


def test_a_model_finds_its_columns_by_name(houses):
    data = open_table_for(("city", "size"), houses, target="price", aside=["id"])
    assert data.X.rows() == [("Kyiv", "70"), ("Lyon", "80")] and data.values.tolist() == [1, 2]
    assert data.aside["id"].to_list() == ["7", "8"]


def test_a_prediction_needs_no_target_and_one_row_will_do(folder):
    (folder / "new.csv").write_text("b,a,,\n2,1,x,\n")
    data = open_table_for(("a", "b"), "new.csv")
    assert data.X.rows() == [("1", "2")]
    assert (data.y, data.target) == (None, "")
    with pytest.raises(DataError, match=r"new\.csv has no target, and the right answers are needed here"):
        data.values


def test_a_model_that_lacks_a_column_says_which(houses):
    with pytest.raises(
        DataError, match=r"houses\.csv has no column 'Size', which the model needs\. Did you mean 'size'\?"
    ):
        open_table_for(("Size", "city"), houses)
    with pytest.raises(
        DataError, match=r"houses\.csv has no column 'prize', which the model needs\. Did you mean 'price'"
    ):
        open_table_for(("size",), houses, target="prize")
    with pytest.raises(DataError, match=r"houses\.csv has no column 'town'"):
        open_table_for(("size",), houses, aside=["town"])


def test_a_model_of_arrays_takes_the_columns_in_their_order(houses):
    assert open_table_for((), houses, target="city").columns == ("id", "size", "price")


def test_classes_that_are_text_stay_text(houses):
    assert open_table_for(("size",), houses, target="id", as_text=True).values.tolist() == ["7", "8"]


def test_a_sample():
    data = open_table("sample:wine", drop=["hue"], aside=["ash"])
    assert data.X.shape == (178, 11) and len(data.columns) == 11
    assert (data.target, data.source, data.place(4)) == ("cultivar", "sample:wine", "row 5 of sample:wine")
    whole, names = SAMPLES["wine"].load()[0], SAMPLES["wine"].load()[2]
    assert np.array_equal(data.aside["ash"], whole[:, names.index("ash")])
    assert np.array_equal(data.X[:, -1], whole[:, names.index(data.columns[-1])])


def test_a_sample_for_a_model_is_given_in_its_order():
    X, y, columns = SAMPLES["iris"].load()
    data = open_table_for(columns[::-1], "sample:iris", target="species")
    assert np.array_equal(data.X, X[:, ::-1]) and np.array_equal(data.values, y)
    assert open_table_for(columns, "sample:iris").y is None
    with pytest.raises(DataError, match=r"sample:wine has no column 'petal width \(cm\)', which the model needs"):
        open_table_for(columns[3:], "sample:wine")


def test_what_a_sample_cannot_give():
    with pytest.raises(DataError, match=r"The target of sample:iris is 'species', and only a table lets you choose"):
        open_table("sample:iris", "petal")
    with pytest.raises(DataError, match=r"sample:iris has no column 'petal'\."):
        open_table("sample:iris", drop=["petal"])
    with pytest.raises(DataError, match=r"Column 'species' of sample:iris is the target"):
        open_table("sample:iris", drop=["species"])
