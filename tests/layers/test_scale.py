"""Scale: its equation by hand, and how far its factors move in a step."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from clearprop import optim
from clearprop.errors import ClearpropError
from clearprop.layers import Scale, inference


def test_by_hand():
    """Y = X s, s = rate θ;  dθ = rate Σ dY X, dX = dY s."""
    params = {"theta": jnp.array([2.0, -1.0])}
    Y, backprop, _ = Scale(3.0).forward(params, {}, jnp.array([[1.0, 1], [10, 5]]), inference(2))
    np.testing.assert_array_equal(Y, [[6.0, -3], [60, -15]])
    gradients, dX = backprop(jnp.array([[1.0, 2], [3, 4]]))
    np.testing.assert_array_equal(gradients["theta"], [3 * 31.0, 3 * 22.0])
    np.testing.assert_array_equal(dX, [[6.0, -6], [18, -12]])


@pytest.mark.parametrize("rate", [0.1, 1.0, 6.0])
def test_it_begins_by_changing_nothing(rate):
    """The docstring: s starts at 1."""
    params, state, shape = Scale(rate).init(jax.random.key(0), (2, 3))
    X = jnp.arange(12.0).reshape(2, 2, 3)
    assert shape == (2, 3)
    np.testing.assert_allclose(Scale(rate).forward(params, state, X, inference(2))[0], X, rtol=1e-6)


@pytest.mark.parametrize(("optimizer", "power"), [(optim.adam(0.01), 1), (optim.gradient_descent(0.01), 2)])
def test_its_factors_move_as_far_as_the_docstring_says(optimizer, power, float64):
    """`rate` times as far as a plain factor under Adam (at its first step), rate² times under gradient descent."""
    X, dY = jnp.array([[1.0, -2.0], [3.0, 0.5]]), jnp.array([[0.3, 0.2], [-0.4, 0.7]])

    def moved(rate):
        params = Scale(rate).init(jax.random.key(0), (2,))[0]
        gradients, _ = Scale(rate).forward(params, {}, X, inference(2))[1](dY)
        updates, _ = optimizer.update(gradients, optimizer.init(params), params)
        return rate * np.asarray(updates["theta"])

    np.testing.assert_allclose(moved(6.0), 6**power * moved(1.0), rtol=1e-6)


@pytest.mark.parametrize("rate", [0, -1.0, float("nan")])
def test_one_that_cannot_move_is_refused(rate):
    """Scale's error."""
    with pytest.raises(ClearpropError, match="rate of a Scale must be above 0"):
        Scale(rate)
