"""Activations: each derivative against numbers, automatic differentiation and PyTorch."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import gradients
from clearprop import activations
from clearprop.activations import ACTIVATIONS
from clearprop.errors import ClearpropError
from clearprop.losses import LOSSES

EVERY = pytest.mark.parametrize(("name", "g"), gradients.all_activations(), ids=lambda value: str(value)[:24])

TORCH = {
    "identity": torch.nn.Identity(),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": torch.nn.LeakyReLU(0.01),
    "elu": torch.nn.ELU(),
    "selu": torch.selu,
    "gelu": torch.nn.GELU(approximate="none"),
    "silu": torch.nn.functional.silu,
    "mish": torch.nn.functional.mish,
    "softplus": torch.nn.Softplus(threshold=1e9),
    "exponential": torch.exp,
    "softmax": torch.nn.Softmax(-1),
}


def test_every_activation_can_be_tested():
    """design.md, Habits: covered by existing. One that needs settings needs an example in gradients.py."""
    assert gradients.settings_missing(ACTIVATIONS, gradients.ACTIVATION_EXAMPLES) == []


@EVERY
@pytest.mark.parametrize("shape", [(1, 1), (4, 2), (2, 2, 3)], ids=str)
def test_the_way_back_is_the_derivative(name, g, shape, float64):
    """design.md, Habits: for each registered; a batch of 1 and of n, 1, 2 and 3 units, positions between."""
    gradients.check(gradients.of_activation(g), 2 * np.random.default_rng(1).normal(size=shape))


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS.classes if name != "hard_threshold"])
def test_as_in_pytorch(name, float64):
    """PyTorch 2.13, torch.nn: outputs and gradients in float64 (it has no hard threshold)."""
    random, g = np.random.default_rng(0), activations.get(name)
    Z, dA = 3 * random.normal(size=(5, 4)), random.normal(size=(5, 4))
    z = torch.tensor(Z, requires_grad=True)
    a = TORCH[name](z)
    a.backward(torch.tensor(dA))
    A = g(jnp.asarray(Z))
    np.testing.assert_allclose(A, a.detach().numpy(), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(g.backward(jnp.asarray(dA), jnp.asarray(Z), A), z.grad.numpy(), rtol=1e-10, atol=1e-14)


@EVERY
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_far_out_nothing_overflows_but_the_exponential(name, g, dtype, float64):
    """Values that a float holds give values and gradients that it holds: no NaN from ∞ − ∞ or 0 · ∞."""
    Z = jnp.array([[-1e4, -200.0, -30.0, 0.0, 30.0, 80.0, 1e4]], dtype)
    Z = Z[:, :-1] if name == "exponential" else Z
    A = g(Z)
    dZ = g.backward(jnp.ones_like(Z), Z, A)
    assert A.dtype == dZ.dtype == dtype
    assert np.isfinite(A).all() and np.isfinite(dZ).all()
    exact = g(Z.astype("float64"))
    np.testing.assert_allclose(A, exact, rtol=2e-5 if dtype == "float32" else 0, atol=1e-6)
    assert np.isfinite(jax.vjp(g, Z)[1](jnp.ones_like(Z))[0]).all()  # for those who differentiate through it
    np.testing.assert_allclose(
        dZ, g.backward(jnp.ones(Z.shape), Z.astype("float64"), exact), rtol=1e-5, atol=1e-5, err_msg="gradient"
    )


def test_a_hard_threshold_fires_at_0_and_passes_nothing_back():
    """McCulloch & Pitts 1943: at least the threshold fires. Its derivative is 0 wherever it has one."""
    g, Z = activations.get("hard_threshold"), jnp.array([[-1.0, 0.0, 1.0]])
    A = g(Z)
    assert A.tolist() == [[0, 1, 1]]
    assert g.backward(jnp.ones((1, 3)), Z, A).tolist() == [[0, 0, 0]]


def test_relu_is_off_at_0_and_keeps_infinities_out():
    """The docstring's choice g′(0) = 0 (PyTorch's too); an infinite dA does not reach a unit that is off as NaN."""
    g, Z = activations.get("relu"), jnp.array([[-1.0, 0.0, 1.0]])
    assert g.derivative(Z, g(Z)).tolist() == [[0, 0, 1]]
    assert g.backward(jnp.full((1, 3), jnp.inf), Z, g(Z)).tolist() == [[0, 0, jnp.inf]]


@given(st.integers(1, 6), st.integers(1, 6), st.floats(-1e4, 1e4, width=32))
def test_softmax_rows_are_probabilities_and_do_not_mind_a_shift(n, classes, shift):
    """Bridle 1990: positive, sums of 1; e^(Z + c) / Σ e^(Z + c) = e^Z / Σ e^Z."""
    Z = np.random.default_rng(n * classes).normal(size=(n, classes)).astype("float32")
    A = np.asarray(activations.get("softmax")(jnp.asarray(Z)))
    np.testing.assert_allclose(A.sum(-1), 1, rtol=1e-6)
    shifted = activations.get("softmax")(jnp.asarray(Z + np.float32(shift)))
    np.testing.assert_allclose(shifted, A, rtol=2e-6 * (1 + abs(shift)), atol=1e-7)


@EVERY
def test_elementwise_ones_are_products_of_their_derivative(name, g):
    """The module's text: for all but softmax dZ = dA · g′(Z)."""
    Z = jax.random.normal(jax.random.key(0), (3, 4))
    if not isinstance(g, activations.Elementwise):
        assert name == "softmax"
        return
    dA = jax.random.normal(jax.random.key(1), (3, 4))
    np.testing.assert_array_equal(g.backward(dA, Z, g(Z)), dA * g.derivative(Z, g(Z)))


