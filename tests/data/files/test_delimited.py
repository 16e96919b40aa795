"""Tables of delimited text: the same cells as Python's csv reads, and a plain sentence for whatever cannot be read."""

import csv
import io

import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from clearprop.data.source import open_table, open_table_for
from clearprop.errors import DataError


@pytest.fixture
def table(tmp_path, monkeypatch):
    """Writes a file of this content and gives its name."""
    monkeypatch.chdir(tmp_path)

    def write(content, name="t.csv"):
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return name

    return write


def test_the_table_is_given_as_it_is(table):
    """Numbers, dates and missing marks are for the preparation: cells stay text, an empty one is null."""
    data = open_table(table("born,age,city,y\n2001-05-01, 24 ,Kyiv,1\n,n/a,São Paulo,2\n"))
    assert data.X.schema == dict.fromkeys(("born", "age", "city"), polars.String)
    assert data.X.rows() == [("2001-05-01", "24", "Kyiv"), (None, "n/a", "São Paulo")]
    assert data.y.tolist() == [1, 2] and data.y.dtype == int
    assert (data.columns, data.target, data.source, data.notes) == (("born", "age", "city"), "y", "t.csv", ())


PLAIN = "a,b,y\n1,2,0\n3,4,1\n"


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        PLAIN[:-1],
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        "a,b,y\r\n1,2,0\r3,4,1\n",
        "\ufeff" + PLAIN,
        PLAIN.encode("utf-16"),
        PLAIN.replace(",", "\t").encode("utf-16-be").join([b"\xfe\xff", b""]),
        "\n\na,b,y\n\n1,2,0\n   \n3,4,1\n\n\n",
        "a,b,y\n1,2,0\n3,4,1\n,,\n , ,\n",
        'a,b,y\n,\n""\n"",""\n1,2,0\n3,4,1\n',
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace(",", "|"),
        'a , b ,"y"\n 1 ,\t2 ,"0"\n"3","4",1\n',
        'a, "b", y\n1, "2", 0\n"3" , "4" ,1\n',
        '"a";"b";"y"\n1;2;0\n3;4;1\n',
        "a,b,y,,\n1,2,0,,\n3,4,1,,\n",
    ],
    ids=[
        *("plain", "no last end", "windows", "old mac", "mixed ends", "mark", "utf-16", "utf-16 tabs", "blank lines"),
        *(
            "empty rows",
            "empty rows first",
            "semicolons",
            "tabs",
            "bars",
            "spaces",
            "spaces before quotes",
            "all quoted",
            "empty columns",
        ),
    ],
)
def test_the_ways_of_writing_a_table(table, content):
    data = open_table(table(content))
    assert data.X.rows() == [("1", "2"), ("3", "4")]
    assert data.y.tolist() == [0, 1]
    assert data.columns == ("a", "b")


