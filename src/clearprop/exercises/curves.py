"""The picture of a learner's cost over clearprop's."""

from pathlib import Path
from typing import Any

import numpy as np

from clearprop.exercises.run import Compared
from clearprop.explain.picture import BLUE, GREY, ORANGE, picture
from clearprop.i18n import _

HIGHEST = 3.0
"""A cost of more than so many times clearprop's highest is cut off."""


def draw(path: Path, found: Compared, title: str) -> None:
    """Write it as a .png file: clearprop's broad and pale below, the learner's dashed above, so that equal ones are
    seen to lie on each other.

    Raises:
        OSError: the file cannot be written.
    """  # fmt: skip
    with picture(path, 6.4, 4.0, title) as figure:
        axes = figure.subplots()
        _line(axes, found.ours, _("clearprop's"), color=BLUE, linewidth=4.5, alpha=0.45)
        _line(axes, found.yours, _("yours"), color=ORANGE, linestyle=(0, (4, 3)), linewidth=1.8)
        if found.same is False:
            axes.axvline(found.parts_at, color=GREY, linewidth=1, linestyle=":")
        axes.set(xlabel=_("iteration"), ylabel=_("cost"), ylim=_limits(found))
        axes.legend()


def _line(axes: Any, costs: np.ndarray, label: str, **style: Any) -> None:
    axes.plot(np.arange(len(costs)), np.where(np.isfinite(costs), costs, np.nan), label=label, **style)


def _limits(found: Compared) -> tuple[float | None, float | None]:
    """What is shown of the costs: all, unless the learner's run away."""
    ours, yours = (costs[np.isfinite(costs)] for costs in (found.ours, found.yours))
    if not len(ours) or not len(yours) or yours.max() <= HIGHEST * ours.max():
        return None, None
    return min(float(ours.min()), float(yours.min()), 0.0), HIGHEST * float(ours.max())
