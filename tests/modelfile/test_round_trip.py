"""What is saved comes back, to the bit."""

import json

import jax
import numpy as np
import pytest
import safetensors
from model_files import CLASSES, X, join, split, tiny, trained, untrained
from own_parts import OWN, Bend, Constant, Counting, Quartic, Stretch

import clearprop
from clearprop import Network, initializers, layers, losses, optim, train
from clearprop.data import Table
from clearprop.errors import ModelFileError
from clearprop.train.history import History

ONE_HOT = np.eye(3)[CLASSES]

MODELS = {
    "dense": lambda: trained(layers.Dense(5), layers.Activation("relu"), layers.Dropout(0.2)),
    "one layer": lambda: trained(),
    "state": lambda: trained(layers.Standardize(), layers.Dense(5), layers.BatchNorm(0.8), layers.LayerNorm()),
    "residual": lambda: trained(layers.Residual([layers.Dense(6)], layers.Dense(6, bias=False))),
    "nested": lambda: trained(layers.Sequence([layers.Residual(layers.Residual(layers.BatchNorm()))]), Network([])),
    "embedding": lambda: trained(layers.Embedding(5, 3), layers.Flatten(), layers.Reshape((3, -1)), layers.Flatten()),
    "memory": lambda: trained(layers.Dense(5), layers.Activation("tanh"), rule="feedback_alignment"),
    "images": lambda: untrained(
        layers.Reshape((2, 2, 1)),
        layers.RandomFlip(),
        layers.RandomCrop(1),
        layers.RandomColor(0.1),
        layers.V1(2, 2, 3),
        layers.Conv2D(2, (1, 2), padding=((1, 0), (0, 1))),
        layers.ConvTranspose(2),
        layers.MaxPool((2, 1)),
        layers.AveragePool(2, 1, "same"),
        layers.DivisiveNormalization(),
        layers.LocallyConnected(2, 1),
        layers.GlobalAveragePool(),
    ),
    "float64": lambda: trained(layers.Dense(5, "he"), layers.BatchNorm(), dtype="float64", rule="feedback_alignment"),
    "ensemble": lambda: trained(layers.Dense(5), layers.BatchNorm(), rule="feedback_alignment", members=3),
    "float64 ensemble": lambda: trained(layers.Dropout(0.1, fade=True), dtype="float64", members=2),
    "settings": lambda: trained(
        layers.Dense(5, initializers.Orthogonal(np.float64(2))),
        loss=losses.Huber(0.3),
        Y=ONE_HOT,
    ),
    "own": lambda: trained(
        layers.Dense(4, Constant(0.1)),
        Stretch("relu", layers.Flatten(), (0.5, 0.25)),
        layers.Activation(Bend(0.5)),
        loss=Quartic(np.int64(4)),  # pyright: ignore[reportArgumentType]
        Y=ONE_HOT,
        rule=Counting(),
    ),
}


def same(a, b):
    """The same tree of arrays, to the bit."""
    assert jax.tree.structure(a) == jax.tree.structure(b)
    for left, right in zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True):
        assert (left.dtype, left.shape) == (right.dtype, right.shape)
        assert np.asarray(left).tobytes() == np.asarray(right).tobytes()


@pytest.mark.parametrize("name", MODELS)
def test_everything_comes_back(name, tmp_path):
    fitted = MODELS[name]()
    fitted.save(tmp_path / "model.safetensors")
    again = clearprop.load(tmp_path / "model.safetensors", own=OWN)
    for part in ("params", "state", "learnt", "memory"):
        same(getattr(fitted, part), getattr(again, part))
    for part in (
        "network",
        "loss",
        "rule",
        "input_shape",
        "dtype",
        "history",
        "stopped",
        "kept_epoch",
        "table",
        "members",
    ):
        assert getattr(again, part) == getattr(fitted, part), part
    assert again.optimizer_state is None
    assert type(again.history) is type(fitted.history)
    same(again.predict(X), fitted.predict(X))
    same(again.forward(X), fitted.forward(X))
    same(again.predict_members(X), fitted.predict_members(X))


