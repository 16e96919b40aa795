"""The networks: what each depth is, and the loss they learn by."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from clearprop.analogy.networks import network, spike_and_potential
from clearprop.layers.base import inference


def parameters(depth):
    params, state, _shape = network(depth, 6).init(jax.random.key(0), (10,))
    return params, state


def test_depth_0_is_a_logistic_and_a_linear_unit():
    params, state = parameters(0)
    X = np.random.default_rng(0).normal(size=(5, 10)).astype(np.float32)
    Y = network(0, 6).forward(params, state, jnp.array(X), inference(5))[0]
    assert np.asarray(Y) == pytest.approx(X @ np.asarray(params[-1]["W"]) + np.asarray(params[-1]["b"]), abs=1e-5)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_deeper_network_has_so_many_hidden_layers_and_the_unit_in_it(depth):
    """With nothing coming out of the hidden layers it is the unit."""
    params, state = parameters(depth)
    body = params[-1]["body"]
    matrices = [own["W"].shape for own in body if "W" in own]
    assert matrices == [(10, 6), *[(6, 6)] * (depth - 1), (6, 2)]
    silent = [*params[:-1], {**params[-1], "body": [*body[:-1], jax.tree.map(jnp.zeros_like, body[-1])]}]
    X = np.random.default_rng(0).normal(size=(5, 10)).astype(np.float32)
    Y = network(depth, 6).forward(tuple(silent), state, jnp.array(X), inference(5))[0]
    unit = params[-1]["shortcut"]
    assert np.asarray(Y) == pytest.approx(X @ np.asarray(unit["W"]) + np.asarray(unit["b"]), abs=1e-5)


def test_the_loss_by_hand_and_its_derivative_by_differentiation(float64):
    """z = 0 and a spike: ln 2; a potential missed by 2: 2."""
    value, _dY = spike_and_potential(jnp.array([[0.0, 1.0]]), jnp.array([[1.0, 3.0]]), jnp.array([1.0]))
    assert float(value) == pytest.approx(np.log(2) + 2)
    random = np.random.default_rng(0)
    Y_hat, weights = jnp.array(random.normal(size=(7, 2)) * 5), jnp.array(random.dirichlet(np.ones(7)))
    Y = jnp.stack([jnp.array(random.random(7) < 0.5, float), jnp.array(random.normal(size=7))], 1)
    _value, dY = spike_and_potential(Y_hat, Y, weights)
    expected = jax.grad(lambda Y_hat: spike_and_potential(Y_hat, Y, weights)[0])(Y_hat)
    assert np.asarray(dY) == pytest.approx(np.asarray(expected), abs=1e-12)
