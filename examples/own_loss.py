"""A loss of your own, without editing the package: the quantile loss, which asks for the 90th percentile, not the mean.

    python examples/own_loss.py

A loss is a function `(Y_hat, Y, weights) → (value, dY_hat)`; the weights sum to 1, so that it never divides by the
number of rows. If you would rather not find the derivative, `losses.FromValue` makes it from the value.
"""

import jax.numpy as jnp
import numpy as np

from clearprop import Network, layers, losses, optim, train

Q = 0.9


def quantile(Y_hat, Y, weights):
    """ℓ = max(q e, (q − 1) e) with e = y − ŷ;  ∂ℓ/∂ŷ = −q where e > 0, else 1 − q.  Koenker & Bassett 1978."""
    error, w = Y.reshape(Y_hat.shape) - Y_hat, weights[:, None]
    value = (w * jnp.maximum(Q * error, (Q - 1) * error)).sum()
    return value, w * jnp.where(error > 0, -Q, 1 - Q)


def quantile_value(Y_hat, Y, weights):
    """The same without its derivative."""
    return quantile(Y_hat, Y, weights)[0]


def main() -> None:
    """Learn the 90th percentile of a noise that widens with x, and count how many points lie below it."""
    random = np.random.default_rng(0)
    X = random.uniform(0, 1, (4000, 1))
    Y = np.sin(6 * X) + random.normal(size=X.shape) * (0.1 + X)
    net = Network([layers.Dense(32), layers.Activation("tanh"), layers.Dense(1)])
    for name, loss in {"by hand": quantile, "automatic": losses.FromValue(quantile_value)}.items():
        fitted = train.fit(net, X[:3000], Y[:3000], loss=loss, optimizer=optim.adam(3e-3), epochs=60)
        below = (Y[3000:] <= fitted.predict(X[3000:])).mean()
        print(f"{name:10} {below:.1%} of new points lie below the learnt {Q:.0%} line")


if __name__ == "__main__":
    main()
