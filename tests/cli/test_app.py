"""The application itself: help, version, errors, exit statuses."""

import inspect
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import clearprop as package
from clearprop import DeepClassifier, DeepRegressor, activations, optim, rules
from clearprop.cli import exercise, main
from clearprop.cli.app import end
from clearprop.cli.asked import KINDS
from clearprop.cli.commands import COMMANDS, GROUPS
from clearprop.cli.train import train

NAMES = [function.__name__.replace("_", "-") for function in COMMANDS]
IN_GROUPS = [f"exercise {function.__name__.rstrip('_')}" for function in exercise.COMMANDS]

HEAVY = {"numpy", "jax", "polars", "sklearn", "matplotlib", "pydantic", "rich", "h5py", "scipy", "safetensors"}


def modules_after(code: str) -> set[str]:
    """The packages that are loaded after this code, in a new process."""
    ending = "\nexcept SystemExit: pass\nimport sys; print('\\n@', *{m.split('.')[0] for m in sys.modules})"
    done = subprocess.run([sys.executable, "-c", f"try:\n {code}{ending}"], capture_output=True, text=True, check=True)
    return set(done.stdout.split("@")[-1].split())


@pytest.mark.parametrize("words", ["'--help'", "'--version'", "'train', '--help'"])
def test_help_imports_nothing_heavy(words):
    """Issue 2: `clearprop --help` answers at once.  (A command's options Typer checks by pydantic.)"""
    loaded = modules_after(f"import sys; sys.argv = ['clearprop', {words}]; from clearprop.cli import main; main()")
    assert "clearprop" in loaded
    assert HEAVY & loaded <= ({"pydantic"} if "train" in words else set())


def test_the_check_above_sees_what_is_imported():
    assert "numpy" in modules_after("import numpy")


def test_version(clearprop):
    assert clearprop("--version").out == f"clearprop {package.__version__}\n"


def test_help_tells_of_every_command(clearprop):
    text = clearprop("--help").out
    for name in [*NAMES, *GROUPS]:
        line = next(line for line in text.splitlines() if line.split()[:1] == [name])
        assert not line.endswith("...")  # said in full
    assert list(re.findall(r"^  ([a-z][a-z-]+)  ", text, re.MULTILINE)) == [*NAMES, *GROUPS]
    for group in GROUPS:
        within = re.findall(r"^  ([a-z][a-z-]+)  ", clearprop(group, "--help").out, re.MULTILINE)
        assert [f"{group} {name}" for name in within] == [each for each in IN_GROUPS if each.startswith(group)]


@pytest.mark.parametrize("command", [*NAMES, *IN_GROUPS])
def test_every_option_is_explained(clearprop, command):
    """A line with an option's name has a text beside or below it."""
    done = clearprop(*command.split(), "--help")
    assert done.status == 0
    options = re.findall(r"^  (--?[a-z][a-z-]+)[^\n]*\n?", done.out, re.MULTILINE)
    assert "--debug" in done.out and options
    for option in options:
        after = done.out.split(option, 1)[1].split("\n  -", 1)[0]
        assert len(re.sub(r"<[^>]*>|\W", "", after)) > 5, option


def test_the_names_that_help_gives_are_true(clearprop):
    text = " ".join(clearprop("train", "--help").out.split())
    for name in optim.OPTIMIZERS:
        assert name in text
    for name in rules.RULES.classes:
        assert name in text
    named = text.split("What a hidden unit computes, or one name for each layer: ")[1].split(", …")[0].split(", ")
    assert set(named) <= set(activations.ACTIVATIONS.classes)
    for kind in KINDS:
        assert kind in text


OPTIONS = {
    "hidden": "hidden_layer_sizes",
    "ensemble": "ensemble_size",
    "validation": "validation_fraction",
    **{name: name for name in ("activation", "optimizer", "learning_rate", "batch_size", "epochs", "dropout")},
    **{name: name for name in ("weight_decay", "early_stopping", "rule")},
}
"""Options of `train` that are parameters of the estimators, whose defaults they have."""


def test_the_defaults_that_help_gives_are_the_estimators(clearprop):
    """One place for them: what is not asked for is not passed on."""
    classifier, regressor = DeepClassifier().get_params(), DeepRegressor().get_params()
    for option, parameter in OPTIONS.items():
        told = inspect.signature(train).parameters[option].annotation.__metadata__[0].show_default
        ours, theirs = (_told(defaults[parameter]) for defaults in (classifier, regressor))
        assert told == (ours if ours == theirs else f"{ours}; {theirs} for a regression"), option
    report = clearprop("train", "sample:moons", "--epochs", 1, "--json").json
    expected = {**classifier, "random_state": 0, "epochs": 1}
    for name, value in expected.items():
        if name not in ("callbacks", "validation_fraction"):
            assert report["settings"][name] == (list(value) if isinstance(value, tuple) else value), name
    assert report["settings"]["validation_fraction"] == classifier["validation_fraction"]


def _told(value):
    """A default as the help shows it."""
    return ",".join(map(str, value)) if isinstance(value, tuple) else "auto" if value is None else str(value)


def test_a_mistyped_command_or_option(clearprop):
    assert clearprop("trian").status == clearprop("train", "sample:iris", "--epoch", 3).status == 2
    assert "Did you mean 'train'" in clearprop("trian").err
    assert clearprop("train").status == 2


def test_an_error_is_one_sentence(clearprop):
    done = clearprop("train", "nowhere.csv")
    assert (done.status, done.out) == (2, "")
    assert done.err == "There is no file 'nowhere.csv'.\n"


def test_debug_shows_the_traceback(clearprop):
    done = clearprop("train", "nowhere.csv", "--debug")
    assert done.status == 2
    assert "Traceback" in done.err and done.err.endswith("There is no file 'nowhere.csv'.\n")


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (KeyboardInterrupt(), 130, "Interrupted; nothing was saved."),
        (PermissionError(13, "Permission denied", "a.csv"), 2, "a.csv: Permission denied."),
        (OSError("odd"), 2, "A file: OSError."),
        (MemoryError(), 2, "There is not enough memory for this"),
        (RuntimeError("RESOURCE_EXHAUSTED: Out of memory"), 2, "There is not enough memory for this"),
        (ZeroDivisionError("a\nb"), 2, "clearprop itself went wrong (ZeroDivisionError: a b); --debug shows where."),
    ],
)
def test_what_is_said_of_an_error(error, status, sentence, capsys):
    assert end(error) == status
    err = capsys.readouterr().err
    assert err.startswith(sentence) and err.count("\n") == 1


def test_main_runs_what_was_typed(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["clearprop", "--version"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("clearprop ")


def test_python_dash_m(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["python -m clearprop", "samples", "--json"])
    monkeypatch.delitem(sys.modules, "clearprop.__main__", raising=False)
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("clearprop", run_name="__main__")
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("{")


def test_a_reader_that_has_enough_ends_it_quietly(flowers):
    """`clearprop predict … | head`"""
    command = f"{sys.executable} -m clearprop predict {flowers.folder} {flowers.data} | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert done.stdout == "prediction\n"
    assert done.stderr == ""


README = Path(__file__).parents[2] / "README.md"
DOCS = [README, *README.parent.glob("docs/**/*.md")]


def test_every_command_and_option_is_in_the_documents(clearprop):
    """`clearprop NAME` and --option, in the README or a page of docs/."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in DOCS)
    for name in NAMES:
        assert f"clearprop {name}" in text, name
        for option in re.findall(r"^  (--[a-z][a-z-]+)", clearprop(name, "--help").out, re.MULTILINE):
            assert f"{option}" in text, (name, option)
