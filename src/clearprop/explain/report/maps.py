"""What a network on images makes of one, drawn as a row of stacks of feature maps, from left to right.

A stack is what one layer with weights, and whatever follows it before the next, makes of the image: its most active
maps, one behind the other. The lighter a place, the larger its number; a stack has a scale of its own.
"""

import base64
import io
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from markupsafe import Markup

from clearprop.explain.picture import short
from clearprop.explain.trace import Operation, Trace
from clearprop.i18n import _, ngettext, number

BEHIND = 3
"""Maps of a stack that are drawn."""

LEAST, MOST = 40, 92
"""Points of a map's side: of the smallest images, and of the largest."""

STEP, APART, ABOVE, NAME = 9, 64, 34, 18

INPUT = ("input",)
"""What made the image itself."""


Identify = Callable[[str], str]
"""What the page calls a layer, by its place."""


class Stack(NamedTuple):
    """The layers that made the maps, (height, width, maps) of the row that is shown, and the layer with the weights."""

    layers: tuple[str, ...]
    maps: np.ndarray
    name: str = ""

    def size(self) -> str:
        """How many maps there are and how large, "6 maps of 14 × 14"; of the image itself its shape, "28 × 28 × 3"."""
        height, width, n = self.maps.shape
        if self.layers == INPUT:
            return " × ".join(map(number, (height, width, *([n] if n > 1 else []))))
        size = " × ".join(map(number, (height, width)))
        return ngettext("{n:,} map of {size}", "{n:,} maps of {size}", n).format(n=n, size=size)


class Drawn(NamedTuple):
    """A piece of SVG and the room that it takes."""

    svg: Markup
    width: int
    height: int


def stacks(trace: Trace) -> list[Stack]:
    """The image, and what each layer with weights made of it; none of a network on something else."""
    last = {op.place: op for op in trace if op.phase == "forward" and op.kind != "rule"}
    found: list[Stack] = []
    for group in _groups(list(last.values())):
        made = [op for op in group if _output(op).ndim == 4]
        if not made:
            break
        if not found:
            first = next(iter(group[0].values.values()))
            found.append(Stack(INPUT, first[min(trace.row, len(first) - 1)]))
        V = _output(made[-1])
        name = next((_top(op) for op in group if _begins(op)), _top(group[0]))
        found.append(Stack(tuple(op.place for op in group), V[min(trace.row, len(V) - 1)], name))
    return found


def _groups(operations: Sequence[Operation]) -> list[list[Operation]]:
    """Of the network's own layers: one with weights, or fixed filters, begins a group; a block belongs together."""
    starts = {_top(op) for op in operations if _begins(op)}
    groups: list[list[Operation]] = []
    for op in operations:
        before = groups[-1][-1] if groups else None
        if before is None or (_top(op) in starts and _top(op) != _top(before) and starts & set(map(_top, groups[-1]))):
            groups.append([])
        groups[-1].append(op)
    return groups


def _begins(op: Operation) -> bool:
    """Whether it has weights, or fixed filters."""
    return "W" in op.values


def _top(op: Operation) -> str:
    return op.place.split(" / ")[0]


def _output(op: Operation) -> np.ndarray:
    """What comes out; statistics that come out too are no images."""
    found = [op.values[name] for name in op.outputs]
    return next((V for V in reversed(found) if V.ndim == 4), found[0])


def draw_maps(found: Sequence[Stack], identify: Identify) -> Drawn:
    """The stacks side by side."""
    largest, x, parts = max(max(stack.maps.shape[:2]) for stack in found), 24, []
    height = ABOVE + MOST + STEP * (BEHIND - 1) + 44
    for index, stack in enumerate(found):
        drawn = _stack(stack, x, height, largest, identify)
        if index:
            parts.append(Markup('<path class="positive" fill="none" d="M{} {}h{}m-7 -5l7 5l-7 5"/>').format(
                x - APART + 8, height // 2, APART - 20
            ))  # fmt: skip
        parts.append(drawn.svg)
        x += drawn.width + APART
    return Drawn(Markup("").join(parts), x, height)


def _stack(stack: Stack, x: int, height: int, largest: int, identify: Identify) -> Drawn:
    """Frames and pictures from the hindmost map to the foremost, with words above and below."""
    maps = _shown(stack)
    side = round(LEAST + (MOST - LEAST) * math.sqrt(max(stack.maps.shape[:2]) / largest))
    high, wide = (max(8, round(side * n / max(stack.maps.shape[:2]))) for n in stack.maps.shape[:2])
    top, parts = (height - high - STEP * (len(maps) - 1)) // 2, []
    for behind in reversed(range(len(maps))):
        at = x + STEP * behind, top + STEP * (len(maps) - 1 - behind), wide, high
        parts.append(
            Markup('<rect class="unit" x="{}" y="{}" width="{}" height="{}"/>').format(*at)
            + Markup(
                '<image x="{}" y="{}" width="{}" height="{}" style="image-rendering: pixelated"'
                ' preserveAspectRatio="none" href="data:image/png;base64,{}"/>'
            ).format(*at, _png(maps[behind]))
        )
    room = wide + STEP * (len(maps) - 1)
    words = [
        (top - 10, "name", short(_called(stack), NAME)),
        (top + high + STEP * (len(maps) - 1) + 18, "", stack.size()),
    ]
    for y, name, said in words:
        parts.append(
            Markup('<text class="{}" x="{}" y="{}" text-anchor="middle">{}</text>').format(name, x + room // 2, y, said)
        )
    title = Markup("<title>{}</title>").format(f"{_called(stack)}: {stack.size()}")
    names = " ".join(identify(place) for place in stack.layers)
    return Drawn(
        Markup('<g class="column" data-layers="{}">{}{}</g>').format(names, title, Markup("").join(parts)), room, height
    )


def _called(stack: Stack) -> str:
    """The layer that the maps are of: "1 conv2d"."""
    return stack.name or _("the image")


def _shown(stack: Stack) -> list[np.ndarray]:
    """The pictures to draw, foremost first, from 0 to 1: a colour image as one, else the most active maps."""
    maps = stack.maps.astype(float)
    low, high = float(maps.min(initial=0)), float(maps.max(initial=0))
    light = (maps - low) / (high - low or 1.0)
    if maps.shape[2] == 3 and stack.layers == INPUT:
        return [light]
    strongest = np.argsort(-np.square(maps).mean((0, 1)), kind="stable")[:BEHIND]
    return [light[..., index] for index in strongest]


def _png(light: np.ndarray) -> str:
    """A picture of these numbers from 0 to 1 as a PNG in base 64."""
    from matplotlib.image import imsave

    content = io.BytesIO()
    imsave(content, np.clip(light, 0, 1).astype(float), cmap="gray", vmin=0, vmax=1, format="png")
    return base64.b64encode(content.getvalue()).decode()


def tell(found: Sequence[Stack], hidden: int) -> list[str]:
    """What there is to see, and how many stacks are left out."""
    words = _(
        "Each stack holds the feature maps that a layer makes of the image, the most active in front: the lighter a"
        " place, the larger its number there. From left to right: {stacks}."
    ).format(stacks=", ".join(stack.size() for stack in found))
    if not hidden:
        return [words]
    more = ngettext(
        "{n:,} stack of maps in the middle is not drawn.", "{n:,} stacks of maps in the middle are not drawn.", hidden
    ).format(n=hidden)
    return [words, more]