AVERAGED = ["identity", "sigmoid", "exponential", "softmax"]


def test_every_activation_that_a_loss_is_fused_with_averages():
    """activations.py: average; no other has it, and says so."""
    assert {loss.output for loss in LOSSES.classes.values()} <= set(AVERAGED)
    with pytest.raises(ClearpropError, match="cannot be averaged after the activation 'tanh'"):
        activations.get("tanh").average(jnp.ones((2, 1, 1)))


@pytest.mark.parametrize("name", AVERAGED)
@pytest.mark.parametrize("members", [1, 3])
def test_the_average_of_members_gives_the_mean_of_what_they_say(name, members, float64):
    """average's docstring: g(average(Z)) = (1/k) Σ g(Z_m), against the mean taken in NumPy."""
    g, Z = activations.get(name), 3 * np.random.default_rng(0).normal(size=(members, 5, 4))
    mean = np.mean([g(jnp.asarray(z)) for z in Z], 0)
    average = g.average(jnp.asarray(Z))
    assert average.shape == (5, 4)
    np.testing.assert_allclose(g(average), mean, rtol=1e-13)


@pytest.mark.parametrize(
    ("name", "Z", "expected"),
    [
        # sure of opposite classes: each has a half
        ("softmax", [[800.0, 0, -800], [-800.0, 0, 800]], [-np.log(2), -800 - np.log(1), -np.log(2)]),
        ("softmax", [[800.0, 0, -800]] * 2, [0.0, -800.0, -1600.0]),
        ("sigmoid", [[800.0, 800, -800, 0], [-800.0, 800, -800, 800]], [0.0, 800.0, -800.0, np.log(3)]),
        ("exponential", [[800.0, -800, 0], [-800.0, -800, 800]], [800 - np.log(2), -800.0, 800 - np.log(2)]),
    ],
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_members_that_are_sure_average_to_finite_numbers(name, Z, expected, dtype, float64):
    """Worked by hand: e^±800 is beyond both floats, and neither inf nor nan comes out."""
    average = activations.get(name).average(jnp.asarray(Z, dtype)[:, None])
    assert average.dtype == dtype
    np.testing.assert_allclose(average[0], expected, rtol=1e-6 if dtype == "float32" else 1e-12, atol=1e-12)


def test_an_unknown_name_is_answered_with_the_nearest():
    """registry.py: the message suggests."""
    with pytest.raises(ClearpropError, match=r"no activation called 'rleu'\. Did you mean 'relu'"):
        activations.get("rleu")
