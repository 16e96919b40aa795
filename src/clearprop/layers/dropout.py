"""Units left out at random while training, so that none can count on another."""

import math
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.layers.base import Backprop, Layer, Params, Pass, State, Values


@dataclass(frozen=True)
class Dropout(Layer):
    """Y = X M / (1 − rate) while training, M = 0 with probability `rate`, else 1; Y = X otherwise.

    Srivastava et al. 2014, with the kept units scaled up while training ("inverted") instead of down afterwards.

    With `fade`, the rate at progress t is rate · ½ (1 + cos(π max(0, 2t − 1))): the whole rate for the first half of
    the training, then down to 0 along half a cosine, so that the last steps are those of the network in use. The
    schedule "flat_cos" of RealMLP; Holzmüller, Grinsztajn & Steinwart 2024, "Better by default".
    """

    rate: float
    fade: bool = False

    def __post_init__(self) -> None:
        """See that something is left."""
        if not 0 <= self.rate < 1:
            raise ClearpropError(
                _("A dropout rate lies from 0 up to, but not including, 1; it is {}.").format(self.rate)
            )

    def forward(self, params: Params, state: State, X: Values, pass_: Pass) -> tuple[Values, Backprop, State]:
        """Y = X M / (1 − rate), with the rate at this progress

        Raises:
            ClearpropError: a training pass without a key.
        """
        if not pass_.training or self.rate == 0:
            return X, lambda dY, feedback=params: ({}, dY), state
        if pass_.key is None:
            raise ClearpropError(_("Dropout draws random numbers while training: give the pass a key."))
        kept = 1 - self._rate(pass_.progress)
        keep = jax.random.bernoulli(pass_.key, kept, X.shape)

        def thin(V: Values) -> Values:
            return jnp.where(keep, V / kept, 0)

        def backprop(dY, feedback=params):
            """dX = dY M / (1 − rate)"""
            return {}, thin(dY)

        return thin(X), backprop, state

    def _rate(self, t: Any) -> Any:
        return self.rate * (1 + jnp.cos(math.pi * jnp.maximum(0, 2 * t - 1))) / 2 if self.fade else self.rate
