"""The documents say what is so: commands parse, options, defaults and errors are as they are, the notebook runs."""

import contextlib
import doctest
import inspect
import re
import shlex
from pathlib import Path
from typing import Any

import nbformat
import pytest
import typer
from nbclient import NotebookClient
from typer.testing import CliRunner

import learners
from clearprop import DeepClassifier, DeepRegressor, exercises
from clearprop.cli import exercise
from clearprop.cli.commands import COMMANDS, app

ROOT = Path(__file__).parents[1]
README, SHELL, DEFAULTS = ROOT / "README.md", ROOT / "docs" / "tables-in-the-shell.md", ROOT / "docs" / "defaults.md"
SEEING, VISION = ROOT / "docs" / "seeing-it.md", ROOT / "docs" / "vision.md"
EXERCISES = ROOT / "docs" / "exercises.md"
SHELL_PAGES = [SHELL, ROOT / "docs" / "neurons-in-the-shell.md", SEEING, VISION, EXERCISES]
"""Which show commands, list their options and tell their errors."""
NEURONS = ROOT / "docs" / "neurons.md"
NOTEBOOK = ROOT / "docs" / "tables-in-python.ipynb"
NAMES = [function.__name__.replace("_", "-") for function in COMMANDS]
NAMES += [f"exercise {function.__name__.rstrip('_')}" for function in exercise.COMMANDS]


