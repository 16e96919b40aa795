"""Ŷ of a trained network, or the mean of an ensemble's, in the graph."""

from clearprop import activations
from clearprop.errors import ClearpropError
from clearprop.export.activations import activate
from clearprop.export.graph import Graph
from clearprop.export.layers import converter_of
from clearprop.i18n import _
from clearprop.registry import name_of
from clearprop.rules import Rule
from clearprop.train.fitted import Fitted


def predicted(fitted: Fitted, graph: Graph, X: str) -> str:
    """Ŷ, (rows, *outputs); of an ensemble Σ_m Ŷ_m / k over its k members.

    Raises:
        ClearpropError: a rule that infers otherwise than by the network's forward, or a part without a converter.
    """
    if type(fitted.rule).predict is not Rule.predict:
        raise ClearpropError(
            _(
                "The rule '{rule}' infers in a way of its own, which an ONNX graph of the network does not have: only"
                " networks that predict by their forward pass can be exported."
            ).format(rule=name_of(type(fitted.rule)))
        )
    if fitted.members == 1:
        return _one(fitted, graph, X)
    each = []
    for index in range(fitted.members):
        with graph.inside(f"members.{index}"):
            each.append(_one(fitted.member(index), graph, X))
    with graph.inside("members"):
        total = graph.add("Sum", *each)  # onnxruntime's Mean is of 32 bits only
        return graph.add("Div", total, graph.constant("k", float(fitted.members)))


def _one(fitted: Fitted, graph: Graph, X: str) -> str:
    """Ŷ = g(network(X)), g the activation that the loss is fused with"""
    network = fitted.network
    Y_hat = converter_of(network, graph)(network, fitted.params, fitted.state, graph, X)
    with graph.inside("prediction"):
        return activate(activations.get(getattr(fitted.loss, "output", "identity")), graph, Y_hat)
