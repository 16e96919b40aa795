"""The same training in clearprop, PyTorch eager and scikit-learn's MLP, interleaved in one run, on two threads.

    python benchmarks/speed.py [--nets T,S,C,M,L] [--rounds 7] [--json speed.json]

For each network, µs per step (median over the rounds) of

- the bare step: one fixed batch, again and again: forward, back, Adam (scikit-learn has none apart from its fit);
- the whole fit: shuffled batches, a validation and a history record every epoch, set-up and all, once compiled;

and what share of the best matrix-product rate, seen on the same shapes in the same run, clearprop's fit reaches. All in
float32, with Adam at the same settings, on the same rows. Nothing else should run meanwhile.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, NamedTuple

THREADS = 2
PAUSE = 0.4
"""Seconds between contenders: the threads of one library spin for a while after its work, and would slow the next."""
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, str(THREADS))

import jax  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402
from sklearn.neural_network import MLPClassifier  # noqa: E402

from clearprop import Network, layers, losses, optim, rules, train  # noqa: E402
from clearprop.train import program  # noqa: E402
from clearprop.train.rows import make_rows  # noqa: E402

torch.set_num_threads(THREADS)


class Net(NamedTuple):
    """A network to time: units from the inputs to the outputs, rows a step, rows to learn from and to validate on."""

    units: tuple[int, ...]
    batch: int
    rows: int
    validation: int
    seconds: float = 0.5

    @property
    def steps(self) -> int:
        """Steps an epoch."""
        return -(-self.rows // self.batch)

    def epochs(self, step_seconds: float) -> int:
        """Epochs that take about `seconds`."""
        return max(1, round(self.seconds / (step_seconds * self.steps)))


NETS = {
    "T": Net((20, 64, 64, 2), 64, 20_000, 2_000),
    "S": Net((64, 100, 10), 200, 1_797, 180),
    "C": Net((12288, 20, 7, 5, 1), 209, 209, 50),
    "M": Net((784, 512, 256, 10), 128, 20_000, 2_000, 1.0),
    "L": Net((784, 2048, 2048, 10), 256, 8_192, 1_024, 2.5),
}


def data(net: Net) -> tuple[np.ndarray, np.ndarray]:
    """Rows and classes at random: the speed does not depend on them."""
    random = np.random.default_rng(0)
    n = net.rows + net.validation
    return random.normal(size=(n, net.units[0])).astype("float32"), random.integers(max(2, net.units[-1]), size=n)


# --- clearprop ---


def clearprop_network(net: Net) -> tuple[Network, str]:
    """The network, and its loss."""
    parts: list[Any] = []
    for units in net.units[1:-1]:
        parts += [layers.Dense(units), layers.Activation("relu")]
    loss = "sigmoid_cross_entropy" if net.units[-1] == 1 else "softmax_cross_entropy"
    return Network([*parts, layers.Dense(net.units[-1])]), loss


def clearprop_step(net: Net) -> Callable[[int], float]:
    """Seconds for so many steps on one batch."""
    (X, Y), (network, loss) = data(net), clearprop_network(net)
    plan = program.Plan(network, losses.get(loss), rules.get("backprop"), (), 0, True, False)
    rows = make_rows(X[: net.batch], Y[: net.batch].astype("int32"), None, net.batch)
    optimizer = optim.adam(1e-3)
    job = program.Job(optimizer, {}, rows, None, jax.random.key(0), np.int32(2**30), np.int32(2**30))
    params, state, _shape = network.init(jax.random.key(0), (net.units[0],))
    learner = program.Learner({"params": params, "rule": ()}, state, ())
    carry = program.begin(learner, optimizer.init(learner.weights), "float32")
    orders = np.zeros((2**20, 0), np.int32)

    def run(steps: int) -> float:
        nonlocal carry
        started = time.perf_counter()
        carry, _records = program.run(plan, carry, job, orders, np.int32(steps))
        jax.block_until_ready(carry)
        return time.perf_counter() - started

    return run


def clearprop_fit(net: Net) -> Callable[[int], float]:
    """Seconds for so many epochs of a whole fit."""
    (X, Y), (network, loss) = data(net), clearprop_network(net)
    held_out = (X[net.rows :], Y[net.rows :])

    def run(epochs: int) -> float:
        started = time.perf_counter()
        train.fit(
            network,
            X[: net.rows],
            Y[: net.rows],
            loss=loss,
            optimizer=optim.adam(1e-3),
            epochs=epochs,
            batch_size=net.batch,
            validation=held_out,
        )
        return time.perf_counter() - started

    return run


# --- PyTorch ---


def torch_network(net: Net) -> tuple[torch.nn.Module, Callable[..., torch.Tensor], Callable[..., torch.Tensor]]:
    """The network, its loss, and the targets' form."""
    parts: list[torch.nn.Module] = []
    for fan_in, units in zip(net.units[:-2], net.units[1:-1], strict=True):
        parts += [torch.nn.Linear(fan_in, units), torch.nn.ReLU()]
    model = torch.nn.Sequential(*parts, torch.nn.Linear(net.units[-2], net.units[-1]))
    if net.units[-1] == 1:
        return model, torch.nn.BCEWithLogitsLoss(), lambda Y: torch.from_numpy(Y[:, None].astype("float32"))
    return model, torch.nn.CrossEntropyLoss(), torch.from_numpy


