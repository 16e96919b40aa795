"""Class or number?"""

import numpy as np
import pytest

from clearprop.data import infer
from clearprop.errors import DataError


@pytest.mark.parametrize(
    ("values", "task", "reason"),
    [
        (np.array(["yes", "no"] * 5), "classification", "text"),
        (np.array([True, False] * 5), "classification", "truth values"),
        (np.arange(10) % 3, "classification", "few whole numbers"),
        (np.array([1.0, 2.0] * 5), "classification", "few whole numbers"),
        (np.array([0, 1]), "classification", "few whole numbers"),
        (np.arange(10) / 4, "regression", "many numbers"),
        (np.arange(100) % 21, "regression", "many numbers"),
        (np.arange(10), "regression", "many numbers"),
        (np.array([0.5, 1.0] * 5), "regression", "many numbers"),
    ],
)
def test_the_task_is_inferred_and_the_reason_given(values, task, reason):
    inferred = infer(values)
    assert (inferred.task, inferred.reason) == (task, reason)
    assert inferred.because().startswith("because it holds ")


def test_a_task_asked_for_is_taken():
    assert infer(np.arange(100) % 30, task="classification").task == "classification"
    assert infer(np.array([0, 1] * 5), task="regression") == ("regression", "asked", 2)
    assert infer(np.array([0, 1] * 5), task="regression").because() == "as you asked"


@pytest.mark.parametrize(
    ("values", "task", "sentence"),
    [
        (np.array([3, 3, 3]), None, r"The target 'y' is 3 in every row, so there is nothing to learn"),
        (np.array(["a", "a"]), None, r"is 'a' in every row"),
        (
            np.array(["1", "b", "1"]),
            "regression",
            r"The target 'y' holds text, such as 'b': a regression needs numbers",
        ),
        (np.array(list("abcdef")), None, r"6 different values in 6 rows: too many to be classes"),
        (np.arange(50) / 7, "classification", r"50 different values in 50 rows: too many"),
    ],
)
def test_a_target_that_cannot_be_learnt_is_refused(values, task, sentence):
    with pytest.raises(DataError, match=sentence):
        infer(values, "y", task)
