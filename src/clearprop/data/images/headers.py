"""What a file says of itself before its pixels are touched: enough to open it safely.

Pillow opens whatever kind it knows; here only five are let through to it. It makes room for a WebP's pixels, and warns
of a GIF's, before it says how many there are: so those are counted here.

Sources: WebP Container Specification (Google); GIF89a Specification (CompuServe 1990); PNG Specification (W3C), 5.3.
"""

import io
import struct
from typing import Any

MOST_PARTS = 100_000
"""Of a file, at most: a small one can hold millions of empty parts, each of which takes its time to be passed over.

An image of `opening.MOST_PIXELS` in parts of 8 kB, as they are written, has fewer.
"""

MOST_JPEG_PARTS = 2000
"""Before the pixels of a JPEG, at most: of each up to 64 kB."""

STILL = (b"tRNS", b"eXIf")
"""The chunks of a PNG, beside those without which there is no image, that change how it looks."""


def kind(head: bytes) -> str | None:
    """PNG, JPEG, GIF, BMP or WEBP by the first bytes, whatever the file is called; None if it is another.

    >>> kind(b"GIF89a" + bytes(10)), kind(b"<!doctype html>")
    ('GIF', None)
    """
    starts = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"GIF87a": "GIF", b"GIF89a": "GIF", b"BM": "BMP"}
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    return next((name for start, name in starts.items() if head.startswith(start)), None)


def png_size(head: bytes) -> tuple[int, int]:
    """(width, height) of a PNG from its first 30 bytes.

    Raises:
        ValueError: it does not begin with them, as it must.
    """
    if len(head) < 30 or head[12:16] != b"IHDR":
        raise ValueError("no size")
    width, height = struct.unpack_from(">II", head, 16)
    return width, height


def jpeg_head(file: io.BufferedIOBase) -> None:
    """Pass over what stands before a JPEG's pixels, and see that it has an end.

    Raises:
        ValueError: it has more parts than `MOST_JPEG_PARTS`, or as many bytes between them.
    """
    for _part in range(MOST_JPEG_PARTS):
        if (lead := file.read(1)) != b"\xff":  # no marker: a byte between parts
            if not lead:
                return
            continue
        marker = file.read(1)
        if marker in (b"", b"\xda"):  # the pixels begin
            return
        if marker == b"\xff":  # one that fills
            file.seek(-1, 1)
        elif marker[0] > 1 and not 0xD0 <= marker[0] <= 0xD8:
            file.seek(max(0, int.from_bytes(file.read(2)) - 2), 1)
    raise ValueError("too many parts")


def webp_size(head: bytes) -> tuple[int, int] | None:
    """(width, height) of a WebP from its first 30 bytes; None where they do not say."""
    part = head[12:16]
    if len(head) < 30:
        return None
    if part == b"VP8 ":
        width, height = struct.unpack_from("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    if part == b"VP8L":
        (bits,) = struct.unpack_from("<I", head, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if part == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    return None


def gif_size(file: io.BufferedIOBase) -> tuple[int, int] | None:
    """(width, height) of a GIF's first image on its screen; None where it has none.

    Raises:
        ValueError: more than `MOST_PARTS` stand before it.
    """
    screen = file.read(13)
    if len(screen) < 13:
        return None
    width, height, flags = struct.unpack_from("<HHB", screen, 6)
    file.seek(_palette(flags), 1)
    parts = 0
    while (block := file.read(1)) and block != b";":
        if block == b",":
            place = file.read(8)
            x, y, w, h = struct.unpack("<4H", place) if len(place) == 8 else (0, 0, 0, 0)
            return max(width, x + w), max(height, y + h)
        if block == b"!":
            file.seek(1, 1)
            while (length := file.read(1)) not in (b"", b"\0"):
                file.seek(length[0], 1)
                parts += 1
                if parts > MOST_PARTS:
                    break
        parts += 1
        if parts > MOST_PARTS:
            raise ValueError("too many parts")
    return None


def _palette(flags: int) -> int:
    """The bytes of a GIF's palette."""
    return 3 << (flags & 7) + 1 if flags & 128 else 0


def still_png(file: io.BufferedIOBase, size: int, pixels: bool) -> bytes:
    """A PNG of `size` bytes with what makes its first image, and nothing else.

    Left out are texts and profiles, which may unpack to any length, and an animation's further images. Without
    `pixels` it ends where they begin.

    Raises:
        ValueError: it has more chunks than `MOST_PARTS`.
    """
    parts, early, chunks = [file.read(8)], [], 0
    while len(head := file.read(8)) == 8:
        chunks += 1
        if chunks > MOST_PARTS:
            raise ValueError("too many chunks")
        length, name = struct.unpack(">I4s", head)
        if name == b"IDAT" and not pixels:
            parts.append(head)
            break
        body_end = min(file.tell() + length + 4, size)
        if name[:1].isupper() or name in STILL:
            where = early if name == b"eXIf" else parts
            where.append(head + file.read(body_end - file.tell()))
        file.seek(body_end)
    return b"".join([*parts[:2], *early, *parts[2:]])  # which way up it is may stand at the end


def true_transparency(head: bytes, transparent: Any) -> Any:
    """A PNG's transparent grey or colour in 8 bits, as its pixels are; `head` is the file's first 26 bytes.

    Pillow gives the number that is stored, of as many bits as the pixels have there: 1, 2, 4, 8 or 16.
    """
    depth, colour = head[24], head[25]
    if colour == 0 and depth in (2, 4):
        return transparent * 255 // (2**depth - 1)
    if colour == 2 and depth == 16:
        return tuple(value >> 8 for value in transparent)
    return transparent
