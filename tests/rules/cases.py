"""What the tests of the learning rules share: networks, rules, and a rule's gradient in float64."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import gradients
from clearprop import Network, losses, rules
from clearprop.layers import Activation, BatchNorm, Dense, Dropout, LayerNorm, Pass, Repeat, Residual, Scale

tanh = Activation("tanh")

LAYERS = {
    f"{n} layers": Network([part for _ in range(n - 1) for part in (Dense(4), tanh)] + [Dense(3)]) for n in (1, 2, 3, 4)
}
BLOCKS = {
    "residual": Network([Dense(4), tanh, Residual([Dense(4), Activation("gelu"), Dense(4)]), tanh, Dense(3)]),
    "batch norm": Network([Dense(4), BatchNorm(), tanh, Residual([Dense(5), BatchNorm(), tanh, Dense(4)]), Dense(3)]),
    "shortcut": Network([Residual([LayerNorm(), Dense(3)], Dense(3)), tanh, Dense(3), Activation("softplus")]),
}
"""Networks on rows of two numbers that end in three outputs, and have nothing random."""

RULES: dict[str, rules.Rule] = {
    "backprop": rules.Backprop(),
    "feedback_alignment": rules.FeedbackAlignment(),
    "direct_feedback_alignment": rules.DirectFeedbackAlignment(),
    "sign_symmetry": rules.SignSymmetry(),
    "sign_symmetry, batch random": rules.SignSymmetry("batch_random"),
    "sign_symmetry, fixed random": rules.SignSymmetry("fixed_random"),
    "kolen_pollack": rules.KolenPollack(),
    "weight_mirror": rules.WeightMirror(),
    "predictive_coding": rules.PredictiveCoding(),
    "predictive_coding, fixed predictions": rules.PredictiveCoding(fixed_predictions=True),
    "forward_forward": rules.ForwardForward(),
}
"""Every rule, with each of its variants; a test sees that none is missing."""

TABLE: dict[str, Network] = {
    "dense": Network([Dense(8), tanh, Dense(6), tanh, Dense(3)]),
    "batch norm": Network([Dense(8), BatchNorm(), tanh, Dense(6), BatchNorm(), tanh, Dense(3)]),
    "scaled, with dropout": Network([Scale(), Dropout(0.2), Dense(5), tanh, Dropout(0.3), Dense(3)]),
    "residual": Network([Dense(4), tanh, Residual([LayerNorm(), Dense(4), tanh, Dense(4)]), Dense(3)]),
    "repeated": Network([Dense(4), Repeat(Residual([Dense(4), tanh]), 2), Dense(3)]),
    "a repeated layer": Network([Repeat(Dense(2), 3), tanh, Dense(3)]),
}
"""The networks of the table rule × network, on rows of two numbers."""

REFUSED = {("forward_forward", name) for name in ("residual", "repeated", "a repeated layer")}
"""The cells of the table that are refused."""

X = np.random.default_rng(0).normal(size=(6, 2))
Y = np.array([0, 2, 1, 1, 0, 2])


def start(network: Network, seed: int = 0) -> tuple[Any, Any]:
    """Weights and state in general position, for rows of two numbers."""
    return jax.tree.map(jnp.asarray, gradients.start(network, (2,), seed=seed))


def pass_for(n: int, kind: str = "padded", key: Any = None) -> Pass:
    """A training pass over n rows, whose weights are "equal", "any" or "padded"."""
    return Pass(True, key, jnp.asarray(gradients.weights_for(n, kind)))


def begin(rule: rules.Rule, network: Network, params: Any, seed: int = 1) -> tuple[Any, Any]:
    """What the rule learns and keeps, (learnt, memory)."""
    return rule.init(network, params, network.shapes((2,)), jax.random.key(seed))


@partial(jax.jit, static_argnames=("rule", "network", "loss"), compiler_options=gradients.QUICK)
def _gradient(rule, network, loss, params, state, learnt, memory, X, Y, weights, key):
    given = Pass(True, key, weights)
    return rule.gradients(network, loss, params, state, learnt, memory, X, Y, given)[1]


def gradient(
    rule: rules.Rule, network: Network, params: Any, state: Any, learnt: Any = (), memory: Any = (), *,
    X: Any = X, Y: Any = Y, loss: Any = "softmax_cross_entropy", kind: str = "padded", key: Any = None,
) -> Any:  # fmt: skip
    """{"params": …, "rule": …} of the rule, over these rows."""
    return _gradient(
        rule, network, losses.get(loss), params, state, learnt, memory, jnp.asarray(X), jnp.asarray(Y),
        pass_for(len(X), kind).weights, key,
    )  # fmt: skip


def backprop(network: Network, params: Any, state: Any, **options: Any) -> Any:
    """Back propagation's gradient of the parameters."""
    return gradient(rules.Backprop(), network, params, state, **options)["params"]


def assert_same(ours: Any, theirs: Any, rtol: float = 1e-12) -> None:
    """The same numbers to rounding, and the same tree."""
    assert jax.tree.structure(ours) == jax.tree.structure(theirs)
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True):
        np.testing.assert_allclose(a, b, rtol=rtol, atol=rtol * 1e-2)


def flat(tree: Any) -> np.ndarray:
    """All numbers of a tree as one vector."""
    return np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(tree)])
