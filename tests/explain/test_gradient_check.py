"""The check a user runs on their own data: it passes what is right and catches what is wrong."""

from dataclasses import dataclass
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from clearprop import Network, explain, layers, train
from clearprop.errors import DataError


@dataclass(frozen=True)
class Planted(layers.Layer):
    """A dense layer whose way back may have an error in it."""

    units: int
    error: str = ""

    def init(self, key, shape):
        return layers.Dense(self.units, "he").init(key, shape)

    def forward(self, params, state, X, pass_):
        Z, right, state = layers.Dense(self.units).forward(params, state, X, pass_)

        def backprop(dZ, feedback=params):
            gradients, dX = right(dZ, feedback)
            match self.error:
                case "sign":
                    gradients["W"] = -gradients["W"]
                case "factor":
                    gradients["b"] = 2 * gradients["b"]
                case "one number":
                    gradients["W"] = gradients["W"].at[1, 2].multiply(1.01)
                case "below":
                    dX = 1.001 * dX
            return gradients, dX

        return Z, backprop, state


@cache
def fitted(error=""):
    """(model, X, y), trained for two epochs: what is checked is the same whatever the weights."""
    random = np.random.default_rng(0)
    X, y = random.normal(size=(40, 3)), random.integers(3, size=40)
    net = Network(
        [layers.Dense(4), layers.Activation("tanh"), Planted(5, error), layers.Activation("relu"), layers.Dense(3)]
    )
    return train.fit(net, X, y, loss="softmax_cross_entropy", epochs=2, batch_size=20), X, y


@cache
def checks_of(error=""):
    return explain.gradient_check(*fitted(error))


def test_right_equations_pass_and_say_so():
    """Layer, parameter, shape and norm are those of the network; float64 differences agree to 10⁻⁶ and far better."""
    checks = checks_of()
    assert [(c.layer, c.parameter, c.shape) for c in checks] == [
        ("0 dense", "W", (3, 4)),
        ("0 dense", "b", (4,)),
        ("2 planted", "W", (4, 5)),
        ("2 planted", "b", (5,)),
        ("4 dense", "W", (5, 3)),
        ("4 dense", "b", (3,)),
    ]
    assert all(c.passed and c.error < 1e-8 for c in checks)
    assert all(0 < abs(c.analytic) <= c.norm * (1 + 1e-12) for c in checks)


@pytest.mark.parametrize(
    ("error", "caught"),
    [
        ("sign", {"2 planted W"}),
        ("factor", {"2 planted b"}),
        ("one number", {"2 planted W"}),
        ("below", {"0 dense W", "0 dense b"}),
    ],
)
def test_planted_errors_are_caught_where_they_are(error, caught):
    """A sign, a factor, one number in twenty off by a hundredth, an error handed down that is off by a thousandth."""
    assert {f"{c.layer} {c.parameter}" for c in checks_of(error) if not c.passed} == caught


def test_a_single_number_and_a_dead_unit():
    """One bias alone (its direction is ±1) and a parameter whose gradient is exactly 0."""
    X, y = np.ones((8, 1)), np.arange(8) % 2
    net = Network([layers.Dense(1), layers.Activation("hard_threshold"), layers.Dense(1)])
    checks = explain.gradient_check(train.fit(net, X, y, loss="sigmoid_cross_entropy", epochs=1), X, y)
    assert all(c.passed for c in checks)
    assert [c.norm == 0 for c in checks[:2]] == [True, True]


def test_dropout_and_batch_statistics_as_in_training():
    """Dropout drops the same units in every forward, and BatchNorm's statistics are the batch's."""
    random = np.random.default_rng(1)
    X, y = random.normal(size=(30, 4)), random.normal(size=30)
    net = Network(
        [layers.Dense(6), layers.BatchNorm(), layers.Dropout(0.5), layers.Activation("gelu"), layers.Dense(1)]
    )
    model = train.fit(net, X, y, loss="squared", epochs=1)
    assert all(c.passed for c in explain.gradient_check(model, X, y, rows=16))


def test_64_bit_numbers_stay_local():
    """The check computes in float64 and leaves the model, and the user's JAX, in float32."""
    model, _X, _y = fitted()
    checks_of()
    assert model.params[0]["W"].dtype == jnp.float32
    assert jnp.ones(1).dtype == jnp.float32


def test_data_of_another_shape_are_refused():
    model, X, y = fitted()
    with pytest.raises(DataError, match=r"rows of shape \(3,\)"):
        explain.gradient_check(model, X[:, :2], y)


def test_the_numbers_furthest_off_are_named():
    """Of W's 20 numbers the one with the planted error comes first, by what was planted; others are right."""
    check = next(c for c in checks_of("one number") if not c.passed)
    worst, *others = check.offenders
    assert (check.layer, check.parameter, worst.place) == ("2 planted", "W", (1, 2))
    assert worst.analytic == pytest.approx(1.01 * worst.numeric, rel=1e-5)
    for other in others:
        assert other.analytic == pytest.approx(other.numeric, rel=1e-4, abs=1e-7)


def test_what_passes_names_none():
    assert all(check.offenders == () for check in checks_of())


def test_of_an_ensemble_the_first_member():
    """Members have an axis of their own, which is not the layers'."""
    X, y = np.array([[0.5], [-1.0]]), np.array([1.0, 0.0])
    model = train.fit(Network([layers.Dense(1)]), X, y, loss="squared", epochs=1)
    params = jax.tree.map(lambda a: jnp.stack([a, a + 1]), model.params)
    both = model.replace(members=2, params=params, optimizer_state=None)
    assert explain.gradient_check(both, X, y) == explain.gradient_check(model, X, y)
