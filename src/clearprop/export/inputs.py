"""What a graph is given, with rows to compare on: the network's own input, or the columns of a table."""

import abc
from typing import Any

import numpy as np

from clearprop.export import rows as examples
from clearprop.export.graph import Graph
from clearprop.train.fitted import Fitted
from clearprop.train.rows import as_inputs

MOST = 1000
"""So many of the rows given are compared: they say as much as more."""


class Inputs(abc.ABC):
    """The graph's inputs.

    Attributes:
        feeds: rows as the graph takes them, by the inputs' names.
        prepared: the same rows as the network takes them, (n, *input_shape).
        doc: a line for each thing that a user of the graph must know.
    """

    feeds: dict[str, np.ndarray]
    prepared: np.ndarray
    doc: list[str]

    @abc.abstractmethod
    def add(self, graph: Graph) -> str:
        """The inputs, and the nodes from them to the network's input; its name."""


class NetworkInput(Inputs):
    """The network's own input, "X"."""

    def __init__(self, fitted: Fitted, rows: Any):
        self.prepared = examples.drawn(fitted) if rows is None else as_inputs(rows, fitted.dtype)[:MOST]
        self.feeds = {"X": self.prepared}
        self._shape = tuple(fitted.input_shape)
        self.doc = [f"X: rows of {fitted.dtype} numbers of shape {self._shape}"]

    def add(self, graph: Graph) -> str:
        """The input as it is."""
        graph.reserve(["X"])
        return graph.input("X", graph.dtype, self._shape, self.doc[0])
