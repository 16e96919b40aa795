"""A picture of one image and what the network makes of it."""

from pathlib import Path
from typing import Any

from clearprop.explain import feature_maps_picture, first_layer_picture, occlusion_picture, saliency_picture
from clearprop.explain.image_colours import as_pixels
from clearprop.explain.image_panel import show
from clearprop.explain.look import Look
from clearprop.explain.picture import picture, short

TOP = 3.0
"""Inches of the line with the image itself."""

NAME = 26
"""Letters of a class and its probability, at most."""


def size(found: Look) -> tuple[float, float]:
    """(width, height) in inches that suit the picture."""
    return 8.6, sum(_heights(found))


def draw(path: str | Path, found: Look, title: str) -> None:
    """Write the picture as a .png file.

    Raises:
        OSError: the file cannot be written.
    """
    width, height = size(found)
    with picture(path, width, height + 0.4, title) as figure:
        paint(figure, found)


def paint(figure: Any, found: Look) -> None:
    """The image, saliency and occlusion above; below, the filters, and the maps of the stages."""
    heights = _heights(found)
    lines = list(figure.subfigures(len(heights), 1, squeeze=False, height_ratios=heights).flat)
    _top(lines.pop(0), found)
    if found.filters is not None:
        first_layer_picture.paint(lines.pop(0), found.filters)
    if found.maps:
        feature_maps_picture.paint(lines.pop(0), found.maps)


def paint_image(figure: Any, found: Look, axes: Any = None) -> None:
    """The image alone: what is predicted stands above it, and the next likeliest classes below."""
    axes, (first, *others) = axes or figure.subplots(), found.answers()
    show(axes, as_pixels(found.image), first, NAME)
    below = "\n".join(short(each, NAME) for each in others)
    axes.text(0, -0.03, below, transform=axes.transAxes, va="top", parse_math=False)


def describe(found: Look) -> str:
    """What the picture shows, in words."""
    return f"{', '.join(found.answers())}. {' '.join(found.text().splitlines())}"


def _heights(found: Look) -> list[float]:
    """Inches of each line."""
    filters = [first_layer_picture.size(found.filters)[1]] if found.filters is not None else []
    return [TOP, *filters, *([feature_maps_picture.size(found.maps)[1]] if found.maps else [])]


def _top(figure: Any, found: Look) -> None:
    """The image, what moves the decision, and what it loses: of one size, side by side."""
    image, *others = figure.subplots(1, 2 if found.saliency is None else 3)
    paint_image(figure, found, image)
    if found.saliency is not None:
        saliency_picture.paint(figure, found.image, found.saliency, others[0])
    occlusion_picture.paint(figure, found.image, found.occlusion, others[-1])
