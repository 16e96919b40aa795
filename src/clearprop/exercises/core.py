"""What is right: clearprop's own layers, activations, losses and optimizers in 64-bit numbers, NumPy in and out.

The exercises follow the course: a loss is the mean over n samples, dZ and dA are those of each sample's own loss, and
the mean's 1/n comes with dW and db. (In the core it comes with the loss, so that dW = Xᵀ dZ.)

Whoever reads an exercise imports this file, often for its words alone: JAX and what needs it are imported when a
function is called. An exercise takes them from here: `from clearprop.exercises.core import optim`.
"""

import itertools
from collections.abc import Callable, Sequence
from functools import cache, wraps
from typing import Any

import numpy as np

from clearprop.exercises.later import Later
from clearprop.traced import join, split

jax, jnp = Later("jax"), Later("jax.numpy")
activations, initializers, layers = (Later(f"clearprop.{name}") for name in ("activations", "initializers", "layers"))
losses, neurons, optim = (Later(f"clearprop.{name}") for name in ("losses", "neurons", "optim"))
compilation, metrics = Later("clearprop.compilation"), Later("clearprop.train.metrics")


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


def at_once(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function compiled as a whole, and kept for the next process: step by step JAX would take as long for each.

    What it is called with by position: texts first, which it is compiled for, then arrays.
    """

    @wraps(function)
    def run(*args: Any) -> Any:
        texts = tuple(each for each in args if isinstance(each, str))
        return _program(_applied)((function, *texts), *args[len(texts) :])

    return run


def _applied(plan: tuple[Any, ...], *arrays: Any) -> Any:
    function, *texts = plan
    return function(*texts, *arrays)


@in_float64
@at_once
def dense(A: Any, W: Any, b: Any) -> Any:
    """Z = A W + b, by layers.Dense."""
    return _dense(A, W, b)[0]


@in_float64
@at_once
def dense_back(A: Any, W: Any, dZ: Any) -> tuple[Any, Any, Any]:
    """(dA, dW, db): dA = dZ Wᵀ, dW = Aᵀ dZ / n, db = Σ dZ / n, by the way back of layers.Dense."""
    n = A.shape[0]
    gradients, dA = _dense(A, W, jnp.zeros(W.shape[1]))[1](dZ / n)
    return n * dA, gradients["W"], gradients["b"]


def _dense(A: Any, W: Any, b: Any) -> Any:
    return layers.Dense(W.shape[1]).forward({"W": W, "b": b}, {}, A, layers.base.inference(A.shape[0], A.dtype))


@in_float64
@at_once
def activation(name: str, Z: Any) -> Any:
    """A = g(Z), by the activation of this name."""
    return activations.get(name)(Z)


@in_float64
@at_once
def activation_back(name: str, Z: Any, dA: Any) -> Any:
    """dZ = dA · g′(Z), by the activation's own way back."""
    g = activations.get(name)
    return g.backward(dA, Z, g(Z))


@in_float64
@at_once
def loss(name: str, A: Any, Y: Any) -> Any:
    """The mean over the samples, by the loss of this name."""
    return losses.get(name)(A, Y, _equal(A))[0]


@in_float64
@at_once
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


@in_float64
def layer(of: Any, params: Any, X: Any) -> Any:
    """Y, by any layer."""
    return _program(_forward)(of, params, X)


@in_float64
def layer_back(of: Any, params: Any, X: Any, dY: Any) -> tuple[Any, Any]:
    """(gradients, dX) by any layer's way back, sums over the samples."""
    return _program(_back)(of, params, X, dY)


@cache
def _program(function: Callable[..., Any]) -> Any:
    """The function compiled as a whole, since each of its steps would take as long to compile; kept on disk."""
    return compilation.program()(function)


def _forward(of: Any, params: Any, X: Any) -> Any:
    return of.forward(params, {}, X, layers.base.inference(X.shape[0], X.dtype))[0]


def _back(of: Any, params: Any, X: Any, dY: Any) -> Any:
    return of.forward(params, {}, X, layers.base.inference(X.shape[0], X.dtype))[1](dY)


@in_float64
def classes_as_rows(y: Any, classes: int) -> Any:
    """Class numbers (n,) as rows of a single 1 (n, classes), by the losses over classes."""
    return losses.one_hot(y, jnp.zeros((y.shape[0], classes)))


@in_float64
def scaled(initializer: str, N: Any) -> Any:
    """Weights from normal numbers N (fan_in, fan_out) of variance 1: √variance · N, the variance this initializer's."""
    return np.sqrt(initializers.get(initializer).variance(*initializers.fans(N.shape))) * N


@in_float64
def spread_out(initializer: str, U: Any) -> Any:
    """Weights from numbers U (fan_in, fan_out) between 0 and 1: uniform on ±√(3 variance)."""
    limit = np.sqrt(3 * initializers.get(initializer).variance(*initializers.fans(U.shape)))
    return limit * (2 * U - 1)


@in_float64
def uniform(seed: int, shape: tuple[int, ...]) -> Any:
    """The numbers between 0 and 1 by which `dropout` with the same seed decides who stays."""
    return jax.random.uniform(jax.random.key(seed), shape, jnp.float64)


@in_float64
def dropout(rate: float, seed: int, A: Any, dA: Any, training: bool = True) -> tuple[Any, Any]:
    """(A, the error before it from dA behind it), by layers.Dropout; all ones let the mask be seen."""
    pass_ = layers.base.inference(A.shape[0], A.dtype)._replace(training=training, key=jax.random.key(seed))
    dropped, back, _state = layers.Dropout(rate).forward({}, {}, A, pass_)
    return dropped, back(dA)[1]


@in_float64
@at_once
def accuracy(A: Any, Y: Any) -> Any:
    """The share of samples whose probability is on the right side of ½, by the metric of this name."""
    return metrics.accuracy(A, Y, _equal(A))


def drawn(sizes: Sequence[int], seed: int, std: Callable[[int, int], float]) -> list[dict[str, Any]]:
    """W = std(fan_in, fan_out) · N(0, 1), layer by layer from NumPy's RandomState, and b = 0.

    An exercise checks with sizes in which of each two layers that follow each other one has a single unit: W is then a
    row or a column, and the same numbers are drawn for it in both conventions, whatever its shape is.
    """
    random, parameters = np.random.RandomState(seed), []
    for fan_in, fan_out in itertools.pairwise(sizes):
        W = std(fan_in, fan_out) * random.randn(fan_in, fan_out)
        parameters.append({"W": W, "b": np.zeros(fan_out)})
    return parameters


@in_float64
def slope(neuron: Any, V_mV: Any, current: Any) -> Any:
    """dV/dt of a neuron whose state is its potential alone."""
    return neuron.derivative({"V_mV": V_mV}, current)["V_mV"]


@in_float64
def potential_after(neuron: Any, method: str, V_mV: Any, current: Any, dt_ms: float) -> Any:
    """The potential after a step of the integrator of this name, of a neuron whose state is its potential alone."""
    kind, numbers = split(neuron)
    return _program(_stepped)((kind, method), numbers, jnp.asarray(V_mV), current, dt_ms)


def _stepped(plan: tuple[Any, str], numbers: Any, V_mV: Any, current: Any, dt_ms: Any) -> Any:
    neuron = join(plan[0], numbers)
    step = neurons.integrators.get(plan[1]).step
    return step(lambda state: neuron.derivative(state, current), {"V_mV": V_mV}, dt_ms)["V_mV"]
