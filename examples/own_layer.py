"""A layer of your own, without editing the package: once with its way back written out, once without.

    python examples/own_layer.py

`Scale` multiplies each feature by a number that it learns. Written by hand it gives `forward` and, inside, `backprop`;
as an `Automatic` layer it gives only `compute`, and automatic differentiation finds the way back. Both must learn the
same.
"""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from sklearn.datasets import load_digits

from clearprop import Network, explain, layers, optim, train


@dataclass(frozen=True)
class Scale(layers.Layer):
    """Y = X s,  ds = Σ dY X,  dX = dY s."""

    def init(self, key, shape):
        return {"s": jnp.ones(shape)}, {}, shape

    def forward(self, params, state, X, pass_):
        def backprop(dY, feedback=params):
            return {"s": (dY * X).sum(0)}, dY * feedback["s"]

        return X * params["s"], backprop, state


@dataclass(frozen=True)
class AutomaticScale(layers.Automatic):
    """Y = X s; the way back is found by JAX."""

    def init(self, key, shape):
        return {"s": jnp.ones(shape)}, {}, shape

    def compute(self, params, X):
        return X * params["s"]


def main() -> None:
    """Train both on handwritten digits, check the gradients, compare."""
    X, y = load_digits(return_X_y=True)
    results = []
    for layer in (Scale(), AutomaticScale()):
        net = Network([layer, layers.Dense(64), layers.Activation("relu"), layers.Dense(10)])
        fitted = train.fit(
            net, X[:1500] / 16, y[:1500], loss="softmax_cross_entropy", optimizer=optim.adam(3e-3), epochs=15
        )
        worst = max(check.error for check in explain.gradient_check(fitted, X / 16, y))
        accuracy = fitted.evaluate(X[1500:] / 16, y[1500:])["accuracy"]
        print(f"{type(layer).__name__:15} test accuracy {accuracy:.3f}   worst gradient error {worst:.1e}")
        results.append(fitted.predict(X / 16))
    print("largest difference between the two:", np.abs(results[0] - results[1]).max())


if __name__ == "__main__":
    main()
