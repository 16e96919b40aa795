"""The weight mirror: feedback matrices that find the weights by listening to noise."""

import math
from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.rules.base import Needs, own_key, travelled
from clearprop.rules.through_feedback import ThroughFeedback


@dataclass(frozen=True)
class WeightMirror(ThroughFeedback):
    """As back propagation, but dX = dZ Bᵀ, and after each batch B is turned towards W by noise.

    In the mirror phase each layer's input is white noise S, as many rows as the batch has, and its response is R = S W:

        B ← (1 − decay) B + rate · Sᵀ R / n,   S ~ N(0, 1)

    The mean of Sᵀ R / n is W, so B tends to rate / decay · W, and with `decay` left alone (None: as large as the rate)
    to W itself. It is memory: the synapses going back change by their own two activities, not by a gradient.

    Akrout, Wilson, Humphreys, Lillicrap & Tweed 2019, "Deep learning without weight transport", equation 7. Different
    from theirs: the response is the linear one, R = S W without bias or activation (which in their code scale the same
    mean and add noise); noise is normal and of variance 1 (theirs uniform, of variance 0.1² / 12, and their rate larger
    for it); the decay takes the place of their rescaling; there is no mirroring before the first batch.

    What a synapse must know: the error, through weights of its own; a synapse going back, the two activities that its
    twin going forward sees in the mirror phase.
    """

    rate: float = 0.02
    decay: float | None = None

    needs: ClassVar[Needs] = Needs(second_phase=True, backward_network=True)

    def __post_init__(self) -> None:
        """See that B neither grows without bound by its own decay nor turns its sign."""
        for name, value in {"rate": self.rate, "decay": self.decay}.items():
            if value is not None and not (math.isfinite(value) and 0 <= value <= 1):
                raise ClearpropError(
                    _("weight_mirror: {name} is a number from 0 to 1, not {value}.").format(name=name, value=value)
                )

    def init(self, network, params, shapes, key):
        """B: a second, independent draw of the network's weights.  It is memory: noise moves it, no gradient does."""
        B, _state, _shape = network.init(key, shapes[0])
        return (), travelled(B)

    def feedback(self, params, learnt, memory):
        """B"""
        return memory

    def searched(self):
        """The rate"""
        return {"rate": (1e-3, 0.1)}

    def gradients(self, network, loss, params, state, learnt, memory, X, Y, pass_):
        """As back propagation's, with B as the feedback; then the mirror phase"""
        value, gradients, state, B = super().gradients(network, loss, params, state, learnt, memory, X, Y, pass_)
        if pass_.key is not None:
            B = self.mirror(params, B, own_key(pass_.key), len(X))
        return value, gradients, state, B

    def mirror(self, params, B, key, n):
        """B ← (1 − decay) B + rate · Sᵀ S W / n, for every W that the error travels back through"""
        decay = self.rate if self.decay is None else self.decay
        places, tree = jax.tree.flatten(B)
        found = [
            (1 - decay) * b + self.rate * _response(W, jax.random.fold_in(key, place), n)
            for place, (b, W) in enumerate(zip(places, jax.tree.leaves(travelled(params)), strict=True))
        ]
        return jax.tree.unflatten(tree, found)


def _response(W, key, n):
    """Sᵀ R / n,  R = S W.  Axes of W before the last two are layers, or places of a filter, with noise of their own."""
    S = jax.random.normal(key, (*W.shape[:-2], n, W.shape[-2]), W.dtype)
    return jnp.swapaxes(S, -1, -2) @ (S @ W) / n
