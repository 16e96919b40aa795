"""Optimizers: all in one table, to the minimum; and step for step against Optax."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from clearprop import optim
from clearprop.errors import ClearpropError
from clearprop.optim import schedules

TABLE = {
    # name: (settings on the parabola, settings on Rosenbrock's valley)
    "gradient_descent": ({"learning_rate": 0.1}, {"learning_rate": 1e-3}),
    "momentum": ({"learning_rate": 0.02}, {"learning_rate": 2e-4}),
    "nesterov": ({"learning_rate": 0.02}, {"learning_rate": 2e-4}),
    "rmsprop": ({"learning_rate": schedules.cosine(0.05, 2000)}, {"learning_rate": schedules.cosine(0.01, 30000)}),
    "adam": ({"learning_rate": 0.05}, {"learning_rate": 0.01}),
    "adamw": ({"learning_rate": 0.05, "weight_decay": 1e-6}, {"learning_rate": 0.01, "weight_decay": 1e-6}),
}


def parabola(params):
    """Σ (w − target)², in a tree of two arrays: least at (1, −1) and 2."""
    return ((params["w"] - jnp.array([1.0, -1.0])) ** 2).sum() + (params["b"] - 2) ** 2


def rosenbrock(params):
    """(1 − x)² + 100 (y − x²)²: Rosenbrock 1960; a curved valley, least at (1, 1)."""
    x, y = params["w"]
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2 + params["b"] ** 2


PROBLEMS = {
    "parabola": (parabola, {"w": [-1.0, 10.0], "b": 1.0}, {"w": [1.0, -1.0], "b": 2.0}, 2000),
    "rosenbrock": (rosenbrock, {"w": [-1.2, 1.0], "b": 1.0}, {"w": [1.0, 1.0], "b": 0.0}, 30000),
}


@partial(jax.jit, static_argnames=("function", "steps"))
def descend(function, optimizer, params, steps):
    """The parameters after so many steps."""

    def step(_, carried):
        params, state = carried
        updates, state = optimizer.update(jax.grad(function)(params), state, params)
        return optim.apply(params, updates), state

    return jax.lax.fori_loop(0, steps, step, (params, optimizer.init(params)))[0]


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("name", optim.OPTIMIZERS)
def test_it_gets_to_the_minimum(name, problem, float64):
    """design.md, styles: one test table for all optimizers, on a parabola and on Rosenbrock; one without a row here
    fails.
    """
    function, start, least, steps = PROBLEMS[problem]
    optimizer = optim.OPTIMIZERS[name](**TABLE[name][list(PROBLEMS).index(problem)])
    found = descend(function, optimizer, jax.tree.map(np.array, start, is_leaf=lambda v: isinstance(v, list)), steps)
    np.testing.assert_allclose(found["w"], least["w"], atol=1e-3)
    np.testing.assert_allclose(found["b"], least["b"], atol=1e-3)


RATE = 0.03


def pairs():
    """Ours and Optax's that are to agree; made while 64-bit numbers are on, since Optax makes arrays of its numbers."""

    def exactly(schedule):
        return lambda t: schedule(1.0 * t)  # given a whole number, some of Optax's compute in float32

    warm_cosine = (
        schedules.warm_up(5, schedules.cosine(RATE, 15, end=0.001)),
        optax.join_schedules(
            [optax.linear_schedule(RATE / 5, RATE, 4), optax.cosine_decay_schedule(RATE, 15, 0.001 / RATE)], [5]
        ),
    )
    cycle = (schedules.one_cycle(RATE, 20), optax.cosine_onecycle_schedule(20, RATE))
    drop = (schedules.step(RATE, 8, 0.5), optax.exponential_decay(RATE, 8, 0.5, staircase=True))
    decay = optax.add_decayed_weights(0.1)
    return {
        "gradient descent": (optim.gradient_descent(RATE), optax.sgd(RATE)),
        "gradient descent, steps": (optim.gradient_descent(drop[0]), optax.sgd(exactly(drop[1]))),
        "gradient descent, decay": (optim.gradient_descent(RATE, 0.1), optax.chain(decay, optax.sgd(RATE))),
        "momentum": (optim.momentum(RATE, 0.8), optax.sgd(RATE, momentum=0.8)),
        "momentum, decoupled decay": (
            optim.momentum(RATE, 0.8, 0.1),
            optax.chain(optax.trace(0.8), decay, optax.scale_by_learning_rate(RATE)),
        ),
        "nesterov": (optim.nesterov(RATE, 0.8), optax.sgd(RATE, momentum=0.8, nesterov=True)),
        "nesterov, one cycle": (
            optim.nesterov(cycle[0], 0.8),
            optax.sgd(exactly(cycle[1]), momentum=0.8, nesterov=True),
        ),
        "rmsprop": (  # ε outside of the root, s from 0: as in the lecture
            optim.rmsprop(RATE, 0.8, 1e-3),
            optax.rmsprop(RATE, 0.8, eps=1e-3, initial_scale=0.0, eps_in_sqrt=False),
        ),
        "adam": (optim.adam(RATE, 0.8, 0.95, 1e-3), optax.adam(RATE, 0.8, 0.95, 1e-3)),
        "adam, its defaults": (optim.adam(RATE), optax.adam(RATE)),
        "adam, warm-up and cosine": (optim.adam(warm_cosine[0]), optax.adam(exactly(warm_cosine[1]))),
        "adamw": (optim.adamw(RATE, weight_decay=0.2), optax.adamw(RATE, weight_decay=0.2)),
        "adamw, one cycle": (optim.adamw(cycle[0], weight_decay=0.2), optax.adamw(exactly(cycle[1]), weight_decay=0.2)),
        "clipped adam": (
            optim.chain(optim.clip_by_global_norm(1.5), optim.adam(RATE)),
            optax.chain(optax.clip_by_global_norm(1.5), optax.adam(RATE)),
        ),
        "ours and theirs in one chain": (
            optim.chain(optax.clip_by_global_norm(1.5), optim.adamw(RATE, weight_decay=0.2)),
            optax.chain(optax.clip_by_global_norm(1.5), optax.adamw(RATE, weight_decay=0.2)),
        ),
    }


