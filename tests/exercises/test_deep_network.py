"""The exercise on a deep network: by hand, the course's own costs, and mistakes as a learner writes them."""

import numpy as np
import pytest

from clearprop import exercises
from clearprop.exercises import solution
from clearprop.exercises.check import check_source

EXERCISE = exercises.get("deep-network")

ROWS = """
import math
import numpy as np

def initialize(sizes, random):
    layers = []
    for fan_in, fan_out in zip(sizes[:-1], sizes[1:]):
        numbers = [random.randn() * fan_in ** -0.5 for _ in range(fan_in * fan_out)]
        layers.append(dict(W=np.reshape(numbers, (fan_in, fan_out)), b=np.zeros((fan_out,))))
    return layers

def relu(Z):
    return Z * (Z > 0)

def sigmoid(Z):
    return np.vectorize(lambda z: 1 / (1 + math.exp(-z)))(Z)

def linear_forward(A_prev, W, b):
    Z = np.zeros((A_prev.shape[0], W.shape[1]))
    for i in range(Z.shape[0]):
        for j in range(Z.shape[1]):
            Z[i, j] = b[j]
            for k in range(W.shape[0]):
                Z[i, j] += A_prev[i, k] * W[k, j]
    return Z

def layer_forward(A_prev, W, b, activation):
    Z = A_prev.dot(W) + b
    return [Z, np.maximum(0, Z) if activation == "relu" else 1 / (1 + np.exp(-Z))]

def network_forward(X, parameters):
    A, Zs, As = X, [], [X]
    *hidden, last = parameters
    for layer in hidden:
        Z = A @ layer["W"] + layer["b"]
        A = np.clip(Z, 0, None)
        Zs, As = Zs + [Z], As + [A]
    Z = A @ last["W"] + last["b"]
    return Zs + [Z], As + [1 / (1 + np.exp(-Z))]

def cost(A, Y):
    return -np.log(A[Y == 1]).sum() / Y.size - np.log(1 - A[Y == 0]).sum() / Y.size

def linear_backward(dZ, A_prev, W):
    dA_prev, dW = np.empty(A_prev.shape), np.zeros(W.shape)
    for i, (error, inputs) in enumerate(zip(dZ, A_prev)):
        dA_prev[i] = W @ error
        dW += np.outer(inputs, error)
    return dA_prev, dW / len(dZ), np.mean(dZ, axis=0)

def activation_backward(dA, Z, activation):
    if activation == "sigmoid":
        return dA * np.exp(-Z) / (1 + np.exp(-Z)) ** 2
    dZ = np.array(dA, copy=True)
    dZ[Z <= 0] = 0
    return dZ

def network_backward(Y, Zs, As, parameters):
    n, L = Y.shape[0], len(parameters)
    dZ = As[L] - Y
    gradients = [None] * L
    for l in range(L - 1, -1, -1):
        gradients[l] = {"db": dZ.sum(axis=0) / n, "dW": np.dot(As[l].T, dZ) / n}
        if l > 0:
            dZ = np.dot(dZ, parameters[l]["W"].T)
            dZ = np.where(Zs[l - 1] > 0, dZ, 0)
    return gradients

def update(parameters, gradients, learning_rate):
    return [
        {key: value - learning_rate * slopes["d" + key] for key, value in layer.items()}
        for layer, slopes in zip(parameters, gradients)
    ]

def predict(X, parameters):
    A = X
    for number, layer in enumerate(parameters, start=1):
        A = linear_forward(A, layer["W"], layer["b"])
        A = sigmoid(A) if number == len(parameters) else relu(A)
    return A
"""

