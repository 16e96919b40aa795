"""Hidden units: statistics worked by hand, and networks made to be dead, saturated, vanishing, exploding or well."""

import json
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

import reported
from clearprop import Network, losses, rules, train
from clearprop.activations import get
from clearprop.errors import ClearpropError
from clearprop.explain import boundary, units_picture
from clearprop.explain.activity import correlations
from clearprop.explain.units import leading, units
from clearprop.i18n import speaking
from clearprop.layers import Activation, BatchNorm, Conv2D, Dense, GlobalAveragePool, Repeat, Residual, Standardize

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(200, 3)).astype(np.float32)
Y = (X[:, 0] + 0.5 * RANDOM.normal(size=200) > 0).astype(int)


def fitted(network, loss="softmax_cross_entropy", seed=0, scale=1.0, dtype="float32", shape=(3,)):
    """A network as it begins, its weights times a factor."""
    with jax.enable_x64(dtype == "float64"):
        params, state, _shape = network.init(jax.random.key(seed), shape)
        params, state = jax.tree.map(lambda a: np.asarray(scale * a, dtype), (params, state))
    return train.Fitted(network, params, state, losses.get(loss), rules.get("backprop"), shape, dtype)


def deep(function, depth, initializer="glorot", width=16):
    hidden = [part for _ in range(depth) for part in (Dense(width, initializer), Activation(function))]
    return Network([*hidden, Dense(2)])


def by_hand(W1, b1, W2, b2):
    """One hidden layer of ReLUs with these weights."""
    weights = [np.asarray(a, np.float32) for a in (W1, b1, W2, b2)]
    network = Network([Dense(len(b1)), Activation("relu"), Dense(len(b2))])
    params = ({"W": weights[0], "b": weights[1]}, {}, {"W": weights[2], "b": weights[3]})
    loss = "softmax_cross_entropy" if len(b2) > 1 else "squared"
    rule = rules.get("backprop")
    return train.Fitted(network, params, ({}, {}, {}), losses.get(loss), rule, (len(W1),))


def test_of_a_rule_that_predicts_in_a_way_of_its_own_it_says_what_it_looked_at():
    model = by_hand([[1.0], [0.0]], [0.0], [[1.0, -1.0]], [0.0, 0.0])
    found = units(model, np.eye(2), [0, 1])
    other = replace(found, plain=False)
    assert "way of its own" not in found.text()
    assert other.advice()[:-1] == found.advice() and other.text().endswith(other.advice()[-1])
    assert other.advice()[-1].startswith("The learning rule of this network predicts in a way of its own")
    assert not units(model.replace(rule=rules.get("forward_forward")), np.eye(2), [0, 1]).plain


def test_the_units_of_a_convolution_are_its_filters():
    """Two images of 2 × 2, three filters of one pixel: x, −x, and one that never fires; a place counts as a row."""
    images = np.array([[1.0, 2, 0, 3], [-1, -2, -4, 1]]).reshape(2, 2, 2, 1)
    network = Network([Conv2D(3, 1), Activation("relu"), GlobalAveragePool(), Dense(2)])
    weights = {"W": np.float32([1, -1, 0]).reshape(1, 1, 1, 3), "b": np.float32([0, 0, -1])}
    params = (weights, {}, {}, {"W": np.ones((3, 2), np.float32), "b": np.zeros(2, np.float32)})
    loss, rule = losses.get("softmax_cross_entropy"), rules.get("backprop")
    found = units(train.Fitted(network, params, ({},) * 4, loss, rule, (2, 2, 1)), images, [1, 0])
    [layer] = found.layers
    assert layer.image == (2, 2) and len(layer) == 3
    assert layer.active.tolist() == [4 / 8, 3 / 8, 0]
    assert layer.mean.tolist() == [7 / 8, 7 / 8, 0]
    assert layer.dead.tolist() == [False, False, True]
    assert layer.prefers.tolist() == [1, 0, -1]
    assert "3 filters at 2 × 2 places, active at 29% of them; 1 dead" in found.text()
    assert "Filter 1: prefers 1 (AUC 1.00); active at 50% of the places." in found.text()
    assert found.as_dict()["layers"][0]["image"] == [2, 2]


