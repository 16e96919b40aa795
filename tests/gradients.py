"""The gradient check that every part's tests share, and the examples that the tests of the registries are made from.

A part is given as `function(*inputs) → (output, pull)`, where `pull(d_output)` is a gradient for each input: its way
back. It is held against two things, in float64:

- numbers: for a random direction u of the inputs and a random v, ⟨pull(v), u⟩ must be ∂⟨v, output⟩/∂u, found by moving
  the inputs along u. One projection tests every entry of every gradient at once (as HIPS/autograd's `check_vjp` does);
- automatic differentiation: pull(v) must be `jax.vjp`'s, entry by entry.

A file of its own, `test_gradients.py`, tests that planted errors do not get past it.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from clearprop import activations, layers, losses
from clearprop.layers import Layer, Pass
from clearprop.registry import Registry

STEP = 1e-4
"""How far the inputs move; the five-point formula's own error is of order STEP⁴."""

QUICK = {"xla_llvm_disable_expensive_passes": True}
"""For programs that run once. (At XLA's optimization level 0, jaxlib 0.10.2 compiles some of them to NaN.)"""


class GradientError(AssertionError):
    """A way back that is not the derivative."""


def check(function: Callable[..., Any], *inputs: Any, seed: int = 0, numeric: bool = True, oracle: bool = True) -> None:
    """See that a function's way back is its derivative, to about nine digits.

    Args:
        function: (*inputs) → (output, pull), of trees of float64 arrays; pull(d_output) → a gradient for each input.
        inputs: where.
        seed: of the direction and the projection.
        numeric: hold it against moved inputs.
        oracle: hold it against automatic differentiation.

    Raises:
        GradientError: it is not; the message says by how much, or which input.
    """
    assert jax.config.jax_enable_x64, "a gradient check needs float64: use the fixture"
    output = jax.eval_shape(lambda *a: function(*a)[0], *inputs)
    random = np.random.default_rng(seed)
    u = jax.tree.map(lambda a: random.normal(size=np.shape(a)), inputs)
    v = random.normal(size=output.shape)

    def compute(inputs, u, v):
        def moved(h):
            return jnp.vdot(v, function(*jax.tree.map(lambda a, d: a + h * d, inputs, u))[0])

        returned, pull = function(*inputs)
        values = jax.lax.map(moved, STEP * jnp.array([-2.0, -1.0, 1.0, 2.0]))
        return pull(v), jax.vjp(lambda *a: function(*a)[0], *inputs)[1](v), values, jnp.abs(v * returned).sum()

    gradients, expected, values, size = jax.jit(compute, compiler_options=QUICK)(inputs, u, v)
    if jax.tree.structure(gradients) != jax.tree.structure(inputs):
        raise GradientError(f"gradients {jax.tree.structure(gradients)} for inputs {jax.tree.structure(inputs)}")
    for g, a in zip(jax.tree.leaves(gradients), jax.tree.leaves(inputs), strict=True):
        if g.shape != np.shape(a):
            raise GradientError(f"a gradient of shape {g.shape} for an input of shape {np.shape(a)}")
    if numeric:
        analytic = sum(
            float(jnp.vdot(g, d)) for g, d in zip(jax.tree.leaves(gradients), jax.tree.leaves(u), strict=True)
        )
        slope = float(values[0] - 8 * values[1] + 8 * values[2] - values[3]) / (12 * STEP)
        if not abs(analytic - slope) <= 1e-8 * max(abs(analytic), abs(slope)) + 1e-10 * (1 + float(size)):
            raise GradientError(f"along a random direction the gradient says {analytic!r}, moving the inputs {slope!r}")
    if oracle:
        for (path, g), e in zip(jax.tree.leaves_with_path(gradients), jax.tree.leaves(expected), strict=True):
            try:
                np.testing.assert_allclose(g, e, rtol=1e-9, atol=1e-12 * (1 + float(jnp.abs(e).max(initial=0))))
            except AssertionError as error:
                raise GradientError(f"input{jax.tree_util.keystr(path)}: {error}") from error


def of_layer(layer: Layer, state: Any, pass_: Pass) -> Callable[..., Any]:
    """A layer as the function of (params, X) that `check` takes."""

    def function(params, X):
        Y, backprop, _state = layer.forward(params, state, X, pass_)
        return Y, backprop

    return function


def of_activation(g: activations.ActivationFunction) -> Callable[..., Any]:
    """An activation as the function of (Z,) that `check` takes."""

    def function(Z):
        A = g(Z)
        return A, lambda dA: (g.backward(dA, Z, A),)

    return function


def of_loss(loss: Any, Y: Any, weights: Any) -> Callable[..., Any]:
    """A loss as the function of (Y_hat,) that `check` takes."""

    def function(Y_hat):
        value, dY_hat = loss(Y_hat, jnp.asarray(Y), jnp.asarray(weights))
        return value, lambda d: (d * dY_hat,)

    return function


