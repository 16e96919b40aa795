"""Kolen–Pollack: feedback matrices that learn by the same changes as the weights, and so come to equal them."""

from dataclasses import dataclass
from typing import ClassVar

from clearprop.rules.base import Needs, travelled
from clearprop.rules.through_feedback import ThroughFeedback


@dataclass(frozen=True)
class KolenPollack(ThroughFeedback):
    """As back propagation, but dX = dZ Bᵀ, and B learns beside W: dB = dW.

    B is stored with W's shape and goes through the same optimizer, so both move alike. With a *decoupled* decay their
    difference shrinks whatever the data: W − B at step t is (1 − λ)ᵗ (W₀ − B₀), λ = learning rate × weight decay.
    Without one the difference stays as it was drawn, and what W and B have in common grows beside it. Decay that is
    added to the gradient of Adam and its like ("L2") breaks the law.

    Kolen & Pollack 1994, "Backpropagation without weight transport"; Akrout, Wilson, Humphreys, Lillicrap & Tweed 2019,
    "Deep learning without weight transport", equations 16 and 17. Different from theirs: any optimizer will do, not
    gradient descent alone. Their published runs on MNIST have no decay.

    What a synapse must know: the error, through weights of its own; a synapse going back, the two activities that its
    twin going forward sees.
    """

    needs: ClassVar[Needs] = Needs(backward_network=True)

    def init(self, network, params, shapes, key):
        """B: a second, independent draw of the network's weights.  It is learnt."""
        B, _state, _shape = network.init(key, shapes[0])
        return travelled(B), ()

    def feedback(self, params, learnt, memory):
        """B"""
        return learnt

    def gradients(self, network, loss, params, state, learnt, memory, X, Y, pass_):
        """As back propagation's, with B as the feedback; dB = dW"""
        value, gradients, state, memory = super().gradients(network, loss, params, state, learnt, memory, X, Y, pass_)
        return value, {**gradients, "rule": travelled(gradients["params"])}, state, memory
