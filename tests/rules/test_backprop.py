"""Back propagation is the gradient of the loss."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

import gradients
from clearprop import Network, losses, rules
from clearprop.layers import Activation, BatchNorm, Dense, Dropout, Pass, Residual

NET = Network([Dense(4), BatchNorm(), Activation("tanh"), Residual([Dense(4), Dropout(0.3)]), Dense(3)])


def test_the_rule_gives_the_gradient_of_the_loss(float64):
    """Rumelhart, Hinton & Williams 1986: ∂loss/∂params, held against `jax.value_and_grad` of the whole."""
    loss, rule = losses.get("softmax_cross_entropy"), rules.get("backprop")
    params, state = jax.tree.map(jnp.asarray, gradients.start(NET, (2,)))
    X, Y = jax.random.normal(jax.random.key(0), (5, 2)), jnp.array([0, 2, 1, 1, 0])
    pass_ = Pass(True, jax.random.key(1), jnp.asarray(gradients.weights_for(5, "padded")))

    def value(params):
        Y_hat, _, after = NET.forward(params, state, X, pass_)
        return loss(Y_hat, Y, pass_.weights)[0], after

    @partial(jax.jit, compiler_options=gradients.QUICK)
    def both(params):
        return rule.gradients(NET, loss, params, state, (), (), X, Y, pass_), jax.value_and_grad(value, has_aux=True)(
            params
        )

    (v, g, after, memory), ((v_expected, after_expected), expected) = both(params)
    assert (g["rule"], memory, rule.init(NET, params, [], jax.random.key(0))) == ((), (), ((), ()))
    np.testing.assert_allclose(v, v_expected, rtol=1e-14)
    for a, b in zip(jax.tree.leaves((g["params"], after)), jax.tree.leaves((expected, after_expected)), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)


def test_it_predicts_with_the_networks_forward():
    """rules/base.py: the network's forward, unless the rule infers differently."""
    net = Network([Dense(3)])
    params, state, _ = net.init(jax.random.key(0), (2,))
    X, pass_ = jnp.ones((5, 2)), Pass(False, None, jnp.full(5, 0.2))
    predicted = rules.get("backprop").predict(net, params, state, (), X, pass_)
    np.testing.assert_array_equal(predicted, net.forward(params, state, X, pass_)[0])
