"""The gradient of a class's score in the image: closed forms, and automatic differentiation as the oracle."""

from types import SimpleNamespace

import jax
import numpy as np
import pytest

import sighted
from clearprop import layers, rules
from clearprop.errors import ClearpropError, DataError
from clearprop.explain import saliency
from clearprop.layers.base import inference

SHAPE = (4, 5, 3)


@pytest.fixture(scope="module")
def linear():
    return sighted.linear(SHAPE, 3)


def test_of_a_linear_network_it_is_the_weights_over_the_scale(linear):
    """z_c = Σ W_c (X − mean) / scale + b_c, so ∂z_c/∂X = W_c / scale, whatever the image."""
    fitted, W, mean, scale = linear
    X = sighted.image(SHAPE)
    for name in ("0", "2"):
        found = saliency(fitted, X, of=name)
        np.testing.assert_allclose(found.gradient, W[..., int(name)] / scale, rtol=1e-12)
        np.testing.assert_allclose(found.map, np.abs(W[..., int(name)] / scale).max(-1), rtol=1e-12)
        assert found.score == pytest.approx(np.sum(W[..., int(name)] * (X - mean) / scale))
        assert found.name == name
    likeliest = saliency(fitted, X)
    assert likeliest.name == str(fitted.predict(X[None])[0].argmax())


def test_of_two_classes_with_one_output_it_turns_with_the_class():
    fitted, W, _mean, scale = sighted.linear(SHAPE, 1, loss="sigmoid_cross_entropy")
    X = sighted.image(SHAPE)
    yes, no = (saliency(fitted, X, of=name).gradient for name in ("1", "0"))
    np.testing.assert_allclose(yes, W[..., 0] / scale, rtol=1e-12)
    np.testing.assert_array_equal(no, -yes)


def test_of_a_number_it_is_in_the_numbers_own_units():
    table = SimpleNamespace(classes=(), labels=False, target_mean=(7.0,), target_scale=(10.0,))
    fitted, W, _mean, scale = sighted.linear(SHAPE, 1, loss="squared", table=table)
    found = saliency(fitted, sighted.image(SHAPE))
    np.testing.assert_allclose(found.gradient, 10 * W[..., 0] / scale, rtol=1e-12)
    assert found.name == "" and "would move the prediction." in found.text()


def test_of_units_that_do_not_fire_nothing_comes_back():
    """By hand: X = (1, 2; 3, 4), hidden sums (1 − 4, 2 + 3): only the second fires; z_0 = 7 a_1 + 5 a_2."""
    fitted = sighted.untrained([layers.Flatten(), layers.Dense(2), layers.Activation("relu"), layers.Dense(2)], (2, 2))
    hidden = {"W": np.array([[1.0, 0], [0, 1], [0, 1], [-1, 0]]), "b": np.zeros(2)}
    out = {"W": np.array([[7.0, 1], [5, 2]]), "b": np.zeros(2)}
    fitted = fitted.replace(params=({}, hidden, {}, out))
    found = saliency(fitted, np.array([[1.0, 2], [3, 4]]), of=0)
    assert found.gradient.tolist() == [[[0], [5]], [[5], [0]]] and found.score == 25


def test_of_a_deep_network_it_is_what_automatic_differentiation_finds():
    fitted, X = sighted.convolutional(), sighted.image()

    def score(X, params, state):
        return fitted.network.forward(params, state, X[None], inference(1, X.dtype))[0][0, 1]

    with jax.enable_x64(True):
        oracle = np.asarray(jax.jit(jax.grad(score))(X, fitted.params, fitted.state))
    np.testing.assert_allclose(saliency(fitted, X, of="1").gradient, oracle, rtol=1e-9, atol=1e-13)


def test_of_an_ensemble_it_is_the_first_networks(linear):
    fitted, W, _mean, scale = linear
    params = jax.tree.map(lambda a: np.stack([a, 5 * a]), fitted.params)
    state = jax.tree.map(lambda a: np.stack([a, a]), fitted.state)
    found = saliency(fitted.replace(members=2, params=params, state=state), sighted.image(SHAPE), of="1")
    np.testing.assert_allclose(found.gradient, W[..., 1] / scale, rtol=1e-12)


def test_what_is_refused(linear):
    fitted, X = linear[0], sighted.image(SHAPE)
    with pytest.raises(ClearpropError, match=r"^The network knows no class 'dog', only 0, 1, 2\.$"):
        saliency(fitted, X, of="dog")
    with pytest.raises(DataError, match=r"^The model takes images of 4 × 5 × 3 numbers, and this one has 5 × 4 × 3\.$"):
        saliency(fitted, X.swapaxes(0, 1))
    with pytest.raises(DataError, match="fill or drop what is missing"):
        saliency(fitted, np.full(SHAPE, np.nan))
    with pytest.raises(ClearpropError, match="predicts in a way of its own"):
        saliency(fitted.replace(rule=rules.ForwardForward()), X, of="0")
    table = sighted.untrained([layers.Dense(2)], (7,))
    with pytest.raises(ClearpropError, match=r"^This model takes no images, but rows of 7 numbers\.$"):
        saliency(table, np.zeros(7))
    with pytest.raises(ClearpropError, match="A trained network is needed"):
        saliency("a name", X)
