"""What a rule may be: memory that is carried on, and an inference of its own."""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np

from clearprop import Network, losses, train
from clearprop.layers import Dense
from clearprop.rules import Backprop

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(50, 4))


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
