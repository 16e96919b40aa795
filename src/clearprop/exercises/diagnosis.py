"""What is wrong with a function, told from what it gives: the known mistakes that give the same.

The right solution with a mistake made in it is run on the same inputs. If it gives what the learner's function gives,
on every input and to the last digits, that mistake has been made, however it is written. So it is with two or three at
once, and with each output by itself. What no known mistake explains is looked at for its symptoms, and otherwise shown
at the place where it is furthest off.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, islice, permutations
from typing import Any

import numpy as np

from clearprop.errors import ClearpropError
from clearprop.exercises import solution, worker
from clearprop.exercises.convention import convert, convert_back
from clearprop.exercises.exercise import Exercise, Function, Mistake
from clearprop.exercises.matching import is_same, leaves
from clearprop.exercises.process import Answer
from clearprop.exercises.symptoms import Seen, Symptom, sign_and_mean, symptom
from clearprop.exercises.wordings import in_this_order, other_shape
from clearprop.i18n import _

AT_ONCE = 3
"""So many known mistakes in one function are found together,"""
TRIED = 200
"""if they are among the first combinations: single ones, pairs, then three at once."""
ORDERS = 24
"""So many orders of the outputs are tried."""


@dataclass(frozen=True)
class Given:
    """What a function gave in one case: its outputs by name, in rows and as they came; or how it failed."""

    outputs: Mapping[str, Any] | None = None
    raw: Mapping[str, Any] | None = None
    failure: str = ""


@dataclass(frozen=True)
class Case:
    """Inputs in rows, what is right, and what the learner's function gave."""

    arguments: Mapping[str, Any]
    wanted: Mapping[str, Any]
    given: Given


def given(function: Function, value: Any, convention: str) -> Given:
    """The outputs by their names, in rows."""
    if len(function.outputs) == 1:
        value = (value,)
    elif not isinstance(value, tuple | list) or len(value) != len(function.outputs):
        return Given(failure="count")
    raw = dict(zip(function.outputs, value, strict=True))
    return Given({name: convert_back(raw[name], kind, convention) for name, kind in function.outputs.items()}, raw)


def wrong_outputs(function: Function, cases: Sequence[Case]) -> list[str]:
    """The outputs that are not right in every case; all of them where a case gave none."""
    return [
        name
        for name in function.outputs
        if not all(
            case.given.outputs is not None and is_same(case.given.outputs[name], case.wanted[name], function.tolerance)
            for case in cases
        )
    ]


def explain(exercise: Exercise, function: Function, convention: str, cases: Sequence[Case]) -> list[Symptom]:
    """What is wrong, in the order of the computation; names and sentences. Empty if no reason can be named."""
    known = _Known(exercise, function, cases)
    wrong = wrong_outputs(function, cases)
    if (all_of_it := known.explaining(list(function.outputs))) is not None:
        return all_of_it
    if any(case.given.outputs is None for case in cases):
        return []
    if _in_another_order(function, convention, cases):
        return [Symptom("other_order", in_this_order(function.outputs))]
    found: list[Symptom] = []
    for name in wrong:
        found += [each for each in _of_output(known, function, convention, name, cases) if each not in found]
    return found


def _in_another_order(function: Function, convention: str, cases: Sequence[Case]) -> bool:
    """Whether the outputs are right, all of them, but returned in another order."""
    names = tuple(function.outputs)
    return any(
        all(
            is_same(convert_back(value, function.outputs[name], convention), case.wanted[name], function.tolerance)
            for case in cases
            for name, value in zip(order, (case.given.raw or {}).values(), strict=True)
        )
        for order in islice(permutations(names), 1, ORDERS)
    )


def _of_output(known: "_Known", function: Function, convention: str, name: str, cases: Sequence[Case]) -> list[Symptom]:
    """What is wrong with one output: by a mistake that leaves the others right, a symptom, any mistake, its numbers."""
    if (fitting := known.explaining([name], no_others=True)) is not None:
        return fitting
    seen = [Seen((case.given.outputs or {})[name], case.wanted[name], _samples(function, case)) for case in cases]
    seen_on_it = symptom(name, seen, function.tolerance)
    if seen_on_it is not None and seen_on_it.says:
        return [seen_on_it]
    if both := sign_and_mean(name, seen, function.tolerance):
        return both
    if (alone := known.explaining([name])) is not None:
        return alone
    shape = _shape(function, convention, name, cases, seen_on_it)
    return [shape or _furthest(name, seen, function.tolerance)]


