"""The deep-learning course's exercises: the step-by-step values, and three models trained to their printed costs.

reference.md, section 1. The course keeps samples in columns and W as (fan_out, fan_in); ours are transposed.
"""

import contextlib
import io
import re
import runpy
from itertools import pairwise
from pathlib import Path

import h5py
import jax.numpy as jnp
import numpy as np
import pytest

from clearprop import Network, activations, losses, train
from clearprop.layers import Activation, Dense, inference

EXAMPLE = Path(__file__).parents[2] / "examples" / "cat_course.py"

# ---- step by step ---------------------------------------------------------------------------------------------------


def draw(seed, *shapes):
    """Arrays drawn one after the other with NumPy's legacy generator, as the course does."""
    random = np.random.RandomState(seed)
    return [random.randn(*shape) for shape in shapes]


def test_a_linear_step_forward(float64):
    """Issue 2: seed 1, A (3×2), W (1×3), b (1×1): Z = [3.26295337, −1.23429987]."""
    A, W, b = draw(1, (3, 2), (1, 3), (1, 1))
    Z, _, _ = Dense(1).forward({"W": jnp.asarray(W.T), "b": jnp.asarray(b[0])}, {}, jnp.asarray(A.T), inference(2))
    np.testing.assert_allclose(Z[:, 0], [3.26295337, -1.23429987], atol=5e-9)


@pytest.mark.parametrize(
    ("name", "expected"), [("sigmoid", [0.96890023, 0.11013289]), ("relu", [3.43896131, 0.0])], ids=["sigmoid", "relu"]
)
def test_a_linear_step_and_its_activation(name, expected, float64):
    """Issue 2: seed 2, same shapes: sigmoid A = [.96890023, .11013289], ReLU A = [3.43896131, 0]."""
    A, W, b = draw(2, (3, 2), (1, 3), (1, 1))
    params = {"W": jnp.asarray(W.T), "b": jnp.asarray(b[0])}
    net = Network([Dense(1), Activation(name)])
    Y, _, _ = net.forward((params, {}), ({}, {}), jnp.asarray(A.T), inference(2))
    np.testing.assert_allclose(Y[:, 0], expected, atol=5e-9)


def test_the_cost(float64):
    """Issue 2: cost of Y = [1, 1, 1], A = [.8, .9, .4]: .414931599615397."""
    A, w = jnp.array([[0.8], [0.9], [0.4]]), jnp.full(3, 1 / 3)
    value, _ = losses.get("binary_cross_entropy")(A, jnp.ones((3, 1)), w)
    assert float(value) == pytest.approx(0.414931599615397, rel=1e-14)
    logits = jnp.log(A / (1 - A))
    assert float(losses.get("sigmoid_cross_entropy")(logits, jnp.ones(3), w)[0]) == pytest.approx(0.414931599615397)


def test_a_linear_step_back(float64):
    """Issue 2: seed 1, dZ (1×2), A (3×2), W, b: dW, db and the first row of dA. The course's dW and db are means over
    the two samples; ours are sums, since dZ already carries the weights ½.
    """
    dZ, A, W, b = draw(1, (1, 2), (3, 2), (1, 3), (1, 1))
    params = {"W": jnp.asarray(W.T), "b": jnp.asarray(b[0])}
    _, backprop, _ = Dense(1).forward(params, {}, jnp.asarray(A.T), inference(2))
    gradients, dA = backprop(jnp.asarray(dZ.T) / 2)
    np.testing.assert_allclose(gradients["W"][:, 0], [-0.10076895, 1.40685096, 1.64992505], atol=5e-9)
    assert float(gradients["b"][0]) == pytest.approx(0.50629447500658, rel=1e-13)
    np.testing.assert_allclose(2 * dA[:, 0], [0.51822968, -0.19517421], atol=5e-9)


# ---- cat or not: three models ---------------------------------------------------------------------------------------

MODELS = {
    # units, iterations, learning rate, initial weights W of (fan_out, fan_in)
    "two layers": ([12288, 7, 1], 2500, 0.0075, lambda random, i, o: random.randn(o, i) * 0.01),
    "four layers": ([12288, 20, 7, 5, 1], 2500, 0.0075, lambda random, i, o: random.randn(o, i) / np.sqrt(i)),
    "logistic": ([12288, 1], 2000, 0.005, lambda random, i, o: np.zeros((o, i))),
}

FULL_DIGITS = {
    "two layers": {0: 0.693049735659989, 2400: 0.04855478562877018, 2499: 0.0442149821586895},
    "four layers": {0: 0.7717493284237686, 2400: 0.09287821526472397, 2499: 0.088439943441702},
}

PRINTED = {
    "two layers": """.693050 .646432 .632514 .601502 .560197 .515830 .475490 .433916 .400798 .358071 .339428 .305275
        .274914 .246818 .198507 .174483 .170808 .113065 .096294 .083426 .074391 .066307 .059193 .053361 .048555""",
    "four layers": """.771749 .672053 .648263 .611507 .567047 .540138 .527930 .465477 .369126 .391747 .315187 .272700
        .237419 .199601 .189263 .161189 .148214 .137775 .129740 .121225 .113821 .107839 .102855 .100897 .092878""",
}

CORRECT = {"two layers": (209, 36), "four layers": (206, 40), "logistic": (207, 35)}


@pytest.fixture(scope="session")
def cats(reference_data):
    """((X, Y) of training, (X, Y) of test): pixels divided by 255, in rows."""

    def read(part):
        path = reference_data / f"{part}_catvnoncat.h5"
        if not path.is_file():
            pytest.skip(f"no reference data: {path} is missing")
        with h5py.File(path) as file:
            X, Y = file[f"{part}_set_x"][:], file[f"{part}_set_y"][:]
        return X.reshape(len(X), -1) / 255, Y.reshape(-1)

    return read("train"), read("test")


