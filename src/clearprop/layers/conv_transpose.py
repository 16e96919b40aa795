"""A convolution's way back, as a forward: from a small image to a larger one."""

import math
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from clearprop import initializers
from clearprop.layers.axis import axes_back
from clearprop.layers.base import Backprop, Layer, Params, Pass, Shape, State
from clearprop.layers.convolution import Convolution, channels_of_a_group, settle
from clearprop.layers.windows import Padding, Pair, pair


@dataclass(frozen=True)
class ConvTranspose(Layer):
    """A transposed convolution: each pixel of X puts a weighted copy of the window into Z, where copies add up.

    Z[y, x, f] = b_f + Σ_c Σ W[i, j, f, c] X[p, q, c] over all i, j, p, q with s p + d i − top = y, s q + d j − left = x

    X: (n, height, width, channels), W: (kernel height, kernel width, filters / groups, channels), b: (filters,), Z: (n,
    out height, out width, filters), where along each axis out = s (size − 1) + d (kernel − 1) + 1 − padding. It is the
    dX of the Conv2D with the same settings and W, which makes images of Z's size ones of X's; its way back is that
    Conv2D's forward.

    A pixel of Z hears through every s-th row and column of the window only, and W is drawn so: each of these s² smaller
    windows by the initializer, as a layer with the channels for inputs and the filters for units. b starts at 0.

    Zeiler, Krishnan, Taylor & Fergus 2010, "Deconvolutional networks"; Dumoulin & Visin 2016, chapter 4.

    Args:
        filters: how many.
        kernel_size: the window's pixels; this and the next settings are a number, or (height, width).
        stride: s, how far apart the copies of neighbouring pixels are: how many times as large Z is.
        padding: what is cut off the edges: "same" (so much that out = s · size), "valid" (nothing), pixels of all
            edges, (height, width), or ((top, bottom), (left, right)).
        dilation: d, how far apart the pixels of a copy are.
        groups: in how many parts the channels and the filters are split; a filter hears the channels of its part.
        initializer: draws W.
        bias: whether there is b.

    Raises:
        ClearpropError: a number below 1, unknown padding; in `init`: rows that are no images, channels or filters that
            do not divide by the groups, padding that leaves nothing.

    >>> import jax
    >>> params, _state, shape = ConvTranspose(8).init(jax.random.key(0), (7, 7, 16))
    >>> params["W"].shape, params["b"].shape, shape
    ((2, 2, 8, 16), (8,), (14, 14, 8))
    """

    filters: int
    kernel_size: int | Pair = 2
    stride: int | Pair = 2
    padding: Padding = "valid"
    dilation: int | Pair = 1
    groups: int = 1
    initializer: str | initializers.Initializer = "he"
    bias: bool = True

    def __post_init__(self) -> None:
        """Pairs in place of single numbers, and the initializer in place of its name."""
        settle(self)

    def init(self, key: Array, shape: Shape) -> tuple[Params, State, Shape]:
        """W drawn by the initializer, a smaller window at a time; b = 0."""
        height, width = axes_back(self, shape)
        params = {"W": self._drawn(key, (height.kernel, width.kernel), channels_of_a_group(self, shape[-1]))}
        if self.bias:
            params["b"] = jnp.zeros(self.filters)
        return params, {}, (height.size, width.size, self.filters)

    def _drawn(self, key: Array, kernel: Pair, channels: int) -> Array:
        """Rows i, i + step, i + 2 step, … of the window meet in one row of Z: step = s / gcd(s, d), columns likewise"""
        steps = [s // math.gcd(s, d) for s, d in zip(pair(self.stride), pair(self.dilation), strict=True)]
        meet = [-(-k // step) for k, step in zip(kernel, steps, strict=True)]
        fans, keys = (channels, self.filters // self.groups), jax.random.split(key, (*steps, self.groups))
        draw = jax.vmap(lambda one: self.initializer(one, (*meet, *fans)))  # pyright: ignore[reportCallIssue]
        parts = draw(keys.reshape(-1)).reshape(*steps, self.groups, *meet, *fans)
        W = parts.transpose(3, 0, 4, 1, 6, 2, 5)  # row i of the window is row i // step of its part number i % step
        W = W.reshape(meet[0] * steps[0], meet[1] * steps[1], fans[1], self.groups * channels)
        return W[: kernel[0], : kernel[1]]

    def forward(
        self, params: Params, state: State, X: Float[Array, "n height width channels"], pass_: Pass
    ) -> tuple[Float[Array, "n out_height out_width filters"], Backprop, State]:
        """Z[y, x, f] = b_f + Σ_c Σ W[i, j, f, c] X[p, q, c] where s p + d i − top = y, s q + d j − left = x"""
        maps = Convolution(*axes_back(self, X.shape[1:]), self.groups)
        Z = maps.dX(X, params["W"])
        if self.bias:
            Z = Z + params["b"]

        def backprop(dZ, feedback=params):
            """The same sums, each read for another of its factors; y and x as above:

            dW[i, j, f, c] = Σ_{n,p,q} dZ[n, y, x, f] X[n, p, q, c],  db_f = Σ_{n,y,x} dZ,
            dX[n, p, q, c] = Σ_{i,j,f} W[i, j, f, c] dZ[n, y, x, f], where W may be another array: `feedback`.
            """
            gradients = {"W": maps.dW(dZ, X)}
            if self.bias:
                gradients["b"] = dZ.sum((0, 1, 2))
            return gradients, maps.Z(dZ, feedback["W"])

        return Z, backprop, state
