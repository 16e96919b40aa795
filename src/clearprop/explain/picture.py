"""The frame of every picture: its style, its title, and a .png file that is written whole or not at all."""

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clearprop.files import write_atomically

BLUE, LIGHT_BLUE, ORANGE = "#3b6fb6", "#9bb5da", "#d9772b"
GREY, DARK_GREY, EDGE = "#5f6b76", "#30363c", "#8a939b"
"""Told apart by those who see no red or no green, and in print."""

STYLE: Any = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": EDGE,
    "axes.grid": True,
    "grid.color": "#e3e6e8",
    "grid.linewidth": 0.8,
    "axes.axisbelow": True,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "lines.solid_capstyle": "round",
}


@contextmanager
def picture(path: str | Path, width: float, height: float, title: str, **style: Any) -> Iterator[Any]:
    """A Matplotlib figure of so many inches to draw in; on leaving it is written to `path`.

    `style` adds to `STYLE` or changes it, with underscores for points: `axes_spines_left=False`.

    Raises:
        OSError: the file cannot be written.
    """
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it tells of its font cache
    import matplotlib
    from matplotlib.figure import Figure

    content = io.BytesIO()
    own: Any = {name.replace("_", "."): value for name, value in style.items()}
    with warnings.catch_warnings(), matplotlib.rc_context({**STYLE, **own}):
        warnings.simplefilter("ignore")  # a font that lacks a character draws a box, and that will do
        figure = Figure(figsize=(width, height), layout="constrained")
        if title:
            figure.suptitle(title, x=0.01, ha="left", fontsize=11, parse_math=False)
        yield figure
        figure.savefig(content, format="png", dpi=150)
    write_atomically(path, content.getvalue())
