"""A picture of a training: the loss and the validation metric, epoch by epoch."""

import io
import logging
import math
import warnings
from pathlib import Path
from typing import Any

from clearprop.cli import show
from clearprop.files import write_atomically
from clearprop.i18n import _
from clearprop.train import History

TRAINING, VALIDATION, KEPT = "#3b6fb6", "#d9772b", "#5f6b76"
"""Blue, orange and grey: told apart by those who see no red or no green, and in print."""

STYLE: Any = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#8a939b",
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


def draw(path: Path, history: History, kept_epoch: int, title: str) -> None:
    """Write the picture as a .png file: the loss on the left, the validation metric, if there is one, on the right."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it tells of its font cache
    import matplotlib
    from matplotlib.figure import Figure

    metric = next((c for c in history.columns if c.startswith("val_") and c != "val_loss"), None)
    content = io.BytesIO()
    with warnings.catch_warnings(), matplotlib.rc_context(STYLE):
        warnings.simplefilter("ignore")  # a font that lacks a character of the title draws a box, and that will do
        figure = Figure(figsize=(9.6 if metric else 5.6, 3.8), layout="constrained")
        axes = figure.subplots(1, 2 if metric else 1, squeeze=False)[0]
        figure.suptitle(title, x=0.01, ha="left", fontsize=11, parse_math=False)
        _loss(axes[0], history, kept_epoch)
        if metric:
            _metric(axes[1], history, metric, kept_epoch)
        figure.savefig(content, format="png", dpi=150)
    write_atomically(path, content.getvalue())


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
