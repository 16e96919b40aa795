"""The images of those files that can be decoded, in memory where they fit; and what is wrong with the others."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from clearprop.data.images.decoding import decode
from clearprop.data.images.opening import PictureError
from clearprop.data.images.parallel import Progress, each
from clearprop.data.images.pictures import Pictures
from clearprop.data.images.reading import Size
from clearprop.data.images.sound import sound
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
    X, faults = np.empty((len(files), *size), np.uint8), {}
    for place, error in enumerate(each(partial(_fill, X, files), range(len(files)), progress)):
        if error is not None:
            if strict:
                raise error
            faults[place] = str(error)
    rows = np.array([place for place in range(len(files)) if place not in faults], int)
    return Gathered(_closed_up(X, rows), rows, tuple(faults.values()))


def _fill(X: np.ndarray, files: Sequence[Path], place: int) -> PictureError | None:
    """Decode a file into its place; returned is what is wrong with it."""
    try:
        X[place] = decode(files[place], *X.shape[1:])
    except PictureError as error:
        return error
    return None


def _closed_up(X: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """These rows, moved to the front of X one by one: a second array may not fit in memory."""
    if len(rows) < len(X):
        for to, place in enumerate(rows):
            X[to] = X[place]
    return X[: len(rows)]
