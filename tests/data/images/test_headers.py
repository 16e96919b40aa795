"""What files say of themselves: kinds, sizes, what of a PNG is kept."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from clearprop.data.images.headers import gif_size, kind, still_png, webp_size
from pictures import encode, quadrants


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "BMP", "GIF"])
def test_a_file_is_known_by_its_first_bytes(format):
    assert kind(encode(quadrants(), format)[:30]) == format


@pytest.mark.parametrize("format", ["TIFF", "PPM", "TGA", "ICO", "PCX", "DIB", "EPS", "PDF", "JPEG2000", "SGI"])
def test_other_kinds_are_none_of_them(format):
    """Pillow would read most of these, whatever the file's name."""
    assert kind(encode(quadrants(), format)[:30]) is None
    assert kind(b"<!doctype html><html>") is None and kind(b"8BPS\0\1") is None and kind(b"") is None


@pytest.mark.parametrize(
    "options", [{"quality": 60}, {"lossless": True}, {"exif": b"Exif\0\0II*\0"}], ids=["VP8", "VP8L", "VP8X"]
)
def test_size_of_a_webp(options):
    """The three ways in which it is stored."""
    head = encode(quadrants(30, 46), "WEBP", **options)[:30]
    assert webp_size(head) == (46, 30)
    assert webp_size(head[:29]) is None and webp_size(head[:12] + b"JUNK" + head[16:]) is None


def test_size_of_a_gif():
    """The screen's, or more where the image reaches beyond it; behind palettes and comments."""
    file = encode(quadrants(30, 46), "GIF", comment=b"x" * 700)
    assert gif_size(io.BytesIO(file)) == (46, 30)
    place = file.rindex(struct.pack("<4H", 0, 0, 46, 30))
    beyond = file[:place] + struct.pack("<4H", 5, 7, 46, 30) + file[place + 8 :]
    assert gif_size(io.BytesIO(beyond)) == (51, 37)
    assert [gif_size(io.BytesIO(file[:n])) for n in (0, 12, 13, 40, place - 1)] == [None] * 5


def test_of_a_png_what_makes_the_image_is_kept():
    """Texts, profiles and an animation's chunks are left out; which way up it is comes first."""
    file = encode(quadrants(), "PNG")
    text, exif = chunk(b"tEXt", b"k\0" + b"x" * 5000), chunk(b"eXIf", b"II*\0")
    end = file.index(b"IEND") - 4
    full = file[:33] + text + chunk(b"acTL", bytes(8)) + chunk(b"acTL", bytes(8)) + file[33:end] + exif + file[end:]
    kept = still_png(io.BytesIO(full), len(full), True)
    assert kept == file[:33] + exif + file[33:]
    begun = still_png(io.BytesIO(full), len(full), False)
    assert begun == file[: file.index(b"IDAT") + 4]
    assert Image.open(io.BytesIO(begun)).size == (24, 16)


def test_a_cut_png_stays_cut():
    file = encode(np.arange(12, dtype=np.uint8).reshape(3, 4), "PNG")
    for n in range(len(file)):
        kept = still_png(io.BytesIO(file[:n]), n, True)
        assert file.startswith(kept) and n - 8 < len(kept) <= n
