"""Every unit looks at every input: Z = X W + b."""

from dataclasses import dataclass

import jax.numpy as jnp
from jaxtyping import Array, Float

from clearprop import initializers
from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.layers.base import Backprop, Layer, Params, Pass, Shape, State, outer, rows


@dataclass(frozen=True)
class Dense(Layer):
    """A fully connected layer, Z = X W + b.

    X: (..., fan_in), W: (fan_in, units), b: (units,), Z: (..., units). Axes between the first and the last are
    positions that share W. The biases start at 0.

    >>> import jax
    >>> params, _state, shape = Dense(3).init(jax.random.key(0), (2,))
    >>> params["W"].shape, params["b"].shape, shape
    ((2, 3), (3,), (3,))
    """

    units: int
    initializer: str | initializers.Initializer = "glorot"
    bias: bool = True

    def __post_init__(self) -> None:
        """See that there are units, and look the initializer up."""
        if self.units < 1:
            raise ClearpropError(_("A Dense layer needs 1 unit or more, not {units}.").format(units=self.units))
        object.__setattr__(self, "initializer", initializers.get(self.initializer))

    def init(self, key: Array, shape: Shape) -> tuple[Params, State, Shape]:
        """W drawn by the initializer, b = 0."""
        if not shape:
            raise ClearpropError(
                _("A Dense layer needs rows of one value or more; its input has no axis but the batch's.")
            )
        params = {"W": self.initializer(key, (shape[-1], self.units))}  # pyright: ignore[reportCallIssue]
        if self.bias:
            params["b"] = jnp.zeros(self.units)
        return params, {}, (*shape[:-1], self.units)

    def forward(
        self, params: Params, state: State, X: Float[Array, "n *positions fan_in"], pass_: Pass
    ) -> tuple[Float[Array, "n *positions units"], Backprop, State]:
        """Z = X W + b"""
        Z = X @ params["W"]
        if self.bias:
            Z = Z + params["b"]

        def backprop(dZ, feedback=params):
            """dW = Xᵀ dZ,  db = Σ dZ,  dX = dZ Wᵀ, where W may be another matrix: `feedback`."""
            x, d = rows(X), rows(dZ)
            gradients = {"W": outer(x, d)}
            if self.bias:
                gradients["b"] = d.sum(0)
            return gradients, dZ @ feedback["W"].T

        return Z, backprop, state
