"""A picture of the hidden units: norms from layer to layer, dead and saturated units, and what units respond to."""

import math
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.explain.activity import HiddenLayer
from clearprop.explain.picture import BLUE, DARK_GREY, EDGE, LIGHT_BLUE, ORANGE, PAPER, picture, short
from clearprop.explain.units import Units, leading
from clearprop.i18n import _

IMAGES, A_ROW = 12, 6
"""Units whose weights are drawn as images, and how many of them side by side."""

SIDE = 14
"""Squares a side of such an image, at most: of a larger one neighbours are averaged."""

NAME = 24
"""Letters of a class's or an input's name, at most."""

LEADING = 16
"""Units in the table of classes."""


def size(found: Units) -> tuple[float, float]:
    """(width, height) in inches that suit the picture."""
    below = _images_of(found) is not None or bool(found.layers)
    return 8.6, (3.3 if not below else 7.0) if found.layers else 3.3


def draw(path: str | Path, found: Units, title: str) -> None:
    """Write the picture as a .png file.

    Raises:
        OSError: the file cannot be written.
    """
    with picture(path, *size(found), title) as figure:
        paint(figure, found)


def paint(figure: Any, found: Units) -> None:
    """Norms by layer and the states of units above; below, what units respond to."""
    if not found.layers:
        _norms(figure.subplots(), found)
        return
    above, below = figure.subfigures(2, 1, height_ratios=[3.1, 3.6])
    left, right = above.subplots(1, 2)
    _norms(left, found)
    _states(right, found)
    images = _images_of(found)
    if images is not None:
        _images(below, *images)
    else:
        _table(below.subplots(), found, found.layers[-1])


def describe(found: Units) -> str:
    """What the picture shows, in words."""
    dead, saturated, units = (
        sum(int(np.sum(what)) for what in each)
        for each in zip(*((x.dead, x.saturated, np.ones(len(x))) for x in found.layers), strict=True)
    ) if found.layers else (0, 0, 0)  # fmt: skip
    return _(
        "Norms of activations, errors and gradients in {layers} layers with weights; of {units:,} hidden units {dead:,}"
        " are dead and {saturated:,} saturated. {advice}"
    ).format(layers=len(found.norms), units=units, dead=dead, saturated=saturated, advice=" ".join(found.advice()))


def _norms(axes: Any, found: Units) -> None:
    """Activations, errors and relative gradients, a mark a layer, on a logarithmic axis."""
    lines = [
        (_("activations"), "o", "-", BLUE, [layer.activations for layer in found.norms]),
        (_("errors"), "s", "--", ORANGE, [layer.errors_of_sums for layer in found.norms]),
        (_("gradient / weights"), "^", ":", DARK_GREY, [layer.relative for layer in found.norms]),
    ]
    places = np.arange(1, len(found.norms) + 1)
    for label, marker, style, colour, values in lines:
        shown = np.array([value if value > 0 and math.isfinite(value) else np.nan for value in values])
        axes.plot(places, shown, marker=marker, linestyle=style, color=colour, markersize=5, label=label)
    axes.set_yscale("log")
    _whole(axes, places)
    axes.set_xlabel(_("layer with weights, from the inputs on"))
    axes.set_title(_("Size from layer to layer"), pad=22)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 0.99), ncols=3, fontsize=8, borderaxespad=0.1)


def _states(axes: Any, found: Units) -> None:
    """Of each hidden layer the shares of units that are dead, saturated and alive."""
    places = np.arange(1, len(found.layers) + 1)
    dead = np.array([layer.dead.mean() for layer in found.layers])
    saturated = np.array([layer.saturated.mean() for layer in found.layers])
    bars = [
        (_("dead"), dead, ORANGE, "xxx"),
        (_("saturated"), saturated, LIGHT_BLUE, "///"),
        (_("learning"), 1 - dead - saturated, BLUE, ""),
    ]
    bottom = np.zeros(len(places))
    for label, share, colour, hatch in bars:
        style: Any = {"color": colour, "hatch": hatch, "edgecolor": DARK_GREY, "linewidth": 0.6}
        axes.bar(places, 100 * share, 0.62, bottom=100 * bottom, label=label, **style)
        bottom += share
    active = [100 * layer.active.mean() for layer in found.layers]
    axes.plot(places, active, "D", color=PAPER, markeredgecolor=DARK_GREY, markersize=6, label=_("rows active"))
    axes.set_ylim(0, 103)
    _whole(axes, places)
    axes.grid(axis="x", visible=False)
    axes.set_xlabel(_("hidden layer, from the inputs on"))
    axes.set_ylabel(_("units (rows), in %"))
    axes.set_title(_("Dead and saturated units"), pad=22)
    axes.legend(
        loc="lower left", bbox_to_anchor=(-0.02, 0.99), ncols=4, fontsize=8, borderaxespad=0.1, columnspacing=1.2
    )


