"""A neuron of your own, without editing the package: the muscle fibre of a barnacle.

    python examples/own_neuron.py

A neuron is its parameters, where it rests, and how its variables move. Morris and Lecar's fires by calcium, which comes
in at once where the fibre is depolarised, and potassium, which goes out later:

    C dV/dt = I − g_L (V − E_L) − g_Ca m∞(V) (V − E_Ca) − g_K w (V − E_K)
    dw/dt = φ cosh((V − V₃)/2V₄) (w∞(V) − w)
    m∞ = ½ (1 + tanh((V − V₁)/V₂))      w∞ = ½ (1 + tanh((V − V₃)/V₄))

Morris & Lecar 1981, "Voltage oscillations in the barnacle giant muscle fiber", Biophysical Journal 35, 193; parameters:
Rinzel & Ermentrout 1998, "Analysis of neural excitability and oscillations".
"""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np

from clearprop import neurons


@dataclass(frozen=True)
class MorrisLecar(neurons.Neuron):
    """The equations above; conductances in mS/cm², currents in µA/cm²."""

    capacitance_uF_per_cm2: float = 20.0
    g_ca: float = 4.4
    g_k: float = 8.0
    g_leak: float = 2.0
    e_ca_mV: float = 120.0
    e_k_mV: float = -84.0
    e_leak_mV: float = -60.0
    phi_per_ms: float = 0.04

    positive = ("capacitance_uF_per_cm2", "phi_per_ms")
    typical_current = 100.0

    def rest(self):
        return {"V_mV": -60.9, "w": 0.015}

    def derivative(self, state, current):
        V, w = state["V_mV"], state["w"]
        m_inf, w_inf = (1 + jnp.tanh((V + 1.2) / 18)) / 2, (1 + jnp.tanh((V - 2) / 30)) / 2
        ionic = (
            self.g_leak * (V - self.e_leak_mV)
            + self.g_ca * m_inf * (V - self.e_ca_mV)
            + self.g_k * w * (V - self.e_k_mV)
        )
        return {
            "V_mV": (current - ionic) / self.capacitance_uF_per_cm2,
            "w": self.phi_per_ms * jnp.cosh((V - 2) / 60) * (w_inf - w),
        }


def main() -> None:
    """Twenty fibres at once, each under a current of its own: too little, enough, and so much that it jams."""
    currents = np.arange(60.0, 260.0, 10.0)
    found = neurons.simulate(MorrisLecar(), currents, duration_ms=2000)
    for current, rate in zip(currents, found.rate_hz(after_ms=1000), strict=True):
        print(f"{current:4.0f} µA/cm²   {rate:5.1f} Hz   {'*' * round(rate)}")


if __name__ == "__main__":
    main()
