import numpy as np
import pytest
from sklearn.utils.class_weight import compute_class_weight

from clearprop.errors import DataError
from clearprop.estimators.weights import of_classes

CLASSES, CODES = np.array(["a", "b", "c"]), np.array([0, 0, 0, 1, 2, 2])


def test_balanced_is_scikit_learns():
    theirs = compute_class_weight("balanced", classes=CLASSES, y=CLASSES[CODES])
    np.testing.assert_allclose(of_classes("balanced", CLASSES, CODES, None), theirs)


def test_balanced_counts_sample_weights():
    """A weight of two is a row given twice."""
    weighted = of_classes("balanced", CLASSES, CODES, np.array([1, 1, 1, 2, 1, 1]))
    repeated = of_classes("balanced", CLASSES, np.array([0, 0, 0, 1, 1, 2, 2]), None)
    np.testing.assert_allclose(weighted, repeated)


def test_a_class_that_is_not_there_weighs_nothing():
    assert of_classes("balanced", CLASSES, np.array([0, 1, 1]), None)[2] == 0


def test_a_class_that_a_dict_leaves_out_weighs_one():
    assert of_classes({"b": 5}, CLASSES, CODES, None).tolist() == [1, 5, 1]


def test_a_dict_with_an_unknown_class():
    with pytest.raises(DataError, match="class 'd'"):
        of_classes({"d": 5}, CLASSES, CODES, None)


@pytest.mark.parametrize("weights", [{"a": -1}, {"a": np.inf}, {"a": 0, "b": 0, "c": 0}])
def test_weights_that_cannot_be_used(weights):
    with pytest.raises(DataError, match="Class weights must be finite"):
        of_classes(weights, CLASSES, CODES, None)
