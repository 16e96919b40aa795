"""`clearprop explain-columns`."""

from pathlib import Path

import numpy as np
import pandas
import polars
import pytest
from sklearn.inspection import permutation_importance
from sklearn.metrics import root_mean_squared_error

import clearprop as package


def test_the_most_important_column_comes_first(clearprop, houses):
    """A price is 3000 · size − 1000 · age, sizes having twice the spread: shuffled, size costs six times as much."""
    found = clearprop("explain-columns", houses.folder, houses.data, "--json").json
    assert [column["name"] for column in found["columns"]] == ["size", "age"]
    assert (found["score"], found["rows"], found["repeats"]) == ("rmse", 120, 10)
    for column in found["columns"]:
        assert column["low"] < column["mean"] < column["high"]
    assert found["columns"][0]["mean"] > 4 * found["columns"][1]["mean"] > 0


def test_the_rise_is_what_scikit_learn_finds(clearprop, houses):
    """Its `permutation_importance` of −RMSE, another seed: within three standard errors."""
    found = clearprop("explain-columns", houses.folder, houses.data, "--repeats", 30, "--json").json["columns"]
    model, table = package.load(houses.folder / "model.safetensors"), polars.read_csv(houses.data)
    X = pandas.DataFrame({name: table[name].to_numpy() for name in ("size", "age")})
    y = table["price"].to_numpy()

    def minus_rmse(model, X, y):
        return -root_mean_squared_error(y, model.predict(X))

    theirs = permutation_importance(model, X, y, scoring=minus_rmse, n_repeats=30, random_state=1)
    for place, column in enumerate(found):
        error = np.hypot(column["deviation"], theirs.importances_std[place]) / np.sqrt(30)
        assert column["mean"] == pytest.approx(theirs.importances_mean[place], abs=3 * error)


def test_what_a_person_reads(clearprop, customers):
    """A line a column that the model uses, the longest bar first; rows that were learnt from are told."""
    done = clearprop("explain-columns", customers.folder, customers.data, "--repeats", 2, "--output", "c.png")
    lines = done.out.splitlines()
    bars = [line.count("█") for line in lines if "[" in line and "]" in line]
    assert len(bars) == 5 and bars == sorted(bars, reverse=True) and bars[0] == 24
    assert "By how much the log-loss rises (160 rows of " in lines[0]
    assert next(line for line in lines if "[" in line).startswith("plan ")
    assert "region" not in done.out and "Drawn in c.png." in lines
    assert "learnt by heart" in lines[-1]
    assert Path("c.png").read_bytes().startswith(b"\x89PNG")


def test_images_have_no_columns(clearprop, images):
    done = clearprop("explain-columns", images.folder, images.data)
    assert done.status == 2 and "takes images, which have no columns" in done.err


def test_the_model_is_not_drawn_over(clearprop, copied, flowers):
    model = copied / "model.safetensors"
    before = model.read_bytes()
    done = clearprop("explain-columns", copied, flowers.data, "--output", model)
    assert done.status == 2 and "is what is being read" in done.err and model.read_bytes() == before
