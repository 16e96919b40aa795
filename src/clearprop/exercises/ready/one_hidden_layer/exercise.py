"""One hidden layer: what a layer in between needs, forwards and backwards."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from clearprop.exercises import core, wordings
from clearprop.exercises.core import initializers, optim
from clearprop.exercises.exercise import Exercise, Function, Mistake, Run
from clearprop.i18n import _

SIZES = ((5, 4, 3, 1), (3, 3, 3, 3), (2, 3, 4, 2))
"""Samples, inputs, hidden units, outputs."""

PARAMETERS = {"W1": "weights", "b1": "bias", "W2": "weights", "b2": "bias"}
GRADIENTS = {"dW1": "weights", "db1": "bias", "dW2": "weights", "db2": "bias"}
SHAPES = {"W1": "weights inputs hidden", "b1": "bias hidden", "W2": "weights hidden outputs", "b2": "bias outputs"}


# --- what the functions are called with ---


def layers(random: np.random.Generator, inputs: int, hidden: int, outputs: int) -> dict[str, np.ndarray]:
    """Weights and biases that keep Z about 1."""
    return {
        "W1": random.normal(size=(inputs, hidden)) / np.sqrt(inputs),
        "b1": random.normal(size=hidden),
        "W2": random.normal(size=(hidden, outputs)) / np.sqrt(hidden),
        "b2": random.normal(size=outputs),
    }


def starts(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Sizes, and seeds; always with a single unit in one of two layers (see `core.drawn`)."""
    for sizes in ([4, 1, 3], [1, 5, 1], [1, 1, 2]):
        yield {"sizes": sizes, "random": int(random.integers(1000))}


