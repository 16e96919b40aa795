"""`clearprop train`."""

import json
import re
from pathlib import Path

import jax
import numpy as np
import polars
import pytest
from safetensors import safe_open

import clearprop as package
from clearprop.cli import outcome, training
from clearprop.data import hold_out
from clearprop.explain.path import DescentPath

FILES = ["calibration.png", "curve.png", "history.jsonl", "model.safetensors", "path.safetensors", "report.json"]
QUICK = ("--hidden", "none", "--epochs", 2, "--dropout", 0, "--weight-decay", 0)


def lines_of(done):
    return [" ".join(line.split()) for line in done.out.splitlines()]


def values(scores):
    return {name: score["value"] for name, score in scores.items()}


def test_it_says_what_it_read(flowers):
    lines = lines_of(flowers.done)
    assert f"Read {flowers.data}: 90 rows, 3 input columns." in lines
    assert "Target: 'species' (the last column; --target names another)." in lines
    assert "Task: classification, because it holds text." in lines
    assert "Classes: aster (30), rose (30), tulip (30)." in lines
    assert "number 3 petal, sepal, noise because all its values are numbers" in lines
    assert "72 rows to train on, 18 held out for validation." in lines


def test_it_says_what_each_column_was_taken_for_and_why(customers):
    """Columns of one kind share a line; what was left out is told with its reason."""
    lines = lines_of(customers.done)
    assert f"Read {customers.data}: 160 rows, 6 input columns." in lines
    assert "Left out, as you asked: id." in lines
    for line in (
        "category 2 plan, town because it holds text that repeats",
        "number 1 spend because all its values are numbers",
        "date 1 since because all its values are dates",
        "truth value 1 newsletter because every value is true or false",
        "left out 1 region because it is the same in every row",
    ):
        assert line in lines


def test_it_shows_the_network(flowers):
    """Before it is trained: the very network that is then in the model file."""
    lines, fitted = lines_of(flowers.done), package.load(flowers.folder / "model.safetensors").fitted_
    at = lines.index("layer output shape parameters") + 2
    rows = fitted.network.table(tuple(fitted.input_shape))
    assert lines[at : at + len(rows)] == [
        f"{place} {row.name} {row.output_shape[0]} {row.parameters}" for place, row in enumerate(rows)
    ]
    assert lines[at + len(rows)] == f"total {sum(row.parameters for row in rows)}"
    assert rows[-1].output_shape == (3,)


def test_the_last_table_and_what_comes_next(flowers):
    lines = lines_of(flowers.done)
    assert "training validation majority class linear model gradient boosting" in lines
    interval = r"\d+\.\d% \[\d+\.\d, \d+\.\d\]"
    assert any(
        re.fullmatch(rf"accuracy \d+\.\d% {interval} 33\.3% \[.*\] {interval} {interval}", line) for line in lines
    )
    assert [line.split()[0] for line in lines if "[" in line] == ["accuracy", "balanced", "log-loss", "AUC", "F1"]
    assert any(line.startswith("Kept the weights of epoch ") for line in lines)
    assert lines[-2] == "Saved in runs/flowers: " + ", ".join(FILES) + "."
    assert lines[-1] == "Next: clearprop predict runs/flowers new.csv --output predictions.csv"


def test_no_terminal_no_bar_no_colour(flowers, images):
    for done in (flowers.done, images.done):
        assert "\x1b" not in done.out and "\r" not in done.out and "━" not in done.out
        assert done.err == ""


def test_what_the_run_folder_holds(flowers):
    assert sorted(path.name for path in flowers.folder.iterdir()) == FILES
    assert list(flowers.folder.parent.iterdir()) == [flowers.folder]
    for picture in ("curve.png", "calibration.png"):
        assert (flowers.folder / picture).read_bytes().startswith(b"\x89PNG")
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
    validation = values(report["metrics"]["validation"])
    assert validation["log_loss"] == pytest.approx(best["val_loss"], rel=1e-5)
    assert validation["accuracy"] == pytest.approx(best["val_accuracy"])
    assert values(report["metrics"]["training"])["accuracy"] > 0.9


