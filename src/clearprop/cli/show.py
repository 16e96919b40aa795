"""What commands print: scores, networks and numbers, and by `printing.py` sentences, tables and JSON."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console

from clearprop.cli.printing import console as console
from clearprop.cli.printing import dumps as dumps
from clearprop.cli.printing import print_json as print_json
from clearprop.cli.printing import say as say
from clearprop.cli.printing import table
from clearprop.explain.names import SHARES, metric
from clearprop.explain.score import Score
from clearprop.i18n import _, ngettext
from clearprop.i18n import number as local

WIDE_TERMINAL = 130
"""Characters that a table of scores takes with its intervals beside them."""


def task(name: str) -> str:
    """The task in the user's language."""
    return {"classification": _("classification"), "regression": _("regression")}[name]


def rows(n: int) -> str:
    """A number of rows, in words: "1,797 rows"."""
    return ngettext("{n:,} row", "{n:,} rows", n).format(n=n)


def number(name: str, value: float | None) -> str:
    """A metric's value: a share as a percentage, and four digits of anything else."""
    if value is None or not math.isfinite(value):
        return "–"
    return local(value, ".1%") if name in SHARES else digits(value, 4)


def digits(value: float, count: int) -> str:
    """So many digits, and none of a whole number left out.

    >>> digits(81378.9, 4), digits(0.123456, 3)
    ('81,379', '0.123')
    """
    return local(value, ",.0f" if 10**count <= abs(value) < 1e9 else f".{count}g")


def interval(low: float | None, high: float | None, spec: str) -> str:
    """An interval in brackets: "[0.3, 0.7]", and "[0,3; 0,7]" where a comma is the decimal sign."""
    return f"[{series((low, high), spec)}]"


def series(values: Iterable[Any], spec: str) -> str:
    """Numbers side by side: "1.5, 2.5", or "1,5; 2,5" where a comma is the decimal sign."""
    return between().join(local(value, spec) for value in values)


def between() -> str:
    """What stands between two numbers."""
    return ", " if local(0.5, ".1f") == "0.5" else "; "


def score(name: str, found: Score | None, bounds: bool = True, apart: str = " ") -> str:
    """A score and, in brackets, its 95% interval where there is one: "97.2% [94.1, 98.7]"."""
    if found is None or not bounds or found.low is None or found.high is None:
        return number(name, found.value if found else None)
    limits = (local(100 * limit, ".1f") if name in SHARES else digits(limit, 3) for limit in (found.low, found.high))
    return f"{number(name, found.value)}{apart}[{between().join(limits)}]"


def score_of(found: Mapping[str, Any]) -> dict[str, Score]:
    """Scores as a report holds them."""
    return {name: Score(**score) for name, score in found.items()}


def shape(sizes: Sequence[int]) -> str:
    """The shape of a row: "8 × 8 × 3"."""
    return " × ".join(map(str, sizes))


def ensemble(members: int) -> str:
    """That there are several networks."""
    return ngettext(
        "An ensemble of {n} such network: their mean is the prediction.",
        "An ensemble of {n} such networks: their mean is the prediction.",
        members,
    ).format(n=members)


def network(out: Console, layers: Sequence[Mapping[str, Any]]) -> None:
    """The network as a table, with the total of its parameters."""
    lines = [[row["layer"], shape(row["output_shape"]), local(row["parameters"], ",")] for row in layers]
    total = sum(row["parameters"] for row in layers)
    table(
        out,
        [_("layer"), _("output shape"), _("parameters")],
        # Translators: the last line of a table of layers: all their parameters.
        [*lines, [_("total"), "", local(total, ",")]],
        right=(1, 2),
        last_is_total=True,
    )


def scores(
    out: Console, columns: Mapping[str, Mapping[str, Score]], *, bare: Sequence[str] = (), gap: bool = True
) -> None:
    """Metrics as lines; what they are of as columns, with intervals but for those that are to be bare.

    On a narrow terminal an interval stands below its score.
    """
    apart = " " if out.width >= WIDE_TERMINAL else "\n"
    names = list(dict.fromkeys(name for column in columns.values() for name in column))
    table(
        out,
        ["", *columns],
        [
            [metric(name), *(score(name, column.get(name), of not in bare, apart) for of, column in columns.items())]
            for name in names
        ],
        right=range(1, 1 + len(columns)),
        gap=gap,
    )


def baseline(name: str) -> str:
    """A baseline as a person calls it."""
    names = {
        "majority": _("majority class"),
        # Translators: a baseline that always answers with the mean; elsewhere the mean over folds.
        "mean": _("mean"),
        "linear": _("linear model"),
        "gradient boosting": _("gradient boosting"),
    }
    return names.get(name, name)
