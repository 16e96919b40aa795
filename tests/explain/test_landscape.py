"""The loss around the trained weights, against closed forms, NumPy and scikit-learn."""

import json

import jax
import numpy as np
import pytest
from sklearn.decomposition import PCA

from clearprop import Network, explain, layers, train
from clearprop.errors import ClearpropError
from clearprop.explain.landscape import landscape
from clearprop.explain.path import PathRecorder
from clearprop.explain.principal_plane import principal_plane

DRAW = np.random.default_rng(0)
X = DRAW.normal(size=(50, 3))
Y = X @ [1.0, -2, 0.5] + 0.3 + DRAW.normal(0, 0.5, 50)
LINEAR = Network([layers.Dense(1)])
DEEP = Network([layers.Dense(5), layers.BatchNorm(), layers.Activation("tanh"), layers.Dropout(0.2), layers.Dense(1)])


def fit(network, **settings):
    recorder = PathRecorder()
    wanted = {"loss": "squared", "epochs": 8, "batch_size": 10, **settings}
    return train.fit(network, X, Y, callbacks=[recorder], **wanted), recorder.path


@pytest.fixture(scope="module")
def linear():
    return fit(LINEAR, dtype="float64")


@pytest.fixture(scope="module")
def deep():
    return fit(DEEP)


def closed_form(fitted, found):
    """mean (X (W + a U + b V) + bias − Y)², written out."""
    loss = np.empty(found.loss.shape)
    for place in np.ndindex(loss.shape):
        at = [axis[i] for axis, i in zip((found.a, found.b), reversed(place), strict=False)]
        W, b = (
            np.asarray(fitted.params[0][name]) + sum(c * u[0][name] for c, u in zip(at, found.directions, strict=True))
            for name in "Wb"
        )
        loss[place] = np.mean((X @ W + b - Y[:, None]) ** 2)
    return loss


