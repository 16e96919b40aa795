"""What the tests of traces share: trained networks without training, and lines of numbers that are worked out again."""

import math
import re
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import gradients
from clearprop import Network, activations, losses, rules
from clearprop.explain.terms import Added, Factor, Line, More, written
from clearprop.train import Fitted


def fitted_for(
    network: Network, shape: tuple[int, ...], *, rule: Any = None, loss: Any = "squared", seed: int = 0,
    dtype: str = "float64", params: Any = None,
) -> Fitted:  # fmt: skip
    """A network with parameters and state in general position."""
    rule, found = rule or rules.Backprop(), gradients.start(network, shape, seed)
    params, state = jax.tree.map(lambda a: jnp.asarray(a, dtype), (params or found[0], found[1]))
    kept = jax.eval_shape(lambda: rule.init(network, params, network.shapes(shape), jax.random.key(1)))
    draw = np.random.default_rng(seed + 1).normal
    learnt, memory = jax.tree.map(lambda a: jnp.asarray(draw(size=a.shape), dtype), kept)
    return Fitted(network, params, state, losses.get(loss), rule, shape, dtype, learnt, memory)


def core_gradients(fitted: Fitted, X: Any, Y: Any, training: bool, seed: int) -> Any:
    """(value, {"params": …, "rule": …}), compiled as training does."""
    from clearprop.layers import Pass

    def step(params, state, learnt, memory, X, Y, key):
        pass_ = Pass(training, key, jnp.full((len(X),), 1 / len(X), X.dtype))
        return fitted.rule.gradients(fitted.network, fitted.loss, params, state, learnt, memory, X, Y, pass_)[:2]

    given = fitted.params, fitted.state, fitted.learnt, fitted.memory, jnp.asarray(X), jnp.asarray(Y)
    return jax.jit(step, compiler_options=gradients.QUICK)(*given, jax.random.key(seed))


def _g(name: str):
    return lambda z: float(activations.get(name)(jnp.asarray([z]))[0])


WORDS: dict[str, Any] = {
    "sqrt": math.sqrt, "exp": math.exp, "ln": math.log, "abs": abs, "max": max, "tanh": math.tanh, "σ": _g("sigmoid"),
    "sign": np.sign, "clip": lambda e, low, high: max(low, min(high, e)),
    **{name: _g(name) for name in ("elu", "selu", "gelu", "silu", "mish", "softplus", "leaky_relu")},
}  # fmt: skip

SIGNS = {"·": "*", "−": "-", "²": "**2", "√(": "sqrt(", "e^(": "exp(", "ln ": "ln"}


def worked_out(line: Line) -> list[float]:
    """What each side of a line comes to, at full precision; the name on its left, and table entries, left out."""
    text = "".join(map(_full, line))
    sides = re.split(r" [=←] ", text)[1:]
    return [float(eval(_python(side), dict(WORDS))) for side in sides if "E[" not in side]


def _full(piece: Any) -> str:
    match piece:
        case str():
            return piece
        case More(_terms, together):
            return f" + ({float(together)!r})"
        case Added(value):
            return f" + ({float(value)!r})"
        case Factor(value):
            return f"({float(value)!r})"
        case _:
            return f"({float(piece)!r})"


def _python(side: str) -> str:
    side = side.replace(", …", "")
    side = re.sub(r"1\[(.*) ≥ 0\]", r"float(\1 >= 0)", side)
    side = re.sub(r"e\^−\|(.*?)\|", r"exp(-abs(\1))", side)
    side = re.sub(r"\|(.*)\|", r"abs(\1)", side)
    for sign, python in SIGNS.items():
        side = side.replace(sign, python)
    return side


def assert_true(operation: Any, rtol: float = 1e-9) -> int:
    """Every line of numbers of an operation, or of what is told of one, is true; how many there are."""
    for line in operation.lines:
        sides = worked_out(line)
        true = all(math.isclose(side, sides[-1], rel_tol=rtol, abs_tol=1e-12) for side in sides)
        assert true, f"{written(line)}: {sides}"
    return len(operation.lines)
