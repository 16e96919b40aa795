"""The exercise "convolution": worked by hand, written another way, and with the mistakes that learners make."""

import numpy as np
import pytest

from clearprop import exercises
from clearprop.exercises import solution
from clearprop.exercises.check import check_source

EXERCISE = exercises.get("convolution")
FUNCTIONS = [function.name for function in EXERCISE.functions]

ANOTHER_WAY = """
import numpy as np

def output_size(size, kernel, stride, padding):
    return len(range(-padding, size + padding - kernel + 1, stride))

def pad(X, padding):
    n, height, width, channels = X.shape
    padded = np.zeros((n, height + 2 * padding, width + 2 * padding, channels))
    padded[:, padding:padding + height, padding:padding + width, :] = X
    return padded

def window_sum(window, W, b):
    return np.tensordot(window, W, axes=3) + b

def conv_forward(X, W, b, stride, padding):
    X_pad = pad(X, padding)
    k, _, _, filters = W.shape
    h = int((X.shape[1] - k + 2 * padding) / stride) + 1
    w = int((X.shape[2] - k + 2 * padding) / stride) + 1
    Z = np.zeros((len(X), h, w, filters))
    for s in range(len(X)):
        for p in range(h):
            for q in range(w):
                for f in range(filters):
                    piece = X_pad[s, p * stride:p * stride + k, q * stride:q * stride + k, :]
                    Z[s, p, q, f] = np.sum(piece * W[:, :, :, f]) + b[f]
    return Z

def conv_backward(dZ, X, W, stride, padding):
    X_pad = pad(X, padding)
    n, h, w, filters = dZ.shape
    k = len(W)
    dX_pad, dW, db = np.zeros(X_pad.shape), np.zeros(W.shape), np.zeros(filters)
    for s in range(n):
        for p in range(h):
            for q in range(w):
                for f in range(filters):
                    down, across = slice(p * stride, p * stride + k), slice(q * stride, q * stride + k)
                    dX_pad[s, down, across] += W[..., f] * dZ[s, p, q, f]
                    dW[..., f] += X_pad[s, down, across] * dZ[s, p, q, f]
                    db[f] += dZ[s, p, q, f]
    end_y, end_x = padding + X.shape[1], padding + X.shape[2]
    return dX_pad[:, padding:end_y, padding:end_x, :], dW, db

def max_pool_forward(X, size, stride):
    views = np.lib.stride_tricks.sliding_window_view(X, (size, size), axis=(1, 2))
    return np.max(views[:, ::stride, ::stride], axis=(-2, -1))

def max_pool_backward(dY, X, size, stride):
    dX = np.zeros(X.shape)
    for s, p, q, c in np.ndindex(dY.shape):
        piece = X[s, p * stride:p * stride + size, q * stride:q * stride + size, c]
        i, j = np.unravel_index(np.argmax(piece), piece.shape)
        dX[s, p * stride + i, q * stride + j, c] += dY[s, p, q, c]
    return dX
"""

PADDED = """padded = np.zeros((n, height + 2 * padding, width + 2 * padding, channels))
    padded[:, padding:padding + height, padding:padding + width, :] = X"""

