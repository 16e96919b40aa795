"""A picture of a training: the loss and the validation metric, epoch by epoch."""

import math
from pathlib import Path
from typing import Any

from clearprop.explain.names import SHARES, metric
from clearprop.explain.picture import BLUE, GREY, ORANGE, PAPER, picture
from clearprop.i18n import _, ngettext, number
from clearprop.train import History

TRAINING, VALIDATION, KEPT = BLUE, ORANGE, GREY


def draw(path: str | Path, history: History, kept_epoch: int, title: str) -> None:
    """Write the picture as a .png file.

    Raises:
        OSError: the file cannot be written.
    """
    with picture(path, *size(history), title) as figure:
        paint(figure, history, kept_epoch)


def size(history: History) -> tuple[float, float]:
    """(width, height) in inches that suit the picture."""
    return (9.6 if _scored(history) else 5.6, 3.8)


def paint(figure: Any, history: History, kept_epoch: int) -> None:
    """Draw the loss on the left, the validation metric, if there is one, on the right, into an empty figure."""
    column = _scored(history)
    axes = figure.subplots(1, 2 if column else 1, squeeze=False)[0]
    _loss(axes[0], history, kept_epoch)
    if column:
        _metric(axes[1], history, column, kept_epoch)


def describe(history: History, kept_epoch: int) -> str:
    """What the picture shows, in words."""
    losses = history["loss"]
    words = ngettext(
        "In {n:,} epoch the training loss went from {first:.4g} to {last:.4g}.",
        "In {n:,} epochs the training loss went from {first:.4g} to {last:.4g}.",
        len(history),
    ).format(n=len(history), first=losses[0], last=losses[-1])
    column = _scored(history)
    if column is None:
        return words
    name, value = column.removeprefix("val_"), history[-1][column]
    score = _(
        "On the rows held out, {metric} is {value} in the end; the weights kept are those of epoch {kept:,}."
    ).format(metric=metric(name), value=number(value, ".1%" if name in SHARES else ".4g"), kept=kept_epoch)
    return f"{words} {score}"


def _scored(history: History) -> str | None:
    """The column of the validation metric; None where there is none."""
    return next((c for c in history.columns if c.startswith("val_") and c != "val_loss"), None)


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
    _line(axes, history, column, metric(name), VALIDATION)
    axes.set(title=_("validation {metric}").format(metric=metric(name)), xlabel=_("epoch"))
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
        markerfacecolor=PAPER,
        markeredgecolor=KEPT,
        markeredgewidth=1.6,
        label=_("kept: epoch {}").format(kept_epoch),
    )
