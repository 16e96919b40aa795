"""What commands print."""

import io

import pytest
from rich.console import Console

from clearprop.cli import show
from clearprop.explain.score import Score


@pytest.mark.parametrize(
    ("name", "score", "text"),
    [
        ("accuracy", Score(0.97183, 0.94, 0.9871), "97.2% [94.0, 98.7]"),
        ("balanced_accuracy", Score(0.5), "50.0%"),
        ("log_loss", Score(0.123456, 0.1, 0.1523456), "0.1235 [0.1, 0.152]"),
        ("rmse", Score(54321.9, None, None), "54,322"),
        ("r2", Score(None), "–"),
        ("r2", Score(float("nan")), "–"),
        ("auc", None, "–"),
    ],
)
def test_scores(name, score, text):
    assert show.score(name, score) == text


def test_a_score_without_its_interval():
    assert show.score("accuracy", Score(0.5, 0.4, 0.6), bounds=False) == "50.0%"


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
