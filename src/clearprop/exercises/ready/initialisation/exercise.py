"""Where the weights start: why not at zero, and how large they must be for signals to keep their size."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from clearprop.exercises import core, wordings
from clearprop.exercises.exercise import Exercise, Function, Mistake, Run
from clearprop.i18n import _

SHAPES = ((2, 3), (5, 4), (3, 3), (4, 1))
"""fan_in and fan_out of a layer."""
SIZES = ((4, 3, 2), (3, 3, 3, 3), (2, 1))
"""The inputs and units of networks: all different, all equal, a single layer."""
Cases = Iterator[dict[str, Any]]


def networks(random: np.random.Generator) -> Cases:
    """Sizes of networks."""
    for sizes in SIZES:
        yield {"sizes": list(sizes)}


def weights(random: np.random.Generator) -> Cases:
    """Units that are all the same; means 2 and 3 and all numbers 1 away from them; then at random."""
    yield {"W": np.array([[1.0, 1.0, 1.0], [-2.0, -2.0, -2.0]])}
    yield {"W": np.array([[1.0, 3.0], [4.0, 2.0]])}
    for shape in SHAPES[:3]:
        yield {"W": random.normal(size=shape)}


def normals(random: np.random.Generator) -> Cases:
    """Numbers from the normal distribution."""
    for shape in SHAPES:
        yield {"N": random.normal(size=shape)}


def uniforms(random: np.random.Generator) -> Cases:
    """Numbers from 0 to 1: with fan_in + fan_out = 6 the limit is 1, and ½ becomes 0."""
    yield {"U": np.array([[0.0, 0.5], [0.25, 1.0], [0.75, 0.5], [0.5, 0.0]])}
    for shape in SHAPES:
        yield {"U": random.uniform(size=shape)}


def normals_of_layers(random: np.random.Generator) -> Cases:
    """Numbers for each layer."""
    for sizes in SIZES:
        yield {"normals": [random.normal(size=shape) for shape in pairs(sizes)]}


def outputs(random: np.random.Generator) -> Cases:
    """√((1 + 49) / 2) = 5; then at random."""
    yield {"A": np.array([[1.0, 7.0]])}
    for n, _fan_in, units in ((5, 3, 4), (3, 3, 3)):
        yield {"A": 1 + random.normal(size=(n, units))}


def forwards(random: np.random.Generator) -> Cases:
    """Inputs, and the weights of each layer."""
    # max(0, (3 − 4, 3 + 4)) = (0, 7), of the size 7 / √2
    yield {"X": np.array([[3.0, 4.0]]), "weights": [np.array([[1.0, 1.0], [-1.0, 1.0]])]}
    for n, sizes in ((5, SIZES[0]), (3, SIZES[1])):
        yield {"X": random.normal(size=(n, sizes[0])), "weights": [random.normal(size=shape) for shape in pairs(sizes)]}


def backwards(random: np.random.Generator) -> Cases:
    """The error behind the last layer, and the weights and sums of each layer."""
    for n, sizes in ((5, SIZES[0]), (3, SIZES[1])):
        yield {
            "dA": random.normal(size=(n, sizes[-1])),
            "weights": [random.normal(size=shape) for shape in pairs(sizes)],
            "sums": [random.normal(size=(n, units)) for units in sizes[1:]],
        }


def pairs(sizes: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """(fan_in, fan_out) of each layer."""
    return pairwise(sizes)


def right_zeros(sizes: list[int]) -> dict[str, Any]:
    """Weights and biases of each layer."""
    return {"parameters": [{"W": np.zeros(shape), "b": np.zeros(shape[1])} for shape in pairs(tuple(sizes))]}


def right_apart(W: np.ndarray) -> dict[str, Any]:
    """The root of the squared loss of the weights beside the mean unit's."""
    units = W.shape[1]
    mean = core.dense(W, np.full((units, units), 1 / units), np.zeros(units))
    return {"distance": np.sqrt(core.loss("squared", W, mean))}


def right_initialise(normals: list[np.ndarray]) -> dict[str, Any]:
    """He's weights, and biases of zero."""
    return {"parameters": [{"W": core.scaled("he", N), "b": np.zeros(N.shape[1])} for N in normals]}


def measured(A: np.ndarray) -> float:
    """The root of the squared loss beside zeros."""
    return float(np.sqrt(core.loss("squared", A, np.zeros(A.shape))))


