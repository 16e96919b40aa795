"""scikit-learn's contract: networks as estimators, for pipelines, searches and cross-validation.

`base` is what both share: reading, scaling, holding out, training; `classifier` and `regressor` say what a target is.
"""

from clearprop.estimators.classifier import DeepClassifier
from clearprop.estimators.regressor import DeepRegressor

__all__ = ["DeepClassifier", "DeepRegressor"]
