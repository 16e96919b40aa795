"""The adaptive exponential neuron: a leaky integrator whose spike starts by itself, and which tires."""

import dataclasses
import math
from typing import Any

import jax.numpy as jnp

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.neurons.base import Neuron, State
from clearprop.neurons.integrate_and_fire import below_threshold

STEEPEST = 20.0
"""Where the exponent is cut. From there on e²⁰ leaks pull the potential up, and it is at its peak within a millionth of
a millisecond, cut or not; not cut, the number would soon be larger than any a computer can hold."""


@dataclasses.dataclass(frozen=True)
class AdaptiveExponential(Neuron):
    """Near its threshold the sodium current grows exponentially, and each spike leaves behind a current that tires it:

        C dV/dt = −g_L (V − E_L) + g_L Δ_T exp((V − V_T)/Δ_T) − w + I
        τ_w dw/dt = a (V − E_L) − w
        at V ≥ V_peak: a spike, V ← V_reset and w ← w + b

    Currents are in pA: nS · mV and pF · mV/ms are pA. In the derivatives V stands for at most V_peak, and (V − V_T)/Δ_T
    for at most 20: what a step computes beyond the spike itself is thrown away at the reset. So steep is the spike that
    its moment is known to one time step, and not better.

    Args:
        capacitance_pF: C, of the membrane.
        g_leak_nS: g_L, what leaks.
        e_leak_mV: E_L, where it rests.
        v_threshold_mV: V_T, where the spike begins to make itself.
        slope_mV: Δ_T, how abruptly.
        tau_w_ms: τ_w, how long it stays tired.
        a_nS: how much the potential below threshold tires it.
        b_pA: how much a spike does.
        v_reset_mV: where it starts after a spike.
        v_peak_mV: where a spike ends.
        refractory_ms: how long it stays at V_reset; 0 in the paper.

    Raises:
        ClearpropError: a parameter that cannot be what it is given as, such as a capacitance of 0.

    Source: Brette and Gerstner (2005), Journal of Neurophysiology 94, 3637, and its parameters.

    >>> from clearprop.neurons import simulate
    >>> simulate(AdaptiveExponential(), 1000.0, duration_ms=100).spikes_ms.round(1)
    array([11.8, 25.4, 41.2, 59.8, 81.6])
    """

    current_unit = "pA"
    typical_current = 1000.0
    positive = ("capacitance_pF", "g_leak_nS", "slope_mV", "tau_w_ms")

    capacitance_pF: float = 281.0
    g_leak_nS: float = 30.0
    e_leak_mV: float = -70.6
    v_threshold_mV: float = -50.4
    slope_mV: float = 2.0
    tau_w_ms: float = 144.0
    a_nS: float = 4.0
    b_pA: float = 80.5
    v_reset_mV: float = -70.6
    v_peak_mV: float = 20.0
    refractory_ms: float = 0.0

    def __post_init__(self) -> None:
        """See that it can fire, and stops when it does."""
        super().__post_init__()
        below_threshold(self)

    @property
    def spike_mV(self) -> Any:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Where a spike ends."""
        return self.v_peak_mV

    @property
    def tau_m_ms(self) -> Any:
        """τ_m = C / g_L: how fast it leaks."""
        return self.capacitance_pF / self.g_leak_nS

    @property
    def largest_step_ms(self) -> float:
        """A two-hundredth of the time in which it leaks, so that a spike is not late by more."""
        return min(self.tau_m_ms, self.tau_w_ms) / 200

    def rest(self) -> State:
        """At E_L, where nothing flows but a few fA of the exponential."""
        return {"V_mV": self.e_leak_mV, "w_pA": 0.0}

    def derivative(self, state: State, current: Any) -> State:
        """dV/dt and dw/dt, as above."""
        V, w = jnp.minimum(state["V_mV"], self.v_peak_mV), state["w_pA"]
        exponent = jnp.minimum((V - self.v_threshold_mV) / self.slope_mV, STEEPEST)
        ionic = self.g_leak_nS * (self.e_leak_mV - V + self.slope_mV * jnp.exp(exponent))
        return {
            "V_mV": (ionic - w + current) / self.capacitance_pF,
            "w_pA": (self.a_nS * (V - self.e_leak_mV) - w) / self.tau_w_ms,
        }

    def reset(self, state: State) -> State:
        """V ← V_reset and w ← w + b."""
        return {"V_mV": self.v_reset_mV + 0 * state["V_mV"], "w_pA": state["w_pA"] + self.b_pA}

    @property
    def rheobase_pA(self) -> float:
        """The least constant current at which it cannot stay at rest, however slowly the current has grown.

        There the potential at rest is V = V_T + Δ_T ln(1 + r), and

            I = (g_L + a)(V − E_L) − g_L Δ_T (1 + r),   r = min(a / g_L, τ_m / τ_w)

        With a / g_L the smaller, rest disappears there (a saddle-node bifurcation: it can fire as slowly as one likes);
        with τ_m / τ_w the smaller, as with the paper's parameters, rest is still there but no longer stable (a Hopf
        bifurcation). A current that is switched on makes it fire sooner, because w comes too late.

        Raises:
            ClearpropError: an a_nS of −g_L or less, with which nothing holds it at rest.

        Source: Touboul and Brette (2008), Biological Cybernetics 99, 319; here derived from the two equations.
        """
        r = min(self.a_nS / self.g_leak_nS, self.tau_m_ms / self.tau_w_ms)
        if r <= -1:
            raise ClearpropError(
                _(
                    "a_nS={a:g} of AdaptiveExponential leaves no rest, and no rheobase: give one above {least:g}."
                ).format(a=self.a_nS, least=-self.g_leak_nS)
            )
        V = self.v_threshold_mV + self.slope_mV * math.log1p(r)
        return (self.g_leak_nS + self.a_nS) * (V - self.e_leak_mV) - self.g_leak_nS * self.slope_mV * (1 + r)
