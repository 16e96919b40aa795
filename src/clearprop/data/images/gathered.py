"""The images of those files that can be decoded, in memory where they fit; and what is wrong with the others."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from clearprop.data.images.decoding import decode
from clearprop.data.images.opening import PictureError
from clearprop.data.images.parallel import Progress, each
from clearprop.data.images.pictures import Pictures
from clearprop.data.images.sound import sound
from clearprop.data.images.stream import Size
from clearprop.machine import memory_bytes


class Gathered(NamedTuple):
    """Images, and the files that are none.

    Attributes:
        X: (n, height, width, channels) uint8, in memory or on disk.
        rows: (n,) the place of each among the files.
        faults: what is wrong with each of the other files, a sentence that names it.
    """

    X: np.ndarray | Pictures
    rows: np.ndarray
    faults: tuple[str, ...]


def room() -> int:
    """The bytes that decoded images may take: an eighth of this machine's memory, at most 2 GiB."""
    return min(2**31, (memory_bytes() or 2**32) // 8)


def gather(files: Sequence[Path], size: Size, *, strict: bool = False, progress: Progress | None = None) -> Gathered:
    """Every file is decoded once to see that it can be; kept are the images that fit into `room`, else the files.

    Args:
        files: of images.
        size: (height, width, channels) that each is brought to.
        strict: whether the first that cannot be decoded is an error.
        progress: is told (files done, of all).

    Raises:
        PictureError: with `strict`, the first that cannot be decoded.
    """
    if len(files) * int(np.prod(size)) > room():
        good, bad = sound(files, strict=strict, progress=progress)
        left_out = {file for file, _sentence in bad}
        rows = [place for place, file in enumerate(files) if file not in left_out]
        return Gathered(Pictures(good, size), np.array(rows, int), tuple(sentence for _file, sentence in bad))
    found: list[Any] = []
    for each_found in each(partial(_decoded, size), files, progress):
        if strict and isinstance(each_found, PictureError):
            raise each_found
        found.append(each_found)
    rows = [place for place, image in enumerate(found) if isinstance(image, np.ndarray)]
    X = np.stack([found[place] for place in rows]) if rows else np.empty((0, *size), np.uint8)
    return Gathered(X, np.array(rows, int), tuple(str(image) for image in found if isinstance(image, PictureError)))


def _decoded(size: Size, file: Path) -> np.ndarray | PictureError:
    try:
        return decode(file, *size)
    except PictureError as error:
        return error
