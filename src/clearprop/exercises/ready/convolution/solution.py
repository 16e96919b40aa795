"""A convolution and max pooling, forward and back. Images are (n, height, width, channels) in both conventions."""

import numpy as np


def output_size(size, kernel, stride, padding):
    return (size + 2 * padding - kernel) // stride + 1  # hint


def pad(X, padding):
    return np.pad(X, ((0, 0), (padding, padding), (padding, padding), (0, 0)))  # hint


def window_sum(window, W, b):
    products = window[..., None] * W  # hint
    return products.sum((1, 2, 3)) + b  # hint


def conv_forward(X, W, b, stride, padding):
    padded, kernel = pad(X, padding), W.shape[0]
    height = output_size(X.shape[1], kernel, stride, padding)
    width = output_size(X.shape[2], kernel, stride, padding)
    Z = np.zeros((X.shape[0], height, width, W.shape[3]))
    for p in range(height):
        for q in range(width):
            y, x = stride * p, stride * q  # hint
            window = padded[:, y : y + kernel, x : x + kernel]  # hint
            Z[:, p, q] = window_sum(window, W, b)  # hint
    return Z


def conv_backward(dZ, X, W, stride, padding):
    padded, kernel = pad(X, padding), W.shape[0]
    d_padded, dW = np.zeros_like(padded), np.zeros_like(W)
    for p in range(dZ.shape[1]):
        for q in range(dZ.shape[2]):
            y, x = stride * p, stride * q
            window = padded[:, y : y + kernel, x : x + kernel]
            error = dZ[:, p, q, None, None, None]
            dW += (window[..., None] * error).sum(0)  # hint
            d_padded[:, y : y + kernel, x : x + kernel] += (W * error).sum(-1)  # hint
    dX = d_padded[:, padding : padding + X.shape[1], padding : padding + X.shape[2]]  # hint
    db = dZ.sum((0, 1, 2))
    return dX, dW, db


def max_pool_forward(X, size, stride):
    height = output_size(X.shape[1], size, stride, 0)
    width = output_size(X.shape[2], size, stride, 0)
    Y = np.zeros((X.shape[0], height, width, X.shape[3]))
    for p in range(height):
        for q in range(width):
            y, x = stride * p, stride * q
            Y[:, p, q] = X[:, y : y + size, x : x + size].max((1, 2))  # hint
    return Y


def max_pool_backward(dY, X, size, stride):
    dX = np.zeros_like(X)
    for p in range(dY.shape[1]):
        for q in range(dY.shape[2]):
            y, x = stride * p, stride * q
            window = X[:, y : y + size, x : x + size]
            largest = window == window.max((1, 2), keepdims=True)  # hint
            dX[:, y : y + size, x : x + size] += largest * dY[:, p : p + 1, q : q + 1]  # hint
    return dX
