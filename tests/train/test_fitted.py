"""A trained network: predicts, is evaluated, refuses what does not fit."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from clearprop import Network, losses, train
from clearprop.errors import DataError
from clearprop.layers import Activation, BatchNorm, Dense, Dropout, Flatten, inference
from clearprop.train import Fitted

RANDOM = np.random.default_rng(0)
X, Y = RANDOM.normal(size=(60, 4)), RANDOM.integers(0, 3, 60)
NET = Network([Dense(5), BatchNorm(), Activation("tanh"), Dropout(0.5), Dense(3)])


@pytest.fixture(scope="module")
def fitted():
    return train.fit(NET, X, Y, loss="softmax_cross_entropy", epochs=3, batch_size=20, validation=(X, Y))


def forward(fitted, X):
    """The network's forward pass, as in inference."""
    return np.asarray(
        fitted.network.forward(fitted.params, fitted.state, jnp.asarray(X, "float32"), inference(len(X)))[0]
    )


def test_it_predicts_probabilities_after_a_fused_loss_and_gives_the_networks_own_output(fitted):
    """Fitted.predict and forward: nothing dropped, running statistics."""
    Z = forward(fitted, X)
    np.testing.assert_allclose(fitted.forward(X), Z, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(fitted.predict(X), np.exp(Z) / np.exp(Z).sum(1, keepdims=True), rtol=1e-5)
    assert fitted.predict(X).shape == (60, 3)


@pytest.mark.parametrize(
    ("loss", "after"), [("squared", lambda Z: Z), ("sigmoid_cross_entropy", jax.nn.sigmoid), ("log_poisson", jnp.exp)]
)
def test_the_activation_is_the_losss(loss, after, fitted):
    """losses.py: `output` names the activation that makes a prediction of the network's output."""
    other = fitted.replace(loss=losses.get(loss))
    np.testing.assert_allclose(other.predict(X), after(forward(fitted, X)), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("n", [1, 59, 4096, 4097, 9000])
def test_some_thousand_rows_at_a_time_are_the_same_as_all(n, fitted):
    """program.forward: memory stays bounded, and no row is lost or moved."""
    many = RANDOM.normal(size=(n, 4))
    np.testing.assert_allclose(fitted.forward(many), forward(fitted, many), rtol=1e-4, atol=1e-5)


def test_evaluating_is_the_loss_and_the_metrics_of_the_predictions(fitted):
    """Fitted.evaluate, with weights; by default the metric that goes with the loss."""
    w = RANDOM.uniform(size=60)
    P = fitted.predict(X)
    found = fitted.evaluate(X, Y, sample_weight=w)
    assert set(found) == {"loss", "accuracy"}
    assert found["loss"] == pytest.approx(-(w * np.log(P[np.arange(60), Y])).sum() / w.sum(), rel=1e-5)
    assert found["accuracy"] == pytest.approx((w * (P.argmax(1) == Y)).sum() / w.sum(), rel=1e-6)

    def surest(prediction, Y, weights):
        return prediction.max()

    own = fitted.evaluate(X, Y, metrics=["accuracy", surest])
    assert own["surest"] == pytest.approx(P.max(), rel=1e-6)


def test_what_it_says_of_the_training_set_is_what_its_validation_said(fitted):
    """Fitted.evaluate: as the compiled program scores a validation set."""
    found = fitted.evaluate(X, Y)
    assert found["loss"] == pytest.approx(fitted.history[-1]["val_loss"], rel=1e-6)
    assert found["accuracy"] == pytest.approx(fitted.history[-1]["val_accuracy"], rel=1e-6)


def test_rows_of_more_axes():
    """X: (n, *input_shape); outputs (n, *outputs)."""
    images = RANDOM.normal(size=(20, 2, 3, 1))
    fitted = train.fit(Network([Flatten(), Dense(1)]), images, images.sum((1, 2, 3)), loss="squared", epochs=1)
    assert fitted.input_shape == (2, 3, 1)
    assert fitted.predict(images).shape == (20, 1)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda f: f.predict(X[:, :3]), r"takes rows of shape \(4,\); X has rows of shape \(3,\)"),
        (lambda f: f.predict(X[0]), r"takes rows of shape \(4,\); X has rows of shape \(1,\)"),
        (lambda f: f.predict(np.full((2, 4), np.nan)), "X has nan at row 0, column 0"),
        (lambda f: f.forward(X[:0]), "no rows"),
        (lambda f: f.evaluate(X, Y[:3]), "Y has 3 rows and X has 60"),
        (lambda f: f.evaluate(X, Y + 1), "from 0 to 2"),
        (lambda f: f.evaluate(X, Y, sample_weight=np.ones(3)), "one for each of the 60 rows"),
    ],
)
def test_what_does_not_fit_is_refused(call, sentence, fitted):
    """Fitted's errors."""
    with pytest.raises(DataError, match=sentence):
        call(fitted)


def test_it_says_what_it_is_without_a_page_of_numbers(fitted):
    """Fitted.__repr__, and replace."""
    assert repr(fitted) == "<Fitted 5 layers, 3 epochs, finished>"
    assert isinstance(fitted.replace(stopped="patience"), Fitted)
    assert fitted.replace(stopped="patience").stopped == "patience"
    assert fitted.stopped == "finished"
