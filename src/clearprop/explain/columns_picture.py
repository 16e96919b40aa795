"""A picture of columns' importances: a bar each, with its interval."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clearprop.explain.columns import Importance
from clearprop.explain.intervals import LEVEL
from clearprop.explain.picture import BLUE, DARK_GREY, EDGE, GREY, picture, short
from clearprop.i18n import _

MOST = 20
"""More bars than this are not read; the most important ones are drawn."""

LONGEST = 40
"""A longer name is cut."""


def draw(path: str | Path, importances: Sequence[Importance], title: str, score: str = "") -> None:
    """Write the picture as a .png file, the most important column on top.

    Args:
        path: of the picture.
        importances: as `column_importance` gives them.
        title: of the picture.
        score: what falls, for the axis: "accuracy".

    Raises:
        OSError: the file cannot be written.
    """
    shown = sorted(importances, key=lambda importance: -importance.mean)[:MOST]
    bars: Any = {"axes_spines_left": False, "ytick_left": False, "axes_grid_axis": "x"}
    with picture(path, 7.2, 1.3 + 0.26 * max(len(shown), 2), title, **bars) as figure:
        axes = figure.subplots()
        _bars(axes, shown)
        axes.set_xlabel(_label(score))
        if len(shown) < len(importances):
            text = _("the {shown} most important of {all} columns").format(shown=len(shown), all=len(importances))
            axes.set_title(text, fontsize=9, fontweight="normal", color=GREY)


def _bars(axes: Any, shown: Sequence[Importance]) -> None:
    """A bar for the mean, a line for the interval; 0 is marked."""
    places = range(len(shown))
    means = [importance.mean for importance in shown]
    reach = [[i.mean - i.low for i in shown], [i.high - i.mean for i in shown]]
    axes.barh(places, means, height=0.62, color=BLUE)
    axes.errorbar(means, places, xerr=reach, fmt="none", ecolor=DARK_GREY, elinewidth=1.2, capsize=2.5)
    axes.axvline(0, color=EDGE, linewidth=0.8)
    axes.set_yticks(places, [short(importance.name, LONGEST) for importance in shown], parse_math=False)
    axes.set_ylim(len(shown) - 0.4, -0.6)


def _label(score: str) -> str:
    if not score:
        return _("fall of the score when the column is shuffled (line: {level:.0%} interval)").format(level=LEVEL)
    return _("fall of {score} when the column is shuffled (line: {level:.0%} interval)").format(
        score=score, level=LEVEL
    )
