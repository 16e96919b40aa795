"""The size and the channels that suit a set of images."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from clearprop.data.images.opening import PictureError, opened
from clearprop.data.images.orientation import orientation, sideways
from clearprop.data.images.parallel import Progress, each

LARGEST_KEPT = 96
"""Pixels on a side up to which images of one size are taken as they are."""

OTHERWISE = 64
"""Pixels on a side that other images are brought to."""


class Header(NamedTuple):
    """What a file says of its image before it is decoded: its height and width in pixels, and whether it is grey."""

    height: int
    width: int
    grey: bool


def header(file: Path) -> Header | None:
    """What a file says of its image; None if it cannot be opened."""
    try:
        with opened(file, pixels=False) as image:
            width, height = image.size
            if sideways(orientation(image.info.get("exif") or b"")):
                width, height = height, width
            return Header(height, width, _grey(image))
    except PictureError:
        return None


def pictures_size(
    files: Sequence[Path], progress: Progress | None = None, threads: int | None = None
) -> tuple[int, int, int]:
    """(height, width, channels) that suit these files, from their headers only.

    The channels are 1 if all are grey, else 3. The size is theirs, if all have one of at most 96 pixels on a side;
    else 64 × 64. Files that cannot be opened do not count.
    """
    headers = Counter(each(header, files, progress, threads))
    headers.pop(None, None)
    known = [found for found in headers if found is not None]
    sizes = {(found.height, found.width) for found in known}
    height, width = sizes.pop() if len(sizes) == 1 else (OTHERWISE, OTHERWISE)
    if max(height, width) > LARGEST_KEPT:
        height = width = OTHERWISE
    return height, width, 1 if known and all(found.grey for found in known) else 3


def _grey(image: Any) -> bool:
    """Whether an image is grey by its mode, or by its palette."""
    if image.mode != "P" or image.palette is None:
        return image.mode in ("1", "L", "LA") or image.mode.startswith("I")
    mode, colours = image.palette.getdata()
    if len(colours) % len(mode):
        return False
    parts = np.frombuffer(colours, np.uint8).reshape(-1, len(mode))
    return bool((parts[:, 0] == parts[:, 1]).all() and (parts[:, 1] == parts[:, 2]).all())
