"""The leaky integrate-and-fire neuron: a leaky capacitor that is emptied whenever it is full."""

import dataclasses
import math
from typing import Any

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.neurons.base import Neuron, State


@dataclasses.dataclass(frozen=True)
class LeakyIntegrateAndFire(Neuron):
    """The potential sums its input and leaks; at a threshold the neuron fires and starts anew.

        τ dV/dt = −(V − V_rest) + R I;   at V ≥ V_threshold: a spike, and V ← V_reset for t_ref

    Its rate under a constant current has a closed form, `rate_hz`. The defaults are of the size of a cat's motoneuron:
    about 1 MΩ, and some 10 nA to make it fire.

    Args:
        tau_m_ms: τ, how fast it leaks.
        resistance_MOhm: R, of the membrane; 1 nA through 1 MΩ is 1 mV.
        v_rest_mV: where it stays without input.
        v_threshold_mV: where it fires.
        v_reset_mV: where it starts after a spike.
        refractory_ms: how long it stays there.

    Source: Lapicque (1907), Journal de physiologie et de pathologie générale 9, 620; in this form Stein (1965),
        Biophysical Journal 5, 173.

    >>> LeakyIntegrateAndFire().rate_hz(12.0)  # doctest: +ELLIPSIS
    43.63...
    """

    name = "lif"
    current_unit = "nA"
    typical_current = 15.0
    positive = ("tau_m_ms", "resistance_MOhm")

    tau_m_ms: float = 10.0
    resistance_MOhm: float = 1.0
    v_rest_mV: float = -70.0
    v_threshold_mV: float = -60.0
    v_reset_mV: float = -70.0
    refractory_ms: float = 5.0

    def __post_init__(self) -> None:
        """See that it can fire, and stops when it does."""
        super().__post_init__()
        below_threshold(self)

    @property
    def spike_mV(self) -> Any:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The threshold."""
        return self.v_threshold_mV

    @property
    def largest_step_ms(self) -> float:
        """A fifth of the time in which it leaks."""
        return self.tau_m_ms / 5

    def rest(self) -> State:
        """At its resting potential."""
        return {"V_mV": self.v_rest_mV}

    def derivative(self, state: State, current: Any) -> State:
        """dV/dt = (−(V − V_rest) + R I) / τ."""
        return {"V_mV": (self.v_rest_mV - state["V_mV"] + self.resistance_MOhm * current) / self.tau_m_ms}

    def reset(self, state: State) -> State:
        """V ← V_reset."""
        return {"V_mV": self.v_reset_mV + 0 * state["V_mV"]}

    def rate_hz(self, current: float) -> float:
        """The rate under a constant current, in closed form:

            f = 1 / (t_ref + τ ln((R I + V_rest − V_reset) / (R I + V_rest − V_threshold)))

        and 0 where R I does not reach the threshold.
        """
        end = self.v_rest_mV + self.resistance_MOhm * current
        if end <= self.v_threshold_mV:
            return 0.0
        climb = self.tau_m_ms * math.log((end - self.v_reset_mV) / (end - self.v_threshold_mV))
        return 1000 / (self.refractory_ms + climb)


def below_threshold(neuron: Neuron, name: str = "v_reset_mV") -> None:
    """See that what it is reset to, a parameter of this name, lies below what makes it fire.

    Raises:
        ClearpropError: it would fire without end.
    """
    reset: float = getattr(neuron, name)
    if reset >= neuron.spike_mV:
        raise ClearpropError(
            _("{name} of {neuron} is {reset:g}, and has to lie below {spike:g} mV, where it fires.").format(
                name=name, neuron=type(neuron).__name__, reset=reset, spike=neuron.spike_mV
            )
        )
