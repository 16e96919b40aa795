"""What can be seen on an output alone, in any exercise: its sign, a factor, its axes; whatever it may come from."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from clearprop.exercises import wordings
from clearprop.exercises.matching import is_number, leaves, same_numbers
from clearprop.i18n import _

NEAR = 1e-3
"""So close to the largest right number, others are nearly right."""


class Symptom(NamedTuple):
    """A name for machines, and the sentence."""

    name: str
    says: str


class Seen(NamedTuple):
    """An output of one case: what the learner's function gave, what is right, and how many samples there were."""

    value: Any
    wanted: Any
    samples: int | None


def symptom(output: str, seen: Sequence[Seen], tolerance: float) -> Symptom | None:
    """What all cases of an output have in common, if it is one of the usual things."""
    found: list[tuple[np.ndarray, np.ndarray, int | None]] = []
    for case in seen:
        for _place, value, wanted in leaves(case.value, case.wanted):
            if not is_number(value) or not is_number(wanted):
                return None
            found.append((np.asarray(value), np.asarray(wanted), case.samples))
    for test in (_near, _factor, _axes):
        if (told := test(output, found, tolerance)) is not None:
            return told
    return None


def sign_and_mean(output: str, seen: Sequence[Seen], tolerance: float) -> list[Symptom]:
    """The wrong sign, where the numbers are n times too large or too small as well; empty if that is not so."""
    if not all(is_number(case.value) and np.asarray(case.value).dtype.kind in "iuf" for case in seen):
        return []
    turned = [case._replace(value=-np.asarray(case.value, float)) for case in seen]
    told = symptom(output, turned, tolerance)
    if told is None or told.name not in ("missing_mean", "mean_twice"):
        return []
    return [Symptom("wrong_sign", wordings.wrong_sign(output)), told]


Leaves = list[tuple[np.ndarray, np.ndarray, int | None]]


def _near(output: str, found: Leaves, tolerance: float) -> Symptom | None:
    """The right numbers to three digits and more, but not to the tolerance."""
    if all(same_numbers(value, wanted, NEAR) for value, wanted, _samples in found):
        return Symptom(
            "nearly_right",
            _("{name} is nearly right: is a small number added, or are there numbers in 32 bits?").format(name=output),
        )
    return None


def _factor(output: str, found: Leaves, tolerance: float) -> Symptom | None:
    """The right numbers times one factor in each case: −1, the samples, or a constant."""
    factors: list[tuple[float, int | None]] = []
    for value, wanted, samples in found:
        if value.shape != wanted.shape or not np.isfinite(value).all():
            return None
        if not np.any(wanted):
            continue
        factor = float(np.vdot(wanted, value).real / np.vdot(wanted, wanted).real)
        if factor == 0 or not same_numbers(value, factor * wanted, tolerance):
            return None
        factors.append((factor, samples))
    if not factors:
        return None

    def all_are(of: Callable[[int], float]) -> bool:
        many = any(samples and samples > 1 for _factor, samples in factors)
        return many and all(samples and abs(factor / of(samples) - 1) < 1e-6 for factor, samples in factors)

    if all(abs(factor + 1) < 1e-6 for factor, _samples in factors):
        return Symptom("wrong_sign", wordings.wrong_sign(output))
    if all_are(lambda n: n):
        return Symptom("missing_mean", wordings.missing_mean(output))
    if all_are(lambda n: 1 / n):
        return Symptom("mean_twice", wordings.mean_twice(output))
    first = factors[0][0]
    if all(abs(factor / first - 1) < 1e-6 for factor, _samples in factors):
        return Symptom("factor", _("{name} is {factor:.4g} times what it should be.").format(name=output, factor=first))
    return None


def _axes(output: str, found: Leaves, tolerance: float) -> Symptom | None:
    """The right numbers along other axes."""
    if all(value.shape == wanted.shape for value, wanted, _samples in found) and all(
        value.ndim < 2 or value.shape[0] != value.shape[1] for value, _wanted, _samples in found
    ):
        return None
    if all(value.ndim == 2 and same_numbers(value.T, wanted, tolerance) for value, wanted, _samples in found):
        return Symptom("transposed", wordings.transposed(output))
    if all(
        value.size == wanted.size and same_numbers(value.ravel(), wanted.ravel(), tolerance)
        for value, wanted, _samples in found
    ):
        return Symptom("keepdims_lost", "")  # the shapes, in the learner's convention, make the sentence
    return None
