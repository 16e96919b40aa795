"""Lines drawn in text."""

import io

import numpy as np
from rich.console import Console

from clearprop.cli.plot import draw, line


def dots(rows):
    """(4 · lines, 2 · characters) where there is a dot, by Unicode's numbering of braille."""
    order = [[0, 3], [1, 4], [2, 5], [6, 7]]
    return np.array(
        [
            [(ord(character) - 0x2800) >> order[inner][side] & 1 for character in row for side in range(2)]
            for row in rows
            for inner in range(4)
        ]
    )


def test_a_straight_line_is_the_diagonal():
    assert (dots(line(np.arange(8.0), np.arange(8.0), 4, 2)) == np.eye(8)[::-1]).all()
    assert (dots(line(np.arange(8.0), -np.arange(8.0), 4, 2)) == np.eye(8)).all()


def test_a_spike_within_a_column_is_seen():
    """One point of a thousand: its column is full, all others hold the bottom alone."""
    y = np.zeros(1000)
    y[510] = 1
    found = dots(line(np.arange(1000.0), y, 10, 3))
    assert found[:, 10].all() and found[:-1].sum() == 11 and found[-1].all()


def test_a_jump_from_a_column_to_the_next_is_joined():
    x = np.arange(100.0)
    found = dots(line(x, np.where(x < 50, 0.0, 1.0), 5, 3))
    assert found[-1, :5].all() and found[0, 5:].all()
    assert found[:-1, 5].all() and found.sum() == 5 + 11 + 4


def test_few_points_are_joined():
    found = dots(line(np.array([0.0, 1.0]), np.array([0.0, 1.0]), 10, 5))
    assert (found == np.eye(20)[::-1]).all()


def test_a_constant_is_a_level_line():
    found = dots(line(np.arange(5.0), np.full(5, 3.0), 4, 2))
    assert found.any(0).all() and found.any(1).sum() == 1


def test_nothing_is_drawn_without_unicode():
    content = io.BytesIO()
    file = io.TextIOWrapper(content, "cp1252")
    draw(Console(file=file), np.arange(9.0), np.arange(9.0), "mV", "ms")
    file.flush()
    assert content.getvalue() == b""


def test_the_frame_fits_the_terminal():
    for width in (40, 80, 200):
        out = Console(file=io.StringIO(), width=width)
        draw(out, np.linspace(0, 200, 999), np.linspace(-70, 30, 999), "mV", "ms")
        lines = out.file.getvalue().splitlines()  # pyright: ignore[reportAttributeAccessIssue]
        assert max(map(len, lines)) <= min(width, 100)
        assert "30 mV │" in lines[1] and "-70 mV │" in lines[10] and lines[11].endswith("─200 ms")
