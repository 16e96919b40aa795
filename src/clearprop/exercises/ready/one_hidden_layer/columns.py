"""A network with one hidden layer, samples as columns."""

import numpy as np


def relu(Z):
    """The hidden layer's activation."""
    return np.maximum(Z, 0)


def sigmoid(Z):
    """The output's activation."""
    return 1 / (1 + np.exp(-Z))


def initialize(sizes, random):
    inputs, hidden, outputs = sizes
    W1 = random.randn(hidden, inputs) * 0.01  # hint
    b1 = np.zeros((hidden, 1))
    W2 = random.randn(outputs, hidden) * 0.01
    b2 = np.zeros((outputs, 1))
    return W1, b1, W2, b2


def forward(X, W1, b1, W2, b2):
    Z1 = W1 @ X + b1  # hint
    A1 = relu(Z1)
    Z2 = W2 @ A1 + b2  # hint
    A2 = sigmoid(Z2)
    return Z1, A1, Z2, A2


def cost(A, Y):
    losses = -(Y * np.log(A) + (1 - Y) * np.log(1 - A))  # hint
    return losses.mean()


def backward(X, Y, Z1, A1, A2, W2):
    n = X.shape[1]
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / n
    db2 = dZ2.sum(1, keepdims=True) / n  # hint
    dZ1 = W2.T @ dZ2 * (Z1 > 0)  # hint
    dW1 = dZ1 @ X.T / n  # hint
    db1 = dZ1.sum(1, keepdims=True) / n
    return dW1, db1, dW2, db2


def update(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    W1 = W1 - learning_rate * dW1  # hint
    b1 = b1 - learning_rate * db1
    W2 = W2 - learning_rate * dW2
    b2 = b2 - learning_rate * db2
    return W1, b1, W2, b2


def accuracy(A, Y):
    classes = A > 0.5  # hint
    return (classes == Y).mean()


def train(X, Y, sizes, learning_rate, iterations, random):
    """Gradient descent with the functions above."""
    W1, b1, W2, b2 = initialize(sizes, random)
    before, costs = [{"W": W1, "b": b1}, {"W": W2, "b": b2}], []
    for _ in range(iterations):
        Z1, A1, _Z2, A2 = forward(X, W1, b1, W2, b2)
        costs.append(cost(A2, Y))
        dW1, db1, dW2, db2 = backward(X, Y, Z1, A1, A2, W2)
        W1, b1, W2, b2 = update(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate)
    return before, costs, [{"W": W1, "b": b1}, {"W": W2, "b": b2}]


def predict(X, parameters):
    """The probability of the class 1."""
    first, second = parameters
    return forward(X, first["W"], first["b"], second["W"], second["b"])[-1]
