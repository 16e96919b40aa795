"""Dropout: how much is dropped, the same both ways, nothing in use."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from clearprop.errors import ClearpropError
from clearprop.layers import Dropout, Pass, Sequence, inference

KEY = jax.random.key(0)


def test_the_share_dropped_and_the_mean_kept():
    """Srivastava et al. 2014, inverted: a share `rate` becomes 0, the rest is divided by 1 − rate."""
    Y, backprop, _ = Dropout(0.3).forward({}, {}, jnp.ones((200, 100)), Pass(True, KEY, jnp.full(200, 1 / 200)))
    values, counts = np.unique(np.asarray(Y), return_counts=True)
    np.testing.assert_allclose(values, [0, 1 / 0.7], rtol=1e-6)
    assert counts[0] / Y.size == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / Y.size))
    np.testing.assert_array_equal(backprop(jnp.ones((200, 100)))[1], Y)


@pytest.mark.parametrize(("progress", "rate"), [(0.0, 0.4), (0.5, 0.4), (0.75, 0.2), (0.875, 0.0585786), (1.0, 0.0)])
def test_a_rate_that_fades(progress, rate):
    """RealMLP's "flat_cos": the whole rate until half of the training, then 0.4 · ½ (1 + cos π(2t − 1)); the way back
    is at the same rate. Without `fade`, progress is nothing to it.
    """
    X, pass_ = jnp.ones((200, 100)), Pass(True, KEY, jnp.full(200, 1 / 200), jnp.float32(progress))
    Y, backprop, _ = Dropout(0.4, fade=True).forward({}, {}, X, pass_)
    assert float(Y.max()) == pytest.approx(1 / (1 - rate), rel=1e-6)
    assert float((Y == 0).mean()) == pytest.approx(rate, abs=4 * np.sqrt(0.24 / Y.size))
    np.testing.assert_array_equal(backprop(X)[1], Y)
    assert float(Dropout(0.4).forward({}, {}, X, pass_)[0].max()) == pytest.approx(1 / 0.6)


def test_in_use_nothing_is_dropped():
    """Y = X, and dX = dY; likewise for rate 0 while training, which then needs no key."""
    X = jnp.ones((2, 3))
    for layer, pass_ in (Dropout(0.9), inference(2)), (Dropout(0.0), Pass(True, None, jnp.full(2, 0.5))):
        Y, backprop, _ = layer.forward({}, {}, X, pass_)
        assert Y is X
        assert backprop(X)[1] is X


def test_each_dropout_of_a_network_and_each_pass_draws_its_own():
    """Pass.of_layer, and the key of the pass."""
    net = Sequence([Dropout(0.5), Dropout(0.5)])
    X = jnp.ones((50, 20))
    Y = net.forward(((), ()), ((), ()), X, Pass(True, KEY, jnp.full(50, 0.02)))[0]
    kept = (np.asarray(Y) > 0).mean()
    assert kept == pytest.approx(0.25, abs=0.06)  # one mask twice would keep half
    other = net.forward(((), ()), ((), ()), X, Pass(True, jax.random.key(1), jnp.full(50, 0.02)))[0]
    assert (other != Y).any()


def test_the_errors():
    """Dropout's docstrings."""
    for rate in (1.0, -0.1):
        with pytest.raises(ClearpropError, match=f"from 0 up to, but not including, 1; it is {rate}"):
            Dropout(rate)
    with pytest.raises(ClearpropError, match="give the pass a key"):
        Dropout(0.5).forward({}, {}, jnp.ones((1, 2)), Pass(True, None, jnp.ones(1)))
