"""Regularisation: L2 keeps the weights small, dropout lets no unit count on another."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from clearprop.exercises import core, wordings
from clearprop.exercises.exercise import Exercise, Function, Mistake, Run
from clearprop.i18n import _

SIZES = ((4, 3, 2), (3, 3, 3))
"""The inputs and units of networks: all different, all equal."""
LAYERS = ((5, 3, 4), (3, 3, 3))
"""Samples, inputs and units of a layer."""
KEEP = (0.8, 0.6)
SEEDS = range(4)
"""Of the random numbers that decide who stays."""
Cases = Iterator[dict[str, Any]]


def network(random: np.random.Generator, sizes: tuple[int, ...], W: str, b: str) -> list[dict[str, Any]]:
    """Random weights and biases, or their gradients, by these names."""
    return [{W: random.normal(size=shape), b: random.normal(size=shape[1])} for shape in pairwise(sizes)]


def penalties(random: np.random.Generator) -> Cases:
    """1 + 4 + 9 + 16 = 30, times ½ / (2 · 3) = 2.5; then at random."""
    yield {"parameters": [{"W": np.array([[1.0, 2.0], [3.0, 4.0]]), "b": np.array([5.0, 6.0])}], "n": 3, "lambd": 0.5}
    for n, sizes in zip((7, 3), SIZES, strict=True):
        yield {"parameters": network(random, sizes, "W", "b"), "n": n, "lambd": 0.7}


def gradients(random: np.random.Generator) -> Cases:
    """Gradients and weights: in the first 1 + 0.5 / 2 · 4 = 2."""
    yield {
        "gradients": [{"dW": np.array([[1.0]]), "db": np.array([3.0])}],
        "parameters": [{"W": np.array([[4.0]]), "b": np.array([8.0])}],
        "n": 2,
        "lambd": 0.5,
    }
    for n, sizes in zip((7, 3), SIZES, strict=True):
        slopes, layers = network(random, sizes, "dW", "db"), network(random, sizes, "W", "b")
        yield {"gradients": slopes, "parameters": layers, "n": n, "lambd": 0.7}


def decays(random: np.random.Generator) -> Cases:
    """(1 − 0.1 · 2 / 4) · 2 − 0.1 · 3 = 1.6; then at random."""
    yield {"W": np.array([[2.0]]), "dW": np.array([[3.0]]), "n": 4, "lambd": 2.0, "learning_rate": 0.1}
    for shape in ((4, 3), (3, 3)):
        W, dW = random.normal(size=shape), random.normal(size=shape)
        yield {"W": W, "dW": dW, "n": 7, "lambd": 0.7, "learning_rate": 0.3}


def numbers(random: np.random.Generator) -> Cases:
    """Random numbers from 0 to 1."""
    for keep in KEEP:
        for n, _inputs, units in LAYERS:
            yield {"U": core.uniform(int(random.choice(SEEDS)), (n, units)), "keep": keep}


def masked(random: np.random.Generator) -> Iterator[tuple[int, int, int, Any, float]]:
    """Samples, inputs and units of a layer, a mask for it, and how many stay."""
    for keep, (n, inputs, units) in zip(KEEP, LAYERS, strict=True):
        yield n, inputs, units, mask(int(random.choice(SEEDS)), (n, units), keep), keep


def drops(random: np.random.Generator) -> Cases:
    """Outputs and a mask, while training and after it."""
    for n, _inputs, units, D, keep in masked(random):
        A = random.normal(size=(n, units))
        yield {"A": A, "D": D, "keep": keep, "training": True}
        yield {"A": A, "D": D, "keep": keep, "training": False}


def drops_back(random: np.random.Generator) -> Cases:
    """Errors and a mask."""
    for n, _inputs, units, D, keep in masked(random):
        yield {"dA": random.normal(size=(n, units)), "D": D, "keep": keep}


def forwards(random: np.random.Generator) -> Cases:
    """A layer and its mask."""
    for n, inputs, units, D, keep in masked(random):
        A, W, b = random.normal(size=(n, inputs)), random.normal(size=(inputs, units)), random.normal(size=units)
        yield {"A_before": A, "W": W, "b": b, "D": D, "keep": keep}


def backwards(random: np.random.Generator) -> Cases:
    """The error behind a layer, and what the layer knows."""
    for n, inputs, units, D, keep in masked(random):
        A, W = random.normal(size=(n, inputs)), random.normal(size=(inputs, units))
        dA, Z = random.normal(size=(n, units)), random.normal(size=(n, units))
        yield {"dA": dA, "A_before": A, "W": W, "Z": Z, "D": D, "keep": keep}


def mask(seed: int, shape: tuple[int, ...], keep: float) -> Any:
    """1 where layers.Dropout with this seed lets a one through, else 0."""
    ones = np.ones(shape)
    return (core.dropout(1 - keep, seed, ones, ones)[0] > 0).astype(float)


def seed_of(D: Any, keep: float) -> int:
    """The seed that gives this mask."""
    return next(seed for seed in SEEDS if np.array_equal(mask(seed, D.shape, keep), D))


def right_penalty(parameters: list[dict[str, Any]], n: int, lambd: float) -> dict[str, Any]:
    """λ/(2n) of the squared length of all weights together."""
    length = core.in_float64(core.optim.global_norm)([layer["W"] for layer in parameters])
    return {"penalty": lambd / (2 * n) * length**2}


def right_gradients(gradients: Any, parameters: Any, n: int, lambd: float) -> dict[str, Any]:
    """What a step of gradient descent with decay, at the rate 1, takes off the weights."""
    descent = core.optim.gradient_descent(1.0, weight_decay=lambd / n)
    return {
        "after": [
            {"dW": layer["W"] - core.step(descent, layer["W"], gradient["dW"])[0], "db": gradient["db"]}
            for gradient, layer in zip(gradients, parameters, strict=True)
        ]
    }


def right_decay(W: Any, dW: Any, n: int, lambd: float, learning_rate: float) -> dict[str, Any]:
    """A step of gradient descent with decay."""
    return {"W": core.step(core.optim.gradient_descent(learning_rate, weight_decay=lambd / n), W, dW)[0]}


def right_mask(U: Any, keep: float) -> dict[str, Any]:
    """The mask of layers.Dropout where these are the numbers that it draws."""
    seed = next(seed for seed in SEEDS if np.array_equal(core.uniform(seed, U.shape), U))
    return {"D": mask(seed, U.shape, keep)}


def right_dropout(A: Any, D: Any, keep: float, training: bool) -> dict[str, Any]:
    """Through layers.Dropout with this mask."""
    return {"A": core.dropout(1 - keep, seed_of(D, keep), A, A, training)[0]}


def right_back(dA: Any, D: Any, keep: float) -> Any:
    """Back through layers.Dropout with this mask."""
    return core.dropout(1 - keep, seed_of(D, keep), dA, dA)[1]


def right_layer(A_before: Any, W: Any, b: Any, D: Any, keep: float) -> dict[str, Any]:
    """Through the layer, ReLU and dropout."""
    Z = core.dense(A_before, W, b)
    return {"Z": Z} | right_dropout(core.activation("relu", Z), D, keep, True)


def right_layer_back(dA: Any, A_before: Any, W: Any, Z: Any, D: Any, keep: float) -> dict[str, Any]:
    """Back through dropout, ReLU and the layer."""
    dZ = core.activation_back("relu", Z, right_back(dA, D, keep))
    return dict(zip(("dA_before", "dW", "db"), core.dense_back(A_before, W, dZ), strict=True))


def exercise() -> Exercise:
    """The exercise in the language that is spoken."""
    return Exercise(
        name="regularisation",
        title=_("Regularisation: L2 and dropout"),
        words=_(
            "A network can learn its examples by heart and still be wrong on new ones. Two remedies: L2 adds to the"
            " cost for large weights, and dropout leaves out units at random while training, so that none can count on"
            " another. You write both, forward and back. When your network trains on real data, clearprop trains one"
            " beside it without L2 and dropout: compare how well both do on new samples."
        ),
        functions=(
            l2_penalty(),
            l2_gradients(),
            weight_decay(),
            dropout_mask(),
            dropout(),
            dropout_backward(),
            layer_forward(),
            layer_backward(),
        ),
        run=Run(hidden=(20, 7, 5), iterations=500, same_start=False),
    )


def not_divided() -> str:
    """λ without 1/n."""
    return _("λ is not divided by n, the number of samples.")


def one_half_too_few() -> str:
    """1/n for 1/(2n)."""
    return _("The penalty is twice too large: it has ½ in it, so that its slope has none.")


def one_half_too_many() -> str:
    """1/(2n) for 1/n."""
    return _("λ is divided by 2 n: the slope of W² is 2 W, so that the ½ is gone and λ / n stays.")


def bias_penalised() -> str:
    """b² or b."""
    return _("The biases are made small, too: L2 is for the weights only.")


def not_scaled() -> str:
    """Without 1/keep."""
    return _("It is not divided by keep: fewer units are there, so each one counts for more.")


def scaled_by_rate() -> str:
    """1/(1 − keep)."""
    return _("It is divided by 1 − keep, the share that is left out: divide by keep, the share that stays.")


def mask_inverted() -> str:
    """1 − D."""
    return _("The units that should stay are left out: D is 1 for those that stay.")


def mask_missing_back() -> str:
    """dA for dA D."""
    return _("The mask is missing on the way back: a unit that was left out gets no error.")


def l2_penalty() -> Function:
    """The cost of weights."""
    return Function(
        name="l2_penalty",
        words=_(
            "What L2 adds to the cost: the squares of all weights of all layers, times λ / (2 n). The parameters are a"
            " list with a dictionary of W and b for each layer, n is the number of samples, and lambd is λ. (lambda is"
            " a word of Python's own.) Biases are not counted."
        ),
        equation="penalty = λ / (2 n) Σ_layers Σ W²",
        shapes=wordings.shapes(W="weights fan_in fan_out", b="bias fan_out", penalty="same"),
        arguments={"parameters": [{"W": "weights", "b": "bias"}], "n": "same", "lambd": "same"},
        outputs={"penalty": "same"},
        right=right_penalty,
        cases=penalties,
        question=_("What does a weight of 2 cost, compared with a weight of 1?"),
        mistakes=(
            Mistake("missing_half", "lambd / 2", "lambd", one_half_too_few()),
            Mistake("missing_mean", " / n", "", not_divided()),
            Mistake("missing_lambda", "lambd / 2", "1 / 2", _("λ is missing.")),
            Mistake(
                "bias_penalised",
                '(layer["W"] ** 2).sum()',
                '(layer["W"] ** 2).sum() + (layer["b"] ** 2).sum()',
                bias_penalised(),
            ),
            Mistake(
                "missing_square",
                '(layer["W"] ** 2).sum()',
                'np.abs(layer["W"]).sum()',
                _("The weights are added up without their signs, which is L1: L2 adds up their squares."),
            ),
            Mistake(
                "root_taken",
                '(layer["W"] ** 2).sum()',
                'np.linalg.norm(layer["W"])',
                _("This is the length of the weights, a root: L2 takes its square."),
            ),
            Mistake("off_by_one_layer", "in parameters", "in parameters[:-1]", _("The last layer is not counted.")),
        ),
    )


def l2_gradients() -> Function:
    """The slope of the penalty."""
    return Function(
        name="l2_gradients",
        words=_(
            "The gradients with L2: the slope of the penalty is added to dW in each layer. db stays as it is. Give back"
            " a new list, and leave the old one alone."
        ),
        equation="dW ← dW + (λ / n) W,  db ← db",
        shapes=wordings.shapes(
            dW="weights fan_in fan_out", db="bias fan_out", W="weights fan_in fan_out", b="bias fan_out"
        ),
        arguments={
            "gradients": [{"dW": "weights", "db": "bias"}],
            "parameters": [{"W": "weights", "b": "bias"}],
            "n": "same",
            "lambd": "same",
        },
        outputs={"after": [{"dW": "weights", "db": "bias"}]},
        right=right_gradients,
        cases=gradients,
        question=_("What is the slope of λ / (2 n) W² along W?"),
        mistakes=(
            Mistake("missing_mean", "lambd / n", "lambd", not_divided()),
            Mistake("half_too_many", "lambd / n", "lambd / (2 * n)", one_half_too_many()),
            Mistake(
                "wrong_sign",
                '["dW"] + ',
                '["dW"] - ',
                _("The penalty has the wrong sign: this makes the weights larger, not smaller."),
            ),
            Mistake("missing_lambda", "lambd / n", "1 / n", _("λ is missing.")),
            Mistake(
                "bias_penalised",
                'gradients[i]["db"]}',
                'gradients[i]["db"] + lambd / n * parameters[i]["b"]}',
                bias_penalised(),
            ),
            Mistake(
                "missing_gradient",
                'gradients[i]["dW"] + ',
                "",
                _("Only the slope of the penalty is left: it is added to dW."),
            ),
        ),
    )


def weight_decay() -> Function:
    """The step, seen otherwise."""
    return Function(
        name="weight_decay",
        words=_(
            "The same as one step of gradient descent: first every weight shrinks a little, then it goes downhill. dW"
            " is the gradient without L2. This is why L2 is also called weight decay."
        ),
        equation="W ← (1 − η λ / n) W − η dW",
        shapes=wordings.shapes(W="weights fan_in fan_out", dW="weights fan_in fan_out"),
        arguments={"W": "weights", "dW": "weights", "n": "same", "lambd": "same", "learning_rate": "same"},
        outputs={"W": "weights"},
        right=right_decay,
        cases=decays,
        question=_("Put dW + (λ / n) W into W − η dW: what stands before W?"),
        mistakes=(
            Mistake(
                "missing_rate",
                "learning_rate * lambd / n",
                "lambd / n",
                _("The decay is not multiplied by the learning rate: it is a part of the step."),
            ),
            Mistake("missing_mean", "lambd / n", "lambd", not_divided()),
            Mistake("half_too_many", "lambd / n", "lambd / (2 * n)", one_half_too_many()),
            Mistake("wrong_sign", "(1 - ", "(1 + ", _("The weights grow by the decay: they must shrink.")),
            Mistake("uphill", "- learning_rate * dW", "+ learning_rate * dW", wordings.uphill()),
            Mistake(
                "missing_decay",
                "(1 - learning_rate * lambd / n) * W",
                "W",
                _("The weights do not shrink: λ has no effect."),
            ),
        ),
    )


def dropout_mask() -> Function:
    """Who stays."""
    return Function(
        name="dropout_mask",
        words=_(
            "Which units stay for which sample. U has a random number between 0 and 1 for each. keep is the probability"
            " that a unit stays. D is 1 (or True) where U is smaller than keep, else 0 (or False)."
        ),
        equation="D = 1[U < keep]",
        shapes=wordings.shapes(U="samples units", D="samples units"),
        arguments={"U": "samples", "keep": "same"},
        outputs={"D": "samples"},
        right=right_mask,
        cases=numbers,
        question=_("With keep = 0.8: what share of the random numbers between 0 and 1 is smaller than keep?"),
        mistakes=(
            Mistake("inverted", "keep > U", "keep < U", mask_inverted()),
            Mistake(
                "rate_for_keep",
                "keep > U",
                "U < 1 - keep",
                _("The share 1 − keep stays: keep is the share that stays, not the one that is left out."),
            ),
            Mistake(
                "other_end",
                "keep > U",
                "U > 1 - keep",
                _("The right share stays, but it is the units with large U: here those with U < keep stay."),
            ),
            Mistake(
                "scaled_mask",
                "keep > U",
                "(keep > U) / keep",
                _("The mask is already divided by keep: that comes later, here D is 0 or 1."),
            ),
        ),
    )


def dropout() -> Function:
    """Forward."""
    return Function(
        name="dropout",
        words=_(
            "Leaves out the units whose D is 0, and divides the others by keep, so that the next layer gets as much as"
            " before on average (inverted dropout). When the network is used (training is False), nothing is left out"
            " and nothing is divided."
        ),
        equation=_("A ← A · D / keep while training, else A"),
        shapes=wordings.shapes(A="samples units", D="samples units"),
        arguments={"A": "samples", "D": "samples", "keep": "same", "training": "same"},
        outputs={"A": "samples"},
        right=right_dropout,
        cases=drops,
        question=_("If half of the units are left out, how large must the others be for the sum to stay the same?"),
        mistakes=(
            Mistake("not_scaled", "* D / keep", "* D", not_scaled()),
            Mistake("scaled_by_rate", "/ keep", "/ (1 - keep)", scaled_by_rate()),
            Mistake(
                "product_for_quotient",
                "/ keep",
                "* keep",
                _("It is multiplied by keep: fewer units are there, so each one counts for more. Divide by keep."),
            ),
            Mistake(
                "dropped_at_prediction",
                "if not training:",
                "if False:",
                _("Units are left out when the network is used, too: dropout is for training only."),
            ),
            Mistake(
                "scaled_at_prediction",
                "return A  # hint",
                "return A * keep",
                _(
                    "A is multiplied by keep when the network is used: the division while training has done that"
                    " already."
                ),
            ),
            Mistake(
                "training_inverted",
                "if not training:",
                "if training:",
                _(
                    "Units are left out when the network is used, but not while it is trained: it is the other way"
                    " round."
                ),
            ),
            Mistake("mask_inverted", "A * D", "A * (1 - D)", mask_inverted()),
        ),
    )


def dropout_backward() -> Function:
    """Back."""
    return Function(
        name="dropout_backward",
        words=_("The way back through dropout while training, with the same mask as on the way forward."),
        equation="dA ← dA · D / keep",
        shapes=wordings.shapes(dA="samples units", D="samples units"),
        arguments={"dA": "samples", "D": "samples", "keep": "same"},
        outputs={"dA": "samples"},
        right=lambda dA, D, keep: {"dA": right_back(dA, D, keep)},
        cases=drops_back,
        question=_("A was multiplied by D / keep: what is the slope of that along A?"),
        mistakes=(
            Mistake("mask_missing_back", "dA * D", "dA", mask_missing_back()),
            Mistake("not_scaled", "/ keep", "", not_scaled_back()),
            Mistake("scaled_by_rate", "/ keep", "/ (1 - keep)", scaled_by_rate()),
            Mistake("mask_inverted", "dA * D", "dA * (1 - D)", mask_inverted()),
        ),
    )


def not_scaled_back() -> str:
    """Without 1/keep, back."""
    return _("It is not divided by keep: what was divided on the way forward is divided on the way back.")


def layer_forward() -> Function:
    """A whole layer."""
    return Function(
        name="layer_forward",
        words=_(
            "A hidden layer with dropout, while training: the weighted sums, ReLU, then dropout. It takes in the"
            " outputs A_before of the layer before, and gives back Z and A."
        ),
        equation={
            "rows": "Z = A_before W + b,  A = max(0, Z) · D / keep",
            "columns": "Z = W A_before + b,  A = max(0, Z) · D / keep",
        },
        shapes=wordings.shapes(
            A_before="samples fan_in",
            W="weights fan_in fan_out",
            b="bias fan_out",
            D="samples fan_out",
            A="samples fan_out",
        ),
        arguments={"A_before": "samples", "W": "weights", "b": "bias", "D": "samples", "keep": "same"},
        outputs={"Z": "samples", "A": "samples"},
        right=right_layer,
        cases=forwards,
        question=_("Which of your functions do you need after ReLU?"),
        mistakes=(
            Mistake("missing_bias", " + b", "", wordings.missing_bias()),
            Mistake("missing_activation", "np.maximum(0, Z)", "Z", wordings.missing_activation("A")),
            Mistake("product_for_matmul", "A_before @ W", "A_before * W", wordings.product_for_matmul("Z")),
            Mistake(
                "swapped_factors",
                "A_before @ W",
                "W @ A_before",
                _("The factors stand in the wrong order: their inner axes must agree."),
            ),
            Mistake(
                "missing_dropout",
                "dropout(np.maximum(0, Z), D, keep, training=True)",
                "np.maximum(0, Z)",
                _("No unit is left out."),
            ),
            Mistake(
                "not_scaled", "dropout(np.maximum(0, Z), D, keep, training=True)", "np.maximum(0, Z) * D", not_scaled()
            ),
            Mistake(
                "sums_dropped",
                "return Z, A",
                "return Z * D / keep, A",
                _("Z has gone through dropout, too: only A does, the sums stay as they are."),
            ),
        ),
    )


def layer_backward() -> Function:
    """A whole layer, back."""
    return Function(
        name="layer_backward",
        words=_(
            "The way back through this layer: dropout, ReLU, then the weights. It gives back dA of the layer before, dW"
            " and db."
        ),
        equation={
            "rows": "dZ = dA · D / keep · 1[Z > 0],  dA_before = dZ Wᵀ,  dW = A_beforeᵀ dZ / n,  db = (1/n) Σ dZ",
            "columns": "dZ = dA · D / keep · 1[Z > 0],  dA_before = Wᵀ dZ,  dW = dZ A_beforeᵀ / n,  db = (1/n) Σ dZ",
        },
        shapes=wordings.shapes(
            dA="samples fan_out",
            A_before="samples fan_in",
            W="weights fan_in fan_out",
            Z="samples fan_out",
            D="samples fan_out",
            dA_before="samples fan_in",
            dW="weights fan_in fan_out",
            db="bias fan_out",
        ),
        arguments={
            "dA": "samples",
            "A_before": "samples",
            "W": "weights",
            "Z": "samples",
            "D": "samples",
            "keep": "same",
        },
        outputs={"dA_before": "samples", "dW": "weights", "db": "bias"},
        right=right_layer_back,
        cases=backwards,
        question=_("What came last on the way forward, and so comes first on the way back?"),
        mistakes=(
            Mistake("mask_missing_back", "dropout_backward(dA, D, keep)", "dA / keep", mask_missing_back()),
            Mistake("not_scaled", "dropout_backward(dA, D, keep)", "dA * D", not_scaled_back()),
            Mistake(
                "missing_dropout",
                "dropout_backward(dA, D, keep)",
                "dA",
                _("The way back through dropout is missing: the mask, and the division by keep."),
            ),
            Mistake(
                "missing_slope",
                " * (Z > 0)",
                "",
                _("The slope of ReLU is missing: where Z is below 0, no error passes."),
            ),
            Mistake("missing_mean", " / n", "", wordings.missing_mean("dW, db")),
            Mistake(
                "activation_for_slope",
                "(Z > 0)",
                "np.maximum(0, Z)",
                _(
                    "The error is multiplied by ReLU itself: multiply it by its slope, which is 1 where Z is above 0,"
                    " else 0."
                ),
            ),
            Mistake("transposed", "dZ @ W.T", "dZ @ W", wordings.transposed("W")),
            Mistake("product_for_matmul", "A_before.T @ dZ", "A_before.T * dZ", wordings.product_for_matmul("dW")),
            Mistake("mean_twice", "dZ @ W.T", "dZ @ W.T / n", wordings.mean_twice("dA_before")),
            Mistake("missing_sum", "dZ.sum(0)", "dZ", wordings.missing_sum("db")),
            Mistake("missing_sum", "db = dZ.sum(0)", "db = dZ.T", wordings.missing_sum("db")),  # what it is in columns
        ),
    )
