"""Numbers from a .csv file: the first line names the columns, each later one is a row.

Polars reads every cell as text, and the numbers are made from that: so a cell that is not a number can be named. What
is wrong with a file is looked for only once something is.
"""

import csv
import io
import re
from pathlib import Path

import numpy as np
import polars

from clearprop.data.dataset import LARGEST, Dataset, did_you_mean, need_columns
from clearprop.data.table import Table
from clearprop.errors import DataError
from clearprop.i18n import _, ngettext

MISSING = ("", "na", "n/a", "nan", "null", "none")
"""Cells that say that there is no value, in capitals or not."""


def read_csv(path: Path, source: str, target: str | None, table: Table | None = None) -> Dataset:
    """The rows of a .csv file.

    For training (no table) the target is the last column unless named, and every other column is an input. For a model,
    the inputs are its columns, and the target is read only if it is named.

    Raises:
        DataError: see the module `clearprop.data.read`.
    """
    text = _decode(path, source)
    separator = _separator(text)
    header = _header(text, separator, source)
    if table is None:
        target, inputs = _for_training(header, target, source)
    else:
        inputs = list(table.columns) or [name for name in _named(header, source) if name != table.target]
        need_columns([*inputs, *([target] if target else [])], header, source)
    frame = _frame(text, separator, header, source)
    cells = {name: frame.to_series(place).alias(name) for place, name in enumerate(header)}
    X = np.column_stack([_numbers(cells[name], text, separator, source) for name in inputs])
    y = None if target is None else _target(cells[target], text, separator, source, table)
    return Dataset(X, y, tuple(inputs), target or (table.target if table else ""), source)