def of_training(network: Layer, loss: Any, state: Any, Y: Any, pass_: Pass) -> Callable[..., Any]:
    """A network and its loss together, as the function of (params, X) that `check` takes."""

    def function(params, X):
        Y_hat, backprop, _state = network.forward(params, state, X, pass_)
        value, dY_hat = loss(Y_hat, jnp.asarray(Y), jnp.asarray(pass_.weights))
        return value, lambda d: backprop(d * dY_hat)

    return function


def weights_for(n: int, kind: str, seed: int = 0) -> np.ndarray:
    """Sample weights that sum to 1: "equal", "any", or "padded", whose last two (of three rows or more) are 0."""
    w = np.ones(n) if kind == "equal" else np.random.default_rng(seed).uniform(0.5, 2, n)
    if kind == "padded" and n > 2:
        w[-2:] = 0
    return w / w.sum()


def start(layer: Layer, shape: tuple[int, ...], seed: int = 0) -> tuple[Any, Any]:
    """Parameters and state of a layer somewhere in general position (no bias 0, no scale 1), as NumPy arrays."""
    random = np.random.default_rng(seed)
    params, state = jax.eval_shape(lambda key: layer.init(key, shape)[:2], jax.random.key(0))
    draw = lambda a: random.normal(size=a.shape).astype(a.dtype)  # noqa: E731
    return jax.tree.map(draw, params), jax.tree.map(lambda a: np.abs(draw(a)) + a.dtype.type(0.5), state)


