"""The ONNX form of each activation: A = g(Z) in standard operators.

Each is written from operators that onnxruntime has for 32 and for 64 bits.

To add one: a function here that takes (g, graph, Z) and gives the name of A, under `@converts(TheClass)`.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from clearprop import activations
from clearprop.errors import ClearpropError
from clearprop.export.graph import Graph
from clearprop.i18n import _
from clearprop.registry import name_of

Converter = Callable[[Any, Graph, str], str]
CONVERTERS: dict[type, Converter] = {}


def converts(cls: type[activations.ActivationFunction]) -> Callable[[Converter], Converter]:
    """Mark a function as the converter of this activation."""

    def mark(converter: Converter) -> Converter:
        CONVERTERS[cls] = converter
        return converter

    return mark


def activate(g: activations.ActivationFunction, graph: Graph, Z: str) -> str:
    """A = g(Z)

    Raises:
        ClearpropError: an activation without a converter.
    """
    if type(g) not in CONVERTERS:
        raise ClearpropError(
            _(
                "The activation '{name}' ({where}) has no ONNX form: write one under"
                " @clearprop.export.activations.converts({cls}), or use another."
            ).format(name=name_of(type(g)), where=graph.where or _("of the output"), cls=type(g).__name__)
        )
    return CONVERTERS[type(g)](g, graph, Z)


@converts(activations.Identity)
def _identity(g: Any, graph: Graph, Z: str) -> str:
    """A = Z"""
    return Z


@converts(activations.Sigmoid)
def _sigmoid(g: Any, graph: Graph, Z: str) -> str:
    """A = σ(Z)"""
    return graph.add("Sigmoid", Z)


@converts(activations.Tanh)
def _tanh(g: Any, graph: Graph, Z: str) -> str:
    """A = tanh Z"""
    return graph.add("Tanh", Z)


@converts(activations.ReLU)
def _relu(g: Any, graph: Graph, Z: str) -> str:
    """A = max(0, Z)"""
    return graph.add("Relu", Z)


@converts(activations.LeakyReLU)
def _leaky_relu(g: activations.LeakyReLU, graph: Graph, Z: str) -> str:
    """A = Z where Z > 0, else slope · Z"""
    return _where_positive(graph, Z, graph.add("Mul", Z, graph.constant("slope", float(g.slope))))


@converts(activations.ELU)
def _elu(g: activations.ELU, graph: Graph, Z: str) -> str:
    """A = Z where Z > 0, else α (e^Z − 1)"""
    low = graph.add("Mul", _exp_minus_1(graph, Z), graph.constant("alpha", float(g.alpha)))
    return _where_positive(graph, Z, low)


@converts(activations.SELU)
def _selu(g: activations.SELU, graph: Graph, Z: str) -> str:
    """A = λ · ELU_α(Z)"""
    A = _elu(activations.ELU(activations.SELU_ALPHA), graph, Z)
    return graph.add("Mul", A, graph.constant("lambda", activations.SELU_SCALE))


@converts(activations.GELU)
def _gelu(g: Any, graph: Graph, Z: str) -> str:
    """A = Z Φ(Z)"""
    return graph.add("Mul", Z, _normal_cdf(graph, Z))


@converts(activations.SiLU)
def _silu(g: Any, graph: Graph, Z: str) -> str:
    """A = Z σ(Z)"""
    return graph.add("Mul", Z, graph.add("Sigmoid", Z))


@converts(activations.Mish)
def _mish(g: Any, graph: Graph, Z: str) -> str:
    """A = Z tanh(softplus Z)"""
    return graph.add("Mul", Z, graph.add("Tanh", _softplus(g, graph, Z)))


@converts(activations.Softplus)
def _softplus(g: Any, graph: Graph, Z: str) -> str:
    """A = max(Z, 0) + ln(1 + e^−|Z|), which cannot overflow

    For 32 bits onnxruntime has it as one operator; its 64-bit one overflows at Z = 710.
    """
    if graph.dtype == "float32":
        return graph.add("Softplus", Z)
    small = graph.add("Exp", graph.add("Neg", graph.add("Abs", Z)))
    return graph.add("Add", graph.add("Relu", Z), graph.add("Log", graph.add("Add", small, graph.constant("one", 1.0))))


@converts(activations.Exponential)
def _exponential(g: Any, graph: Graph, Z: str) -> str:
    """A = e^Z"""
    return graph.add("Exp", Z)


@converts(activations.HardThreshold)
def _hard_threshold(g: Any, graph: Graph, Z: str) -> str:
    """A = 1 where Z ≥ 0, else 0"""
    return as_floats(graph, graph.add("GreaterOrEqual", Z, graph.constant("zero", 0.0)))


@converts(activations.Softmax)
def _softmax(g: Any, graph: Graph, Z: str) -> str:
    """A_j = e^Z_j / Σ_k e^Z_k"""
    return graph.add("Softmax", Z, axis=-1)


def as_floats(graph: Graph, X: str, dtype: Any = None) -> str:
    """X as numbers of the network's float type, or another."""
    from onnx import helper

    return graph.add("Cast", X, to=helper.np_dtype_to_tensor_dtype(np.dtype(dtype or graph.dtype)))


def _where_positive(graph: Graph, Z: str, otherwise: str) -> str:
    """Z where Z > 0, else something else."""
    return graph.add("Where", graph.add("Greater", Z, graph.constant("zero", 0.0)), Z, otherwise)


def _exp_minus_1(graph: Graph, Z: str) -> str:
    """e^z − 1 = 2 t / (1 − t), t = tanh(z / 2), z = min(Z, 0): near 0 it keeps the digits that e^z − 1 would lose."""
    z = graph.add("Min", Z, graph.constant("zero", 0.0))
    t = graph.add("Tanh", graph.add("Mul", z, graph.constant("half", 0.5)))
    below = graph.add("Sub", graph.constant("one", 1.0), t)
    return graph.add("Div", graph.add("Add", t, t), below)


def _normal_cdf(graph: Graph, Z: str) -> str:
    """Φ(Z) = (1 + erf(Z / √2)) / 2

    onnxruntime has erf for 32 bits only. For 64, with z = Z kept within ±9, beyond which Φ is 0 or 1:
    Φ(z) = 1/2 + z / √(2π) ∫₀¹ e^(−z² t² / 2) dt, and the integral by Gauss and Legendre's 40 points, to 1e-15.
    """
    half = graph.constant("half", 0.5)
    if graph.dtype == "float32":
        erf = graph.add("Erf", graph.add("Mul", Z, graph.constant("root", 1 / math.sqrt(2))))
        return graph.add("Add", graph.add("Mul", erf, half), half)
    points, weights = np.polynomial.legendre.leggauss(40)
    t, w = (points + 1) / 2, weights / 2
    z = graph.add("Clip", Z, graph.constant("low", -9.0), graph.constant("high", 9.0))
    column = graph.add("Unsqueeze", graph.add("Mul", z, z), graph.constant("last", np.array([-1])))
    exponents = graph.add("Mul", column, graph.constant("squares", -t * t / 2))
    mean = graph.add("MatMul", graph.add("Exp", exponents), graph.constant("weights", w / math.sqrt(2 * math.pi)))
    return graph.add("Add", graph.add("Mul", z, mean), half)
