"""Gradient checking: is back prop right? Ask the cost itself."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from clearprop.exercises import core, wordings
from clearprop.exercises.core import jax, jnp, optim
from clearprop.exercises.exercise import Exercise, Function, Mistake
from clearprop.exercises.later import Later
from clearprop.i18n import _

flatten_util = Later("jax.flatten_util")

Parameters = list[dict[str, np.ndarray]]

KIND = [{"W": "same", "b": "same"}]
"""Of parameters: nothing depends on where the samples lie."""

EPSILON = 0.01
"""Large enough that one side is seen to differ from two, and rounding is not seen."""

X, Y = [[0.5, -1.0, 2.0], [1.5, 0.3, -0.7], [-1.2, 0.8, 0.1], [0.4, 1.1, -0.6]], [[1.0], [-0.5], [0.2], [0.7]]
NETWORK = (
    f"lambda p: ((np.tanh(np.array({X}) @ p[0]['W'] + p[0]['b']) @ p[1]['W'] + p[1]['b'] - np.array({Y})) ** 2).mean()"
)
"""The cost of a network of two layers on four samples."""


def functions(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """By hand: 2 · 2 + 3 · 1 = 7 and 3 · 2 = 6, exact for squares; 3 θ² + ε² = 3.01 and 12.01; then at random."""
    square = "lambda theta: theta[0] ** 2 + 3 * theta[0] * theta[1]"
    yield {"f": square, "theta": np.array([2.0, 1.0]), "epsilon": 0.5}
    yield {"f": "lambda theta: (theta ** 3).sum()", "theta": np.array([1.0, 2.0]), "epsilon": 0.1}
    product = "lambda theta: theta[0] * theta[1] * theta[2] + (theta ** 2).sum()"
    yield {"f": product, "theta": random.normal(size=3), "epsilon": EPSILON}
    wave = "lambda theta: np.exp(np.sin(theta)).sum() * (1 + theta[0])"
    yield {"f": wave, "theta": random.normal(size=4), "epsilon": EPSILON}


def vectors(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """By hand: (3, 0) and (0, 4) are 5 apart, of 3 + 4; then at random, at last nearly equal ones."""
    yield {"a": np.array([3.0, 0.0]), "b": np.array([0.0, 4.0])}
    yield {"a": random.normal(size=5), "b": random.normal(size=5)}
    yield {"a": random.normal(size=(2, 3)), "b": random.normal(size=(2, 3))}
    a = random.normal(size=4)
    yield {"a": a, "b": a + 0.001 * random.normal(size=4)}


def verdicts(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Small, none at all, large, very large; and no number, which a network that overflows gives."""
    for difference in (3e-10, 0.0, 2e-3, 1.0, np.nan):
        yield {"difference": np.array(difference), "tolerance": 1e-7}
    yield {"difference": np.array(10 ** random.uniform(-7, -6)), "tolerance": 1e-5}


def networks(random: np.random.Generator) -> Iterator[Parameters]:
    """The numbers from 1 to 6; b as clearprop has it, axes of many lengths; b as the course has it, axes of one."""
    yield [{"W": np.array([[1.0, 2.0], [3.0, 4.0]]), "b": np.array([5.0, 6.0])}]
    yield [_layer(random, (4, 3), (3,)), _layer(random, (3, 2), (2,))]
    yield [_layer(random, (2, 2), (2, 1)), _layer(random, (2, 2), (2, 1)), _layer(random, (1, 2), (1, 1))]


