"""Images whose files hold the same bytes: held out together, and told of."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from clearprop.i18n import Sentence, ngettext

Same = Sequence[tuple[int, ...]]
"""Groups of images with the same content, as `clearprop.data.images.doubles` finds them."""

MOST_SHARES = 5 * 10**7
"""Groups of images times classes that images are held out by at most, for the memory that it takes."""


def numbered(same: Same, y: np.ndarray) -> np.ndarray | None:
    """(n,) a number for each image, that of the first with the same content: such images are held out together."""
    if not same or len(y) * len(np.unique(y)) > MOST_SHARES:
        return None
    numbers = np.arange(len(y))
    for group in same:
        numbers[list(group)] = group[0]
    return numbers


def told(same: Same) -> list[str]:
    """How many files are others again."""
    n = sum(len(group) - 1 for group in same)
    sentence = Sentence(
        lambda: ngettext("{n:,} image is a copy of another.", "{n:,} images are copies of others.", n).format(n=n)
    )
    return [sentence] if n else []


def shared(same: Same, apart: np.ndarray, part: str) -> list[str]:
    """How many files of a part, `apart`, are among those to learn from too."""
    n = sum(int(apart[list(group)].sum()) for group in same if not apart[list(group)].all())
    sentence = Sentence(
        lambda: ngettext(
            "{n:,} image of '{part}' is in 'train' too, so that the scores say less of new images.",
            "{n:,} images of '{part}' are in 'train' too, so that the scores say less of new images.",
            n,
        ).format(n=n, part=part)
    )
    return [sentence] if n else []


def twice(same: Same, files: Sequence[Path], y: np.ndarray) -> list[str]:
    """That files with the same content are in different classes, where they are."""
    groups = [group for group in same if len(set(y[list(group)].tolist())) > 1]
    if not groups:
        return []
    one, other = groups[0][:2]
    sentence = Sentence(
        lambda: ngettext(
            "{n:,} image is in more than one class, such as {one} and {other}: a network cannot learn both.",
            "{n:,} images are in more than one class, such as {one} and {other}: a network cannot learn both.",
            len(groups),
        ).format(n=len(groups), one=files[one], other=files[other])
    )
    return [sentence]
