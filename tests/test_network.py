"""Networks: the tape of stages, the table, chosen pairs and nests of layers, and depth."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gradients
from clearprop import Network, losses
from clearprop.layers import (
    Activation,
    BatchNorm,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    LayerNorm,
    Pass,
    Reshape,
    Residual,
    Sequence,
    inference,
)
from clearprop.network import Row, abstract, count, describe

KEY = jax.random.key(7)

NESTS = {
    "dense, batch norm, activation": ([Dense(4), BatchNorm(), Activation("gelu"), Dense(3)], (3,)),
    "batch norm twice, softmax": ([BatchNorm(), Dense(3), BatchNorm(), Activation("softmax")], (2,)),
    "residual within residual, with shortcuts": (
        [
            Residual([Dense(4), Residual([LayerNorm(), Activation("tanh"), Dense(3)], Dense(3))], Dense(3)),
            Residual([BatchNorm(), Activation("mish"), Dropout(0.2), Dense(3)]),
        ],
        (2,),
    ),
    "dropout of a fixed key, twice": ([Dropout(0.3), Dense(4), Activation("elu"), Dropout(0.5), Dense(3)], (3,)),
    "positions that share weights": (
        [Reshape((2, 3)), Dense(4), BatchNorm(), Activation("silu"), Flatten(), Dense(3)],
        (6,),
    ),
    "sequence within sequence": (
        [Sequence([Dense(2), Sequence([Activation("sigmoid")])]), LayerNorm(), Dense(3)],
        (2,),
    ),
}


PAIRS = [
    *((nest, "squared") for nest in NESTS),
    ("dense, batch norm, activation", "softmax_cross_entropy"),
    ("residual within residual, with shortcuts", "sigmoid_cross_entropy"),
]


@pytest.mark.parametrize(("nest", "loss"), PAIRS)
def test_nests_of_layers_with_a_loss(nest, loss, float64):
    """design.md: nested residual blocks with batch normalisation, dropout, weights and padding agree with
    differentiation.
    """
    layers, shape = NESTS[nest]
    net, loss = Network(layers), losses.get(loss)
    params, state = gradients.start(net, shape)
    X = np.random.default_rng(0).normal(size=(5, *shape))
    Y = next(iter(gradients.targets(loss, 5, 3).values()))
    pass_ = Pass(True, KEY, jnp.asarray(gradients.weights_for(5, "padded")))
    gradients.check(gradients.of_training(net, loss, state, Y, pass_), params, X)


def test_embedding_flatten_dense(float64):
    """A table of categories, its way back as far as the embedding (to the categories there is none)."""
    net = Network([Embedding(4, 2), Flatten(), Dense(4), Activation("tanh"), Dense(1)])
    params, state = gradients.start(net, (3,))
    X = gradients.categories(np.random.default_rng(0), (5, 3))
    pass_ = Pass(True, None, jnp.asarray(gradients.weights_for(5, "any")))
    loss = losses.get("sigmoid_cross_entropy")
    gradients.check(gradients.of_training(net, loss, state, np.array([0, 1, 1, 0, 1]), pass_), params, X)


@pytest.mark.parametrize("pair", [("sigmoid", "binary"), ("softmax", "categorical")])
def test_a_fused_loss_learns_what_the_activation_and_its_loss_do(pair, float64):
    """losses.py: the same value and the same gradients of every weight below."""
    fused, unfused = losses.get(f"{pair[0]}_cross_entropy"), losses.get(f"{pair[1]}_cross_entropy")
    body = [Dense(4), BatchNorm(), Activation("tanh"), Dense(3)]
    X = jnp.asarray(np.random.default_rng(0).normal(size=(5, 2)))
    Y = jnp.asarray(list(gradients.targets(fused, 5, 3).values())[-1])
    pass_ = Pass(True, None, jnp.asarray(gradients.weights_for(5, "any")))
    found = []
    for net, loss in (Network(body), fused), (Network([*body, Activation(pair[0])]), unfused):
        params, state = jax.tree.map(jnp.asarray, gradients.start(net, (2,)))
        Y_hat, backprop, _ = net.forward(params, state, X, pass_)
        value, dY_hat = loss(Y_hat, Y, pass_.weights)
        found.append((value, backprop(dY_hat)))
    for a, b in zip(jax.tree.leaves(found[0]), jax.tree.leaves(found[1]), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-14)


def test_thirty_residual_blocks_have_the_gradient_of_automatic_differentiation(float64):
    """Issue 2, depth: finite gradients at depth, each equal to `jax.grad`'s."""
    block = Residual([LayerNorm(), Dense(8, "he"), Activation("relu"), Dense(8)])
    net, loss = Network([Dense(8), *[block] * 30, LayerNorm(), Dense(3)]), losses.get("softmax_cross_entropy")
    params, state, _ = net.init(KEY, (5,))
    X, Y = jax.random.normal(jax.random.key(1), (6, 5)), jnp.array([0, 1, 2, 0, 1, 2])
    pass_ = Pass(True, None, jnp.full(6, 1 / 6))

    def value(params):
        return loss(net.forward(params, state, X, pass_)[0], Y, pass_.weights)[0]

    Y_hat, backprop, _ = net.forward(params, state, X, pass_)
    ours, automatic = backprop(loss(Y_hat, Y, pass_.weights)[1])[0], jax.grad(value)(params)
    for g, e in zip(jax.tree.leaves(ours), jax.tree.leaves(automatic), strict=True):
        assert np.isfinite(g).all()
        np.testing.assert_allclose(g, e, rtol=1e-9, atol=1e-13)
    assert float(jnp.abs(ours[0]["W"]).max()) > 1e-3  # the error reaches the first layer


