"""The network as it was in a trace: units as circles with their activities, weights and gradients as lines between.

What it makes of an image stands before them, as stacks of feature maps (`maps`).
A line's width goes with |w| (or |dW|), as a share of the largest between the same two columns; a number below zero has
a dashed line. Of a large layer the units that the trace shows are drawn.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from markupsafe import Markup

from clearprop.explain.picture import short
from clearprop.explain.report.maps import Drawn, draw_maps, stacks, tell
from clearprop.explain.report.parts import signed
from clearprop.explain.trace import Operation, Trace
from clearprop.i18n import _, ngettext

HALF = 4
"""So many of the first columns of units (or stacks of maps) and of the last ones are drawn of a deeper network."""

NAME = 16
"""Letters of a unit's name, at most."""

APART, ABOVE, RADIUS, MARGIN = 190, 56, 23, 160


class Column(NamedTuple):
    """A column of units: those with these places, their activities and names, and how many there are in all."""

    layers: tuple[str, ...]
    places: tuple[int, ...]
    values: tuple[float, ...]
    names: tuple[str, ...]
    units: int


class Lines(NamedTuple):
    """What is between two columns: W and dW (drawn from, drawn to); None where the two are not next to each other."""

    W: np.ndarray | None
    dW: np.ndarray | None


class Drawing(NamedTuple):
    """The picture, and words for it."""

    svg: Markup
    title: str
    text: str


def draw(
    trace: Trace, outputs: Sequence[float], inputs: Sequence[str] = (), classes: Sequence[str] = (), units: int = 6
) -> Drawing:
    """Draw the network of a trace.

    Args:
        trace: of one row, or of several, of which the shown one is drawn.
        outputs: what the network predicts for it.
        inputs: names of what goes into the first dense layer.
        classes: names of the outputs.
        units: how many inputs are drawn at most, those that count most; of other columns, what the trace shows.
    """
    found, images = _dense(trace), stacks(trace)
    title = _("The network, with what it computes for this row")
    if not found and not images:
        return Drawing(Markup(""), title, _("This network has no dense layers to draw."))
    parts, words = [], []
    if images:
        shown = [*images[:HALF], *images[-HALF:]] if len(images) > 2 * HALF else images
        parts.append(draw_maps(shown, layer_id))
        words += tell(shown, len(images) - len(shown))
    if found:
        columns, lines = _columns(trace, found, outputs, () if images else inputs, classes, units)
        total = len(columns)
        if total > 2 * HALF:
            columns, lines = (
                columns[:HALF] + columns[-HALF:],
                [*lines[: HALF - 1], Lines(None, None), *lines[1 - HALF :]],
            )
        parts.append(_drawn(columns, lines))
        words += [_text(columns), *_not_drawn(total - len(columns))]
    return Drawing(_svg(parts, title), title, " ".join(words))


def _dense(trace: Trace) -> list[tuple[Operation, Operation | None]]:
    """Each dense layer's last forward and last way back, in the order of the layers."""
    forward = {op.place: op for op in trace if op.kind == "dense" and op.phase == "forward"}
    back = {op.place: op for op in trace if op.kind == "dense" and op.phase == "backward"}
    return [(op, back.get(place)) for place, op in forward.items() if op.values["W"].ndim == 2]


def _columns(
    trace: Trace,
    found: list[tuple[Operation, Operation | None]],
    outputs: Sequence[float],
    inputs: Sequence[str],
    classes: Sequence[str],
    units: int,
) -> tuple[list[Column], list[Lines]]:
    """The columns: what each dense layer takes in, and what comes out in the end."""
    columns, lines = [], []
    for place, (op, back) in enumerate(found):
        X, W = _row(op.values["X"], trace.row), op.values["W"]
        before = found[place - 1][0] if place else None
        known = before is not None and before.values["W"].shape[1] == len(X)
        shown = before.shown if known and before else _strongest(X, W, units)
        layers = tuple(_layers_between(trace, before, op))
        columns.append(_column(layers, shown, X, inputs if not place else ()))
        dW = None if back is None else back.values.get("dW")
        lines.append(Lines(W, dW))
    last = found[-1][0]
    final = np.asarray(outputs, float).ravel()
    drawn = last.shown if len(final) == last.values["W"].shape[1] else tuple(range(len(final)))
    columns.append(_column(tuple(_layers_between(trace, last, None)), drawn, final, classes))
    return columns, [_cut(pair, *two) for pair, two in zip(lines, pairwise(columns), strict=True)]


def _cut(pair: Lines, before: Column, after: Column) -> Lines:
    """The lines between the units drawn; none where the next column is not what this layer gives."""
    if pair.W is None or pair.W.shape[1] != after.units:
        return Lines(None, None)
    drawn = np.ix_(before.places, after.places)
    return Lines(*(None if M is None else M[drawn] for M in pair))


def _layers_between(trace: Trace, before: Operation | None, op: Operation | None) -> list[str]:
    """The places of the layers that made this column: from the dense layer before it up to this one's input, or all."""
    places = list(dict.fromkeys(each.place for each in trace if each.phase == "forward" and each.place))
    start = 0 if before is None else places.index(before.place)
    end = len(places) if op is None else places.index(op.place)
    return places[start:end] or ["input"]


def _row(X: np.ndarray, row: int) -> np.ndarray:
    """One row's values, laid out flat to the last axis: the first position, where a row has several."""
    return X[min(row, len(X) - 1)].reshape(-1, X.shape[-1])[0]


