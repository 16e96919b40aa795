"""Neurons by name, with settings: "lif:tau_m_ms=20", "izhikevich:class=chattering"."""

import dataclasses
from typing import Any

from clearprop.neurons.adaptive_exponential import AdaptiveExponential
from clearprop.neurons.base import Neuron
from clearprop.neurons.branched import BranchedLIF
from clearprop.neurons.hodgkin_huxley import HodgkinHuxley
from clearprop.neurons.integrate_and_fire import LeakyIntegrateAndFire
from clearprop.neurons.izhikevich import Izhikevich
from clearprop.registry import Registry, read_settings, with_settings

NEURONS = Registry(
    "neuron", Neuron, [LeakyIntegrateAndFire, AdaptiveExponential, Izhikevich, HodgkinHuxley, BranchedLIF]
)


def get(neuron: str | Neuron) -> Neuron:
    """The neuron of this name, with the settings that follow it, each after a colon; a neuron is taken as it is.

    Names may be written with - for _. Where neurons come in classes, `class` names one.

    >>> get("lif:tau_m_ms=20").tau_m_ms
    20.0
    >>> get("izhikevich:class=chattering:d=3")
    Izhikevich(a_per_ms=0.02, b=0.2, c_mV=-50.0, d=3.0)

    Raises:
        ClearpropError: an unknown name or setting, or a value that a setting cannot have.
    """
    if not isinstance(neuron, str):
        return neuron
    name, settings = read_settings(neuron)
    name = name.replace("-", "_")
    start: dict[str, Any] = {}
    of_class = getattr(NEURONS.classes.get(name), "of_class", None)
    if of_class and "class" in settings:
        start = dataclasses.asdict(of_class(settings.pop("class")))
    return with_settings(NEURONS, name, settings, start)
