"""The steps of a trace as the page shows them."""

from typing import Any, NamedTuple

import numpy as np
from markupsafe import Markup

from clearprop.explain.mathml import mathml
from clearprop.explain.report.drawing import Drawing, layer_id
from clearprop.explain.report.parts import Section, Table, exact
from clearprop.explain.trace import Operation, Trace
from clearprop.i18n import _, number


class Step(NamedTuple):
    """An operation, in the language of the page."""

    number: int
    phase: str
    layer: str
    title: str
    count: str
    said: str
    sentence: str
    equations: list[Markup]
    numbers: list[Markup]
    left_out: str
    table: Table


class Walk(NamedTuple):
    """The section of the page with the network and its steps."""

    name: str
    title: str
    text: list[str]
    drawing: Drawing
    operations: list[Step]
    template: str = "walk.html"


def walk(section: Section, drawing: Drawing, trace: Trace) -> Walk:
    """The section, with the drawn network and a step for each operation."""
    steps = [_step(op, trace) for op in trace]
    return Walk(section.name, section.title, list(section.text), drawing, steps)


def _step(op: Operation, trace: Trace) -> Step:
    count = _("Step {n} of {all}").format(n=op.number, all=len(trace))
    return Step(
        op.number,
        op.phase,
        layer_id(op.place),
        op.title(),
        count,
        f"{count}: {op.title()}",
        op.sentence(),
        [Markup(mathml(equation)) for equation in op.equations],
        [Markup(mathml(line)) for line in op.numbers],
        op.note(),
        _quantities(op, trace.row),
    )


def _quantities(op: Operation, row: int) -> Table:
    """Every array: what it is, its shape, how large its numbers are, and those of the units shown."""
    shown = list(op.shown)
    header = [_("quantity"), _("shape"), _("root mean square"), *(_("unit {n}").format(n=number(u + 1)) for u in shown)]
    rows = [
        [
            Markup("<math><mi>{}</mi></math>").format(name) if len(name) == 1 else name,
            " × ".join(map(str, value.shape)) or "1",
            exact(float(np.sqrt(np.mean(np.square(value.astype(float)))))) if value.size else "–",
            *_cells(value, shown, row),
        ]
        for name, value in op.values.items()
    ]
    return Table(_("All quantities of this step"), header, rows)


def _cells(value: np.ndarray, shown: list[int], row: int) -> list[Any]:
    """The shown units' own numbers, where the array has one for each unit: a bias, or a row of activities."""
    if value.ndim == 1:
        flat = value
    elif value.ndim >= 2 and len(value) > row and value.shape[0] != 0:
        flat = value[row].ravel()
    else:
        return ["" for _unit in shown]
    return [exact(flat[unit]) if unit < len(flat) else "" for unit in shown]
