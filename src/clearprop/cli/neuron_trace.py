"""What `clearprop neuron` does with one current: the potential over time, and when the neuron fires."""

from typing import Any

import numpy as np
from rich.console import Console

from clearprop.cli import plot, show
from clearprop.cli.neuron_asked import Asked
from clearprop.cli.outputs import writing
from clearprop.explain import neuron_pictures
from clearprop.i18n import _, ngettext, number
from clearprop.neurons import Recording, simulate

SETTLING = 0.2
"""The share of the time that its rate leaves out, in which it settles."""

SPIKES = 12
"""So many are told one by one."""


def run(
    asked: Asked, current: float | None, duration_ms: float, dt_ms: float | None, method: str, as_json: bool
) -> None:
    """Simulate, print and draw."""
    neuron = asked.neuron
    current = neuron.typical_current if current is None else current
    found = simulate(neuron, current, duration_ms=duration_ms, dt_ms=dt_ms, method=method)
    told = {
        **asked.told(duration_ms, dt_ms, method),
        "current": current,
        "spikes_ms": found.spikes_ms.tolist(),
        "rate_after_ms": SETTLING * duration_ms,
        "rate_hz": found.rate_hz(SETTLING * duration_ms),
    }
    about = _("{neuron} at {current:g} {current_unit} for {duration_ms:g} ms").format(**{**told, "neuron": asked.title})
    if asked.output is not None:
        with writing(asked.output):
            neuron_pictures.draw_trace(asked.output, neuron, current, found, f"{about}: {_rate(told)}")
    if as_json:
        show.print_json(told)
    else:
        say(show.console(), asked, found, told, about)


def say(out: Console, asked: Asked, found: Recording, told: dict[str, Any], about: str) -> None:
    """The trace as text, a table of when it fires, and how to get the picture."""
    show.say(out, _("{what}, in steps of {dt:g} ms:").format(what=about, dt=told["dt_ms"]))
    plot.draw(out, *neuron_pictures.course(asked.neuron, found), "mV", "ms")
    spikes = found.spikes_ms
    if len(spikes):
        _table(out, spikes, told)
    else:
        show.say(out, _("It does not fire: give more with --current, or see with --f-i from which current on it does."))
    if asked.output is None:
        show.say(out, _("--output trace.png draws it, with the neuron's other variables and the current."))
    else:
        show.say(out, _("Drawn in {}.").format(asked.output))


def _rate(told: dict[str, Any]) -> str:
    """How often it fires, for the title."""
    count = len(told["spikes_ms"])
    if not told["rate_hz"]:
        return ngettext("{n} spike", "{n} spikes", count).format(n=count)
    return _("{:.1f} Hz").format(told["rate_hz"])


def _table(out: Console, spikes: np.ndarray, told: dict[str, Any]) -> None:
    """How often, and how regularly, it fires."""
    gaps = np.diff(spikes)
    between = f"{number(gaps.min(), '.2f')}–{number(gaps.max(), '.2f')}" if len(gaps) else "–"
    show.table(
        out,
        [_("spikes"), _("rate (Hz)"), _("between spikes (ms)"), _("first (ms)"), _("last (ms)")],
        [
            [
                number(len(spikes), ","),
                number(told["rate_hz"], ".2f"),
                between,
                *(number(spike, ".2f") for spike in (spikes[0], spikes[-1])),
            ]
        ],
        right=range(5),
        gap=False,
    )
    first = show.series(spikes[:SPIKES], ".1f")
    more = show.between() + "…" if len(spikes) > SPIKES else ""
    show.say(out, _("It fires at {times} ms.").format(times=first + more))
    show.say(out, _("The rate is one over the mean interval after {:g} ms.").format(told["rate_after_ms"]))
