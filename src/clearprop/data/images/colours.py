"""From an image of any mode to 8-bit grey or red, green and blue."""

from typing import Any

import numpy as np

STRIP = 2**20
"""Pixels that are laid on white at once: of a large image there are not several copies."""


def plain(image: Any, channels: int) -> Any:
    """The image with 1 channel (grey) or 3 (red, green, blue), 8 bits each.

    Grey = 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601). Of 16 bits the upper 8 are kept. What is transparent lies on
    white, as on a page. Colour profiles do not count.
    """
    mode = "L" if channels == 1 else "RGB"
    image.load()
    if image.mode.startswith("I"):  # I;16, or I as older Pillows read it
        image = _eight_bits(image)
    if image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info:
        image = _on_white(image, mode)
    return image if image.mode == mode else image.convert(mode)


def _eight_bits(image: Any) -> Any:
    from PIL import Image

    values = np.asarray(image)
    grey = Image.fromarray((values >> 8).astype(np.uint8))
    transparent = image.info.get("transparency")
    if transparent is None:
        return grey
    return Image.merge("LA", (grey, Image.fromarray((values != transparent) * np.uint8(255))))


def _on_white(image: Any, mode: str) -> Any:
    """In `mode`, strip after strip."""
    from PIL import Image

    page, lines = Image.new(mode, image.size), max(1, STRIP // image.width)
    for top in range(0, image.height, lines):
        box = (0, top, image.width, min(top + lines, image.height))
        part = image.crop(box).convert("RGBA")
        page.paste(Image.alpha_composite(Image.new("RGBA", part.size, "white"), part).convert(mode), box)
    return page
