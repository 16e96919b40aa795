"""A file with a correct hash but hostile content loads and predicts, or is refused in a sentence, and nothing else."""

import json
import random
import resource
import sys
import tracemalloc

import numpy as np
import pytest
from model_files import compact, edited, join, seal, split, tiny_file, untrained

from clearprop import Network, layers, losses, rules
from clearprop.errors import ModelFileError
from clearprop.modelfile import load
from clearprop.modelfile.write import encode
from clearprop.train import Fitted

MEBIBYTE = 2**20


@pytest.fixture(scope="module")
def content():
    return tiny_file()


@pytest.fixture(scope="module", autouse=True)
def no_large_allocation():
    """Neither by Python and NumPy, nor by what is not Python's: JAX has grown before, in the first test's training."""
    tiny_file()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * (1 if sys.platform == "darwin" else 1024)
    assert grown < 400 * MEBIBYTE  # hundreds of small networks were compiled


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.safetensors"


def outcome(path, content):
    """The model, seen to predict, or the sentence."""
    path.write_bytes(content)
    tracemalloc.start()
    try:
        fitted = load(path)
    except ModelFileError as error:
        message = str(error)
        assert message.startswith(f"{path}: ") and message.endswith(".") and len(message) < 1000
        assert message.isprintable()
        return message
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 64 * MEBIBYTE
    prediction = fitted.predict(np.zeros((2, *fitted.input_shape)))
    assert len(prediction) == 2
    return fitted


def refused(path, content, match):
    message = outcome(path, content)
    assert isinstance(message, str), message
    assert match in message


def set_layers(*configs):
    return lambda document: document["network"].update(layers=list(configs))


def before_others(*configs):
    return lambda document: document["network"]["layers"].__setitem__(slice(0, 0), configs)


def after_others(*configs):
    return lambda document: document["network"]["layers"].extend(configs)


def first_layer(**settings):
    return lambda document: document["network"]["layers"][0].update(settings)


def as_images(*configs):
    """Layers on images before the others, whose four inputs are an image of 2 × 2 for them."""
    there, back = ({"layer": "reshape", "shape": shape} for shape in ([2, 2, 1], [4]))
    return before_others(there, *configs, back)


def as_text(old, new):
    """The document as text, with something in it that no dictionary holds."""

    def edit(document):
        text = compact(document)
        assert old in text
        return text.replace(old, new)

    return edit


def nested(depth):
    config = {"layer": "flatten"}
    for _ in range(depth):
        config = {"layer": "sequence", "layers": [config]}
    return config


FLATTEN = {"layer": "flatten"}

