"""scikit-learn 1.9's callbacks: told of the fit and of each epoch, and given an estimator as it is then."""

import numpy as np
import pytest
from sklearn.callback import ProgressBar, ScoringMonitor
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV

from clearprop.estimators import DeepClassifier, DeepRegressor

SMALL = {
    "hidden_layer_sizes": (8,),
    "dropout": 0.0,
    "learning_rate": 0.03,
    "epochs": 4,
    "random_state": 0,
    "early_stopping": False,
}


class Notes:
    """A callback that writes down what it is told, and stops after so many epochs."""

    def __init__(self, stop_after=99):
        self.told, self.fitted, self.stop_after = [], [], stop_after

    def setup(self, estimator, context):
        self.told.append("setup")

    def teardown(self, estimator, context):
        self.told.append("teardown")

    def on_fit_task_begin(self, estimator, context):
        self.told.append(f"begin {context.task_name} {context.task_id}")

    def on_fit_task_end(self, estimator, context, *, X=None, y=None, fitted_estimator=None):
        self.told.append(f"end {context.task_name} {context.task_id}")
        self.fitted.append(fitted_estimator.score(X, y))
        return context.task_name == "epoch" and context.task_id + 1 >= self.stop_after


def test_what_is_told_and_in_which_order():
    X, y = load_iris(return_X_y=True)
    notes = Notes()
    net = DeepClassifier(**SMALL).set_callbacks(notes).fit(X, y)
    epochs = [f"{what} epoch {i}" for i in range(4) for what in ("begin", "end")]
    assert notes.told == ["setup", "begin fit 0", *epochs, "end fit 0", "teardown"]
    assert notes.fitted[-1] == notes.fitted[-2] == net.score(X, y)
    assert len(set(notes.fitted)) > 1


def test_one_that_wants_to_stop_is_obeyed():
    X, y = load_iris(return_X_y=True)
    net = DeepRegressor(**SMALL).set_callbacks(Notes(stop_after=2)).fit(X, y)
    assert net.n_iter_ == 2


def test_scikit_learns_own_monitor_sees_it_learn():
    X, y = load_iris(return_X_y=True)
    monitor = ScoringMonitor(scoring="neg_log_loss")
    DeepClassifier(**SMALL).set_callbacks(monitor).fit(X, y)
    scores = [row["neg_log_loss"] for row in monitor.get_logs().data if row["task_name"] == "epoch"]
    assert len(scores) == 4
    assert scores[-1] > scores[0]


def test_a_search_hands_its_callbacks_down(capsys):
    X, y = load_iris(return_X_y=True)
    search = GridSearchCV(DeepClassifier(**SMALL), {"learning_rate": [0.01, 0.03]}, cv=2)
    search.set_callbacks(ProgressBar(max_propagation_depth=None)).fit(X, y)
    assert "DeepClassifier" in capsys.readouterr().out


def test_what_is_no_callback():
    with pytest.raises(TypeError, match="FitCallback"):
        DeepClassifier().set_callbacks(print)


def test_it_is_torn_down_when_the_fit_fails():
    notes = Notes()
    with pytest.raises(ValueError, match="infinity"):
        DeepClassifier(**SMALL).set_callbacks(notes).fit([[np.inf], [0.0]], [0, 1])
    assert notes.told[-1] == "teardown"
