"""A picture of a boundary: the regions of the plane epoch by epoch, with the rows of data on them."""

import math
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.explain.picture import BLUE, DARK_GREY, EDGE, GREY, LIGHT_BLUE, ORANGE, PAPER, picture, short
from clearprop.explain.regions import Boundary, Frame
from clearprop.i18n import _, ngettext, number

COLOURS = [BLUE, ORANGE, GREY, LIGHT_BLUE, DARK_GREY, EDGE]
HATCHES = ["", "///", "...", "\\\\\\", "xxx", "ooo", "---", "|||", "+++", "OO"]
MARKERS = "osD^vPX<>p"
"""A class's own; after the last one they begin again."""

POINTS = 250
"""Rows drawn at most."""

SURE = 0.9
"""A line is drawn where the network is so sure."""

LEVELS = 10
"""Steps of a predicted value."""

ACROSS = 3
"""Panels in a row."""

NAME = 18
"""Letters of a class's name, at most."""

LEAST = 0.02
"""A smaller region gets no label."""


def size(found: Boundary) -> tuple[float, float]:
    """(width, height) in inches that suit the picture."""
    columns, rows = _layout(found)
    return (6.6, 5.0) if columns == 1 else (3.1 * columns + 1.2, 2.9 * rows + 0.7)


def draw(path: str | Path, found: Boundary, title: str) -> None:
    """Write the picture as a .png file.

    Raises:
        OSError: the file cannot be written.
    """
    with picture(path, *size(found), title) as figure:
        paint(figure, found)


def paint(figure: Any, found: Boundary) -> None:
    """Draw a panel for each epoch into an empty figure."""
    columns, rows = _layout(found)
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, frame in zip(panels.flat, found.frames, strict=False):
        _regions(axes, found, frame) if found.classes else _levels(axes, found, frame)
        _rows(axes, found)
        axes.set_title(_heading(frame, bool(found.classes)), fontsize=9)
        axes.set_xlim(found.across[0], found.across[-1])
        axes.set_ylim(found.up[0], found.up[-1])
        axes.grid(False)
    for axes in panels.flat[len(found.frames) :]:
        axes.set_visible(False)
    across, up = found.axes()
    figure.supxlabel(across, fontsize=9, parse_math=False)
    figure.supylabel(up, fontsize=9, parse_math=False)
    _legend(figure, found)


def describe(found: Boundary) -> str:
    """What the picture shows, in words."""
    across, up = found.axes()
    last = found.frames[-1]
    shown = ngettext(
        "The network's answers on the plane of {across} and {up}, after epoch {epoch:,}.",
        "The network's answers on the plane of {across} and {up}, at {n:,} epochs up to {epoch:,}.",
        len(found.frames),
    ).format(across=across, up=up, n=len(found.frames), epoch=last.epoch)
    if found.classes:
        areas = ", ".join(f"{name} {number(share, '.0%')}" for name, share in found.shares(last).items())
        said = _("In the end its area is divided so: {areas}; {right:.0%} of the rows are right.").format(
            areas=areas, right=last.score or 0.0
        )
    else:
        said = _("In the end the predicted value goes from {low:.4g} to {high:.4g}.").format(
            low=float(last.predicted.min()), high=float(last.predicted.max())
        )
    return f"{shown} {said}"


def _layout(found: Boundary) -> tuple[int, int]:
    columns = min(ACROSS, len(found.frames))
    return columns, math.ceil(len(found.frames) / columns)


def _heading(frame: Frame, classes: bool) -> str:
    if frame.score is None:
        return _("epoch {epoch:,}").format(epoch=frame.epoch)
    if classes:
        return _("epoch {epoch:,}: {right:.0%} right").format(epoch=frame.epoch, right=frame.score)
    return _("epoch {epoch:,}: R² {score:.2f}").format(epoch=frame.epoch, score=frame.score)


def _regions(axes: Any, found: Boundary, frame: Frame) -> None:
    """A colour, a hatch and a label for each class; a line between them, and a dotted one where it is sure."""
    from matplotlib.colors import to_rgba

    grid, P = (found.across, found.up), np.asarray(frame.probabilities, np.float64)
    for code, name in enumerate(found.classes):
        inside = frame.predicted == code
        if not inside.any():
            continue
        colour, lead = COLOURS[code % len(COLOURS)], P[..., code] - np.delete(P, code, -1).max(-1)
        axes.contourf(*grid, lead, [0, 1.01], colors=[to_rgba(colour, 0.22)])
        axes.contourf(*grid, P[..., code], [SURE, 1.01], colors=[to_rgba(colour, 0.2)])
        _hatched(axes, grid, lead, code)
        if not inside.all():
            axes.contour(*grid, lead, [0], colors=[DARK_GREY], linewidths=1.1)
        if P[..., code].min() < SURE < P[..., code].max():
            axes.contour(*grid, P[..., code], [SURE], colors=[DARK_GREY], linewidths=0.8, linestyles=":")
        _label(axes, found, inside, name)


