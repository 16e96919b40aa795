"""Momentum: a velocity that gathers gradients; and Nesterov's, which looks ahead along it."""

import jax

from clearprop.optim.base import Direction, Optimizer, Rate, optimizer, zeros_like


def momentum(learning_rate: Rate = 0.01, beta: float = 0.9, weight_decay: float = 0.0) -> Optimizer:
    """v ← β v + g,  w ← w − η (v + λ w).  Polyak 1964; v starts at 0."""
    return optimizer(_MOMENTUM, learning_rate, weight_decay, beta=beta)


def nesterov(learning_rate: Rate = 0.01, beta: float = 0.9, weight_decay: float = 0.0) -> Optimizer:
    """v ← β v + g,  w ← w − η (β v + g + λ w).  Nesterov 1983, in the form of Sutskever et al. 2013."""
    return optimizer(_NESTEROV, learning_rate, weight_decay, beta=beta)


def _velocity(numbers, gradients, v):
    return jax.tree.map(lambda v, g: numbers["beta"] * v + g, v, gradients)


def _momentum(numbers, gradients, v, t):
    v = _velocity(numbers, gradients, v)
    return v, v


def _nesterov(numbers, gradients, v, t):
    v = _velocity(numbers, gradients, v)
    return _velocity(numbers, gradients, v), v


_MOMENTUM = Direction("momentum", zeros_like, _momentum)
_NESTEROV = Direction("nesterov", zeros_like, _nesterov)
