"""Images for tests: of four colours, so that it shows how they are turned; files of any format; folders of classes."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

QUADRANTS = np.array([[[250, 20, 30], [10, 240, 40]], [[30, 60, 220], [240, 230, 20]]], np.uint8)
"""Red and green above blue and yellow."""


def quadrants(height: int = 16, width: int = 24, colours: np.ndarray = QUADRANTS) -> np.ndarray:
    """An image (height, width, 3) of four parts."""
    return colours.repeat(height // 2, axis=0).repeat(width // 2, axis=1)


def encode(pixels: np.ndarray, format: str = "PNG", mode: str | None = None, **options) -> bytes:
    """What a file of this image holds."""
    image = Image.fromarray(pixels)
    image = image if mode is None else image.convert(mode)
    image.save(stream := io.BytesIO(), format, **options)
    return stream.getvalue()


def write(path: Path, pixels: np.ndarray, **options) -> Path:
    """A file of this image, in the format of its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kinds = {"jpg": "JPEG", "jpeg": "JPEG"}
    suffix = path.suffix[1:].lower()
    path.write_bytes(encode(pixels, kinds.get(suffix, suffix.upper()), **options))
    return path


def write_set(folder: Path, classes: dict[str, int], size: int = 8, suffix: str = ".png", seed: int = 0) -> Path:
    """A folder of classes, each with so many images of a shade of its own, and noise: bright and dark ones."""
    random = np.random.default_rng(seed)
    for place, (name, count) in enumerate(classes.items()):
        shade = 40 + 170 * place // max(1, len(classes) - 1)
        for i in range(count):
            noise = random.integers(-20, 20, (size, size, 3))
            write(folder / name / f"{i:03}{suffix}", np.clip(shade + noise, 0, 255).astype(np.uint8))
    return folder
