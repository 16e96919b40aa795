"""Images decoded ahead of whoever takes them, a chunk at a time, with a bound on how many are in memory."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.data.images.decoding import decode
from clearprop.data.images.parallel import PIECE, Progress, pool, submit

Size = tuple[int, int, int]
"""(height, width, channels)."""


def read(files: Sequence[Path], size: Size, progress: Progress | None = None, threads: int | None = None) -> np.ndarray:
    """All of them: (n, height, width, channels) uint8, decoded in parallel.

    Raises:
        PictureError: one cannot be decoded; the first of them is named.
    """
    with pool(threads) as executor:
        X, waiting = _begin(executor, files, size)
        for piece, future in enumerate(waiting, start=1):
            future.result()
            if progress is not None:
                progress(min(piece * PIECE, len(files)), len(files))
    return X


def stream(
    files: Sequence[Path], order: Any, size: Size, chunk: int, ahead: int = 2, threads: int | None = None
) -> Iterator[np.ndarray]:
    """The files of `order`, chunk after chunk: (chunk, height, width, channels) uint8, the last as many as are left.

    While one is used, the next `ahead` are decoded; no more are in memory. Closed, or left early, its threads end.

    Raises:
        PictureError: one cannot be decoded; its chunk would come next.
    """
    with pool(threads) as executor:
        under_way: deque[tuple[np.ndarray, list[Future[None]]]] = deque()
        for start in range(0, len(order), chunk):
            under_way.append(_begin(executor, [files[i] for i in order[start : start + chunk]], size))
            if len(under_way) > ahead:
                yield _finished(under_way)
        while under_way:
            yield _finished(under_way)


def _begin(executor: ThreadPoolExecutor, files: Sequence[Path], size: Size) -> tuple[np.ndarray, list[Future[None]]]:
    """(the array that is being filled, what to wait for)."""
    X = np.empty((len(files), *size), np.uint8)
    starts = range(0, len(files), PIECE)
    return X, [submit(executor, _fill, X[start : start + PIECE], files[start : start + PIECE]) for start in starts]


def _fill(X: np.ndarray, files: Sequence[Path]) -> None:
    for place, file in enumerate(files):
        X[place] = decode(file, *X.shape[1:])


def _finished(under_way: deque[tuple[np.ndarray, list[Future[None]]]]) -> np.ndarray:
    """The chunk that is next, when all of it is decoded."""
    X, waiting = under_way.popleft()
    for future in waiting:
        future.result()
    return X
