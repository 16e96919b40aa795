"""200 residual blocks with LayerNorm on MNIST: do they compile in seconds, and do they train?

    python benchmarks/depth.py [--blocks 200] [--width 64] [--epochs 2]

Each block is X + Dense(relu(Dense(LayerNorm(X)))). Prints the compile time (tracing included), the loss by epoch, and
the gradient's norm at the first and the last block. Data: `mnist.npz` in the folder CLEARPROP_TEST_DATA (by default
../shared/data).
"""

import argparse
import os
import time
from pathlib import Path

import jax
import numpy as np

from clearprop import Network, layers, losses, optim, train
from clearprop.layers import inference


def network(blocks: int, width: int) -> Network:
    """A stem, so many blocks, a head."""
    block = layers.Residual(
        [layers.LayerNorm(), layers.Dense(width, "he"), layers.Activation("relu"), layers.Dense(width, "lecun")]
    )
    return Network(
        [layers.Flatten(), layers.Dense(width), layers.Repeat(block, blocks), layers.LayerNorm(), layers.Dense(10)]
    )


def main() -> None:
    """Compile, train, and look at the gradients."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--blocks", type=int, default=200)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=2)
    arguments = parser.parse_args()
    with np.load(Path(os.environ.get("CLEARPROP_TEST_DATA", "../shared/data")) / "mnist.npz") as file:
        X, y = file["X_train"].astype("float32") / 255, file["y_train"]
    net = network(arguments.blocks, arguments.width)
    started, calls = time.perf_counter(), []

    class Clock:
        """Notes when each compiled call ends: the first is the compile."""

        records_only = True

        def __call__(self, run, record):
            """An epoch ended."""
            print(
                f"epoch {record['epoch']}: loss {record['loss']:.4f}, validation {record['val_accuracy']:.2%}",
                flush=True,
            )

        def pulse(self, run):
            """A call ended."""
            calls.append(time.perf_counter() - started)

    fitted = train.fit(
        net,
        X[:20_000],
        y[:20_000],
        loss="softmax_cross_entropy",
        optimizer=optim.chain(optim.clip_by_global_norm(1.0), optim.adam(3e-4)),
        epochs=arguments.epochs,
        validation=(X[50_000:52_000], y[50_000:52_000]),
        callbacks=[Clock()],
    )
    print(f"{arguments.blocks} blocks, {sum(w.size for w in jax.tree.leaves(fitted.params)):,} parameters")
    print(f"first call, data, initial weights and compiling together: {calls[0]:.1f} s; whole run {calls[-1]:.1f} s")
    Y_hat, backprop, _state = net.forward(fitted.params, fitted.state, X[:128], inference(128))
    gradients, _dX = backprop(losses.get("softmax_cross_entropy")(Y_hat, y[:128], inference(128).weights)[1])
    norms = [float(np.linalg.norm(gradients[2]["body"][1]["W"][block])) for block in (0, -1)]
    print(f"norm of dW at the first block {norms[0]:.2e}, at the last {norms[1]:.2e}")


if __name__ == "__main__":
    main()
