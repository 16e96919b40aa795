"""Losses: each derivative against numbers, automatic differentiation and PyTorch; far-out logits; what check() says."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from torch.nn import functional

import gradients
from clearprop import activations, losses
from clearprop.errors import ClearpropError, DataError
from clearprop.losses import LOSSES
from clearprop.train.metrics import METRICS

EVERY = pytest.mark.parametrize(("name", "loss"), gradients.all_losses(), ids=lambda value: str(value)[:24])


def on_device(*arrays):
    """JAX's arrays: what a loss is given by the compiled program."""
    return tuple(jnp.asarray(a) for a in arrays)


def test_every_loss_can_be_tested():
    """design.md, Habits: covered by existing."""
    assert gradients.settings_missing(LOSSES, gradients.LOSS_EXAMPLES) == []


@EVERY
@pytest.mark.parametrize(("n", "outputs"), [(1, 2), (5, 1), (5, 3)], ids=str)
def test_the_derivative_is_the_values(name, loss, n, outputs, float64):
    """design.md, Habits: for every loss registered; a batch of 1 and of n, 1, 2 and 3 outputs, weights, every kind of
    target.
    """
    for Y in gradients.targets(loss, n, outputs).values():
        function = gradients.of_loss(loss, Y, gradients.weights_for(n, "padded"))
        gradients.check(function, gradients.predictions(name, n, outputs))


@EVERY
def test_padding_reaches_nothing(name, loss, float64):
    """design.md, a pass: a row of weight 0 has gradient exactly 0, and what it holds changes nothing, to the bit."""
    w = gradients.weights_for(5, "padded")
    compiled = jax.jit(loss.__call__)
    for Y in gradients.targets(loss, 5, 3).values():
        Y_hat = gradients.predictions(name, 5, 3)
        value, d = compiled(*on_device(Y_hat, Y, w))
        assert (np.asarray(d)[w == 0] == 0).all()
        other_Y_hat, other_Y = Y_hat.copy(), Y.copy()
        other_Y_hat[w == 0], other_Y[w == 0] = other_Y_hat[:1] * 0.99, other_Y[:1]
        other_value, other_d = compiled(*on_device(other_Y_hat, other_Y, w))
        assert value == other_value
        np.testing.assert_array_equal(d, other_d)


@EVERY
def test_weights_count_rows(name, loss, float64):
    """design.md: a loss is Σ w_i ℓ_i with weights that sum to 1, so weight 2 is the row twice."""
    times = np.array([2, 1, 3])
    for Y in gradients.targets(loss, 3, 2).values():
        Y_hat = gradients.predictions(name, 3, 2)
        value, d = loss(*on_device(Y_hat, Y, times / times.sum()))
        again, d_again = loss(*on_device(Y_hat.repeat(times, 0), Y.repeat(times, 0), np.full(6, 1 / 6)))
        np.testing.assert_allclose(value, again, rtol=1e-13)
        np.testing.assert_allclose(d, np.add.reduceat(np.asarray(d_again), [0, 2, 3]), rtol=1e-12)


@EVERY
@pytest.mark.parametrize("size", [1e4, 300.0, 30.0])
def test_far_out_logits_stay_finite_and_right_in_float32(name, loss, size, float64):
    """Issue 2: stable in float32 for logits of ±10⁴; against the same in float64."""
    Z = np.array([[size, -size, 0.0], [-size, size, 1.0], [size, size, -size], [-size, -size, -size], [0.0, 1.0, size]])
    after = {"poisson": "softplus", "binary_cross_entropy": "sigmoid", "categorical_cross_entropy": "softmax"}
    Y_hat = activations.get(after.get(name, "identity"))(jnp.asarray(Z, "float32"))
    w = np.full(5, 0.2, "float32")
    for what, Y in gradients.targets(loss, 5, 3).items():
        Y = Y.astype("float32") if Y.dtype.kind == "f" else Y
        value, d = loss(Y_hat, *on_device(Y, w))
        assert value.dtype == d.dtype == "float32"
        assert np.isfinite(value) and np.isfinite(d).all()
        if name in after:
            continue  # a probability of 0 is not the same number in both
        Y = Y.astype("float64") if Y.dtype.kind == "f" else Y
        exact, d_exact = loss(Y_hat.astype("float64"), *on_device(Y, w.astype("float64")))
        np.testing.assert_allclose(value, exact, rtol=2e-6, err_msg=what)
        np.testing.assert_allclose(d, d_exact, rtol=1e-5, atol=1e-7, err_msg=what)


