"""From a file to an array of bytes of the size that a network takes."""

import os

import numpy as np

from clearprop.data.images.colours import plain
from clearprop.data.images.opening import ROOM, PictureError, opened
from clearprop.data.images.orientation import orientation, sideways, upright

__all__ = ["PictureError", "decode"]

ENOUGH = 2
"""A JPEG is decoded at 1/2, 1/4 or 1/8 of its size where that leaves so many times the pixels wanted on a side."""


def decode(source: str | os.PathLike[str] | bytes, height: int, width: int, channels: int) -> np.ndarray:
    """An image of a file: (height, width, channels) uint8.

    It is scaled, its aspect kept, so that it just covers height × width (bicubic, over all pixels that fall into one
    where it shrinks), and what stands out on both sides is cut off. What EXIF says of its orientation is heeded; of an
    animation the first image is taken; what is transparent lies on white; see `colours.plain`.

    >>> import io
    >>> from PIL import Image
    >>> Image.new("RGB", (30, 20), (200, 100, 0)).save(file := io.BytesIO(), "PNG")
    >>> decode(file.getvalue(), 8, 8, 3)[4, 4]
    array([200, 100,   0], dtype=uint8)

    Args:
        source: the path of a JPEG, PNG, WebP, BMP or GIF file, or what such a file holds.
        height: pixels.
        width: pixels.
        channels: 1 for grey, 3 for colour.

    Raises:
        PictureError: the file is missing, no image, damaged, or of more than `opening.MOST_PIXELS` pixels.
    """
    from PIL.Image import Resampling

    with opened(source) as image:
        turned = orientation(image.info.get("exif") or b"")
        wanted = (height, width) if sideways(turned) else (width, height)
        whole = image.size
        image.draft("L" if channels == 1 else None, (ENOUGH * wanted[0], ENOUGH * wanted[1]))
        w, h = whole if "progressive" in image.info else image.size  # such a JPEG is kept whole before it is scaled
        with ROOM.taken(w * h):
            image = upright(plain(image, channels), turned)
            box = middle(image.width, image.height, width, height)
            image = image.resize((width, height), Resampling.BICUBIC, box, reducing_gap=3.0)
        return np.array(image).reshape(height, width, channels)


def middle(width: int, height: int, to_width: int, to_height: int) -> tuple[float, float, float, float]:
    """(left, top, right, bottom) of the largest part in the middle that has the aspect of to_width × to_height.

    >>> middle(30, 20, 8, 8)
    (5.0, 0.0, 25.0, 20.0)
    """
    scale = min(width / to_width, height / to_height)
    w, h = min(scale * to_width, width), min(scale * to_height, height)
    left, top = (width - w) / 2, (height - h) / 2
    if scale == 1:
        left, top = left // 1, top // 1  # whole pixels stay as they are
    return left, top, min(left + w, width), min(top + h, height)
