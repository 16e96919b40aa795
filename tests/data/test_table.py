"""What a model knows of its table."""

import numpy as np
import pytest
from pydantic import ValidationError

from clearprop.data import Table
from clearprop.errors import DataError

SPECIES = Table(task="classification", target="species", classes=("cat", "dog", "owl"))
SIDE = Table(task="classification", classes=(0, 1))
PRICE = Table(task="regression", target="price", target_mean=100.0, target_scale=20.0)


def test_classes_become_numbers_and_come_back():
    numbers = SPECIES.encode(np.array(["owl", "cat"]))
    assert numbers.tolist() == [2, 0]
    assert SPECIES.labels(np.eye(3)[numbers]).tolist() == ["owl", "cat"]


def test_one_output_is_the_probability_of_the_second_class():
    prediction = np.array([[0.9], [0.2]])
    assert SIDE.probabilities(prediction) == pytest.approx(np.array([[0.1, 0.9], [0.8, 0.2]]))
    assert SIDE.labels(prediction).tolist() == [1, 0]


def test_whole_numbers_match_however_they_are_written():
    assert SIDE.encode(np.array([1.0, 0.0])).tolist() == SIDE.encode(np.array([True, False])).tolist() == [1, 0]


def test_numbers_are_scaled_and_come_back():
    assert PRICE.encode(np.array([140, 60])).tolist() == [2.0, -2.0]
    assert PRICE.labels(np.array([[2.0], [-2.0]])).tolist() == [140.0, 60.0]


def test_what_is_no_class_or_no_number_is_named():
    with pytest.raises(DataError, match=r"'species' has the value 'fox'; the model knows only 'cat', 'dog', 'owl'"):
        SPECIES.encode(np.array(["cat", "fox"]))
    with pytest.raises(DataError, match=r"'price' should be a number, and is 'cheap'"):
        PRICE.encode(np.array(["cheap"]))


@pytest.mark.parametrize(
    "fields",
    [
        {"task": "classification"},
        {"task": "classification", "classes": ("a",)},
        {"task": "regression", "classes": ("a", "b")},
        {"task": "regression", "columns": ("a", "a")},
        {"task": "regression", "target_scale": 0.0},
        {"task": "classification", "classes": ("a", "b"), "class_counts": (1,)},
        {"task": "classification", "classes": ("a", "b"), "class_counts": (1, -1)},
        {"task": "ranking"},
    ],
)
def test_a_table_that_contradicts_itself_is_refused(fields):
    with pytest.raises(ValidationError):
        Table(**fields)


def test_a_table_survives_json():
    table = Table(task="classification", columns=("a",), classes=(False, 2, 0.5, "x"), class_counts=(1, 2, 3, 4))
    again = Table.model_validate_json(table.model_dump_json())
    assert again == table
    assert [type(label) for label in again.classes] == [bool, int, float, str]
