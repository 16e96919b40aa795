"""A network of any depth, step by step, samples as columns."""

import numpy as np


def initialize(sizes, random):
    parameters = []
    for layer in range(1, len(sizes)):
        fan_in, fan_out = sizes[layer - 1], sizes[layer]
        W = random.randn(fan_out, fan_in) / np.sqrt(fan_in)  # hint
        b = np.zeros((fan_out, 1))
        parameters.append({"W": W, "b": b})
    return parameters


def relu(Z):
    return np.maximum(Z, 0)  # hint


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))  # hint


def linear_forward(A_prev, W, b):
    return W @ A_prev + b  # hint


def layer_forward(A_prev, W, b, activation):
    Z = linear_forward(A_prev, W, b)
    A = relu(Z) if activation == "relu" else sigmoid(Z)  # hint
    return Z, A


def network_forward(X, parameters):
    last = len(parameters) - 1
    Zs, As = [], [X]
    for layer in range(len(parameters)):
        activation = "sigmoid" if layer == last else "relu"
        Z, A = layer_forward(As[-1], parameters[layer]["W"], parameters[layer]["b"], activation)  # hint
        Zs.append(Z)
        As.append(A)
    return Zs, As


def cost(A, Y):
    losses = -(Y * np.log(A) + (1 - Y) * np.log(1 - A))  # hint
    return losses.mean()


def linear_backward(dZ, A_prev, W):
    n = dZ.shape[1]
    dW = dZ @ A_prev.T / n  # hint
    db = dZ.sum(1, keepdims=True) / n  # hint
    dA_prev = W.T @ dZ  # hint
    return dA_prev, dW, db


def activation_backward(dA, Z, activation):
    if activation == "relu":
        slope = Z > 0
    else:
        A = sigmoid(Z)
        slope = A * (1 - A)  # hint
    return dA * slope  # hint


def network_backward(Y, Zs, As, parameters):
    last = len(parameters) - 1
    A = As[-1]
    dA = (1 - Y) / (1 - A) - Y / A
    gradients = []
    for layer in reversed(range(len(parameters))):
        activation = "sigmoid" if layer == last else "relu"
        dZ = activation_backward(dA, Zs[layer], activation)  # hint
        dA, dW, db = linear_backward(dZ, As[layer], parameters[layer]["W"])  # hint
        gradients.insert(0, {"dW": dW, "db": db})
    return gradients


def update(parameters, gradients, learning_rate):
    updated = []
    for layer in range(len(parameters)):
        W = parameters[layer]["W"] - learning_rate * gradients[layer]["dW"]  # hint
        b = parameters[layer]["b"] - learning_rate * gradients[layer]["db"]
        updated.append({"W": W, "b": b})
    return updated


def predict(X, parameters):
    _Zs, As = network_forward(X, parameters)
    return As[-1]  # hint


def train(X, Y, sizes, learning_rate, iterations, random):
    """Gradient descent with the functions above."""
    parameters = initialize(sizes, random)
    before, costs = parameters, []
    for _ in range(iterations):
        Zs, As = network_forward(X, parameters)
        costs.append(cost(As[-1], Y))
        gradients = network_backward(Y, Zs, As, parameters)
        parameters = update(parameters, gradients, learning_rate)
    return before, costs, parameters
