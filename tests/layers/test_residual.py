"""Residual: the body and the way around it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import gradients
from clearprop.errors import ClearpropError
from clearprop.layers import Activation, BatchNorm, Dense, LayerNorm, Pass, Residual, inference


def test_y_is_body_plus_x_as_in_pytorch(float64):
    """He et al. 2016, equation 1, held against PyTorch's autograd: y = W₂ tanh(W₁ x) + x."""
    random = np.random.default_rng(0)
    layer = Residual([Dense(4, bias=False), Activation("tanh"), Dense(3, bias=False)])
    X, dY, W1, W2 = (random.normal(size=s) for s in ((5, 3), (5, 3), (3, 4), (4, 3)))
    x, w1, w2 = (torch.tensor(a, requires_grad=True) for a in (X, W1, W2))
    y = torch.tanh(x @ w1) @ w2 + x
    y.backward(torch.tensor(dY))
    params = jax.tree.map(jnp.asarray, {"body": ({"W": W1}, {}, {"W": W2}), "shortcut": ()})
    Y, backprop, _ = layer.forward(params, {"body": ({},) * 3, "shortcut": ()}, jnp.asarray(X), inference(5))
    grads, dX = backprop(jnp.asarray(dY))
    for ours, other in (
        (Y, y.detach()),
        (dX, x.grad),
        (grads["body"][0]["W"], w1.grad),
        (grads["body"][2]["W"], w2.grad),
    ):
        np.testing.assert_allclose(ours, other.numpy(), rtol=1e-11)


def test_the_feedback_reaches_every_matrix_within(float64):
    """Linear within, so that dX with feedback F is that of a block whose weights are F; and dW of the last layers is
    the same.
    """
    layer = Residual([Residual([Dense(3)], Dense(3)), Dense(2)], Dense(2, bias=False))
    params, state = jax.tree.map(jnp.asarray, gradients.start(layer, (3,)))
    other, _ = jax.tree.map(jnp.asarray, gradients.start(layer, (3,), seed=9))
    X, dY = jax.random.normal(jax.random.key(0), (4, 3)), jax.random.normal(jax.random.key(1), (4, 2))
    pass_ = Pass(True, None, jnp.full(4, 0.25))
    back, back_other = (layer.forward(p, state, X, pass_)[1] for p in (params, other))
    own, dX = back(dY)
    with_feedback, dX_feedback = back(dY, other)
    np.testing.assert_allclose(dX_feedback, back_other(dY)[1], rtol=1e-13)
    assert not np.allclose(dX, dX_feedback)
    for path in (lambda g: g["body"][1]["W"], lambda g: g["shortcut"]["W"]):
        np.testing.assert_array_equal(path(own), path(with_feedback))
    # The first layer within learns from an error that came through the last layer's feedback.
    expected = np.asarray(X).T @ np.asarray(dY @ other["body"][1]["W"].T)
    np.testing.assert_allclose(with_feedback["body"][0]["body"][0]["W"], expected, rtol=1e-13)


def test_state_of_both_ways_moves(float64):
    """Running statistics within the body and within the shortcut."""
    layer = Residual([BatchNorm()], [BatchNorm(momentum=0.5)])
    params, state, _ = layer.init(jax.random.key(0), (2,))
    X = jax.random.normal(jax.random.key(1), (6, 2)) + 3
    _, _, after = layer.forward(params, state, X, Pass(True, None, jnp.full(6, 1 / 6)))
    np.testing.assert_allclose(after["body"][0]["mean"], 0.1 * X.mean(0), rtol=1e-13)
    np.testing.assert_allclose(after["shortcut"][0]["mean"], 0.5 * X.mean(0), rtol=1e-13)


def test_body_and_shortcut_are_drawn_apart():
    """init: a key for each."""
    params = Residual(Dense(2), Dense(2)).init(jax.random.key(0), (2,))[0]
    assert (params["body"]["W"] != params["shortcut"]["W"]).all()


def test_a_list_becomes_a_sequence_and_a_layer_stays():
    """Residual's docstring."""
    assert Residual([LayerNorm()]).body.layers == (LayerNorm(),)
    assert Residual(LayerNorm()).body == LayerNorm()
    assert Residual(LayerNorm()).shortcut.layers == ()


def test_shapes_that_cannot_be_added_are_refused():
    """Residual.init's error."""
    with pytest.raises(ClearpropError, match=r"rows of shape \(3,\).* to rows of shape \(2,\).*shortcut"):
        Residual(Dense(3)).init(jax.random.key(0), (2,))