def _strongest(X: np.ndarray, W: np.ndarray, count: int) -> tuple[int, ...]:
    """The inputs that move this layer most, |x| times the length of its weights, in their own order."""
    strength = abs(X) * np.linalg.norm(W, axis=1)
    return tuple(sorted(np.argsort(-strength, kind="stable")[: max(count, 1)].tolist()))


def _column(layers: tuple[str, ...], shown: Sequence[int], values: np.ndarray, names: Sequence[str]) -> Column:
    labels = tuple(str(names[place]) if place < len(names) else str(place + 1) for place in shown)
    return Column(layers, tuple(shown), tuple(float(values[place]) for place in shown), labels, len(values))


def _drawn(columns: list[Column], lines: list[Lines]) -> Drawn:
    """The columns side by side, and the lines between them."""
    tallest = max(len(column.places) for column in columns)
    width, height = 2 * MARGIN + APART * (len(columns) - 1), ABOVE * tallest + 40
    x = [MARGIN + APART * place for place in range(len(columns))]
    y = [[6 + ABOVE * (tallest - len(c.places)) / 2 + ABOVE * (i + 0.5) for i in range(len(c.places))] for c in columns]
    drawn = [
        Markup('<g class="{}">{}</g>').format(
            name,
            Markup("").join(
                _between(M, x[i] + RADIUS, x[i + 1] - RADIUS, y[i], y[i + 1])
                for i, M in enumerate(getattr(pair, which) for pair in lines)
            ),
        )
        for name, which in (("weights", "W"), ("gradients", "dW"))
    ]
    units = [_units(column, x[i], y[i], last=i == len(columns) - 1) for i, column in enumerate(columns)]
    return Drawn(Markup("").join(drawn + units), width, height)


def _svg(parts: list[Drawn], title: str) -> Markup:
    """The parts side by side, each halfway up."""
    width, height, x, moved = sum(part.width for part in parts), max(part.height for part in parts), 0, []
    for part in parts:
        y = (height - part.height) // 2
        at = Markup('<g transform="translate({} {})">{}</g>') if x or y else Markup("{2}")
        moved.append(at.format(x, y, part.svg))
        x += part.width
    return Markup(
        '<svg viewBox="0 0 {} {}" style="min-width: {}px; max-width: {}px" role="img" aria-labelledby="network-title" xmlns="http://www.w3.org/2000/svg">'
        '<title id="network-title">{}</title>{}</svg>'
    ).format(width, height, round(0.9 * width), round(1.3 * width), title, Markup("").join(moved))


_LINE = Markup('<line class="{}" x1="{}" y1="{:g}" x2="{}" y2="{:g}" stroke-width="{:.2f}"><title>{}</title></line>')


def _between(M: np.ndarray | None, left: float, right: float, above: list[float], below: list[float]) -> Markup:
    """The lines from one column to the next."""
    if M is None:
        return Markup("")
    largest = float(abs(M).max(initial=0)) or 1.0

    def line(i: int, j: int) -> Markup:
        m = float(M[i, j])
        sign, width = ("negative" if m < 0 else "positive"), 0.3 + 4.7 * abs(m) / largest
        return _LINE.format(sign, left, above[i], right, below[j], width, signed(m, ".4g"))

    return Markup("").join(line(int(i), int(j)) for i, j in np.argwhere(M))


def _units(column: Column, x: float, y: list[float], *, last: bool) -> Markup:
    """Circles with what they compute in them, names beside or above, and how many are left out."""
    parts, first = [], x == MARGIN
    for name, value, up in zip(column.names, column.values, y, strict=True):
        at = Markup('x="{}" y="{:g}" text-anchor="start"') if last else Markup('x="{}" y="{:g}" text-anchor="end"')
        beside = x + RADIUS + 8 if last else x - RADIUS - 8
        parts.append(
            Markup('<circle class="unit" cx="{}" cy="{:g}" r="{}"/>').format(x, up, RADIUS)
            + Markup('<text x="{}" y="{:g}" text-anchor="middle">{}</text>').format(x, up + 4, signed(value, ".3g"))
            + Markup('<text class="name" {}>{}</text>').format(
                at.format(beside, up + (4 if last or first else -12)), short(name, NAME)
            )
        )
    left_out = column.units - len(column.places)
    if left_out:
        words = ngettext("{n:,} more unit", "{n:,} more units", left_out).format(n=left_out)
        parts.append(Markup('<text x="{}" y="{:g}" text-anchor="middle">{}</text>').format(x, y[-1] + 42, words))
    return Markup('<g class="column" data-layers="{}">{}</g>').format(_names(column.layers), Markup("").join(parts))


def _names(layers: Sequence[str]) -> str:
    return " ".join(layer_id(layer) for layer in layers)


def layer_id(place: str) -> str:
    """A layer's place as one word: "2 residual / body / 0 dense" → "2-residual/body/0-dense"."""
    return place.replace(" / ", "/").replace(" ", "-")


def _text(columns: list[Column]) -> str:
    """What there is to see."""
    return _(
        "Each circle is a unit and holds what it computes for this row; a thick line is a large number, a dashed one is"
        " below zero. From left to right: {columns}."
    ).format(
        columns=", ".join(
            ngettext("{shown:,} of {n:,} unit", "{shown:,} of {n:,} units", c.units).format(
                shown=len(c.places), n=c.units
            )
            for c in columns
        )
    )


def _not_drawn(hidden: int) -> list[str]:
    """The sentence on what is left out in the middle, if anything is."""
    if not hidden:
        return []
    return [
        ngettext(
            "{n:,} column of units in the middle is not drawn.",
            "{n:,} columns of units in the middle are not drawn.",
            hidden,
        ).format(n=hidden)
    ]
