"""Schedules: against their closed forms and Optax's."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from clearprop.errors import ClearpropError
from clearprop.optim import schedules

T = np.arange(40)


def pairs():
    """Ours and Optax's that are to agree; made while 64-bit numbers are on, since Optax makes arrays of its numbers."""
    return {
        "constant": (schedules.schedule(0.3), optax.constant_schedule(0.3)),
        "step": (schedules.step(0.3, 7, 0.5), optax.exponential_decay(0.3, 7, 0.5, staircase=True)),
        "cosine": (schedules.cosine(0.3, 25), optax.cosine_decay_schedule(0.3, 25)),
        "cosine to an end": (schedules.cosine(0.3, 25, end=0.06), optax.cosine_decay_schedule(0.3, 25, 0.2)),
        "one cycle": (schedules.one_cycle(0.3, 30), optax.cosine_onecycle_schedule(30, 0.3)),
        "one cycle, its own numbers": (
            schedules.one_cycle(0.3, 30, rise=0.5, start=0.1, end=0.001),
            optax.cosine_onecycle_schedule(30, 0.3, 0.5, 10.0, 100.0),
        ),
        "warm-up, then constant": (schedules.warm_up(5, 0.3), optax.linear_schedule(0.06, 0.3, 4)),
        "warm-up, then cosine": (
            schedules.warm_up(5, schedules.cosine(0.3, 20)),
            optax.join_schedules([optax.linear_schedule(0.06, 0.3, 4), optax.cosine_decay_schedule(0.3, 20)], [5]),
        ),
    }


@pytest.mark.parametrize("pair", pairs())
def test_as_in_optax(pair, float64):
    """Optax 0.2.8, every step and some beyond the end; our warm-up's first step is not 0, as in Goyal et al. 2017."""
    ours, theirs = pairs()[pair]
    np.testing.assert_allclose([float(ours(t)) for t in T], [float(theirs(t)) for t in T], rtol=1e-12, atol=1e-16)


CLOSED_FORMS = {
    "step": (schedules.step(0.3, 7, 0.5), lambda t: 0.3 * 0.5 ** (t // 7)),
    "cosine": (schedules.cosine(0.3, 25, end=0.1), lambda t: 0.1 + 0.2 * (1 + np.cos(np.pi * min(t / 25, 1))) / 2),
    "warm-up": (schedules.warm_up(10, 0.3), lambda t: 0.3 * min((t + 1) / 10, 1)),
    "one cycle": (
        schedules.one_cycle(1.0, 20, rise=0.25, start=0.5, end=0.0),
        lambda t: 0.75 - 0.25 * np.cos(np.pi * t / 5) if t < 5 else (1 + np.cos(np.pi * min((t - 5) / 15, 1))) / 2,
    ),
}


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_as_written(name, float64):
    """Each docstring's formula in NumPy."""
    ours, formula = CLOSED_FORMS[name]
    np.testing.assert_allclose([float(ours(t)) for t in T], [formula(t) for t in T], rtol=1e-13, atol=1e-16)


def test_a_schedule_runs_compiled_with_its_numbers_as_arguments():
    """schedules.py: another peak or length does not recompile."""
    traced = []

    @jax.jit
    def rate(schedule, t):
        traced.append(t)
        return schedule(t)

    for peak, steps in (0.1, 10), (0.2, 20), (0.3, 30):
        schedule = schedules.warm_up(3, schedules.one_cycle(peak, steps))
        np.testing.assert_allclose(rate(schedule, jnp.int32(7)), schedule(7), rtol=1e-6)
    assert len(traced) == 1


def test_any_function_of_the_step_serves():
    """schedule: an Optax schedule, or one's own; a schedule stays as it is."""
    own = schedules.schedule(lambda t: 0.1 / (1 + t))
    assert own(4) == pytest.approx(0.02)
    assert schedules.schedule(own) is own
    assert schedules.schedule(0.1)(1000) == 0.1


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: schedules.step(0.1, 0), "every must be above 0; it is 0"),
        (lambda: schedules.cosine(0.1, -1), "steps must be above 0"),
        (lambda: schedules.warm_up(0, 0.1), "steps must be above 0"),
        (lambda: schedules.one_cycle(0.1, 0), "steps must be above 0"),
        (lambda: schedules.one_cycle(0.1, 10, rise=0.0), "rise must be above 0"),
    ],
)
def test_what_is_no_schedule_is_refused(make, sentence):
    """_positive's error."""
    with pytest.raises(ClearpropError, match=sentence):
        make()


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_a_counted_step_gives_the_same_rate_in_full_precision(name, float64):
    """The compiled program counts steps in 32-bit whole numbers, which JAX divides in float32; a rate must not lose by
    it.
    """
    ours, formula = CLOSED_FORMS[name]
    rates = jax.jit(jax.vmap(ours))(jnp.arange(40, dtype="int32"))
    np.testing.assert_allclose(rates, [formula(t) for t in T], rtol=1e-13, atol=1e-16)
