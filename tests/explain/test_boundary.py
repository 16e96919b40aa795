"""Decision regions: a linear classifier's border is the line w·x + b = 0; principal components are NumPy's."""

import json
from types import SimpleNamespace

import jax
import numpy as np
import polars
import pytest

from clearprop import Network, losses, rules, train
from clearprop.data.preparation import Preparation
from clearprop.data.table import Table
from clearprop.errors import ClearpropError, DataError
from clearprop.estimators import DeepClassifier, DeepRegressor
from clearprop.explain import DescentPath, boundary_picture
from clearprop.explain.answers import answers
from clearprop.explain.besides import not_on_a_path
from clearprop.explain.boundary import ROWS, boundary
from clearprop.explain.boundary_columns import _chosen, boundary_of_columns
from clearprop.explain.planes import plane_of_inputs, principal_plane
from clearprop.i18n import speaking
from clearprop.layers import BatchNorm, Dense

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(120, 3)) @ [[2.0, 0.3, 0.0], [0.0, 1.0, 0.5], [0.0, 0.0, 0.4]] + [5.0, 0.0, -3.0]
W, B = np.array([1.5, -2.0, 0.5]), -5.0
LABELS = (X @ W + B > 0).astype(int)


def linear(W, b, loss, **changes):
    """A trained network of one layer with these weights."""
    W = np.asarray(W, np.float32)
    network = Network([Dense(W.shape[1])])
    params = ({"W": W, "b": np.asarray(b, np.float32)},)
    return train.Fitted(network, params, ({},), losses.get(loss), rules.get("backprop"), (len(W),), **changes)


def binary(scale=1.0):
    return linear(scale * W[:, None], [scale * B], "sigmoid_cross_entropy", kept_epoch=7)


def descent(scales, fitted):
    """A path along which all weights are so many times the trained ones."""
    params = ({name: np.stack([s * array for s in scales]) for name, array in fitted.params[0].items()},)
    return DescentPath(np.arange(len(scales)) * 10, params)


def test_a_linear_classifiers_border_is_a_line():
    """Two inputs vary, the third stays: the class is that of w·x + b, and how sure σ(|w·x + b|)."""
    found = boundary(binary(), X, LABELS, inputs=(0, 2), at=[0.0, 0.25, 0.0], points=31)
    a, b = np.meshgrid(found.across, found.up)
    z = 1.5 * a - 2 * 0.25 + 0.5 * b - 5
    frame = found.frames[0]
    assert (frame.predicted == (z > 0)).all()
    np.testing.assert_allclose(frame.sure, 1 / (1 + np.exp(-np.abs(z))), rtol=1e-4)
    assert found.across[[0, -1]] == pytest.approx(
        [X[:, 0].min() - 0.05 * np.ptp(X[:, 0]), X[:, 0].max() + 0.05 * np.ptp(X[:, 0])]
    )
    assert (found.kind, found.names, frame.epoch, frame.score) == ("inputs", ("0", "2"), 7, 1.0)


def test_by_default_the_other_inputs_stay_at_their_means():
    plane = plane_of_inputs(X, (0, 2), None, 5, ("0", "2"))
    np.testing.assert_allclose(plane.grid()[:, 1], X[:, 1].mean())
    assert plane.away == pytest.approx(np.abs(X[:, 1] - X[:, 1].mean()) / X[:, 1].std() / np.sqrt(3))


def test_principal_components_are_those_of_the_correlation_matrix():
    """Eigenvectors and shares by NumPy; a row on the plane comes back to its place, and the mean lies in its middle."""
    values, vectors = np.linalg.eigh(np.corrcoef(X.T))
    plane = principal_plane(X, 11)
    assert plane.explained == pytest.approx(values[[2, 1]] / 3)
    Z = (X - X.mean(0)) / X.std(0)
    for axis, column in enumerate((2, 1)):
        assert np.abs(plane.places[:, axis]) == pytest.approx(np.abs(Z @ vectors[:, column]))
    assert plane.away == pytest.approx(np.abs(Z @ vectors[:, 0]) / np.sqrt(3))
    np.testing.assert_allclose(plane.rows(np.zeros(1), np.zeros(1))[0], X.mean(0))
    np.testing.assert_allclose(principal_plane(plane.rows(*plane.places.T), 11).away, 0, atol=1e-9)
    flat = principal_plane(X[:, :2], 11)
    np.testing.assert_allclose(flat.rows(*flat.places.T), X[:, :2])


