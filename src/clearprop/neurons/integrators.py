"""How a neuron's equations are stepped through time: each method is its coefficients, its order and its source.

Given dy/dt = f(y), a step of h milliseconds goes from y to the next y. A method's *order* p says how its error falls
with the step: at a tenth of h, 10⁻ᵖ of the error. A test measures it for each.
"""

import abc
import dataclasses
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from clearprop.registry import unknown

Tree = Any
Field = Callable[[Tree], Tree]


class Integrator(abc.ABC):
    """A method: a frozen dataclass that knows its order and takes a step."""

    order: int
    """The power of h with which its error falls."""

    @abc.abstractmethod
    def step(self, f: Field, y: Tree, h: Any) -> Tree:
        """The next y of dy/dt = f(y), h milliseconds later; h may be an array, a step for each neuron."""


@dataclasses.dataclass(frozen=True)
class RungeKutta(Integrator):
    """An explicit Runge–Kutta method, by the table of its coefficients (Butcher's):

        kᵢ = f(y + h Σⱼ aᵢⱼ kⱼ),   y ← y + h Σᵢ bᵢ kᵢ

    Args:
        a: for each stage, what it takes of each stage before it.
        b: what the step takes of each stage.
        order: of the error.
    """

    a: tuple[tuple[float, ...], ...]
    b: tuple[float, ...]
    order: int

    def step(self, f: Field, y: Tree, h: Any) -> Tree:
        """The next y."""
        kind = jnp.result_type(float)
        table = jnp.array([[*row, *[0.0] * (len(self.b) - len(row))] for row in self.a], kind)
        nothing = jax.tree.map(lambda leaf: jnp.zeros((len(self.b), *leaf.shape), leaf.dtype), y)

        def stage(k: Tree, place_and_row: tuple[Any, Any]) -> tuple[Tree, None]:
            place, row = place_and_row
            slope = f(jax.tree.map(lambda leaf, own: leaf + _fit(h, leaf) * jnp.tensordot(row, own, 1), y, k))
            return jax.tree.map(lambda own, new: own.at[place].set(new), k, slope), None

        # A loop over the stages: written out, XLA computes the earlier ones again and again within the later.
        k, _none = lax.scan(stage, nothing, (jnp.arange(len(self.b)), table))
        b = jnp.array(self.b, kind)
        return jax.tree.map(lambda leaf, own: leaf + _fit(h, leaf) * jnp.tensordot(b, own, 1), y, k)


@dataclasses.dataclass(frozen=True)
class ExponentialEuler(Integrator):
    """Each variable as if its own equation were linear with the others held still:

        y ← y + h φ(h J) f(y),   φ(z) = (eᶻ − 1) / z,   J = ∂f_y/∂y

    Exact for dy/dt = (y∞ − y)/τ, to which the potential and the gates of Hodgkin and Huxley are close; stable at any
    step. J comes from automatic differentiation; where a neuron has several sites, it is how f_y moves with y at all of
    them together, so that what flows between them is stepped as by Euler.

    Source: Certaine (1960); Rush and Larsen (1978), IEEE Transactions on Biomedical Engineering 25, 389, for gates.
    """

    order: int = 1

    def step(self, f: Field, y: Tree, h: Any) -> Tree:
        """The next y."""
        slope, leaves = f(y), {}
        for name in y:
            along = {other: jnp.ones_like(leaf) if other == name else jnp.zeros_like(leaf) for other, leaf in y.items()}
            J = jax.jvp(lambda state, name=name: f(state)[name], (y,), (along,))[1]
            own = _fit(h, y[name])
            leaves[name] = y[name] + own * growth(own * J) * slope[name]
        return leaves


def growth(z: Any) -> Any:
    """φ(z) = (eᶻ − 1) / z, and its limit 1 at 0, where the quotient is 0/0.

    A z above 60 means that a step is far too long for what grows, such as the upstroke of a spike that begins to make
    itself. eᶻ is cut there, so that it is a huge number and not infinity, from which no reset leads back.

    >>> float(growth(0.0)), round(float(growth(1.0)), 4)
    (1.0, 1.7183)
    """
    small = abs(z) < 1e-2
    away = jnp.where(small, 1.0, z)
    return jnp.where(
        small,
        1 + z / 2 * (1 + z / 3 * (1 + z / 4 * (1 + z / 5 * (1 + z / 6)))),
        (jnp.exp(jnp.minimum(away, 60.0)) - 1) / away,
    )


def _fit(h: Any, leaf: Any) -> Any:
    """A step for each neuron, beside an array that has the neurons' sites behind."""
    h = jnp.asarray(h)
    return h.reshape(h.shape + (1,) * (leaf.ndim - h.ndim)) if h.ndim else h


EULER = RungeKutta(((),), (1.0,), 1)
MIDPOINT = RungeKutta(((), (0.5,)), (0.0, 1.0), 2)
RK4 = RungeKutta(((), (0.5,), (0.0, 0.5), (0.0, 0.0, 1.0)), (1 / 6, 1 / 3, 1 / 3, 1 / 6), 4)
"""Source: Euler (1768), Institutiones calculi integralis; Runge (1895), Mathematische Annalen 46, 167, for the
midpoint; Kutta (1901), Zeitschrift für Mathematik und Physik 46, 435, for RK4."""

INTEGRATORS: dict[str, Integrator] = {
    "euler": EULER,
    "midpoint": MIDPOINT,
    "rk4": RK4,
    "exponential_euler": ExponentialEuler(),
}


def get(method: "str | Integrator") -> Integrator:
    """The method of this name; a method is taken as it is.

    Raises:
        ClearpropError: no method has this name.
    """
    if not isinstance(method, str):
        return method
    if method not in INTEGRATORS:
        raise unknown("integrator", method, INTEGRATORS)
    return INTEGRATORS[method]
