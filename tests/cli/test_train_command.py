"""`clearprop train`."""

import inspect
import json
import re
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open

import clearprop as package
from clearprop.cli import account
from clearprop.cli.train import train
from clearprop.data import hold_out

QUICK = ("--hidden", "none", "--epochs", 2)


def lines_of(done):
    return [" ".join(line.split()) for line in done.out.splitlines()]


def test_it_says_what_it_read(flowers):
    lines = lines_of(flowers.done)
    assert f"Read {flowers.data}: 90 rows, 3 input columns." in lines
    assert "Target: 'species' (the last column; --target names another)." in lines
    assert "Task: classification, because it holds text." in lines
    assert "Classes: aster (30), rose (30), tulip (30)." in lines
    assert "72 rows to train on, 18 held out for validation." in lines


def test_it_shows_the_network(flowers):
    lines = lines_of(flowers.done)
    at = lines.index("layer output shape parameters")
    assert lines[at + 2 : at + 7] == [
        "0 standardize 3 0",
        "1 dense 8 32",
        "2 activation relu 8 0",
        "3 dense 3 27",
        "total 59",
    ]


def test_the_last_table_and_what_comes_next(flowers):
    lines = lines_of(flowers.done)
    assert "training validation baseline" in lines
    assert any(re.fullmatch(r"accuracy \d+\.\d% \d+\.\d% 33\.3%", line) for line in lines)
    assert any(line.startswith("Kept the weights of epoch ") for line in lines)
    assert lines[-2].startswith("Saved in runs/flowers: model.safetensors, history.jsonl, report.json, curve.png")
    assert lines[-1] == "Next: clearprop predict runs/flowers new.csv --output predictions.csv"


def test_no_terminal_no_bar_no_colour(flowers, images):
    for done in (flowers.done, images.done):
        assert "\x1b" not in done.out and "\r" not in done.out and "━" not in done.out
        assert done.err == ""


def test_what_the_run_folder_holds(flowers):
    assert sorted(path.name for path in flowers.folder.iterdir()) == [
        "curve.png",
        "history.jsonl",
        "model.safetensors",
        "report.json",
    ]
    assert list(flowers.folder.parent.iterdir()) == [flowers.folder]
    assert (flowers.folder / "curve.png").read_bytes().startswith(b"\x89PNG")
    with safe_open(flowers.folder / "model.safetensors", "np") as file:
        assert set(file.metadata()) == {"clearprop"}


def test_the_history_has_a_line_an_epoch(flowers):
    records = [json.loads(line) for line in (flowers.folder / "history.jsonl").read_text().splitlines()]
    assert [record["epoch"] for record in records] == list(range(1, 41))
    assert set(records[0]) == {"epoch", "loss", "val_loss", "val_accuracy", "seconds"}


def test_the_report_agrees_with_the_history(flowers):
    """The kept epoch is that of the best validation loss, and the reported metrics are its own."""
    report = json.loads((flowers.folder / "report.json").read_text())
    records = [json.loads(line) for line in (flowers.folder / "history.jsonl").read_text().splitlines()]
    best = min(records, key=lambda record: record["val_loss"])
    assert report["training"]["kept_epoch"] == best["epoch"]
    assert report["metrics"]["validation"]["log_loss"] == pytest.approx(best["val_loss"], rel=1e-5)
    assert report["metrics"]["validation"]["accuracy"] == pytest.approx(best["val_accuracy"])
    assert report["metrics"]["training"]["accuracy"] > 0.9


def test_the_report_says_everything(flowers):
    report = json.loads((flowers.folder / "report.json").read_text())
    assert report["clearprop"] == package.__version__
    assert report["settings"] == {
        "hidden": [8],
        "activation": "relu",
        "epochs": 40,
        "batch_size": 16,
        "learning_rate": 0.01,
        "optimizer": "adam",
        "dropout": 0.0,
        "weight_decay": None,
        "validation": 0.2,
        "patience": None,
        "rule": "backprop",
        "seed": 0,
    }
    assert report["data"]["source"] == report["data"]["path"] == str(flowers.data)
    assert report["data"]["columns"] == ["petal", "sepal", "noise"]
    assert report["data"]["classes"] == [{"class": kind, "rows": 30} for kind in ("aster", "rose", "tulip")]
    assert report["parameters"] == 59
    assert (report["task"], report["task_because"]) == ("classification", "text")


