"""A picture of the first layer's filters."""

from pathlib import Path
from typing import Any

import numpy as np

from clearprop.explain.first_layer import Filters
from clearprop.explain.image_colours import as_weights, mosaic
from clearprop.explain.image_panel import show, show_scale
from clearprop.explain.picture import picture
from clearprop.i18n import _

COLUMNS = 16
"""Side by side, at most."""


def size(found: Filters) -> tuple[float, float]:
    """(width, height) in inches that suit the picture."""
    lines = -(-len(found.images) // COLUMNS)
    return 8.6, 0.6 + max(1.0, 0.5 * lines * found.images.shape[1] / found.images.shape[2])


def draw(path: str | Path, found: Filters, title: str) -> None:
    """Write the picture as a .png file.

    Raises:
        OSError: the file cannot be written.
    """
    with picture(path, *size(found), title) as figure:
        paint(figure, found)


def paint(figure: Any, found: Filters) -> None:
    """The filters side by side; in colour where they have three channels, else blue above 0 and orange below."""
    axes = figure.subplots()
    coloured = found.images.shape[-1] == 3
    shown = found.images if coloured else found.images.mean(-1, keepdims=True)
    greatest = float(np.abs(shown).max())
    tiles = [as_weights(image, greatest) for image in found.images]
    title = _("Filters of the first layer (grey: 0)") if coloured else _("Filters of the first layer")
    show(axes, mosaic(tiles, min(COLUMNS, len(tiles)), _gap(found.images.shape[2])), title)
    if not coloured:
        show_scale(figure, axes, -greatest, greatest, _("weight"))


def describe(found: Filters) -> str:
    """What the picture shows, in words."""
    return found.text()


def _gap(width: int) -> int:
    """Clear pixels between filters, so that they stand apart however large they are."""
    return max(1, round(width / 8))
