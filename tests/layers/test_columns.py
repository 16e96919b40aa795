"""Columns: against its parts alone, and what goes where."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gradients
from clearprop import registry
from clearprop.errors import ClearpropError
from clearprop.layers import Activation, BatchNorm, Columns, Dense, Dropout, Embedding, Pass, Scale, Sequence, inference
from clearprop.rules.base import weights, with_weights

LAYER = Columns([(2, Dense(3)), (1, Embedding(4, 2)), (1, [])])
KEY = jax.random.key(3)


def test_by_hand():
    """[x₀ + 2 x₁, E[x₂], x₃], worked with pencil; and the way back."""
    layer = Columns([(2, Dense(1)), (1, Embedding(2, 2)), (1, [])])
    params = ({"W": jnp.array([[1.0], [2.0]]), "b": jnp.array([0.5])}, {"E": jnp.array([[5.0, 6], [7, 8]])}, ())
    X = jnp.array([[1.0, 10, 1, 4], [2, 20, 0, 3], [0, 0, 1, 2]])
    Y, backprop, _ = layer.forward(params, ({}, {}, ()), X, inference(3))
    np.testing.assert_array_equal(Y, [[21.5, 7, 8, 4], [42.5, 5, 6, 3], [0.5, 7, 8, 2]])
    (dense, embedding, none), dX = backprop(jnp.array([[1.0, 10, 20, 5], [2, 30, 40, 6], [3, 50, 60, 7]]))
    np.testing.assert_array_equal(dense["W"], [[5.0], [50.0]])
    np.testing.assert_array_equal(dense["b"], [6.0])
    np.testing.assert_array_equal(embedding["E"], [[30.0, 40], [60, 80]])
    assert none == ()
    np.testing.assert_array_equal(dX, [[1.0, 2, 0, 5], [2, 4, 0, 6], [3, 6, 0, 7]])


def test_several_columns_of_codes_are_laid_out_flat():
    """The docstring: (n, count, features) becomes (n, count · features), column after column."""
    layer = Columns([(2, Embedding(2, 2))])
    assert layer.init(KEY, (2,))[2] == (4,)
    Y, _, _ = layer.forward(({"E": jnp.array([[1.0, 2], [3, 4]])},), ({},), jnp.array([[1.0, 0]]), inference(1))
    assert Y.tolist() == [[3, 4, 1, 2]]


def test_each_part_has_weights_and_random_numbers_of_its_own():
    """Two equal parts are drawn differently and drop differently; a part is drawn as it would be alone."""
    layer = Columns([(4, Dense(4)), (4, Dense(4))])
    (first, second), _, shape = layer.init(KEY, (8,))
    assert shape == (8,)
    assert not np.allclose(first["W"], second["W"])
    np.testing.assert_array_equal(second["W"], Dense(4).init(jax.random.fold_in(KEY, 1), (4,))[0]["W"])
    dropped = Columns([(40, Dropout(0.5)), (40, Dropout(0.5))])
    Y, _, _ = dropped.forward(({}, {}), ({}, {}), jnp.ones((1, 80)), Pass(True, KEY, jnp.ones(1)))
    assert (Y[:, :40] != Y[:, 40:]).any()


def test_the_state_of_each_part_is_kept():
    """A batch normalisation within: its running mean is that of its own columns."""
    layer = Columns([(1, Scale()), (1, BatchNorm())])
    params, state, _ = layer.init(KEY, (2,))
    pass_ = Pass(True, None, jnp.full(2, 0.5))
    _, _, after = layer.forward(params, state, jnp.array([[100.0, 1], [100, 3]]), pass_)
    alone = BatchNorm().forward(params[1], state[1], jnp.array([[1.0], [3]]), pass_)[2]
    assert after[0] == {}
    jax.tree.map(np.testing.assert_array_equal, after[1], alone)


def test_the_feedback_reaches_every_part(float64):
    """Linear within, so that dX with feedback F is that of the layer whose weights are F; dW stays as it was."""
    layer = Columns([(2, Dense(2)), (1, Dense(3))])
    params, state = jax.tree.map(jnp.asarray, gradients.start(layer, (3,)))
    other = with_weights(params, weights(jax.tree.map(jnp.asarray, gradients.start(layer, (3,), seed=9)[0])))
    X, dY = jax.random.normal(KEY, (4, 3)), jax.random.normal(jax.random.key(1), (4, 5))
    back, back_other = (layer.forward(p, state, X, inference(4))[1] for p in (params, other))
    own, dX = back(dY)
    with_feedback, dX_with_feedback = back(dY, other)
    np.testing.assert_array_equal(dX_with_feedback, back_other(dY)[1])
    assert not np.allclose(dX, dX_with_feedback)
    jax.tree.map(np.testing.assert_array_equal, own, with_feedback)


def test_it_goes_into_words_and_back():
    """registry: a model file holds counts and parts."""
    config = registry.config_of(LAYER)
    assert config["parts"][1] == [1, {**registry.config_of(Embedding(4, 2))}]
    assert registry.build(config) == LAYER


@pytest.mark.parametrize("parts", [[], [(0, Dense(1))], [(2, Dense(1)), (-1, Dense(1))]])
def test_no_columns_are_refused(parts):
    """Columns's error."""
    with pytest.raises(ClearpropError, match="a part or more, each of 1 column or more"):
        Columns(parts)


@pytest.mark.parametrize("shape", [(3,), (5,), (2, 4), ()])
def test_rows_of_another_width_are_refused(shape):
    """init's error."""
    with pytest.raises(ClearpropError, match="made for rows of 4 columns"):
        LAYER.init(KEY, shape)


def test_an_error_in_a_part_says_which():
    """saying_where."""
    with pytest.raises(ClearpropError, match=r"Layer 1 \(sequence\): Layer 0 \(columns\): Columns was made"):
        Columns([(1, Activation("relu")), (2, Sequence([Columns([(3, Dense(1))])]))]).init(KEY, (3,))
