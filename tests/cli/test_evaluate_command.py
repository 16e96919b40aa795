"""`clearprop evaluate`."""

import json
import re
from pathlib import Path

import numpy as np
import polars
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.metrics import confusion_matrix, log_loss

from clearprop import DeepRegressor


def values(scores):
    return {name: score["value"] for name, score in scores.items()}


def test_the_baseline_is_that_of_the_training_rows(clearprop, images):
    """Of 60 training images 48 are learnt from, a half of each class; the test images are scored."""
    found = clearprop("evaluate", images.folder, images.data, "--json").json
    assert found["data"] == {
        "source": str(images.data),
        "arrays": ["X_test", "y_test"],
        "rows": 20,
        "target": "y_test",
    }
    baseline = values(found["baselines"]["majority"])
    assert baseline["accuracy"] == pytest.approx(0.5) and baseline["log_loss"] == pytest.approx(np.log(2))
    assert found["seen_in_training"] is False


def test_an_uneven_baseline_against_scikit_learn(clearprop, tmp_path):
    """Training: 40 no, 10 yes. Test: the other way round."""
    draw = np.random.default_rng(0)

    def write(name, counts):
        rows = [f"{draw.normal():.3f},{label}" for label, n in counts.items() for _ in range(n)]
        (tmp_path / name).write_text("x,answer\n" + "\n".join(rows) + "\n")

    write("train.csv", {"no": 40, "yes": 10})
    write("test.csv", {"no": 10, "yes": 40})
    clearprop("train", "train.csv", "--hidden", "none", "--epochs", 1, "--validation", 0)
    found = values(clearprop("evaluate", "runs/train", "test.csv", "--json").json["baselines"]["majority"])
    truth = polars.read_csv("test.csv")["answer"].to_numpy()
    dummy = DummyClassifier(strategy="prior").fit(np.zeros((50, 1)), ["no"] * 40 + ["yes"] * 10)
    assert found["accuracy"] == pytest.approx(dummy.score(np.zeros((50, 1)), truth))
    assert found["log_loss"] == pytest.approx(log_loss(truth, dummy.predict_proba(np.zeros((50, 1)))))


def test_the_confusion_matrix(clearprop, flowers):
    found = clearprop("evaluate", flowers.folder, flowers.data, "--json").json
    predicted = clearprop("predict", flowers.folder, flowers.data).out.split()[1:]
    truth = polars.read_csv(flowers.data)["species"].to_list()
    assert found["classes"] == ["aster", "rose", "tulip"]
    assert sum(each["rows"] for each in found["calibration"]["bins"]) == 90
    assert found["confusion"] == confusion_matrix(truth, predicted, labels=found["classes"]).tolist()


def test_what_a_person_reads(clearprop, flowers):
    lines = [" ".join(line.split()) for line in clearprop("evaluate", flowers.folder, flowers.data).out.splitlines()]
    assert f"{flowers.folder} on 90 rows of {flowers.data}, target 'species':" in lines
    assert "model majority class" in lines
    assert any(re.fullmatch(r"accuracy \d+\.\d% \[[\d.]+, [\d.]+\] 33\.3% \[[\d.]+, [\d.]+\]", line) for line in lines)
    assert any(line.startswith("Calibration: predicted probabilities are off by ") for line in lines)
    assert "is ↓ predicted → aster rose tulip" in lines
    assert "The model was trained on these rows: expect less of it on new ones." in lines


def test_a_regression_has_no_confusion(clearprop, houses):
    done = clearprop("evaluate", houses.folder, houses.data)
    assert "R²" in done.out and "predicted →" not in done.out
    assert "always answers with the mean of the training rows" in done.out
    assert "confusion" not in clearprop("evaluate", houses.folder, houses.data, "--json").json


def test_whether_rows_were_trained_on_is_known_only_with_a_report(clearprop, copied, flowers, tmp_path):
    (tmp_path / "other.csv").write_bytes(flowers.data.read_bytes())
    assert clearprop("evaluate", copied, "other.csv", "--json").json["seen_in_training"] is False
    (copied / "report.json").write_text("{ cut")
    assert clearprop("evaluate", copied, flowers.data, "--json").json["seen_in_training"] is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("petal,sepal,noise\n1,2,3\n", "new.csv has no column 'species'"),
        ("petal,sepal,noise,species\n1,2,3,fern\n", "The target 'species' has the value 'fern'; the model knows only"),
        ("petal,sepal,noise,species\n1,2,3,\n1,2,3,rose\n", "The target 'species' has no value in line 2 of new.csv"),
    ],
)
def test_answers_that_are_missing_or_unknown(clearprop, flowers, tmp_path, content, sentence):
    (tmp_path / "new.csv").write_text(content)
    done = clearprop("evaluate", flowers.folder, "new.csv")
    assert (done.status, done.out) == (2, "") and done.err.startswith(sentence)


