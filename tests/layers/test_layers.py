"""What every layer promises, for every layer registered: its way back, padding, feedback, purity."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gradients
from clearprop.layers import LAYERS, Layer, Pass, inference
from clearprop.network import abstract

EVERY = pytest.mark.parametrize(
    ("example", "shape"),
    [
        pytest.param(example, shape, id=f"{name}{number} {shape}")
        for number, (name, example) in enumerate(gradients.all_layers())
        for shape in example.shapes
    ],
)
KEY = jax.random.key(5)


def a_case(example, shape, n=4, seed=2):
    """(params, state, X) for a layer and a shape of a row."""
    params, state = jax.tree.map(jnp.asarray, gradients.start(example.layer, shape))
    return params, state, example.draw(np.random.default_rng(seed), (n, *shape))


def holds_layers(layer):
    """Whether it is a container: its dX depends on more than its own weights and X."""
    values = [getattr(layer, f.name) for f in dataclasses.fields(layer)]
    return any(isinstance(v, Layer) or (isinstance(v, tuple) and any(isinstance(i, Layer) for i in v)) for v in values)


def test_every_layer_can_be_tested():
    """design.md, Habits: covered by existing. A layer that needs settings needs an example in gradients.py."""
    assert gradients.settings_missing(LAYERS, gradients.LAYER_EXAMPLES) == []


@EVERY
@pytest.mark.parametrize(
    ("n", "training"), [(1, True), (4, True), (4, False)], ids=["one row", "training", "inference"]
)
def test_the_way_back_is_the_derivative(example, shape, n, training, float64):
    """design.md, Habits: alone, a batch of 1 and of n with a padded row, 1, 2 and 3 units, 2-D and 3-D inputs."""
    params, state, X = a_case(example, shape, n)
    pass_ = Pass(training, KEY, jnp.asarray(gradients.weights_for(n, "padded")))
    gradients.check(gradients.of_layer(example.layer, state, pass_), params, X)


@EVERY
def test_padding_reaches_nothing_and_feedback_carries_only_the_error(example, shape, float64):
    """design.md, a pass: what a row of weight 0 holds changes no output, statistic or gradient, to the bit, and its
    own gradients are 0. And `feedback`: dX is found with it and the layer's own gradients are not; so dX equals that
    of a layer with those weights (a container's inner layers meet other errors then: the containers' own tests look
    at these).
    """
    layer = example.layer
    params, state, X = a_case(example, shape)
    w = np.array([0.5, 0.3, 0.2, 0.0])
    dY = np.random.default_rng(3).normal(size=(4, *abstract_output(layer, shape)))
    dY[3] = 0  # as every loss has it

    @jax.jit
    def compute(params, X, feedback):
        Y, backprop, after = layer.forward(params, state, X, Pass(True, KEY, jnp.asarray(w)))
        return Y, after, *backprop(jnp.asarray(dY)), *backprop(jnp.asarray(dY), feedback)

    other = jax.tree.map(lambda a: 1 - 2 * a, params)
    Y, after, own, dX, own_with_feedback, dX_with_feedback = compute(params, X, other)
    strange = X.copy()
    strange[3] = 1e3 * X[3] + 77
    Y_strange, *rest = compute(params, strange, other)
    np.testing.assert_array_equal(Y[:3], Y_strange[:3])
    for a, b in zip(jax.tree.leaves((after, own, dX)), jax.tree.leaves(tuple(rest[:3])), strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.asarray(dX[3]).any()

    if not holds_layers(layer):
        for a, b in zip(jax.tree.leaves(own), jax.tree.leaves(own_with_feedback), strict=True):
            np.testing.assert_array_equal(a, b)
        np.testing.assert_allclose(dX_with_feedback, compute(other, X, other)[3], rtol=1e-12, atol=1e-14)


def abstract_output(layer, shape):
    """The shape of a row that the layer says it gives."""
    found = []
    jax.eval_shape(lambda key: found.append(layer.init(key, shape)[2]), KEY)
    return found[0]


@EVERY
def test_a_padded_batch_learns_what_the_batch_without_padding_does(example, shape, float64):
    """design.md: outputs, statistics and gradients of the real rows alone."""
    params, state, X = a_case(example, shape)

    @jax.jit
    def compute(X, w, dY):
        Y, backprop, after = example.layer.forward(params, state, X, Pass(True, KEY, w))
        gradients_, dX = backprop(dY)
        return Y[:3], after, gradients_, dX[:3]

    dY = np.random.default_rng(3).normal(size=(4, *abstract_output(example.layer, shape)))
    dY[3] = 0
    w = np.array([0.5, 0.3, 0.2, 0.0])
    for a, b in zip(jax.tree.leaves(compute(X, w, dY)), jax.tree.leaves(compute(X[:3], w[:3], dY[:3])), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)


@EVERY
def test_shapes_and_types_are_what_init_says(example, shape):
    """layers/base.py: init's shape is that of a row of forward's output; all stays float32, in the same trees."""
    layer = example.layer
    params, state = abstract(layer, shape)
    X = jax.ShapeDtypeStruct((4, *shape), "float32")

    def both(params, state, X):
        Y, backprop, after = layer.forward(params, state, X, Pass(True, KEY, jnp.full(4, 0.25)))
        return Y, after, *backprop(Y)

    Y, after, grads, dX = jax.eval_shape(both, params, state, X)
    assert (Y.shape, dX.shape) == ((4, *abstract_output(layer, shape)), (4, *shape))
    assert jax.tree.structure((grads, after)) == jax.tree.structure((params, state))
    for new, old in zip(jax.tree.leaves((grads, after, dX)), jax.tree.leaves((params, state, X)), strict=True):
        assert (new.shape, new.dtype) == (old.shape, old.dtype)
    assert Y.dtype == "float32"


@EVERY
def test_a_layer_is_a_value(example, shape):
    """design.md: a frozen dataclass; equal ones are equal and hash alike, so a network keys the compiler's cache."""
    again = dataclasses.replace(example.layer)
    assert again == example.layer
    assert hash(again) == hash(example.layer)
    with pytest.raises(dataclasses.FrozenInstanceError):
        example.layer.anything = 1


def test_each_layer_of_a_pass_has_random_numbers_of_its_own():
    """Pass.of_layer: the key is folded with the layer's index; no key stays none."""
    pass_ = Pass(True, KEY, jnp.ones(1))
    drawn = [float(jax.random.uniform(pass_.of_layer(i).key)) for i in range(3)]
    assert len(set(drawn)) == 3
    assert inference(3).of_layer(1).key is None


def test_an_inference_weighs_rows_alike():
    """inference's docstring."""
    pass_ = inference(4)
    assert (pass_.training, pass_.key, pass_.weights.tolist()) == (False, None, [0.25] * 4)
    assert inference(0).weights.shape == (0,)
