"""One time step of neurons that may fire in it."""

import copy
from collections.abc import Sequence
from typing import Any, NamedTuple

import jax.numpy as jnp

from clearprop.neurons.base import Neuron, State
from clearprop.neurons.integrators import Integrator
from clearprop.neurons.synapses import Synapse, Traces


class Course(NamedTuple):
    """Where neurons are.

    Attributes:
        state: the neuron's variables.
        wait_ms: (…) for how long they still stand still; below 0: how far they are behind the clock.
    """

    state: State
    wait_ms: Any


def begin(neuron: Neuron, shape: tuple[int, ...]) -> Course:
    """So many neurons at rest: `shape` is of the neurons, their sites come behind.

    One that is reset and would rest above its threshold begins a rounding error below, and so fires at once.
    """
    kind = jnp.result_type(float)
    state = {
        name: jnp.broadcast_to(jnp.asarray(value, kind), shape + jnp.shape(value))
        for name, value in neuron.rest().items()
    }
    V = jnp.broadcast_to(state["V_mV"], shape + neuron.sites)
    if neuron.is_reset:
        # No next lower number: next to 0 processors take it for 0.
        below = jnp.asarray(neuron.spike_mV - jnp.finfo(kind).eps * (1 + abs(neuron.spike_mV)), kind)
        V = jnp.minimum(V, over_sites(neuron, below, jnp.inf))
    return Course({**state, "V_mV": V}, jnp.zeros(shape, kind))


def advance(neuron: Neuron, method: Integrator, course: Course, current: Any, dt_ms: Any) -> tuple[Course, Any, Any]:
    """(where they are a step later, (…) whether each fired, (…) how long before the step's end).

    A spike falls between two points of time. Its moment is where a straight line between the potentials before and
    after crosses `spike_mV`. A neuron that is reset starts there, with its other variables as they were there, and not
    at the step's end: what is left of the step is part of its refractory period, or, where that is shorter, is added
    to the next step. So rates are exact to the second power of the step, and not only to the first. Of a neuron with
    several sites only the soma stands still.
    """
    if not neuron.is_reset:
        after = method.step(lambda state: neuron.derivative(state, current), course.state, dt_ms)
        fired, share = _crossing(neuron, course.state, after)
        return Course(after, course.wait_ms), fired, share * dt_ms
    h = jnp.maximum(dt_ms - course.wait_ms, 0.0)
    steps = over_sites(neuron, h, dt_ms)
    after = method.step(lambda state: neuron.derivative(state, current), course.state, steps)
    fired, share = _crossing(neuron, course.state, after)
    anew, left = neuron.reset(_between(course.state, after, over_sites(neuron, share, 0.0))), share * h
    state = {name: jnp.where(_like(fired, value), anew[name], value) for name, value in after.items()}
    wait = jnp.where(fired, neuron.refractory_ms - left, jnp.maximum(course.wait_ms - dt_ms, 0.0))
    return Course(state, wait), fired, left


def over_sites(neuron: Neuron, soma: Any, elsewhere: Any) -> Any:
    """(…) → (…, sites): a value at the soma, the first site, and another at the rest; as it was for a point."""
    if not neuron.sites:
        return soma
    soma = jnp.asarray(soma)
    return jnp.full((*soma.shape, *neuron.sites), elsewhere, soma.dtype).at[..., 0].set(soma)


def _crossing(neuron: Neuron, before: State, after: State) -> tuple[Any, Any]:
    """(…) whether it fired, and which share of the step was left then."""
    low, high = neuron.soma(before["V_mV"]), neuron.soma(after["V_mV"])
    fired = (low < neuron.spike_mV) & (high >= neuron.spike_mV)
    return fired, jnp.where(fired, (high - neuron.spike_mV) / jnp.where(fired, high - low, 1.0), 0.0)


def _between(before: State, after: State, share: Any) -> State:
    """The state when this share of the step was left, on a straight line."""
    return {name: value + _like(share, value) * (before[name] - value) for name, value in after.items()}


def _like(fired: Any, value: Any) -> Any:
    """(…) beside (…, sites)."""
    return fired.reshape(fired.shape + (1,) * (jnp.ndim(value) - fired.ndim))


def driven(neuron: Neuron, synapses: Sequence[Synapse], traces: Sequence[Traces]) -> Neuron:
    """The neuron with what its synapses let in besides: dV/dt for I + Σ open (E − V)."""
    if not synapses:
        return neuron
    alone = neuron.derivative

    def derivative(state: State, current: Any) -> State:
        V = state["V_mV"]
        return alone(state, current + sum(own.current(trace, V) for own, trace in zip(synapses, traces, strict=True)))

    fed = copy.copy(neuron)
    object.__setattr__(fed, "derivative", derivative)
    return fed


def with_synapses(
    neuron: Neuron,
    method: Integrator,
    synapses: Sequence[Synapse],
    course: Course,
    traces: Sequence[Traces],
    current: Any,
    dt_ms: Any,
) -> tuple[Course, list[Traces], Any, Any]:
    """As `advance`, and the synapses' traces beside: within the step they are held as they are halfway through it."""
    halfway = [own.decay(trace, dt_ms / 2) for own, trace in zip(synapses, traces, strict=True)]
    course, fired, left = advance(driven(neuron, synapses, halfway), method, course, current, dt_ms)
    return course, [own.decay(trace, dt_ms / 2) for own, trace in zip(synapses, halfway, strict=True)], fired, left
