"""A picture of which pixels would move the decision."""

from pathlib import Path
from typing import Any

from clearprop.explain.image_colours import laid_over
from clearprop.explain.image_panel import show, show_scale
from clearprop.explain.picture import picture
from clearprop.explain.saliency import Saliency
from clearprop.i18n import _

SIZE = (4.2, 3.6)
"""In inches."""


def draw(path: str | Path, image: Any, found: Saliency, title: str) -> None:
    """Write the picture as a .png file.

    Raises:
        OSError: the file cannot be written.
    """
    with picture(path, *SIZE, title) as figure:
        paint(figure, image, found)


def paint(figure: Any, image: Any, found: Saliency, axes: Any = None) -> None:
    """The gradient's size over the image, the bluer the larger."""
    axes, greatest = axes or figure.subplots(), float(found.map.max())
    show(axes, laid_over(image, found.map, greatest), _("Which pixels would move it"))
    show_scale(figure, axes, 0, greatest, _("size of the gradient"))


def describe(found: Saliency) -> str:
    """What the picture shows, in words."""
    return found.text()
