"""Predictive coding: activities settle; back propagation is its limit, and with fixed predictions its equal."""

from dataclasses import dataclass

import cases
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from clearprop import Network, losses, rules
from clearprop.errors import ClearpropError
from clearprop.layers import Activation, Dense

NETS = {**cases.LAYERS, **cases.BLOCKS}


@pytest.mark.parametrize("net", NETS.values(), ids=NETS)
def test_with_fixed_predictions_rate_1_and_a_step_for_each_layer_it_is_back_propagation(net, float64):
    """reference.md, exact laws: Millidge et al. 2020; Rosenbaum 2022, theorem 1; with weighted and padded rows too."""
    params, state = cases.start(net)
    rule = rules.PredictiveCoding(fixed_predictions=True)
    assert rule.rate == 1
    cases.assert_same(cases.gradient(rule, net, params, state)["params"], cases.backprop(net, params, state))


def test_with_fewer_steps_than_layers_the_first_layers_hear_nothing(float64):
    """An error climbs down a layer a step: with 1 step of 3 the last two layers learn as in back propagation."""
    net = cases.LAYERS["4 layers"]
    params, state = cases.start(net)
    found = cases.gradient(rules.PredictiveCoding(True, steps=1), net, params, state)["params"]
    exact = cases.backprop(net, params, state)
    cases.assert_same(found[4:], exact[4:])
    assert not any(np.any(leaf) for leaf in jax.tree.leaves(found[:4]))


def test_fixed_predictions_at_a_smaller_rate_come_there_in_time(float64):
    """Rosenbaum 2022: the fixed point is the same for every rate."""
    net = cases.BLOCKS["residual"]
    params, state = cases.start(net)
    found = cases.gradient(rules.PredictiveCoding(True, steps=200, rate=0.3), net, params, state)["params"]
    cases.assert_same(found, cases.backprop(net, params, state), rtol=1e-9)


@dataclass(frozen=True)
class Share(losses.Loss):
    """β times the squared error."""

    beta: float

    def __call__(self, Y_hat, Y, weights):
        value, dY_hat = losses.get("squared")(Y_hat, Y, weights)
        return self.beta * value, self.beta * dY_hat


@pytest.mark.parametrize("net", NETS.values(), ids=NETS)
def test_the_standard_form_tends_to_back_propagation_as_the_output_error_tends_to_0(net, float64):
    """reference.md, exact laws (Whittington & Bogacz 2017, section 2.4): a hundredth of the output's error beside the
    other errors, a hundredth of the distance.
    """
    params, state = cases.start(net, seed=2)
    params = jax.tree.map(lambda p: 0.4 * p, params)
    rule = rules.PredictiveCoding(steps=40_000, rate=0.02)
    distances = []
    for beta in (1e-3, 1e-5):
        options = {"loss": Share(beta), "Y": np.eye(3)[cases.Y], "kind": "any"}
        ours = cases.flat(cases.gradient(rule, net, params, state, **options)["params"])
        exact = cases.flat(cases.backprop(net, params, state, **options))
        distances.append(np.linalg.norm(ours - exact) / np.linalg.norm(exact))
    if net is cases.LAYERS["1 layers"]:
        assert max(distances) < 1e-12
    else:
        assert distances[0] < 0.05
        assert distances[1] == pytest.approx(distances[0] / 100, rel=0.1)


def test_the_output_error_itself_may_be_small_and_the_two_differ_all_the_same(float64):
    """What the law does not say: activities give way by the same share of a small error as of a large one."""
    net = cases.LAYERS["3 layers"]
    params, state = cases.start(net)
    Y_hat = np.asarray(net.forward(params, state, jnp.asarray(cases.X), cases.pass_for(6))[0])
    options = {"loss": "squared", "Y": Y_hat + 1e-6 * np.random.default_rng(3).normal(size=Y_hat.shape)}
    ours = cases.flat(cases.gradient(rules.PredictiveCoding(), net, params, state, **options)["params"])
    exact = cases.flat(cases.backprop(net, params, state, **options))
    assert np.linalg.norm(ours - exact) > 0.1 * np.linalg.norm(exact)


def test_it_settles_where_the_energy_is_least_and_learns_by_its_gradient(float64):
    """F = loss + Σ ½ ‖ε‖², minimised by automatic differentiation; then dθ = ∂F/∂θ there."""
    net = Network([Dense(4), Activation("tanh"), Dense(4), Activation("tanh"), Dense(3)])
    params, state = cases.start(net)
    loss, n = losses.get("softmax_cross_entropy"), len(cases.X)

    def energy(params, V):
        """The sum over rows, each with weight 1."""
        Z1 = cases.X @ params[0]["W"] + params[0]["b"]
        Z2 = jnp.tanh(V[0]) @ params[2]["W"] + params[2]["b"]
        Z3 = jnp.tanh(V[1]) @ params[4]["W"] + params[4]["b"]
        value = n * loss(Z3, jnp.asarray(cases.Y), jnp.full(n, 1 / n))[0]
        return value + sum(((a - v) ** 2).sum() / 2 for a, v in zip((Z1, Z2), V, strict=True))

    Z1 = cases.X @ params[0]["W"] + params[0]["b"]
    V = [Z1, jnp.tanh(Z1) @ params[2]["W"] + params[2]["b"]]
    move = jax.jit(lambda V: [v - 0.1 * d for v, d in zip(V, jax.grad(energy, 1)(params, V), strict=True)])
    for _step in range(7):
        V = move(V)
    expected = jax.tree.map(lambda g: g / n, jax.grad(energy)(params, V))
    found = cases.gradient(rules.PredictiveCoding(steps=7, rate=0.1), net, params, state, kind="equal")["params"]
    cases.assert_same(found, expected, rtol=1e-10)
    assert not np.allclose(cases.flat(found), cases.flat(cases.backprop(net, params, state, kind="equal")), rtol=1e-3)


@pytest.mark.parametrize("wrong", [{"rate": 0.0}, {"rate": 1.5}, {"rate": float("nan")}, {"steps": 0}])
def test_settings_that_cannot_settle_are_refused(wrong):
    with pytest.raises(ClearpropError, match=r"predictive_coding: (rate is above 0 and at most 1|steps is 1 or more)"):
        rules.PredictiveCoding(**wrong)