@pytest.mark.parametrize("plane", ["line", "random", "path"])
def test_of_a_linear_network_it_is_a_parabola(linear, plane):
    fitted, path = linear
    found = landscape(fitted, X, Y, plane=plane, points=7, path=path)
    np.testing.assert_allclose(found.loss, closed_form(fitted, found), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("which", ["linear", "deep"])
@pytest.mark.parametrize("plane", ["line", "random", "path"])
def test_its_centre_is_the_loss_of_the_trained_network(which, plane, request):
    """Inference: nothing is dropped, running statistics; or this would not hold."""
    fitted, path = request.getfixturevalue(which)
    found = landscape(fitted, X, Y, plane=plane, points=3, path=path)
    wanted = pytest.approx(fitted.evaluate(X, Y)["loss"], rel=1e-6)
    assert found.centre == wanted
    if plane != "path":
        middle = found.loss[(1,) * found.loss.ndim]
        assert middle == wanted and found.a[1] == 0
    else:
        assert found.path.loss[-1] == wanted and found.path.projected_loss[-1] == wanted


def test_the_planes_axes_are_the_paths_principal_ones(deep):
    """Against scikit-learn's PCA and NumPy's products."""
    _fitted, path = deep
    (u, v), points, explained = principal_plane(path)
    theta = path.matrix()
    pca = PCA(2, svd_solver="full").fit(theta - theta[-1])
    flat = np.stack([np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(axis)]) for axis in (u, v)])
    np.testing.assert_allclose(np.abs((flat * pca.components_).sum(1)), 1, rtol=1e-10)
    np.testing.assert_allclose(explained, pca.explained_variance_ratio_, rtol=1e-10)
    np.testing.assert_allclose(flat @ flat.T, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(points, (theta - theta[-1]) @ flat.T, atol=1e-12)
    assert points[-1].tolist() == [0, 0] and points[0, 0] < 0 < points[0, 1]


def test_the_path_lies_within_its_plane_and_both_losses_are_kept(deep):
    fitted, path = deep
    found = landscape(fitted, X, Y, plane="path", points=5, path=path)
    low, high = found.path.points.min(0), found.path.points.max(0)
    assert (low > [found.a[0], found.b[0]]).all() and (high < [found.a[-1], found.b[-1]]).all()
    wider = landscape(fitted, X, Y, plane="path", points=5, path=path, reach=2)
    assert wider.a[0] < found.a[0] and wider.b[-1] > found.b[-1]
    for k in range(len(path)):
        at = fitted.replace(params=path.weights(k))
        assert found.path.loss[k] == pytest.approx(at.evaluate(X, Y)["loss"], rel=1e-5)
    projected = jax.tree.map(
        lambda w, u, v: w + found.path.points[0, 0] * u + found.path.points[0, 1] * v, fitted.params, *found.directions
    )
    at = fitted.replace(params=jax.tree.map(np.float32, projected))
    assert found.path.projected_loss[0] == pytest.approx(at.evaluate(X, Y)["loss"], rel=1e-4)


def test_it_is_reproducible_and_progress_is_told(deep):
    fitted, _path = deep
    told = []
    one = landscape(fitted, X, Y, points=7, seed=3, progress=lambda done, of: told.append((done, of)))
    other, another = (landscape(fitted, X, Y, points=7, seed=seed) for seed in (3, 4))
    np.testing.assert_array_equal(one.loss, other.loss)
    assert not np.allclose(one.loss, another.loss)
    assert told == [(32, 50), (50, 50)]  # and the trained weights


def test_rows_are_sampled(deep):
    fitted, _path = deep
    found = landscape(fitted, X, Y, plane="line", points=3, rows=20)
    assert len(found.rows) == 20 == len(set(found.rows.tolist()))
    assert found.centre == pytest.approx(fitted.evaluate(X[found.rows], Y[found.rows])["loss"], rel=1e-6)


def test_of_an_ensemble_it_is_the_first_members():
    fitted, path = fit(LINEAR, members=2)
    one, other = (landscape(f, X, Y, plane="path", points=3, path=path) for f in (fitted, fitted.member(0)))
    np.testing.assert_array_equal(one.loss, other.loss)


def test_what_is_not_finite_is_left_out_and_said(deep):
    """float32 overflows where the weights are 1e30 times as long."""
    fitted, _path = deep
    found = landscape(fitted, X, Y, plane="line", points=3, reach=1e30)
    assert found.not_finite == 2 and np.isnan(found.loss).tolist() == [True, False, True]
    assert "At 2 of 3 points it is not a finite number" in found.text()
    assert found.as_dict()["loss"][0] is None and found.least == (found.centre, (0.0,))


def test_it_speaks_and_is_json(deep):
    fitted, path = deep
    for plane in ("line", "random", "path"):
        found = landscape(fitted, X, Y, plane=plane, points=3, path=path)
        said = json.loads(json.dumps(found.as_dict(), allow_nan=False))
        assert said["plane"] == plane and said["loss"] == found.loss.tolist()
        assert f"{found.centre:.4g} at the trained weights" in found.text()
        assert (said["path"] is None) == (plane != "path")


def test_what_cannot_be_asked(deep):
    fitted, path = deep
    other = fit(DEEP, seed=1)[1]
    for settings, words in (
        ({"plane": "sphere"}, "'line', 'random', 'path', not 'sphere'"),
        ({"points": 2}, "3 points"),
        ({"reach": 0.0}, "reach"),
        ({"rows": 0}, "rows"),
        ({"plane": "path"}, "needs the path"),
        ({"plane": "path", "path": other}, "other weights"),
        ({"plane": "path", "path": fit(DEEP, epochs=1)[1]}, "other weights"),
    ):
        with pytest.raises(ClearpropError, match=words):
            landscape(fitted, X, Y, **settings)
    one, short = fit(LINEAR, epochs=1)
    with pytest.raises(ClearpropError, match="3 epochs or more"):
        landscape(one, X, Y, plane="path", path=short)
    assert explain.landscape is landscape and len(path) == 9