COLUMNS = """
import copy
import numpy as np

def initialize(sizes, random):
    parameters = []
    for l in range(1, len(sizes)):
        W = random.randn(sizes[l], sizes[l - 1]) / np.sqrt(sizes[l - 1])
        parameters += [{"b": np.zeros((sizes[l], 1)), "W": W}]
    return parameters

def relu(Z):
    A = Z.copy()
    A[A < 0] = 0
    return A

def sigmoid(Z):
    return 0.5 * np.tanh(0.5 * Z) + 0.5

def linear_forward(A_prev, W, b):
    return np.column_stack([np.dot(W, a) + b[:, 0] for a in A_prev.T])

def layer_forward(A_prev, W, b, activation):
    g = {"relu": relu, "sigmoid": sigmoid}[activation]
    Z = linear_forward(A_prev, W, b)
    return Z, g(Z)

def network_forward(X, parameters):
    Zs, As = [], [X]
    L = len(parameters)
    for l in range(1, L):
        Z, A = layer_forward(As[l - 1], parameters[l - 1]["W"], parameters[l - 1]["b"], "relu")
        Zs.append(Z)
        As.append(A)
    Z, A = layer_forward(As[L - 1], parameters[L - 1]["W"], parameters[L - 1]["b"], "sigmoid")
    return [*Zs, Z], [*As, A]

def cost(A, Y):
    m = Y.shape[1]
    return np.squeeze((1.0 / m) * (-np.dot(Y, np.log(A).T) - np.dot(1 - Y, np.log(1 - A).T)))

def linear_backward(dZ, A_prev, W):
    m = A_prev.shape[1]
    return np.dot(W.T, dZ), 1.0 / m * np.dot(dZ, A_prev.T), 1.0 / m * np.sum(dZ, axis=1, keepdims=True)

def activation_backward(dA, Z, activation):
    if activation == "relu":
        return np.where(Z > 0, dA, 0)
    s = 1 / (1 + np.exp(-Z))
    return np.multiply(dA, s - s ** 2)

def network_backward(Y, Zs, As, parameters):
    A, L = As[-1], len(parameters)
    grads = {}
    dA = -(np.divide(Y, A) - np.divide(1 - Y, 1 - A))
    dA, dW, db = linear_backward(activation_backward(dA, Zs[L - 1], "sigmoid"), As[L - 1], parameters[L - 1]["W"])
    grads[L] = {"dW": dW, "db": db}
    for l in reversed(range(L - 1)):
        dA, dW, db = linear_backward(activation_backward(dA, Zs[l], "relu"), As[l], parameters[l]["W"])
        grads[l + 1] = {"dW": dW, "db": db}
    return [grads[l] for l in range(1, L + 1)]

def update(parameters, gradients, learning_rate):
    parameters = copy.deepcopy(parameters)
    for layer, slopes in zip(parameters, gradients):
        layer["W"] -= learning_rate * slopes["dW"]
        layer["b"] -= learning_rate * slopes["db"]
    return parameters

def predict(X, parameters):
    return network_forward(X, parameters)[1].pop()
"""

