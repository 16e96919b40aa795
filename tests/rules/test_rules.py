"""What a rule may be: one that learns its feedback, and Kolen and Pollack's law."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from clearprop import Network, losses, optim, train
from clearprop.layers import Activation, Dense, LayerNorm, Residual
from clearprop.rules import Backprop, Rule, weights, with_weights


@dataclass(frozen=True)
class KolenPollack(Rule):
    """A feedback matrix B of W's shape that is moved by the same gradient as W: Kolen & Pollack 1994."""

    def init(self, network, params, shapes, key):
        return weights(network.init(key, shapes[0])[0]), ()

    def gradients(self, network, loss, params, state, learnt, memory, X, Y, pass_):
        Y_hat, backprop, state = network.forward(params, state, X, pass_)
        value, dY_hat = loss(Y_hat, Y, pass_.weights)
        gradients, _dX = backprop(dY_hat, with_weights(params, learnt))
        return value, {"params": gradients, "rule": weights(gradients)}, state, memory


NET = Network([Dense(8), LayerNorm(), Activation("tanh"), Residual([Dense(8), Activation("relu")]), Dense(3)])
RANDOM = np.random.default_rng(0)
X, Y = RANDOM.normal(size=(50, 4)), RANDOM.integers(0, 3, 50)
RATE, DECAY = 0.01, 8.8


def distances(optimizer, epochs):
    """W − B of every matrix, after so many epochs of three batches; 0 epochs: as they were drawn."""
    fitted = train.fit(
        NET, X, Y, loss="softmax_cross_entropy", optimizer=optimizer, rule=KolenPollack(), epochs=max(epochs, 1),
        batch_size=20, dtype="float64", seed=1,
    )  # fmt: skip
    W, B = weights(fitted.params), fitted.learnt
    return [np.asarray(w) - np.asarray(b) for w, b in zip(jax.tree.leaves(W), jax.tree.leaves(B), strict=True)]


@pytest.fixture(scope="module")
def first():
    """W₀ − B₀: an optimizer that does not move leaves them as they are."""
    return distances(optim.gradient_descent(0.0), 0)


@pytest.mark.parametrize(
    "optimizer",
    [
        optim.gradient_descent(RATE, weight_decay=DECAY),
        optim.momentum(RATE, weight_decay=DECAY),
        optim.adamw(RATE, weight_decay=DECAY),
        optim.chain(optim.clip_by_global_norm(1.0), optim.adamw(RATE, weight_decay=DECAY)),
        optax.adamw(RATE, weight_decay=DECAY),
    ],
    ids=["gradient descent", "momentum", "adamw", "clipped adamw", "optax"],
)
def test_w_less_b_decays_by_kolen_and_pollacks_law(optimizer, first):
    """reference.md, exact laws: W − B decays as (1 − λ)ᵗ (W₀ − B₀), λ = learning rate × weight decay, decoupled."""
    steps = 3 * 10
    assert len(first) == 3
    for now, then in zip(distances(optimizer, 10), first, strict=True):
        np.testing.assert_allclose(now, (1 - RATE * DECAY) ** steps * then, rtol=1e-9, atol=1e-14)


def test_coupled_decay_breaks_the_law(first):
    """reference.md, exact laws: L2 added to the gradient, inside Adam, breaks it (there 0.547 for 0.004 after 60
    steps).
    """
    coupled = optax.chain(optax.add_decayed_weights(DECAY), optax.adam(RATE))
    now = np.concatenate([d.ravel() for d in distances(coupled, 20)])
    then = np.concatenate([d.ravel() for d in first])
    law = (1 - RATE * DECAY) ** 60
    assert law == pytest.approx(0.004, abs=1e-4)
    assert np.linalg.norm(now) / np.linalg.norm(then) > 50 * law


def test_what_a_rule_learns_goes_through_the_optimizer_and_is_kept():
    """design.md: `learnt` goes through the same optimizer as the weights, and a model holds it."""
    fitted = train.fit(NET, X, Y, loss="softmax_cross_entropy", rule=KolenPollack(), epochs=30, batch_size=20, seed=1)
    assert jax.tree.structure(fitted.learnt) == jax.tree.structure(weights(fitted.params))
    drawn = train.fit(
        NET, X, Y, loss="softmax_cross_entropy", rule=KolenPollack(), epochs=1, batch_size=20, seed=1,
        optimizer=optim.adam(0.0),
    )  # fmt: skip
    assert all((a != b).all() for a, b in zip(*map(jax.tree.leaves, (fitted.learnt, drawn.learnt)), strict=True))
    assert fitted.history["loss"][-1] < fitted.history["loss"][0]


@dataclass(frozen=True)
class Counting(Backprop):
    """Back propagation that counts its batches, and predicts twice what the network says."""

    def init(self, network, params, shapes, key):
        return (), jnp.zeros((), jnp.int32)

    def gradients(self, network, loss, params, state, learnt, memory, X, Y, pass_):
        value, gradients, state, _ = super().gradients(network, loss, params, state, learnt, (), X, Y, pass_)
        return value, gradients, state, memory + 1

    def predict(self, network, params, state, learnt, X, pass_):
        return 2 * super().predict(network, params, state, learnt, X, pass_)


def test_memory_is_carried_from_batch_to_batch_and_a_rule_may_infer_differently():
    """rules/base.py: memory is not moved by the optimizer; predict is the rule's own."""
    settings = {"loss": losses.get("squared"), "epochs": 4, "batch_size": 20}
    net = Network([Dense(1)])
    counting = train.fit(net, X, X[:, 0], rule=Counting(), **settings)
    plain = train.fit(net, X, X[:, 0], **settings)
    assert int(counting.memory) == 12
    np.testing.assert_allclose(counting.predict(X), 2 * plain.predict(X), rtol=1e-6)
