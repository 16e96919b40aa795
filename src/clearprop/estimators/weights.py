"""How much each row counts: the caller's sample weights, times those of its class."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from clearprop.errors import DataError
from clearprop.i18n import _


def of_classes(class_weight: Any, classes: np.ndarray, codes: np.ndarray, sample_weight: Any) -> np.ndarray:
    """The weight of each class: from a dict, 1 where it names none; or "balanced":

    weight_c = Σ_i w_i / (classes · Σ_{i of class c} w_i), so that every class counts the same in all.

    Args:
        class_weight: {class: weight} or "balanced".
        classes: (k,) the classes.
        codes: (n,) the class of each row, as its place in `classes`.
        sample_weight: (n,) or None, all 1.

    Returns:
        (k,)

    Raises:
        DataError: a dict that names a class which is not there, or gives weights that cannot be used.

    >>> of_classes("balanced", np.array(["a", "b"]), np.array([0, 0, 0, 1]), None)
    array([0.66667, 2.     ])
    """
    if isinstance(class_weight, Mapping):
        unknown = [c for c in class_weight if c not in classes.tolist()]
        if unknown:
            raise DataError(_("class_weight names the class {!r}, which y does not have.").format(unknown[0]))
        weights = np.array([float(class_weight.get(c, 1)) for c in classes.tolist()])
        if not (np.isfinite(weights).all() and weights.min() >= 0 and weights[codes].any()):
            raise DataError(_("Class weights must be finite, none below 0, and not all 0."))
        return weights
    total = np.bincount(codes, sample_weight, minlength=len(classes)).astype(np.float64)
    present = total > 0
    return np.divide(total.sum() / present.sum(), total, out=np.zeros_like(total), where=present)
