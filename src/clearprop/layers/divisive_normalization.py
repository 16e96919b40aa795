"""Each response divided by what its neighbours respond together: a computation that the brain repeats."""

import math
from dataclasses import dataclass

import jax.numpy as jnp
from jaxtyping import Array, Float

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.layers.base import Backprop, Layer, Params, Pass, Shape, State
from clearprop.layers.pooling import AveragePool
from clearprop.layers.windows import Pair, image, pair


@dataclass(frozen=True)
class DivisiveNormalization(Layer):
    """Y_j = γ D_j / (σⁿ + mean_k |X_k|ⁿ),  D_j = |X_j|ⁿ sign X_j,  n the exponent; j and k are pixels of channels.

    X, Y: (n, height, width, channels); γ: (channels,), learnt, 1 at the start. k goes over the pool: all channels, j's
    own among them, of a window of size × size pixels around j, as much of it as lies within the image. Where all
    respond with contrast c the response is γ cⁿ / (σⁿ + cⁿ): it saturates, and σ is where half of it is reached.

    Carandini & Heeger 2012, "Normalization as a canonical neural computation", Nature Reviews Neuroscience 13: R_j = γ
    D_jⁿ / (σⁿ + Σ_k D_kⁿ), with n from 1 to 3.5 in the cells measured. Deviations: the pool's sum is a mean, so that σ
    means the same for any number of channels, the window's edge is sharp, and drives may have either sign, so that
    the layer can follow any other. γ learns as the gain of other normalisations does; n and σ are the user's.

    >>> import jax
    >>> from clearprop.layers import inference
    >>> layer = DivisiveNormalization(sigma=0.5)
    >>> params, state, shape = layer.init(jax.random.key(0), (8, 8, 4))
    >>> float(layer.forward(params, state, jnp.full((1, *shape), 0.5), inference(1))[0].mean())
    0.5
    """

    size: int | Pair = 5
    exponent: float = 2.0
    sigma: float = 1.0

    def __post_init__(self) -> None:
        """Numbers with which nothing is divided by 0."""
        object.__setattr__(self, "size", pair(self.size, "size"))
        if not 1 <= self.exponent < math.inf or not 0 < self.sigma < math.inf:
            raise ClearpropError(
                _(
                    "Divisive normalization has an exponent of 1 or more and a sigma above 0; not {exponent}, {sigma}."
                ).format(exponent=self.exponent, sigma=self.sigma)
            )

    def init(self, key: Array, shape: Shape) -> tuple[Params, State, Shape]:
        """γ = 1.

        Raises:
            ClearpropError: what comes is not an image.
        """
        return {"gamma": jnp.ones(image(shape)[-1])}, {}, shape

    def forward(
        self, params: Params, state: State, X: Float[Array, "n height width channels"], pass_: Pass
    ) -> tuple[Float[Array, "n height width channels"], Backprop, State]:
        """Y = γ D / N,  N = σⁿ + mean |X|ⁿ"""
        n = self.exponent
        energy = jnp.abs(X) ** n
        pool = AveragePool(self.size, 1, "same").forward({}, {}, energy.mean(-1, keepdims=True), pass_)
        N = self.sigma**n + pool[0]
        R = jnp.sign(X) * energy / N

        def backprop(dY, feedback=params):
            """dγ = Σ dY R,  R = D / N,  dX = n |X|ⁿ⁻¹ (γ dY / N + sign X · d|X|ⁿ),  d|X_k|ⁿ = mean_kᵀ dN,

            dN = −Σ γ dY R / N over channels, and meanᵀ sends back to each member of a pool its share, 1 / size of it.
            """
            dR = feedback["gamma"] * dY
            dN = -(dR * R / N).sum(-1, keepdims=True)
            d_energy = pool[1](dN)[1] / X.shape[-1]
            dX = n * jnp.abs(X) ** (n - 1) * (dR / N + jnp.sign(X) * d_energy)
            return {"gamma": (dY * R).sum((0, 1, 2))}, dX

        return params["gamma"] * R, backprop, state
