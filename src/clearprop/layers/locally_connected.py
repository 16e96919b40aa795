"""Every unit looks at a small window of the image, and each has weights of its own, as neurons do."""

import math
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from clearprop import initializers
from clearprop.layers.axis import axes
from clearprop.layers.base import Backprop, Layer, Params, Pass, Shape, State
from clearprop.layers.convolution import settle
from clearprop.layers.windows import Padding, Pair


@dataclass(frozen=True)
class LocallyConnected(Layer):
    """A convolution that does not share its weights: at each place (p, q), Z[p, q] = R[p, q] W[p, q] + b[p, q].

    X: (n, height, width, channels); R[p, q]: (n, kernel height · kernel width · channels), what the window sees at that
    place, row by row, with channels last; W: (out height, out width, kernel height · kernel width · channels, filters),
    b: (out height, out width, filters), Z: (n, out height, out width, filters). Places as in Conv2D. b starts at 0.

    A filter that is the same everywhere is what no brain can have: a synapse does not know what its neighbours learn.
    Local receptive fields without shared weights are what remains (Bartunov et al. 2018, "Assessing the scalability of
    biologically-motivated deep learning algorithms and architectures"; LeCun 1989 has them beside shared ones).

    Args:
        filters: how many units look at each place.
        kernel_size: the window's pixels; this and the next setting are a number, or (height, width).
        stride: how far it is from one place to the next.
        padding: as in Conv2D.
        initializer: draws W, place by place.
        bias: whether there is b.

    Raises:
        ClearpropError: a number below 1, unknown padding; in `init`: rows that are no images, a window larger than the
            image.

    >>> import jax
    >>> params, _state, shape = LocallyConnected(4).init(jax.random.key(0), (8, 8, 3))
    >>> params["W"].shape, params["b"].shape, shape
    ((6, 6, 27, 4), (6, 6, 4), (6, 6, 4))
    """

    filters: int
    kernel_size: int | Pair = 3
    stride: int | Pair = 1
    padding: Padding = "valid"
    initializer: str | initializers.Initializer = "he"
    bias: bool = True

    def __post_init__(self) -> None:
        """Pairs in place of single numbers, and the initializer in place of its name."""
        settle(self)

    def init(self, key: Array, shape: Shape) -> tuple[Params, State, Shape]:
        """W drawn by the initializer for each place, b = 0."""
        height, width = axes(self, shape)
        places, seen = (height.places, width.places), height.kernel * width.kernel * shape[-1]
        draw = jax.vmap(lambda one: self.initializer(one, (seen, self.filters)))  # pyright: ignore[reportCallIssue]
        W = draw(jax.random.split(key, math.prod(places)))
        params = {"W": W.reshape(*places, seen, self.filters)}
        if self.bias:
            params["b"] = jnp.zeros((*places, self.filters))
        return params, {}, (*places, self.filters)

    def forward(
        self, params: Params, state: State, X: Float[Array, "n height width channels"], pass_: Pass
    ) -> tuple[Float[Array, "n out_height out_width filters"], Backprop, State]:
        """Z[p, q] = R[p, q] W[p, q] + b[p, q]"""
        height, width = axes(self, X.shape[1:])
        R = height.columns(width.columns(X))
        Z = jnp.einsum("npqx,pqxf->npqf", R, params["W"])
        if self.bias:
            Z = Z + params["b"]

        def backprop(dZ, feedback=params):
            """dW = Rᵀ dZ,  db = Σ_n dZ,  dR = dZ Wᵀ, each at its place; dX: dR put back where it was seen, added up.

            W may be another array: `feedback`.
            """
            gradients = {"W": jnp.einsum("npqx,npqf->pqxf", R, dZ)}
            if self.bias:
                gradients["b"] = dZ.sum(0)
            dR = jnp.einsum("npqf,pqxf->npqx", dZ, feedback["W"])
            return gradients, width.columns_back(height.columns_back(dR))

        return Z, backprop, state
