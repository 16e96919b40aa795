"""A square that is hidden, place after place: the fall of the probability in closed form."""

import tracemalloc
from types import SimpleNamespace

import jax
import numpy as np
import pytest
from scipy.special import softmax

import sighted
from clearprop import layers
from clearprop.errors import ClearpropError
from clearprop.explain import asked, occlusion

SHAPE = (7, 5, 2)


@pytest.fixture(scope="module")
def linear():
    return sighted.linear(SHAPE, 3)


def brute(X, p, blank, size, tops, lefts):
    """(falls, map) of a probability p(X), one place after the other."""
    falls, heat, count = np.zeros((len(tops), len(lefts))), np.zeros(SHAPE[:2]), np.zeros(SHAPE[:2])
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            hidden = X.copy()
            part = slice(top, top + size), slice(left, left + size)
            hidden[part] = blank[part]
            falls[i, j] = p(X) - p(hidden)
            heat[part] += falls[i, j]
            count[part] += 1
    return falls, heat / np.maximum(count, 1)


@pytest.mark.parametrize(
    ("size", "stride", "tops", "lefts"), [(2, 2, [0, 2, 4, 5], [0, 2, 3]), (1, 3, [0, 3, 6], [0, 3, 4])]
)
def test_of_a_linear_network_it_is_the_softmax_of_what_is_left(linear, size, stride, tops, lefts, monkeypatch):
    """Hidden pixels become the mean, so that they leave the sums z = Σ W (X − mean) / scale."""
    fitted, W, mean, scale = linear
    X = sighted.image(SHAPE)
    monkeypatch.setattr(asked, "AT_ONCE", 5)  # batches that the places do not fill

    def p(X):
        return softmax(np.tensordot((X - mean) / scale, W, 3))[2]

    found = occlusion(fitted, X, of="2", size=size, stride=stride)
    assert found.tops.tolist() == tops and found.lefts.tolist() == lefts
    falls, heat = brute(X, p, mean, size, tops, lefts)
    np.testing.assert_allclose(found.falls, falls, rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(found.map, heat, rtol=1e-9, atol=1e-14)
    assert found.whole == pytest.approx(p(X)) and found.name == "2"


def test_few_images_are_in_memory_at_once():
    """3,364 places of 60 × 60 numbers of 8 bytes would be 97 MB, and as many masks a tenth of it."""
    fitted = sighted.untrained([layers.Flatten(), layers.Dense(2)], (60, 60, 1))
    occlusion(fitted, sighted.image((60, 60, 1)))
    tracemalloc.start()
    found = occlusion(fitted, sighted.image((60, 60, 1)), size=3, stride=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.falls.shape == (58, 58) and peak < 12e6


def test_of_a_number_without_a_mean_pixels_take_the_images_own_colour():
    table = SimpleNamespace(classes=(), labels=False, target_mean=(7.0,), target_scale=(10.0,))
    fitted = sighted.untrained([layers.Flatten(), layers.Dense(1)], SHAPE, loss="squared", table=table)
    W, X = np.asarray(fitted.params[1]["W"]).reshape(SHAPE), sighted.image(SHAPE)
    found = occlusion(fitted, X, size=3, stride=4)
    blank = np.broadcast_to(X.mean((0, 1)), SHAPE)
    falls, _heat = brute(X, lambda X: 10 * np.sum(W * X) + 7, blank, 3, found.tops, found.lefts)
    np.testing.assert_allclose(found.falls, falls, rtol=1e-9)
    assert found.name == "" and f"hidden, {found.whole:.4g} is predicted as" in found.text()


def test_of_an_ensemble_it_is_the_mean_predictions_fall(linear):
    fitted, X = linear[0], sighted.image(SHAPE)
    other = fitted.replace(params=jax.tree.map(lambda a: -2 * a, fitted.params))
    both = {
        name: jax.tree.map(lambda a, b: np.stack([a, b]), getattr(fitted, name), getattr(other, name))
        for name in ("params", "state")
    }
    options = {"of": "0", "size": 2, "stride": 3}
    one, two, whole = (occlusion(each, X, **options) for each in (fitted, other, fitted.replace(members=2, **both)))
    np.testing.assert_allclose(whole.falls, (one.falls + two.falls) / 2, rtol=1e-9, atol=1e-14)


def test_the_square_is_a_fifth_and_its_places_about_twelve_unless_told():
    fitted = sighted.untrained([layers.Flatten(), layers.Dense(2)], (40, 60, 1))
    found = occlusion(fitted, sighted.image((40, 60, 1)))
    assert found.size == 8 and len(found.lefts) == 14 and found.lefts[-1] == 52 and found.tops[-1] == 32
    assert (np.diff(found.lefts) <= found.size).all() and found.map.all(), "every pixel is hidden once"


def test_said_with_its_numbers(linear):
    found = occlusion(linear[0], sighted.image(SHAPE), size=2)
    low = found.whole - found.falls.max()
    assert found.text().startswith(
        f"With a square of 2 × 2 pixels hidden, the probability of {found.name} falls from {found.whole:.1%} to"
        f" {low:.1%} at worst. The largest part of it is "
    )
    dull = occlusion(linear[0].replace(params=jax.tree.map(np.zeros_like, linear[0].params)), sighted.image(SHAPE))
    assert dull.text() == "No square of 1 × 1 pixels, when hidden, lowers the probability of 0, 33.3%."


@pytest.mark.parametrize(("size", "stride"), [(0, 1), (6, 1), (2, 0)])
def test_a_square_that_cannot_be_slid(linear, size, stride):
    with pytest.raises(
        ClearpropError, match=rf"of {size} pixels a side, moved by {stride}, cannot .* image of 7 × 5\."
    ):
        occlusion(linear[0], sighted.image(SHAPE), size=size, stride=stride)
