"""The files that a learner starts from: valid, complete, and nothing of the solution in them."""

import ast
import json
from dataclasses import replace

import nbformat
import pytest

import pseudo
from clearprop import exercises
from clearprop.exercises import Exercise, solution, template
from clearprop.exercises.exercise import CONVENTIONS
from clearprop.i18n import LANGUAGES, speaking

BOTH = pytest.mark.parametrize("convention", CONVENTIONS)
EACH = pytest.mark.parametrize("name", exercises.NAMES)


def code_cells(text: str) -> list[str]:
    """The code of a notebook, cell by cell."""
    return [cell.source for cell in nbformat.reads(text, as_version=4).cells if cell.cell_type == "code"]


@EACH
@BOTH
def test_python_runs_and_every_function_is_unwritten(name, convention):
    exercise = exercises.get(name)
    text = template.python(exercise, convention)
    names = solution.compiled(text)
    functions = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
    for function in exercise.functions:
        node = functions[function.name]
        right = ast.parse(solution.function_source(exercise, convention, function.name)).body[0]
        assert isinstance(right, ast.FunctionDef) and ast.dump(node.args) == ast.dump(right.args)
        assert [each.arg for each in node.args.args][: len(function.arguments)] == list(function.arguments)
        for line in template.in_convention(function.equation, convention).splitlines():
            assert f"        {line}\n" in text
        with pytest.raises(NotImplementedError):
            names[function.name](*[None] * len(node.args.args))
    order = [each.name for each in exercise.functions]
    assert list(functions)[: len(order)] == order
    there = set(names) - {"__doc__"}
    assert there == set(solution.compiled(solution.whole(exercise, convention))) - {"__doc__"}


@EACH
@BOTH
def test_the_notebook_holds_the_same(name, convention):
    exercise = exercises.get(name)
    text = template.notebook(exercise, convention)
    nbformat.validate(nbformat.reads(text, as_version=4))
    assert nbformat.reads(text, as_version=4).nbformat_minor == json.loads(text)["nbformat_minor"] == 5
    cells = code_cells(text)
    assert cells[0] == "import numpy as np" and cells[-1] == "!clearprop exercise check ."
    assert [cell.split("(")[0] for cell in cells[1:]][: len(exercise.functions)] == [
        f"def {function.name}" for function in exercise.functions
    ]
    in_python = solution.compiled(template.python(exercise, convention))
    assert set(solution.compiled("\n".join(cells[:-1]))) == set(in_python) - {"__doc__"}


@EACH
@BOTH
def test_no_line_of_the_solution_is_given_away(name, convention):
    exercise = exercises.get(name)
    lines = [line.strip() for line in template.python(exercise, convention).splitlines()]
    given = solution.given(exercise, convention)
    for function in exercise.functions:
        for line in solution.hint_lines(exercise, convention, function.name).splitlines():
            assert line not in lines or line in given


def test_what_is_told_of_a_function():
    text = template.python(exercises.get("logistic-regression"), "columns")
    assert (
        '''
def backward(X, A, Y):
    """The slope of the cost along each weight and the bias.

        dZ = A − Y,  dW = dZ Xᵀ / n,  db = (1/n) Σ dZ

    '''
        in text
    )
    assert "Returns dW, db, in this order." in text and "Each column is one of n samples" in text
    assert "Each row is one of n samples" in template.python(exercises.get("logistic-regression"), "rows")


@EACH
@BOTH
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_breaks_a_shape_or_begins_with_a_dash(language, name, convention):
    with speaking(language):
        lines = template.python(exercises.get(name), convention).partition("# ")[0].splitlines()
    assert not [line for line in lines if line.strip().startswith("—") or line.endswith((" =", " −", "Z = W"))]


def test_short_brackets_stay_in_one_line():
    words = "x" * 90
    assert template._wrapped(f"{words} W: (fan_in, fan_out)").splitlines() == [words, "W: (fan_in, fan_out)"]


def test_the_third_hint_keeps_what_is_inside_what():
    lines = solution.hint_lines(exercises.get("leaky-integrate-and-fire"), "rows", "simulate").splitlines()
    assert lines[:4] == ["if wait > 0:", "    wait = wait - 1", "    …", "    V, fired = fire(V, neuron)"]


def test_words_are_in_the_language_and_the_code_is_not(monkeypatch):
    monkeypatch.setattr("clearprop.i18n.catalogue.catalogue", pseudo.catalogue)
    english = template.python(exercises.get("logistic-regression"), "rows")
    with speaking("uk"):
        text = template.python(exercises.get("logistic-regression"), "rows")
        assert code_cells(template.notebook(exercises.get("logistic-regression"), "rows"))[-1].startswith("!clearprop")
    assert pseudo.said("Write your code here") in text and "Write your code here" not in text
    assert set(solution.compiled(text)) == set(solution.compiled(english))


@pytest.mark.parametrize("words", ['"""', 'He said "so"', "a\\nb\\", "\\N{x}"])
def test_words_with_quotes_and_backslashes_stay_words(words):
    exercise = replace(exercises.get("logistic-regression"), words=words, title=words)
    tree = ast.parse(template.python(exercise, "rows"))
    assert words.replace('"""', "'''") in (ast.get_docstring(tree) or "")


def test_a_name_that_is_no_name_of_a_file():
    assert template.stem(Exercise("a/../b c", "", "", ())) == "a_b_c"