def trees(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Parameters alone."""
    for parameters in networks(random):
        yield {"parameters": parameters}


def lines(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """A number for each parameter."""
    for like in networks(random):
        yield {"theta": random.normal(size=sum(array.size for layer in like for array in layer.values())), "like": like}


def checks(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """By hand: moving W gives 3 W² + ε² = 3.01 and 12.01 where back prop gives 3 and 12; b's is wrong, 7 for 2 b = 6.

    Then a network of two layers, with an error in its back prop: the first layer's dW, the second layer's db.
    """
    cubes, layer = "lambda p: (p[0]['W'] ** 3).sum() + (p[0]['b'] ** 2).sum()", {"W": [[1.0, 2.0]], "b": [3.0]}
    for db in (6.0, 7.0):
        parameters = [{name: np.array(value) for name, value in layer.items()}]
        gradients = [{"W": np.array([[3.0, 12.0]]), "b": np.array([db])}]
        yield {"cost": cubes, "parameters": parameters, "gradients": gradients, "epsilon": 0.1}
    for place, name, factor in ((0, "W", 2), (1, "b", -1)):
        parameters = [_layer(random, (3, 2), (2,)), _layer(random, (2, 1), (1,))]
        gradients = _gradients(NETWORK, parameters)
        gradients[place][name] = factor * gradients[place][name]
        yield {"cost": NETWORK, "parameters": parameters, "gradients": gradients, "epsilon": EPSILON}


def pairs(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Gradients, and others that are near them."""
    for numeric in networks(random):
        gradients = [
            {name: array + random.uniform(0.01, 1) * random.normal(size=array.shape) for name, array in layer.items()}
            for layer in numeric
        ]
        yield {"gradients": gradients, "numeric": numeric}


def _layer(random: np.random.Generator, W: tuple[int, ...], b: tuple[int, ...]) -> dict[str, np.ndarray]:
    return {"W": random.normal(size=W), "b": random.normal(size=b)}


def _function(text: str) -> Any:
    """What a case's text means, in JAX."""
    return eval(text, {"np": jnp})


@core.in_float64
@core.at_once
def _gradients(cost: str, parameters: Any) -> Any:
    """By automatic differentiation."""
    return jax.grad(_function(cost))(parameters)


def _moved(f: Any, theta: Any, epsilon: Any) -> Any:
    """(f(θ + ε eᵢ) − f(θ − ε eᵢ)) / 2ε: the mean of the slope ∂f/∂θᵢ on the way from the one point to the other.

    The slopes are by automatic differentiation, their mean by Gauss's rule of three points, which is exact for
    polynomials up to the sixth power, and to an order of ε⁶ for all others.
    """
    places, weights = np.polynomial.legendre.leggauss(3)
    each = jnp.eye(theta.size)
    points = jnp.concatenate([theta + epsilon * place * each for place in places.tolist()])
    slopes = jnp.einsum("pii->pi", jax.vmap(jax.grad(f))(points).reshape(3, theta.size, theta.size))
    return jnp.asarray(weights) @ slopes / 2


@core.in_float64
@core.at_once
def _slopes(f: str, theta: Any, epsilon: Any) -> Any:
    return _moved(_function(f), theta, epsilon)


@core.in_float64
@core.at_once
def _apart(a: Any, b: Any) -> Any:
    """The relative difference, by the length of all numbers together that the optimizers clip."""
    apart = jax.tree.map(jnp.subtract, a, b)
    return optim.global_norm(apart) / (optim.global_norm(a) + optim.global_norm(b))


@core.in_float64
@core.at_once
def _line(parameters: Any) -> Any:
    """By JAX's own way to put a tree of arrays into one; W comes before b in it, too."""
    return flatten_util.ravel_pytree(parameters)[0]


@core.in_float64
@core.at_once
def _tree(theta: Any, like: Any) -> Any:
    """By JAX's own way back."""
    return flatten_util.ravel_pytree(like)[1](theta)


@core.in_float64
@core.at_once
def _slopes_of_parameters(cost: str, parameters: Any, epsilon: Any) -> Any:
    theta, back = flatten_util.ravel_pytree(parameters)
    value = _function(cost)
    return back(_moved(lambda theta: value(back(theta)), theta, epsilon))


def right_check(cost: str, parameters: Any, gradients: Any, epsilon: float) -> dict[str, Any]:
    """Back prop's gradients beside those by moving."""
    return {"difference": _apart(gradients, _slopes_of_parameters(cost, parameters, epsilon))}


def right_differences(gradients: Any, numeric: Any) -> dict[str, Any]:
    """One for each array."""
    pairs = zip(gradients, numeric, strict=True)
    return {"found": [{name: _apart(mine[name], moved[name]) for name in mine} for mine, moved in pairs]}


def exercise() -> Exercise:
    """The exercise in the language that is spoken."""
    return Exercise(
        name="gradient-checking",
        title=_("Gradient checking: is back prop right?"),
        words=_(
            "A network with an error in its back prop often still learns, only worse. So the gradients are checked:"
            " move a parameter a little up and a little down, and see how much the cost changes. That is slow, but hard"
            " to get wrong. Use these functions on the networks of the other exercises."
        ),
        functions=(
            _numeric_gradient(),
            _relative_difference(),
            _is_right(),
            _flatten(),
            _unflatten(),
            _check_gradients(),
            _differences(),
        ),
    )


def _numeric_gradient() -> Function:
    one_step = (
        "step = np.zeros(theta.size)\n        step[i] = epsilon  # hint\n"
        "        gradient[i] = (f(theta + step) - f(theta - step)) / (2 * epsilon)  # hint\n"
    )
    in_place = (
        "theta[i] += epsilon\n        up = f(theta)\n        theta[i] -= 2 * epsilon\n"
        "        gradient[i] = (up - f(theta)) / (2 * epsilon)\n"
    )
    return Function(
        name="numeric_gradient",
        words=_(
            "The slope of f along each number of theta, found by moving this number alone by ε up and by ε down. f"
            " takes theta and gives a number. Two sides are much more exact than one. theta itself stays as it was."
        ),
        equation="gᵢ = (f(θ + ε eᵢ) − f(θ − ε eᵢ)) / 2ε,  eᵢ = (0, …, 1, …, 0)",
        shapes=wordings.shapes(theta="same k", gradient="same k"),
        arguments={"f": "function", "theta": "same", "epsilon": "same"},
        outputs={"gradient": "same"},
        right=lambda f, theta, epsilon: {"gradient": _slopes(f, theta, epsilon)},
        cases=functions,
        question=_("Take f(θ) = θ² at θ = 2. What does one side give for ε = 0.5, and what do two sides give?"),
        mistakes=(
            Mistake(
                "one_sided",
                "(f(theta + step) - f(theta - step)) / (2 * epsilon)",
                "(f(theta + step) - f(theta)) / epsilon",
                _("Only one side is used: f(θ + ε) − f(θ) is less exact than f(θ + ε) − f(θ − ε)."),
            ),
            Mistake(
                "one_sided_down",
                "(f(theta + step) - f(theta - step)) / (2 * epsilon)",
                "(f(theta) - f(theta - step)) / epsilon",
                _("Only one side is used: f(θ) − f(θ − ε) is less exact than f(θ + ε) − f(θ − ε)."),
            ),
            Mistake(
                "moved_back_only",
                "f(theta - step)",
                "f(theta)",
                _("The second value is taken at θ, not at θ − ε: from θ + ε it is 2ε down to there."),
            ),
            Mistake(
                "divided_by_epsilon",
                "(2 * epsilon)",
                "epsilon",
                _("The two points are 2ε apart: divide by 2ε, not by ε."),
            ),
            Mistake("not_divided", " / (2 * epsilon)", "", _("The difference is not divided by 2ε.")),
            Mistake(
                "missing_parentheses",
                "/ (2 * epsilon)",
                "/ 2 * epsilon",
                _("Parentheses are missing: / 2 * epsilon divides by 2 and then multiplies by ε."),
            ),
            Mistake(
                "moves_all",
                "step[i] = epsilon",
                "step[:] = epsilon",
                _("All numbers of theta are moved at once: move one, and leave the others where they are."),
            ),
            Mistake(
                "not_reset",
                "    for i in range(theta.size):\n        step = np.zeros(theta.size)\n",
                "    step = np.zeros(theta.size)\n    for i in range(theta.size):\n",
                _("The numbers that were moved before are still moved: put each one back before the next."),
            ),
            Mistake(
                "not_restored",
                "    gradient = np.zeros(theta.size)\n    for i in range(theta.size):\n        " + one_step,
                "    gradient, theta = np.zeros(theta.size), theta.copy()\n    for i in range(theta.size):\n        "
                + in_place,
                _("Each number stays at θ − ε: put it back before the next one is moved."),
            ),
            Mistake(
                "changes_input",
                one_step,
                in_place + "        theta[i] += epsilon\n",
                _(
                    "theta is changed. Even + ε − 2ε + ε leaves it a little off, by rounding: move a copy, or keep the"
                    " old number and put it back."
                ),
            ),
        ),
    )


def _relative_difference() -> Function:
    return Function(
        name="relative_difference",
        words=_("How far two gradients are apart, as a share of their lengths: from 0 (equal) to 1."),
        equation="‖a − b‖ / (‖a‖ + ‖b‖),  ‖a‖ = √(Σ aᵢ²)",
        arguments={"a": "same", "b": "same"},
        outputs={"difference": "same"},
        right=lambda a, b: {"difference": _apart(a, b)},
        cases=vectors,
        question=_(
            "Two gradients differ by 0.001. Is that much if they are about 1000 long, and if they are 0.001 long?"
        ),
        mistakes=(
            Mistake(
                "not_relative",
                " / (np.linalg.norm(a) + np.linalg.norm(b))",
                "",
                _("The difference is not divided by the lengths ‖a‖ + ‖b‖."),
            ),
            Mistake(
                "not_rooted",
                "np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))",
                "((a - b) ** 2).sum() / ((a**2).sum() + (b**2).sum())",
                _("The root is missing: a length is √(Σ aᵢ²). Without it, errors look smaller than they are."),
            ),
            Mistake(
                "norm_of_sum",
                "(np.linalg.norm(a) + np.linalg.norm(b))",
                "np.linalg.norm(a + b)",
                _("It is divided by ‖a + b‖. Where a and b point opposite ways, that is near 0: divide by ‖a‖ + ‖b‖."),
            ),
            Mistake(
                "one_norm",
                "(np.linalg.norm(a) + np.linalg.norm(b))",
                "np.linalg.norm(a)",
                _("It is divided by ‖a‖ alone: divide by ‖a‖ + ‖b‖."),
            ),
            Mistake(
                "other_norm",
                "(np.linalg.norm(a) + np.linalg.norm(b))",
                "np.linalg.norm(b)",
                _("It is divided by ‖b‖ alone: divide by ‖a‖ + ‖b‖."),
            ),
            Mistake(
                "missing_parentheses",
                "(np.linalg.norm(a) + np.linalg.norm(b))",
                "np.linalg.norm(a) + np.linalg.norm(b)",
                _("Parentheses are missing: ‖b‖ is added after the division."),
            ),
            Mistake(
                "lengths_only",
                "np.linalg.norm(a - b) /",
                "abs(np.linalg.norm(a) - np.linalg.norm(b)) /",
                _("Only the lengths are compared, ‖a‖ − ‖b‖: gradients of one length may still point elsewhere."),
            ),
            Mistake(
                "sum_of_sizes",
                "np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))",
                "abs(a - b).sum() / (abs(a).sum() + abs(b).sum())",
                _("The sizes are added up, Σ |aᵢ|: a length is the root of the sum of squares."),
            ),
        ),
    )


def _is_right() -> Function:
    return Function(
        name="is_right",
        words=_(
            "Whether a relative difference is small enough: True or False. Take care of NaN (not a number), which a"
            " network gives where its numbers have become too large: it is not right."
        ),
        equation="difference ≤ tolerance",
        arguments={"difference": "same", "tolerance": "same"},
        outputs={"right": "same"},
        right=lambda difference, tolerance: {"right": bool(difference <= tolerance)},
        cases=verdicts,
        question=_("Every comparison with NaN is False. Which of ≤ and > says what is wanted, then?"),
        mistakes=(
            Mistake(
                "nan_is_right",
                "difference <= tolerance",
                "not difference > tolerance",
                _("NaN counts as right in yours, as NaN > tolerance is False: ask whether it is ≤ tolerance."),
            ),
            Mistake(
                "wrong_way",
                "<=",
                ">",
                _("It is the wrong way round: a small difference is right, a large one is wrong."),
            ),
            Mistake(
                "exact",
                "difference <= tolerance",
                "difference == 0",
                _("Only a difference of 0 is right in yours. Rounding leaves a little: allow for the tolerance."),
            ),
        ),
    )


def _flatten() -> Function:
    return Function(
        name="flatten",
        words=_(
            "All parameters in one line of numbers: layer by layer, W before b, each row by row. parameters is a list"
            ' with a dictionary {"W": …, "b": …} for each layer.'
        ),
        equation="θ = (W₁, b₁, W₂, b₂, …)",
        arguments={"parameters": KIND},
        outputs={"theta": "same"},
        right=lambda parameters: {"theta": _line(parameters)},
        cases=trees,
        question=_(
            "A layer has W of the shape (4, 3) and b of the shape (3,). How many numbers is that, in which order?"
        ),
        mistakes=(
            Mistake("missing_bias", '        parts.append(layer["b"].ravel())  # hint\n', "", _("b is not in theta.")),
            Mistake(
                "bias_first",
                'layer["W"].ravel())  # hint\n        parts.append(layer["b"].ravel())',
                'layer["b"].ravel())  # hint\n        parts.append(layer["W"].ravel())',
                _("b comes before W: put W first."),
            ),
            Mistake("column_by_column", "ravel()", 'ravel("F")', _("W is taken column by column: take it row by row.")),
            Mistake(
                "weights_first",
                "    return np.concatenate(parts)",
                "    return np.concatenate(parts[::2] + parts[1::2])",
                _("All W come before all b: go layer by layer, W₁, b₁, W₂, b₂, …"),
            ),
            Mistake("first_layer_only", "in parameters:", "in parameters[:1]:", _("Only the first layer is in theta.")),
        ),
    )


def _unflatten() -> Function:
    return Function(
        name="unflatten",
        words=_(
            "The way back: the numbers of theta as a list of layers. like shows the shapes of W and b in each layer;"
            " its own numbers do not matter."
        ),
        equation="(W₁, b₁, W₂, b₂, …) = θ",
        arguments={"theta": "same", "like": KIND},
        outputs={"parameters": KIND},
        right=lambda theta, like: {"parameters": _tree(theta, like)},
        cases=lines,
        question=_("If W₁ takes the first 12 numbers of theta, where does b₁ start, and where does W₂?"),
        mistakes=(
            Mistake(
                "not_advanced",
                "place += size",
                "place = 0",
                _("Each array takes the first numbers of theta: go on by its size after each."),
            ),
            Mistake(
                "place_lost",
                "place += size",
                "place = size",
                _("The place is set to the size of the last array: add it to the place."),
            ),
            Mistake("bias_first", '("W", "b")', '("b", "W")', _("b is taken before W: take W first, as in flatten.")),
            Mistake(
                "column_by_column",
                "reshape(layer[name].shape)",
                'reshape(layer[name].shape, order="F")',
                _("W is filled column by column: fill it row by row, as in flatten."),
            ),
            Mistake(
                "theta_unused",
                "theta[place : place + size].reshape(layer[name].shape)",
                "layer[name]",
                _("These are the numbers of like: take its shapes, and the numbers of theta."),
            ),
        ),
    )


def _check_gradients() -> Function:
    return Function(
        name="check_gradients",
        words=_(
            "How far the gradients of back prop are from those found by moving: one relative difference for all"
            " parameters. cost is a function of the parameters. Use your functions flatten, unflatten, numeric_gradient"
            " and relative_difference."
        ),
        equation="g = numeric_gradient(θ ↦ cost(unflatten(θ))),  ‖dθ − g‖ / (‖dθ‖ + ‖g‖)",
        arguments={"cost": "function", "parameters": KIND, "gradients": KIND, "epsilon": "same"},
        outputs={"difference": "same"},
        right=right_check,
        cases=checks,
        question=_(
            "numeric_gradient moves the numbers of one line, and cost takes a list of layers: what must stand between?"
        ),
        mistakes=(
            Mistake(
                "theta_unused",
                "cost(unflatten(theta, parameters))",
                "cost(parameters)",
                _("The cost is taken at the old parameters, so that it never changes: take it at those of theta."),
            ),
            Mistake(
                "not_relative",
                "relative_difference(flatten(gradients), numeric)",
                "np.linalg.norm(flatten(gradients) - numeric)",
                _("The difference is not divided by the lengths: use relative_difference."),
            ),
            Mistake(
                "parameters_for_gradients",
                "flatten(gradients)",
                "flatten(parameters)",
                _("The parameters themselves are compared: compare their gradients."),
            ),
            Mistake(
                "at_the_gradients",
                "numeric_gradient(f, flatten(parameters), epsilon)",
                "numeric_gradient(f, flatten(gradients), epsilon)",
                _("The gradients are moved: move the parameters."),
            ),
        ),
    )


def _differences() -> Function:
    return Function(
        name="differences",
        words=_(
            "Where is the error? A relative difference for each W and each b, in a list with a dictionary for each"
            " layer. The last layer with a large one is where back prop goes wrong first, as it starts at the end."
        ),
        equation="‖dW − g_W‖ / (‖dW‖ + ‖g_W‖),  ‖db − g_b‖ / (‖db‖ + ‖g_b‖)",
        arguments={"gradients": KIND, "numeric": KIND},
        outputs={"found": KIND},
        right=right_differences,
        cases=pairs,
        question=_("The error is in layer 2 of 3: which layers have wrong gradients?"),
        mistakes=(
            Mistake(
                "not_relative",
                "relative_difference(mine[name], moved[name])",
                "np.linalg.norm(mine[name] - moved[name])",
                _("The differences are not divided by the lengths: use relative_difference."),
            ),
            Mistake(
                "one_for_all",
                "relative_difference(mine[name], moved[name])",
                "relative_difference(flatten(gradients), flatten(numeric))",
                _("Each has the difference of all parameters together: compare each array with its own."),
            ),
            Mistake(
                "one_for_a_layer",
                "relative_difference(mine[name], moved[name])",
                "relative_difference(flatten([mine]), flatten([moved]))",
                _("W and b have the difference of the layer as a whole: compare each array with its own."),
            ),
            Mistake(
                "backward_order",
                "return found",
                "return found[::-1]",
                _("The last layer comes first: the order is that of the layers."),
            ),
        ),
    )
