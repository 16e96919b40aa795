"""Training that goes on from where it ended: the optimizer's memory, and what a rule keeps."""

import jax
import numpy as np
import pytest

from clearprop import Network, optim, train
from clearprop.errors import DataError
from clearprop.layers import Activation, BatchNorm, Dense
from clearprop.train.fitted import ARRAYS

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(30, 3))
Y = RANDOM.integers(0, 3, 30)
NET = Network([Dense(4), BatchNorm(), Activation("tanh"), Dense(3)])
SETTINGS = {"loss": "softmax_cross_entropy", "optimizer": optim.adam(0.02), "batch_size": 12, "shuffle": False}


def going_on(fitted, *but, **settings):
    """Two more epochs, with all that a training left except these; from another seed, which then changes nothing."""
    parts = {name: getattr(fitted, name) for name in ARRAYS if name not in but}
    return train.fit(NET, X, Y, epochs=2, seed=7, **{**SETTINGS, **settings}, **parts)


def same(a, b):
    leaves = [jax.tree.leaves([getattr(f, name) for name in ARRAYS]) for f in (a, b)]
    return all(np.array_equal(one, other) for one, other in zip(*leaves, strict=True))


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"batch_size": None, "dtype": "float64"},
        {"rule": "feedback_alignment"},
        {"members": 2, "optimizer": optim.chain(optim.clip_by_global_norm(0.5), optim.momentum(0.05))},
        {"optimizer": optim.gradient_descent(optim.schedules.cosine(0.1, 12))},
    ],
    ids=["adam", "full batch", "feedback alignment", "ensemble, clipped momentum", "cosine"],
)
def test_two_epochs_and_two_more_are_four_to_the_bit(settings):
    """fit's docstring: with all five of a Fitted, training goes on as if it had not been interrupted."""
    four = train.fit(NET, X, Y, epochs=4, **{**SETTINGS, **settings})
    two = train.fit(NET, X, Y, epochs=2, **{**SETTINGS, **settings})
    assert same(four, going_on(two, **settings))
    assert not same(four, two)


def test_without_the_optimizers_memory_they_are_not():
    """The test above would pass if nothing were remembered: here Adam's count begins again."""
    four, two = (train.fit(NET, X, Y, epochs=n, **SETTINGS) for n in (4, 2))
    assert int(going_on(two).optimizer_state.step) == int(four.optimizer_state.step) == 4 * 3
    begun_again = going_on(two, "optimizer_state")
    assert int(begun_again.optimizer_state.step) == 2 * 3
    assert not same(begun_again, four)


def test_what_is_given_stays_as_it_is():
    """The compiled program takes its arguments' memory; not that of a caller's arrays."""
    two = train.fit(NET, X, Y, epochs=2, **SETTINGS)
    before = jax.tree.map(np.array, two.optimizer_state)
    going_on(two)
    for one, other in zip(jax.tree.leaves(before), jax.tree.leaves(two.optimizer_state), strict=True):
        np.testing.assert_array_equal(one, other)


def test_weights_of_an_earlier_epoch_have_no_optimizers_memory():
    """Fitted's docstring: it would be that of other weights. A rate that grows makes every epoch worse."""
    getting_worse = optim.gradient_descent(optim.schedules.warm_up(10, 1e4))
    fitted = train.fit(NET, X, Y, epochs=9, patience=2, **{**SETTINGS, "optimizer": getting_worse})
    assert fitted.kept_epoch < len(fitted.history)
    assert fitted.optimizer_state is None


def test_another_optimizers_memory_is_refused():
    """fit's errors."""
    two = train.fit(NET, X, Y, epochs=2, **SETTINGS)
    with pytest.raises(DataError, match="optimizer_state does not fit"):
        going_on(two, optimizer="momentum")
