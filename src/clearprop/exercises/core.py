"""What is right: clearprop's own layers, activations, losses and optimizers in 64-bit numbers, NumPy in and out.

The exercises follow the course: a loss is the mean over n samples, dZ and dA are those of each sample's own loss, and
the mean's 1/n comes with dW and db. (In the core it comes with the loss, so that dW = Xᵀ dZ.)

Whoever reads an exercise imports this file, often for its words alone: JAX and what needs it are imported when a
function is called. An exercise takes them from here: `from clearprop.exercises.core import optim`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from clearprop.exercises.later import Later

jax, jnp = Later("jax"), Later("jax.numpy")
activations, initializers, layers = (Later(f"clearprop.{name}") for name in ("activations", "initializers", "layers"))
losses, neurons, optim = (Later(f"clearprop.{name}") for name in ("losses", "neurons", "optim"))


def in_float64(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with arrays of JAX's in 64 bits inside, and NumPy's outside."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        with jax.enable_x64(True):
            args, kwargs = jax.tree.map(_arrays, (args, kwargs))
            return jax.tree.map(_numpys, function(*args, **kwargs))

    return run


def _numpys(leaf: Any) -> Any:
    return np.asarray(leaf) if isinstance(leaf, jax.Array) else leaf


def _arrays(leaf: Any) -> Any:
    return jnp.asarray(leaf) if isinstance(leaf, np.ndarray | np.generic) else leaf


@in_float64
def dense(A: Any, W: Any, b: Any) -> Any:
    """Z = A W + b, by layers.Dense."""
    return _dense(A, W, b)[0]


@in_float64
def dense_back(A: Any, W: Any, dZ: Any) -> tuple[Any, Any, Any]:
    """(dA, dW, db): dA = dZ Wᵀ, dW = Aᵀ dZ / n, db = Σ dZ / n, by the way back of layers.Dense."""
    n = A.shape[0]
    gradients, dA = _dense(A, W, jnp.zeros(W.shape[1]))[1](dZ / n)
    return n * dA, gradients["W"], gradients["b"]


def _dense(A: Any, W: Any, b: Any) -> Any:
    return layers.Dense(W.shape[1]).forward({"W": W, "b": b}, {}, A, layers.base.inference(A.shape[0], A.dtype))


@in_float64
def activation(name: str, Z: Any) -> Any:
    """A = g(Z), by the activation of this name."""
    return activations.get(name)(Z)


@in_float64
def activation_back(name: str, Z: Any, dA: Any) -> Any:
    """dZ = dA · g′(Z), by the activation's own way back."""
    g = activations.get(name)
    return g.backward(dA, Z, g(Z))


@in_float64
def loss(name: str, A: Any, Y: Any) -> Any:
    """The mean over the samples, by the loss of this name."""
    return losses.get(name)(A, Y, _equal(A))[0]


@in_float64
def loss_back(name: str, A: Any, Y: Any) -> Any:
    """∂ℓ/∂A of each sample's own loss ℓ; of a loss fused with its activation ∂ℓ/∂Z, A being Z."""
    return A.shape[0] * losses.get(name)(A, Y, _equal(A))[1]


def _equal(A: Any) -> Any:
    return jnp.full(A.shape[0], 1 / A.shape[0], A.dtype)


@in_float64
def step(optimizer: Any, params: Any, gradients: Any, memory: Any = None, before: int = 0) -> Any:
    """(params, memory) after a step of an optimizer that has taken as many `before` and remembers `memory` of them."""
    begun = optimizer.init(params)
    if memory is not None:
        begun = optim.base.OptimizerState(jnp.asarray(before, jnp.int32), memory)
    updates, after = optimizer.update(gradients, begun, params)
    return optim.apply(params, updates), after.memory
