"""scikit-learn's own checks of an estimator: all of them, with no expected failure.

Two ask that a row of weight two be the same as a row given twice, to 1e-7. That can only be so without batches (other
rows would meet in them), without a hold-out (other rows would be held out) and in float64: those checks alone get such
settings. All others get batches, a hold-out and float32, and a small network, so that they take seconds.
"""

from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from clearprop.estimators import DeepClassifier, DeepRegressor

SMALL = {
    "hidden_layer_sizes": (8,),
    "dropout": 0.0,
    "early_stopping": True,
    "learning_rate": 0.03,
    "epochs": 60,
    "batch_size": 64,
    "random_state": 0,
}
EXACT = {"batch_size": None, "early_stopping": False, "dtype": "float64"}


@parametrize_with_checks([DeepClassifier(**SMALL), DeepRegressor(**SMALL)])
def test_scikit_learns_checks(estimator, check):
    if check.func.__name__.startswith("check_sample_weight_equivalence_on_"):
        estimator = clone(estimator).set_params(**EXACT)
    check(estimator)
