"""Every layer and activation in ONNX predicts what ours does; made from the registries, so that a new one is too."""

import jax
import numpy as np
import onnxruntime
import pytest

import gradients
from clearprop import Network, layers, losses, rules
from clearprop.activations import ACTIVATIONS
from clearprop.errors import ClearpropError
from clearprop.export import activations, converts, to_onnx
from clearprop.export.graph import Graph
from clearprop.export.layers import CONVERTERS
from clearprop.layers import LAYERS, Layer
from clearprop.train import Fitted

WITHOUT = {layers.Lambda}
"""Layers that cannot have an ONNX form: a Python function cannot be read."""

DTYPES = pytest.mark.parametrize("dtype", ["float32", "float64"])
TOLERANCE = {"float32": 1e-5, "float64": 1e-10}


def a_network(parts, shape, dtype="float32", loss="squared"):
    """A network with parameters in general position, as if it had been trained."""
    network = Network(parts)
    cast = lambda a: np.asarray(a, dtype) if a.dtype.kind == "f" else a  # noqa: E731
    params, state = jax.tree.map(cast, gradients.start(network, shape))
    return Fitted(network, params, state, losses.get(loss), rules.get("backprop"), shape, dtype=dtype)


def run(content, X):
    """What onnxruntime says of these rows."""
    return onnxruntime.InferenceSession(content).run(None, {"X": X})[0]


def test_every_layer_and_activation_has_a_converter():
    """Brief for the export: a new part without one must fail a test, unless it is listed."""
    assert set(LAYERS.classes.values()) - set(CONVERTERS) == WITHOUT
    assert set(activations.CONVERTERS) == set(ACTIVATIONS.classes.values())


