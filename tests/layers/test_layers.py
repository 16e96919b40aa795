"""What every layer promises, for every layer registered: its way back, padding, feedback, purity."""

import dataclasses
from functools import cache, partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gradients
from clearprop import Network
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

    def within(value):
        return isinstance(value, Layer) or (isinstance(value, tuple) and any(within(item) for item in value))

    return any(within(getattr(layer, f.name)) for f in dataclasses.fields(layer))


def test_every_layer_can_be_tested():
    """design.md, Habits: covered by existing. A layer that needs settings needs an example in gradients.py."""
    assert gradients.settings_missing(LAYERS, gradients.LAYER_EXAMPLES) == []


@EVERY
@pytest.mark.parametrize("training", [True, False], ids=["training", "inference"])
def test_the_way_back_is_the_derivative(example, shape, training, float64):
    """design.md, Habits: alone, with any weights and padded rows, 1, 2 and 3 units, 2-D and 3-D inputs."""
    params, state, X = a_case(example, shape)
    pass_ = Pass(training, KEY, jnp.asarray(gradients.weights_for(4, "padded")))
    gradients.check(gradients.of_layer(example.layer, state, pass_), params, X)


@pytest.mark.parametrize(("name", "example"), gradients.all_layers(), ids=lambda value: str(value)[:40])
def test_the_way_back_is_the_derivative_for_one_row(name, example, float64):
    """design.md, Habits: a batch of 1."""
    params, state, X = a_case(example, example.shapes[-1], 1)
    gradients.check(gradients.of_layer(example.layer, state, Pass(True, KEY, jnp.ones(1))), params, X)


@cache
def compiled(layer):
    """(params, state, X, weights, dY, feedback) → (Y, state), (gradients, dX), and both with the feedback."""

    @partial(jax.jit, compiler_options=gradients.QUICK)
    def compute(params, state, X, weights, dY, feedback):
        Y, backprop, after = layer.forward(params, state, X, Pass(True, KEY, weights))
        return (Y, after), backprop(dY), backprop(dY, feedback)

    return compute


def a_padded_case(example, shape):
    """The arguments of `compiled` for three rows and one of padding."""
    params, state, X = a_case(example, shape)
    dY = np.random.default_rng(3).normal(size=(4, *shape_after(example.layer, shape)))
    dY[3] = 0  # as every loss has it
    return params, state, X, np.array([0.5, 0.3, 0.2, 0.0]), dY, jax.tree.map(lambda a: 1 - 2 * a, params)


def assert_equal(a, b, **tolerance):
    """Two trees of arrays, to the bit unless told otherwise."""
    for one, other in zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True):
        np.testing.assert_allclose(one, other, **{"rtol": 0, "atol": 0, **tolerance})


@EVERY
def test_padding_reaches_nothing(example, shape, float64):
    """design.md, a pass: what a row of weight 0 holds changes no output, statistic or gradient of the others, to the
    bit, and nothing goes back to it.
    """
    params, state, X, w, dY, feedback = a_padded_case(example, shape)
    strange = X.copy()
    strange[3] = 1e3 * X[3] + 77
    (Y, after), (own, dX), _ = compiled(example.layer)(params, state, X, w, dY, feedback)
    (Y_strange, *others), with_strange, _ = compiled(example.layer)(params, state, strange, w, dY, feedback)
    assert_equal((Y[:3], after, own, dX), (Y_strange[:3], *others, *with_strange))
    assert not np.asarray(dX[3]).any()


@EVERY
def test_a_padded_batch_learns_what_the_batch_without_padding_does(example, shape, float64):
    """design.md, a pass: outputs, statistics and gradients of the real rows alone."""
    params, state, X, w, dY, feedback = a_padded_case(example, shape)
    (Y, *after), (own, dX), _ = compiled(example.layer)(params, state, X, w, dY, feedback)
    alone = compiled(example.layer)(params, state, X[:3], w[:3], dY[:3], feedback)
    assert_equal(((Y[:3], *after), (own, dX[:3])), alone[:2], rtol=1e-12, atol=1e-12)


@EVERY
def test_feedback_carries_the_error_and_nothing_else(example, shape, float64):
    """layers/base.py: dX is found with the feedback weights, so equals that of a layer whose weights they are; the
    layer's own gradients are found without. (Within a container the inner ones meet other errors: see its own tests.)
    """
    if holds_layers(example.layer):
        return
    *arguments, feedback = a_padded_case(example, shape)
    _, (own, _), (own_with_feedback, dX_with_feedback) = compiled(example.layer)(*arguments, feedback)
    assert_equal(own, own_with_feedback)
    _, (_, expected), _ = compiled(example.layer)(feedback, *arguments[1:], feedback)
    assert_equal(dX_with_feedback, expected, rtol=1e-12, atol=1e-14)


def shape_after(layer, shape):
    """The shape of a row that the layer says it gives."""
    return Network([layer]).shapes(shape)[-1]


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
    assert (Y.shape, dX.shape) == ((4, *shape_after(layer, shape)), (4, *shape))
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
