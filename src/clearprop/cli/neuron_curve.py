"""What `clearprop neuron --f-i` does: the rate at each of many currents, and where firing begins."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from clearprop.cli import plot, show
from clearprop.cli.neuron_asked import Asked
from clearprop.cli.neuron_trace import SETTLING
from clearprop.cli.outputs import writing
from clearprop.errors import ClearpropError
from clearprop.explain import neuron_pictures
from clearprop.i18n import _, ngettext, number
from clearprop.neurons import Neuron
from clearprop.neurons.firing import f_i_curve, thresholds

LINES = 16
"""Of the table at most; the currents between are left out."""


def run(
    asked: Asked, currents: np.ndarray, duration_ms: float, dt_ms: float | None, method: str, as_json: bool
) -> None:
    """Simulate all currents at once, print and draw."""
    neuron = asked.neuron
    how: Any = {
        "duration_ms": duration_ms, "settle_ms": SETTLING * duration_ms, "dt_ms": dt_ms, "method": method,
    }  # fmt: skip
    rates = f_i_curve(neuron, currents, **how)
    found = _thresholds(neuron, currents, how)
    exactly = closed_form(neuron)
    told = {
        **asked.told(duration_ms, dt_ms, method),
        "rate_after_ms": how["settle_ms"],
        "currents": currents.tolist(),
        "rates_hz": rates.tolist(),
        **({} if exactly is None else {"closed_form_hz": [exactly(current) for current in currents.tolist()]}),
        **dict(zip(("rheobase", "sustained_from", "onset_hz"), found, strict=True)),
    }
    if asked.output is not None:
        with writing(asked.output):
            _draw(asked.output, asked, told)
    if as_json:
        show.print_json(told)
    else:
        say(show.console(), asked, told)


def searched(neuron: Neuron, currents: Sequence[float] | np.ndarray) -> tuple[float, float]:
    """Between which currents the beginning is looked for."""
    return min(0.0, float(currents[0])), max(2 * neuron.typical_current, float(currents[-1]))


def _thresholds(neuron: Neuron, currents: np.ndarray, how: dict[str, Any]) -> Sequence[float | None]:
    """(rheobase, where it goes on firing, its rate there); None where it does not fire, or does without a current."""
    lowest, highest = searched(neuron, currents)
    try:
        return thresholds(neuron, lowest=lowest, highest=highest, **how)
    except ClearpropError:
        return [None, None, None]


def closed_form(neuron: Neuron) -> Callable[[float], float] | None:
    """The rate under a constant current by an equation, for a neuron that has one."""
    return getattr(neuron, "rate_hz", None)


def say(out: Console, asked: Asked, told: dict[str, Any]) -> None:
    """The curve as text, a table of some of it, where firing begins, and how to get the picture."""
    currents, rates = np.array(told["currents"]), np.array(told["rates_hz"])
    show.say(
        out,
        ngettext(
            "{neuron} at each of {n} current for {duration_ms:g} ms, in steps of {dt_ms:g} ms:",
            "{neuron} at each of {n} currents for {duration_ms:g} ms, in steps of {dt_ms:g} ms:",
            len(currents),
        ).format(n=len(currents), **{**told, "neuron": asked.title}),
    )
    plot.draw(out, currents, rates, "Hz", told["current_unit"])
    _table(out, told)
    for sentence in _beginning(asked, told):
        show.say(out, sentence)
    show.say(out, _("Rates are from {rate_after_ms:g} ms on; 0 where it stops firing.").format(**told))
    if told["picture"] is None:
        show.say(out, _("--output rates.png draws it."))
    else:
        show.say(out, _("Drawn in {}.").format(told["picture"]))


def _table(out: Console, told: dict[str, Any]) -> None:
    """Some lines of the curve, evenly spread, and how far it is from the closed form."""
    columns: list[list[float]] = [told["currents"], told["rates_hz"], told.get("closed_form_hz", [])]
    header = [told["current_unit"], _("rate (Hz)"), _("closed form")][: 2 if not columns[2] else 3]
    every = math.ceil(len(columns[0]) / LINES)
    picked = [column[::every] for column in columns if column]
    lines = [
        [number(current, "g"), *(number(rate, ".2f") for rate in rates)]
        for current, *rates in zip(*picked, strict=True)
    ]
    show.table(out, header, lines, right=range(3), gap=False)
    if every > 1:
        show.say(out, _("One current in {n} is shown; --json has them all.").format(n=every))
    if columns[2]:
        furthest = max(abs(rate - exact) for rate, exact in zip(columns[1], columns[2], strict=True))
        show.say(out, _("The simulation is within {:.2g} Hz of the closed form.").format(furthest))


def _beginning(asked: Asked, told: dict[str, Any]) -> list[str]:
    """Where firing begins."""
    if told["rheobase"] is None:
        low, high = searched(asked.neuron, told["currents"])
        if any(told["rates_hz"]):
            return [_("It fires at {low:g} {unit} already.").format(low=low, unit=told["current_unit"])]
        sentence = _("It was not found to begin, and go on, firing between {low:g} and {high:g} {unit}.")
        return [sentence.format(low=low, high=high, unit=told["current_unit"])]
    return [
        _("A step to {rheobase:.4g} {current_unit} makes it fire (the rheobase).").format(**told),
        _("It goes on firing from {sustained_from:.4g} {current_unit} on, at {onset_hz:.3g} Hz there.").format(**told),
    ]


def _draw(path: Path, asked: Asked, told: dict[str, Any]) -> None:
    neuron_pictures.draw_curve(
        path,
        told["currents"],
        told["rates_hz"],
        _("{}: how often it fires").format(asked.title),
        unit=told["current_unit"],
        closed_form_hz=closed_form(asked.neuron),
        marks=_marks(told),
    )


def _marks(told: dict[str, Any]) -> dict[str, float]:
    """Where it fires first and where it goes on firing, if that is elsewhere."""
    first, lasting = told["rheobase"], told["sustained_from"]
    if first is None:
        return {}
    found: dict[str, float] = {_("first spike (rheobase)"): first}
    if abs(lasting - first) > 0.01 * abs(first):
        found[_("goes on firing")] = lasting
    return found
