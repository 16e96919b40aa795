"""The steps of a trace as the page shows them."""

from typing import NamedTuple

import numpy as np
from markupsafe import Markup

from clearprop.explain import trace_words
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
    skipped: str
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
        trace_words.skipped(op),
        _quantities(op, trace.row),
    )


def _quantities(op: Operation, row: int) -> Table:
    """Every array: what it is, its shape, how large its numbers are, and those of the units shown."""
    own = {
        name: numbers for name, value in op.values.items() if (numbers := _by_unit(op, name, value, row)) is not None
    }
    shown = list(op.shown) if own else []
    called = [_place(unit, op.values[op.outputs[-1]].shape[1:]) for unit in shown]
    header = [_("quantity"), _("shape"), _("root mean square"), *(_("unit {n}").format(n=n) for n in called)]
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


def _place(unit: int, shape: tuple[int, ...]) -> str:
    """What a unit is called: its number, from 1; on an image "2, 3, 1", down, across and of which map."""
    return ", ".join(str(int(at) + 1) for at in np.unravel_index(unit, shape)) if len(shape) == 3 else str(unit + 1)


def _by_unit(op: Operation, name: str, value: np.ndarray, row: int) -> np.ndarray | None:
    """The array's numbers, one for each unit that the step's lines are about; None where they are not those units'.

    They are if the array is laid out as the result is, row by row, or holds a number for each unit alike in all rows;
    and if it is on the result's side of the operation: one that mixes units has others on its other side.
    """
    result = op.values[op.outputs[-1]] if op.shown else np.empty(0)
    if result.ndim < 2 or (_mixes(op) and name not in _of_result(op)):
        return None
    if value.shape == result.shape:
        return value[row].ravel()
    alike = value.shape == result.shape[1:] and op.phase != "loss"  # a loss has vectors of rows
    return value.ravel() if alike else None


UNIT_BY_UNIT = (
    *("activation", "dropout", "scale", "standardize", "batch_norm", "layer_norm", "residual", "rule"),
    *("random_color", "divisive_normalization"),
)
"""Kinds of operations that give each unit its own number, from those of the same unit (and others)."""


def _mixes(op: Operation) -> bool:
    """Whether units in one place of its inputs and of its outputs are not the same ones."""
    return op.phase != "loss" and (op.kind not in UNIT_BY_UNIT or "B" in op.values)


def _of_result(op: Operation) -> tuple[str, ...]:
    """What a mixing operation has of the units of its result: forward those that come out, back those that went in."""
    return (op.outputs[-1], "b" if op.phase == "forward" else "X")
