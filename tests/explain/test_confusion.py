"""What is taken for what, counted by hand."""

import numpy as np
import pytest

from clearprop.errors import DataError
from clearprop.explain import confusion

CLASSES = ["cat", "dog", "fox"]
Y = ["cat", "cat", "cat", "dog", "dog", "fox", "cat", "fox"]
P = np.array(
    [
        [0.8, 0.1, 0.1],
        [0.3, 0.6, 0.1],  # a cat taken for a dog
        [0.05, 0.9, 0.05],  # and one, with more certainty
        [0.1, 0.7, 0.2],
        [0.2, 0.3, 0.5],  # a dog taken for a fox
        [0.1, 0.2, 0.7],
        [0.15, 0.55, 0.3],  # a third cat for a dog, less certain
        [0.6, 0.2, 0.2],  # a fox taken for a cat
    ]
)


def test_by_hand():
    found = confusion(Y, P, CLASSES, examples=2)
    assert found.matrix.tolist() == [[1, 3, 0], [0, 1, 1], [1, 0, 1]]
    seen = [(each.right, each.taken, each.n, each.rows.tolist()) for each in found.common]
    assert seen == [(0, 1, 3, [2, 1]), (1, 2, 1, [4]), (2, 0, 1, [7])]
    assert [p for each in found.common for p in each.probabilities] == pytest.approx([0.9, 0.6, 0.5, 0.6])
    assert found.right == 3
    assert found.text() == (
        "3 of 8 rows were taken for what they are. cat taken for dog: 3. dog taken for fox: 1. fox taken for cat: 1."
    )


def test_the_commonest_alone():
    (one,) = confusion(Y, P, CLASSES, common=1, examples=9).common
    assert (one.right, one.taken, one.rows.tolist()) == (0, 1, [2, 1, 6])


def test_classes_may_be_an_array():
    assert confusion(np.array(Y), P, np.array(CLASSES)).classes == ("cat", "dog", "fox")


def test_nothing_is_confused():
    found = confusion(["a", "b"], np.eye(2), ["a", "b"])
    assert found.common == () and found.text() == "2 of 2 rows were taken for what they are."


def test_what_is_refused():
    with pytest.raises(DataError, match="The label 'wolf' is none of the classes"):
        confusion([*Y[:-1], "wolf"], P, CLASSES)
    with pytest.raises(DataError):
        confusion(Y, P[:, :2], CLASSES)
