"""`clearprop exercise run`: the learner's network on tables, arrays and photographs, beside clearprop's."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from clearprop import exercises
from clearprop.cli.exercise_plot import draw
from clearprop.cli.printing import console
from clearprop.exercises import folder, solution
from pictures import write, write_set


def learner(place: Path, name: str = "logistic-regression", convention: Any = "columns", replaced=("", "")) -> Path:
    """A folder of an exercise in which all is written, something in it replaced."""
    exercise = exercises.get(name)
    folder.start(place, exercise, convention)
    text = solution.whole(exercise, convention)
    assert replaced[0] in text
    next(place.glob("*.py")).write_text(text.replace(*replaced), encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def right(tmp_path_factory):
    """A folder where all is right."""
    return learner(tmp_path_factory.mktemp("right") / "mine")


QUICK = ("--learning-rate", 0.1, "--iterations", 40)


@pytest.fixture(scope="module")
def done(clearprop, right):
    """A run on a table."""
    return clearprop("exercise", "run", right, "sample:breast_cancer", *QUICK)


def test_both_learn_the_same_and_it_is_said(done):
    assert done.status == 0, done.err
    assert "512 rows of sample:breast_cancer, 30 inputs each." in done.out
    assert "The class 1 is malignant, the class 0 is benign." in done.out
    assert "the costs of 40 iterations are the same to rounding" in done.out
    first = next(line.split() for line in done.out.splitlines() if line.split()[:1] == ["0"])
    assert first == ["0", "0.693147", "0.693147"]
    validation = next(line for line in done.out.splitlines() if line.startswith("validation"))
    assert validation.split()[1] == "57" and validation.count("[") == 3, "95% intervals of three"
    assert "majority class" in done.out


def test_both_curves_are_drawn_in_text(done):
    assert "yours, clearprop's" in done.out and "└0" in done.out and "40 iterations" in done.out


def test_the_costs_and_the_picture_are_written(done, right):
    with (right / "run" / "costs.csv").open() as file:
        header, *lines = csv.reader(file)
    assert header == ["iteration", "learner", "clearprop"] and len(lines) == 40
    yours, ours = np.array(lines, float)[:, 1:].T
    np.testing.assert_allclose(yours, ours, rtol=1e-9)
    with Image.open(right / "run" / "curves.png") as picture:
        assert picture.format == "PNG" and min(picture.size) > 400


def test_json_and_another_folder(clearprop, right, tmp_path):
    options = ("--validation", 0, "--output", tmp_path / "there", "--json")
    found = clearprop("exercise", "run", right, "sample:breast_cancer", *QUICK, *options).json
    assert found["exercise"] == "logistic-regression" and found["convention"] == "columns"
    assert found["sizes"] == [30, 1] and found["iterations"] == 40 and found["same"] is True
    assert found["parts_at"] is None and found["largest_relative_difference"] < 1e-9
    assert len(found["costs"]["learner"]) == len(found["costs"]["clearprop"]) == 40
    assert found["data"]["training_rows"] == 569 and found["data"]["held_out_rows"] == 0
    assert list(found["accuracy"]) == ["training"]
    assert found["accuracy"]["training"]["learner"] == found["accuracy"]["training"]["clearprop"] > 0.9
    assert all(Path(path).parent == tmp_path / "there" and Path(path).exists() for path in found["saved"])


def test_steps_too_long_are_not_told_as_a_wrong_gradient(clearprop, right, tmp_path):
    done = clearprop(
        "exercise",
        "run",
        right,
        "sample:breast_cancer",
        "--learning-rate",
        1000,
        "--iterations",
        5,
        "--output",
        tmp_path,
    )
    assert done.status == 1 and "your cost is not a finite number" in done.out and "very large ones" in done.out
    assert "gradient or the step" not in done.out and "Your functions pass" not in done.out


def test_a_wrong_function_is_named(clearprop, tmp_path):
    mine = learner(tmp_path / "mine", replaced=("A - Y", "Y - A"))
    done = clearprop("exercise", "run", mine, "sample:breast_cancer", *QUICK)
    assert done.status == 1
    assert "The costs part in iteration 1: yours is 0." in done.out
    assert f"Not right yet: backward. clearprop exercise check {mine} says why." in done.out
    names = [line.rsplit(" ", 1)[-1] for line in done.out.splitlines() if "│" in line]
    assert names[0] == "yours" and names[-1] == "clearprop's"


def test_a_wrong_function_is_named_where_no_curves_are_compared(clearprop, tmp_path):
    """With dropout, clearprop's network is another one."""
    mine = learner(tmp_path / "mine", "regularisation", "rows", ("np.maximum(0, Z)", "np.minimum(0, Z)"))
    done = clearprop("exercise", "run", mine, "sample:moons", "--iterations", 3, "--layers", "4,4,4")
    assert done.status == 0 and "weights of their own" in done.out and "Not right yet: layer_forward." in done.out


