"""Images of files as one array of bytes."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from clearprop.data.images.decoding import decode
from clearprop.data.images.parallel import Progress, each

Size = tuple[int, int, int]
"""(height, width, channels)."""


def read(files: Sequence[Path], size: Size, progress: Progress | None = None, threads: int | None = None) -> np.ndarray:
    """All of them: (n, height, width, channels) uint8, decoded in parallel.

    Raises:
        PictureError: one cannot be decoded; the first of them is named.
    """
    X = np.empty((len(files), *size), np.uint8)

    def fill(row: int) -> None:
        X[row] = decode(files[row], *size)

    for _done in each(fill, range(len(files)), progress, threads):
        pass
    return X