def torch_step(net: Net) -> Callable[[int], float]:
    """Seconds for so many steps on one batch."""
    model, loss, targets = torch_network(net)
    X, Y = data(net)
    x, y = torch.from_numpy(X[: net.batch]), targets(Y[: net.batch])
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)

    def run(steps: int) -> float:
        started = time.perf_counter()
        for _ in range(steps):
            optimizer.zero_grad()
            loss(model(x), y).backward()
            optimizer.step()
        return time.perf_counter() - started

    return run


def torch_fit(net: Net) -> Callable[[int], float]:
    """Seconds for so many epochs: a plain loop as its tutorial has it, the data on the device whole."""
    X, Y = data(net)

    def run(epochs: int) -> float:
        started = time.perf_counter()
        model, loss, targets = torch_network(net)
        x, y = torch.from_numpy(X[: net.rows]), targets(Y[: net.rows])
        x_val, y_val = torch.from_numpy(X[net.rows :]), targets(Y[net.rows :])
        optimizer = torch.optim.Adam(model.parameters(), 1e-3)
        history = []
        for _ in range(epochs):
            order = torch.randperm(net.rows)
            total = torch.zeros(())
            for first in range(0, net.rows, net.batch):
                rows = order[first : first + net.batch]
                optimizer.zero_grad()
                value = loss(model(x[rows]), y[rows])
                value.backward()
                optimizer.step()
                total += value.detach() * len(rows)
            with torch.no_grad():
                out = model(x_val)
                right = (out > 0) == (y_val > 0.5) if net.units[-1] == 1 else out.argmax(1) == y_val
                history.append((total.item() / net.rows, loss(out, y_val).item(), right.float().mean().item()))
        return time.perf_counter() - started

    return run


# --- scikit-learn ---


def sklearn_fit(net: Net) -> Callable[[int], float]:
    """Seconds for so many epochs of MLPClassifier.fit, which holds a share of its rows out."""
    X, Y = data(net)
    share = net.validation / (net.rows + net.validation)

    def run(epochs: int) -> float:
        model = MLPClassifier(
            net.units[1:-1],
            batch_size=net.batch,  # pyright: ignore[reportArgumentType]
            alpha=0.0,
            max_iter=epochs,
            early_stopping=True,
            validation_fraction=share,
            n_iter_no_change=10**9,
            tol=0.0,
            random_state=0,
        )
        started = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns that it has not converged
            model.fit(X, Y)
        return time.perf_counter() - started

    return run


# --- matrix products ---


def products(net: Net) -> list[tuple[int, int, int]]:
    """(m, k, n) of every product of a step: forward, dW, and dX for all but the first layer."""
    shapes = []
    for layer, (fan_in, units) in enumerate(zip(net.units, net.units[1:], strict=False)):
        shapes += [(net.batch, fan_in, units), (fan_in, net.batch, units)]
        shapes += [(net.batch, units, fan_in)] if layer else []
    return shapes


def product_seconds(net: Net, rounds: int) -> dict[str, float]:
    """Seconds for all products of a step, in each library, each timed alone."""
    random = np.random.default_rng(0)
    total: dict[str, float] = {}
    xla = jax.jit(lambda a, b: a @ b)
    for m, k, n in products(net):
        a, b = (random.normal(size=shape).astype("float32") for shape in ((m, k), (k, n)))
        ja, jb, ta, tb = jax.numpy.asarray(a), jax.numpy.asarray(b), torch.from_numpy(a), torch.from_numpy(b)
        calls = {
            "XLA": lambda ja=ja, jb=jb: xla(ja, jb).block_until_ready(),
            "PyTorch": lambda ta=ta, tb=tb: ta @ tb,
            "NumPy": lambda a=a, b=b: a @ b,
        }
        times: dict[str, list[float]] = {name: [] for name in calls}
        for name, call in calls.items():
            time.sleep(PAUSE)
            for _ in range(max(5, 3 * rounds)):
                started = time.perf_counter()
                call()
                times[name].append(time.perf_counter() - started)
        for name, values in times.items():
            total[name] = total.get(name, 0.0) + statistics.median(values)
    return total


