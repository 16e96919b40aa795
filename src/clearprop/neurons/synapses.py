"""Synapses: what a spike that arrives does to the cell behind, and for how long."""

import abc
import dataclasses
import math
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.neurons.parameters import check_parameters
from clearprop.neurons.rates import logistic

Traces = dict[str, Any]
"""A synapse's variables by name."""


class Synapse(abc.ABC):
    """All synapses of one kind onto a site: their effects add up, so that one trace stands for any number of them.

    An arriving spike of weight w adds w · `kernel(t)` to what is open, t milliseconds later. The current is then

        I = open · (E − V)   into a cell whose synapses have a reversal potential E (a conductance, per weight)
        I = open             where E is None (a current)
    """

    positive: ClassVar[tuple[str, ...]] = ("tau_ms",)
    not_negative: ClassVar[tuple[str, ...]] = ()

    reversal_mV: float | None

    def __post_init__(self) -> None:
        """See that every parameter can be what it is."""
        check_parameters(self)

    @abc.abstractmethod
    def rest(self) -> Traces:
        """The traces of a synapse at which nothing arrived."""

    @abc.abstractmethod
    def arrive(self, traces: Traces, weight: Any) -> Traces:
        """The traces when spikes of this total weight arrive."""

    @abc.abstractmethod
    def decay(self, traces: Traces, h: Any) -> Traces:
        """The traces h milliseconds later, exactly, if nothing arrives meanwhile."""

    @abc.abstractmethod
    def kernel(self, t_ms: Any) -> Any:
        """What one spike of weight 1 has opened after t ms; 0 before it."""

    def block(self, V_mV: Any) -> Any:
        """The share that lets current through at a potential; all of it, but for NMDA."""
        return 1.0

    def open(self, traces: Traces) -> Any:
        """How much is open."""
        return traces["s"]

    def current(self, traces: Traces, V_mV: Any) -> Any:
        """The current into the cell at a potential."""
        if self.reversal_mV is None:
            return self.open(traces)
        return self.open(traces) * self.block(V_mV) * (self.reversal_mV - V_mV)


@dataclasses.dataclass(frozen=True)
class Exponential(Synapse):
    """Opened at once, and closing: ds/dt = −s/τ, s ← s + w at a spike; kernel(t) = e^(−t/τ).

    Args:
        tau_ms: τ, how fast it closes; some 5 ms for AMPA, 10 for GABA_A.
        reversal_mV: E; 0 for excitation, about −75 for inhibition. None: a current.

    >>> round(float(Exponential(5.0).kernel(5.0)), 4)
    0.3679
    """

    tau_ms: float = 5.0
    reversal_mV: float | None = 0.0

    def rest(self) -> Traces:
        """s = 0."""
        return {"s": 0.0}

    def arrive(self, traces: Traces, weight: Any) -> Traces:
        """s ← s + w."""
        return {"s": traces["s"] + weight}

    def decay(self, traces: Traces, h: Any) -> Traces:
        """s e^(−h/τ)."""
        return {"s": traces["s"] * jnp.exp(-h / self.tau_ms)}

    def kernel(self, t_ms: Any) -> Any:
        """e^(−t/τ)."""
        t = np.asarray(t_ms, float)
        return np.where(t < 0, 0.0, np.exp(-np.maximum(t, 0) / self.tau_ms))


@dataclasses.dataclass(frozen=True)
class Alpha(Synapse):
    """Opening as it closes, its peak of 1 at τ: kernel(t) = (t/τ) e^(1 − t/τ).

    As equations, with x for what is still on its way: dx/dt = −x/τ, x ← x + w at a spike; ds/dt = (e x − s)/τ.

    Args:
        tau_ms: τ, when it is most open.
        reversal_mV: E, or None for a current.

    Source: Rall (1967), Journal of Neurophysiology 30, 1138.

    >>> float(Alpha(2.0).kernel(2.0))
    1.0
    """

    tau_ms: float = 2.0
    reversal_mV: float | None = 0.0

    def rest(self) -> Traces:
        """s = x = 0."""
        return {"s": 0.0, "x": 0.0}

    def arrive(self, traces: Traces, weight: Any) -> Traces:
        """x ← x + w."""
        return {**traces, "x": traces["x"] + weight}

    def decay(self, traces: Traces, h: Any) -> Traces:
        """(s + e x h/τ) e^(−h/τ), and x e^(−h/τ)."""
        left = jnp.exp(-h / self.tau_ms)
        return {"s": (traces["s"] + math.e * traces["x"] * h / self.tau_ms) * left, "x": traces["x"] * left}

    def kernel(self, t_ms: Any) -> Any:
        """(t/τ) e^(1 − t/τ)."""
        t = np.maximum(np.asarray(t_ms, float), 0) / self.tau_ms
        return t * np.exp(1 - t)