def test_fused_with_the_softmax_a_sure_and_right_answer_costs_nothing_and_a_wrong_one_its_margin():
    """Closed form at logits of ±10⁴, in float32: 0 and 2 · 10⁴, with gradients 0 and ±1."""
    Z, w = jnp.array([[1e4, -1e4]]), jnp.ones(1)
    for y, cost, gradient in (0, 0.0, [0, 0]), (1, 2e4, [1, -1]):
        value, d = losses.get("softmax_cross_entropy")(Z, jnp.array([y]), w)
        assert (float(value), d[0].tolist()) == (cost, gradient)


FUSED = [("sigmoid_cross_entropy", "binary_cross_entropy"), ("softmax_cross_entropy", "categorical_cross_entropy")]


@pytest.mark.parametrize(("fused", "unfused"), [*FUSED, ("log_poisson", "poisson")])
@pytest.mark.parametrize("outputs", [1, 3])
def test_fused_is_the_unfused_loss_after_its_activation(fused, unfused, outputs, float64):
    """losses.py: the two derivatives multiplied out; value and dZ agree to rounding."""
    both, last = losses.get(fused), losses.get(unfused)
    g = activations.get(both.output)
    for Y in gradients.targets(both, 5, outputs).values():
        Z = jnp.asarray(np.random.default_rng(0).normal(size=(5, outputs)))
        Y, w = on_device(Y, gradients.weights_for(5, "any"))
        A = g(Z)
        value, dA = last(A, Y, w)
        fused_value, dZ = both(Z, Y, w)
        np.testing.assert_allclose(fused_value, value, rtol=1e-13)
        np.testing.assert_allclose(dZ, g.backward(dA, Z, A), rtol=1e-11, atol=1e-15)


def in_torch(name, y_hat, Y):
    """PyTorch's loss of the same name: the mean over rows (and outputs)."""
    y = torch.tensor(Y)
    if name in ("categorical_cross_entropy", "softmax_cross_entropy"):
        logits = y_hat if name == "softmax_cross_entropy" else torch.log(y_hat)  # ln of probabilities: logits of sum 1
        if name == "categorical_cross_entropy":
            return functional.nll_loss(logits, y) if Y.ndim == 1 else -(y * logits).sum(1).mean()
        return functional.cross_entropy(logits, y)
    y = y.double()
    return {
        "squared": functional.mse_loss,
        "absolute": functional.l1_loss,
        "huber": functional.huber_loss,
        "poisson": lambda a, b: functional.poisson_nll_loss(a, b, log_input=False, eps=0.0),
        "log_poisson": functional.poisson_nll_loss,
        "binary_cross_entropy": functional.binary_cross_entropy,
        "sigmoid_cross_entropy": functional.binary_cross_entropy_with_logits,
    }[name](y_hat, y)


@pytest.mark.parametrize("name", LOSSES.classes)
@pytest.mark.parametrize("outputs", [1, 3])
def test_as_in_pytorch(name, outputs, float64):
    """PyTorch 2.13, torch.nn.functional, reduction "mean": value and gradient in float64."""
    loss = losses.get(name)
    for Y in gradients.targets(loss, 6, outputs).values():
        Y_hat = (
            2 * gradients.predictions(name, 6, outputs) if name == "huber" else gradients.predictions(name, 6, outputs)
        )
        y_hat = torch.tensor(Y_hat, requires_grad=True)
        expected = in_torch(name, y_hat, Y)
        expected.backward()
        value, d = loss(*on_device(Y_hat, Y, np.full(6, 1 / 6)))
        np.testing.assert_allclose(value, expected.item(), rtol=1e-12)
        np.testing.assert_allclose(d, y_hat.grad.numpy(), rtol=1e-10, atol=1e-15)


def test_targets_may_come_without_the_axis_of_one_output(float64):
    """losses.py: Y (n,) is compared with outputs (n, 1), not broadcast to (n, n)."""
    Y_hat, Y, w = on_device(np.array([[1.0], [2.0]]), np.array([0.0, 5.0]), np.array([0.5, 0.5]))
    value, d = losses.get("squared")(Y_hat, Y, w)
    assert (float(value), d.tolist()) == (5.0, [[1.0], [-3.0]])


