"""Whatever the table: finite numbers, or one plain sentence."""

import io
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import polars.selectors as cs
import pytest

from clearprop.data import Preparation
from clearprop.errors import DataError

WORDS = [
    "",
    "a",
    "B",
    " yes",
    "no",
    "n/a",
    "1",
    "1e3",
    "-7.5",
    "inf",
    "2021-02-03",
    "03/04/2021",
    "Ω",
    "0007",
    "🙂",
    "-",
]


def column(draw: np.random.Generator, n: int) -> pl.Series:
    """A column of any type, with gaps."""
    values = [
        lambda: draw.normal(size=n) * 10.0 ** draw.integers(-320, 38),
        lambda: draw.integers(-3, 3, n),
        lambda: draw.integers(0, 2, n).astype(bool),
        lambda: draw.choice(WORDS[: draw.integers(1, len(WORDS) + 1)], n),
        lambda: draw.choice([f"k{i}" for i in range(draw.integers(1, 60))], n),
        lambda: draw.choice([1e38, -1e38, 0.0, 5e-324], n),
        lambda: [date(1, 1, 1) + timedelta(int(d)) for d in draw.integers(0, 3_000_000, n)],
        lambda: [datetime(1900, 1, 1) + timedelta(seconds=float(s)) for s in draw.normal(0, 1e8, n)],
        lambda: [timedelta(seconds=float(s)) for s in draw.normal(0, 1e6, n)],
        lambda: np.full(n, draw.choice([0.0, np.nan, 1e-9])),
        lambda: draw.normal(1e9, 1e-3, n).astype(str),
    ][draw.integers(11)]()
    gap = draw.random() * draw.integers(2)
    cells = [None if draw.random() < gap else value for value in pl.Series(values).to_list()]
    return pl.Series(cells, dtype=pl.Series(values).dtype)


@pytest.mark.parametrize("seed", range(300))
def test_a_random_table_gives_finite_numbers(seed):
    draw = np.random.default_rng(seed)
    n = int(draw.choice([1, 2, 7, 40]))
    frame = pl.DataFrame({f"c{i}": column(draw, n) for i in range(draw.integers(1, 5))})
    weights = draw.choice([0.0, 0.5, 1.0, 3.0], n) if seed % 3 == 0 else None
    try:
        preparation = Preparation.learn(frame, weights=weights, scaling="robust" if seed % 2 else "standard")
        Z = preparation.apply(frame)
    except DataError as error:
        assert "\n" not in str(error)
        return
    assert Z.shape == (n, preparation.width) == (n, len(preparation.features))
    assert np.isfinite(Z.astype(np.float32)).all()
    if preparation.embedded:
        codes = Z[:, -len(preparation.embedded) :]
        assert (codes >= 0).all()
        assert (codes < np.array(preparation.embedded)).all()
    again = Preparation.model_validate_json(preparation.model_dump_json())
    assert again == preparation
    np.testing.assert_array_equal(again.apply(frame[::-1])[::-1], Z)


def learnt(table: pl.DataFrame, *tables: pl.DataFrame):
    """The names and the numbers that `tables` become, or what is wrong with `table`."""
    try:
        preparation = Preparation.learn(table)
        return preparation.features, [preparation.apply(other) for other in tables]
    except DataError as error:
        return str(error), []


@pytest.mark.parametrize("seed", range(300, 360))
def test_a_csv_of_a_random_table_gives_the_same(seed):
    """Whichever is learnt from, and whichever is prepared. (A length of time is written as text that is no number.)"""
    draw = np.random.default_rng(seed)
    n = int(draw.choice([2, 7, 40]))
    frame = pl.DataFrame({f"c{i}": column(draw, n) for i in range(draw.integers(1, 5))})
    frame = frame.with_columns(row=pl.int_range(n)).select(~cs.duration())
    text = pl.read_csv(io.BytesIO(frame.write_csv().encode()), infer_schema=False)
    of_frame, of_text = learnt(frame, frame, text), learnt(text, frame, text)
    assert of_frame[0] == of_text[0]
    for Z in of_frame[1] + of_text[1]:
        np.testing.assert_array_equal(Z, of_frame[1][0])
