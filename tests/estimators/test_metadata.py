"""scikit-learn's metadata routing: weights and validation rows reach `fit` through a meta-estimator."""

import numpy as np
import sklearn
from sklearn.datasets import load_iris
from sklearn.model_selection import cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from clearprop.estimators import DeepClassifier

SMALL = {
    "hidden_layer_sizes": (8,),
    "dropout": 0.0,
    "early_stopping": True,
    "learning_rate": 0.03,
    "epochs": 30,
    "random_state": 0,
}


def test_sample_weights_reach_each_fold():
    """Rows that weigh nothing are as if they were not there: their class is never predicted."""
    X, y = load_iris(return_X_y=True)
    weights = np.where(y == 2, 0.0, 1.0)
    with sklearn.config_context(enable_metadata_routing=True):
        net = DeepClassifier(**SMALL).set_fit_request(sample_weight=True).set_score_request(sample_weight=False)
        found = cross_validate(
            net, X, y, cv=3, params={"sample_weight": weights}, return_estimator=True, error_score="raise"
        )
    assert all(set(fold.predict(X)) == {0, 1} for fold in found["estimator"])


def test_validation_rows_reach_it_through_a_pipeline_transformed():
    X, y = load_iris(return_X_y=True)
    with sklearn.config_context(enable_metadata_routing=True):
        net = DeepClassifier(**SMALL).set_fit_request(X_val=True, y_val=True)
        model = make_pipeline(StandardScaler(), net, transform_input=["X_val"])
        model.fit(X[::2], y[::2], X_val=X[1::2], y_val=y[1::2])
    best = min(model[-1].history_["val_loss"])
    found = -np.log(model.predict_proba(X[1::2])[np.arange(75), y[1::2]]).mean()
    np.testing.assert_allclose(found, best, rtol=1e-4)
