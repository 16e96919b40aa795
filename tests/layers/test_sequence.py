"""Sequence: one after the other, and back."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from clearprop.errors import ClearpropError
from clearprop.layers import Activation, Dense, Pass, Reshape, Residual, Sequence, inference


def test_the_chain_rule_by_hand(float64):
    """Two dense layers with a sigmoid between, their equations written out in NumPy."""
    random = np.random.default_rng(0)
    X, W1, W2, dY = (random.normal(size=s) for s in ((5, 3), (3, 4), (4, 2), (5, 2)))
    net = Sequence([Dense(4, bias=False), Activation("sigmoid"), Dense(2, bias=False)])
    params = jax.tree.map(jnp.asarray, ({"W": W1}, {}, {"W": W2}))
    Y, backprop, _ = net.forward(params, ({},) * 3, jnp.asarray(X), inference(5))
    A = 1 / (1 + np.exp(-X @ W1))
    dZ = dY @ W2.T * A * (1 - A)
    (dW1, _, dW2), dX = backprop(jnp.asarray(dY))
    for ours, by_hand in (Y, A @ W2), (dW2["W"], A.T @ dY), (dW1["W"], X.T @ dZ), (dX, dZ @ W1.T):
        np.testing.assert_allclose(ours, by_hand, rtol=1e-12)


def test_each_layer_gets_its_own_feedback(float64):
    """dX = dY F₂ᵀ F₁ᵀ for two linear layers; dW₁ has come through F₂ alone, dW₂ through none."""
    random = np.random.default_rng(0)
    X, W1, W2, F1, F2, dY = (
        jnp.asarray(random.normal(size=s)) for s in ((5, 3), (3, 4), (4, 2), (3, 4), (4, 2), (5, 2))
    )
    net = Sequence([Dense(4, bias=False), Dense(2, bias=False)])
    _, backprop, _ = net.forward(({"W": W1}, {"W": W2}), ({}, {}), X, inference(5))
    (dW1, dW2), dX = backprop(dY, ({"W": F1}, {"W": F2}))
    np.testing.assert_allclose(dX, dY @ F2.T @ F1.T, rtol=1e-13)
    np.testing.assert_allclose(dW1["W"], X.T @ (dY @ F2.T), rtol=1e-13)
    np.testing.assert_allclose(dW2["W"], (X @ W1).T @ dY, rtol=1e-13)


def test_two_forwards_do_not_disturb_each_other(float64):
    """design.md: nothing is kept on `self`."""
    net = Sequence([Dense(2), Activation("tanh")])
    params, state, _ = net.init(jax.random.key(0), (3,))
    X = jax.random.normal(jax.random.key(1), (4, 3))
    _, first, _ = net.forward(params, state, X, inference(4))
    alone = first(jnp.ones((4, 2)))[1]
    _, first, _ = net.forward(params, state, X, inference(4))
    net.forward(params, state, 5 * X, Pass(True, None, jnp.full(4, 0.25)))[1](jnp.ones((4, 2)))
    np.testing.assert_array_equal(first(jnp.ones((4, 2)))[1], alone)


def test_layers_are_drawn_apart_and_none_minds_those_after_it():
    """init folds the key with the layer's index: equal layers differ, a longer network starts as the shorter."""
    short = Sequence([Dense(3), Dense(3)]).init(jax.random.key(0), (3,))[0]
    long = Sequence([Dense(3), Dense(3), Dense(3)]).init(jax.random.key(0), (3,))[0]
    assert (short[0]["W"] != short[1]["W"]).all()
    np.testing.assert_array_equal(short[1]["W"], long[1]["W"])


def test_an_error_says_in_which_layer():
    """Sequence.init: the index and name, through every container."""
    net = Sequence([Dense(3), Residual([Activation("relu"), Reshape((2, 2))])])
    with pytest.raises(ClearpropError, match=r"Layer 1 \(residual\): Layer 1 \(reshape\): Rows of shape \(3,\)"):
        net.init(jax.random.key(0), (4,))


def test_what_is_no_layer_is_refused():
    """Sequence's error."""
    with pytest.raises(ClearpropError, match="A network is made of layers; 'relu' is not one"):
        Sequence(iter([Dense(3), "relu"]))  # of a list beartype itself would look at an item, at random
