"""The networks that learn when a neuron fires, and its potential: from a logistic unit to several hidden layers."""

from typing import Any

import jax.numpy as jnp

from clearprop import layers, optim, train
from clearprop.analogy.settings import Settings
from clearprop.network import Network
from clearprop.optim.schedules import cosine
from clearprop.train import Fitted

BATCH = 256
LESS_INPUTS, LESS_UNITS = 0.1, 0.5
"""The shares that dropout leaves out."""


def network(depth: int, hidden: int) -> Network:
    """Two outputs, the log-odds of a spike and the potential: at depth 0 a logistic and a linear unit,

        Y = X W + b,

    deeper the same and, besides, what so many hidden layers of rectified units make of X: a deeper network has the
    logistic unit in it, and depth is what it has more.
    """
    if not depth:
        return Network([layers.Dropout(LESS_INPUTS), layers.Dense(2)])
    block = [layers.Dense(hidden), layers.Activation("relu"), layers.Dropout(LESS_UNITS)]
    deep = layers.Residual([*block * depth, layers.Dense(2)], shortcut=layers.Dense(2))
    return Network([layers.Dropout(LESS_INPUTS), deep])


def spike_and_potential(Y_hat: Any, Y: Any, weights: Any) -> tuple[Any, Any]:
    """Cross-entropy of the spike and half the squared error of the potential (standardised), added:

        L = Σ_i w_i (ln(1 + e^{z_i}) − y_i z_i + ½ (v̂_i − v_i)²),   dz_i = w_i (σ(z_i) − y_i),   dv̂_i = w_i (v̂_i − v_i)

    The potential tells of every millisecond; spikes are few. Beniaguev, Segev and London (2021) learn both at once.
    """
    z, error = Y_hat[:, 0], Y_hat[:, 1] - Y[:, 1]
    value = weights @ (jnp.logaddexp(0.0, z) - Y[:, 0] * z + 0.5 * error**2)
    dz = 1 / (1 + jnp.exp(-z)) - Y[:, 0]
    return value, weights[:, None] * jnp.stack([dz, error], 1)


def learn(depth: int, settings: Settings, seed: int, training: Any, validation: Any) -> Fitted:
    """A network of this depth, trained on (X, Y), as it was after the epoch that did best on the validation trials.

    The learning rate falls to 0 along a cosine. A single layer's loss has one minimum only, and bears a larger rate; it
    has fewer weights, and less decay.
    """
    steps = settings.epochs * -(-len(training[0]) // BATCH)
    rate, decay = (0.002, 0.3) if depth else (0.01, 0.01)
    return train.fit(
        network(depth, settings.hidden),
        *training,
        loss=spike_and_potential,
        optimizer=optim.adamw(cosine(rate, steps), weight_decay=decay),
        epochs=settings.epochs,
        batch_size=BATCH,
        validation=validation,
        keep="best",
        seed=seed,
    )