def right_forward(X: np.ndarray, weights: list[np.ndarray]) -> dict[str, Any]:
    """Through each layer and its ReLU."""
    A, sizes = X, []
    for W in weights:
        A = core.activation("relu", core.dense(A, W, np.zeros(W.shape[1])))
        sizes.append(measured(A))
    return {"sizes": sizes}


def right_backward(dA: np.ndarray, weights: list[np.ndarray], sums: list[np.ndarray]) -> dict[str, Any]:
    """Back through each ReLU and its layer."""
    sizes: list[float] = []
    for W, Z in zip(reversed(weights), reversed(sums), strict=True):
        dZ = core.activation_back("relu", Z, dA)
        dA = core.dense_back(np.zeros((len(dA), len(W))), W, dZ)[0]
        sizes.insert(0, measured(dA))
    return {"sizes": sizes}


def exercise() -> Exercise:
    """The exercise in the language that is spoken."""
    return Exercise(
        name="initialisation",
        title=_("Initialisation: where the weights start"),
        words=_(
            "Before a network can learn, its weights need first values. With zeros all units of a layer stay the same"
            " for ever. With weights that are too small or too large, the signals vanish or explode from layer to"
            " layer. You write the usual ways to begin, and you measure what they do. The random numbers are given to"
            " your functions: you scale them."
        ),
        functions=(
            zeros(),
            apart(),
            lecun(),
            he(),
            glorot(),
            initialise(),
            size(),
            forward_sizes(),
            backward_sizes(),
        ),
        run=Run(hidden=(20, 7, 5), iterations=500),
    )


def zeros() -> Function:
    """All zero."""
    return Function(
        name="zeros",
        words=_(
            "Weights and biases of zero for each layer: a list with a dictionary for each layer. The sizes are the"
            " number of inputs, then the units of each layer. It is right for biases. For weights it is not: all units"
            " of a layer compute the same, get the same gradient, and stay the same. This is called symmetry."
        ),
        equation=_("W = 0, b = 0 in each layer"),
        shapes=wordings.shapes(W="weights fan_in fan_out", b="bias fan_out"),
        arguments={"sizes": "same"},
        outputs={"parameters": [{"W": "weights", "b": "bias"}]},
        right=right_zeros,
        cases=networks,
        question=_("With the sizes 4, 3, 2: how many layers have weights, and how many weights has each?"),
        mistakes=(
            Mistake("transposed", "(fan_in, fan_out))", "(fan_out, fan_in))", wordings.transposed("W")),
            Mistake(
                "off_by_one_layer",
                "len(sizes)",
                "len(sizes) - 1",
                _("The last layer is missing: there is one layer less than there are sizes."),
            ),
            Mistake(
                "off_by_one_layer",
                "range(1, ",
                "range(",
                _("The inputs are no layer: the first layer goes from the first size to the second."),
            ),
            Mistake("bias_per_input", "np.zeros(fan_out)", "np.zeros(fan_in)", bias_per_input()),
            Mistake("ones_for_zeros", "np.zeros((", "np.ones((", _("The weights are 1: they are to be 0 here.")),
            Mistake("bias_not_zero", "np.zeros(fan_out)", "np.ones(fan_out)", bias_not_zero()),
        ),
    )


def bias_per_input() -> str:
    """b of the length fan_in."""
    return _("b has a number for each input: a bias belongs to a unit, so there are fan_out of them.")


def bias_not_zero() -> str:
    """b = 1."""
    return _("The biases start at 0: the random weights already make the units different.")


def apart() -> Function:
    """How far apart the units are."""
    return Function(
        name="apart",
        words=_(
            "How different the units of a layer are: 0 if all of them have the same weights. Compare the weight of each"
            " unit with the mean over the units, for each input. Take the root of the mean of the squares."
        ),
        equation=_("d = √ mean((W − M)²), M the mean over the units, for each input"),
        shapes=wordings.shapes(W="weights fan_in fan_out"),
        arguments={"W": "weights"},
        outputs={"distance": "same"},
        right=right_apart,
        cases=weights,
        question=_("Which axis of W are the units on?"),
        mistakes=(
            Mistake(
                "wrong_axis",
                "W.mean(1",
                "W.mean(0",
                _("The mean is taken over the inputs: it is to be taken over the units."),
            ),
            Mistake(
                "mean_of_all",
                "W.mean(1, keepdims=True)",
                "W.mean()",
                _("One mean is taken of all weights: each input needs its own mean over the units."),
            ),
            Mistake("missing_root", "np.sqrt(((W - mean) ** 2).mean())", "((W - mean) ** 2).mean()", missing_root()),
            Mistake(
                "mean_of_roots",
                "np.sqrt(((W - mean) ** 2).mean())",
                "np.sqrt(((W - mean) ** 2).mean(1)).mean()",
                _("The root is taken for each input, and then the mean: take the mean of all squares first."),
            ),
            Mistake("missing_square", "np.sqrt(((W - mean) ** 2).mean())", "np.abs(W - mean).mean()", missing_square()),
            Mistake("keepdims_lost", "W.mean(1, keepdims=True)", "W.mean(1)", wordings.keepdims_lost("M")),
        ),
    )


