"""Typed tables: Parquet and Arrow in its two forms."""

import datetime
import random

import polars
import pytest

from clearprop.data.files import memory
from clearprop.data.source import open_table, open_table_for
from clearprop.errors import DataError

FRAME = polars.DataFrame(
    {
        "rooms": [3, None, 5],
        "area": [70.5, float("nan"), 120.0],
        "city": ["Kyiv", None, " São Paulo "],
        "new": [True, False, None],
        "sold": [datetime.date(2024, 1, 2), None, datetime.date(2024, 3, 4)],
        "kind": polars.Series(["flat", "house", "flat"], dtype=polars.Categorical),
        "price": [1.5, 2.5, 4.0],
    }
)
WRITERS = {
    "t.parquet": FRAME.write_parquet,
    "t.arrow": FRAME.write_ipc,
    "t.feather": lambda path: FRAME.write_ipc(path, compression="lz4"),
    "stream.arrow": FRAME.write_ipc_stream,
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", WRITERS)
def test_types_are_kept_as_stored(name):
    WRITERS[name](name)
    data = open_table(name)
    assert data.X.equals(FRAME.drop("price"), null_equal=True)
    assert data.X.schema == FRAME.drop("price").schema
    assert data.y.tolist() == [1.5, 2.5, 4.0]
    assert data.place(2) == f"row 3 of {name}"


def test_a_model_finds_its_columns():
    FRAME.write_parquet("t.parquet")
    data = open_table_for(["city", "rooms"], "t.parquet")
    assert data.X.equals(FRAME.select("city", "rooms")) and data.y is None


@pytest.mark.parametrize("name", WRITERS)
def test_cut_and_damaged_files_are_refused_or_read(folder, name):
    """Cut anywhere, or with a bit turned: the plain sentence or a table, never another error."""
    WRITERS[name](name)
    whole, draw = (folder / name).read_bytes(), random.Random(0)
    for length in range(4, len(whole) - 1, max(1, len(whole) // 15)):
        (folder / name).write_bytes(whole[:length])
        if name != "stream.arrow":  # which says nowhere how long it is
            with pytest.raises(DataError, match=rf"{name} cannot be read as an? \w+ file, so it may be cut"):
                open_table(name)
    for _time in range(15):
        broken = bytearray(whole)
        broken[draw.randrange(4, len(whole))] ^= 1 << draw.randrange(8)
        (folder / name).write_bytes(broken)
        try:
            open_table(name)
        except DataError as error:
            assert str(error).isprintable()


def test_another_file_under_the_name_is_refused(folder):
    (folder / "t.parquet").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match=r"t\.parquet cannot be read as a Parquet file"):
        open_table("t.parquet")


@pytest.mark.parametrize("name", ["t.parquet", "t.arrow"])
def test_rows_that_memory_cannot_hold_are_not_read(monkeypatch, name):
    """A million equal cells are a few bytes in a file."""
    frame = polars.DataFrame({"a": [0] * 1_000_000, "y": [1] * 1_000_000})
    frame.write_parquet(name) if name == "t.parquet" else frame.write_ipc(name, compression="zstd")
    monkeypatch.setattr(memory, "limit", lambda: 15_000_000)
    with pytest.raises(DataError, match=rf"{name} holds more than"):
        open_table(name)


def test_an_index_of_pandas_is_left_out():
    polars.DataFrame({"a": [5, 6], "y": [0, 1], "__index_level_0__": [9, 4]}).write_parquet("t.parquet")
    data = open_table("t.parquet")
    assert (data.columns, data.target) == (("a",), "y")
    assert data.notes == ("Column 3 of t.parquet numbers the rows, and was left out.",)


def test_no_rows_and_one_row():
    FRAME.clear().write_parquet("t.parquet")
    with pytest.raises(DataError, match=r"t\.parquet has a header and no rows"):
        open_table("t.parquet")
    FRAME.head(1).write_parquet("t.parquet")
    with pytest.raises(DataError, match=r"t\.parquet has one row only"):
        open_table("t.parquet")
