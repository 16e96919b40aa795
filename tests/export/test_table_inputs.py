"""A graph that takes a table's columns as they are, beside `Preparation.apply` and `Fitted.predict`."""

from datetime import date, datetime, timedelta

import jax
import numpy as np
import onnx
import onnxruntime
import polars
import pytest

import gradients
from clearprop import Network, layers, losses, rules
from clearprop.data import Preparation, Table
from clearprop.errors import ClearpropError
from clearprop.export import feeds, to_onnx
from clearprop.train import Fitted

RANDOM = np.random.default_rng(0)
N = 60
FRAME = polars.DataFrame(
    {
        "age": [None if i % 7 == 0 else float(x) for i, x in enumerate(RANDOM.normal(40, 10, N))],
        "time stamp": (1_700_000_000 + RANDOM.integers(0, 1000, N)).tolist(),
        "city": [["Lyon", "Kyiv", "Öslo ☃"][i % 3] if i % 11 else None for i in range(N)],
        "street": [f"street {i % 12}" if i % 13 else None for i in range(N)],
        "member": [bool(i % 2) if i % 9 else None for i in range(N)],
        "seen": [datetime(1950, 1, 1) + timedelta(seconds=int(x)) for x in RANDOM.integers(0, 3 * 10**9, N)],
        "zip": (10_000 + RANDOM.integers(0, 12, N)).tolist(),
        "flag": [bool(i % 2) for i in range(N)],
    }
)
PREPARATION = Preparation.learn(FRAME, kinds={"zip": "category", "flag": "category", "seen": "date"})


def passing_on(width, dtype="float64"):
    """A network that passes its inputs on: what comes out of the graph is what was prepared."""
    return Fitted(Network([]), (), (), losses.get("squared"), rules.get("backprop"), (width,), dtype=dtype)


def run(content, inputs):
    """What onnxruntime says."""
    session = onnxruntime.InferenceSession(content)
    return dict(zip([o.name for o in session.get_outputs()], session.run(None, inputs), strict=True))


@pytest.fixture(scope="module")
def prepares():
    """A graph that prepares, and does nothing else."""
    return to_onnx(passing_on(PREPARATION.width), preparation=PREPARATION)


def test_the_graph_prepares_as_the_preparation_does(prepares):
    """Every kind of column, with values missing, to twelve digits."""
    found = run(prepares, feeds(PREPARATION, FRAME))["output"]
    np.testing.assert_allclose(found, PREPARATION.apply(FRAME), rtol=1e-11, atol=1e-11)


def test_what_was_never_seen_in_training_is_prepared_alike(prepares):
    """Labels and values never seen, and a gap in every column."""
    rows = {
        "age": [None, 1e9, -3.0],
        "time stamp": [None, 0, 1_700_000_001],
        "city": [None, "Rome", "Kyiv"],
        "street": [None, "street 999", "street 3"],
        "member": [None, True, False],
        "seen": [None, datetime(2100, 2, 28, 23, 59, 59, 999_999), datetime(1900, 3, 1)],
        "zip": [None, 1, 10_003],
        "flag": [None, True, False],
    }
    frame = polars.DataFrame(rows, strict=False)
    found = run(prepares, feeds(PREPARATION, frame))["output"]
    np.testing.assert_allclose(found, PREPARATION.apply(frame), rtol=1e-11, atol=1e-11)


def test_every_day_of_the_calendar_is_right():
    """Year, month, day and weekday of each day from 1890 to 2110, leap years and their exceptions (1900) among them."""
    days = polars.date_range(date(1890, 1, 1), date(2110, 12, 31), "1d", eager=True).alias("day")
    preparation = Preparation.learn(polars.DataFrame({"day": days}))
    content = to_onnx(passing_on(preparation.width), preparation=preparation)
    numbers = days.to_numpy().astype("datetime64[us]").astype(np.int64)[:, None]
    np.testing.assert_allclose(
        run(content, {"day": numbers})["output"], preparation.apply(days.to_frame()), rtol=1e-11, atol=1e-11
    )


def test_words_for_missing_are_missing(prepares):
    """As clearprop reads text: an empty cell, NA, n/a, None."""
    words = ["", "NA", "n/a", "None", "nan", "?"]
    frame = polars.concat([FRAME[:1]] * len(words)).with_columns(polars.Series("city", words))
    given = feeds(PREPARATION, frame) | {"city": np.array(words, object)[:, None]}
    np.testing.assert_allclose(run(prepares, given)["output"], PREPARATION.apply(frame), atol=1e-11)