def _decode(path: Path, source: str) -> str:
    """The text, without the mark that some programs put before it."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            _("{source} is not UTF-8 text (see line {line}): save it again as “CSV UTF-8”.").format(
                source=source, line=content[: error.start].count(b"\n") + 1
            )
        ) from error
    if not text.strip():
        raise DataError(_("{} is empty.").format(source))
    return text


def _separator(text: str) -> str:
    """A comma; a semicolon or a tab where the header has more of those."""
    header = text.lstrip("\r\n").split("\n", 1)[0]
    return max(",;\t", key=lambda mark: (header.count(mark), mark == ","))


def _header(text: str, separator: str, source: str) -> list[str]:
    """The names of the columns, each used once."""
    names = [name.strip() for name in next(row for _line, row in _rows(text, separator))]
    twice = next((name for name in names if names.count(name) > 1 and name), None)
    if twice is not None:
        raise DataError(
            _("{source} has more than one column called '{name}': give each a name of its own.").format(
                source=source, name=twice
            )
        )
    return names


def _named(header: list[str], source: str) -> list[str]:
    """The header, seen to name every column."""
    if "" in header:
        raise DataError(
            _(
                "Column {place} of {source} has no name in the first line: name it, or leave it out (it may be a row"
                " number that another program added)."
            ).format(place=header.index("") + 1, source=source)
        )
    return header


def _for_training(header: list[str], target: str | None, source: str) -> tuple[str, list[str]]:
    """(target, input columns)"""
    target = _named(header, source)[-1] if target is None else target
    if target not in header:
        raise DataError(
            _("{source} has no column '{name}'.{hint} Its columns are: {known}.").format(
                source=source, name=target, hint=did_you_mean(target, header), known=_some(header)
            )
        )
    if len(header) == 1:
        raise DataError(
            _("{source} has only the column '{name}': besides the target, columns to learn from are needed.").format(
                source=source, name=target
            )
        )
    return target, [name for name in _named(header, source) if name != target]


def _frame(text: str, separator: str, header: list[str], source: str) -> polars.DataFrame:
    """Every cell as text, without the space around it."""
    body = re.sub(r"\n(?: *\r?(?:\n|\Z))+", "\n", text.lstrip("\r\n"))  # blank lines are no rows
    try:
        frame = polars.read_csv(io.BytesIO(body.encode()), infer_schema=False, separator=separator)
    except polars.exceptions.PolarsError as error:
        _refuse_ragged(text, separator, len(header), source)
        raise DataError(
            _("{source} cannot be read as a table: {error}").format(source=source, error=str(error).splitlines()[0])
        ) from error
    if not len(frame):
        raise DataError(_("{} has a header and no rows.").format(source))
    if frame.to_series(-1).has_nulls():
        _refuse_ragged(text, separator, len(header), source)
    return frame.select(polars.all().str.strip_chars())


def _numbers(cells: polars.Series, text: str, separator: str, source: str) -> np.ndarray:
    """A column's numbers (n,).

    Raises:
        DataError: a cell that is missing, no number, or too large; it and its line are named.
    """
    numbers = cells.cast(polars.Float64, strict=False).fill_nan(None)
    if numbers.has_nulls() or (numbers.abs() > LARGEST).any():
        bad = (numbers.is_null() | (numbers.abs() > LARGEST).fill_null(False)).arg_true()
        _refuse_cells(cells, bad.to_list(), text, separator, source)
    return numbers.to_numpy()


def _refuse_cells(cells: polars.Series, bad: list[int], text: str, separator: str, source: str) -> None:
    """Say what is wrong with the first bad cell, one that is no number before one that is missing."""
    row = next((i for i in bad if not _is_missing(cells[i])), bad[0])
    value, line = cells[row], _line_of(text, separator, row)
    if _is_missing(value):
        sentence = _(
            "Column '{name}' of {source} has no value in line {line}: fill it in, or leave the column or such rows out."
        )
    elif _too_large(value):
        sentence = _(
            "Column '{name}' of {source} has {value} in line {line}: only numbers up to {largest:.1e} can be used."
        )
    elif re.fullmatch(r"[+-]?\d+,\d+", value):
        sentence = _("Column '{name}' of {source} has '{value}' in line {line}: write decimals with a point, 1.5.")
    else:
        sentence = _(
            "Column '{name}' of {source} is not numeric: it has '{value}' in line {line}. Leave the column out, or turn"
            " it into numbers, such as 0 and 1."
        )
    raise DataError(sentence.format(name=cells.name, source=source, value=_short(value), line=line, largest=LARGEST))


def _target(cells: polars.Series, text: str, separator: str, source: str, table: Table | None) -> np.ndarray:
    """The target's values (n,): numbers if all of them are, whole ones as whole numbers; else text.

    A model that knows its classes as text gets text.
    """
    as_text = table is not None and any(isinstance(label, str) for label in table.classes)
    numbers = cells.cast(polars.Float64, strict=False).fill_nan(None)
    words = cells.filter(numbers.is_null())
    if not as_text and all(_is_missing(word) for word in words.unique()):
        values = _numbers(cells, text, separator, source)
        return values.astype(np.int64) if np.all(values == np.floor(values)) and np.all(abs(values) < 2**53) else values
    if cells.has_nulls() or (cells == "").any():
        _refuse_cells(cells, (cells.is_null() | (cells == "")).arg_true().to_list(), text, separator, source)
    return cells.to_numpy().astype(str)


def _rows(text: str, separator: str):
    """(line, cells) of each row, the header first; lines count from 1, and blank ones are no rows."""
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) or len(cells) > 1:
                yield reader.line_num, cells
    except csv.Error as error:
        raise DataError(_("Line {line} cannot be read: {error}.").format(line=reader.line_num, error=error)) from error


def _line_of(text: str, separator: str, row: int) -> int:
    """The line of the file in which a row stands, the first row being 0."""
    return next(line for place, (line, _cells) in enumerate(_rows(text, separator)) if place == row + 1)


def _refuse_ragged(text: str, separator: str, columns: int, source: str) -> None:
    """Name the first line with more or fewer cells than the header, if there is one."""
    for line, cells in _rows(text, separator):
        if len(cells) != columns:
            raise DataError(
                ngettext(
                    "Line {line} of {source} has {cells} cell, and the header has {columns}.",
                    "Line {line} of {source} has {cells} cells, and the header has {columns}.",
                    len(cells),
                ).format(line=line, source=source, cells=len(cells), columns=columns)
            )


def _is_missing(value: str | None) -> bool:
    return value is None or value.lower() in MISSING


def _too_large(value: str) -> bool:
    try:
        return abs(float(value)) > LARGEST
    except ValueError:
        return False


def _short(value: str | None) -> str:
    """A cell as a sentence can hold it."""
    value = value or ""
    return value if len(value) <= 40 else value[:39] + "…"


def _some(names: list[str]) -> str:
    return ", ".join(names[:20]) + (", …" if len(names) > 20 else "")
