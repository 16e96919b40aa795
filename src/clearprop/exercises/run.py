"""A learner's network trains on real data, and clearprop's beside it from the same weights: do their costs agree?

`learner.py` runs the learner's `train`, `beside.py` clearprop's; here they are put side by side.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from clearprop.errors import ClearpropError
from clearprop.exercises import beside, learner
from clearprop.exercises.exercise import Exercise, Run
from clearprop.exercises.trial import Data, Settings
from clearprop.exercises.written import Written
from clearprop.i18n import _, ngettext, number

SAME = 1e-6
"""Costs that differ by less, of the larger of two, are the same to rounding, which grows from step to step."""

NOTHING = 1e-9
"""Costs below this count as this much: between 0 and a billionth there is little but rounding."""

STEPS, LINES = (1, 10, 100, 200, 500, 1000, 2000, 5000, 10_000), 26
"""Iterations from one line of a table to the next, and the lines that it has at most."""


@dataclass(frozen=True)
class Compared:
    """What came of it.

    Attributes:
        sizes: the units of each layer, the inputs first.
        yours, ours: (iterations,) the cost before each step, by the learner's network and by clearprop's; clearprop's
            has fewer where it diverged.
        accuracy: of "yours", "ours" and the training rows' most frequent class, "majority", on each part; ours is
            left out where only its costs are known.
        same_start: whether equal costs are to be expected.
    """

    sizes: tuple[int, ...]
    yours: np.ndarray
    ours: np.ndarray
    accuracy: Mapping[str, Mapping[str, float]]
    same_start: bool

    @property
    def differences(self) -> np.ndarray:
        """|yours − ours| / max(|yours|, |ours|) in each iteration; infinite where only one of them is a number."""
        n = min(len(self.yours), len(self.ours))
        a, b = self.yours[:n], self.ours[:n]
        with np.errstate(invalid="ignore"):
            found = np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), NOTHING)
        found[~np.isfinite(a) & ~np.isfinite(b)] = 0.0
        return np.where(np.isfinite(found), found, np.inf)

    @property
    def parts_at(self) -> int | None:
        """The first iteration whose costs differ by more than rounding; None if they agree."""
        apart = np.flatnonzero(self.differences > SAME)
        return int(apart[0]) if len(apart) else None

    @property
    def same(self) -> bool | None:
        """Whether the costs agree; None where that is not to be expected, as each began with weights of its own."""
        return self.parts_at is None if self.same_start else None

    def says(self) -> str:
        """Whether both learn the same, in words."""
        if not self.same_start:
            return _("Both begin with weights of their own, so that the two curves need not be equal.")
        at = self.parts_at
        if at is None:
            n = len(self.differences)
            return ngettext(
                "Your network learns as clearprop's does: the cost of {n:,} iteration is the same to rounding (largest"
                " relative difference {most}).",
                "Your network learns as clearprop's does: the costs of {n:,} iterations are the same to rounding"
                " (largest relative difference {most}).",
                n,
            ).format(n=n, most=number(self.differences.max(), ".1e"))
        return f"{_apart(at, self.yours[at], self.ours[at])} {_where(at, self.yours[at])}"


def _apart(at: int, yours: float, ours: float) -> str:
    if not np.isfinite(yours):
        return _("In iteration {at:,} your cost is not a finite number; clearprop's is {ours:.6g}.").format(
            at=at, ours=ours
        )
    return _("The costs part in iteration {at:,}: yours is {yours:.6g}, clearprop's is {ours:.6g}.").format(
        at=at, yours=yours, ours=ours
    )


def _where(at: int, yours: float) -> str:
    """What is likely wrong, by when the costs part: the cost is computed before each step."""
    if at == 0:
        return _("No step was taken yet: the way forward or the cost is wrong.")
    if at == 1 and np.isfinite(yours):
        return _("They were equal before the first step: a gradient or the step is wrong.")
    return _("They were equal before: something is wrong that only some numbers show, such as very large ones.")


def run(exercise: Exercise, convention: str, written: Written, data: Data, settings: Settings) -> Compared:
    """Train both networks, and compare them.

    Args:
        exercise: one that has a `run`.
        convention: "rows" or "columns", the learner's.
        written: what the learner has written.
        data: to learn from, and to judge by.
        settings: how.

    Raises:
        ClearpropError: there is nothing to train, the data or the layers do not suit it, or the learner's code fails.
    """
    how = run_of(exercise)
    sizes = sizes_for(exercise, convention, data, settings)
    Y = targets(how, data)
    trained = learner.train(written, convention, sizes, Y, data, settings)
    costs, predict = beside.train(how, trained.before, data.training.X, Y, settings)
    outputs = {"yours": trained.predict} | ({} if predict is None else {"ours": predict})
    P = {who: [ask(rows.X) for rows in data.parts.values()] for who, ask in outputs.items()}
    accuracy = {
        who: {part: _accuracy(p, rows.y) for (part, rows), p in zip(data.parts.items(), each, strict=True)}
        for who, each in P.items()
    }
    commonest = np.bincount(data.training.y).argmax()
    accuracy["majority"] = {part: float(np.mean(rows.y == commonest)) for part, rows in data.parts.items()}
    return Compared(sizes, trained.costs, costs, accuracy, how.same_start)


def run_of(exercise: Exercise) -> Run:
    """How the exercise's functions learn together.

    Raises:
        ClearpropError: they do not.
    """
    if exercise.run is None:
        raise ClearpropError(
            _("There is nothing to train in the exercise {name}: its functions do not make a network.").format(
                name=exercise.name
            )
        )
    return exercise.run


def targets(how: Run, data: Data) -> np.ndarray:
    """(n, outputs) what the training rows' outputs should be: 0 or 1, or a 1 in the place of the class.

    Raises:
        ClearpropError: more classes than the output can tell apart.
    """
    y = data.training.y
    if how.output == "softmax":
        return np.eye(data.classes)[y]
    if data.classes != 2:
        raise ClearpropError(
            _(
                "The network of this exercise has one output, which tells two classes apart, and these data have {n}:"
                " give data of two classes, or do the exercise {other}."
            ).format(n=data.classes, other="softmax")
        )
    return y[:, None].astype(np.float64)


def sizes_for(exercise: Exercise, convention: str, data: Data, settings: Settings) -> tuple[int, ...]:
    """The units of each layer, seen to be a network that the exercise's `train` makes.

    Raises:
        ClearpropError: it makes another, such as one without hidden layers.
    """
    how = run_of(exercise)
    outputs = data.classes if how.output == "softmax" else 1
    sizes = (data.training.X.shape[1], *settings.hidden, outputs)
    if settings.hidden != how.hidden:
        learner.see_that_it_fits(exercise, convention, sizes, targets(how, data)[:2], data.training.X[:2])
    return sizes


def _accuracy(P: np.ndarray, y: np.ndarray) -> float:
    """The share of right answers: of one output the class 1 above ½, of several the largest."""
    answers = P[:, 0] > 0.5 if P.shape[1] == 1 else P.argmax(1)
    return float(np.mean(answers == y))


def table(found: Compared) -> list[tuple[int, float, float]]:
    """(iteration, cost, clearprop's) for every hundredth iteration, or as many apart as suit them, and the last."""
    n = min(len(found.yours), len(found.ours))
    step = next((step for step in STEPS if (n - 1) // step < LINES), STEPS[-1])
    chosen = sorted({*range(0, n, step), n - 1})
    return [(i, float(found.yours[i]), float(found.ours[i])) for i in chosen]
