"""Spike-timing-dependent plasticity: a synapse strengthens if its spike came before the cell's, else it weakens."""

import dataclasses
import math
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np
from jax import lax

from clearprop.compilation import program
from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.neurons.parameters import check_parameters
from clearprop.neurons.precision import precision
from clearprop.traced import Numbers, join, split


@dataclasses.dataclass(frozen=True)
class PairSTDP:
    """What each pair of spikes, one before and one behind the synapse, does to its weight:

        Δw =  A₊ e^(−Δt/τ₊)   for Δt > 0,   Δt = t_post − t_pre
        Δw = −A₋ e^(Δt/τ₋)    for Δt < 0
        Δw = 0                for Δt = 0, where neither came before the other

    and w stays between its bounds. All pairs count, which two traces for each neuron bring about:

        dx/dt = −x/τ₊,  x ← x + 1 at a spike before the synapse;   w ← w + A₊ x at one behind it
        dy/dt = −y/τ₋,  y ← y + 1 at a spike behind the synapse;   w ← w − A₋ y at one before it

    It knows only what is there at the synapse, the times of two spikes, and no error.

    Args:
        a_plus: A₊, how much a pair strengthens at the most.
        a_minus: A₋, how much it weakens.
        tau_plus_ms: τ₊, within what time.
        tau_minus_ms: τ₋, likewise.
        w_min: the least weight; None: no bound.
        w_max: the greatest; None: no bound.

    Raises:
        ClearpropError: a parameter that cannot be what it is given as.

    Source: Song, Miller and Abbott (2000), Nature Neuroscience 3, 919, equation 1, with A₋/A₊ = 1.05 and both times
        20 ms as there, and A₊ twice as large; measured by Bi and Poo (1998), Journal of Neuroscience 18, 10464.

    >>> PairSTDP().change([-20.0, 0.0, 20.0]).round(5)
    array([-0.00386,  0.     ,  0.00368])
    """

    positive: ClassVar[tuple[str, ...]] = ("tau_plus_ms", "tau_minus_ms")
    not_negative: ClassVar[tuple[str, ...]] = ("a_plus", "a_minus")

    a_plus: float = 0.01
    a_minus: float = 0.0105
    tau_plus_ms: float = 20.0
    tau_minus_ms: float = 20.0
    w_min: float | None = 0.0
    w_max: float | None = None

    def __post_init__(self) -> None:
        """See that the parameters are such, and that there is room between the bounds."""
        check_parameters(self)
        if self.w_min is not None and self.w_max is not None and self.w_min >= self.w_max:
            raise ClearpropError(
                _("w_min={low:g} of PairSTDP has to lie below w_max={high:g}.").format(low=self.w_min, high=self.w_max)
            )

    def change(self, delta_t_ms: Any) -> np.ndarray:
        """Δw of pairs whose spikes lie Δt = t_post − t_pre apart."""
        apart = np.asarray(delta_t_ms, float)
        before = self.a_plus * np.exp(-np.maximum(apart, 0) / self.tau_plus_ms)
        after = -self.a_minus * np.exp(np.minimum(apart, 0) / self.tau_minus_ms)
        return np.where(apart > 0, before, np.where(apart < 0, after, 0.0))

    def run(self, pre: Any, post: Any, weights: Any, dt_ms: float, float_type: str = "float64") -> np.ndarray:
        """The weights after these spikes.

        Args:
            pre: (steps, inputs) how many spikes came before the synapses in each step.
            post: (steps, outputs) how many behind.
            weights: (inputs, outputs) at the beginning.
            dt_ms: how long a step is. Spikes of one step have Δt = 0 and do nothing to each other.
            float_type: "float64" or "float32".

        Raises:
            ClearpropError: shapes that do not fit, or a step that is not above 0.

        >>> PairSTDP().run([[1], [0]], [[0], [1]], [[0.5]], dt_ms=20.0).round(5)
        array([[0.50368]])
        """
        pre, post, weights = np.asarray(pre), np.asarray(post), np.asarray(weights, float)
        if pre.ndim != 2 or post.ndim != 2 or len(pre) != len(post) or weights.shape != (pre.shape[1], post.shape[1]):
            raise ClearpropError(
                _("pre {pre}, post {post} and weights {weights} do not fit: give (steps, inputs), (steps, outputs) and"
                  " (inputs, outputs).").format(pre=pre.shape, post=post.shape, weights=weights.shape)
            )  # fmt: skip
        if not (math.isfinite(dt_ms) and dt_ms > 0):
            raise ClearpropError(
                _("{name} cannot be {value!r}: give a number above 0.").format(name="dt_ms", value=dt_ms)
            )
        with precision(float_type):
            kind, numbers = split(self)
            return np.asarray(_learn(kind, numbers, float(dt_ms), *map(jnp.asarray, (pre, post, weights))))


@program()
def _learn(kind: PairSTDP, numbers: Numbers, dt_ms: Any, pre: Any, post: Any, weights: Any) -> Any:
    """The weights after the last step."""
    rule = join(kind, numbers)
    falls_pre, falls_post = jnp.exp(-dt_ms / rule.tau_plus_ms), jnp.exp(-dt_ms / rule.tau_minus_ms)

    def step(carry: Any, spikes: Any) -> tuple[Any, None]:
        w, x, y = carry
        before, behind = (own.astype(w.dtype) for own in spikes)
        x, y = x * falls_pre, y * falls_post
        w = w + rule.a_plus * x[:, None] * behind - rule.a_minus * before[:, None] * y
        return (jnp.clip(w, rule.w_min, rule.w_max), x + before, y + behind), None

    nothing = jnp.zeros(pre.shape[1], weights.dtype), jnp.zeros(post.shape[1], weights.dtype)
    (weights, _x, _y), _none = lax.scan(step, (weights, *nothing), (pre, post))
    return weights
