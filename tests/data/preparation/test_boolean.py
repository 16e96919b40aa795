"""Truth values."""

import numpy as np
import pytest

from clearprop.data import CellError, Preparation


def test_false_is_minus_1_and_true_1():
    preparation = Preparation.learn({"member": ["yes", "no", "NO"]})
    assert (preparation.features, preparation.indicators) == (("member",), 1)
    assert preparation.apply({"member": ["Yes", "no", None, "t"]}).tolist() == [[1], [-1], [0], [1]]


@pytest.mark.parametrize("cells", [[True, None, False], ["true", "", "False"], np.array([True, None, False], object)])
def test_a_missing_one_is_0_with_an_indicator_if_one_was_missing_in_training(cells):
    preparation = Preparation.learn({"member": cells})
    assert preparation.features == ("member", "member missing")
    assert preparation.apply({"member": cells}).tolist() == [[1, 0], [0, 1], [-1, 0]]
    assert preparation.apply({"member": [0, 1]}).tolist() == [[-1, 0], [1, 0]]


def test_asked_for():
    assert Preparation.learn({"x": [0, 1, 1]}, kinds={"x": "boolean"}).apply({"x": [1, 0]}).tolist() == [[1], [-1]]
    with pytest.raises(CellError, match=r"'x' should hold truth values.* has '2.0' in row 3"):
        Preparation.learn({"x": [0, 1, 2]}, kinds={"x": "boolean"})