def test_the_report_says_everything(flowers):
    report = json.loads((flowers.folder / "report.json").read_text())
    assert report["clearprop"] == package.__version__
    asked = {"hidden_layer_sizes": [8], "epochs": 40, "batch_size": 16, "learning_rate": 0.01, "random_state": 0}
    asked |= {"dropout": 0, "weight_decay": 0, "early_stopping": True}
    expected = {**package.DeepClassifier().get_params(), **asked, "validation_fraction": 0.2}
    del expected["callbacks"]
    assert report["settings"] == {
        **expected,
        "drop": [],
        "group": None,
        "time": None,
        "folds": None,
        "image_size": None,
        "strict": False,
    }
    assert report["data"]["source"] == report["data"]["path"] == str(flowers.data)
    assert [(c["name"], c["kind"], c["because"]) for c in report["columns"]] == [
        (name, "number", "numbers") for name in ("petal", "sepal", "noise")
    ]
    assert report["cross_validation"] is None
    assert sum(each["rows"] for each in report["calibration"]["bins"]) == 18
    for part in (report["metrics"]["validation"], *report["metrics"]["baselines"].values()):
        assert set(part) == {"accuracy", "balanced_accuracy", "log_loss", "auc", "f1"}
        assert all(score["low"] <= score["value"] <= score["high"] for score in part.values())
    assert report["data"]["classes"] == [{"class": kind, "rows": 30} for kind in ("aster", "rose", "tulip")]
    assert report["parameters"] == sum(layer["parameters"] for layer in report["network"])
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
    assert values(found["training"])["rmse"] == pytest.approx(rmse, rel=0.2)
    assert values(found["validation"])["r2"] > 0.98
    assert set(found["baselines"]) == {"mean", "linear", "gradient boosting"}
    assert values(found["baselines"]["mean"])["r2"] == pytest.approx(0, abs=0.2)
    assert values(found["baselines"]["linear"])["rmse"] == pytest.approx(rmse, rel=0.3)
    assert houses.done.json["calibration"] is None


def test_the_baseline_is_of_the_training_rows(flowers):
    """A third of the rows each: accuracy 1/3 and log-loss ln 3."""
    baselines = json.loads((flowers.folder / "report.json").read_text())["metrics"]["baselines"]
    assert values(baselines["majority"])["accuracy"] == pytest.approx(1 / 3)
    assert values(baselines["majority"])["log_loss"] == pytest.approx(np.log(3))
    assert values(baselines["linear"])["accuracy"] > 0.9


def test_images_are_flattened_and_their_bytes_share_one_scale(images):
    fitted = package.load(images.folder / "model.safetensors").fitted_
    lines = lines_of(images.done)
    assert fitted.input_shape == (6, 6, 1)
    assert len(np.unique(fitted.state[1]["mean"])) == len(np.unique(fitted.state[1]["scale"])) == 1
    assert 0 < fitted.state[1]["mean"][0] < 255
    assert f"Read {images.data}: 60 rows, each with 6 × 6 × 1 inputs." in lines
    assert f"Using the arrays X_train, y_train of {images.data}." in lines
    assert lines[-1] == f"Next: clearprop evaluate runs/halves {images.data}"
    assert fitted.network.layers[-1].units == 1  # two classes, one output


def test_the_scale_is_that_of_the_training_rows_alone(flowers):
    """Their median, and the distance between their quartiles."""
    X = np.loadtxt(flowers.data, delimiter=",", skiprows=1, usecols=(0, 1, 2))
    kinds = np.loadtxt(flowers.data, delimiter=",", skiprows=1, usecols=3, dtype=str)
    training, _held_out = hold_out(len(X), 0.2, seed=0, classes=kinds)
    preparation = package.load(flowers.folder / "model.safetensors").fitted_.table.preparation
    q25, q50, q75 = np.quantile(X[training], (0.25, 0.5, 0.75), axis=0, method="inverted_cdf")
    assert preparation.center == pytest.approx(q50)
    assert preparation.scale == pytest.approx(1 / (q75 - q25))


def test_the_shell_and_python_are_one_thing(flowers):
    """The estimator with the same parameters, rows and seed predicts the same to the bit."""
    frame = polars.read_csv(flowers.data, infer_schema=False)
    X, y = frame.drop("species"), frame["species"].to_numpy().astype(str)
    training, held_out = hold_out(len(y), 0.2, seed=0, classes=y)
    options: dict = {"epochs": 40, "batch_size": 16, "learning_rate": 0.01, "dropout": 0, "weight_decay": 0}
    model = package.DeepClassifier((8,), **options, early_stopping=True, random_state=0)
    model.fit(X[training], y[training], X_val=X[held_out], y_val=y[held_out])
    shell = package.load(flowers.folder / "model.safetensors")
    assert np.array_equal(model.predict_proba(X), shell.predict_proba(X))


