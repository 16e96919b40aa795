"""A picture of descents: their paths on the surface's contour lines, and the loss by step."""

from pathlib import Path
from typing import Any

import numpy as np

from clearprop.explain.contours import arrows, contours
from clearprop.explain.descent import Descent, Descents, sentence
from clearprop.explain.picture import BLUE, DARK_GREY, EDGE, GREY, ORANGE, PAPER, picture
from clearprop.i18n import _

SIZE = (9.0, 4.6)
"""Of the picture, in inches."""

LINES: Any = [
    (BLUE, "solid", "o"),
    (ORANGE, (0, (5, 2)), "s"),
    (GREY, (0, (1, 1.2)), "^"),
    (DARK_GREY, (0, (5, 2, 1, 2)), "D"),
]
"""A colour, a kind of line and a marker for each optimizer, in turn."""


def draw(path: str | Path, found: Descents, title: str) -> None:
    """Write the picture as a .png file.

    Raises:
        OSError: the file cannot be written.
    """
    with picture(path, *SIZE, title) as figure:
        paint(figure, found)


def paint(figure: Any, found: Descents) -> None:
    """Draw the descents into an empty figure: where they went, and how low they came."""
    left, right = figure.subplots(1, 2, width_ratios=(1.25, 1))
    _surface(left, found)
    _losses(right, found)
    handles, labels = right.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, fontsize=8)


def describe(found: Descents) -> str:
    """What there is to see, in words."""
    first = _("Paths of {n} optimizers from one point on a surface, and their losses by step.").format(
        n=len(found.runs)
    )
    return " ".join([first, *map(sentence, found.runs)])


def _surface(axes: Any, found: Descents) -> None:
    """The contour lines, and each path from the common start."""
    contours(axes, *found.surface.map, colour=EDGE)
    for run, (colour, line, marker) in zip(found.runs, _lines(found), strict=True):
        seen = _within(axes, run.path, 1) if run.diverged else run.path
        axes.plot(*seen.T, color=colour, linestyle=line, linewidth=1.5)
        arrows(axes, _within(axes, run.path), colour, 2)
        if not run.diverged:
            axes.plot(*run.path[-1], marker, color=colour, markersize=6, zorder=4)
    start = {"color": PAPER, "markeredgecolor": DARK_GREY, "markeredgewidth": 1.3}
    axes.plot(*found.start, "o", markersize=8, zorder=5, **start)
    behind = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.8, "alpha": 0.85}
    away, side = (8, "left") if found.start[0] < np.mean(axes.get_xlim()) else (-8, "right")
    place = {"textcoords": "offset points", "ha": side, "zorder": 5}
    axes.annotate(_("start"), found.start, (away, 7), fontsize=8, bbox=behind, **place)
    axes.set(xlabel="a", ylabel="b", title=_("paths; a marker where each ends"))


def _losses(axes: Any, found: Descents) -> None:
    """How far above the least loss each is, by step, on a scale of powers of ten."""
    above = [np.maximum(run.loss - found.least, 0) for run in found.runs]
    first = max(float(above[0][0]), 1e-30)
    for run, height, (colour, line, marker) in zip(found.runs, above, _lines(found), strict=True):
        height = np.where(height > 1e-7 * first, height, np.nan)  # below it there is rounding
        ends = [len(height) - 1] if np.isfinite(height[-1]) else []
        axes.plot(height, color=colour, linestyle=line, marker=marker, markevery=ends, label=_label(run))
    axes.set_yscale("log")
    axes.set_ylim(top=min(10 * first, 2 * max(float(np.nanmax(h, initial=first)) for h in above)))
    title = _("loss above the least ({least:.3g})").format(least=found.least)
    axes.set(xlabel=_("step"), title=title)


def _label(run: Descent) -> str:
    if run.diverged:
        return _("{optimizer}, learning rate {rate:g}, diverged").format(optimizer=run.optimizer, rate=run.rate)
    return _("{optimizer}, learning rate {rate:g}").format(optimizer=run.optimizer, rate=run.rate)


def _lines(found: Descents) -> list[Any]:
    return [LINES[place % len(LINES)] for place in range(len(found.runs))]


def _within(axes: Any, path: np.ndarray, more: int = 0) -> np.ndarray:
    """The path up to where it first leaves the picture, and so many points more."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    inside = (path >= [left, low]).all(1) & (path <= [right, high]).all(1)
    return path[: len(path) if inside.all() else int(np.argmin(inside)) + more]
