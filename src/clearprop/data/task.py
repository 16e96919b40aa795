"""Is the target a class or a number?  What was inferred, and from what, can be said aloud."""

from typing import Literal, NamedTuple

import numpy as np

from clearprop.data.table import Task
from clearprop.errors import DataError
from clearprop.i18n import _

FEW = 20
"""Whole numbers with at most so many different values are taken for classes."""

Reason = Literal["asked", "text", "truth values", "few whole numbers", "many numbers"]


class Inferred(NamedTuple):
    """What the target is, and what told so."""

    task: Task
    reason: Reason
    different: int

    def because(self) -> str:
        """The reason as a clause for a person."""
        return {
            "asked": _("as you asked"),
            "text": _("because it holds text"),
            "truth values": _("because it holds truth values"),
            "few whole numbers": _("because it holds whole numbers, only {n:,} of them different"),
            "many numbers": _("because it holds numbers, {n:,} of them different"),
        }[self.reason].format(n=self.different)


def infer(values: np.ndarray, name: str = "target", task: Task | None = None) -> Inferred:
    """The task that target values (n,) call for, or the one given, seen to be possible.

    >>> infer(np.array(["cat", "dog", "cat"]))
    Inferred(task='classification', reason='text', different=2)
    >>> infer(np.array([0.5, 1.25, 2.0])).because()
    'because it holds numbers, 3 of them different'

    Raises:
        DataError: a target that never changes, text as the target of a regression, or as many classes as rows.
    """
    different = np.unique(values)
    if len(different) < 2:
        raise DataError(
            _("The target '{name}' is {value!r} in every row, so there is nothing to learn from it.").format(
                name=name, value=different.tolist()[0]
            )
        )
    inferred = Inferred(task, "asked", len(different)) if task else _inferred(values, len(different))
    if inferred.task == "regression" and values.dtype.kind in "US":
        raise DataError(
            _("The target '{name}' holds text, such as {value!r}: a regression needs numbers.").format(
                name=name, value=_a_word(different)
            )
        )
    if inferred.task == "classification" and len(different) > max(2, len(values) / 2):
        raise DataError(
            _(
                "The target '{name}' has {different} different values in {rows} rows: too many to be classes. Choose"
                " another target, or the task regression if they are quantities."
            ).format(name=name, different=len(different), rows=len(values))
        )
    return inferred


def _inferred(values: np.ndarray, different: int) -> Inferred:
    if values.dtype.kind in "US":
        return Inferred("classification", "text", different)
    if values.dtype.kind == "b":
        return Inferred("classification", "truth values", different)
    if different <= min(FEW, max(2, len(values) / 2)) and np.all(values == np.floor(values)):
        return Inferred("classification", "few whole numbers", different)
    return Inferred("regression", "many numbers", different)


def _a_word(values: np.ndarray) -> str:
    """The first of these texts that is not a number."""
    return next((v for v in values.tolist() if not _is_number(v)), values.tolist()[0])


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
