"""What a layer is: parameters, a forward, and a forward that knows its own way back.

A layer is a frozen dataclass with two methods::

    init(key, shape)                        → (params, state, shape)      of one row: shape leaves the batch axis out
    forward(params, state, X, pass_)        → (Y, backprop, state)
    backprop(dY, feedback=params)           → (gradients, dX)

`params` learn. `state` is what changes without a gradient (running statistics) or never (a fixed filter bank). Nothing
is kept on `self`: two forwards never disturb each other, and the whole is a pure function that compiles.

`feedback` is the weights that the error travels back through. Left alone, it is back propagation; other matrices in
place of W make other learning rules (see `clearprop.rules`). **A layer that multiplies by a matrix calls it "W"**: that
is the name a rule looks for when it puts another matrix in its place.
"""

import abc
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, Shaped

Params = Any
"""A tree of arrays: a dict of them for one layer, a tuple of such for a sequence."""
State = Any
Shape = tuple[int, ...]
Values = Shaped[Array, "n *_"]
"""Rows of any shape; each use may mean another."""
Backprop = Callable[..., tuple[Params, Values]]


class Pass(NamedTuple):
    """What kind of pass through the network this is.

    Attributes:
        training: whether dropout drops and batch normalisation takes the batch's own statistics.
        key: the source of this pass's random numbers; None where nothing is drawn.
        weights: (n,) sample weights that sum to 1 over the batch, and are 0 for a padded row, so that padding can never
            reach a statistic or a gradient.
        progress: the share of the training that is done, from 0 to 1; 0 outside training.
    """

    training: bool
    key: Array | None
    weights: Float[Array, " n"]
    progress: float | Float[Array, ""] = 0.0

    def of_layer(self, index: int | Int[Array, ""]) -> "Pass":
        """The same pass with the random numbers of the layer at this index."""
        return self if self.key is None else self._replace(key=jax.random.fold_in(self.key, index))


def inference(n: int, dtype: Any = None) -> Pass:
    """The pass of a prediction: n rows of equal weight, nothing random."""
    return Pass(training=False, key=None, weights=jnp.full((n,), 1 / max(n, 1), dtype))


class Layer(abc.ABC):
    """A part of a network; see the module's text for the contract."""

    def init(self, key: Array, shape: Shape) -> tuple[Params, State, Shape]:
        """(params, state, output shape) for rows of this shape; as it stands: nothing to learn, same shape."""
        return {}, {}, shape

    @abc.abstractmethod
    def forward(self, params: Params, state: State, X: Values, pass_: Pass) -> tuple[Values, Backprop, State]:
        """(Y, backprop, new state); `backprop(dY, feedback=params)` gives (gradients, dX)."""


def rows(X: Shaped[Array, "*batch features"]) -> Shaped[Array, "rows features"]:
    """All axes but the last as one: a product with W treats every position alike."""
    return X.reshape(-1, X.shape[-1])


def outer(X: Float[Array, "rows fan_in"], dZ: Float[Array, "rows units"]) -> Float[Array, "fan_in units"]:
    """Xᵀ dZ: the sum over rows of every input times every error.

    For few units it is computed as (dZᵀ X)ᵀ. On a CPU, XLA's kernel for a product whose left side is transposed runs at
    a tenth of its usual rate when the result is narrow: 12288 × 216 × 20 in 4,060 µs against 645 (`docs/decisions/`,
    number 3). The barrier keeps the compiler from turning it back.
    """
    if dZ.shape[1] >= min(64, X.shape[1]):
        return X.T @ dZ
    return jax.lax.optimization_barrier(dZ.T @ X).T
