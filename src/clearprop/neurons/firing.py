"""How fast a neuron fires under a steady current: its f–I curve, and the currents at which it begins."""

import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from clearprop.compilation import program
from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.machine import cores
from clearprop.neurons import integrators
from clearprop.neurons.base import Neuron, ready
from clearprop.neurons.clock import clock
from clearprop.neurons.integrators import Integrator
from clearprop.neurons.precision import precision
from clearprop.neurons.simulate import FURTHEST_MV, finite, see_that_it_kept_up
from clearprop.neurons.step import Course, advance, begin, over_sites
from clearprop.traced import Numbers, join, split


def f_i_curve(
    neuron: Neuron,
    currents: Any,
    *,
    duration_ms: float = 1000.0,
    settle_ms: float = 200.0,
    dt_ms: float | None = None,
    method: str | Integrator = "rk4",
    float_type: str = "float64",
) -> np.ndarray:
    """The sustained rate under each current, which steps up as the neuron is at rest and stays:

        f = (n − 1) / (t_n − t_1)   over its n spikes from `settle_ms` on

    A rate is *sustained* if the neuron still fires at the end: it has been silent for no longer than twice the longest
    of those intervals, so that a pause between bursts does not count as silence. Else, and with fewer than two spikes,
    it is 0; a rate so low that fewer than two fall into the time observed needs a longer duration. (The program looks
    every 20 steps: duration and `settle_ms` are rounded up to so many, and of several spikes in them the last counts.)

    Args:
        neuron: its equations and parameters.
        currents: (…) into it, in the neuron's unit; a neuron for each.
        duration_ms: how long each is simulated.
        settle_ms: what is left out at the beginning.
        dt_ms: the time step; by default one that suits the neuron, as in `simulate`.
        method: one of `integrators.INTEGRATORS`, or of your own; "exponential_euler" is the fastest.
        float_type: "float64", or "float32" for about a quarter of the time.

    Returns:
        The rates (…) in Hz.

    Raises:
        ClearpropError: a current or time that cannot be, or a potential that left all bounds.

    >>> from clearprop.neurons import LeakyIntegrateAndFire
    >>> f_i_curve(LeakyIntegrateAndFire(), [5.0, 12.0, 20.0]).round(2)
    array([ 0.  , 43.63, 83.81])
    """
    return _found(neuron, currents, duration_ms, settle_ms, dt_ms, method, float_type).rates_hz


class Thresholds(NamedTuple):
    """Where a neuron begins to fire under a current that steps up from nothing, in the neuron's unit.

    Attributes:
        rheobase: the smallest step that makes a spike.
        sustained: the smallest that keeps it firing.
        onset_hz: its rate there.
    """

    rheobase: float
    sustained: float
    onset_hz: float


POINTS = 50
"""Currents tried at a time between two limits; each round brings them closer by one less than so many times."""

ROUNDS = 3
"""After so many a threshold is known to 1/49³, about a hundred thousandth, of the range searched."""


def thresholds(
    neuron: Neuron,
    *,
    lowest: float = 0.0,
    highest: float | None = None,
    duration_ms: float = 1000.0,
    settle_ms: float = 200.0,
    dt_ms: float | None = None,
    method: str | Integrator = "rk4",
) -> Thresholds:
    """The smallest current steps, from rest, that make this neuron fire: once, and for good.

    *For good* is what `f_i_curve` calls sustained. A neuron whose rate begins at 0 keeps firing from its rheobase on,
    however slowly; here `sustained` is then a little higher, where two spikes fall into the time observed.

    Args:
        neuron: its equations and parameters.
        lowest: a current at which it is silent.
        highest: where to stop looking; by default twice the current that is typical for it.
        duration_ms: how long each current is tried.
        settle_ms: what is left out at the beginning where a rate is measured.
        dt_ms: the time step; by default one that suits the neuron, as in `simulate`.
        method: one of `integrators.INTEGRATORS`, or of your own.

    Raises:
        ClearpropError: it fires at `lowest` already, or does not between the two.

    >>> from clearprop.neurons import LeakyIntegrateAndFire
    >>> round(thresholds(LeakyIntegrateAndFire()).rheobase, 3)
    10.0
    """
    highest = 2 * neuron.typical_current if highest is None else highest
    once = for_good = (lowest, highest)
    onset_hz = 0.0
    for which in range(ROUNDS):
        grid = np.stack([np.linspace(*once, POINTS), np.linspace(*for_good, POINTS)])
        found = _found(neuron, grid, duration_ms, settle_ms, dt_ms, method, "float64")
        rates = found.rates_hz
        if which == 0:
            _see_that_they_lie_between(neuron, found.fired[0], rates[0] > 0, lowest, highest)
        once = _neighbours(grid[0], found.fired[0])
        for_good = _neighbours(grid[1], rates[1] > 0)
        onset_hz = float(rates[1][grid[1] == for_good[1]][0]) or onset_hz
    return Thresholds(once[1], for_good[1], onset_hz)


