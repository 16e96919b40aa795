"""The records of delimited text, read one by one: where each stands, how many cells it has, what is wrong with it.

Python's `csv` is slower than Polars and knows the lines. It is asked only once something has to be said of a line, or
where quotation marks stand as RFC 4180 does not foresee.
"""

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from clearprop.errors import DataError
from clearprop.i18n import _, ngettext

END = b"\n\x1c"
"""A line that no text ends with: where it is not seen again, a quotation mark has swallowed it."""


SPACE = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""What Unicode calls white space, and Polars strips; Python would strip \\x1c to \\x1f too."""


class Record(NamedTuple):
    """Cells, the line that they start in, and the line after them; the first is 1."""

    line: int
    next_line: int
    cells: list[str]


def records(text: bytes, separator: str, source: str) -> Iterator[Record]:
    """Each record, blank ones too.

    Raises:
        DataError: a record that cannot be read.
    """
    stream = io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", newline="\n")
    reader = csv.reader(stream, delimiter=separator, skipinitialspace=True)
    line = 1
    try:
        for cells in reader:
            yield Record(line, reader.line_num + 1, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            _("Line {line} of {source} cannot be read: {error}.").format(
                line=line, source=source, error=str(error).split(" - ")[0]
            )
        ) from error


def is_blank(cells: list[str]) -> bool:
    """Whether no cell has anything in it: then it is no row."""
    return not any(cell.strip(SPACE) for cell in cells)


def line_of(text: bytes, separator: str, source: str, row: int) -> int:
    """The line in which a row starts; the first row, which stands after the header, is 0."""
    filled = (record.line for record in records(text, separator, source) if not is_blank(record.cells))
    return next(line for place, line in enumerate(filled) if place == row + 1)


def refuse_ragged(text: bytes, separator: str, columns: int, source: str) -> None:
    """Name the first record with more or fewer cells than the header, if there is one."""
    for line, _next, cells in records(text, separator, source):
        if len(cells) > columns or (len(cells) < columns and not is_blank(cells)):
            raise DataError(
                ngettext(
                    "Line {line} of {source} has {cells} cell, and the header has {columns}.",
                    "Line {line} of {source} has {cells} cells, and the header has {columns}.",
                    len(cells),
                ).format(line=line, source=source, cells=len(cells), columns=columns)
            )


def is_well_quoted(text: bytes, separator: str) -> bool:
    """Whether quotation marks stand only around whole cells, and twice within them (RFC 4180).

    Each mark that opens follows a separator, a line's end or the mark before it; each that closes precedes one.
    """
    if b'"' not in text:
        return True
    characters = np.frombuffer(text, np.uint8)
    marks = np.flatnonzero(characters == ord('"'))
    before = np.frombuffer(f'{separator}\n"'.encode(), np.uint8)
    after = np.frombuffer(f'{separator}\r\n"'.encode(), np.uint8)
    opening, closing = marks[0::2], marks[1::2]
    if len(opening) != len(closing):
        return False
    starts = np.isin(characters[opening - 1], before) | (opening == 0)
    last = closing == len(characters) - 1
    ends = np.isin(characters[np.where(last, closing, closing + 1)], after) | last
    return bool(starts.all() and ends.all()) and not _has_bare_returns(text)


def _has_bare_returns(text: bytes) -> bool:
    return text.count(b"\r") != text.count(b"\r\n")


def quoted_again(text: bytes, separator: str, source: str) -> bytes:
    """The same records, quoted as RFC 4180 wants it.

    Raises:
        DataError: a quotation mark is opened and never closed.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator, lineterminator="\n")
    line, cells = 1, []
    for record in records(text + END, separator, source):
        line, _next, cells = record
        writer.writerow([] if is_blank(cells) else cells)
    if cells != [END.decode().strip("\n")]:
        raise DataError(
            _(
                "A quotation mark in line {line} of {source} opens a cell that is never closed: close it, or leave the"
                " mark out."
            ).format(line=line, source=source)
        )
    return stream.getvalue().encode().removesuffix(END[1:] + b"\n")
