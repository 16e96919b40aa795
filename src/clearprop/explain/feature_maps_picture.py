"""A picture of what the stages of a network make of an image."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.explain.feature_maps import FeatureMaps
from clearprop.explain.image_colours import as_signed, mosaic
from clearprop.explain.image_panel import show
from clearprop.explain.picture import picture
from clearprop.i18n import _

STAGES = 6
"""Stages in a picture, at most."""


def size(found: Sequence[FeatureMaps]) -> tuple[float, float]:
    """(width, height) in inches that suit the picture."""
    return 8.6, 0.3 + sum(_height(maps) for maps in found)


def draw(path: str | Path, found: Sequence[FeatureMaps], title: str) -> None:
    """Write the picture as a .png file.

    Raises:
        OSError: the file cannot be written.
    """
    with picture(path, *size(found), title) as figure:
        paint(figure, found)


def paint(figure: Any, found: Sequence[FeatureMaps]) -> None:
    """A line for each stage: its strongest maps, blue above 0 and orange below, as deep as the stage's greatest."""
    ratios = [_height(maps) for maps in found]
    panels = figure.subplots(len(found), 1, squeeze=False, height_ratios=ratios)
    for axes, maps in zip(panels.flat, found, strict=True):
        greatest = float(np.abs(maps.maps).max())
        tiles = [as_signed(each, greatest) for each in maps.maps]
        title = _("Layer {place}, {name}: {shown} of {all:,} maps").format(
            place=maps.place, name=maps.name, shown=len(tiles), all=maps.of
        )
        show(axes, mosaic(tiles, len(tiles), max(1, round(maps.maps.shape[2] / 12))), title)
        axes.set_anchor("W")


def describe(found: Sequence[FeatureMaps]) -> str:
    """What the picture shows, in words."""
    return " ".join(maps.text() for maps in found)


def _height(maps: FeatureMaps) -> float:
    """Inches of a stage's line."""
    return 0.35 + 0.95 * maps.maps.shape[1] / maps.maps.shape[2]
