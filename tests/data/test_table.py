import pytest
from pydantic import ValidationError

from clearprop.data import Preparation, Table

NUMBERS = Preparation.learn({"a": [1, 2, 4], "b": [0, 5, 7]})


@pytest.mark.parametrize(
    ("table", "outputs"),
    [
        (Table(task="classification", classes=("no", "yes")), {1, 2}),
        (Table(task="classification", classes=(0, 1, 2)), {3}),
        (Table(task="classification", classes=(0, 1), labels=True), {2}),
        (Table(task="classification", classes=(0,), labels=True), {1}),
        (Table(task="regression"), {1}),
        (Table(task="regression", target_mean=(0.0, 1.0), target_scale=(1.0, 2.0)), {2}),
    ],
)
def test_how_many_outputs_its_network_may_have(table, outputs):
    assert table.outputs() == outputs


def test_it_goes_through_json_with_its_preparation():
    table = Table(task="regression", columns=("a", "b"), n_columns=2, preparation=NUMBERS, parameters={"epochs": 3})
    assert Table.model_validate_json(table.model_dump_json()) == table


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"task": "classification"}, "two classes or more"),
        ({"task": "classification", "classes": ("a",)}, "two classes or more"),
        ({"task": "regression", "classes": ("a", "b")}, "a regression none"),
        ({"task": "classification", "classes": ("a", "b"), "class_counts": (1,)}, "a count of 0 or more"),
        ({"task": "classification", "classes": ("a", "b"), "class_counts": (1, -1)}, "a count of 0 or more"),
        ({"task": "regression", "columns": ("a", "a"), "n_columns": 2}, "used once"),
        ({"task": "regression", "columns": ("a",), "n_columns": 2}, "each column has a name"),
        ({"task": "regression", "target_scale": (0.0,)}, "scale above 0"),
        ({"task": "regression", "target_mean": (0.0, 1.0)}, "a mean and a scale"),
        ({"task": "regression", "n_columns": 0}, "greater than or equal to 1"),
        ({"task": "regression", "import": "os"}, "Extra inputs"),
        ({"task": "regression", "n_columns": "2"}, "valid integer"),
    ],
)
def test_one_that_does_not_agree_with_itself(settings, sentence):
    with pytest.raises(ValidationError, match=sentence):
        Table(**settings)
