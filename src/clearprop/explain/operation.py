"""Every operation of one learning step, in order, with its numbers: forward, loss, back, descent."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from clearprop.explain import trace_html, trace_text, trace_words
from clearprop.explain.terms import Line, written
from clearprop.i18n import speaking
from clearprop.layers.base import Shape

Phase = Literal["forward", "loss", "backward", "descent"]

SMALL = 64
"""Arrays of up to so many numbers are whole in `as_dict`."""


@dataclass(frozen=True)
class Operation:
    """One thing that the network does: a layer's forward or its way back, the loss, a rule's own step, a descent.

    Attributes:
        number: its place in the trace, from 1.
        phase: "forward", "loss", "backward" or "descent".
        place: the layer's place and name, "1 dense"; within a block, "2 residual / body / 0 dense"; "" for the loss.
        kind: the kind of layer, "dense"; of the loss, "squared"; "rule" for what the learning rule does between layers.
        equations: in symbols, as the layer's code has them, one for each quantity.
        lines: the same with numbers, for the units that matter; `numbers` is how they read.
        values: every array that goes in or comes out, whole, by its name in the equations.
        inputs, outputs: which of them go in, and which come out.
        shown: the units that the lines show, as places in a row of the result laid out flat, from 0. (Subscripts in the
            lines count from 1.)
        left_out: how many numbers of the results have no line of their own (of one row, where there are more).
        stage: which pass of the rule this belongs to, where it makes several: "", "settling", ….
        step, steps: which step of that pass, from 1, and how many steps it has.
        skipped: how many steps of the pass, alike but for the numbers, are left out before this operation.
    """

    number: int
    phase: Phase
    place: str
    kind: str
    equations: tuple[str, ...]
    lines: tuple[Line, ...]
    values: dict[str, np.ndarray]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    shown: tuple[int, ...] = ()
    left_out: int = 0
    stage: str = ""
    step: int = 0
    steps: int = 0
    skipped: int = 0

    @property
    def numbers(self) -> tuple[str, ...]:
        """The equations with the numbers in them, in the language spoken now: "Z₁ = 0.5·0.1 + 0.2 = 0.25"."""
        return tuple(written(line) for line in self.lines)

    @property
    def shapes(self) -> dict[str, Shape]:
        """The shape of every array, by name."""
        return {name: value.shape for name, value in self.values.items()}

    def title(self) -> str:
        """What it is, in a few words: "Layer 1, dense: forward"."""
        return trace_words.title(self)

    def sentence(self) -> str:
        """What happens, in a sentence for a beginner."""
        return trace_words.sentence(self)

    def note(self) -> str:
        """What is left out, in a sentence; "" if nothing is."""
        return trace_words.note(self)

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON: English; numbers in full; of an array above `SMALL` numbers the shape alone."""
        with speaking("en"):
            return {
                "number": self.number,
                "phase": self.phase,
                "place": self.place,
                "kind": self.kind,
                "stage": self.stage,
                "step": self.step,
                "steps": self.steps,
                "skipped": self.skipped,
                "title": self.title(),
                "sentence": self.sentence(),
                "equations": list(self.equations),
                "numbers": list(self.numbers),
                "inputs": list(self.inputs),
                "outputs": list(self.outputs),
                "shapes": {name: list(shape) for name, shape in self.shapes.items()},
                "values": {name: value.tolist() for name, value in self.values.items() if value.size <= SMALL},
                "shown": list(self.shown),
                "left_out": self.left_out,
            }


@dataclass(frozen=True)
class Trace:
    """The operations of one learning step in order.

    Attributes:
        operations: they.
        loss: its value.
        gradients: {"params": …, "rule": …}, as the learning rule gave them.
        rows: how many rows went through.
        row: the row that the lines show, from 0 (in text for people, from 1).
        rule: the learning rule's name.
    """

    operations: tuple[Operation, ...]
    loss: float
    gradients: Any
    rows: int
    row: int
    rule: str

    def __iter__(self) -> Iterator[Operation]:
        """The operations, one after the other."""
        return iter(self.operations)

    def __len__(self) -> int:
        """How many operations there are."""
        return len(self.operations)

    def text(self) -> str:
        """For a terminal: a block an operation, 100 columns at most. Rows and units count from 1, as people count."""
        return trace_text.text(self)

    __str__ = text

    def _repr_html_(self) -> str:
        """For a notebook."""
        return trace_html.html(self)

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON, in English."""
        return {
            "rule": self.rule,
            "loss": self.loss,
            "rows": self.rows,
            "row": self.row,
            "operations": [operation.as_dict() for operation in self.operations],
        }
