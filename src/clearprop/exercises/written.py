"""What a learner has written, as Python: that of a file, or of a notebook's code cells one below the other."""

import ast
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clearprop.errors import ClearpropError
from clearprop.i18n import _

SHELL = ("%", "!", "?")
"""Lines of a notebook that begin so are no Python: they speak to the notebook itself."""


@dataclass(frozen=True)
class Written:
    """The text, and where its lines stand.

    Attributes:
        path: the file.
        text: Python; notebooks' own commands are left blank in it.
        cells: of a notebook, the (code cell, line in it) of each line, both counted from 1; none of a Python file.
    """

    path: Path
    text: str
    cells: tuple[tuple[int, int], ...] = ()

    def place(self, line: int) -> str:
        """Where a line of the text stands, in words."""
        cell, inside = self.cell_and_line(line)
        if cell is None:
            return _("line {line}").format(line=inside)
        return _("code cell {cell}, line {line}").format(cell=cell, line=inside)

    def cell_and_line(self, line: int | None) -> tuple[int | None, int | None]:
        """The code cell of a notebook, None of a Python file, and the line in it."""
        if line is None or not self.cells:
            return None, line
        return self.cells[min(line, len(self.cells)) - 1]


def read(path: Path) -> Written:
    """The code in a file.

    Raises:
        ClearpropError: it is no text, or no notebook.
        OSError: it cannot be read.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ClearpropError(_("{path} is not text in UTF-8: save it so.").format(path=path)) from error
    if path.suffix != ".ipynb":
        return Written(path, text)
    lines = list(_lines(path, text))
    return Written(path, "\n".join(line for _place, line in lines) + "\n", tuple(place for place, _line in lines))


def see_python(written: Written) -> None:
    """See that the text is Python at all, before it is run.

    Raises:
        ClearpropError: it is not; the message says where.
    """
    try:
        ast.parse(written.text)
    except SyntaxError as error:
        raise ClearpropError(
            # Translators: {place} is "line 3"; {what} is what Python says, in English.
            _("{path}, {place}, cannot be read as Python: {what}.").format(
                path=written.path, place=written.place(error.lineno or 1), what=error.msg
            )
        ) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ClearpropError(_("{path} cannot be read as Python.").format(path=written.path)) from error


def _lines(path: Path, text: str) -> Any:
    """((cell, line), text) of each line of a notebook's code; an empty line stands between two cells."""
    for number, source in enumerate(_code_cells(path, text), 1):
        lines = [*_as_python(source.split("\n")), ""]
        yield from (((number, inside), line) for inside, line in enumerate(lines, 1))


def _code_cells(path: Path, text: str) -> list[str]:
    try:
        cells = json.loads(text)["cells"]
        sources = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
        return [source if isinstance(source, str) else "".join(source) for source in sources]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise ClearpropError(_("{path} is no notebook that can be read.").format(path=path)) from error


def _as_python(lines: list[str]) -> list[str]:
    """The lines of a cell, its own commands left blank; a cell that begins with %%bash or the like is none of ours."""
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%") and not first.startswith(("%%time", "%%capture")):
        return [""] * len(lines)
    return ["" if line.startswith(SHELL) else line for line in lines]
