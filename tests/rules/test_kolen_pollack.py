"""Kolen–Pollack: W − B decays by their law, whatever the data."""

import cases
import jax
import numpy as np
import optax
import pytest

from clearprop import Network, optim, rules, train
from clearprop.layers import Activation, Dense, LayerNorm, Residual
from clearprop.rules import travelled

NET = Network([Dense(8), LayerNorm(), Activation("tanh"), Residual([Dense(8), Activation("relu")]), Dense(3)])
RANDOM = np.random.default_rng(0)
X, Y = RANDOM.normal(size=(50, 4)), RANDOM.integers(0, 3, 50)
RATE, DECAY = 0.01, 8.8


def distances(optimizer, epochs):
    """W − B of every matrix, after so many epochs of three batches; 0 epochs: as they were drawn."""
    fitted = train.fit(
        NET, X, Y, loss="softmax_cross_entropy", optimizer=optimizer, rule="kolen_pollack", epochs=max(epochs, 1),
        batch_size=20, dtype="float64", seed=1,
    )  # fmt: skip
    W, B = travelled(fitted.params), fitted.learnt
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
    assert len(first) == 2  # of three matrices; the first layer's has no twin
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
    fitted = train.fit(
        NET,
        X,
        Y,
        loss="softmax_cross_entropy",
        rule="kolen_pollack",
        epochs=30,
        batch_size=20,
        seed=1,
        optimizer=optim.adam(0.01),
    )
    assert jax.tree.structure(fitted.learnt) == jax.tree.structure(travelled(fitted.params))
    drawn = train.fit(
        NET, X, Y, loss="softmax_cross_entropy", rule="kolen_pollack", epochs=1, batch_size=20, seed=1,
        optimizer=optim.adam(0.0),
    )  # fmt: skip
    assert all((a != b).all() for a, b in zip(*map(jax.tree.leaves, (fitted.learnt, drawn.learnt)), strict=True))
    assert fitted.history["loss"][-1] < fitted.history["loss"][0]


@pytest.mark.parametrize("net", {**cases.LAYERS, **cases.BLOCKS}.values(), ids={**cases.LAYERS, **cases.BLOCKS})
def test_with_B_equal_to_W_it_is_back_propagation_and_dB_is_dW(net, float64):
    """reference.md, exact laws; Akrout et al. 2019, equations 16 and 17."""
    params, state = cases.start(net)
    found = cases.gradient(rules.KolenPollack(), net, params, state, travelled(params))
    cases.assert_same(found["params"], cases.backprop(net, params, state))
    cases.assert_same(found["rule"], travelled(found["params"]))
