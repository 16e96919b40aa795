import numpy as np
import pytest

from clearprop import train
from clearprop.errors import DataError
from clearprop.estimators import DeepRegressor

FULL = {"batch_size": None, "early_stopping": False, "dtype": "float64", "random_state": 0}
LINEAR = {**FULL, "hidden_layer_sizes": (), "optimizer": "gradient_descent", "learning_rate": 0.3, "epochs": 500}
SMALL = {
    "hidden_layer_sizes": (8,),
    "dropout": 0.0,
    "early_stopping": True,
    "learning_rate": 0.03,
    "epochs": 10,
    "random_state": 0,
}


@pytest.fixture
def rows():
    draw = np.random.default_rng(0)
    X = draw.normal([1, -2, 30], [1, 5, 10], size=(60, 3))
    return X, X @ [2.0, -1.0, 0.1] + 7 + draw.normal(size=60)


def with_ones(X):
    return np.column_stack([X, np.ones(len(X))])


def test_linear_regression_is_the_closed_form(rows):
    X, y = rows
    line = DeepRegressor(**LINEAR).fit(X, y)
    best = np.linalg.lstsq(with_ones(X), y)[0]
    np.testing.assert_allclose(line.coefs_[0][:, 0], best[:3], rtol=1e-9)
    np.testing.assert_allclose(line.intercepts_[0], best[3:], rtol=1e-9)
    np.testing.assert_allclose(line.predict(X), with_ones(X) @ best, rtol=1e-9)
    assert line.n_iter_ == len(line.history_) == 500


def test_weighted_linear_regression_is_the_closed_form(rows):
    X, y = rows
    w = np.random.default_rng(1).uniform(size=60)
    line = DeepRegressor(**LINEAR).fit(X, y, sample_weight=w)
    best = np.linalg.lstsq(with_ones(X) * np.sqrt(w)[:, None], y * np.sqrt(w))[0]
    np.testing.assert_allclose(line.coefs_[0][:, 0], best[:3], rtol=1e-8)


def test_several_outputs_are_each_the_closed_form(rows):
    X, y = rows
    Y = np.column_stack([y, 100 * y**2, -X[:, 0]])
    lines = DeepRegressor(**LINEAR).set_params(epochs=2000).fit(X, Y)
    best = np.linalg.lstsq(with_ones(X), Y)[0]
    np.testing.assert_allclose(lines.coefs_[0], best[:3], rtol=1e-7, atol=1e-9)
    assert lines.predict(X).shape == (60, 3)
    assert lines.n_outputs_ == 3


def test_a_step_with_several_outputs_is_that_of_their_mean():
    """dW = 2/k Xᵀ(X W + b − Y) / n for k outputs. scikit-learn's MLP leaves out 2 and 1/k: its steps grow with k."""
    draw = np.random.default_rng(0)
    X, Y = draw.normal(size=(20, 3)), draw.normal(size=(20, 4))
    X, Y = (X - X.mean(0)) / X.std(0), (Y - Y.mean(0)) / Y.std(0)  # so that scaling changes nothing
    one = {**LINEAR, "epochs": 1, "warm_start": True}
    lines = DeepRegressor(**one).fit(X, Y)
    W, b = lines.coefs_[0], lines.intercepts_[0]
    lines.fit(X, Y)
    error = X @ W + b - Y
    np.testing.assert_allclose(lines.coefs_[0], W - 0.3 * 2 / 4 * X.T @ error / 20, rtol=1e-10)
    np.testing.assert_allclose(lines.intercepts_[0], b - 0.3 * 2 / 4 * error.mean(0), rtol=1e-10, atol=1e-14)


def test_columns_and_targets_with_a_large_mean_keep_their_digits():
    """Time stamps: 1.7e9 and a few seconds, which float32 rounds to 128 s. The network itself is float32."""
    draw = np.random.default_rng(0)
    t, noise = draw.integers(-64, 64, size=(200, 1)) / 16.0, draw.integers(-8, 8, size=200) / 64.0
    y = np.round(np.abs(t[:, 0]) * 64) / 64 + noise
    far, near = (DeepRegressor(**{**SMALL, "epochs": 300}) for _ in range(2))
    far.fit(t + 1.7e9, y + 1e8)
    near.fit(t, y)
    np.testing.assert_allclose(far.predict(t + 1.7e9) - 1e8, near.predict(t), atol=1e-2)
    assert far.score(t + 1.7e9, y + 1e8) > 0.95


def test_the_same_seed_gives_the_same_weights(rows):
    one, two = (DeepRegressor(**SMALL).fit(*rows) for _ in range(2))
    np.testing.assert_array_equal(one.coefs_[0], two.coefs_[0])
    other = DeepRegressor(**SMALL).set_params(random_state=1).fit(*rows)
    assert not np.array_equal(one.coefs_[0], other.coefs_[0])