MISTAKES = {
    "output_size": [
        ("+ 1, stride))", "+ 1, stride)) - 1", "off_by_one_place"),
        ("(-padding, size + padding", "(0, size + padding", "padding_on_one_side"),
        ("+ 1, stride)", "+ 1)", "stride_ignored"),
        (
            "len(range(-padding, size + padding - kernel + 1, stride))",
            "(size - kernel) // stride + 1",
            "missing_padding",
        ),
    ],
    "pad": [
        (PADDED, "padded = np.pad(X, ((padding,) * 2, (padding,) * 2, (0, 0), (0, 0)))", "wrong_axes"),
        (
            PADDED,
            "padded = np.zeros((n, height + padding, width + padding, channels))\n"
            "    padded[:, padding:, padding:] = X",
            "padding_on_one_side",
        ),
        (
            PADDED,
            "padded = np.zeros((n, height + 2 * padding, width, channels))\n"
            "    padded[:, padding:padding + height] = X",
            "one_axis",
        ),
        (PADDED, "padded = np.pad(X, padding)", "all_axes"),
    ],
    "window_sum": [
        (" + b", "", "missing_bias"),
        ("tensordot(window, W", "tensordot(np.flip(window, (1, 2)), W", "kernel_flipped"),
        ("np.tensordot(window, W, axes=3)", "np.einsum('nijc,ijcf->ncf', window, W)", "channels_apart"),
        ("W, axes=3)", "W / W[..., 0].size, axes=3)", "mean_for_sum"),
    ],
    "conv_forward": [
        ("p * stride:p * stride + k, q * stride:q * stride + k", "p:p + k, q:q + k", "stride_ignored"),
        ("X_pad = pad(X, padding)", "X_pad, padding = X, 0", "padding_ignored"),
        ("piece * W[:, :, :, f]", "piece[::-1, ::-1] * W[:, :, :, f]", "kernel_flipped"),
        ("for q in range(w):", "for q in range(w - 1):", "last_place_missing"),
    ],
    "conv_backward": [
        ("dX_pad[s, down, across] +=", "dX_pad[s, down, across] =", "overwritten_dX"),
        ("dW[..., f] +=", "dW[..., f] =", "overwritten_dW"),
        ("db[f] +=", "db[f] =", "overwritten_db"),
        ("dX_pad[:, padding:end_y, padding:end_x, :]", "dX_pad", "not_cut"),
        (
            "dX_pad[:, padding:end_y, padding:end_x, :]",
            "dX_pad[:, padding:-padding, padding:-padding]",
            "cut_to_nothing",
        ),
        (
            "slice(p * stride, p * stride + k), slice(q * stride, q * stride + k)",
            "slice(p, p + k), slice(q, q + k)",
            "stride_ignored",
        ),
        ("dW, db\n\ndef max", "dW / n, db / n\n\ndef max", "extra_mean"),
        ("dW, db\n\ndef max", "dW, dZ.sum(axis=(1, 2, 3))\n\ndef max", "wrong_axes"),
    ],
    "max_pool_forward": [
        ("np.max(", "np.mean(", "mean_for_max"),
        ("axis=(-2, -1))", "axis=(-3, -2, -1))[..., None].repeat(X.shape[3], 3)", "channels_together"),
        (
            "views[:, ::stride, ::stride]",
            "views[:, :(X.shape[1] - size) // stride + 1, :(X.shape[2] - size) // stride + 1]",
            "stride_ignored",
        ),
        ("views[:, ::stride, ::stride]", "np.maximum(views[:, ::stride, ::stride], 0)", "starts_at_0"),
    ],
    "max_pool_backward": [
        ("q * stride + j, c] +=", "q * stride + j, c] =", "overwritten"),
        ("+= dY[s, p, q, c]", "+= X[s, p * stride + i, q * stride + j, c]", "value_for_error"),
        (
            "dX[s, p * stride + i, q * stride + j, c] += dY[s, p, q, c]",
            "dX[s, p * stride:p * stride + size, q * stride:q * stride + size, c] += dY[s, p, q, c]",
            "spread",
        ),
        (
            "dX[s, p * stride + i, q * stride + j, c] += dY[s, p, q, c]",
            "dX[s, p * stride:p * stride + size, q * stride:q * stride + size, c] += dY[s, p, q, c] / piece.size",
            "mean_for_max",
        ),
    ],
}
"""For each function: what a learner has written instead, and what it is called."""


def named(text: str, convention: str = "columns") -> dict[str, tuple[str, ...]]:
    """What is wrong with each function that is not right."""
    found = check_source(EXERCISE, convention, text, seed=1)
    assert [finding.function for finding in found] == FUNCTIONS
    assert all((finding.status == "right") == (not finding.mistakes) for finding in found)
    return {finding.function: finding.mistakes for finding in found if finding.mistakes}


def changed(name: str, old: str, new: str, text: str = ANOTHER_WAY) -> str:
    """The text with this in one of its functions."""
    start = text.index(f"def {name}(")
    place = text.index(old, start)
    return text[:place] + new + text[place + len(old) :]


