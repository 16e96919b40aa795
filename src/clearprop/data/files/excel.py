"""Tables from .xlsx workbooks: the first sheet that has any, its first filled row naming the columns."""

import io
import re
import zipfile
from typing import Any, NamedTuple

import fastexcel
import polars

from clearprop.data.files.content import Content
from clearprop.data.files.grid import Grid
from clearprop.data.files.memory import see_room
from clearprop.data.files.signature import OLD_OFFICE, see_signature
from clearprop.data.names import listed, see_named_once, shown
from clearprop.errors import DataError
from clearprop.i18n import Sentence, _

ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
CELL = 32
"""Bytes that the reader takes for each cell of the rectangle that a sheet's cells span, empty ones too."""


class Start(NamedTuple):
    """A sheet, how many of its rows there are up to its header, and the header."""

    sheet: str
    rows: int
    header: tuple[str, ...]


def read_excel(content: Content) -> Grid:
    """The cells with their types: numbers, text (stripped), truth values and dates; a formula's error is null.

    Raises:
        DataError: a workbook that is damaged, protected by a password, or has no sheet with a table.
    """
    source, stored = content.source, content.read()
    _see_workbook(stored, source)
    try:
        workbook = fastexcel.read_excel(stored)
        name, start, header = _first_table(workbook, source)
        sheet = workbook.load_sheet(name, header_row=None, skip_rows=start, schema_sample_rows=None)
        frame = sheet.to_polars()
    except (fastexcel.FastExcelError, polars.exceptions.PolarsError, polars.exceptions.PanicException) as error:
        raise _damaged(source) from error
    see_named_once(header, source)
    notes = _other_sheets(workbook.sheet_names, name, source)
    cells, rows = _filled(frame)

    def place(row: int) -> str:
        return _("row {row} of sheet '{sheet}' of {source}").format(
            row=start + int(rows[row]) + 1, sheet=shown(name), source=source
        )

    return Grid(header, cells, place, notes)


def _see_workbook(stored: bytes, source: str) -> None:
    """See that it is one, that no password protects it, and that it fits into memory."""
    if stored.startswith(OLD_OFFICE) and ENCRYPTED in stored:
        raise DataError(_("{} is protected by a password: open it in Excel and save it without one.").format(source))
    see_signature(stored[:64], ".xlsx", source)
    try:
        with zipfile.ZipFile(io.BytesIO(stored)) as parts:
            see_room(sum(part.file_size for part in parts.infolist()), source)
            for part in parts.namelist():
                if part.startswith("xl/worksheets/"):
                    with parts.open(part) as stream:
                        see_room(CELL * _spanned(stream.read(4096)), source)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        if isinstance(error, DataError):
            raise
        raise _damaged(source) from error


def _spanned(start: bytes) -> int:
    """The cells of the rectangle that a sheet says it spans; one forgotten cell far below makes it huge."""
    corners = re.search(rb'<dimension ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"', start)
    if corners is None:
        return 0
    left, top, right, bottom = corners.groups()
    return (_column(right) - _column(left) + 1) * (int(bottom) - int(top) + 1)


def _column(letters: bytes) -> int:
    """A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def _first_table(workbook: Any, source: str) -> Start:
    """The first sheet with a table that can be seen and has several columns, or else the nearest to it."""
    found = []
    for name in workbook.sheet_names:
        sheet = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        start = _start(sheet) if sheet.width and sheet.height else None
        if start is not None:
            likeness = (start.rows < sheet.height, sheet.visible == "visible", sum(map(bool, start.header)) > 1)
            found.append((likeness, start))
            if all(likeness):
                break
    if not found:
        raise DataError(_("{} has no sheet with anything in it.").format(source))
    likeness, start = max(found, key=lambda pair: pair[0])
    if not likeness[0]:
        sentence = _("The sheet '{sheet}' of {source} has a header and no rows.")
        raise DataError(sentence.format(sheet=shown(start.sheet), source=source))
    return start


def _start(sheet: Any) -> Start | None:
    """Where a sheet's table starts: its first row that is not empty is the header."""
    for place, row in enumerate(sheet.to_polars().iter_rows()):
        header = tuple((name or "").strip() for name in row)
        if any(header):
            return Start(sheet.name, place + 1, header)
    return None


def _filled(frame: polars.DataFrame) -> tuple[polars.DataFrame, polars.Series]:
    """(the rows that have any cell, text stripped; the places that they had)"""
    frame.columns = [str(place) for place in range(frame.width)]
    text = polars.col(polars.String).str.strip_chars()
    frame = frame.with_columns(polars.when(text != "").then(text).name.keep())
    filled = frame.select(polars.any_horizontal(polars.all().is_not_null())).to_series()
    return frame.filter(filled), filled.arg_true()


def _other_sheets(names: list[str], read: str, source: str) -> tuple[str, ...]:
    if len(names) == 1:
        return ()
    others = listed([name for name in names if name != read])
    note = lambda: _(  # noqa: E731
        "{source} has several sheets: '{sheet}' was read, and these were not: {others}."
    ).format(source=source, sheet=shown(read), others=others)
    return (Sentence(note),)


def _damaged(source: str) -> DataError:
    return DataError(_("{} cannot be read as an Excel workbook: it is cut or damaged.").format(source))
