"""The functions of the potential that rate equations are made of."""

from typing import Any

import jax.numpy as jnp
from jax import lax


def linoid(x: Any) -> Any:
    """x / (1 − e⁻ˣ): e.g. how fast a gate opens, zero far below a potential and linear far above it.

    At x = 0 the quotient is 0/0, and its limit is 1 (l'Hôpital), with slope ½; near 0 its power series stands in, so
    that the value is exact and its gradient finite:

        1 + x/2 + x²/12 − x⁴/720 + x⁶/30240 − x⁸/1209600

    >>> float(linoid(0.0)), round(float(linoid(1.0)), 4)
    (1.0, 1.582)
    """
    small = abs(x) < 0.1
    away = jnp.where(small, 1.0, x)
    xx = x * x
    series = 1 + x / 2 + xx / 12 * (1 - xx / 60 * (1 - xx / 42 * (1 - xx / 40)))
    return jnp.where(small, series, away / (1 - jnp.exp(-away)))


def logistic(x: Any) -> Any:
    """1 / (1 + e⁻ˣ); where e⁻ˣ overflows it is 0, and so is its gradient.

    >>> float(logistic(0.0)), float(logistic(-1000.0))
    (0.5, 0.0)
    """
    return lax.logistic(x)