@dataclasses.dataclass(frozen=True)
class NMDA(Synapse):
    """Slow, and blocked by magnesium unless the cell behind is depolarised already:

        kernel(t) = N (e^(−t/τ_decay) − e^(−t/τ_rise)),  N so that its peak is 1
        share that lets current through: B(V) = 1 / (1 + [Mg]/3.57 · e^(−0.062 V)),  V in mV, [Mg] in mM

    Args:
        tau_rise_ms: how fast it opens.
        tau_decay_ms: how fast it closes.
        magnesium_mM: [Mg] outside the cell.
        reversal_mV: E.

    Source: Jahr and Stevens (1990), Journal of Neuroscience 10, 3178, equation 4, for the block.

    >>> [round(float(NMDA().block(V)), 3) for V in (-70.0, 0.0)]
    [0.044, 0.781]
    """

    positive = ("tau_rise_ms", "tau_decay_ms")
    not_negative = ("magnesium_mM",)

    tau_rise_ms: float = 2.0
    tau_decay_ms: float = 80.0
    magnesium_mM: float = 1.0
    reversal_mV: float | None = 0.0

    def __post_init__(self) -> None:
        """See that it opens faster than it closes."""
        super().__post_init__()
        if self.tau_rise_ms >= self.tau_decay_ms or self.reversal_mV is None:
            raise ClearpropError(
                _(
                    "NMDA cannot have tau_rise_ms={rise:g}, tau_decay_ms={decay:g}, reversal_mV={reversal}: it opens"
                    " faster than it closes, and is a conductance."
                ).format(rise=self.tau_rise_ms, decay=self.tau_decay_ms, reversal=self.reversal_mV)
            )

    def rest(self) -> Traces:
        """Both traces 0."""
        return {"rise": 0.0, "decay": 0.0}

    def arrive(self, traces: Traces, weight: Any) -> Traces:
        """Both traces + w."""
        return {name: trace + weight for name, trace in traces.items()}

    def decay(self, traces: Traces, h: Any) -> Traces:
        """Each trace falls by its own time."""
        return {
            "rise": traces["rise"] * jnp.exp(-h / self.tau_rise_ms),
            "decay": traces["decay"] * jnp.exp(-h / self.tau_decay_ms),
        }

    def open(self, traces: Traces) -> Any:
        """N (decay − rise)."""
        return self._scale(jnp) * (traces["decay"] - traces["rise"])

    def kernel(self, t_ms: Any) -> Any:
        """N (e^(−t/τ_decay) − e^(−t/τ_rise))."""
        t = np.maximum(np.asarray(t_ms, float), 0)
        return self._scale(np) * (np.exp(-t / self.tau_decay_ms) - np.exp(-t / self.tau_rise_ms))

    def block(self, V_mV: Any) -> Any:
        """B(V)."""
        # 1 / (1 + [Mg]/3.57 e^(−0.062 V)), as a logistic function, so that no potential overflows.
        return logistic(0.062 * V_mV - jnp.log(jnp.maximum(self.magnesium_mM, 1e-30) / 3.57))

    def _scale(self, np_: Any) -> Any:
        """N: one over the kernel's height at its peak, t = τr τd/(τd − τr) · ln(τd/τr)."""
        rise, decay = self.tau_rise_ms, self.tau_decay_ms
        peak = rise * decay / (decay - rise) * np_.log(decay / rise)
        return 1 / (np_.exp(-peak / decay) - np_.exp(-peak / rise))


def see_that_it_takes(synapse: Any, weights: np.ndarray) -> None:
    """See that this is a synapse, and these weights can be its.

    Raises:
        ClearpropError: it is none, or a conductance would be negative.
    """
    if not isinstance(synapse, Synapse):
        raise ClearpropError(
            _("synapse cannot be {!r}: give one of clearprop.neurons, such as Exponential().").format(synapse)
        )
    if synapse.reversal_mV is not None and weights.min() < 0:
        raise ClearpropError(
            _(
                "weights cannot be below 0 where they are conductances: to inhibit, give the synapse a reversal_mV"
                " below rest, or None for currents."
            )
        )