def test_code_that_fails_is_told_with_what_is_not_right(clearprop, tmp_path):
    folder.start(tmp_path / "mine", exercises.get("logistic-regression"), "rows")
    done = clearprop("exercise", "run", tmp_path / "mine", "sample:breast_cancer")
    assert done.status == 2 and done.err.count("\n") == 1
    assert "train calls a function that is not written yet" in done.err
    assert "Not right yet: sigmoid, forward, cost, backward, update." in done.err
    assert not (tmp_path / "mine" / "run").exists()


def test_a_notebook_is_told_by_its_cells(clearprop, tmp_path):
    folder.start(tmp_path / "mine", exercises.get("logistic-regression"), "rows")
    notebook = next((tmp_path / "mine").glob("*.ipynb"))
    cells = json.loads(notebook.read_text())
    code = [cell for cell in cells["cells"] if cell["cell_type"] == "code"]
    code[0]["source"] = "import numpy as np\n\nnp.zeroes(3)"
    notebook.write_text(json.dumps(cells))
    done = clearprop("exercise", "run", notebook, "sample:breast_cancer")
    assert done.status == 2 and "code cell 1, line 3: train fails: AttributeError" in done.err


def test_too_long_is_stopped(clearprop, tmp_path):
    mine = learner(tmp_path / "mine", replaced=("for _ in range(iterations)", "while True"))
    done = clearprop("exercise", "run", mine, "sample:breast_cancer", "--time-limit", 1)
    assert done.status == 2 and done.err.startswith("train was stopped after 1 seconds")


def test_an_exercise_without_a_network(clearprop, tmp_path):
    mine = learner(tmp_path / "mine", "convolution")
    done = clearprop("exercise", "run", mine, "sample:digits")
    assert done.status == 2
    assert done.err.startswith("There is nothing to train in the exercise convolution")


@pytest.mark.parametrize(
    ("data", "options", "says"),
    [
        ("sample:digits", (), "tells two classes apart, and these data have 10"),
        ("sample:diabetes", (), "is a number, and the exercises learn classes"),
        ("sample:breast_cancer", ("--layers", "7,x"), "--layers is units with commas between"),
        ("sample:breast_cancer", ("--layers", "7"), "does not have the hidden layers 7"),
        ("sample:breast_cancer", ("--positive", "benin"), "There is no class 'benin'. Did you mean 'benign'?"),
        ("nowhere.csv", (), "nowhere.csv"),
    ],
)
def test_what_cannot_be_learnt_is_one_sentence(clearprop, right, data, options, says):
    done = clearprop("exercise", "run", right, data, *options)
    assert done.status == 2 and says in done.err and done.err.count("\n") == 1


def test_ctrl_c_stops_the_learners_code(tmp_path):
    mine = learner(tmp_path / "mine", replaced=("for _ in range(iterations)", "while True"))
    command = [sys.executable, "-m", "clearprop", "exercise", "run", str(mine), "sample:breast_cancer"]
    started = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert started.stdout is not None
    started.stdout.readline()
    time.sleep(1.0)
    os.killpg(started.pid, signal.SIGINT)
    _out, error = started.communicate(timeout=20)
    assert started.returncode == 130 and error == "Interrupted; nothing was saved.\n"


