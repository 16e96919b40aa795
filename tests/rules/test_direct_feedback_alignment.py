"""Direct feedback alignment: every layer's error is the output's, through a matrix of its own."""

import cases
import jax
import jax.numpy as jnp
import numpy as np

from clearprop import Network, rules, train
from clearprop.layers import Activation, Dense, Flatten

RULE = rules.DirectFeedbackAlignment()


def test_the_equations_for_three_layers(float64):
    """Nøkland 2016, equations 9 to 11, in NumPy."""
    net = Network([Dense(5), Activation("tanh"), Dense(4), Activation("sigmoid"), Dense(3)])
    params, state = cases.start(net)
    learnt, memory = cases.begin(RULE, net, params)
    assert learnt == ()
    assert [B.shape for B in memory["direct"]] == [(3, 5), (3, 4)]
    assert jax.tree.leaves(memory["inside"]) == []
    found = cases.gradient(RULE, net, params, state, learnt, memory, kind="equal")["params"]
    W1, W2, W3 = (np.asarray(params[i]["W"]) for i in (0, 2, 4))
    b1, b2, b3 = (np.asarray(params[i]["b"]) for i in (0, 2, 4))
    B1, B2 = map(np.asarray, memory["direct"])
    A1 = np.tanh(cases.X @ W1 + b1)
    A2 = 1 / (1 + np.exp(-A1 @ W2 - b2))
    Z3 = A2 @ W3 + b3
    e = (np.exp(Z3) / np.exp(Z3).sum(1, keepdims=True) - np.eye(3)[cases.Y]) / 6
    dZ2, dZ1 = e @ B2 * A2 * (1 - A2), e @ B1 * (1 - A1**2)
    for place, dW, db in ((0, cases.X.T @ dZ1, dZ1), (2, A1.T @ dZ2, dZ2), (4, A2.T @ e, e)):
        np.testing.assert_allclose(found[place]["W"], dW, rtol=1e-12)
        np.testing.assert_allclose(found[place]["b"], db.sum(0), rtol=1e-12)


def test_for_two_layers_with_B_equal_to_the_transposed_W_it_is_back_propagation(float64):
    """With one hidden layer the output's error is the error of the layer above."""
    net = Network([Dense(4), Activation("tanh"), Dense(3), Activation("tanh")])  # e is behind the last activation
    params, state = cases.start(net)
    memory = {**cases.begin(RULE, net, params)[1], "direct": (params[2]["W"].T,)}
    found = cases.gradient(RULE, net, params, state, (), memory, loss="squared", Y=np.eye(3)[cases.Y])["params"]
    cases.assert_same(found, cases.backprop(net, params, state, loss="squared", Y=np.eye(3)[cases.Y]))


def test_a_linear_network_with_products_of_the_weights_above_is_back_propagation(float64):
    """Without activations dA_k = e (W_L … W_{k+1})ᵀ, so those products in the place of B_k give back propagation."""
    net = Network([Dense(4), Dense(5), Dense(4), Dense(3)])
    params, state = cases.start(net)
    _, W2, W3, W4 = (own["W"] for own in params)
    memory = {**cases.begin(RULE, net, params)[1], "direct": ((W2 @ W3 @ W4).T, (W3 @ W4).T, W4.T)}
    found = cases.gradient(RULE, net, params, state, (), memory)["params"]
    cases.assert_same(found, cases.backprop(net, params, state), rtol=1e-11)


def test_one_layer_and_a_residual_block(float64):
    """One layer: back propagation. A block gets the output's error, and goes back inside through fixed matrices."""
    net = cases.LAYERS["1 layers"]
    params, state = cases.start(net)
    memory = cases.begin(RULE, net, params)[1]
    cases.assert_same(
        cases.gradient(RULE, net, params, state, (), memory)["params"], cases.backprop(net, params, state)
    )

    net = cases.BLOCKS["residual"]
    params, state = cases.start(net)
    memory = cases.begin(RULE, net, params)[1]
    assert [B.shape for B in memory["direct"]] == [(3, 4), (3, 4)]
    inside = memory["inside"]
    assert [jnp.shape(leaf) for leaf in jax.tree.leaves(inside)] == [(4, 4), (4, 4)]
    assert jax.tree.leaves(inside[0]) == jax.tree.leaves(inside[4]) == []
    with_own = {"direct": memory["direct"], "inside": rules.travelled(params, (0, 2, 4))}
    one, other = (cases.gradient(RULE, net, params, state, (), m)["params"] for m in (memory, with_own))
    first, second = (g[2]["body"][0]["W"] for g in (one, other))
    assert not np.allclose(first, second)  # the block's first layer hears through its own fixed matrix
    cases.assert_same(one[0], other[0])  # the layer below does not hear through the block at all


def test_images_and_their_shapes():
    """B_k has a column for every number of a hidden row."""
    X, y = np.random.default_rng(0).normal(size=(40, 3, 3)), np.arange(40) % 2
    net = Network([Dense(4), Activation("relu"), Flatten(), Dense(2)])
    fitted = train.fit(net, X, y, loss="softmax_cross_entropy", rule="direct_feedback_alignment", epochs=2)
    assert fitted.memory["direct"][0].shape == (2, 12)
