"""Optimizers: other ways to step than straight down the gradient."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from clearprop.exercises import core, wordings
from clearprop.exercises.core import layers, optim
from clearprop.exercises.exercise import Exercise, Function, Mistake, Run
from clearprop.exercises.later import Later
from clearprop.i18n import _

networks, training = Later("clearprop.network"), Later("clearprop.train")

SHAPES = ((3, 4), (2, 2), (5,))
"""Weights with all axes different, with all equal, and a bias."""

BATCH = 64
"""As in the solution."""

EPSILON = 0.1
"""Large, so that its place matters."""


def splits(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """7 samples in threes leave one; 4 in twos leave none; 3 in fours are a single small batch."""
    fixed = np.array([[1.0], [2.0], [3.0], [4.0], [5.0]])
    yield {"X": fixed, "Y": 10 * fixed, "order": np.array([4, 2, 0, 1, 3]), "batch_size": 2}  # 5 3, 1 2, 4
    for n, inputs, size in ((7, 2, 3), (4, 4, 2), (3, 2, 4)):
        X, Y = random.normal(size=(n, inputs)), random.normal(size=(n, 1))
        yield {"X": X, "Y": Y, "order": np.roll(random.permutation(n), 1), "batch_size": size}


def right_batches(X: Any, Y: Any, order: Any, batch_size: int) -> dict[str, Any]:
    """The order cut after each batch, and the rows that each piece names."""
    pieces = np.split(order, range(batch_size, len(order), batch_size))
    return {"batches": [(X[piece], Y[piece]) for piece in pieces]}


def momenta(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """By hand: v = ½ · 4 + 2 = 4, W = 1 − 0.1 · 4 = 0.6; then the first step, and later ones."""
    number = {"W": np.array([1.0]), "dW": np.array([2.0]), "v": np.array([4.0])}
    yield {**number, "learning_rate": 0.1, "beta": 0.5}
    for case in _walks(random, optim.momentum(0.05, 0.9), {"v": lambda memory: memory}):
        yield {**case, "learning_rate": 0.05, "beta": 0.9}


def squares(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """By hand: s = ¾ · 12 + ¼ · 8² = 25, W = 1 − 0.1 · 8 / (5 + 0.1); then the first step, and later ones."""
    number = {"W": np.array([1.0]), "dW": np.array([8.0]), "s": np.array([12.0])}
    yield {**number, "learning_rate": 0.1, "beta": 0.75, "epsilon": EPSILON}
    for case in _walks(random, optim.rmsprop(0.05, 0.9, EPSILON), {"s": lambda memory: memory}):
        yield {**case, "learning_rate": 0.05, "beta": 0.9, "epsilon": EPSILON}


def means(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """By hand: 3 / (1 − ½) = 6 at the first step, 7 / (1 − ⅛) = 8 at the third; then at random."""
    yield {"m": np.array([3.0]), "beta": 0.5, "t": 1}
    yield {"m": np.array([7.0]), "beta": 0.5, "t": 3}
    for t, shape in enumerate(SHAPES, 3):
        yield {"m": random.normal(size=shape), "beta": 0.9, "t": t}


def adams(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """By hand: m = ½ · 2 + ½ · 4 = 3, m̂ = 4; s = ¾ · 0 + ¼ · 4² = 4, ŝ = 64/7; then the first step, and later ones."""
    settings = {"learning_rate": 0.1, "beta1": 0.5, "beta2": 0.75, "epsilon": EPSILON}
    number = {"W": np.array([1.0]), "dW": np.array([4.0]), "m": np.array([2.0]), "s": np.array([0.0])}
    yield {**number, "t": 2, **settings}
    settings = {"learning_rate": 0.05, "beta1": 0.8, "beta2": 0.95, "epsilon": EPSILON}
    remembered = {"m": lambda memory: memory["m"], "s": lambda memory: memory["s"]}
    for t, case in enumerate(_walks(random, optim.adam(*settings.values()), remembered), 1):
        yield {**case, "t": t, **settings}


def _walks(random: np.random.Generator, optimizer: Any, remembered: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The first step for the first shape, the second for the second, …: what an optimizer remembers until then.

    The gradients are such that s stays above 0 if they are not squared: the wrong numbers are still numbers.
    """
    for steps, shape in enumerate(SHAPES):
        W, memory = random.normal(size=shape), None
        for before in range(steps):
            W, memory = core.step(optimizer, W, random.uniform(2, 3, shape), memory, before)
        memory = optimizer.direction.start(W) if memory is None else memory
        names = {name: np.asarray(of(memory), float) for name, of in remembered.items()}
        yield {"W": W, "dW": random.uniform(-1, 1, shape) if steps else random.uniform(1, 2, shape), **names}


