"""Each window of an image as one number: its largest, or its mean.

A pooled image is smaller, and changes little where the picture moves by a pixel. What a complex cell does with simple
ones; LeCun et al. 1998 take means, Riesenhuber & Poggio 1999 the maximum.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Shaped

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.layers.base import Backprop, Layer, Params, Pass, Shape, State
from clearprop.layers.windows import Padding, Pair, image, out_size, padding_of, pads, pair

Images = Float[Array, "n height width channels"]
Pooled = Float[Array, "n rows columns channels"]


@dataclass(frozen=True)
class _Grid:
    """Where the windows stand: at (i, j), window (y, x) sees the pixel (y · stride + i − top, x · stride + j − left).

    The image is cut into blocks of stride × stride. As i = p · stride + a, what all windows see at (i, j) is pixel a, b
    of the blocks from p, q on: a view, without a strided slice. Where stride and size are one, p and q are always 0.
    """

    image: Pair
    size: Pair
    stride: Pair
    pads: tuple[Pair, Pair]

    @cached_property
    def count(self) -> Pair:
        """How many windows down and across."""
        return out_size(self.image, self.size, self.stride, (1, 1), self.pads)

    @cached_property
    def blocks(self) -> Pair:
        """How many blocks the windows reach, down and across."""
        down, across = (n + (k - 1) // s for n, k, s in zip(self.count, self.size, self.stride, strict=True))
        return down, across

    def views(self, X: Shaped[Array, "n height width channels"], outside: float) -> Iterator[Any]:
        """What all windows see at (0, 0), then at (0, 1), … ; `outside` is what they see beyond the image's edge."""
        n, _h, _w, c = X.shape
        (rows, columns), (down, across), (sy, sx) = self.count, self.blocks, self.stride
        V = self._edged(X, outside, 1).reshape(n, down, sy, across, sx, c)
        for i, j in product(*map(range, self.size)):
            (p, a), (q, b) = divmod(i, sy), divmod(j, sx)
            yield V[:, p : p + rows, a, q : q + columns, b]

    def spread(self, part: Callable[..., Any], *arrays: Shaped[Array, "n rows columns channels"]) -> Any:
        """The way back of `views`: the image whose pixels get `part(k, *arrays)` from the k-th place of each window.

        k is an array over the pixels of a block, −1 where the window does not reach.
        """
        n, rows, columns, c = arrays[0].shape
        (down, across), (kh, kw), (sy, sx) = self.blocks, self.size, self.stride
        P, Q = down - rows, across - columns
        if P or Q:
            around = ((0, 0), (P, P), (Q, Q), (0, 0))
            arrays = lax.optimization_barrier(tuple(jnp.pad(a, around) for a in arrays))  # fused, the loop would branch
        total: Any = 0
        for p, q in product(range(P + 1), range(Q + 1)):
            i, j = p * sy + np.arange(sy)[:, None, None], q * sx + np.arange(sx)[:, None]
            k = np.where((i < kh) & (j < kw), i * kw + j, -1).reshape(1, 1, sy, 1, sx, 1)
            theirs = (a[:, P - p : P - p + down, None, Q - q : Q - q + across, None] for a in arrays)
            total = total + part(k, *theirs)
        blocks = jnp.broadcast_to(total, (n, down, sy, across, sx, c))
        return self._edged(blocks.reshape(n, down * sy, across * sx, c), 0.0, -1)

    def _edged(self, X: Any, outside: float, sign: int) -> Any:
        """The image with its padding, up to the last whole block (what no window reaches is cut off); or, −1, back."""
        edges = [
            (sign * before, sign * (blocks * step - before - n), 0)
            for n, (before, _after), step, blocks in zip(self.image, self.pads, self.stride, self.blocks, strict=True)
        ]
        return lax.pad(X, jnp.asarray(outside, X.dtype), [(0, 0, 0), *edges, (0, 0, 0)])


@dataclass(frozen=True)
class _Pool(Layer):
    """What pooling layers share: a window's size, how far the next one is, and padding."""

    size: int | Pair = 2
    stride: int | Pair | None = None
    padding: Padding = "valid"

    def __post_init__(self) -> None:
        """Pairs of everything; a stride of None is the size."""
        size = pair(self.size, "size")
        object.__setattr__(self, "size", size)
        object.__setattr__(self, "stride", size if self.stride is None else pair(self.stride, "stride"))
        object.__setattr__(self, "padding", padding_of(self.padding))
        if any(max(side) >= k for side, k in zip(pads(self.padding, size, size, size), size, strict=True)):
            raise ClearpropError(
                _("Padding of {padding} is too much: a window of {size} could see nothing but padding.").format(
                    padding=self.padding, size=size
                )
            )

    def grid(self, shape: Shape) -> _Grid:
        """Where the windows stand on images of this shape."""
        height, width, _channels = image(shape)
        size, stride = pair(self.size), pair(self.stride)
        return _Grid((height, width), size, stride, pads(self.padding, (height, width), size, stride))

    def init(self, key: Array, shape: Shape) -> tuple[Params, State, Shape]:
        """Nothing to learn.

        Raises:
            ClearpropError: what comes is not an image, or smaller than a window.
        """
        return {}, {}, (*self.grid(shape).count, shape[-1])


