"""Circuits: neurons wired by axons, down which each one's pulses reach the others after a delay."""

import dataclasses
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
from clearprop.neurons.axon import Axon
from clearprop.neurons.base import Neuron, ready
from clearprop.neurons.clock import Clock, clock
from clearprop.neurons.integrators import Integrator
from clearprop.neurons.precision import precision
from clearprop.neurons.recording import Recording
from clearprop.neurons.room import see_room
from clearprop.neurons.simulate import Current, currents, moments, recorded, see_that_it_kept_up, see_that_it_stayed
from clearprop.neurons.step import begin, over_sites, with_synapses
from clearprop.neurons.synapses import Synapse, see_that_it_takes
from clearprop.traced import Numbers, join, split


@dataclasses.dataclass(frozen=True, eq=False)
class Circuit:
    """Neurons alike, of which each one's spikes reach others through synapses, each after its delay:

        a spike of neuron i at t  →  a spike of weight W_ij at j's synapse, at the step nearest to t + d_ij

    Args:
        neuron: what each one is.
        synapse: what a spike does where it arrives, at the soma.
        weights: (n, n) from → to: what a spike opens, in the neuron's unit of current (per mV where the synapse has a
            reversal potential); 0 where there is no axon.
        delays_ms: (n, n) from → to, or one for all: how long a spike is on its way, a time step or more.

    Raises:
        ClearpropError: shapes that do not fit, a negative delay, a negative conductance.

    >>> from clearprop.neurons import Exponential, LeakyIntegrateAndFire
    >>> pair = Circuit(LeakyIntegrateAndFire(), Exponential(1.0, None), [[0, 200], [0, 0]], 3.0)
    >>> [own.round(1) for own in pair.run([15, 0], duration_ms=16).spikes_ms]
    [array([11.]), array([14.7])]
    """

    neuron: Neuron
    synapse: Synapse
    weights: Any
    delays_ms: Any

    def __post_init__(self) -> None:
        """See that there is such a circuit."""
        ready(self.neuron)
        for name in ("weights", "delays_ms"):
            object.__setattr__(self, name, _finite(name, getattr(self, name)))
        if self.weights.ndim != 2 or len(set(self.weights.shape)) != 1:
            raise ClearpropError(
                _("weights of shape {shape} need to be a square: from each neuron to each.").format(
                    shape=self.weights.shape
                )
            )
        if self.delays_ms.shape not in ((), self.weights.shape):
            raise ClearpropError(
                _("delays_ms of shape {shape} need to be one number, or of the weights' shape {wanted}.").format(
                    shape=self.delays_ms.shape, wanted=self.weights.shape
                )
            )
        if self.delays_ms.min() < 0:
            raise ClearpropError(_("delays_ms cannot be below 0: a spike arrives after it was sent."))
        see_that_it_takes(self.synapse, self.weights)

    def run(
        self,
        current: Current = 0.0,
        *,
        duration_ms: float,
        dt_ms: float | None = None,
        method: str | Integrator = "rk4",
        record: Sequence[str] | None = None,
        record_every_ms: float | None = None,
        float_type: str = "float64",
    ) -> Recording:
        """All of them, from rest; `simulate` says more of the arguments.

        Args:
            current: into the neurons: a number; (n,); or a function of the time in ms that gives one of these.
            duration_ms: how long.
            dt_ms: the time step; by default one that suits the neuron.
            method: one of `integrators.INTEGRATORS`, or of your own.
            record: names of the variables to record; all by default.
            record_every_ms: how often to record, a multiple of the time step; by default every step.
            float_type: "float64" or "float32".

        Raises:
            ClearpropError: a delay shorter than a step, a step too long, a potential that leaves all bounds.
        """
        ticks, names = clock(self.neuron, duration_ms, dt_ms, record_every_ms), recorded(self.neuron, record)
        lags = self._lags(ticks)
        see_room(ticks.numbers(self.neuron, len(self.weights), len(names)), float_type)
        with precision(float_type):
            into = self._into(current, ticks)
            (kind, numbers), (synapse, of_synapse) = split(self.neuron), split(self.synapse)
            plan = _Plan(
                kind, integrators.get(method), synapse, ticks.frames, ticks.steps_a_frame,
                1 << math.ceil(lags.max()).bit_length(), callable(current), names,
            )  # fmt: skip
            values, left = jax.device_get(
                _record(plan, ticks.dt_ms, numbers, of_synapse, into, jnp.asarray(self.weights), jnp.asarray(lags))
            )
        see_that_it_stayed(self.neuron, values, ticks)
        see_that_it_kept_up(self.neuron, left, ticks.dt_ms)
        return Recording(ticks.frame_times(), values, moments(left, ticks), float(duration_ms))

    def _lags(self, ticks: Clock) -> np.ndarray:
        """(n, n) delays in steps; 1 where there is no axon, and no longer than it takes not to arrive any more."""
        lags = np.where(self.weights == 0, 1.0, self.delays_ms / ticks.dt_ms)
        if lags.min() < 1 - 1e-9:
            raise ClearpropError(
                _(
                    "delays_ms cannot be {delay:g} with steps of {dt:g} ms: give a shorter dt_ms, or longer delays."
                ).format(delay=lags.min() * ticks.dt_ms, dt=ticks.dt_ms)
            )
        return np.minimum(lags, ticks.frames * ticks.steps_a_frame + 1)

    def _into(self, current: Current, ticks: Clock) -> jax.Array:
        """The current as (n,), or (frames, steps a frame, n)."""
        into, n = currents(current, ticks), len(self.weights)
        before = into.shape[:2] if callable(current) else ()
        if into.shape[len(before) :] not in ((), (1,), (n,)):
            raise ClearpropError(
                _("current of shape {shape} does not fit {n} neurons.").format(shape=into.shape[len(before) :], n=n)
            )
        return jnp.broadcast_to(into.reshape(*before, -1), (*before, n))