def test_the_weights_take_prepared_rows_and_give_y(rows):
    """coefs_ and intercepts_ give what predict gives."""
    X, y = rows
    net = DeepRegressor(**SMALL).fit(X, y)
    (W1, W2), (b1, b2) = net.coefs_, net.intercepts_
    np.testing.assert_allclose(np.maximum(net.prepare(X) @ W1 + b1, 0) @ W2[:, 0] + b2, net.predict(X), rtol=1e-4)


def test_the_network_takes_prepared_rows_and_gives_scaled_targets(rows):
    """fitted_, prepare and encode go together: its loss over them is that of the history."""
    X, y = rows
    net = DeepRegressor(**{**SMALL, "batch_size": None, "early_stopping": False}).fit(X, y, X_val=X, y_val=y)
    found = net.fitted_.evaluate(net.prepare(X), net.encode(X, y))
    np.testing.assert_allclose(found["loss"], net.history_[-1]["val_loss"], rtol=1e-5)


def test_own_validation_rows_choose_the_epoch(rows):
    X, y = rows
    net = DeepRegressor(**SMALL).fit(X[:40], y[:40], X_val=X[40:], y_val=y[40:])
    best = np.argmin(net.history_["val_loss"])
    assert net.loss_ == net.history_[int(best)]["loss"]
    spread = y[:40].std()  # the loss is that of scaled targets
    error = np.mean((net.predict(X[40:]) - y[40:]) ** 2) / spread**2
    np.testing.assert_allclose(error, min(net.history_["val_loss"]), rtol=1e-4)


def test_own_validation_rows_come_with_targets(rows):
    with pytest.raises(ValueError, match="X_val and y_val come together"):
        DeepRegressor(**SMALL).fit(*rows, X_val=rows[0])


def test_scales_are_those_of_the_rows_learnt_from(rows):
    """Rows held out are not looked at, not even for their mean."""
    X, y = rows
    far = DeepRegressor(**SMALL).fit(X[:40], y[:40], X_val=X[40:] + 1e3, y_val=y[40:])
    near = DeepRegressor(**SMALL).fit(X[:40], y[:40], X_val=X[40:], y_val=y[40:])
    np.testing.assert_array_equal(far.prepare(X), near.prepare(X))


def test_partial_fit_goes_on(rows):
    X, y = rows
    net = DeepRegressor(**SMALL)
    losses = [net.partial_fit(X, y).loss_ for _ in range(30)]
    assert losses[-1] < losses[0] / 2
    assert net.history_["epoch"] == list(range(1, 31))
    assert net.n_iter_ == 30


def test_warm_start_goes_on_and_without_it_all_is_forgotten(rows):
    net = DeepRegressor(**{**SMALL, "warm_start": True, "early_stopping": False}).fit(*rows)
    first = net.loss_
    assert net.fit(*rows).loss_ < first
    assert net.n_iter_ == 20
    assert net.set_params(warm_start=False).fit(*rows).loss_ == first


def test_counts_are_learnt_as_they_are():
    draw = np.random.default_rng(0)
    X = draw.uniform(-1, 1, size=(300, 1))
    y = draw.poisson(np.exp(1 + 2 * X[:, 0]))
    rate = DeepRegressor(**{**LINEAR, "loss": "log_poisson", "learning_rate": 0.1}).fit(X, y)
    np.testing.assert_allclose(rate.predict(X).mean(), y.mean(), rtol=1e-6)  # as the best intercept has it
    np.testing.assert_allclose(rate.coefs_[0][0, 0], 2, atol=0.15)


def test_a_learning_rate_that_diverges_warns(rows):
    net = DeepRegressor(**{**LINEAR, "learning_rate": 1e30, "epochs": 20})
    with pytest.warns(train.TrainingWarning, match="smaller learning rate"):
        net.fit(*rows)
    assert np.isfinite(net.predict(rows[0])).all()


def test_callbacks_are_told(rows):
    epochs = []
    DeepRegressor(**SMALL, callbacks=[lambda run, record: epochs.append(record["epoch"])]).fit(*rows)
    assert epochs == list(range(1, 11))


def test_a_loss_for_classes(rows):
    with pytest.raises(DataError, match="use DeepClassifier"):
        DeepRegressor(**SMALL, loss="softmax_cross_entropy").fit(*rows)


def test_other_outputs_than_at_first(rows):
    X, y = rows
    net = DeepRegressor(**SMALL).partial_fit(X, y)
    with pytest.raises(DataError, match="y has 2 outputs a row"):
        net.partial_fit(X, np.column_stack([y, y]))
