"""The three maps that a convolution is, forward and back, each as one product of large matrices.

Along one axis of the image the window, standing at place p, sees with its pixel j the image's pixel s p + d j − before
(s: stride, d: dilation, before: the padding in front). Call S_j "what pixel j sees, at every place", and S_jᵀ "put back
where it was seen, zeros elsewhere". With i along the height and j along the width, the three maps, each of two arrays
and linear in both, are

    Z  = Σ_ij (S_i S_j X) W_ij            what the window sees, times the weights
    dW_ij = (S_i S_j X)ᵀ dZ               what it saw, times the error
    dX = Σ_ij S_iᵀ S_jᵀ (dZ W_ijᵀ)        the error, put back where it came from

S and the product with W may change places. The window's columns are taken before the product, and its rows after it:

    R  = [S_0 X, S_1 X, …]               P  = R [W_0, W_1, …]          Z  = Σ_i S_i P_i
    dP = [S_0ᵀ dZ, S_1ᵀ dZ, …]           dR = dP [W_0, W_1, …]ᵀ        dX = Σ_j S_jᵀ dR_j        dW = Rᵀ dP

where R has a part for each column of the window, W_i is row i of it as a matrix, and P has a part for each row. With
one channel, a window of one row, or a stride that passes rows by, rows are taken before the product as well, and P = Z.
(On a CPU, XLA's own convolution takes three times as long, and its dW twenty times.)
"""

from dataclasses import dataclass
from numbers import Integral
from typing import Any

import jax
from jaxtyping import Array

from clearprop import initializers
from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.layers.axis import Axis
from clearprop.layers.base import outer, rows
from clearprop.layers.windows import padding_of, pair


@dataclass(frozen=True)
class Convolution:
    """The three maps.  X: (n, height, width, channels), W: (kernel height, kernel width, channels / groups, filters).

    With groups, the channels and the filters are split in as many parts, and part g of the filters sees part g of the
    channels alone: so many convolutions side by side.
    """

    height: Axis
    width: Axis
    groups: int = 1

    def Z(self, X: Any, W: Any) -> Array:
        """Z = Σ_ij (S_i S_j X) W_ij"""
        return self._in_groups(self._Z, X, W)

    def dX(self, dZ: Any, W: Any) -> Array:
        """dX = Σ_ij S_iᵀ S_jᵀ (dZ W_ijᵀ)"""
        return self._in_groups(self._dX, dZ, W)

    def dW(self, X: Any, dZ: Any) -> Array:
        """dW_ij = (S_i S_j X)ᵀ dZ"""
        return self._in_groups(self._dW, X, dZ)

    def _Z(self, X: Any, W: Any) -> Array:
        whole = self._whole(X.shape[-1])
        P = self._R(X, whole) @ self._matrix(W, whole)
        return P if whole else self.height.summed(P)

    def _dX(self, dZ: Any, W: Any) -> Array:
        whole = self._whole(W.shape[2])
        # The barrier has the small matrix turned by itself: a product with a turned one runs at two thirds of its rate.
        dR = self._dP(dZ, whole) @ jax.lax.optimization_barrier(self._matrix(W, whole).T)
        return self.width.columns_back(self.height.columns_back(dR) if whole else dR)

    def _dW(self, X: Any, dZ: Any) -> Array:
        whole, channels, filters = self._whole(X.shape[-1]), X.shape[-1], dZ.shape[-1]
        matrix = outer(rows(self._R(X, whole)), rows(self._dP(dZ, whole)))
        if whole:
            return matrix.reshape(self.height.kernel, self.width.kernel, channels, filters)
        return matrix.reshape(self.width.kernel, channels, self.height.kernel, filters).transpose(2, 0, 1, 3)

    def _whole(self, channels: int) -> bool:
        """Whether rows, too, are taken before the product."""
        return channels == 1 or self.height.kernel == 1 or self.height.stride > 1

    def _R(self, X: Array, whole: bool) -> Array:
        """What the window sees: one row of it, or all."""
        R = self.width.columns(X)
        return self.height.columns(R) if whole else R

    def _dP(self, dZ: Array, whole: bool) -> Array:
        """dZ for each row of the window, or for all at once."""
        return dZ if whole else self.height.summed_back(dZ)

    def _matrix(self, W: Any, whole: bool) -> Any:
        """[W_0, W_1, …], or all rows of the window below each other."""
        kernel_height, kernel_width, channels, filters = W.shape
        if whole:
            return W.reshape(-1, filters)
        return W.transpose(1, 2, 0, 3).reshape(kernel_width * channels, kernel_height * filters)

    def _in_groups(self, product: Any, *arrays: Any) -> Array:
        """The product of each group; X, W, Z and their gradients all have the groups along their last axis."""
        if self.groups == 1:
            return product(*arrays)
        split = [a.reshape(*a.shape[:3], self.groups, a.shape[3] // self.groups) for a in arrays]
        found = jax.vmap(product, in_axes=3, out_axes=3)(*split)
        return found.reshape(*found.shape[:3], self.groups * found.shape[4])


def settle(layer: Any) -> None:
    """Bring a layer's settings to one form, pairs of (height, width), and look its initializer up.

    Raises:
        ClearpropError: a number below 1, unknown padding, an unknown initializer.
    """
    for name in ("filters", "groups"):
        count = getattr(layer, name, 1)
        if not isinstance(count, Integral) or count < 1:
            raise ClearpropError(
                _("{name} is a whole number of 1 or more, not {value!r}.").format(name=name, value=count)
            )
    for name in ("kernel_size", "stride", "dilation"):
        if hasattr(layer, name):
            object.__setattr__(layer, name, pair(getattr(layer, name), name))
    object.__setattr__(layer, "padding", padding_of(layer.padding))
    object.__setattr__(layer, "initializer", initializers.get(layer.initializer))


def channels_of_a_group(layer: Any, channels: int) -> int:
    """channels / groups

    Raises:
        ClearpropError: the channels, or the layer's filters, cannot be split into its groups.
    """
    if channels % layer.groups or layer.filters % layer.groups:
        raise ClearpropError(
            _("{layer} cannot split {channels} channels and {filters} filters into {groups} equal groups.").format(
                layer=type(layer).__name__, channels=channels, filters=layer.filters, groups=layer.groups
            )
        )
    return channels // layer.groups
