"""What a learning rule is: how the error reaches each layer.

A rule is a frozen dataclass with three methods::

    init(network, params, shapes, key)   → (learnt, memory)
    gradients(network, loss, params, state, learnt, memory, X, Y, pass_)
                                         → (value, {"params": …, "rule": …}, state, memory)
    predict(network, params, state, learnt, X, pass_) → Y_hat

`learnt` (feedback matrices, learnt inverses) goes through the same optimizer as the weights, its gradients under
"rule"; `memory` (fixed feedback, counters) does not. Back propagation is the rule for which both are empty.

Besides, it says what a synapse must know for it (`needs`), which networks it cannot train (`check`), and through which
matrices the error travels (`feedback`), for whoever compares rules.

A field that holds a float (a rate, a threshold) reaches the compiled program as a traced number, so that a search over
it compiles once; see `clearprop.traced`.
"""

import abc
from typing import Any, ClassVar, Literal, NamedTuple

import jax
import numpy as np
from jaxtyping import Array, Float

from clearprop.layers.base import Params, Pass, Shape, State, Values
from clearprop.losses import Loss
from clearprop.network import Network

Gradients = dict[str, Params]


class Needs(NamedTuple):
    """What a synapse must know to change as the rule says, besides its input and its own unit's activity.

    Attributes:
        transposed_weights: whether the error goes back through the weights that the signal came forward through: "no",
            their "signs" alone, or "yes" (the weight transport problem; Grossberg 1987).
        global_error: whether the output's error is handed to every layer, and not on from the layer above.
        second_phase: whether there is a phase besides one pass forward and one back, in which other activity reaches
            the synapse: relaxation, noise, or rows with wrong labels.
        backward_network: whether the error has a network of weights of its own to travel through.
        label: whether the label is part of what every layer sees.
    """

    transposed_weights: Literal["no", "signs", "yes"] = "no"
    global_error: bool = False
    second_phase: bool = False
    backward_network: bool = False
    label: bool = False


class Rule(abc.ABC):
    """A learning rule; see the module's text for the contract."""

    needs: ClassVar[Needs] = Needs()
    """What a synapse must know."""

    def check(self, network: Network, loss: Any, shapes: list[Shape]) -> None:
        """See that this network can be trained by the rule on this loss, before any training.

        Raises:
            ClearpropError: it cannot; the sentence names the rule and the layer.
        """
        return

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

    def searched(self) -> dict[str, tuple[float, float]]:
        """The rule's own rates, and where a search looks for each: field → (least, most), evenly in its logarithm."""
        return {}

    def feedback(self, params: Params, learnt: Any, memory: Any) -> Params | None:
        """The matrices that the error travels back through, where each stands in for a "W"; None where none does.

        The tree of `params`, with None for every leaf that the error does not travel through.
        """
        return None


def weights(params: Params) -> Params:
    """What an error may travel back through: the same tree, with None for every leaf that is not a layer's "W"."""
    return jax.tree_util.tree_map_with_path(lambda path, leaf: leaf if _is_weight(path) else None, params)


def travelled(params: Params, ends: tuple[int, ...] = (0,)) -> Params:
    """What an error does travel back through: `weights`, without those behind which there is nothing to learn.

    The error that arrives at a layer moves its W; only if something below learns does it go on, through W. So the first
    layer's W is left out (and with it its twin in the rules that have one), unless it stands in a residual block, or
    behind an embedding or a learnt scale.

    Args:
        params: the network's.
        ends: the places of the layers that an error goes no further back than: the first one, or for rules that hand
            the error to several layers, each of those.

    >>> W = {"W": 1.0, "b": 0.0}
    >>> travelled((W, {}, W))
    ({'W': None, 'b': None}, {}, {'W': 1.0, 'b': None})
    >>> travelled(({"theta": 1.0}, W))
    ({'theta': None}, {'W': 1.0, 'b': None})
    """
    if not isinstance(params, tuple):  # a network of one's own, which is not a sequence
        return weights(params)
    found, learns = [], False
    for place, own in enumerate(params):
        learns = learns and place not in ends
        found.append(weights(own) if learns or not is_alone(own) else jax.tree.map(lambda leaf: None, own))
        learns = learns or bool(jax.tree.leaves(own))
    return tuple(found)


def is_alone(own: Params) -> bool:
    """Whether these are the parameters of one layer with a W, and not of a block of layers.

    A matrix has two axes, a bank of filters four; with one more in front they are the copies of a `Repeat`.
    """
    return isinstance(own, dict) and "W" in own and np.ndim(own["W"]) % 2 == 0


def with_weights(params: Params, B: Params) -> Params:
    """`params` with the matrices of `B` in the place of their own: what to give a `backprop` as its `feedback`."""
    return jax.tree.map(
        lambda own, other: own if other is None else other, params, B, is_leaf=lambda leaf: leaf is None
    )


def _is_weight(path: tuple[Any, ...]) -> bool:
    return isinstance(path[-1], jax.tree_util.DictKey) and path[-1].key == "W"


OWN = 2**31 - 1
"""The place in a network that no layer has; random numbers of this place are a rule's own."""


def own_key(key: Array) -> Array:
    """A rule's own source of random numbers, beside those that `pass_.of_layer` and a network's `init` give layers."""
    return jax.random.fold_in(key, OWN)
