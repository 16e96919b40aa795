"""Time as a simulation goes through it: steps, and frames of so many steps."""

import math
from typing import NamedTuple

import numpy as np

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.neurons.base import Neuron

MOST_STEPS = 2**31 - 1
"""The programs count steps in 32 bits."""


class Clock(NamedTuple):
    """How long a step is, how many make a frame (what is recorded, and when inputs arrive), and how many frames."""

    dt_ms: float
    steps_a_frame: int
    frames: int

    @property
    def frame_ms(self) -> float:
        """How long a frame is."""
        return self.dt_ms * self.steps_a_frame

    def frame_times(self) -> np.ndarray:
        """(frames + 1,) when each frame begins, and when the last one ends."""
        return np.arange(self.frames + 1) * self.frame_ms

    def step_times(self) -> np.ndarray:
        """(steps,) when each step begins."""
        return np.arange(self.frames * self.steps_a_frame) * self.dt_ms

    def numbers(self, neuron: Neuron, count: int, variables: int) -> int:
        """How many numbers a recording of so many neurons' variables is, with the moments of their spikes."""
        return count * self.frames * (variables * math.prod(neuron.sites) + self.steps_a_frame)


def clock(neuron: Neuron, duration_ms: float, dt_ms: float | None = None, frame_ms: float | None = None) -> Clock:
    """The time of a simulation of this neuron; without a step, one that suits it.

    Raises:
        ClearpropError: a duration or step that is not above 0, a step that is too long for the neuron, a frame that is
            not so many steps, more steps than can be counted.
    """
    for name, value in (("duration_ms", duration_ms), ("dt_ms", dt_ms), ("record_every_ms", frame_ms)):
        if value is not None and not (math.isfinite(value) and value > 0):
            raise ClearpropError(_("{name} cannot be {value!r}: give a number above 0.").format(name=name, value=value))
    longest = neuron.largest_step_ms
    by_default = round_down(min(longest / 4, 0.1))
    _see_that_steps_can_be_counted(max(duration_ms, frame_ms or 0.0), dt_ms or by_default)
    if dt_ms is None:
        dt_ms = by_default if frame_ms is None else frame_ms / math.ceil(frame_ms / by_default - 1e-9)
    if dt_ms > longest * (1 + 1e-9):
        raise ClearpropError(
            _("dt_ms={dt:g} is too long a step for {neuron}, whose equations need {longest:.3g} ms or less.").format(
                dt=dt_ms, neuron=type(neuron).__name__, longest=longest
            )
        )
    steps = 1 if frame_ms is None else round(frame_ms / dt_ms)
    if frame_ms is not None and abs(steps * dt_ms - frame_ms) > 1e-6 * frame_ms:
        raise ClearpropError(
            _("record_every_ms={frame:g} is not a whole number of steps of dt_ms={dt:g}.").format(
                frame=frame_ms, dt=dt_ms
            )
        )
    return Clock(dt_ms, steps, math.ceil(duration_ms / (dt_ms * steps) - 1e-9))


def _see_that_steps_can_be_counted(lasts_ms: float, dt_ms: float) -> None:
    if lasts_ms / dt_ms > MOST_STEPS:
        raise ClearpropError(
            _("{lasts:g} ms in steps of {dt:g} ms are too many steps: give a shorter duration_ms, or a longer dt_ms.")
            .format(lasts=lasts_ms, dt=dt_ms)
        )  # fmt: skip


def round_down(value: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten that is not above it.

    >>> round_down(0.0107), round_down(0.1), round_down(0.7)
    (0.01, 0.1, 0.5)
    """
    power = 10.0 ** math.floor(math.log10(value) + 1e-9)
    return next(float(f"{times * power:.0e}") for times in (5, 2, 1) if times * power <= value * (1 + 1e-9))
