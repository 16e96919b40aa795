"""V1: simple and complex cells do to gratings what physiologists saw them do; noise, shapes and errors."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gradients
from clearprop import Network
from clearprop.errors import ClearpropError
from clearprop.layers import V1, Pass, gabor, inference
from clearprop.registry import build, config_of

LAYER = V1(4, 4, 17, 8, gain=2.0)
ANGLES = np.radians([0, 45, 90, 135])
F, SIZE = 0.2, 17
PHASES = np.linspace(0, 2 * np.pi, 16, endpoint=False)


def grating(theta, f=F, phase=0.0):
    """cos(2π f v + phase), the bars at θ to the horizontal."""
    y, x = np.mgrid[:SIZE, :SIZE] - SIZE // 2
    return np.cos(2 * np.pi * f * (y * np.cos(theta) + x * np.sin(theta)) + phase)


def eight(angles):
    """Cells of these orientations, all else the same."""
    same = (np.full(8, value, "f") for value in (F, 0, 3, 3))
    return gabor.Cells(*map(jnp.asarray, (np.asarray(angles, "f"), *same)))


@pytest.fixture(scope="module")
def responses():
    """name → responses of the cell in the image's middle of each kind: four orientations, simple then complex."""
    state = {"W": LAYER.bank(eight([*ANGLES, *ANGLES]), 1)}
    stimuli = {
        "orientations": [grating(np.radians(angle)) for angle in range(0, 180, 15)],
        "frequencies": [grating(0.0, f) for f in (0.05, 0.1, 0.2, 0.3, 0.4)],
        "drifting": [grating(0.0, F, phase) for phase in PHASES],
        "even light": [np.full((SIZE, SIZE), 5.0)],
    }
    X = jnp.asarray(np.concatenate(list(stimuli.values()))[..., None], jnp.float32)
    forward = jax.jit(lambda X: LAYER.forward({}, state, X, inference(len(X)))[0], compiler_options=gradients.QUICK)
    middle = np.asarray(forward(X))[:, 1, 1]
    parts = np.split(middle, np.cumsum([len(images) for images in stimuli.values()])[:-1])
    return dict(zip(stimuli, parts, strict=True))


def test_cells_are_tuned_to_orientation(responses):
    """Hubel & Wiesel 1962: each cell answers most to bars at its own angle, to 2.0 = gain, and hardly across."""
    answers = responses["orientations"]
    for cell in range(8):
        own = cell % 4 * 3  # of the angles 0, 15, 30, …
        assert answers[:, cell].argmax() == own
        assert answers[own, cell] == pytest.approx(2, rel=1e-5)
        assert answers[(own + 6) % 12, cell] < 0.01


def test_cells_are_tuned_to_frequency(responses):
    """A cell that prefers 0.2 cycles a pixel answers to half or twice that by less than half."""
    for answers in responses["frequencies"][:, 0], responses["frequencies"][:, 4]:
        assert answers.argmax() == 2
        assert max(answers[1], answers[4]) < answers[2] / 2


def test_a_drifting_grating(responses):
    """Movshon et al. 1978, Adelson & Bergen 1985: a simple cell's response is the wave's upper half, gain · max(0,
    cos); a complex cell's is the same at each phase.
    """
    drifting = responses["drifting"]
    np.testing.assert_allclose(drifting[:, 0], 2 * np.maximum(np.cos(PHASES), 0), atol=1e-5)
    np.testing.assert_allclose(drifting[:, 4], 2, rtol=1e-5)


def test_even_light_is_not_seen(responses):
    """V1's docstring."""
    assert np.abs(responses["even light"]).max() < 1e-5


def test_noise_is_as_large_as_the_mean(float64):
    """Dapello et al. 2020: with noise=1 a response of mean M varies by M (and what a silent cell does); only while
    training with a key. The way back is the derivative for the noise that was drawn, by moved inputs; where noise takes
    a response below 0, it is 0.
    """
    layer = V1(1, 1, 3, 1, noise=1.0)
    state = {"W": jnp.zeros((3, 3, 1, 3)).at[1, 1, 0].set(jnp.array([30.0, 12.0, 16.0]) / layer.gain)}

    @partial(jax.jit, compiler_options=gradients.QUICK)
    def both_ways(X, dY, key):
        Y, backprop, _ = layer.forward({}, state, X, Pass(True, key, jnp.ones(1)))
        return Y, backprop(dY)[1]

    ones, (key, other) = jnp.ones((1, 60, 60, 1)), jax.random.split(jax.random.key(0))
    dY, X, u = (np.random.default_rng(0).normal(size=(1, 60, 60, k)) for k in (2, 1, 1))
    noisy = [np.asarray(both_ways(ones, dY, key)[0]) for key in (key, other)]
    for cell, mean in enumerate((30.0, 20.0)):
        assert noisy[0][..., cell].mean() == pytest.approx(mean, abs=4 * np.sqrt(mean / 3600))
        assert noisy[0][..., cell].var() == pytest.approx(mean + 0.07, rel=4 * np.sqrt(2 / 3600))
        assert abs(np.corrcoef(*(Y[..., cell].ravel() for Y in noisy))[0, 1]) < 4 / 60
    Y, dX = both_ways(X, dY, key)
    assert 0.1 < (Y[..., 0] == 0).mean() < 0.5
    before, after = ((both_ways(X + h * u, dY, key)[0] * dY).sum() for h in (-1e-7, 1e-7))
    assert float((dX * u).sum()) == pytest.approx(float(after - before) / 2e-7, rel=1e-5)
    for pass_ in inference(1), Pass(True, None, jnp.ones(1)):
        still = layer.forward({}, state, ones, pass_)[0]
        np.testing.assert_allclose(still, np.broadcast_to([30.0, 20.0], still.shape), rtol=1e-6)


def test_shapes_and_channels():
    """V1's docstring: ⌈size / stride⌉; a filter looks at one channel, in turn, both of a pair at the same."""
    for shape in (28, 28, 1), (32, 32, 3), (64, 64, 3), (27, 5, 2):
        assert Network([V1()]).shapes(shape)[-1] == (-(-shape[0] // 2), -(-shape[1] // 2), 64)
    W = np.asarray(LAYER.bank(eight(np.zeros(8)), 3))
    seen = np.abs(W).sum((0, 1)) > 0
    assert W.shape == (17, 17, 3, 4 + 4 + 4)
    assert seen.sum(0).tolist() == [1] * 12
    assert seen.argmax(0).tolist() == [0, 1, 2, 0, 1, 2, 0, 1, 1, 2, 0, 1]


def test_settings_and_errors():
    """V1's docstring."""
    layer = V1(8, frequencies_cpd=(0.7, 2.8), noise=1.0)
    assert build(config_of(layer)) == layer
    for wrong, message in (
        ({"simple_cells": 0}, "1 or more simple cells"),
        ({"kernel_size": 8}, "kernel_size is an odd number of 3 or more pixels, not 8"),
        ({"gain": 0.0}, "a gain above 0"),
        ({"frequencies_cpd": (0.1, 2.0)}, "between 0.5 and 7 cycles a degree"),
        ({"pixels_per_degree": 8.0}, "between 0.5 and 4 cycles a degree"),
    ):
        with pytest.raises(ClearpropError, match=message):
            V1(**wrong)
    with pytest.raises(ClearpropError, match="An image has the shape"):
        V1().init(jax.random.key(0), (28, 28))