def test_json_is_one_object_and_nothing_else(houses):
    report = houses.done.json
    assert report["run"] == "runs/houses"
    del report["run"]
    assert report == json.loads((houses.folder / "report.json").read_text())
    assert "Read " in houses.done.err  # what a person would read goes elsewhere


def test_a_linear_regression_finds_the_line(houses):
    """Against ordinary least squares on all rows, in the target's own units."""
    rows = np.loadtxt(houses.data, delimiter=",", skiprows=1)
    X, y = np.column_stack([rows[:, 0], rows[:, 2], np.ones(len(rows))]), rows[:, 1]
    residual = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    found = houses.done.json["metrics"]
    rmse = np.sqrt((residual**2).mean())
    assert found["training"]["rmse"] == pytest.approx(rmse, rel=0.2)
    assert found["validation"]["r2"] > 0.98
    assert found["baseline"]["training"]["r2"] == pytest.approx(0, abs=1e-9)
    assert found["baseline"]["training"]["rmse"] == pytest.approx(y.std(), rel=0.1)


def test_the_baseline_is_of_the_training_rows(flowers):
    """A third of the rows each: accuracy 1/3 and log-loss ln 3."""
    baseline = json.loads((flowers.folder / "report.json").read_text())["metrics"]["baseline"]
    assert baseline["validation"]["accuracy"] == pytest.approx(1 / 3)
    assert baseline["validation"]["log_loss"] == pytest.approx(np.log(3))


def test_images_are_flattened_and_their_bytes_share_one_scale(images):
    fitted = package.load(images.folder / "model.safetensors")
    lines = lines_of(images.done)
    assert fitted.input_shape == (6, 6, 1)
    assert len(np.unique(fitted.state[1]["mean"])) == len(np.unique(fitted.state[1]["scale"])) == 1
    assert 0 < fitted.state[1]["mean"][0] < 255
    assert f"Read {images.data}: 60 rows, each with 6 × 6 × 1 inputs." in lines
    assert f"Using the arrays X_train, y_train of {images.data}." in lines
    assert lines[-1] == f"Next: clearprop evaluate runs/halves {images.data}"
    assert fitted.network.layers[-1].units == 1  # two classes, one output


def test_the_scale_is_that_of_the_training_rows_alone(flowers):
    X = np.loadtxt(flowers.data, delimiter=",", skiprows=1, usecols=(0, 1, 2))
    kinds = np.loadtxt(flowers.data, delimiter=",", skiprows=1, usecols=3, dtype=str)
    training, _held_out = hold_out(len(X), 0.2, seed=0, classes=kinds)
    state = package.load(flowers.folder / "model.safetensors").state[0]
    assert np.asarray(state["mean"]) == pytest.approx(X[training].mean(0), rel=1e-5)
    assert np.asarray(state["scale"]) == pytest.approx(X[training].std(0), rel=1e-5)


def test_the_best_epoch_is_kept_and_not_the_last(clearprop):
    """So large a step that the validation loss jumps about."""
    options = ("--hidden", "none", "--epochs", 30, "--learning-rate", 3, "--json")
    report = clearprop("train", "sample:iris", *options).json
    records = [json.loads(line) for line in Path("runs/iris/history.jsonl").read_text().splitlines()]
    best = min(records, key=lambda record: record["val_loss"])
    assert report["training"]["kept_epoch"] == best["epoch"] < 30
    assert report["metrics"]["validation"]["log_loss"] == pytest.approx(best["val_loss"], rel=1e-4)


