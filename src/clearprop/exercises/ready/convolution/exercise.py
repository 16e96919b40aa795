"""A convolution and max pooling, forward and back, as loops over the places of a window."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from clearprop.exercises import core, wordings
from clearprop.exercises.core import layers
from clearprop.exercises.exercise import Exercise, Function, Mistake
from clearprop.i18n import _


class Setting(NamedTuple):
    """Images, and the windows that move over them."""

    n: int
    height: int
    width: int
    channels: int
    kernel: int
    filters: int
    stride: int
    padding: int


SETTINGS = (
    Setting(2, 6, 7, 3, 4, 5, 2, 1),  # all axes differ; the last column of the padded images is seen by no window
    Setting(3, 3, 3, 3, 3, 3, 1, 1),  # all axes are equal
    Setting(1, 5, 4, 2, 2, 3, 1, 0),
)


class Pool(NamedTuple):
    """Images, and the windows of a pooling layer."""

    n: int
    height: int
    width: int
    channels: int
    size: int
    stride: int


POOLS = (
    Pool(2, 6, 7, 3, 3, 2),  # windows overlap, and do not reach the last row
    Pool(3, 3, 3, 3, 2, 1),
    Pool(1, 4, 6, 2, 2, 2),
)

COUNTED = np.arange(1.0, 10.0).reshape(1, 3, 3, 1)
"""One grey image of 3 × 3 pixels: 1 2 3, 4 5 6, 7 8 9."""
KERNEL = np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(2, 2, 1, 1)


def sizes(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Along one axis."""
    yield {"size": 5, "kernel": 3, "stride": 1, "padding": 0}  # it starts at 0, 1, 2
    yield {"size": 7, "kernel": 3, "stride": 2, "padding": 1}  # of 9 padded pixels it starts at 0, 2, 4, 6
    yield {"size": 6, "kernel": 3, "stride": 2, "padding": 0}  # it starts at 0, 2; the last pixel is not seen
    yield {"size": 4, "kernel": 4, "stride": 1, "padding": 0}  # it fits once
    for _case in range(4):
        size, kernel, stride, padding = (int(random.integers(*ends)) for ends in ((8, 40), (1, 8), (1, 4), (0, 4)))
        yield {"size": size, "kernel": kernel, "stride": stride, "padding": padding}


