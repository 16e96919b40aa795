"""The loss around the trained weights: along a direction, or over a plane.

    L(a, b) = loss(θ + a u + b v)        θ the trained weights, a and b numbers, u and v directions among all weights

Seen so, millions of weights become two numbers. Which directions they are decides what is seen: two random ones show
how sharp the place is where training ended; the plane of the descent's path shows the way that led there.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from clearprop.errors import ClearpropError
from clearprop.explain.filters import filter_normalised
from clearprop.explain.losses_around import LossesAround, Progress
from clearprop.explain.model import as_fitted
from clearprop.explain.path import DescentPath
from clearprop.explain.principal_plane import principal_plane
from clearprop.i18n import _
from clearprop.layers.base import Params
from clearprop.train.fitted import precision

PLANES = ("line", "random", "path")


@dataclass(frozen=True, eq=False)
class PathInPlane:
    """A descent's path, seen in the plane.

    Attributes:
        epochs: (k,) of its points.
        points: (k, 2), (a, b) of each: a = ⟨θ_k − θ, u⟩, b = ⟨θ_k − θ, v⟩. The last, of the trained weights, is (0, 0).
        loss: (k,) at the weights themselves, NaN where it is not finite.
        projected_loss: (k,) at the points of the plane.
        explained: (2,) the share of the path's variance that is along each axis.
    """

    epochs: Int[np.ndarray, " k"]
    points: Float[np.ndarray, "k 2"]
    loss: Float[np.ndarray, " k"]
    projected_loss: Float[np.ndarray, " k"]
    explained: Float[np.ndarray, "2"]


@dataclass(frozen=True, eq=False)
class Landscape:
    """The loss around the trained weights.

    Attributes:
        plane: "line", "random" or "path".
        a: (points,) the coordinates along the first direction; "line" and "random": 1 is as long as the weights are.
        b: (points,) those along the second one; None for a line.
        loss: (points,) of a line, (points of b, points of a) of a plane; NaN where it is not finite.
        centre: the loss of the trained weights.
        directions: u, and v for a plane; trees as the weights.
        rows: (n,) numbers of the rows of X that it is the loss over.
        path: the descent's path; None but for the plane "path".
    """

    plane: str
    a: Float[np.ndarray, " across"]
    b: Float[np.ndarray, " up"] | None
    loss: Float[np.ndarray, "*points"]
    centre: float
    directions: tuple[Params, ...]
    rows: Int[np.ndarray, " n"]
    path: PathInPlane | None = None

    @property
    def not_finite(self) -> int:
        """At how many points the loss is not a finite number."""
        return int(np.isnan(self.loss).sum())

    @property
    def least(self) -> tuple[float, tuple[float, ...]]:
        """The least loss on the grid, and where: (a,) or (a, b)."""
        place = np.unravel_index(np.nanargmin(self.loss), self.loss.shape)
        coordinates = (self.a,) if self.b is None else (self.a, self.b)
        where = tuple(float(axis[i]) for axis, i in zip(coordinates, reversed(place), strict=True))
        return float(self.loss[place]), where

    def as_dict(self) -> dict[str, Any]:
        """All but the directions, ready for JSON; a loss that is not finite is None."""
        least, where = self.least
        found: dict[str, Any] = {"plane": self.plane, "rows": len(self.rows), "centre": self.centre}
        found |= {"a": self.a.tolist(), "b": None if self.b is None else self.b.tolist(), "loss": plain(self.loss)}
        found |= {"least": least, "least_at": where, "not_finite": self.not_finite, "path": None}
        if self.path is not None:
            names = ("epochs", "points", "loss", "projected_loss", "explained")
            found["path"] = {name: plain(getattr(self.path, name)) for name in names}
        return found

    def text(self) -> str:
        """What was found, a sentence a line."""
        least, where = self.least
        words = {"rows": len(self.rows), "centre": self.centre, "least": least, "most": float(np.nanmax(self.loss))}
        lines = [_("Loss over {rows:,} rows: {centre:.4g} at the trained weights.").format(**words)]
        if self.b is None:
            line = _("Around them, from {low:g} to {high:g}, it is between {least:.4g} (at {a:.3g}) and {most:.4g}.")
            lines.append(line.format(low=self.a[0], high=self.a[-1], a=where[0], **words))
        else:
            line = _("In the plane it is between {least:.4g}, at ({a:.3g}, {b:.3g}), and {most:.4g}.")
            lines.append(line.format(a=where[0], b=where[1], **words))
        if self.path is not None:
            line = _("The plane's axes hold {first:.1%} and {second:.1%} of the path's variance.")
            lines.append(line.format(first=float(self.path.explained[0]), second=float(self.path.explained[1])))
        if self.not_finite:
            line = _("At {n:,} of {all:,} points it is not a finite number; they are left out.")
            lines.append(line.format(n=self.not_finite, all=self.loss.size))
        return "\n".join(lines)


def landscape(
    model: Any,
    X: Any,
    Y: Any,
    *,
    plane: str = "random",
    points: int = 31,
    reach: float = 1.0,
    path: DescentPath | None = None,
    seed: int = 0,
    rows: int = 1024,
    progress: Progress | None = None,
) -> Landscape:
    """L(a, b) = loss(θ + a u + b v) at the points of a grid.

    It is the loss over the data as `Fitted.evaluate` gives it: nothing is dropped, batch normalisation takes its
    running statistics (those of the trained network, at every point, and at every epoch of a path, which keeps the
    weights alone; so it is with what a rule has learnt besides). Of an ensemble: the first member's.

    Args:
        model: a `Fitted`, or an estimator that was fitted.
        X, Y: the data, as `train.fit`, or the estimator's `fit`, takes them.
        plane: "line", along one random direction; "random", over the plane of two (see `filters`: 1 is as long as the
            weights are, unit by unit); "path", over the plane in which most of the descent's path lies (see
            `principal_plane`), where 1 is a distance of 1 among the weights.
        points: of the grid, along each axis; with an odd number (0, 0) is one of a line or a random plane.
        reach: "line" and "random": a and b go from −reach to reach. "path": how far beyond the path the plane goes; 1
            for a quarter of its breadth on each side (the narrower axis is at least 0.6 as broad as the other).
        path: for the plane "path".
        seed: of the directions, and of the rows where they are sampled.
        rows: how many of the data at most; of more, a sample is drawn.
        progress: told how many points are done, of how many.

    Raises:
        ClearpropError: no trained network, an unknown plane, too few points, a path that is missing, too short or
            another training's.
        DataError: data that the network does not take.

    >>> from clearprop import Network, layers, train
    >>> X = np.linspace(-1, 1, 20)[:, None]
    >>> fitted = train.fit(Network([layers.Dense(1)]), X, 2 * X, loss="squared", epochs=200)
    >>> found = landscape(fitted, X, 2 * X, plane="line", points=5)
    >>> found.a, found.loss.shape
    (array([-1. , -0.5,  0. ,  0.5,  1. ]), (5,))
    """
    _check(plane, points, reach, rows)
    fitted, X, Y = as_fitted(model, X, Y)
    fitted = fitted.member(0)
    X, Y = fitted.check(X, Y)
    picked = np.sort(np.random.default_rng(seed).permutation(len(X))[:rows])
    with precision(fitted.dtype):
        losses = LossesAround(fitted, X[picked], Y[picked])
        if plane == "path":
            return _along_the_path(losses, path, points, reach, picked, progress)
        draw = np.random.default_rng([seed, 1])
        axes = 1 if plane == "line" else 2
        directions = [filter_normalised(fitted.network, fitted.params, draw) for _axis in range(axes)]
        a = reach * (np.arange(points) - (points - 1) / 2) / ((points - 1) / 2)
        return _map(losses, plane, directions, a, None if plane == "line" else a, picked, progress)


def _check(plane: str, points: int, reach: float, rows: int) -> None:
    if plane not in PLANES:
        raise ClearpropError(_("plane is {}, not {!r}.").format(", ".join(map(repr, PLANES)), plane))
    if points < 3:
        raise ClearpropError(_("A landscape needs 3 points along an axis or more, not {n}.").format(n=points))
    if not (np.isfinite(reach) and reach > 0):
        raise ClearpropError(_("reach must be a finite number above 0, not {reach}.").format(reach=reach))
    if rows < 1:
        raise ClearpropError(_("{name} must be 1 or more, not {value}.").format(name="rows", value=rows))


def _along_the_path(
    losses: LossesAround, path: DescentPath | None, points: int, reach: float, picked: Any, progress: Progress | None
) -> Landscape:
    """The plane of the path, large enough that the path lies within, and the loss along it."""
    if path is None:
        raise ClearpropError(_("The plane of a path needs the path: give one of explain.PathRecorder, as path=…."))
    path.see_that_it_leads_to(losses.fitted)
    directions, at, explained = principal_plane(path)
    low, high = at.min(0), at.max(0)
    breadth = np.maximum(high - low, 0.6 * (high - low).max())
    a, b = ((low + high) / 2 + breadth * (0.5 + 0.25 * reach) * np.linspace(-1, 1, points)[:, None]).T
    found = _map(losses, "path", directions, a, b, picked, progress)
    seen = PathInPlane(path.epochs, at, losses.along(path.params), losses.at(directions, at), explained)
    return Landscape(**{**vars(found), "path": seen})


def _map(
    losses: LossesAround, plane: str, directions: Any, a: np.ndarray, b: np.ndarray | None, picked: Any, progress: Any
) -> Landscape:
    """The loss at every point of the grid, and at the trained weights."""
    grid = a[:, None] if b is None else np.stack(np.meshgrid(a, b), -1).reshape(-1, 2)
    found = losses.at(tuple(directions), np.concatenate([grid, 0 * grid[:1]]), progress)
    loss, centre = found[:-1].reshape(a.shape if b is None else (len(b), len(a))), float(found[-1])
    if np.isnan(loss).all() or np.isnan(centre):
        raise ClearpropError(_("The loss is finite nowhere around these weights: give a smaller reach."))
    return Landscape(plane, a, b, loss, centre, tuple(directions), picked)


def plain(values: Any) -> Any:
    """An array as lists for JSON, with None for what is not finite.

    >>> plain(np.array([1.5, np.nan]))
    [1.5, None]
    """
    if np.ndim(values):
        return [plain(value) for value in values]
    return values.item() if np.isfinite(values) else None
