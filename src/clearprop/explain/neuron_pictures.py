"""Pictures of neurons: a trace, the rate against the current, and a pulse on its way along an axon."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.explain.picture import BLUE, DARK_GREY, GREY, LIGHT_BLUE, ORANGE, picture
from clearprop.i18n import _
from clearprop.neurons import AxonRecording, Neuron, Recording
from clearprop.neurons.axon_recording import METRES_PER_S

LINES = [BLUE, ORANGE, DARK_GREY, LIGHT_BLUE]
DASHED: Any = (0, (4, 3))
FINE = 1000
"""Points of a line that stands for an equation."""
MOMENTS = 6
"""At which the potential along an axon is drawn."""


def course(neuron: Neuron, found: Recording) -> tuple[np.ndarray, np.ndarray]:
    """(times,) and the soma's potential then, of one neuron, with what a spike looks like put in where it is reset.

    Such a spike is a moment without a course: the line goes up to where the spike ends, or, where that is only a
    threshold, as far above it as the potential came from below.
    """
    time, V = found.time_ms, np.asarray(neuron.soma(found.V_mV))
    if not neuron.is_reset or not len(found.spikes_ms):
        return time, V
    top = neuron.spike_mV if neuron.spike_mV >= 0 else 2 * neuron.spike_mV - V.min()
    places = np.searchsorted(time, found.spikes_ms)
    return np.insert(time, places, found.spikes_ms), np.insert(V, places, top)


def draw_trace(path: str | Path, neuron: Neuron, current: float, found: Recording, title: str) -> None:
    """Write a .png file: the potential with its spikes, the neuron's other variables, and the current.

    Args:
        path: of the picture.
        neuron: what was simulated.
        current: a constant one, from 0 ms on.
        found: one neuron's.
        title: of the picture.

    Raises:
        OSError: the file cannot be written.
    """
    others = {name: found.variables[name] for name in neuron.rest() if name != "V_mV"}
    heights = [3.2, *([1.5] if others else []), 0.8]
    with picture(path, 8.6, 1.2 + 1.05 * sum(heights), title) as figure:
        panels = figure.subplots(len(heights), 1, sharex=True, gridspec_kw={"height_ratios": heights})
        _potential(panels[0], neuron, found)
        if others:
            _variables(panels[1], found.time_ms, others)
        _current(panels[-1], neuron, current, found.duration_ms)
        figure.align_ylabels()


def _potential(axes: Any, neuron: Neuron, found: Recording) -> None:
    """The soma's potential, and that of other sites; a mark above it for every spike."""
    if neuron.sites:
        rest = found.V_mV.reshape(len(found.time_ms), -1)[:, 1:]
        for place, V in enumerate(rest.T):
            axes.plot(found.time_ms, V, color=LIGHT_BLUE, linewidth=1, label=None if place else _("other compartments"))
    if neuron.is_reset:
        axes.axhline(neuron.spike_mV, color=GREY, linewidth=1, linestyle=DASHED, label=_("fires here"))
    axes.plot(*course(neuron, found), color=BLUE, linewidth=1.2, label=_("soma") if neuron.sites else None)
    low, high = axes.get_ylim()
    if len(found.spikes_ms):
        marks = np.full(len(found.spikes_ms), high + 0.06 * (high - low))
        axes.plot(found.spikes_ms, marks, "|", color=ORANGE, markersize=8, markeredgewidth=1.4, label=_("spikes"))
    axes.set_ylabel(_("potential (mV)"))
    if axes.get_legend_handles_labels()[1]:
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, borderaxespad=0.1, fontsize=8)


def _variables(axes: Any, time: np.ndarray, others: dict[str, np.ndarray]) -> None:
    """What else the neuron consists of, a line each."""
    for (name, value), colour in zip(others.items(), LINES, strict=False):
        axes.plot(time, value.reshape(len(time), -1)[:, 0], color=colour, linewidth=1.2, label=name)
    axes.set_ylabel(", ".join(map(_named, others)))
    if len(others) > 1:
        axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize=8)


def _named(variable: str) -> str:
    """A variable with its unit.

    >>> _named("w_pA"), _named("u")
    ('w (pA)', 'u')
    """
    name, _underscore, unit = variable.partition("_")
    return f"{name} ({unit})" if unit else name