def test_the_same_seed_gives_the_same_model_to_the_bit(clearprop):
    for output in ("one", "two"):
        clearprop("train", "sample:iris", *QUICK, "--output", output)
    clearprop("train", "sample:iris", *QUICK, "--output", "three", "--seed", 1)
    one, two, three = (
        package.load(f"{name}/model.safetensors").predict(np.ones((1, 4))) for name in ("one", "two", "three")
    )
    assert np.array_equal(one, two) and not np.array_equal(one, three)


def test_a_run_is_never_overwritten(clearprop):
    """The next free number is taken, whether the folder was named or not."""
    assert clearprop("train", "sample:iris", *QUICK).out.count("exists and was left as it is") == 0
    before = {path: path.read_bytes() for path in Path("runs/iris").iterdir()}
    second = clearprop("train", "sample:iris", *QUICK)
    assert "runs/iris exists and was left as it is." in second.out
    assert "Saved in runs/iris-2:" in second.out
    assert clearprop("train", "sample:iris", *QUICK, "--output", "runs/iris", "--json").json["run"] == "runs/iris-3"
    assert all(path.read_bytes() == content for path, content in before.items())


def test_options_reach_the_training(clearprop):
    done = clearprop(
        "train", "sample:moons", "--hidden", "6,5", "--epochs", 200, "--dropout", 0.3, "--weight-decay", 0.01,
        "--optimizer", "momentum", "--rule", "feedback_alignment", "--validation", 0.5, "--patience", 1, "--json",
        "--learning-rate", 0.5,
    )  # fmt: skip
    report = done.json
    hidden = ["dense", "activation relu", "dropout"]
    assert [layer["layer"].split(" ", 1)[1] for layer in report["network"]] == [
        "standardize",
        *hidden,
        *hidden,
        "dense",
    ]
    assert report["data"]["validation_rows"] == 250
    assert report["training"]["stopped"] == "patience" and report["training"]["epochs"] < 200
    assert type(package.load("runs/moons/model.safetensors").rule).__name__ == "FeedbackAlignment"


def test_nothing_held_out(clearprop):
    done = clearprop("train", "sample:moons", *QUICK, "--validation", 0)
    assert done.status == 0
    assert "500 rows to train on, none held out." in done.out
    assert "validation" not in done.out.split("parameters")[1]
    report = json.loads(Path("runs/moons/report.json").read_text())
    assert report["metrics"]["validation"] is None and report["metrics"]["baseline"]["validation"] is None


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--hidden", "12,x"), "--hidden is units with commas between"),
        (("--hidden", "0"), "--hidden is units with commas between"),
        (("--activation", "rellu"), "There is no activation called 'rellu'. Did you mean 'relu'?"),
        (("--optimizer", "adem"), "There is no optimizer called 'adem'."),
        (("--rule", "backdrop"), "There is no rule called 'backdrop'. Did you mean 'backprop'?"),
        (("--learning-rate", "-1"), "adam: learning_rate must be a finite number of 0 or more, not -1.0."),
        (("--weight-decay", "nan"), "adam: weight_decay must be a finite number of 0 or more, not nan."),
        (("--dropout", "1"), "A dropout rate lies from 0 up to, but not including, 1; it is 1.0."),
        (("--validation", "1"), "The share of rows held out for validation lies from 0"),
        (("--target", "x1"), "The target of sample:moons is 'class'"),
        (("--hidden", "1000000000,1000000"), "The network has 1,000,"),
        (("--output", "."), ". cannot be a run folder"),
        (("--output", "a-file/run"), "a-file/run cannot be made: "),
    ],
)
def test_what_cannot_be_done_is_said_before_training(clearprop, options, sentence, tmp_path):
    (tmp_path / "a-file").touch()
    done = clearprop("train", "sample:moons", "--epochs", 2, *options)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(sentence) and done.err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a-file"]


