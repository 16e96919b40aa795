"""The ONNX form of each layer, as it predicts.

To add one: a function here that takes (layer, params, state, graph, X) and gives the name of Y, under
`@converts(TheClass)`. The same works for a layer of your own, from outside::

    @clearprop.export.converts(Square)
    def square(layer, params, state, graph, X):
        return graph.add("Mul", X, X)
"""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from clearprop import layers
from clearprop.errors import ClearpropError
from clearprop.export.activations import activate, as_floats
from clearprop.export.graph import Graph
from clearprop.i18n import _
from clearprop.layers import Layer, Params, State
from clearprop.network import Network
from clearprop.registry import name_of

Converter = Callable[[Any, Params, State, Graph, str], str]
CONVERTERS: dict[type, Converter] = {}
"""By the class itself and not its bases: what is derived from a layer may compute something else."""


def converts(*classes: type[Layer]) -> Callable[[Converter], Converter]:
    """Mark a function as the converter of these layers."""

    def mark(converter: Converter) -> Converter:
        CONVERTERS.update(dict.fromkeys(classes, converter))
        return converter

    return mark


def convert(name: str, layer: Layer, params: Params, state: State, graph: Graph, X: str) -> str:
    """Y of this layer, its nodes named after its place: "layers.1 Dense/MatMul".

    Raises:
        ClearpropError: a layer without a converter.
    """
    with graph.inside(f"{name} {type(layer).__name__}"):
        return converter_of(layer, graph)(layer, params, state, graph, X)


def converter_of(layer: Layer, graph: Graph) -> Converter:
    """The function that converts this layer.

    Raises:
        ClearpropError: there is none.
    """
    if type(layer) not in CONVERTERS:
        raise ClearpropError(
            _(
                "The layer '{name}' ({where}) has no ONNX form: write one under @clearprop.export.converts({cls}), or"
                " build the network without it."
            ).format(name=name_of(type(layer)), where=graph.where or _("the network"), cls=type(layer).__name__)
        )
    return CONVERTERS[type(layer)]


@converts(layers.Sequence, Network)
def sequence(layer: layers.Sequence, params: Params, state: State, graph: Graph, X: str) -> str:
    """X → layer 1 → … → layer L → Y"""
    for index, inner in enumerate(layer.layers):
        X = convert(f"layers.{index}", inner, params[index], state[index], graph, X)
    return X


@converts(layers.Residual)
def _residual(layer: layers.Residual, params: Params, state: State, graph: Graph, X: str) -> str:
    """Y = body(X) + shortcut(X)"""
    Y = convert("body", layer.body, params["body"], state["body"], graph, X)
    return graph.add("Add", Y, convert("shortcut", layer.shortcut, params["shortcut"], state["shortcut"], graph, X))


@converts(layers.Repeat)
def _repeat(layer: layers.Repeat, params: Params, state: State, graph: Graph, X: str) -> str:
    """X → copy 1 → … → copy T → Y, one after the other"""
    for index in range(layer.times):
        own_params, own_state = jax.tree.map(lambda a, i=index: np.asarray(a)[i], (params, state))
        X = convert(f"copy.{index}", layer.body, own_params, own_state, graph, X)
    return X


@converts(layers.Dense)
def _dense(layer: layers.Dense, params: Params, state: State, graph: Graph, X: str) -> str:
    """Z = X W + b"""
    Z = graph.add("MatMul", X, graph.constant("W", params["W"]))
    return graph.add("Add", Z, graph.constant("b", params["b"])) if layer.bias else Z


@converts(layers.Activation)
def _activation(layer: layers.Activation, params: Params, state: State, graph: Graph, X: str) -> str:
    """A = g(Z)"""
    return activate(layer.function, graph, X)  # pyright: ignore[reportArgumentType]


@converts(layers.Dropout)
def _dropout(layer: layers.Dropout, params: Params, state: State, graph: Graph, X: str) -> str:
    """Y = X"""
    return X


