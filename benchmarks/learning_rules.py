"""Learning rules in the settings that their authors published, beside the figures that they got.

    python benchmarks/learning_rules.py [akrout bartunov predictive_coding forward_forward] [--seeds 5] [--epochs 100]
                                        [--json FILE]

Data: `mnist.npz` in the folder CLEARPROP_TEST_DATA (by default ../shared/data). What was measured stands in
docs/learning-principles.md.

- akrout: 784-500-10, sigmoids, batches of 128, plain gradient descent, rates 0.2 (backprop, feedback alignment), 0.3
  (Kolen–Pollack), 0.05 (weight mirror). Akrout et al. 2019, the logs of their NumPy code. There the loss is the sum
  over the 10 outputs (ours is the mean, so rates are 10 times theirs) and weights are drawn with variance 1/(fan_in +
  fan_out). WM has the mirror of their code, written out below; "WM ours" is `rules.WeightMirror` with the rate that
  their noise (uniform, 0.1 wide), rate (0.01), batch (128, summed) and the sigmoid's slope (1/4) make together.
- bartunov: 784-256-256-256-256-256-10, tanh, Adam, batches of 100, 60 epochs. Bartunov et al. 2018, table 1, which
  gives errors after a search over more; ours tries four rates on 10,000 of the training images.
- predictive_coding: 784-256-256-10, ReLU, squared error, batches of 500, activities settling 20 steps at rate 0.01,
  Adam at 0.001, 7 epochs. The Bogacz group's notebook.
- forward_forward: 2 × 500, ReLU, 30 epochs. A public re-run in plain NumPy of Hinton 2022.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from clearprop import Network, initializers, layers, optim, rules, train
from clearprop.optim import schedules


@dataclass(frozen=True)
class Akrout(initializers.Scaled):
    """Var W = 1 / (fan_in + fan_out)."""

    def variance(self, fan_in: int, fan_out: int) -> float:
        """1 / (fan_in + fan_out)"""
        return 1 / (fan_in + fan_out)


@dataclass(frozen=True)
class PyTorch(initializers.Scaled):
    """Var W = 1 / (3 fan_in), what PyTorch's linear layer begins with."""

    def variance(self, fan_in: int, fan_out: int) -> float:
        """1 / (3 fan_in)"""
        return 1 / (3 * fan_in)


@dataclass(frozen=True)
class TheirMirror(rules.WeightMirror):
    """The weight mirror of Akrout et al.'s code, for one hidden layer: B ← B + 0.01 Σ_rows Sᵀ σ(S W + b).

    S is uniform on ±0.05; mirroring begins with as many batches as an epoch has, before training.
    """

    def init(self, network, params, shapes, key):
        """B, mirrored for an epoch"""
        _, B = super().init(network, params, shapes, key)
        step = lambda i, B: self.mirror(params, B, jax.random.fold_in(key, i), 128)  # noqa: E731
        return (), jax.lax.fori_loop(0, 468, step, B)

    def mirror(self, params, B, key, n):
        """B ← B + 0.01 Sᵀ R,  R = σ(S W + b)"""
        W, b = params[2]["W"], params[2]["b"]
        S = 0.1 * (jax.random.uniform(key, (n, W.shape[0]), W.dtype) - 0.5)
        return (B[0], B[1], {**B[2], "W": B[2]["W"] + 0.01 * S.T @ jax.nn.sigmoid(S @ W + b)})


MIRROR = 128 * 0.01 * 0.1**2 / 12 / 4


def mlp(sizes: tuple[int, ...], function: str, draw: Any = "glorot") -> Network:
    """Dense and activation for each hidden size; Dense 10."""
    hidden = [part for units in sizes for part in (layers.Dense(units, draw), layers.Activation(function))]
    return Network([*hidden, layers.Dense(10, draw)])


