"""A deep network: each step of a layer forwards and backwards, then all layers in a loop."""

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from clearprop.exercises import core, wordings
from clearprop.exercises.core import initializers, optim
from clearprop.exercises.exercise import Exercise, Function, Mistake, Run
from clearprop.i18n import _

SIZES = ((5, 3, 2), (3, 3, 3), (1, 2, 3))
"""Samples, inputs of a layer, its outputs: all different, all equal, a single sample."""

NETWORKS = ((5, (4, 3, 2, 1)), (3, (3, 3, 3, 3)), (2, (2, 3, 1)))
"""Samples, and the units of each layer from the inputs on."""

PARAMETERS = [{"W": "weights", "b": "bias"}]
GRADIENTS = [{"dW": "weights", "db": "bias"}]
LAYER = {"W": "weights fan_in fan_out", "b": "bias fan_out"}


# --- what the functions are called with ---


def layer(random: np.random.Generator, fan_in: int, fan_out: int) -> dict[str, np.ndarray]:
    """Weights and biases that keep Z about 1."""
    return {"W": random.normal(size=(fan_in, fan_out)) / np.sqrt(fan_in), "b": random.normal(size=fan_out)}


def network(random: np.random.Generator, sizes: Sequence[int]) -> list[dict[str, np.ndarray]]:
    """Those of all layers."""
    return [layer(random, fan_in, fan_out) for fan_in, fan_out in itertools.pairwise(sizes)]


