"""A history as a model file holds it: columns, and not a record an epoch, so that a long one stays small."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

Columns = dict[str, list[Any]]


def to_columns(records: Iterable[dict[str, Any]]) -> list[Columns]:
    """The records in order, those in a row with the same names as the columns of one block; empty ones are left out.

    >>> to_columns([{"epoch": 1, "loss": 0.7}, {"epoch": 2, "loss": 0.5}, {"note": "late"}])
    [{'epoch': [1, 2], 'loss': [0.7, 0.5]}, {'note': ['late']}]
    """
    blocks = ((names, list(block)) for names, block in groupby(records, tuple))
    return [{name: [record[name] for record in block] for name in names} for names, block in blocks if names]


def to_records(blocks: Sequence[Columns]) -> list[dict[str, Any]]:
    """The records of which these are the columns.

    Raises:
        ValueError: columns of one block are not equally long.
    """
    return [dict(zip(block, values, strict=True)) for block in blocks for values in zip(*block.values(), strict=True)]
