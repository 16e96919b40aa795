"""Sign symmetry: a synapse going back knows the sign of the one going forward, and not its strength."""

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.rules.base import Needs, own_key, travelled
from clearprop.rules.through_feedback import ThroughFeedback

MAGNITUDES = ("uniform", "batch_random", "fixed_random")


@dataclass(frozen=True)
class SignSymmetry(ThroughFeedback):
    """As back propagation, but dX = dZ Bᵀ with B = M ∘ sign(W), M ≥ 0.

    M is, by `magnitudes`:

    - "uniform": one number for each matrix, √(mean of D²);
    - "fixed_random": |D|, drawn once;
    - "batch_random": |D|, drawn anew for each batch;

    where D is a draw by the layer's own initializer, so that B has the scale that W begins with. With M = |W| it is
    back propagation.

    Liao, Leibo & Poggio 2016, "How important is weight symmetry in backpropagation?" (uSF, brSF and frSF); Xiao, Chen,
    Liao & Poggio 2019, for the scale of uSF. Different from Liao et al.: their batch manhattan, which keeps the sign
    alone of each gradient, is not used; D has the layer's own distribution; M is non-negative, as in biotorch, so that
    all signs agree.

    What a synapse must know: the error, and the signs of the transposed weights.
    """

    magnitudes: str = "uniform"

    needs: ClassVar[Needs] = Needs(transposed_weights="signs", backward_network=True)

    def __post_init__(self) -> None:
        """See that the magnitudes are known."""
        if self.magnitudes not in MAGNITUDES:
            raise ClearpropError(
                _("sign_symmetry: magnitudes is one of {known}, not {value!r}.").format(
                    known=", ".join(MAGNITUDES), value=self.magnitudes
                )
            )

    def init(self, network, params, shapes, key):
        """M.  It is memory: no gradient moves it."""
        return (), self._draw(network, shapes[0], key)

    def feedback(self, params, learnt, memory):
        """B = M ∘ sign(W)"""
        return jax.tree.map(lambda M, W: M * jnp.sign(W), memory, travelled(params))

    def gradients(self, network, loss, params, state, learnt, memory, X, Y, pass_):
        """As back propagation's, with B as the feedback, M drawn anew if it is to be"""
        if self.magnitudes == "batch_random" and pass_.key is not None:
            fresh = self._draw(network, X.shape[1:], own_key(pass_.key))
            memory = jax.tree.map(lambda M, old: M.astype(old.dtype), fresh, memory)
        return super().gradients(network, loss, params, state, learnt, memory, X, Y, pass_)

    def _draw(self, network, shape, key):
        D, _state, _shape = network.init(key, shape)
        if self.magnitudes == "uniform":
            return jax.tree.map(lambda D: jnp.sqrt((D * D).mean()), travelled(D))
        return jax.tree.map(jnp.abs, travelled(D))