def chain(neuron: Neuron, n: int, synapse: Synapse, weight: float, delay_ms: float | Axon) -> Circuit:
    """Neurons of which each one's axon reaches the next: 0 → 1 → … → n − 1.

    Args:
        neuron: what each one is.
        n: how many.
        synapse: what a spike does where it arrives.
        weight: how much.
        delay_ms: how long each axon keeps a spike; or the axon itself, for the time that a pulse needs along it.

    >>> from clearprop.neurons import Exponential, LeakyIntegrateAndFire
    >>> row = chain(LeakyIntegrateAndFire(), 3, Exponential(1.0, None), 200.0, 5.0)
    >>> found = row.run([15.0, 0.0, 0.0], duration_ms=30)
    >>> [round(float(own[0]), 1) for own in found.spikes_ms]
    [11.0, 16.7, 22.4]
    """
    if n < 1:
        raise ClearpropError(_("n cannot be {n}: a chain has 1 neuron or more.").format(n=n))
    delay = delay_ms.delay_ms() if isinstance(delay_ms, Axon) else delay_ms
    return Circuit(neuron, synapse, weight * np.eye(n, k=1), delay)


def _finite(name: str, given: Any) -> np.ndarray:
    """Numbers.

    Raises:
        ClearpropError: they are none, or not finite.
    """
    try:
        values = np.array(given, float)
    except (TypeError, ValueError):
        values = np.array(math.nan)
    if not np.isfinite(values).all() or not values.size:
        raise ClearpropError(_("{name} cannot be {given!r}: give finite numbers.").format(name=name, given=given))
    return values


class _Plan(NamedTuple):
    """All of a run that is not a number."""

    neuron: Neuron
    method: Integrator
    synapse: Synapse
    frames: int
    steps_a_frame: int
    rows: int
    is_driven: bool
    record: tuple[str, ...]


@program()
def _record(
    plan: _Plan, dt_ms: Any, numbers: Numbers, of_synapse: Numbers, current: Any, weights: Any, lags: Any
) -> tuple[Any, Any]:
    """(each variable (frames + 1, n, …), (frames, steps, n) how long before a step's end a spike was, NaN without)."""
    neuron, synapse = join(plan.neuron, numbers), join(plan.synapse, of_synapse)
    course = begin(neuron, (len(weights),))
    nothing = jnp.zeros_like(course.state["V_mV"])
    traces = {name: value + nothing for name, value in synapse.rest().items()}
    # What is on its way: a row for each step up to the longest delay, used again and again; row `now` arrives now.
    coming = jnp.zeros((plan.rows, len(weights)), weights.dtype)

    def step(carry: Any, given: Any) -> tuple[Any, Any]:
        (course, traces, coming), (number, into) = carry, given
        now = number % plan.rows
        traces = synapse.arrive(traces, over_sites(neuron, coming[now], 0.0))
        into = over_sites(neuron, current if into is None else into, 0.0)
        course, (traces,), fired, left = with_synapses(neuron, plan.method, [synapse], course, [traces], into, dt_ms)
        arrival = number + 1 + jnp.rint(lags - left[:, None] / dt_ms).astype(int)
        sent = jnp.where(fired[:, None], weights, 0.0)
        coming = coming.at[now].set(0.0).at[arrival % plan.rows, jnp.arange(len(weights))].add(sent)
        return (course, traces, coming), jnp.where(fired, left, jnp.nan)

    def frame(carry: Any, given: Any) -> tuple[Any, Any]:
        number, into = given
        numbers = number * plan.steps_a_frame + jnp.arange(plan.steps_a_frame)
        carry, left = lax.scan(step, carry, (numbers, into))
        return carry, ({name: carry[0].state[name] for name in plan.record}, left)

    over_time = jnp.arange(plan.frames), current if plan.is_driven else None
    _end, (values, left) = lax.scan(frame, (course, traces, coming), over_time)
    first = {name: course.state[name][None] for name in plan.record}
    return jax.tree.map(lambda a, b: jnp.concatenate([a, b]), first, values), left