def test_agreement_is_the_share_of_rows_that_keep_their_class_on_the_plane():
    found = boundary(binary(), X, LABELS, inputs=(0, 2), at=[0.0, 0.25, 0.0], points=5)
    moved = X.copy()
    moved[:, 1] = 0.25
    assert found.agreement == np.mean((moved @ W + B > 0) == (X @ W + B > 0)) < 1
    numbers = linear(W[:, None], [B], "squared")
    y = X @ W + B
    found = boundary(numbers, X, y, inputs=(0, 2), at=[0.0, 0.25, 0.0], points=5)
    assert found.agreement == np.mean(np.abs(moved @ W - X @ W) <= 0.1 * np.ptp(y)) < 1
    assert found.frames[0].score == pytest.approx(1)
    assert found.frames[0].sure is None


def test_of_several_classes_the_likeliest():
    """Softmax of three linear scores: argmax, its probability, and the areas sum to 1."""
    weights = RANDOM.normal(size=(3, 3))
    model = linear(weights, [-15.0, 0.0, 5.0], "softmax_cross_entropy")
    found = boundary(model, X, np.zeros(len(X), int), inputs=(0, 1), points=9, classes=["a", "b", "c"])
    a, b = np.meshgrid(found.across, found.up)
    z = np.stack([a, b, np.full_like(a, X[:, 2].mean())], -1) @ weights + [-15, 0, 5]
    P = np.exp(z) / np.exp(z).sum(-1, keepdims=True)
    assert (found.frames[0].predicted == P.argmax(-1)).all()
    np.testing.assert_allclose(found.frames[0].sure, P.max(-1), rtol=1e-4)
    assert sum(found.shares(found.frames[0]).values()) == pytest.approx(1)


def test_the_epochs_of_a_path():
    """Chosen ones and the trained weights last; the weights at each are those of the path."""
    model, told = binary(), []
    path = descent([-1.0, 0.1, 0.5, 1.0], model)
    found = boundary(
        model, X, LABELS, inputs=(0, 1), points=5, path=path, epochs=[0, 12], progress=lambda *d: told.append(d)
    )
    assert [frame.epoch for frame in found.frames] == [0, 10, 30]
    assert (found.frames[0].predicted != found.frames[2].predicted).all()
    assert found.frames[0].score == 0
    assert (found.frames[1].sure < found.frames[2].sure).all()
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert len(boundary(model, X, LABELS, points=3, path=path).frames) == 4
    assert [f.epoch for f in boundary(model, X, LABELS, points=3, path=descent([1.0] * 40, model)).frames] == [
        0, 10, 30, 80, 180, 390
    ]  # fmt: skip


def test_of_an_ensemble_the_path_is_the_first_members():
    one = binary()
    both = one.replace(members=2, params=({"W": np.stack([W[:, None], -W[:, None]]), "b": np.array([[B], [9.0]])},))
    both = both.replace(params=({name: a.astype(np.float32) for name, a in both.params[0].items()},))
    alone = boundary(one, X, LABELS, points=5).frames[-1].predicted
    assert (boundary(both, X, LABELS, points=5, path=descent([0.5, 1.0], one)).frames[-1].predicted == alone).all()
    assert (boundary(both, X, LABELS, points=5).frames[-1].predicted != alone).any()


def test_a_path_of_another_training_is_refused():
    model = binary()
    with pytest.raises(ClearpropError, match="The path ends in other weights than the model's: "):
        boundary(model, X, LABELS, points=3, path=descent([0.5, 2.0], model))