def image(*rows: list[float]) -> np.ndarray:
    return np.array(rows, float)[None, :, :, None]


@pytest.fixture(scope="module")
def written():
    """The solution's functions."""
    return solution.compiled(solution.whole(EXERCISE, "columns"))


def test_by_hand(written):
    """A window of 2 × 2 over an image of 3 × 3."""
    X, W, b = image([1, 2, 3], [4, 5, 6], [7, 8, 9]), np.array([[1.0, 2.0], [3.0, 4.0]])[:, :, None, None], np.ones(1)
    Z = written["conv_forward"](X, W, b, 1, 0)
    assert (image([38, 48], [68, 78]) == Z).all()  # 1 + 4 + 12 + 20 + 1 = 38, then 10 for each step to the right
    # Windows begin at −1 and 1: 4 · 1 + 1, 3 · 2 + 4 · 3 + 1, 2 · 4 + 4 · 7 + 1, 5 + 12 + 24 + 36 + 1
    assert (written["conv_forward"](X, W, b, 2, 1) == image([5, 19], [37, 78])).all()
    dX, dW, db = written["conv_backward"](image([1, 0], [0, 2]), X, W, 1, 0)
    assert (dX == image([1, 2, 0], [3, 6, 4], [0, 6, 8])).all()
    assert (dW[:, :, 0, 0] == [[11, 14], [20, 23]]).all()  # 1 + 2 · 5, 2 + 2 · 6, 4 + 2 · 8, 5 + 2 · 9
    assert (db == 3).all()


def test_pooling_by_hand(written):
    """Windows of 2 × 2 that overlap."""
    X = image([1, 2, 3], [4, 10, 6], [7, 8, 9])
    assert (written["max_pool_forward"](X, 2, 1) == 10).all()
    assert written["max_pool_forward"](X, 2, 2).ravel() == [10]
    dX = written["max_pool_backward"](image([1, 2], [3, 4]), X, 2, 1)
    assert (dX == image([0, 0, 0], [0, 10, 0], [0, 0, 0])).all()


def test_gradients_by_differences(written):
    """conv_backward is the slope of conv_forward."""
    random = np.random.default_rng(0)
    X, W, b = random.normal(size=(2, 5, 4, 2)), random.normal(size=(3, 3, 2, 3)), random.normal(size=3)
    dZ = random.normal(size=(2, 3, 2, 3))
    gradients = written["conv_backward"](dZ, X, W, 2, 1)
    for place, d in enumerate((X, W, b)):
        step = random.normal(size=d.shape)
        far = [
            [each + sign * 1e-6 * step if i == place else each for i, each in enumerate((X, W, b))] for sign in (1, -1)
        ]
        up, down = (np.sum(dZ * written["conv_forward"](*each, 2, 1)) for each in far)
        assert (up - down) / 2e-6 == pytest.approx(np.sum(gradients[place] * step), rel=1e-6)


@pytest.mark.parametrize("convention", ["rows", "columns"])
def test_another_way_is_right(convention):
    assert named(ANOTHER_WAY, convention) == {}


@pytest.mark.parametrize("place", range(max(map(len, MISTAKES.values()))))
def test_mistakes_are_named(place):
    """One in each function at a time, and no other function is blamed."""
    text, wanted = ANOTHER_WAY, {}
    for name, own in MISTAKES.items():
        if place < len(own):
            old, new, called = own[place]
            text, wanted[name] = changed(name, old, new, text), (called,)
    assert named(text) == wanted


def test_several_at_once():
    """Told in the order of the computation."""
    text = changed("conv_backward", "dW[..., f] +=", "dW[..., f] =")
    text = changed("conv_backward", "dX_pad[:, padding:end_y, padding:end_x, :]", "dX_pad", text)
    text = changed("conv_forward", " + b[f]", "", text)
    text = changed("conv_forward", "p * stride:p * stride + k, q * stride:q * stride + k", "p:p + k, q:q + k", text)
    found = named(text, "rows")
    assert list(found) == ["conv_forward", "conv_backward"]
    assert found["conv_forward"] == ("stride_ignored", "missing_bias")
    assert found["conv_backward"] == ("overwritten_dW", "not_cut")
