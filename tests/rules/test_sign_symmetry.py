"""Sign symmetry: signs of W, magnitudes of their own."""

import cases
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from clearprop import Network, rules, train
from clearprop.errors import ClearpropError
from clearprop.layers import Activation, Dense
from clearprop.rules import travelled

NET = Network([Dense(30), Activation("tanh"), Dense(20), Activation("tanh"), Dense(3)])


@pytest.mark.parametrize("net", {**cases.LAYERS, **cases.BLOCKS}.values(), ids={**cases.LAYERS, **cases.BLOCKS})
def test_with_the_magnitudes_of_W_it_is_back_propagation(net, float64):
    """reference.md, exact laws: through residual blocks too."""
    params, state = cases.start(net)
    M = jax.tree.map(jnp.abs, travelled(params))
    cases.assert_same(
        cases.gradient(rules.SignSymmetry("fixed_random"), net, params, state, (), M)["params"],
        cases.backprop(net, params, state),
    )


def test_the_last_layer_learns_as_in_back_propagation_and_the_others_do_not(float64):
    net = cases.LAYERS["3 layers"]
    params, state = cases.start(net)
    rule = rules.SignSymmetry()
    _, memory = cases.begin(rule, net, params)
    ours, theirs = cases.gradient(rule, net, params, state, (), memory)["params"], cases.backprop(net, params, state)
    cases.assert_same(ours[-1], theirs[-1])
    assert not np.allclose(ours[0]["W"], theirs[0]["W"])


@pytest.mark.parametrize("magnitudes", ["uniform", "batch_random", "fixed_random"])
def test_B_has_the_signs_of_W_and_the_scale_that_W_began_with(magnitudes):
    """Xiao et al. 2019: uSF is scaled by the standard deviation of the initial weights."""
    rule = rules.SignSymmetry(magnitudes)
    params, _state, _shape = NET.init(jax.random.key(0), (2,))
    _, memory = cases.begin(rule, NET, params)
    B = rule.feedback(params, (), memory)
    for place in (2, 4):
        W, b = params[place]["W"], B[place]["W"]
        np.testing.assert_array_equal(np.sign(W), np.sign(b))
        assert jnp.linalg.norm(b) == pytest.approx(jnp.linalg.norm(W), rel=0.25)
        assert (np.ptp(np.abs(b)) < 1e-6) == (magnitudes == "uniform")


def test_batch_random_magnitudes_are_drawn_anew_for_each_batch_and_fixed_ones_never():
    """Liao, Leibo & Poggio 2016: brSF redraws M after each mini-batch."""
    found = {}
    for magnitudes in ("uniform", "batch_random", "fixed_random"):
        memories = [
            train.fit(
                NET, cases.X, cases.Y, loss="softmax_cross_entropy", rule=rules.SignSymmetry(magnitudes), epochs=epochs,
                batch_size=3,
            ).memory[2]["W"]
            for epochs in (1, 2)
        ]  # fmt: skip
        found[magnitudes] = bool(jnp.array_equal(*memories))
    assert found == {"uniform": True, "batch_random": False, "fixed_random": True}


def test_unknown_magnitudes_are_refused():
    with pytest.raises(ClearpropError, match="magnitudes is one of uniform, batch_random, fixed_random, not 'big'"):
        rules.SignSymmetry("big")  # pyright: ignore[reportArgumentType]
