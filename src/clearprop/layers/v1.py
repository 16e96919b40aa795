"""The first stage of visual cortex: simple cells that look for bars and edges, and complex cells that pool them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.layers import gabor
from clearprop.layers.axis import axes
from clearprop.layers.base import Backprop, Layer, Params, Pass, Shape, State
from clearprop.layers.conv2d import Conv2D
from clearprop.layers.convolution import Convolution
from clearprop.layers.windows import image, is_whole

SPONTANEOUS = 0.07
"""The response without a stimulus, which noise needs: Dapello et al. 2020, their code's noise_level."""


@dataclass(frozen=True)
class V1(Layer):
    """A fixed bank of Gabor filters W, and two kinds of cells on it:  Q = gain · W ∗ X,

        simple   S = max(0, Q)
        complex  C = √(Q₀² + Q₁²), for a pair of filters a quarter of a cycle apart

    and Y = [S, C]; with noise, while training, Y = max(0, M + √(noise (M + 0.07)) ξ) with M = [S, C], ξ ~ N(0, 1).

    X: (n, height, width, channels) → Y: (n, ⌈height / stride⌉, ⌈width / stride⌉, simple_cells + complex_cells). Nothing
    is learnt: W, (kernel_size, kernel_size, channels, simple_cells + 2 complex_cells), is in the state, the complex
    cells' second filters last. `gabor` says what they are: drawn by init's key from the orientations, frequencies and
    sizes that were measured in the macaque. None responds to an even light, and each looks at one channel, in turn.

    Simple and complex cells: Hubel & Wiesel 1962; half-wave rectified: Movshon, Thompson & Tolhurst 1978; energy of a
    quadrature pair: Adelson & Bergen 1985. In front of a network: Dapello, Marques, Schrimpf, Geiger, Cox & DiCarlo
    2020, "Simulating a primary visual cortex at the front of CNNs improves robustness to image perturbations", which
    has 256 + 256 cells, a window of 25 pixels, stride 4, 28 pixels a degree and frequencies from 0.5 to 5.6.

    Deviations from theirs: smaller, for smaller images; channels in turn, not drawn; filters free of mean and scaled by
    their response to a grating (`gabor.pairs`), not by the bell's area; √(Q₀² + Q₁²) is not divided by √2; noise,
    which is theirs with noise=1, is off unless asked for, and only while training, so that a prediction is always the
    same.

    Args:
        simple_cells: how many.
        complex_cells: how many.
        kernel_size: the window's pixels down and across; odd.
        stride: pixels from one cell of a kind to the next.
        pixels_per_degree: of the visual field: how large the images are thought to be seen.
        frequencies_cpd: the lowest and the highest that a cell prefers, in cycles a degree.
        gain: the largest response to a grating of amplitude 1. With the default, standardized photographs (of cats)
            excite a cell by 0.65 on average, handwritten digits by 1.05.
        noise: variance of a response divided by its mean: 0 for none, 1 for a Poisson process.

    >>> from clearprop import Network
    >>> Network([V1()]).shapes((28, 28, 1))
    [(28, 28, 1), (14, 14, 64)]
    """

    simple_cells: int = 32
    complex_cells: int = 32
    kernel_size: int = 9
    stride: int = 2
    pixels_per_degree: float = 14.0
    frequencies_cpd: tuple[float, float] = (1.4, 5.6)
    gain: float = 6.5
    noise: float = 0.0

    def __post_init__(self) -> None:
        """Settings that make sense.

        Raises:
            ClearpropError: cells, pixels, frequencies or numbers that do not.
        """
        object.__setattr__(self, "frequencies_cpd", tuple(self.frequencies_cpd))
        if not all(is_whole(count, least=1) for count in (self.simple_cells, self.complex_cells, self.stride)):
            raise ClearpropError(_("V1 takes 1 or more simple cells, complex cells and pixels of stride."))
        if not is_whole(self.kernel_size, least=3) or self.kernel_size % 2 == 0:
            raise ClearpropError(
                _("V1's kernel_size is an odd number of 3 or more pixels, not {size}.").format(size=self.kernel_size)
            )
        if not (self.gain > 0 and self.noise >= 0):
            raise ClearpropError(_("V1 takes a gain above 0 and noise of 0 or more."))
        low, high = self.frequencies_cpd
        highest = min(gabor.FREQUENCY_EDGES_CPD[-1], self.pixels_per_degree / 2)
        if not gabor.FREQUENCY_EDGES_CPD[0] <= low < high <= highest:
            raise ClearpropError(
                _(
                    "V1's frequencies lie between {low:g} and {high:g} cycles a degree, the second above the first: a"
                    " higher one has never been measured, or has no room on {pixels:g} pixels a degree."
                ).format(low=gabor.FREQUENCY_EDGES_CPD[0], high=highest, pixels=self.pixels_per_degree)
            )

    def init(self, key: Array, shape: Shape) -> tuple[Params, State, Shape]:
        """Nothing to learn; the bank is drawn by the key.

        Raises:
            ClearpropError: what comes is not an image.
        """
        channels = image(shape)[-1]
        height, width = axes(self._windows, shape)
        return (
            {},
            {"W": self.bank(self.cells(key), channels)},
            (height.places, width.places, self.simple_cells + self.complex_cells),
        )

    def cells(self, key: Array) -> gabor.Cells:
        """What the cells that this key draws prefer, simple ones first."""
        return gabor.drawn(key, self.simple_cells + self.complex_cells, self.frequencies_cpd, self.pixels_per_degree)

    def bank(self, cells: gabor.Cells, channels: int) -> Float[Array, "size size channels filters"]:
        """The filters of the simple cells, of the complex cells, and the complex cells' second ones."""
        first, second = gabor.pairs(cells, self.kernel_size)
        seen = jnp.arange(len(first)) % channels
        filters = jnp.concatenate([first, second[self.simple_cells :]])
        channel = jax.nn.one_hot(jnp.concatenate([seen, seen[self.simple_cells :]]), channels, dtype=filters.dtype)
        return filters.transpose(1, 2, 0)[:, :, None] * channel.T

    @property
    def _windows(self) -> Conv2D:
        """Where the windows stand: centred on each stride-th pixel."""
        return Conv2D(1, self.kernel_size, self.stride, self.kernel_size // 2)

    def forward(
        self, params: Params, state: State, X: Float[Array, "n height width channels"], pass_: Pass
    ) -> tuple[Float[Array, "n rows columns cells"], Backprop, State]:
        """Y = [max(0, Q), √(Q₀² + Q₁²)],  Q = gain · W ∗ X"""
        windows: Any = self._windows
        W = self.gain * state["W"]
        # For windows of this size, and where no dW is asked for, XLA's convolution is the faster one.
        Q = lax.conv_general_dilated(X, W, windows.stride, windows.padding, dimension_numbers=("NHWC", "HWIO", "NHWC"))
        Q, Q0, Q1 = jnp.split(Q, [self.simple_cells, self.simple_cells + self.complex_cells], -1)
        S, C = jnp.maximum(Q, 0), jnp.sqrt(Q0**2 + Q1**2)
        Y, noise_back = self._with_noise(jnp.concatenate([S, C], -1), pass_)

        def backprop(dY, feedback=params):
            """dQ = dS where Q > 0,  dQ₀ = dC Q₀ / C,  dQ₁ = dC Q₁ / C (0 where C is),  dX = gain · Wᵀ ∗ dQ"""
            dS, dC = jnp.split(noise_back(dY), [self.simple_cells], -1)
            share = dC / jnp.where(C > 0, C, 1)
            dQ = jnp.concatenate([jnp.where(Q > 0, dS, 0), share * Q0, share * Q1], -1)
            return {}, Convolution(*axes(windows, X.shape[1:])).dX(dQ, W)

        return Y, backprop, state

    def _with_noise(self, M: Array, pass_: Pass) -> tuple[Array, Callable[[Any], Any]]:
        """Y = max(0, M + √(noise (M + 0.07)) ξ) while training with a key, Y = M otherwise."""
        if not self.noise or not pass_.training or pass_.key is None:
            return M, lambda dY: dY
        spread = jnp.sqrt(self.noise * (M + SPONTANEOUS))
        xi = jax.random.normal(pass_.key, M.shape, M.dtype)
        Y = jnp.maximum(M + spread * xi, 0)

        def back(dY):
            """dM = dY (1 + noise ξ / (2 √(noise (M + 0.07)))) where Y > 0"""
            return jnp.where(Y > 0, dY * (1 + self.noise * xi / (2 * spread)), 0)

        return Y, back
