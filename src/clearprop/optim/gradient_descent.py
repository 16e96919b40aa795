"""Gradient descent: go against the gradient."""

from clearprop.optim.base import Direction, Optimizer, Rate, optimizer


def gradient_descent(learning_rate: Rate = 0.01, weight_decay: float = 0.0) -> Optimizer:
    """w ← w − η (g + λ w), with g = ∂loss/∂w.  Cauchy 1847; on random batches, Robbins & Monro 1951.

    >>> step = gradient_descent(0.1)
    >>> step.update(2.0, step.init(1.0), 1.0)[0]
    -0.2
    """
    return optimizer(_KIND, learning_rate, weight_decay)


def _start(params):
    return ()


def _point(numbers, gradients, memory, t):
    return gradients, memory


_KIND = Direction("gradient_descent", _start, _point)
