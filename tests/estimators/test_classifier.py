import pickle

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris, make_multilabel_classification
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

from clearprop import losses
from clearprop.errors import DataError
from clearprop.estimators import DeepClassifier

FULL = {"batch_size": None, "early_stopping": False, "dtype": "float64", "random_state": 0}
LOGISTIC = {**FULL, "hidden_layer_sizes": (), "optimizer": "nesterov", "learning_rate": 0.5, "epochs": 3000}
SMALL = {
    "hidden_layer_sizes": (8,),
    "dropout": 0.0,
    "early_stopping": True,
    "learning_rate": 0.03,
    "epochs": 20,
    "random_state": 0,
}


def overlapping(classes, n=300):
    """Rows of classes that overlap, so that the best logistic regression is finite."""
    draw = np.random.default_rng(0)
    y = np.arange(n) % classes
    centres = draw.normal(size=(classes, 3))
    return centres[y] + draw.normal(size=(n, 3)) * [1, 2, 3] + [0, 10, 0], y


def unpenalised():
    return LogisticRegression(C=np.inf, tol=1e-12, max_iter=10_000, solver="newton-cholesky")


def test_two_classes_without_hidden_layer_are_logistic_regression():
    X, y = overlapping(2)
    ours, theirs = DeepClassifier(**LOGISTIC).fit(X, y), unpenalised().fit(X, y)
    assert ours.coefs_[0].shape == (3, 1)  # one sigmoid unit
    np.testing.assert_allclose(ours.coefs_[0].T, theirs.coef_, rtol=1e-6)
    np.testing.assert_allclose(ours.intercepts_[0], theirs.intercept_, rtol=1e-6)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=1e-6)
    np.testing.assert_allclose(ours.decision_function(X), theirs.decision_function(X), rtol=1e-5, atol=1e-9)


def test_three_classes_without_hidden_layer_are_multinomial_regression():
    """The probabilities are unique; the weights only up to a shift that is the same for all classes."""
    X, y = overlapping(3)
    ours, theirs = DeepClassifier(**LOGISTIC).fit(X, y), unpenalised().fit(X, y)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=1e-5)
    W = ours.coefs_[0].T
    np.testing.assert_allclose(W - W.mean(0), theirs.coef_ - theirs.coef_.mean(0), rtol=1e-5)