def test_tabs_in_a_tsv(table):
    assert open_table(table("a, b\ty\n1,5\t2\n2,5\t3\n", "t.tsv")).X.rows() == [("1,5",), ("2,5",)]


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        ('5" pipe,x', ('5" pipe', "x")),
        ('the "best" one,x', ('the "best" one', "x")),
        ('"he said ""no""",x', ('he said "no"', "x")),
        ('"a,\n\n b",x', ("a,\n\n b", "x")),
        (' "a,b" ,x', ("a,b", "x")),
        ('"a"b,x', ("ab", "x")),
        ("=cmd(),x", ("=cmd()", "x")),
        ("\u3000wide\xa0,x", ("wide", "x")),
    ],
)
def test_quotation_marks_as_people_write_them(table, cells, read):
    """Anything but RFC 4180 is read as Python's csv does, spaces before a mark skipped."""
    data = open_table(table(f'a,b,y\n{cells},1\nlast,"",2\n'))
    assert data.X.rows() == [read, ("last", None)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", r"t\.csv is empty\."),
        (" \n\n", r"t\.csv is empty\."),
        ("a,b\n", r"t\.csv has a header and no rows\."),
        ("a,b\n\n,\n", r"t\.csv has a header and no rows\."),
        ("a,b\n1,2\n", r"t\.csv has one row only; training needs two or more\."),
        ("a,b\n1,2\n3\n", r"Line 3 of t\.csv has 1 cell, and the header has 2\."),
        ("a,b\n1\n3,4\n", r"Line 2 of t\.csv has 1 cell, and the header has 2\."),
        ("a,b\n1,2\n,,,\n", r"Line 3 of t\.csv has 4 cells, and the header has 2\."),
        ("a,b\n\t", r"t\.csv has a header and no rows\."),
        ('"",""\n,\n', r"t\.csv is empty\."),
        ("a,b\n1,2\n\n3,4,5\n", r"Line 4 of t\.csv has 3 cells, and the header has 2\."),
        ('a,b\n"1\n",2\n"3",4,"5"\n', r"Line 4 of t\.csv has 3 cells, and the header has 2\."),
        (b"a,b\n1,2\n\xff,3\n", r"t\.csv is not UTF-8 text \(see line 3\): save it again as “CSV UTF-8”\."),
        ("a,b\r1,2\rü,3\r".encode("latin-1"), r"t\.csv is not UTF-8 text \(see line 3\)"),
        (b"\xff\xfea,b", r"t\.csv is cut or damaged: it starts as UTF-16 text and does not go on so\."),
        ("a,b\n1,\0\n3,4\n", r"t\.csv holds a NUL byte in line 2: it is damaged, or no text"),
        ("a,b,a\n1,2,3\n4,5,6\n", r"t\.csv has more than one column called 'a': give each a name of its own\."),
        ("a,,b\n1,2,3\n3,4,5\n", r"Column 2 of t\.csv has no name: name it in the first line, or leave it out\."),
        (",b\nx,2\nx,4\n", r"Column 1 of t\.csv has no name"),
        (",b,y\n1,2,3\n1,4,5\n", r"Column 1 of t\.csv has no name"),
        ("y\n1\n2\n", r"t\.csv has only the column 'y': besides the target, columns to learn from are needed\."),
        ("a,y\n1,2\n1,\n", r"The target 'y' has no value in line 3 of t\.csv: fill it in, or leave the row out\."),
        ("a,y\n1,NA\n1,1\n2,\n", r"'y' has no value in line 2 of t\.csv and in 1 other row: fill them in"),
        ("a,y\n\n1,x\n1,?\n2,\n3,\n", r"'y' has no value in line 4 of t\.csv and in 2 other rows: fill them in"),
        ("a,y\n1,\n2,NaN\n", r"The target 'y' of t\.csv has no value in any row: choose another column\."),
        ("a,y\n1,2\n3,inf\n", r"The target 'y' has inf in line 3 of t\.csv: only finite numbers, up to 1\.8e308"),
        ("a,y\n1,2\n3,-1e309\n", r"The target 'y' has -1e309 in line 3 of t\.csv"),
        (
            "a,y\n1,2024-01-31\n3,2024-02-01\n",
            r"'y' of t\.csv holds dates or times, such as 2024-01-31: choose another",
        ),
        ('a,y\n1,"2\n3,4', r"A quotation mark in line 2 of t\.csv opens a cell that is never closed: close it"),
        ('a,"y\n1,2\n3,4\n', r"A quotation mark in line 1 of t\.csv opens a cell that is never closed"),
        ('a,y\n1,2\n3,4\n"', r"A quotation mark in line 4 of t\.csv opens a cell that is never closed"),
        ('a,y\n"1\r",2\n3,4\rx\n', r"Line 3 of t\.csv cannot be read: new-line character seen in unquoted field"),
        ("\x1b[2Jred,\x1b[2Jred\n1,2\n3,4\n", r"more than one column called '�\[2Jred'"),
        (b"PAR1\x15\x04\x00more", r"t\.csv is a Parquet file by its content, not a \.csv file: .* end in \.parquet\."),
        (b"\x89PNG\r\n\x1a\n\0\0", r"t\.csv is a PNG image by its content, not a \.csv file: save the table itself"),
        (b"\x1f\x8b\x08\0\0", r"t\.csv is a gzip file by its content, not a \.csv file: let its name end in \.gz\."),
        (b"<!DOCTYPE html>\n<p>", r"t\.csv is a web page by its content"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(table, content, sentence):
    with pytest.raises(DataError, match=sentence) as raised:
        open_table(table(content))
    assert str(raised.value).isprintable()


def test_a_column_may_be_called_like_the_start_of_another_file(table):
    assert open_table(table("PAR1,GIF8\n1,2\n3,4\n")).columns == ("PAR1",)


def test_an_index_of_pandas_is_left_out_and_told(table):
    data = open_table(table(",a,y\n0,5,1\n1,6,2\n"))
    assert data.columns == ("a",)
    assert data.notes == ("Column 1 of t.csv numbers the rows, and was left out.",)
    assert open_table(table("Unnamed: 0,a,y\n7,5,1\n3,6,2\n")).columns == ("a",)
    assert open_table(table("Unnamed: 0,a,y\n7,5,1\n7,6,2\n")).columns == ("Unnamed: 0", "a")
    assert open_table_for(("Unnamed: 0",), table("Unnamed: 0,a,y\n0,5,1\n1,6,2\n")).X.rows() == [("0",), ("1",)]


def test_decimal_commas_of_semicolon_files(table):
    data = open_table(table("a;b;c;d;y\n1.234,5;1,5;7;1.5;0,25\nNA;x;8;1.5;3\n"))
    assert data.X.rows() == [("1234.5", "1,5", "7", "1.5"), ("NA", "x", "8", "1.5")]
    assert data.y.tolist() == [0.25, 3]
    assert data.notes == ("t.csv writes decimals with a comma (1,5), and they were read so in: a, y.",)


def test_empty_lines_within_a_table_are_told(table):
    assert open_table(table("a,y\n1,2\n,\n\n3,4\n\n")).notes == ("2 empty lines of t.csv were left out.",)


def test_headers_are_stripped_and_kept_as_they_are(table):
    data = open_table(table('  first name ,"a ""b""","two\nlines",Größe 📏,=cmd(),y\n1,2,3,4,5,6\n1,2,3,4,5,7\n'))
    assert data.columns == ("first name", 'a "b"', "two\nlines", "Größe 📏", "=cmd()")
    assert data.place(1) == "line 4 of t.csv"


def test_a_very_wide_table(table):
    names = ",".join(f"c{i}" for i in range(5000))
    row = ",".join(map(str, range(5000)))
    data = open_table(table(f"{names}\n{row}\n{row}\n"))
    assert data.X.shape == (2, 4999) and data.y.tolist() == [4999, 4999]


def test_a_cell_that_goes_on_for_ever(table):
    data = open_table(table("a,y\n" + "x" * 200_000 + ",1\nz,2\n"))
    assert data.X["a"].str.len_chars().to_list() == [200_000, 1]
    with pytest.raises(DataError, match=r"Line 2 of t\.csv cannot be read: field larger than field limit"):
        data.place(1)


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), max_size=5) | st.sampled_from(
    ["", "NA", "1.5", 'a "b" c', "x,y", "two\nlines", "\r", "\r\n", " padded ", "é", "=1+1", "\u3000", '"']
)


