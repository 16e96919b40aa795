"""What the rules share whose error travels back through other matrices than the weights."""

import abc
from typing import Any

from clearprop.layers.base import Params
from clearprop.rules.base import Rule, with_weights


class ThroughFeedback(Rule):
    """As back propagation, but dX = dZ Bᵀ, where a rule says what B is.

    dW = Xᵀ dZ and all else stay as they are. Layers' other parameters (γ of a normalisation) carry the error back
    themselves. With B = W it is back propagation.
    """

    @abc.abstractmethod
    def feedback(self, params: Params, learnt: Any, memory: Any) -> Params:
        """B for every W that the error travels back through, in the tree of `params`; None elsewhere."""

    def gradients(self, network, loss, params, state, learnt, memory, X, Y, pass_):
        """As back propagation's, with B as the feedback"""
        Y_hat, backprop, state = network.forward(params, state, X, pass_)
        value, dY_hat = loss(Y_hat, Y, pass_.weights)
        gradients, _dX = backprop(dY_hat, with_weights(params, self.feedback(params, learnt, memory)))
        return value, {"params": gradients, "rule": ()}, state, memory
