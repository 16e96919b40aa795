"""The network that the options describe."""

import numpy as np
import pytest

from clearprop import layers, optim
from clearprop.cli import build
from clearprop.cli.job import see_that_it_fits, units
from clearprop.errors import ClearpropError
from clearprop.registry import name_of


def names(network):
    return [name_of(type(layer)) for layer in network.layers]


def test_the_layers_in_their_order():
    assert names(build.network((8, 4), "relu", 0.0, (3,), 1)) == [
        "standardize",
        "dense",
        "activation",
        "dense",
        "activation",
        "dense",
    ]
    assert names(build.network((8,), "relu", 0.5, (6, 6, 3), 5)) == [
        "flatten",
        "standardize",
        "dense",
        "activation",
        "dropout",
        "dense",
    ]
    assert names(build.network((), "relu", 0.5, (3,), 1)) == ["standardize", "dense"]


@pytest.mark.parametrize(
    ("activation", "initializer"),
    [("relu", "he"), ("gelu", "he"), ("tanh", "glorot"), ("sigmoid", "glorot"), ("selu", "lecun")],
)
def test_weights_start_as_suits_the_activation(activation, initializer):
    dense = build.network((4,), activation, 0.0, (3,), 1).layers[1]
    assert name_of(type(dense.initializer)) == initializer


def test_the_scale_is_that_of_the_rows_given():
    X = np.random.default_rng(0).normal(5, 3, (50, 2, 2))
    network = build.network((4,), "relu", 0.0, (2, 2), 1)
    state = build.start(network, X)
    assert state[1]["mean"] == pytest.approx(X.reshape(50, 4).mean(0))
    assert state[1]["scale"] == pytest.approx(X.reshape(50, 4).std(0))
    assert [s for i, s in enumerate(state) if i != 1] == [{}, {}, {}, {}]


@pytest.mark.parametrize(("text", "sizes"), [("128,64", (128, 64)), (" 8 ", (8,)), ("", ()), ("None", ())])
def test_hidden_layers(text, sizes):
    assert units(text) == sizes


@pytest.mark.parametrize("text", ["a", "8,", "8;4", "-3", "0", "1.5", ",", "9" * 5000])
def test_hidden_layers_that_are_none(text):
    with pytest.raises(ClearpropError, match="--hidden is units"):
        units(text)


def test_adam_with_a_decay_is_adamw():
    plain, decayed = build.optimizer("adam", 0.1, None), build.optimizer("adam", 0.1, 0.3)
    assert (plain.weight_decay, decayed.weight_decay) == (0.0, 0.3)
    assert plain.direction == decayed.direction
    assert build.optimizer("adamw", 0.1, None).weight_decay == optim.adamw().weight_decay
    assert build.optimizer("momentum", 0.1, 0.3).weight_decay == 0.3


def test_a_network_far_too_large_is_refused():
    see_that_it_fits(1_000_000)
    with pytest.raises(ClearpropError, match=r"has 1,000,000,000,000 parameters: to train it takes 16,000 GB"):
        see_that_it_fits(10**12)


def test_every_activation_can_be_hidden():
    from clearprop.activations import ACTIVATIONS

    for name in ACTIVATIONS.classes:
        assert isinstance(build.network((2,), name, 0.0, (3,), 1).layers[2], layers.Activation)
