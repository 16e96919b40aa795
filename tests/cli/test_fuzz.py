"""Random tables, well-formed and not: each is learnt from, and predicted again, or refused by one plain sentence."""

import csv
import io

import jax
import numpy as np
import polars
import pytest

TABLES = 60
PARTS = 5
"""The tables are drawn in so many tests, each from a seed of its own."""

QUICK = ("--hidden", "none", "--epochs", 1, "--batch-size", 64)

HEADERS = [
    "x", "X", " spaced ", "a,b", 'say "hi"', "two\nlines", "{0}", "{name}", "%s", "[red]x[/]", "$x_1$", "目标",
    "\\", "/", "..", "nan", "None", "1", "-1.5", "=1+1", "class", "target", "x0", "prediction", "🙂", "\u200f", "",
    "it's", "<b>", "a\tb", "é" * 50, "columns", "__index_level_0__", "Unnamed: 0",
]  # fmt: skip


def column(draw, rows):
    """The cells of a column of some kind, as text."""
    numbers, many = draw.normal(0, 10.0 ** draw.integers(-3, 6), rows), draw.integers(0, 1000, rows)
    kinds = [
        lambda: [f"{number:.4g}" for number in numbers],
        lambda: [str(value % 5) for value in many],
        lambda: [str(2**53 + int(value)) for value in many],
        lambda: [f"{number:.3f}".replace(".", ",") for number in numbers],
        lambda: ["yes" if value % 2 else "no" for value in many],
        lambda: [["red", "grün", "синій", "赤", " red", "🙂"][value % 6] for value in many],
        lambda: [f"label {value % 30}" for value in many],
        lambda: [f"id-{place}" for place in range(rows)],
        lambda: [str(place) for place in range(rows)],
        lambda: [" ".join(["long", "text"] * int(value)) for value in many],
        lambda: [f"20{value % 30:02}-{value % 12 + 1:02}-{value % 28 + 1:02}" for value in many],
        lambda: [f"{value % 28 + 1:02}/{value % 12 + 1:02}/2024" for value in many],
        lambda: [f"2024-02-{value % 31 + 1:02}T10:00:00Z" for value in many],
        lambda: ["same"] * rows,
        lambda: [""] * rows,
        lambda: ["a,b", 'c"d', "e\nf", "  ", "\\N", "NULL"] * rows,
        lambda: [["1e39", "inf", "-inf", "1e308", "1e-320", "0", "NaN"][value % 7] for value in many],
        lambda: [str(value) if value % 9 else "oops" for value in many],
    ]
    weights = np.array([6, 4, 1, 1, 3, 3, 2, 1, 1, 1, 2, 1, 1, 1, 0.5, 1, 0.3, 0.5])
    return kinds[draw.choice(len(kinds), p=weights / weights.sum())]()[:rows]


def target(draw, rows):
    """The cells of a column that may be learnt: words, numbers, or something else now and then."""
    codes = draw.integers(0, draw.choice([1, 2, 2, 2, 3, 4]), rows)
    kinds = [
        lambda: [["left", "stayed", "ніхто", "{0}", "[/]"][code] for code in codes],
        lambda: [str(code) for code in codes],
        lambda: [f"{number:.6g}" for number in draw.normal(5, 10.0 ** draw.integers(-2, 9), rows)],
        lambda: column(draw, rows),
    ]
    return kinds[draw.choice(4, p=[0.35, 0.2, 0.35, 0.1])]()


def table(seed):
    """A file's content, as bytes."""
    draw = np.random.default_rng(seed)
    rows, width = int(draw.integers(1, 61)), int(draw.integers(2, 6)) if draw.random() < 0.96 else 1
    plain = draw.random() < 0.6
    header = (
        [f"c{place}" for place in range(width)]
        if plain
        else draw.choice(HEADERS, width, replace=draw.random() < 0.2).tolist()
    )
    columns = [*(column(draw, rows) for _place in range(width - 1)), target(draw, rows)]
    missing = draw.choice([0, 0, 0.1, 0.6])
    lines = [list(line) for line in zip(*columns, strict=True)]
    for line in lines:
        for place in range(width - 1 if draw.random() < 0.96 else width):
            if draw.random() < missing:
                line[place] = str(draw.choice(["", "NA", "?", "nan"]))
    if draw.random() < 0.04:
        lines[draw.integers(len(lines))].append("one more")
    stream = io.StringIO()
    csv.writer(
        stream, delimiter=str(draw.choice([",", ",", ";", "\t"])), lineterminator=str(draw.choice(["\n", "\r\n"]))
    ).writerows([header, *lines])
    content = stream.getvalue().encode(str(draw.choice(["utf-8"] * 6 + ["utf-8-sig", "utf-16"])))
    return content[: draw.integers(len(content) + 1)] if draw.random() < 0.05 else content


@pytest.fixture(autouse=True)
def _compiled_in_haste():
    """Nearly every table has a network of its own, trained for one epoch: compiling it is what takes time."""
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", False)


@pytest.mark.parametrize("part", range(PARTS))
def test_learnt_or_refused_plainly(clearprop, tmp_path, monkeypatch, part):
    """Baselines and pictures, which take most of the time, are made for the first table of each part alone."""
    learnt = 0
    for seed in range(part, TABLES, PARTS):
        path, run = tmp_path / f"table{seed}.csv", tmp_path / f"run{seed}"
        path.write_bytes(table(seed))
        done = clearprop("train", path, *QUICK, "--output", run)
        learnt += done.status == 0
        if done.status == 0:
            predicted = clearprop("predict", run, path)
            assert predicted.status == 0, (seed, predicted.err)
            [values] = polars.read_csv(io.StringIO(predicted.out)).get_columns()
            assert not values.has_nulls() and (not values.dtype.is_float() or values.is_finite().all()), seed
        else:
            assert done.status == 2 and len(done.err.splitlines()) == 1, (seed, done.err)
            assert "went wrong" not in done.err and "Traceback" not in done.err, (seed, done.err)
            assert not run.exists() and len(done.err) < 1000, (seed, done.err)
        monkeypatch.setattr("clearprop.cli.report.beside", lambda job, task: ({}, []))
        monkeypatch.setattr("clearprop.explain.curve.draw", lambda *things: None)
        monkeypatch.setattr("clearprop.explain.calibration.draw", lambda *things: None)
    assert learnt > TABLES / PARTS / 4  # or nothing much was tried


def test_the_same_tables_every_time():
    assert table(7) == table(7) != table(8)
