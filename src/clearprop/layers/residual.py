"""A body with a way around it, so that the error reaches the layers below undiminished."""

from collections.abc import Iterable
from dataclasses import dataclass

import jax
from jaxtyping import Array

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.layers.base import Backprop, Layer, Params, Pass, Shape, State, Values
from clearprop.layers.sequence import Sequence


@dataclass(frozen=True)
class Residual(Layer):
    """Y = body(X) + X, or body(X) + shortcut(X) where the shapes differ.  He et al. 2016, equations 1 and 2.

    `body` is a layer, or a list of them. params, gradients and feedback are {"body": …, "shortcut": …}.
    """

    body: Layer
    shortcut: Layer

    def __init__(self, body: Layer | Iterable[Layer], shortcut: Layer | Iterable[Layer] = ()):
        """A list of layers becomes a sequence; an empty one passes X on."""
        object.__setattr__(self, "body", body if isinstance(body, Layer) else Sequence(body))
        object.__setattr__(self, "shortcut", shortcut if isinstance(shortcut, Layer) else Sequence(shortcut))

    def init(self, key: Array, shape: Shape) -> tuple[Params, State, Shape]:
        """The body's and the shortcut's.

        Raises:
            ClearpropError: the two end in different shapes.
        """
        keys = jax.random.split(key)
        body, body_state, after = self.body.init(keys[0], shape)
        shortcut, shortcut_state, around = self.shortcut.init(keys[1], shape)
        if after != around:
            raise ClearpropError(
                _("A residual block cannot add rows of shape {} to rows of shape {}: give it a shortcut.").format(
                    after, around
                )
            )
        return {"body": body, "shortcut": shortcut}, {"body": body_state, "shortcut": shortcut_state}, after

    def forward(self, params: Params, state: State, X: Values, pass_: Pass) -> tuple[Values, Backprop, State]:
        """Y = body(X) + shortcut(X)"""
        Y, body_back, body_state = self.body.forward(params["body"], state["body"], X, pass_.of_layer(0))
        S, shortcut_back, shortcut_state = self.shortcut.forward(
            params["shortcut"], state["shortcut"], X, pass_.of_layer(1)
        )

        def backprop(dY, feedback=params):
            """dX = the body's dX + the shortcut's"""
            body, dX = body_back(dY, feedback["body"])
            shortcut, dX_around = shortcut_back(dY, feedback["shortcut"])
            return {"body": body, "shortcut": shortcut}, dX + dX_around

        return Y + S, backprop, {"body": body_state, "shortcut": shortcut_state}
