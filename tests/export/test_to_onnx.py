"""A whole model as an ONNX file: what it gives, that it is checked before it is written, and what goes wrong."""

import json
import sys

import numpy as np
import onnx
import onnxruntime
import pytest

from clearprop import Network, layers, losses, train
from clearprop.data import Table
from clearprop.errors import ClearpropError
from clearprop.export import to_onnx
from clearprop.export.layers import CONVERTERS
from clearprop.rules import Backprop

X = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")


def a_model(outputs=1, loss="squared", **settings):
    """A small network after one epoch."""
    random = np.random.default_rng(1)
    Y = random.integers(0, max(outputs, 2), 40) if "cross" in loss else random.normal(size=(40, outputs))
    net = Network([layers.Dense(4), layers.Activation("tanh"), layers.Dense(outputs)])
    return train.fit(net, X, Y, loss=loss, epochs=1, seed=0, **settings)


@pytest.fixture(scope="module")
def regressor():
    """y = 1e9 + 20 · Ŷ."""
    return a_model().replace(table=Table(task="regression", n_columns=3, target_mean=(1e9,), target_scale=(20.0,)))


def run(content, rows=X):
    """{output: what onnxruntime says}"""
    session = onnxruntime.InferenceSession(content)
    return dict(zip([o.name for o in session.get_outputs()], session.run(None, {"X": rows}), strict=True))


def test_without_a_table_the_output_is_the_prediction():
    """Probabilities after a fused loss, not sums: `Fitted.predict`."""
    fitted = a_model(3, "softmax_cross_entropy")
    found = run(to_onnx(fitted))
    assert list(found) == ["output"]
    np.testing.assert_allclose(found["output"], fitted.predict(X), atol=1e-6)
    np.testing.assert_allclose(found["output"].sum(1), 1, atol=1e-6)


@pytest.mark.parametrize("classes", [("no", "yes"), (0, 1), (False, True), (0.5, 1.5), ("naïve Ω", "に"), ("", " ")])
def test_two_classes_have_a_label_and_both_probabilities(classes):
    """One output p stands for (1 − p, p); the label is of the classes' own type."""
    fitted = a_model(1, "sigmoid_cross_entropy").replace(
        table=Table(task="classification", n_columns=3, classes=classes)
    )
    found, p = run(to_onnx(fitted)), fitted.predict(X)
    np.testing.assert_allclose(found["probabilities"], np.hstack([1 - p, p]), atol=1e-6)
    assert found["label"].tolist() == [classes[i] for i in (p[:, 0] > 0.5).astype(int)]


def test_three_classes_have_the_likeliest_label_and_notes():
    """The metadata tells version, task and classes."""
    table = Table(task="classification", n_columns=3, target="kind", classes=("a", "b\n", "c"))
    fitted = a_model(3, "softmax_cross_entropy")
    content = to_onnx(fitted, table=table)
    found = run(content)
    assert found["label"].tolist() == [table.classes[i] for i in fitted.predict(X).argmax(1)]
    notes = {entry.key: entry.value for entry in onnx.load_from_string(content).metadata_props}
    assert notes["task"] == "classification"
    assert notes["target"] == "kind"
    assert json.loads(notes["classes"]) == ["a", "b\n", "c"]
    assert notes["clearprop"]


def test_labels_that_do_not_exclude_each_other_have_0_or_1_each():
    """1[p > 1/2], as `DeepClassifier.predict` says of an indicator matrix."""
    net, Y = Network([layers.Dense(2)]), (X[:, :2] > 0).astype(int)
    fitted = train.fit(net, X, Y, loss="sigmoid_cross_entropy", epochs=1)
    found = run(to_onnx(fitted, table=Table(task="classification", n_columns=3, classes=(0, 1), labels=True)))
    np.testing.assert_array_equal(found["label"], fitted.predict(X) > 0.5)
    np.testing.assert_allclose(found["probabilities"], fitted.predict(X), atol=1e-6)


def test_a_number_is_in_the_targets_own_units(regressor):
    """mean + scale · Ŷ in float64: around 1e9, float32 has steps of 64."""
    found = run(to_onnx(regressor))
    np.testing.assert_allclose(found["prediction"] - 1e9, 20 * regressor.predict(X)[:, 0], atol=1e-4)
    assert found["prediction"].dtype == np.float64


def test_several_numbers_have_units_each():
    """A mean and a scale an output."""
    fitted = a_model(2)
    table = Table(task="regression", n_columns=3, target_mean=(1.0, 100.0), target_scale=(2.0, 0.5))
    found = run(to_onnx(fitted, table=table))
    np.testing.assert_allclose(found["prediction"], [1, 100] + [2, 0.5] * fitted.predict(X), rtol=0, atol=1e-5)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("loss", ["squared", "softmax_cross_entropy"])
def test_an_ensemble_is_the_mean_of_its_members(loss, dtype):
    """Of their predictions, as `Fitted.predict` says."""
    fitted = a_model(3, loss, members=3, dtype=dtype)
    rows = X.astype(dtype)
    np.testing.assert_allclose(
        run(to_onnx(fitted), rows)["output"], fitted.predict_members(rows).mean(0), rtol=1e-5, atol=1e-6
    )


def test_the_input_may_be_one_row_or_many(regressor):
    """The batch axis is dynamic."""
    content = to_onnx(regressor)
    assert [len(run(content, X[:n])["prediction"]) for n in (1, 2, 40)] == [1, 2, 40]