@converts(layers.BatchNorm)
def _batch_norm(layer: layers.BatchNorm, params: Params, state: State, graph: Graph, X: str) -> str:
    """Y = (X − μ) · γ / √(σ² + ε) + β, with the running μ and σ²"""
    variance = np.asarray(state["variance"], np.float64)
    gain = np.asarray(params["gamma"], np.float64) / np.sqrt(variance + layer.epsilon)
    centred = graph.add("Sub", X, graph.constant("mean", state["mean"]))
    return graph.add(
        "Add", graph.add("Mul", centred, graph.constant("gain", gain)), graph.constant("beta", params["beta"])
    )


@converts(layers.LayerNorm)
def _layer_norm(layer: layers.LayerNorm, params: Params, state: State, graph: Graph, X: str) -> str:
    """Y = γ (X − μ) / √(σ² + ε) + β, with μ and σ² over the last axis

    Step by step: the operator for the whole has an ε of 32 bits, which a 64-bit network would notice.
    """
    last = graph.constant("last", np.array([-1]))
    centred = graph.add("Sub", X, graph.add("ReduceMean", X, last, keepdims=1))
    variance = graph.add("ReduceMean", graph.add("Mul", centred, centred), last, keepdims=1)
    deviation = graph.add("Sqrt", graph.add("Add", variance, graph.constant("epsilon", float(layer.epsilon))))
    X_hat = graph.add("Div", centred, deviation)
    return graph.add(
        "Add", graph.add("Mul", X_hat, graph.constant("gamma", params["gamma"])), graph.constant("beta", params["beta"])
    )


@converts(layers.Embedding)
def _embedding(layer: layers.Embedding, params: Params, state: State, graph: Graph, X: str) -> str:
    """Y = E[X], a number outside the table reading its nearest row"""
    low, high = graph.constant("first", 0.0), graph.constant("last", float(layer.categories - 1))
    index = as_floats(graph, graph.add("Clip", X, low, high), np.int64)
    return graph.add("Gather", graph.constant("E", params["E"]), index, axis=0)


@converts(layers.Flatten)
def _flatten(layer: layers.Flatten, params: Params, state: State, graph: Graph, X: str) -> str:
    """Y = X, in one line"""
    return graph.add("Flatten", X, axis=1)


@converts(layers.Reshape)
def _reshape(layer: layers.Reshape, params: Params, state: State, graph: Graph, X: str) -> str:
    """Y = X, reshaped; an axis of 0 stays as it was, which is the rows'"""
    return graph.add("Reshape", X, graph.constant("shape", np.array([0, *layer.shape])))


@converts(layers.Standardize)
def _standardize(layer: layers.Standardize, params: Params, state: State, graph: Graph, X: str) -> str:
    """Y = (X − mean) / scale"""
    centred = graph.add("Sub", X, graph.constant("mean", state["mean"]))
    return graph.add("Div", centred, graph.constant("scale", state["scale"]))


@converts(layers.Columns)
def _columns(layer: layers.Columns, params: Params, state: State, graph: Graph, X: str) -> str:
    """Y = [layer_1(X_1), …, layer_P(X_P)], each laid out flat"""
    pieces, first = [], 0
    for index, (count, inner) in enumerate(layer.parts):
        bounds = (graph.constant(name, np.array([at])) for name, at in (("first", first), ("last", first + count)))
        X_p = graph.add("Slice", X, *bounds, graph.constant("axis", np.array([1])))
        Y_p = convert(f"parts.{index}", inner, params[index], state[index], graph, X_p)
        pieces.append(graph.add("Flatten", Y_p, axis=1))
        first += count
    return graph.add("Concat", *pieces, axis=1)


@converts(layers.Scale)
def _scale(layer: layers.Scale, params: Params, state: State, graph: Graph, X: str) -> str:
    """Y = X s,  s = rate θ"""
    return graph.add("Mul", X, graph.constant("s", layer.rate * np.asarray(params["theta"], np.float64)))
