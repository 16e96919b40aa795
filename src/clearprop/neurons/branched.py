"""A neuron with dendrites: an integrate-and-fire soma, and passive branches on which its inputs arrive."""

import dataclasses
from typing import Any

import jax.numpy as jnp

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.neurons.base import Neuron, State
from clearprop.neurons.integrate_and_fire import below_threshold


@dataclasses.dataclass(frozen=True)
class BranchedLIF(Neuron):
    """Compartments: the soma, which is site 0 and fires, and k branches, sites 1 to k, which do not:

        C_s dV₀/dt = g_s (E − V₀) + Σₖ g_c (Vₖ − V₀) + I₀;   at V₀ ≥ V_threshold: a spike, and V₀ ← V_reset for t_ref
        C_b dVₖ/dt = g_b (E − Vₖ) + g_c (V₀ − Vₖ) + Iₖ

    Currents are in nA: µS · mV and nF · mV/ms are nA, and nF/µS is ms. A spike resets the soma alone: in the
    branches, what is there stays. `simulate` sends `current` into the soma; what arrives on branches comes through
    `Inputs` whose weights are (inputs, 1 + k). A branch is small, so that a few synapses on it change its potential by
    tens of mV, and lift the magnesium block of their neighbours' NMDA receptors: why it matters who sits beside whom.

    Args:
        branches: k, one or more.
        soma_nF: C_s, the capacitance of the soma and of what is close to it.
        soma_leak_uS: g_s, what leaks there.
        branch_nF: C_b, of each branch.
        branch_leak_uS: g_b.
        coupling_uS: g_c, between a branch and the soma; with 0 the soma is a `LeakyIntegrateAndFire` of τ = C_s / g_s.
        v_rest_mV: E, where all of it rests.
        v_threshold_mV: where the soma fires.
        v_reset_mV: where the soma starts after a spike.
        refractory_ms: how long it stays there.

    Raises:
        ClearpropError: a parameter that cannot be what it is given as, such as a capacitance of 0, or no branch.

    Source: Rall (1964), in Reiss (ed.), Neural theory and modeling, 73, for compartments. The sizes are those of a
        layer-2/3 pyramidal cell: 0.9 µF/cm², 150 Ω·cm and 10 nS in all, as measured by Trevelyan and Jack (2002),
        Journal of Physiology 539, 623; a branch is 300 µm long and 1 µm thick, and g_c reaches to its middle. Which
        share of the cell is soma, and the threshold, are round numbers.

    >>> neuron = BranchedLIF(branches=2)
    >>> neuron.sites
    (3,)
    """

    name = "branched"
    current_unit = "nA"
    typical_current = 0.3
    positive = ("soma_nF", "soma_leak_uS", "branch_nF", "branch_leak_uS")
    not_negative = ("coupling_uS", "refractory_ms")

    branches: int = 4
    soma_nF: float = 0.17
    soma_leak_uS: float = 0.0085
    branch_nF: float = 0.0085
    branch_leak_uS: float = 0.0004
    coupling_uS: float = 0.0035
    v_rest_mV: float = -70.0
    v_threshold_mV: float = -55.0
    v_reset_mV: float = -65.0
    refractory_ms: float = 2.0

    def __post_init__(self) -> None:
        """See that it has branches, can fire, and stops when it does."""
        super().__post_init__()
        if not isinstance(self.branches, int) or isinstance(self.branches, bool) or self.branches < 1:
            raise ClearpropError(
                _("branches of BranchedLIF cannot be {!r}: give a whole number, 1 or more.").format(self.branches)
            )
        below_threshold(self)

    @property
    def sites(self) -> tuple[int, ...]:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The soma and the branches."""
        return (1 + self.branches,)

    @property
    def spike_mV(self) -> Any:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The threshold."""
        return self.v_threshold_mV

    @property
    def largest_step_ms(self) -> float:
        """A fifth of the time in which its fastest compartment leaks."""
        soma = self.soma_nF / (self.soma_leak_uS + self.branches * self.coupling_uS)
        return min(soma, self.branch_nF / (self.branch_leak_uS + self.coupling_uS)) / 5

    def rest(self) -> State:
        """All of it at its resting potential."""
        return {"V_mV": jnp.full(self.sites, self.v_rest_mV)}

    def derivative(self, state: State, current: Any) -> State:
        """dV/dt of each site, as above.   V: (…, 1 + k)"""
        V = state["V_mV"]
        from_branches = self.coupling_uS * (V[..., 1:] - V[..., :1])
        into_soma = self.soma_leak_uS * (self.v_rest_mV - V[..., :1]) + from_branches.sum(-1, keepdims=True)
        into_branches = self.branch_leak_uS * (self.v_rest_mV - V[..., 1:]) - from_branches
        into = jnp.concatenate([into_soma, into_branches], -1) + current
        return {"V_mV": into / jnp.array([self.soma_nF, *[self.branch_nF] * self.branches])}

    def reset(self, state: State) -> State:
        """V₀ ← V_reset."""
        return {"V_mV": state["V_mV"].at[..., 0].set(self.v_reset_mV)}

    def soma(self, V_mV: Any) -> Any:
        """V₀."""
        return V_mV[..., 0]
