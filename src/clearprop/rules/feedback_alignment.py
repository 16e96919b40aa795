"""Feedback alignment: the error travels back through fixed random matrices."""

from dataclasses import dataclass
from typing import ClassVar

from clearprop.rules.base import Needs, travelled
from clearprop.rules.through_feedback import ThroughFeedback


@dataclass(frozen=True)
class FeedbackAlignment(ThroughFeedback):
    """As back propagation, but dX = dZ Bᵀ with B drawn once, like W, and never changed.

    dW = Xᵀ dZ and all else stay as they are; it works because W comes to align with B. Layers' other parameters (γ of a
    normalisation) carry the error back themselves. With B = W this is back propagation.

    Lillicrap, Cownden, Tweed & Akerman 2016, "Random synaptic feedback weights support error backpropagation for deep
    learning". Different from theirs: B is drawn by each layer's own initializer, so that it has W's scale.

    What a synapse must know: the error, through weights of its own.
    """

    needs: ClassVar[Needs] = Needs(backward_network=True)

    def init(self, network, params, shapes, key):
        """B: a second, independent draw of the network's weights.  It is memory: no gradient moves it."""
        B, _state, _shape = network.init(key, shapes[0])
        return (), travelled(B)

    def feedback(self, params, learnt, memory):
        """B"""
        return memory
