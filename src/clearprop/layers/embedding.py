"""A category as a point in space that is learnt."""

from dataclasses import dataclass

import jax.numpy as jnp
from jaxtyping import Array, Float, Shaped

from clearprop import initializers
from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.layers.base import Backprop, Layer, Params, Pass, Shape, State


@dataclass(frozen=True)
class Embedding(Layer):
    """Y = E[X]: row X of a learnt table.  X: (...) whole numbers, E: (categories, features), Y: (..., features).

    The numbers may come as floats, as they do in a table of mixed columns. One outside the table reads its nearest row.
    There is no way back to X: a category has no derivative, and dX = 0.
    """

    categories: int
    features: int
    initializer: str | initializers.Initializer = initializers.Normal(1.0)

    def __post_init__(self) -> None:
        """See that there is something to look up."""
        if self.categories < 1 or self.features < 1:
            raise ClearpropError(
                _("An Embedding needs 1 category and 1 feature or more, not {} and {}.").format(
                    self.categories, self.features
                )
            )
        object.__setattr__(self, "initializer", initializers.get(self.initializer))

    def init(self, key: Array, shape: Shape) -> tuple[Params, State, Shape]:
        """E drawn by the initializer."""
        E = self.initializer(key, (self.categories, self.features))  # pyright: ignore[reportCallIssue]
        return {"E": E}, {}, (*shape, self.features)

    def forward(
        self, params: Params, state: State, X: Shaped[Array, "n *positions"], pass_: Pass
    ) -> tuple[Float[Array, "n *positions features"], Backprop, State]:
        """Y = E[X]"""
        index = jnp.clip(X.astype(jnp.int32), 0, self.categories - 1)

        def backprop(dY, feedback=params):
            """dE[k] = Σ of dY where X = k,  dX = 0"""
            return {"E": jnp.zeros_like(params["E"]).at[index].add(dY)}, jnp.zeros(X.shape, dY.dtype)

        return params["E"][index], backprop, state
