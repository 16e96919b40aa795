"""What rules share: which weights an error travels back through, and numbers apart from programs."""

import cases
import jax
import jax.numpy as jnp
import pytest

from clearprop import Network, losses, rules
from clearprop.errors import ClearpropError
from clearprop.layers import Activation, Columns, Dense, Embedding, Repeat, Residual
from clearprop.rules import travelled, weights
from clearprop.traced import join, split


def test_the_first_layers_matrix_is_left_out_since_no_error_goes_through_it():
    """Its dX reaches nothing that learns."""
    net = Network([Activation("tanh"), Dense(4), Activation("tanh"), Dense(3)])
    params = net.init(jax.random.key(0), (2,))[0]
    found = travelled(params)
    assert found[1] == {"W": None, "b": None}
    assert found[3] == {"W": params[3]["W"], "b": None}
    assert travelled(params, (0, 3))[3] == {"W": None, "b": None}


@pytest.mark.parametrize("first", [Columns([(1, Embedding(3, 2)), (1, Activation("tanh"))]), Residual([Dense(2)])])
def test_it_is_there_where_something_before_it_learns_or_it_stands_in_a_block(first):
    net = Network([first, Dense(3)])
    params = net.init(jax.random.key(0), (2,))[0]
    found, every = travelled(params), weights(params)
    assert jax.tree.structure(found) == jax.tree.structure(every)


def test_a_block_of_copies_is_a_block():
    """`Repeat` of a bare layer has the parameters of one layer, with an axis more; errors travel through its copies."""
    net = Network([Repeat(Dense(2), 3), Dense(3)])
    params = net.init(jax.random.key(0), (2,))[0]
    assert travelled(params)[0]["W"].shape == (3, 2, 2)


@pytest.mark.parametrize("rule", ["direct_feedback_alignment", "predictive_coding", "forward_forward"])
def test_a_network_without_layers_of_weights_is_refused(rule):
    net = Network([Activation("tanh")])
    with pytest.raises(ClearpropError, match=f"{rule} trains layers in sequence, one or more of them with weights"):
        rules.get(rule).check(net, losses.get("softmax_cross_entropy"), [(3,), (3,)])


def test_what_is_left_out_matters_to_no_gradient(float64):
    """Feedback that is nonsense where `travelled` has none changes nothing."""
    for net in {**cases.LAYERS, **cases.BLOCKS}.values():
        params, state = cases.start(net)
        B = travelled(params)
        cases.assert_same(
            cases.gradient(rules.FeedbackAlignment(), net, params, state, (), B)["params"],
            cases.backprop(net, params, state),
        )


def test_a_rule_and_its_numbers_are_told_apart_and_put_together():
    rule = rules.WeightMirror(0.25)
    kind, numbers = split(rule)
    assert numbers == {"rate": 0.25}
    assert kind == split(rules.WeightMirror(0.5))[0]
    assert split(rules.WeightMirror(0.5, 0.1))[1] == {"rate": 0.5, "decay": 0.1}
    assert join(kind, numbers) == rule
    assert split(rules.Backprop()) == (rules.Backprop(), {})
    assert join(kind, {"rate": jnp.float32(0.5)}).rate == 0.5
