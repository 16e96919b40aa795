"""Neurons through time, from rest: what they do under a current, and under spikes that arrive."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from clearprop.compilation import program
from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.neurons import integrators
from clearprop.neurons.base import Neuron, ready
from clearprop.neurons.clock import Clock, clock
from clearprop.neurons.inputs import Inputs
from clearprop.neurons.integrators import Integrator
from clearprop.neurons.precision import precision
from clearprop.neurons.recording import Recording
from clearprop.neurons.room import see_room
from clearprop.neurons.step import begin, over_sites, with_synapses
from clearprop.neurons.synapses import Synapse
from clearprop.registry import unknown
from clearprop.traced import Numbers, join, split

Current = Any
"""A number; an array, a neuron for each entry; or a function of the time in ms that gives one of these."""


def simulate(
    neuron: Neuron,
    current: Current = 0.0,
    *,
    duration_ms: float,
    dt_ms: float | None = None,
    method: str | Integrator = "rk4",
    inputs: Sequence[Inputs] = (),
    record: Sequence[str] | None = None,
    record_every_ms: float | None = None,
    float_type: str = "float64",
) -> Recording:
    """A neuron, or many alike, from rest.

    >>> from clearprop.neurons import HodgkinHuxley
    >>> found = simulate(HodgkinHuxley(), 10.0, duration_ms=50)
    >>> found.spikes_ms.round(1)
    array([ 1.9, 16.8, 31.5, 46.1])

    Args:
        neuron: its equations and parameters.
        current: into it, in the neuron's unit: a number; an array, a neuron for each entry; or a function of the time
            in ms that gives one of these, held for the length of a step. It flows into the soma.
        duration_ms: how long.
        dt_ms: the time step; by default a quarter of the longest that the neuron bears, and at most 0.1 ms.
        method: one of `integrators.INTEGRATORS`, or of your own.
        inputs: spikes that arrive at synapses. Their bins of time are as long as `record_every_ms`, and fill the
            duration.
        record: names of the variables to record; all by default.
        record_every_ms: how often to record, a multiple of the time step; by default every step.
        float_type: "float64", or "float32" for a half to a quarter of the time.

    Raises:
        ClearpropError: a time step too long for the neuron, a potential that leaves all bounds, shapes that do not fit,
            more than memory holds, spikes that follow each other within a step.
    """
    ready(neuron)
    ticks, names = clock(neuron, duration_ms, dt_ms, record_every_ms), recorded(neuron, record)
    for own in inputs:
        own.check(neuron.sites)
        _see_that_bins_fit(own, ticks)
    of_current = finite(current(0.0) if callable(current) else current).shape
    shape = _neurons(of_current, [np.shape(own.spikes)[1:-1] for own in inputs])
    see_room(ticks.numbers(neuron, math.prod(shape), len(names)), float_type)
    with precision(float_type):
        into = jnp.asarray(currents(current, ticks))
        arriving = [jnp.asarray(own.arriving(ticks.frame_ms)) for own in inputs]
        kind, numbers = split(neuron)
        split_synapses = [split(own.synapse) for own in inputs]
        plan = _Plan(
            kind, integrators.get(method), tuple(own for own, _numbers in split_synapses), shape, ticks.frames,
            ticks.steps_a_frame, callable(current), names,
        )  # fmt: skip
        weights = [jnp.asarray(own.weights, float) for own in inputs]
        values, left = jax.device_get(
            _record(plan, ticks.dt_ms, numbers, [own for _kind, own in split_synapses], into, arriving, weights)
        )
    see_that_it_stayed(neuron, values, ticks)
    see_that_it_kept_up(neuron, left, ticks.dt_ms)
    return Recording(ticks.frame_times(), values, moments(left, ticks), float(duration_ms))


def _neurons(of_current: tuple[int, ...], of_spikes: list[tuple[int, ...]]) -> tuple[int, ...]:
    """The shape of the neurons, from what flows into them."""
    try:
        return np.broadcast_shapes(of_current, *of_spikes)
    except ValueError as error:
        raise ClearpropError(
            _("current for neurons of shape {current} and spikes for neurons of shape {spikes} do not fit.").format(
                current=of_current, spikes=", ".join(map(str, of_spikes))
            )
        ) from error


def recorded(neuron: Neuron, record: Sequence[str] | None) -> tuple[str, ...]:
    """Which variables to record.

    Raises:
        ClearpropError: the neuron has no such variable.
    """
    known = neuron.rest()
    for name in record or ():
        if name not in known:
            raise unknown(_("variable to record"), name, known)
    return tuple(known if record is None else record)


def currents(current: Current, ticks: Clock) -> np.ndarray:
    """The current as an array (…), or (frames, steps a frame, …) where it is a function of time.

    Raises:
        ClearpropError: it is no number, or not a finite one.
    """
    if not callable(current):
        return finite(current)
    into = finite([current(time) for time in ticks.step_times()])
    return into.reshape(ticks.frames, ticks.steps_a_frame, *into.shape[1:])


def finite(current: Any) -> np.ndarray:
    """Currents as an array.

    Raises:
        ClearpropError: one is no number, or not a finite one.
    """
    try:
        into = np.asarray(current, float)
    except (TypeError, ValueError) as error:
        raise ClearpropError(_("current cannot be {!r}: give numbers.").format(current)) from error
    if not np.isfinite(into).all():
        raise ClearpropError(_("current has to be finite at every moment."))
    return into


class _Plan(NamedTuple):
    """All of a simulation that is not a number."""

    neuron: Neuron
    method: Integrator
    synapses: tuple[Synapse, ...]
    shape: tuple[int, ...]
    frames: int
    steps_a_frame: int
    is_driven: bool
    record: tuple[str, ...]


@program()
def _record(
    plan: _Plan, dt_ms: Any, numbers: Numbers, of_synapses: list[Numbers], current: Any, spikes: Any, weights: Any
) -> tuple[Any, Any]:
    """(each variable (frames + 1, …), (frames, steps, …) how long before a step's end a spike was, NaN without)."""
    neuron = join(plan.neuron, numbers)
    synapses = [join(own, values) for own, values in zip(plan.synapses, of_synapses, strict=True)]
    course = begin(neuron, plan.shape)
    nothing = jnp.zeros_like(course.state["V_mV"])
    traces = [{name: value + nothing for name, value in own.rest().items()} for own in synapses]

    def step(carry: Any, into: Any) -> tuple[Any, Any]:
        course, traces = carry
        into = over_sites(neuron, current if into is None else into, 0.0)
        course, traces, fired, left = with_synapses(neuron, plan.method, synapses, course, traces, into, dt_ms)
        return (course, traces), jnp.where(fired, left, jnp.nan)

    def frame(carry: Any, given: Any) -> tuple[Any, Any]:
        (course, traces), (own_spikes, into) = carry, given
        traces = [
            own.arrive(trace, _summed(came, weight))
            for own, trace, came, weight in zip(synapses, traces, own_spikes, weights, strict=True)
        ]
        carry, left = lax.scan(step, (course, traces), into, length=plan.steps_a_frame)
        return carry, ({name: carry[0].state[name] for name in plan.record}, left)

    over_time = current if plan.is_driven else None
    _end, (values, left) = lax.scan(frame, (course, traces), (spikes, over_time), length=plan.frames)
    first = {name: course.state[name][None] for name in plan.record}
    return jax.tree.map(lambda a, b: jnp.concatenate([a, b]), first, values), left


def _summed(spikes: Any, weight: Any) -> Any:
    """Σ over inputs of spikes (…, inputs) times weight (inputs, sites) → (…, sites)."""
    return jnp.tensordot(spikes.astype(weight.dtype), weight, 1)


def _see_that_bins_fit(own: Inputs, ticks: Clock) -> None:
    """See that there is a bin for each frame: else spikes would come sooner or later than they were meant to."""
    bins = len(own.spikes)
    if bins != ticks.frames:
        raise ClearpropError(
            _(
                "spikes in {bins} bins of {bin:g} ms do not fill {duration:g} ms: give record_every_ms, how long a bin"
                " is, and spikes for all of duration_ms."
            ).format(bins=bins, bin=ticks.frame_ms, duration=ticks.frames * ticks.frame_ms)
        )


def moments(left: np.ndarray, ticks: Clock) -> Any:
    """(frames, steps, …) how long before its step's end each spike was, as moments: for one neuron, or for each."""
    flat = left.reshape(-1, *left.shape[2:])
    ends = (np.arange(len(flat)) + 1) * ticks.dt_ms

    def of(column: np.ndarray) -> np.ndarray:
        fired = ~np.isnan(column)
        return ends[fired] - column[fired]

    if flat.ndim == 1:
        return of(flat)
    return [of(column) for column in flat.reshape(len(flat), -1).T]


def see_that_it_kept_up(neuron: Neuron, left_ms: Any, dt_ms: float) -> None:
    """See that no neuron, firing once a step at most, fell behind the clock.

    Raises:
        ClearpropError: its spikes follow each other within a step.
    """
    if np.any(left_ms > 2 * dt_ms):
        raise ClearpropError(
            _("{neuron} fires more than once within dt_ms={dt:g}: give a shorter dt_ms, or a weaker current.").format(
                neuron=type(neuron).__name__, dt=dt_ms
            )
        )


FURTHEST_MV = 1000.0
"""No neuron's potential gets so far; a computed one that does was stepped too coarsely or pushed too hard."""


def see_that_it_stayed(neuron: Neuron, values: dict[str, np.ndarray], ticks: Clock) -> None:
    """See that all that was recorded is finite and within bounds.

    Raises:
        ClearpropError: it is not; the sentence says when, and at what step.
    """
    for name, value in values.items():
        limit = FURTHEST_MV if name == "V_mV" else np.inf
        fine = (np.abs(value) < limit).reshape(len(value), -1).all(1)
        if not fine.all():
            raise ClearpropError(
                _(
                    "{name} of {neuron} left all bounds at {time:g} ms: give a shorter dt_ms than {dt:g}, or a weaker"
                    " current."
                ).format(
                    name=name, neuron=type(neuron).__name__, time=ticks.frame_times()[np.argmin(fine)], dt=ticks.dt_ms
                )
            )