def _neighbours(grid: np.ndarray, fires: np.ndarray) -> tuple[float, float]:
    """The two currents between which it begins. The first is known to be too low, and the last high enough."""
    place = max(int(np.argmax([*fires[:-1], True])), 1)
    return float(grid[place - 1]), float(grid[place])


def _see_that_they_lie_between(
    neuron: Neuron, fired: np.ndarray, kept_firing: np.ndarray, lowest: float, highest: float
) -> None:
    """See that the neuron is silent at the lowest current, and keeps firing at some."""
    words = {"neuron": type(neuron).__name__, "low": lowest, "high": highest, "unit": neuron.current_unit}
    if fired[0]:
        raise ClearpropError(_("{neuron} fires at {low:g} {unit} already: give a lower `lowest`.").format(**words))
    if not kept_firing.any():
        raise ClearpropError(
            _(
                "{neuron} does not keep firing at any current from {low:g} to {high:g} {unit}: give a higher `highest`."
            ).format(**words)
        )


STEPS = 20
"""Steps between two looks at how many spikes there were. Within them only their number and the last one's moment are
kept, which costs next to nothing beside the neuron's equations; all that is kept at every step cost half as much again.
"""


class _Tally(NamedTuple):
    """What is kept of each neuron's spikes: no trace, five numbers.

    Attributes:
        spikes: how many there were.
        last_ms: when the last was.
        before: how many there were when the rate's reckoning began, with the first spike after the settled time.
        first_ms: when that one was; ∞ before it.
        longest_ms: the longest interval since.
    """

    spikes: Any
    last_ms: Any
    before: Any
    first_ms: Any
    longest_ms: Any

    def with_spikes(self, spikes: Any, last_ms: Any, settled: Any) -> "_Tally":
        """The tally some steps later; of several spikes in these steps the last one stands for all."""
        came = settled & (spikes > self.spikes)
        begins, again = came & jnp.isinf(self.first_ms), came & jnp.isfinite(self.first_ms)
        return _Tally(
            spikes,
            last_ms,
            jnp.where(begins, spikes, self.before),
            jnp.where(begins, last_ms, self.first_ms),
            jnp.where(again, jnp.maximum(self.longest_ms, last_ms - self.last_ms), self.longest_ms),
        )

    def rates_hz(self, end_ms: float) -> np.ndarray:
        """(…) the sustained rates, as `f_i_curve` says."""
        sustained = (self.last_ms > self.first_ms) & (end_ms - self.last_ms <= 2 * self.longest_ms)
        lasted = np.where(sustained, self.last_ms - self.first_ms, 1.0)
        return np.where(sustained, 1000 * (self.spikes - self.before) / lasted, 0.0)


class _Found(NamedTuple):
    """What a neuron did under each current: (…) whether it fired at all, and its sustained rate."""

    fired: np.ndarray
    rates_hz: np.ndarray


