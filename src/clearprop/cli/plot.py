"""A line drawn in text, for whoever has no picture: in braille, whose characters have two by four dots."""

import numpy as np
from rich.console import Console

from clearprop.i18n import number

WIDEST, HEIGHT = 100, 10
"""Of the drawing, in characters."""

DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
"""What each dot adds to U+2800, the character without any."""


def line(x: np.ndarray, y: np.ndarray, width: int, height: int, span: tuple[float, float] | None = None) -> list[str]:
    r"""The line through the points (x, y), x rising, as `height` lines of `width` characters.

    Each column of dots is filled from the lowest to the highest that y is there, and on to where the last column ended.
    The picture reaches from the least y to the greatest, or over the span given.

    >>> print(*line(np.arange(8.0), np.arange(8.0), 4, 2), sep="\n")
    ⠀⠀⡠⠊
    ⡠⠊⠀⠀
    """
    columns, rows = 2 * width, 4 * height
    if len(x) < columns:
        between = np.linspace(x[0], x[-1], columns)
        x, y = between, np.interp(between, x, y)
    ends = np.searchsorted(_scaled(x, columns), np.arange(columns), side="right")
    level = rows - 1 - _scaled(y, rows, span)
    grid, begin = np.zeros((rows, columns), int), 0
    for column, end in enumerate(ends):
        own = level[begin:end]
        if len(own):
            last = level[max(begin - 1, 0)]
            grid[min(own.min(), last + 1) : max(own.max(), last - 1) + 1, column] = 1
        begin = end
    cells = (grid.reshape(height, 4, width, 2) * DOTS[:, None, :]).sum((1, 3))
    return ["".join(map(chr, 0x2800 + row)) for row in cells]


def _scaled(values: np.ndarray, count: int, span: tuple[float, float] | None = None) -> np.ndarray:
    """Each value's place among so many between the least and the greatest, or those of the span."""
    low, high = span or (values.min(), values.max())
    return np.clip((values - low) / (high - low or 1.0) * count, 0, count - 1).astype(int)


def draw(out: Console, x: np.ndarray, y: np.ndarray, y_unit: str, x_unit: str) -> None:
    """The line in a frame: the greatest and the least y beside it, the first and the last x below.

    Nothing, where there are no such characters.
    """
    if not out.encoding.startswith("utf"):
        return
    margin = 10
    width = max(20, min(out.width, WIDEST) - margin - 2)
    rows = line(x, y, width, HEIGHT)
    names = [f"{number(y.max(), '.4g')} {y_unit}", *[""] * (HEIGHT - 2), f"{number(y.min(), '.4g')} {y_unit}"]
    first, last = number(x[0], ".4g"), f"{number(x[-1], '.4g')} {x_unit}"
    out.print()
    for name, row in zip(names, rows, strict=True):
        out.print(f"{name:>{margin}} │{row}")
    out.print(f"{'':{margin}} └{first}{last:─>{width - len(first)}}")
    out.print()
