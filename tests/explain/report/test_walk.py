"""The steps as the page has them: each exact number is the trace's own, in the row and under the unit it belongs to."""

import re
from dataclasses import replace

import numpy as np
import pytest

from clearprop import Network, explain, layers, train
from clearprop.explain.operation import Operation
from clearprop.explain.report.drawing import Drawing
from clearprop.explain.report.parts import Section, exact
from clearprop.explain.report.walk import _by_unit, walk
from clearprop.i18n import speaking

X = np.array([[1.0, 2.0], [0.5, -1.0]], "float32")
Y = np.array([[1.0], [0.0]], "float32")
VALUE = re.compile(r'<data value="([^"]*)">')


@pytest.fixture(scope="module")
def found():
    """Of two rows the second one is shown; the layer 2 – 2 is as wide as its input, which must not confuse it."""
    net = Network([layers.Dense(2), layers.Activation("tanh"), layers.Dense(1)])
    fitted = train.fit(net, X, Y, loss="squared", epochs=1)
    return explain.trace(fitted, X, Y, row=1, learning_rate=0.1)


@pytest.fixture(scope="module")
def steps(found):
    return walk(Section("steps", "Steps"), Drawing("", "", ""), found)


def numbers(cells):
    return [float(VALUE.search(cell)[1]) for cell in cells if VALUE.search(cell)]


def test_a_step_for_each_operation_in_order(found, steps):
    assert [step.title for step in steps.operations] == [op.title() for op in found]
    assert [step.number for step in steps.operations] == list(range(1, len(found) + 1))
    assert steps.operations[2].said == f"Step 3 of {len(found)}: Layer 2, dense: forward"
    firsts = {phase.name: phase.first for phase in steps.phases}
    assert firsts == {"forward": 1, "loss": 4, "backward": 5, "descent": 8}


def test_every_quantity_has_its_shape_and_size(found, steps):
    for op, step in zip(found, steps.operations, strict=True):
        assert len(step.table.rows) == len(op.values)
        for cells, value in zip(step.table.rows, op.values.values(), strict=True):
            assert cells[1] == (" × ".join(map(str, value.shape)) or "1")
            assert numbers(cells[2:3]) == [float(np.sqrt(np.mean(np.square(value.astype(float)))))]


def under_units(steps, place):
    """{quantity: the numbers under the units}, of a step."""
    table = steps.operations[place].table
    return {re.sub("<[^>]*>", "", cells[0]): numbers(cells[3:]) for cells in table.rows}


def test_numbers_stand_under_the_units_that_they_belong_to(found, steps):
    forward, back = found.operations[0], next(op for op in found if op.title() == "Layer 2, dense: backward")
    assert under_units(steps, 0) == {
        "X": [],  # by input, and the columns are units
        "W": [],
        "b": forward.values["b"].tolist(),
        "Z": forward.values["Z"][1].tolist(),
    }
    own = under_units(steps, back.number - 1)
    assert own["dX"] == back.values["dX"][1].tolist() and own["X"] == back.values["X"][1].tolist()
    assert own["dW"] == own["W"] == [] and own["dZ"] == []
    tanh = under_units(steps, 1)
    assert tanh["Z"] == found.operations[1].values["Z"][1].tolist()
    assert tanh["A"] == np.tanh(found.operations[1].values["Z"][1]).tolist() or np.allclose(
        tanh["A"], np.tanh(tanh["Z"]), atol=1e-6
    )


def called(op, name):
    """What `_by_unit` says of an operation's array."""
    return _by_unit(op, name, op.values[name], 0)


def test_numbers_through_feedback_are_not_put_under_units():
    """A square layer whose error goes back through B: dX and X are by unit of the layer's inputs, and nothing else."""
    Z = np.array([[1.0, 2.0]])
    values = {"dZ": Z, "X": 2 * Z, "B": np.eye(2), "dW": np.eye(2), "db": Z[0], "dX": 3 * Z}
    op = operation("backward", "dense", values, 3)
    assert {name for name in values if called(op, name) is not None} == {"X", "dX"}
    assert called(op, "dX").tolist() == [3.0, 6.0]
    rule = operation("backward", "rule", {"e": Z, "B": np.eye(2), "dA": 5 * Z}, 2)
    assert {name for name in rule.values if called(rule, name) is not None} == {"dA"}


def test_of_an_embedding_only_what_was_looked_up_is_by_unit():
    values = {"X": np.array([[1.0, 0.0]]), "E": np.array([[1.0, 2.0], [3.0, 4.0]]), "Y": np.array([[3.0, 4.0]])}
    op = operation("forward", "embedding", values, 2)
    assert {name for name in values if called(op, name) is not None} == {"Y"}


def test_what_works_unit_by_unit_has_all_its_numbers_under_them():
    Z, feature = np.array([[1.0, 2.0]]), np.array([0.5, 0.25])
    for kind, values in (
        ("activation", {"Z": Z, "A": Z}),
        ("batch_norm", {"X": Z, "mean": feature, "variance": feature, "γ": feature, "β": feature, "Y": Z}),
    ):
        op = operation("forward", kind, values, len(values) - 1)
        assert all(called(op, name) is not None for name in values)
        assert called(op, list(values)[1]).tolist() == list(values.values())[1].ravel().tolist()
    two_rows = {"Ŷ": np.eye(2), "Y": np.array([0, 1]), "w": np.array([0.5, 0.5]), "loss": np.ones(()), "dŶ": np.eye(2)}
    loss = operation("loss", "softmax_cross_entropy", two_rows, 3)
    assert {name for name in two_rows if called(loss, name) is not None} == {"Ŷ", "dŶ"}  # Y and w are by row


def operation(phase, kind, values, inputs):
    """One that shows both units of its result."""
    names = tuple(values)
    return Operation(1, phase, "0 layer", kind, (), (), values, names[:inputs], names[inputs:], shown=(0, 1))


def test_steps_that_are_left_out_are_told(found):
    op = replace(found.operations[0], skipped=18)
    assert walk(Section("steps", "Steps"), Drawing("", "", ""), replace(found, operations=(op,))).operations[
        0
    ].skipped == ("18 steps like the one above are left out.")


def test_equations_are_mathml(steps):
    for step in steps.operations:
        assert step.equations and all(each.startswith("<math>") for each in step.equations)


def test_a_number_reads_in_the_language_and_keeps_all_its_digits():
    with speaking("fr"):
        assert exact(np.float32(-1234.5), ",.1f") == '<data value="-1234.5">−1\u202f234,5</data>'
    assert exact(0.1 + 0.2) == '<data value="0.30000000000000004">0.3</data>'