def pads(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Images, and how many zeros."""
    yield {"X": COUNTED, "padding": 1}
    for one in SETTINGS:
        yield {"X": random.normal(size=(one.n, one.height, one.width, one.channels)), "padding": one.padding}


def windows(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """What the windows at one place see, weights, and biases."""
    # 1 · 1 + 2 · 2 + 4 · 3 + 5 · 4 + 1 = 38
    yield {"window": COUNTED[:, :2, :2], "W": KERNEL, "b": np.array([1.0])}
    for one in SETTINGS:
        window = random.normal(size=(one.n, one.kernel, one.kernel, one.channels))
        yield {"window": window, **weights(one, random)}


def weights(one: Setting, random: np.random.Generator) -> dict[str, Any]:
    """W and b."""
    W = random.normal(size=(one.kernel, one.kernel, one.channels, one.filters))
    return {"W": W, "b": random.normal(size=one.filters)}


def forwards(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Images and filters."""
    # 38 48, 68 78: 37 47, 67 77 and the bias
    yield {"X": COUNTED, "W": KERNEL, "b": np.array([1.0]), "stride": 1, "padding": 0}
    for one in SETTINGS:
        X = random.normal(size=(one.n, one.height, one.width, one.channels))
        yield {"X": X, **weights(one, random), "stride": one.stride, "padding": one.padding}


def backwards(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """The same, and errors of the output."""
    # dZ = 1 0, 0 2: dW = 1 2, 4 5 + 2 (5 6, 8 9) = 11 14, 20 23; dX = 1 2 0, 3 6 4, 0 6 8; db = 3
    dZ = np.array([[1.0, 0.0], [0.0, 2.0]]).reshape(1, 2, 2, 1)
    yield {"dZ": dZ, "X": COUNTED, "W": KERNEL, "stride": 1, "padding": 0}
    for case in list(forwards(random))[1:]:
        down, across = places(case["X"], case["W"].shape[0], case["stride"], case["padding"])
        dZ = random.normal(size=(len(case["X"]), down, across, case["W"].shape[3]))
        yield {"dZ": dZ} | {name: case[name] for name in ("X", "W", "stride", "padding")}


def pools(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Images; no two pixels are equal."""
    yield {"X": COUNTED, "size": 2, "stride": 1}  # 5 6, 8 9
    yield {"X": -COUNTED, "size": 3, "stride": 1}  # −1: a largest one may be below 0
    for one in POOLS:
        X = random.normal(size=(one.n, one.height, one.width, one.channels))
        yield {"X": X, "size": one.size, "stride": one.stride}


def pools_back(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """The same, and errors of the output."""
    # 5 is the largest of all four windows: it gets 1 + 2 + 3 + 4 = 10
    X = np.array([[1.0, 2.0, 3.0], [4.0, 10.0, 6.0], [7.0, 8.0, 9.0]]).reshape(1, 3, 3, 1)
    yield {"dY": np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(1, 2, 2, 1), "X": X, "size": 2, "stride": 1}
    for case in list(pools(random))[1:]:
        down, across = places(case["X"], case["size"], case["stride"], 0)
        yield {"dY": random.normal(size=(len(case["X"]), down, across, case["X"].shape[3])), **case}


def places(X: Any, kernel: int, stride: int, padding: int) -> tuple[int, int]:
    """How many places a window has on these images, down and across."""
    around = ((padding, padding), (padding, padding))
    return layers.windows.out_size(X.shape[1:3], (kernel, kernel), (stride, stride), (1, 1), around)


def right_output_size(size: int, kernel: int, stride: int, padding: int) -> dict[str, Any]:
    """By the layers' own count of windows."""
    return {"size": places(np.zeros((1, size, size, 1)), kernel, stride, padding)[0]}


def right_pad(X: Any, padding: int) -> dict[str, Any]:
    """By the convolution whose window is one pixel, and which copies it."""
    channels = X.shape[3]
    copy = {"W": np.eye(channels)[None, None], "b": np.zeros(channels)}
    return {"padded": core.layer(layers.Conv2D(channels, 1, padding=padding), copy, X)}


def right_window_sum(window: Any, W: Any, b: Any) -> dict[str, Any]:
    """By the convolution whose window is the whole image."""
    Z = core.layer(layers.Conv2D(W.shape[3], W.shape[0], padding="valid"), {"W": W, "b": b}, window)
    return {"Z": Z[:, 0, 0]}


def right_conv_forward(X: Any, W: Any, b: Any, stride: int, padding: int) -> dict[str, Any]:
    """By layers.Conv2D."""
    return {"Z": core.layer(layers.Conv2D(W.shape[3], W.shape[0], stride, padding), {"W": W, "b": b}, X)}


def right_conv_backward(dZ: Any, X: Any, W: Any, stride: int, padding: int) -> dict[str, Any]:
    """By the way back of layers.Conv2D."""
    params = {"W": W, "b": np.zeros(W.shape[3])}
    gradients, dX = core.layer_back(layers.Conv2D(W.shape[3], W.shape[0], stride, padding), params, X, dZ)
    return {"dX": dX, "dW": gradients["W"], "db": gradients["b"]}


def right_max_pool_forward(X: Any, size: int, stride: int) -> dict[str, Any]:
    """By layers.MaxPool."""
    return {"Y": core.layer(layers.MaxPool(size, stride), {}, X)}


def right_max_pool_backward(dY: Any, X: Any, size: int, stride: int) -> dict[str, Any]:
    """By the way back of layers.MaxPool."""
    return {"dX": core.layer_back(layers.MaxPool(size, stride), {}, X, dY)[1]}


def exercise() -> Exercise:
    """The exercise in the language that is spoken."""
    return Exercise(
        name="convolution",
        title=_("A convolution and max pooling, forward and back"),
        words=_(
            "A convolution moves a small window over an image. At every place it multiplies what the window sees by the"
            " same weights. Max pooling keeps the largest number of each window. You write both of them, and their way"
            " back. Images have the axes (n, height, width, channels), whether you write samples as rows or as columns."
        ),
        functions=(
            _output_size(),
            _pad(),
            _window_sum(),
            _conv_forward(),
            _conv_backward(),
            _max_pool_forward(),
            _max_pool_backward(),
        ),
    )


def _stride_ignored() -> Mistake:
    """Places next to each other."""
    return Mistake(
        "stride_ignored",
        "stride * p, stride * q",
        "p, q",
        _("The window moves by one pixel each time: from one place to the next it moves by the stride."),
    )


def _axes_swapped() -> Mistake:
    """Down and across."""
    return Mistake(
        "axes_swapped",
        "y, x = stride * p, stride * q",
        "x, y = stride * p, stride * q",
        _("Height and width are swapped: the first place p goes down the image, the second place q goes across."),
    )


def _output_size() -> Function:
    return Function(
        name="output_size",
        words=_("At how many places a window can stand, along one axis of an image. All of these are whole numbers."),
        equation="out = ⌊(size + 2 · padding − kernel) / stride⌋ + 1",
        arguments={"size": "same", "kernel": "same", "stride": "same", "padding": "same"},
        outputs={"size": "same"},
        right=right_output_size,
        cases=sizes,
        question=_("A window of 3 pixels moves over 5 pixels: where can its first pixel be?"),
        mistakes=(
            Mistake(
                "off_by_one_place",
                " + 1",
                "",
                _("It is one place too few: the window stands at its first place before it has moved at all."),
            ),
            Mistake(
                "padding_on_one_side",
                "2 * padding",
                "padding",
                _("The padding is counted once: there are zeros before the image and behind it, so it counts twice."),
            ),
            Mistake(
                "missing_padding",
                " + 2 * padding",
                "",
                _("The padding is not counted: the window moves over the zeros around the image, too."),
            ),
            Mistake(
                "stride_ignored",
                " // stride",
                "",
                _("The stride is not in it: a window that takes larger steps stands at fewer places."),
            ),
            Mistake(
                "rounded_up",
                "(size + 2 * padding - kernel) // stride",
                "-(-(size + 2 * padding - kernel) // stride)",
                _("It is rounded up: a window that does not fit whole has no place there, so it is rounded down."),
            ),
            Mistake(
                "not_rounded",
                "//",
                "/",
                _("It is not rounded down: the number of places is a whole number, // divides and rounds down."),
            ),
        ),
    )


def _pad() -> Function:
    return Function(
        name="pad",
        words=_("Puts zeros around each image: so many rows above and below, so many columns left and right."),
        equation="padded[n, y + padding, x + padding, c] = X[n, y, x, c]",
        shapes="X: (n, height, width, channels), padded: (n, height + 2 padding, width + 2 padding, channels)",
        arguments={"X": "same", "padding": "same"},
        outputs={"padded": "same"},
        right=right_pad,
        cases=pads,
        question=_("X has four axes: which two of them grow?"),
        mistakes=(
            Mistake(
                "wrong_axes",
                "((0, 0), (padding, padding), (padding, padding), (0, 0))",
                "((0, 0), (0, 0), (padding, padding), (padding, padding))",
                _("The zeros are put around the wrong axes: the height is axis 1 and the width is axis 2."),
            ),
            Mistake(
                "wrong_axes",
                "(0, 0), (padding, padding), (padding, padding), (0, 0)",
                "(padding, padding), (padding, padding), (0, 0), (0, 0)",
                _("The zeros are put around the wrong axes: the height is axis 1 and the width is axis 2."),
            ),
            Mistake(
                "all_axes",
                "((0, 0), (padding, padding), (padding, padding), (0, 0))",
                "padding",
                _("All four axes have grown: there are no new images and no new channels, only new pixels."),
            ),
            Mistake(
                "padding_on_one_side",
                "((0, 0), (padding, padding), (padding, padding), (0, 0))",
                "((0, 0), (padding, 0), (padding, 0), (0, 0))",
                _("The zeros stand above and on the left only: they stand below and on the right, too."),
            ),
            Mistake(
                "one_axis",
                "((0, 0), (padding, padding), (padding, padding), (0, 0))",
                "((0, 0), (padding, padding), (0, 0), (0, 0))",
                _("Only the height has grown: the width gets zeros, too."),
            ),
            Mistake(
                "not_zeros",
                "(0, 0)))",
                '(0, 0)), mode="edge")',
                _("The pixels at the edge are repeated: padding is made of zeros."),
            ),
        ),
    )


def _window_sum() -> Function:
    return Function(
        name="window_sum",
        words=_(
            "What all filters give at one place, for all images: the sum of all that the window sees, each number times"
            " its weight, and the filter's bias."
        ),
        equation="Z[n, f] = b[f] + Σ_ijc window[n, i, j, c] · W[i, j, c, f]",
        shapes=(
            "window: (n, kernel, kernel, channels), W: (kernel, kernel, channels, filters), b: (filters,), "
            "Z: (n, filters)"
        ),
        arguments={"window": "same", "W": "same", "b": "same"},
        outputs={"Z": "same"},
        right=right_window_sum,
        cases=windows,
        question=_("The result has an axis for images and an axis for filters: over which axes is the sum?"),
        mistakes=(
            Mistake("missing_bias", " + b", "", wordings.missing_bias()),
            Mistake(
                "bias_many_times",
                "products.sum((1, 2, 3)) + b",
                "(products + b).sum((1, 2, 3))",
                _("The bias is added at every pixel of the window: it is added once, to the sum."),
            ),
            Mistake(
                "kernel_flipped",
                "* W",
                "* W[::-1, ::-1]",
                _("The weights are turned round: the window's first pixel meets the first weight, W[0, 0]."),
            ),
            Mistake(
                "channels_apart",
                ".sum((1, 2, 3))",
                ".sum((1, 2))",
                _("The channels are still apart: a filter adds up all channels of its window."),
            ),
            Mistake(
                "mean_for_sum",
                "products.sum(",
                "products.mean(",
                _("The products are averaged: they are added up."),
            ),
        ),
    )


def _conv_forward() -> Function:
    return Function(
        name="conv_forward",
        words=_(
            "The convolution: the window stands at every place of the padded images, and window_sum says what the"
            " filters give there. Use your own pad, output_size and window_sum."
        ),
        equation=(
            "y = stride · p,  x = stride · q\nZ[:, p, q] = window_sum(padded[:, y : y + kernel, x : x + kernel], W, b)"
        ),
        shapes=(
            "X: (n, height, width, channels), W: (kernel, kernel, channels, filters), b: (filters,), "
            "Z: (n, out_height, out_width, filters)"
        ),
        arguments={"X": "same", "W": "same", "b": "same", "stride": "same", "padding": "same"},
        outputs={"Z": "same"},
        right=right_conv_forward,
        cases=forwards,
        question=_("Where is the first pixel of the window at the place (p, q)?"),
        mistakes=(
            _stride_ignored(),
            Mistake(
                "padding_ignored",
                "padded, kernel = pad(X, padding), W.shape[0]",
                "padding, padded, kernel = 0, X, W.shape[0]",
                _("The images are not padded: the window moves over the zeros around them, too."),
            ),
            Mistake(
                "missing_bias", "window_sum(window, W, b)", "window_sum(window, W, 0 * b)", wordings.missing_bias()
            ),
            Mistake(
                "kernel_flipped",
                "window_sum(window, W, b)",
                "window_sum(window, W[::-1, ::-1], b)",
                _("The weights are turned round: the window's first pixel meets the first weight, W[0, 0]."),
            ),
            Mistake(
                "last_place_missing",
                "        for q in range(width):",
                "        for q in range(width - 1):",
                _("The last place of each row is missing: the loop over q ends too early."),
            ),
            _axes_swapped(),
        ),
    )


def _overwritten_dX() -> str:
    return _("In dX each place overwrites what others left: where windows overlap, their errors are added up.")


def _overwritten_dW() -> str:
    return _("dW is that of the last place alone: all places share the weights, so what they say is added up.")


def _conv_backward() -> Function:
    return Function(
        name="conv_backward",
        words=_(
            "The way back: what the error of each place means for the pixels it has seen, for the weights and for the"
            " biases. All errors are added up, over all places (p, q) and all images. dW and db are sums, without 1/n:"
            " if the cost is a mean, its 1/n is in dZ already."
        ),
        equation=(
            "y = stride · p,  x = stride · q\n"
            "dW[i, j, c, f] = Σ_npq padded[n, y + i, x + j, c] · dZ[n, p, q, f]\n"
            "db[f] = Σ_npq dZ[n, p, q, f]\n"
            "d_padded[n, y + i, x + j, c] ← d_padded[n, y + i, x + j, c] + Σ_f W[i, j, c, f] · dZ[n, p, q, f]\n"
            "dX[n, y, x, c] = d_padded[n, y + padding, x + padding, c]"
        ),
        shapes=(
            "dZ: (n, out_height, out_width, filters), X, dX: (n, height, width, channels), "
            "W, dW: (kernel, kernel, channels, filters), db: (filters,)"
        ),
        arguments={"dZ": "same", "X": "same", "W": "same", "stride": "same", "padding": "same"},
        outputs={"dX": "same", "dW": "same", "db": "same"},
        right=right_conv_backward,
        cases=backwards,
        question=_("A pixel lies in several windows: what becomes of the errors that come back from each of them?"),
        mistakes=(
            Mistake(
                "overwritten_dX",
                "+= (W * error)",
                "= (W * error)",
                _overwritten_dX(),
            ),
            Mistake(
                "overwritten_dX",
                "+= (W * error).sum(-1)",
                "= (W * error)[..., -1]",  # in a loop over the filters
                _overwritten_dX(),
            ),
            Mistake(
                "overwritten_dW",
                "dW += ",
                "dW = ",
                _overwritten_dW(),
            ),
            Mistake(
                "overwritten_dW",
                "dW += (window[..., None] * error).sum(0)",
                "dW = (window[..., None] * error)[-1]",  # in a loop over the images
                _overwritten_dW(),
            ),
            Mistake(
                "overwritten_db",
                "dZ.sum((0, 1, 2))",
                "dZ[-1, -1, -1]",
                _("db is that of the last place alone: all places share the bias, so their errors are added up."),
            ),
            Mistake(
                "not_cut",
                "d_padded[:, padding : padding + X.shape[1], padding : padding + X.shape[2]]",
                "d_padded",
                _("dX still has the padding: cut it off on all four sides, so that dX has the shape of X."),
            ),
            Mistake(
                "cut_on_one_side",
                "d_padded[:, padding : padding + X.shape[1], padding : padding + X.shape[2]]",
                "d_padded[:, : X.shape[1], : X.shape[2]]",
                _("dX is cut below and on the right only: there is padding above and on the left, too."),
            ),
            Mistake(
                "cut_to_nothing",
                "d_padded[:, padding : padding + X.shape[1], padding : padding + X.shape[2]]",
                "d_padded[:, padding:-padding, padding:-padding]",
                _("Without padding dX is empty: the slice 0:-0 has nothing in it. Let it end at padding + height."),
            ),
            Mistake(
                "missing_sum",
                "dZ.sum((0, 1, 2))",
                "dZ.sum(0)",
                _("db has a value for each place: one bias serves all of them, so their errors are added up."),
            ),
            Mistake(
                "wrong_axes",
                "dZ.sum((0, 1, 2))",
                "dZ.sum((1, 2, 3))",
                _("db is summed over the wrong axes: it keeps the filters, the last axis, and not the images."),
            ),
            _stride_ignored(),
            Mistake(
                "kernel_flipped",
                "+= (W * error)",
                "+= (W[::-1, ::-1] * error)",
                _("In dX the weights are turned round: each goes back to the pixel that it has seen."),
            ),
            Mistake(
                "extra_mean",
                "return dX, dW, db",
                "return dX, dW / len(X), db / len(X)",
                _("dW and db are divided by n: here they are sums, and any 1/n is in dZ already."),
            ),
        ),
    )


def _max_pool_forward() -> Function:
    return Function(
        name="max_pool_forward",
        words=_("The largest number of each window, for each channel by itself. Here the images are not padded."),
        equation="Y[n, p, q, c] = max_ij X[n, stride · p + i, stride · q + j, c]",
        shapes="X: (n, height, width, channels), Y: (n, out_height, out_width, channels)",
        arguments={"X": "same", "size": "same", "stride": "same"},
        outputs={"Y": "same"},
        right=right_max_pool_forward,
        cases=pools,
        question=_("Which axes does the maximum take away, and which are left?"),
        mistakes=(
            Mistake(
                "mean_for_max",
                ".max((1, 2))",
                ".mean((1, 2))",
                _("This is the mean of each window: max pooling takes the largest number."),
            ),
            _stride_ignored(),
            Mistake(
                "channels_together",
                ".max((1, 2))",
                ".max((1, 2, 3))[:, None]",
                _("The maximum is taken over all channels: each channel has a maximum of its own."),
            ),
            Mistake(
                "starts_at_0",
                ".max((1, 2))",
                ".max((1, 2), initial=0)",
                _("No result is below 0: the largest of negative numbers is negative. Do not start the search at 0."),
            ),
            _axes_swapped(),
        ),
    )


def _overwritten() -> str:
    return _("Each window overwrites what others left: where windows overlap, their errors are added up.")


def _max_pool_backward() -> Function:
    return Function(
        name="max_pool_backward",
        words=_(
            "The error of each window goes back to its largest number alone, because the others made no difference."
        ),
        equation=(
            "X[n, y, x, c] = max_ij X[n, stride · p + i, stride · q + j, c]:"
            "  dX[n, y, x, c] ← dX[n, y, x, c] + dY[n, p, q, c]"
        ),
        shapes="dY: (n, out_height, out_width, channels), X, dX: (n, height, width, channels)",
        arguments={"dY": "same", "X": "same", "size": "same", "stride": "same"},
        outputs={"dX": "same"},
        right=right_max_pool_backward,
        cases=pools_back,
        question=_("If a number that is not the largest grows a little, what happens to the maximum?"),
        mistakes=(
            Mistake(
                "spread",
                "largest * dY",
                "dY",
                _("Every pixel of a window gets its error: only the largest one does."),
            ),
            Mistake(
                "mean_for_max",
                "largest * dY[:, p : p + 1, q : q + 1]",
                "dY[:, p : p + 1, q : q + 1] / size**2",
                _("The error is shared out evenly, as for a mean: the largest number gets all of it."),
            ),
            Mistake(
                "overwritten",
                "+= largest",
                "= largest",
                _overwritten(),
            ),
            Mistake(
                "overwritten",
                "dX[:, y : y + size, x : x + size] += largest * dY[:, p : p + 1, q : q + 1]",
                "np.copyto(dX[:, y : y + size, x : x + size], dY[:, p : p + 1, q : q + 1], where=largest)",
                _overwritten(),
            ),
            _stride_ignored(),
            Mistake(
                "channels_together",
                "window.max((1, 2), keepdims=True)",
                "window.max((1, 2, 3), keepdims=True)",
                _("The maximum is taken over all channels: each channel has a maximum of its own."),
            ),
            Mistake(
                "value_for_error",
                "largest * dY[:, p : p + 1, q : q + 1]",
                "largest * window",
                _("The largest number itself comes back: what goes back to its place is the error dY."),
            ),
        ),
    )
