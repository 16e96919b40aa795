import pytest

from clearprop import activations, layers, optim
from clearprop.errors import ClearpropError
from clearprop.estimators.architecture import network, optimizer


def test_no_hidden_layer_is_one_dense():
    assert network((), "relu", 0.5, 3).layers == (layers.Standardize(), layers.Dense(3))


def test_one_activation_for_each_layer():
    dense = network((5, 4), ("tanh", activations.LeakyReLU(0.1)), 0.0, 1).layers
    assert dense[1:5] == (
        layers.Dense(5, "glorot"),
        layers.Activation("tanh"),
        layers.Dense(4, "he"),
        layers.Activation(activations.LeakyReLU(0.1)),
    )


def test_dropout_follows_each_hidden_layer():
    kinds = [type(layer).__name__ for layer in network(5, "selu", 0.2, 2, "softmax").layers]
    assert kinds == ["Standardize", "Dense", "Activation", "Dropout", "Dense", "Activation"]


def test_another_number_of_activations_than_layers():
    with pytest.raises(ClearpropError, match="2 hidden layers and 1 activations"):
        network((5, 4), ("tanh",), 0.0, 1)


@pytest.mark.parametrize("name", optim.OPTIMIZERS)
def test_every_optimizer_takes_rate_and_decay(name):
    made = optimizer(name, 0.01, 0.1)
    assert made.weight_decay == 0.1
    assert made.direction == optim.OPTIMIZERS[name]().direction


def test_an_object_is_taken_as_it_is():
    mine = optim.adam(0.5)
    assert optimizer(mine, 0.01, 0.1) is mine