def test_the_best_epoch_is_kept_and_not_the_last(clearprop):
    """So large a step that the validation loss jumps about."""
    options = (*QUICK, "--epochs", 30, "--learning-rate", 3, "--early-stopping", "--json")
    report = clearprop("train", "sample:iris", *options).json
    records = [json.loads(line) for line in Path("runs/iris/history.jsonl").read_text().splitlines()]
    best = min(records, key=lambda record: record["val_loss"])
    assert report["training"]["kept_epoch"] == best["epoch"] < 30
    assert values(report["metrics"]["validation"])["log_loss"] == pytest.approx(best["val_loss"], rel=1e-4)


def test_the_same_seed_gives_the_same_model_to_the_bit(clearprop):
    for output in ("one", "two"):
        clearprop("train", "sample:iris", *QUICK, "--output", output)
    clearprop("train", "sample:iris", *QUICK, "--output", "three", "--seed", 1)
    one, two, three = (
        package.load(f"{name}/model.safetensors").fitted_.predict(np.ones((1, 4))) for name in ("one", "two", "three")
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
        "train", "sample:moons", "--hidden", "6,5", "--epochs", 5, "--dropout", 0.3, "--weight-decay", 0.01,
        "--optimizer", "momentum", "--rule", "feedback_alignment", "--validation", 0.5, "--json",
        "--learning-rate", 0.5, "--activation", "tanh,relu", "--early-stopping",
    )  # fmt: skip
    report = done.json
    names = [layer["layer"].split(" ", 1)[1] for layer in report["network"]]
    assert [name for name in names if "dense" in name or "activation" in name] == [
        *("dense", "activation tanh"),
        *("dense", "activation relu"),
        "dense",
    ]
    assert "dropout" in names
    assert report["data"]["validation_rows"] == 250
    assert type(package.load("runs/moons/model.safetensors").fitted_.rule).__name__ == "FeedbackAlignment"


def test_nothing_held_out(clearprop):
    done = clearprop("train", "sample:moons", *QUICK, "--validation", 0)
    assert done.status == 0
    assert "500 rows to train on, none held out." in done.out
    assert "validation" not in done.out.split("output shape")[1]
    assert "Kept the weights of epoch 2 of 2, the last one." in done.out
    report = json.loads(Path("runs/moons/report.json").read_text())
    assert report["metrics"]["validation"] is None and report["calibration"] is None
    assert values(report["metrics"]["baselines"]["majority"])["accuracy"] == 0.5


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--hidden", "12,x"), "--hidden is units with commas between"),
        (("--hidden", "0"), "--hidden is units with commas between"),
        (("--activation", "rellu"), "There is no activation called 'rellu'. Did you mean 'relu'?"),
        (("--optimizer", "adem"), "There is no optimizer called 'adem'."),
        (("--rule", "backdrop"), "There is no rule called 'backdrop'. Did you mean 'backprop'?"),
        (
            ("--learning-rate", "-1"),
            "The 'learning_rate' parameter of DeepClassifier must be a float in the range (0.0",
        ),
        (("--learning-rate", "0"), "The 'learning_rate' parameter of DeepClassifier must be a float in the range (0.0"),
        (("--weight-decay", "nan"), "The 'weight_decay' parameter of DeepClassifier must be a float in the range [0.0"),
        (("--dropout", "1"), "The 'dropout' parameter of DeepClassifier must be a float in the range [0.0, 1.0)."),
        (("--activation", "relu,tanh"), "There are 3 hidden layers and 2 activations"),
        (("--kind", "x1=text"), "--kind is a column, = and one of number, category, boolean, date, drop"),
        (("--kind", "x3=drop"), "There is no column 'x3', which was to be of the kind drop."),
        (("--drop", "x3"), "sample:moons has no column 'x3'. Its columns are: x1, x2, class."),
        (("--group", "x3"), "sample:moons has no column 'x3'."),
        (("--group", "x1", "--time", "x2"), "sample:moons has only the column 'class'"),
        (("--class-weight", "balanced", "--task", "regression"), "A regression has no classes to weigh"),
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
        "The loss stopped being finite in epoch 1: try a smaller step, --learning-rate 0.001, or inputs without extreme"
        " values.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_training_that_diverges_later_keeps_the_last_good_weights(clearprop):
    """With another task than the one inferred, as a number can be a class too."""
    options = (
        *QUICK,
        "--epochs",
        60,
        "--optimizer",
        "gradient_descent",
        "--learning-rate",
        3,
        "--task",
        "regression",
        "--json",
    )
    done = clearprop("train", "sample:diabetes", *options)
    assert done.json["task_because"] == "asked" and set(done.json["metrics"]["training"]) == {"r2", "rmse", "mae"}
    assert not done.json["metrics"]["notes"]
    assert done.status == 2
    assert "stopped being finite in epoch" in done.err.splitlines()[-1]
    assert done.json["training"]["stopped"] == "diverged" and done.json["training"]["kept_epoch"] >= 1
    fitted = package.load("runs/diabetes/model.safetensors")
    assert np.isfinite(fitted.fitted_.predict(np.zeros((1, 10), "float32"))).all()