MISTAKEN = (
    (
        """
def initialize(sizes, random):
    return [{"W": random.randn(k, j) / j, "b": np.zeros((k, 1))} for j, k in zip(sizes, sizes[1:])]

def relu(Z):
    return np.where(Z < 0, -Z, Z)

def sigmoid(Z):
    return 1 / (1 + np.e ** Z)

def linear_forward(A_prev, W, b):
    return np.multiply(W, A_prev) + b

def layer_forward(A_prev, W, b, activation):
    Z = linear_forward(A_prev, W, b)
    return Z, relu(Z)

def network_forward(X, parameters):
    Zs, As = [], [X]
    for l in range(0, len(parameters) - 1):
        Z, A = layer_forward(As[l], parameters[l]["W"], parameters[l]["b"], "relu")
        Zs.append(Z)
        As.append(A)
    return Zs, As

def cost(A, Y):
    return np.sum(-Y * np.log(A) - (1 - Y) * np.log(1 - A))

def linear_backward(dZ, A_prev, W):
    return np.dot(W.T, dZ), np.dot(dZ, A_prev.T), np.mean(dZ, axis=1, keepdims=True)

def activation_backward(dA, Z, activation):
    A = sigmoid(Z)
    if activation == "relu":
        return dA * (Z > 0)
    return dA * sigmoid(A) * (1 - sigmoid(A))

def network_backward(Y, Zs, As, parameters):
    L = len(parameters)
    dZ, gradients = As[-1] - Y, []
    for l in reversed(range(L)):
        dA, dW, db = linear_backward(dZ, As[l + 1], parameters[l]["W"])
        gradients.insert(0, {"dW": dW, "db": db})
        dZ = activation_backward(dA, Zs[l - 1], "relu")
    return gradients

def update(parameters, gradients, learning_rate):
    return [
        {"W": p["W"] + learning_rate * g["dW"], "b": p["b"] + learning_rate * g["db"]}
        for p, g in zip(parameters, gradients)
    ]

def predict(X, parameters):
    return network_forward(X, parameters)[1][len(parameters) - 1]
""",
        {
            "initialize": ("missing_root",),
            "relu": ("other_function",),
            "sigmoid": ("wrong_sign",),
            "linear_forward": ("product_for_matmul",),
            "layer_forward": ("one_activation",),
            "network_forward": ("off_by_one_layer",),
            "cost": ("missing_mean",),
            "linear_backward": ("missing_mean",),
            "activation_backward": ("derivative_at_A",),
            "network_backward": ("off_by_one_layer",),
            "update": ("wrong_sign",),
            "predict": ("off_by_one_layer",),
        },
    ),
    (
        """
def initialize(sizes, random):
    return [
        {"W": random.randn(sizes[l + 1], sizes[l]), "b": np.zeros((sizes[l + 1], 1))} for l in range(len(sizes) - 1)
    ]

def relu(Z):
    Z[Z < 0] = 0
    return Z

def linear_forward(A_prev, W, b):
    return np.dot(W.T, A_prev) + b

def layer_forward(A_prev, W, b, activation):
    Z = W @ A_prev + b
    return sigmoid(Z) if activation == "sigmoid" else relu(Z), Z

def network_forward(X, parameters):
    Zs, As = [], [X]
    for layer in parameters:
        Z, A = layer_forward(As[-1], layer["W"], layer["b"], "relu")
        Zs.append(Z)
        As.append(A)
    return Zs, As

def linear_backward(dZ, A_prev, W):
    m = dZ.shape[1]
    return W.T @ dZ, dZ @ A_prev.T / m, np.sum(dZ, axis=1) / m

def activation_backward(dA, Z, activation):
    return dA * (Z > 0) if activation == "relu" else dA * Z * (1 - Z)

def network_backward(Y, Zs, As, parameters):
    gradients, dA, activation = [], As[-1] - Y, "sigmoid"
    for l in reversed(range(len(parameters))):
        dZ = activation_backward(dA, Zs[l], activation)
        dA, dW, db = linear_backward(dZ, As[l], parameters[l]["W"])
        gradients = [{"dW": dW, "db": db}] + gradients
        activation = "relu"
    return gradients

def update(parameters, gradients, learning_rate):
    for layer, slopes in zip(parameters, gradients):
        layer["W"] -= learning_rate * slopes["dW"]
        layer["b"] -= learning_rate * slopes["db"]
    return parameters

def predict(X, parameters):
    return np.round(network_forward(X, parameters)[1][-1])
""",
        {
            "initialize": ("not_scaled",),
            "relu": ("changes_input",),
            "linear_forward": ("transposed",),
            "layer_forward": ("swapped_outputs",),
            "network_forward": ("last_activation",),
            "linear_backward": ("keepdims_lost",),
            "activation_backward": ("missing_sigmoid",),
            "network_backward": ("derivative_twice",),
            "update": ("changes_input",),
            "predict": ("threshold",),
        },
    ),
    (
        """
def initialize(sizes, random):
    return [{"W": random.randn(k, j) / np.sqrt(k), "b": np.zeros((k, 1))} for j, k in zip(sizes, sizes[1:])]

def linear_forward(A_prev, W, b):
    return W @ A_prev

def layer_forward(A_prev, W, b, activation):
    Z = W @ A_prev + b
    return Z, Z

def network_forward(X, parameters):
    Zs, As = [], [X]
    for layer in parameters:
        Z, A = layer_forward(X, layer["W"], layer["b"], "sigmoid" if layer is parameters[-1] else "relu")
        Zs.append(Z)
        As.append(A)
    return Zs, As

def linear_backward(dZ, A_prev, W):
    m = dZ.shape[1]
    return W.T @ dZ, dZ @ A_prev.T / m, dZ / m

def activation_backward(dA, Z, activation):
    return dA @ (Z > 0) if activation == "relu" else dA @ (sigmoid(Z) * (1 - sigmoid(Z)))

def network_backward(Y, Zs, As, parameters):
    gradients = []
    dA = Y / As[-1] - (1 - Y) / (1 - As[-1])
    for l in reversed(range(len(parameters))):
        dZ = activation_backward(dA, Zs[l], "sigmoid" if l + 1 == len(parameters) else "relu")
        dA, dW, db = linear_backward(dZ, As[l], parameters[l]["W"])
        gradients.insert(0, {"dW": dW, "db": db})
    return gradients

def update(parameters, gradients, learning_rate):
    return [{"W": p["W"] - learning_rate * g["dW"], "b": p["b"]} for p, g in zip(parameters, gradients)]

def predict(X, parameters):
    return network_forward(X, parameters)[0][-1]
""",
        {
            "initialize": ("other_fan",),
            "linear_forward": ("missing_bias",),
            "layer_forward": ("missing_activation",),
            "network_forward": ("same_input",),
            "linear_backward": ("missing_sum",),
            "activation_backward": ("matmul_for_product",),
            "network_backward": ("wrong_sign",),
            "update": ("not_updated",),
            "predict": ("missing_activation",),
        },
    ),
    (
        """
def linear_backward(dZ, A_prev, W):
    m = dZ.shape[1]
    return W.T * dZ, dZ @ A_prev.T / m, np.sum(dZ, axis=1, keepdims=True) / m

def network_forward(X, parameters):
    Zs, As = [], [X]
    for layer in parameters:
        Z, A = layer_forward(As[-1], layer["W"], layer["b"], "sigmoid" if layer is parameters[-1] else "relu")
        Zs.append(Z)
        As.append(A)
    return Zs, As[1:]

def network_backward(Y, Zs, As, parameters):
    gradients = []
    dA = (1 - Y) / (1 - As[-1]) - Y / As[-1]
    for l in range(len(parameters) - 1, 0, -1):
        dZ = activation_backward(dA, Zs[l], "sigmoid" if l + 1 == len(parameters) else "relu")
        dA, dW, db = linear_backward(dZ, As[l], parameters[l]["W"])
        gradients.insert(0, {"dW": dW, "db": db})
    return gradients

def update(parameters, gradients, learning_rate):
    return [
        {"W": parameters[l]["W"] - gradients[l]["dW"], "b": parameters[l]["b"] - gradients[l]["db"]}
        for l in range(len(parameters))
    ]
""",
        {
            "linear_backward": ("product_for_matmul",),
            "network_forward": ("missing_input",),
            "network_backward": ("off_by_one_layer",),
            "update": ("missing_rate",),
        },
    ),
    (  # several at once, in the order of the computation
        """
def initialize(sizes, random):
    return [
        {"W": random.rand(sizes[l], sizes[l - 1]), "b": np.zeros((sizes[l], 1))} for l in range(1, len(sizes) - 1)
    ]

def network_forward(X, parameters):
    Zs, As = [], [X]
    for layer in parameters:
        Z, A = layer_forward(As[-1], layer["W"], layer["b"], "relu")
        Zs.append(Z)
        As.append(A)
    return Zs, As[1:]

def linear_backward(dZ, A_prev, W):
    m = dZ.shape[1]
    return W.T @ dZ / m, dZ @ A_prev.T, dZ

def activation_backward(dA, Z, activation):
    if activation == "relu":
        return dA
    A = sigmoid(sigmoid(Z))
    return A * (1 - A)

def network_backward(Y, Zs, As, parameters):
    gradients = []
    dA = Y / As[-1] - (1 - Y) / (1 - As[-1])
    for l in reversed(range(len(parameters))):
        dZ = activation_backward(dA, Zs[l], "relu")
        dA, dW, db = linear_backward(dZ, As[l], parameters[l]["W"])
        gradients.append({"dW": dW, "db": db})
    return gradients

def update(parameters, gradients, learning_rate):
    return [{"W": p["W"] + g["dW"], "b": p["b"] + g["db"]} for p, g in zip(parameters, gradients)]
""",
        {
            "initialize": ("off_by_one_layer", "not_normal", "not_scaled"),
            "network_forward": ("last_activation", "missing_input"),
            "linear_backward": ("mean_twice", "missing_mean", "missing_mean", "missing_sum"),
            "activation_backward": ("missing_derivative", "derivative_at_A", "missing_chain"),
            "network_backward": ("wrong_sign", "last_activation", "reversed_order"),
            "update": ("wrong_sign", "missing_rate"),
        },
    ),
)


