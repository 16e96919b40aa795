"""The learning rules on filters, W of four axes: the laws that hold for matrices hold for them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gradients
from clearprop import Network, losses, rules
from clearprop.layers import Activation, Conv2D, Dense, Flatten, LocallyConnected, Pass, inference

tanh = Activation("tanh")
NET = Network([Conv2D(2, 2), tanh, LocallyConnected(2), tanh, Conv2D(2, 1, 2), tanh, Flatten(), Dense(2)])
SHAPE = (3, 4, 1)
KEY = jax.random.key(1)
X = np.random.default_rng(0).normal(size=(3, *SHAPE))
Y = np.array([0, 1, 1])
LOSS = losses.get("softmax_cross_entropy")


def of_rule(rule, params, state, learnt, memory, key=None):
    """The rule's gradients for three images of unequal weight."""
    pass_ = Pass(True, key, jnp.asarray(gradients.weights_for(3, "any")))
    return rule.gradients(NET, LOSS, params, state, learnt, memory, jnp.asarray(X), jnp.asarray(Y), pass_)[1]


@pytest.fixture(scope="module")
def found():
    """(parameters, gradients by rule, DFA's matrices), in one program."""

    def compute(params, state):
        W = rules.travelled(params)
        fixed = rules.SignSymmetry("fixed_random")
        B, _ = rules.KolenPollack().init(NET, params, NET.shapes(SHAPE), KEY)
        _, direct = rules.DirectFeedbackAlignment().init(NET, params, NET.shapes(SHAPE), KEY)
        E, _ = rules.ForwardForward().init(NET, params, NET.shapes(SHAPE), KEY)
        return {
            "backprop": of_rule(rules.Backprop(), params, state, (), ()),
            "feedback alignment, B = W": of_rule(rules.FeedbackAlignment(), params, state, (), W),
            "sign symmetry, M = |W|": of_rule(fixed, params, state, (), jax.tree.map(jnp.abs, W)),
            "Kolen–Pollack": of_rule(rules.KolenPollack(), params, state, B, ()),
            "direct": of_rule(rules.DirectFeedbackAlignment(), params, state, (), direct),
            "predictive coding, fixed predictions": of_rule(rules.PredictiveCoding(True), params, state, (), ()),
            "forward-forward": of_rule(rules.ForwardForward(), params, state, E, (), KEY),
            "mirror": rules.WeightMirror(1.0).mirror(params, W, KEY, 50_000),
        }, direct["direct"]

    with jax.enable_x64(True):
        params, state = gradients.start(NET, SHAPE)
        return params, *jax.jit(compute, compiler_options=gradients.QUICK)(params, state)


def assert_same(ours, theirs):
    """Two trees of the same numbers, to rounding."""
    assert jax.tree.structure(ours) == jax.tree.structure(theirs)
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    "rule", ["feedback alignment, B = W", "sign symmetry, M = |W|", "predictive coding, fixed predictions"]
)
def test_with_W_for_feedback_it_is_back_propagation(rule, found):
    """reference.md, exact laws."""
    _params, by_rule, _ = found
    assert_same(by_rule[rule]["params"], by_rule["backprop"]["params"])


def test_kolen_and_pollacks_matrices_change_as_the_weights_do(found):
    """kolen_pollack.py: dB = dW, from which the law follows. The error went through B: dW is not back propagation's."""
    _params, by_rule, _ = found
    ours = by_rule["Kolen–Pollack"]
    assert_same(ours["rule"], rules.travelled(ours["params"]))
    assert len(jax.tree.leaves(ours["rule"])) == 3
    assert not np.allclose(ours["params"][0]["W"], by_rule["backprop"]["params"][0]["W"])


def test_direct_feedback_hands_the_output_error_to_every_filter(found, float64):
    """direct_feedback_alignment.py: dA_k = e B_k, from which on all is as in back propagation."""
    params, by_rule, direct = found
    dW = by_rule["direct"]["params"]
    assert_same(dW[-1], by_rule["backprop"]["params"][-1])
    Y_hat, *_ = NET.forward(params, ({},) * 8, jnp.asarray(X), inference(3))
    e = LOSS(Y_hat, jnp.asarray(Y), jnp.asarray(gradients.weights_for(3, "any")))[1]
    Z, backprop, _ = NET.layers[0].forward(params[0], {}, jnp.asarray(X), inference(3))
    dA = (e @ direct[0]).reshape(Z.shape)
    assert_same(dW[0], backprop(dA * (1 - jnp.tanh(Z) ** 2))[0])


def test_the_weight_mirror_finds_filters(found):
    """weight_mirror.py: the mean of Sᵀ R / n is W; with rate and decay 1 a batch of n noise rows gives it to 1 / √n."""
    params, by_rule, _ = found
    mirrored, weights = (
        map(np.asarray, jax.tree.leaves(tree)) for tree in (by_rule["mirror"], rules.travelled(params))
    )
    for B, W in zip(mirrored, weights, strict=True):
        np.testing.assert_allclose(B, W, atol=6 * np.sqrt((W**2).sum(-2).max() + 1) / 50_000**0.5)
        assert np.abs(W).max() > 0.3


def test_forward_forward_trains_every_filter(found):
    """Each layer has a gradient of its own, and so has E, which adds the label to all places of the first Z."""
    _params, by_rule, _ = found
    ours = by_rule["forward-forward"]
    assert ours["rule"].shape == (2, 3, 4, 2)
    leaves = [np.asarray(leaf) for leaf in jax.tree.leaves(ours)]
    assert all(np.isfinite(leaf).all() and leaf.any() for leaf in leaves)
