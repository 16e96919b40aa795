"""Logistic regression, one unit: the whole of learning in five functions."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from clearprop.exercises import core, wordings
from clearprop.exercises.core import optim
from clearprop.exercises.exercise import Exercise, Function, Mistake, Run
from clearprop.i18n import _

SIZES = ((5, 3), (4, 4), (1, 2))
"""Samples and inputs: all different, all equal, a single sample."""


def images(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Inputs, weights, bias, and the classes 0 and 1."""
    for n, inputs in SIZES:
        X, W, b = random.normal(size=(n, inputs)), random.normal(size=(inputs, 1)), random.normal(size=1)
        yield {"X": X, "W": W, "b": b, "Y": random.integers(0, 2, (n, 1)).astype(float)}


def sums(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Worked by hand: σ(0) = ½, σ(ln 3) = ¾; then at random."""
    yield {"Z": np.array([[0.0, np.log(3)]])}
    yield {"Z": random.normal(size=(4, 3))}


def forwards(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """What the unit sees."""
    for case in images(random):
        yield {name: case[name] for name in ("X", "W", "b")}


def answers(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Probabilities, and the classes that were right."""
    yield {"A": np.array([[0.5], [0.75]]), "Y": np.array([[1.0], [0.0]])}  # (ln 2 + ln 4) / 2
    for case in images(random):
        yield {"A": core.activation("sigmoid", case["X"] @ case["W"]), "Y": case["Y"]}


def backwards(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Inputs, probabilities, and the classes."""
    for case in images(random):
        yield {"X": case["X"], "A": core.activation("sigmoid", case["X"] @ case["W"]), "Y": case["Y"]}


def steps(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Weights and a gradient."""
    for _n, inputs in SIZES:
        W, dW, b, db = (random.normal(size=shape) for shape in ((inputs, 1), (inputs, 1), 1, 1))
        yield {"W": W, "b": b, "dW": dW, "db": db, "learning_rate": 0.1}


def right_backward(X: Any, A: Any, Y: Any) -> dict[str, Any]:
    """Through the loss, the sigmoid and the layer."""
    Z = np.log(A / (1 - A))
    _dX, dW, db = core.dense_back(X, np.zeros((X.shape[1], 1)), core.loss_back("sigmoid_cross_entropy", Z, Y))
    return {"dW": dW, "db": db}


def right_update(W: Any, b: Any, dW: Any, db: Any, learning_rate: float) -> dict[str, Any]:
    """A step of gradient descent."""
    return core.step(optim.gradient_descent(learning_rate), {"W": W, "b": b}, {"W": dW, "b": db})[0]


def _sigmoid() -> Function:
    """The activation."""
    return Function(
        name="sigmoid",
        words=_("Squashes any number to one between 0 and 1."),
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
        ),
    )


def _forward() -> Function:
    """From the inputs to the answer."""
    return Function(
        name="forward",
        words=_("The unit's answer to each sample: its weighted sum, through the sigmoid."),
        equation={"rows": "Z = X W + b,  A = σ(Z)", "columns": "Z = W X + b,  A = σ(Z)"},
        shapes=wordings.shapes(X="samples inputs", W="weights inputs 1", b="bias 1", A="samples 1"),
        arguments={"X": "samples", "W": "weights", "b": "bias"},
        outputs={"A": "samples"},
        right=lambda X, W, b: {"A": core.activation("sigmoid", core.dense(X, W, b))},
        cases=forwards,
        question=_("Which of the two factors must stand first, so that their inner axes agree?"),
        mistakes=(
            Mistake("missing_bias", " + b", "", wordings.missing_bias()),
            Mistake("missing_activation", "sigmoid(Z)", "Z", wordings.missing_activation("A")),
            Mistake("wrong_sign", "+ b", "- b", wordings.wrong_sign("b")),
        ),
    )


def _cost() -> Function:
    """How wrong the answers are."""
    return Function(
        name="cost",
        words=_("The mean cross-entropy over the samples: how surprised the unit is by the right answers."),
        equation="J = −(1/n) Σ (Y ln A + (1 − Y) ln(1 − A))",
        arguments={"A": "samples", "Y": "samples"},
        outputs={"J": "same"},
        right=lambda A, Y: {"J": core.loss("binary_cross_entropy", A, Y)},
        cases=answers,
        question=_("What does a single sample cost if its class is 1, and what if it is 0?"),
        mistakes=(
            Mistake("missing_mean", ".mean()", ".sum()", wordings.missing_mean("J")),
            Mistake("wrong_sign", "-(Y", "(Y", wordings.wrong_sign("J")),
            Mistake(
                "missing_half",
                " + (1 - Y) * np.log(1 - A)",
                "",
                _("The samples of class 0 cost nothing in yours: the term (1 − Y) ln(1 − A) is missing."),
            ),
        ),
    )


def _backward() -> Function:
    """From the error to the gradients."""
    return Function(
        name="backward",
        words=_("The slope of the cost along each weight and the bias."),
        equation={
            "rows": "dZ = A − Y,  dW = Xᵀ dZ / n,  db = (1/n) Σ dZ",
            "columns": "dZ = A − Y,  dW = dZ Xᵀ / n,  db = (1/n) Σ dZ",
        },
        arguments={"X": "samples", "A": "samples", "Y": "samples"},
        outputs={"dW": "weights", "db": "bias"},
        right=right_backward,
        cases=backwards,
        question=_("Each sample pulls at W by its error times its input: how are the pulls put together?"),
        mistakes=(
            Mistake("missing_mean", " / n", "", wordings.missing_mean("dW, db")),
            Mistake("wrong_sign", "A - Y", "Y - A", wordings.wrong_sign("dZ")),
            Mistake("missing_sum", "dZ.sum(0)", "dZ", wordings.missing_sum("db")),
            Mistake(
                "derivative_twice",
                "A - Y",
                "(A - Y) * A * (1 - A)",
                _(
                    "dZ has the sigmoid's slope A (1 − A) in it already: with the cross-entropy it cancels, and"
                    " dZ = A − Y."
                ),
            ),
        ),
    )


def _update() -> Function:
    """The step."""
    return Function(
        name="update",
        words=_("One step downhill; η is the learning_rate."),
        equation="W ← W − η dW,  b ← b − η db",
        arguments={"W": "weights", "b": "bias", "dW": "weights", "db": "bias", "learning_rate": "same"},
        outputs={"W": "weights", "b": "bias"},
        right=right_update,
        cases=steps,
        question=_("The gradient points uphill: which way does the step go?"),
        mistakes=(
            Mistake("wrong_sign", "- learning_rate", "+ learning_rate", wordings.uphill()),
            Mistake("missing_rate", "learning_rate * ", "", wordings.missing_rate()),
            Mistake("missing_update", "b = b - learning_rate * db", "pass", wordings.not_updated("b")),
        ),
    )


def exercise() -> Exercise:
    """The exercise in the language that is spoken."""
    return Exercise(
        name="logistic-regression",
        title=_("Logistic regression: one unit"),
        words=_(
            "A single unit weighs its inputs, adds a bias, and answers with the probability of class 1. It learns by"
            " gradient descent on the cross-entropy. All of deep learning is here already, in its smallest form."
        ),
        functions=(_sigmoid(), _forward(), _cost(), _backward(), _update()),
        run=Run(hidden=(), learning_rate=0.005, iterations=2000),
    )
