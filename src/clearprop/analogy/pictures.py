"""The pictures of an analogy: what fires and when, how well each depth knows it, and what a logistic unit looks at."""

from pathlib import Path
from typing import Any

import numpy as np

from clearprop.analogy.measures import FALSE_ALARMS
from clearprop.explain.picture import BLUE, DARK_GREY, GREY, ORANGE, picture
from clearprop.i18n import _

ROC, WEIGHTS = "roc.png", "weights.png"

DEPTHS = [GREY, "#9bb5da", "#3b6fb6", "#1d3a66", "#0b1a33"]
"""Deeper, darker; a single unit, which has no hidden layer, is grey and dashed."""


def activity_of(name: str) -> str:
    """The file with a neuron's spikes and potential."""
    return f"activity-{name}.png"


def files(names: list[str]) -> list[str]:
    """All that is drawn for these neurons."""
    return [ROC, WEIGHTS, *map(activity_of, names)]


def draw(folder: Path, runs: dict[str, list[dict[str, Any]]], found: dict[str, Any]) -> None:
    """Write all of them into the folder."""
    records = {**found["neurons"], **found["controls"]}
    _roc(folder / ROC, runs, records)
    neurons = {name: runs[name] for name in found["neurons"]}
    _weights(folder / WEIGHTS, neurons)
    for name, own in neurons.items():
        _activity(folder / activity_of(name), name, own[0])


def _layout(count: int) -> tuple[int, int]:
    """(rows, columns) of so many panels: four as two by two, others three in a row."""
    across = 2 if count == 4 else min(count, 3)
    return -(-count // across), across


def _panels(figure: Any, count: int) -> np.ndarray:
    grid = figure.subplots(*_layout(count), squeeze=False).ravel()
    for axes in grid[count:]:
        axes.set_visible(False)
    return grid


def _size(count: int) -> tuple[float, float]:
    """Wide enough for the title."""
    down, across = _layout(count)
    return max(3.2 * across + 0.4, 6.8), 3.2 * down + 0.4


def _roc(path: Path, runs: dict[str, list[dict[str, Any]]], records: dict[str, Any]) -> None:
    """Hits against false alarms by depth, each the mean over the seeds."""
    title = _("Bins with a spike that a network names, against bins without one that it names too")
    with picture(path, *_size(len(runs)), title) as figure:
        for axes, (name, own) in zip(_panels(figure, len(runs)), runs.items(), strict=False):
            for place, depth in enumerate(own[0]["depths"]):
                curves = [run["depths"][depth]["roc"] for run in own]
                label = _("depth {depth}: {auc:.3f}").format(
                    depth=depth, auc=records[name]["depths"][depth]["auc"]["mean"]
                )
                axes.plot(
                    curves[0]["false_alarms"], np.mean([curve["hits"] for curve in curves], 0), label=label,
                    color=DEPTHS[min(place, len(DEPTHS) - 1)], linestyle="--" if depth == "0" else "-",
                )  # fmt: skip
            false_alarms = np.array(own[0]["depths"]["0"]["roc"]["false_alarms"])
            axes.plot(false_alarms, false_alarms, color=GREY, linewidth=0.8, linestyle=(0, (2, 3)))
            axes.axvline(FALSE_ALARMS, color=GREY, linewidth=0.8, linestyle=(0, (2, 3)))
            axes.set(title=name, xlabel=_("false alarms"), ylabel=_("hits"), ylim=(0, 1.02))
            axes.set_xscale("log")
            axes.set_xlim(false_alarms[1], 1)
            axes.legend(
                loc="upper left", fontsize=8, title=_("area under it"), title_fontsize=8,
                frameon=True, facecolor="white", edgecolor="none", framealpha=1.0,
            )  # fmt: skip


def _weights(path: Path, runs: dict[str, list[dict[str, Any]]]) -> None:
    """What a spike weighs for the logistic unit, by its age, beside what it does in the cell."""
    title = _("What a spike weighs for the logistic unit, by its age")
    with picture(path, *_size(len(runs)), title) as figure:
        for axes, (name, own) in zip(_panels(figure, len(runs)), runs.items(), strict=False):
            age = np.array(own[0]["unit"]["age_ms"])
            for kind, colour, label in (
                ("excitatory", ORANGE, _("excitatory inputs")),
                ("inhibitory", BLUE, _("inhibitory inputs")),
            ):
                each = np.array([run["unit"][kind] for run in own])
                axes.plot(age, each.mean(0), color=colour, label=label)
                axes.fill_between(age, each.min(0), each.max(0), color=colour, alpha=0.15, lw=0)
            top = np.max([run["unit"]["excitatory"] for run in own], axis=0).max()
            for key, dashes, label in (("synapse", ":", _("the synapse")), ("potential", "--", _("the potential"))):
                axes.plot(age, top * np.array(own[0]["kernel"][key]), dashes, color=DARK_GREY, lw=1.2, label=label)
            axes.axhline(0, color=GREY, linewidth=0.8)
            axes.set(title=name, xlabel=_("age of the spike, ms"), ylabel=_("log-odds per unit of strength"))
        handles, labels = axes.get_legend_handles_labels()  # pyright: ignore[reportPossiblyUnboundVariable]
        figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=8)


def _activity(path: Path, name: str, run: dict[str, Any]) -> None:
    """Half a second: the inputs' spikes, the potential, and the probabilities that networks give."""
    seen = run["excerpt"]
    time = seen["first_ms"] + np.arange(len(seen["V"]))
    title = _("{name}: inputs, potential, and what networks make of the inputs").format(name=name)
    with picture(path, 8.6, 6.4, title) as figure:
        top, middle, bottom = figure.subplots(3, 1, sharex=True, height_ratios=(2, 1.3, 1.3))
        when, source = np.array(seen["inputs"]["time_ms"]), np.array(seen["inputs"]["input"])
        excites = source < seen["excitatory"]
        top.scatter(when[excites], source[excites], s=3, color=ORANGE, label=_("excitatory inputs"))
        top.scatter(when[~excites], source[~excites], s=3, color=BLUE, label=_("inhibitory inputs"))
        top.set(ylabel=_("input"))
        top.grid(False)
        middle.plot(time, seen["V"], color=DARK_GREY, lw=1.2)
        middle.set(ylabel=_("potential, mV"))
        for place, (depth, log_odds) in enumerate(seen["log_odds"].items()):
            style = {"color": GREY, "linestyle": "--"} if place == 0 else {"color": DEPTHS[2]}
            bottom.plot(time, 1 / (1 + np.exp(-np.array(log_odds))), label=_("depth {}").format(depth), lw=1.2, **style)
        bottom.set(xlabel=_("time, ms"), ylabel=_("probability, as learnt"), ylim=(0, 1.02))
        for axes in (middle, bottom):
            for moment in seen["fired_ms"]:
                axes.axvline(moment, color=ORANGE, lw=0.8, zorder=0)
        for axes in (top, bottom):
            axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8)
