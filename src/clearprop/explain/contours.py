"""Contour lines of a surface, with their values on them; spaced by powers of ten where the values are."""

from typing import Any

import numpy as np

from clearprop.explain.picture import BLUE, DARK_GREY, GREY, PAPER
from clearprop.i18n import _, number

MOST = 10
"""Lines, at most; more are not told apart."""

WIDE = 8.0
"""Values whose largest is so many times the least are spaced by powers of ten."""

STEPS = ((1.0, 1.5, 2.0, 3.0, 5.0, 7.0), (1.0, 2.0, 5.0), (1.0, 3.0), (1.0,))
"""What powers of ten are multiplied by: the first that does not make too many lines."""


def levels(values: np.ndarray) -> np.ndarray:
    """The values that get a line: round numbers, evenly spaced, or by powers of ten where the values are so wide.

    >>> levels(np.array([1.0, 1.5, 2.0])), levels(np.array([0.02, 0.3, 5.0]))
    (array([1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9]), array([0.05, 0.1 , 0.2 , 0.5 , 1.  , 2.  ]))
    """
    from matplotlib.ticker import MaxNLocator

    finite = values[np.isfinite(values)]
    low, high = finite.min(), finite.max()
    base = max(low, float(np.quantile(finite, 0.01)))
    if low < 0 or base <= 0 or high < WIDE * base:
        found = MaxNLocator(MOST, steps=[1, 2, 2.5, 4, 5, 10]).tick_values(low, high)
    else:
        found = _powers(base, high)
    return found[(found > low) & (found < high)]


def _powers(low: float, high: float) -> np.ndarray:
    found = np.empty(0)
    exponents = np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    for steps in STEPS:
        found = np.concatenate([10.0**exponent * np.array(steps) for exponent in exponents])
        found = found[(found > low) & (found < high)]
        if len(found) <= MOST:
            return found
    return found[:: -(-len(found) // MOST)]


def contours(axes: Any, a: np.ndarray, b: np.ndarray, values: np.ndarray, *, colour: str = BLUE) -> None:
    """Draw the lines, and their values on them; where the value is not finite there is a cross."""
    shown = np.ma.masked_invalid(values)
    found = levels(values)
    if len(found):
        lines = axes.contour(a, b, shown, levels=found, colors=colour, linewidths=0.9, linestyles="solid")
        labels = axes.clabel(
            lines, fmt=lambda value: number(float(value), ",.4g"), fontsize=7, colors=DARK_GREY, zorder=2
        )
        for label in labels:
            label.set_bbox({"facecolor": PAPER, "edgecolor": "none", "pad": 0.8, "alpha": 0.85})
    if shown.mask is not np.ma.nomask and shown.mask.any():
        row, column = np.nonzero(shown.mask)
        axes.plot(a[column], b[row], "x", color=GREY, markersize=4, linestyle="none", label=_("not finite"))
    axes.set(xlim=(a[0], a[-1]), ylim=(b[0], b[-1]))
    axes.grid(False)


def arrows(axes: Any, path: np.ndarray, colour: str, count: int = 3) -> None:
    """Heads of arrows along a line (k, 2), at equal lengths of it as it is seen, so that its direction shows."""
    size = np.array([np.ptp(axes.get_xlim()), np.ptp(axes.get_ylim())])
    path = path[np.isfinite(path).all(1)]
    lengths = np.linalg.norm(np.diff(path, axis=0) / size, axis=1)
    along = np.concatenate([[0], np.cumsum(lengths)])
    if not along[-1] > 0.05:
        return
    for share in (np.arange(count) + 0.5) / count:
        tip = np.array([np.interp(share * along[-1], along, path[:, axis]) for axis in range(2)])
        before = max(int(np.searchsorted(along, share * along[-1])) - 1, 0)
        way = (path[before + 1] - path[before]) / max(lengths[before], 1e-12)
        style = {"arrowstyle": "-|>", "color": colour, "mutation_scale": 11, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", tip, tip - 0.012 * way, arrowprops=style, annotation_clip=True)
