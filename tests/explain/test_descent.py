"""Optimizers on one surface: closed forms, Optax, and back propagation projected on a plane."""

import json

import jax
import numpy as np
import optax
import pytest

from clearprop import Network, explain, layers, train
from clearprop.errors import ClearpropError
from clearprop.explain import surfaces
from clearprop.explain.descent import OPTIMIZERS, descent
from clearprop.explain.landscape import landscape

DRAW = np.random.default_rng(0)
X = DRAW.normal(size=(40, 3))
Y = np.sin(X).sum(1)
NET = Network([layers.Dense(4), layers.Activation("tanh"), layers.Dense(1)])


@pytest.fixture(scope="module")
def plane():
    fitted = train.fit(NET, X, Y, loss="squared", epochs=4, batch_size=10, dtype="float64")
    found = landscape(fitted, X, Y, points=5)
    return fitted, found, surfaces.plane_of(found, fitted, X, Y)


@pytest.mark.parametrize("rate", [0.01, 0.07, 0.09])
def test_gradient_descent_on_a_bowl_is_a_power(rate):
    """a_k = a_0 (1 − η)ᵏ, b_k = b_0 (1 − 25 η)ᵏ; beyond η = 2 / 25 it diverges, and that is told."""
    found = descent("bowl", (2.0, -1.0), optimizers=["gradient_descent"], rates=rate, steps=50)
    (run,), k = found.runs, np.arange(51)
    a, b = 2 * (1 - rate) ** k, -((1 - 25 * rate) ** k)
    np.testing.assert_allclose(run.path, np.stack([a, b], 1), rtol=1e-12)
    np.testing.assert_allclose(run.loss, (a**2 + 25 * b**2) / 2, rtol=1e-12)
    assert run.diverged == (rate > 2 / 25) and not run.searched
    assert ("diverged" in found.text()) == run.diverged


@pytest.mark.parametrize("name", surfaces.SURFACES)
@pytest.mark.parametrize(
    ("optimizer", "theirs"),
    [
        ("momentum", optax.sgd(0.001, momentum=0.9)),
        ("rmsprop", optax.rmsprop(0.001, decay=0.9, eps=1e-8, eps_in_sqrt=False)),
        ("adam", optax.adam(0.001)),
    ],
)
def test_paths_are_optaxs(name, optimizer, theirs, float64):
    run = descent(name, optimizers=[optimizer], rates={optimizer: 0.001}, steps=30).runs[0]
    surface = surfaces.named(name)
    point, path = jax.numpy.asarray(surface.start), [surface.start]
    memory = theirs.init(point)
    for _step in range(30):
        gradient = jax.grad(lambda p: surface.function((), p)[0])(point)
        updates, memory = theirs.update(gradient, memory, point)
        point = optax.apply_updates(point, updates)
        path.append(np.asarray(point))
    np.testing.assert_allclose(run.path, path, rtol=1e-9)


@pytest.mark.parametrize("name", surfaces.SURFACES)
def test_gradients_of_named_surfaces_are_their_derivatives(name, float64):
    surface = surfaces.named(name)
    for point in DRAW.normal(size=(5, 2)):
        value, gradient = surface(point)
        np.testing.assert_allclose(gradient, jax.grad(lambda p: surface.function((), p)[0])(point), rtol=1e-12)
        assert value >= surface.least
    np.testing.assert_allclose(surface.map.value[3, 5], surface((surface.map.a[5], surface.map.b[3]))[0])


def test_the_least_value_is_where_it_is_said():
    for name, place in (("bowl", (0, 0)), ("rosenbrock", (1, 1)), ("saddle", (0, 1))):
        surface = surfaces.named(name)
        value, gradient = surface(np.array(place, float))
        assert value == surface.least and not gradient.any()


def test_on_a_networks_plane_the_gradient_is_back_propagations(plane):
    """Against the slope of the landscape itself; the value is the landscape's."""
    _fitted, found, surface = plane
    for row, column in ((0, 1), (2, 2), (4, 3)):
        value, gradient = surface((found.a[column], found.b[row]))
        assert value == pytest.approx(found.loss[row, column], rel=1e-10)
        for axis in range(2):
            h = 1e-5 * np.eye(2)[axis]
            at = np.array([found.a[column], found.b[row]])
            slope = (surface(at + h)[0] - surface(at - h)[0]) / 2e-5
            assert gradient[axis] == pytest.approx(slope, rel=1e-6, abs=1e-8)


