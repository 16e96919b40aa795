"""Every unit looks at a small window of the image, and all units of a filter share their weights."""

from dataclasses import dataclass

import jax.numpy as jnp
from jaxtyping import Array, Float

from clearprop import initializers
from clearprop.layers.axis import axes
from clearprop.layers.base import Backprop, Layer, Params, Pass, Shape, State
from clearprop.layers.convolution import Convolution, channels_of_a_group, settle
from clearprop.layers.windows import Padding, Pair


@dataclass(frozen=True)
class Conv2D(Layer):
    """A convolution, Z[p, q, f] = b_f + Σ_{i,j,c} W[i, j, c, f] X[s p + d i − top, s q + d j − left, c].

    X: (n, height, width, channels), W: (kernel height, kernel width, channels / groups, filters), b: (filters,), Z: (n,
    out height, out width, filters), where along each axis out = ⌊(size + padding − d (kernel − 1) − 1) / s⌋ + 1, and X
    is 0 outside the image. (Mathematics calls this a cross-correlation: the window is not turned round.) b starts at 0.

    LeCun et al. 1989, "Backpropagation applied to handwritten zip code recognition", after Fukushima's neocognitron
    (1980), whose cells share their weights as it was thought that those of visual cortex do.

    Args:
        filters: how many.
        kernel_size: the window's pixels; this and the next settings are a number, or (height, width).
        stride: s, how far the window moves from one place to the next.
        padding: "same" (out = ⌈size / s⌉, an odd zero at the bottom and on the right), "valid" (none), pixels for all
            edges, (height, width), or ((top, bottom), (left, right)).
        dilation: d, how far apart the pixels are that a window looks at.
        groups: in how many parts the channels and the filters are split; a filter sees the channels of its part.
        initializer: draws W.
        bias: whether there is b.

    Raises:
        ClearpropError: a number below 1, unknown padding; in `init`: rows that are no images, channels or filters that
            do not divide by the groups, a window larger than the image.

    >>> import jax
    >>> params, _state, shape = Conv2D(8, 3, stride=2).init(jax.random.key(0), (28, 28, 1))
    >>> params["W"].shape, params["b"].shape, shape
    ((3, 3, 1, 8), (8,), (14, 14, 8))
    """

    filters: int
    kernel_size: int | Pair = 3
    stride: int | Pair = 1
    padding: Padding = "same"
    dilation: int | Pair = 1
    groups: int = 1
    initializer: str | initializers.Initializer = "he"
    bias: bool = True

    name = "conv2d"

    def __post_init__(self) -> None:
        """Pairs in place of single numbers, and the initializer in place of its name."""
        settle(self)

    def init(self, key: Array, shape: Shape) -> tuple[Params, State, Shape]:
        """W drawn by the initializer, b = 0."""
        height, width = axes(self, shape)
        window = (height.kernel, width.kernel, channels_of_a_group(self, shape[-1]))
        params = {"W": self.initializer(key, (*window, self.filters))}  # pyright: ignore[reportCallIssue]
        if self.bias:
            params["b"] = jnp.zeros(self.filters)
        return params, {}, (height.places, width.places, self.filters)

    def forward(
        self, params: Params, state: State, X: Float[Array, "n height width channels"], pass_: Pass
    ) -> tuple[Float[Array, "n out_height out_width filters"], Backprop, State]:
        """Z[p, q, f] = b_f + Σ_{i,j,c} W[i, j, c, f] X[s p + d i − top, s q + d j − left, c]"""
        maps = Convolution(*axes(self, X.shape[1:]), self.groups)
        Z = maps.Z(X, params["W"])
        if self.bias:
            Z = Z + params["b"]

        def backprop(dZ, feedback=params):
            """The sums of the forward, each read for another of its factors:

            dW[i, j, c, f] = Σ_{n,p,q} X[n, s p + d i − top, s q + d j − left, c] dZ[n, p, q, f],  db_f = Σ_{n,p,q} dZ,
            dX[n, y, x, c] = Σ_f Σ W[i, j, c, f] dZ[n, p, q, f] over all i, j, p, q with s p + d i − top = y and s q +
            d j − left = x; here W may be another array: `feedback`.
            """
            gradients = {"W": maps.dW(X, dZ)}
            if self.bias:
                gradients["b"] = dZ.sum((0, 1, 2))
            return gradients, maps.dX(dZ, feedback["W"])

        return Z, backprop, state
