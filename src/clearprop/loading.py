"""`clearprop.load`: a model from its file, as what it was saved from."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from clearprop import modelfile


def load(path: str | Path, own: Iterable[type] = ()) -> Any:
    """A model from its file: the estimator that it was saved from, ready to predict; else the network, a `Fitted`.

    A model file from a stranger cannot run code.

    Args:
        path: the file.
        own: classes of your own that its network is made of.

    Returns:
        a `DeepClassifier`, a `DeepRegressor` or a `Fitted`.

    Raises:
        ModelFileError: it is missing, damaged, changed, or of another version.
    """
    fitted = modelfile.load(path, own=own)
    if fitted.table is None:
        return fitted
    from clearprop.estimators.saved import estimator_of  # which takes scikit-learn, a second to import

    return estimator_of(fitted)
