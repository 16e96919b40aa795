"""Direct feedback alignment: the output's error goes to every layer at once, through a random matrix for each."""

import math
from dataclasses import dataclass
from typing import ClassVar

import jax

from clearprop import initializers
from clearprop.rules.base import Needs, Rule, travelled, with_weights
from clearprop.rules.segments import Segment, run, see_segments, segments


@dataclass(frozen=True)
class DirectFeedbackAlignment(Rule):
    """As back propagation, but each hidden layer's error is the output's, dA_k = e B_k, with B_k drawn once.

    e = dZ_L is the error at the last layer's Z: (n, outputs); A_k: (n, units) is what hidden layer k passes on, after
    its activation; B_k: (outputs, units). From dA_k on all is as in back propagation: dZ_k through the activation,
    dW_k = Xᵀ dZ_k. Nothing waits for the layer above.

    Nøkland 2016, "Direct feedback alignment provides learning in deep neural networks". Different from it: B_k is drawn
    by Glorot's initializer (normal, variance 2 / (outputs + units)). A residual block is handed its output's error as
    one layer is; inside it, as in feedback alignment, the error goes back through fixed random matrices (Launay et al.
    2020 hand errors to whole blocks, too, with back propagation inside).

    What a synapse must know: the output's error, through weights of its own.
    """

    needs: ClassVar[Needs] = Needs(global_error=True, backward_network=True)

    def check(self, network, loss, shapes):
        """See that there are layers in sequence"""
        see_segments("direct_feedback_alignment", network, shapes)

    def init(self, network, params, shapes, key):
        """{"direct": a B_k for each layer but the last, "inside": what blocks have within}.  Both are memory."""
        parts = segments(params)
        outputs = math.prod(shapes[-1])
        draw = initializers.get("glorot")
        direct = tuple(
            draw(jax.random.fold_in(key, number), (outputs, math.prod(shapes[part.end])))
            for number, part in enumerate(parts[:-1])
        )
        B, _state, _shape = network.init(jax.random.fold_in(key, len(parts)), shapes[0])
        return (), {"direct": direct, "inside": _inside(B, parts)}

    def gradients(self, network, loss, params, state, learnt, memory, X, Y, pass_):
        """Forward through all layers; then each with its own error"""
        parts, ran = segments(params), []
        for part in parts:
            ran.append(run(network, part, params, state, X, pass_))
            X = ran[-1].output
        value, dA = loss(X, Y, pass_.weights)
        feedback = with_weights(params, memory["inside"])
        gradients, _dX, e = ran[-1].backprop(dA, parts[-1].of(feedback))
        e = e.reshape(len(e), -1)
        for part, one, B in zip(reversed(parts[:-1]), reversed(ran[:-1]), reversed(memory["direct"]), strict=True):
            before, _dX, _dZ = one.backprop((e @ B).reshape(one.output.shape), part.of(feedback))
            gradients = before + gradients
        return value, {"params": gradients, "rule": ()}, sum((one.state for one in ran), ()), memory


def _inside(B, parts: list[Segment]):
    """What an error travels back through within a segment: for a plain layer, nothing."""
    return travelled(B, tuple(part.first for part in parts))
