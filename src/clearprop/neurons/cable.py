"""Steps along a wire: the implicit method that solves for all of its segments at once."""

import dataclasses
from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import lax


class Tridiagonal(NamedTuple):
    """A matrix with three numbers a row: what a segment takes of the one before, of itself, and of the one after.

    Attributes:
        before: (segments,), of which the first is not used.
        own: (segments,).
        after: (segments,), of which the last is not used.
    """

    before: Any
    own: Any
    after: Any

    def times(self, y: Any) -> Any:
        """A y.

        >>> Tridiagonal(jnp.ones(3), jnp.full(3, 4.0), jnp.ones(3)).times(jnp.array([1.0, 2.0, 3.0])).tolist()
        [6.0, 12.0, 14.0]
        """
        inside = (self.own * y).at[1:].add(self.before[1:] * y[:-1])
        return inside.at[:-1].add(self.after[:-1] * y[1:])

    def solve(self, b: Any) -> Any:
        """The y of A y = b, both (segments,), by LAPACK on a processor.

        >>> A = Tridiagonal(jnp.ones(3), jnp.full(3, 4.0), jnp.ones(3))
        >>> A.solve(jnp.array([6.0, 12.0, 14.0])).round(4).tolist()
        [1.0, 2.0, 3.0]
        """
        before, after = self.before.at[0].set(0), self.after.at[-1].set(0)
        return lax.linalg.tridiagonal_solve(before, self.own, after, b[:, None])[:, 0]


@dataclasses.dataclass(frozen=True)
class Theta:
    """The θ-method for dy/dt = f(y) with f linear and its matrix A = ∂f/∂y tridiagonal:

        (1 − θ h A) δ = h f(y),   y ← y + δ,   which is   y' = y + h ((1 − θ) f(y) + θ f(y'))

    No step is too long for it to stay bounded, if θ is ½ or more, however fine the segments.

    Args:
        theta: θ, how much of the slope is the step's end's.
        order: the power of h with which its error falls.

    Source: Crank and Nicolson (1947), Proceedings of the Cambridge Philosophical Society 43, 50, for θ = ½.
    """

    theta: float
    order: int

    def step(self, slope: Any, A: Tridiagonal, y: Any, h: Any) -> Any:
        """The next y; `slope` is f(y)."""
        by = self.theta * h
        return y + Tridiagonal(-by * A.before, 1 - by * A.own, -by * A.after).solve(h * slope)


BACKWARD_EULER = Theta(1.0, 1)
CRANK_NICOLSON = Theta(0.5, 2)


def diffusion(strength: Any, segments: int) -> Tridiagonal:
    """strength · ∂²/∂x², in units of a segment's length, with sealed ends: what leaves a segment enters its neighbour.

    >>> diffusion(1.0, 3).times(jnp.array([0.0, 1.0, 0.0])).tolist()
    [1.0, -2.0, 1.0]
    """
    each = jnp.full(segments, strength)
    neighbours = jnp.full(segments, 2.0).at[0].add(-1).at[-1].add(-1)
    return Tridiagonal(each, -strength * neighbours, each)