def _found(
    neuron: Neuron,
    currents: Any,
    duration_ms: float,
    settle_ms: float,
    dt_ms: float | None,
    method: str | Integrator,
    float_type: str,
) -> _Found:
    ready(neuron)
    ticks = clock(neuron, duration_ms, dt_ms)
    if not 0 <= settle_ms < duration_ms:
        raise ClearpropError(
            _("settle_ms cannot be {settle!r}: give a number from 0 to below duration_ms, {duration:g}.").format(
                settle=settle_ms, duration=duration_ms
            )
        )
    into, looks = finite(currents), math.ceil(ticks.frames / STEPS)
    kind, numbers = split(neuron)
    plan = _Plan(kind, integrators.get(method), looks)
    course, tally = _counted(plan, ticks.dt_ms, numbers, into, float(settle_ms), float_type)
    _see_that_all_stayed(neuron, course.state, into, ticks.dt_ms)
    see_that_it_kept_up(neuron, -course.wait_ms, ticks.dt_ms)
    return _Found(tally.spikes > 0, tally.rates_hz(looks * STEPS * ticks.dt_ms))


def _see_that_all_stayed(neuron: Neuron, state: dict[str, np.ndarray], currents: np.ndarray, dt_ms: float) -> None:
    """See that where each neuron ended is finite and within bounds."""
    for name, value in state.items():
        limit = FURTHEST_MV if name == "V_mV" else np.inf
        fine = (np.abs(value) < limit).all(tuple(range(currents.ndim, value.ndim)))
        if not fine.all():
            worst = currents.ravel()[np.argmin(fine)]
            raise ClearpropError(
                _(
                    "{name} of {neuron} left all bounds at a current of {current:g} {unit}: give a shorter dt_ms than"
                    " {dt:g}, or a weaker current."
                ).format(name=name, neuron=type(neuron).__name__, current=worst, unit=neuron.current_unit, dt=dt_ms)
            )


class _Plan(NamedTuple):
    """All of a count that is not a number."""

    neuron: Neuron
    method: Integrator
    looks: int


LEAST = 32
"""Neurons for a core of its own."""


def _counted(
    plan: _Plan, dt_ms: float, numbers: Numbers, currents: np.ndarray, settle_ms: float, float_type: str
) -> tuple[Course, _Tally]:
    """`_count` for all currents, dealt out to the cores: these neurons know nothing of one another."""
    flat = currents.ravel()
    parts = max(min(cores(), flat.size // LEAST), 1)
    size = -(-flat.size // parts)
    filled = np.pad(flat, (0, parts * size - flat.size), mode="edge").reshape(parts, size)
    with precision(float_type):
        count = _count.of(plan, dt_ms, numbers, jnp.asarray(filled[0]), settle_ms)

    def one(part: np.ndarray) -> Any:
        with precision(float_type):  # of a thread, not of them all
            return jax.device_get(count(dt_ms, numbers, jnp.asarray(part), settle_ms))

    with ThreadPoolExecutor(parts) as threads:
        ended = list(threads.map(one, filled))
    return jax.tree.map(
        lambda *own: np.concatenate(own)[: flat.size].reshape(currents.shape + own[0].shape[1:]), *ended
    )


# Vectors as wide as a newer processor has them: 0.11 s and not 0.16 for 100 neurons and 100,000 steps in float32.
@program(options={"xla_cpu_prefer_vector_width": 512})
def _count(plan: _Plan, dt_ms: Any, numbers: Numbers, current: Any, settle_ms: Any) -> tuple[Course, _Tally]:
    """(where the neurons are at the end, the tally of spikes)."""
    neuron = join(plan.neuron, numbers)
    course = begin(neuron, current.shape)
    into = over_sites(neuron, current, 0.0)
    nothing = jnp.zeros_like(course.wait_ms)
    tally = _Tally(nothing.astype(int), nothing, nothing.astype(int), nothing + jnp.inf, nothing)

    def step(carry: Any, number: Any) -> tuple[Any, None]:
        course, spikes, last_ms = carry
        course, fired, left = advance(neuron, plan.method, course, into, dt_ms)
        return (course, spikes + fired, jnp.where(fired, (number + 1) * dt_ms - left, last_ms)), None

    def look(carry: Any, number: Any) -> tuple[Any, None]:
        course, tally = carry
        numbers_of_steps = number * STEPS + jnp.arange(STEPS)
        (course, spikes, last_ms), _none = lax.scan(step, (course, tally.spikes, tally.last_ms), numbers_of_steps)
        return (course, tally.with_spikes(spikes, last_ms, numbers_of_steps[0] * dt_ms >= settle_ms)), None

    (course, tally), _none = lax.scan(look, (course, tally), jnp.arange(plan.looks))
    return course, tally
