"""The ONNX form of layers on images: ours have the channels last, ONNX's operators have them first.

Each operator stands between two transposes; one that undoes the one before it is left out, and onnxruntime moves the
others out of the way. It has convolutions for 32 bits alone: those of 64 are products with the windows, laid out flat.
"""

from typing import Any

import jax.numpy as jnp
import numpy as np

from clearprop import layers
from clearprop.export.graph import Graph
from clearprop.export.layers import converts
from clearprop.layers import Params, State
from clearprop.layers.axis import Axis, axes, axes_back
from clearprop.layers.windows import Pair, out_size

FIRST, LAST = (0, 3, 1, 2), (0, 2, 3, 1)
"""The order of axes that puts the channels first, and that which puts them last."""

Pads = tuple[Pair, Pair]


def first(graph: Graph, X: str) -> str:
    """(n, height, width, channels) → (n, channels, height, width)"""
    return graph.transposed(X, FIRST)


def last(graph: Graph, X: str) -> str:
    """(n, channels, height, width) → (n, height, width, channels)"""
    return graph.transposed(X, LAST)


def taps(graph: Graph, X: str, kernel: Pair, stride: Pair, dilation: Pair, around: Pads) -> list[str]:
    """What each tap of a window sees in all windows, row by row of the window: (n, rows, columns, channels) each."""
    height, width, _channels = graph.shape_of(X)
    rows, columns = out_size((height, width), kernel, stride, dilation, around)
    (top, bottom), (left, right) = around
    if any(flat(around)):
        X = graph.add("Pad", X, graph.constant("pads", np.array([0, top, left, 0, 0, bottom, right, 0])))
    axes, steps = graph.constant("axes", np.array([1, 2])), graph.constant("steps", np.array(stride))
    far = np.array([(rows - 1) * stride[0] + 1, (columns - 1) * stride[1] + 1])
    found = []
    for tap in np.ndindex(*kernel):
        start = np.array(tap) * dilation
        bounds = graph.constant("start", start), graph.constant("end", start + far)
        found.append(graph.add("Slice", X, *bounds, axes, steps))
    return found


def convolved(graph: Graph, X: str, W: np.ndarray, stride: Pair, dilation: Pair, around: Pads) -> str:
    """Z = Σ_ij X_ij W_ij, X_ij being what tap i, j sees; W: (kernel height, kernel width, channels, filters)"""
    seen = taps(graph, X, W.shape[:2], stride, dilation, around)  # pyright: ignore[reportArgumentType]
    flat = graph.add("Concat", *seen, axis=3) if len(seen) > 1 else seen[0]
    return graph.add("MatMul", flat, graph.constant("W", W.reshape(-1, W.shape[3])))


def of_all_channels(W: np.ndarray, groups: int) -> np.ndarray:
    """The same filters with a weight for every channel: 0 for those of other groups."""
    each, filters = W.shape[2], W.shape[3] // groups
    whole = np.zeros((*W.shape[:2], each * groups, W.shape[3]), W.dtype)
    for g in range(groups):
        own = slice(g * filters, (g + 1) * filters)
        whole[:, :, g * each : (g + 1) * each, own] = W[..., own]
    return whole


def with_bias(layer: Any, params: Params, graph: Graph, Z: str) -> str:
    """Z + b"""
    return graph.add("Add", Z, graph.constant("b", params["b"])) if layer.bias else Z


@converts(layers.Conv2D)
def _conv(layer: layers.Conv2D, params: Params, state: State, graph: Graph, X: str) -> str:
    """Z = W * X + b"""
    W, ways = np.asarray(params["W"]), axes(layer, graph.shape_of(X))
    _kernel, stride, dilation, around = settings(ways)
    if graph.dtype == "float64":
        whole = of_all_channels(W, layer.groups)
        return with_bias(layer, params, graph, convolved(graph, X, whole, stride, dilation, around))
    said: Any = {"strides": stride, "dilations": dilation, "pads": flat(around), "group": layer.groups}
    return last(graph, graph.add("Conv", *_operands(layer, params, graph, X), **said))


