"""Several networks trained together: their mean is the prediction, their spread says how sure it is."""

import numpy as np
import pytest
from sklearn.datasets import load_iris

from clearprop.estimators import DeepClassifier, DeepRegressor

SMALL = {
    "hidden_layer_sizes": (8,),
    "dropout": 0.0,
    "learning_rate": 0.03,
    "epochs": 30,
    "random_state": 0,
    "ensemble_size": 3,
}


def test_probabilities_are_the_mean_of_the_members():
    X, y = load_iris(return_X_y=True)
    net = DeepClassifier(**SMALL).fit(X, y)
    each = net.predict_members(X)
    assert each.shape == (3, 150, 3)
    np.testing.assert_allclose(each.mean(0), net.predict_proba(X), atol=1e-6)
    np.testing.assert_array_equal(net.predict(X), net.predict_proba(X).argmax(1))
    assert each.std(0).max() > 0.01


def test_two_classes_have_a_probability_each():
    X, y = load_iris(return_X_y=True)
    net = DeepClassifier(**SMALL).fit(X[50:], y[50:])
    each = net.predict_members(X)
    assert each.shape == (3, 150, 2)
    np.testing.assert_allclose(each.mean(0), net.predict_proba(X), atol=1e-6)


def test_numbers_are_the_mean_of_the_members_in_the_targets_units():
    draw = np.random.default_rng(0)
    X = draw.uniform(-2, 2, size=(80, 1))
    y = 1000 + 50 * np.sin(3 * X[:, 0])
    net = DeepRegressor(**SMALL).fit(X, y)
    np.testing.assert_allclose(net.predict_members(X).mean(0), net.predict(X), rtol=1e-6)
    far, near = net.predict_members([[30.0]]).std(), net.predict_members(X).std(0).mean()
    assert far > 3 * near  # where nothing was learnt, they do not agree


@pytest.mark.parametrize("members", [1, 3])
def test_weights_of_each_member(members):
    X, y = load_iris(return_X_y=True)
    net = DeepClassifier(**{**SMALL, "ensemble_size": members}).fit(X, y)
    assert net.coefs_[0].shape == ((3, 4, 8) if members > 1 else (4, 8))
    assert net.predict_members(X).shape == (members, 150, 3)


def test_images_too():
    y = np.arange(40) % 2
    images = np.random.default_rng(0).integers(0, 99, (40, 4, 4)).astype(np.uint8) + 100 * y[:, None, None].astype(
        np.uint8
    )
    assert DeepClassifier(**SMALL).fit(images, y).score(images, y) == 1


def test_it_goes_on_where_it_was():
    X, y = load_iris(return_X_y=True)
    net = DeepClassifier(**SMALL, warm_start=True).fit(X, y)
    before = net.loss_
    assert net.fit(X, y).loss_ < before
