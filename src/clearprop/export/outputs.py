"""What a graph gives: classes and probabilities, a number in the target's units, or the network's prediction as it is.

table of classes    label (rows,) and probabilities (rows, classes), of two classes both
table of numbers    prediction (rows,), float64:  mean + scale · Ŷ
no table            output (rows, *outputs)
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from clearprop.data import Table
from clearprop.errors import ClearpropError
from clearprop.export.activations import as_floats
from clearprop.export.graph import Graph
from clearprop.i18n import _

Size = tuple[int, ...]


@dataclass(frozen=True)
class Output:
    """One output of the graph, and what our own prediction says that it should be.

    Attributes:
        expected: Ŷ → what should come out.
        unit: Ŷ → what an error of 1 in Ŷ is here; labels have no such thing.
    """

    name: str
    dtype: Any
    shape: Size
    doc: str
    expected: Callable[[np.ndarray], np.ndarray]
    unit: Any


OUTPUTS = ("label", "probabilities", "prediction", "output")


def outputs_of(table: Table | None, shape: Size, dtype: str) -> list[Output]:
    """What a graph gives for a network whose prediction has this shape.

    Raises:
        ClearpropError: a network that does not have the outputs that the table speaks of.
    """
    if table is None:
        return [Output("output", dtype, shape, "what the network predicts", lambda Y_hat: Y_hat, 1.0)]
    if len(shape) != 1 or shape[0] not in table.outputs():
        raise ClearpropError(
            _("The network predicts rows of shape {shape}, and the table's target '{target}' needs {fitting}.").format(
                shape=shape, target=table.target, fitting=_(" or ").join(f"({n},)" for n in sorted(table.outputs()))
            )
        )
    if table.task == "regression":
        units = np.array(table.target_scale)
        form = () if _is_flat(table) else shape
        return [Output("prediction", "float64", form, table.target, partial(numbers, table), units)]
    doc = "the probability of each class, in the order of the note 'classes'"
    form, kind = (shape, np.int64) if table.labels else ((), np.array(table.classes).dtype)
    return [
        Output("label", kind, form, table.target, partial(labels, table), None),
        Output("probabilities", dtype, (len(table.classes),), doc, partial(probabilities, table), 1.0),
    ]


def numbers(table: Table, Y_hat: np.ndarray) -> np.ndarray:
    """mean + scale · Ŷ in float64, (rows,) or (rows, outputs)"""
    Y = np.array(table.target_mean) + np.array(table.target_scale) * Y_hat.astype(np.float64)
    return Y[:, 0] if _is_flat(table) else Y


def probabilities(table: Table, Y_hat: np.ndarray) -> np.ndarray:
    """(rows, classes); a single output p of two classes is (1 − p, p)"""
    return np.hstack([1 - Y_hat, Y_hat]) if Y_hat.shape[1] < len(table.classes) else Y_hat


def labels(table: Table, Y_hat: np.ndarray) -> np.ndarray:
    """The first of the likeliest classes, (rows,); where they do not exclude each other, 1[p > 1/2], (rows, classes)"""
    P = probabilities(table, Y_hat)
    return (P > 0.5).astype(np.int64) if table.labels else np.array(table.classes)[P.argmax(1)]


def add_outputs(outputs: list[Output], table: Table | None, shape: Size, graph: Graph, Y_hat: str) -> None:
    """The nodes from Ŷ to each output."""
    for output in outputs:
        graph.output(output.name, output.dtype, output.shape, output.doc)
    if table is None:
        graph.add("Identity", Y_hat, output="output")
    elif table.task == "regression":
        _number(table, graph, Y_hat)
    else:
        _classes(table, graph, _both(graph, Y_hat) if shape[0] < len(table.classes) else Y_hat)


def _number(table: Table, graph: Graph, Y_hat: str) -> None:
    """mean + scale · Ŷ, in float64 so that a large mean keeps its digits"""
    scale = graph.constant("target_scale", np.array(table.target_scale), np.float64)
    mean = graph.constant("target_mean", np.array(table.target_mean), np.float64)
    Y = graph.add("Add", graph.add("Mul", as_floats(graph, Y_hat, np.float64), scale), mean)
    form = np.array([-1] if _is_flat(table) else [0, len(table.target_mean)])
    graph.add("Reshape", Y, graph.constant("form", form), output="prediction")


def _both(graph: Graph, p: str) -> str:
    """p, the probability of the second class, as (1 − p, p)"""
    return graph.add("Concat", graph.add("Sub", graph.constant("one", 1.0), p), p, axis=1)


def _classes(table: Table, graph: Graph, P: str) -> None:
    """The probabilities and the labels."""
    graph.add("Identity", P, output="probabilities")
    if table.labels:
        likely = graph.add("Greater", P, graph.constant("half", 0.5))
        graph.add("Cast", likely, to=7, output="label")
        return
    classes = np.array(table.classes)
    names = graph.constant("classes", classes, classes.dtype if classes.dtype.kind == "f" else None)
    graph.add("Gather", names, graph.add("ArgMax", P, axis=1, keepdims=0), axis=0, output="label")


def _is_flat(table: Table) -> bool:
    return table.flat and len(table.target_mean) == 1