def _hatched(axes: Any, grid: Any, lead: np.ndarray, code: int) -> None:
    import matplotlib

    hatch = HATCHES[code % len(HATCHES)]
    if hatch:
        with matplotlib.rc_context({"hatch.color": EDGE, "hatch.linewidth": 0.5}):
            marked = axes.contourf(*grid, lead, [0, 1.01], colors="none", hatches=[hatch])
            marked.set_edgecolor(EDGE)
            marked.set_linewidth(0)


def _label(axes: Any, found: Boundary, inside: np.ndarray, name: str) -> None:
    """The class's name where its region is widest."""
    from scipy.ndimage import distance_transform_edt

    if inside.mean() < LEAST:
        return
    depth = np.asarray(distance_transform_edt(np.pad(inside, 1)))[1:-1, 1:-1]
    line, column = np.unravel_index(depth.argmax(), depth.shape)
    axes.text(
        found.across[column],
        found.up[line],
        short(name, NAME),
        ha="center",
        va="center",
        fontsize=8,
        fontweight="bold",
        parse_math=False,
        zorder=5,
        bbox={"boxstyle": "round,pad=0.2", "facecolor": PAPER, "edgecolor": EDGE, "alpha": 0.85, "linewidth": 0.6},
    )


def _levels(axes: Any, found: Boundary, frame: Frame) -> None:
    """The predicted value in steps, each line with its number."""
    from matplotlib.colors import to_rgba
    from matplotlib.ticker import MaxNLocator

    low, high = _range(found)
    levels = MaxNLocator(LEVELS).tick_values(low, high)
    shades = [to_rgba(BLUE, strength) for strength in np.linspace(0.04, 0.6, len(levels) - 1)]
    grid = found.across, found.up
    axes.contourf(*grid, frame.predicted, levels, colors=shades, extend="neither")
    if np.ptp(frame.predicted) > 0:
        lines = axes.contour(*grid, frame.predicted, levels, colors=[DARK_GREY], linewidths=0.7)
        axes.clabel(lines, fontsize=7, fmt=lambda value: number(float(value), ".4g"))


def _range(found: Boundary) -> tuple[float, float]:
    """Of the values in all panels and of the rows, so that a shade means the same everywhere."""
    every = np.concatenate([*(frame.predicted.ravel() for frame in found.frames), found.targets])
    low, high = float(every.min()), float(every.max())
    return (low, high) if high > low else (low - 1, high + 1)


def _rows(axes: Any, found: Boundary) -> None:
    """The rows of data: each class with its own marker; a value as the shade it should have."""
    some = np.unique(np.linspace(0, len(found.places) - 1, min(POINTS, len(found.places))).astype(int))
    places, targets = found.places[some], found.targets[some]
    edge: Any = {"s": 13, "linewidths": 0.6, "edgecolors": PAPER, "zorder": 4}
    if found.classes:
        for code in range(len(found.classes)):
            own = places[targets == code]
            axes.scatter(*own.T, marker=MARKERS[code % len(MARKERS)], color=COLOURS[code % len(COLOURS)], **edge)
        return
    from matplotlib.colors import to_rgba

    low, high = _range(found)
    share = (targets - low) / (high - low)
    axes.scatter(
        *places.T,
        s=6 + 26 * share,
        c=[to_rgba(BLUE, 0.1 + 0.9 * float(s)) for s in share],
        edgecolors=DARK_GREY,
        linewidths=0.6,
        zorder=4,
    )


def _legend(figure: Any, found: Boundary) -> None:
    from matplotlib.lines import Line2D

    line: Any = {"linestyle": "none", "markersize": 5}
    if found.classes:
        handles = [
            Line2D([], [], marker=MARKERS[code % len(MARKERS)], color=COLOURS[code % len(COLOURS)], **line)
            for code in range(len(found.classes))
        ]
        labels = [short(name, NAME) for name in found.classes]
        handles.append(Line2D([], [], color=DARK_GREY, linestyle=":", linewidth=1))
        labels.append(_("{share:.0%} sure").format(share=SURE))
    else:
        handles = [Line2D([], [], marker="o", color=BLUE, markeredgecolor=DARK_GREY, **line)]
        labels = [_("rows: larger and\ndarker is more")]
    legend = figure.legend(handles, labels, loc="outside right upper", fontsize=8, handletextpad=0.3)
    for text in legend.get_texts():
        text.set_parse_math(False)
