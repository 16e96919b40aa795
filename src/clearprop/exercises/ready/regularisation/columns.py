"""Regularisation: smaller weights by L2, and units left out by dropout, samples as columns."""

import numpy as np

LAMBD = 0.5
KEEP = 0.8


def l2_penalty(parameters, n, lambd):
    squares = sum((layer["W"] ** 2).sum() for layer in parameters)  # hint
    return lambd / 2 * squares / n  # hint


def l2_gradients(gradients, parameters, n, lambd):
    after = []
    for i in range(len(parameters)):
        dW = gradients[i]["dW"] + lambd / n * parameters[i]["W"]  # hint
        after.append({"dW": dW, "db": gradients[i]["db"]})
    return after


def weight_decay(W, dW, n, lambd, learning_rate):
    return (1 - learning_rate * lambd / n) * W - learning_rate * dW  # hint


def dropout_mask(U, keep):
    return keep > U  # hint


def dropout(A, D, keep, training):
    if not training:  # hint
        return A  # hint
    return A * D / keep  # hint


def dropout_backward(dA, D, keep):
    return dA * D / keep  # hint


def layer_forward(A_before, W, b, D, keep):
    Z = W @ A_before + b
    A = dropout(np.maximum(0, Z), D, keep, training=True)  # hint
    return Z, A


def layer_backward(dA, A_before, W, Z, D, keep):
    n = A_before.shape[1]
    dZ = dropout_backward(dA, D, keep) * (Z > 0)  # hint
    dW = dZ @ A_before.T / n
    db = dZ.sum(1, keepdims=True) / n
    dA_before = W.T @ dZ
    return dA_before, dW, db


def train(X, Y, sizes, learning_rate, iterations, random):
    """Gradient descent with L2, and with dropout in the hidden layers."""
    shapes = [(sizes[k - 1], sizes[k]) for k in range(1, len(sizes))]
    parameters = [{"W": random.randn(o, i) * np.sqrt(2 / i), "b": np.zeros((o, 1))} for i, o in shapes]
    before, costs, n = parameters, [], Y.shape[1]
    for _ in range(iterations):
        masks = [dropout_mask(random.rand(o, n), KEEP) for _i, o in shapes[:-1]]
        sums, outputs = [], [X]
        for k in range(len(masks)):
            Z, A = layer_forward(outputs[k], parameters[k]["W"], parameters[k]["b"], masks[k], KEEP)
            sums, outputs = [*sums, Z], [*outputs, A]
        Z = parameters[-1]["W"] @ outputs[-1] + parameters[-1]["b"]
        costs.append((np.logaddexp(0, Z) - Y * Z).mean() + l2_penalty(parameters, n, LAMBD))
        dZ = sigmoid(Z) - Y
        gradients = [{"dW": dZ @ outputs[-1].T / n, "db": dZ.sum(1, keepdims=True) / n}]
        dA = parameters[-1]["W"].T @ dZ
        for k in reversed(range(len(masks))):
            dA, dW, db = layer_backward(dA, outputs[k], parameters[k]["W"], sums[k], masks[k], KEEP)
            gradients.insert(0, {"dW": dW, "db": db})
        gradients = l2_gradients(gradients, parameters, n, LAMBD)
        parameters = [updated(parameters[k], gradients[k], learning_rate) for k in range(len(parameters))]
    return before, costs, parameters


def updated(layer, gradient, learning_rate):
    """A layer's parameters after a step."""
    return {"W": layer["W"] - learning_rate * gradient["dW"], "b": layer["b"] - learning_rate * gradient["db"]}


def sigmoid(Z):
    """Between 0 and 1, without overflow."""
    return np.exp(-np.logaddexp(0, -Z))


def predict(X, parameters):
    """The probability of the class 1, with all units."""
    A = X
    for layer in parameters[:-1]:
        A = dropout(np.maximum(0, layer["W"] @ A + layer["b"]), np.ones(1), KEEP, training=False)
    return sigmoid(parameters[-1]["W"] @ A + parameters[-1]["b"])
