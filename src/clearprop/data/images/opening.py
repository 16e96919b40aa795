"""From a file to an image that is not yet decoded: seen to be one, of a size that memory holds."""

import contextlib
import io
import os
import stat
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from clearprop.data.images.headers import gif_size, jpeg_head, kind, png_size, still_png, true_transparency, webp_size
from clearprop.data.images.room import Room
from clearprop.errors import DataError
from clearprop.files import why
from clearprop.i18n import _
from clearprop.i18n.visible import visible

MOST_PIXELS = 100_000_000
"""An image of more is not decoded: a file of a few bytes may ask for any number of them."""

BYTES_A_PIXEL, BYTES_BESIDES = 8, 64 * 2**20
"""No image takes a larger file, were it not packed at all; nor do texts, profiles and thumbnails beside it."""

ROOM = Room(MOST_PIXELS)
"""What all threads decode at once: a pixel takes up to 12 bytes while it is, so that this is about 1.2 GB."""


class PictureError(DataError):
    """A file that cannot be decoded as an image: one sentence that names it and says what is wrong."""


@contextlib.contextmanager
def opened(source: str | os.PathLike[str] | bytes, pixels: bool = True) -> Iterator[Any]:
    """The first image of a file, as Pillow gives it, for the length of a block.

    Errors in the block are the file's: they come out as `PictureError`. A kind that takes memory for its pixels when it
    is opened waits for `ROOM`; of the others, whoever decodes it has to.

    Args:
        source: a path, or what such a file holds.
        pixels: whether they will be decoded; otherwise no more is read than it takes to know size and mode.

    Raises:
        PictureError: the file is missing, no image, damaged, or too large.
    """
    with _file(source) as (file, size), contextlib.ExitStack() as held:
        try:
            yield _opened(file, size, source, pixels, held)
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


def _opened(file: io.BufferedIOBase, size: int, source: Any, pixels: bool, held: contextlib.ExitStack) -> Any:
    head = file.read(30)
    if not head:
        raise PictureError(_("{} is empty.").format(_named(source)))
    found = kind(head)
    if found is None:
        raise _no_image(source)
    said = _said(file, found, head)
    if said is not None:
        _see_size(said, size, source)
        held.enter_context(ROOM.taken(said[0] * said[1]))
    file.seek(0)
    image = _plugin(found)(io.BytesIO(still_png(file, size, pixels)) if found == "PNG" else file)
    held.callback(image.close)  # its pixels are let go before others take their room
    _see_size(image.size, size, source)
    if found == "PNG" and isinstance(image.info.get("transparency"), int | tuple) and image.mode != "P":
        image.info["transparency"] = true_transparency(head, image.info["transparency"])
    return image


def _said(file: io.BufferedIOBase, found: str, head: bytes) -> tuple[int, int] | None:
    """(width, height) as the file says, of the kinds that must not be opened before; what has no end is refused."""
    file.seek(0)
    match found:
        case "PNG":
            return png_size(head)
        case "WEBP":
            return webp_size(head)
        case "GIF":
            return gif_size(file)
        case "JPEG":
            jpeg_head(file)
    return None


def _see_size(size: tuple[int, int], held: int, source: Any) -> None:
    """See that an image of this width and height, in a file of `held` bytes, may be decoded."""
    pixels = size[0] * size[1]
    if pixels > MOST_PIXELS:
        raise PictureError(
            _("{source} has {height:,} × {width:,} pixels; {most:,} is the most that is decoded.").format(
                source=_named(source), height=size[1], width=size[0], most=MOST_PIXELS
            )
        )
    if held > BYTES_A_PIXEL * pixels + BYTES_BESIDES:
        raise ValueError(f"a file of {held} bytes for {pixels} pixels")


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