def test_a_file_of_a_file_is_the_same(tmp_path):
    tiny().save(tmp_path / "a")
    clearprop.load(tmp_path / "a").save(str(tmp_path / "b"))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_what_was_loaded_can_be_trained_on(tmp_path):
    fitted = trained(layers.Dense(5), layers.BatchNorm(), dtype="float64")
    fitted.save(tmp_path / "model.safetensors")
    again = clearprop.load(tmp_path / "model.safetensors")
    settings = {"loss": fitted.loss, "dtype": "float64", "epochs": 1, "optimizer": optim.gradient_descent(0.1)}
    one, other = (train.fit(f.network, X, CLASSES, params=f.params, state=f.state, **settings) for f in (fitted, again))
    same(one.params, other.params)


TABLES = [
    Table(
        task="classification",
        columns=("a", "ціна", '“\\"sha256\\":\\"', "\u202e"),
        n_columns=4,
        classes=("x", 2, True),
    ),
    Table(task="classification", target="sha256", classes=(0.5, 1, "b")),
]


@pytest.mark.parametrize("table", TABLES)
def test_the_table_comes_back(table, tmp_path):
    tiny().replace(table=table).save(tmp_path / "model.safetensors")
    assert clearprop.modelfile.load(tmp_path / "model.safetensors").table == table


def test_a_regression_and_its_table_come_back(tmp_path):
    fitted = train.fit(Network([layers.Dense(1)]), X, X[:, 0], loss="squared", epochs=1)
    fitted = fitted.replace(table=Table(task="regression", target="цiна", target_mean=(1 / 3,), target_scale=(1e-300,)))
    fitted.save(tmp_path / "model.safetensors")
    assert clearprop.modelfile.load(tmp_path / "model.safetensors").table == fitted.table


def test_the_history_comes_back_and_what_is_not_finite_as_nothing(tmp_path):
    records = [
        {"epoch": 1, "loss": 1 / 3, "val_loss": float("nan"), "note": 'a "word"', "best": True},
        {"epoch": 2, "loss": 5e-324, "val_loss": float("inf"), "note": None, "at": 2**63 - 1},
        {"epoch": np.int64(3), "loss": np.float32(0.1), "val_loss": jax.numpy.asarray(0.5), "best": np.bool_(False)},
    ]
    tiny().replace(history=History(records)).save(tmp_path / "model.safetensors")
    again = clearprop.load(tmp_path / "model.safetensors").history
    assert again[0] == {**records[0], "val_loss": None}
    assert again[1] == {**records[1], "val_loss": None}
    assert again[2] == {"epoch": 3, "loss": float(np.float32(0.1)), "val_loss": 0.5, "best": False}


def test_a_history_of_many_epochs_comes_back(tmp_path):
    """records.py: columns; a record an epoch would be more lists and objects than a file may hold."""
    history = History({"epoch": i, "loss": 1 / 3} for i in range(2**17 + 1))
    tiny().replace(history=history).save(tmp_path / "model.safetensors")
    assert clearprop.load(tmp_path / "model.safetensors").history == history


def test_the_safetensors_library_reads_the_same_arrays(tmp_path):
    fitted = trained(layers.Dense(2), layers.BatchNorm(), rule="feedback_alignment")
    fitted.save(tmp_path / "model.safetensors")
    with safetensors.safe_open(tmp_path / "model.safetensors", framework="np") as file:
        names = set(file.keys())
        np.testing.assert_array_equal(file.get_tensor("params/0/W"), fitted.params[0]["W"])
        document = json.loads(file.metadata()["clearprop"])
    assert names == {
        *("params/0/W", "params/0/b", "params/1/gamma", "params/1/beta", "params/2/W", "params/2/b"),
        *("state/1/mean", "state/1/variance", "memory/2/W"),
    }
    assert document["rule"] == {"rule": "feedback_alignment"}


def test_a_truth_value_is_one_of_two_whatever_its_byte(tmp_path):
    path = tmp_path / "model.safetensors"
    untrained(Stretch("relu", layers.Flatten())).save(path)
    header, document, arrays = split(path.read_bytes())
    start, end = header["state/0/seen"]["data_offsets"]
    path.write_bytes(join(header, document, arrays[:start] + b"\xff\x00" + arrays[end:]))
    seen = np.asarray(clearprop.load(path, own=[Stretch]).state[0]["seen"])
    assert seen.tobytes() == b"\x01\x00"


def test_a_class_of_ones_own_must_be_passed_in(tmp_path):
    path = tmp_path / "model.safetensors"
    untrained(layers.Activation(Bend())).save(path)
    with pytest.raises(ModelFileError, match=r"'bend'.* own="):
        clearprop.load(path)
    with pytest.raises(ModelFileError, match="'bend'"):
        clearprop.load(path, own=[Stretch])