def test_what_a_path_does_not_keep_is_said():
    """Running statistics, and what a rule that predicts in a way of its own has learnt; nothing of other networks."""
    plain = binary()
    normalised = Network([BatchNorm(), Dense(1)])
    params, state, _shape = normalised.init(jax.random.key(0), (3,))
    params, state = jax.tree.map(np.asarray, (params, state))
    model = plain.replace(network=normalised, params=params, state=state)
    path = DescentPath(np.arange(2), jax.tree.map(lambda leaf: np.stack([leaf, leaf]), params))
    found = boundary(model, X, LABELS, points=3, path=path)
    assert found.text().splitlines()[-1] == found.besides[0]
    assert found.besides[0].startswith("A path keeps the weights alone: the running statistics of the normalisation")
    assert boundary(model, X, LABELS, points=3).besides == ()
    scaled = plain.replace(state=({"mean": np.zeros(3), "scale": np.ones(3)},))
    assert not_on_a_path(plain) == not_on_a_path(scaled) == []
    forward = plain.replace(rule=rules.ForwardForward(), learnt=np.zeros((2, 4)))
    (said,) = not_on_a_path(forward)
    assert "what the learning rule has learnt besides them" in said
    assert not_on_a_path(plain.replace(rule=rules.KolenPollack(), learnt=({"W": W},))) == []  # for the way back alone


def test_many_rows_are_drawn_from():
    many = np.tile(X, (30, 1))
    assert len(boundary(binary(), many, np.tile(LABELS, 30), points=3).places) == ROWS


def test_what_cannot_be_shown_is_refused():
    model = binary()
    for options, said in [
        ({"inputs": (0, 3)}, "no input 3"),
        ({"inputs": (1, 1)}, "twice"),
        ({"inputs": (0, 1), "at": [1.0]}, "1 numbers"),
        ({"points": 1}, "2 points"),
        ({"output": 1}, "no output 1"),
        ({"classes": ["a"]}, "1 names"),
    ]:
        with pytest.raises(ClearpropError, match=said):
            boundary(model, X, LABELS, **options)
    flat = X.copy()
    flat[:, 1] = 2
    with pytest.raises(DataError, match="same in every row"):
        boundary(model, flat, LABELS, inputs=(0, 1))
    with pytest.raises(DataError, match="one direction"):
        boundary(model, np.outer(X[:, 0], [1, 2, 3]), LABELS)


def test_labels_and_several_numbers_are_shown_one_output_at_a_time():
    model = linear(np.eye(3)[:, :2], [0.0, 0.0], "sigmoid_cross_entropy")
    reading = answers(model, output=1)
    assert reading.read(np.array([[0.9, 0.2]]))[0] == [0]
    assert reading.targets(np.array([[0, 1], [1, 0]])).tolist() == [1, 0]


def table(n=300):
    """A frame with a gap, text, dates, and a target that hangs on two of its columns."""
    random = np.random.default_rng(1)
    frame = polars.DataFrame(
        {
            "id": [f"c{i}" for i in range(n)],
            "plan": random.choice(["basic", "basic", "plus"], n),
            "noise": random.normal(size=n).round(3).astype(str),
            "calls": random.poisson(3, n),
            "age": [None if i == 4 else float(v) for i, v in enumerate(random.integers(20, 80, n))],
            "joined": polars.Series(random.integers(0, 900, n)).cast(polars.Date),
        }
    )
    y = np.where(frame["calls"].to_numpy() * 10 - np.nan_to_num(frame["age"].to_numpy(), nan=50) / 2 > 3, "yes", "no")
    return frame, y


@pytest.fixture(scope="module")
def classifier():
    X, y = table()
    return DeepClassifier((16,), epochs=60, learning_rate=0.02, dropout=0.0, random_state=0).fit(X, y)


