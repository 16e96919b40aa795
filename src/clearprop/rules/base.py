"""What a learning rule is: how the error reaches each layer.

A rule is a frozen dataclass with three methods::

    init(network, params, shapes, key)   → (learnt, memory)
    gradients(network, loss, params, state, learnt, memory, X, Y, pass_)
                                         → (value, {"params": …, "rule": …}, state, memory)
    predict(network, params, state, learnt, X, pass_) → Y_hat

`learnt` (feedback matrices, learnt inverses) goes through the same optimizer as the weights, its gradients under
"rule"; `memory` (fixed feedback, counters) does not. Back propagation is the rule for which both are empty.
"""

import abc
from typing import Any

import jax
from jaxtyping import Array, Float

from clearprop.layers.base import Params, Pass, Shape, State, Values
from clearprop.losses import Loss
from clearprop.network import Network

Gradients = dict[str, Params]


class Rule(abc.ABC):
    """A learning rule; see the module's text for the contract."""

    def init(self, network: Network, params: Params, shapes: list[Shape], key: Array) -> tuple[Any, Any]:
        """(learnt, memory) for a network whose rows have these shapes before the first layer and after each.

        Made of JAX operations: a model file is checked by tracing it.
        """
        return (), ()

    @abc.abstractmethod
    def gradients(
        self,
        network: Network,
        loss: Loss,
        params: Params,
        state: State,
        learnt: Any,
        memory: Any,
        X: Values,
        Y: Values,
        pass_: Pass,
    ) -> tuple[Float[Array, ""], Gradients, State, Any]:
        """(the loss, {"params": …, "rule": …}, the network's new state, the rule's new memory) of one batch."""

    def predict(self, network: Network, params: Params, state: State, learnt: Any, X: Values, pass_: Pass) -> Values:
        """The network's forward, unless the rule infers differently."""
        return network.forward(params, state, X, pass_)[0]


def weights(params: Params) -> Params:
    """What an error travels back through: the same tree, with None for every leaf that is not a layer's "W"."""
    return jax.tree_util.tree_map_with_path(lambda path, leaf: leaf if _is_weight(path) else None, params)


def with_weights(params: Params, B: Params) -> Params:
    """`params` with the matrices of `B` in the place of their own: what to give a `backprop` as its `feedback`."""
    return jax.tree.map(
        lambda own, other: own if other is None else other, params, B, is_leaf=lambda leaf: leaf is None
    )


def _is_weight(path: tuple[Any, ...]) -> bool:
    return isinstance(path[-1], jax.tree_util.DictKey) and path[-1].key == "W"
