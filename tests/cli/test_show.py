"""What commands print."""

import io

import pytest
from rich.console import Console

from clearprop.cli import show


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("accuracy", 0.97183, "97.2%"),
        ("log_loss", 0.123456, "0.1235"),
        ("rmse", 54321.9, "5.432e+04"),
        ("r2", None, "–"),
        ("r2", float("nan"), "–"),
    ],
)
def test_scores(name, value, text):
    assert show.score(name, value) == text


def test_json_knows_no_nan():
    assert show.dumps({"a": float("nan"), "b": [float("inf"), 1.5], 3: (True, None, "é")}).split() == [
        '{', '"a":', 'null,', '"b":', '[', 'null,', '1.5', '],', '"3":', '[', 'true,', 'null,', '"\\u00e9"', ']', '}',
    ]  # fmt: skip


def test_one_row_and_many():
    assert (show.rows(1), show.rows(1797)) == ("1 row", "1,797 rows")


def test_no_line_is_wrapped_without_a_terminal(capsys):
    show.say(show.console(), "word " * 400)
    show.table(show.console(), ["name", "text"], [["a", "word " * 100]])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "word " * 400
    assert sum("word" in line for line in lines) == 2


def test_on_a_narrow_terminal_words_are_kept_whole():
    out = Console(file=io.StringIO(), force_terminal=True, width=20, color_system=None)
    show.say(out, "some words that have to be wrapped")
    assert [line.strip() for line in out.file.getvalue().splitlines()] == ["some words that have", "to be wrapped"]
