"""The learning rate as a function of the step t = 0, 1, 2, ….

A schedule is a small tree of numbers with a formula; the numbers are arguments of the compiled program, so that another
peak or length does not recompile. Any function of the step (an Optax schedule, your own) serves as well.

    >>> rate = warm_up(10, cosine(0.1, 100))
    >>> [round(float(rate(t)), 4) for t in (0, 4, 9, 60, 110)]
    [0.01, 0.05, 0.1, 0.05, 0.0]
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp

from clearprop.errors import ClearpropError
from clearprop.i18n import _


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Schedule:
    """η(t) = formula(t, **numbers)."""

    formula: Callable[..., Any] = field(metadata={"static": True})
    numbers: dict[str, Any]

    def __call__(self, t: Any) -> Any:
        """The learning rate at step t"""
        return self.formula(t, **self.numbers)


def schedule(rate: Any) -> Schedule:
    """A number as a constant schedule; a function of the step as a schedule; a schedule as it is."""
    if isinstance(rate, Schedule):
        return rate
    return Schedule(rate, {}) if callable(rate) else constant(rate)


def constant(rate: float) -> Schedule:
    """η(t) = rate; what a number as the learning rate means."""
    return Schedule(_constant, {"rate": rate})


def _constant(t, rate):
    return rate


def step(rate: float, every: int, factor: float = 0.1) -> Schedule:
    """η(t) = rate · factor^⌊t / every⌋."""
    _positive(every=every)
    return Schedule(_step, {"rate": rate, "every": every, "factor": factor})


def _step(t, rate, every, factor):  # 1.0 t: a whole number divided is float32 in JAX, even among 64-bit numbers
    return rate * factor ** jnp.floor(1.0 * t / every)


def cosine(rate: float, steps: int, end: float = 0.0) -> Schedule:
    """η(t) = end + (rate − end) (1 + cos(π t / steps)) / 2, and `end` from t = steps on.

    Loshchilov & Hutter 2017, equation 5, without restarts.
    """
    _positive(steps=steps)
    return Schedule(_cosine, {"rate": rate, "steps": steps, "end": end})


def _cosine(t, rate, steps, end):
    return end + (rate - end) * (1 + jnp.cos(math.pi * jnp.minimum(1.0 * t / steps, 1))) / 2


def warm_up(steps: int, then: float | Schedule) -> Schedule:
    """η(t) = then(0) · (t + 1) / steps for t < steps, and then(t − steps) afterwards: a line up, then another schedule.

    Goyal et al. 2017, section 2.2.
    """
    _positive(steps=steps)
    return Schedule(_warm_up, {"steps": steps, "then": schedule(then)})


def _warm_up(t, steps, then):
    return jnp.where(t < steps, then(0) * (t + 1) / steps, then(jnp.maximum(t - steps, 0)))


def one_cycle(peak: float, steps: int, rise: float = 0.3, start: float = 0.04, end: float = 4e-6) -> Schedule:
    """From start · peak up to peak in the first `rise` of the steps, then down to end · peak, along half cosines.

    Smith & Topin 2018; the half cosines and the defaults are PyTorch's and Optax's.
    """
    _positive(steps=steps, rise=rise)
    return Schedule(_one_cycle, {"peak": peak, "steps": steps, "rise": rise, "start": start, "end": end})


def _one_cycle(t, peak, steps, rise, start, end):
    turn = rise * steps
    up = _cosine(t, start * peak, turn, peak)
    down = _cosine(t - turn, peak, steps - turn, end * peak)
    return jnp.where(t < turn, up, down)


def _positive(**numbers: float) -> None:
    for name, value in numbers.items():
        if not value > 0:
            raise ClearpropError(
                _("A schedule's {name} must be above 0; it is {value}.").format(name=name, value=value)
            )
