"""An ensemble: members that see the same batches and differ in their initial weights and random numbers.

Its arrays are a member's with one more axis in front. A single network is no ensemble of one: it has no such axis, and
its program none of what is here.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from clearprop import activations
from clearprop.layers.base import Shape


def each(members: int, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function of every member: its arguments and its result have the members as their first axis.

    The members are computed side by side, as one product of (members, n, units). What the function closes over, such as
    the rows of a batch, they share.

    >>> import jax.numpy as jnp
    >>> each(2, lambda w: w @ jnp.ones(3))(jnp.array([[1.0, 1, 1], [0, 0, 2]]))
    Array([3., 2.], dtype=float32)
    """
    return function if members == 1 else jax.vmap(function, axis_size=members)


def keys(members: int, key: Any) -> Any:
    """The random numbers of every member: the first few of a large ensemble are those of a small one."""
    return key if members == 1 else jax.random.split(key, members)


def average(members: int, loss: Any, Y_hat: Any) -> Any:
    """The output whose prediction is the mean of the members' predictions."""
    return Y_hat if members == 1 else output(loss).average(Y_hat)


def output(loss: Any) -> activations.ActivationFunction:
    """The activation that the loss is fused with: it makes a prediction of the network's output."""
    return activations.get(getattr(loss, "output", "identity"))


def one_of(tree: Any, index: int) -> Any:
    """One member's arrays."""
    return jax.tree.map(lambda leaf: leaf[index], tree)


def check(members: int, loss: Any, output_shape: Shape) -> None:
    """See that the predictions of an ensemble can be averaged, before it is trained.

    Raises:
        ClearpropError: the loss is fused with an activation that cannot.
    """
    jax.eval_shape(partial(average, members, loss), jax.ShapeDtypeStruct((members, 1, *output_shape), jnp.float32))
