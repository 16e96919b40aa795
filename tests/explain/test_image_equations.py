"""The equations of layers on images worked by hand, and at every place of every array; errors planted in them."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gradients
import traced
from clearprop import Network, explain, layers, rules
from clearprop.explain import equations, image_equations, pool_equations
from clearprop.explain.equations import Look
from clearprop.explain.image_windows import Windows, of_pool
from clearprop.explain.spy import Call
from clearprop.layers import inference

# Two images' worth of arithmetic: an image of 3 × 3, one filter of 2 × 2 without padding, and the largest of all four.
#
#   X = 1 2 3     W = 1  0     Z₁₁ = 1 − 5 + ½ = −3½     Z₁₂ = 2 − 6 + ½ = −3½
#       4 5 6         0 −1     Z₂₁ = 4 − 8 + ½ = −3½     Z₂₂ = 5 − 0 + ½ = 5½      Y = 5½
#       7 8 0     b = ½
#
#   loss = (5½ − 4½)² = 1,  dY = 2:  it goes to Z₂₂ alone, so that dW is twice what that window sees, db = 2 and
#   dX is twice W, put back where the window was.
NETWORK = Network([layers.Conv2D(1, 2, padding="valid"), layers.MaxPool(2), layers.Flatten()])
PARAMS = ({"W": np.array([1.0, 0, 0, -1]).reshape(2, 2, 1, 1), "b": np.array([0.5])}, {}, {})
IMAGE = np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 0]]).reshape(1, 3, 3, 1)


@pytest.fixture(scope="module")
def by_hand():
    """The trace of the network above."""
    fitted = traced.fitted_for(NETWORK, (3, 3, 1), dtype="float32", params=PARAMS)
    return {(o.phase, o.kind): o for o in explain.trace(fitted, IMAGE, [[4.5]])}


def test_a_convolution_and_a_pool_worked_by_hand(by_hand):
    """Every digit of the arithmetic above."""
    forward, back = by_hand["forward", "conv2d"], by_hand["backward", "conv2d"]
    assert forward.equations == ("Z[p,q,f] = Σ X[u,v,c] W[i,j,c,f] + b[f]", "u = p + i, v = q + j")
    assert forward.numbers[-1] == "Z₂,₂,₁ = 5·1 + 6·0 + 8·0 + 0·(−1) + 0.5 = 5.5"
    assert by_hand["forward", "max_pool"].numbers == ("Y₁,₁,₁ = max(−3.5, −3.5, −3.5, 5.5) = 5.5",)
    assert by_hand["backward", "max_pool"].numbers[-1] == "dX₂,₂,₁ = 2·1 = 2"
    assert back.values["dW"].ravel().tolist() == [10, 12, 16, 0]
    assert back.values["dX"].ravel().tolist() == [0, 0, 0, 0, 2, 0, 0, 0, -2]
    assert "dW₁,₁,₁,₁ = 1·0 + 2·0 + 4·0 + 5·2 = 10" in back.numbers
    assert "db₁ = 0 + 0 + 0 + 2 = 2" in back.numbers


def test_feedback_matrices_of_filters(float64):
    """The error goes back through B, which changes as W does."""
    network = Network([layers.Conv2D(1, 2), layers.Conv2D(1, 2), layers.Flatten()])
    fitted = traced.fitted_for(network, (2, 2, 1), rule=rules.KolenPollack())
    found = list(explain.trace(fitted, np.ones((1, 2, 2, 1)), np.zeros((1, 4))))
    assert sum(traced.assert_true(operation) for operation in found) > 20
    back = next(o for o in found if (o.phase, o.place) == ("backward", "1 conv2d"))
    assert "dX[u,v,c] = Σ dZ[p,q,f] B[i,j,c,f]" in back.equations
    assert "feedback weights B" in back.sentence()
    assert found[-1].equations == ("dB = dW",)


def test_words_for_a_beginner(by_hand):
    assert by_hand["forward", "conv2d"].sentence().startswith("Each filter is laid on every place of the image")
    assert by_hand["backward", "max_pool"].sentence() == "The error of each window goes to its largest number alone."
    assert len({operation.sentence() for operation in by_hand.values()}) == len(by_hand)


def test_windows_meet_the_image_where_the_layer_says():
    """Each tap within the image is found from the window, from the image, and from the tap: the same pairs."""
    windows = Windows((3, 2), (2, 1), (1, 2), (1, 1), (5, 4), (3, 4))
    found = {(i, j, p, q, u, v) for p in range(3) for q in range(4) for i, j, u, v in windows.met(p, q)}
    back = {(i, j, p, q, u, v) for u in range(5) for v in range(4) for i, j, p, q in windows.meeting(u, v)}
    assert found == back
    assert all(u == 2 * p + i - 1 and v == q + 2 * j - 1 for i, j, p, q, u, v in found)
    for i, j in np.ndindex(3, 2):
        (p, q), (u, v) = windows.of_tap(i, j)
        pairs = {(a, b, c, d) for (a, c) in zip(p.ravel(), u.ravel()) for (b, d) in zip(q.ravel(), v.ravel())}  # noqa: B905
        assert pairs == {(p, q, u, v) for a, b, p, q, u, v in found if (a, b) == (i, j)}
    assert windows.equation() == "u = 2 p + i − 1, v = q + 2 j − 1"


def call_of(layer, shape, seed=0):
    """A forward call as a trace has it, of numbers in general position."""
    params, state = jax.tree.map(jnp.asarray, gradients.start(layer, shape, seed))
    X = jnp.asarray(np.random.default_rng(seed).normal(size=(2, *shape)), "float32")
    Y, _back, _state = layer.forward(params, state, X, inference(2))
    return Call("forward", layer, (0,), "0", X, np.asarray(Y), params, state, inference(2))


@pytest.mark.parametrize(
    "layer",
    [layers.Conv2D(2, 3, 2, groups=2), layers.ConvTranspose(2, 3, 2, 1), layers.LocallyConnected(1, (2, 3))],
)
def test_lines_are_true_at_every_place(layer):
    """Not only where it matters most: corners, edges and all channels."""
    call = call_of(layer, (4, 3, 2))
    told = equations.forward(layer, call, Look(1, 1000))
    assert len(told.lines) == call.result[0].size and told.left_out == 0
    operation = dataclasses.make_dataclass("Told", ["lines"])(told.lines)
    traced.assert_true(operation, rtol=2e-4)


def test_a_large_window_lists_the_largest():
    """Of 25 numbers nine are written out, and the sentence stays true; of equal ones the first gets the error."""
    call = call_of(layers.MaxPool(5), (5, 5, 1))
    [line] = equations.forward(call.layer, call, Look(0, 1)).lines
    assert sum(isinstance(piece, float) for piece in line) == pool_equations.ALL + 1
    assert ", …)" in line
    traced.assert_true(dataclasses.make_dataclass("Told", ["lines"])((line,)))


def test_a_planted_error_makes_a_line_untrue(monkeypatch):
    """Windows that stand one pixel further down are found out."""
    layer = layers.Conv2D(2)
    call = call_of(layer, (4, 3, 2))
    right = image_equations.of_axes
    monkeypatch.setattr(image_equations, "of_axes", lambda *axes: right(*axes)._replace(before=(0, 1)))
    told = equations.forward(layer, call, Look(0, 4))
    with pytest.raises(AssertionError):
        traced.assert_true(dataclasses.make_dataclass("Told", ["lines"])(told.lines), rtol=2e-4)


def test_a_pools_windows_are_its_grids():
    windows = of_pool(layers.AveragePool(3, 2, "same"), np.zeros((1, 5, 6, 1)))
    assert windows.windows == (3, 3) and windows.before == (1, 0)