def initial_weights(name):
    """W₁, W₂, … as the course draws them."""
    units, _, _, weights = MODELS[name]
    random = np.random.RandomState(1)
    return [weights(random, i, o) for i, o in pairwise(units)]


@pytest.fixture(scope="session")
def course(reference_data, cats):
    """(the three models as `examples/cat_course.py` trains them, what it prints).  Full batch, float64."""
    fitted, printed, original = [], io.StringIO(), train.fit

    def fit(*given, **settings):
        fitted.append(original(*given, **settings))
        return fitted[-1]

    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
        patch.setattr("clearprop.train.fit", fit)
        runpy.run_path(str(EXAMPLE))["main"](reference_data)
    by_units = {tuple(layer.units for layer in one.network.layers if isinstance(layer, Dense)): one for one in fitted}
    return {name: by_units[tuple(units[1:])] for name, (units, *_rest) in MODELS.items()}, printed.getvalue()


@pytest.fixture(scope="session")
def trained(course):
    return course[0]


def by_hand(X, Y, weights, iterations, rate):
    """The course's algorithm in plain NumPy, samples in columns: the cost at each iteration, and the final weights.

    The first layer is kept as its sums U = W₁ X: since dW₁ = dZ₁ Xᵀ / m, each step takes rate · dZ₁ (Xᵀ X) / m off U,
    and the 12,288 inputs are needed once and not 2,500 times.
    """
    A0, Y = X.T, Y.reshape(1, -1)
    m, gram, U = len(X), X @ X.T, weights[0] @ A0
    W, b = [w.copy() for w in weights], [np.zeros((len(w), 1)) for w in weights]
    costs = []
    for _ in range(iterations):
        A = [None]
        for layer in range(len(W)):
            Z = U + b[0] if layer == 0 else W[layer] @ A[-1] + b[layer]
            A.append(1 / (1 + np.exp(-Z)) if layer == len(W) - 1 else np.maximum(0, Z))
        costs.append(float(-(Y * np.log(A[-1]) + (1 - Y) * np.log(1 - A[-1])).sum() / m))
        dZ = A[-1] - Y
        for layer in reversed(range(len(W))):
            dW, db = (dZ @ A[layer].T if layer else None), dZ.sum(1, keepdims=True)
            if layer:
                below = (W[layer].T @ dZ) * (A[layer] > 0)
                W[layer] -= rate * dW / m
            else:
                U -= rate * dZ @ gram / m
            b[layer] -= rate * db / m
            dZ = below if layer else None
    return costs


@pytest.mark.parametrize("name", FULL_DIGITS)
def test_the_costs_given_in_full(name, trained):
    """reference.md, section 1: to 1e-10 relative, in float64. history["loss"][k] is the cost before update k + 1."""
    costs = trained[name].history["loss"]
    assert len(costs) == 2500
    for iteration, cost in FULL_DIGITS[name].items():
        assert costs[iteration] == pytest.approx(cost, rel=1e-10)


@pytest.mark.parametrize("name", PRINTED)
def test_the_costs_printed_every_hundredth_iteration(name, trained):
    """reference.md, section 1: all six digits of all 25."""
    costs = trained[name].history["loss"][::100]
    np.testing.assert_allclose(costs, [float(c) for c in PRINTED[name].split()], rtol=0, atol=5.01e-7)


@pytest.mark.parametrize("name", MODELS)
def test_the_costs_of_the_same_algorithm_by_hand(name, trained, cats):
    """Beyond the printed digits: an independent NumPy implementation, every hundredth iteration to 1e-10 relative."""
    _, iterations, rate, _ = MODELS[name]
    expected = by_hand(*cats[0], initial_weights(name), iterations, rate)
    np.testing.assert_allclose(trained[name].history["loss"][::100], expected[::100], rtol=1e-10)
    np.testing.assert_allclose(trained[name].history["loss"][-1], expected[-1], rtol=1e-10)


def test_the_costs_of_logistic_regression(trained):
    """reference.md, section 1: 0.693147 at iteration 0 and 0.140872 at 1900."""
    costs = trained["logistic"].history["loss"]
    assert len(costs) == 2000
    np.testing.assert_allclose([costs[0], costs[1900]], [0.693147, 0.140872], rtol=0, atol=5.01e-7)


@pytest.mark.parametrize("name", CORRECT)
def test_the_accuracies_are_exact(name, trained, cats):
    """reference.md, section 1: of 209 training and 50 test images (always "cat": 33 of 50)."""
    for (X, Y), right in zip(cats, CORRECT[name], strict=True):
        assert int(((trained[name].predict(X)[:, 0] > 0.5) == Y).sum()) == right
        assert trained[name].evaluate(X, Y)["accuracy"] == pytest.approx(right / len(Y), rel=1e-14)


def test_the_example_prints_the_table_of_the_courses_exercise(course):
    """How many images each model gets right."""
    assert re.findall(r"(train|test) (\d+/\d+) right", course[1]) == [
        (part, f"{right}/{of}")
        for name in ("logistic", "two layers", "four layers")
        for part, right, of in zip(("train", "test"), CORRECT[name], (209, 50), strict=True)
    ]


def test_the_activations_are_the_courses():
    """The hidden units are ReLU and the output a sigmoid, fused into the loss."""
    assert losses.get("sigmoid_cross_entropy").output == "sigmoid"
    assert activations.get("relu")(jnp.array([[-1.0, 2.0]])).tolist() == [[0, 2]]
