"""A learnt factor for each input, so that a network can turn a column up or down as a whole."""

from dataclasses import dataclass

import jax.numpy as jnp
from jaxtyping import Array, Float

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.layers.base import Backprop, Layer, Params, Pass, Shape, State, rows


@dataclass(frozen=True)
class Scale(Layer):
    """Y = X s,  s = rate θ.  X, Y: (..., features), s and θ: (features,). θ starts at 1 / rate, so that s starts at 1.

    Adam moves every number by about the learning rate, whatever its size; so s moves `rate` times as far in a step as
    other weights do, and no optimizer has to know of it. (Under plain gradient descent it is rate² times as far.)

    The scaling layer of RealMLP, whose rate is 6; Holzmüller, Grinsztajn & Steinwart 2024, "Better by default".
    Different from theirs: the rate stands in the equation, not in the optimizer.

    >>> import jax
    >>> Scale(4.0).init(jax.random.key(0), (2,))[0]["theta"].tolist()
    [0.25, 0.25]
    """

    rate: float = 6.0

    def __post_init__(self) -> None:
        """See that s can move."""
        if not self.rate > 0:
            raise ClearpropError(_("The rate of a Scale must be above 0; it is {}.").format(self.rate))

    def init(self, key: Array, shape: Shape) -> tuple[Params, State, Shape]:
        """θ = 1 / rate"""
        return {"theta": jnp.full(shape[-1:], 1 / self.rate)}, {}, shape

    def forward(
        self, params: Params, state: State, X: Float[Array, "n *positions features"], pass_: Pass
    ) -> tuple[Float[Array, "n *positions features"], Backprop, State]:
        """Y = X s,  s = rate θ"""

        def backprop(dY, feedback=params):
            """dθ = rate Σ dY X,  dX = dY s"""
            return {"theta": self.rate * rows(dY * X).sum(0)}, dY * (self.rate * feedback["theta"])

        return X * (self.rate * params["theta"]), backprop, state
