"""Softmax: one layer that tells many classes apart, and stays finite for numbers of any size."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from clearprop.exercises import core, wordings
from clearprop.exercises.exercise import Exercise, Function, Mistake, Run
from clearprop.i18n import _

SIZES = ((5, 3, 4), (3, 3, 3))
"""Samples, inputs and classes: all different, all equal."""
COUNTED = np.log([[1.0, 2.0, 5.0], [5.0, 1.0, 2.0], [1.0, 1.0, 2.0]])
"""e^Z = 1, 2, 5, so ⅛, ¼, ⅝; ⅝, ⅛, ¼; ¼, ¼, ½."""
LARGE = np.array([[1000.0, 1001.0, 0.0], [-1001.0, -1000.0, -1000.0], [0.0, 1.0, 2.0]])
"""e^1000 is more than a 64-bit number can hold, and e^−1000 is less."""
FAR = np.array([[1000.0, 0.0, -1000.0], [1000.0, 999.0, 0.0], [0.0, 1000.0, 1000.0]])
"""Each sample's largest is the largest of all."""
APART = np.array([[0.0, -800.0, -1.0], [-800.0, 0.0, 0.0], [1.0, 0.0, -800.0]])
"""Here e^Z does not become too large, but a probability is rounded to 0."""


def images(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Inputs, weights, biases, and the classes that are right."""
    for n, inputs, classes in SIZES:
        X, W, b = random.normal(size=(n, inputs)), random.normal(size=(inputs, classes)), random.normal(size=classes)
        yield {"X": X, "W": W, "b": b, "Y": np.eye(classes)[random.integers(0, classes, n)]}


def sums(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Worked by hand, at random, then large ones."""
    yield {"Z": COUNTED}
    for n, _inputs, classes in SIZES:
        yield {"Z": 2 * random.normal(size=(n, classes))}
    yield {"Z": FAR}
    yield {"Z": LARGE}


def labels(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Numbers of classes."""
    yield {"y": np.array([2, 0, 2]), "classes": 3}
    for n, _inputs, classes in SIZES:
        yield {"y": random.integers(0, classes, n), "classes": classes}


def forwards(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """What the layer sees."""
    for case in images(random):
        yield {name: case[name] for name in ("X", "W", "b")}


def answers(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Probabilities, and the classes that were right."""
    # (ln 4 + ln 2 + ln 8) / 3 = 2 ln 2
    yield {"A": np.array([[0.5, 0.25, 0.25], [0.5, 0.25, 0.25], [0.75, 0.125, 0.125]]), "Y": np.eye(3)[[1, 0, 2]]}
    for case in images(random):
        yield {"A": probabilities(case), "Y": case["Y"]}


def sums_and_answers(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Sums of all sizes, and the classes that were right."""
    yield {"Z": COUNTED, "Y": np.eye(3)[[1, 1, 2]]}  # −(ln ¼ + ln ⅛ + ln ½) / 3 = 2 ln 2
    for case in images(random):
        yield {"Z": case["X"] @ case["W"], "Y": case["Y"]}
    yield {"Z": APART, "Y": np.eye(3)}
    yield {"Z": LARGE, "Y": np.eye(3)}


def errors(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Slopes along the probabilities, and the probabilities."""
    # A · dA sums to ½ · 2 + ¼ · 4 = 2, so dZ = (0, ½, −½)
    yield {"dA": np.array([[2.0, 4.0, 0.0]] * 3), "A": np.array([[0.5, 0.25, 0.25]] * 3)}
    for case in images(random):
        yield {"dA": random.normal(size=case["Y"].shape), "A": probabilities(case)}


def backwards(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Inputs, probabilities, and the classes that were right."""
    for case in images(random):
        yield {"X": case["X"], "A": probabilities(case), "Y": case["Y"]}


def probabilities_only(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Probabilities; the classes are 2, 0, 1 in the first."""
    yield {"A": np.array([[0.125, 0.25, 0.625], [0.5, 0.25, 0.25], [0.0, 1.0, 0.0]])}
    for case in images(random):
        yield {"A": probabilities(case)}


def probabilities(case: Mapping[str, Any]) -> Any:
    """What the layer answers."""
    return core.activation("softmax", core.dense(case["X"], case["W"], case["b"]))


def right_forward(X: Any, W: Any, b: Any) -> dict[str, Any]:
    """Through the layer and the softmax."""
    Z = core.dense(X, W, b)
    return {"Z": Z, "A": core.activation("softmax", Z)}


def right_backward(X: Any, A: Any, Y: Any) -> dict[str, Any]:
    """Through the loss, the softmax and the layer."""
    dZ = core.loss_back("softmax_cross_entropy", np.log(A), Y)
    _dX, dW, db = core.dense_back(X, np.zeros((X.shape[1], A.shape[1])), dZ)
    return {"dW": dW, "db": db}


def exercise() -> Exercise:
    """The exercise in the language that is spoken."""
    return Exercise(
        name="softmax",
        title=_("Softmax: many classes"),
        words=_(
            "A layer with one unit for each class. The softmax turns the sums of the units into probabilities that add"
            " up to 1. The layer learns by gradient descent on the cross-entropy. You also learn to compute with large"
            " numbers: e^1000 does not fit into a computer's number, but the softmax of 1000 does."
        ),
        functions=(
            softmax(),
            one_hot(),
            forward(),
            cross_entropy(),
            stable_cross_entropy(),
            softmax_backward(),
            backward(),
            classify(),
        ),
        run=Run(hidden=(), output="softmax", learning_rate=0.05, iterations=500),
    )


def softmax() -> Function:
    """From sums to probabilities."""
    return Function(
        name="softmax",
        words=_(
            "Turns the sums of each sample into probabilities: all are above 0, and they add up to 1. Take the largest"
            " sum of the sample off first: the result is the same, and e^Z cannot become too large."
        ),
        equation="A_j = e^(Z_j − m) / Σ_k e^(Z_k − m),  m = max_k Z_k",
        shapes=wordings.shapes(Z="samples classes", A="samples classes"),
        arguments={"Z": "samples"},
        outputs={"A": "samples"},
        right=lambda Z: {"A": core.activation("softmax", Z)},
        cases=sums,
        question=_("What does the softmax become if you take the same number off every sum of a sample?"),
        mistakes=(
            Mistake("unstable", "Z - Z.max(1, keepdims=True)", "Z", unstable()),
            Mistake(
                "wrong_axis",
                "(1, keepdims",
                "(0, keepdims",
                _(
                    "The largest sum and the total are taken over the samples: take them over the classes of each"
                    " sample."
                ),
            ),
            Mistake("wrong_axis", "e.sum(1", "e.sum(0", total_over_samples()),
            Mistake(
                "wrong_axis",
                "Z.max(1",
                "Z.max(0",
                _("The largest sum is taken over the samples: take it over the classes of each sample."),
            ),
            Mistake(
                "max_of_all",
                "Z.max(1, keepdims=True)",
                "Z.max()",
                _(
                    "One largest number is taken off all samples: a sample with much smaller sums becomes 0 / 0. Each"
                    " sample needs its own largest sum."
                ),
            ),
            Mistake(
                "sum_of_all",
                "e.sum(1, keepdims=True)",
                "e.sum()",
                _("The probabilities of all samples together add up to 1: those of each sample must."),
            ),
            Mistake("keepdims_lost", "e.sum(1, keepdims=True)", "e.sum(1)", wordings.keepdims_lost("e.sum")),
            Mistake(
                "not_normalised",
                "e / e.sum(1, keepdims=True)",
                "e",
                _("The numbers do not add up to 1: divide them by their sum."),
            ),
            Mistake(
                "other_function",
                "e / e.sum(1, keepdims=True)",
                "1 / (1 + np.exp(-Z))",
                _("This is the sigmoid: it looks at each sum alone. The softmax compares the classes of a sample."),
            ),
        ),
    )


def unstable() -> str:
    """e^1000."""
    return _(
        "For large numbers the result is not a number: e^1000 is too large for the computer. Take the largest number of"
        " each sample off before e^."
    )


def total_over_samples() -> str:
    """The wrong axis."""
    return _("The sum runs over the samples: it must run over the classes of each sample.")


def one_hot() -> Function:
    """From class numbers to rows of one 1."""
    return Function(
        name="one_hot",
        words=_(
            "Turns the number of each sample's class into zeros with a single 1, at the place of the class. The classes"
            " are counted from 0."
        ),
        equation=_("Y_j = 1 where j is the class of the sample, else 0"),
        shapes={
            "rows": "y: (n,), Y: (n, classes)",
            "columns": "y: (n,), Y: (classes, n)",
        },
        arguments={"y": "same", "classes": "same"},
        outputs={"Y": "samples"},
        right=lambda y, classes: {"Y": core.classes_as_rows(y, classes)},
        cases=labels,
        question=_("Where in the identity matrix do you find what belongs to the class 2?"),
        mistakes=(
            Mistake(
                "off_by_one",
                "[y]",
                "[y - 1]",
                _("The 1 stands one place too early: the classes are counted from 0."),
            ),
            Mistake(
                "off_by_one",
                "np.eye(classes)[y]",
                "np.eye(classes)[(y + 1) % classes]",
                _("The 1 stands one place too late: the classes are counted from 0."),
            ),
            Mistake(
                "inverted",
                "np.eye(classes)[y]",
                "1 - np.eye(classes)[y]",
                _("The ones and the zeros are exchanged: only the place of the class is 1."),
            ),
        ),
    )


def forward() -> Function:
    """The layer."""
    return Function(
        name="forward",
        words=_("The layer's answer: the weighted sums, and the probabilities that the softmax makes of them."),
        equation={"rows": "Z = X W + b,  A = softmax(Z)", "columns": "Z = W X + b,  A = softmax(Z)"},
        shapes=wordings.shapes(
            X="samples inputs", W="weights inputs classes", b="bias classes", Z="samples classes", A="samples classes"
        ),
        arguments={"X": "samples", "W": "weights", "b": "bias"},
        outputs={"Z": "samples", "A": "samples"},
        right=right_forward,
        cases=forwards,
        question=_("Which axis of W has the length of the inputs, and which that of the classes?"),
        mistakes=(
            Mistake("missing_bias", " + b", "", wordings.missing_bias()),
            Mistake("missing_activation", "softmax(Z)", "Z", wordings.missing_activation("A")),
            Mistake("product_for_matmul", "X @ W", "X * W", wordings.product_for_matmul("Z")),
            Mistake("transposed", "X @ W", "X @ W.T", wordings.transposed("W")),
            Mistake(
                "swapped_factors",
                "X @ W",
                "W @ X",
                _("The factors stand in the wrong order: their inner axes must agree."),
            ),
            Mistake("wrong_sign", "+ b", "- b", wordings.wrong_sign("b")),
            Mistake(
                "activation_twice",
                "Z, softmax(Z)",
                "Z, softmax(softmax(Z))",
                _("A has gone through the softmax twice."),
            ),
        ),
    )


def cross_entropy() -> Function:
    """The cost, from probabilities."""
    return Function(
        name="cross_entropy",
        words=_(
            "The mean cross-entropy over the samples: minus the logarithm of the probability of the right class. Y is 1"
            " for the right class and 0 elsewhere."
        ),
        equation="J = −(1/n) Σ_samples Σ_j Y_j ln A_j",
        shapes=wordings.shapes(A="samples classes", Y="samples classes", J="same"),
        arguments={"A": "samples", "Y": "samples"},
        outputs={"J": "same"},
        right=lambda A, Y: {"J": core.loss("categorical_cross_entropy", A, Y)},
        cases=answers,
        question=_("What does a sample cost if its class has the probability 1, and what if it has ½?"),
        mistakes=(
            Mistake("missing_mean", ".mean()", ".sum()", wordings.missing_mean("J")),
            Mistake("wrong_sign", "-(Y", "(Y", wordings.wrong_sign("J")),
            Mistake(
                "mean_of_all",
                ".sum(1)",
                "",
                _(
                    "J is divided by the number of classes, too: add up over the classes, then take the mean over"
                    " samples."
                ),
            ),
            Mistake(
                "binary_cost",
                "(Y * np.log(A))",
                "(Y * np.log(A) + (1 - Y) * np.log(1 - A))",
                _("The term (1 − Y) ln(1 − A) belongs to the sigmoid. With the softmax only the right class counts."),
            ),
        ),
    )


def stable_cross_entropy() -> Function:
    """The cost, from sums."""
    return Function(
        name="stable_cross_entropy",
        words=_(
            "The same cost from the sums Z. The logarithm and the e^ of the softmax cancel, so that it stays exact"
            " where a probability is rounded to 0. Take the largest sum m of each sample off before e^, and add it"
            " again behind the logarithm."
        ),
        equation="J = (1/n) Σ_samples (ln Σ_k e^(Z_k − m) + m − Σ_j Y_j Z_j),  m = max_k Z_k",
        shapes=wordings.shapes(Z="samples classes", Y="samples classes", J="same"),
        arguments={"Z": "samples", "Y": "samples"},
        outputs={"J": "same"},
        right=lambda Z, Y: {"J": core.loss("softmax_cross_entropy", Z, Y)},
        cases=sums_and_answers,
        question=_("What is ln(e^Z / S), written without a fraction?"),
        mistakes=(
            Mistake(
                "unstable",
                "np.log(np.exp(Z - top).sum(1, keepdims=True)) + top",
                "np.log(np.exp(Z).sum(1, keepdims=True))",
                unstable(),
            ),
            Mistake(
                "log_of_zero",
                "log_total - (Y * Z).sum(1, keepdims=True)",
                "-(Y * np.log(softmax(Z))).sum(1, keepdims=True)",
                _(
                    "For large numbers the softmax is rounded to 0, and ln 0 is not a number. Do not take the logarithm"
                    " of the softmax: write it as Z minus the logarithm of the sum."
                ),
            ),
            Mistake("max_not_added", " + top", "", _("The largest sum m is taken off, but not added again.")),
            Mistake("missing_mean", ".mean()", ".sum()", wordings.missing_mean("J")),
            Mistake("wrong_sign", "- (Y * Z)", "+ (Y * Z)", wordings.wrong_sign("Y Z")),
        ),
    )


def softmax_backward() -> Function:
    """The way back through the softmax alone."""
    return Function(
        name="softmax_backward",
        words=_(
            "The way back through the softmax, whatever the cost is: dA is the slope along each probability, dZ that"
            " along each sum. Every sum changes all probabilities of its sample."
        ),
        equation="dZ_j = A_j (dA_j − Σ_k dA_k A_k)",
        shapes=wordings.shapes(dA="samples classes", A="samples classes", dZ="samples classes"),
        arguments={"dA": "samples", "A": "samples"},
        outputs={"dZ": "samples"},
        right=lambda dA, A: {"dZ": core.activation_back("softmax", np.log(A), dA)},
        cases=errors,
        question=_("If one sum grows, what do the other probabilities of the sample do?"),
        mistakes=(
            Mistake(
                "sigmoid_slope",
                "A * (dA - (dA * A).sum(1, keepdims=True))",
                "dA * A * (1 - A)",
                _("A (1 − A) is the slope of the sigmoid: here each sum also changes the other probabilities."),
            ),
            Mistake(
                "missing_sum",
                " - (dA * A).sum(1, keepdims=True)",
                "",
                _("The sum Σ dA A is missing: it is how the other probabilities answer."),
            ),
            Mistake("wrong_axis", "sum(1", "sum(0", total_over_samples()),
            Mistake("keepdims_lost", "sum(1, keepdims=True)", "sum(1)", wordings.keepdims_lost("sum")),
            Mistake("wrong_sign", "dA - (", "dA + (", wordings.wrong_sign("Σ dA A")),
        ),
    )


def backward() -> Function:
    """The gradient."""
    return Function(
        name="backward",
        words=_("The slope of the cost along each weight and each bias. For softmax and cross-entropy dZ is A − Y."),
        equation={
            "rows": "dZ = A − Y,  dW = Xᵀ dZ / n,  db = (1/n) Σ dZ",
            "columns": "dZ = A − Y,  dW = dZ Xᵀ / n,  db = (1/n) Σ dZ",
        },
        shapes=wordings.shapes(
            X="samples inputs",
            A="samples classes",
            Y="samples classes",
            dW="weights inputs classes",
            db="bias classes",
        ),
        arguments={"X": "samples", "A": "samples", "Y": "samples"},
        outputs={"dW": "weights", "db": "bias"},
        right=right_backward,
        cases=backwards,
        question=_("The error of a class is its probability minus what it should be: which input does it go with?"),
        mistakes=(
            Mistake("missing_mean", " / n", "", wordings.missing_mean("dW, db")),
            Mistake("wrong_sign", "A - Y", "Y - A", wordings.wrong_sign("dZ")),
            Mistake("product_for_matmul", "X.T @ dZ", "X.T * dZ", wordings.product_for_matmul("dW")),
            Mistake("transposed", "X.T @ dZ", "X @ dZ", wordings.transposed("X")),
            Mistake("missing_sum", "dZ.sum(0)", "dZ", wordings.missing_sum("db")),
            Mistake("missing_sum", "db = dZ.sum(0)", "db = dZ.T", wordings.missing_sum("db")),  # what it is in columns
            Mistake(
                "derivative_twice",
                "A - Y",
                "(A - Y) * A * (1 - A)",
                _("The softmax's slope is in dZ = A − Y already: do not multiply by it again."),
            ),
            Mistake(
                "wrong_count",
                "X.shape[0]",
                "X.shape[1]",
                _("You divide by the number of inputs: the mean is over the samples."),
            ),
            Mistake(
                "wrong_count",
                "n = X.shape[0]",
                "n = A.shape[1]",
                _("You divide by the number of classes: the mean is over the samples."),
            ),
        ),
    )


def classify() -> Function:
    """From probabilities to a class."""
    return Function(
        name="classify",
        words=_("The class of each sample: the number of its largest probability, counted from 0."),
        equation="y = argmax_j A_j",
        shapes={"rows": "A: (n, classes), y: (n,)", "columns": "A: (classes, n), y: (n,)"},
        arguments={"A": "samples"},
        outputs={"y": "same"},
        right=lambda A: {"y": highest(A)},
        cases=probabilities_only,
        question=_("Do you need the largest probability, or the place where it stands?"),
        mistakes=(
            Mistake(
                "wrong_axis",
                "argmax(1)",
                "argmax(0)",
                _("You look for the largest probability over the samples: look over the classes of each sample."),
            ),
            Mistake(
                "value_for_place",
                "A.argmax(1)",
                "A.max(1)",
                _("This is the largest probability itself: its place is wanted, which is the number of the class."),
            ),
            Mistake(
                "off_by_one",
                "A.argmax(1)",
                "A.argmax(1) + 1",
                _("The numbers are one too large: the classes are counted from 0."),
            ),
        ),
    )


def highest(A: Any) -> Any:
    """The place of each sample's largest probability."""
    return core.in_float64(lambda P: core.jnp.argmax(P, 1))(A)
