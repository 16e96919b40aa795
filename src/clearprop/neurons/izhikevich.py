"""Izhikevich's neuron: two variables and four numbers, and most of the firing patterns of the cortex."""

import dataclasses
from typing import Any

import jax.numpy as jnp

from clearprop.i18n import _
from clearprop.neurons.base import Neuron, State
from clearprop.neurons.integrate_and_fire import below_threshold
from clearprop.registry import unknown

IZHIKEVICH_CLASSES: dict[str, tuple[float, float, float, float]] = {
    "regular_spiking": (0.02, 0.2, -65.0, 8.0),
    "intrinsically_bursting": (0.02, 0.2, -55.0, 4.0),
    "chattering": (0.02, 0.2, -50.0, 2.0),
    "fast_spiking": (0.1, 0.2, -65.0, 2.0),
    "low_threshold_spiking": (0.02, 0.25, -65.0, 2.0),
    "resonator": (0.1, 0.26, -65.0, 2.0),
    "thalamo_cortical": (0.02, 0.25, -65.0, 0.05),
}
"""(a, b, c, d) of each class of the paper, in its order of cells: cortical excitatory, cortical inhibitory, others."""

ABBREVIATIONS = {
    "rs": "regular_spiking",
    "ib": "intrinsically_bursting",
    "ch": "chattering",
    "fs": "fast_spiking",
    "lts": "low_threshold_spiking",
    "rz": "resonator",
    "tc": "thalamo_cortical",
}
"""The paper's short names."""


@dataclasses.dataclass(frozen=True)
class Izhikevich(Neuron):
    """A quadratic upstroke, and a recovery that follows it and is kicked by each spike:

        dv/dt = 0.04 v² + 5 v + 140 − u + I
        du/dt = a (b v − u)
        at v ≥ 30 mV: a spike, v ← c and u ← u + d

    with v in mV and t in ms; u and I are then in mV/ms. The paper gives them no unit: the numbers 0.04, 5 and 140 were
    fitted to a cortical neuron, and I stands for a current over a capacitance.

    Args:
        a_per_ms: a, how fast the recovery follows.
        b: how far it follows the potential; above about 0.25 it lets the neuron resonate.
        c_mV: c, where the potential starts after a spike; high (−50) makes bursts.
        d: what a spike adds to the recovery; large (8) makes the neuron tire.

    Raises:
        ClearpropError: a parameter that cannot be what it is given as.

    Source: Izhikevich (2003), IEEE Transactions on Neural Networks 14, 1569, equations 1 to 3; the classes: its figure
        2. Its program takes v in two half steps of 0.5 ms and u in one; here both go in the same small steps.

    >>> from clearprop.neurons import simulate
    >>> simulate(Izhikevich(), 10.0, duration_ms=100).spikes_ms.round(1)
    array([ 3.5, 20.6, 65.5])
    """

    current_unit = "mV/ms"
    positive = ("a_per_ms",)
    spike_mV = 30.0

    a_per_ms: float = 0.02
    b: float = 0.2
    c_mV: float = -65.0
    d: float = 8.0

    def __post_init__(self) -> None:
        """See that it stops firing when it has."""
        super().__post_init__()
        below_threshold(self, "c_mV")

    @classmethod
    def of_class(cls, name: str) -> "Izhikevich":
        """The neuron of one of the paper's classes, by its name or the paper's abbreviation of it.

        >>> Izhikevich.of_class("fast-spiking") == Izhikevich.of_class("FS") == Izhikevich(0.1, 0.2, -65.0, 2.0)
        True

        Raises:
            ClearpropError: no class has this name; the message suggests the nearest.
        """
        plain = name.strip().lower().replace("-", "_").replace(" ", "_")
        plain = ABBREVIATIONS.get(plain, plain)
        if plain not in IZHIKEVICH_CLASSES:
            raise unknown(_("class of Izhikevich neurons"), name, IZHIKEVICH_CLASSES)
        return cls(*IZHIKEVICH_CLASSES[plain])

    @property
    def largest_step_ms(self) -> float:
        """A tenth of a ms: at the spike's height the potential grows by a factor of e in a seventh of one."""
        return 0.1

    def rest(self) -> State:
        """At the lower of its two fixed points, where u = b v and 0.04 v² + (5 − b) v + 140 = 0:

            v = (b − 5 − √((5 − b)² − 22.4)) / 0.08

        It is the stable one; the upper is a saddle. For a b above 0.267 there is none, and it begins where the root is
        0, at which it moves least.
        """
        slope = 5 - self.b
        v = -(slope + jnp.sqrt(jnp.maximum(slope**2 - 22.4, 0.0))) / 0.08
        return {"V_mV": v, "u": self.b * v}

    def derivative(self, state: State, current: Any) -> State:
        """dv/dt and du/dt, as above."""
        v, u = state["V_mV"], state["u"]
        return {"V_mV": 0.04 * v**2 + 5 * v + 140 - u + current, "u": self.a_per_ms * (self.b * v - u)}

    def reset(self, state: State) -> State:
        """V ← c and u ← u + d."""
        return {"V_mV": self.c_mV + 0 * state["V_mV"], "u": state["u"] + self.d}
