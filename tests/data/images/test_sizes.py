"""The size and channels of a set, from the headers of its files."""

import struct

import numpy as np
import pytest
from PIL import Image

from clearprop.data.images import pictures_size
from pictures import quadrants, write


def test_the_size_that_suits(tmp_path):
    """Theirs where they share a small one, else 64 × 64; grey where all are, by mode or palette; headers only."""
    colour = write(tmp_path / "a.png", quadrants(28, 30))
    grey = write(tmp_path / "b.png", quadrants(28, 30)[..., 0])
    palette = tmp_path / "c.png"
    image = Image.fromarray(np.arange(840, dtype=np.uint8).reshape(28, 30) % 3, "P")
    image.putpalette([9, 9, 9, 200, 200, 200, 50, 50, 50])
    image.save(palette)
    gif = write(tmp_path / "d.gif", quadrants(28, 30)[..., 0])
    large = write(tmp_path / "e.jpg", quadrants(100, 30))
    turned = write(
        tmp_path / "f.jpg", quadrants(30, 28), exif=b"Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0"
    )
    (tmp_path / "bad.png").write_bytes(b"x")
    cut = tmp_path / "cut.png"
    cut.write_bytes(colour.read_bytes()[:60])
    assert pictures_size([colour, grey]) == (28, 30, 3)
    assert pictures_size([grey, palette, gif, tmp_path / "bad.png"]) == (28, 30, 1)
    assert pictures_size([grey, large]) == (64, 64, 3) and pictures_size([large]) == (64, 64, 3)
    assert pictures_size([colour, turned]) == (28, 30, 3)
    assert pictures_size([cut]) == (28, 30, 3)
    image.putpalette([9, 9, 9, 200, 200, 201, 50, 50, 50])
    image.save(palette)
    assert pictures_size([palette]) == (28, 30, 3)
    assert pictures_size([tmp_path / "bad.png"]) == pictures_size([]) == (64, 64, 3)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_size_as_it_is_seen(tmp_path, orientation):
    """Of the eight ways that a picture may be stored, four lie on their side: Exif 2.3, table 6."""
    fields = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    stored = write(tmp_path / "x.jpg", quadrants(28, 30), exif=fields)
    assert pictures_size([stored]) == ((28, 30, 3) if orientation < 5 else (30, 28, 3))
