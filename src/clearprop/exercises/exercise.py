"""What an exercise is: functions to write, what each must give, and what is wrong where it gives something else.

An exercise is a folder with `exercise.py`, whose function `exercise()` returns an `Exercise` (its words in the language
that is spoken then), and the right solution as a learner would write it: `rows.py` and `columns.py`, one for each
convention, or `solution.py` where both are the same. `docs/exercises.md` shows how to make one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

CONVENTIONS = ("rows", "columns")
"""Where the samples lie: X (n, inputs) and Z = X W + b as in clearprop, or X (inputs, n) and Z = W X + b as in the
course."""

Kind = Any
"""How a value changes with the convention, by `convention.convert`. A name:

    samples   (n, k) in rows, (k, n) in columns
    weights   (fan_in, fan_out) in rows, (fan_out, fan_in) in columns
    bias      (k,) in rows, (k, 1) in columns
    same      as it is in both: a number, an array, a string, None
    random    a seed in a case, in the learner's hands a `numpy.random.RandomState` drawn from it
    function  the text of a lambda in a case, in the learner's hands that function

or a tree of kinds: {"W": "weights", "b": "bias"} for a dictionary with these keys, ["samples"] for a list of any
length, ("samples", "same") for a tuple of two."""


@dataclass(frozen=True)
class Mistake:
    """A known mistake: what a learner has written in place of what is right, and how they are told.

    The wrong solution is made by replacing text in the right one, in rows; a learner whose function gives what the
    wrong one gives, input by input, has made it, however theirs is written.

    Attributes:
        name: for machines: "missing_mean", "transposed", "product_for_matmul", …
        right: text of the function in the solution (rows.py or solution.py); each place where it stands is replaced.
        wrong: what stands there instead.
        says: one or two sentences for the learner: what is wrong, seen from their code, and why it is.
    """

    name: str
    right: str
    wrong: str
    says: str


@dataclass(frozen=True)
class Function:
    """A function to write.

    Attributes:
        name: as it is called in the solution; its signature stands there, too.
        words: what it does, for a beginner: a few sentences.
        equation: in plain text, one for both conventions or {"rows": …, "columns": …}.
        arguments: the kind of each argument, by its name, in the order of the signature.
        outputs: the kind of each output, by its name, in the order they are returned; one output is returned by itself.
        right: the right outputs in rows, from the arguments by name: a dictionary by the outputs' names, computed by
            clearprop's own core in float64 and not by the solution.
        cases: arguments in rows, some fixed, some drawn from the generator given; among them one whose axes all differ
            in length and one with all of them equal (there the wrong products run, and can be recognised).
        question: the first hint, a question that leads to it.
        mistakes: the known ones, the likeliest first.
        shapes: the shape of each argument and output in words, {"rows": "A: (n, fan_in), …", "columns": …} or one.
        tolerance: how far an output may be from the right one, of the largest number in it.
    """

    name: str
    words: str
    equation: str | Mapping[str, str]
    arguments: Mapping[str, Kind]
    outputs: Mapping[str, Kind]
    right: Callable[..., Mapping[str, Any]]
    cases: Callable[[np.random.Generator], Iterator[Mapping[str, Any]]]
    question: str
    mistakes: tuple[Mistake, ...] = ()
    shapes: str | Mapping[str, str] = ""
    tolerance: float = 1e-8


@dataclass(frozen=True)
class Run:
    """How the learner's functions learn from real data, beside clearprop: `train` of the solution, which is given.

    The solution has `train(X, Y, sizes, learning_rate, iterations, random)`, whole, that calls the learner's functions
    and returns (parameters before, costs, parameters after), the parameters as a list of {"W", "b"} for each layer; and
    `predict(X, parameters)`, which returns the output of the last layer. `random` is a RandomState.

    Attributes:
        hidden: the units of the hidden layers that are used unless asked otherwise.
        output: the last layer's activation, "sigmoid" (two classes) or "softmax" (any number).
        activation: of the hidden layers.
        learning_rate, iterations: those used unless asked otherwise.
        ours: (parameters before, X, Y, learning_rate, iterations) in rows → clearprop's costs, if something else than
            full-batch gradient descent from the same weights is to be beside it.
        same_start: whether clearprop starts from the learner's first weights, so that equal costs are expected.
    """

    hidden: tuple[int, ...] = ()
    output: str = "sigmoid"
    activation: str = "relu"
    learning_rate: float = 0.0075
    iterations: int = 500
    ours: Callable[..., Any] | None = None
    same_start: bool = True


@dataclass(frozen=True)
class Exercise:
    """Functions in the order of the computation, each of which can be written without the others.

    Attributes:
        name: "deep-network"; the folder's, with hyphens.
        title: a few words.
        words: what is built and why, a paragraph.
        functions: to write.
        run: how they learn together; None if there is nothing to learn.
        folder: where it lies; filled in when it is read.
    """

    name: str
    title: str
    words: str
    functions: tuple[Function, ...]
    run: Run | None = None
    folder: Path = field(default_factory=Path)