def test_a_training_that_diverges_at_once_leaves_nothing(clearprop, tmp_path):
    done = clearprop("train", "sample:diabetes", "--optimizer", "gradient_descent", "--learning-rate", 1e30)
    assert done.status == 2
    assert done.err == (
        "The loss stopped being finite in epoch 1: try a smaller step, --learning-rate 1e+29, or inputs without extreme"
        " values.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_training_that_diverges_later_keeps_the_last_good_weights(clearprop):
    """With another task than the one inferred, as a number can be a class too."""
    options = ("--optimizer", "gradient_descent", "--learning-rate", 100, "--task", "regression", "--json")
    done = clearprop("train", "sample:diabetes", *options)
    assert done.json["task_because"] == "asked" and set(done.json["metrics"]["training"]) == {"r2", "rmse", "mae"}
    assert done.status == 2
    assert "stopped being finite in epoch" in done.err.splitlines()[-1]
    assert done.json["training"]["stopped"] == "diverged" and done.json["training"]["kept_epoch"] >= 1
    fitted = package.load("runs/diabetes/model.safetensors")
    assert np.isfinite(fitted.predict(np.zeros((1, 10)))).all()


def test_a_network_that_learnt_nothing_is_told(clearprop):
    done = clearprop("train", "sample:moons", *QUICK, "--learning-rate", 0)
    assert ("does no better than the baseline" in done.out) == account.no_better(
        json.loads(Path("runs/moons/report.json").read_text())["metrics"]
    )


@pytest.mark.parametrize(("model", "baseline", "told"), [(0.5, 0.5, True), (0.4, 0.5, True), (0.6, 0.5, False)])
def test_when_a_network_has_learnt_nothing(model, baseline, told):
    metrics = {"validation": {"accuracy": model}, "baseline": {"validation": {"accuracy": baseline}}}
    assert account.no_better(metrics) == told
    assert not account.no_better({"validation": None, "baseline": {"validation": None}})


@pytest.mark.parametrize("broken", ["model", "report", "curve", "rename"])
def test_nothing_half_written_is_left(clearprop, tmp_path, monkeypatch, broken):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    places = {
        "model": "clearprop.modelfile.write.write_atomically",
        "report": "clearprop.cli.training.write_atomically",
        "curve": "clearprop.cli.curve.write_atomically",
        "rename": "pathlib.Path.rename",
    }
    monkeypatch.setattr(places[broken], full)
    done = clearprop("train", "sample:moons", *QUICK)
    assert done.status == 2
    assert done.err == "runs/moons cannot be written, so nothing was saved: No space left on device.\n"
    assert list(tmp_path.iterdir()) == []


def test_many_classes_are_cut_short_in_print(clearprop, tmp_path):
    rows = "".join(f"{i % 30},c{i % 30:02}\n" for i in range(120))
    (tmp_path / "many.csv").write_text("a,kind\n" + rows)
    done = clearprop("train", "many.csv", *QUICK)
    assert "c18 (4), c19 (4) and 10 more." in done.out


def test_hostile_names_are_only_text(clearprop, tmp_path):
    """Markup, format strings, mathematics and other scripts in names: shown as they are."""
    header = "[red]{a}%s,$x_1$ \\frac,目标:smile:"
    (tmp_path / "odd [bold]{name}.csv").write_text(header + "\n" + "1,2,[/]{0}\n3,4,$b$\n" * 10, encoding="utf-8")
    done = clearprop("train", "odd [bold]{name}.csv", *QUICK)
    assert done.status == 0, done.err
    assert "Target: '目标:smile:'" in done.out and "Classes: $b$ (10), [/]{0} (10)." in done.out
    assert "clearprop predict 'runs/odd [bold]{name}' new.csv" in done.out
    assert clearprop("info", "runs/odd [bold]{name}").status == 0
    again = clearprop("evaluate", "runs/odd [bold]{name}", "odd [bold]{name}.csv", "--json").json
    assert again["classes"] == ["$b$", "[/]{0}"]


def test_the_defaults_are_what_the_issue_shows():
    """`clearprop train sample:digits --hidden 128,64 --epochs 60 --seed 0`"""
    defaults = {name: option.default for name, option in inspect.signature(train).parameters.items()}
    assert (defaults["hidden"], defaults["epochs"], defaults["seed"]) == ("128,64", 60, 0)
