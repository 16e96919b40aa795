"""A network as its layers of weights: run one after the other, they are the network."""

import cases
import jax
import jax.numpy as jnp
import pytest

from clearprop import Network
from clearprop.layers import Activation, Dense, Dropout, Flatten
from clearprop.rules.segments import Segment, ending_in_weights, run, segments


@pytest.mark.parametrize("cut", [segments, ending_in_weights])
@pytest.mark.parametrize("net", {**cases.LAYERS, **cases.BLOCKS, **cases.TABLE}.values())
def test_segments_in_a_row_are_the_network_forward_and_back(net, cut, float64):
    """Each begins with the layer that multiplies; dropout draws the same."""
    params, state = cases.start(net)
    pass_ = cases.pass_for(6, key=jax.random.key(0))
    Y_hat, back, after = net.forward(params, state, jnp.asarray(cases.X), pass_)
    ran, X = [], jnp.asarray(cases.X)
    for part in cut(params):
        ran.append(run(net, part, params, state, X, pass_))
        X = ran[-1].output
    cases.assert_same(X, Y_hat)
    gradients, d = (), Y_hat
    for one in reversed(ran):
        own, d, _dZ = one.backprop(d)
        gradients = own + gradients
    cases.assert_same((gradients, d), back(Y_hat))
    cases.assert_same(sum((one.state for one in ran), ()), after)


def test_where_segments_begin():
    net = Network([Flatten(), Dense(4), Activation("relu"), Dropout(0.1), Dense(3), Dense(2), Activation("tanh")])
    params = net.init(jax.random.key(0), (2,))[0]
    assert segments(params) == [Segment(0, 1, 4), Segment(4, 4, 5), Segment(5, 5, 7)]
    assert ending_in_weights(params) == [Segment(0, 1, 2), Segment(2, 4, 5), Segment(5, 5, 7)]
    assert segments(({}, {})) == ending_in_weights(({}, {})) == []


def test_what_is_added_to_z_and_the_error_there(float64):
    """run(…, more): Z = X W + b + more, and backprop's third answer is dZ."""
    net = Network([Dense(4), Activation("tanh")])
    params, state = cases.start(net)
    more = jax.random.normal(jax.random.key(1), (6, 4))
    (part,) = segments(params)
    f = lambda more: run(net, part, params, state, jnp.asarray(cases.X), cases.pass_for(6), more)  # noqa: E731
    ran = f(more)
    d = jax.random.normal(jax.random.key(2), (6, 4))
    cases.assert_same(ran.backprop(d)[2], jax.vjp(lambda more: f(more).output, more)[1](d)[0])
