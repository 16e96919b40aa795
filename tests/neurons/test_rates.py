"""The functions of the potential, at and around the points where their formulas are 0/0."""

from decimal import Decimal, localcontext

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from clearprop.neurons.hodgkin_huxley import rates
from clearprop.neurons.rates import linoid, logistic

POINTS = [0.0, 1e-12, -1e-9, 1e-6, -1e-4, 0.01, -0.05, 0.0999, 0.1, -0.1, 0.1001, -0.3, 1.0, -3.0, 12.0, -16.0, 24.0]


def exactly(x: float) -> tuple[float, float, float]:
    """x/(1 − e⁻ˣ) and its first two derivatives, by their formulas in 80 digits."""
    if x == 0:
        return 1.0, 0.5, 1 / 6
    with localcontext() as context:
        context.prec = 80
        z = Decimal(x)
        e = (-z).exp()
        u = 1 - e
        first = 1 / u - z * e / u**2
        second = (z - 2) * e / u**2 + 2 * z * e**2 / u**3
        return float(z / u), float(first), float(second)


@pytest.mark.parametrize(("float_type", "eps"), [("float64", 2.3e-16), ("float32", 1.2e-7)])
def test_value_and_gradients_around_the_singular_point(float_type, eps):
    """Against 80 digits. Where the quotient stands, |x| ≥ 0.1, its terms are 1/|x| larger than it is, and with every
    derivative once more: 10⁰, 10¹, 10² roundings' worth and more; where the series stands none is lost.
    """
    with jax.enable_x64(float_type == "float64"):
        x = np.array(POINTS, float_type)
        all_three = jax.jit(jax.vmap(lambda x: (linoid(x), jax.grad(linoid)(x), jax.grad(jax.grad(linoid))(x))))
        found = np.stack([np.asarray(own, float) for own in all_three(jnp.asarray(x))], 1)
    wanted = np.array([exactly(float(own)) for own in x])
    lost = np.where(abs(x) < 0.0999, 1, 1 + 1 / np.maximum(abs(x), 0.09))[:, None] ** [1, 2, 3]
    assert (abs(found - wanted) <= 8 * eps * lost * np.maximum(abs(wanted), 0.1)).all()


def test_its_limits_are_exact(float64):
    """Section 3 of the reference: α_m(−40 mV) = 1 and α_n(−55 mV) = 0.1 per ms (l'Hôpital), libraries give NaN."""
    assert float(rates(-40.0)["m"][0]) == 1.0
    assert float(rates(-55.0)["n"][0]) == 0.1
    assert float(jax.grad(lambda V: rates(V)["m"][0])(-40.0)) == pytest.approx(0.05, rel=1e-15)
    assert float(jax.grad(lambda V: rates(V)["n"][0])(-55.0)) == pytest.approx(0.005, rel=1e-15)


@pytest.mark.parametrize("float_type", ["float64", "float32"])
def test_rates_and_their_gradients_are_finite_at_all_potentials(float_type):
    """From −200 to 200 mV in steps of a quarter, so at −40 and −55 too; no rate is below 0."""
    V = np.linspace(-200, 200, 1601).astype(float_type)
    assert {-40.0, -55.0} <= set(V.tolist())

    @jax.jit
    def all_of(V):
        def own(V):
            return jnp.stack([rate for pair in rates(V).values() for rate in pair])

        return own(V), jax.jacfwd(own)(V), jax.jacrev(own)(V), jax.jacfwd(jax.jacrev(own))(V)

    with jax.enable_x64(float_type == "float64"):
        value, forward, reverse, second = jax.device_get(jax.vmap(all_of)(jnp.asarray(V)))
    assert value.dtype == float_type
    assert all(np.isfinite(found).all() for found in (value, forward, reverse, second))
    assert value.min() >= 0
    np.testing.assert_allclose(forward, reverse, rtol=1e-9 if float_type == "float64" else 2e-3, atol=1e-6)


def test_logistic(float64):
    """Against NumPy where that does not overflow, and its symmetry; no overflow in any direction."""
    x = np.linspace(-30, 30, 121)
    np.testing.assert_allclose(logistic(x), 1 / (1 + np.exp(-x)), rtol=1e-15)
    np.testing.assert_allclose(logistic(x) + logistic(-x), 1.0, rtol=1e-15)
    assert [float(logistic(far)) for far in (-1e4, 1e4)] == [0.0, 1.0]
    assert float(jax.grad(logistic)(-1e4)) == 0.0