def test_balanced_is_what_explicit_weights_are():
    X, y = overlapping(2)
    y[: len(y) // 2] = 0
    small = {**LOGISTIC, "epochs": 50}
    share = np.bincount(y) / len(y)
    weights = {0: 0.5 / share[0], 1: 0.5 / share[1]}
    balanced, by_dict, by_row = (
        DeepClassifier(**small, class_weight=c).fit(X, y, sample_weight=s).predict_proba(X)
        for c, s in [("balanced", None), (weights, None), (None, 0.5 / share[y])]
    )
    np.testing.assert_allclose(balanced, by_dict, rtol=1e-12)
    np.testing.assert_allclose(balanced, by_row, rtol=1e-12)


def test_class_weights_reach_the_rows_held_out():
    X, y = overlapping(2)
    rows = {"X_val": X[200:], "y_val": y[200:]}
    net = DeepClassifier(**SMALL, class_weight={0: 3.0, 1: 1.0}).fit(X[:200], y[:200], **rows)
    P, w = net.predict_proba(X[200:]), np.where(y[200:] == 0, 3.0, 1.0)
    loss = -np.average(np.log(P[np.arange(100), y[200:]]), weights=w)
    np.testing.assert_allclose(loss, min(net.history_["val_loss"]), rtol=1e-4)


def test_labels_that_do_not_exclude_each_other():
    X, Y = make_multilabel_classification(200, 10, n_classes=4, random_state=0)
    net = DeepClassifier(**{**SMALL, "epochs": 100}).fit(X, Y)
    assert net.predict(X).shape == net.predict_proba(X).shape == (200, 4)
    assert net.classes_.tolist() == [0, 1, 2, 3]
    assert (net.predict(X) == Y).mean() > 0.75
    np.testing.assert_array_equal(net.predict(X), net.predict_proba(X) > 0.5)
    with pytest.raises(DataError, match="another form"):
        net.partial_fit(X, Y[:, 0])


def test_class_weights_are_not_for_labels():
    X, Y = make_multilabel_classification(50, random_state=0)
    with pytest.raises(ValueError, match="use sample_weight for labels"):
        DeepClassifier(**SMALL, class_weight="balanced").fit(X, Y)


def test_partial_fit_needs_the_classes_once():
    X, y = overlapping(3)
    net = DeepClassifier(**SMALL)
    with pytest.raises(ValueError, match="classes must be passed"):
        net.partial_fit(X, y)
    net.partial_fit(X[y < 2], y[y < 2], classes=[0, 1, 2])
    assert net.predict_proba(X).shape == (300, 3)
    before = net.loss_
    for _ in range(20):
        net.partial_fit(X, y)
    assert net.loss_ < before
    with pytest.raises(DataError, match="class 7"):
        net.partial_fit(X, y + 7)


def test_partial_fit_cannot_balance():
    with pytest.raises(ValueError, match="needs all rows at once"):
        DeepClassifier(class_weight="balanced").partial_fit([[0.0], [1.0]], [0, 1], classes=[0, 1])


def test_a_fit_that_fails_leaves_nothing_half_learnt():
    X, y = overlapping(2)
    net = DeepClassifier(**SMALL).fit(X, y)
    with pytest.raises(DataError, match="only one class"):
        net.fit(X, np.zeros(len(X)))
    with pytest.raises(NotFittedError):
        net.predict(X)


def test_a_fit_after_partial_fit_learns_the_classes_anew():
    X, y = overlapping(3)
    net = DeepClassifier(**SMALL).partial_fit(X, y, classes=[0, 1, 2, 3])
    assert net.fit(X, y + 10).classes_.tolist() == [10, 11, 12]


def test_rows_are_held_out_of_each_class_and_the_best_epoch_is_kept():
    X, y = overlapping(2)
    net = DeepClassifier(**SMALL).fit(X, y)
    assert {"val_loss", "val_accuracy"} <= set(net.history_.columns)
    assert net.loss_ == net.history_[int(np.argmin(net.history_["val_loss"]))]["loss"]


def test_a_table_too_small_to_spare_a_row_is_learnt_from_whole():
    net = DeepClassifier(**SMALL).fit([[0.0], [1.0]], ["no", "yes"])
    assert "val_loss" not in net.history_.columns
    assert net.predict([[-1.0], [2.0]]).tolist() == ["no", "yes"]


def test_own_validation_rows_with_classes_in_words():
    iris = load_iris()
    X, y = pl.DataFrame(iris.data), pl.Series(iris.target_names[iris.target])
    net = DeepClassifier(**SMALL).fit(X[::2], y[::2], X_val=X[1::2], y_val=y[1::2])
    assert len(net.history_["val_loss"]) == net.n_iter_
    with pytest.raises(DataError, match="class 'rose'"):
        net.fit(X, y, X_val=X[:1], y_val=["rose"])


def test_without_early_stopping_own_rows_are_only_scored():
    X, y = overlapping(2)
    net = DeepClassifier(**{**SMALL, "early_stopping": False})
    weights = net.fit(X, y).coefs_
    again = net.fit(X, y, X_val=X[:9], y_val=y[:9])
    np.testing.assert_allclose(again.coefs_[0], weights[0], rtol=1e-4)
    assert "val_loss" in again.history_.columns


def test_a_few_rows_get_the_same_answer_alone_and_together():
    X, y = overlapping(2)
    net = DeepClassifier(**SMALL).fit(X, y)
    alone = np.concatenate([net.predict_proba(X[i : i + 1]) for i in range(20)])
    np.testing.assert_array_equal(alone, net.predict_proba(X[:20]))


def test_training_stops_when_nothing_gets_better():
    X, y = overlapping(2)
    draw = np.random.default_rng(0)
    net = DeepClassifier(**{**SMALL, "epochs": 500}).fit(X, draw.permutation(y))
    assert net.n_iter_ < 500


@pytest.mark.parametrize("loss", ["binary_cross_entropy", "squared", losses.Absolute()])
def test_losses_of_two_classes(loss):
    X, y = overlapping(2)
    net = DeepClassifier(**SMALL, loss=loss).fit(X, y)
    P = net.predict_proba(X)
    np.testing.assert_allclose(P.sum(1), 1, rtol=1e-6)
    np.testing.assert_allclose(net.fitted_.predict(net.prepare(X))[:, 0], P[:, 1], rtol=1e-3, atol=1e-5)
    np.testing.assert_array_equal(net.predict(X), net.decision_function(X) > 0)


@pytest.mark.parametrize("loss", ["categorical_cross_entropy", "softmax_cross_entropy"])
@pytest.mark.parametrize("classes", [2, 3])
def test_losses_of_many_classes(loss, classes):
    X, y = overlapping(classes)
    net = DeepClassifier(**SMALL, loss=loss).fit(X, y)
    assert net.predict_proba(X).shape == (300, classes)
    assert net.score(X, y) > DeepClassifier(**SMALL).fit(X, y).score(X, y) - 0.05


def test_a_loss_that_does_not_fit():
    X, y = overlapping(3)
    with pytest.raises(ValueError, match="softmax_cross_entropy is for three and more classes"):
        DeepClassifier(**SMALL, loss="sigmoid_cross_entropy").fit(X, y)


def test_one_class():
    with pytest.raises(DataError, match="only one class, 'a'"):
        DeepClassifier().fit([[0.0], [1.0]], ["a", "a"])


def test_two_columns_of_classes():
    with pytest.raises(ValueError, match="2 columns of classes"):
        DeepClassifier().fit([[0.0], [1.0], [2.0]], [[0, 1], [1, 2], [2, 0]])


@pytest.mark.parametrize("save", ["pickle", "joblib"])
def test_it_can_be_put_away(save, tmp_path):
    X, y = overlapping(2)
    net = DeepClassifier(**SMALL).fit(X, y)
    if save == "pickle":
        again = pickle.loads(pickle.dumps(net))
    else:
        joblib.dump(net, tmp_path / "net")
        again = joblib.load(tmp_path / "net")
    np.testing.assert_array_equal(again.predict_proba(X), net.predict_proba(X))
    assert again.partial_fit(X, y).n_iter_ == net.n_iter_ + 1


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_a_search_in_a_pipeline_over_a_frame(frame):
    iris = load_iris()
    X = frame(iris.data, **{"columns" if frame is pd.DataFrame else "schema": iris.feature_names})
    y = iris.target_names[iris.target]
    search = GridSearchCV(
        make_pipeline(MinMaxScaler(), DeepClassifier(**SMALL)), {"deepclassifier__learning_rate": [1e-6, 0.05]}, cv=3
    )
    search.fit(X, y)
    assert search.best_params_ == {"deepclassifier__learning_rate": 0.05}
    assert search.score(X, y) > 0.9


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_the_names_of_columns_are_kept(frame):
    X, y = load_iris(return_X_y=True)
    X = frame({f"x{i}": X[:, i] for i in range(3)})
    net = DeepClassifier(**SMALL).fit(X, y)
    assert net.feature_names_in_.tolist() == ["x0", "x1", "x2"]
    assert cross_val_score(clone(net), X, y, cv=3).mean() > 0.7
    with pytest.raises(ValueError, match="feature names"):
        net.predict(X[["x1", "x0", "x2"]])
