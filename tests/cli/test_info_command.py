"""`clearprop info`."""

import json


def test_layers_shapes_and_counts(clearprop, flowers):
    found = clearprop("info", flowers.folder, "--json").json
    dense = [layer for layer in found["network"] if layer["layer"].endswith(" dense")]
    assert [(layer["output_shape"], layer["parameters"]) for layer in dense] == [([8], 32), ([3], 27)]
    assert found["parameters"] == sum(layer["parameters"] for layer in found["network"])
    assert found["network"] == found["report"]["network"]
    assert found["columns"] == [
        {"name": name, "kind": "number", "because": "numbers"} for name in ("petal", "sepal", "noise")
    ]
    assert found["classes"] == ["aster", "rose", "tulip"] and found["networks"] == 1
    assert (found["loss"], found["rule"], found["epochs"]) == ("softmax_cross_entropy", "backprop", 40)
    assert found["report"] == json.loads((flowers.folder / "report.json").read_text())


def test_what_a_person_reads(clearprop, flowers, houses):
    text = clearprop("info", flowers.folder).out
    assert "tells 3 classes of 'species' apart by 3 inputs: aster, rose, tulip" in text
    assert f"Trained on 72 rows of {flowers.data}, with 18 held out." in text
    assert "optimizer adam" in text and "learning_rate 0.01" in text
    assert "Trained for 40 epochs (finished); these are the weights of epoch" in text
    assert "number 3 petal, sepal, noise because all its values are numbers" in " ".join(text.split())
    assert "accuracy" in text and "majority class" in text
    assert "predicts the number 'price' from 2 inputs" in clearprop("info", houses.folder).out


def test_a_model_file_alone_says_less(clearprop, copied):
    (copied / "report.json").unlink()
    text = clearprop("info", copied / "model.safetensors").out
    assert "Trained by backprop on softmax_cross_entropy: " in text
    assert "Its last epoch: loss " in text
    (copied / "model.safetensors").rename(copied / "other.safetensors")
    assert clearprop("info", copied / "other.safetensors", "--json").json["report"] is None


def test_the_preparation_and_the_ensemble(clearprop, customers):
    """The kinds of a table as it comes, and why, out of the model file itself."""
    found = clearprop("info", customers.folder / "model.safetensors", "--json").json
    kinds = {column["name"]: (column["kind"], column["because"]) for column in found["columns"]}
    assert kinds == {
        "plan": ("category", "text"),
        "spend": ("number", "numbers"),
        "since": ("date", "dates"),
        "newsletter": ("boolean", "truth values"),
        "region": ("left out", "constant"),
        "town": ("category", "text"),
    }
    assert found["networks"] == 2
    text = " ".join(clearprop("info", customers.folder).out.split())
    assert "left out 1 region because it is the same in every row" in text
    assert "An ensemble of 2 such networks" in text