class _Known:
    """The known mistakes of a function, and what each combination of them gives in each case."""

    def __init__(self, exercise: Exercise, function: Function, cases: Sequence[Case]):
        self.function, self.cases = function, cases
        text = solution.function_source(exercise, "rows", function.name, marks=True)
        self.mistakes = sorted(function.mistakes, key=lambda mistake: text.find(mistake.right))
        self.exercise = exercise
        self._functions: dict[tuple[Mistake, ...], Any] = {}
        self._given: dict[tuple[tuple[Mistake, ...], int], Given] = {}

    def explaining(self, outputs: Sequence[str], *, no_others: bool = False) -> list[Symptom] | None:
        """The fewest mistakes that give what the learner's function gives, on these outputs in every case.

        With `no_others` the mistakes must leave the other outputs right.
        """
        others = [name for name in self.function.outputs if name not in outputs] if no_others else []
        for combination in self._combinations():
            if self._function(combination) and self._agree(combination, outputs) and self._leaves(combination, others):
                return [Symptom(mistake.name, mistake.says) for mistake in combination]
        return None

    def _combinations(self) -> Iterator[tuple[Mistake, ...]]:
        together = (combinations(self.mistakes, count) for count in range(2, AT_ONCE + 1))
        single = ((mistake,) for mistake in self.function.mistakes)
        apart = (each for each in chain(*together) if len({mistake.right for mistake in each}) == len(each))
        return islice(chain(single, apart), TRIED)

    def _agree(self, combination: tuple[Mistake, ...], outputs: Sequence[str]) -> bool:
        """Whether the wrong solution gives the same in every case, and something else than what is right in one."""
        differs = False
        for number, case in enumerate(self.cases):
            wrong = self._gives(combination, number)
            if wrong.outputs is None or case.given.outputs is None:
                if wrong.failure != case.given.failure:
                    return False
                differs = True
                continue
            for name in outputs:
                three = case.given.outputs[name], wrong.outputs[name], case.wanted[name]
                if not _like(*three, self.function.tolerance):
                    return False
                differs |= not is_same(wrong.outputs[name], case.wanted[name], self.function.tolerance)
        return differs

    def _leaves(self, combination: tuple[Mistake, ...], outputs: Sequence[str]) -> bool:
        """Whether these outputs of the wrong solution are right in every case."""
        return all(
            wrong.outputs is not None
            and all(is_same(wrong.outputs[name], case.wanted[name], self.function.tolerance) for name in outputs)
            for number, case in enumerate(self.cases)
            if outputs and (wrong := self._gives(combination, number))
        )

    def _function(self, combination: tuple[Mistake, ...]) -> Any:
        """The function with these mistakes; None where they do not go together."""
        if combination not in self._functions:
            try:
                text = solution.with_mistakes(self.exercise, self.function.name, combination)
                self._functions[combination] = solution.compiled(text)[self.function.name]
            except (ClearpropError, SyntaxError):
                self._functions[combination] = None
        return self._functions[combination]

    def _gives(self, combination: tuple[Mistake, ...], number: int) -> Given:
        """What it gives in a case."""
        if (combination, number) not in self._given:
            self._given[combination, number] = self._called(self._function(combination), self.cases[number])
        return self._given[combination, number]

    def _called(self, wrong: Any, case: Case) -> Given:
        arguments = {
            name: worker.handed(_copy(value), self.function.arguments[name]) for name, value in case.arguments.items()
        }
        with np.errstate(all="ignore"):
            try:
                value = wrong(**arguments)
            except Exception as error:
                return Given(failure=type(error).__name__)
        return given(self.function, value, "rows")


def _like(value: Any, wrong: Any, wanted: Any, tolerance: float) -> bool:
    """Whether a learner's value is that of a wrong solution; of what is in no right shape, whether the numbers are."""
    if is_same(value, wrong, tolerance):
        return True
    of_wanted = {place: np.shape(right) for place, right, _right in leaves(wanted, wanted)}
    return all(
        isinstance(mine, np.ndarray)
        and isinstance(theirs, np.ndarray)
        and (mine.ndim != theirs.ndim or of_wanted.get(place) not in (mine.shape, theirs.shape))
        and is_same(mine.ravel(), theirs.ravel(), tolerance)
        for place, mine, theirs in leaves(value, wrong)
    )


def _copy(value: Any) -> Any:
    return worker.decode(worker.encode(value))


