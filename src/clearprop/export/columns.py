"""The ONNX form of each kind of column: from what a table holds to the numbers that the network takes.

All of it is computed in 64 bits, as `Preparation.apply` does. An input is (rows, 1):

    number      float64, NaN where it is missing
    boolean     float64, 1 true, 0 false, NaN missing
    date        int64, microseconds since 1970-01-01 UTC, the least int64 missing: NumPy's datetime64[us] and NaT
    category    text without space around it, "" missing; float64 as above where the labels are numbers or truth values

To add a kind: a function here that takes (column, graph, x) and gives the names of (its numbers, its indicators, its
codes), under `@converts(TheClass)`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from clearprop.data.cells import MISSING
from clearprop.data.preparation import BooleanColumn, CategoryColumn, Column, DateColumn, NumberColumn
from clearprop.errors import ClearpropError
from clearprop.export.activations import as_floats
from clearprop.export.calendar import is_missing, parts_of_date
from clearprop.export.graph import Graph
from clearprop.i18n import _

Made = tuple[list[str], list[str], list[str]]
"""The names of numbers, indicators and codes, each (rows, k)."""

Converter = Callable[[Any, Graph, str], Made]
CONVERTERS: dict[type, Converter] = {}


def converts(cls: type[Column]) -> Callable[[Converter], Converter]:
    """Mark a function as the converter of this kind of column."""

    def mark(converter: Converter) -> Converter:
        CONVERTERS[cls] = converter
        return converter

    return mark


def convert(place: int, column: Column, graph: Graph, x: str) -> Made:
    """What the column at this place becomes.

    Raises:
        ClearpropError: a kind without a converter.
    """
    if type(column) not in CONVERTERS:
        raise ClearpropError(
            _("Column '{name}' is a {kind}, which has no ONNX form: leave it out.").format(
                name=column.name, kind=type(column).__name__
            )
        )
    with graph.inside(f"columns.{place} {type(column).__name__}"):
        return CONVERTERS[type(column)](column, graph, x)


def told(column: Column) -> str:
    """What a user of the graph must know of its input; it stands in the file, so in English."""
    if is_text(column):
        return f"'{column.name}', text without space around it, empty where it is missing"
    if isinstance(column, DateColumn):
        return f"'{column.name}', microseconds since 1970-01-01 UTC as int64, −2⁶³ where it is missing"
    if isinstance(column, BooleanColumn):
        return f"'{column.name}', 1 for true, 0 for false, NaN where it is missing"
    return f"'{column.name}', a number, NaN where it is missing"


def is_text(column: Column) -> bool:
    """Whether its input is text."""
    return isinstance(column, CategoryColumn) and isinstance(column.labels[0], str)


@converts(NumberColumn)
def _number(column: NumberColumn, graph: Graph, x: str) -> Made:
    """x, and whether it is missing"""
    return [x], _missing(column.missing, graph, x), []


@converts(DateColumn)
def _date(column: DateColumn, graph: Graph, x: str) -> Made:
    """Its parts, and whether it is missing"""
    missing = [as_floats(graph, is_missing(graph, x), np.float64)] if column.missing else []
    return parts_of_date([part.part for part in column.parts], graph, x), missing, []


@converts(BooleanColumn)
def _boolean(column: BooleanColumn, graph: Graph, x: str) -> Made:
    """2 x − 1, 0 where it is missing, and whether it is"""
    half = graph.add("Where", graph.add("IsNaN", x), graph.constant("half", 0.5, np.float64), x)
    doubled = graph.add("Mul", half, graph.constant("two", 2.0, np.float64))
    value = graph.add("Sub", doubled, graph.constant("one", 1.0, np.float64))
    return [], [value, *_missing(column.missing, graph, x)], []


@converts(CategoryColumn)
def _category(column: CategoryColumn, graph: Graph, x: str) -> Made:
    """The code 0 for another label, 1 … for labels, then one if it is missing; or the indicators of codes from 1 on"""
    code = (_code_of_text if is_text(column) else _code_of_number)(column, graph, x)
    if column.embedded:
        return [], [], [code]
    codes = np.arange(1.0, 1 + len(column.labels) + column.missing)
    matches = graph.add("Equal", code, graph.constant("codes", codes, np.float64))
    return [], [as_floats(graph, matches, np.float64)], []


def _code_of_text(column: CategoryColumn, graph: Graph, x: str) -> str:
    """By a table of texts; the words for what is missing, in small letters, capitals, or beginning with one."""
    missing = float((1 + len(column.labels)) * column.missing)
    words = dict.fromkeys(form for word in MISSING for form in (word, word.upper(), word.capitalize()))
    table = {**dict.fromkeys(words, missing), **{str(label): float(i + 1) for i, label in enumerate(column.labels)}}
    code = graph.add(
        "LabelEncoder",
        x,
        domain="ai.onnx.ml",
        keys_strings=list(table),
        values_floats=list(table.values()),
        default_float=0.0,
    )
    return as_floats(graph, code, np.float64)


def _code_of_number(column: CategoryColumn, graph: Graph, x: str) -> str:
    """Σ_k k · 1[x = label_k]; of missing ones, theirs"""
    labels = graph.constant("labels", np.array(column.labels, np.float64), np.float64)
    matches = as_floats(graph, graph.add("Equal", x, labels), np.float64)
    numbers = graph.constant("numbers", np.arange(1.0, 1 + len(column.labels))[:, None], np.float64)
    missing = graph.constant("missing", float((1 + len(column.labels)) * column.missing), np.float64)
    return graph.add("Where", graph.add("IsNaN", x), missing, graph.add("MatMul", matches, numbers))


def _missing(told: bool, graph: Graph, x: str) -> list[str]:
    """1 where x is missing, else 0, if the column tells"""
    return [as_floats(graph, graph.add("IsNaN", x), np.float64)] if told else []
