"""A learner's file checked: each function by itself, on fixed inputs and on new random ones, against the core."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.errors import ClearpropError
from clearprop.exercises import diagnosis, solution
from clearprop.exercises.convention import convert
from clearprop.exercises.diagnosis import Case, Given
from clearprop.exercises.exercise import Exercise, Function
from clearprop.exercises.process import MEGABYTES, SECONDS, Answer, Call, answers
from clearprop.exercises.symptoms import Symptom
from clearprop.exercises.wordings import in_this_order
from clearprop.i18n import _

NOT_TO_BE_EXPLAINED = ("timeout", "ended", "SystemExit", "MemoryError", "RefusedError")
"""Failures that are told as they are, whatever else is wrong."""


ENDLESS = ("RecursionError", "timeout", "ended")


@dataclass(frozen=True)
class Finding:
    """What is to be said of a function.

    Attributes:
        function: its name.
        status: "right", "wrong", or "unwritten".
        mistakes: a name for each thing that is wrong, in the order of the computation.
        says: a sentence for each.
        line: the line of the learner's file where it stopped, if that is what is said.
        printed: what it printed, at most 2,000 characters.
    """

    function: str
    status: str
    mistakes: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    line: int | None = None
    printed: str = ""


def _line(line: int) -> str:
    return _("line {line}").format(line=line)


def check_source(
    exercise: Exercise,
    convention: str,
    text: str,
    *,
    only: Sequence[str] | None = None,
    place: Callable[[int], str] = _line,
    seed: int | None = None,
    seconds: float = SECONDS,
    megabytes: int = MEGABYTES,
) -> tuple[Finding, ...]:
    """A finding for each function, in the order of the exercise.

    Args:
        exercise: what was to be written.
        convention: "rows" or "columns", the learner's.
        text: the learner's file.
        only: names of functions; None: all of them.
        place: where a line of the text stands, in words.
        seed: of the second half of the random inputs; None: other ones each time.
        seconds: for each call; a function that takes longer is stopped.
        megabytes: of memory.

    Raises:
        ClearpropError: the file cannot be run at all.
    """
    chosen = [f for f in exercise.functions if only is None or f.name in only]
    inputs = {f.name: _inputs(f, seed) for f in chosen}

    def asked(functions: Sequence[Function], alone: bool) -> dict[str, list[Answer]]:
        calls = [
            Call(f.name, _in_convention(f, case, convention), f.arguments, alone)
            for f in functions
            for case in inputs[f.name]
        ]
        broken, given = answers(
            text, calls, functions=[f.name for f in exercise.functions], right=solution.whole(exercise, convention),
            seconds=seconds, megabytes=megabytes,
        )  # fmt: skip
        if broken is not None:
            raise ClearpropError(_broken(broken, seconds, place))
        each = iter(given)
        return {f.name: [next(each) for _case in inputs[f.name]] for f in functions}

    def judged(f: Function, given: list[Answer]) -> Finding:
        return _finding(exercise, f, convention, inputs[f.name], given, seconds)

    first = asked(chosen, alone=True)
    findings = {f.name: judged(f, first[f.name]) for f in chosen}
    again = [f for f in chosen if findings[f.name].status == "wrong"]
    if again:  # right together with the learner's own others: theirs may take more arguments than ours
        second = asked(again, alone=False)
        findings |= {f.name: new for f in again if (new := judged(f, second[f.name])).status == "right"}
    elif all(findings[f.name].status == "right" for f in chosen):  # each with ours; two may call each other without end
        second = asked(chosen, alone=False)
        stuck = [f for f in chosen if any(answer.failure in ENDLESS for answer in second[f.name])]
        findings |= {f.name: judged(f, second[f.name]) for f in stuck}
    return tuple(findings.values())


def _inputs(f: Function, seed: int | None) -> list[Mapping[str, Any]]:
    """The cases with random numbers that are always the same, and with others."""
    return [case for source in (np.random.default_rng(0), np.random.default_rng(seed)) for case in f.cases(source)]


def _in_convention(f: Function, case: Mapping[str, Any], convention: str) -> dict[str, Any]:
    return {name: convert(value, f.arguments[name], convention) for name, value in case.items()}


def _finding(
    exercise: Exercise, f: Function, convention: str, inputs: Sequence[Mapping[str, Any]], given: list[Answer],
    seconds: float,
) -> Finding:  # fmt: skip
    printed = next((answer.printed for answer in given if answer.printed), "")
    if any(answer.failure in ("NotImplementedError", "missing") for answer in given):
        return Finding(f.name, "unwritten", printed=printed)
    cases = [
        Case(
            case,
            f.right(**case),
            Given(failure=answer.failure) if answer.failure else diagnosis.given(f, answer.value, convention),
        )
        for case, answer in zip(inputs, given, strict=True)
    ]
    found = diagnosis.explain(exercise, f, convention, cases) if diagnosis.wrong_outputs(f, cases) else []
    line = None
    stopped = next((answer for answer in given if answer.failure), None)
    if stopped is not None and (not found or stopped.failure in NOT_TO_BE_EXPLAINED):
        found, line = [diagnosis.failed(stopped, seconds)], stopped.line
    elif any(case.given.failure == "count" for case in cases) and not found:
        found = [_count(f, given)]
    if changed := sorted({name for answer in given for name in answer.changed}):
        found = [*found, _changes(f, changed)]
    return Finding(
        f.name, "wrong" if found else "right", tuple(each.name for each in found), tuple(each.says for each in found),
        line, printed,
    )  # fmt: skip


def _changes(f: Function, changed: Sequence[str]) -> Symptom:
    known = next((mistake for mistake in f.mistakes if mistake.name == "changes_input"), None)
    says = known.says if known else _(
        "It changes {names}, which it was given: whoever calls it still needs them. Make a new array instead."
    ).format(names=", ".join(changed))  # fmt: skip
    return Symptom("changes_input", says)


def _count(f: Function, given: Sequence[Answer]) -> Symptom:
    value = next(answer.value for answer in given if not answer.failure)
    names = ", ".join(f.outputs)
    if value is None:
        return Symptom("nothing_returned", _("It returns nothing; it is to return {names}.").format(names=names))
    return Symptom("wrong_count", in_this_order(f.outputs))


def _broken(answer: Answer, seconds: float, place: Callable[[int], str]) -> str:
    """Why the file cannot be run."""
    says = diagnosis.failed(answer, seconds).says
    if answer.line is None:
        return _("The file cannot be run: {what}").format(what=says)
    # Translators: {place} is "line 3", or "code cell 2, line 3".
    return _("The file cannot be run, {place}: {what}").format(place=place(answer.line), what=says)
