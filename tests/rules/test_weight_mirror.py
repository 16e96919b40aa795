"""The weight mirror: noise turns B towards W."""

import cases
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from clearprop import Network, optim, rules, train
from clearprop.errors import ClearpropError
from clearprop.layers import Activation, Dense, Repeat
from clearprop.rules import travelled


@pytest.mark.parametrize("net", {**cases.LAYERS, **cases.BLOCKS}.values(), ids={**cases.LAYERS, **cases.BLOCKS})
def test_with_B_equal_to_W_it_is_back_propagation(net, float64):
    """As feedback alignment with B = W."""
    params, state = cases.start(net)
    found = cases.gradient(rules.WeightMirror(), net, params, state, (), travelled(params), key=jax.random.key(0))
    cases.assert_same(found["params"], cases.backprop(net, params, state))


def test_one_mirror_phase_by_hand(float64):
    """B ← (1 − decay) B + rate Sᵀ S W / n, in NumPy, with the noise that the rule draws."""
    net = Network([Dense(4), Dense(3)])
    params, _ = cases.start(net)
    B = ({"W": None, "b": None}, {"W": jnp.ones((4, 3)), "b": None})
    key = jax.random.key(7)
    found = rules.WeightMirror(0.25, 0.5).mirror(params, B, key, 10)
    S = np.asarray(jax.random.normal(jax.random.fold_in(key, 0), (10, 4)))
    np.testing.assert_allclose(found[1]["W"], 0.5 + 0.25 * S.T @ (S @ np.asarray(params[1]["W"])) / 10, rtol=1e-12)
    assert found[0] == {"W": None, "b": None}


def test_the_mean_of_the_response_is_W(float64):
    """Akrout et al. 2019, section 3: E[Sᵀ R] = σ² W; the mean of many is W within five standard errors."""
    net = Network([Dense(3), Repeat(Dense(3), 2)])
    params, _ = cases.start(net)
    W, zero = params[1]["W"], jax.tree.map(jnp.zeros_like, travelled(params))
    rule = rules.WeightMirror(1.0, 1.0)
    found = jax.lax.map(lambda i: rule.mirror(params, zero, jax.random.key(i), 50)[1]["W"], jnp.arange(300))
    assert found.shape == (300, 2, 3, 3)
    error = np.abs(found.mean(0) - W) / (found.std(0) / np.sqrt(300))
    assert error.max() < 5


def test_B_finds_W_where_the_weights_stand_still():
    """With the decay as large as the rate B tends to W: within 10 degrees after 400 batches, from about 90."""
    net = Network([Dense(20), Activation("tanh"), Dense(10)])
    X, Y = np.random.default_rng(0).normal(size=(200, 5)), np.arange(200) % 10
    fits = [
        train.fit(
            net, X, Y, loss="softmax_cross_entropy", rule=rules.WeightMirror(rate), batch_size=50, epochs=100,
            optimizer=optim.gradient_descent(0.0),
        )
        for rate in (0.0, 0.02)
    ]  # fmt: skip

    def angle(fitted):
        W, B = (np.ravel(tree[2]["W"]) for tree in (fitted.params, fitted.memory))
        return np.degrees(np.arccos(W @ B / np.linalg.norm(W) / np.linalg.norm(B)))

    assert angle(fits[0]) > 75
    assert angle(fits[1]) < 10
    B, W = (float(jnp.linalg.norm(tree[2]["W"])) for tree in (fits[1].memory, fits[1].params))
    assert pytest.approx(W, rel=0.1) == B


@pytest.mark.parametrize("wrong", [{"rate": -0.1}, {"rate": float("nan")}, {"decay": 1.5}])
def test_rates_beyond_reason_are_refused(wrong):
    with pytest.raises(ClearpropError, match="is a number from 0 to 1"):
        rules.WeightMirror(**wrong)
