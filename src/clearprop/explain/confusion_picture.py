"""A picture of what is taken for what: the matrix, and images of the commonest confusions."""

from pathlib import Path
from typing import Any

import numpy as np

from clearprop.explain.confusion import Confused, Confusion
from clearprop.explain.image_colours import as_pixels, mosaic
from clearprop.explain.image_panel import show
from clearprop.explain.picture import BLUE, PAPER, picture, short
from clearprop.i18n import _, number

NAME = 16
"""Letters of a class's name, at most."""

WRITTEN = 20
"""Classes whose counts are written into the matrix, at most."""

ON_WHITE, ON_BLUE = "#141414", "#fafafa"
"""Of the counts: a page that turns dark does not change the squares below them, nor these."""

A_LINE, LINE = 6, 1.5
"""Confusions with images side by side, and inches that they are high."""


def size(found: Confusion, X: Any = None) -> tuple[float, float]:
    """(width, height) in inches that suit the picture."""
    side = min(7.0, max(3.2, 1.2 + 0.36 * len(found.classes)))
    return 8.6, side + LINE * _lines(found, X)


def draw(path: str | Path, found: Confusion, title: str, X: Any = None) -> None:
    """Write the picture as a .png file; X, the images (n, height, width, channels) that the rows are of, if any.

    Raises:
        OSError: the file cannot be written.
    """
    with picture(path, *size(found, X), title) as figure:
        paint(figure, found, X)


def paint(figure: Any, found: Confusion, X: Any = None) -> None:
    """The matrix; below it, images of each of the commonest confusions, the worst first."""
    lines = _lines(found, X)
    if not lines:
        _matrix(figure.subplots(), found)
        return
    above, below = figure.subfigures(2, 1, height_ratios=[size(found)[1], LINE * lines])
    _matrix(above.subplots(), found)
    grid, first = below.add_gridspec(lines, 2 * A_LINE), max(0, A_LINE - len(found.common))  # few stand in the middle
    for place, confused in enumerate(found.common):
        line, column = divmod(place, A_LINE)
        left = first + 2 * column
        _examples(below.add_subplot(grid[line, left : left + 2]), found, confused, X)


def describe(found: Confusion) -> str:
    """What the picture shows, in words."""
    return found.text()


def _lines(found: Confusion, X: Any) -> int:
    return 0 if X is None else -(-len(found.common) // A_LINE)


def _matrix(axes: Any, found: Confusion) -> None:
    """A square for each pair of classes, the bluer the larger its share of the right class's rows."""
    from matplotlib.colors import LinearSegmentedColormap

    shares = found.matrix / np.maximum(found.matrix.sum(1, keepdims=True), 1)
    colours = LinearSegmentedColormap.from_list("share", [PAPER, BLUE])
    axes.imshow(colours(shares), interpolation="none")
    names = [short(name, NAME) for name in found.classes]
    places = range(len(names))
    axes.set_xticks(places, names, parse_math=False, rotation=90 if max(map(len, names)) > 2 else 0)
    axes.set_yticks(places, names, parse_math=False)
    axes.grid(False)
    axes.tick_params(length=0)
    axes.set_xlabel(_("predicted"))
    axes.set_ylabel(_("the answer"))
    axes.set_title(_("What is taken for what"))
    if len(names) <= WRITTEN:
        for right, taken in np.argwhere(found.matrix):
            ink = ON_BLUE if shares[right, taken] > 0.6 else ON_WHITE
            count = number(int(found.matrix[right, taken]), ",")
            axes.text(taken, right, count, ha="center", va="center", color=ink, fontsize=8)


def _examples(axes: Any, found: Confusion, confused: Confused, X: Any) -> None:
    """The images that show it best, with the probability of the wrong class of the first."""
    tiles = [as_pixels(X[row].reshape(*X.shape[1:3], -1)) for row in confused.rows]
    tiles += [np.zeros_like(tiles[0])] * (max(len(each.rows) for each in found.common) - len(tiles))  # all of one size
    show(axes, mosaic(tiles, len(tiles), max(1, round(X.shape[2] / 20))))
    right, taken = (short(found.classes[place], 12) for place in (confused.right, confused.taken))
    text = f"{right} → {taken}\n{number(float(confused.probabilities[0]), '.0%')}"
    axes.set_title(text, fontsize=8, fontweight="normal", parse_math=False)