def _operands(layer: Any, params: Params, graph: Graph, X: str) -> list[str]:
    """X, W and, if there is one, b as ONNX has them."""
    W = np.asarray(params["W"]).transpose(3, 2, 0, 1)
    found = [first(graph, X), graph.constant("W", W)]
    return [*found, graph.constant("b", params["b"])] if layer.bias else found


def settings(ways: tuple[Axis, Axis]) -> tuple[Pair, Pair, Pair, Pads]:
    """(kernel size, stride, dilation, what is put around the image)"""
    return tuple(tuple(getattr(way, name) for way in ways) for name in ("kernel", "stride", "dilation", "padding"))  # pyright: ignore[reportReturnType]


@converts(layers.ConvTranspose)
def _conv_transpose(layer: layers.ConvTranspose, params: Params, state: State, graph: Graph, X: str) -> str:
    """Each pixel of X puts a weighted copy of the window into Z"""
    shape = graph.shape_of(X)
    ways = axes_back(layer, shape)
    _kernel, stride, dilation, around = settings(ways)
    if graph.dtype == "float64":
        turned = of_all_channels(np.asarray(params["W"])[::-1, ::-1], layer.groups).swapaxes(2, 3)
        Z = convolved(graph, _spread(graph, X, stride), turned, (1, 1), dilation, _before_and_after(ways, shape))
        return with_bias(layer, params, graph, Z)
    more = [way.size - (n - 1) * way.stride - way.reach + sum(way.padding) for way, n in zip(ways, shape, strict=False)]
    said: Any = {"strides": stride, "dilations": dilation, "group": layer.groups}
    said |= {"pads": flat(around), "output_padding": more}
    return last(graph, graph.add("ConvTranspose", *_operands(layer, params, graph, X), **said))


def _spread(graph: Graph, X: str, stride: Pair) -> str:
    """X with stride − 1 zeros after each of its pixels, down and across."""
    height, width, channels = graph.shape_of(X)
    apart = graph.add("Reshape", X, graph.constant("apart", np.array([0, height, 1, width, 1, channels])))
    more = np.array([*[0] * 8, stride[0] - 1, 0, stride[1] - 1, 0])
    wide = graph.add("Pad", apart, graph.constant("zeros", more))
    whole = np.array([0, height * stride[0], width * stride[1], channels])
    return graph.add("Reshape", wide, graph.constant("whole", whole))


def _before_and_after(ways: tuple[Axis, Axis], shape: tuple[int, ...]) -> Pads:
    """What is put around X spread out (below 0: cut off), so that the window turned round gives Z at every pixel."""
    found = []
    for way, n in zip(ways, shape, strict=False):
        before = way.reach - 1 - way.padding[0]
        found.append((before, way.size + way.reach - 1 - n * way.stride - before))
    return found[0], found[1]


def flat(around: Pads) -> list[int]:
    """As ONNX has them: top, left, bottom, right."""
    (top, bottom), (left, right) = around
    return [top, left, bottom, right]


@converts(layers.LocallyConnected)
def _locally_connected(layer: layers.LocallyConnected, params: Params, state: State, graph: Graph, X: str) -> str:
    """Z_pq = X_pq W_pq + b, X_pq being window p, q laid out flat: the windows go first, and the rows are multiplied"""
    seen = taps(graph, X, *settings(axes(layer, graph.shape_of(X))))
    windows = graph.transposed(graph.add("Concat", *seen, axis=3), (1, 2, 0, 3))
    Z = graph.transposed(graph.add("MatMul", windows, graph.constant("W", params["W"])), (2, 0, 1, 3))
    return with_bias(layer, params, graph, Z)


@converts(layers.MaxPool)
def _max_pool(layer: layers.MaxPool, params: Params, state: State, graph: Graph, X: str) -> str:
    """Y = the largest of each window"""
    return _pooled("MaxPool", layer, graph, X)


