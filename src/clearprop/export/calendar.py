"""The parts of a date in ONNX, from microseconds since 1970-01-01; NaN where the date is missing.

The calendar is Hinnant's `civil_from_days` ("chrono-compatible low-level date algorithms", 2013): the year begins on 1
March, so that a leap day is its last, and eras of 400 years are of 146,097 days each.
"""

import math
from collections.abc import Sequence

import numpy as np

from clearprop.data.preparation.date import PartName
from clearprop.export.activations import as_floats
from clearprop.export.graph import Graph

DAY_US = 86_400_000_000
"""Microseconds in a day."""

MISSING = np.iinfo(np.int64).min
"""How NumPy, too, says that a date is missing (NaT)."""


def is_missing(graph: Graph, moment: str) -> str:
    """Where there is no date."""
    return graph.add("Equal", moment, graph.constant("missing", np.int64(MISSING)))


def parts_of_date(names: Sequence[PartName], graph: Graph, moment: str) -> list[str]:
    """Parts of a date (`data.preparation.date.PARTS`), each (rows, 1) float64.  moment: (rows, 1) int64"""
    length = graph.constant("day", np.int64(DAY_US))
    rest = graph.add("Mod", moment, length)
    whole = as_floats(graph, graph.add("Div", graph.add("Sub", moment, rest), length), np.float64)
    missing, nan = is_missing(graph, moment), _number(graph, np.nan)
    day = graph.add("Where", missing, nan, whole)
    time = _over(graph, as_floats(graph, rest, np.float64), DAY_US)
    time = graph.add("Where", missing, nan, time)
    in_year = any(name.split()[0] in ("year", "month", "day") for name in names)
    civil = _civil(graph, day) if in_year else ("", "", "")
    return [_part(name, graph, day, time, *civil) for name in names]


def _part(name: PartName, graph: Graph, day: str, time: str, year: str, month: str, day_of_month: str) -> str:
    if name == "days":
        return graph.add("Add", day, time)
    if name == "year":
        return year
    cycle, turn = name.split()
    if cycle == "month":
        share = _over(graph, _plus(graph, month, -1), 12)
    elif cycle == "day":
        share = _over(graph, _plus(graph, day_of_month, -1), 31)
    elif cycle == "weekday":
        share = _over(graph, _rest(graph, _plus(graph, day, 3), 7), 7)  # 1970-01-01 was a Thursday
    else:
        share = time
    return graph.add({"sin": "Sin", "cos": "Cos"}[turn], _times(graph, share, 2 * math.pi))


def _civil(graph: Graph, days: str) -> tuple[str, str, str]:
    """(year, month, day) of whole days since 1970-01-01"""
    z = _plus(graph, days, 719_468)  # days since 0000-03-01
    era = _whole(graph, z, 146_097)
    doe = _rest(graph, z, 146_097)  # day of era
    leaps = graph.add("Sub", _whole(graph, doe, 1_460), _whole(graph, doe, 36_524))
    leaps = graph.add("Add", leaps, _whole(graph, doe, 146_096))
    yoe = _whole(graph, graph.add("Sub", doe, leaps), 365)  # year of era
    before = graph.add("Sub", _whole(graph, yoe, 4), _whole(graph, yoe, 100))
    doy = graph.add("Sub", doe, graph.add("Add", _times(graph, yoe, 365), before))  # day of year, from 1 March
    mp = _whole(graph, _plus(graph, _times(graph, doy, 5), 2), 153)  # month, March being 0
    first = _whole(graph, _plus(graph, _times(graph, mp, 153), 2), 5)
    day = _plus(graph, graph.add("Sub", doy, first), 1)
    late = graph.add("Less", mp, _number(graph, 10))
    month = graph.add("Where", late, _plus(graph, mp, 3), _plus(graph, mp, -9))
    year = graph.add("Add", yoe, _times(graph, era, 400))
    return graph.add("Where", late, year, _plus(graph, year, 1)), month, day


def _number(graph: Graph, value: float) -> str:
    return graph.constant(f"{value:g}", float(value), np.float64)


def _plus(graph: Graph, x: str, value: float) -> str:
    return graph.add("Add", x, _number(graph, value))


def _times(graph: Graph, x: str, value: float) -> str:
    return graph.add("Mul", x, _number(graph, value))


def _over(graph: Graph, x: str, value: float) -> str:
    return graph.add("Div", x, _number(graph, value))


def _whole(graph: Graph, x: str, value: float) -> str:
    """⌊x / value⌋; exact, since both are whole numbers far below 2⁵³"""
    return graph.add("Floor", _over(graph, x, value))


def _rest(graph: Graph, x: str, value: float) -> str:
    """x − value ⌊x / value⌋"""
    return graph.add("Sub", x, _times(graph, _whole(graph, x, value), value))
