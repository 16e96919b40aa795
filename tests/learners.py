"""A learner who is scripted: functions written into the file, or the notebook, that an exercise began with."""

import ast
import json
from collections.abc import Mapping
from pathlib import Path

from clearprop.exercises import Exercise, solution


def right(exercise: Exercise, convention: str) -> dict[str, str]:
    """The right functions as text, by their names."""
    return {f.name: solution.function_source(exercise, convention, f.name) for f in exercise.functions}


def write(path: Path, functions: Mapping[str, str]) -> None:
    """Put these functions in the places of those that the file has."""
    if path.suffix == ".py":
        path.write_text(_replaced(path.read_text("utf-8"), functions), "utf-8")
        return
    notebook = json.loads(path.read_text("utf-8"))
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "code" and not text.startswith("!"):
            cell["source"] = _replaced(text, functions).splitlines(keepends=True)
    path.write_text(json.dumps(notebook), "utf-8")


def _replaced(text: str, functions: Mapping[str, str]) -> str:
    lines = text.splitlines()
    for node in reversed(ast.parse(text).body):
        if isinstance(node, ast.FunctionDef) and node.name in functions:
            lines[node.lineno - 1 : node.end_lineno] = functions[node.name].splitlines()
    return "\n".join(lines) + "\n"
