"""Columns as they come: text, dates, truth values, gaps, sparse."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline

from clearprop.errors import DataError
from clearprop.estimators import DeepClassifier, DeepRegressor

SMALL = {
    "hidden_layer_sizes": (16,),
    "dropout": 0.0,
    "learning_rate": 0.03,
    "epochs": 60,
    "batch_size": 64,
    "random_state": 0,
}
CITIES = ["Kyiv", "Lyon", "Pune", "Quito"]


def customers(n=240, seed=0):
    """A table whose target follows from its city, its plan and its age, each needed."""
    draw = np.random.default_rng(seed)
    city = draw.choice(CITIES, n)
    street = draw.choice([f"street {i}" for i in range(20)], n)
    member = draw.random(n) < 0.5
    age = draw.normal(40, 10, n)
    joined = [date(2020, 1, 1) + timedelta(days=int(d)) for d in draw.integers(0, 1500, n)]
    value = (city == "Kyiv") * 2.0 + member * 1.5 + (age - 40) / 10
    age[draw.random(n) < 0.1] = np.nan
    table = {"city": city, "street": street, "member": member, "age": age, "joined": joined}
    return table, value


def as_polars(table):
    return pl.DataFrame(table, nan_to_null=True)


@pytest.mark.parametrize("frame", [pd.DataFrame, as_polars], ids=["pandas", "polars"])
def test_a_table_of_all_kinds_is_learnt(frame):
    table, value = customers()
    X, y = frame(table), np.where(value > 1.5, "stays", "leaves")
    net = DeepClassifier(**SMALL).fit(X, y)
    assert {name: str(kind.kind) for name, kind in net.kinds_.items()} == {
        "city": "category",
        "street": "category",
        "member": "boolean",
        "age": "number",
        "joined": "date",
    }
    new, value = customers(seed=1)
    assert net.score(frame(new), np.where(value > 1.5, "stays", "leaves")) > 0.85
    assert net.predict_proba(frame(new)).sum(1) == pytest.approx(1)


def test_pandas_and_polars_give_the_same():
    table, value = customers()
    one, two = (DeepRegressor(**SMALL).fit(frame(table), value) for frame in (pd.DataFrame, as_polars))
    np.testing.assert_array_equal(one.predict(pd.DataFrame(table)), two.predict(as_polars(table)))


def test_what_was_never_seen_is_accepted():
    table, value = customers()
    net = DeepRegressor(**SMALL).fit(as_polars(table), value)
    new = as_polars({**table, "city": ["Nowhere"] * 240, "street": [None] * 240, "age": [None] * 240})
    assert np.isfinite(net.predict(new)).all()


def test_a_category_of_many_values_is_embedded():
    """20 streets: a learnt point for each, whose place follows the street's own mean."""
    draw = np.random.default_rng(0)
    street = draw.integers(0, 20, 600)
    effect = draw.normal(size=20)
    X = pl.DataFrame({"street": [f"s{i}" for i in street], "noise": draw.normal(size=600)})
    net = DeepRegressor(**{**SMALL, "epochs": 200}).fit(X, effect[street])
    embedding = net.fitted_.network.layers[0]
    assert "Embedding" in repr(embedding)
    assert net.score(X, effect[street]) > 0.95


def test_text_where_a_number_was_is_named():
    net = DeepRegressor(**SMALL).fit(pl.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "b": ["x", "y", "x", "y"]}), [1, 2, 3, 4])
    with pytest.raises(DataError, match=r"'a'.*'two' in row 2"):
        net.predict(pl.DataFrame({"a": ["1", "two"], "b": ["x", "x"]}))


def test_a_kind_can_be_set():
    X = pl.DataFrame({"zip": [10, 20, 30, 40] * 10, "x": range(40)})
    net = DeepRegressor(**SMALL, kinds={"zip": "category"}).fit(X, [0.0, 5.0, -3.0, 1.0] * 10)
    assert net.kinds_["zip"].kind == "category"
    assert net.prepare(X).shape[1] == 5
    with pytest.raises(ValueError, match=r"'zipp'.*'zip'"):
        DeepRegressor(**SMALL, kinds={"zipp": "category"}).fit(X, range(40))


def test_gaps_in_an_array_are_learnt_from():
    """A number that is missing says something of its own: here, all there is."""
    draw = np.random.default_rng(0)
    X = draw.normal(size=(200, 2))
    y = draw.random(200) < 0.5
    X[y, 0] = np.nan
    assert DeepClassifier(**SMALL).fit(X, y).score(X, y) == 1


@pytest.mark.parametrize("kind", [scipy.sparse.csr_array, scipy.sparse.coo_matrix, scipy.sparse.csc_array])
def test_sparse_is_the_same_as_dense(kind):
    draw = np.random.default_rng(0)
    X = draw.normal(size=(60, 8)) * (draw.random((60, 8)) < 0.3)
    y = X.sum(1)
    one, two = DeepRegressor(**SMALL).fit(kind(X), y), DeepRegressor(**SMALL).fit(X, y)
    np.testing.assert_array_equal(one.predict(kind(X)), two.predict(X))


def test_lists_with_text():
    X = [["a", 1], ["b", 2], ["a", 3], ["b", 4]] * 10
    y = [0, 5, 0, 5] * 10
    assert DeepRegressor(**SMALL).fit(X, y).score(X, y) > 0.9


def test_infinity_is_refused_and_named():
    with pytest.raises(ValueError, match="infinity"):
        DeepRegressor(**SMALL).fit([[1.0], [np.inf], [2.0]], [1, 2, 3])
    with pytest.raises(ValueError, match=r"'a'.*inf in row 3"):
        DeepRegressor(**SMALL).fit(pl.DataFrame({"a": [1.0, 2.0, float("inf")], "b": ["x", "y", "x"]}), [1, 2, 3])


def test_other_columns_than_at_first_are_refused():
    table, value = customers()
    X = pd.DataFrame(table)
    net = DeepRegressor(**SMALL).fit(X, value)
    with pytest.raises(ValueError, match="city"):
        net.predict(X.drop(columns="city"))


@pytest.mark.parametrize("frame", [pd.DataFrame, as_polars], ids=["pandas", "polars"])
def test_searches_and_cross_validation_over_raw_columns(frame):
    table, value = customers()
    X, y = frame(table), value > 1.5
    assert cross_val_score(DeepClassifier(**SMALL), X, y, cv=3).mean() > 0.8
    search = GridSearchCV(DeepClassifier(**SMALL), {"learning_rate": [1e-7, 0.03]}, cv=2).fit(X, y)
    assert search.best_params_ == {"learning_rate": 0.03}


@pytest.mark.parametrize("output", ["pandas", "polars"])
def test_it_follows_transformers_that_give_frames(output):
    """set_output: what a transformer before it gives keeps its columns' names."""
    table, value = customers()
    X = pd.DataFrame(table) if output == "pandas" else as_polars(table)
    before = make_column_transformer(
        (SimpleImputer(), ["age"]), remainder="passthrough", verbose_feature_names_out=False
    ).set_output(transform=output)
    model = make_pipeline(before, DeepRegressor(**SMALL)).fit(X, value)
    assert set(model[-1].feature_names_in_) == set(table)
    assert model.score(X, value) > 0.7


def test_images_go_in_as_they_are():
    draw = np.random.default_rng(0)
    y = np.arange(80) % 2
    images = (draw.integers(0, 100, (80, 6, 6)) + 100 * y[:, None, None]).astype(np.uint8)
    net = DeepClassifier(**SMALL).fit(images, y)
    assert net.score(images, y) == 1
    assert net.fitted_.input_shape == (6, 6)
