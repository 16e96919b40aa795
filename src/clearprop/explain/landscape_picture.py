"""A picture of a landscape: a curve along a line, contour lines over a plane, and the descent's path in it."""

from pathlib import Path
from typing import Any

import numpy as np

from clearprop.explain.contours import arrows, contours
from clearprop.explain.landscape import Landscape, PathInPlane
from clearprop.explain.picture import BLUE, DARK_GREY, GREY, ORANGE, PAPER, picture
from clearprop.i18n import _

SIZE = (6.4, 4.8)
"""Of the picture, in inches."""


def draw(path: str | Path, found: Landscape, title: str) -> None:
    """Write the picture as a .png file.

    Raises:
        OSError: the file cannot be written.
    """
    with picture(path, *SIZE, title) as figure:
        paint(figure, found)


def paint(figure: Any, found: Landscape) -> None:
    """Draw the landscape into an empty figure."""
    axes = figure.subplots()
    if found.b is None:
        _line(axes, found)
    else:
        _plane(axes, found)
    axes.set_title(_("loss over {rows:,} rows").format(rows=len(found.rows)))
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=3, fontsize=8)


def describe(found: Landscape) -> str:
    """What there is to see, in words."""
    least, where = found.least
    numbers = {"centre": found.centre, "least": least, "most": float(np.nanmax(found.loss)), "a": where[0]}
    if found.b is None:
        return _(
            "A curve of the loss along a random direction: {centre:.3g} at the trained weights, at the least"
            " {least:.3g} at {a:.2g}, at the most {most:.3g}."
        ).format(**numbers)
    sentence = _(
        "Contour lines of the loss over a plane among the weights: {centre:.3g} at the trained weights, at the least"
        " {least:.3g} at ({a:.2g}, {b:.2g}), at the most {most:.3g}."
    ).format(b=where[1], **numbers)
    if found.path is None:
        return sentence
    way = _("The path of the descent leads from a loss of {first:.3g} in epoch {begin} to {last:.3g} in epoch {end}.")
    path = found.path
    numbers = {"first": float(path.loss[0]), "last": float(path.loss[-1])}
    return sentence + " " + way.format(begin=path.epochs[0], end=path.epochs[-1], **numbers)


def _line(axes: Any, found: Landscape) -> None:
    """The loss by the distance from the trained weights."""
    axes.plot(found.a, found.loss, color=BLUE, label=_("loss"))
    axes.plot(0, found.centre, "*", label=_("trained weights"), **_mark(12))
    finite = found.loss[np.isfinite(found.loss)]
    if finite.min() > 0 and finite.max() > 30 * finite.min():
        axes.set_yscale("log")
    if found.not_finite:
        missing = found.a[np.isnan(found.loss)]
        axes.plot(missing, np.full(len(missing), finite.max()), "x", color=GREY, label=_("not finite"))
    axes.set(xlabel=_("along a random direction (1: as far as the weights are long)"), ylabel=_("loss"))


def _plane(axes: Any, found: Landscape) -> None:
    """The contour lines, the path and where it begins, the trained weights."""
    contours(axes, found.a, np.asarray(found.b), found.loss)
    if found.path is not None:
        _path(axes, found.path)
        first, second = found.path.explained.tolist()
        labels = [
            _("along the path's first principal axis ({share:.1%} of its variance)").format(share=first),
            _("along the second one ({share:.1%})").format(share=second),
        ]
    else:
        labels = [
            _("along a random direction (1: as far as the weights are long)"),
            _("along another random direction"),
        ]
    axes.plot(0, 0, "*", label=_("trained weights"), zorder=5, **_mark(13))
    axes.set(xlabel=labels[0], ylabel=labels[1])


def _path(axes: Any, path: PathInPlane) -> None:
    """A point for each epoch, joined, with arrows on the way."""
    a, b = path.points.T
    axes.plot(a, b, color=ORANGE, marker=".", markersize=4, linewidth=1.4, label=_("path of the descent"), zorder=3)
    arrows(axes, path.points, ORANGE)
    begin = _("epoch {n}").format(n=int(path.epochs[0]))
    axes.plot(a[0], b[0], "o", label=begin, zorder=4, **_mark(7))


def _mark(size: float) -> dict[str, Any]:
    return {
        "color": PAPER,
        "markeredgecolor": DARK_GREY,
        "markeredgewidth": 1.3,
        "markersize": size,
        "linestyle": "none",
    }
