"""What a network's predictions hang on besides its weights: statistics of its layers, and what its rule has learnt."""

from typing import Any

import jax

from clearprop.i18n import _
from clearprop.rules import Rule
from clearprop.train import Fitted


def predicts_by_forward(fitted: Fitted) -> bool:
    """Whether its predictions are the network's plain forward; forward-forward's, for one, are not."""
    return type(fitted.rule).predict is Rule.predict


def not_on_a_path(fitted: Fitted) -> list[str]:
    """What a path of descent does not keep, so that at every epoch it is the trained network's: a sentence for each.

    >>> from clearprop import Network, layers, train
    >>> net = Network([layers.BatchNorm(), layers.Dense(1)])
    >>> fitted = train.fit(net, [[0.0], [1.0]], [[1.0], [2.0]], loss="squared", epochs=1)
    >>> len(not_on_a_path(fitted))
    1
    """
    found = []
    if any(not _is_data(kept) for kept in jax.tree.leaves(fitted.state, is_leaf=_is_data)):
        found.append(
            _(
                "A path keeps the weights alone: the running statistics of the normalisation are the trained network's"
                " at every epoch."
            )
        )
    if not predicts_by_forward(fitted) and jax.tree.leaves(fitted.learnt):
        found.append(
            _(
                "A path keeps the weights alone: what the learning rule has learnt besides them is the trained"
                " network's at every epoch."
            )
        )
    return found


def _is_data(state: Any) -> bool:
    """Whether this is `Standardize`'s, which is taken from the data before training and does not move."""
    return isinstance(state, dict) and set(state) == {"mean", "scale"}