def _samples(function: Function, case: Case) -> int | None:
    """How many samples a case has: the first axis, in rows, of an argument that is made of samples."""
    for name, kind in function.arguments.items():
        inner = kind[0] if isinstance(kind, list) and kind else kind
        value = case.arguments[name]
        first = value[0] if isinstance(value, list | tuple) and value else value
        if inner == "samples" and isinstance(first, np.ndarray):
            return len(first)
    return None


def _shape(
    function: Function, convention: str, name: str, cases: Sequence[Case], found: Symptom | None
) -> Symptom | None:
    """A shape that is not what is wanted, in the learner's convention."""
    kind = function.outputs[name]
    for case in cases:
        value, wanted = (case.given.raw or {})[name], convert(case.wanted[name], kind, convention)
        for place, mine, right in leaves(value, wanted):
            if not _is_numbers(mine) or not _is_numbers(right):
                kind_of_it = "nothing_returned" if mine is None else "wrong_type"
                return Symptom(kind_of_it, _not_numbers(name + place, mine, right))
            if np.shape(mine) != np.shape(right):
                sentence = other_shape(name + place, str(np.shape(mine)), str(np.shape(right)))
                return Symptom(found.name if found else "wrong_shape", sentence)
    return None


def _is_numbers(value: Any) -> bool:
    return not isinstance(value, dict | list | tuple | worker.Other | str) and value is not None


def _not_numbers(name: str, value: Any, wanted: Any) -> str:
    if value is None:
        return _("{name} is None: the function returns nothing there.").format(name=name)
    kinds = [each.name if isinstance(each, worker.Other) else type(each).__name__ for each in (value, wanted)]
    if isinstance(value, list | tuple | dict) and isinstance(wanted, list | tuple | dict):
        if isinstance(value, dict) and isinstance(wanted, dict):
            return _("{name} has the keys {got} where {wanted} are wanted.").format(
                name=name, got=", ".join(map(str, value)), wanted=", ".join(map(str, wanted))
            )
        if kinds[0] == kinds[1] or not isinstance(value, dict):
            return _("{name} has {got} parts where {wanted} are wanted.").format(
                name=name, got=len(value), wanted=len(wanted)
            )
    return _("{name} is of the type {got} where {wanted} is wanted.").format(name=name, got=kinds[0], wanted=kinds[1])


def _furthest(name: str, seen: Sequence[Seen], tolerance: float) -> Symptom:
    """The number that is furthest off, in the first case that is wrong."""
    for case in seen:
        for place, value, wanted in leaves(case.value, case.wanted):
            mine, right = np.asarray(value, float), np.asarray(wanted, float)
            if mine.shape != right.shape or is_same(mine, right, tolerance):
                continue
            if not np.isfinite(mine).all() and np.isfinite(right).all():
                return Symptom(
                    "not_finite", _("{name} has numbers that are infinite or no numbers (NaN).").format(name=name)
                )
            worst = np.unravel_index(np.argmax(np.abs(mine - right)), mine.shape)
            return Symptom(
                "other_numbers",
                _("{name} is not right: a value is {got:.6g} where {wanted:.6g} is wanted.").format(
                    name=name + place, got=float(mine[worst]), wanted=float(right[worst])
                ),
            )
    return Symptom("other_numbers", _("{name} is not right.").format(name=name))


def failed(answer: Answer, seconds: float) -> Symptom:
    """A sentence for a call that gave nothing."""
    match answer.failure:
        case "timeout":
            says = _("It has not ended after {seconds:g} s: is there a loop without an end?").format(seconds=seconds)
        case "ended":
            says = _("It ended the whole program: by an exit, or a crash.")
        case "SystemExit":
            says = _("It asks the program to exit; it is to return a value.")
        case "MemoryError":
            says = _("It asks for more memory than it may have: is a shape far too large?")
        case "RecursionError":
            says = _("It calls itself without an end.")
        case "RefusedError" if answer.message.startswith("import "):
            says = _("It imports {name}: only NumPy and Python's own library are there.").format(
                name=answer.message[7:]
            )
        case "RefusedError":
            says = _("It wants to do what is not allowed here: {what}.").format(what=answer.message)
        case _:
            says = _("It stops with {kind}: {message}").format(kind=answer.failure, message=answer.message)
    return Symptom({"MemoryError": "memory", "RefusedError": "refused"}.get(answer.failure, answer.failure), says)
