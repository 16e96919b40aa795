"""How commands print: sentences, tables and JSON, whatever they are of; `show.py` knows more of what is in them.

Nothing of the user's is read as markup. Without a terminal there is no colour, and no line is wrapped.
"""

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.segment import Segment
from rich.table import Table as Grid
from rich.text import Text

from clearprop.i18n.visible import visible

WIDE = 1000
"""Characters a line where there is no terminal to be wider than."""


class _Console(Console):
    """One that no text can steer: what is in a user's data may be made to clear the screen, or to read backwards."""

    def render(self, *args: Any, **kwargs: Any) -> Iterator[Segment]:
        """The pieces of what is printed; the terminal's own commands are not text."""
        for piece in super().render(*args, **kwargs):
            yield piece if piece.control else Segment(visible(piece.text), piece.style)


def console(stderr: bool = False) -> Console:
    """Where sentences and tables go: standard output, or standard error where that is taken by JSON or .csv."""
    stream = sys.stderr if stderr else sys.stdout
    terminal = stream.isatty()
    return _Console(
        file=stream,
        force_terminal=terminal,
        width=None if terminal else WIDE,
        markup=False,
        highlight=False,
        emoji=False,
    )


def say(out: Console, sentence: str, style: str = "") -> None:
    """A sentence on a line of its own."""
    out.print(sentence, style=style, soft_wrap=not out.is_terminal)


def table(
    out: Console,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Sequence[int] = (),
    last_is_total: bool = False,
    gap: bool = True,
) -> None:
    """Lines under a header; the columns at the places `right` are numbers.  A blank line before (the gap) and after."""
    grid = Grid(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False)
    for place, name in enumerate(header):
        grid.add_column(Text(visible(name)), justify="right" if place in right else "left", no_wrap=place == 0)
    for place, row in enumerate(rows):
        grid.add_row(
            *(Text(visible(cell)) for cell in row), style="bold" if last_is_total and place == len(rows) - 1 else None
        )
    if gap:
        out.print()
    out.print(grid)
    out.print()


def print_json(value: Mapping[str, Any]) -> None:
    """One JSON object on standard output; a number that is not finite is null."""
    print(dumps(value))


def dumps(value: Any) -> str:
    """Strict JSON, in any language the same."""
    return json.dumps(_plain(value), indent=2, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
