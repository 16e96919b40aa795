"""Tables of delimited text, .csv and .tsv: the first line names the columns, each later record is a row.

Every cell is read as text, by Polars; what is a number or a date is for `clearprop.data`'s preparation to say.
"""

import re

import numpy as np
import polars

from clearprop.data.files.content import Content
from clearprop.data.files.decimals import with_points
from clearprop.data.files.grid import Grid
from clearprop.data.files.records import (
    is_blank,
    is_well_quoted,
    line_of,
    quoted_again,
    records,
    refuse_ragged,
)
from clearprop.data.files.text import utf8
from clearprop.data.names import listed, see_named_once
from clearprop.errors import DataError
from clearprop.i18n import Sentence, _, ngettext

SEPARATORS = ",;\t|"


def read_delimited(content: Content) -> Grid:
    """The cells of a .csv or .tsv file as text, stripped; an empty one is null, and a row of empty ones is no row.

    Raises:
        DataError: no text, an empty file, columns of the same name, or records of different lengths.
    """
    source = content.source
    original = utf8(content.read(), source)
    separator = separator_of(original, content.suffix)
    text = original if is_well_quoted(original, separator) else quoted_again(original, separator, source)
    header, start = _header(text, separator, source)
    cells = _cells(text[start:], separator, len(header), source, original)
    cells, notes = _rows(cells, source)
    if separator == ";":
        cells, notes = _decimals(cells, header, notes, source)

    def place(row: int) -> str:  # reads the file again, so that a table does not keep its text in memory
        line = line_of(utf8(content.read(), source), separator, source, row)
        return _("line {line} of {source}").format(line=line, source=source)

    return Grid(header, cells, place, notes)


def separator_of(text: bytes, suffix: str) -> str:
    """The mark that stands most often in the header outside quotation marks; else a comma. In a .tsv, a tab."""
    start = text[: 2**20].decode(errors="ignore").lstrip("\r\n ")
    line = re.sub(r'"[^"]*"', "", start).split("\n", 1)[0]
    if suffix == ".tsv" and "\t" in line:
        return "\t"
    return max(SEPARATORS, key=lambda mark: (line.count(mark), mark == ","))


def _header(text: bytes, separator: str, source: str) -> tuple[tuple[str, ...], int]:
    """(the names of the columns, the place of the first byte after them)"""
    names, end = _first_record(text, separator, source)
    header = tuple(name.strip() for name in names)
    see_named_once(header, source)
    return header, end


def _first_record(text: bytes, separator: str, source: str) -> tuple[list[str], int]:
    """The first record that is not blank, and where the next line starts."""
    record = next((record for record in records(text, separator, source) if not is_blank(record.cells)), None)
    if record is None:
        raise DataError(_("{} is empty.").format(source))
    end = 0
    for _line in range(record.next_line - 1):
        end = text.find(b"\n", end) + 1 or len(text)
    return record.cells, end


def _cells(body: bytes, separator: str, columns: int, source: str, original: bytes) -> polars.DataFrame:
    """The records, blank ones too: each cell as text, "" where it is empty."""
    edge = re.escape(separator).encode()
    blank = re.compile(rb'(?:(?:[ \t%b]|""(?=[%b\r\n]|\Z))*(?:\r?\n|\Z))+' % (edge, edge)).match(body)
    if blank:
        body = body[blank.end() :]  # Polars counts the columns of the first line
    schema = {str(place): polars.String for place in range(columns)}
    try:
        cells = polars.read_csv(body, has_header=False, schema=schema, separator=separator, empty_string_is_null=False)
    except polars.exceptions.PolarsError as error:
        refuse_ragged(original, separator, columns, source)
        raise DataError(
            _("{source} cannot be read as a table: {error}.").format(source=source, error=str(error).splitlines()[0])
        ) from error
    if (cells.to_series(-1) == "").any():  # a short record looks like one whose last cell is empty
        refuse_ragged(original, separator, columns, source)
    return cells.select(polars.all().str.strip_chars()) if _may_need_strip(body, separator) else cells


def _may_need_strip(body: bytes, separator: str) -> bool:
    """Whether a cell may begin or end with space: to look for it here takes a tenth of the time that stripping does."""
    if b'"' in body or not body.isascii() or any(mark in body for mark in (b"\x0b", b"\x0c")):
        return True
    characters = np.frombuffer(body, np.uint8)
    around = np.frombuffer(f"{separator}\r\n \t".encode(), np.uint8)
    for space in (mark for mark in " \t" if mark != separator and mark.encode() in body):
        places = np.flatnonzero(characters == ord(space))
        if places[0] == 0 or places[-1] == len(body) - 1:
            return True
        if np.isin(characters[places - 1], around).any() or np.isin(characters[places + 1], around).any():
            return True
    return False


def _rows(cells: polars.DataFrame, source: str) -> tuple[polars.DataFrame, tuple[str, ...]]:
    """(the rows that have any cell, their empty cells null; what is to be said of the others)"""
    cells = cells.select(polars.when(polars.all() != "").then(polars.all()))
    if not cells.to_series(0).has_nulls():
        return cells, ()
    filled = cells.select(polars.any_horizontal(polars.all().is_not_null())).to_series()
    rows = cells.filter(filled)
    places = filled.arg_true().to_list()
    between = places[-1] + 1 - len(rows) if places else 0  # those at the end are nobody's concern
    if not between:
        return rows, ()
    note = lambda: ngettext(  # noqa: E731
        "{number} empty line of {source} was left out.", "{number} empty lines of {source} were left out.", between
    ).format(number=between, source=source)
    return rows, (Sentence(note),)


def _decimals(
    cells: polars.DataFrame, header: tuple[str, ...], notes: tuple[str, ...], source: str
) -> tuple[polars.DataFrame, tuple[str, ...]]:
    """Decimals with a comma written with a point, and a note that says in which columns."""
    cells, changed = with_points(cells)
    if not changed:
        return cells, notes
    names = listed([header[place] for place in changed])
    note = lambda: _(  # noqa: E731
        "{source} writes decimals with a comma (1,5), and they were read so in: {names}."
    ).format(source=source, names=names)
    return cells, (*notes, Sentence(note))
