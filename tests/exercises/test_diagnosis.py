"""What is said of an output by itself: nothing that is not so."""

import pytest

from clearprop import exercises
from clearprop.exercises import solution
from clearprop.exercises.check import check_source


def said(name, function, right, wrong):
    """What is wrong with a function of the solution in columns in which a text is replaced."""
    exercise = exercises.get(name)
    text = solution.whole(exercise, "columns")
    assert text.count(right) == 1
    (finding,) = check_source(exercise, "columns", text.replace(right, wrong), only=[function])
    return finding.mistakes, finding.says


@pytest.mark.parametrize(
    ("right", "wrong", "output"),
    [
        ("dW = dZ @ X.T / ", "dW = -dZ @ X.T # ", "dW"),
        ("db = dZ.sum(1, keepdims=True) / ", "db = -dZ.sum(1, keepdims=True) # ", "db"),
    ],
)
def test_a_sign_and_a_mean_in_one_output_are_not_told_of_the_other(right, wrong, output):
    mistakes, says = said("logistic-regression", "backward", right, wrong)
    assert mistakes == ("wrong_sign", "missing_mean")
    assert all(sentence.startswith(f"{output} ") for sentence in says)


def test_an_array_in_place_of_a_list_is_told():
    right = "        sizes.append(size(A))\n    return sizes"
    mistakes, says = said(
        "initialisation", "forward_sizes", right, right.replace("return sizes", "return np.array(sizes)")
    )
    assert mistakes == ("wrong_type",)
    assert "ndarray where list" in says[0]
