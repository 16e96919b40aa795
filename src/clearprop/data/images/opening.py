"""From a file to an image that is not yet decoded: seen to be one, of a size that memory holds."""

import contextlib
import io
import os
import stat
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from clearprop.data.images.headers import gif_size, kind, still_png, true_transparency, webp_size
from clearprop.errors import DataError
from clearprop.files import why
from clearprop.i18n import _
from clearprop.i18n.visible import visible

MOST_PIXELS = 100_000_000
"""An image of more is not decoded: a file of a few bytes may ask for any number of them."""

MOST_BYTES = 2**30
"""No image of so many pixels takes a larger file, were it not packed at all: 8 bytes for each."""


class PictureError(DataError):
    """A file that cannot be decoded as an image: one sentence that names it and says what is wrong."""


@contextlib.contextmanager
def opened(source: str | os.PathLike[str] | bytes, pixels: bool = True) -> Iterator[Any]:
    """The first image of a file, as Pillow gives it, for the length of a block.

    Errors in the block are the file's: they come out as `PictureError`.

    Args:
        source: a path, or what such a file holds.
        pixels: whether they will be decoded; otherwise no more is read than it takes to know size and mode.

    Raises:
        PictureError: the file is missing, no image, damaged, or too large.
    """
    with _file(source) as (file, size):
        try:
            yield _opened(file, size, source, pixels)
        except (PictureError, MemoryError):
            raise
        except Exception as error:  # what a decoder raises for bytes that are wrong is no closed list
            raise PictureError(
                _("{source} cannot be decoded as an image: the file is cut short, damaged or unusual.").format(
                    source=_named(source)
                )
            ) from error


def _named(source: Any) -> str:
    """A file as a sentence can hold it."""
    return _("The image") if isinstance(source, bytes) else visible(os.fsdecode(source))


@contextlib.contextmanager
def _file(source: Any) -> Iterator[tuple[io.BufferedIOBase, int]]:
    """(the open file, its size)."""
    if isinstance(source, bytes):
        yield io.BytesIO(source), len(source)
        return
    path = source if isinstance(source, Path) else Path(source)
    try:
        there = path.stat()
        file = path.open("rb") if stat.S_ISREG(there.st_mode) else None
    except (OSError, ValueError) as error:
        reason = why(error) or str(error)
        raise PictureError(
            _("{source} cannot be opened: {error}.").format(source=_named(source), error=reason)
        ) from error
    if stat.S_ISDIR(there.st_mode):
        raise PictureError(_("{} is a directory; a file is needed.").format(_named(source)))
    if file is None:  # a pipe or a device, which may have no end
        raise _no_image(source)
    with file:
        yield file, there.st_size


def _no_image(source: Any) -> PictureError:
    """What is said of a file of another kind."""
    return PictureError(_("{} is no JPEG, PNG, WebP, BMP or GIF image, whatever its name says.").format(_named(source)))


def _opened(file: io.BufferedIOBase, size: int, source: Any, pixels: bool) -> Any:
    head = file.read(30)
    if not head:
        raise PictureError(_("{} is empty.").format(_named(source)))
    found = kind(head)
    if found is None:
        raise _no_image(source)
    if size > MOST_BYTES:
        raise ValueError(f"a file of {size} bytes")
    file.seek(0)
    _see_size({"WEBP": webp_size(head), "GIF": gif_size(file) if found == "GIF" else None}.get(found), source)
    file.seek(0)
    image = _plugin(found)(io.BytesIO(still_png(file, size, pixels)) if found == "PNG" else file)
    _see_size(image.size, source)
    if found == "PNG" and isinstance(image.info.get("transparency"), int | tuple) and image.mode != "P":
        image.info["transparency"] = true_transparency(head, image.info["transparency"])
    return image


def _see_size(size: tuple[int, int] | None, source: Any) -> None:
    """See that an image of this width and height may be decoded."""
    if size is not None and size[0] * size[1] > MOST_PIXELS:
        raise PictureError(
            _("{source} has {height:,} × {width:,} pixels; {most:,} is the most that is decoded.").format(
                source=_named(source), height=size[1], width=size[0], most=MOST_PIXELS
            )
        )


@cache
def _plugin(found: str) -> Any:
    """Pillow's reader of one kind of file. Its `Image.open` would try others, and warn."""
    from PIL import BmpImagePlugin, GifImagePlugin, PngImagePlugin, WebPImagePlugin

    return {
        "JPEG": _jpeg(),
        "PNG": PngImagePlugin.PngImageFile,
        "GIF": GifImagePlugin.GifImageFile,
        "BMP": BmpImagePlugin.BmpImageFile,
        "WEBP": WebPImagePlugin.WebPImageFile,
    }[found]


@cache
def _jpeg() -> Any:
    """Pillow's JPEG, but for EXIF: it reads the resolution there, which nobody asks for, and warns of odd fields."""
    from PIL.JpegImagePlugin import JpegImageFile

    class Jpeg(JpegImageFile):
        def getexif(self) -> Any:
            return {}

    return Jpeg
