"""A picture of a training: the loss and the validation metric, epoch by epoch."""

import math
from pathlib import Path
from typing import Any

from clearprop.cli import show
from clearprop.explain.picture import BLUE, GREY, ORANGE, picture
from clearprop.i18n import _
from clearprop.train import History

TRAINING, VALIDATION, KEPT = BLUE, ORANGE, GREY


def draw(path: Path, history: History, kept_epoch: int, title: str) -> None:
    """Write the picture as a .png file: the loss on the left, the validation metric, if there is one, on the right."""
    metric = next((c for c in history.columns if c.startswith("val_") and c != "val_loss"), None)
    with picture(path, 9.6 if metric else 5.6, 3.8, title) as figure:
        axes = figure.subplots(1, 2 if metric else 1, squeeze=False)[0]
        _loss(axes[0], history, kept_epoch)
        if metric:
            _metric(axes[1], history, metric, kept_epoch)


def _loss(axes: Any, history: History, kept_epoch: int) -> None:
    """The training loss, the validation loss, and the epoch kept."""
    from matplotlib.ticker import LogLocator, NullLocator

    lines = [("loss", _("training"), TRAINING), ("val_loss", _("validation"), VALIDATION)]
    drawn = [
        (history[column], _line(axes, history, column, label, colour))
        for column, label, colour in lines
        if column in history.columns
    ]
    axes.set(title=_("loss"), xlabel=_("epoch"))
    values = [v for column, _line_ in drawn for v in column if math.isfinite(v)]
    if values and min(values) > 0 and max(values) > 20 * min(values):
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_locator(NullLocator())
    _mark(axes, history, "val_loss" if "val_loss" in history.columns else "loss", kept_epoch)
    if drawn:
        axes.legend()


def _metric(axes: Any, history: History, column: str, kept_epoch: int) -> None:
    """The validation metric, and the epoch kept."""
    from matplotlib.ticker import PercentFormatter

    name = column.removeprefix("val_")
    _line(axes, history, column, show.metric(name), VALIDATION)
    axes.set(title=_("validation {metric}").format(metric=show.metric(name)), xlabel=_("epoch"))
    if name == "accuracy":
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    _mark(axes, history, column, kept_epoch)


def _line(axes: Any, history: History, column: str, label: str, colour: str) -> Any:
    """A line by epoch, with dots while they are few."""
    return axes.plot(
        history["epoch"], history[column], color=colour, label=label, marker="." if len(history) <= 10 else None
    )


def _mark(axes: Any, history: History, column: str, kept_epoch: int) -> None:
    """A line down at the epoch kept, and a ring where it meets the curve."""
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    if not 1 <= kept_epoch <= len(history):
        return
    axes.axvline(kept_epoch, color=KEPT, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    axes.plot(
        [kept_epoch],
        [history[kept_epoch - 1][column]],
        "o",
        markersize=7,
        markerfacecolor="white",
        markeredgecolor=KEPT,
        markeredgewidth=1.6,
        label=_("kept: epoch {}").format(kept_epoch),
    )
