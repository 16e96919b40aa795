"""The implicit step: tridiagonal matrices against NumPy's, the θ-method's order against a solution in closed form."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from clearprop.neurons.cable import BACKWARD_EULER, CRANK_NICOLSON, Tridiagonal, diffusion


@pytest.fixture
def matrix(float64):
    """(ours, the same in full), with numbers that differ from row to row and are not symmetric."""
    generator = np.random.default_rng(0)
    before, own, after = generator.normal(size=7), 4 + generator.random(7), generator.normal(size=7)
    full = np.diag(own) + np.diag(before[1:], -1) + np.diag(after[:-1], 1)
    return Tridiagonal(*map(jnp.asarray, (before, own, after))), full


def test_it_multiplies_and_solves_as_the_full_matrix(matrix):
    ours, full = matrix
    y = np.random.default_rng(1).normal(size=7)
    np.testing.assert_allclose(ours.times(jnp.asarray(y)), full @ y, rtol=1e-13)
    np.testing.assert_allclose(ours.solve(jnp.asarray(y)), np.linalg.solve(full, y), rtol=1e-12)


def test_it_solves_as_accurately_as_lapack_where_a_cable_is_stiff(float64):
    """400 segments of which each pulls its neighbours a thousand times as hard as its own leak."""
    A = diffusion(-1000.0, 400)
    A = A._replace(own=A.own + 1)
    y = jnp.asarray(np.random.default_rng(2).normal(size=400))
    after = jnp.full(400, -1000.0)
    theirs = lax.linalg.tridiagonal_solve(after.at[0].set(0), A.own, after.at[-1].set(0), (A.times(y))[:, None])
    assert abs(A.solve(A.times(y)) - y).max() <= 2 * abs(theirs[:, 0] - y).max() < 1e-9


def test_what_leaves_a_segment_enters_its_neighbour(float64):
    """Sealed ends: columns sum to nothing, and so do rows, so that an even potential stays even."""
    full = np.stack([diffusion(3.0, 5).times(jnp.asarray(row)) for row in np.eye(5)])
    np.testing.assert_array_equal(full.sum(0), 0)
    np.testing.assert_array_equal(full.sum(1), 0)
    np.testing.assert_array_equal(full[2], [0, 3, -6, 3, 0])


@pytest.mark.parametrize("method", [BACKWARD_EULER, CRANK_NICOLSON], ids=["backward_euler", "crank_nicolson"])
def test_the_error_falls_with_the_power_of_the_step_that_the_method_states(method, float64):
    """The slowest wave on a sealed wire, cos(π (k + ½)/n), is an eigenvector: it falls by exp(−(2 sin(π/2n))² t)."""
    n, time = 6, 4.0
    A = diffusion(1.0, n)
    wave = jnp.cos(jnp.pi * (jnp.arange(n) + 0.5) / n)
    exact = wave * jnp.exp(-((2 * jnp.sin(jnp.pi / 2 / n)) ** 2) * time)

    step = jax.jit(lambda y, h: method.step(A.times(y), A, y, h))

    def error(steps):
        y = wave
        for _ in range(steps):
            y = step(y, time / steps)
        return float(abs(y - exact).max())

    slope = np.polyfit(np.log([1 / 4, 1 / 8, 1 / 16]), np.log([error(4), error(8), error(16)]), 1)[0]
    assert slope == pytest.approx(method.order, abs=0.1)


@pytest.mark.parametrize("method", [BACKWARD_EULER, CRANK_NICOLSON], ids=["backward_euler", "crank_nicolson"])
def test_no_step_is_too_long_to_stay_bounded(method, float64):
    """The wave that alternates from segment to segment, which an explicit step beyond ½ would make grow."""
    A, y = diffusion(1.0, 6), jnp.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
    step = jax.jit(lambda y: method.step(A.times(y), A, y, 100.0))
    for _ in range(20):
        y = step(y)
    assert abs(y).max() <= 1


def test_a_step_by_hand(float64):
    """One segment, dy/dt = −y: y' = y (1 − (1 − θ) h)/(1 + θ h), with h = 1: 1/2 and 1/3."""
    A, y = Tridiagonal(jnp.zeros(1), -jnp.ones(1), jnp.zeros(1)), jnp.ones(1)
    assert BACKWARD_EULER.step(-y, A, y, 1.0).tolist() == [0.5]
    assert CRANK_NICOLSON.step(-y, A, y, 1.0).tolist() == pytest.approx([1 / 3])