def test_a_large_scale_of_inputs_is_met_by_the_rows_drawn():
    """A `Standardize` around 1e5: rows of plain normal numbers would all be one point to it."""
    net = Network([layers.Standardize(), layers.Dense(1)])
    rows = 1e5 + 100 * X
    state = (layers.Standardize.state(rows), {})
    fitted = train.fit(net, rows, X[:, :1], loss="squared", epochs=1, state=state)
    np.testing.assert_allclose(run(to_onnx(fitted), rows)["output"], fitted.predict(rows), rtol=1e-5, atol=1e-5)


def a_sign(layer, params, state, graph, X):
    """−tanh"""
    return graph.add("Neg", graph.add("Tanh", X))


def left_out(layer, params, state, graph, X):
    """No tanh."""
    return X


def a_little(layer, params, state, graph, X):
    """1.0001 tanh"""
    return graph.add("Mul", graph.add("Tanh", X), graph.constant("c", 1.0001))


@pytest.mark.parametrize("wrong", [a_sign, left_out, a_little])
def test_a_wrong_graph_is_refused_and_not_written(wrong, monkeypatch, tmp_path, regressor):
    """A converter planted wrong, by a sign, a missing layer and a factor of 1.0001."""
    monkeypatch.setattr("clearprop.export.layers.CONVERTERS", {**CONVERTERS, layers.Activation: wrong})
    path = tmp_path / "model.onnx"
    path.write_bytes(b"before")
    with pytest.raises(ClearpropError, match="does not predict what the network does, and nothing was written"):
        to_onnx(regressor, path)
    assert path.read_bytes() == b"before"
    assert [p.name for p in tmp_path.iterdir()] == ["model.onnx"]


def test_wrong_labels_are_refused(monkeypatch):
    """The classes in another order, with the probabilities right."""
    fitted = a_model(1, "sigmoid_cross_entropy")
    table = Table(task="classification", n_columns=3, classes=("no", "yes"))
    monkeypatch.setattr(
        "clearprop.export.outputs.labels", lambda table, Y_hat: np.where(Y_hat[:, 0] > 0.5, "no", "yes")
    )
    with pytest.raises(ClearpropError, match="nothing was written"):
        to_onnx(fitted, table=table)


def test_a_graph_that_cannot_be_run_is_refused(monkeypatch, regressor):
    """An operator that onnxruntime lacks, as 64-bit erf is."""
    odd = lambda layer, params, state, graph, X: graph.add("Erf", X)  # noqa: E731
    monkeypatch.setattr("clearprop.export.layers.CONVERTERS", {**CONVERTERS, layers.Activation: odd})
    fitted = a_model(dtype="float64")
    with pytest.raises(ClearpropError, match="onnxruntime cannot run the graph, and nothing was written"):
        to_onnx(fitted)


class OtherInference(Backprop):
    """A rule that predicts in a way of its own."""

    def predict(self, network, params, state, learnt, X, pass_):
        """Twice what the network says."""
        return 2 * network.forward(params, state, X, pass_)[0]


def test_a_rule_with_its_own_inference_is_refused(regressor):
    """Its prediction is not the network's forward."""
    with pytest.raises(ClearpropError, match="The rule 'other_inference' infers in a way of its own"):
        to_onnx(regressor.replace(rule=OtherInference()))


def test_a_table_of_other_outputs_is_refused(regressor):
    """One output, and three classes."""
    with pytest.raises(ClearpropError, match=r"rows of shape \(1,\), and the table's target 'target' needs \(3,\)"):
        to_onnx(regressor, table=Table(task="classification", n_columns=3, classes=(1, 2, 3)))


def test_a_loss_that_is_a_function_will_do(regressor):
    """It has no output activation: Ŷ is the network's output."""
    assert list(run(to_onnx(regressor.replace(loss=lambda Y_hat, Y, w: losses.get("squared")(Y_hat, Y, w))))) == [
        "prediction"
    ]


def test_the_file_is_the_bytes(tmp_path, regressor):
    """Written whole, over one that stood there."""
    path = tmp_path / "modèle ☃.onnx"
    path.write_bytes(b"before")
    assert to_onnx(regressor, path) == path.read_bytes()


@pytest.mark.parametrize("path", ["missing/model.onnx", "file/model.onnx", "folder"])
def test_a_path_that_cannot_be_written_is_named(path, tmp_path, regressor):
    """A missing folder, a file for a folder, a folder for a file."""
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(ClearpropError, match=r"cannot be written: .* See that its folder is there"):
        to_onnx(regressor, tmp_path / path)


def test_a_full_disk_leaves_no_half_a_file(tmp_path, monkeypatch, regressor):
    """The sentence tells what the system said."""

    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("clearprop.export.onnx_file.write_atomically", full)
    with pytest.raises(ClearpropError, match="No space left on device"):
        to_onnx(regressor, tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("package", ["onnx", "onnxruntime"])
def test_a_missing_package_is_named_with_the_command(package, monkeypatch, regressor):
    """It is an extra."""
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ClearpropError, match=f"the package {package} is needed: pip install 'clearprop"):
        to_onnx(regressor)


def test_more_than_a_file_can_hold_is_refused_in_time(monkeypatch, regressor):
    """A protobuf message ends at 2 GiB."""
    monkeypatch.setattr("clearprop.export.graph.LARGEST", 40)
    with pytest.raises(ClearpropError, match="2 GiB"):
        to_onnx(regressor)
