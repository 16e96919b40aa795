"""One image in a picture, and the scale beside it."""

from typing import Any

from clearprop.explain.image_colours import Colours, scale_colours
from clearprop.explain.picture import short

LONGEST = 48
"""Letters of a title."""


def show(axes: Any, colours: Colours, title: str = "", longest: int = LONGEST) -> None:
    """The image, each pixel a square, without axes."""
    axes.imshow(colours, interpolation="none")  # not resampled: a page shows squares at any size
    axes.set_axis_off()
    axes.set_title(short(title, longest), parse_math=False)


def show_scale(figure: Any, axes: Any, low: float, high: float, label: str, percent: bool = False) -> None:
    """What the colours of signed numbers stand for, from the lowest to the highest, 0 being paper.

    It is as high as the image, in whose axes it stands: so images side by side stay of one size.
    """
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import TwoSlopeNorm
    from matplotlib.ticker import PercentFormatter

    greatest = max(abs(low), abs(high)) or 1.0
    colours = ScalarMappable(TwoSlopeNorm(0, -greatest, greatest), scale_colours())
    height, width = axes.get_images()[0].get_array().shape[:2]
    share = max(height / width / 18, 0.012)
    bar = figure.colorbar(colours, cax=axes.inset_axes((1 + share, 0, share, 1)))
    bar.ax.set_ylim(min(low, 0), max(high, 0) if high > 0 or low < 0 else greatest)
    if percent:
        bar.ax.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    bar.solids.set_rasterized(True)
    bar.outline.set_visible(False)
    bar.ax.grid(False)
    bar.set_label(label)
