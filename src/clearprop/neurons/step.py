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
    """So many neurons at rest: `shape` is of the neurons, their sites come behind."""
    kind = jnp.result_type(float)
    state = {
        name: jnp.broadcast_to(jnp.asarray(value, kind), shape + jnp.shape(value))
        for name, value in neuron.rest().items()
    }
    V = jnp.broadcast_to(state["V_mV"], shape + neuron.sites)
    return Course({**state, "V_mV": V}, jnp.zeros(shape, kind))


def advance(neuron: Neuron, method: Integrator, course: Course, current: Any, dt_ms: Any) -> tuple[Course, Any, Any]:
    """(where they are a step later, (…) whether each fired, (…) how long before the step's end).

    A spike falls between two points of time. Its moment is where a straight line between the potentials before and
    after crosses `spike_mV`. A neuron that is reset starts there, not at the step's end: what is left of the step is
    part of its refractory period, or, where that is shorter, is added to the next step. So rates are exact to the
    second power of the step, and not only to the first.
    """
    if not neuron.is_reset:
        after = method.step(lambda state: neuron.derivative(state, current), course.state, dt_ms)
        fired, left = _crossing(neuron, course.state, after, dt_ms)
        return Course(after, course.wait_ms), fired, left
    h = jnp.maximum(dt_ms - course.wait_ms, 0.0)
    after = method.step(lambda state: neuron.derivative(state, current), course.state, h)
    fired, left = _crossing(neuron, course.state, after, h)
    anew = neuron.reset(after)
    state = {name: jnp.where(_like(fired, value), anew[name], value) for name, value in after.items()}
    wait = jnp.where(fired, neuron.refractory_ms - left, jnp.maximum(course.wait_ms - dt_ms, 0.0))
    return Course(state, wait), fired, left


def _crossing(neuron: Neuron, before: State, after: State, h: Any) -> tuple[Any, Any]:
    low, high = neuron.soma(before["V_mV"]), neuron.soma(after["V_mV"])
    fired = (low < neuron.spike_mV) & (high >= neuron.spike_mV)
    share = (high - neuron.spike_mV) / jnp.where(fired, high - low, 1.0)
    return fired, jnp.where(fired, share * h, 0.0)


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
