"""`clearprop exercise`: from its start to all right, by a learner who is scripted."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import learners
from clearprop import exercises
from clearprop.exercises.folder import load
from clearprop.exercises.template import stem

NAME = "logistic-regression"
FUNCTIONS = [function.name for function in exercises.get(NAME).functions]
PYTHON, NOTEBOOK = "logistic_regression.py", "logistic_regression.ipynb"


@pytest.fixture
def mine(clearprop) -> Path:
    """A folder that was just started in."""
    assert clearprop("exercise", "start", NAME, "--convention", "columns", "--output", "mine").status == 0
    return Path("mine")


def test_list_has_the_exercises_in_their_order(clearprop):
    lines = clearprop("exercise", "list").out.splitlines()
    names = [words[1] for line in lines if len(words := line.split()) > 2 and words[0].isdecimal()]
    assert names == list(exercises.NAMES)
    assert lines[-1] == f"To begin one: clearprop exercise start {exercises.NAMES[0]}"
    asked = clearprop("exercise", "list", "--lang", "uk").out.splitlines()
    assert asked[-1].endswith(f": clearprop exercise start {exercises.NAMES[0]} --lang uk")
    told = clearprop("exercise", "list", "--json", "--lang", "hi").json
    assert told == clearprop("exercise", "list", "--json").json
    assert told["exercises"][0] == {
        "name": NAME,
        "title": "Logistic regression: one unit",
        "functions": FUNCTIONS,
    }


def test_a_folder_that_is_none_does_not_keep_the_others_back(clearprop, mine):
    done = clearprop("exercise", "list", "nowhere", mine)
    assert done.status == 2
    assert done.err == "There is no folder or file 'nowhere'.\n"
    assert done.out.split()[-6:] == ["mine", NAME, "0", "5", "0", "0"]


@pytest.mark.parametrize("words", [["--help"], ["list", "--help"], ["list"]])
def test_what_needs_no_mathematics_imports_no_jax(words):
    code = f"import sys; sys.argv = ['clearprop', 'exercise', *{words}]; from clearprop.cli import main\n"
    code += "try: main()\nexcept SystemExit: pass\nprint('\\n@', *{m.split('.')[0] for m in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split("@")[-1].split())
    assert "clearprop" in loaded and not {"jax", "polars", "sklearn", "matplotlib"} & loaded
    assert words == ["list"] or not {"numpy", "rich"} & loaded


def test_from_the_start_to_all_right(clearprop, mine):
    """Nothing, then one function and a wrong one, then all; and what of it is kept."""
    done = clearprop("exercise", "check", mine)
    assert (done.status, done.err) == (1, "")
    for name in FUNCTIONS:
        assert f"– {name}: not written yet" in done.out
    assert "0 of 5 functions are right.\nFor a hint: clearprop exercise hint mine sigmoid\n" in done.out

    right = learners.right(exercises.get(NAME), "columns")
    wrong = "def cost(A, Y):\n    print('here')\n    return -(Y * np.log(A) + (1 - Y) * np.log(1 - A)).sum()"
    learners.write(mine / PYTHON, {"sigmoid": right["sigmoid"], "cost": wrong})
    done = clearprop("exercise", "check", mine)
    assert done.status == 1
    assert "✓ sigmoid: right\n– forward: not written yet\n✗ cost: wrong\n    J is n times too large" in done.out
    assert "\n    J = −(1/n) Σ (Y ln A + (1 − Y) ln(1 − A))\n    It printed:\n    > here\n" in done.out
    assert "1 of 5 functions are right.\nFor a hint: clearprop exercise hint mine cost\n" in done.out
    first = load(mine).functions["sigmoid"].first_right
    assert first

    learners.write(mine / PYTHON, right)
    done = clearprop("exercise", "check", mine)
    assert (done.status, done.err) == (0, "")
    assert done.out.count("✓") == 5 and "All 5 functions are right. Well done!" in done.out
    assert "clearprop exercise run mine" in done.out
    record = load(mine)
    assert (record.right, record.checks) == (5, 3) and record.functions["sigmoid"].first_right == first


@pytest.mark.parametrize("name", exercises.NAMES)
def test_every_exercise_can_be_done(clearprop, name):
    """In both conventions, in the file and in the notebook."""
    exercise = exercises.get(name)
    for convention, ending in (("columns", ".py"), ("rows", ".ipynb")):
        words = ("--convention", convention, "--output", convention)
        assert clearprop("exercise", "start", name, *words).status == 0
        learners.write(Path(convention, stem(exercise) + ending), learners.right(exercise, convention))
        done = clearprop("exercise", "check", convention)
        assert (done.status, done.out.count("✓")) == (0, len(exercise.functions)), done


def test_in_a_notebook_places_are_those_of_its_cells(clearprop, mine):
    learners.write(mine / NOTEBOOK, {"cost": "def cost(A, Y):\n    B = 1 - A\n    return B + unknown"})
    done = clearprop("exercise", "check", mine)
    assert "mine/logistic_regression.ipynb" in done.out
    assert "It stops with NameError: name 'unknown' is not defined" in done.out
    assert "It stopped in code cell 4, line 3." in done.out
    told = clearprop("exercise", "check", mine, "--json").json["functions"][2]
    assert (told["cell"], told["line"], told["mistakes"][0]["name"]) == (4, 3, "NameError")
    learners.write(mine / NOTEBOOK, {"cost": "def cost(A, Y):\n    return A\n\nnothing\n"})
    done = clearprop("exercise", "check", mine)
    assert done.status == 2 and "code cell 4, line 4" in done.err


def test_both_files_changed(clearprop, mine):
    right = learners.right(exercises.get(NAME), "columns")
    learners.write(mine / NOTEBOOK, {"sigmoid": right["sigmoid"]})
    learners.write(mine / PYTHON, {"forward": right["forward"]})
    done = clearprop("exercise", "check", mine)
    assert "Both files were changed; this one was changed last." in done.out and "✓ forward: right" in done.out
    done = clearprop("exercise", "check", mine / NOTEBOOK)
    assert "Both" not in done.out and "✓ sigmoid: right" in done.out


def test_another_file_in_the_folder_is_checked_and_counts_for_nothing(clearprop, mine):
    (mine / "alice.py").write_text((mine / PYTHON).read_text("utf-8"), "utf-8")
    learners.write(mine / "alice.py", learners.right(exercises.get(NAME), "columns"))
    assert clearprop("exercise", "check", mine / "alice.py").status == 0
    assert load(mine).checks == 0


def test_json_of_a_check(clearprop, mine):
    learners.write(mine / PYTHON, {"sigmoid": "def sigmoid(Z):\n    return 1 / (1 + np.exp(Z))"})
    done = clearprop("exercise", "check", mine, "--json", "--lang", "uk")
    assert done.status == 1 and done.out.isascii()
    told = done.json
    assert {key: value for key, value in told.items() if key != "functions"} == {
        "exercise": NAME,
        "convention": "columns",
        "file": str(mine / PYTHON),
        "right": 0,
        "of": 5,
        "checks": 1,
    }
    assert [each["function"] for each in told["functions"]] == FUNCTIONS
    assert told["functions"][0] == {
        "function": "sigmoid",
        "status": "wrong",
        "mistakes": [{"name": "wrong_sign", "says": "e^−Z has a minus: yours falls as Z grows."}],
        "cell": None,
        "line": None,
        "printed": "",
    }
    assert {each["status"] for each in told["functions"][1:]} == {"unwritten"}


def test_hints_come_one_by_one(clearprop, mine):
    said = [clearprop("exercise", "hint", mine, "forward").out for _ in range(4)]
    assert said[0].startswith("Hint 1 of 3 for forward: a question\n    Which of the two factors")
    assert said[1].startswith("Hint 2 of 3 for forward: the equation\n    Z = W X + b,  A = σ(Z)\n    X: (inputs, n)")
    assert said[2] == "Hint 3 of 3 for forward: the line\n    Z = W @ X + b\n"
    assert said[3].startswith("You have seen all 3 hints for forward.\n")
    assert "clearprop exercise solution mine forward" in said[3]
    assert clearprop("exercise", "hint", mine, "forward", "--step", 3).out == said[2]
    assert clearprop("exercise", "hint", mine, "cost", "--step", 2).out.startswith("Hint 2 of 3 for cost")
    assert clearprop("exercise", "hint", mine, "cost").out.startswith("Hint 3 of 3 for cost")
    assert {name: progress.hints for name, progress in load(mine).functions.items()} == {
        "sigmoid": 0,
        "forward": 3,
        "cost": 3,
        "backward": 0,
        "update": 0,
    }


def test_the_solution_is_printed_when_asked_for(clearprop, mine):
    done = clearprop("exercise", "solution", mine, "sigmoid")
    assert done.out == "def sigmoid(Z):\n    return 1 / (1 + np.exp(-Z))\n"
    whole = clearprop("exercise", "solution", mine).out
    assert "def predict" in whole and "# hint" not in whole
    compile(whole, "solution", "exec")


def test_progress_of_folders(clearprop, mine):
    learners.write(mine / PYTHON, {"sigmoid": learners.right(exercises.get(NAME), "columns")["sigmoid"]})
    clearprop("exercise", "check", mine)
    clearprop("exercise", "hint", mine, "cost")
    clearprop("exercise", "start", NAME, "--output", "other")
    lines = clearprop("exercise", "list", mine, "other").out.splitlines()
    assert ["mine", NAME, "1", "5", "1", "1"] in [line.split() for line in lines]
    assert ["other", NAME, "0", "5", "0", "0"] in [line.split() for line in lines]
    told = clearprop("exercise", "list", mine, "--json").json["folders"]
    assert told[0]["progress"]["sigmoid"]["status"] == "right" and told[0]["progress"]["cost"]["hints"] == 1


def test_a_folder_speaks_its_language(clearprop):
    """That of its start, unless another is asked for."""
    from clearprop.i18n import _, speaking

    clearprop("exercise", "start", NAME, "--lang", "hi", "--output", "mine")
    assert load(Path("mine")).language == "hi"
    with speaking("hi"):
        hindi = _("– {function}: not written yet").format(function="cost")
        template = _("Write your code here, in place of the next line.")
    assert template in Path("mine", PYTHON).read_text("utf-8")
    assert hindi in clearprop("exercise", "check", "mine").out
    assert "– cost: not written yet" in clearprop("exercise", "check", "mine", "--lang", "en").out
    assert "– cost: not written yet" in clearprop("--lang", "en", "exercise", "check", "mine").out
    assert "– cost: not written yet" in clearprop("exercise", "--lang", "en", "check", "mine").out


ERRORS = [
    (("start", "deep-netwrk"), "There is no exercise called 'deep-netwrk'. Did you mean 'deep-network'? Known: "),
    (("start", NAME, "--output", "mine"), "mine is there already and is not empty: give another one."),
    (("check", "nowhere"), "There is no folder or file 'nowhere'."),
    (("check", "mine/other.py"), "There is no folder or file 'mine/other.py'."),
    (("list", "."), ". is no folder of an exercise: clearprop exercise start makes one."),
    (("hint", "mine", "forwrd"), "There is no function called 'forwrd'. Did you mean 'forward'? Known: "),
    (("solution", "mine", "sigmoids"), "There is no function called 'sigmoids'. Did you mean 'sigmoid'? Known: "),
    (("start", "."), ". holds no exercise: a file exercise.py makes it one."),
]


@pytest.mark.parametrize(("words", "says"), ERRORS)
def test_an_error_is_one_sentence(clearprop, mine, words, says):
    done = clearprop("exercise", *words)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(says) and done.err.count("\n") == 1


def test_a_record_that_is_damaged(clearprop, mine):
    (mine / "exercise.json").write_text("{")
    for words in (("check", mine), ("hint", mine, "cost"), ("solution", mine), ("list", mine)):
        done = clearprop("exercise", *words)
        assert done.status == 2 and done.err.startswith("mine/exercise.json is damaged: ")


def test_what_is_no_python_cannot_be_checked(clearprop, mine):
    (mine / PYTHON).write_text("def sigmoid(Z):\n    return (\n")
    done = clearprop("exercise", "check", mine, "--json")
    assert (done.status, done.out) == (2, "")
    assert done.err == "mine/logistic_regression.py, line 2, cannot be read as Python: '(' was never closed.\n"
    assert load(mine).checks == 0


def test_progress_that_cannot_be_saved_hides_no_answer(clearprop, mine, monkeypatch):
    def refuse(path, content):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("clearprop.exercises.folder.write_atomically", refuse)
    done = clearprop("exercise", "check", mine)
    assert done.status == 1 and "– cost: not written yet" in done.out
    assert done.err == "The progress could not be saved: Permission denied.\n"


def test_a_sample_is_taken_where_no_data_are_given(clearprop, mine, monkeypatch):
    """What `run` does is tested beside it; here, what it is given."""
    given = {}

    def run(folder, data, *rest, **more):
        given.update(folder=folder, data=data, rest=rest, more=more)
        return 1

    monkeypatch.setattr("clearprop.cli.exercise_running.run", run)
    options = ("--layers", "20,7", "--learning-rate", 0.5, "--iterations", 3, "--seed", 4, "--image-size", 8)
    assert clearprop("exercise", "run", mine, *options, "--output", "here", "--json").status == 1
    assert given == {
        "folder": "mine",
        "data": "sample:breast_cancer",
        "rest": ("20,7", 0.5, 3, 4, 8, "here", True),
        "more": {"target": None, "positive": None, "validation": None, "time_limit": 600},
    }


def test_the_record_is_plain_json(mine):
    record = json.loads((mine / "exercise.json").read_bytes())
    assert record["exercise"] == NAME and record["convention"] == "columns" and record["language"] == "en"
