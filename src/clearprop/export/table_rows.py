"""Rows of a table as a graph takes them; and rows made up to suit what a preparation learnt, odd ones among them."""

from typing import Any

import numpy as np
import polars

from clearprop.data.cells import is_text, numbers_of, read_numbers, read_truth, text_of, truth_of
from clearprop.data.dates import dates_of
from clearprop.data.frame import as_frame
from clearprop.data.preparation import (
    BooleanColumn,
    CategoryColumn,
    Column,
    DateColumn,
    LeftOutColumn,
    NumberColumn,
    Preparation,
)
from clearprop.export.calendar import DAY_US, MISSING

ROWS = 200
"""So many are made up."""


def feeds(preparation: Preparation, X: Any) -> dict[str, np.ndarray]:
    """The columns of a table as a graph takes them, by their names: each (n, 1) float64, int64 or text.

    Raises:
        DataError: a table that the preparation does not take.
    """
    frame = given(preparation, X)
    used = [column for column in preparation.columns if not isinstance(column, LeftOutColumn)]
    return {column.name: cells_of(column, frame[column.name]) for column in used}


def given(preparation: Preparation, X: Any) -> polars.DataFrame:
    """A table as a frame; an array's columns have their names by place."""
    table = as_frame(X, preparation.names)
    return polars.DataFrame(table, schema=list(preparation.names)) if isinstance(table, np.ndarray) else table


def cells_of(column: Column, cells: polars.Series) -> np.ndarray:
    """A column's cells as its input has them, (n, 1)."""
    if isinstance(column, CategoryColumn) and isinstance(column.labels[0], str):
        text = text_of(_whole(cells) if cells.dtype.is_float() else cells)
        return np.array(text.fill_null("").to_list(), object)[:, None]
    if isinstance(column, DateColumn):
        return dates_of(cells, column.format).cast(polars.Int64).fill_null(MISSING).to_numpy()[:, None]
    return _numbers(column, cells).cast(polars.Float64).fill_null(np.nan).to_numpy()[:, None]


def _numbers(column: Column, cells: polars.Series) -> polars.Series:
    if isinstance(column, BooleanColumn):
        return truth_of(cells)
    if isinstance(column, CategoryColumn):
        truth = isinstance(column.labels[0], bool) and is_text(cells)
        return read_truth(text_of(cells)) if truth else read_numbers(cells)
    return numbers_of(cells)


def _whole(cells: polars.Series) -> polars.Series:
    """2.0 as the text "2"."""
    values = [None if x is None or x != x else int(x) if x.is_integer() else x for x in cells.to_list()]
    return polars.Series(cells.name, [None if x is None else str(x) for x in values], polars.String)


def drawn(preparation: Preparation, seed: int = 0) -> polars.DataFrame:
    """Rows that suit every column: values as in training and far from them, labels never seen, and missing ones."""
    random = np.random.default_rng(seed)
    columns = {}
    for column in preparation.columns:
        values = [None] * ROWS if isinstance(column, LeftOutColumn) else _values(column, random)
        gaps = random.uniform(size=ROWS) < 0.1
        columns[column.name] = [None if gap else value for gap, value in zip(gaps, values, strict=True)]
    return polars.DataFrame(columns)


def _values(column: Column, random: np.random.Generator) -> list[Any]:
    """One of each of many, at random."""
    if isinstance(column, NumberColumn):
        far = random.choice([0.5, 3.0, 100.0], ROWS) * random.normal(size=ROWS)
        [(centre, scale)] = column.scaling
        return (centre + far / (scale or 1.0)).tolist()
    if isinstance(column, DateColumn):
        first, last = -80 * 365 * DAY_US, 80 * 365 * DAY_US
        moments = random.integers(first, last, ROWS)
        whole = random.uniform(size=ROWS) < 0.5
        return polars.Series(np.where(whole, moments // DAY_US * DAY_US, moments)).cast(polars.Datetime("us")).to_list()
    if isinstance(column, BooleanColumn):
        return random.integers(0, 2, ROWS).astype(bool).tolist()
    labels = _labels(column) if isinstance(column, CategoryColumn) else []
    return [labels[place] for place in random.permutation(ROWS) % len(labels)]


def _labels(column: CategoryColumn) -> list[Any]:
    """Those of the column, as many as there are rows for, and one never seen."""
    labels = column.labels[: ROWS - 1]
    if isinstance(labels[0], str):
        return [*labels, "never seen"]
    return list(labels) if isinstance(labels[0], bool) else [*map(float, labels), 0.123456789]
