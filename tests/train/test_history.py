"""History: a column by its name, a record by its place, lines of JSON."""

import json

from clearprop.train import History

RECORDS = [{"epoch": 1, "loss": 0.7}, {"epoch": 2, "loss": float("inf")}, {"epoch": 3, "loss": float("nan")}]


def test_columns_and_records():
    """History's docstring."""
    history = History(RECORDS)
    assert history["epoch"] == [1, 2, 3]
    assert history[-1] is RECORDS[-1]
    assert history[:2] == RECORDS[:2]
    assert history.columns == ["epoch", "loss"]
    assert History().columns == []


def test_a_line_of_json_a_record_with_null_for_what_is_not_finite(tmp_path):
    """History.save: strict JSON knows no NaN."""
    path = tmp_path / "history.jsonl"
    History(RECORDS).save(path)
    lines = path.read_text().splitlines()
    found = [json.loads(line, parse_constant=lambda name: 1 / 0) for line in lines]
    assert found == [{"epoch": 1, "loss": 0.7}, {"epoch": 2, "loss": None}, {"epoch": 3, "loss": None}]