def test_a_network_that_learnt_nothing_is_told(clearprop):
    done = clearprop("train", "sample:moons", *QUICK, "--learning-rate", 1e-9)
    assert ("does no better than the simplest baseline" in done.out) == outcome.no_better(
        json.loads(Path("runs/moons/report.json").read_text())["metrics"]
    )


@pytest.mark.parametrize(("model", "baseline", "told"), [(0.5, 0.5, True), (0.4, 0.5, True), (0.6, 0.5, False)])
def test_when_a_network_has_learnt_nothing(model, baseline, told):
    metrics = {
        "validation": {"accuracy": {"value": model}},
        "baselines": {"majority": {"accuracy": {"value": baseline}}},
    }
    assert outcome.no_better(metrics) == told
    assert not outcome.no_better({"validation": None, "baselines": {}})
    undefined = {"r2": {"value": None}}
    assert not outcome.no_better({"validation": undefined, "baselines": {"mean": undefined}})


@pytest.mark.parametrize("broken", ["model", "report", "picture", "rename"])
def test_nothing_half_written_is_left(clearprop, tmp_path, monkeypatch, broken):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    places = {
        "model": "clearprop.modelfile.write.write_atomically",
        "report": "clearprop.cli.training.write_atomically",
        "picture": "clearprop.explain.picture.write_atomically",
        "rename": "pathlib.Path.rename",
    }
    monkeypatch.setattr(places[broken], full)
    done = clearprop("train", "sample:moons", *QUICK)
    assert done.status == 2
    assert done.err == "runs/moons cannot be written, so nothing was saved: No space left on device.\n"
    assert list(tmp_path.iterdir()) == []


def test_many_classes_are_cut_short_in_print(clearprop, tmp_path):
    rows = "".join(f"{i % 30}.5,c{i % 30:02}\n" for i in range(120))
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


def write(path, header, rows):
    Path(path).write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n")


def test_whole_groups_are_held_out(clearprop):
    """Ten groups of six rows; two are held out, and nothing is learnt from the column."""
    write("g.csv", "city,x,y", [(f"city{i // 6}", i % 7, "ab"[i % 2]) for i in range(60)])
    done = clearprop("train", "g.csv", *QUICK, "--group", "city", "--validation", 0.2)
    assert "48 rows to train on, 12 held out for validation: 2 whole groups of 'city'." in done.out
    report = json.loads(Path("runs/g/report.json").read_text())
    assert report["settings"]["group"] == "city" and [c["name"] for c in report["columns"]] == ["x"]


@pytest.mark.parametrize("when", ["2024-01-{:02}", "{}.5", "1{:02}"])
def test_the_latest_rows_are_held_out(clearprop, when):
    """By dates, and by numbers, written as text in any order; the four latest of twenty."""
    order = np.random.default_rng(0).permutation(20)
    write("t.csv", "when,x,y", [(when.format(i + 1), i if i < 16 else 1e9, i % 4 / 3) for i in order])
    done = clearprop("train", "t.csv", *QUICK, "--time", "when", "--validation", 0.2, "--json")
    assert "16 rows to train on, 4 held out for validation: the latest by 'when'." in done.err
    [column] = package.load("runs/t/model.safetensors").fitted_.table.preparation.columns
    assert column.name == "x" and column.center == pytest.approx(7.5, abs=1)  # of those before, none of them 1e9


def test_kinds_and_columns_as_asked(clearprop):
    write("k.csv", 'zip,"a,b",c,y', [(1000 + i % 3, i, i, i % 2) for i in range(40)])
    done = clearprop(
        "train", "k.csv", *QUICK, "--kind", "zip=category", "--drop", '"a,b"', "--kind", "c=drop", "--json"
    )
    columns = {c["name"]: (c["kind"], c["because"]) for c in done.json["columns"]}
    assert columns == {"zip": ("category", "asked"), "c": ("left out", "asked")}
    assert "Left out, as you asked: a,b." in done.err


