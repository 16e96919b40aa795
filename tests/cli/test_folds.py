"""`clearprop train --folds`."""

import json
from pathlib import Path

import numpy as np
import polars
import pytest

from clearprop import DeepClassifier
from clearprop.cli import folds as cross_validation
from clearprop.data.split import folds

OPTIONS = ("--hidden", "none", "--epochs", 5, "--dropout", 0, "--weight-decay", 0, "--folds", 3)


def test_each_fold_is_scored_by_a_model_of_the_others(clearprop, flowers):
    """Done again in Python: the folds, the estimator of all rows of the others, its accuracy."""
    done = clearprop("train", flowers.data, *OPTIONS, "--validation", 0.2, "--json")
    found = done.json["cross_validation"]
    frame = polars.read_csv(flowers.data, infer_schema=False)
    X, y = frame.drop("species"), frame["species"].to_numpy().astype(str)
    for own, (rows, fold) in zip(found["folds"], folds(len(y), 3, seed=0, classes=y), strict=True):
        model = DeepClassifier((), epochs=5, dropout=0, weight_decay=0, random_state=0).fit(X[rows], y[rows])
        assert own["accuracy"]["value"] == pytest.approx(np.mean(model.predict(X[fold]) == y[fold]))
        assert own["rows"] == len(fold) == 30
    accuracies = [own["accuracy"]["value"] for own in found["folds"]]
    assert found["mean"]["accuracy"]["mean"] == pytest.approx(np.mean(accuracies))
    assert found["mean"]["accuracy"]["standard_error"] == pytest.approx(np.std(accuracies, ddof=1) / np.sqrt(3))


def test_the_saved_model_is_trained_on_all_rows(clearprop, flowers):
    """A part of them held out as without folds; the scores of the folds are printed first."""
    done = clearprop("train", flowers.data, *OPTIONS, "--validation", 0.2)
    text = " ".join(done.out.split())
    assert "Cross-validation, 3 folds: the mean with its standard error, and each fold. mean 1 2 3" in text
    assert text.index("Cross-validation") < text.index("72 rows to train on, 18 held out for validation.")
    report = json.loads(Path("runs/flowers/report.json").read_text())
    assert report["settings"]["folds"] == 3 and report["data"]["training_rows"] == 72


def test_groups_are_whole_and_times_expand(clearprop):
    """Of groups no fold divides one; by time each fold is later than what was learnt from."""
    rows = "".join(f"g{i // 5},{i},{i % 7},{i % 4 / 3}\n" for i in range(60))
    Path("t.csv").write_text("city,when,x,y\n" + rows)
    by_group = clearprop("train", "t.csv", *OPTIONS, "--group", "city", "--drop", "when", "--json").json
    assert [fold["rows"] for fold in by_group["cross_validation"]["folds"]] == [20, 20, 20]
    by_time = clearprop("train", "t.csv", *OPTIONS, "--time", "when", "--drop", "city", "--json").json
    assert [fold["rows"] for fold in by_time["cross_validation"]["folds"]] == [15, 15, 15]


def test_a_cell_that_only_one_fold_cannot_take_is_named(clearprop):
    """A number beyond float32: whichever part it falls into, its line is told."""
    Path("t.csv").write_text("x,y\n" + "".join(f"{i}.5,{i % 2}\n" for i in range(30)) + "1e39,1\n")
    done = clearprop("train", "t.csv", *OPTIONS)
    assert done.status == 2 and "Column 'x' has 1e+39 in line 32 of t.csv" in done.err


def test_interrupted_in_a_fold_nothing_is_saved(clearprop, flowers, monkeypatch, tmp_path):
    """Ctrl-C ends the fold's training in order; the command then ends too."""
    real = cross_validation.learn

    def interrupted(job, callbacks):
        model = real(job, callbacks)
        model._model = model._model.replace(stopped="interrupted")
        return model

    monkeypatch.setattr(cross_validation, "learn", interrupted)
    done = clearprop("train", flowers.data, *OPTIONS)
    assert done.status == 130 and done.err.endswith("Interrupted; nothing was saved.\n")
    assert list(tmp_path.iterdir()) == []
