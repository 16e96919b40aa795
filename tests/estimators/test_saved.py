"""An estimator in a model file, and back."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError

import clearprop
from clearprop.errors import ClearpropError
from clearprop.estimators import DeepClassifier, DeepRegressor

SMALL = {"hidden_layer_sizes": (8,), "dropout": 0.0, "learning_rate": 0.03, "epochs": 5, "random_state": 0}


def table(n=60):
    draw = np.random.default_rng(0)
    return pl.DataFrame(
        {
            "city": draw.choice(["Kyiv", "Lyon"], n),
            "street": draw.choice([f"s{i}" for i in range(12)], n),
            "age": draw.normal(size=n),
            "joined": [f"2021-0{1 + i % 9}-11" for i in range(n)],
        }
    )


@pytest.mark.parametrize("members", [1, 2])
@pytest.mark.parametrize(
    ("cls", "target"),
    [
        (DeepClassifier, np.array(["no", "yes"] * 30)),
        (DeepClassifier, np.arange(60) % 3),
        (DeepClassifier, np.array([True, False] * 30)),
        (DeepClassifier, np.eye(3, dtype=int)[np.arange(60) % 3]),
        (DeepRegressor, np.arange(60.0)),
        (DeepRegressor, np.arange(120.0).reshape(60, 2)),
    ],
    ids=["two classes", "three", "truth", "labels", "number", "numbers"],
)
def test_it_comes_back_the_same(cls, target, members, tmp_path):
    X = table()
    net = cls(**SMALL, ensemble_size=members).fit(X, target)
    net.save(tmp_path / "model.safetensors")
    again = clearprop.load(tmp_path / "model.safetensors")
    assert type(again) is cls
    np.testing.assert_array_equal(again.predict(X), net.predict(X))
    np.testing.assert_array_equal(again.predict_members(X), net.predict_members(X))
    assert again.predict(X).dtype == net.predict(X).dtype
    assert again.get_params() == net.get_params()
    assert again.feature_names_in_.tolist() == X.columns
    assert again.kinds_ == net.kinds_
    assert again.history_ == net.history_
    assert again.n_outputs_ == net.n_outputs_


def test_a_loaded_one_can_be_fitted_on_and_again(tmp_path):
    X, y = load_iris(return_X_y=True)
    net = DeepClassifier(**SMALL, class_weight={0: 2.0, 1: 1.0}).fit(X, y)
    net.save(tmp_path / "model.safetensors")
    again = clearprop.load(tmp_path / "model.safetensors")
    assert again.class_weight == {0: 2.0, 1: 1.0}
    np.testing.assert_array_equal(again.fit(X, y).predict_proba(X), net.fit(X, y).predict_proba(X))
    assert again.partial_fit(X, y).n_iter_ == 6


def test_images_and_a_loss_of_its_own(tmp_path):
    y = np.arange(40) % 2
    images = np.random.default_rng(0).integers(0, 256, (40, 4, 4)).astype(np.uint8)
    net = DeepClassifier(**SMALL, loss=clearprop.losses.get("categorical_cross_entropy"), activation="tanh")
    net.fit(images, y).save(tmp_path / "model.safetensors")
    again = clearprop.load(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(again.predict_proba(images), net.predict_proba(images))
    assert again.loss == net.loss


def test_functions_are_not_in_the_file(tmp_path):
    X, y = load_iris(return_X_y=True)
    net = DeepClassifier(**SMALL, callbacks=[lambda run, record: None]).fit(X, y)
    net.save(tmp_path / "model.safetensors")
    assert clearprop.load(tmp_path / "model.safetensors").callbacks is None


def test_classes_that_a_file_cannot_hold(tmp_path):
    X, y = load_iris(return_X_y=True)
    dates = pd.to_datetime(["2020-01-01", "2021-01-01", "2022-01-01"]).to_numpy()[y].astype(object)
    with pytest.raises((ClearpropError, ValueError)):
        DeepClassifier(**SMALL).fit(X, dates).save(tmp_path / "model.safetensors")


def test_before_it_is_fitted(tmp_path):
    with pytest.raises(NotFittedError):
        DeepClassifier().save(tmp_path / "model.safetensors")
    assert not list(tmp_path.iterdir())


def test_one_that_was_fitted_twice_comes_back_the_same(tmp_path):
    """The epoch kept is counted in the whole history: the loss is that of the second fit, not of the first."""
    X, y = load_iris(return_X_y=True)
    net = DeepClassifier(**SMALL, warm_start=True).fit(X, y).fit(X, y)
    net.save(tmp_path / "model.safetensors")
    again = clearprop.load(tmp_path / "model.safetensors")
    assert again.loss_ == net.loss_ == net.history_[-1]["loss"]
    assert again.n_iter_ == net.n_iter_ == 10


def test_a_file_whose_history_is_too_short_is_refused(tmp_path):
    """It could be written by hand, with a right digest: one plain sentence, no IndexError."""
    X, y = load_iris(return_X_y=True)
    odd = DeepClassifier(**SMALL).fit(X, y).fitted_.replace(kept_epoch=99)
    odd.save(tmp_path / "model.safetensors")
    with pytest.raises(ClearpropError, match="train again"):
        clearprop.load(tmp_path / "model.safetensors")
