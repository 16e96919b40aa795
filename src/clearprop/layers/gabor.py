"""Gabor functions, what a simple cell of visual cortex looks for, and how such cells are spread in the monkey's.

A Gabor function is a wave within a bell. (0, 0) is its middle, y goes down and x to the right; its bars are at the
angle θ to the horizontal, v lies across them and u along them:

    v = y cos θ + x sin θ,  u = −y sin θ + x cos θ,  bell = exp(−½ (v² / σ_v² + u² / σ_u²)),  bell · cos(2π f v + φ)

Marčelja 1980; Daugman 1985; Jones & Palmer 1987 fitted them to cells of the cat.
"""

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtr
from jaxtyping import Array, Float

Each = Float[Array, " cells"]
Filters = Float[Array, "cells height width"]

ORIENTATIONS = (66, 49, 77, 54)
"""Cells around 0, 45, 90 and 135°. De Valois, Yund & Hepler 1982."""

FREQUENCIES = (4, 4, 8, 25, 32, 26, 28, 12, 8)
FREQUENCY_EDGES_CPD = (0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0, 11.2)
"""Cells by the spatial frequency they prefer, in cycles a degree. De Valois, Albrecht & Thorell 1982."""

WIDTHS = ((8, 9, 4, 1, 0), (1, 2, 19, 17, 3), (0, 0, 1, 7, 4))
WIDTH_EDGES = tuple(10 ** (0.24 * i - 1) for i in range(6))
"""Cells by σ_v f (down, from the second edge on) and σ_u f (across), the bell's widths in cycles. Ringach 2002."""

CORRELATION = 0.75
"""Of σ_v f with f, as normal scores. Schiller, Finlay & Volman 1976, as Dapello et al. 2020 take it."""


class Cells(NamedTuple):
    """What each of some cells prefers: θ and φ in radians, f in cycles a pixel, σ_v and σ_u in pixels."""

    orientation: Each
    frequency: Each
    phase: Each
    across: Each
    along: Each


@partial(jax.jit, static_argnums=(1, 2, 3))
def drawn(key: Array, count: int, between_cpd: tuple[float, float], pixels_per_degree: float) -> Cells:
    """Cells as they are spread in the macaque's V1, of those that prefer frequencies between these.

    As Dapello et al. 2020 do, but for two things: cells with σ_v f below 0.17 (3 of the 79 that Ringach measured, blobs
    of which next to nothing is left without their mean) are not drawn, and no σ is below a pixel.

    >>> drawn(jax.random.key(0), 500, (1.4, 5.6), 14).frequency.round(1)[:4]
    Array([0.4, 0.4, 0.1, 0.2], dtype=float32)
    """
    z = jax.random.normal(key, (5, count))
    rank, spread, tilt, start = ndtr(z[:4])  # evenly from 0 to 1
    related = ndtr(CORRELATION * z[0] + (1 - CORRELATION**2) ** 0.5 * z[4])
    low, high = np.interp(np.log2(between_cpd), np.log2(FREQUENCY_EDGES_CPD), _shares(FREQUENCIES))
    octave = _at(low + (high - low) * related, FREQUENCIES, np.log2(FREQUENCY_EDGES_CPD))
    frequency = 2**octave / pixels_per_degree
    edges = np.log10(WIDTH_EDGES)
    across = _at(rank, np.sum(WIDTHS, 1), edges[1:5])
    row = jnp.searchsorted(jnp.asarray(edges[1:5]), across) - 1
    along = jnp.choose(row, [_at(spread, counts, edges) for counts in WIDTHS], mode="clip")
    return Cells(
        orientation=_at(tilt, ORIENTATIONS, np.radians([-22.5, 22.5, 67.5, 112.5, 157.5])),
        frequency=frequency,
        phase=2 * np.pi * start,
        across=jnp.maximum(10**across / frequency, 1),
        along=jnp.maximum(10**along / frequency, 1),
    )


def _shares(counts: Any) -> np.ndarray:
    return np.cumsum([0, *counts]) / np.sum(counts)


def _at(rank: Array, counts: Any, edges: Any) -> Array:
    """The value of this rank from 0 to 1 in a histogram."""
    return jnp.interp(rank, jnp.asarray(_shares(counts)), jnp.asarray(edges))


@partial(jax.jit, static_argnums=1)
def pairs(cells: Cells, size: int) -> tuple[Filters, Filters]:
    """The cells' filters in quadrature, of phase φ and φ + 90°, on size × size pixels.

    Both are free of mean: the bell is taken off the even wave, as much of it as makes it so. And both are scaled so
    that a grating cos(2π f v + ψ) excites them by cos(ψ − φ) and sin(ψ − φ): one of their own orientation and frequency
    by at most 1, and the two together, √(q₀² + q₁²), by 1 whatever its phase.

    >>> one = Cells(*(jnp.asarray([value]) for value in (0.0, 0.2, 0.0, 2.0, 2.0)))
    >>> grating = np.cos(2 * np.pi * 0.2 * np.arange(-4, 5) + 0.5)[:, None]
    >>> [round(float((np.asarray(q) * grating).sum()), 3) for q in pairs(one, 9)]  # cos 0.5, sin 0.5
    [0.878, 0.479]
    """
    theta, f, phi, across, along = (value[:, None, None] for value in cells)
    y, x = np.mgrid[:size, :size] - size // 2
    v, u = y * jnp.cos(theta) + x * jnp.sin(theta), x * jnp.cos(theta) - y * jnp.sin(theta)
    bell = jnp.exp(-(v**2 / across**2 + u**2 / along**2) / 2)
    wave, other = jnp.cos(2 * np.pi * f * v), -jnp.sin(2 * np.pi * f * v)
    even, odd = bell * (wave - _sum(bell * wave) / _sum(bell)), bell * other
    even, odd = even / _sum(even * wave), odd / _sum(odd * other)
    return jnp.cos(phi) * even + jnp.sin(phi) * odd, jnp.cos(phi) * odd - jnp.sin(phi) * even


def _sum(filters: Array) -> Array:
    return filters.sum((1, 2), keepdims=True)
