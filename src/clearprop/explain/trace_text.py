"""A trace for a terminal: a block an operation."""

import re
import textwrap
from typing import TYPE_CHECKING

from rich.cells import cell_len

from clearprop.explain import trace_words
from clearprop.explain.terms import digits
from clearprop.i18n import _, ngettext

if TYPE_CHECKING:
    from clearprop.explain.operation import Operation, Trace

WIDTH = 100


def heading(operation: "Operation") -> str:
    """The part of the learning step that an operation belongs to."""
    match operation.phase:
        case "forward":
            return _("Forward")
        case "loss":
            return _("Loss")
        case "backward":
            return _("Backward")
        case _:
            return _("Gradient descent")


def summary(trace: "Trace") -> str:
    """The trace in a sentence or two; rows count from 1, as people count."""
    n = trace.rows
    said = ngettext(
        "One learning step by {rule} on {n:,} row: the loss is {loss}.",
        "One learning step by {rule} on {n:,} rows: the loss is {loss}.",
        n,
    ).format(rule=trace.rule, n=n, loss=digits(trace.loss))
    if n == 1:
        return said
    return (
        said
        + " "
        + _("The numbers shown are those of row {row}; sums over rows are over all.").format(row=trace.row + 1)
    )


def text(trace: "Trace") -> str:
    """The whole of it, in lines of at most `WIDTH` columns where the names allow it."""
    lines, last = [*_wrapped(summary(trace), "")], ""
    for operation in trace.operations:
        if heading(operation) != last:
            last = heading(operation)
            lines += ["", last, "─" * cell_len(last)]
        lines += ["", *block(operation)]
    return "\n".join(lines) + "\n"


def block(operation: "Operation") -> list[str]:
    """One operation: title, sentence, equations, shapes, numbers."""
    number = f"{operation.number:>3}  "
    indent = " " * len(number)
    left_out = trace_words.skipped(operation)
    lines = [*_wrapped(left_out, indent), ""] if left_out else []
    lines += [
        number + line.strip() if place == 0 else line for place, line in enumerate(_wrapped(operation.title(), indent))
    ]
    lines += [*_wrapped(operation.sentence(), indent)]
    lines += [line for equation in operation.equations for line in broken(equation, indent + "  ")]
    lines += _wrapped(_shapes(operation), indent + "  ")
    lines += [line for numbers in operation.numbers for line in broken(numbers, indent + "    ")]
    return [*lines, *_wrapped(operation.note(), indent + "    ")]


def _shapes(operation: "Operation") -> str:
    """X (1, 2), W (2, 3) → Z (1, 3), no break within a shape"""
    named = {name: f"{name} {shape}".replace(" ", "\u00a0") for name, shape in operation.shapes.items()}
    given, made = (", ".join(named[name] for name in names) for names in (operation.inputs, operation.outputs))
    return f"{given} → {made}" if given else f"→ {made}"


def broken(line: str, indent: str) -> list[str]:
    """The line in pieces that fit, broken before " + ", " − " and " = ", the rest set in below the first "="."""
    room = WIDTH - len(indent)
    pieces, lines, current = re.split(r"(?= [+−=←/] )", line), [], ""
    hang = " " * min(12, max(0, cell_len(line.partition("= ")[0])))
    for piece in pieces:
        if current and cell_len(current + piece) > room:
            lines.append(current)
            current = hang + piece.lstrip()
        else:
            current += piece
    return [indent + piece for piece in [*lines, current]]


def _wrapped(sentence: str, indent: str, further: str | None = None) -> list[str]:
    further = indent if further is None else further
    found = textwrap.wrap(sentence, WIDTH, initial_indent=indent, subsequent_indent=further, break_on_hyphens=False)
    return [line.replace("\u00a0", " ") for line in found]
