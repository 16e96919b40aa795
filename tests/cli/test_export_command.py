"""`clearprop export`."""

from pathlib import Path

import numpy as np
import onnxruntime
import polars
import pytest

import clearprop as package


def test_the_graph_takes_columns_and_predicts_as_the_model(clearprop, flowers):
    done = clearprop("export", flowers.folder, "--onnx", "m.onnx")
    assert done.status == 0, done.err
    assert done.out.startswith("onnxruntime predicts what the model does; wrote m.onnx, ")
    session = onnxruntime.InferenceSession("m.onnx")
    table = polars.read_csv(flowers.data)
    feeds = {
        i.name: table[i.name].to_numpy().astype(np.float64).reshape(-1, *i.shape[1:]) for i in session.get_inputs()
    }
    types = {"tensor(float)": np.float32, "tensor(double)": np.float64}
    feeds = {i.name: feeds[i.name].astype(types[i.type]) for i in session.get_inputs()}
    [labels] = session.run(["label"], feeds)
    model = package.load(flowers.folder / "model.safetensors")
    assert labels.tolist() == model.predict(table.drop("species")).tolist()


@pytest.mark.parametrize("run", ["customers", "houses", "images"])
def test_every_kind_of_model_is_exported(clearprop, run, request):
    """An ensemble over text, dates and gaps; a line; images of bytes."""
    done = clearprop("export", request.getfixturevalue(run).folder, "--onnx", "m.onnx", "--json")
    assert done.status == 0, done.err
    assert done.json["bytes"] == Path("m.onnx").stat().st_size


def test_the_file_must_be_named(clearprop, flowers):
    done = clearprop("export", flowers.folder)
    assert done.status == 2 and "--onnx" in done.err


def test_the_model_is_not_written_over(clearprop, copied):
    before = (copied / "model.safetensors").read_bytes()
    done = clearprop("export", copied, "--onnx", copied / "model.safetensors")
    assert done.status == 2 and (copied / "model.safetensors").read_bytes() == before
