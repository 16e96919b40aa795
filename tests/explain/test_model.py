"""What explain takes: a trained network, or an estimator with its own rows and targets."""

from functools import cache

import jax
import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from clearprop import DeepClassifier, explain
from clearprop.errors import ClearpropError
from clearprop.explain.model import as_fitted

X = np.array([[100.0, 1.0], [300.0, 2.0], [200.0, 3.0], [400.0, 4.0]] * 3)
Y = np.array(["no", "yes", "no", "yes"] * 3)


@cache
def estimator():
    """It scales its columns, and calls its classes by name."""
    return DeepClassifier((2,), dropout=0, epochs=1, random_state=0).fit(X, Y)


@cache
def prepared():
    return as_fitted(estimator(), X, Y)


def test_an_estimators_rows_are_prepared_and_its_targets_encoded():
    fitted, rows, targets = prepared()
    assert np.abs(rows).max() < 10
    assert np.ravel(targets).tolist() == [0, 1, 0, 1] * 3
    again = as_fitted(fitted, rows, targets)
    assert all(one is other for one, other in zip(again, prepared(), strict=True))


@pytest.mark.parametrize("model", [None, "a name", np.zeros(3), DeepClassifier])
def test_what_is_no_model_is_said(model):
    with pytest.raises(ClearpropError, match="A trained network is needed"):
        as_fitted(model, X, Y)


def test_an_estimator_that_was_not_fitted():
    """Its own sentence, as from any of its methods."""
    with pytest.raises(NotFittedError):
        as_fitted(DeepClassifier(), X, Y)


def test_a_trace_of_an_estimator():
    """The second row, by its own class's name, is the trace of the network on the row prepared."""
    fitted, rows, targets = prepared()
    found = explain.trace(estimator(), X[1:2], Y[1:2])
    assert found.as_dict() == explain.trace(fitted, rows[1:2], targets[1:2]).as_dict()


def test_a_gradient_check_of_an_estimator():
    checks = explain.gradient_check(estimator(), X, Y)
    assert len(checks) == len(jax.tree.leaves(prepared()[0].params))
    assert all(check.passed for check in checks)


def test_a_landscape_of_an_estimator_and_its_plane():
    """The loss at the middle is that of the network on the rows prepared."""
    found = explain.landscape(estimator(), X, Y, points=3)
    fitted, rows, targets = prepared()
    assert found.centre == pytest.approx(fitted.evaluate(rows, targets)["loss"], rel=1e-5)
    assert explain.plane_of(found, estimator(), X, Y)((0.0, 0.0))[0] == pytest.approx(found.centre, rel=1e-5)
