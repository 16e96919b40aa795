"""`clearprop predict`."""

import csv

import numpy as np
import polars
import pytest
from sklearn.metrics import accuracy_score, log_loss

import clearprop as package


def read(path):
    return polars.read_csv(path)


def metrics(done):
    return {name: score["value"] for name, score in done.json["metrics"].items()}


def test_predictions_are_those_of_the_model_in_python(clearprop, flowers):
    done = clearprop("predict", flowers.folder, flowers.data, "--output", "p.csv", "--proba")
    assert (done.status, done.out) == (0, "")
    assert done.err == "Wrote predictions for 90 rows to p.csv.\n"
    found, given = read("p.csv"), read(flowers.data)
    model = package.load(flowers.folder / "model.safetensors")
    expected = model.predict_proba(given.select("petal", "sepal", "noise"))
    assert found.columns == ["prediction", "probability_aster", "probability_rose", "probability_tulip"]
    assert np.allclose(found.select(found.columns[1:]).to_numpy(), expected, rtol=1e-6)
    assert found["prediction"].to_list() == [("aster", "rose", "tulip")[i] for i in expected.argmax(1)]


def test_what_evaluate_says_is_what_scikit_learn_finds_in_the_predictions(clearprop, flowers):
    clearprop("predict", flowers.folder, flowers.data, "--output", "p.csv", "--proba")
    found, truth = read("p.csv"), read(flowers.data)["species"]
    said = metrics(clearprop("evaluate", flowers.folder, flowers.data, "--json"))
    assert said["accuracy"] == pytest.approx(accuracy_score(truth, found["prediction"]))
    probabilities = found.select(found.columns[1:]).to_numpy().astype(float)
    assert said["log_loss"] == pytest.approx(
        log_loss(truth, probabilities / probabilities.sum(1, keepdims=True)), rel=1e-4
    )


def test_columns_are_found_by_their_names(clearprop, flowers):
    table = read(flowers.data)
    table.select("noise", "species", polars.lit("new").alias("note"), "sepal", "petal").write_csv("shuffled.csv")
    assert (
        clearprop("predict", flowers.folder, "shuffled.csv").out
        == clearprop("predict", flowers.folder, flowers.data).out
    )


def test_without_output_the_lines_are_printed(clearprop, flowers):
    done = clearprop("predict", flowers.folder, flowers.data)
    rows = list(csv.reader(done.out.splitlines()))
    assert rows[0] == ["prediction"] and len(rows) == 91
    assert done.err == ""


def test_a_missing_column_is_named(clearprop, flowers):
    read(flowers.data).drop("sepal").write_csv("less.csv")
    done = clearprop("predict", flowers.folder, "less.csv", "--output", "p.csv")
    assert done.status == 2
    assert done.err == "less.csv has no column 'sepal', which the model needs.\n"


def test_a_model_file_will_do(clearprop, flowers):
    done = clearprop("predict", flowers.folder / "model.safetensors", flowers.data)
    assert done.out == clearprop("predict", flowers.folder, flowers.data).out


def test_numbers_are_in_the_targets_own_units(clearprop, houses):
    clearprop("predict", houses.folder, houses.data, "--output", "p.csv")
    found, truth = read("p.csv")["prediction"].to_numpy(), read(houses.data)["price"].to_numpy()
    said = metrics(clearprop("evaluate", houses.folder, houses.data, "--json"))
    assert said["rmse"] == pytest.approx(np.sqrt(((found - truth) ** 2).mean()), rel=1e-6)
    assert said["mae"] == pytest.approx(abs(found - truth).mean(), rel=1e-6)
    assert said["r2"] == pytest.approx(1 - ((found - truth) ** 2).sum() / ((truth - truth.mean()) ** 2).sum(), rel=1e-6)


def test_the_test_arrays_of_a_file_are_used_and_that_is_said(clearprop, images):
    done = clearprop("predict", images.folder, images.data, "--proba")
    assert done.err == f"Using the arrays X_test of {images.data}.\n"
    rows = list(csv.DictReader(done.out.splitlines()))
    test_images = np.load(images.data)["X_test"]
    expected = package.load(images.folder / "model.safetensors").predict_proba(test_images)[:, 1]
    assert [float(row["probability_1"]) for row in rows] == pytest.approx(expected.tolist(), rel=1e-5)
    for row in rows:
        assert float(row["probability_0"]) + float(row["probability_1"]) == pytest.approx(1)
        assert row["prediction"] == str(int(float(row["probability_1"]) > 0.5))


