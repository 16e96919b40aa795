"""Units left out at random while training, so that none can count on another."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.layers.base import Backprop, Layer, Params, Pass, State, Values


@dataclass(frozen=True)
class Dropout(Layer):
    """Y = X M / (1 − rate) while training, M = 0 with probability `rate`, else 1; Y = X otherwise.

    Srivastava et al. 2014, with the kept units scaled up while training ("inverted") instead of down afterwards.
    """

    rate: float

    def __post_init__(self) -> None:
        """See that something is left."""
        if not 0 <= self.rate < 1:
            raise ClearpropError(
                _("A dropout rate lies from 0 up to, but not including, 1; it is {}.").format(self.rate)
            )

    def forward(self, params: Params, state: State, X: Values, pass_: Pass) -> tuple[Values, Backprop, State]:
        """Y = X M / (1 − rate)

        Raises:
            ClearpropError: a training pass without a key.
        """
        if not pass_.training or self.rate == 0:
            return X, lambda dY, feedback=params: ({}, dY), state
        if pass_.key is None:
            raise ClearpropError(_("Dropout draws random numbers while training: give the pass a key."))
        keep = jax.random.bernoulli(pass_.key, 1 - self.rate, X.shape)

        def thin(V: Values) -> Values:
            return jnp.where(keep, V / (1 - self.rate), 0)

        def backprop(dY, feedback=params):
            """dX = dY M / (1 − rate)"""
            return {}, thin(dY)

        return thin(X), backprop, state
