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


@pytest.fixture(scope="module")
def responses():
    """name → responses of the cell in the image's middle of each kind: four orientations, simple then complex."""
    ones = jnp.ones(8)
    cells = gabor.Cells(jnp.asarray([*ANGLES, *ANGLES]), F * ones, 0 * ones, 3 * ones, 3 * ones)
    state = {"W": LAYER.bank(cells, 1)}
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


def test_noise_is_as_large_as_the_mean():
    """Dapello et al. 2020: with noise=1 a response of mean M varies by M (and what a silent cell does); only while
    training with a key, and the same for the same key.
    """
    layer = V1(1, 1, 3, 1, noise=1.0)
    state = {"W": jnp.zeros((3, 3, 1, 3)).at[1, 1, 0].set(jnp.array([30.0, 12.0, 16.0]) / layer.gain)}
    X = jnp.ones((1, 100, 100, 1))

    @partial(jax.jit, compiler_options=gradients.QUICK)
    def forward(key):
        return layer.forward({}, state, X, Pass(True, key, jnp.ones(1)))[0]

    noisy = [np.asarray(forward(key)) for key in jax.random.split(jax.random.key(0))]
    for cell, mean in enumerate((30.0, 20.0)):
        assert noisy[0][..., cell].mean() == pytest.approx(mean, abs=4 * np.sqrt(mean / 1e4))
        assert noisy[0][..., cell].var() == pytest.approx(mean + 0.07, rel=4 * np.sqrt(2 / 1e4))
        assert abs(np.corrcoef(*(Y[..., cell].ravel() for Y in noisy))[0, 1]) < 4 / np.sqrt(1e4)
    for pass_ in inference(1), Pass(True, None, jnp.ones(1)):
        still = layer.forward({}, state, X, pass_)[0]
        np.testing.assert_allclose(still, np.broadcast_to([30.0, 20.0], still.shape), rtol=1e-6)


def test_the_way_back_through_noise(float64):
    """The derivative for the noise that a key draws, among it responses that it cuts off at 0; three channels."""
    layer = V1(2, 3, 5, 1, noise=0.5)
    random = np.random.default_rng(0)
    state = {"W": jnp.asarray(random.normal(size=(5, 5, 3, 8)) / 60)}
    X = random.normal(size=(2, 3, 4, 3))
    pass_ = Pass(True, jax.random.key(0), jnp.full(2, 0.5))
    gradients.check(gradients.of_layer(layer, state, pass_), {}, X)


def test_shapes_and_channels():
    """V1's docstring: ⌈size / stride⌉; a filter looks at one channel, in turn, both of a pair at the same."""
    for shape in (28, 28, 1), (32, 32, 3), (64, 64, 3), (27, 5, 2):
        assert Network([V1()]).shapes(shape)[-1] == (-(-shape[0] // 2), -(-shape[1] // 2), 64)
    cells = gabor.Cells(*(jnp.asarray(value * np.ones(9), jnp.float32) for value in (0.5, 0.2, 1.0, 2.0, 2.0)))
    W = np.asarray(V1(4, 5).bank(cells, 3))
    seen = np.abs(W).sum((0, 1)) > 0
    assert W.shape == (9, 9, 3, 4 + 5 + 5)
    assert seen.sum(0).tolist() == [1] * 14
    assert seen.argmax(0).tolist() == [0, 1, 2, 0, 1, 2, 0, 1, 2, 1, 2, 0, 1, 2]


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