@st.composite
def tables(draw):
    columns = draw(st.integers(2, 4))
    rows = draw(st.lists(st.lists(CELLS, min_size=columns, max_size=columns), max_size=5))
    return [["é", "b", "c", "d"][:columns], *rows, ["x"] * columns]


@given(tables(), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.sampled_from(["\n", "\r\n"]))
def test_random_tables_are_read_as_python_reads_them(tmp_path_factory, rows, quoting, end):
    """Cells and line numbers, beside Python's csv: each cell is stripped, and rows of empty cells are none."""
    text = io.StringIO()
    if any("\r" in cell for row in rows for cell in row):
        end = "\r\n"  # csv.writer leaves \r without quotation marks if lines end in \n
    csv.writer(text, quoting=quoting, lineterminator=end).writerows(rows)
    path = tmp_path_factory.mktemp("random") / "t.csv"
    path.write_bytes(text.getvalue().encode())
    data = open_table_for((), str(path))

    expected, lines, line = [], [], 1
    reader = csv.reader(io.StringIO(text.getvalue(), newline="\n"))  # a lone \r within a cell ends no line
    for cells in reader:
        stripped = [strip(cell) or None for cell in cells]
        if any(stripped) and line > 1:
            expected.append(tuple(stripped))
            lines.append(line)
        line = reader.line_num + 1
    columns = dict.fromkeys(rows[0], polars.String)
    assert_frame_equal(data.X, polars.DataFrame(expected, columns, orient="row"))
    assert reader.line_num >= lines[-1]
    assert [data.place(row) for row in (0, len(lines) - 1)] == [f"line {lines[i]} of {path}" for i in (0, -1)]


def strip(cell):
    """Without the space around it, as Unicode defines it: Python also takes away the separators of old tapes."""
    return polars.Series([cell]).str.strip_chars()[0]
