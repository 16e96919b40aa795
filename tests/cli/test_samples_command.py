"""`clearprop samples`."""

from clearprop.data import SAMPLES


def test_every_sample_is_listed(clearprop):
    text = clearprop("samples").out
    for name, sample in SAMPLES.items():
        line = next(line for line in text.splitlines() if line.startswith(f"sample:{name} "))
        assert f"{sample.rows:,}" in line and str(sample.columns) in line and sample.task in line
        assert sample.description in line


def test_as_json(clearprop):
    found = clearprop("samples", "--json").json["samples"]
    assert [entry["name"] for entry in found] == list(SAMPLES)
    assert found[0] == {
        "name": "digits",
        "description": "handwritten digits, 8 × 8 grey pixels each",
        "rows": 1797,
        "columns": 64,
        "task": "classification",
        "target": "digit",
    }