def _whole(axes: Any, places: np.ndarray) -> None:
    """Ticks at layers alone."""
    axes.set_xticks(places[:: max(1, len(places) // 8)])
    axes.set_xlim(0.4, len(places) + 0.6)


def _images_of(found: Units) -> tuple[HiddenLayer, np.ndarray] | None:
    """(first layer, (units, side, side) its weights), where the inputs are a square image and the layer takes them."""
    inputs, shape = len(found.names), found.input_shape
    side = math.isqrt(inputs)
    image = shape[:2] == (side, side) if len(shape) > 1 else side >= 8  # a table seldom has 64 columns, or 81
    weights = found.layers[0].weights if found.layers else None
    if weights is None or side * side != inputs or not image:
        return None
    whole = weights.T.reshape(-1, side, side)
    block = -(-side // SIDE)
    kept = side - side % block
    pooled = whole[:, :kept, :kept].reshape(len(whole), kept // block, block, kept // block, block)
    return found.layers[0], pooled.mean((2, 4))


def _images(figure: Any, layer: HiddenLayer, images: np.ndarray) -> None:
    """The weights into the most selective units as squares: a filled one adds, a hollow one takes away."""
    shown = leading(layer, IMAGES)
    columns = min(A_ROW, max(len(shown), 1))
    panels = figure.subplots(-(-max(len(shown), 1) // columns), columns, squeeze=False)
    figure.suptitle(
        _("Weights into the most selective units of hidden layer 1 (filled: +, hollow: −)"),
        x=0.01, ha="left", fontsize=10, fontweight="bold",
    )  # fmt: skip
    for axes in panels.flat:
        axes.set_axis_off()
    for axes, unit in zip(panels.flat, shown, strict=False):
        _squares(axes, images[unit], 62 / images.shape[1])
        axes.set_title(_("unit {unit}").format(unit=unit + 1), fontsize=8, fontweight="normal", loc="center", pad=2)
        axes.set_aspect("equal")


def _squares(axes: Any, values: np.ndarray, points: float) -> None:
    """A square for each number, its area as the number's size (Hinton's diagram); the largest is `points` wide."""
    line, column = np.mgrid[: values.shape[0], : values.shape[1]]
    greatest = np.abs(values[np.isfinite(values)]).max(initial=0)
    area = points**2 * np.nan_to_num(np.abs(values)) / (greatest if greatest > 0 else 1)
    for sign, style in ((values > 0, {"facecolor": BLUE}), (values < 0, {"facecolor": "none"})):
        edge = {"edgecolors": BLUE if style["facecolor"] == BLUE else ORANGE, "linewidths": 0.8}
        axes.scatter(column[sign], line[sign], s=area[sign], marker="s", **style, **edge)
    axes.set_xlim(-0.6, values.shape[1] - 0.4)
    axes.set_ylim(values.shape[0] - 0.4, -0.6)


def _table(axes: Any, found: Units, layer: HiddenLayer) -> None:
    """Units × classes: how far the mean activity for a class is above or below the unit's own; or inputs' strengths."""
    shown = leading(layer, LEADING)
    if found.classes:
        spread = np.where(layer.deviation > 0, layer.deviation, 1)[:, None]
        values, labels = (layer.class_means - layer.mean[:, None]) / spread, list(found.classes)
        title = _("What the most selective units of the last hidden layer prefer")
        signs = _("unit (filled: above its mean, hollow: below)")
    else:
        labels = [found.names[j] for j in dict.fromkeys(layer.inputs[shown].ravel())][:LEADING]
        values = np.zeros((len(layer), len(labels)))
        for unit in shown:
            for j, strength in zip(layer.inputs[unit], layer.strength[unit], strict=True):
                if found.names[j] in labels:
                    values[unit, labels.index(found.names[j])] = strength
        title = _("What the leading units of the last hidden layer respond to")
        signs = _("unit (filled: the more of the input, hollow: the less)")
    if not shown or not labels:
        axes.set_axis_off()
        return
    _squares(axes, values[shown].T, 150 / max(len(labels), 8))
    axes.set_xticks(range(len(shown)), [str(unit + 1) for unit in shown])
    axes.set_yticks(range(len(labels)), [short(label, NAME) for label in labels], parse_math=False)
    axes.tick_params(length=0)
    axes.grid(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(EDGE)
    axes.set_xlabel(signs)
    axes.set_title(title)
