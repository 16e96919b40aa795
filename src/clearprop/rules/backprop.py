"""Back propagation: the error travels back through the weights it came forward through."""

from dataclasses import dataclass
from typing import ClassVar

from clearprop.rules.base import Needs, Rule, travelled


@dataclass(frozen=True)
class Backprop(Rule):
    """The gradient of the loss, by the chain rule: dX = dZ Wᵀ at every layer.

    Forward: Y_hat = f_L(… f_1(X)). Loss: (value, dY_hat). Back: each layer's own equations, last layer first.

    Rumelhart, Hinton & Williams 1986. What a synapse must know: the transposed weights of the layer above, and its
    error.
    """

    needs: ClassVar[Needs] = Needs(transposed_weights="yes")

    def gradients(self, network, loss, params, state, learnt, memory, X, Y, pass_):
        """∂loss/∂params"""
        Y_hat, backprop, state = network.forward(params, state, X, pass_)
        value, dY_hat = loss(Y_hat, Y, pass_.weights)
        gradients, _dX = backprop(dY_hat)
        return value, {"params": gradients, "rule": ()}, state, memory

    def feedback(self, params, learnt, memory):
        """W itself"""
        return travelled(params)
