"""The same numbers in another shape."""

import math
from dataclasses import dataclass

from jaxtyping import Array

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.layers.base import Backprop, Layer, Params, Pass, Shape, State, Values


@dataclass(frozen=True)
class Reshape(Layer):
    """Y = X with rows of another shape: (n, *before) → (n, *shape).  One axis may be −1: what is left.

    >>> import jax
    >>> Reshape((8, -1)).init(jax.random.key(0), (64,))[2]
    (8, 8)
    """

    shape: tuple[int, ...]

    def __post_init__(self) -> None:
        """At most one axis may be left open."""
        object.__setattr__(self, "shape", tuple(self.shape))
        if sum(s == -1 for s in self.shape) > 1 or any(s < 1 and s != -1 for s in self.shape):
            raise ClearpropError(
                _("A shape is whole numbers of 1 or more, one of them at most −1; not {}.").format(self.shape)
            )

    def init(self, key: Array, shape: Shape) -> tuple[Params, State, Shape]:
        """Nothing to learn.

        Raises:
            ClearpropError: the numbers do not fit the shape.
        """
        return {}, {}, self._after(shape)

    def _after(self, shape: Shape) -> Shape:
        size, known = math.prod(shape), math.prod(s for s in self.shape if s != -1)
        if size % known or (-1 not in self.shape and size != known):
            raise ClearpropError(
                _("Rows of shape {before} cannot be reshaped to {after}.").format(before=shape, after=self.shape)
            )
        return tuple(size // known if s == -1 else s for s in self.shape)

    def forward(self, params: Params, state: State, X: Values, pass_: Pass) -> tuple[Values, Backprop, State]:
        """Y = X, reshaped"""

        def backprop(dY, feedback=params):
            """dX = dY, shaped as X was"""
            return {}, dY.reshape(X.shape)

        return X.reshape(X.shape[0], *self._after(X.shape[1:])), backprop, state


@dataclass(frozen=True)
class Flatten(Layer):
    """Y = X with each row in one line: (n, ...) → (n, features)."""

    def init(self, key: Array, shape: Shape) -> tuple[Params, State, Shape]:
        """Nothing to learn."""
        return {}, {}, (math.prod(shape),)

    def forward(self, params: Params, state: State, X: Values, pass_: Pass) -> tuple[Values, Backprop, State]:
        """Y = X, in one line"""

        def backprop(dY, feedback=params):
            """dX = dY, shaped as X was"""
            return {}, dY.reshape(X.shape)

        return X.reshape(X.shape[0], math.prod(X.shape[1:])), backprop, state
