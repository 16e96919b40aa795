"""How close a rule comes to back propagation: against hand-worked angles and what the rules' laws say."""

import jax.numpy as jnp
import numpy as np
import pytest

from clearprop import Network, optim, rules, train
from clearprop.explain import closeness
from clearprop.explain.closeness import angle, by_place
from clearprop.layers import Activation, BatchNorm, Dense, Dropout, Residual

RANDOM = np.random.default_rng(0)
X, Y = RANDOM.normal(size=(60, 3)), RANDOM.integers(0, 3, 60)


def fitted(rule, network=None, **options):
    network = network or Network([Dense(6), Activation("tanh"), Dense(5), Activation("tanh"), Dense(3)])
    settings = {"loss": "softmax_cross_entropy", "epochs": 2, "batch_size": 20, "optimizer": optim.adam(0.01)}
    return train.fit(network, X, Y, rule=rule, **{**settings, **options})


def test_an_angle_by_hand():
    """∠((1, 0), (1, 1)) = 45°; small ones keep their digits; of nothing there is none."""
    one = jnp.array([1.0, 0.0])
    assert angle(one, jnp.array([3.0, 3.0])) == pytest.approx(45)
    assert angle(one, jnp.array([-2.0, 0.0])) == pytest.approx(180)
    assert angle(one, jnp.array([[1.0], [1e-5]])) == pytest.approx(np.degrees(1e-5), rel=1e-4)
    assert np.isnan(angle(one, 0 * one))


def test_back_propagation_is_as_close_to_itself_as_can_be():
    found = closeness(fitted("backprop"), X, Y)
    assert (found.angle, found.norm_ratio) == (0, 1)
    assert [layer.place for layer in found.layers] == ["0", "2", "4"]
    assert [layer.feedback_angle for layer in found.layers] == [None, 0, 0]


def test_feedback_alignment_against_numpy(float64):
    """The angle of dW₁ and of B₂ to W₂, and the ratio of norms, computed from the weights alone."""
    model = fitted("feedback_alignment", Network([Dense(6), Activation("tanh"), Dense(3)]), dtype="float64")
    W1, b1, W2, b2 = (np.asarray(model.params[i][name]) for i in (0, 2) for name in ("W", "b"))
    B = np.asarray(model.memory[2]["W"])
    A = np.tanh(X @ W1 + b1)
    Z = A @ W2 + b2
    dZ = (np.exp(Z) / np.exp(Z).sum(1, keepdims=True) - np.eye(3)[Y]) / 60
    ours, theirs = (X.T @ (dZ @ M.T * (1 - A**2)) for M in (B, W2))

    def degrees(a, b):
        return np.degrees(np.arccos((a * b).sum() / np.linalg.norm(a) / np.linalg.norm(b)))

    first, last = closeness(model, X, Y).layers
    assert first.angle == pytest.approx(degrees(ours, theirs), rel=1e-9)
    assert first.norm_ratio == pytest.approx(np.linalg.norm(ours) / np.linalg.norm(theirs), rel=1e-9)
    assert first.feedback_angle is None
    assert (last.angle, last.norm_ratio) == pytest.approx((0, 1))
    assert last.feedback_angle == pytest.approx(degrees(B, W2), rel=1e-9)


def test_what_is_random_in_a_pass_is_the_same_for_both():
    """Dropout and batch statistics: back propagation by another name is still at 0°."""
    net = Network(
        [Dense(8), BatchNorm(), Activation("relu"), Dropout(0.5), Residual([Dense(8), Dropout(0.5)]), Dense(3)]
    )
    found = closeness(fitted(rules.PredictiveCoding(fixed_predictions=True), net), X, Y)
    assert found.angle < 1e-3
    assert [layer.place for layer in found.layers] == ["0", "4.body.0", "5"]


@pytest.mark.parametrize("rule", rules.all_names())
def test_every_rule_can_be_measured(rule):
    found = closeness(fitted(rule), X, Y)
    assert 0 <= found.angle <= 180 and found.norm_ratio > 0
    assert len(found.layers) == 3


def test_of_an_ensemble_the_first_member_is_measured():
    assert closeness(fitted("backprop", members=2), X, Y).angle == 0


def test_places_are_where_matrices_stand():
    tree = ({}, {"W": 1, "b": 2}, {"body": ({"W": 3},), "shortcut": ()})
    assert by_place(rules.weights(tree)) == {"1": 1, "2.body.0": 3}
