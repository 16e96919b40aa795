"""Feedback alignment: back propagation with other matrices on the way back."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gradients
from clearprop import Network, losses, optim, rules, train
from clearprop.layers import Activation, BatchNorm, Dense, Embedding, Flatten, LayerNorm, Pass, Residual
from clearprop.rules import travelled, weights, with_weights

NET = Network(
    [
        Dense(4),
        BatchNorm(),
        Activation("tanh"),
        Residual([LayerNorm(), Dense(4), Activation("gelu"), Residual([Dense(3), BatchNorm()], Dense(3)), Dense(4)]),
        Dense(3),
    ]
)
LOSS = losses.get("softmax_cross_entropy")
X, Y = np.random.default_rng(0).normal(size=(6, 2)), np.array([0, 2, 1, 1, 0, 2])


@partial(jax.jit, static_argnames="rule", compiler_options=gradients.QUICK)
def gradient(rule, params, state, memory):
    """The rule's gradient of every weight."""
    pass_ = Pass(True, None, jnp.asarray(gradients.weights_for(6, "padded")))
    rule = rules.get(rule)
    return rule.gradients(NET, LOSS, params, state, (), memory, jnp.asarray(X), jnp.asarray(Y), pass_)[1]["params"]


@pytest.fixture
def start(float64):
    """Weights in general position, and a B that has nothing to do with them."""
    params, state = jax.tree.map(jnp.asarray, gradients.start(NET, (2,)))
    B, _ = jax.tree.map(jnp.asarray, gradients.start(NET, (2,), seed=3))
    B = weights(B)
    return params, state, B


def test_with_B_equal_to_W_it_is_back_propagation(start):
    """reference.md, exact laws: FA with B = W equals backprop to rounding, through residual blocks and normalisation
    too.
    """
    params, state, _ = start
    ours, backprop = (
        gradient("feedback_alignment", params, state, travelled(params)),
        gradient("backprop", params, state, ()),
    )
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(backprop), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-16)


def test_the_last_layer_learns_as_in_back_propagation_and_the_others_do_not(start):
    """Lillicrap et al. 2016: the last layer's error has come through no weight; every other's has come through B."""
    params, state, B = start
    ours, backprop = gradient("feedback_alignment", params, state, B), gradient("backprop", params, state, ())
    for name in ("W", "b"):
        np.testing.assert_allclose(ours[-1][name], backprop[-1][name], rtol=1e-14)
    assert not np.allclose(ours[0]["W"], backprop[0]["W"])
    inner = lambda g: g[3]["body"][3]["body"][0]["W"]  # noqa: E731
    assert not np.allclose(inner(ours), inner(backprop))


def test_the_equation_for_two_layers(float64):
    """Lillicrap et al. 2016: δ₁ = B δ₂ ∘ g′, in our notation dX = dZ Bᵀ; written out in NumPy."""
    net = Network([Dense(4, bias=False), Activation("sigmoid"), Dense(3, bias=False)])
    random = np.random.default_rng(1)
    W1, W2, B1, B2 = (random.normal(size=s) for s in ((2, 4), (4, 3), (2, 4), (4, 3)))
    params, B = jax.tree.map(jnp.asarray, (({"W": W1}, {}, {"W": W2}), ({"W": B1}, {}, {"W": B2})))
    pass_ = Pass(True, None, jnp.full(6, 1 / 6))
    rule = rules.get("feedback_alignment")
    found = rule.gradients(net, LOSS, params, ({},) * 3, (), B, jnp.asarray(X), jnp.asarray(Y), pass_)[1]["params"]
    A = 1 / (1 + np.exp(-X @ W1))
    Z = A @ W2
    dZ = (np.exp(Z) / np.exp(Z).sum(1, keepdims=True) - np.eye(3)[Y]) / 6
    np.testing.assert_allclose(found[2]["W"], A.T @ dZ, rtol=1e-12)
    np.testing.assert_allclose(found[0]["W"], X.T @ (dZ @ B2.T * A * (1 - A)), rtol=1e-12)


def test_B_is_a_draw_of_its_own_that_training_never_moves():
    """FeedbackAlignment.init: memory, of W's shapes, for every "W" and nothing else; the same for the same seed."""
    net = Network([Dense(4), Activation("tanh"), Dense(3)])
    arguments = {"loss": LOSS, "rule": "feedback_alignment", "seed": 5}
    short = train.fit(net, X, Y, epochs=1, **arguments)
    long = train.fit(net, X, Y, epochs=30, optimizer=optim.adam(0.05), **arguments)
    for a, b in zip(jax.tree.leaves(short.memory), jax.tree.leaves(long.memory), strict=True):
        np.testing.assert_array_equal(a, b)
    assert [B.shape for B in jax.tree.leaves(long.memory)] == [(4, 3)]
    assert long.memory[0] == {"W": None, "b": None}  # behind the first layer there is nothing to learn
    assert (long.memory[2]["W"] != net.init(jax.random.key(5), (2,))[0][2]["W"]).all()
    assert long.learnt == ()
    assert long.history["loss"][-1] < 0.9 * long.history["loss"][0]


def test_weights_are_what_a_matrix_is_called_and_nothing_else():
    """layers/base.py: a layer that multiplies by a matrix calls it "W"."""
    net = Network([Embedding(3, 2), Flatten(), Residual([LayerNorm(), Dense(4)], Dense(4, bias=False)), BatchNorm()])
    params = net.init(jax.random.key(0), (2,))[0]
    found = weights(params)
    assert found == (
        {"E": None},
        {},
        {"body": ({"gamma": None, "beta": None}, found[2]["body"][1]), "shortcut": found[2]["shortcut"]},
        {"gamma": None, "beta": None},
    )
    assert found[2]["body"][1]["b"] is None
    assert found[2]["body"][1]["W"] is params[2]["body"][1]["W"]
    assert found[2]["shortcut"]["W"] is params[2]["shortcut"]["W"]
    again = with_weights(params, jax.tree.map(lambda W: 2 * W, found))
    assert jax.tree.structure(again) == jax.tree.structure(params)
    assert again[0]["E"] is params[0]["E"]
    np.testing.assert_array_equal(again[2]["shortcut"]["W"], 2 * params[2]["shortcut"]["W"])