@converts(layers.AveragePool)
def _average_pool(layer: layers.AveragePool, params: Params, state: State, graph: Graph, X: str) -> str:
    """Y = the mean of each window, without what is put around the image"""
    if graph.dtype == "float32":
        return _pooled("AveragePool", layer, graph, X, count_include_pad=0)
    grid = layer.grid(graph.shape_of(X))
    total = graph.add("Sum", *taps(graph, X, grid.size, grid.stride, (1, 1), grid.pads))
    ones = jnp.ones((1, *grid.image, 1), jnp.float32)
    return graph.add("Div", total, graph.constant("count", sum(map(np.asarray, grid.views(ones, 0.0)))))


def _pooled(op: str, layer: Any, graph: Graph, X: str, **more: Any) -> str:
    grid = layer.grid(graph.shape_of(X))
    said = {"kernel_shape": grid.size, "strides": grid.stride, "pads": flat(grid.pads), **more}
    return last(graph, graph.add(op, first(graph, X), **said))


@converts(layers.GlobalAveragePool)
def _global_average_pool(layer: Any, params: Params, state: State, graph: Graph, X: str) -> str:
    """Y = the mean of each feature map"""
    if graph.dtype == "float32":
        return graph.add("Flatten", graph.add("GlobalAveragePool", first(graph, X)), axis=1)
    return graph.add("ReduceMean", X, graph.constant("axes", np.array([1, 2])), keepdims=0)


@converts(layers.RandomFlip, layers.RandomCrop, layers.RandomColor)
def _augmentation(layer: Any, params: Params, state: State, graph: Graph, X: str) -> str:
    """Y = X"""
    return X


@converts(layers.DivisiveNormalization)
def _divisive_normalization(
    layer: layers.DivisiveNormalization, params: Params, state: State, graph: Graph, X: str
) -> str:
    """Y = γ |X|ⁿ sign X / (σⁿ + mean |X|ⁿ)"""
    energy = graph.add("Pow", graph.add("Abs", X), graph.constant("n", float(layer.exponent)))
    channels = graph.add("ReduceMean", energy, graph.constant("channels", np.array([-1])), keepdims=1)
    pool = layers.AveragePool(layer.size, 1, "same")
    N = graph.add(
        "Add",
        _average_pool(pool, params, state, graph, channels),
        graph.constant("sigma^n", float(layer.sigma**layer.exponent)),
    )
    D = graph.add("Mul", graph.add("Sign", X), energy)
    return graph.add("Mul", graph.add("Div", D, N), graph.constant("gamma", params["gamma"]))


@converts(layers.V1)
def _v1(layer: layers.V1, params: Params, state: State, graph: Graph, X: str) -> str:
    """Y = [max(0, Q), √(Q₀² + Q₁²)],  Q = gain · W ∗ X"""
    windows = layers.Conv2D(state["W"].shape[3], layer.kernel_size, layer.stride, layer.kernel_size // 2, bias=False)
    Q = _conv(windows, state, {}, graph, X)
    Q = graph.add("Mul", Q, graph.constant("gain", float(layer.gain)))
    bounds = np.cumsum([0, layer.simple_cells, layer.complex_cells, layer.complex_cells])
    S, Q0, Q1 = (_channels(graph, Q, bounds[k : k + 1], bounds[k + 1 : k + 2]) for k in range(3))
    energy = graph.add("Add", graph.add("Mul", Q0, Q0), graph.add("Mul", Q1, Q1))
    return graph.add("Concat", graph.add("Relu", S), graph.add("Sqrt", energy), axis=3)


def _channels(graph: Graph, X: str, start: np.ndarray, end: np.ndarray) -> str:
    """The channels from one number to before another."""
    axis = graph.constant("axis", np.array([3]))
    return graph.add("Slice", X, graph.constant("start", start), graph.constant("end", end), axis)