NET = Network(
    [Dense(4), BatchNorm(), Residual([Dense(4), Dropout(0.5)]), Activation("relu"), Flatten(), Dense(2, bias=False)]
)


def test_the_stages_are_the_tape_of_the_forward_pass(float64):
    """Network.stages: each layer's input, output and way back; together they are forward and backprop, to the bit."""
    params, state, _ = NET.init(KEY, (3,))
    X, pass_ = jax.random.normal(jax.random.key(1), (5, 3)), Pass(True, KEY, jnp.full(5, 0.2))
    Y, backprop, after = NET.forward(params, state, X, pass_)
    stages, after_stages = NET.stages(params, state, X, pass_)
    assert len(stages) == 6
    for a, b in zip(jax.tree.leaves(after), jax.tree.leaves(after_stages), strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(stages[0].input, X)
    np.testing.assert_array_equal(stages[-1].output, Y)
    d, found = jnp.ones_like(Y), []
    for before, stage in zip([None, *stages], stages, strict=False):
        assert before is None or stage.input is before.output
    for stage in reversed(stages):
        gradient, d = stage.backprop(d)
        found.insert(0, gradient)
    gradients_, dX = backprop(jnp.ones_like(Y))
    np.testing.assert_array_equal(d, dX)
    for a, b in zip(jax.tree.leaves(tuple(found)), jax.tree.leaves(gradients_), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_table_says_what_there_is():
    """Network.table: name, shape of a row after it, number of parameters."""
    assert NET.table((7, 3)) == [
        Row("dense", (7, 4), 16),
        Row("batch_norm", (7, 4), 8),
        Row("residual", (7, 4), 20),
        Row("activation relu", (7, 4), 0),
        Row("flatten", (28,), 0),
        Row("dense", (2,), 56),
    ]
    assert NET.shapes((3,)) == [(3,), (4,), (4,), (4,), (4,), (4,), (2,)]


def test_it_begins_as_a_sequence_does():
    """Network.begin: the same draws as Sequence.init, and every shape on the way."""
    params, state, shapes = NET.begin(KEY, (3,))
    drawn = Sequence(NET.layers).init(KEY, (3,))
    assert jax.tree.structure((params, state)) == jax.tree.structure(drawn[:2])
    for one, other in zip(jax.tree.leaves((params, state)), jax.tree.leaves(drawn[:2]), strict=True):
        assert (one == other).all()
    assert (shapes, shapes[-1]) == (NET.shapes((3,)), drawn[2])


def test_a_table_allocates_nothing():
    """abstract's docstring: a network too large for the memory has a table too."""
    net = Network([Dense(2**20), Dense(2**20)])
    assert net.table((2**20,))[1].parameters == 2**40 + 2**20
    assert abstract(net, (2**20,))[0][0]["W"].shape == (2**20, 2**20)


def test_counting_and_naming():
    """count and describe."""
    assert count(NET.init(KEY, (3,))[0]) == 16 + 8 + 20 + 8
    assert describe(Activation("leaky_relu")) == "activation leaky_relu"
    assert describe(LayerNorm()) == "layer_norm"


def test_a_network_is_a_layer_and_a_value():
    """design.md: a network is a layer that holds layers; equal ones share a compiled program."""
    inner = Network([Dense(3), Activation("relu")])
    outer = Network([inner, Dense(2)])
    params, state, shape = outer.init(KEY, (4,))
    Y, _, _ = outer.forward(params, state, jnp.ones((5, 4)), inference(5))
    assert (Y.shape, shape) == ((5, 2), (2,))
    assert Network([Dense(3), Activation("relu")]) == inner
    assert hash(Network([Dense(3), Activation("relu")])) == hash(inner)
    assert Network([Dense(3), Activation("tanh")]) != inner
