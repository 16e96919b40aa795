"""Gabor filters: free of mean, tuned to what they are said to prefer, in quadrature; cells as they were counted."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from clearprop.layers import gabor

SIZE = 9


@pytest.fixture(scope="module")
def cells():
    """Three thousand, the same for all tests."""
    return gabor.Cells(*map(np.asarray, gabor.drawn(jax.random.key(0), 3000, (1.4, 5.6), 14.0)))


@pytest.fixture(scope="module")
def filters(cells):
    """Both filters of the first sixty."""
    some = gabor.Cells(*(jnp.asarray(value[:60]) for value in cells))
    return [np.asarray(q, float) for q in gabor.pairs(some, SIZE)]


def test_no_filter_answers_to_even_light(filters):
    """`pairs`: free of mean, to rounding."""
    for q in filters:
        assert np.abs(q.sum((1, 2))).max() < 1e-5 < np.abs(q).sum((1, 2)).min()


def test_filters_are_in_quadrature(cells, filters):
    """`pairs`: a cell's own grating, cos(2π f v + ψ), excites its filters by cos(ψ − φ) and sin(ψ − φ)."""
    y, x = np.mgrid[:SIZE, :SIZE] - SIZE // 2
    theta, f, phi, *_ = (value[:60, None, None] for value in cells)
    for psi in (0.0, 1.0, 4.0):
        grating = np.cos(2 * np.pi * f * (y * np.cos(theta) + x * np.sin(theta)) + psi)
        q0, q1 = ((q * grating).sum((1, 2)) for q in filters)
        np.testing.assert_allclose(q0, np.cos(psi - phi.ravel()), atol=2e-5)
        np.testing.assert_allclose(q1, np.sin(psi - phi.ravel()), atol=2e-5)


def eight(theta, f, phi, across, along):
    """The filters of eight cells on 41 × 41 pixels, as NumPy arrays."""
    values = (np.broadcast_to(value, 8).astype("f") for value in (theta, f, phi, across, along))
    return [np.asarray(q) for q in gabor.pairs(gabor.Cells(*map(jnp.asarray, values)), 41)]


def test_the_peak_in_fourier_space():
    """A filter's spectrum is largest at its f and θ: the transform of bell · cos(2π f v). By NumPy's FFT."""
    theta = np.radians([0, 30, 60, 90, 120, 150, 45, 80])
    f = np.array([0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.2, 0.1])
    for q in eight(theta, f, 0.7, 6, 6):
        spectrum = np.abs(np.fft.fft2(q, (200, 200)))[:, :100]  # of a wave and its opposite, the one that goes down
        down, right = np.divmod(spectrum.reshape(8, -1).argmax(1), 200) / np.array(200.0)
        right -= right > 0.5
        same = np.where(f * np.cos(theta) < 0, -1, 1)
        np.testing.assert_allclose(down, same * f * np.cos(theta), atol=0.005)
        np.testing.assert_allclose(right, same * f * np.sin(theta), atol=0.005)


def test_the_bars_lie_as_said():
    """gabor's text: at θ = 0 the bars are horizontal, at 90° vertical, at 45° they rise to the right; σ_u is along."""
    flat, upright, rising, *_ = eight(np.radians([0, 90, 45, 0, 0, 0, 0, 0]), 0.2, 0, 2, 1e4)[0]
    np.testing.assert_allclose(flat, flat[:, :1] + 0 * flat, atol=1e-6)
    np.testing.assert_allclose(upright, flat.T, atol=1e-6)
    np.testing.assert_allclose(rising[:-1, 1:], rising[1:, :-1], atol=1e-6)  # a step up and one to the right


def test_cells_are_spread_as_they_were_counted(cells):
    """De Valois et al. 1982 (both), Ringach 2002: shares of 3,000 cells within four standard errors; and the sizes go
    with the frequency (Schiller et al. 1976).
    """

    def shares(values, edges, counts):
        expected = np.asarray(counts) / np.sum(counts)
        found = np.histogram(values, edges)[0] / len(values)
        assert (np.abs(found - expected) <= 4 * np.sqrt(expected * (1 - expected) / 3000)).all()

    shares(np.degrees(cells.orientation), [-22.5, 22.5, 67.5, 112.5, 157.5], gabor.ORIENTATIONS)
    shares(cells.frequency * 14, [1.4, 2.0, 2.8, 4.0, 5.6], [25, 32, 26, 28])
    shares(cells.phase, np.linspace(0, 2 * np.pi, 9), np.ones(8))
    free = cells.across > 1  # of a σ that was not lifted to a pixel
    cycles = (cells.across * cells.frequency)[free & (cells.along > 1)]
    long = (cells.along * cells.frequency)[free & (cells.along > 1)]
    assert 0.17 < cycles.min() < cycles.max() < 0.92
    assert np.corrcoef(np.log(cycles), np.log(long))[0, 1] > 0.5
    ranks = [np.argsort(np.argsort(v)) for v in (cells.frequency[free], (cells.across * cells.frequency)[free])]
    assert 0.6 < np.corrcoef(ranks)[0, 1] < 0.8
    assert min(cells.across.min(), cells.along.min()) >= 1
