"""Files that are the same to the byte, under whatever names."""

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path

from clearprop.data.images.parallel import Progress, each


def doubles(
    files: Sequence[Path], progress: Progress | None = None, threads: int | None = None
) -> list[tuple[int, ...]]:
    """Groups of files that hold the same bytes, each as indices into `files`; the rest is in no group.

    Only those are read that have another's size. Files that cannot be read are in no group.
    """
    alike = [i for group in _groups(enumerate(map(_size, files))) for i in group]
    hashes = each(_hash, [files[i] for i in alike], progress, threads)
    return sorted(_groups(zip(alike, hashes, strict=True)))


def _groups(keys: Iterable[tuple[int, Hashable]]) -> list[tuple[int, ...]]:
    """The indices that share a key, where two or more do; those whose key is None share none."""
    found: dict[Hashable, list[int]] = defaultdict(list)
    for index, key in keys:
        found[key].append(index)
    return [tuple(group) for key, group in found.items() if key is not None and len(group) > 1]


def _size(file: Path) -> int | None:
    try:
        return file.stat().st_size
    except (OSError, ValueError):
        return None


def _hash(file: Path) -> bytes | None:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "blake2b").digest()
    except (OSError, ValueError):
        return None