@pytest.mark.parametrize("scaling", ["robust", "standard"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_whole_model_of_a_table(scaling, dtype):
    """Embeddings, scales and a classifier's outputs, from raw columns to labels."""
    preparation = Preparation.learn(FRAME, kinds={"zip": "category", "seen": "date"}, scaling=scaling)
    embeddings = [(1, layers.Embedding(codes, 2)) for codes in preparation.embedded]
    parts = [(preparation.numbers, layers.Scale()), (preparation.indicators, []), *embeddings]
    network = Network([layers.Columns(parts), layers.Dense(1)])
    shape = (preparation.width,)
    params, state = jax.tree.map(lambda a: np.asarray(a, dtype), gradients.start(network, shape))
    loss = losses.get("sigmoid_cross_entropy")
    fitted = Fitted(network, params, state, loss, rules.get("backprop"), shape, dtype=dtype)
    columns = tuple(FRAME.columns)
    table = Table(
        task="classification", classes=("no", "yes"), columns=columns, n_columns=len(columns), preparation=preparation
    )
    content = to_onnx(fitted.replace(table=table), rows=FRAME)
    found = run(content, feeds(preparation, FRAME))
    p = fitted.predict(preparation.apply(FRAME))
    np.testing.assert_allclose(found["probabilities"], np.hstack([1 - p, p]), atol=1e-5)
    assert (found["label"] == np.where(p[:, 0] > 0.5, "yes", "no")).all()


def test_inputs_have_the_columns_names_and_say_what_they_take(prepares):
    """The doc_string of the graph, and of each input."""
    model = onnx.load_from_string(prepares)
    assert [i.name for i in model.graph.input] == FRAME.columns
    assert "seen: 'seen', microseconds since 1970-01-01 UTC" in model.doc_string
    assert "text without space around it" in model.graph.input[2].doc_string


def test_hostile_names_and_labels():
    """Empty, an output's, another's stand-in, quotes, control characters; labels alike."""
    names = ["", "label", "column 1", "output", "a/b", "x'\"\\\n\t", "ЖЖ ☃ 🙂", "preparation/Concat", "\0"]
    labels = ["", "it's", 'a "b"', "\\", "Ж☃🙂", "a\nb", "c\td", "0", "x\0y"]
    frame = polars.DataFrame(dict.fromkeys(names, labels * 3))
    preparation = Preparation.learn(frame, kinds=dict.fromkeys(names, "category"))
    content = to_onnx(passing_on(preparation.width), preparation=preparation)
    found = [i.name for i in onnx.load_from_string(content).graph.input]
    assert found[1:8] == ["column 2", "column 1", "column 4", *names[4:8]]
    assert found[0] == "column 1."
    given = dict(zip(found, feeds(preparation, frame).values(), strict=True))
    np.testing.assert_array_equal(run(content, given)["output"], preparation.apply(frame))


def test_an_arrays_numbers_are_one_input():
    """Columns without names: X (rows, columns), with NaN where one is missing, and constant columns left aside."""
    X = RANDOM.normal(size=(30, 4)) * [1, 100, 0, 1e-3]
    X[3, 0] = np.nan
    preparation = Preparation.learn(X)
    table = Table(task="regression", n_columns=4, preparation=preparation)
    network = Network([layers.Dense(1)])
    params, state = gradients.start(network, (preparation.width,))
    shape = (preparation.width,)
    fitted = Fitted(network, params, state, losses.get("squared"), rules.get("backprop"), shape, dtype="float64")
    found = run(to_onnx(fitted.replace(table=table)), {"X": X})["prediction"]
    np.testing.assert_allclose(found, fitted.predict(preparation.apply(X))[:, 0], rtol=1e-9)


def test_a_preparation_of_another_network_is_refused():
    """Its width is not the network's."""
    with pytest.raises(ClearpropError, match="The preparation makes rows of"):
        to_onnx(passing_on(3), preparation=PREPARATION)


def test_a_wrong_column_is_refused(monkeypatch):
    """The check covers the preparation: a date whose weekday is off by one."""
    true = Preparation.learn(FRAME.select("seen"))
    monkeypatch.setattr("clearprop.export.calendar._rest", lambda graph, x, value: x)
    with pytest.raises(ClearpropError, match="nothing was written"):
        to_onnx(passing_on(true.width), preparation=true)
