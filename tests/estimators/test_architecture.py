import pytest

from clearprop import activations, layers, optim
from clearprop.data.preparation import Preparation
from clearprop.errors import ClearpropError
from clearprop.estimators.architecture import network, optimizer
from clearprop.estimators.inputs import Inputs

NUMBERS = Inputs(Preparation.learn({"a": [1.0, 2.0, 4.0], "b": [1.0, 0.0, 5.0]}))


def test_no_hidden_layer_is_one_dense():
    assert network((), "relu", 0.5, 3, None, NUMBERS).layers == (layers.Dense(3),)


def test_one_activation_for_each_layer():
    dense = network((5, 4), ("tanh", activations.LeakyReLU(0.1)), 0.0, 1, None, NUMBERS).layers
    assert dense[:5] == (
        layers.Scale(),
        layers.Dense(5, "glorot"),
        layers.Activation("tanh"),
        layers.Dense(4, "glorot"),
        layers.Activation(activations.LeakyReLU(0.1)),
    )


def test_inputs_are_left_out_at_two_fifths_of_the_rate():
    """Srivastava et al. 2014: 0.2 of the inputs for 0.5 of the hidden units."""
    found = network(5, "relu", 0.5, 1, None, NUMBERS).layers
    assert [layer for layer in found if isinstance(layer, layers.Dropout)] == [
        layers.Dropout(0.2, fade=True),
        layers.Dropout(0.5, fade=True),
    ]


def test_a_rate_that_is_a_number_falls_to_zero_along_a_cosine():
    rate = optimizer("adam", 0.1, 0.0, 100).learning_rate
    assert [round(float(rate(t)), 6) for t in (0, 50, 100)] == [0.1, 0.05, 0.0]
    constant = optimizer("adam", optim.schedules.constant(0.1), 0.0, 100).learning_rate
    assert float(constant(100)) == 0.1


def test_dropout_follows_each_hidden_layer():
    kinds = [type(layer).__name__ for layer in network(5, "selu", 0.2, 2, "softmax", NUMBERS).layers]
    assert kinds == ["Scale", "Dropout", "Dense", "Activation", "Dropout", "Dense", "Activation"]


def test_images_are_flattened_and_scaled():
    kinds = [type(layer).__name__ for layer in network(5, "relu", 0.0, 2, None, Inputs(None)).layers]
    assert kinds == ["Flatten", "Standardize", "Scale", "Dense", "Activation", "Dense"]


def test_another_number_of_activations_than_layers():
    with pytest.raises(ClearpropError, match="2 hidden layers and 1 activations"):
        network((5, 4), ("tanh",), 0.0, 1, None, NUMBERS)


@pytest.mark.parametrize("name", optim.OPTIMIZERS)
def test_every_optimizer_takes_rate_and_decay(name):
    made = optimizer(name, 0.01, 0.1, None)
    assert made.weight_decay == 0.1
    assert made.direction == optim.OPTIMIZERS[name]().direction


def test_an_object_is_taken_as_it_is():
    mine = optim.adam(0.5)
    assert optimizer(mine, 0.01, 0.1, 100) is mine
