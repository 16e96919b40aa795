"""Workbooks of Excel, written by openpyxl."""

import datetime
import zipfile

import openpyxl
import pytest

from clearprop.data.files import memory
from clearprop.data.source import open_table, open_table_for
from clearprop.errors import DataError

ROWS = [["a", "b", "y"], [1, "x", 0], [2.5, None, 1]]


@pytest.fixture
def book(tmp_path, monkeypatch):
    """Writes a workbook of these sheets (rows, from a given cell on) and gives its name."""
    monkeypatch.chdir(tmp_path)

    def write(row=1, column=1, **sheets):
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.worksheets[0])
        for title, rows in sheets.items():
            sheet = workbook.create_sheet(title)
            for i, cells in enumerate(rows):
                for j, cell in enumerate(cells):
                    sheet.cell(row + i, column + j).value = cell
        workbook.save("t.xlsx")
        return "t.xlsx"

    return write


def test_cells_have_their_types(book):
    day = datetime.datetime(2024, 1, 2)
    name = book(
        S=[["n", "text", "new", "day", "mixed", "y"], [1, " x ", True, day, 5, 0], [None, " ", None, None, "a", 1]]
    )
    data = open_table(name)
    assert data.X.rows() == [(1.0, "x", True, day, "5"), (None, None, None, None, "a")]
    assert data.y.tolist() == [0, 1] and data.y.dtype == int
    assert data.notes == ()


def test_a_formula_that_failed_is_missing(book):
    data = open_table(book(S=[["n", "t", "y"], [1, "a", 1], ["#DIV/0!", "#N/A", 2], [3, "b", 3]]))
    assert data.X.rows() == [(1.0, "a"), (None, None), (3.0, "b")]


@pytest.mark.parametrize(("row", "column"), [(1, 1), (5, 3)])
def test_a_table_may_stand_anywhere_in_a_sheet(book, row, column):
    data = open_table(book(row, column, Data=[*ROWS, [], [3, "z", 1]]))
    assert data.X.rows() == [(1.0, "x"), (2.5, None), (3.0, "z")]
    assert [data.place(i) for i in (0, 2)] == [f"row {row + i} of sheet 'Data' of t.xlsx" for i in (1, 4)]


def test_a_column_with_a_name_and_no_values_keeps_its_place(book):
    data = open_table_for(["b", "a"], book(S=[["a", "b"], [None, 1], [None, 2]]))
    assert data.X.rows() == [(1.0, None), (2.0, None)]


def test_the_first_sheet_with_a_table_is_read_and_told(book):
    data = open_table(book(Empty=[], Data=ROWS, Other=[["c"], [1]]))
    assert data.columns == ("a", "b")
    assert data.notes == ("t.xlsx has several sheets: 'Data' was read, and these were not: Empty, Other.",)


def test_a_cover_sheet_gives_way(book):
    assert open_table(book(Cover=[["Report"]], Text=[["Report"], ["of 2024"]], Data=ROWS)).columns == ("a", "b")


def test_a_hidden_sheet_gives_way(book):
    name = book(Hidden=[["c"], [1]], Data=ROWS)
    workbook = openpyxl.load_workbook(name)
    workbook["Hidden"].sheet_state = "hidden"
    workbook.save(name)
    assert open_table(name).columns == ("a", "b")


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], r"t\.xlsx has no sheet with anything in it\."),
        ([["a", "y"]], r"The sheet 'S' of t\.xlsx has a header and no rows\."),
        ([["a", "y"], [1, 2]], r"t\.xlsx has one row only"),
        ([["a", "a", "y"], [1, 2, 3], [1, 2, 3]], r"more than one column called 'a'"),
        ([["a", None, "y"], [1, 2, 3], [1, 2, 3]], r"Column 2 of t\.xlsx has no name"),
        (
            [["a", "y"], [1, 2], [3, None], [4, 5]],
            r"The target 'y' has no value in row 3 of sheet 'S' of t\.xlsx: fill",
        ),
        ([["a", "y"], [1, "#DIV/0!"], [3, 2], [4, 5]], r"'y' has no value in row 2 of sheet 'S'"),
        ([["a", "y"], [1, datetime.date(2024, 1, 2)], [3, datetime.date(2024, 1, 2)]], r"'y' of t\.xlsx holds dates"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(book, rows, sentence):
    with pytest.raises(DataError, match=sentence):
        open_table(book(S=rows))


def test_a_password_is_named(tmp_path, monkeypatch):
    """[MS-OFFCRYPTO] 2.3.4: a protected workbook is an OLE file with a stream called EncryptedPackage."""
    monkeypatch.chdir(tmp_path)
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    (tmp_path / "t.xlsx").write_bytes(start + "EncryptedPackage".encode("utf-16-le") + bytes(600))
    with pytest.raises(DataError, match=r"t\.xlsx is protected by a password: open it in Excel and save it without"):
        open_table("t.xlsx")
    (tmp_path / "t.xlsx").write_bytes(start)
    with pytest.raises(DataError, match=r"t\.xlsx is an old Excel file or another Office document by its content"):
        open_table("t.xlsx")


def test_every_cut_is_noticed(book, tmp_path):
    whole = (tmp_path / book(S=ROWS)).read_bytes()
    for length in range(1, len(whole) - 1, len(whole) // 20):
        (tmp_path / "t.xlsx").write_bytes(whole[:length])
        with pytest.raises(DataError, match=r"t\.xlsx cannot be read as an Excel workbook: it is cut or damaged\."):
            open_table("t.xlsx")


def test_another_zip_is_no_workbook(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile("t.xlsx", "w") as archive:
        archive.writestr("a.csv", "a,b\n1,2\n")
    with pytest.raises(DataError, match=r"t\.xlsx cannot be read as an Excel workbook"):
        open_table("t.xlsx")


def test_a_cell_forgotten_far_below_is_not_filled_up_to(book, monkeypatch):
    """The reader takes memory for the whole rectangle: 17 billion cells."""
    name = book(S=ROWS)
    workbook = openpyxl.load_workbook(name)
    workbook["S"]["XFD1048576"] = 1
    workbook.save(name)
    with pytest.raises(DataError, match=r"t\.xlsx holds more than"):
        open_table(name)
    monkeypatch.setattr(memory, "limit", lambda: 100)
    with pytest.raises(DataError, match=r"t\.xlsx holds more than"):
        open_table(book(S=ROWS))
