"""A learning rule of your own, without editing the package: the error travels back through the signs of the weights.
alone.

    python examples/own_rule.py

A rule says how the error reaches each layer. Here dX = dZ Bᵀ with B = s · sign(W): a synapse going back needs to know
whether the one going forward excites or inhibits, but not how strongly. s is the mean size of W, so that the error
keeps its scale.

Liao, Leibo & Poggio 2016, "How important is weight symmetry in backpropagation?", uniform sign-concordant feedback.
(The package has a kin of it, `sign_symmetry`; this shows how little a rule is.) `clearprop.compare` takes such a rule
too: `Settings(rules=("backprop", SignFeedback()))`.
"""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from sklearn.datasets import load_digits

from clearprop import Network, layers, optim, rules, train


@dataclass(frozen=True)
class SignFeedback(rules.Rule):
    """Back propagation with s · sign(W) in the place of W on the way back."""

    def gradients(self, network, loss, params, state, learnt, memory, X, Y, pass_):
        Y_hat, backprop, state = network.forward(params, state, X, pass_)
        value, dY_hat = loss(Y_hat, Y, pass_.weights)
        B = jax.tree.map(lambda W: jnp.abs(W).mean() * jnp.sign(W), rules.weights(params))
        gradients, _dX = backprop(dY_hat, rules.with_weights(params, B))
        return value, {"params": gradients, "rule": ()}, state, memory


def main() -> None:
    """Train the same network by three rules."""
    X, y = load_digits(return_X_y=True)
    net = Network(
        [layers.Dense(128), layers.Activation("relu"), layers.Dense(64), layers.Activation("relu"), layers.Dense(10)]
    )
    for rule in ("backprop", "feedback_alignment", SignFeedback()):
        fitted = train.fit(
            net,
            X[:1500] / 16,
            y[:1500],
            loss="softmax_cross_entropy",
            rule=rule,
            optimizer=optim.adam(1e-3),
            epochs=30,
        )
        name = rule if isinstance(rule, str) else type(rule).__name__
        print(f"{name:20} test accuracy {fitted.evaluate(X[1500:] / 16, y[1500:])['accuracy']:.3f}")


if __name__ == "__main__":
    main()