# --- the run ---


def measure(net: Net, rounds: int) -> dict[str, Any]:
    """Medians over the rounds, every contender once a round."""
    steppers = {"clearprop": clearprop_step(net), "PyTorch": torch_step(net)}
    fitters = {"clearprop": clearprop_fit(net), "PyTorch": torch_fit(net), "scikit-learn": sklearn_fit(net)}
    steps = {name: _calibrate(run, net.seconds / 2) for name, run in steppers.items()}
    epochs = {}
    for name, run in fitters.items():
        run(1)
        epochs[name] = net.epochs(run(2) / (2 * net.steps))
        if name == "clearprop":
            epochs[name] = net.epochs(run(epochs[name]) / (epochs[name] * net.steps))
    bare: dict[str, list[float]] = {name: [] for name in steppers}
    whole: dict[str, list[float]] = {name: [] for name in fitters}
    for _ in range(rounds):
        for name, run in steppers.items():
            time.sleep(PAUSE)
            bare[name].append(1e6 * run(steps[name]) / steps[name])
        for name, run in fitters.items():
            time.sleep(PAUSE)
            whole[name].append(1e6 * run(epochs[name]) / (epochs[name] * net.steps))
    flops = sum(2 * m * k * n for m, k, n in products(net))
    rates = {name: flops / seconds / 1e9 for name, seconds in product_seconds(net, rounds).items()}
    best = max(rates, key=lambda name: rates[name])
    fit = statistics.median(whole["clearprop"])
    return {
        "units": net.units,
        "batch": net.batch,
        "rows": net.rows,
        "bare_us": {name: statistics.median(values) for name, values in bare.items()},
        "fit_us": {name: statistics.median(values) for name, values in whole.items()},
        "fit_us_all": whole,
        "product_gflops_per_s": rates,
        "best_products": best,
        "step_gflop": flops / 1e9,
        "share_of_best_products": flops / (fit * 1e-6) / 1e9 / rates[best],
    }


def _calibrate(run: Callable[[int], float], seconds: float) -> int:
    """How many steps take about so long."""
    run(1)
    steps = 1
    while (taken := run(steps)) < seconds / 8:
        steps *= 2
    return max(1, round(steps * seconds / taken))


def machine() -> dict[str, Any]:
    """What this was measured on."""
    cpu = platform.processor()
    if os.path.exists("/proc/cpuinfo"):  # noqa: PTH110
        with open("/proc/cpuinfo") as file:  # noqa: PTH123
            cpu = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), cpu)
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "threads": THREADS,
        "device": str(jax.devices()[0].platform),
        "python": platform.python_version(),
        **{name: version(name) for name in ("clearprop", "jax", "torch", "scikit-learn", "numpy")},
    }


def show(console: Console, results: dict[str, Any]) -> None:
    """The medians as a table, with ratios to clearprop (above 1: clearprop is faster)."""
    table = Table(title="µs per step, median; in brackets: times clearprop's")
    for column in ("net", "bare step", "PyTorch", "fit", "PyTorch", "scikit-learn", "best products", "share of it"):
        table.add_column(column, justify="right")
    for name, r in results.items():
        bare, fit = r["bare_us"], r["fit_us"]
        table.add_row(
            f"{name} {'-'.join(map(str, r['units']))}",
            f"{bare['clearprop']:,.0f}",
            f"{bare['PyTorch']:,.0f} ({bare['PyTorch'] / bare['clearprop']:.2f})",
            f"{fit['clearprop']:,.0f}",
            f"{fit['PyTorch']:,.0f} ({fit['PyTorch'] / fit['clearprop']:.2f})",
            f"{fit['scikit-learn']:,.0f} ({fit['scikit-learn'] / fit['clearprop']:.2f})",
            f"{r['product_gflops_per_s'][r['best_products']]:.0f} GFLOP/s {r['best_products']}",
            f"{r['share_of_best_products']:.0%}",
        )
    console.print(table)


def main() -> None:
    """Measure, and print a table and a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--nets", default=",".join(NETS))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", help="also write the figures to this file")
    arguments = parser.parse_args()
    console = Console(width=150)
    console.print(json.dumps(machine()), soft_wrap=True)
    results = {}
    for name in arguments.nets.split(","):
        results[name] = measure(NETS[name], arguments.rounds)
        show(console, {name: results[name]})
    show(console, results)
    report = json.dumps({"machine": machine(), "nets": results})
    if arguments.json:
        with open(arguments.json, "w") as file:  # noqa: PTH123
            file.write(report + "\n")
    else:
        print(report, file=sys.stdout)


if __name__ == "__main__":
    main()