def test_a_number_has_no_probabilities(clearprop, houses):
    done = clearprop("predict", houses.folder, houses.data, "--proba")
    assert done.status == 2 and "leave out --proba" in done.err


def test_what_is_being_read_is_not_written_over(clearprop, copied, flowers, tmp_path):
    (tmp_path / "t.csv").write_bytes(flowers.data.read_bytes())
    for output in ("t.csv", copied / "model.safetensors"):
        done = clearprop("predict", copied, "t.csv", "--output", output)
        assert done.status == 2 and "is what is being read" in done.err
    assert (tmp_path / "t.csv").read_bytes() == flowers.data.read_bytes()


@pytest.mark.parametrize(
    ("output", "sentence"), [("nowhere/p.csv", "there is no directory nowhere"), (".", "is a directory")]
)
def test_an_output_that_cannot_be_written(clearprop, flowers, output, sentence):
    done = clearprop("predict", flowers.folder, flowers.data, "--output", output)
    assert done.status == 2 and sentence in done.err


def test_a_failure_leaves_the_old_predictions(clearprop, flowers, tmp_path):
    (tmp_path / "p.csv").write_text("old")
    (tmp_path / "bad.csv").write_text("petal,sepal,noise\n1,2,x\n")
    done = clearprop("predict", flowers.folder, "bad.csv", "--output", "p.csv")
    assert done.status == 2
    assert done.err.startswith("Column 'noise' should hold numbers, and has 'x' in line 2 of bad.csv: correct it")
    assert (tmp_path / "p.csv").read_text() == "old"


def test_the_spread_of_an_ensemble(clearprop, customers):
    """The standard deviation over the members of the predicted class's probability; the probability is their mean."""
    done = clearprop("predict", customers.folder, customers.data, "--spread", "--proba", "--output", "p.csv")
    assert done.status == 0, done.err
    found, model = read("p.csv"), package.load(customers.folder / "model.safetensors")
    given = polars.read_csv(customers.data, infer_schema=False).select(model.feature_names_in_.tolist())
    members = model.predict_members(given)
    place = [model.classes_.tolist().index(label) for label in found["prediction"]]
    own = members[:, np.arange(len(place)), place]
    assert found["spread"].to_numpy() == pytest.approx(own.std(axis=0, ddof=1), abs=1e-6)
    assert found["probability_stayed"].to_numpy() == pytest.approx(members.mean(0)[:, 1], abs=1e-6)
    assert found["spread"].max() > 0


def test_a_spread_needs_several_networks(clearprop, flowers):
    done = clearprop("predict", flowers.folder, flowers.data, "--spread")
    assert done.status == 2 and "--spread needs several: train with --ensemble" in done.err


def test_what_was_left_out_in_training_need_not_be_there(clearprop, customers):
    """A column that never changed, one dropped as asked, and the target are not missed; new categories are welcome."""
    given = polars.read_csv(customers.data, infer_schema=False)
    less = given.drop("region", "id", "churned").with_columns(polars.lit("nowhere").alias("town"))
    less.write_csv("less.csv")
    done = clearprop("predict", customers.folder, "less.csv", "--proba")
    assert done.status == 0, done.err
    assert len(done.out.splitlines()) == len(given) + 1
    given.drop("spend").write_csv("without.csv")
    assert (
        "without.csv has no column 'spend', which the model needs."
        in clearprop("predict", customers.folder, "without.csv").err
    )


def test_a_full_disk_leaves_the_old_predictions(clearprop, flowers, tmp_path, monkeypatch):
    (tmp_path / "p.csv").write_text("old")

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    done = clearprop("predict", flowers.folder, flowers.data, "--output", "p.csv")
    assert (done.status, done.err) == (2, "p.csv cannot be written: No space left on device.\n")
    assert [path.name for path in tmp_path.iterdir()] == ["p.csv"] and (tmp_path / "p.csv").read_text() == "old"