def forwards(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """One sample worked by hand, then at random."""
    yield {  # Z1 = (3, −½), A1 = (3, 0), Z2 = 3 · 1 + 0 · 2 − 3 = 0, A2 = ½
        "X": np.array([[1.0, 2.0]]),
        "W1": np.array([[1.0, -1.0], [1.0, 0.0]]),
        "b1": np.array([0.0, 0.5]),
        "W2": np.array([[1.0], [2.0]]),
        "b2": np.array([-3.0]),
    }
    for n, inputs, hidden, outputs in SIZES:
        yield {"X": random.normal(size=(n, inputs)), **layers(random, inputs, hidden, outputs)}


def answers(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Probabilities, and the classes that were right."""
    yield {"A": np.array([[0.5], [0.75]]), "Y": np.array([[1.0], [0.0]])}  # (ln 2 + ln 4) / 2
    for n in (5, 1):
        yield {"A": random.uniform(0.05, 0.95, (n, 1)), "Y": random.integers(0, 2, (n, 1)).astype(float)}


def backwards(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Two samples worked by hand, then what goes forward at random."""
    yield {  # dZ2 = (−½, ¼), dA1 = ((−1, ½), (½, −¼)), dZ1 = ((−1, 0), (½, −¼)), then Xᵀ dZ1 / 2
        "X": np.array([[1.0, 2.0], [0.0, 1.0]]),
        "Y": np.array([[1.0], [0.0]]),
        "Z1": np.array([[1.0, -1.0], [3.0, 3.0]]),
        "A1": np.array([[1.0, 0.0], [3.0, 3.0]]),
        "A2": np.array([[0.5], [0.25]]),
        "W2": np.array([[2.0], [-1.0]]),
    }
    for n, inputs, hidden, outputs in SIZES:
        X, parameters = random.normal(size=(n, inputs)), layers(random, inputs, hidden, outputs)
        Z1, A1, _Z2, A2 = right_forward(X, **parameters).values()
        Y = random.integers(0, 2, (n, outputs)).astype(float)
        yield {"X": X, "Y": Y, "Z1": Z1, "A1": A1, "A2": A2, "W2": parameters["W2"]}


def steps(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Weights and gradients."""
    for _n, inputs, hidden, outputs in SIZES[:2]:
        gradients = layers(random, inputs, hidden, outputs)
        yield {
            **layers(random, inputs, hidden, outputs),
            **{f"d{name}": gradient for name, gradient in gradients.items()},
            "learning_rate": 0.1,
        }


def judged(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Three of five by hand, then at random."""
    yield {"A": np.array([[0.9, 0.2, 0.6, 0.4, 0.7]]).T, "Y": np.array([[1.0, 0.0, 0.0, 1.0, 1.0]]).T}
    for n in (7, 4):
        yield {"A": random.uniform(size=(n, 1)), "Y": random.integers(0, 2, (n, 1)).astype(float)}


# --- what they give ---


def right_initialize(sizes: list[int], random: int) -> dict[str, Any]:
    """A normal draw of standard deviation 0.01."""
    first, second = core.drawn(sizes, random, lambda fan_in, fan_out: initializers.Normal().std)
    return {"W1": first["W"], "b1": first["b"], "W2": second["W"], "b2": second["b"]}


def right_forward(X: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> dict[str, Any]:
    """Two dense layers with their activations."""
    Z1 = core.dense(X, W1, b1)
    A1 = core.activation("relu", Z1)
    Z2 = core.dense(A1, W2, b2)
    return {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": core.activation("sigmoid", Z2)}


def right_backward(X: Any, Y: Any, Z1: Any, A1: Any, A2: Any, W2: Any) -> dict[str, Any]:
    """Back through the loss, the sigmoid, a layer, the ReLU, a layer. (The core's loss is a mean over outputs.)"""
    dZ2 = A2.shape[1] * core.loss_back("sigmoid_cross_entropy", np.log(A2 / (1 - A2)), Y)
    dA1, dW2, db2 = core.dense_back(A1, W2, dZ2)
    dZ1 = core.activation_back("relu", Z1, dA1)
    _dX, dW1, db1 = core.dense_back(X, np.zeros((X.shape[1], Z1.shape[1])), dZ1)
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


def right_update(learning_rate: float, **arrays: Any) -> dict[str, Any]:
    """A step of gradient descent."""
    gradients = {name: arrays[f"d{name}"] for name in PARAMETERS}
    return core.step(optim.gradient_descent(learning_rate), {name: arrays[name] for name in PARAMETERS}, gradients)[0]


# --- the exercise ---


def initialize() -> Function:
    """Random weights."""
    return Function(
        name="initialize",
        words=_(
            "Where learning starts: small random weights, and biases of 0. Draw the numbers with random.randn, first W1"
            " and then W2, and multiply them by 0.01. sizes holds the numbers of inputs, hidden units and outputs."
        ),
        equation="W1, W2 = 0.01 · N(0, 1),  b1 = b2 = 0",
        shapes=wordings.shapes(**SHAPES),
        arguments={"sizes": "same", "random": "random"},
        outputs=PARAMETERS,
        right=right_initialize,
        cases=starts,
        question=_("If all hidden units began with the same weights, in what could they ever differ?"),
        mistakes=(
            Mistake("not_scaled", " * 0.01", "", _("The weights are not multiplied by 0.01.")),
            Mistake("same_weights", "random.randn(", "0 * random.randn(", wordings.same_weights()),
            Mistake("not_normal", "random.randn(", "random.rand(", wordings.not_normal()),
            Mistake("random_bias", "np.zeros(", "0.01 * random.randn(", wordings.random_bias()),
        ),
    )


def forward() -> Function:
    """X to A2."""
    return Function(
        name="forward",
        words=_(
            "From the inputs to the answer. The hidden layer weighs the inputs and goes through ReLU; the output weighs"
            " the hidden layer and goes through the sigmoid. relu and sigmoid are given."
        ),
        equation={
            "rows": "Z1 = X W1 + b1,  A1 = relu(Z1),  Z2 = A1 W2 + b2,  A2 = σ(Z2)",
            "columns": "Z1 = W1 X + b1,  A1 = relu(Z1),  Z2 = W2 A1 + b2,  A2 = σ(Z2)",
        },
        shapes=wordings.shapes(X="samples inputs", **SHAPES, A1="samples hidden", A2="samples outputs"),
        arguments={"X": "samples", **PARAMETERS},
        outputs={"Z1": "samples", "A1": "samples", "Z2": "samples", "A2": "samples"},
        right=right_forward,
        cases=forwards,
        question=_("What are the inputs of the second layer?"),
        mistakes=(
            Mistake("missing_bias", " + b1", "", wordings.bias_missing("b1")),
            Mistake("missing_bias", " + b2", "", wordings.bias_missing("b2")),
            Mistake("missing_activation", "relu(Z1)", "Z1", wordings.missing_activation("A1")),
            Mistake("missing_activation", "sigmoid(Z2)", "Z2", wordings.missing_activation("A2")),
            Mistake(
                "other_function",
                "relu(Z1)",
                "np.tanh(Z1)",
                _("A1 has gone through tanh: here the hidden layer has ReLU."),
            ),
            Mistake(
                "last_activation",
                "sigmoid(Z2)",
                "relu(Z2)",
                _("A2 has gone through ReLU: a probability needs the sigmoid, which stays between 0 and 1."),
            ),
            Mistake(
                "off_by_one_layer",
                "A1 @ W2",
                "X @ W2",
                _("The second layer is given X: its inputs are the outputs A1 of the layer before it."),
            ),
            Mistake("product_for_matmul", "X @ W1", "X * W1", wordings.product_for_matmul("Z1")),
            Mistake("product_for_matmul", "A1 @ W2", "A1 * W2", wordings.product_for_matmul("Z2")),
            Mistake("transposed", "X @ W1", "X @ W1.T", wordings.transposed("W1")),
            Mistake("transposed", "A1 @ W2", "A1 @ W2.T", wordings.transposed("W2")),
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
        ),
    )


def backward() -> Function:
    """The gradients of both layers."""
    return Function(
        name="backward",
        words=_(
            "The slope of the cost along all weights and biases. The error of the output goes back through W2 to the"
            " hidden layer, where it passes the units that ReLU let through. The derivative of ReLU is 1 where Z1 > 0,"
            " and 0 elsewhere."
        ),
        equation={
            "rows": "dZ2 = A2 − Y,  dW2 = A1ᵀ dZ2 / n,  db2 = (1/n) Σ dZ2,\n"
            "dZ1 = dZ2 W2ᵀ · relu′(Z1),  dW1 = Xᵀ dZ1 / n,  db1 = (1/n) Σ dZ1",
            "columns": "dZ2 = A2 − Y,  dW2 = dZ2 A1ᵀ / n,  db2 = (1/n) Σ dZ2,\n"
            "dZ1 = W2ᵀ dZ2 · relu′(Z1),  dW1 = dZ1 Xᵀ / n,  db1 = (1/n) Σ dZ1",
        },
        shapes=wordings.shapes(
            X="samples inputs",
            Y="samples outputs",
            Z1="samples hidden",
            A1="samples hidden",
            A2="samples outputs",
            W2="weights hidden outputs",
            dW1="weights inputs hidden",
            db1="bias hidden",
            dW2="weights hidden outputs",
            db2="bias outputs",
        ),
        arguments={"X": "samples", "Y": "samples", "Z1": "samples", "A1": "samples", "A2": "samples", "W2": "weights"},
        outputs=GRADIENTS,
        right=right_backward,
        cases=backwards,
        question=_("How much has a hidden unit to do with the error of an output, if their weight is 0?"),
        mistakes=(
            Mistake("missing_mean", " / n", "", wordings.missing_mean("dW1, db1, dW2, db2")),
            Mistake("missing_sum", "dZ2.sum(0)", "dZ2", wordings.missing_sum("db2")),
            Mistake("missing_sum", "dZ2.sum(0)", "dZ2.T", wordings.missing_sum("db2")),  # what it is in columns
            Mistake("missing_sum", "dZ1.sum(0)", "dZ1", wordings.missing_sum("db1")),
            Mistake("missing_sum", "dZ1.sum(0)", "dZ1.T", wordings.missing_sum("db1")),  # what it is in columns
            Mistake("wrong_sign", "A2 - Y", "Y - A2", wordings.wrong_sign("dZ2")),
            Mistake("derivative_twice", "A2 - Y", "(A2 - Y) * A2 * (1 - A2)", wordings.derivative_twice("dZ2", "A2")),
            Mistake("missing_derivative", " * (Z1 > 0)", "", wordings.missing_derivative("dZ1")),
            Mistake(
                "other_function",
                "(Z1 > 0)",
                "(1 - A1**2)",
                _("1 − A1² is the derivative of tanh: that of ReLU is 1 where Z1 > 0, and 0 elsewhere."),
            ),
            Mistake(
                "function_for_derivative",
                "(Z1 > 0)",
                "A1",
                _("dZ1 is multiplied by ReLU itself: its derivative is meant, 1 where Z1 > 0, and 0 elsewhere."),
            ),
            Mistake(
                "off_by_one_layer",
                "X.T @ dZ1",
                "A1.T @ dZ1",
                _("dW1 is made with A1: a layer's gradient takes its inputs, and those of the first layer are X."),
            ),
            Mistake(
                "off_by_one_layer",
                "A1.T @ dZ2",
                "X.T @ dZ2",
                _("dW2 is made with X: a layer's gradient takes its inputs, and those of the second layer are A1."),
            ),
            Mistake("transposed", "dZ2 @ W2.T", "dZ2 @ W2", wordings.transposed("W2")),
            Mistake("product_for_matmul", "dZ2 @ W2.T", "dZ2 * W2.T", wordings.product_for_matmul("dZ1")),
            Mistake("product_for_matmul", "X.T @ dZ1", "X.T * dZ1", wordings.product_for_matmul("dW1")),
            Mistake("product_for_matmul", "A1.T @ dZ2", "A1.T * dZ2", wordings.product_for_matmul("dW2")),
        ),
    )


def update() -> Function:
    """A step."""
    return Function(
        name="update",
        words=_(
            "One step downhill, of both layers; η is the learning_rate. Make new arrays: those that are given stay as"
            " they are."
        ),
        equation="W1 ← W1 − η dW1,  b1 ← b1 − η db1,  W2 ← W2 − η dW2,  b2 ← b2 − η db2",
        shapes=wordings.shapes(**SHAPES),
        arguments={**PARAMETERS, **GRADIENTS, "learning_rate": "same"},
        outputs=PARAMETERS,
        right=right_update,
        cases=steps,
        question=_("The gradient points uphill: which way does the step go?"),
        mistakes=(
            Mistake("wrong_sign", "- learning_rate", "+ learning_rate", wordings.uphill()),
            Mistake("missing_rate", "learning_rate * ", "", wordings.missing_rate()),
            *(
                Mistake("not_updated", f"{name} - learning_rate * d{name}", name, wordings.not_updated(name))
                for name in PARAMETERS
            ),
        ),
    )


def accuracy() -> Function:
    """The share that is right."""
    return Function(
        name="accuracy",
        words=_(
            "The share of samples that the network tells right, from 0 to 1. It says class 1 where the probability is"
            " above ½, and class 0 elsewhere."
        ),
        equation=_("(1/n) · the number of samples with (A > ½) = Y"),
        shapes=wordings.shapes(A="samples 1", Y="samples 1"),
        arguments={"A": "samples", "Y": "samples"},
        outputs={"share": "same"},
        right=lambda A, Y: {"share": core.accuracy(A, Y)},
        cases=judged,
        question=_("A sample has the probability 0.8 and the class 0: is it told right?"),
        mistakes=(
            Mistake("missing_mean", ".mean()", ".sum()", _("This is how many are right: their share is wanted.")),
            Mistake("errors_counted", "==", "!=", _("This is the share of samples that are told wrong.")),
            Mistake(
                "missing_threshold",
                "A > 0.5",
                "A",
                _("A probability is hardly ever 0 or 1 exactly: make a class of it first, 1 where it is above ½."),
            ),
            Mistake(
                "other_threshold",
                "A > 0.5",
                "A > 0",
                _("A probability is always above 0, so that all samples are of class 1 in yours: the threshold is ½."),
            ),
        ),
    )


def exercise() -> Exercise:
    """The exercise in the language that is spoken."""
    return Exercise(
        name="one-hidden-layer",
        title=_("One hidden layer"),
        words=_(
            "Between the inputs and the answer stands a layer of hidden units. Each of them looks for something of its"
            " own, and the output weighs what they found. The error reaches them backwards, through the same weights."
        ),
        functions=(initialize(), forward(), cost(), backward(), update(), accuracy()),
        run=Run(hidden=(7,), learning_rate=0.0075, iterations=1000),
    )
