"""How weights move: gradient descent and its kin, one a file; `base` says what an optimizer is.

>>> step = chain(clip_by_global_norm(1.0), adam(schedules.cosine(1e-3, 1000)))
"""

from collections.abc import Callable
from typing import Any

from clearprop.optim import schedules
from clearprop.optim.adam import adam, adamw
from clearprop.optim.base import Direction, Optimizer, Rate, apply, optimizer
from clearprop.optim.compose import as_optimizer, chain, clip_by_global_norm, global_norm
from clearprop.optim.gradient_descent import gradient_descent
from clearprop.optim.momentum import momentum, nesterov
from clearprop.optim.rmsprop import rmsprop
from clearprop.registry import unknown

OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    "gradient_descent": gradient_descent,
    "momentum": momentum,
    "nesterov": nesterov,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adamw,
}


def get(thing: Any) -> Any:
    """An optimizer by its name, with its default numbers; or the thing itself.

    Raises:
        ClearpropError: an unknown name, or something that is no optimizer.
    """
    if not isinstance(thing, str):
        return as_optimizer(thing)
    if thing not in OPTIMIZERS:
        raise unknown("optimizer", thing, OPTIMIZERS)
    return OPTIMIZERS[thing]()


__all__ = [
    "OPTIMIZERS",
    "Direction",
    "Optimizer",
    "Rate",
    "adam",
    "adamw",
    "apply",
    "as_optimizer",
    "chain",
    "clip_by_global_norm",
    "get",
    "global_norm",
    "gradient_descent",
    "momentum",
    "nesterov",
    "optimizer",
    "rmsprop",
    "schedules",
]
