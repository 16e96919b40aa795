"""What is taken for what: the confusion matrix, and for the commonest confusions the rows that show them best."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from clearprop.explain.evaluation import class_numbers, confusion_matrix
from clearprop.i18n import _, ngettext

COMMON, EXAMPLES = 6, 2
"""Confusions that are shown, and rows of each."""


@dataclass(frozen=True, eq=False)
class Confused:
    """Rows of one class that were taken for another.

    Attributes:
        right, taken: the two classes, by their places.
        n: how many rows.
        rows: of those that are shown, the number of each, the most certain of the wrong class first.
        probabilities: of the wrong class, for each of `rows`.
    """

    right: int
    taken: int
    n: int
    rows: Int[np.ndarray, " rows"]
    probabilities: Float[np.ndarray, " rows"]


@dataclass(frozen=True, eq=False)
class Confusion:
    """What was found.

    Attributes:
        classes: their names.
        matrix: (right, taken) how many rows.
        common: the commonest confusions, the commonest first.
    """

    classes: tuple[str, ...]
    matrix: Int[np.ndarray, "right taken"]
    common: tuple[Confused, ...]

    @property
    def right(self) -> int:
        """How many rows were taken for what they are."""
        return int(np.trace(self.matrix))

    def text(self) -> str:
        """How many are right, and the commonest confusions, a sentence each."""
        rows = int(self.matrix.sum())
        lead = ngettext(
            "{right:,} of {n:,} row was taken for what it is.",
            "{right:,} of {n:,} rows were taken for what they are.",
            rows,
        ).format(right=self.right, n=rows)
        return " ".join([lead, *map(self.of, self.common)])

    def of(self, confused: Confused) -> str:
        """One confusion in a sentence."""
        return _("{right} taken for {taken}: {n:,}.").format(
            right=self.classes[confused.right], taken=self.classes[confused.taken], n=confused.n
        )


def confusion(y: Any, P: Any, classes: Any, *, common: int = COMMON, examples: int = EXAMPLES) -> Confusion:
    """The confusion matrix of predicted probabilities, with examples.

        taken_i = argmax_c P_ic,    matrix_rc = the number of rows i with y_i = r and taken_i = c

    Args:
        y: (n,) the right labels.
        P: (n, classes) the probability of each class.
        classes: the labels in the order of P's columns.
        common: confusions, at most: those of the most rows. Of equally many, the earlier classes.
        examples: rows of each, at most: those with the highest probability of the wrong class.

    Raises:
        DataError: no rows, lengths that differ, a label that is none of the classes, or a probability that is none.

    >>> found = confusion(["a", "a", "b"], [[0.9, 0.1], [0.2, 0.8], [0.4, 0.6]], ["a", "b"])
    >>> found.matrix.tolist(), found.common[0].rows, found.text()
    ([[1, 1], [0, 1]], array([1]), '2 of 3 rows were taken for what they are. a taken for b: 1.')
    """
    codes, P = class_numbers(y, P, list(classes))
    taken = P.argmax(1)
    matrix = confusion_matrix(codes, taken, range(len(classes)))
    wrong = matrix - np.diag(np.diag(matrix))
    order = np.argsort(-wrong, axis=None, kind="stable")[:common]
    pairs = [divmod(int(place), len(classes)) for place in order if wrong.flat[place]]
    found = tuple(
        _confused(right, into, np.flatnonzero((codes == right) & (taken == into)), P[:, into], examples)
        for right, into in pairs
    )
    return Confusion(tuple(map(str, classes)), matrix, found)


def _confused(right: int, taken: int, rows: np.ndarray, p: np.ndarray, examples: int) -> Confused:
    worst = rows[np.argsort(-p[rows], kind="stable")[:examples]]
    return Confused(right, taken, len(rows), worst, p[worst])
