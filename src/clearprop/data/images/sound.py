"""Which files of a set can be decoded, before hours are spent on it."""

from collections.abc import Sequence
from pathlib import Path

from clearprop.data.images.decoding import decode
from clearprop.data.images.opening import PictureError
from clearprop.data.images.parallel import Progress, each

SMALL = 8
"""Pixels on a side. All of a file is read and unpacked even so; a JPEG's pixels are then computed at an eighth."""


def sound(
    files: Sequence[Path], *, strict: bool = False, progress: Progress | None = None, threads: int | None = None
) -> tuple[list[Path], list[tuple[Path, str]]]:
    """(the files that can be decoded, those that cannot with a sentence each), in their order.

    Every one is decoded, in parallel.

    Raises:
        PictureError: with `strict`, the first that cannot be.
    """
    good: list[Path] = []
    bad: list[tuple[Path, str]] = []
    for file, sentence in zip(files, each(fault, files, progress, threads), strict=True):
        if sentence is None:
            good.append(file)
        elif strict:
            raise PictureError(sentence)
        else:
            bad.append((file, sentence))
    return good, bad


def fault(file: Path) -> str | None:
    """What is wrong with a file, as a sentence; None if it can be decoded."""
    try:
        decode(file, SMALL, SMALL, 1)
    except PictureError as error:
        return str(error)
    return None