DOCUMENTS = {
    "a trillion units": (first_layer(units=10**12), "not float32 of shape (4, 1000000000000)"),
    "as many as 63 bits": (first_layer(units=2**63 - 1), "do"),
    "orthogonal ones": (first_layer(units=2**62, initializer={"initializer": "orthogonal"}), "do"),
    "beyond 64 bits": (first_layer(units=10**30), "beyond 64 bits"),
    "five thousand digits": (as_text('"units":2', f'"units":{"9" * 5000}'), "number out of range"),
    "a number for ever": (as_text('"kept_epoch":2', '"kept_epoch":1e999'), "beyond 64 bits"),
    "NaN": (as_text('"kept_epoch":2', '"kept_epoch":NaN'), "cannot be read"),
    "infinity": (as_text('"momentum":0.9', '"momentum":-Infinity'), "cannot be read"),
    "said twice": (as_text('"kept_epoch":2', '"kept_epoch":2,"kept_epoch":2'), "'kept_epoch' is said twice"),
    "no units": (first_layer(units=0), "1 unit or more"),
    "units in words": (first_layer(units="2"), "'units' of 'dense' cannot be '2'"),
    "a fraction of a unit": (first_layer(units=2.0), "'units' of 'dense' cannot be 2.0"),
    "true units": (first_layer(units=True), "'units' of 'dense' cannot be True"),
    "units of nothing": (first_layer(units=None), "'units' of 'dense' cannot be None"),
    "units that are a layer": (first_layer(units=FLATTEN), "'units' of 'dense' cannot be"),
    "a long value": (first_layer(units="\x1b[2J\n" * 10**5), "'units' of 'dense' cannot be"),
    "another setting": (first_layer(rate=1), "no setting 'rate'"),
    "no setting": (lambda d: d["network"]["layers"][0].pop("units") and None, "'dense' lacks a setting"),
    "10,000 deep": (as_text('"history":[', '"history":[' + "[" * 10_000 + "]" * 10_000 + ","), "recursion limit"),
    "layers 10,000 deep": (
        as_text('"layers":[', '"layers":[' + '{"layer":"sequence","layers":[' * 10_000 + "]}" * 10_000 + ","),
        "recursion limit",
    ),
    "layers 30 deep": (after_others(nested(30)), None),
    "20,000 layers": (set_layers(*[FLATTEN] * 20_000), "more than 16384 parts"),
    "150,000 layers": (set_layers(*[FLATTEN] * 150_000), "lists and objects"),
    "a million layers": (set_layers(*[FLATTEN] * 1_000_000), "It is not a model file"),
    "a million records": (lambda d: d.update(history=[{} for _ in range(10**6)]), "lists and objects"),
    "a million numbers": (as_text('"input_shape":[4]', f'"input_shape":[{"1," * 1_100_000}4]'), "commas"),
    "a long shape": (as_text('"input_shape":[4]', f'"input_shape":[{"1," * 1000}4]'), "at most 31 items"),
    "a large shape": (lambda d: d.update(input_shape=[2**31]), "less than 2147483648"),
    "a negative shape": (lambda d: d.update(input_shape=[-4]), "greater than or equal to 0"),
    "no shape": (lambda d: d.update(input_shape=[]), "rows of one value or more"),
    "rows of 16 GiB": (lambda d: d.update(input_shape=[2**30, 4]), "numbers and"),
    "many axes": (after_others({"layer": "reshape", "shape": [1] * 40 + [3]}), "axes out of one row"),
    "axes that crash the compiler": (after_others({"layer": "reshape", "shape": [1] * 20_000 + [3]}), "20002 axes"),
    "axes on the way": (before_others({"layer": "reshape", "shape": [1] * 20_000 + [4]}, FLATTEN), "do not fit"),
    "a shape that does not fit": (after_others({"layer": "reshape", "shape": [7]}), "cannot be reshaped to"),
    "a layer that raises": (after_others({"layer": "dropout", "rate": 1.5}), "A dropout rate lies from 0"),
    "an import": (after_others({"layer": "os.system"}), "'os.system', which is not one of clearprop's"),
    "a path": (after_others({"layer": "clearprop.layers.dense:Dense", "units": 3}), "not one of clearprop's"),
    "a window for ever": (
        as_images({"layer": "max_pool", "size": 10**9, "padding": "same"}),
        "more than 16,384 pixels",
    ),
    "many windows": (as_images(*[{"layer": "divisive_normalization"}] * 1000), "more than 16,384 pixels"),
    "a window that does not fit": (as_images({"layer": "average_pool", "size": 5}), "does not fit"),
    "padding beyond all bounds": (
        as_images({"layer": "conv2d", "filters": 1, "kernel_size": 1, "padding": 10**9}),
        "(2000000002, 2000000002, 1) cannot be",
    ),
    "filters that are not there": (
        as_images({"layer": "conv2d", "filters": 1, "kernel_size": 1}),
        "Its arrays do not fit",
    ),
    "a padding that is none": (as_images({"layer": "conv2d", "filters": 1, "padding": "full"}), "Padding is 'same'"),
    "a bank of billions": (as_images({"layer": "v1", "simple_cells": 10**9}), "1000000032) cannot be"),
    "no image": (before_others({"layer": "global_average_pool"}), "image has the shape"),
    "a function by name": (after_others({"layer": "lambda", "function": "os.system"}), "'function' of 'lambda'"),
    "an initializer for a function": (
        after_others({"layer": "lambda", "function": {"initializer": "zeros"}}),
        "cannot be used",
    ),
    "an activation for a function": (after_others({"layer": "lambda", "function": {"activation": "relu"}}), None),
    "a base class": (after_others({"layer": "layer"}), "not one of clearprop's"),
    "a loss for a layer": (after_others({"loss": "squared"}), "'layers' of 'network' cannot be"),
    "a number for a layer": (after_others(3), "'layers' of 'network' cannot be"),
    "a layer for a network": (lambda d: d.update(network=FLATTEN), "is something else"),
    "a rule for a loss": (lambda d: d.update(loss={"rule": "backprop"}), "is something else"),
    "a loss with a function": (lambda d: d.update(loss={"loss": "from_value", "value": "eval"}), "not one of"),
    "another rule": (lambda d: d.update(rule={"rule": "feedback_alignment"}), "lacks the array 'memory/3/W'"),
    "another precision": (lambda d: d.update(dtype="float64"), "not float64"),
    "an odd precision": (lambda d: d.update(dtype="object"), "dtype"),
    "a word too many": (lambda d: d.update(pickle="gASV"), "pickle: Extra inputs"),
    "a word missing": (lambda d: d.pop("rule") and None, "rule: Field required"),
    "a list": (lambda d: f'[{{"sha256":"{"0" * 64}"}}]', "Input should be an object"),
    "another version": (
        lambda d: d.update(format=2, clearprop="9.9\x1b[2J"),
        "another version of clearprop, 9.9 [2J, in format 2; this is version",
    ),
    "no version": (lambda d: d.update(format="1"), "format: Input should be 1"),
    "columns of a history that are not equally long": (
        lambda d: d["history"][0]["loss"].append(0.0),
        "not equally long",
    ),
    "a history of blocks without columns": (lambda d: d.update(history=[{}, {"loss": []}]), None),
    "no members": (lambda d: d.update(members=0), "members: Input should be greater than or equal to 1"),
    "members without end": (lambda d: d.update(members=2**40), "members: Input should be less than or equal to 4096"),
    "members in words": (lambda d: d.update(members="2"), "members: Input should be a valid integer"),
    "true members": (lambda d: d.update(members=True), "members: Input should be a valid integer"),
    "members that it has no arrays of": (lambda d: d.update(members=2), "is not float32 of shape (2, 4, 2)"),
    "members unsaid": (lambda d: d.pop("members") and None, "members: Field required"),
    "a table of two classes": (
        lambda d: d.update(table={"task": "classification", "classes": ["a", "b"]}),
        "3 outputs for 2 classes",
    ),
    "a table of three": (lambda d: d.update(table={"task": "classification", "classes": ["a", "b", "c"]}), None),
    "a table of none": (lambda d: d.update(table={"task": "classification"}), "two classes or more"),
    "an odd table": (lambda d: d.update(table={"task": "regression", "target_scale": [0.0]}), "scale above 0"),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents(name, content, path):
    edit, match = DOCUMENTS[name]
    if match is None:
        assert isinstance(outcome(path, edited(content, edit)), Fitted)
    else:
        refused(path, edited(content, edit), match)


def entry(**changes):
    return lambda entries: entries["params/0/W"].update(changes)


def moved(entries):
    """Two arrays in the same place."""
    entries["params/1/beta"]["data_offsets"] = entries["params/1/gamma"]["data_offsets"]


ENTRIES = {
    "another dtype": (entry(dtype="F64"), "'params/0/W' is not float32 of shape (4, 2)"),
    "an unknown dtype": (entry(dtype="PICKLE"), "is not float32"),
    "another shape": (entry(shape=[2, 4]), "is not float32"),
    "a shape of another size": (entry(shape=[10**9, 10**9]), "is not float32"),
    "an enormous shape": (entry(shape=[1] * 10**5), "is not float32"),
    "a negative offset": (entry(data_offsets=[-32, 0]), "is not float32"),
    "an offset beyond the file": (entry(data_offsets=[2**40, 2**40 + 32]), "is not float32"),
    "a word too many": (entry(more=1), "is not float32"),
    "no entry": (lambda e: e.update({"params/0/W": None}), "is not float32"),
    "one place for two": (moved, "is not float32"),
    "missing": (lambda e: e.pop("params/0/W") and None, "is not float32"),
    "all missing": (lambda e: e.clear(), "lacks the array 'params/0/W'"),
    "one too many": (lambda e: e.update({"params/9/W": e["params/0/W"]}), "'params/9/W' too many"),
    "a name of a path": (lambda e: e.update({"../../etc\x1b": e["params/0/W"]}), r"'../../etc\x1b' too many"),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_entries(name, content, path):
    edit, match = ENTRIES[name]
    entries, document, arrays = split(content)
    edit(entries)
    refused(path, join(entries, document, arrays), match)


@pytest.mark.parametrize(
    ("header", "match"),
    [
        ("{}", "It is not a model file"),
        ('{"__metadata__":{"clearprop":DOCUMENT},"a":1,"a":2}', "'a' is said twice"),
        ('{"__metadata__":{"clearprop":DOCUMENT,"other":""}}', "metadata are not clearprop's"),
        ('{"__metadata__":[DOCUMENT]}', "metadata are not clearprop's"),
        ("[DOCUMENT]", "header cannot be read"),
        ('{"__metadata__":{"clearprop":DOCUMENT},"a":' + "[" * 10_000 + "]" * 10_000 + "}", "recursion limit"),
        ('{"__metadata__":{"clearprop":DOCUMENT},"a":NaN}', "header cannot be read"),
        ('{"__metadata__":{"clearprop":DOCUMENT}', "header cannot be read"),
        ('{"__metadata__":{"clearprop":DOCUMENT}}~', "header cannot be read"),
    ],
)
def test_headers(header, match, content, path):
    _, document, arrays = split(content)
    text = header.replace("DOCUMENT", json.dumps(compact(document)))
    refused(path, seal(join(text, None, arrays).replace(b"~", b"\xff")), match)


def test_arrays_too_long_or_too_short(content, path):
    entries, document, arrays = split(content)
    refused(path, join(entries, document, arrays[:-1]), "bytes and should take")
    refused(path, join(entries, document, arrays + b"\0"), "bytes and should take")
    refused(path, join(entries, document, b""), "bytes and should take")


def test_a_row_that_grows_on_its_way(path):
    """Four embeddings: 16 kB of file, 4·10¹² numbers of a row of four."""
    fitted = untrained(layers.Embedding(1, 1000), layers.Flatten())
    _entries, document, _arrays = split(encode(fitted))
    document["network"]["layers"] = document["network"]["layers"][:1] * 4
    entries = {
        f"params/{i}/E": {"dtype": "F32", "shape": [1, 1000], "data_offsets": [4000 * i, 4000 * i + 4000]}
        for i in range(4)
    }
    refused(path, join(entries, document, b"\0" * 16000), "numbers and")


def test_deep_in_the_stack(content, path):
    """Where the stack is nearly used up, it is the file's fault and said so."""
    path.write_bytes(edited(content, after_others(nested(90))))

    def down(levels):
        return load(path) if levels == 0 else down(levels - 1)

    with pytest.raises(ModelFileError, match="nested too deeply"):
        down(sys.getrecursionlimit() - 550)


VALUES = [
    *(None, True, False, 0, 1, -1, 2, 3, 7, 2**31, 2**63 - 1, -(2**63), 10**40, 0.5, 1.0, -0.0, 1e-320, 1e308),
    *("", "relu", "dense", "float64", "\x1b[2J", "\0", "é", "9" * 300, [], {}, [[]], [1, 2], {"layer": "flatten"}),
    *({"activation": "softmax"}, {"loss": "squared"}, {"rule": "backprop"}, {"initializer": "orthogonal"}, [None] * 50),
    *({"layer": "dense", "units": 3}, {"layer": "batch_norm"}, {"layer": "residual", "body": {"layer": "layer_norm"}}),
]


def places(value, found=None):
    """Every (container, key) in a JSON value."""
    found = [] if found is None else found
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        found.append((value, key))
        places(value[key], found)
    return found


def edit_somewhere(draw, value):
    """One thing in a JSON value changed: replaced, left out, doubled, renamed, exchanged with another, or nudged."""
    container, key = draw.choice(places(value))
    kind = draw.choice(["replace", "replace", "nudge", "drop", "double", "rename", "exchange"])
    if kind == "drop":
        del container[key]
    elif kind == "double" and isinstance(container, list):
        container.insert(key, container[key])
    elif kind == "rename" and isinstance(container, dict):
        container[draw.choice(["layer", "activation", "units", "x", *container])] = container.pop(key)
    elif kind == "exchange":
        other, place = draw.choice(places(value))
        container[key], other[place] = json.loads(json.dumps([other[place], container[key]]))
    elif kind == "nudge" and isinstance(container[key], (int, float)):
        container[key] += draw.choice([-1, 1, 0.5])
    else:
        container[key] = draw.choice(VALUES)


def edit_text(draw, text):
    """One place in a JSON text changed, so that it is often JSON no more."""
    at, length = draw.randrange(len(text)), draw.choice([0, 1, 1, 5])
    return (
        text[:at]
        + draw.choice(["", "0", "1", "-", '"', ",", ":", "[", "]", "{", "}", "\\", "e9", "NaN"])
        + text[at + length :]
    )


def edit_document(draw, content):
    """One thing in the document, or two."""
    entries, document, arrays = split(content)
    for _ in range(draw.choice([1, 1, 2])):
        edit_somewhere(draw, document)
    return join(entries, document, arrays)


def edit_entries(draw, content):
    """One thing in what the header says of the arrays."""
    entries, document, arrays = split(content)
    edit_somewhere(draw, entries)
    return join(entries, document, arrays)


def edit_document_text(draw, content):
    """One place in the document's text."""
    entries, document, arrays = split(content)
    return join(entries, edit_text(draw, compact(document)), arrays)


def edit_header_text(draw, content):
    """One place in the header's text."""
    entries, document, arrays = split(content)
    return join(edit_text(draw, compact({"__metadata__": {"clearprop": compact(document)}, **entries})), None, arrays)


@pytest.mark.parametrize(
    ("edit", "n", "few", "many"),
    [
        (edit_document, 300, 15, 140),
        (edit_entries, 100, 0, 20),
        (edit_document_text, 150, 3, 50),
        (edit_header_text, 150, 0, 50),
    ],
)
def test_random_edits_of_the_json(edit, n, few, many, content, path):
    """Each with a correct hash. `few` and `many`: how many should still load, or the edits test nothing."""
    draw = random.Random(0)
    outcomes = [outcome(path, edit(draw, content)) for _ in range(n)]
    assert few <= sum(isinstance(found, Fitted) for found in outcomes) <= many


def test_members_that_grow_a_row_on_its_way(path):
    """4,096 networks without arrays of their own: the file is as small as one's, what they make of a row is not."""
    fitted = Fitted(Network([layers.Flatten()]), ({},), ({},), losses.Squared(), rules.Backprop(), (2**20,))
    content = encode(fitted)
    refused(path, edited(content, lambda d: d.update(members=4096)), "numbers and")
    assert isinstance(outcome(path, edited(content, lambda d: d.update(members=2))), Fitted)
