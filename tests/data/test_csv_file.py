"""Numbers from .csv files, and what is said of those that cannot be used."""

import numpy as np
import pytest

from clearprop.data import Table, read, read_for
from clearprop.errors import DataError


@pytest.fixture
def csv(tmp_path, monkeypatch):
    """Writes a file of this content and gives its name."""
    monkeypatch.chdir(tmp_path)

    def write(content, name="t.csv"):
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return name

    return write


def test_the_last_column_is_the_target(csv):
    data = read(csv("height,width,kind\n1,2.5,cat\n-3e2,4,dog\n"))
    assert data.X.tolist() == [[1, 2.5], [-300, 4]]
    assert data.y.tolist() == ["cat", "dog"]
    assert (data.columns, data.target, data.source) == (("height", "width"), "kind", "t.csv")


def test_another_target_can_be_named(csv):
    data = read(csv("height,kind,width\n1,cat,2\n3,dog,4\n"), "kind")
    assert data.columns == ("height", "width")
    assert data.X.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    "content",
    [
        "a,b,y\n1,2,0\n3,4,1\n",
        "a,b,y\r\n1,2,0\r\n3,4,1\r\n",
        "\ufeffa,b,y\n1,2,0\n3,4,1",
        "\n\na,b,y\n\n1,2,0\n   \n3,4,1\n\n\n",
        "a;b;y\n1;2;0\n3;4;1\n",
        "a\tb\ty\n1\t2\t0\n3\t4\t1\n",
        'a , b ,"y"\n 1 , +2 ,"0"\n3.0,4e0,1\n',
    ],
    ids=["plain", "windows", "mark", "blank lines", "semicolons", "tabs", "spaces and quotes"],
)
def test_the_ways_of_writing_a_table(csv, content):
    data = read(csv(content))
    assert data.X.tolist() == [[1, 2], [3, 4]]
    assert data.y.tolist() == [0, 1] and data.y.dtype == np.int64
    assert data.columns == ("a", "b")


def test_numbers_are_read_to_the_last_digit(csv):
    numbers = np.random.default_rng(0).normal(size=(50, 3)) * 10.0 ** np.arange(-5, 10)[:3]
    content = "a,b,y\n" + "".join(",".join(map(repr, row)) + "\n" for row in numbers.tolist())
    data = read(csv(content))
    assert np.array_equal(np.column_stack([data.X, data.y]), numbers)


def test_a_target_of_numbers_and_text_is_text(csv):
    assert read(csv("a,y\n1,1\n2,none\n3,x\n4,x\n")).y.tolist() == ["1", "none", "x", "x"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", r"t\.csv is empty"),
        (" \n\n", r"t\.csv is empty"),
        ("a,b\n", r"t\.csv has a header and no rows"),
        ("a,b\n1,2\n", r"t\.csv has one row only"),
        ("a,b\n1,2\n3\n", r"Line 3 of t\.csv has 1 cell, and the header has 2"),
        ("a,b\n1,2\n\n3,4,5\n", r"Line 4 of t\.csv has 3 cells, and the header has 2"),
        (b"a,b\n1,2\n\xff,3\n", r"t\.csv is not UTF-8 text \(see line 3\)"),
        ("a,b\n1,2\n".encode("utf-16"), r"t\.csv is not UTF-8 text"),
        ("a,b,a\n1,2,3\n4,5,6\n", r"more than one column called 'a'"),
        (",b\n1,2\n3,4\n", r"Column 1 of t\.csv has no name"),
        ("y\n1\n2\n", r"only the column 'y'"),
        ("a,b\n1,2\nred,3\nblue,3\n", r"Column 'a' of t\.csv is not numeric: it has 'red' in line 3"),
        ("a,b\n1,2\n,3\nblue,3\n", r"Column 'a' of t\.csv is not numeric: it has 'blue' in line 4"),
        ("a,b\n1,2\n2024-01-31,3\n", r"Column 'a' of t\.csv is not numeric: it has '2024-01-31' in line 3"),
        ("a,b\n1,2\n\n,3\n", r"Column 'a' of t\.csv has no value in line 4"),
        ("a,b\n1,2\nNA,3\n", r"Column 'a' of t\.csv has no value in line 3"),
        ("a,b\n1,2\nnan,3\n", r"Column 'a' of t\.csv has no value in line 3"),
        ("a,b\n1,2\n5,\n", r"Column 'b' of t\.csv has no value in line 3"),
        ("a,b\n1,x\n5, \n6,x\n", r"Column 'b' of t\.csv has no value in line 3"),
        ("a,b\n1,2\ninf,3\n", r"Column 'a' of t\.csv has inf in line 3"),
        ("a,b\n1,2\n-1e39,3\n", r"Column 'a' of t\.csv has -1e39 in line 3: only numbers up to 3\.4e\+38"),
        ("a;b\n1,5;2\n2;3\n", r"Column 'a' of t\.csv has '1,5' in line 2: write decimals with a point"),
        ('a,b\n"1\n",2\nx,3\n', r"Column 'a' of t\.csv is not numeric: it has 'x' in line 4"),
        ('a,b\n1,"2\n3,4', r"t\.csv|Line"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(csv, content, sentence):
    with pytest.raises(DataError, match=sentence) as raised:
        read(csv(content))
    assert "\n" not in str(raised.value)


def test_an_unknown_target_suggests_the_nearest(csv):
    with pytest.raises(DataError, match=r"no column 'Pirce'\. Did you mean 'price'\? Its columns are: size, price\."):
        read(csv("size,price\n1,2\n3,4\n"), "Pirce")


def test_a_cell_that_goes_on_for_ever_is_cut(csv):
    with pytest.raises(DataError) as raised:
        read(csv("a,b\n1,2\n" + "x" * 10_000 + ",3\n"))
    assert len(str(raised.value)) < 250


MODEL = Table(task="classification", columns=("a", "b"), target="y", classes=("no", "yes"))


def test_a_model_finds_its_columns_by_name(csv):
    data = read_for(MODEL, csv("note,b,y,a\nhello,2,yes,1\n,4,no,3\n"))
    assert data.X.tolist() == [[1, 2], [3, 4]]
    assert data.y.tolist() == ["yes", "no"]


def test_a_prediction_needs_no_target_and_one_row_will_do(csv):
    data = read_for(MODEL, csv("b,a,,\n2,1,x,\n"), with_target=False)
    assert data.X.tolist() == [[1, 2]]
    assert data.y is None


def test_a_model_that_lacks_a_column_says_which(csv):
    with pytest.raises(DataError, match=r"t\.csv has no column 'b', which the model needs\. Did you mean 'B'\?"):
        read_for(MODEL, csv("a,B,y\n1,2,no\n"))
    with pytest.raises(DataError, match=r"t\.csv has no column 'y'"):
        read_for(MODEL, csv("a,b\n1,2\n"))


def test_classes_that_are_text_stay_text(csv):
    """A file in which only numbers happen to stand, for a model that knows "1" as a word."""
    table = Table(task="classification", columns=("a",), target="y", classes=("1", "x"))
    assert read_for(table, csv("a,y\n1,1\n2,1\n")).y.tolist() == ["1", "1"]


def test_a_model_of_arrays_takes_the_columns_in_their_order(csv):
    table = Table(task="regression", target="y")
    assert read_for(table, csv("b,y,a\n1,2,3\n")).X.tolist() == [[1, 3]]
