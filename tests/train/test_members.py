"""Ensembles: each member as it would be alone, and the mean of their predictions in all that is scored."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from clearprop import Network, losses, optim, train
from clearprop.errors import ClearpropError, DataError
from clearprop.layers import Activation, BatchNorm, Dense, Dropout
from clearprop.optim import OPTIMIZERS
from clearprop.rules import RULES, Backprop
from clearprop.train import TrainingWarning, program

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(30, 3))
Y = RANDOM.integers(0, 3, 30)
NET = Network([Dense(4, bias=False), BatchNorm(), Activation("tanh"), Dense(3)])  # a bias there has gradient 0 + noise
SETTINGS = {"loss": "softmax_cross_entropy", "epochs": 3, "batch_size": 12, "dtype": "float64"}
CLIPPED = optim.chain(optim.clip_by_global_norm(0.1), optim.adam(0.02))


def stack(*trees):
    return jax.tree.map(lambda *leaves: np.stack(leaves), *trees)


def start(seed, rule):
    """Where one member begins: its weights, state and what its rule has, from a seed of its own."""
    with jax.enable_x64(True):
        params, state, _ = NET.init(jax.random.key(seed), (3,))
        learnt, memory = rule.init(NET, params, NET.shapes((3,)), jax.random.key(100 + seed))
        return {"params": params, "state": state, "learnt": learnt, "memory": memory}


def close(a, b):
    """Two trees of arrays agree to float64's last digits, after nine steps."""
    for one, other in zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)


DRAWING = {"weight_mirror", "forward_forward"}
"""Rules that draw random numbers for each batch: a member's are its own."""

WAYS = [
    *((name, "backprop") for name in OPTIMIZERS),
    (CLIPPED, "backprop"),
    (optax.adam(0.02), "backprop"),
    *(("adam", name) for name in RULES.classes if name not in {"backprop", *DRAWING}),
]


@pytest.mark.parametrize(("optimizer", "rule"), WAYS, ids=lambda part: part if isinstance(part, str) else "other")
def test_a_member_is_the_network_that_it_would_be_alone(optimizer, rule):
    """fit's docstring: same batches, everything else its own; clipping too is each member's. The loss is the mean."""
    settings = {**SETTINGS, "optimizer": optimizer, "rule": rule}
    starts = [start(seed, RULES.get(rule)) for seed in (1, 2)]
    together = train.fit(NET, X, Y, members=2, **settings, **stack(*starts))
    alone = [train.fit(NET, X, Y, **settings, **own) for own in starts]
    for index, own in enumerate(alone):
        member = together.member(index)
        for part in ("params", "state", "learnt", "memory", "optimizer_state"):
            close(getattr(member, part), getattr(own, part))
        np.testing.assert_allclose(member.predict(X), own.predict(X), rtol=1e-10)
    mean = np.mean([own.history["loss"] for own in alone], 0)
    np.testing.assert_allclose(together.history["loss"], mean, rtol=1e-12)


@pytest.fixture(scope="module")
def ensemble():
    """Three members with all that is random."""
    return train.fit(
        Network([*NET.layers, Dropout(0.2)]), X, Y, members=3, validation=(X[:9], Y[:9]), optimizer=CLIPPED, **SETTINGS
    )


def test_the_prediction_is_the_mean_of_the_members_predictions(ensemble):
    """Fitted.predict, predict_members and member; probabilities still sum to 1."""
    each = ensemble.predict_members(X)
    assert each.shape == (3, 30, 3)
    np.testing.assert_allclose(ensemble.predict(X), each.mean(0), rtol=1e-12)
    np.testing.assert_allclose(each[2], ensemble.member(2).predict(X), rtol=1e-12)
    np.testing.assert_allclose(np.exp(ensemble.forward(X)), each.mean(0), rtol=1e-12)
    assert (each.std(0) > 1e-4).all()


def test_evaluation_is_that_of_the_mean_prediction(ensemble):
    """Fitted.evaluate, by hand; and the last epoch's validation, by the same function."""
    mean = ensemble.predict_members(X[:9]).mean(0)
    found = ensemble.evaluate(X[:9], Y[:9])
    assert found["loss"] == pytest.approx(-np.log(mean[np.arange(9), Y[:9]]).mean(), rel=1e-12)
    assert found["accuracy"] == pytest.approx((mean.argmax(1) == Y[:9]).mean())
    assert found["loss"] == pytest.approx(ensemble.history[-1]["val_loss"], rel=1e-12)


def test_every_array_has_the_members_first_and_a_single_network_has_no_such_axis(ensemble):
    """fit's docstring; and predict_members of a single network is of one member."""
    assert {leaf.shape[0] for leaf in jax.tree.leaves((ensemble.params, ensemble.state))} == {3}
    one = ensemble.member(1)
    assert (one.members, one.params[0]["W"].shape) == (1, (3, 4))
    assert one.member(0) is one
    np.testing.assert_array_equal(one.predict_members(X)[0], one.predict(X))


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_other_member(index, ensemble):
    """Fitted.member's error."""
    with pytest.raises(ClearpropError, match=rf"no member {index}: they are numbered from 0 to 2"):
        ensemble.member(index)


ONE_WEIGHT = Network([Dense(1, "zeros", bias=False)])
STILL = {"optimizer": optim.gradient_descent(0.0), "epochs": 1, "batch_size": None, "dtype": "float64"}


def weights(*values):
    return ({"W": np.reshape(values, (-1, 1, 1))},)


