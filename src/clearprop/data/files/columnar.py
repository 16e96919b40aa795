"""Tables with typed columns: .parquet, and .arrow or .feather in either of Arrow's forms."""

import io

import polars

from clearprop.data.files.content import Content
from clearprop.data.files.grid import Grid
from clearprop.data.files.memory import see_room
from clearprop.errors import DataError
from clearprop.i18n import _

STREAM = b"\xff\xff\xff\xff"
"""What an Arrow stream starts with, rather than a file that can be read in any order."""

CELL = 8
"""Bytes that a cell takes at least; a few bytes of a file can stand for a million of the same."""


def read_columnar(content: Content) -> Grid:
    """The table with the types that are stored.

    Raises:
        DataError: a file that is cut, damaged, or larger than memory.
    """
    source, stored = content.source, content.read()
    try:
        if content.suffix == ".parquet":
            _see_rows(polars.scan_parquet(io.BytesIO(stored)), source)
            frame = polars.read_parquet(io.BytesIO(stored))
        elif stored.startswith(STREAM):
            frame = polars.read_ipc_stream(io.BytesIO(stored))
        else:
            _see_rows(polars.scan_ipc(io.BytesIO(stored)), source)
            frame = polars.read_ipc(io.BytesIO(stored))
    except DataError:
        raise
    except (polars.exceptions.PolarsError, polars.exceptions.PanicException, OSError) as error:
        raise _damaged(content, error) from error
    header = tuple(name.strip() for name in frame.columns)
    frame.columns = [str(place) for place in range(len(header))]

    def place(row: int) -> str:
        return _("row {row} of {source}").format(row=row + 1, source=source)

    return Grid(header, frame, place)


def _see_rows(frame: polars.LazyFrame, source: str) -> None:
    """See that so many rows and columns fit into memory, before any of them is read."""
    rows = frame.select(polars.len()).collect().item()
    see_room(rows * len(frame.collect_schema()) * CELL, source)


def _damaged(content: Content, error: BaseException) -> DataError:
    kind = {".parquet": "Parquet"}.get(content.suffix, "Arrow")
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return DataError(
        _("{source} cannot be read as a {kind} file, so it may be cut or damaged: {reason}").format(
            source=content.source, kind=kind, reason="".join(c if c.isprintable() else "�" for c in reason[:200])
        )
    )
