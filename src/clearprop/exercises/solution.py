"""The right solution as text: what a learner is given of it, what is left to them, and what a mistake makes of it."""

import ast
import textwrap
from functools import cache
from pathlib import Path
from typing import Any

from clearprop.errors import ClearpropError
from clearprop.exercises.exercise import Exercise, Mistake

MARK = "  # hint"
"""Stands behind the lines of a solution that its third hint shows."""


def source(exercise: Exercise, convention: str) -> str:
    """The solution's file, as it is on disk."""
    name = "solution.py" if is_the_same_in_both(exercise) else f"{convention}.py"
    return _text(exercise.folder / name)


def is_the_same_in_both(exercise: Exercise) -> bool:
    """Whether it makes no difference where the samples lie."""
    return (exercise.folder / "solution.py").exists()


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def function_source(exercise: Exercise, convention: str, name: str, *, marks: bool = False) -> str:
    """The lines of one function."""
    text = source(exercise, convention)
    node = _nodes(text).get(name)
    if node is None:
        raise ClearpropError(f"The solution of {exercise.name} has no function {name}.")
    lines = text.splitlines()[node.lineno - 1 : node.end_lineno]
    return "\n".join(line if marks else line.removesuffix(MARK) for line in lines)


def signature(exercise: Exercise, convention: str, name: str) -> str:
    """The line "def …:" of one function."""
    node = _nodes(source(exercise, convention))[name]
    return f"def {name}({ast.unparse(node.args)}):"


def hint_lines(exercise: Exercise, convention: str, name: str) -> str:
    """The lines that matter, without what all of them are indented by; … where others are between."""
    lines = function_source(exercise, convention, name, marks=True).splitlines()
    marked = [place for place, line in enumerate(lines) if line.endswith(MARK)]
    shown: list[str] = []
    for place in marked:
        line = lines[place].removesuffix(MARK)
        if shown and place - 1 not in marked:
            shown.append(line[: len(line) - len(line.lstrip())] + "…")
        shown.append(line)
    return textwrap.dedent("\n".join(shown))


def given(exercise: Exercise, convention: str) -> str:
    """What of the solution is given to the learner: all but its docstring and the functions to write."""
    text = source(exercise, convention)
    tree = ast.parse(text)
    to_write = {function.name for function in exercise.functions}
    kept = [
        node
        for node in tree.body
        if not (isinstance(node, ast.FunctionDef) and node.name in to_write)
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        and not isinstance(node, ast.Import)
    ]
    lines = text.splitlines()
    return "\n\n\n".join("\n".join(lines[node.lineno - 1 : node.end_lineno]) for node in kept)


def whole(exercise: Exercise, convention: str) -> str:
    """The solution's file without its marks."""
    return "\n".join(line.removesuffix(MARK) for line in source(exercise, convention).splitlines()) + "\n"


def with_mistakes(exercise: Exercise, name: str, mistakes: tuple[Mistake, ...]) -> str:
    """The solution in rows, its function `name` with these mistakes made in it, one after the other.

    Raises:
        ClearpropError: a mistake has nothing to replace.
    """
    right = function_source(exercise, "rows", name, marks=True)
    wrong = right
    for mistake in mistakes:
        if mistake.right not in wrong:
            raise ClearpropError(f"{exercise.name}, {name}: the mistake {mistake.name} replaces what is not there.")
        wrong = wrong.replace(mistake.right, mistake.wrong)
    return source(exercise, "rows").replace(right, wrong)


def compiled(text: str) -> dict[str, Any]:
    """The names that a solution's text defines. Only for solutions: a learner's file runs in a process of its own."""
    names: dict[str, Any] = {"__name__": "solution"}
    exec(compile(text, "solution", "exec"), names)  # our own text, or the exercise's author's
    return names


@cache
def _nodes(text: str) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