def half_squares(Y_hat: Any, Y: Any, weights: Any) -> Any:
    """½ Σ_i w_i ‖ŷ_i − y_i‖², and its derivative."""
    difference = Y_hat - Y
    return (weights * (difference**2).sum(-1)).sum() / 2, weights[:, None] * difference


@dataclass(frozen=True)
class Setting:
    """One row of the published figures: how to train, when to look, and what was published."""

    name: str
    rule: Any
    network: Network
    loss: Any
    optimizer: Callable[[int], Any]
    batch_size: int
    epochs: int
    looks: tuple[int, ...]
    published: tuple[float, ...]
    one_hot: bool = False
    rates: tuple[float, ...] = ()

    def searched(self, data: Any, epochs: int) -> "Setting":
        """With the best of its learning rates, by the last 10,000 training images; as it is where none are named."""
        X, y, *_test = data
        held_out = X[:-10_000], y[:-10_000], X[-10_000:], y[-10_000:]
        tried = [replace(self, optimizer=annealed(rate), looks=(), rates=()) for rate in self.rates]
        scores = [setting.train(held_out, 0, epochs)["accuracy"][epochs] for setting in tried]
        print(self.name, "on validation images:", dict(zip(self.rates, scores, strict=True)), flush=True)
        return replace(self, optimizer=tried[int(np.argmax(scores))].optimizer) if scores else self

    def train(self, data: Any, seed: int, epochs: int) -> dict[str, Any]:
        """Test accuracy at each look, and the angle between the rule's error and backprop's at the hidden layer."""
        X, y, X_test, y_test = data
        Y, Y_test = (np.eye(10, dtype="float32")[v] if self.one_hot else v for v in (y, y_test))
        found: dict[str, Any] = {"seed": seed, "accuracy": {}, "angle": {}}

        def look(run: Any, record: dict[str, Any]) -> None:
            if record["epoch"] in (*self.looks, epochs):
                fitted = run.fitted
                accuracy = fitted.evaluate(X_test, Y_test, metrics=["accuracy"])["accuracy"]
                found["accuracy"][record["epoch"]] = 100 * accuracy
                if self.name.startswith("akrout"):
                    found["angle"][record["epoch"]] = delta_angle(fitted, X[:2000], Y[:2000])

        started = time.perf_counter()
        fitted = train.fit(
            self.network, X, Y, loss=self.loss, rule=self.rule, epochs=epochs, batch_size=self.batch_size, seed=seed,
            optimizer=self.optimizer(epochs * -(-len(X) // self.batch_size)), callbacks=[look],
        )  # fmt: skip
        return {**found, "stopped": fitted.stopped, "seconds": time.perf_counter() - started}


def delta_angle(fitted: train.Fitted, X: Any, Y: Any) -> float:
    """The angle between a row's δ = (dZ Bᵀ) ∘ f′ and backprop's (dZ Wᵀ) ∘ f′ at the hidden layer, mean over rows."""
    B = fitted.rule.feedback(fitted.params, fitted.learnt, fitted.memory)[2]["W"]
    W = fitted.params[2]["W"]
    A = jax.nn.sigmoid(X @ fitted.params[0]["W"] + fitted.params[0]["b"])
    dZ = jax.nn.sigmoid(A @ W + fitted.params[2]["b"]) - Y
    one, other = ((dZ @ M.T) * A * (1 - A) for M in (B, W))
    cosine = (one * other).sum(1) / jnp.linalg.norm(one, axis=1) / jnp.linalg.norm(other, axis=1)
    return float(jnp.degrees(jnp.arccos(jnp.clip(cosine, -1, 1))).mean())


def akrout(short: str, rule: Any, rate: float, published: tuple[float, ...]) -> Setting:
    """One rule in Akrout et al.'s setting."""
    return Setting(
        f"akrout {short}", rule, mlp((500,), "sigmoid", Akrout()), "sigmoid_cross_entropy",
        lambda steps: optim.gradient_descent(10 * rate), 128, 100, (10, 50, 100), published, one_hot=True,
    )  # fmt: skip


def annealed(rate: float) -> Callable[[int], Any]:
    """Adam, its rate falling to 0 along half a cosine."""
    return lambda steps: optim.adam(schedules.cosine(rate, steps))


def bartunov(short: str, rule: Any, published: float) -> Setting:
    """One rule in Bartunov et al.'s setting; they publish errors after a search, and ours searches Adam's rate."""
    return Setting(
        f"bartunov {short}", rule, mlp((256,) * 5, "tanh"), "softmax_cross_entropy", annealed(1e-3), 100, 60, (60,),
        (100 - published,), rates=(1e-4, 3e-4, 1e-3, 3e-3),
    )  # fmt: skip


SETTINGS = [
    akrout("BP", "backprop", 0.2, (94.12, 97.70, 98.25)),
    akrout("FA", "feedback_alignment", 0.2, (90.86, 94.62, 96.34)),
    akrout("KP", "kolen_pollack", 0.3, (95.41, 97.95, 98.28)),
    akrout("WM", TheirMirror(), 0.05, (90.49, 96.51, 97.97)),
    akrout("WM ours", rules.WeightMirror(MIRROR, 0.0), 0.05, (90.49, 96.51, 97.97)),
    bartunov("BP", "backprop", 1.48),
    bartunov("FA", "feedback_alignment", 1.85),
    bartunov("DFA", "direct_feedback_alignment", 2.75),
    Setting(
        "predictive_coding", rules.PredictiveCoding(steps=20, rate=0.01),
        mlp((256, 256), "relu", PyTorch("uniform")), half_squares,
        lambda steps: optim.adam(1e-3), 500, 7, (7,), (98.4,), one_hot=True,
    ),
    Setting(
        "forward_forward", "forward_forward", mlp((500, 500), "relu", "he"), "softmax_cross_entropy",
        annealed(1e-3), 100, 30, (30,), (96.40,),
    ),
]  # fmt: skip


def mnist() -> tuple[np.ndarray, ...]:
    """Pixels from 0 to 1, and classes; training rows, then test rows."""
    with np.load(Path(os.environ.get("CLEARPROP_TEST_DATA", "../shared/data")) / "mnist.npz") as file:
        X, y, X_test, y_test = (file[name] for name in ("X_train", "y_train", "X_test", "y_test"))
    flat = [images.reshape(len(images), -1).astype("float32") / 255 for images in (X, X_test)]
    return flat[0], y, flat[1], y_test


def summary(records: list[dict[str, Any]], what: str, epoch: int) -> str:
    """Mean ± standard deviation over the seeds."""
    values = [record[what][epoch] for record in records if epoch in record[what]]
    spread = statistics.stdev(values) if len(values) > 1 else 0.0
    return f"{statistics.mean(values):.2f} ± {spread:.2f}" if values else "–"


def main() -> None:
    """Train in each setting with each seed, and print ours beside theirs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("settings", nargs="*", default=["akrout", "bartunov", "predictive_coding", "forward_forward"])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--json")
    arguments = parser.parse_args()
    data, results = mnist(), {}
    for setting in SETTINGS:
        if not any(setting.name.startswith(asked) for asked in arguments.settings):
            continue
        epochs = arguments.epochs or setting.epochs
        setting, records = setting.searched(data, epochs), []
        for seed in range(arguments.seeds):
            records.append(setting.train(data, seed, epochs))
            print(setting.name, json.dumps(records[-1]), flush=True)
        results[setting.name] = {"published": setting.published, "looks": setting.looks, "seeds": records}
        for epoch, published in zip(setting.looks, setting.published, strict=True):
            angle = f", angle {summary(records, 'angle', epoch)}°" if records[0]["angle"] else ""
            print(
                f"{setting.name} epoch {epoch}: {summary(records, 'accuracy', epoch)}% (published {published}%){angle}"
            )
        if arguments.json:
            Path(arguments.json).write_text(json.dumps(results) + "\n")


if __name__ == "__main__":
    main()
