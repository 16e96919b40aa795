"""Where the weights start: zeros, LeCun's, He's and Glorot's, samples as rows."""

import numpy as np


def zeros(sizes):
    parameters = []
    for i in range(1, len(sizes)):  # hint
        fan_in, fan_out = sizes[i - 1], sizes[i]
        parameters.append({"W": np.zeros((fan_in, fan_out)), "b": np.zeros(fan_out)})  # hint
    return parameters


def apart(W):
    mean = W.mean(1, keepdims=True)  # hint
    return np.sqrt(((W - mean) ** 2).mean())  # hint


def lecun(N):
    fan_in = N.shape[0]  # hint
    return N * np.sqrt(1 / fan_in)  # hint


def he(N):
    fan_in = N.shape[0]
    return N * np.sqrt(2 / fan_in)  # hint


def glorot(U):
    fan_in, fan_out = U.shape
    limit = np.sqrt(6 / (fan_in + fan_out))  # hint
    return limit * (2 * U - 1)  # hint


def initialise(normals):
    return [{"W": he(N), "b": np.zeros(N.shape[1])} for N in normals]  # hint


def size(A):
    return np.sqrt((A**2).mean())  # hint


def forward_sizes(X, weights):
    A, sizes = X, []
    for W in weights:
        Z = A @ W
        A = np.maximum(0, Z)  # hint
        sizes.append(size(A))  # hint
    return sizes


def backward_sizes(dA, weights, sums):
    sizes = []
    for i in reversed(range(len(weights))):
        dZ = dA * (sums[i] > 0)  # hint
        dA = dZ @ weights[i].T  # hint
        sizes.append(size(dA))
    return sizes[::-1]


def forward(X, parameters):
    """The sums and the outputs of all layers: ReLU, and a sigmoid in the last."""
    sums, outputs = [], [X]
    for number, layer in enumerate(parameters, 1):
        Z = outputs[-1] @ layer["W"] + layer["b"]
        sums.append(Z)
        outputs.append(np.maximum(0, Z) if number < len(parameters) else np.exp(-np.logaddexp(0, -Z)))
    return sums, outputs


def step(Y, parameters, sums, outputs, learning_rate):
    """The parameters after a step of gradient descent."""
    n, after = len(Y), []
    dZ = outputs[-1] - Y
    for number in reversed(range(len(parameters))):
        W, b = parameters[number]["W"], parameters[number]["b"]
        dW, db = outputs[number].T @ dZ / n, dZ.sum(0) / n
        after.insert(0, {"W": W - learning_rate * dW, "b": b - learning_rate * db})
        if number > 0:
            dZ = dZ @ W.T * (sums[number - 1] > 0)
    return after


def train(X, Y, sizes, learning_rate, iterations, random):
    """Gradient descent from the weights that initialise gives."""
    shapes = [(sizes[i - 1], sizes[i]) for i in range(1, len(sizes))]
    parameters = initialise([random.randn(fan_in, fan_out) for fan_in, fan_out in shapes])
    before, costs = parameters, []
    for _ in range(iterations):
        sums, outputs = forward(X, parameters)
        costs.append((np.logaddexp(0, sums[-1]) - Y * sums[-1]).mean())
        parameters = step(Y, parameters, sums, outputs, learning_rate)
    return before, costs, parameters


def predict(X, parameters):
    """The probability of the class 1."""
    return forward(X, parameters)[1][-1]