def test_arrays_without_answers(clearprop, images):
    np.savez("t.npz", X=np.zeros((3, 6, 6, 1), np.uint8))
    done = clearprop("evaluate", images.folder, "t.npz")
    assert (done.status, done.err) == (2, "t.npz has no target, and the right answers are needed here.\n")


def test_one_row_has_no_r2_and_json_stays_strict(clearprop, houses):
    Path("one.csv").write_text("size,age,price\n100,10,340000\n")
    found = clearprop("evaluate", houses.folder, "one.csv", "--json").json
    assert found["metrics"]["r2"]["value"] is None and found["metrics"]["rmse"]["value"] > 0
    assert "–" in clearprop("evaluate", houses.folder, "one.csv").out


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ("nowhere", "There is no run folder or model file 'nowhere'."),
        ("flower", "There is no run folder or model file 'flower'. Did you mean 'flowers'?"),
        ("flowers", "flowers holds no model.safetensors: is it a run folder?"),
        ("cut.safetensors", "cut.safetensors: "),
    ],
)
def test_a_model_that_is_not_there(clearprop, flowers, tmp_path, model, sentence):
    (tmp_path / "flowers").mkdir()
    whole = (flowers.folder / "model.safetensors").read_bytes()
    (tmp_path / "cut.safetensors").write_bytes(whole[:-1])
    for command in (
        ("evaluate", model, flowers.data),
        ("predict", model, flowers.data),
        ("check", model, flowers.data),
        ("explain-columns", model, flowers.data),
        ("export", model, "--onnx", "m.onnx"),
        ("info", model),
    ):
        done = clearprop(*command)
        assert (done.status, done.out) == (2, "") and done.err.startswith(sentence)


def test_a_model_saved_from_python_has_no_columns(clearprop, flowers, copied):
    import clearprop as package

    package.load(copied / "model.safetensors").fitted_.replace(table=None).save(copied / "model.safetensors")
    done = clearprop("evaluate", copied, flowers.data)
    assert done.status == 2 and "saved from Python" in done.err
    info = clearprop("info", copied)
    assert info.status == 0 and "a network of 3 inputs" in info.out
    assert json.loads(clearprop("info", copied, "--json").out)["task"] is None


def test_a_table_as_it_comes(clearprop, customers):
    """Text, dates, gaps; classes by their names; the intervals hold the values."""
    found = clearprop("evaluate", customers.folder, customers.data, "--json").json
    assert found["classes"] == ["left", "stayed"]
    for score in found["metrics"].values():
        assert score["low"] <= score["value"] <= score["high"]
    assert found["metrics"]["auc"]["value"] > 0.8
    assert found["calibration"]["about"] == "stayed"


def test_a_model_of_several_targets_is_for_python(clearprop, tmp_path):
    """Saved by the estimator itself; the command line reads one target."""
    draw = np.random.default_rng(0)
    X, Y = draw.normal(size=(40, 2)), draw.normal(size=(40, 2))
    DeepRegressor((), epochs=1, random_state=0).fit(X, Y).save("both.safetensors")
    np.savetxt("t.csv", X, delimiter=",", header="a,b", comments="")
    done = clearprop("evaluate", "both.safetensors", "t.csv")
    assert done.status == 2 and "predicts several targets at once" in done.err


def test_a_model_of_plain_arrays_takes_columns_by_place(clearprop, tmp_path):
    """Saved by the estimator itself, without names: of a .csv all columns but the target, in their order."""
    draw = np.random.default_rng(0)
    X = draw.normal(size=(60, 2))
    model = DeepRegressor((), epochs=2, random_state=0).fit(X, X[:, 0])
    model.save("plain.safetensors")
    rows = np.column_stack([X, X[:, 0]])
    np.savetxt("t.csv", rows, delimiter=",", header="a,b,target", comments="")
    found = clearprop("evaluate", "plain.safetensors", "t.csv", "--json").json
    assert found["metrics"]["rmse"]["value"] == pytest.approx(
        np.sqrt(np.mean((model.predict(X) - X[:, 0]) ** 2)), rel=1e-5
    )
    np.savez("t.npz", X=X[:, :1], y=X[:, 0])
    done = clearprop("evaluate", "plain.safetensors", "t.npz")
    assert done.status == 2 and "t.npz" in done.err