@pytest.mark.parametrize(
    ("loss", "target", "each", "validation"),
    [
        ("squared", 1.0, [1.0, 9.0], 1.0),  # 0 and 4, their mean 2
        ("sigmoid_cross_entropy", 1.0, [np.log(2), np.log1p(np.exp(-4))], -np.log((0.5 + 1 / (1 + np.exp(-4))) / 2)),
        ("log_poisson", 3.0, [1.0, np.exp(4) - 12], (1 + np.exp(4)) / 2 - 3 * np.log((1 + np.exp(4)) / 2)),
    ],
)
def test_the_loss_is_the_mean_and_the_validation_loss_that_of_the_mean(loss, target, each, validation):
    """By hand, weights 0 and 4, x = 1: rates 1 and e⁴, probabilities ½ and σ(4)."""
    fitted = train.fit(
        ONE_WEIGHT, np.ones((4, 1)), np.full(4, target), loss=loss, members=2, params=weights(0.0, 4.0),
        validation=(np.ones((1, 1)), np.full(1, target)), **STILL,
    )  # fmt: skip
    assert fitted.history["loss"] == pytest.approx([np.mean(each)], rel=1e-12)
    assert fitted.history["val_loss"] == pytest.approx([validation], rel=1e-12)


def test_the_epoch_kept_is_the_best_of_the_mean():
    """From 0 and −1 towards 1 the weights are 1 − 0.9ᵗ and 1 − 2 · 0.9ᵗ; validation wants ½. The mean comes nearest at
    t = 10 (0.477; then 0.529); the first member alone would at 7, the second at 13.
    """
    fitted = train.fit(
        ONE_WEIGHT, np.ones((4, 1)), np.ones(4), loss="squared", members=2, params=weights(0.0, -1.0), patience=4,
        validation=(np.ones((1, 1)), np.full(1, 0.5)), **{**STILL, "epochs": 40,
        "optimizer": optim.gradient_descent(0.05)},
    )  # fmt: skip
    assert (fitted.kept_epoch, fitted.stopped, len(fitted.history)) == (10, "patience", 14)
    np.testing.assert_allclose(fitted.params[0]["W"].ravel(), [1 - 0.9**10, 1 - 2 * 0.9**10], rtol=1e-12)
    assert fitted.optimizer_state is None


def test_one_member_that_diverges_ends_the_training_of_all():
    """As alone: the last good weights are kept. In float32 the square of 10²⁵ is infinite."""
    with pytest.warns(TrainingWarning, match="in epoch 1"):
        fitted = train.fit(
            ONE_WEIGHT, np.ones((4, 1)), np.ones(4), loss="squared", members=2, params=weights(0.5, 1e25),
            **{**STILL, "dtype": "float32", "epochs": 5},
        )  # fmt: skip
    assert (fitted.stopped, fitted.kept_epoch) == ("diverged", 0)
    np.testing.assert_allclose(fitted.params[0]["W"].ravel(), [0.5, 1e25], rtol=1e-6)


@dataclass(frozen=True)
class Keys(Backprop):
    """Back propagation that notes the key of every batch."""

    def init(self, network, params, shapes, key):
        return (), (jnp.zeros((6, 2), jnp.uint32), jnp.int32(0))

    def gradients(self, network, loss, params, state, learnt, memory, X, Y, pass_):
        value, gradients, state, _ = super().gradients(network, loss, params, state, learnt, (), X, Y, pass_)
        seen, count = memory
        return value, gradients, state, (seen.at[count].set(jax.random.key_data(pass_.key)), count + 1)


def test_members_differ_in_weights_and_random_numbers_and_a_larger_ensemble_begins_with_a_smaller_one():
    """keys' docstring, of the initial weights and of every batch."""
    settings = {"loss": "squared", "optimizer": optim.gradient_descent(0.0), "rule": Keys(), "epochs": 2}
    net = Network([Dense(1)])
    two, three = (train.fit(net, X, X[:, 0], members=k, batch_size=10, **settings) for k in (2, 3))
    assert len(np.unique(np.asarray(three.params[0]["W"]).reshape(3, -1), axis=0)) == 3
    assert len(np.unique(np.asarray(three.memory[0]).reshape(-1, 2), axis=0)) == 3 * 6
    np.testing.assert_array_equal(two.params[0]["W"], three.params[0]["W"][:2])
    np.testing.assert_array_equal(two.memory[0], three.memory[0][:2])


def test_another_number_does_not_recompile(ensemble):
    """decisions/0001: numbers are arguments; so they are for an ensemble."""
    compiled = len(program.run)
    optimizer = optim.chain(optim.clip_by_global_norm(2.0), optim.adam(0.5))
    changed = {**SETTINGS, "epochs": 5, "seed": 9, "patience": 2, "keep": "last"}
    train.fit(ensemble.network, X, Y, members=3, validation=(X[:9], Y[:9]), optimizer=optimizer, **changed)
    assert len(program.run) == compiled


@dataclass(frozen=True)
class Bounded(losses.Squared):
    """Between −1 and 1."""

    output = "tanh"


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"members": 0}, ClearpropError, "members must be 1 or more, not 0"),
        ({"params": weights(1.0)}, DataError, r"params does not fit the network: .*\(1, 1, 1\)"),
        ({"params": ({"W": np.ones((1, 1))},)}, DataError, r"params does not fit the network: .*\(1, 1\)"),
        ({"loss": Bounded()}, ClearpropError, "cannot be averaged after the activation 'tanh'"),
    ],
    ids=str,
)
def test_what_cannot_be_an_ensemble_is_refused(changes, error, sentence):
    """fit's errors: before anything is trained."""
    arguments = {"loss": "squared", "members": 2, **STILL, **changes}
    with pytest.raises(error, match=sentence):
        train.fit(ONE_WEIGHT, np.ones((4, 1)), np.ones(4), **arguments)
