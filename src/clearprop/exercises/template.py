"""The files that a learner starts from, made of an exercise: Python, and a notebook with the same in cells."""

import json
import re
import textwrap
from collections.abc import Mapping
from typing import Any

from clearprop.exercises import solution
from clearprop.exercises.exercise import Exercise, Function
from clearprop.i18n import _

UNWRITTEN = 'raise NotImplementedError("write this")'
"""Stands in a function that is still to be written."""

CHECK = "clearprop exercise check ."
WIDTH = 100
"""Characters in a line of words."""

KEPT = re.compile(r"\([^()]{1,40}\)| (?=[=−+] )|(?<= [=−+]) | (?=—)|(?<=\b[A-Z]) (?=[A-Z]\b)|(?<=:) (?=\()")
"""Where words are not broken into lines: short brackets such as shapes, equations, before a dash."""


def stem(exercise: Exercise) -> str:
    """What the learner's files are called: the exercise's name as that of a Python module.

    >>> stem(Exercise("deep-network", "", "", ()))
    'deep_network'
    """
    return re.sub(r"\W+", "_", exercise.name)


def files(exercise: Exercise, convention: str) -> dict[str, str]:
    """Both files by their names, in the language spoken now."""
    return {
        f"{stem(exercise)}.py": python(exercise, convention),
        f"{stem(exercise)}.ipynb": notebook(exercise, convention),
    }


def python(exercise: Exercise, convention: str) -> str:
    """The functions to write, one below the other, then what is given."""
    functions = (_function(exercise, each, convention) for each in exercise.functions)
    top = _docstring([exercise.title, *_introduction(exercise, convention), _how_to_check()], "")
    return "\n\n\n".join([f"{top}\n\nimport numpy as np", *functions, *_given(exercise, convention)]) + "\n"


def notebook(exercise: Exercise, convention: str) -> str:
    """The same in cells, as JSON (nbformat 4.5): what a function does above its code, at the end the check."""
    cells = [
        _text(f"# {exercise.title}", *_introduction(exercise, convention)),
        _code("import numpy as np"),
        *(cell for each in exercise.functions for cell in _cells(exercise, each, convention)),
        *map(_code, _given(exercise, convention)),
        _text(_("Save the notebook, then run the next cell: it tells what is right and what is wrong.")),
        _code(f"!{CHECK}"),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {
        "cells": [{**cell, "id": f"cell-{place}"} for place, cell in enumerate(cells, 1)],
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def in_convention(text: str | Mapping[str, str], convention: str) -> str:
    """An equation or shapes as they are in this convention."""
    return text if isinstance(text, str) else text[convention]


def sentence_of(convention: str) -> str:
    """A convention in words."""
    return {
        "rows": _(
            "Each row is one of n samples: X is (n, inputs), W is (inputs, units), b is (units,), and Z = X W + b."
        ),
        "columns": _(
            "Each column is one of n samples: X is (inputs, n), W is (units, inputs), b is (units, 1), and Z = W X + b."
        ),
    }[convention]


def returned(function: Function) -> str:
    """What a function returns, in the order it does."""
    names = ", ".join(function.outputs)
    return (_("Returns {}.") if len(function.outputs) == 1 else _("Returns {}, in this order.")).format(names)


def _introduction(exercise: Exercise, convention: str) -> list[str]:
    """What is built, how the samples lie where that matters, and what may be used."""
    matters = not solution.is_the_same_in_both(exercise)
    return [
        exercise.words,
        *([sentence_of(convention)] if matters else []),
        _("Write the functions with NumPy; each one can be checked before the others are written."),
    ]


def _how_to_check() -> str:
    # Translators: {} is a command.
    return _("To check it, in this folder: {}").format(CHECK)


def _function(exercise: Exercise, function: Function, convention: str) -> str:
    """Its signature, what it does, and where its code belongs."""
    said = [
        function.words,
        textwrap.indent(in_convention(function.equation, convention), "    "),
        in_convention(function.shapes, convention),
        returned(function),
    ]
    head = solution.signature(exercise, convention, function.name)
    return "\n".join([head, _docstring([part for part in said if part.strip()], "    "), *_body()])


def _body() -> list[str]:
    return ["    # " + _("Write your code here, in place of the next line."), f"    {UNWRITTEN}"]


def _docstring(paragraphs: list[str], indent: str) -> str:
    text = "\n\n".join(_wrapped(each) for each in paragraphs)
    text = text.replace("\\", r"\\").replace('"""', "'''")
    return textwrap.indent(f'"""{text}\n"""', indent)


def _wrapped(paragraph: str) -> str:
    """Words in lines; an equation, which is indented, as it is."""
    if paragraph.startswith(" "):
        return paragraph
    kept = KEPT.sub(lambda found: found[0].replace(" ", "\0"), paragraph)
    return textwrap.fill(kept, WIDTH, break_on_hyphens=False).replace("\0", " ")


def _cells(exercise: Exercise, function: Function, convention: str) -> list[dict[str, Any]]:
    """Above, what a function does; below, its signature and where its code belongs."""
    symbols = [in_convention(each, convention) for each in (function.equation, function.shapes) if each]
    block = "\n".join(["```", *symbols, "```"])
    head = solution.signature(exercise, convention, function.name)
    return [
        _text(f"## {function.name}", function.words, block, returned(function)),
        _code("\n".join([head, *_body()])),
    ]


def _given(exercise: Exercise, convention: str) -> list[str]:
    """What is there already, if anything, under a line that says so."""
    text = solution.given(exercise, convention)
    return ["# " + _("The rest is given, and uses your functions.") + f"\n\n\n{text}"] if text else []


def _text(*paragraphs: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": _lines("\n\n".join(paragraphs))}


def _code(text: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": _lines(text),
    }


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
