"""A graph that is given a table: an input for each column, and the nodes that prepare them."""

from typing import Any

import numpy as np

from clearprop.data.preparation import LeftOutColumn, NumberColumn, Preparation
from clearprop.data.table import Table
from clearprop.errors import ClearpropError
from clearprop.export.activations import as_floats
from clearprop.export.columns import convert, told
from clearprop.export.graph import Graph
from clearprop.export.inputs import MOST, Inputs
from clearprop.export.outputs import OUTPUTS
from clearprop.export.table_rows import cells_of, drawn, given
from clearprop.i18n import _
from clearprop.train.fitted import Fitted


class TableInputs(Inputs):
    """The graph's inputs for a table's columns: one for each, or one for all of an array's numbers.

    An input has its column's name. Where that cannot be (it is empty, or a name in the graph), it is called by the
    column's number, "column 3"; its doc_string says which column it is.
    """

    def __init__(self, fitted: Fitted, preparation: Preparation, table: Table | None, rows: Any):
        if tuple(fitted.input_shape) != (preparation.width,):
            raise ClearpropError(
                _("The preparation makes rows of {width} numbers, and the network takes rows of shape {shape}.").format(
                    width=preparation.width, shape=tuple(fitted.input_shape)
                )
            )
        self.columns = [column for column in preparation.columns if not isinstance(column, LeftOutColumn)]
        self._preparation = preparation
        numbers = all(isinstance(column, NumberColumn) for column in self.columns)
        self._is_array = numbers and table is not None and not table.columns
        frame = drawn(preparation) if rows is None else given(preparation, rows)[:MOST]
        self.prepared = preparation.apply(frame)
        if self._is_array:
            self.feeds = {"X": frame.select(preparation.names).to_numpy().astype(np.float64)}
            self.doc = ["X: float64 numbers, a column each, NaN where one is missing"]
        else:
            self._names = _input_names(preparation)
            self.feeds = {name: cells_of(c, frame[c.name]) for name, c in zip(self._names, self.columns, strict=True)}
            self.doc = [f"{name}: {told(column)}" for name, column in zip(self._names, self.columns, strict=True)]

    def add(self, graph: Graph) -> str:
        """The inputs, and the nodes from them to the network's input."""
        each = self._of_array(graph) if self._is_array else self._of_columns(graph)
        with graph.inside("preparation"):
            made = [convert(place, c, graph, x) for place, (c, x) in enumerate(zip(self.columns, each, strict=True))]
            numbers, indicators, codes = ([x for names in part for x in names] for part in zip(*made, strict=True))
            scaled = [self._scaled(graph, numbers)] if numbers else []
            return as_floats(graph, graph.add("Concat", *scaled, *indicators, *codes, axis=1))

    def _of_columns(self, graph: Graph) -> list[str]:
        graph.reserve(self._names)
        return [
            graph.input(name, self.feeds[name].dtype, (1,), told(column))
            for name, column in zip(self._names, self.columns, strict=True)
        ]

    def _of_array(self, graph: Graph) -> list[str]:
        graph.reserve(["X"])
        X = graph.input("X", np.float64, (len(self._preparation.columns),), self.doc[0])
        places = [self._preparation.names.index(column.name) for column in self.columns]
        return [graph.add("Gather", X, graph.constant("place", np.array([place])), axis=1) for place in places]

    def _scaled(self, graph: Graph, numbers: list[str]) -> str:
        """z = (x − centre) · scale, z / √(1 + (z/3)²) if the scaling is robust; 0 where x is missing."""
        constant = lambda name, value: graph.constant(name, value, np.float64)  # noqa: E731
        centre, scale = np.array([pair for column in self.columns for pair in column.scaling]).T
        X = graph.add("Concat", *numbers, axis=1)
        Z = graph.add("Mul", graph.add("Sub", X, constant("centre", centre)), constant("scale", scale))
        if self._preparation.scaling == "robust":
            third = graph.add("Div", Z, constant("three", 3.0))
            below = graph.add("Sqrt", graph.add("Add", graph.add("Mul", third, third), constant("one", 1.0)))
            Z = graph.add("Div", Z, below)
        return graph.add("Where", graph.add("IsNaN", X), constant("zero", 0.0), Z)


def _input_names(preparation: Preparation) -> list[str]:
    """The columns' names, but where one cannot be an input's."""
    names = set(preparation.names)
    found = []
    for place, column in enumerate(preparation.columns, start=1):
        name = column.name
        while not name or "\0" in name or name in OUTPUTS or (name != column.name and name in names):
            name = f"column {place}" if name == column.name else f"{name}."
        names.add(name)
        if not isinstance(column, LeftOutColumn):
            found.append(name)
    return found