def test_statistics_by_hand():
    """Four rows, three units: x₀, −x₁, and one that never fires."""
    rows, classes = np.array([[1.0, 0], [2, 0], [0, -3], [-1, 1]]), np.array([1, 1, 0, 0])
    model = by_hand([[1, 0, 0], [0, -1, 0]], [0, 0, -5], np.ones((3, 2)) * [1, -1], [0, 0])
    found = units(model, rows, classes, names=["a", "b"], classes=["no", "yes"])
    [layer] = found.layers
    assert layer.mean == pytest.approx([0.75, 0.75, 0])
    assert layer.deviation == pytest.approx([np.std([1, 2, 0, 0]), np.std([0, 0, 3, 0]), 0])
    assert layer.active.tolist() == [0.5, 0.25, 0]
    assert layer.dead.tolist() == [False, False, True]
    assert not layer.saturated.any()
    np.testing.assert_allclose(layer.class_means, [[0, 1.5], [1.5, 0], [0, 0]])
    assert layer.prefers.tolist() == [1, 0, -1]
    assert layer.selectivity[:2].tolist() == [1.0, 0.75]
    assert np.isnan(layer.selectivity[2])
    assert layer.inputs[:2, 0].tolist() == [0, 1]
    assert layer.strength[:2, 0] == pytest.approx([rows[:, 0].std(), -rows[:, 1].std()])
    assert layer.rows[:2, 0].tolist() == [1, 2]
    assert found.as_dict()["layers"][0]["units"][0]["inputs"][0][0] == "a"
    assert found.as_dict()["layers"][0]["units"][2]["prefers"] is None


def test_norms_by_hand():
    """One row, ŷ = x W₁ W₂ = 6 in the linear range, y = 4: ∂ℓ/∂ŷ = 2 (6 − 4) = 4, back through W₂ = 3."""
    found = units(by_hand([[2.0]], [0.0], [[3.0]], [0.0]), np.array([[1.0]] * 5), np.full(5, 4.0))
    first, last = found.norms
    assert first[1:] == pytest.approx((2, 12, 12, 2, 12, 6))
    assert last[1:] == pytest.approx((6, 4, 4, 3, 8, 8 / 3))
    assert found.errors == (pytest.approx(3), "healthy")
    assert (first.place, last.place) == ("0 dense", "2 dense")


def test_selectivity_is_scikit_learns_auc():
    found = units(fitted(deep("tanh", 1)), X, Y).layers[0]
    A = np.tanh(X @ np.asarray(fitted(deep("tanh", 1)).params[0]["W"]))
    for unit in range(16):
        assert found.selectivity[unit] == pytest.approx(roc_auc_score(found.prefers[unit] == Y, A[:, unit]))
    assert found.selectivity[leading(found, 1)[0]] == found.selectivity.max()


def test_correlations_are_numpys():
    A = RANDOM.normal(size=(200, 2))
    np.testing.assert_allclose(correlations(A, X), np.corrcoef(A.T, X.T)[:2, 2:], atol=1e-9)


def test_a_number_is_gone_with():
    """Of a regression there is no preference but a correlation."""
    found = units(by_hand(np.eye(3), [9, 9, 9], np.ones((3, 1)), [0.0]), X, X[:, 1])
    assert found.layers[0].correlation[1] == pytest.approx(1, abs=1e-6)
    assert found.classes == ()
    assert leading(found.layers[0], 1) == [1]
    assert "with the target" in found.text()


def test_deeper_layers_go_by_correlation_and_scaled_inputs_by_weight():
    found = units(fitted(Network([Standardize(), *deep("tanh", 2).layers])), X, Y)
    assert [layer.by_weight for layer in found.layers] == [True, False]
    assert found.layers[0].weights.shape == (3, 16)


def test_a_healthy_network_is_told_so():
    found = units(fitted(deep("leaky_relu", 3, "he")), X, Y)
    assert found.errors[1] == found.activations[1] == "healthy"
    [sentence] = found.advice()
    assert sentence.startswith("Nothing is wrong")


def test_a_deep_sigmoid_networks_error_vanishes():
    found = units(fitted(deep("sigmoid", 8)), X, Y)
    assert found.errors[1] == "vanishing"
    assert found.errors[0] < 1e-4
    [sentence] = found.advice()
    assert sentence.startswith("The error vanishes")


def test_a_big_start_explodes_with_relu_and_saturates_tanh():
    found = units(fitted(deep("relu", 4), scale=30), X, Y)
    assert (found.errors[1], found.activations[1]) == ("exploding", "exploding")
    told = " ".join(found.advice())
    assert "error explodes" in told
    assert "activations explode" in told
    wide = by_hand(np.eye(3), [50, -50, 0], np.ones((3, 2)), [0, 0])
    network = Network([Dense(3), Activation("tanh"), Dense(2)])
    layer = units(wide.replace(network=network), X, Y).layers[0]
    assert layer.saturated.tolist() == [True, True, False]
    assert not layer.dead.any()


