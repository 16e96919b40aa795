"""Each method's order, measured; what it is exact for; a method of one's own."""

import dataclasses
import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from clearprop.errors import ClearpropError
from clearprop.neurons import INTEGRATORS, HodgkinHuxley, LeakyIntegrateAndFire, simulate
from clearprop.neurons.integrators import EULER, Integrator, RungeKutta, get, growth


def fitzhugh_nagumo(y):
    """Two coupled variables, one of them cubic; FitzHugh (1961), Biophysical Journal 1, 445."""
    return {"v": y["v"] - y["v"] ** 3 / 3 - y["w"] + 0.5, "w": 0.08 * (y["v"] + 0.7 - 0.8 * y["w"])}


def squid(y):
    """Hodgkin and Huxley's equations under 10 µA/cm²: within 4 ms one spike rises and falls."""
    return HodgkinHuxley().derivative(y, 10.0)


PROBLEMS = {
    "fitzhugh_nagumo": (fitzhugh_nagumo, {"v": -1.0, "w": 0.5}, 8.0, (40, 80, 160, 320)),
    "hodgkin_huxley": (squid, HodgkinHuxley().rest(), 4.0, (400, 800, 1600, 3200)),
}


@functools.cache
def by_scipy(problem):
    """The end, by an independent integrator of order 8 with a tolerance of 1e-13."""
    f, start, duration, _steps = PROBLEMS[problem]
    names = list(start)
    field = jax.jit(lambda y: jnp.stack([f(dict(zip(names, y, strict=True)))[name] for name in names]))
    start = np.array([float(start[name]) for name in names])
    found = solve_ivp(lambda _t, y: np.asarray(field(y)), (0, duration), start, "DOP853", rtol=1e-13, atol=1e-13)
    return dict(zip(names, found.y[:, -1], strict=True))


def errors(method, problem):
    """The largest error of any variable at the end (the potential's as a share of 100 mV), for each number of steps."""
    f, start, duration, steps = PROBLEMS[problem]
    start = {name: jnp.asarray(value, float) for name, value in start.items()}
    run = jax.jit(lambda n: jax.lax.fori_loop(0, n, lambda _i, y: method.step(f, y, duration / n), start))
    wanted = by_scipy(problem)
    scale = {name: 100.0 if name == "V_mV" else 1.0 for name in wanted}
    return [max(abs(float(value) - wanted[name]) / scale[name] for name, value in run(n).items()) for n in steps]


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("name", INTEGRATORS)
def test_the_error_falls_with_the_order_that_the_method_says(name, problem, float64):
    """Twice as many steps: 2⁻ᵖ of the error. The slope of log error against log steps over an eightfold range."""
    method = INTEGRATORS[name]
    slope = np.polyfit(np.log(PROBLEMS[problem][3]), np.log(errors(method, problem)), 1)[0]
    assert -slope == pytest.approx(method.order, abs=0.15)


def test_one_step_of_each_by_hand(float64):
    """dy/dt = y² from 1, h = 0.1: Euler 1.1; midpoint 1 + 0.1 · 1.05²; Kutta's, worked with fractions."""

    def step(name):
        return float(INTEGRATORS[name].step(lambda y: {"y": y["y"] ** 2}, {"y": jnp.asarray(1.0)}, 0.1)["y"])

    k1, h = 1.0, 0.1
    k2 = (1 + h / 2 * k1) ** 2
    k3 = (1 + h / 2 * k2) ** 2
    k4 = (1 + h * k3) ** 2
    assert step("euler") == pytest.approx(1.1, rel=1e-15)
    assert step("midpoint") == pytest.approx(1.11025, rel=1e-15)
    assert step("rk4") == pytest.approx(1 + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4), rel=1e-15)
    assert step("exponential_euler") == pytest.approx(1 + (np.exp(0.2) - 1) / 2, rel=1e-14)


@pytest.mark.parametrize("h", [1e-9, 0.1, 3.0, 200.0])
def test_exponential_euler_is_exact_for_a_linear_equation(h, float64):
    """dy/dt = (y∞ − y)/τ: y∞ + (y₀ − y∞) e^(−h/τ), at a step however long."""
    y = INTEGRATORS["exponential_euler"].step(lambda y: {"y": (3.0 - y["y"]) / 7.0}, {"y": jnp.asarray(1.0)}, h)
    assert float(y["y"]) == pytest.approx(3 - 2 * np.exp(-h / 7), rel=1e-14)


def test_growth(float64):
    """(eᶻ − 1)/z against NumPy's expm1; its limit at 0, and on both sides of where the series stands in."""
    z = np.array([-50.0, -1.0, -0.0101, -0.0099, -1e-8, 1e-8, 0.0099, 0.0101, 1.0, 20.0])
    np.testing.assert_allclose(growth(z), np.expm1(z) / z, rtol=3e-14)
    assert float(growth(0.0)) == 1.0
    assert np.isfinite(growth(1e6))  # cut, so that a reset can lead back
    assert float(jax.grad(growth)(0.0)) == 0.5


@pytest.mark.parametrize("name", INTEGRATORS)
def test_a_step_for_each_neuron_and_its_sites(name, float64):
    """h (neurons,) beside a state (neurons, sites): as each alone."""
    method, y = INTEGRATORS[name], {"y": jnp.arange(6.0).reshape(2, 3)}

    def f(y):
        return {"y": 1 - y["y"] ** 2}

    together = method.step(f, y, jnp.array([0.1, 0.02]))["y"]
    for row, h in enumerate((0.1, 0.02)):
        np.testing.assert_allclose(together[row], method.step(f, {"y": y["y"][row]}, h)["y"], rtol=1e-14)


@dataclasses.dataclass(frozen=True)
class Backward(Integrator):
    """The implicit Euler method, by three rounds of substitution."""

    order: int = 1

    def step(self, f, y, h):
        new = y
        for _round in range(3):
            new = jax.tree.map(lambda leaf, slope: leaf + h * slope, y, f(new))
        return new


def test_a_method_of_ones_own():
    """Heun's by its coefficients, and one that is no Runge–Kutta method: both go where a name goes."""
    heun = RungeKutta(((), (1.0,)), (0.5, 0.5), 2)
    ends = [
        simulate(LeakyIntegrateAndFire(), 9.0, duration_ms=5, dt_ms=0.1, method=own).V_mV[-1]
        for own in (heun, Backward(), "midpoint")
    ]
    assert ends[0] == pytest.approx(ends[2], rel=1e-14)  # for a linear equation all of order 2 are one
    assert ends[1] == pytest.approx(-70 + 9 * (1 - np.exp(-0.5)), abs=0.05)


def test_names():
    assert get("euler") is EULER
    assert get(EULER) is EULER
    with pytest.raises(
        ClearpropError, match=r"There is no integrator called 'rk5'\. Did you mean 'rk4'\? Known: euler, "
    ):
        simulate(LeakyIntegrateAndFire(), 1.0, duration_ms=1.0, method="rk5")
