"""Optimizers made of others: a chain, a clip before it, and anything of Optax's in its place."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.layers.base import Params
from clearprop.optim.base import Optimizer


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Chain:
    """One transformation after the other: the updates of each are the gradients of the next."""

    links: tuple[Any, ...]

    def init(self, params: Params) -> tuple[Any, ...]:
        """Each link's state."""
        return tuple(link.init(params) for link in self.links)

    def update(self, gradients: Params, state: tuple[Any, ...], params: Params) -> tuple[Params, tuple[Any, ...]]:
        """The last link's updates"""
        states = []
        for link, s in zip(self.links, state, strict=True):
            gradients, s = link.update(gradients, s, params)
            states.append(s)
        return gradients, tuple(states)


def chain(*links: Any) -> Chain:
    """`chain(clip_by_global_norm(1.0), adam(1e-3))`; each link is one of ours or of Optax's."""
    return Chain(tuple(as_optimizer(link) for link in links))


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Clip:
    """g ← g · min(1, limit / ‖g‖)."""

    limit: Any

    def init(self, params: Params) -> tuple[()]:
        """Nothing to remember."""
        return ()

    def update(self, gradients: Params, state: tuple[()], params: Params) -> tuple[Params, tuple[()]]:
        """The gradients, shortened together where they are longer than the limit"""
        norm = global_norm(gradients)
        factor = jnp.where(norm > self.limit, self.limit / norm, 1)
        return jax.tree.map(lambda g: g * factor.astype(g.dtype), gradients), state


def clip_by_global_norm(limit: float) -> Clip:
    """g ← g · min(1, limit / ‖g‖), ‖g‖ over all parameters together.  Pascanu, Mikolov & Bengio 2013, algorithm 1."""
    if not limit > 0:
        raise ClearpropError(_("Gradients are clipped to a norm above 0, not {}.").format(limit))
    return Clip(float(limit))


def global_norm(tree: Params) -> Any:
    """√ Σ g² over every number of a tree."""
    return jnp.sqrt(sum(jnp.vdot(leaf, leaf) for leaf in jax.tree.leaves(tree)))


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Foreign:
    """An (init, update) pair from elsewhere, such as Optax; its numbers are compiled in."""

    init_function: Callable[..., Any] = field(metadata={"static": True})
    update_function: Callable[..., Any] = field(metadata={"static": True})

    def init(self, params: Params) -> Any:
        """Its state"""
        return self.init_function(params)

    def update(self, gradients: Params, state: Any, params: Params) -> tuple[Params, Any]:
        """Its updates"""
        return self.update_function(gradients, state, params)


def as_optimizer(thing: Any) -> Any:
    """One of ours as it is; anything else that has `init` and `update` as a transformation from elsewhere.

    Raises:
        ClearpropError: it has neither.
    """
    if isinstance(thing, (Optimizer, Chain, Clip, Foreign)):
        return thing
    if not (callable(getattr(thing, "init", None)) and callable(getattr(thing, "update", None))):
        raise ClearpropError(
            _("An optimizer is an (init, update) pair, such as optim.adam(1e-3); {!r} is not.").format(thing)
        )
    return Foreign(thing.init, thing.update)