def missing_root() -> str:
    """A variance."""
    return _("The root is missing.")


def missing_square() -> str:
    """Mean |A|."""
    return _("The mean is taken of the numbers without their signs: take it of their squares, then the root.")


def fan_out_for_fan_in() -> str:
    """The other axis."""
    return _("It is scaled by fan_out, the number of units: fan_in is the number of inputs of each unit.")


def lecun() -> Function:
    """1 / fan_in."""
    return Function(
        name="lecun",
        words=_(
            "Turns random numbers from the normal distribution, with the spread 1, into first weights. A unit adds up"
            " fan_in inputs, so its weights are made smaller by √fan_in: the sum then has the size of one input. This"
            " is LeCun's way, and the course uses it for its deep network."
        ),
        equation="W = N √(1 / fan_in)",
        shapes=wordings.shapes(N="weights fan_in fan_out", W="weights fan_in fan_out"),
        arguments={"N": "weights"},
        outputs={"W": "weights"},
        right=lambda N: {"W": core.scaled("lecun", N)},
        cases=normals,
        question=_("Which axis of N is as long as there are inputs?"),
        mistakes=(
            Mistake("missing_root", "np.sqrt(1 / fan_in)", "(1 / fan_in)", missing_root()),
            Mistake("fan_out_for_fan_in", "N.shape[0]", "N.shape[1]", fan_out_for_fan_in()),
            Mistake(
                "he_for_lecun",
                "1 / fan_in",
                "2 / fan_in",
                _("The variance is 2 / fan_in, which is He's, for ReLU: LeCun's is 1 / fan_in."),
            ),
            Mistake(
                "inverted",
                "np.sqrt(1 / fan_in)",
                "np.sqrt(fan_in)",
                _("The weights grow with the number of inputs: they must shrink, so divide by √fan_in."),
            ),
            Mistake("not_scaled", "N * np.sqrt(1 / fan_in)", "N", not_scaled()),
            Mistake("fixed_scale", "np.sqrt(1 / fan_in)", "0.01", fixed_scale()),
        ),
    )


def not_scaled() -> str:
    """W = N."""
    return _("The random numbers are not scaled.")


def fixed_scale() -> str:
    """W = 0.01 N."""
    return _("The scale is always 0.01: it depends on the number of inputs, or the signals vanish in deep networks.")


def he() -> Function:
    """2 / fan_in."""
    return Function(
        name="he",
        words=_(
            "The same for layers with ReLU. ReLU sets about half of the sums to 0, and half of the variance is lost. So"
            " the weights have twice the variance. This is He's way."
        ),
        equation="W = N √(2 / fan_in)",
        shapes=wordings.shapes(N="weights fan_in fan_out", W="weights fan_in fan_out"),
        arguments={"N": "weights"},
        outputs={"W": "weights"},
        right=lambda N: {"W": core.scaled("he", N)},
        cases=normals,
        question=_("If ReLU loses half of the variance, how large must the variance of the weights be?"),
        mistakes=(
            Mistake("missing_root", "np.sqrt(2 / fan_in)", "(2 / fan_in)", missing_root()),
            Mistake(
                "root_of_part",
                "np.sqrt(2 / fan_in)",
                "np.sqrt(2) / fan_in",
                _("The root is taken of 2 alone: fan_in stands under the root, too."),
            ),
            Mistake("fan_out_for_fan_in", "N.shape[0]", "N.shape[1]", fan_out_for_fan_in()),
            Mistake(
                "lecun_for_he",
                "2 / fan_in",
                "1 / fan_in",
                _("The variance is 1 / fan_in, too small for ReLU, which loses half of it: it is 2 / fan_in."),
            ),
            Mistake(
                "glorot_for_he",
                "2 / fan_in",
                "2 / sum(N.shape)",
                _("The variance is 2 / (fan_in + fan_out), which is Glorot's: He's is 2 / fan_in."),
            ),
            Mistake(
                "inverted",
                "N * np.sqrt(2 / fan_in)",
                "N / np.sqrt(2 / fan_in)",
                _("The numbers are divided by the root: multiply by it, so that more inputs make smaller weights."),
            ),
            Mistake("not_scaled", "N * np.sqrt(2 / fan_in)", "N", not_scaled()),
            Mistake("fixed_scale", "np.sqrt(2 / fan_in)", "0.01", fixed_scale()),
        ),
    )


