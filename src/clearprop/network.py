"""A network: layers in sequence. A forward pass leaves a tape that knows the way back.

>>> import jax.numpy as jnp
>>> from clearprop import layers
>>> net = Network([layers.Dense(128), layers.Activation("relu"), layers.Dense(10)])
>>> params, state, shape = net.init(jax.random.key(0), (784,))
>>> Y_hat, backprop, state = net.forward(params, state, jnp.ones((5, 784)), layers.inference(5))
>>> Y_hat.shape, count(params)
((5, 10), 101770)
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
from jaxtyping import Array

from clearprop.activations import ActivationFunction
from clearprop.layers.base import Backprop, Layer, Params, Pass, Shape, State, Values
from clearprop.layers.sequence import Sequence, saying_where
from clearprop.registry import name_of


class Stage(NamedTuple):
    """One layer's part in a forward pass: what went in, what came out, and its way back."""

    input: Values
    output: Values
    backprop: Backprop


class Row(NamedTuple):
    """One line of a network's table."""

    name: str
    output_shape: Shape
    parameters: int


@dataclass(frozen=True)
class Network(Sequence):
    """Layers in sequence: `Network([Dense(128), Activation("relu"), Dense(10)])`."""

    __init__ = Sequence.__init__

    def init(self, key: Array, shape: Shape) -> tuple[Params, State, Shape]:
        """Each layer's, each given the shape that the one before it leaves."""
        params, state, shapes = self.begin(key, shape)
        return params, state, shapes[-1]

    def begin(self, key: Array, shape: Shape) -> tuple[Params, State, list[Shape]]:
        """As `init`, with the shape of a row before the first layer and after each."""
        params, states, shapes = [], [], [tuple(shape)]
        for index, layer in enumerate(self.layers):
            with saying_where(index, layer):
                p, s, after = layer.init(jax.random.fold_in(key, index), shapes[-1])
            params.append(p)
            states.append(s)
            shapes.append(after)
        return tuple(params), tuple(states), shapes

    def stages(self, params: Params, state: State, X: Values, pass_: Pass) -> tuple[list[Stage], State]:
        """The forward pass with a stage for each layer, for rules that need more than the way back.

        A container, such as a residual block, is one stage. The last stage's output is the network's.
        """
        stages, states = [], []
        for index, layer in enumerate(self.layers):
            Y, backprop, s = layer.forward(params[index], state[index], X, pass_.of_layer(index))
            stages.append(Stage(X, Y, backprop))
            states.append(s)
            X = Y
        return stages, tuple(states)

    def shapes(self, shape: Shape) -> list[Shape]:
        """The shape of a row before the first layer and after each; nothing is allocated."""
        found: list[Shape] = []
        jax.eval_shape(lambda: found.extend(self.begin(jax.random.key(0), shape)[2]))
        return found

    def table(self, shape: Shape) -> list[Row]:
        """A row a layer: name, shape of its output, number of parameters; nothing is allocated."""
        shapes = self.shapes(shape)
        return [
            Row(describe(layer), after, count(abstract(layer, before)[0]))
            for layer, before, after in zip(self.layers, shapes, shapes[1:], strict=False)
        ]


def abstract(layer: Any, shape: Shape) -> tuple[Params, State]:
    """The parameters and state that the layer would have, as shapes and dtypes only: nothing is allocated."""
    return jax.eval_shape(lambda: layer.init(jax.random.key(0), tuple(shape))[:2])


def count(params: Params) -> int:
    """How many numbers these parameters are."""
    return sum(int(leaf.size) for leaf in jax.tree.leaves(params))


def describe(layer: Any) -> str:
    """A layer in a word or two, for tables: "dense", "activation relu"."""
    parts = (layer, getattr(layer, "function", None))
    return " ".join(name_of(type(part)) for part in parts if isinstance(part, (Layer, ActivationFunction)))