def blocks(page: Path) -> list[str]:
    """What stands between lines of ```."""
    return re.findall(r"^```\w*\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def python(page: Path) -> list[str]:
    """What stands between lines of ```python and ```."""
    return re.findall(r"^```python\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def commands(page: Path) -> list[str]:
    """Each line of a block that calls clearprop, without the prompt."""
    found = re.findall(r"^(?:\$ )?(clearprop .*)$", "\n".join(blocks(page)), re.MULTILINE)
    assert found
    return found


def words(command: str) -> list[str]:
    """The arguments, without what follows a # or a |."""
    return shlex.split(command.split(" | ")[0], comments=True)[1:]


def parse(command: str) -> None:
    """Let the command line read it, and run nothing."""
    found: Any = typer.main.get_command(app)
    name, rest = "clearprop", words(command)
    while hasattr(found, "commands"):
        name, *rest = rest
        found = found.commands[name]
    found.make_context(name, rest)


@pytest.mark.parametrize("command", [each for page in (README, *SHELL_PAGES, NEURONS) for each in commands(page)])
def test_a_command_that_is_shown_parses(command):
    parse(command)


@pytest.mark.parametrize("wrong", ["clearprop train a.csv --epoch 3", "clearprop export runs/a", "clearprop train"])
def test_the_check_above_sees_what_does_not_parse(wrong):
    with pytest.raises(Exception, match=r"No such option|Missing"):
        parse(wrong)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_lists_every_option_of_a_command_and_no_other(name):
    text = "\n".join(page.read_text("utf-8") for page in SHELL_PAGES)
    section = re.search(rf"^### clearprop {name}(?![\w-]).*?(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    assert section, name
    told = re.findall(r"(?<![\w-])--[a-zA-Z-]+", "\n".join(re.findall(r"^\| (`.*?`) \|", section[0], re.MULTILINE)))
    help_ = CliRunner().invoke(app, [*name.split(), "--help"]).stdout
    there = re.findall(r"--[a-z][a-zA-Z-]+", "\n".join(re.findall(r"^  (-.*?)(?:  |$)", help_, re.MULTILINE)))
    assert sorted(told) == sorted(set(there) - {"--help"})


def test_the_page_of_defaults_has_each_of_them():
    table = dict(re.findall(r"^\| `(\w+)` \| `(.*?)` \|", DEFAULTS.read_text("utf-8"), re.MULTILINE))
    for estimator in (DeepClassifier, DeepRegressor):
        parameters = list(inspect.signature(estimator).parameters.values())
        own = {each.name: repr(each.default).replace("'", '"') for each in parameters}
        assert own == {name: value for name, value in table.items() if name in own}, estimator
    assert set(table) == set(inspect.signature(DeepClassifier).parameters)


def errors() -> list[tuple[str, str]]:
    """(command, sentence) of each page's block in which one follows the other, line by line."""
    told = [
        block
        for page in SHELL_PAGES
        for block in blocks(page)
        if re.fullmatch(r"(\$ clearprop .*\n[^$].*\n){2,}", block)
    ]
    assert len(told) == len(SHELL_PAGES)
    return re.findall(r"^\$ (clearprop .*)\n(.*)$", "".join(told), re.MULTILINE)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A folder with a table of the same columns, the three rows that the page shows ten times; and a page's digits."""
    folder = tmp_path_factory.mktemp("data")
    _prompt, header, *rows = next(block for block in blocks(SHELL) if block.startswith("$ head")).splitlines()
    (folder / "customers.csv").write_text("\n".join([header, *rows * 10]) + "\n")
    with contextlib.chdir(folder):
        exec(compile(python(VISION)[0], VISION.name, "exec"), {})
    return folder


@pytest.mark.parametrize(("command", "sentence"), errors())
def test_an_error_is_told_as_the_page_has_it(command, sentence, data, monkeypatch):
    monkeypatch.chdir(data)
    done = CliRunner().invoke(app, words(command))
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", sentence + "\n")


def test_pages_point_to_files_that_are_there():
    for page in [README, ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")]:
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), (page.name, link)


def test_the_page_of_neurons_prints_what_it_says():
    """Its examples, one after the other, as a reader would type them."""
    text = "\n".join(block for block in blocks(NEURONS) if ">>>" in block)
    examples = doctest.DocTestParser().get_doctest(text, {}, NEURONS.name, None, None)
    assert len(examples.examples) > 30
    found = doctest.DocTestRunner().run(examples)
    assert not found.failed


def test_the_page_on_seeing_runs(capsys):
    """Its Python, as a reader would type it; the page at its end is French."""
    code = next(block for block in blocks(SEEING) if block.startswith("import numpy"))
    names: dict[str, Any] = {}
    exec(compile(code, SEEING.name, "exec"), names)
    assert '<html lang="fr">' in names["page"]
    assert "learning rate" in capsys.readouterr().out


def test_the_page_on_images_writes_its_digits(data):
    files = list((data / "digits").glob("*/*/*.png"))
    assert len(files) == 1797
    assert {file.parts[-3] for file in files} == {"train", "test"}


def test_the_page_on_images_runs(capsys):
    """Its Python: a network of one's own learns the digits, and what it says of them is told."""
    names: dict[str, Any] = {}
    exec(compile(python(VISION)[1], VISION.name, "exec"), names)
    assert names["clf"].score(names["X"][1500:], names["y"][1500:]) > 0.85
    assert names["clf"].coefs_[0].shape == (3, 3, 1, 16)
    assert "rows were taken for what they are" in capsys.readouterr().out


@pytest.fixture
def leaky(tmp_path):
    """The exercise that the page on them shows whole, begun; its two files are the last ones shown."""
    (tmp_path / "leaky").mkdir()
    for name, text in zip(("exercise.py", "solution.py"), python(EXERCISES)[-2:], strict=True):
        (tmp_path / "leaky" / name).write_text(text, "utf-8")
    output = str(tmp_path / "mine")
    assert CliRunner().invoke(app, ["exercise", "start", str(tmp_path / "leaky"), "--output", output]).exit_code == 0
    return tmp_path


def test_the_exercise_of_ones_own_can_be_done(leaky):
    right = learners.right(exercises.get(str(leaky / "leaky")), "rows")
    learners.write(leaky / "mine" / "leaky.py", right)
    done = CliRunner().invoke(app, ["exercise", "check", str(leaky / "mine")])
    assert (done.exit_code, done.stdout.count("✓")) == (0, 2)


def test_the_mistakes_of_the_exercise_of_ones_own_are_recognised(leaky):
    theirs = exercises.get(str(leaky / "leaky"))
    right = learners.right(theirs, "rows")
    for function in theirs.functions:
        for mistake in function.mistakes:
            wrong = right[function.name].replace(mistake.right, mistake.wrong)
            learners.write(leaky / "mine" / "leaky.py", {**right, function.name: wrong})
            done = CliRunner().invoke(app, ["exercise", "check", str(leaky / "mine")])
            assert done.exit_code == 1 and f"✗ {function.name}: wrong\n    {mistake.says}\n" in done.stdout


def test_what_the_page_on_exercises_prints(tmp_path, monkeypatch):
    """The list, and what is said and written at the start."""
    monkeypatch.chdir(tmp_path)
    page = EXERCISES.read_text("utf-8")
    for command in ("list", "start deep-network --convention columns --output my-exercise"):
        out = CliRunner().invoke(app, ["exercise", *command.split()]).stdout
        assert f"$ clearprop exercise {command}\n{out}```" in page
    written = Path("my-exercise/deep_network.py").read_text("utf-8")
    assert python(EXERCISES)[0] in written


def test_the_notebook_runs(tmp_path):
    """Every cell, in a new kernel, in an empty folder."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert not list(tmp_path.iterdir())


def test_the_notebook_is_saved_with_its_outputs():
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        if cell.cell_type == "code":
            assert cell.execution_count
            assert "/home/" not in str(cell.outputs) and "Traceback" not in str(cell.outputs)
