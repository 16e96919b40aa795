"""Numbers of an image as colours: pixels as they are, signed numbers about zero, a map laid over an image; mosaics."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from clearprop.explain.picture import BLUE, ORANGE, PAPER

Colours = Float[np.ndarray, "_ _ 4"]
"""(height, width, 4): red, green, blue and how opaque, each from 0 to 1."""

STRONG = 0.85
"""How opaque the greatest number of a map is that lies over an image."""


def as_pixels(image: Any) -> Colours:
    """An image (height, width, channels) as it looks.

    Bytes are from 0 to 255 and numbers from 0 to 1 are taken as they are; others stretched from the least to the
    greatest. Three channels are red, green and blue; of any other number the mean is a grey.

    >>> as_pixels(np.array([[[0], [255]]], np.uint8))[0].tolist()
    [[0.0, 0.0, 0.0, 1.0], [1.0, 1.0, 1.0, 1.0]]
    """
    image = np.asarray(image)
    values = image.astype(float)
    if image.dtype == np.uint8:
        values /= 255
    elif values.min() < 0 or values.max() > 1:
        values = (values - values.min()) / (np.ptp(values) or 1)
    if values.shape[-1] != 3:
        values = np.repeat(values.mean(-1, keepdims=True), 3, -1)
    return np.concatenate([values, np.ones((*values.shape[:2], 1))], -1)


def as_signed(values: Any, greatest: float) -> Colours:
    """Numbers (height, width): blue above 0, orange below, as much of it as the number is of the greatest; 0 is paper.

    >>> as_signed(np.zeros((1, 1)), 1.0).tolist()
    [[[1.0, 1.0, 1.0, 1.0]]]
    """
    return _mixed(np.ones((*np.shape(values), 4)), np.asarray(values, float), greatest, 1.0)


def as_weights(filter_: Any, greatest: float) -> Colours:
    """A filter (height, width, channels): of three channels in colour, grey being 0; of others the mean as signed."""
    if np.shape(filter_)[-1] != 3:
        return as_signed(np.mean(filter_, -1), greatest)
    colours = 0.5 + 0.5 * np.asarray(filter_, float) / (greatest or 1)
    return np.concatenate([np.clip(colours, 0, 1), np.ones((*colours.shape[:2], 1))], -1)


def laid_over(image: Any, values: Any, greatest: float) -> Colours:
    """A map (height, width) over its image, which is pale and grey below it."""
    grey = as_pixels(image)[..., :3].mean(-1, keepdims=True)
    pale = np.concatenate([np.repeat(0.55 + 0.45 * grey, 3, -1), np.ones_like(grey)], -1)
    return _mixed(pale, np.asarray(values, float), greatest, STRONG)


def _mixed(below: Colours, values: np.ndarray, greatest: float, strong: float) -> Colours:
    """The colour of the number's sign over what is below, as opaque as the number is large."""
    share = np.clip(np.abs(values) / (greatest or 1), 0, 1)[..., None] * strong
    colour = np.where((values > 0)[..., None], _rgb(BLUE), _rgb(ORANGE))
    return np.concatenate([below[..., :3] * (1 - share) + colour * share, below[..., 3:]], -1)


def mosaic(tiles: Sequence[Colours], columns: int, gap: int = 1) -> Colours:
    """Tiles of one size side by side, line after line, with clear pixels between.

    >>> mosaic([np.ones((2, 2, 4))] * 3, columns=2).shape
    (5, 5, 4)
    """
    height, width = (size + gap for size in tiles[0].shape[:2])
    lines = -(-len(tiles) // columns)
    whole = np.zeros((lines * height - gap, columns * width - gap, 4))
    for place, tile in enumerate(tiles):
        top, left = place // columns * height, place % columns * width
        whole[top : top + height - gap, left : left + width - gap] = tile
    return whole


def scale_colours() -> Any:
    """From orange over paper to blue, for the scale beside a picture."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("signed", [ORANGE, PAPER, BLUE])


def _rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
