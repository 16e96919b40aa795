"""A small window that moves over an image: where it can stand, and what it sees there."""

import numbers
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array

from clearprop import initializers
from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.layers.base import Shape

Pair = tuple[int, int]
Size = int | Pair
"""For both axes of an image, or (height, width)."""
Padding = str | int | Pair | tuple[Pair, Pair]
""""same", "valid", or pixels: for all four edges, (height, width), or ((top, bottom), (left, right))."""


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
    """The window of a layer along the height and the width of images of this shape.

    Raises:
        ClearpropError: these are no images, or the window does not fit.
    """
    see_images(layer, shape)
    dilation = getattr(layer, "dilation", (1, 1))
    found = []
    for k, size in enumerate(shape[:2]):
        reach, stride = dilation[k] * (layer.kernel_size[k] - 1) + 1, layer.stride[k]
        lacking = (-(-size // stride) - 1) * stride + reach - size  # for the window to stand at ⌈size / stride⌉ places
        padding = _edges(layer.padding, k, lacking)
        found.append(Axis(k + 1, size, layer.kernel_size[k], stride, dilation[k], padding))
    if min(axis.places for axis in found) < 1:
        raise ClearpropError(
            _("A window of {reach} pixels does not fit into an image of {size}, its padding included.").format(
                reach=_by([axis.reach for axis in found]), size=_by([axis.size + sum(axis.padding) for axis in found])
            )
        )
    return found[0], found[1]


def axes_back(layer: Any, shape: Shape) -> tuple[Axis, Axis]:
    """The same for a layer whose input is what such a window gives, and whose output is what it sees.

    Raises:
        ClearpropError: these are no images, or the padding leaves none of the output.
    """
    see_images(layer, shape)
    found = []
    for k, places in enumerate(shape[:2]):
        kernel, stride, dilation = layer.kernel_size[k], layer.stride[k], layer.dilation[k]
        reach = dilation * (kernel - 1) + 1
        padding = _edges(layer.padding, k, reach - stride)
        size = places * stride if layer.padding == "same" else (places - 1) * stride + reach - sum(padding)
        found.append(Axis(k + 1, size, kernel, stride, dilation, padding))
    if min(axis.size for axis in found) < 1:
        raise ClearpropError(_("The padding {padding} leaves nothing of the output.").format(padding=layer.padding))
    return found[0], found[1]


def _edges(padding: Any, k: int, lacking: int) -> Pair:
    """Zeros before and after axis k of the image; "same" has an odd one after it, as TensorFlow does."""
    if padding == "same":
        lacking = max(lacking, 0)
        return lacking // 2, lacking - lacking // 2
    return (0, 0) if padding == "valid" else padding[k]


def _by(pixels: list[int]) -> str:
    return " × ".join(map(str, pixels))


def settle(layer: Any) -> None:
    """Bring a layer's settings to one form, (height, width), and look its initializer up.

    Raises:
        ClearpropError: a number below 1, or padding that is none.
    """
    see_numbers(layer, "filters", (layer.filters,))
    see_numbers(layer, "groups", (getattr(layer, "groups", 1),))
    for name in ("kernel_size", "stride", "dilation"):
        if hasattr(layer, name):
            object.__setattr__(layer, name, see_numbers(layer, name, both(getattr(layer, name))))
    object.__setattr__(layer, "padding", _settled(layer.padding))
    object.__setattr__(layer, "initializer", initializers.get(layer.initializer))


def both(value: Any) -> tuple[Any, ...]:
    """(value, value) of one number, for the height and the width; a pair as it is."""
    return (value, value) if isinstance(value, numbers.Number) else tuple(value)


def see_numbers(layer: Any, name: str, values: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values of this setting, seen to be one or two whole numbers of 1 or more.

    Raises:
        ClearpropError: they are not.
    """
    if len(values) > 2 or not all(_whole(value) and value >= 1 for value in values):
        raise ClearpropError(
            _("The setting {name!r} of {layer} is made of whole numbers of 1 or more, not {value}.").format(
                name=name, layer=type(layer).__name__, value=values[0] if len(set(values)) == 1 else values
            )
        )
    return values


def _whole(value: Any) -> bool:
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def _settled(padding: Any) -> Any:
    """The padding's name, or ((top, bottom), (left, right))."""
    if padding in ("same", "valid"):
        return padding
    edges: Any = () if isinstance(padding, str) else tuple(both(edge) for edge in both(padding))
    if list(map(len, edges)) != [2, 2] or not all(_whole(p) and p >= 0 for edge in edges for p in edge):
        raise ClearpropError(
            _("The padding is 'same', 'valid', or whole numbers of pixels; not {padding!r}.").format(padding=padding)
        )
    return edges


def see_images(layer: Any, shape: Shape) -> None:
    """See that rows of this shape are images.

    Raises:
        ClearpropError: they are not.
    """
    if len(shape) != 3:
        raise ClearpropError(
            _(
                "{layer} takes images, (height, width, channels), not rows of shape {shape}. Grey images have one"
                " channel: X.reshape(n, height, width, 1)."
            ).format(layer=type(layer).__name__, shape=shape)
        )


def see_groups(layer: Any, channels: int) -> None:
    """See that channels and filters can be split into the layer's groups.

    Raises:
        ClearpropError: they cannot.
    """
    if channels % layer.groups or layer.filters % layer.groups:
        raise ClearpropError(
            _("{layer} cannot split {channels} channels and {filters} filters into {groups} equal groups.").format(
                layer=type(layer).__name__, channels=channels, filters=layer.filters, groups=layer.groups
            )
        )