def found(text, convention="columns"):
    return {each.function: each.mistakes for each in check_source(EXERCISE, convention, text) if each.mistakes}


@pytest.fixture(scope="module")
def rows():
    return solution.compiled(solution.whole(EXERCISE, "rows"))


def test_a_network_by_hand(rows):
    """Z = (3, −½), A = (3, 0), Z = 0, A = ½; back with Y = 1: dZ = −½, then dA = (−½, −1) and dZ = (−½, 0)."""
    X, Y = np.array([[1.0, 2.0]]), np.array([[1.0]])
    first = {"W": np.array([[1.0, -1.0], [1.0, 0.0]]), "b": np.array([0.0, 0.5])}
    second = {"W": np.array([[1.0], [2.0]]), "b": np.array([-3.0])}
    Zs, As = rows["network_forward"](X, [first, second])
    assert [Z.tolist() for Z in Zs] == [[[3, -0.5]], [[0]]]
    assert [A.tolist() for A in As] == [[[1, 2]], [[3, 0]], [[0.5]]]
    assert rows["predict"](X, [first, second]).tolist() == [[0.5]]
    assert rows["cost"](As[-1], Y) == pytest.approx(np.log(2))
    gradients = rows["network_backward"](Y, Zs, As, [first, second])
    assert [each["dW"].tolist() for each in gradients] == [[[-0.5, 0], [-1, 0]], [[-1.5], [0]]]
    assert [each["db"].tolist() for each in gradients] == [[-0.5, 0], [-0.5]]
    after = rows["update"]([first, second], gradients, 0.1)
    np.testing.assert_allclose(after[1]["W"], [[1.15], [2.0]])
    assert second["W"].tolist() == [[1], [2]]