def normal(random: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Numbers of mean 0."""
    return random.normal(size=shape)


def categories(random: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Category numbers, as floats that may be moved a little without naming another."""
    return random.integers(0, 4, shape) + 0.5


def apart(random: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Numbers of which no two are near each other: the largest stays it when all are moved a little."""
    return random.permutation(np.prod(shape)).reshape(shape) / 10 - 2


@dataclass(frozen=True)
class Example:
    """A layer to test, the shapes of a row it is tested with, and what kind of numbers it takes."""

    layer: Layer
    shapes: tuple[tuple[int, ...], ...] = ((1,), (2,), (2, 3))
    draw: Callable[..., np.ndarray] = normal


D, R = layers.Dense, layers.Residual

LAYER_EXAMPLES: dict[str, list[Example]] = {
    "dense": [Example(D(1)), Example(D(2), ((3,),)), Example(D(3, "he", bias=False), ((2,), (2, 2, 2)))],
    "activation": [Example(layers.Activation("tanh")), Example(layers.Activation("softmax"), ((3,), (2, 3)))],
    "dropout": [
        Example(layers.Dropout(0.4)),
        Example(layers.Dropout(0.4, fade=True), ((3,),)),
        Example(layers.Dropout(0.0), ((3,),)),
    ],
    "embedding": [Example(layers.Embedding(4, 3), ((), (1,), (2, 2)), categories)],
    "reshape": [Example(layers.Reshape((2, -1)), ((2,), (2, 3))), Example(layers.Reshape((6,)), ((2, 3),))],
    "conv2d": [
        Example(layers.Conv2D(2), ((4, 3, 2),)),
        Example(layers.Conv2D(4, (3, 2), (2, 1), ((0, 1), (2, 0)), (1, 2), groups=2, bias=False), ((5, 4, 2),)),
    ],
    "conv_transpose": [Example(layers.ConvTranspose(2, (3, 2), (1, 2), "same", (1, 3), groups=2), ((3, 2, 4),))],
    "locally_connected": [Example(layers.LocallyConnected(2, (3, 1), (1, 2), "same"), ((3, 4, 2),))],
    "max_pool": [
        Example(layers.MaxPool(), ((5, 4, 2),), apart),
        Example(layers.MaxPool((3, 2), (2, 1), "same"), ((5, 6, 2),), apart),
    ],
    "average_pool": [
        Example(layers.AveragePool(), ((2, 5, 1),)),
        Example(layers.AveragePool(2, 1, ((1, 0), (0, 1))), ((3, 4, 1),)),
    ],
    "global_average_pool": [Example(layers.GlobalAveragePool(), ((3, 2, 1),))],
    "divisive_normalization": [
        Example(layers.DivisiveNormalization(), ((3, 2, 2),)),
        Example(layers.DivisiveNormalization((3, 2), 1.5, 0.3), ((4, 5, 3),)),
    ],
    "v1": [Example(layers.V1(), ((4, 3, 1),))],
    "random_flip": [Example(layers.RandomFlip(), ((3, 2, 2),))],
    "random_crop": [Example(layers.RandomCrop(), ((4, 3, 2),))],
    "random_color": [Example(layers.RandomColor(), ((3, 2, 3),))],
    "residual": [
        Example(R([D(4), layers.Activation("tanh"), D(3)]), ((3,), (2, 3))),
        Example(R([D(2), layers.BatchNorm()], D(2)), ((3,),)),
        Example(R([R([D(2), layers.LayerNorm()], [D(2)]), layers.Dropout(0.3)], D(2, bias=False)), ((3,),)),
    ],
    "sequence": [
        Example(layers.Sequence([]), ((3,),)),
        Example(
            layers.Sequence([D(3), layers.Sequence([layers.BatchNorm(), layers.Activation("gelu")]), D(1)]), ((2,),)
        ),
        Example(layers.Sequence([layers.Embedding(4, 3), layers.Flatten(), D(2)]), ((2,),), categories),
    ],
    "columns": [
        Example(layers.Columns([(2, D(3))]), ((2,),)),
        Example(layers.Columns([(1, layers.Scale()), (2, layers.Embedding(4, 3))]), ((3,),), categories),
        Example(layers.Columns([(2, [D(2), layers.BatchNorm(), layers.Dropout(0.3)]), (1, D(2, bias=False))]), ((3,),)),
    ],
    "scale": [Example(layers.Scale(0.5), ((2,),))],
    "repeat": [
        Example(layers.Repeat(D(3), 2), ((3,), (2, 3))),
        Example(layers.Repeat([R([layers.BatchNorm(), layers.Activation("tanh"), layers.Dropout(0.3)])], 3), ((2,),)),
    ],
    "lambda": [Example(layers.Lambda(lambda X: jnp.concatenate([jnp.sin(X), X * X], -1)))],
}
"""For layers that need settings of their own, or that deserve more than their defaults."""

ACTIVATION_EXAMPLES: dict[str, list[activations.ActivationFunction]] = {
    "leaky_relu": [activations.LeakyReLU(0.2)],
    "elu": [activations.ELU(0.5)],
}

LOSS_EXAMPLES: dict[str, list[losses.Loss]] = {"huber": [losses.Huber(0.3)]}


def settings_missing(table: Registry[Any], examples: dict[str, Any]) -> list[str]:
    """The registered parts that have neither defaults nor an example: nothing would test them."""
    return [
        name
        for name, cls in table.classes.items()
        if name not in examples
        and any(
            f.init and f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
            for f in dataclasses.fields(cls)
        )
    ]


def examples_of(table: Registry[Any], examples: dict[str, list[Any]], wrap: Callable[[Any], Any] = lambda p: p) -> list:
    """Every registered part: each of its examples, and with its defaults if it has such and no example is that."""
    missing = settings_missing(table, {})
    found = []
    for name, cls in table.classes.items():
        given = examples.get(name, [])
        own = [] if name in missing or any(getattr(e, "layer", e) == cls() for e in given) else [wrap(cls())]
        found += [(name, example) for example in own + given]
    return found


def all_activations() -> list[tuple[str, activations.ActivationFunction]]:
    """(name, activation) for every one registered."""
    return examples_of(activations.ACTIVATIONS, ACTIVATION_EXAMPLES)


def all_losses() -> list[tuple[str, losses.Loss]]:
    """(name, loss) for every one registered."""
    return examples_of(losses.LOSSES, LOSS_EXAMPLES)


def all_layers() -> list[tuple[str, Example]]:
    """(name, example) for every layer registered."""
    return examples_of(layers.LAYERS, LAYER_EXAMPLES, Example)


PREDICTIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "poisson": np.exp,
    "binary_cross_entropy": lambda Z: 1 / (1 + np.exp(-Z)),
    "categorical_cross_entropy": lambda Z: np.exp(Z) / np.exp(Z).sum(-1, keepdims=True),
}
"""What a loss that is not given just any number is given: the output of its activation."""


def predictions(name: str, n: int, outputs: int, seed: int = 0) -> np.ndarray:
    """What a network might say to this loss."""
    return PREDICTIONS.get(name, lambda Z: Z)(np.random.default_rng(seed).normal(size=(n, outputs)))


def targets(loss: Any, n: int, outputs: int, seed: int = 1) -> dict[str, np.ndarray]:
    """Targets that this loss can compare with `outputs` outputs, by what they are."""
    random = np.random.default_rng(seed)
    chances = random.dirichlet(np.ones(outputs), n)
    return {
        "number": {"numbers": random.normal(size=(n, outputs))},
        "positive": {"counts": random.poisson(2.0, (n, outputs)), "rates": random.gamma(2.0, size=(n, outputs))},
        "probability": {
            "labels": random.integers(0, 2, (n, outputs)),
            "probabilities": random.uniform(size=(n, outputs)),
        },
        "class": {"classes": random.integers(0, outputs, n), "probabilities": chances},
    }[loss.targets]
