"""Each unit's part of a random direction is as long as its weights: Li et al. 2018, section 4."""

import jax
import numpy as np

from clearprop import Network, layers
from clearprop.explain.filters import filter_normalised

DRAW = np.random.default_rng(0)


def params_of(network, shape):
    params = jax.eval_shape(lambda key: network.init(key, shape)[0], jax.random.key(0))
    return jax.tree.map(lambda leaf: np.asarray(DRAW.normal(size=leaf.shape)), params)


def test_every_kind_of_filter():
    """A column of W, a row of E, each copy's own; biases and norms' numbers get 0."""
    network = Network(
        [
            layers.Columns([(2, layers.Scale()), (1, layers.Embedding(5, 3))]),
            layers.Dense(4),
            layers.BatchNorm(),
            layers.Repeat([layers.Dense(4), layers.Activation("tanh")], 3),
            layers.Residual([layers.Dense(6)], [layers.Dense(6)]),
        ]
    )
    params = params_of(network, (3,))
    u = filter_normalised(network, params, np.random.default_rng(1))

    def agree(get, axis):
        w, d = np.asarray(get(params)), np.asarray(get(u))
        assert w.shape == d.shape
        np.testing.assert_allclose(np.linalg.norm(d, axis=axis), np.linalg.norm(w, axis=axis), rtol=1e-12)

    agree(lambda p: p[0][1]["E"], 1)
    agree(lambda p: p[1]["W"], 0)
    agree(lambda p: p[3][0]["W"], 1)
    agree(lambda p: p[4]["body"][0]["W"], 0)
    agree(lambda p: p[4]["shortcut"][0]["W"], 0)
    nothing = (u[0][0]["theta"], u[1]["b"], u[2]["gamma"], u[2]["beta"], u[3][0]["b"], u[4]["body"][0]["b"])
    assert not any(map(np.any, nothing))


def test_filters_of_layers_on_images():
    """W[..., f] of a convolution, W[:, :, f] of a transposed one, W[p, q, :, f] of each place of a local one."""
    parts = [layers.Conv2D(3), layers.ConvTranspose(2), layers.LocallyConnected(2), layers.Repeat(layers.Conv2D(2), 2)]
    network = Network(parts)
    params = params_of(network, (3, 3, 4))
    u = filter_normalised(network, params, np.random.default_rng(1))
    found = [(own["W"], moved["W"]) for own, moved in zip(params, u, strict=True)]
    for (w, d), axes in zip(found, [(0, 1, 2), (0, 1, 3), (2,), (1, 2, 3)], strict=True):
        lengths = [np.sqrt((V * V).sum(axes)) for V in (w, d)]
        np.testing.assert_allclose(lengths[1], lengths[0], rtol=1e-12)
        assert not np.allclose(w, d)
    assert not any(moved["b"].any() for moved in u)


def test_the_seed_and_the_weights_make_it():
    network = Network([layers.Dense(3)])
    params = params_of(network, (2,))
    one, same, other = (filter_normalised(network, params, np.random.default_rng(seed))[0]["W"] for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert not np.allclose(one, other)
    longer = filter_normalised(network, ({"W": 7 * params[0]["W"], "b": params[0]["b"]},), np.random.default_rng(1))
    np.testing.assert_allclose(longer[0]["W"], 7 * one)