def test_multi_label_is_binary_cross_entropy_averaged_over_labels(float64):
    """losses.py: ℓ_i is the mean over its outputs."""
    Z, Y, w = on_device(np.array([[0.0, 0.0, 100.0]]), np.array([[1, 0, 1]]), np.ones(1))
    assert float(losses.get("sigmoid_cross_entropy")(Z, Y, w)[0]) == pytest.approx(2 * np.log(2) / 3, rel=1e-14)


def test_log_poisson_goes_on_as_its_tangent_past_60(float64):
    """The class's docstring: e^z up to z = 60, then the tangent e⁶⁰ (1 + z − 60); value and derivative meet."""
    loss, w = losses.get("log_poisson"), jnp.ones(1)
    for z, value, slope in (60.0, np.exp(60), np.exp(60)), (61.0, 2 * np.exp(60), np.exp(60)):
        got, d = loss(jnp.array([[z]]), jnp.zeros((1, 1)), w)
        assert (float(got), float(d[0, 0])) == (pytest.approx(value), pytest.approx(slope))


def test_a_loss_from_its_value_alone(float64):
    """FromValue: automatic differentiation gives the derivative; here of the squared error."""
    value_only = losses.FromValue(lambda Y_hat, Y, w: (w[:, None] * (Y_hat - Y) ** 2).sum() / Y.shape[1])
    random = np.random.default_rng(0)
    arguments = on_device(random.normal(size=(4, 3)), random.normal(size=(4, 3)), gradients.weights_for(4, "any"))
    for mine, ours in zip(value_only(*arguments), losses.get("squared")(*arguments), strict=True):
        np.testing.assert_allclose(mine, ours, rtol=1e-13)


@EVERY
def test_a_loss_says_what_goes_with_it(name, loss):
    """losses.py: the fused activation and the metric are names that exist; only a fused loss names an activation."""
    assert loss.output in activations.ACTIVATIONS.classes
    assert loss.metric in METRICS
    assert (loss.output != "identity") == (name in ("sigmoid_cross_entropy", "softmax_cross_entropy", "log_poisson"))


@pytest.mark.parametrize(
    ("name", "Y", "outputs", "sentence"),
    [
        ("softmax_cross_entropy", [0, 1, 3], 3, "whole numbers from 0 to 2.* 3 outputs; Y has 3"),
        ("softmax_cross_entropy", [0, -1, 1], 3, "Y has -1"),
        ("categorical_cross_entropy", [0.0, 0.5], 2, "Y has 0.5"),
        ("softmax_cross_entropy", [[0.5, 0.5]], 3, "Y has 2 values a row and the network 3 outputs"),
        ("softmax_cross_entropy", [[1.5, -0.5]], 2, "between 0 and 1; Y reaches from -0.5 to 1.5"),
        ("sigmoid_cross_entropy", [0, 1, 2], 1, "between 0 and 1; Y reaches from 0 to 2"),
        ("binary_cross_entropy", [[0, 1]], 1, "Y has 2 values a row and the network 1 outputs"),
        ("poisson", [1, -2], 1, "targets of 0 or more; Y has -2"),
        ("log_poisson", [[0.5], [-0.25]], 1, "targets of 0 or more; Y has -0.25"),
        ("squared", [[1.0, 2.0]], 3, "Y has 2 values a row and the network 3 outputs; they must agree"),
        ("squared", [1.0, 2.0], 2, "Y has 1 values a row and the network 2 outputs"),
    ],
)
def test_targets_that_cannot_be_learnt_are_refused_in_a_sentence(name, Y, outputs, sentence):
    """Loss.check's docstring."""
    with pytest.raises(DataError, match=sentence):
        losses.get(name).check(np.array(Y), outputs)


@EVERY
def test_targets_that_can_are_not(name, loss):
    """Loss.check: everything that the gradient tests learn from."""
    for outputs in (1, 3):
        for Y in gradients.targets(loss, 4, outputs).values():
            loss.check(Y, outputs)


def test_an_unknown_name_is_answered_with_the_nearest():
    """registry.py: the message suggests."""
    with pytest.raises(ClearpropError, match=r"no loss called 'sqared'\. Did you mean 'squared'"):
        losses.get("sqared")


def test_probabilities_of_exclusive_classes_sum_to_one():
    """Rows of many labels are for the sigmoid; the softmax's derivative holds for rows that sum to 1."""
    loss = losses.get("softmax_cross_entropy")
    loss.check(np.array([[0.25, 0.75], [1.0, 0.0]]), 2)
    with pytest.raises(DataError, match=r"should sum to 1.*sigmoid_cross_entropy"):
        loss.check(np.array([[1.0, 1.0]]), 2)