@pytest.mark.parametrize("pair", pairs())
def test_step_for_step_as_in_optax(pair, float64):
    """Optax 0.2.8: 25 steps with the same gradients, short and long, from the same parameters."""
    random = np.random.default_rng(0)
    shapes = {"a": {"W": (3, 2), "b": (2,)}, "c": (4,)}

    def draw(*n):
        return jax.tree.map(lambda s: random.normal(size=(*n, *s)), shapes, is_leaf=lambda s: isinstance(s, tuple))

    params, gradients = draw(), jax.tree.map(lambda g: 0.5 * g, draw(25))

    def path(optimizer):
        def step(carried, gradient):
            params, state = carried
            updates, state = optimizer.update(gradient, state, params)
            params = optax.apply_updates(params, updates)
            return (params, state), params

        return jax.lax.scan(step, (params, optimizer.init(params)), gradients)[1]

    ours, theirs = jax.jit(lambda: tuple(map(path, pairs()[pair])))()
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("name", optim.OPTIMIZERS)
def test_the_first_two_steps_by_hand(name, float64):
    """Each docstring's equation with its default numbers, g = 1 and then 3, from w = 2."""
    rate, w = 0.1, 2.0
    optimizer = optim.OPTIMIZERS[name](rate)
    state = optimizer.init(jnp.array(w))
    first, state = optimizer.update(jnp.array(1.0), state, jnp.array(w))
    second, state = optimizer.update(jnp.array(3.0), state, jnp.array(w))
    e = 1e-8
    m, s = (0.9 * 0.1 + 0.1 * 3) / (1 - 0.9**2), (0.999 * 0.001 + 0.001 * 9) / (1 - 0.999**2)
    directions = {
        "gradient_descent": (1, 3),
        "momentum": (1, 0.9 + 3),
        "nesterov": (0.9 + 1, 0.9 * 3.9 + 3),
        "rmsprop": (1 / (np.sqrt(0.1) + e), 3 / (np.sqrt(0.9 * 0.1 + 0.1 * 9) + e)),
        "adam": (1 / (1 + e), m / (np.sqrt(s) + e)),
        "adamw": (1 / (1 + e) + 0.01 * w, m / (np.sqrt(s) + e) + 0.01 * w),
    }[name]
    np.testing.assert_allclose([first, second], -rate * np.array(directions), rtol=1e-12)
    assert int(state.step) == 2


def test_a_name_stands_for_its_default_numbers():
    """optim.get."""
    assert optim.get("adam") == optim.adam()
    assert optim.get("adamw") == optim.adamw()
    assert optim.get("adamw") != optim.adamw(weight_decay=0.1)
    ours = optim.rmsprop(0.1)
    assert optim.get(ours) is ours


def test_only_the_numbers_of_an_optimizer_are_leaves():
    """optim/base.py: the numbers are leaves of a tree, and the functions the same for every optimizer of a kind."""
    one, other = optim.adam(0.1), optim.adam(0.2, 0.8, 0.9, 1e-6)
    assert jax.tree.structure(one) == jax.tree.structure(other)
    assert sorted(jax.tree.leaves(other)) == [0.0, 1e-6, 0.2, 0.8, 0.9]
    assert jax.tree.structure(one) != jax.tree.structure(optim.rmsprop(0.1))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: optim.adam(-0.1), "adam: learning_rate must be a finite number of 0 or more, not -0.1"),
        (lambda: optim.momentum(0.1, float("nan")), "momentum: beta must be"),
        (lambda: optim.adamw(0.1, weight_decay=float("inf")), "weight_decay must be"),
        (lambda: optim.get("adan"), "no optimizer called 'adan'.*adam"),
        (lambda: optim.get(3), "an .init, update. pair"),
        (lambda: optim.chain(optim.adam(), "adam"), "an .init, update. pair"),
        (lambda: optim.clip_by_global_norm(0.0), "above 0, not 0.0"),
    ],
)
def test_what_is_no_optimizer_is_refused_in_a_sentence(make, sentence):
    """The docstrings' errors."""
    with pytest.raises(ClearpropError, match=sentence):
        make()


def test_clipping_shortens_all_together_and_leaves_the_short_alone(float64):
    """Pascanu, Mikolov & Bengio 2013, algorithm 1: g · limit / ‖g‖ where ‖g‖ > limit."""
    clip, g = optim.clip_by_global_norm(1.0), {"a": jnp.array([3.0]), "b": jnp.array([4.0])}
    assert float(optim.global_norm(g)) == 5
    shortened, _ = clip.update(g, clip.init(g), g)
    np.testing.assert_allclose([shortened["a"][0], shortened["b"][0]], [0.6, 0.8], rtol=1e-15)
    short = jax.tree.map(lambda a: a / 10, g)
    assert clip.update(short, (), g)[0] == short
    zero = jax.tree.map(jnp.zeros_like, g)
    assert jax.tree.leaves(clip.update(zero, (), g)[0]) == [0, 0]
