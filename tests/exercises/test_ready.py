"""The ready exercises against their contract: the solution is the core's, and every known mistake is told by its name.

Here a learner's functions run in this process, by the worker's own `run`: they are the solution with known mistakes.
"""

import functools
from pathlib import Path

import numpy as np
import pytest

from clearprop import exercises
from clearprop.exercises import check, process, solution, worker
from clearprop.exercises.exercise import CONVENTIONS

ready = functools.cache(exercises.get)
NAMES = [name for name in exercises.NAMES if (exercises.READY / name.replace("-", "_") / "exercise.py").is_file()]
FUNCTIONS = [(name, f.name) for name in NAMES for f in ready(name).functions]
MISTAKES = [
    (name, f.name, m.name, at) for name in NAMES for f in ready(name).functions for at, m in enumerate(f.mistakes)
]


@pytest.fixture(autouse=True)
def here(monkeypatch):
    """The calls made in this process, without limits."""

    def answers(source, calls, *, functions, right, seconds, megabytes):
        told = {}
        with np.errstate(all="ignore"):
            worker.run(
                process._job(source, calls, functions, right, seconds, megabytes),
                lambda said: told.update({said["call"]: process._answer(said)}) if "begun" not in said else None,
            )
        failed = told.pop(-1)
        return failed if failed.failure else None, [told.get(n, process.Answer("missing")) for n in range(len(calls))]

    monkeypatch.setattr(check, "answers", answers)


def wrong(exercise, convention, text, only=None):
    """{function: what is wrong} of those that are not right."""
    findings = check.check_source(ready(exercise), convention, text, seed=1, only=only)
    return {each.function: each.mistakes for each in findings if each.status != "right"}


def test_all_of_them_are_there():
    assert list(exercises.NAMES) == NAMES
    assert {path.name for path in exercises.READY.iterdir() if (path / "exercise.py").is_file()} == {
        name.replace("-", "_") for name in NAMES
    }


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("name", NAMES)
def test_the_solution_is_right(name, convention):
    assert wrong(name, convention, solution.whole(ready(name), convention)) == {}


@pytest.mark.parametrize("name", NAMES)
def test_an_exercise_says_all_that_a_learner_needs(name):
    exercise = ready(name)
    assert exercise.name == name
    assert exercise.title
    assert exercise.words
    for f in exercise.functions:
        assert f.words and f.equation and f.question, f.name
        assert f.mistakes or f.name in ("predict", "train"), f.name
        for convention in CONVENTIONS:
            assert solution.hint_lines(exercise, convention, f.name), f.name
            assert list(f.arguments) == worker_arguments(exercise, convention, f.name)


def worker_arguments(exercise, convention, name):
    """The arguments in the solution's signature."""
    function = solution.compiled(solution.whole(exercise, convention))[name]
    return list(function.__code__.co_varnames[: function.__code__.co_argcount])


@pytest.mark.parametrize(("exercise", "function"), FUNCTIONS)
def test_cases_differ_in_shape_and_are_the_same_for_the_same_seed(exercise, function):
    f = next(each for each in ready(exercise).functions if each.name == function)
    first, again = ([worker.encode(dict(case)) for case in f.cases(np.random.default_rng(3))] for _time in range(2))
    assert first == again
    assert len(first) >= 2


@pytest.mark.parametrize(("exercise", "function", "mistake", "at"), MISTAKES)
def test_each_known_mistake_is_named(exercise, function, mistake, at):
    f = next(each for each in ready(exercise).functions if each.name == function)
    if mistake == "changes_input" and f.mistakes[at].right == "":
        pytest.skip("told by the process")
    text = solution.with_mistakes(ready(exercise), function, (f.mistakes[at],))
    found = wrong(exercise, "rows", text, only=[function])
    assert list(found) == [function]
    assert set(found[function]) == {mistake}


def test_there_are_forty_mutations_and_more():
    assert len(MISTAKES) >= 40


@pytest.mark.parametrize("name", NAMES)
def test_solutions_are_numpy_alone(name):
    folder = Path(ready(name).folder)
    for path in folder.glob("*.py"):
        if path.name != "exercise.py":
            imported = [line for line in path.read_text(encoding="utf-8").splitlines() if "import " in line]
            assert imported == ["import numpy as np"], path