def test_descents_on_a_networks_plane(plane):
    _fitted, found, surface = plane
    told = []
    done = descent(surface, steps=20, progress=lambda i, of: told.append((i, of)))
    assert [run.optimizer for run in done.runs] == list(OPTIMIZERS) and told[-1] == (32, 32)
    corners = [(a, b) for a in found.a[[0, -1]] for b in found.b[[0, -1]]]
    assert done.start.tolist() == [0.8 * c for c in max(corners, key=lambda corner: surface(corner)[0])]
    for run in done.runs:
        assert run.searched and not run.diverged and run.loss[-1] < run.loss[0] and len(run.loss) == 21
        assert run.path[0].tolist() == done.start.tolist()
        value = surface(run.path[-1])[0]
        assert run.loss[-1] == pytest.approx(value, rel=1e-9)
    assert done.least == min(found.loss.min(), *(run.loss.min() for run in done.runs))


@pytest.mark.parametrize("name", surfaces.SURFACES)
def test_rates_that_are_found_are_the_best_of_those_tried(name):
    """By the highest loss over the last tenth of the steps, among those that stay on the map."""
    found, surface = descent(name, optimizers=["gradient_descent", "adam"]), surfaces.named(name)
    assert descent(name, optimizers=["gradient_descent", "adam"]).text() == found.text()
    for run in found.runs:
        assert run.searched and not run.diverged
        best = run.loss[-10:].max()
        for factor in (0.1, 1 / 3, 3, 10):
            (other,) = descent(name, optimizers=[run.optimizer], rates=run.rate * factor).runs
            a, b = other.path.T
            inside = (
                (abs(a) <= surface.map.a[-1]).all() and (b >= surface.map.b[0]).all() and b.max() <= surface.map.b[-1]
            )
            too_long = run.optimizer == "adam" and run.rate * factor > np.ptp(surface.map.a) / 30
            assert too_long or not inside or not other.loss[-10:].max() < best


def test_the_step_of_arrival_is_the_first_after_which_it_stays():
    """On the bowl along a: (1 − η)²ᵏ ≤ 0.01 at k = ln 0.01 / (2 ln 0.9) = 21.9."""
    found = descent("bowl", (1.0, 0.0), optimizers=["gradient_descent"], rates=0.1, steps=30)
    assert found.runs[0].arrived == 22
    assert descent("bowl", (1.0, 0.0), optimizers=["gradient_descent"], rates=0.1, steps=21).runs[0].arrived is None


def test_overflow_is_divergence():
    found = descent("rosenbrock", optimizers=["gradient_descent"], rates=1.0, steps=20)
    run = found.runs[0]
    assert run.diverged and np.isnan(run.loss[-1]) and run.arrived is None
    said = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert said["runs"][0]["loss"][-1] is None and said["runs"][0]["diverged"] is True
    assert "it diverged" in found.text()


def test_what_cannot_be_asked(plane):
    fitted, _found, _surface = plane
    for name, settings, words in (
        ("hill", {}, "surface"),
        ("bowl", {"optimizers": ["lion"]}, "optimizer"),
        ("bowl", {"optimizers": []}, "needs an optimizer"),
        ("bowl", {"steps": 0}, "needs an optimizer and a step"),
        ("bowl", {"rates": -1.0}, "above 0"),
        ("bowl", {"rates": {"nesterov": 1.0}}, "not asked for"),
        ("bowl", {"start": (1, 2, 3)}, "two finite numbers"),
        ("bowl", {"start": (1, np.nan)}, "two finite numbers"),
        ("bowl", {"start": (1e300, 1.0)}, "not finite at the start"),
    ):
        with pytest.raises(ClearpropError, match=words):
            descent(name, **settings)
    line = landscape(fitted, X, Y, plane="line", points=3)
    with pytest.raises(ClearpropError, match="along a line"):
        explain.plane_of(line, fitted, X, Y)
