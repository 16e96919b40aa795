"""The Hodgkin–Huxley neuron: sodium rushes in, potassium out, and the two make the spike."""

import dataclasses
import math
from typing import Any

import jax.numpy as jnp

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.neurons.base import Neuron, State
from clearprop.neurons.rates import linoid, logistic

FASTEST = 1000.0
"""How much faster, or slower, than at 6.3 °C gates can be; with the paper's Q10 at 69 °C, and at −57."""


@dataclasses.dataclass(frozen=True)
class HodgkinHuxley(Neuron):
    """The squid's giant axon, as one patch of membrane:

        C dV/dt = I − g_Na m³ h (V − E_Na) − g_K n⁴ (V − E_K) − g_L (V − E_L)
        dx/dt = φ (α_x(V) (1 − x) − β_x(V) x)   for the gates x = m, h, n;   φ = Q10^((T − 6.3) / 10)

        α_m = linoid((V + 40)/10)          β_m = 4 exp(−(V + 65)/18)
        α_h = 0.07 exp(−(V + 65)/20)       β_h = 1 / (1 + exp(−(V + 35)/10))
        α_n = 0.1 linoid((V + 55)/10)      β_n = 0.125 exp(−(V + 65)/80)

    in per ms, with linoid(x) = x / (1 − e⁻ˣ), which is finite at V = −40 and −55 mV. The paper counts V from rest and
    downward; here it is as an electrode shows it, with rest at −65 mV. E_L is such that next to nothing flows at rest.

    Args:
        capacitance_uF_per_cm2: C.
        g_na_mS_per_cm2: sodium's conductance with all gates open; g_k… potassium's, g_leak… what leaks.
        g_k_mS_per_cm2: see g_na.
        g_leak_mS_per_cm2: see g_na.
        e_na_mV: sodium's reversal potential; e_k…, e_leak… likewise.
        e_k_mV: see e_na.
        e_leak_mV: see e_na.
        temperature_C: of the squid; 6.3 in the paper.
        q10: how much faster gates move at 10 °C more.

    Raises:
        ClearpropError: a parameter that cannot be what it is given as, such as a capacitance of 0; heat or cold that
            makes gates a thousand times faster or slower.

    Source: Hodgkin and Huxley (1952), Journal of Physiology 117, 500, equations 12 to 26 and table 3.

    >>> from clearprop.neurons import simulate
    >>> len(simulate(HodgkinHuxley(), 10.0, duration_ms=100).spikes_ms)
    7
    """

    positive = ("capacitance_uF_per_cm2", "q10")

    capacitance_uF_per_cm2: float = 1.0
    g_na_mS_per_cm2: float = 120.0
    g_k_mS_per_cm2: float = 36.0
    g_leak_mS_per_cm2: float = 0.3
    e_na_mV: float = 50.0
    e_k_mV: float = -77.0
    e_leak_mV: float = -54.387
    temperature_C: float = 6.3
    q10: float = 3.0

    not_negative = ("g_na_mS_per_cm2", "g_k_mS_per_cm2", "g_leak_mS_per_cm2")

    def __post_init__(self) -> None:
        """See that its gates move neither too fast to be followed nor not at all."""
        super().__post_init__()
        if abs(math.log(self.q10) * (self.temperature_C - 6.3) / 10) > math.log(FASTEST):
            raise ClearpropError(
                _(
                    "temperature_C={temperature:g} with q10={q10:g} makes the gates of HodgkinHuxley more than"
                    " {most:,.0f} times faster or slower than at 6.3 °C: give a temperature_C nearer to that."
                ).format(temperature=self.temperature_C, q10=self.q10, most=FASTEST)
            )

    @property
    def speed(self) -> Any:
        """φ = Q10^((T − 6.3)/10): how much faster than at 6.3 °C the gates move."""
        return self.q10 ** ((self.temperature_C - 6.3) / 10)

    @property
    def largest_step_ms(self) -> float:
        """What RK4 still follows: a twentieth of a ms for the gates, and for a potential with three tenths of all gates
        open, as at a spike's height, twice C over that conductance.
        """
        open_mS = 0.3 * (self.g_na_mS_per_cm2 + self.g_k_mS_per_cm2) + self.g_leak_mS_per_cm2
        return min(0.05 / self.speed, 2 * self.capacitance_uF_per_cm2 / max(open_mS, 1e-9))

    def rest(self) -> State:
        """At −65 mV, with the gates where they settle there."""
        V = -65.0
        return {"V_mV": V, **{gate: alpha / (alpha + beta) for gate, (alpha, beta) in rates(V).items()}}

    def ionic(self, state: State) -> Any:
        """The current that the channels let out, in µA/cm²."""
        V, m, h, n = (state[name] for name in ("V_mV", "m", "h", "n"))
        sodium = self.g_na_mS_per_cm2 * m**3 * h * (V - self.e_na_mV)
        potassium = self.g_k_mS_per_cm2 * n**4 * (V - self.e_k_mV)
        return sodium + potassium + self.g_leak_mS_per_cm2 * (V - self.e_leak_mV)

    def derivative(self, state: State, current: Any) -> State:
        """dV/dt and the three gates', as above."""
        found = {"V_mV": (current - self.ionic(state)) / self.capacitance_uF_per_cm2}
        for gate, (alpha, beta) in rates(state["V_mV"]).items():
            found[gate] = self.speed * (alpha * (1 - state[gate]) - beta * state[gate])
        return found


def rates(V: Any) -> dict[str, tuple[Any, Any]]:
    """(α, β) of each gate at a potential in mV, per ms, at 6.3 °C.

    >>> [round(float(rate), 4) for rate in rates(-40.0)["m"]]
    [1.0, 0.9974]
    """
    return {
        "m": (linoid((V + 40) / 10), 4 * jnp.exp(-(V + 65) / 18)),
        "h": (0.07 * jnp.exp(-(V + 65) / 20), logistic((V + 35) / 10)),
        "n": (0.1 * linoid((V + 55) / 10), 0.125 * jnp.exp(-(V + 65) / 80)),
    }
