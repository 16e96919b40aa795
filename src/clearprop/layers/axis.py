"""A window along one axis of an image: what its pixels see at every place, and the way back to the image.

What convolutions and locally connected layers are made of; `windows` says where windows stand.
"""

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.layers.base import Shape
from clearprop.layers.windows import Pair, image, out_size, pads


@dataclass(frozen=True)
class Axis:
    """The window along one axis of the image; S_j and S_jᵀ, and sums and rows of them.

    Attributes:
        number: which axis of X it is: 1 for the height, 2 for the width.
        size: the image's pixels along it.
        kernel: the window's pixels along it.
        stride: how many pixels the window moves from place to place.
        dilation: how many pixels of the image lie from one pixel of the window to its next.
        padding: how many zeros are thought to stand before the image, and after it.
    """

    number: int
    size: int
    kernel: int
    stride: int
    dilation: int
    padding: Pair

    @property
    def reach(self) -> int:
        """From the window's first pixel to its last: d (kernel − 1) + 1."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def places(self) -> int:
        """Where the window can stand: ⌊(size + padding − reach) / s⌋ + 1."""
        return (self.size + sum(self.padding) - self.reach) // self.stride + 1

    def take(self, X: Array, j: int) -> Array:
        """S_j X"""
        padded = lax.pad(X, jnp.zeros((), X.dtype), self._along(X, (*self.padding, 0)))
        start = self.dilation * j
        return lax.slice_in_dim(padded, start, start + self._moved + 1, self.stride, self.number)

    def put(self, dY: Array, j: int) -> Array:
        """S_jᵀ dY"""
        start = self.dilation * j - self.padding[0]
        edges = (start, self.size - start - self._moved - 1, self.stride - 1)
        return lax.pad(dY, jnp.zeros((), dY.dtype), self._along(dY, edges))  # an edge below 0 is cut off

    def columns(self, X: Array) -> Array:
        """[S_0 X, S_1 X, …] along the last axis."""
        return jnp.concatenate([self.take(X, j) for j in range(self.kernel)], -1)

    def columns_back(self, dR: Array) -> Array:
        """Σ_j S_jᵀ dR_j: the adjoint of `columns`."""
        return sum(self.put(part, j) for j, part in enumerate(jnp.split(dR, self.kernel, -1)))  # pyright: ignore[reportReturnType]

    def summed(self, P: Array) -> Array:
        """Σ_j S_j P_j, of parts along the last axis."""
        return sum(self.take(part, j) for j, part in enumerate(jnp.split(P, self.kernel, -1)))  # pyright: ignore[reportReturnType]

    def summed_back(self, dZ: Array) -> Array:
        """[S_0ᵀ dZ, S_1ᵀ dZ, …]: the adjoint of `summed`."""
        return jnp.concatenate([self.put(dZ, j) for j in range(self.kernel)], -1)

    @property
    def _moved(self) -> int:
        return self.stride * (self.places - 1)

    def _along(self, X: Array, edges: tuple[int, int, int]) -> list[tuple[int, int, int]]:
        return [edges if axis == self.number else (0, 0, 0) for axis in range(X.ndim)]


def axes(layer: Any, shape: Shape) -> tuple[Axis, Axis]:
    """A layer's window along the height and along the width of images of this shape.

    Raises:
        ClearpropError: these are no images, or the window does not fit into them.
    """
    size = image(shape)[:2]
    settings = (layer.kernel_size, layer.stride, getattr(layer, "dilation", (1, 1)))
    padding = pads(layer.padding, size, *settings)
    out_size(size, *settings, padding)  # refuses a window that does not fit
    height, width = (Axis(*along) for along in zip((1, 2), size, *settings, padding, strict=True))
    return height, width


def axes_back(layer: Any, shape: Shape) -> tuple[Axis, Axis]:
    """The same for a layer whose input, of this shape, has what such a window sees at each place; its output is seen.

    Raises:
        ClearpropError: the input is no images, or the padding leaves nothing of the output.
    """
    places, settings = image(shape)[:2], (layer.kernel_size, layer.stride, layer.dilation)
    full = [s * (p - 1) + d * (k - 1) + 1 for p, k, s, d in zip(places, *settings, strict=True)]
    multiple = (places[0] * layer.stride[0], places[1] * layer.stride[1])
    padding = pads(layer.padding, multiple, *settings)
    size = multiple if layer.padding == "same" else [n - sum(cut) for n, cut in zip(full, padding, strict=True)]
    if min(size) < 1:
        raise ClearpropError(_("Padding of {padding} leaves nothing of the output.").format(padding=layer.padding))
    height, width = (Axis(*along) for along in zip((1, 2), size, *settings, padding, strict=True))
    return height, width
