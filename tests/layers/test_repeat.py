"""A repeated layer is the sequence of its copies: output, state, gradients, with dropout, statistics and feedback."""

import jax
import jax.numpy as jnp
import pytest

from clearprop.errors import ClearpropError
from clearprop.layers import Activation, BatchNorm, Dense, Dropout, LayerNorm, Pass, Repeat, Residual, Sequence

TIMES = 3
BLOCK = Sequence([Residual([LayerNorm(), Dense(4), BatchNorm(), Activation("relu"), Dropout(0.3), Dense(4)])])


def copy(tree, index):
    return jax.tree.map(lambda a: a[index], tree)


@pytest.fixture
def both(float64):
    """(Repeat's forward, the sequence's) on the same weights, input and random numbers."""
    params, state, shape = Repeat(BLOCK, TIMES).init(jax.random.key(0), (4,))
    assert shape == (4,)
    X = jax.random.normal(jax.random.key(1), (5, 4))
    pass_ = Pass(True, jax.random.key(2), jnp.array([0.1, 0.2, 0.3, 0.4, 0.0]))
    unrolled = Sequence([BLOCK] * TIMES)
    return (
        params,
        Repeat(BLOCK, TIMES).forward(params, state, X, pass_),
        unrolled.forward(
            tuple(copy(params, i) for i in range(TIMES)), tuple(copy(state, i) for i in range(TIMES)), X, pass_
        ),
    )


def close(a, b):
    return all(
        jnp.allclose(x, y, rtol=1e-10, atol=1e-12) for x, y in zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True)
    )


def test_output_and_state_are_the_sequences(both):
    _params, (Y, _back, state), (expected, _expected_back, expected_state) = both
    assert close(Y, expected)
    assert all(close(copy(state, i), expected_state[i]) for i in range(TIMES))


@pytest.mark.parametrize("scale", [None, 1.5], ids=["own weights", "feedback"])
def test_gradients_are_the_sequences(both, scale):
    params, (Y, back, _state), (_expected, expected_back, _expected_state) = both
    dY = jnp.cos(jnp.arange(Y.size, dtype=Y.dtype)).reshape(Y.shape)
    B = [] if scale is None else [jax.tree.map(lambda a: scale * a, params)]
    gradients, dX = back(dY, *B)
    expected, expected_dX = expected_back(dY, *(tuple(copy(b, i) for i in range(TIMES)) for b in B))
    assert close(dX, expected_dX)
    assert all(close(copy(gradients, i), expected[i]) for i in range(TIMES))


def test_each_copy_draws_its_own_weights():
    params, _state, _shape = Repeat(Dense(3), 2).init(jax.random.key(0), (3,))
    assert not jnp.allclose(params["W"][0], params["W"][1])


def test_what_cannot_be_repeated_is_refused():
    with pytest.raises(ClearpropError, match=r"must keep the shape of a row; this one makes \(3,\) of \(4,\)"):
        Repeat(Dense(3), 2).init(jax.random.key(0), (4,))
    with pytest.raises(ClearpropError, match="1 time or more, not 0"):
        Repeat(Dense(3), 0)
