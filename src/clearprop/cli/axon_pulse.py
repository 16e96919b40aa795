"""What `clearprop axon` does: a pulse from the near end, when it comes by each place, and its velocity."""

from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from clearprop.cli import plot, show
from clearprop.cli.outputs import see_that_it_can_be_drawn, writing
from clearprop.explain import neuron_pictures
from clearprop.i18n import _, number
from clearprop.neurons import Axon, AxonRecording

PLACES = 5
"""Of the table, from end to end."""


def run(axon: Axon, duration_ms: float | None, output: str | None, as_json: bool) -> None:
    """Simulate, print and draw."""
    path = None if output is None else see_that_it_can_be_drawn(Path(output))
    axon.see_that_a_pulse_gets_steady()
    found = axon.run(duration_ms=duration_ms)
    places = np.linspace(0, found.end_cm, PLACES)
    told = {
        "radius_um": axon.radius_um,
        "length_cm": found.end_cm,
        "temperature_C": axon.membrane.temperature_C,
        "resistivity_ohm_cm": axon.resistivity_ohm_cm,
        "duration_ms": float(found.time_ms[-1]),
        "segments": len(found.place_cm),
        "velocity_m_per_s": found.velocity_m_per_s(),
        "places_cm": places.tolist(),
        "arrivals_ms": [next(iter(found.arrivals_ms(place).tolist()), None) for place in places],
        "peaks_mV": [float(found.at(place).max()) for place in places],
        "picture": output,
    }
    if path is not None:
        with writing(path):
            neuron_pictures.draw_pulse(
                path, found, _("{axon}: {velocity_m_per_s:.1f} m/s").format(axon=_about(told), **told)
            )
    if as_json:
        show.print_json(told)
    else:
        say(show.console(), found, told)


def say(out: Console, found: AxonRecording, told: dict[str, Any]) -> None:
    """The pulse half-way as text, a table of where it came by when, its velocity, and how to get the picture."""
    half = told["arrivals_ms"][PLACES // 2]
    show.say(out, _("{axon}. The potential along it at {time:.1f} ms:").format(axon=_about(told), time=half))
    plot.draw(
        out,
        np.linspace(0, found.end_cm, len(found.place_cm)),
        found.V_mV[np.searchsorted(found.time_ms, half)],
        "mV",
        "cm",
    )
    columns = zip(told["places_cm"], told["arrivals_ms"], told["peaks_mV"], strict=True)
    show.table(
        out,
        [_("place (cm)"), _("arrives (ms)"), _("peak (mV)")],
        [
            [number(place, ".2f"), "–" if arrival is None else number(arrival, ".2f"), number(peak, ".1f")]
            for place, arrival, peak in columns
        ],
        right=range(3),
        gap=False,
    )
    show.say(
        out,
        _("The pulse travels at {:.1f} m/s, between a quarter and three quarters of the way.").format(
            told["velocity_m_per_s"]
        ),
    )
    if told["picture"] is None:
        show.say(out, _("--output axon.png draws it, at several moments and place against time."))
    else:
        show.say(out, _("Drawn in {}.").format(told["picture"]))


def _about(told: dict[str, Any]) -> str:
    return _("An axon of {length_cm:.3g} cm, radius {radius_um:g} µm, {temperature_C:g} °C").format(**told)