def test_arrays_with_a_test_part_are_judged_by_it(clearprop, right, tmp_path):
    """Bytes are divided by 255, in the order of rows, columns and channels."""
    random = np.random.default_rng(0)
    X, y = random.integers(0, 256, (30, 2, 3, 1)).astype(np.uint8), np.arange(30) % 2
    np.savez(tmp_path / "bytes.npz", X_train=X[:20], y_train=y[:20], X_test=X[20:], y_test=y[20:])
    found = clearprop("exercise", "run", right, tmp_path / "bytes.npz", *QUICK, "--json").json
    assert found["data"]["held_out"] == "test" and found["data"]["held_out_rows"] == 10 and found["same"]
    w, b, Z = np.zeros(6), 0.0, X[:20].reshape(20, 6) / 255
    for _step in range(39):
        error = 1 / (1 + np.exp(-(Z @ w + b))) - y[:20]
        w, b = w - 0.1 * Z.T @ error / 20, b - 0.1 * error.mean()
    a = 1 / (1 + np.exp(-(Z @ w + b)))
    assert found["costs"]["learner"][-1] == pytest.approx(-np.mean(np.log(np.where(y[:20], a, 1 - a))), rel=1e-12)


def test_a_folder_without_a_test_part_and_which_class_is_1(clearprop, right, tmp_path):
    photos = write_set(tmp_path / "photos", {"dog": 20, "no dog": 20})
    found = clearprop("exercise", "run", right, photos, *QUICK, "--image-size", 4, "--json")
    assert found.json["sizes"] == [48, 1] and found.json["data"]["held_out"] == "validation"
    assert found.json["data"]["classes"] == ["no dog", "dog"]
    other = clearprop("exercise", "run", right, photos, *QUICK, "--positive", "no dog", "--json").json
    assert other["data"]["classes"] == ["dog", "no dog"] and other["sizes"] == [192, 1]


@pytest.fixture(scope="module")
def cats(reference_data, tmp_path_factory):
    """The course's images as a folder of files."""
    h5py = pytest.importorskip("h5py")
    place = tmp_path_factory.mktemp("photos") / "photos"
    for part in ("train", "test"):
        path = reference_data / f"{part}_catvnoncat.h5"
        if not path.is_file():
            pytest.skip(f"no {path.name} in {reference_data} (set CLEARPROP_TEST_DATA)")
        with h5py.File(path) as file:
            X, y = file[f"{part}_set_x"][:], file[f"{part}_set_y"][:]
        for i, (pixels, label) in enumerate(zip(X, y, strict=True)):
            write(place / part / ("non-cat", "cat")[label] / f"{i:03}.png", pixels)
    return place


@pytest.mark.parametrize(
    ("name", "layers", "first", "hundredth"),
    [("deep-network", "20,7,5", "0.771749", "0.672053"), ("one-hidden-layer", "7", "0.693050", "0.646432")],
)
def test_the_courses_costs_come_out(clearprop, cats, tmp_path, name, layers, first, hundredth):
    """The numbers that the course prints (deeplearning.ai, course 1 week 4), from photographs of 64 × 64 pixels."""
    mine = learner(tmp_path / "mine", name)
    options = ("--layers", layers, "--learning-rate", 0.0075, "--iterations", 101, "--seed", 1)
    done = clearprop("exercise", "run", mine, cats, *options)
    assert done.status == 0, done.err
    lines = [line.split() for line in done.out.splitlines()]
    assert ["0", first, first] in lines and ["100", hundredth, hundredth] in lines
    assert "The class 1 is cat, the class 0 is non-cat." in done.out
    assert any(line[:2] == ["test", "50"] for line in lines)


def test_curves_that_leave_the_picture(capsys):
    """A cost that runs away ends at the top and does not flatten the other; one that is no number ends there."""
    ours = np.exp(-np.arange(50) / 10)
    draw(console(), np.exp(np.arange(50) / 2), ours)
    rows = [line for line in capsys.readouterr().out.splitlines() if "│" in line]
    assert rows[0].startswith("         3 │") and rows[0].endswith("yours") and rows[-1].endswith("clearprop's")
    draw(console(), np.full(50, np.nan), ours)
    assert "yours" not in capsys.readouterr().out
    draw(console(), ours[:1], ours[:1])
    assert "1 iteration\n" in capsys.readouterr().out