def glorot() -> Function:
    """Uniform on ±√(6 / (fan_in + fan_out))."""
    return Function(
        name="glorot",
        words=_(
            "For tanh and sigmoid: weights anywhere between −limit and +limit, each value as likely as the others. The"
            " random numbers U lie between 0 and 1. This is Glorot's way (also called Xavier's), the uniform one: the"
            " variance of the weights is 2 / (fan_in + fan_out)."
        ),
        equation="limit = √(6 / (fan_in + fan_out)),  W = limit (2 U − 1)",
        shapes=wordings.shapes(U="weights fan_in fan_out", W="weights fan_in fan_out"),
        arguments={"U": "weights"},
        outputs={"W": "weights"},
        right=lambda U: {"W": core.spread_out("glorot", U)},
        cases=uniforms,
        question=_("Which weight do U = 0, U = ½ and U = 1 become?"),
        mistakes=(
            Mistake(
                "not_centred",
                "(2 * U - 1)",
                "U",
                _("All weights are positive: U goes from 0 to 1, so 2 U − 1 goes from −1 to 1."),
            ),
            Mistake(
                "half_as_wide",
                "(2 * U - 1)",
                "(U - 0.5)",
                _("The weights reach only half as far as they should: U − ½ goes from −½ to ½."),
            ),
            Mistake(
                "normal_for_uniform",
                "6 / (",
                "2 / (",
                _(
                    "√(2 / (fan_in + fan_out)) is the spread of normal numbers: numbers between −limit and limit have"
                    " only a third of the variance limit², so 6 stands in place of 2."
                ),
            ),
            Mistake("missing_root", "np.sqrt(6 / (fan_in + fan_out))", "6 / (fan_in + fan_out)", missing_root()),
            Mistake(
                "only_fan_in",
                "(fan_in + fan_out)",
                "fan_in",
                _("Glorot's limit has both in it: fan_in for the way forward, fan_out for the way back."),
            ),
        ),
    )


def initialise() -> Function:
    """A whole network."""
    return Function(
        name="initialise",
        words=_(
            "First weights for a network with ReLU: He's in each layer, and biases of zero. For each layer you are"
            " given random numbers N in the shape of its weights."
        ),
        equation=_("W = he(N), b = 0 in each layer"),
        shapes=wordings.shapes(N="weights fan_in fan_out", W="weights fan_in fan_out", b="bias fan_out"),
        arguments={"normals": ["weights"]},
        outputs={"parameters": [{"W": "weights", "b": "bias"}]},
        right=right_initialise,
        cases=normals_of_layers,
        question=_("Do the biases need random numbers, if the weights already make the units different?"),
        mistakes=(
            Mistake("bias_not_zero", "np.zeros(N.shape[1])", "np.ones(N.shape[1])", bias_not_zero()),
            Mistake("bias_per_input", "np.zeros(N.shape[1])", "np.zeros(N.shape[0])", bias_per_input()),
            Mistake("not_scaled", "he(N)", "N", not_scaled()),
            Mistake("lecun_for_he", "he(N)", "lecun(N)", _("The weights are LeCun's: for ReLU take He's.")),
            Mistake("off_by_one_layer", "in normals", "in normals[:-1]", _("The last layer is missing.")),
            Mistake(
                "zero_weights",
                "he(N)",
                "0 * N",
                _("The weights are zero: all units of a layer stay the same for ever."),
            ),
        ),
    )


