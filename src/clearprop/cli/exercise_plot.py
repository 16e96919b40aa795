"""The two curves of an exercise drawn in text, one over the other."""

from collections.abc import Mapping

import numpy as np
from rich.console import Console

from clearprop.cli.plot import HEIGHT, WIDEST, line
from clearprop.i18n import _, ngettext, number

MARGIN = 10
EMPTY = chr(0x2800)
"""A character of braille without dots."""

HIGHEST = 3.0
"""A cost of more than so many times clearprop's highest is cut off, so that one that runs away does not flatten all."""


def draw(out: Console, yours: np.ndarray, ours: np.ndarray) -> None:
    """Both costs by iteration in a frame, named where they end. Nothing, where there are no such characters."""
    if not out.encoding.startswith("utf"):
        return
    curves: dict[str, np.ndarray] = {_("yours"): yours, _("clearprop's"): ours}
    span = _span(yours, ours)
    names = _names(curves, span)
    width = max(20, min(out.width, WIDEST) - MARGIN - 4 - max(map(len, names)))
    last = max(map(len, curves.values())) - 1
    drawn = [_curve(costs, width, span, last) for costs in curves.values()]
    beside = [number(span[1], ".4g"), *[""] * (HEIGHT - 2), number(span[0], ".4g")]
    out.print()
    for left, right, *rows in zip(beside, names, *drawn, strict=True):
        out.print(f"{left:>{MARGIN}} │{_joined(rows)} {right}".rstrip())
    # Translators: below a curve, after the number of the last one: "0───2,499 iterations".
    end = ngettext("{n:,} iteration", "{n:,} iterations", last + 1).format(n=last + 1)
    out.print(f"{'':{MARGIN}} └0{end:─>{max(width - 1, len(end))}}")
    out.print()


def _span(yours: np.ndarray, ours: np.ndarray) -> tuple[float, float]:
    """From the least cost to the greatest, the learner's as far as it stays near clearprop's."""
    known = ours[np.isfinite(ours)]
    most = HIGHEST * known.max() if len(known) else np.inf
    both = np.concatenate([known, np.minimum(yours[np.isfinite(yours)], most)])
    return (float(both.min()), float(both.max())) if len(both) else (0.0, 1.0)


def _inside(costs: np.ndarray, span: tuple[float, float]) -> np.ndarray:
    """The iterations up to the first whose cost is no number or beyond the span."""
    outside = np.flatnonzero(~(costs <= span[1]))
    return np.arange(outside[0] if len(outside) else len(costs))


def _curve(costs: np.ndarray, width: int, span: tuple[float, float], last: int) -> list[str]:
    """The costs as far as they are inside, on an axis that ends with the last iteration."""
    x = _inside(costs, span)
    if not len(x):
        return [EMPTY * width] * HEIGHT
    own = max(1, round(width * len(x) / (last + 1)))
    return [row.ljust(width, EMPTY) for row in line(x.astype(float), costs[x], own, HEIGHT, span)]


def _names(curves: Mapping[str, np.ndarray], span: tuple[float, float]) -> list[str]:
    """Beside each line the names of the curves that end there; beside the first those that leave the picture."""
    names: list[list[str]] = [[] for _line in range(HEIGHT)]
    for name, costs in curves.items():
        x = _inside(costs, span)
        if not len(x):
            continue
        share = (costs[-1] - span[0]) / (span[1] - span[0] or 1.0) if len(x) == len(costs) else 1.0
        names[HEIGHT - 1 - min(HEIGHT - 1, int(share * HEIGHT))].append(name)
    return [", ".join(each) for each in names]


def _joined(rows: list[str]) -> str:
    """The dots of several lines of braille in one."""
    return "".join(
        chr(int(np.bitwise_or.reduce([ord(c) for c in characters]))) for characters in zip(*rows, strict=True)
    )