def starts(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Sizes, and seeds; of each two layers that follow each other one has a single unit (see `core.drawn`)."""
    for sizes in ([4, 1, 3, 1], [1, 5, 1, 2], [9, 1]):
        yield {"sizes": sizes, "random": int(random.integers(1000))}


def sums(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Worked by hand: relu is 0, 0, 1 and 2; σ is ¼, ½, σ(1) and σ(2). Then at random."""
    yield {"Z": np.array([[-np.log(3), 0.0], [1.0, 2.0]])}
    yield {"Z": random.normal(size=(4, 3))}


def linear_forwards(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """What a layer sees: 1 · 3 + 2 · 4 + ½ by hand, then at random."""
    yield {"A_prev": np.array([[1.0, 2.0]]), "W": np.array([[3.0], [4.0]]), "b": np.array([0.5])}
    for n, fan_in, fan_out in SIZES:
        yield {"A_prev": random.normal(size=(n, fan_in)), **layer(random, fan_in, fan_out)}


def layer_forwards(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """The same with each activation: Z = 3 − 4 + ½ = −½ by hand."""
    for activation in ("relu", "sigmoid"):
        W, b = np.array([[3.0], [4.0]]), np.array([0.5])
        yield {"A_prev": np.array([[1.0, -1.0]]), "W": W, "b": b, "activation": activation}
        for case in linear_forwards(random):
            yield {**case, "activation": activation}


def network_forwards(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """A network of two layers by hand, then at random."""
    first = {"W": np.array([[1.0, -1.0], [1.0, 0.0]]), "b": np.array([0.0, 0.5])}
    second = {"W": np.array([[1.0], [2.0]]), "b": np.array([-3.0])}
    yield {"X": np.array([[1.0, 2.0]]), "parameters": [first, second]}  # Z = (3, −½), then 3 · 1 + 0 · 2 − 3 = 0
    for n, sizes in NETWORKS:
        yield {"X": random.normal(size=(n, sizes[0])), "parameters": network(random, sizes)}


def answers(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Probabilities, and the classes that were right."""
    yield {"A": np.array([[0.5], [0.75]]), "Y": np.array([[1.0], [0.0]])}  # (ln 2 + ln 4) / 2
    for n in (5, 1):
        yield {"A": random.uniform(0.05, 0.95, (n, 1)), "Y": random.integers(0, 2, (n, 1)).astype(float)}


def linear_backwards(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """By hand: dW = (1 · 2 + 3 · 4) / 2 = 7, db = (2 + 4) / 2 = 3, dA_prev = (2 · 5, 4 · 5). Then at random."""
    yield {"dZ": np.array([[2.0], [4.0]]), "A_prev": np.array([[1.0], [3.0]]), "W": np.array([[5.0]])}
    for n, fan_in, fan_out in SIZES:
        W = layer(random, fan_in, fan_out)["W"]
        yield {"dZ": random.normal(size=(n, fan_out)), "A_prev": random.normal(size=(n, fan_in)), "W": W}


def activation_backwards(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """By hand: relu′ is 1 and 0; σ′(ln 3) = ¾ · ¼ = 3/16. Then at random."""
    for activation in ("relu", "sigmoid"):
        yield {"dA": np.array([[2.0, 3.0]]), "Z": np.array([[np.log(3), -1.0]]), "activation": activation}
        for shape in ((5, 3), (3, 3)):
            yield {"dA": random.normal(size=shape), "Z": random.normal(size=shape), "activation": activation}


def network_backwards(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """What has gone forward, and the classes that were right."""
    for case in network_forwards(random):
        forward = right_network_forward(**case)
        Y = random.integers(0, 2, forward["As"][-1].shape).astype(float)
        yield {"Y": Y, "Zs": forward["Zs"], "As": forward["As"], "parameters": case["parameters"]}


def steps(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Parameters and gradients."""
    for _n, sizes in NETWORKS[:2]:
        gradients = [{"dW": each["W"], "db": each["b"]} for each in network(random, sizes)]
        yield {"parameters": network(random, sizes), "gradients": gradients, "learning_rate": 0.1}


# --- what they give ---


def right_initialize(sizes: list[int], random: int) -> dict[str, Any]:
    """Normal draws of variance 1 / fan_in."""
    variance = initializers.LeCun().variance
    return {"parameters": core.drawn(sizes, random, lambda *fans: math.sqrt(variance(*fans)))}


def right_layer_forward(A_prev: Any, W: Any, b: Any, activation: str) -> dict[str, Any]:
    """A dense layer and its activation."""
    Z = core.dense(A_prev, W, b)
    return {"Z": Z, "A": core.activation(activation, Z)}


def right_network_forward(X: Any, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    """One layer after the other."""
    Zs, As = [], [X]
    for each, activation in zip(parameters, activations(len(parameters)), strict=True):
        forward = right_layer_forward(As[-1], each["W"], each["b"], activation)
        Zs.append(forward["Z"])
        As.append(forward["A"])
    return {"Zs": Zs, "As": As}


def activations(layers: int) -> list[str]:
    """ReLU in the hidden layers, the sigmoid in the last."""
    return ["relu"] * (layers - 1) + ["sigmoid"]


def right_linear_backward(dZ: Any, A_prev: Any, W: Any) -> dict[str, Any]:
    """Back through a dense layer."""
    dA_prev, dW, db = core.dense_back(A_prev, W, dZ)
    return {"dA_prev": dA_prev, "dW": dW, "db": db}


def right_network_backward(Y: Any, Zs: list[Any], As: list[Any], parameters: list[dict[str, Any]]) -> dict[str, Any]:
    """Back through the loss and each layer. (The core's loss is a mean over the outputs, ours here their sum.)"""
    dA = Y.shape[1] * core.loss_back("binary_cross_entropy", As[-1], Y)
    gradients = []
    for place in reversed(range(len(parameters))):
        dZ = core.activation_back(activations(len(parameters))[place], Zs[place], dA)
        dA, dW, db = core.dense_back(As[place], parameters[place]["W"], dZ)
        gradients.insert(0, {"dW": dW, "db": db})
    return {"gradients": gradients}


def right_update(parameters: list[Any], gradients: list[Any], learning_rate: float) -> dict[str, Any]:
    """A step of gradient descent."""
    slopes = [{"W": each["dW"], "b": each["db"]} for each in gradients]
    return {"parameters": core.step(optim.gradient_descent(learning_rate), parameters, slopes)[0]}


# --- the functions ---


def initialize() -> Function:
    """Random weights."""
    return Function(
        name="initialize",
        words=_(
            "Where learning starts: random weights, and biases of 0. Draw W with random.randn, layer by layer from the"
            " first on, and divide it by the root of fan_in, the number of the layer's inputs. sizes holds the number"
            ' of inputs, then the units of each layer. Return a list with {"W": W, "b": b} for each layer.'
        ),
        equation="W = N(0, 1) / √fan_in,  b = 0",
        shapes=wordings.shapes(**LAYER),
        arguments={"sizes": "same", "random": "random"},
        outputs={"parameters": PARAMETERS},
        right=right_initialize,
        cases=starts,
        question=_("A unit adds up fan_in random numbers: how does the size of the sum grow with fan_in?"),
        mistakes=(
            Mistake("not_scaled", " / np.sqrt(fan_in)", "", wordings.not_divided()),
            Mistake(
                "missing_root", "np.sqrt(fan_in)", "fan_in", _("The weights are divided by fan_in: its root is meant.")
            ),
            Mistake(
                "other_fan",
                "np.sqrt(fan_in)",
                "np.sqrt(fan_out)",
                _("The weights are divided by the root of fan_out: the number of inputs is meant, fan_in."),
            ),
            Mistake(
                "other_scale",
                "/ np.sqrt(fan_in)",
                "* 0.01",
                _("The weights are multiplied by 0.01: in a deep network the signals would fade away."),
            ),
            Mistake("same_weights", "random.randn(", "0 * random.randn(", wordings.same_weights()),
            Mistake("not_normal", "random.randn(", "random.rand(", wordings.not_normal()),
            Mistake(
                "off_by_one_layer",
                "range(1, len(sizes))",
                "range(1, len(sizes) - 1)",
                _("The last layer is missing: the loop is one short."),
            ),
        ),
    )


def relu() -> Function:
    """The hidden layers' activation."""
    return Function(
        name="relu",
        words=_("The activation of the hidden layers: it lets positive numbers through, and makes the others 0."),
        equation="relu(Z) = max(0, Z)",
        arguments={"Z": "samples"},
        outputs={"A": "samples"},
        right=lambda Z: {"A": core.activation("relu", Z)},
        cases=sums,
        question=_("What becomes of 2, of −2, and of an array that holds both?"),
        mistakes=(
            Mistake(
                "other_function",
                "np.maximum(Z, 0)",
                "np.abs(Z)",
                _("Negative numbers become positive in yours: they become 0."),
            ),
            Mistake(
                "wrong_side",
                "np.maximum(Z, 0)",
                "np.minimum(Z, 0)",
                _("Yours keeps the negative numbers: the positive ones are kept."),
            ),
            Mistake(
                "derivative_for_function",
                "np.maximum(Z, 0)",
                "1.0 * (Z > 0)",
                _("This is the derivative of ReLU: positive numbers stay as they are."),
            ),
        ),
    )


def sigmoid() -> Function:
    """The last layer's activation."""
    return Function(
        name="sigmoid",
        words=_("The activation of the last layer: it squashes any number to one between 0 and 1."),
        equation="σ(Z) = 1 / (1 + e^−Z)",
        arguments={"Z": "samples"},
        outputs={"A": "samples"},
        right=lambda Z: {"A": core.activation("sigmoid", Z)},
        cases=sums,
        question=_("What is σ of a large number, of a large negative one, and of 0?"),
        mistakes=(
            Mistake("wrong_sign", "np.exp(-Z)", "np.exp(Z)", _("e^−Z has a minus: yours falls as Z grows.")),
            Mistake(
                "other_function",
                "1 / (1 + np.exp(-Z))",
                "np.tanh(Z)",
                _("This is tanh, which goes from −1 to 1; the sigmoid goes from 0 to 1."),
            ),
            Mistake(
                "derivative_for_function",
                "1 / (1 + np.exp(-Z))",
                "np.exp(-Z) / (1 + np.exp(-Z)) ** 2",
                _("This is the derivative σ′ of the sigmoid, not the sigmoid itself."),
            ),
        ),
    )


def linear_forward() -> Function:
    """A layer's sums."""
    return Function(
        name="linear_forward",
        words=_(
            "The sums of one layer: its inputs A_prev, weighed by W, plus the bias. A_prev comes from the layer before."
        ),
        equation={"rows": "Z = A_prev W + b", "columns": "Z = W A_prev + b"},
        shapes=wordings.shapes(A_prev="samples fan_in", **LAYER, Z="samples fan_out"),
        arguments={"A_prev": "samples", "W": "weights", "b": "bias"},
        outputs={"Z": "samples"},
        right=lambda A_prev, W, b: {"Z": core.dense(A_prev, W, b)},
        cases=linear_forwards,
        question=_("Which of the two factors must stand first, so that their inner axes agree?"),
        mistakes=(
            Mistake("missing_bias", " + b", "", wordings.missing_bias()),
            Mistake("wrong_sign", " + b", " - b", wordings.wrong_sign("b")),
            Mistake("product_for_matmul", "A_prev @ W", "A_prev * W", wordings.product_for_matmul("Z")),
            Mistake("transposed", "A_prev @ W", "A_prev @ W.T", wordings.transposed("W")),
            Mistake("transposed", "A_prev @ W", "A_prev.T @ W", wordings.transposed("A_prev")),
            Mistake(
                "swapped_factors",
                "A_prev @ W",
                "W @ A_prev",
                _("The factors stand in the wrong order: their inner axes must agree."),
            ),
        ),
    )


def layer_forward() -> Function:
    """A layer."""
    return Function(
        name="layer_forward",
        words=_(
            'A whole layer: its sums Z, and A, which has gone through the activation, "relu" or "sigmoid".'
            " Return both Z and A, as the way back needs Z."
        ),
        equation={"rows": "Z = A_prev W + b,  A = g(Z)", "columns": "Z = W A_prev + b,  A = g(Z)"},
        shapes=wordings.shapes(A_prev="samples fan_in", **LAYER, Z="samples fan_out", A="samples fan_out"),
        arguments={"A_prev": "samples", "W": "weights", "b": "bias", "activation": "same"},
        outputs={"Z": "samples", "A": "samples"},
        right=right_layer_forward,
        cases=layer_forwards,
        question=_("Which of your functions do this already, and in which order?"),
        mistakes=(
            Mistake("missing_activation", "return Z, A", "return Z, Z", wordings.missing_activation("A")),
            Mistake("swapped_outputs", "return Z, A", "return A, Z", _("Z and A are returned the wrong way round.")),
            Mistake(
                "swapped_activations",
                '"relu"',
                '"sigmoid"',
                _("ReLU and the sigmoid are swapped: yours takes the one where activation asks for the other."),
            ),
            Mistake(
                "one_activation",
                'relu(Z) if activation == "relu" else sigmoid(Z)',
                "relu(Z)",
                _('A has always gone through ReLU: with "sigmoid" it goes through the sigmoid.'),
            ),
            Mistake(
                "one_activation",
                'relu(Z) if activation == "relu" else sigmoid(Z)',
                "sigmoid(Z)",
                _('A has always gone through the sigmoid: with "relu" it goes through ReLU.'),
            ),
        ),
    )


def network_forward() -> Function:
    """All layers."""
    return Function(
        name="network_forward",
        words=_(
            "All layers, one after the other: the hidden ones with ReLU, the last with the sigmoid. Return the list Zs"
            " with the Z of each layer, and the list As, which starts with X and goes on with the A of each layer."
        ),
        equation=_("As[0] = X,  then layer by layer Z, A = layer_forward(A of the layer before, W, b, g)"),
        shapes=wordings.shapes(X="samples inputs", **LAYER),
        arguments={"X": "samples", "parameters": PARAMETERS},
        outputs={"Zs": ["samples"], "As": ["samples"]},
        right=right_network_forward,
        cases=network_forwards,
        question=_("What does the second layer take in?"),
        mistakes=(
            Mistake("last_activation", '"sigmoid" if layer == last else "relu"', '"relu"', wordings.last_activation()),
            Mistake(
                "hidden_activation", '"sigmoid" if layer == last else "relu"', '"sigmoid"', wordings.hidden_activation()
            ),
            Mistake(
                "swapped_activations",
                "layer == last",
                "layer != last",
                _("ReLU and the sigmoid are swapped: the hidden layers have ReLU, the last one the sigmoid."),
            ),
            Mistake(
                "off_by_one_layer",
                "range(len(parameters))",
                "range(last)",
                _("The last layer is missing: the loop is one short."),
            ),
            Mistake(
                "off_by_one_layer",
                "parameters[layer]",
                "parameters[layer - 1]",
                _("Each layer works with W and b of the layer before it."),
            ),
            Mistake(
                "same_layer", "parameters[layer]", "parameters[0]", _("All layers work with W and b of the first one.")
            ),
            Mistake(
                "same_input",
                "As[-1]",
                "X",
                _("Each layer is given X: from the second layer on, the input is the A of the layer before."),
            ),
            Mistake("missing_activation", "As.append(A)", "As.append(Z)", wordings.missing_activation("A")),
            Mistake(
                "missing_input",
                "return Zs, As",
                "return Zs, As[1:]",
                _("X is missing from As: it comes first, as the input of the first layer."),
            ),
        ),
    )


def cost() -> Function:
    """The loss."""
    return Function(
        name="cost",
        words=_("The mean cross-entropy over the samples: how surprised the network is by the right answers."),
        equation="J = −(1/n) Σ (Y ln A + (1 − Y) ln(1 − A))",
        shapes=wordings.shapes(A="samples 1", Y="samples 1"),
        arguments={"A": "samples", "Y": "samples"},
        outputs={"J": "same"},
        right=lambda A, Y: {"J": core.loss("binary_cross_entropy", A, Y)},
        cases=answers,
        question=_("What does a single sample cost if its class is 1, and what if it is 0?"),
        mistakes=(
            Mistake("missing_mean", ".mean()", ".sum()", wordings.missing_mean("J")),
            Mistake("wrong_sign", "-(Y", "(Y", wordings.wrong_sign("J")),
            Mistake("missing_half", " + (1 - Y) * np.log(1 - A)", "", wordings.missing_half()),
            Mistake("wrong_sign", "+ (1 - Y)", "- (1 - Y)", wordings.wrong_sign("(1 − Y) ln(1 − A)")),
        ),
    )


def linear_backward() -> Function:
    """Back through a layer's sums."""
    return Function(
        name="linear_backward",
        words=_(
            "Back through the sums of one layer: from dZ to the gradients of its weights and biases, and to dA_prev,"
            " the error that goes on to the layer before. dZ and dA_prev are those of each sample; the mean comes"
            " with dW and db."
        ),
        equation={
            "rows": "dW = A_prevᵀ dZ / n,  db = (1/n) Σ dZ,  dA_prev = dZ Wᵀ",
            "columns": "dW = dZ A_prevᵀ / n,  db = (1/n) Σ dZ,  dA_prev = Wᵀ dZ",
        },
        shapes=wordings.shapes(
            dZ="samples fan_out",
            A_prev="samples fan_in",
            W="weights fan_in fan_out",
            dA_prev="samples fan_in",
            dW="weights fan_in fan_out",
            db="bias fan_out",
        ),
        arguments={"dZ": "samples", "A_prev": "samples", "W": "weights"},
        outputs={"dA_prev": "samples", "dW": "weights", "db": "bias"},
        right=right_linear_backward,
        cases=linear_backwards,
        question=_("A gradient has the shape of what it belongs to: in which order, then, do the factors stand?"),
        mistakes=(
            Mistake("missing_mean", "A_prev.T @ dZ / n", "A_prev.T @ dZ", wordings.missing_mean("dW")),
            Mistake("missing_mean", "db = dZ.sum(0) / n", "db = dZ.sum(0)", wordings.missing_mean("db")),
            Mistake("missing_sum", "dZ.sum(0)", "dZ", wordings.missing_sum("db")),
            Mistake("missing_sum", "dZ.sum(0)", "dZ.T", wordings.missing_sum("db")),  # what it is in columns
            Mistake(
                "other_axis",
                "dZ.sum(0)",
                "dZ.sum(1)",
                _("db is added up along the wrong axis: each unit has a bias, so the sum is over the samples."),
            ),
            Mistake("transposed", "A_prev.T @ dZ", "dZ.T @ A_prev", wordings.transposed("dW")),
            Mistake("transposed", "A_prev.T", "A_prev", wordings.transposed("A_prev")),
            Mistake("transposed", "dZ @ W.T", "dZ @ W", wordings.transposed("W")),
            Mistake("product_for_matmul", "A_prev.T @ dZ", "A_prev.T * dZ", wordings.product_for_matmul("dW")),
            Mistake("product_for_matmul", "dZ @ W.T", "dZ * W.T", wordings.product_for_matmul("dA_prev")),
            Mistake(
                "mean_twice",
                "dZ @ W.T",
                "dZ @ W.T / n",
                _("dA_prev is divided by n: 1/n comes with dW and db only, or each layer would divide once more."),
            ),
        ),
    )


def activation_backward() -> Function:
    """Back through an activation."""
    matmul = _("@ multiplies matrices: here * is meant, number by number.")
    return Function(
        name="activation_backward",
        words=_(
            'Back through the activation: the error of A becomes that of Z. activation is "relu" or "sigmoid". The'
            " derivative of ReLU is 1 where Z > 0, and 0 elsewhere; that of the sigmoid is σ(Z) (1 − σ(Z))."
        ),
        equation=_("dZ = dA · g′(Z),  relu′(Z) = 1 where Z > 0, else 0,  σ′(Z) = σ(Z) (1 − σ(Z))"),
        shapes=wordings.shapes(dA="samples k", Z="samples k", dZ="samples k"),
        arguments={"dA": "samples", "Z": "samples", "activation": "same"},
        outputs={"dZ": "samples"},
        right=lambda dA, Z, activation: {"dZ": core.activation_back(activation, Z, dA)},
        cases=activation_backwards,
        question=_("If Z grows a little, by how much does A grow?"),
        mistakes=(
            Mistake("derivative_at_A", "A = sigmoid(Z)", "A = sigmoid(sigmoid(Z))", wordings.derivative_at_A("dZ")),
            Mistake(
                "missing_sigmoid", "A = sigmoid(Z)", "A = Z", _("The formula A (1 − A) is given Z: it takes A = σ(Z).")
            ),
            Mistake(
                "missing_derivative", "A * (1 - A)", "1", _('With "sigmoid", dZ is not multiplied by the derivative.')
            ),
            Mistake("missing_derivative", "Z > 0", "1", _('With "relu", dZ is not multiplied by the derivative.')),
            Mistake(
                "missing_chain",
                "A * (1 - A)",
                "A * (1 - A) / dA",
                _('With "sigmoid", this is the derivative alone: it is multiplied by dA.'),
            ),
            Mistake(
                "missing_chain",
                "Z > 0",
                "(Z > 0) / dA",
                _('With "relu", this is the derivative alone: it is multiplied by dA.'),
            ),
            Mistake("other_sign", "Z > 0", "dA > 0", _("ReLU's derivative looks at the sign of Z, not at that of dA.")),
            Mistake(
                "function_for_derivative",
                "Z > 0",
                "relu(Z)",
                _("dA is multiplied by ReLU itself: its derivative is meant, 1 where Z > 0, and 0 elsewhere."),
            ),
            Mistake(
                "swapped_activations",
                '"relu"',
                '"sigmoid"',
                _("The derivatives of ReLU and of the sigmoid are swapped."),
            ),
            Mistake("matmul_for_product", "dA * slope", "dA @ slope", matmul),
            Mistake("matmul_for_product", "dA * slope", "slope @ dA", matmul),
        ),
    )


def network_backward() -> Function:
    """Back through all layers."""
    return Function(
        name="network_backward",
        words=_(
            "Back from the last layer to the first. It begins with the slope of each sample's cross-entropy along the"
            " last A; the dA_prev of a layer is the dA of the layer before it. Zs and As are what network_forward"
            ' returned, As[0] being X. Return a list with {"dW": dW, "db": db} for each layer, the first layer first.'
        ),
        equation=_(
            "dA = (1 − Y) / (1 − A) − Y / A,  then from the last layer to the first\n"
            "dZ = activation_backward(dA, Z, g),  dA, dW, db = linear_backward(dZ, A_prev, W)"
        ),
        shapes=wordings.shapes(Y="samples outputs", dW="weights fan_in fan_out", db="bias fan_out"),
        arguments={"Y": "samples", "Zs": ["samples"], "As": ["samples"], "parameters": PARAMETERS},
        outputs={"gradients": GRADIENTS},
        right=right_network_backward,
        cases=network_backwards,
        question=_("As is one longer than Zs: which A went into the layer whose sums are Zs[2]?"),
        mistakes=(
            Mistake("wrong_sign", "(1 - Y) / (1 - A) - Y / A", "Y / A - (1 - Y) / (1 - A)", wordings.wrong_sign("dA")),
            Mistake(
                "derivative_twice",
                "(1 - Y) / (1 - A) - Y / A",
                "A - Y",
                _("A − Y is the dZ of the last layer: yours goes through the sigmoid's slope once more."),
            ),
            Mistake(
                "off_by_one_layer",
                "As[layer]",
                "As[layer + 1]",
                _("dW is made with the layer's output: it takes the layer's input. As starts with X."),
            ),
            Mistake(
                "off_by_one_layer",
                "Zs[layer]",
                "Zs[layer - 1]",
                _("The derivative is taken at the Z of the layer before: it takes the layer's own Z."),
            ),
            Mistake("derivative_at_A", "Zs[layer]", "As[layer + 1]", wordings.derivative_at_A("dZ")),
            Mistake(
                "off_by_one_layer",
                "parameters[layer]",
                "parameters[layer - 1]",
                _("The error goes back through the W of the layer before: it takes the layer's own W."),
            ),
            Mistake(
                "off_by_one_layer",
                "reversed(range(len(parameters)))",
                "reversed(range(1, len(parameters)))",
                _("The first layer has no gradient in yours: the loop is one short."),
            ),
            Mistake("last_activation", '"sigmoid" if layer == last else "relu"', '"relu"', wordings.last_activation()),
            Mistake(
                "hidden_activation", '"sigmoid" if layer == last else "relu"', '"sigmoid"', wordings.hidden_activation()
            ),
            Mistake(
                "reversed_order",
                "gradients.insert(0, ",
                "gradients.append(",
                _("The gradients stand in the wrong order: that of the first layer comes first."),
            ),
        ),
    )


def update() -> Function:
    """A step."""
    return Function(
        name="update",
        words=_(
            "One step downhill, of all layers; η is the learning_rate. Make a new list: the one that is given stays as"
            " it is."
        ),
        equation=_("W ← W − η dW,  b ← b − η db  in each layer; η is learning_rate"),
        shapes=wordings.shapes(**LAYER),
        arguments={"parameters": PARAMETERS, "gradients": GRADIENTS, "learning_rate": "same"},
        outputs={"parameters": PARAMETERS},
        right=right_update,
        cases=steps,
        question=_("The gradient points uphill: which way does the step go?"),
        mistakes=(
            Mistake("wrong_sign", "- learning_rate", "+ learning_rate", wordings.uphill()),
            Mistake("missing_rate", "learning_rate * ", "", wordings.missing_rate()),
            Mistake("not_updated", ' - learning_rate * gradients[layer]["db"]', "", wordings.not_updated("b")),
            Mistake("not_updated", ' - learning_rate * gradients[layer]["dW"]', "", wordings.not_updated("W")),
            Mistake(
                "off_by_one_layer",
                "range(len(parameters))",
                "range(len(parameters) - 1)",
                _("The last layer is missing: the loop is one short."),
            ),
            Mistake(
                "not_updated",
                "return updated",
                "return updated[:-1] + parameters[-1:]",
                _("The last layer has not moved: the loop is one short."),
            ),
        ),
    )


def predict() -> Function:
    """The answer."""
    return Function(
        name="predict",
        words=_("The network's answer to each sample: the probability of class 1, which is the A of the last layer."),
        equation=_("A of the last layer"),
        shapes=wordings.shapes(X="samples inputs", A="samples outputs"),
        arguments={"X": "samples", "parameters": PARAMETERS},
        outputs={"A": "samples"},
        right=lambda X, parameters: {"A": right_network_forward(X, parameters)["As"][-1]},
        cases=network_forwards,
        question=_("Which of your functions does nearly all of this, and where in its lists is the answer?"),
        mistakes=(
            Mistake("missing_activation", "As[-1]", "_Zs[-1]", wordings.missing_activation("A")),
            Mistake("off_by_one_layer", "As[-1]", "As[-2]", _("This is the A of the layer before the last.")),
            Mistake("first_for_last", "As[-1]", "As[0]", _("This is X, the first of As: the answer is the last.")),
            Mistake(
                "threshold", "As[-1]", "1.0 * (As[-1] > 0.5)", _("These are classes: the probability itself is wanted.")
            ),
        ),
    )


def exercise() -> Exercise:
    """The exercise in the language that is spoken."""
    return Exercise(
        name="deep-network",
        title=_("A deep network, step by step"),
        words=_(
            "A network of any depth. Each step of a layer is a small function, forwards and backwards; a loop over the"
            " layers puts them together. It is the network of the lecture, and with it you can tell cats from what is"
            " no cat."
        ),
        functions=(
            initialize(),
            relu(),
            sigmoid(),
            linear_forward(),
            layer_forward(),
            network_forward(),
            cost(),
            linear_backward(),
            activation_backward(),
            network_backward(),
            update(),
            predict(),
        ),
        run=Run(hidden=(20, 7, 5), learning_rate=0.0075, iterations=1000),
    )
