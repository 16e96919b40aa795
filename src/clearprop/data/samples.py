"""Bundled samples, small enough to train on in seconds: `sample:digits` and its like.

Five come with scikit-learn, which is imported only when one of them is read; three are drawn here, the same every time.
"""

import difflib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from clearprop.data.table import Task
from clearprop.errors import DataError
from clearprop.i18n import Sentence, _

Numbers = tuple[np.ndarray, np.ndarray, tuple[str, ...]]
"""Inputs (n, columns), target values (n,), and the names of the columns."""


@dataclass(frozen=True)
class Sample:
    """What is known of a sample without reading it."""

    name: str
    description: str
    rows: int
    columns: int
    task: Task
    target: str
    load: Callable[[], Numbers]


def sample(name: str) -> Sample:
    """The sample of this name.

    >>> sample("iris").target
    'species'

    Raises:
        DataError: there is none; the message suggests the nearest.
    """
    if name in SAMPLES:
        return SAMPLES[name]
    near = difflib.get_close_matches(name, SAMPLES, n=1)
    hint = _(" Did you mean 'sample:{}'?").format(near[0]) if near else ""
    raise DataError(
        _("There is no sample called '{name}'.{hint} Known: {known}.").format(
            name=name, hint=hint, known=", ".join(SAMPLES)
        )
    )


def _from_sklearn(name: str) -> Callable[[], Numbers]:
    """One of scikit-learn's, its classes by their names where they have any."""

    def load() -> Numbers:
        from sklearn import datasets

        bunch = getattr(datasets, f"load_{name}")()
        named = "target_names" in bunch and bunch.target_names.dtype.kind == "U"
        return bunch.data, bunch.target_names[bunch.target] if named else bunch.target, tuple(bunch.feature_names)

    return load


def _drawn(draw: Callable[[np.random.Generator], tuple[np.ndarray, np.ndarray]]) -> Callable[[], Numbers]:
    """Points in a plane, always from the same seed."""

    def load() -> Numbers:
        points, classes = draw(np.random.default_rng(0))
        return points, classes, ("x1", "x2")

    return load


def _moons(draw: np.random.Generator, each: int = 250, noise: float = 0.15) -> tuple[np.ndarray, np.ndarray]:
    """Two half circles, one reaching into the other."""
    angle = draw.uniform(0, np.pi, (2, each))
    upper = np.stack([np.cos(angle[0]), np.sin(angle[0])], 1)
    lower = np.stack([1 - np.cos(angle[1]), 0.5 - np.sin(angle[1])], 1)
    points = np.concatenate([upper, lower])
    return points + draw.normal(0, noise, points.shape), np.repeat([0, 1], each)


def _circles(draw: np.random.Generator, each: int = 250, noise: float = 0.08) -> tuple[np.ndarray, np.ndarray]:
    """A circle of radius ½ within one of radius 1."""
    angle, radius = draw.uniform(0, 2 * np.pi, 2 * each), np.repeat([1.0, 0.5], each)
    points = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
    return points + draw.normal(0, noise, points.shape), np.repeat([0, 1], each)


def _spirals(draw: np.random.Generator, each: int = 200, noise: float = 0.2) -> tuple[np.ndarray, np.ndarray]:
    """Three arms around one centre, each two thirds of a turn; the angle is what is noisy."""
    classes, radius = np.repeat([0, 1, 2], each), np.tile(np.linspace(0.05, 1, each), 3)
    angle = 4 * (classes + radius) + draw.normal(0, noise, radius.shape)
    return radius[:, None] * np.stack([np.sin(angle), np.cos(angle)], 1), classes


SAMPLES: dict[str, Sample] = {
    s.name: s
    for s in (
        Sample(
            "digits",
            Sentence(lambda: _("handwritten digits, 8 × 8 grey pixels each")),
            1797,
            64,
            "classification",
            "digit",
            _from_sklearn("digits"),
        ),
        Sample(
            "breast_cancer",
            Sentence(lambda: _("cell nuclei under the microscope: is the tumour malignant?")),
            569,
            30,
            "classification",
            "diagnosis",
            _from_sklearn("breast_cancer"),
        ),
        Sample(
            "wine",
            Sentence(lambda: _("chemical analysis of wines from three cultivars")),
            178,
            13,
            "classification",
            "cultivar",
            _from_sklearn("wine"),
        ),
        Sample(
            "iris",
            Sentence(lambda: _("petals and sepals of three species of iris")),
            150,
            4,
            "classification",
            "species",
            _from_sklearn("iris"),
        ),
        Sample(
            "diabetes",
            Sentence(lambda: _("how far diabetes has progressed a year later")),
            442,
            10,
            "regression",
            "progression",
            _from_sklearn("diabetes"),
        ),
        Sample(
            "moons",
            Sentence(lambda: _("two half moons in a plane, interlocked")),
            500,
            2,
            "classification",
            "class",
            _drawn(_moons),
        ),
        Sample(
            "circles",
            Sentence(lambda: _("a ring of points around another")),
            500,
            2,
            "classification",
            "class",
            _drawn(_circles),
        ),
        Sample(
            "spirals",
            Sentence(lambda: _("three spiral arms around one centre")),
            600,
            2,
            "classification",
            "class",
            _drawn(_spirals),
        ),
    )
}
