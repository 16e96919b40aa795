"""A picture of what the decision loses where a part of the image is hidden."""

from pathlib import Path
from typing import Any

import numpy as np

from clearprop.explain.image_colours import laid_over
from clearprop.explain.image_panel import show, show_scale
from clearprop.explain.occlusion import Occlusion
from clearprop.explain.picture import picture
from clearprop.i18n import _

SIZE = (4.2, 3.6)
"""In inches."""


def draw(path: str | Path, image: Any, found: Occlusion, title: str) -> None:
    """Write the picture as a .png file.

    Raises:
        OSError: the file cannot be written.
    """
    with picture(path, *SIZE, title) as figure:
        paint(figure, image, found)


def paint(figure: Any, image: Any, found: Occlusion, axes: Any = None) -> None:
    """The fall over the image: blue where the decision needs what is there, orange where it would be surer without."""
    axes, greatest = axes or figure.subplots(), float(np.abs(found.map).max())
    show(axes, laid_over(image, found.map, greatest), _("What it loses when hidden"))
    label = _("fall of the probability, in %") if found.name else _("fall of the prediction")
    show_scale(figure, axes, min(found.map.min(), 0.0), max(found.map.max(), 0.0), label, percent=bool(found.name))


def describe(found: Occlusion) -> str:
    """What the picture shows, in words."""
    return found.text()