@DTYPES
@pytest.mark.parametrize(("name", "g"), gradients.all_activations(), ids=lambda value: str(value)[:40])
def test_an_activation_agrees_with_its_equation(name, g, dtype):
    """Over −30 … 30, past where e^z would overflow in a careless form, for a batch and one row."""
    fitted = a_network([layers.Activation(g)], (3,), dtype)
    content = to_onnx(fitted)
    X = np.linspace(-30, 30, 303).reshape(-1, 3).astype(dtype)
    with jax.enable_x64(dtype == "float64"):
        expected = np.asarray(g(jax.numpy.asarray(X)))
    for rows in (slice(None), slice(40, 41)):
        np.testing.assert_allclose(run(content, X[rows]), expected[rows], rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


@pytest.mark.parametrize("name", ["softplus", "mish", "elu", "selu", "gelu", "silu", "sigmoid"])
@DTYPES
def test_an_activation_is_finite_far_out(name, dtype):
    """e^1000 overflows; what these say of 1000 is 1000, or 1."""
    Z = np.array([[-1000.0, 0, 1000.0]], dtype)
    A = run(to_onnx(a_network([layers.Activation(name)], (3,), dtype)), Z)
    assert np.isfinite(A).all()
    assert A[0, 2] == pytest.approx({"sigmoid": 1, "selu": 1050.7009873554805}.get(name, 1000))


EXAMPLES = [
    pytest.param(example, shape, id=f"{name}{number} {shape}")
    for number, (name, example) in enumerate(gradients.all_layers())
    for shape in example.shapes
    if shape and type(example.layer) not in WITHOUT
]


@DTYPES
@pytest.mark.parametrize(("example", "shape"), EXAMPLES)
def test_a_layer_agrees_with_ours(example, shape, dtype):
    """Beside `Fitted.predict`, for a batch and for one row."""
    fitted = a_network([example.layer], shape, dtype)
    X = example.draw(np.random.default_rng(1), (5, *shape)).astype(dtype)
    content, expected = to_onnx(fitted), fitted.predict(X)
    size = TOLERANCE[dtype] * np.abs(expected).max()
    for rows in (slice(None), slice(2, 3)):
        np.testing.assert_allclose(run(content, X[rows]), expected[rows], rtol=0, atol=size)


def test_nodes_and_constants_are_named_after_their_layer():
    """A reader of the graph finds the layer."""
    import onnx

    parts = [layers.Dense(2), layers.Residual([layers.Dense(2), layers.Activation("tanh")])]
    graph = onnx.load_from_string(to_onnx(a_network(parts, (2,)))).graph
    names = [node.name for node in graph.node]
    assert names[:3] == [
        "layers.0 Dense/MatMul",
        "layers.0 Dense/Add",
        "layers.1 Residual/body Sequence/layers.0 Dense/MatMul",
    ]
    assert "layers.1 Residual/Add" in names
    assert "layers.0 Dense/W" in [constant.name for constant in graph.initializer]


def test_channels_are_moved_once_where_operators_follow_each_other():
    """Ours are last, ONNX's first; a transposition that undoes the one before it is left out, and so is that one."""
    import onnx

    parts = [
        layers.Conv2D(3),
        layers.MaxPool(),
        layers.Conv2D(2, 3, 2, groups=1),
        layers.Dropout(0.5),
        layers.AveragePool(),
    ]
    graph = onnx.load_from_string(to_onnx(a_network(parts, (8, 9, 2)))).graph
    operators = [node.op_type for node in graph.node]
    assert operators == ["Transpose", "Conv", "MaxPool", "Conv", "AveragePool", "Transpose", "Identity"]
    assert len({constant.name for constant in graph.initializer}) == 4


def test_transpositions_that_do_not_undo_each_other_stay():
    """A locally connected layer ends with one that a convolution's does not undo: the graph is compared."""
    assert to_onnx(a_network([layers.LocallyConnected(2, 2, bias=False), layers.Conv2D(2)], (4, 4, 1)))


def test_a_residual_network_on_images_agrees():
    """Normalisation between transposes, a shortcut that halves the image, and the mean of each map."""
    from clearprop.networks import resnet

    fitted = a_network(resnet(3, filters=(2, 4), blocks=1), (5, 6, 3))
    X = np.random.default_rng(0).normal(size=(4, 5, 6, 3)).astype("float32")
    np.testing.assert_allclose(run(to_onnx(fitted), X), fitted.predict(X), rtol=1e-4, atol=1e-5)


def test_a_shape_is_what_onnx_infers():
    """Of the input itself, and of a node; large constants count by their shape alone."""
    graph = Graph("float32")
    X = graph.input("X", "float32", (4, 4, 3))
    Z = graph.add("MatMul", X, graph.constant("W", np.zeros((3, 100))))
    assert graph.shape_of(X) == (4, 4, 3) and graph.shape_of(Z) == (4, 4, 100)


@pytest.mark.parametrize("nested", [False, True])
def test_a_layer_without_a_converter_is_named(nested):
    """The sentence says which layer, where, and what to do."""
    parts = [layers.Dense(2), layers.Lambda(abs)]
    with pytest.raises(ClearpropError, match=r"'lambda' \(.*layers\.1 Lambda\) has no ONNX form: write one under"):
        to_onnx(a_network([layers.Sequence(parts)] if nested else parts, (2,)))


class Doubled(layers.Activation):
    """Derived from a layer, and computes something else."""

    def forward(self, params, state, X, pass_):
        """Y = 2 X"""
        return 2 * X, lambda dY, feedback=params: ({}, 2 * dY), state


def test_a_layer_of_ones_own_gets_a_converter(monkeypatch):
    """`converts`, from outside; a class derived from ours does not inherit its converter."""
    monkeypatch.setattr("clearprop.export.layers.CONVERTERS", dict(CONVERTERS))
    fitted = a_network([Doubled("tanh")], (2,))
    with pytest.raises(ClearpropError, match="'doubled'"):
        to_onnx(fitted)

    @converts(Doubled)
    def doubled(layer: Layer, params, state, graph, X):
        return graph.add("Add", X, X)

    X = np.ones((3, 2), "float32")
    np.testing.assert_array_equal(run(to_onnx(fitted), X), 2 * X)