def test_relus_with_a_bias_of_minus_100_are_dead():
    model = fitted(deep("relu", 2, "he"))
    first, *others = model.params
    model = model.replace(params=({**first, "b": first["b"] - 100}, *others))
    found = units(model, X, Y)
    assert found.layers[0].dead.all()
    assert found.as_dict()["layers"][0]["dead"] == 16
    told = found.advice()
    assert told[0].startswith("16 of 16 units of hidden layer 1 (1 activation relu) never fire")
    assert any("No error gets past hidden layer 1" in sentence for sentence in told)
    assert units(model, X, Y).errors == (0, "vanishing")
    some = model.replace(params=({**first, "b": first["b"] - 100 * (np.arange(16) < 1)}, *others))
    assert units(some, X, Y).advice()[0].startswith("1 of 16 units of hidden layer 1 (1 activation relu) never fires")


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "elu", "softplus"])
def test_flat_is_where_the_slope_is_a_hundredth(name):
    """Beside a numeric derivative."""
    from clearprop.explain.activity import flatness

    g, Z = get(name), jnp.linspace(-9, 9, 300)
    slope = np.gradient(np.asarray(g(Z), float), Z)
    expected = np.abs(slope) < 0.01 * np.abs(slope).max()
    assert (flatness(g, Z, g(Z)) == expected).mean() > 0.98


def test_inside_blocks_and_copies():
    """Every activation that is followed by weights, those in residual and repeated blocks too, each in its place."""
    block = Residual([BatchNorm(), Activation("tanh"), Dense(4)])
    copies = Repeat([Dense(4), Activation("relu")], 3)
    network = Network([Dense(4), block, copies, Dense(2), Activation("softmax")])
    model = fitted(network, loss="categorical_cross_entropy", dtype="float64")
    found = units(model, X, Y)
    assert len(found.layers) == 4
    assert len(found.norms) == 6
    assert len({layer.place for layer in found.layers}) == 4
    with jax.enable_x64(True):
        Z = X.astype(float) @ model.params[0]["W"]
        H = np.tanh(Z / np.sqrt(1 + 1e-5))
    assert found.layers[0].mean == pytest.approx(H.mean(0), rel=1e-3)


def test_units_of_positions_count_each_position():
    network = Network([Dense(2), Activation("relu"), Dense(1)])
    model = fitted(network, loss="squared", shape=(4, 3))
    rows = RANDOM.normal(size=(10, 4, 3)).astype(np.float32)
    layer = units(model, rows, np.zeros((10, 4, 1))).layers[0]
    A = np.maximum(rows @ np.asarray(model.params[0]["W"]), 0)
    assert layer.mean == pytest.approx(A.mean((0, 1)), rel=1e-5)
    assert layer.active == pytest.approx((A > 0).mean((0, 1)))
    assert layer.rows[0, 0] == A.mean(1)[:, 0].argmax()


def test_labels_without_hidden_units_and_wrong_names():
    model = fitted(Network([Dense(4), Activation("relu"), Dense(2)]), loss="sigmoid_cross_entropy")
    labels = np.stack([X[:, 0] > 0, X[:, 1] > 0], 1).astype(int)
    assert units(model, X, labels, classes=["a", "b"]).classes == ("a", "b")
    assert "no hidden units" in units(fitted(Network([Dense(2)])), X, Y).advice()[0]
    for options, said in [({"names": ["a"]}, "3 inputs"), ({"classes": ["a"]}, "2 labels"), ({"rows": 0}, "1 row")]:
        with pytest.raises(ClearpropError, match=said):
            units(model, X, labels, **options)


def test_rows_are_drawn_and_told_by_their_number():
    found = units(fitted(deep("relu", 1)), X, Y, rows=50, seed=3)
    assert found.rows == 50
    picked = np.sort(np.random.default_rng(3).permutation(200)[:50])
    assert np.isin(found.layers[0].rows, picked).all()


@pytest.mark.parametrize("kind", ["classes", "values", "image", "linear"])
def test_it_is_told_and_drawn(tmp_path, kind):
    """Plain JSON, a text and a picture, in any language."""
    if kind == "image":
        pixels = RANDOM.normal(size=(30, 64)).astype(np.float32)
        found = units(fitted(deep("relu", 1), shape=(64,)), pixels, np.arange(30) % 2)
        assert units_picture._images_of(found)[1].shape == (16, 8, 8)
    elif kind == "values":
        found = units(by_hand(np.eye(3), [9, 9, 9], np.ones((3, 1)), [0.0]), X, X[:, 1])
    else:
        found = units(fitted(deep("relu", 2 if kind == "classes" else 0)), X, Y)
    json.dumps(found.as_dict(), allow_nan=False)
    assert found.text()
    for code in ("en", "uk"):
        with speaking(code):
            units_picture.draw(tmp_path / f"{code}.png", found, "Title")
            assert units_picture.describe(found)
            assert (tmp_path / f"{code}.png").read_bytes().startswith(b"\x89PNG")


def test_an_estimator_is_taken_with_its_own_rows():
    model, _path = reported.classifier()
    rows, y = reported.rows()
    prepared = model.fitted_, model.prepare(rows), model.encode(rows, y)
    assert units(model, rows, y).text() == units(*prepared).text()
    assert boundary(model, rows, y, points=3).as_dict() == boundary(*prepared, points=3).as_dict()
