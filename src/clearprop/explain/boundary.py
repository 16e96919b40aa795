"""Where a network draws the line: its answers on a plane through the inputs, and how they came about epoch by epoch.

On a grid over the plane (see `planes`), for each epoch shown: the predicted class c(x) = argmax_k Ŷ_k(x) and how sure,
Ŷ_c(x); or the predicted value. A plane shows only what is on it: with more than two inputs most rows lie off it, and

    agreement = share of rows whose prediction, moved onto the plane, is still their own

says how far the picture can be believed of them. (Numbers agree if they differ by less than `NEAR` of their range.)
"""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np

from clearprop.errors import ClearpropError
from clearprop.explain.answers import Answers, answers
from clearprop.explain.besides import not_on_a_path
from clearprop.explain.model import as_fitted
from clearprop.explain.planes import Plane, plane_of_inputs, principal_plane
from clearprop.explain.regions import Boundary, Frame
from clearprop.i18n import _
from clearprop.train import Fitted

FRAMES = 6
"""Epochs shown at most, unless others are asked for: closer together at the beginning, where most happens."""

ROWS = 2000
"""Rows that the plane is laid through, and that are shown, at most."""

NEAR = 0.1


def boundary(
    model: Any,
    X: Any,
    Y: Any,
    *,
    inputs: tuple[int, int] | None = None,
    at: Any = None,
    points: int = 101,
    path: Any = None,
    epochs: Sequence[int] | None = None,
    output: int = 0,
    names: Sequence[str] | None = None,
    classes: Sequence[Any] | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Boundary:
    """The network's answers on a plane through its inputs, for a few epochs and for the weights that training left.

    Args:
        model: a `Fitted`, or an estimator that was fitted; of an ensemble, the mean prediction, or its first member
            where the path is one network's.
        X, Y: rows and targets, as `train.fit`, or the estimator's `fit`, takes them. No more than `ROWS` of them are
            used, drawn with the seed.
        inputs: the numbers of two inputs (of a row laid out flat) that vary over their range, 5% more on either side,
            while the others stay; None: the plane of the first two principal components of the standardised inputs.
        at: the row that the others are of; by default the means.
        points: of the grid, a side.
        path: the weights by epoch, a `DescentPath`: `epochs` and `weights(i)`, the last being the trained ones.
        epochs: those to show, the nearest on the path; by default up to 6. The trained weights always come last.
        output: which output to show, where each stands for something of its own (several numbers, or labels).
        names: of the inputs, classes: of the classes; by default the table's, if the network knows one, else numbers.
        seed: of the rows drawn.
        progress: is told (frames done, of all).

    A path keeps the weights alone. What predictions hang on besides them — batch normalisation's running statistics,
    what a rule that predicts in a way of its own has learnt, such as forward_forward's E — is that of the trained
    network at every epoch, and the text says so where there is such a thing.

    Raises:
        DataError: rows that the network does not take, inputs that are not there, or fewer than two that vary.
        ClearpropError: fewer than 2 points, an output that is not there, or the path of another training.

    >>> from clearprop import layers, Network, train
    >>> X = np.random.default_rng(0).normal(size=(200, 2))
    >>> Y = (X.sum(1) > 0).astype(int)
    >>> found = boundary(train.fit(Network([layers.Dense(2)]), X, Y, loss="softmax_cross_entropy"), X, Y, points=21)
    >>> found.frames[-1].predicted.shape, found.agreement
    ((21, 21), 1.0)
    """
    fitted, X, Y = as_fitted(model, X, Y)
    X, Y = some_rows(*fitted.check(X, Y), seed)
    if points < 2:
        raise ClearpropError(_("A grid has 2 points or more a side, not {}.").format(points))
    if inputs is None:
        plane = principal_plane(X, points)
    else:
        plane = plane_of_inputs(X, inputs, at, points, _names(fitted, inputs, names))
    return on_plane(fitted, plane, X, Y, answers(fitted, output=output, classes=classes), path, epochs, progress)


def some_rows(X: Any, Y: Any, seed: int) -> tuple[Any, Any]:
    """No more than `ROWS` of the rows, in their order."""
    if len(X) <= ROWS:
        return X, Y
    picked = np.sort(np.random.default_rng(seed).permutation(len(X))[:ROWS])
    return X[picked], Y[picked]


def on_plane(
    fitted: Fitted,
    plane: Plane,
    X: np.ndarray,
    Y: np.ndarray,
    reading: Answers,
    path: Any,
    epochs: Sequence[int] | None,
    progress: Callable[[int, int], None] | None,
    held: dict[str, Any] | None = None,
    note: str = "",
) -> Boundary:
    """The answers on this plane; X and Y: the data's rows as the network takes them, in the order of its places."""
    grid, targets = plane.grid(), reading.targets(Y)
    if path is not None:
        path.see_that_it_leads_to(fitted)
    shown = _shown(fitted, path, epochs)
    frames, own = [], np.empty(0)
    for done, (epoch, network) in enumerate(shown, 1):
        own = reading.read(network.predict(X))[0]
        score = _score(own, targets, bool(reading.classes))
        frames.append(_frame(epoch, reading, network.predict(grid), (len(plane.up), len(plane.across)), score))
        if progress is not None:
            progress(done, len(shown))
    known = np.isfinite(plane.places).all(1)
    moved = reading.read(shown[-1][1].predict(plane.rows(*plane.places[known].T)))[0]
    agreement = _agreement(moved, own[known], bool(reading.classes))
    return Boundary(
        plane.kind,
        plane.names,
        plane.explained,
        plane.across,
        plane.up,
        tuple(frames),
        reading.classes,
        plane.places[known],
        targets[known],
        plane.away[known],
        agreement,
        held or {},
        note,
        () if path is None else tuple(not_on_a_path(fitted)),
    )


def _frame(epoch: int, reading: Answers, Y_hat: np.ndarray, shape: tuple[int, int], score: float | None) -> Frame:
    predicted, sure = reading.read(Y_hat)
    P = reading.probabilities(Y_hat)
    if sure is None or P is None:
        return Frame(epoch, predicted.reshape(shape), None, score)
    return Frame(epoch, predicted.reshape(shape), sure.reshape(shape), score, P.reshape(*shape, -1))


def _shown(fitted: Fitted, path: Any, epochs: Sequence[int] | None) -> list[tuple[int, Fitted]]:
    """[(epoch, the network as it was then)], the trained one last."""
    if path is None:
        return [(fitted.kept_epoch, fitted)]
    last = len(path.epochs) - 1
    if epochs is None:
        steps = np.geomspace(1, last + 1, min(FRAMES, last + 1)).round().astype(int) - 1
    else:
        steps = [int(np.abs(np.asarray(path.epochs) - epoch).argmin()) for epoch in epochs]
    trained = path.weights(last)
    one = jax.tree.map(np.shape, trained) == jax.tree.map(np.shape, fitted.params)
    network = fitted if one else fitted.member(0)
    before = [i for i in sorted({int(i) for i in steps}) if i != last]
    return [(int(path.epochs[i]), network.replace(params=path.weights(i))) for i in [*before, last]]


def _score(own: np.ndarray, targets: np.ndarray, classes: bool) -> float | None:
    """The share right, or R² = 1 − Σ (y − ŷ)² / Σ (y − ȳ)²."""
    if classes:
        return float(np.mean(own == targets))
    total = float(np.sum((targets - targets.mean()) ** 2))
    return 1 - float(np.sum((targets - own) ** 2)) / total if total > 0 else None


def _agreement(moved: np.ndarray, own: np.ndarray, classes: bool) -> float:
    return float(np.mean(moved == own if classes else abs(moved - own) <= NEAR * np.ptp(own)))


def _names(fitted: Fitted, inputs: tuple[int, int], names: Sequence[str] | None) -> tuple[str, str]:
    """What the two inputs are called."""
    known = names if names is not None else input_names(fitted)
    i, j = (known[index] if 0 <= index < len(known) else str(index) for index in inputs)
    return str(i), str(j)


def input_names(fitted: Fitted) -> tuple[str, ...]:
    """The names of the inputs, of a row laid out flat: a table's prepared columns, else "0", "1", … or "2, 3"."""
    preparation = getattr(fitted.table, "preparation", None)
    shape = tuple(fitted.input_shape)
    if preparation is not None and len(preparation.features) == int(np.prod(shape)):
        return tuple(preparation.features)
    return tuple(", ".join(map(str, place)) for place in np.ndindex(shape))
