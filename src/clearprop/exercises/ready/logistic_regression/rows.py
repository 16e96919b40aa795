"""Logistic regression: one unit, samples as rows."""

import numpy as np


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))  # hint


def forward(X, W, b):
    Z = X @ W + b  # hint
    return sigmoid(Z)


def cost(A, Y):
    losses = -(Y * np.log(A) + (1 - Y) * np.log(1 - A))  # hint
    return losses.mean()


def backward(X, A, Y):
    n = X.shape[0]
    dZ = A - Y
    dW = X.T @ dZ / n  # hint
    db = dZ.sum(0) / n  # hint
    return dW, db


def update(W, b, dW, db, learning_rate):
    W = W - learning_rate * dW  # hint
    b = b - learning_rate * db
    return W, b


def train(X, Y, sizes, learning_rate, iterations, random):
    """Gradient descent with the functions above."""
    W, b = np.zeros((X.shape[1], 1)), np.zeros(1)
    before, costs = [{"W": W, "b": b}], []
    for _ in range(iterations):
        A = forward(X, W, b)
        costs.append(cost(A, Y))
        dW, db = backward(X, A, Y)
        W, b = update(W, b, dW, db, learning_rate)
    return before, costs, [{"W": W, "b": b}]


def predict(X, parameters):
    """The probability of the class 1."""
    return forward(X, parameters[0]["W"], parameters[0]["b"])
