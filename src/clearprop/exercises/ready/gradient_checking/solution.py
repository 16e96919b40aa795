"""Gradient checking: the gradients of back prop against those found by moving each parameter a little."""

import numpy as np


def numeric_gradient(f, theta, epsilon):
    gradient = np.zeros(theta.size)
    for i in range(theta.size):
        step = np.zeros(theta.size)
        step[i] = epsilon  # hint
        gradient[i] = (f(theta + step) - f(theta - step)) / (2 * epsilon)  # hint
    return gradient


def relative_difference(a, b):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))  # hint


def is_right(difference, tolerance):
    return bool(difference <= tolerance)  # hint


def flatten(parameters):
    parts = []
    for layer in parameters:
        parts.append(layer["W"].ravel())  # hint
        parts.append(layer["b"].ravel())  # hint
    return np.concatenate(parts)


def unflatten(theta, like):
    parameters, place = [], 0
    for layer in like:
        new = {}
        for name in ("W", "b"):
            size = layer[name].size
            new[name] = theta[place : place + size].reshape(layer[name].shape)  # hint
            place += size  # hint
        parameters.append(new)
    return parameters


def check_gradients(cost, parameters, gradients, epsilon):
    def f(theta):
        return cost(unflatten(theta, parameters))  # hint

    numeric = numeric_gradient(f, flatten(parameters), epsilon)  # hint
    return relative_difference(flatten(gradients), numeric)


def differences(gradients, numeric):
    found = []
    for mine, moved in zip(gradients, numeric, strict=True):
        found.append({name: relative_difference(mine[name], moved[name]) for name in ("W", "b")})  # hint
    return found
