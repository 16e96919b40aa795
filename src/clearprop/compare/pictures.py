"""The pictures of a comparison: how well, and how close to back propagation, epoch by epoch."""

from pathlib import Path
from typing import Any

import numpy as np

from clearprop.explain.picture import GREY, picture
from clearprop.i18n import _

ACCURACY, ANGLES = "accuracy.png", "angles.png"

LINES = ["#30363c", "#3b6fb6", "#d9772b", "#4f9d69", "#9b59a6", "#c0504d", "#17a2a2", "#8c6d31", "#e377a2", "#7f8fa6"]
DASHES = ["-", "--", (0, (5, 1, 1, 1)), ":"]
"""Rules are told apart by colour and, from the eleventh on and for variants, by dashes too."""


def draw(folder: Path, runs: dict[str, list[dict[str, Any]]], metric: str) -> None:
    """Write both pictures into the folder."""
    styles = _styles(list(runs))
    metric_name = {"accuracy": _("accuracy"), "r2": "R²"}[metric]
    with picture(folder / ACCURACY, 8.6, 4.2, _("Validation rows: the mean of the seeds, and their range")) as figure:
        axes = figure.subplots()
        for name, own in runs.items():
            _band(axes, own, f"val_{metric}", name, styles[name])
        axes.set(xlabel=_("epoch"), ylabel=metric_name, ylim=(_floor(runs, f"val_{metric}"), None))
        _whole_epochs(axes)
        _legend(figure, axes)
    _angles(folder / ANGLES, runs, styles)


def _angles(path: Path, runs: dict[str, list[dict[str, Any]]], styles: dict[str, Any]) -> None:
    """A panel for each layer, and one for all parameters together."""
    found = {key for own in runs.values() for run in own for line in run["epochs"] for key in line}
    layers = sorted((key for key in found if key.startswith("angle_")), key=_order)
    panels = {**{key: _("layer {}").format(key.removeprefix("angle_")) for key in layers}, "angle": _("in total")}
    across = min(len(panels), 3 if len(panels) < 10 else 6)
    down = -(-len(panels) // across)
    title = _("The angle between a rule's gradient and back propagation's, in degrees")
    with picture(path, 3.0 * across + 2.6, 2.7 * down + 0.6, title) as figure:
        grid = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False).ravel()
        for axes, (key, name) in zip(grid, panels.items(), strict=False):
            for rule, own in runs.items():
                _band(axes, own, key, rule, styles[rule])
            axes.axhline(90, color=GREY, linewidth=0.8, linestyle=(0, (2, 3)))
            axes.set_title(name)
            axes.set(xlabel=_("epoch"), ylim=(-3, None))
            axes.tick_params(labelbottom=True, labelleft=True)
            _whole_epochs(axes)
        for axes in grid[len(panels) :]:
            axes.set_visible(False)
        _legend(figure, grid[0])


def _floor(runs: dict[str, list[dict[str, Any]]], key: str) -> float | None:
    """The least value after the first quarter of the epochs: what happens before would flatten all that follows."""
    later = [line.get(key) for own in runs.values() for run in own for line in run["epochs"][len(run["epochs"]) // 4 :]]
    known = [value for value in later if value is not None]
    return min(known) - 0.05 * (max(known) - min(known)) if known and min(known) < max(known) else None


def _whole_epochs(axes: Any) -> None:
    """No ticks between epochs."""
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _order(key: str) -> list[tuple[int, str]]:
    """Places in the network's order: "10" after "2"."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in key.removeprefix("angle_").split(".")]


def _band(axes: Any, own: list[dict[str, Any]], key: str, name: str, style: Any) -> None:
    """The mean over the seeds, and their range, where there are numbers."""
    longest = max((len(run["epochs"]) for run in own), default=0)
    table = np.full((len(own), longest), np.nan)
    for place, run in enumerate(own):
        values = [line.get(key) for line in run["epochs"]]
        table[place, : len(values)] = [np.nan if value is None else value for value in values]
    known = np.isfinite(table).any(0)
    if not known.any():
        return
    epochs, table = np.arange(1, longest + 1)[known], table[:, known]
    axes.plot(epochs, np.nanmean(table, 0), label=name, **style)
    if len(own) > 1:
        axes.fill_between(epochs, np.nanmin(table, 0), np.nanmax(table, 0), color=style["color"], alpha=0.15, lw=0)


def _styles(names: list[str]) -> dict[str, Any]:
    """A colour for each rule, and dashes for its variants."""
    plain = list(dict.fromkeys(name.split(":")[0] for name in names))
    found = {}
    for name in names:
        kin = [other for other in names if other.split(":")[0] == name.split(":")[0]]
        place, variant = plain.index(name.split(":")[0]), kin.index(name)
        found[name] = {
            "color": LINES[place % len(LINES)],
            "linestyle": DASHES[(variant + place // len(LINES)) % len(DASHES)],
            "marker": "o" if name == "backprop" else "",
            "markersize": 3,
        }
    return found


def _legend(figure: Any, axes: Any) -> None:
    handles, labels = axes.get_legend_handles_labels()
    short = [label.replace(":", ":\n") for label in labels]
    figure.legend(handles, short, loc="outside right upper", fontsize=8)
