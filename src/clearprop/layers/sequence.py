"""Layers one after the other; the way back is theirs in reverse."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import jax
from jaxtyping import Array

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.layers.base import Backprop, Layer, Params, Pass, Shape, State, Values
from clearprop.registry import name_of


@dataclass(frozen=True)
class Sequence(Layer):
    """Y = layer_L(… layer_2(layer_1(X))).  params, state, gradients and feedback are tuples, an item a layer."""

    layers: tuple[Layer, ...]

    def __init__(self, layers: Iterable[Layer]):
        """Keep the layers as a tuple, so that a network can be a key of the compiler's cache."""
        object.__setattr__(self, "layers", tuple(layers))
        wrong = next((layer for layer in self.layers if not isinstance(layer, Layer)), None)
        if wrong is not None:
            raise ClearpropError(_("A network is made of layers; {!r} is not one.").format(wrong))

    def init(self, key: Array, shape: Shape) -> tuple[Params, State, Shape]:
        """Each layer's, each given the shape that the one before it leaves."""
        params, states = [], []
        for index, layer in enumerate(self.layers):
            with saying_where(index, layer):
                p, s, shape = layer.init(jax.random.fold_in(key, index), shape)
            params.append(p)
            states.append(s)
        return tuple(params), tuple(states), shape

    def forward(self, params: Params, state: State, X: Values, pass_: Pass) -> tuple[Values, Backprop, State]:
        """X → layer 1 → … → layer L → Y"""
        backprops, states = [], []
        for index, layer in enumerate(self.layers):
            X, back, s = layer.forward(params[index], state[index], X, pass_.of_layer(index))
            backprops.append(back)
            states.append(s)

        def backprop(dY, feedback=params):
            """From dY back through layer L, …, layer 1 to dX: the chain rule."""
            gradients = []
            for back, B in zip(reversed(backprops), reversed(feedback), strict=True):
                gradient, dY = back(dY, B)
                gradients.append(gradient)
            return tuple(reversed(gradients)), dY

        return X, backprop, tuple(states)


@contextmanager
def saying_where(index: int, layer: Layer) -> Iterator[None]:
    """An error in here begins with the layer's place and name."""
    try:
        yield
    except ClearpropError as error:
        # Translators: {what} is a sentence, or several: what is wrong.
        where = _("Layer {index} ({name}): {what}").format(index=index, name=name_of(type(layer)), what=error)
        raise type(error)(where) from error