@dataclass(frozen=True)
class MaxPool(_Pool):
    """Y[n, y, x, c] = max over (i, j) of X[n, y · stride + i, x · stride + j, c], (i, j) within a window of this size.

    X: (n, height, width, channels) → Y: (n, rows, columns, channels), rows = ⌊(height + padding − size) / stride⌋ + 1.
    `size` and `stride` are numbers or pairs (down, across), the stride is the size unless given; `padding` is "valid"
    (none), "same" (⌈height / stride⌉ rows), a number, (rows, columns) or ((top, bottom), (left, right)). Padding is −∞:
    it is never the largest. Of equal largest ones the first, row by row, is the one that the error goes back to.

    Riesenhuber & Poggio 1999, "Hierarchical models of object recognition in cortex".

    >>> import jax
    >>> MaxPool().init(jax.random.key(0), (28, 28, 32))[2], MaxPool(3, 2, "same").init(jax.random.key(0), (7, 7, 1))[2]
    ((14, 14, 32), (4, 4, 1))
    """

    def forward(self, params: Params, state: State, X: Images, pass_: Pass) -> tuple[Pooled, Backprop, State]:
        """Y = the largest X of each window"""
        grid = self.grid(X.shape[1:])
        number = jnp.int8 if prod(grid.size) < 128 else jnp.int32  # a byte, since it waits in memory for the way back
        first, *others = grid.views(X, -jnp.inf)
        Y, winner = first, jnp.zeros(first.shape, number)
        for k, V in enumerate(others, 1):
            Y, winner = jnp.maximum(Y, V), jnp.where(V > Y, number(k), winner)

        def backprop(dY, feedback=params):
            """dX = Σ dY over the windows in which this X is the largest"""
            return {}, grid.spread(lambda k, won, d: jnp.where(won == jnp.asarray(k, number), d, 0), winner, dY)

        return Y, backprop, state


@dataclass(frozen=True)
class AveragePool(_Pool):
    """Y[n, y, x, c] = mean over (i, j) of X[n, y · stride + i, x · stride + j, c], (i, j) within a window of this size.

    X: (n, height, width, channels) → Y: (n, rows, columns, channels). Size, stride and padding are as `MaxPool` has
    them. Padding does not count: at an edge the mean is over fewer.

    LeCun et al. 1998, "Gradient-based learning applied to document recognition", its "sub-sampling".

    >>> import jax
    >>> AveragePool((1, 2)).init(jax.random.key(0), (6, 6, 3))[2]
    (6, 3, 3)
    """

    def forward(self, params: Params, state: State, X: Images, pass_: Pass) -> tuple[Pooled, Backprop, State]:
        """Y = Σ X / count"""
        grid = self.grid(X.shape[1:])
        count = jnp.asarray(_seen(grid), X.dtype)

        def backprop(dY, feedback=params):
            """dX = Σ dY / count over the windows that see this X"""
            return {}, grid.spread(lambda k, d: jnp.where(k >= 0, d, 0), dY / count)

        return sum(grid.views(X, 0.0)) / count, backprop, state


def _seen(grid: _Grid) -> Any:
    """How many pixels of the image each window sees: (1, rows, columns, 1)."""
    starts = [
        jnp.arange(n) * step - before for n, step, (before, _) in zip(grid.count, grid.stride, grid.pads, strict=True)
    ]
    down, across = (
        jnp.minimum(start + k, n) - jnp.maximum(start, 0)
        for start, k, n in zip(starts, grid.size, grid.image, strict=True)
    )
    return (down[:, None] * across)[None, :, :, None]


@dataclass(frozen=True)
class GlobalAveragePool(Layer):
    """Y[n, c] = mean over (y, x) of X[n, y, x, c].   X: (n, height, width, channels) → Y: (n, channels).

    Lin, Chen & Yan 2014, "Network in network": one number a feature map, wherever the feature is, for any image size.

    >>> import jax
    >>> GlobalAveragePool().init(jax.random.key(0), (7, 7, 64))[2]
    (64,)
    """

    def init(self, key: Array, shape: Shape) -> tuple[Params, State, Shape]:
        """Nothing to learn.

        Raises:
            ClearpropError: what comes is not an image.
        """
        return {}, {}, (image(shape)[-1],)

    def forward(
        self, params: Params, state: State, X: Images, pass_: Pass
    ) -> tuple[Float[Array, "n channels"], Backprop, State]:
        """Y = Σ X / (height · width)"""
        pixels = X.shape[1] * X.shape[2]

        def backprop(dY, feedback=params):
            """dX = dY / (height · width) everywhere"""
            return {}, jnp.broadcast_to((dY / pixels)[:, None, None, :], X.shape)

        return X.mean((1, 2)), backprop, state