def _current(axes: Any, neuron: Neuron, current: float, duration: float) -> None:
    """A step, from nothing."""
    before = -0.03 * duration
    axes.plot([before, 0, 0, duration], [0, 0, current, current], color=DARK_GREY)
    axes.set(
        xlabel=_("time (ms)"),
        ylabel=_("current\n({unit})").format(unit=neuron.current_unit),
        xlim=(before, 1.01 * duration),
    )
    axes.margins(y=0.25)


def draw_curve(
    path: str | Path,
    currents: Sequence[float],
    rates_hz: Sequence[float],
    title: str,
    *,
    unit: str,
    closed_form_hz: Callable[[float], float] | None = None,
    marks: dict[str, float] | None = None,
) -> None:
    """Write a .png file: the rate against the current, dots, and the closed form's line over them.

    Args:
        path: of the picture.
        currents: into the neuron.
        rates_hz: what was simulated.
        title: of the picture.
        unit: of the currents.
        closed_form_hz: the rate by an equation, where there is one.
        marks: currents to mark, by what is said of them, such as "rheobase".

    Raises:
        OSError: the file cannot be written.
    """
    with picture(path, 6.4, 4.2, title) as figure:
        axes = figure.subplots()
        if closed_form_hz is not None:
            fine = np.linspace(min(currents), max(currents), FINE)
            axes.plot(fine, [closed_form_hz(current) for current in fine], color=ORANGE, label=_("closed form"))
        axes.plot(currents, rates_hz, "o", color=BLUE, markersize=3.5, label=_("simulated"))
        for (text, value), dashes in zip((marks or {}).items(), (DASHED, ":"), strict=False):
            axes.axvline(value, color=GREY, linewidth=1.2, linestyle=dashes, label=text)
        axes.set(xlabel=_("current ({unit})").format(unit=unit), ylabel=_("rate (spikes per second)"))
        axes.legend(loc="lower right")


def draw_pulse(path: str | Path, found: AxonRecording, title: str) -> None:
    """Write a .png file: the potential along an axon at several moments, and when the pulse came by each place.

    Args:
        path: of the picture.
        found: with a pulse from the near end.
        title: of the picture.

    Raises:
        ClearpropError: no pulse came so far.
        OSError: the file cannot be written.
    """
    velocity = found.velocity_m_per_s()
    with picture(path, 9.6, 4.0, title) as figure:
        along, way = figure.subplots(1, 2)
        _moments(along, found)
        _way(way, found, velocity)


def _moments(axes: Any, found: AxonRecording) -> None:
    """The potential along the wire, evenly spaced moments of the pulse's way, later ones darker."""
    from matplotlib.colors import LinearSegmentedColormap

    shades = LinearSegmentedColormap.from_list("", [LIGHT_BLUE, BLUE, DARK_GREY])(np.linspace(0, 1, MOMENTS))
    last = found.arrivals_ms(3 * found.end_cm / 4)[0]
    for share, colour in zip(np.arange(1, MOMENTS + 1) / MOMENTS, shades, strict=True):
        at = np.searchsorted(found.time_ms, share * last)
        label = _("{:.1f} ms").format(found.time_ms[at])
        axes.plot(found.place_cm, found.V_mV[at], color=colour, label=label)
    axes.set(xlabel=_("place along the axon (cm)"), ylabel=_("potential (mV)"))
    axes.legend(loc="upper right", fontsize=8)


def _way(axes: Any, found: AxonRecording, velocity: float) -> None:
    """Where the pulse is against the time, and the straight line of its velocity."""
    arrivals = [(moments[0], place) for place in found.place_cm if len(moments := found.arrivals_ms(place))]
    time, place = np.array(arrivals).T
    middle = found.arrivals_ms(found.end_cm / 2)[0]
    line = found.end_cm / 2 + velocity / METRES_PER_S * (time - middle)
    axes.plot(time, place, color=LIGHT_BLUE, linewidth=5, label=_("the pulse"))
    axes.plot(time, line, color=ORANGE, linewidth=1.4, label=_("{:.1f} m/s").format(velocity))
    axes.set(xlabel=_("time (ms)"), ylabel=_("place along the axon (cm)"))
    axes.legend(loc="upper left")