def size() -> Function:
    """The root of the mean square."""
    return Function(
        name="size",
        words=_("How large the numbers of an array are, whatever their signs: the root of the mean of their squares."),
        equation="size = √ mean(A²)",
        shapes=wordings.shapes(A="samples units"),
        arguments={"A": "samples"},
        outputs={"size": "same"},
        right=lambda A: {"size": measured(A)},
        cases=outputs,
        question=_("Why does the mean itself not tell how large numbers of both signs are?"),
        mistakes=(
            Mistake("missing_root", "np.sqrt((A**2).mean())", "(A**2).mean()", missing_root()),
            Mistake(
                "sum_for_mean",
                ".mean()",
                ".sum()",
                _("The squares are added up: take their mean, or larger layers would seem to have larger numbers."),
            ),
            Mistake(
                "spread_for_size",
                "np.sqrt((A**2).mean())",
                "A.std()",
                _("This is the standard deviation, which takes the mean of A off first: here nothing is taken off."),
            ),
            Mistake("missing_square", "np.sqrt((A**2).mean())", "np.abs(A).mean()", missing_square()),
            Mistake(
                "plain_mean",
                "np.sqrt((A**2).mean())",
                "A.mean()",
                _(
                    "This is the mean: numbers above and below 0 cancel in it. Take the mean of the squares, then the"
                    " root."
                ),
            ),
        ),
    )


def forward_sizes() -> Function:
    """On the way forward."""
    return Function(
        name="forward_sizes",
        words=_(
            "How large the outputs of each layer are: a list with a number for each layer, the first layer first. Each"
            " layer has ReLU and no biases. With He's weights the numbers stay about the same. With smaller weights"
            " they vanish, with larger ones they explode."
        ),
        equation={"rows": "Z = A W,  A ← max(0, Z),  size(A)", "columns": "Z = W A,  A ← max(0, Z),  size(A)"},
        shapes=wordings.shapes(X="samples inputs", W="weights fan_in fan_out"),
        arguments={"X": "samples", "weights": ["weights"]},
        outputs={"sizes": "same"},
        right=right_forward,
        cases=forwards,
        question=_("What does the second layer take in: X, or what the first layer gives?"),
        mistakes=(
            Mistake("missing_activation", "np.maximum(0, Z)", "Z", wordings.missing_activation("A")),
            Mistake(
                "before_activation",
                "size(A)",
                "size(Z)",
                _("You measure Z, before ReLU: measure A, what the layer gives on."),
            ),
            Mistake(
                "not_passed_on", "A @ W", "X @ W", _("Every layer takes X: each one takes the outputs of the last.")
            ),
            Mistake("transposed", "A @ W", "A @ W.T", wordings.transposed("W")),
            Mistake(
                "swapped_factors",
                "A @ W",
                "W @ A",
                _("The factors stand in the wrong order: their inner axes must agree."),
            ),
            Mistake("product_for_matmul", "A @ W", "A * W", wordings.product_for_matmul("Z")),
            Mistake(
                "off_by_one_layer",
                "A, sizes = X, []",
                "A, sizes = X, [size(X)]",
                _("The size of X stands in the list, too: X is given, and is no layer's output."),
            ),
        ),
    )


def backward_sizes() -> Function:
    """On the way back."""
    return Function(
        name="backward_sizes",
        words=_(
            "The same on the way back: how large the error is in front of each layer. You are given dA behind the last"
            " layer, and the weights and the sums Z of all layers. The list has a number for each layer, the first"
            " layer first."
        ),
        equation={
            "rows": "dZ = dA · 1[Z > 0],  dA ← dZ Wᵀ,  size(dA)",
            "columns": "dZ = dA · 1[Z > 0],  dA ← Wᵀ dZ,  size(dA)",
        },
        shapes=wordings.shapes(dA="samples units", W="weights fan_in fan_out", Z="samples fan_out"),
        arguments={"dA": "samples", "weights": ["weights"], "sums": ["samples"]},
        outputs={"sizes": "same"},
        right=right_backward,
        cases=backwards,
        question=_("With which layer does the way back begin, and where must its number stand in the list?"),
        mistakes=(
            Mistake(
                "order_reversed",
                "sizes[::-1]",
                "sizes",
                _("The list begins with the last layer: turn it around, the first layer comes first."),
            ),
            Mistake(
                "missing_slope",
                "dA * (sums[i] > 0)",
                "dA",
                _("The slope of ReLU is missing: where Z is below 0, no error passes."),
            ),
            Mistake(
                "inverted",
                "(sums[i] > 0)",
                "(sums[i] < 0)",
                _("The error passes where Z is below 0: it passes where Z is above 0."),
            ),
            Mistake("transposed", "weights[i].T", "weights[i]", wordings.transposed("W")),
            Mistake(
                "before_weights",
                "size(dA)",
                "size(dZ)",
                _("You measure dZ, behind the weights: measure dA, in front of the layer."),
            ),
        ),
    )