def test_notices_are_told_and_reported(clearprop):
    """An identifier of numbers, a column that is the target again, many parameters for few rows."""
    draw = np.random.default_rng(0)
    write("n.csv", "id,x,again,y", [(1000 + i, round(draw.normal(), 3), i % 2, "ab"[i % 2]) for i in range(100)])
    done = clearprop("train", "n.csv", "--hidden", "100", "--epochs", 1)
    assert "Column 'again' alone predicts the target almost without fault" in done.out
    assert "Column 'id' looks like an identifier" in done.out
    notices = json.loads(Path("runs/n/report.json").read_text())["notices"]
    assert [(n["about"], n["columns"]) for n in notices][:2] == [("leak", ["again"]), ("identifier", ["id"])]


def test_balanced_classes(clearprop):
    """Of 40 a and 10 b that cannot be told apart, a balanced model says p(b) = 1/2, and a plain one 1/5."""
    write("b.csv", "x,y", [(i % 5, "b" if i % 5 == (i // 5) % 5 else "a") for i in range(50)])
    options = (*QUICK, "--epochs", 300, "--learning-rate", 0.05, "--batch-size", 64, "--validation", 0)
    said = []
    for weight in ((), ("--class-weight", "balanced")):
        clearprop("train", "b.csv", *options, *weight, "--output", "run")
        said.append(package.load(sorted(Path().glob("run*"))[-1] / "model.safetensors"))
    P = [model.predict_proba(polars.DataFrame({"x": [2.0]}))[0, 1] for model in said]
    assert pytest.approx([0.2, 0.5], abs=0.02) == P


def test_a_table_that_can_spare_no_row_is_learnt_from_whole(clearprop):
    """Three rows can spare one; two of one class each cannot, and a share that was asked for cannot be held out."""
    write("two.csv", "x,y", [(1, 0.5), (2, 1.5), (3, 2.5)])
    assert "2 rows to train on, 1 held out for validation." in clearprop("train", "two.csv", *QUICK).out


def test_no_early_stopping_keeps_the_last_epoch(clearprop):
    done = clearprop("train", "sample:iris", *QUICK, "--no-early-stopping", "--learning-rate", 3, "--json")
    assert done.json["training"]["kept_epoch"] == 2 and done.json["data"]["validation_rows"] > 0


def test_early_stopping_ends_a_training_that_gets_no_better(clearprop):
    """So small a step that no weight of float32 moves: after the first epoch none is better."""
    options = (*QUICK, "--epochs", 200, "--learning-rate", 1e-12, "--early-stopping")
    done = clearprop("train", "sample:moons", *options)
    assert re.search(r"Stopped after \d+ of 200 epochs; kept the weights of epoch 1, the one with the best", done.out)


def test_the_path_of_the_descent_is_kept_where_it_is_small(flowers):
    """design: from the initial weights to those of the model, to the bit."""
    fitted = package.load(flowers.folder / "model.safetensors").fitted_
    path = DescentPath.load(flowers.folder / "path.safetensors", fitted)
    assert path.epochs[0] == 0 and path.epochs[-1] == fitted.kept_epoch
    path.see_that_it_leads_to(fitted)


def test_with_and_without_a_path_the_model_is_the_same(clearprop, flowers):
    for option, name in (("--path", "with"), ("--no-path", "without")):
        assert clearprop("train", flowers.data, *QUICK, option, "--output", name).status == 0
    assert Path("with", "path.safetensors").exists() and not Path("without", "path.safetensors").exists()
    one, other = (package.load(Path(name, "model.safetensors")).fitted_.params for name in ("with", "without"))
    assert all(map(np.array_equal, jax.tree.leaves(one), jax.tree.leaves(other)))


@pytest.mark.parametrize(
    ("parameters", "path", "most"),
    [
        (1000, None, 64),
        (136_723, None, 18),
        (312_500, None, 8),
        (312_501, None, None),
        (10**7, True, 64),
        (9, False, None),
    ],
)
def test_how_many_epochs_a_path_has(parameters, path, most):
    """docs/tables-in-the-shell.md: as many as fit in 10 MB of float32, none where fewer than 8 do."""
    recorder = training.recorder_for(parameters, path)
    assert (recorder and recorder.most) == most
