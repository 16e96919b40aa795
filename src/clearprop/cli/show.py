"""What commands print: sentences, tables, numbers and JSON.

Nothing of the user's is read as markup. Without a terminal there is no colour, and no line is wrapped.
"""

import json
import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from clearprop.data import Table
from clearprop.i18n import _, ngettext

WIDE = 1000
"""Characters a line where there is no terminal to be wider than."""


def console(stderr: bool = False) -> Console:
    """Where sentences and tables go: standard output, or standard error where that is taken by JSON or .csv."""
    stream = sys.stderr if stderr else sys.stdout
    terminal = stream.isatty()
    return Console(
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
        grid.add_column(Text(name), justify="right" if place in right else "left", no_wrap=place == 0)
    for place, row in enumerate(rows):
        grid.add_row(*map(Text, row), style="bold" if last_is_total and place == len(rows) - 1 else None)
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


def task(name: str) -> str:
    """The task in the user's language."""
    return {"classification": _("classification"), "regression": _("regression")}[name]


def rows(n: int) -> str:
    """A number of rows, in words: "1,797 rows"."""
    return ngettext("{n:,} row", "{n:,} rows", n).format(n=n)


def metric(name: str) -> str:
    """A metric as a person calls it."""
    names = {"accuracy": _("accuracy"), "log_loss": _("log-loss"), "r2": "R²", "rmse": "RMSE", "mae": "MAE"}
    return names.get(name, name)


def score(name: str, value: float | None) -> str:
    """A metric's value: a share as a percentage, and four digits of anything else."""
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:.1%}" if name == "accuracy" else f"{value:.4g}"


def shape(sizes: Sequence[int]) -> str:
    """The shape of a row: "8 × 8 × 3"."""
    return " × ".join(map(str, sizes))


def network(out: Console, layers: Sequence[Mapping[str, Any]]) -> None:
    """The network as a table, with the total of its parameters."""
    lines = [[row["layer"], shape(row["output_shape"]), f"{row['parameters']:,}"] for row in layers]
    total = sum(row["parameters"] for row in layers)
    table(
        out,
        [_("layer"), _("output shape"), _("parameters")],
        [*lines, [_("total"), "", f"{total:,}"]],
        right=(1, 2),
        last_is_total=True,
    )


def scores(out: Console, columns: Mapping[str, Mapping[str, float | None]], *, gap: bool = True) -> None:
    """Metrics as lines; what they are of as columns."""
    names = list(dict.fromkeys(name for column in columns.values() for name in column))
    table(
        out,
        ["", *columns],
        [[metric(name), *(score(name, column.get(name)) for column in columns.values())] for name in names],
        right=range(1, 1 + len(columns)),
        gap=gap,
    )


def baseline(out: Console, about: Table) -> None:
    """What the baseline is."""
    if about.task == "regression":
        say(
            out,
            _("The baseline always answers with the mean of the training rows, {}.").format(f"{about.target_mean:.4g}"),
        )
    elif about.class_counts:
        commonest = about.classes[about.class_counts.index(max(about.class_counts))]
        say(
            out,
            _(
                "The baseline always answers with the most frequent class of the training rows, {}; its log-loss is"
                " that of their shares."
            ).format(commonest),
        )
