"""Predictive coding: activities settle between prediction from below and error from above; then weights learn."""

from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.rules.base import Needs, Rule
from clearprop.rules.segments import ending_in_weights, run, see_segments, times

STEPS, RATE = 20, 0.1
"""How long activities settle, and how far they move in a step, unless it is said."""


@dataclass(frozen=True)
class PredictiveCoding(Rule):
    """Every layer k has activities v_k beside the prediction f_k(v_{k−1}) from below, and an error ε_k between them.

    The energy of a row is F = loss(f_L(v_{L−1})) + Σ_{k<L} ½ ‖ε_k‖²,  ε_k = f_k(v_{k−1}) − v_k,  v_0 = X. Activities
    begin at the forward pass, v_k = f_k(v_{k−1}), and settle by gradient descent on F, `steps` times:

        v_k ← v_k − rate ∂F/∂v_k = v_k + rate (ε_k − J_{k+1}ᵀ ε_{k+1}),  J_{k+1} = ∂f_{k+1}/∂v_k at v_k,
        ε_L = ∂loss/∂f_L(v_{L−1})

    Then the weights descend the same energy, each layer by its own error: dθ_k = ∂F/∂θ_k = (∂f_k/∂θ_k)ᵀ ε_k. Layer k is
    a segment of the network (`rules/segments.py`) that ends in its Z: f_k(v) = g(v) W + b, with g the activation before
    it. Prediction is the plain forward pass.

    With `fixed_predictions`, f_k and J_k stay as they were in the forward pass while ε settles:

        ε_k ← ε_k − rate (ε_k − J_{k+1}ᵀ ε_{k+1})

    which at rate 1 is back propagation after as many steps as there are layers. The standard form, settled, tends to it
    as the loss weighs less beside the other errors: for β · loss as β → 0. (That targets come close is not enough:
    activities give way by the same share of a small error as of a large one.)

    Whittington & Bogacz 2017; Millidge, Tschantz & Buckley 2020, "Predictive coding approximates backprop along
    arbitrary computation graphs", algorithm 1 (fixed predictions); Rosenbaum 2022, "On the relationship between
    predictive coding and backpropagation", which tells the two forms apart. Different from Whittington & Bogacz: any
    loss may stand at the output, not only squares (as in Millidge et al.), and variances are 1.

    What a synapse must know: its own layer's error, which settles in a second phase; that error goes back through the
    transposed weights.

    Args:
        fixed_predictions: whether predictions and their derivatives stay those of the forward pass.
        steps: how often the activities move; None: 20, or as often as there are layers with fixed predictions.
        rate: how far they move; None: 0.1, or 1 with fixed predictions.
    """

    fixed_predictions: bool = False
    steps: int | None = None
    rate: float | None = None

    needs: ClassVar[Needs] = Needs(transposed_weights="yes", second_phase=True)

    def __post_init__(self) -> None:
        """Fill the rate in, and see that activities can settle."""
        rate = self.rate if self.rate is not None else 1.0 if self.fixed_predictions else RATE
        if not 0 < rate <= 1:
            raise ClearpropError(_("predictive_coding: rate is above 0 and at most 1, not {}.").format(rate))
        object.__setattr__(self, "rate", rate)
        if self.steps is not None and self.steps < 1:
            raise ClearpropError(_("predictive_coding: steps is 1 or more, not {}.").format(self.steps))

    def check(self, network, loss, shapes):
        """See that there are layers in sequence"""
        see_segments("predictive_coding", network, shapes)

    def searched(self):
        """The rate; with fixed predictions 1 is exact"""
        return {} if self.fixed_predictions else {"rate": (0.01, 0.5)}

    def gradients(self, network, loss, params, state, learnt, memory, X, Y, pass_):
        """The loss of the forward pass; the gradients after the activities have settled"""
        parts = ending_in_weights(params)
        predict = lambda k, V: run(network, parts[k], params, state, V, pass_)  # noqa: E731
        first, V = [], X
        for k in range(len(parts)):
            first.append(predict(k, V))
            V = first[-1].output
        value, e = loss(V, Y, pass_.weights)
        settle = self._settle_errors if self.fixed_predictions else self._settle_activities
        ran, errors = settle(predict, first, loss, e, X, Y, pass_.weights)
        gradients = sum((one.backprop(error)[0] for one, error in zip(ran, errors, strict=True)), ())
        return value, {"params": gradients, "rule": ()}, sum((one.state for one in first), ()), memory

    def _settle_errors(self, predict, first, loss, e, X, Y, weights):
        """Fixed predictions: (the forward pass, the errors after `steps`)"""

        def step(_number, errors):
            above = [*errors, e][1:]
            return [
                ε - self.rate * (ε - one.backprop(up)[1]) for ε, one, up in zip(errors, first[1:], above, strict=True)
            ]

        errors = [jnp.zeros_like(one.output) for one in first[:-1]]
        errors = jax.lax.fori_loop(0, self.steps or len(first), step, errors)
        return first, [*errors, e]

    def _settle_activities(self, predict, first, loss, e, X, Y, weights):
        """The standard form: (the predictions from where the activities settled, their errors).

        Errors carry the weights of their rows, as the loss's do, so that gradients do; activities move without them.
        """

        def errors_at(V):
            """Each layer's prediction and weighted error, with the activities below it and its own"""
            ran = [predict(k, below) for k, below in enumerate([X, *V])]
            own = [times(weights, one.output - v) for one, v in zip(ran[:-1], V, strict=True)]
            return ran, [*own, loss(ran[-1].output, Y, weights)[1]]

        def step(_number, V):
            ran, ε = errors_at(V)
            back = [one.backprop(up)[1] for one, up in zip(ran[1:], ε[1:], strict=True)]
            return [v + rate * times(shares, own - up) for v, own, up in zip(V, ε[:-1], back, strict=True)]

        rate: Any = self.rate
        shares = jnp.where(weights > 0, 1 / jnp.where(weights > 0, weights, 1), 0)
        V = jax.lax.fori_loop(0, self.steps or STEPS, step, [one.output for one in first[:-1]])
        return errors_at(V)