def test_a_layer_by_hand(rows):
    """dW = (1 · 2 + 3 · 4) / 2, db = (2 + 4) / 2; the slope of the sigmoid at ln 3 is ¾ · ¼."""
    back = rows["linear_backward"](np.array([[2.0], [4.0]]), np.array([[1.0], [3.0]]), np.array([[5.0]]))
    assert [each.tolist() for each in back] == [[[10], [20]], [[7]], [3]]
    dA, Z = np.array([[2.0, 3.0]]), np.array([[np.log(3), -1.0]])
    assert rows["activation_backward"](dA, Z, "relu").tolist() == [[2, 0]]
    assert rows["activation_backward"](dA, Z, "sigmoid")[0, 0] == pytest.approx(2 * 3 / 16)


def test_where_the_weights_start():
    """NumPy's first numbers from seed 1, with W (fan_out, fan_in), as the course has it."""
    by = solution.compiled(solution.whole(EXERCISE, "columns"))
    first, second = by["initialize"]([4, 2, 1], np.random.RandomState(1))
    assert (first["W"].shape, first["b"].shape, second["W"].shape) == ((2, 4), (2, 1), (1, 2))
    np.testing.assert_allclose(2 * first["W"][0], [1.62434536, -0.61175641, -0.52817175, -1.07296862])
    np.testing.assert_allclose(np.sqrt(2) * second["W"], [[0.3190391, -0.24937038]])


def test_the_costs_of_the_course(cat_pictures):
    by = solution.compiled(solution.whole(EXERCISE, "columns"))
    sizes = [12288, 20, 7, 5, 1]
    _before, costs, _after = by["train"](*cat_pictures, sizes, 0.0075, 201, np.random.RandomState(1))
    assert costs[0] == pytest.approx(0.7717493284237686, abs=1e-12)
    assert costs[100::100] == pytest.approx([0.672053, 0.648263], abs=1e-6)


@pytest.mark.parametrize(("convention", "text"), [("rows", ROWS), ("columns", COLUMNS)])
def test_written_another_way(convention, text):
    assert found(text, convention) == {}


@pytest.mark.parametrize(("wrong", "names"), MISTAKEN)
def test_each_mistake_is_named(wrong, names):
    assert found(solution.whole(EXERCISE, "columns") + wrong) == names
