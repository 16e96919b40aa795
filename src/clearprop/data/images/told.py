"""What a person is told of a folder of images: what stops it from being learnt, and what was left out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clearprop.data.names import listed, shown
from clearprop.errors import DataError
from clearprop.i18n import _, ngettext, number
from clearprop.i18n.visible import visible

PARTS = {"train": "train", "test": "test", "val": "validation", "valid": "validation", "validation": "validation"}
"""Names of folders, in capitals or not, that are parts of a set and no classes."""


@dataclass(frozen=True)
class Part:
    """One part of a set.

    Attributes:
        classes: the files of each class.
        ignored: files that were left out as they are no images by their names, or hidden.
        beside: images that lie beside the classes' folders.
        bare: names of folders without images.
    """

    classes: dict[str, list[Path]] = field(default_factory=dict)
    ignored: tuple[Path, ...] = ()
    beside: tuple[Path, ...] = ()
    bare: tuple[str, ...] = ()


def see_classes(
    parts: dict[str, Part],
    divided: bool,
    beside: Sequence[Path],
    ignored: Sequence[Path],
    source: str,
    for_training: bool,
) -> None:
    """See that there are classes to learn, and no others.

    Raises:
        DataError: there are not.
    """
    train = parts["train"].classes
    found = any(part.classes for part in parts.values())
    if divided and found and not train and for_training:
        raise DataError(_("{} has no folder 'train' of images to learn from.").format(source))
    if (not found and beside) or (found and not divided and all(name.lower() in PARTS for name in train)):
        raise DataError(_("{} holds images, but no folder of them for each class.").format(source))
    if not found:
        raise DataError(
            " ".join([_("{} holds no images in folders named after classes.").format(source), *_no_images(ignored)])
        )
    if for_training and len(train) == 1:
        raise DataError(
            _("{source} holds images of one class only, '{name}'; training needs two or more.").format(
                source=source, name=shown(next(iter(train)))
            )
        )
    if train:
        _see_known(parts)


def _see_known(parts: dict[str, Part]) -> None:
    for part in parts.values():
        strange = next((name for name in sorted(part.classes) if name not in parts["train"].classes), None)
        if strange is not None:
            raise DataError(
                _("The class '{name}' is in {part}, and not among those to learn from.").format(
                    name=shown(strange), part=visible(str(part.classes[strange][0].parent))
                )
            )


def without_classes(parts: dict[str, Part], roots: dict[str, list[Path]]) -> list[str]:
    """Which parts of a set have no folders of classes, each a sentence."""
    bare = [name for name in roots if not parts[name].classes]
    return [
        _("{source} holds images, but no folder of them for each class.").format(source=visible(str(roots[name][0])))
        if parts[name].beside
        else _("{} holds no images in folders named after classes.").format(visible(str(roots[name][0])))
        for name in bare
    ]


def _no_images(ignored: Sequence[Path]) -> list[str]:
    """How many files are no images by their names, by their endings; hidden ones only counted."""
    sentences = []
    named = [path for path in ignored if not path.name.startswith(".")]
    if n := len(named):
        endings = Counter(path.suffix.lower() or path.name for path in named).most_common()
        sentences.append(
            ngettext(
                "{n:,} file was left out, as it is no JPEG, PNG, WebP, BMP or GIF by its name: {endings}.",
                "{n:,} files were left out, as they are no JPEG, PNG, WebP, BMP or GIF by their names: {endings}.",
                n,
            ).format(n=n, endings=listed([f"{number(count, ',')} {ending}" for ending, count in endings]))
        )
    if n := len(ignored) - len(named):
        sentences.append(
            ngettext(
                "{n:,} file was left out: by its name it is no image.",
                "{n:,} files were left out: by their names they are no images.",
                n,
            ).format(n=n)
        )
    return sentences


def notes(ignored: Sequence[Path], beside: Sequence[Path], bare: Sequence[str]) -> tuple[str, ...]:
    """What was left out of a folder, each a sentence."""
    sentences = _no_images(ignored)
    if n := len(beside):
        sentences.append(
            ngettext(
                "{n:,} image was left out, as it lies beside the folders of the classes: {names}.",
                "{n:,} images were left out, as they lie beside the folders of the classes: {names}.",
                n,
            ).format(n=n, names=listed([path.name for path in beside]))
        )
    if n := len(bare):
        sentences.append(
            ngettext("{n:,} folder holds no images: {names}.", "{n:,} folders hold no images: {names}.", n).format(
                n=n, names=listed(bare)
            )
        )
    return tuple(sentences)
