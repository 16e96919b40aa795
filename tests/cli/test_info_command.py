"""`clearprop info`."""

import json


def test_layers_shapes_and_counts(clearprop, flowers):
    found = clearprop("info", flowers.folder, "--json").json
    assert found["network"] == [
        {"layer": "0 standardize", "output_shape": [3], "parameters": 0},
        {"layer": "1 dense", "output_shape": [8], "parameters": 32},
        {"layer": "2 activation relu", "output_shape": [8], "parameters": 0},
        {"layer": "3 dense", "output_shape": [3], "parameters": 27},
    ]
    assert found["parameters"] == 59
    assert found["columns"] == ["petal", "sepal", "noise"] and found["classes"] == ["aster", "rose", "tulip"]
    assert (found["loss"], found["rule"], found["epochs"]) == ("softmax_cross_entropy", "backprop", 40)
    assert found["report"] == json.loads((flowers.folder / "report.json").read_text())


def test_what_a_person_reads(clearprop, flowers, houses):
    text = clearprop("info", flowers.folder).out
    assert "tells 3 classes of 'species' apart by 3 inputs: aster, rose, tulip" in text
    assert f"Trained on 72 rows of {flowers.data}, with 18 held out." in text
    assert "optimizer adam" in text and "learning_rate 0.01" in text
    assert "Trained for 40 epochs (finished); these are the weights of epoch" in text
    assert "accuracy" in text and "baseline" in text
    assert "predicts the number 'price' from 2 inputs" in clearprop("info", houses.folder).out


def test_a_model_file_alone_says_less(clearprop, copied):
    (copied / "report.json").unlink()
    text = clearprop("info", copied / "model.safetensors").out
    assert "Trained by backprop on softmax_cross_entropy." in text
    assert "Its last epoch: loss " in text
    (copied / "model.safetensors").rename(copied / "other.safetensors")
    assert clearprop("info", copied / "other.safetensors", "--json").json["report"] is None
