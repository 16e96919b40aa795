"""The steps of a trace as the page shows them."""

from typing import NamedTuple

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
    where: str
    said: str
    sentence: str
    equations: list[Markup]
    numbers: list[Markup]
    left_out: str
    table: Table


class Phase(NamedTuple):
    """One of forward, loss, backward and descent: what it is called, and its first step."""

    name: str
    title: str
    first: int


class Walk(NamedTuple):
    """The section of the page with the network and its steps."""

    name: str
    title: str
    text: list[str]
    drawing: Drawing
    operations: list[Step]
    phases: list[Phase]
    template: str = "walk.html"


def walk(section: Section, drawing: Drawing, trace: Trace) -> Walk:
    """The section, with the drawn network and a step for each operation."""
    steps = [_step(op, trace) for op in trace]
    return Walk(section.name, section.title, list(section.text), drawing, steps, _phases(steps))


def _phases(steps: list[Step]) -> list[Phase]:
    """In the order in which they begin."""
    titles = {"forward": _("Forward"), "loss": _("Loss"), "backward": _("Back"), "descent": _("Descent")}
    firsts = {step.phase: step.number for step in reversed(steps)}
    return [Phase(name, titles[name], firsts[name]) for name in sorted(firsts, key=lambda name: firsts[name])]


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
    own = {
        name: numbers for name, value in op.values.items() if (numbers := _by_unit(op, name, value, row)) is not None
    }
    shown = list(op.shown) if own else []
    header = [_("quantity"), _("shape"), _("root mean square"), *(_("unit {n}").format(n=u + 1) for u in shown)]
    rows = [
        [
            Markup(mathml(name)),
            " × ".join(map(number, value.shape)) or number(1),
            exact(float(np.sqrt(np.mean(np.square(value.astype(float)))))) if value.size else "–",
            *(exact(own[name][unit]) if name in own else "" for unit in shown),
        ]
        for name, value in op.values.items()
    ]
    return Table(_("All quantities of this step"), header, rows)


def _by_unit(op: Operation, name: str, value: np.ndarray, row: int) -> np.ndarray | None:
    """The array's numbers for this row, one for each unit that the step's lines are about; None where it has others.

    A layer with weights mixes: on the way forward its lines are about the units of Z, on the way back about those of X.
    """
    if not op.shown or not op.outputs:
        return None
    mixes = any(other.startswith("W") for other in op.values)
    of_inputs = name in ("X", "dX")
    if name.lstrip("d").startswith("W") or (mixes and of_inputs != (op.phase == "backward")):
        return None
    units, own = (_of_row(array, row) for array in (op.values[op.outputs[-1]], value))
    return own if own.size == units.size else None


def _of_row(array: np.ndarray, row: int) -> np.ndarray:
    """A row's numbers, laid out flat; of a vector, which belongs to no row, all."""
    return array.ravel() if array.ndim < 2 else array[min(row, len(array) - 1)].ravel()