def rates(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """By hand: 0.5 at the start, 0.3 half way, 0.1 at the end and after; then at random."""
    for t in (0, 5, 10, 14):
        yield {"learning_rate": 0.5, "end": 0.1, "t": t, "steps": 10}
    for steps in (7, 12):
        learning_rate, end = random.uniform(0.1, 1), random.uniform(0.01, 0.1)
        t = int(random.integers(1, steps - 1))
        yield {"learning_rate": float(learning_rate), "end": float(end), "t": t, "steps": steps}


def right_momentum(W: Any, dW: Any, v: Any, learning_rate: float, beta: float) -> dict[str, Any]:
    """A step of momentum."""
    W, v = core.step(optim.momentum(learning_rate, beta), W, dW, v)
    return {"W": W, "v": v}


def right_rmsprop(W: Any, dW: Any, s: Any, learning_rate: float, beta: float, epsilon: float) -> dict[str, Any]:
    """A step of RMSProp."""
    W, s = core.step(optim.rmsprop(learning_rate, beta, epsilon), W, dW, s)
    return {"W": W, "s": s}


def right_correction(m: Any, beta: float, t: int) -> dict[str, Any]:
    """From a step of Adam's to which nothing but m̂ is left: a gradient of 1 whose square is not averaged, η = 1."""
    earlier = (m - (1 - beta)) / beta
    W, _memory = core.step(optim.adam(1, beta, 0, 0), 0 * m, 0 * m + 1, {"m": earlier, "s": 0 * m}, t - 1)
    return {"m_hat": -W}


def right_adam(
    W: Any, dW: Any, m: Any, s: Any, t: int, learning_rate: float, beta1: float, beta2: float, epsilon: float
) -> dict[str, Any]:
    """A step of Adam, the t-th."""
    W, memory = core.step(optim.adam(learning_rate, beta1, beta2, epsilon), W, dW, {"m": m, "s": s}, t - 1)
    return {"W": W, **memory}


def right_rate(learning_rate: float, end: float, t: int, steps: int) -> dict[str, Any]:
    """From a step of gradient descent's whose gradient is −1: it is as long as the rate."""
    schedule = optim.schedules.cosine(learning_rate, steps, end)
    return {"rate": float(core.step(optim.gradient_descent(schedule), np.zeros(()), -np.ones(()), (), t)[0])}


def clearprops(before: Any, X: Any, Y: Any, learning_rate: float, iterations: int) -> list[float]:
    """The cost of all samples before each epoch of clearprop's own Adam: on the same batches, from the same weights."""
    dense = [layers.Dense(len(layer["b"])) for layer in before]
    network = networks.Network([layer for each in dense for layer in (each, layers.Activation("relu"))][:-1])
    params = tuple(params for layer in before for params in (layer, {}))[:-1]
    rate = optim.schedules.cosine(learning_rate, iterations * -(-len(X) // BATCH))
    fitted = training.fit(
        network,
        X,
        Y,
        loss="softmax_cross_entropy",
        optimizer=optim.adam(rate),
        epochs=iterations,
        batch_size=BATCH,
        params=params,
        validation=(X, Y),
        dtype="float64",
    )
    A = Z = X
    for layer in before:
        Z = core.dense(A, layer["W"], layer["b"])
        A = core.activation("relu", Z)
    return [float(core.loss("softmax_cross_entropy", Z, Y)), *map(float, fitted.history["val_loss"][:-1])]


def exercise() -> Exercise:
    """The exercise in the language that is spoken."""
    return Exercise(
        name="optimizers",
        title=_("Optimizers: momentum, RMSProp, Adam"),
        words=_(
            "Plain gradient descent forgets each gradient at once. Optimizers remember: momentum gathers the gradients"
            " of many steps, RMSProp learns how large they are, and Adam does both. Each function moves one array, W or"
            " b, and returns it with what it remembers. They are used with mini-batches, and with a learning rate that"
            " falls."
        ),
        functions=(_mini_batches(), _momentum(), _rmsprop(), _correct_bias(), _adam(), _cosine_rate()),
        run=Run(hidden=(32,), output="softmax", learning_rate=0.002, iterations=60, ours=clearprops),
    )


def _mini_batches() -> Function:
    return Function(
        name="mini_batches",
        words=_(
            "Cuts the samples into batches, so that a step needs only some of them. They are taken in the given order,"
            " which has been shuffled. The last batch has those that are left, and may be smaller. Return a list"
            " of pairs (X, Y)."
        ),
        equation=_("batch k: the samples order[k · size], …, order[(k + 1) · size − 1], of X and of Y"),
        shapes=wordings.shapes(X="samples inputs", Y="samples outputs", order="same n"),
        arguments={"X": "samples", "Y": "samples", "order": "same", "batch_size": "same"},
        outputs={"batches": [("samples", "samples")]},
        right=right_batches,
        cases=splits,
        question=_(
            "5 samples in batches of 2: how many batches are there, and where does each one start in the order?"
        ),
        mistakes=(
            Mistake(
                "last_dropped",
                "range(0, len(order), batch_size)",
                "range(0, len(order) - batch_size + 1, batch_size)",
                _("The last batch is missing where it is smaller than the others: its samples would never be learnt."),
            ),
            Mistake(
                "last_merged",
                "range(0, len(order), batch_size):  # hint\n        rows = order[start : start + batch_size]",
                "range(0, max(len(order) - batch_size, 0) + 1, batch_size):\n"
                "        rows = order[start : start + batch_size if start + 2 * batch_size <= len(order) else None]",
                _("The samples that are left are added to the last batch: they make a smaller batch of their own."),
            ),
            Mistake(
                "not_shuffled",
                "order[start : start + batch_size]",
                "slice(start, start + batch_size)",
                _("The samples are taken as they lie: take those that the order names."),
            ),
            Mistake(
                "targets_apart",
                "Y[rows]",
                "Y[start : start + batch_size]",
                _("X is taken in the new order, and Y is not: each sample would get the answer of another."),
            ),
            Mistake(
                "off_by_one",
                "start + batch_size]",
                "start + batch_size - 1]",
                _("Each batch lacks its last sample: a slice ends before its end, so no 1 is subtracted."),
            ),
        ),
    )


def _momentum() -> Function:
    return Function(
        name="momentum",
        words=_(
            "A step along the velocity v, which gathers the gradients: they add up where they agree, and cancel where"
            " they change their sign. Here v gathers whole gradients, as in clearprop and PyTorch. Some courses"
            " multiply dW by (1 − β), which makes each step shorter."
        ),
        equation="v ← β v + dW,  W ← W − η v",
        arguments={"W": "weights", "dW": "weights", "v": "weights", "learning_rate": "same", "beta": "same"},
        outputs={"W": "weights", "v": "weights"},
        right=right_momentum,
        cases=momenta,
        question=_("If the gradient is the same at every step, how does v grow? And W?"),
        mistakes=(
            Mistake(
                "averaged",
                "+ dW",
                "+ (1 - beta) * dW",
                _(
                    "This is the other form of momentum, v ← β v + (1 − β) dW. It is not wrong, but its steps are"
                    " shorter; here dW is added whole."
                ),
            ),
            Mistake("no_decay", "beta * v", "v", _("v is not multiplied by β: the old gradients would never fade.")),
            Mistake(
                "memory_unused",
                "learning_rate * v",
                "learning_rate * dW",
                _("W moves along dW alone. Let it move along v, which remembers the gradients before."),
            ),
            Mistake(
                "uses_old",
                "    v = beta * v + dW  # hint\n    W = W - learning_rate * v  # hint\n",
                "    W = W - learning_rate * v\n    v = beta * v + dW\n",
                _("W moves along the old v: update v first, then W."),
            ),
            Mistake("wrong_sign", "- learning_rate", "+ learning_rate", wordings.uphill()),
            Mistake("missing_rate", "learning_rate * ", "", wordings.missing_rate()),
            Mistake("memory_lost", "return W, v", "return W, (v - dW) / beta", _memory_lost("v")),
        ),
    )


def _rmsprop() -> Function:
    return Function(
        name="rmsprop",
        words=_(
            "Divides each step by how large the gradients of this weight have been lately. So steep and flat directions"
            " get steps of about the same length. s is the running mean of the gradients' squares."
        ),
        equation="s ← β s + (1 − β) dW²,  W ← W − η dW / (√s + ε)",
        arguments={
            "W": "weights",
            "dW": "weights",
            "s": "weights",
            "learning_rate": "same",
            "beta": "same",
            "epsilon": "same",
        },
        outputs={"W": "weights", "s": "weights"},
        right=right_rmsprop,
        cases=squares,
        question=_("If all gradients become 10 times as large, what becomes of √s, and of the step?"),
        mistakes=(
            Mistake("missing_root", "np.sqrt(s)", "s", _missing_root("s")),
            Mistake("epsilon_inside", "np.sqrt(s) + epsilon", "np.sqrt(s + epsilon)", _epsilon_inside("√s + ε")),
            Mistake("missing_epsilon", " + epsilon", "", _missing_epsilon("√s")),
            Mistake("not_squared", "dW**2", "dW", _not_squared("s")),
            Mistake("swapped", "beta * s + (1 - beta)", "(1 - beta) * s + beta", _swapped("s", "β")),
            Mistake("averaged_not", "(1 - beta) * dW", "dW", _not_averaged("s", "β")),
            Mistake("wrong_sign", "- learning_rate", "+ learning_rate", wordings.uphill()),
            Mistake("missing_rate", "learning_rate * ", "", wordings.missing_rate()),
            Mistake("memory_lost", "return W, s", "return W, (s - (1 - beta) * dW**2) / beta", _memory_lost("s")),
        ),
    )


def _correct_bias() -> Function:
    return Function(
        name="correct_bias",
        words=_(
            "A running mean that starts at 0 is too small in its first steps. After step t it holds only the share"
            " 1 − βᵗ of what it should, and is divided by that. t is 1 at the first step."
        ),
        equation="m̂ = m / (1 − βᵗ)",
        arguments={"m": "weights", "beta": "same", "t": "same"},
        outputs={"m_hat": "weights"},
        right=right_correction,
        cases=means,
        question=_("After the first step, m = (1 − β) g. What must it be divided by to be g?"),
        mistakes=(
            Mistake("missing_correction", " / (1 - beta**t)", "", _("m̂ is still m: divide it by 1 − βᵗ.")),
            Mistake(
                "missing_power",
                "beta**t",
                "beta",
                _("β lacks its exponent t: the correction fades as βᵗ does, step by step."),
            ),
            Mistake(
                "product_for_power", "beta**t", "beta * t", _("βᵗ is a power, beta**t; yours is the product β · t.")
            ),
            Mistake(
                "off_by_one_step",
                "beta**t",
                "beta ** (t + 1)",
                _("The exponent is one too large: t is 1 at the first step already."),
            ),
            Mistake(
                "multiplied", "m / (", "m * (", _("m is multiplied by 1 − βᵗ and becomes still smaller: divide by it.")
            ),
            Mistake("missing_one", "(1 - beta**t)", "beta**t", _("m is divided by βᵗ: divide it by 1 − βᵗ.")),
        ),
    )


def _adam() -> Function:
    return Function(
        name="adam",
        words=_(
            "Momentum and RMSProp together: m is the running mean of the gradients, s that of their squares. Both are"
            " corrected for having started at 0, by your function correct_bias. m and s are remembered as they were"
            " before the correction. t is 1 at the first step."
        ),
        equation="m ← β₁ m + (1 − β₁) dW,  s ← β₂ s + (1 − β₂) dW²,  W ← W − η m̂ / (√ŝ + ε)",
        arguments={
            "W": "weights",
            "dW": "weights",
            "m": "weights",
            "s": "weights",
            "t": "same",
            "learning_rate": "same",
            "beta1": "same",
            "beta2": "same",
            "epsilon": "same",
        },
        outputs={"W": "weights", "m": "weights", "s": "weights"},
        right=right_adam,
        cases=adams,
        question=_("At the first step, what are m̂ and ŝ? How long is the step of each weight, then?"),
        mistakes=(
            Mistake(
                "missing_correction",
                "m_hat = correct_bias(m, beta1, t)\n    s_hat = correct_bias(s, beta2, t)",
                "m_hat, s_hat = m, s",
                _(
                    "m and s are used as they are. Correct both for having started at 0: m̂ = m / (1 − β₁ᵗ),"
                    " ŝ = s / (1 − β₂ᵗ)."
                ),
            ),
            Mistake("m_not_corrected", "correct_bias(m, beta1, t)", "m", _not_corrected("m")),
            Mistake("s_not_corrected", "correct_bias(s, beta2, t)", "s", _not_corrected("s")),
            Mistake("missing_root", "np.sqrt(s_hat)", "s_hat", _missing_root("ŝ")),
            Mistake(
                "epsilon_inside", "np.sqrt(s_hat) + epsilon", "np.sqrt(s_hat + epsilon)", _epsilon_inside("√ŝ + ε")
            ),
            Mistake("missing_epsilon", " + epsilon", "", _missing_epsilon("√ŝ")),
            Mistake("not_squared", "dW**2", "dW", _not_squared("s")),
            Mistake("m_swapped", "beta1 * m + (1 - beta1)", "(1 - beta1) * m + beta1", _swapped("m", "β₁")),
            Mistake("s_swapped", "beta2 * s + (1 - beta2)", "(1 - beta2) * s + beta2", _swapped("s", "β₂")),
            Mistake(
                "off_by_one_step",
                ", t)",
                ", t + 1)",
                _("The correction takes t + 1 for t: t is 1 at the first step already."),
            ),
            Mistake(
                "corrected_remembered",
                "return W, m, s",
                "return W, m_hat, s_hat",
                _("m̂ and ŝ are returned: remember m and s themselves, or they are corrected again at the next step."),
            ),
            Mistake(
                "memory_lost",
                "return W, m, s",
                "return W, (m - (1 - beta1) * dW) / beta1, (s - (1 - beta2) * dW**2) / beta2",
                _("The old m and s are returned: return the new ones, so that the next step remembers."),
            ),
            Mistake("wrong_sign", "- learning_rate", "+ learning_rate", wordings.uphill()),
            Mistake("missing_rate", "learning_rate * ", "", wordings.missing_rate()),
        ),
    )


def _cosine_rate() -> Function:
    return Function(
        name="cosine_rate",
        words=_(
            "The learning rate at step t: long steps first, short ones at the end. It follows half a cosine from η at"
            " t = 0 down to the rate `end` at t = steps, and stays there after that."
        ),
        equation="η(t) = end + (η − end) (1 + cos(π t / steps)) / 2,  t ≤ steps",
        arguments={"learning_rate": "same", "end": "same", "t": "same", "steps": "same"},
        outputs={"rate": "same"},
        right=right_rate,
        cases=rates,
        question=_("The cosine goes from 1 to −1: what must be done to it, so that it goes from 1 to 0?"),
        mistakes=(
            Mistake(
                "rises_again",
                "min(t / steps, 1)",
                "t / steps",
                _("After the last step the rate rises again: let it stay at its end."),
            ),
            Mistake("missing_half", " / 2", "", _("The half is missing: 1 + cos goes from 2 to 0, so halve it.")),
            Mistake(
                "upside_down",
                "1 + np.cos",
                "1 - np.cos",
                _("The rate rises: add the cosine, do not subtract it."),
            ),
            Mistake(
                "end_unused",
                "end + (learning_rate - end)",
                "learning_rate",
                _("The rate goes down to 0: let it go down to `end`."),
            ),
            Mistake("missing_end", "end + ", "", _("The rate `end` is not added: it is where the curve goes down to.")),
            Mistake(
                "starts_too_high",
                "(learning_rate - end)",
                "learning_rate",
                _("The rate starts at η + end: the cosine goes over η − end only, as `end` is added to it."),
            ),
            Mistake("missing_pi", "np.pi * done", "done", _("π is missing: half a cosine goes from 0 to π.")),
            Mistake(
                "whole_wave",
                "np.pi * done",
                "2 * np.pi * done",
                _("The cosine goes down and up again: half of it, from 0 to π, goes down only."),
            ),
        ),
    )


def _memory_lost(name: str) -> str:
    return _("The old {name} is returned: return the new one, so that the next step remembers.").format(name=name)


def _missing_root(name: str) -> str:
    return _("The root is missing: the step is divided by √{name}, not by {name}.").format(name=name)


def _epsilon_inside(equation: str) -> str:
    return _("ε is under the root: it is added after, {equation}.").format(equation=equation)


def _missing_epsilon(name: str) -> str:
    return _("ε is not added to {name}: where all gradients were 0, the step would be 0 / 0.").format(name=name)


def _not_squared(name: str) -> str:
    return _("The gradient in {name} is not squared: {name} is a mean of dW².").format(name=name)


def _swapped(name: str, beta: str) -> str:
    return _("{beta} and 1 − {beta} are swapped: the old {name} is multiplied by {beta}.").format(name=name, beta=beta)


def _not_averaged(name: str, beta: str) -> str:
    return _("{name} gathers whole squares: a running mean multiplies the new one by 1 − {beta}.").format(
        name=name, beta=beta
    )


def _not_corrected(name: str) -> str:
    return _("{name} is not corrected for having started at 0.").format(name=name)