def test_two_columns_of_a_table_vary_and_the_rest_stays(classifier):
    """Every point is what the estimator predicts for the typical row with these two cells; the two it goes by."""
    X, y = table()
    found = boundary_of_columns(classifier, X, y, points=7)
    assert set(found.names) == {"calls", "age"}
    assert found.held["plan"] == "basic"
    assert found.held["noise"] == pytest.approx(np.median(X["noise"].cast(polars.Float64)))
    assert found.held["joined"] == str(X["joined"].sort()[len(X) // 2])
    assert len(found.places) == len(X) - 1  # the row with a gap has no place
    a, b = np.meshgrid(found.across, found.up)
    cells = {found.names[0]: a.ravel(), found.names[1]: b.ravel()}
    held = {name: [value] * a.size for name, value in found.held.items()}
    rows = polars.DataFrame({"id": ["c0"] * a.size, **held, **cells}).select(X.columns)
    rows = rows.with_columns(polars.col("joined").str.to_date())
    codes = np.searchsorted(classifier.classes_, classifier.predict(rows)).reshape(a.shape)
    assert (found.frames[0].predicted == codes).all()
    assert found.classes == ("no", "yes")
    assert "calls" in found.note


def test_columns_and_rows_of_ones_own(classifier):
    X, y = table()
    found = boundary_of_columns(classifier, X, y, columns=("age", "noise"), row=6, points=3)
    assert (found.names, found.held["calls"], found.note) == (("age", "noise"), X["calls"][6], "")
    assert boundary_of_columns(classifier, X, y, row={"plan": "plus"}, points=3).held["plan"] == "plus"
    several = X[np.arange(7 * len(X)) % len(X)].with_columns(noise=polars.int_range(7 * len(X)).cast(polars.String))
    held = boundary_of_columns(classifier, several, np.tile(y, 7), columns=("age", "calls"), row=2099, points=3).held
    assert held["noise"] == "2099"  # the row's own number, though a part of the rows is drawn
    with_gap = boundary_of_columns(classifier, X, y, columns=("noise", "calls"), row=4, points=3)
    assert with_gap.held["age"] is None
    assert "age = –" in with_gap.text()
    for options, said in [
        ({"columns": ("age", "plan")}, "'plan' is no column of numbers"),
        ({"columns": ("age", "age")}, "twice"),
        ({"row": 300}, "no row 300"),
        ({"row": {"plann": 1}}, "no column 'plann'"),
    ]:
        with pytest.raises(DataError, match=said):
            boundary_of_columns(classifier, X, y, **options)


def test_a_table_without_two_columns_of_numbers_is_seen_along_its_principal_components():
    X, y = table()
    X = X.select("plan", "age")
    preparation = Preparation.learn(X)
    known = Table(task="classification", n_columns=2, preparation=preparation, classes=("no", "yes"))
    fitted = linear(np.ones((preparation.width, 1)), [0.0], "sigmoid_cross_entropy", table=known)
    model = SimpleNamespace(
        prepare=preparation.apply, encode=lambda X, y: (y == "yes").astype(int), fitted_=fitted
    )  # fmt: skip
    found = boundary_of_columns(model, X, y, points=3)
    assert found.kind == "principal components"
    assert "fewer than two" in found.note
    assert found.note in found.text()
    chosen, note = _chosen(model, X, {f"x{i}": np.zeros(1) for i in range(70)}, None, 0)
    assert chosen is None
    assert "70 columns" in note


def test_numbers_are_told_in_the_targets_own_units():
    """An array's columns, and a line y = 1000 + 50 x₀: what is drawn is what the estimator predicts."""
    rows = RANDOM.normal(size=(80, 3))
    y = 1000 + 50 * rows[:, 0]
    model = DeepRegressor((), epochs=200, learning_rate=0.05, random_state=0).fit(rows, y)
    found = boundary_of_columns(model, rows, y, columns=("x0", "x2"), points=4)
    a, b = np.meshgrid(found.across, found.up)
    asked = np.column_stack([a.ravel(), np.full(16, np.median(rows[:, 1])), b.ravel()])
    np.testing.assert_allclose(found.frames[0].predicted.ravel(), model.predict(asked), rtol=1e-5)
    np.testing.assert_allclose(found.targets, y, rtol=1e-5)


@pytest.mark.parametrize("kind", ["classes", "values"])
def test_it_is_told_and_drawn(tmp_path, kind):
    """Plain JSON, a text and a picture, in any language."""
    model = binary() if kind == "classes" else linear(W[:, None], [B], "squared")
    Y = LABELS if kind == "classes" else X @ W + B
    found = boundary(
        model, X, Y, points=9, path=descent([0.1, 1.0], model), classes=["no $", "yes"] if kind == "classes" else None
    )
    told = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert np.array(told["frames"][1]["predicted"]).shape == (9, 9)
    assert "Epoch 10" in found.text()
    for code in ("en", "uk"):
        with speaking(code):
            boundary_picture.draw(tmp_path / f"{code}.png", found, "Title")
            assert boundary_picture.describe(found)
            assert (tmp_path / f"{code}.png").read_bytes().startswith(b"\x89PNG")
