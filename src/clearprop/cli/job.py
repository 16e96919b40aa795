"""A training to be done: data, what is inferred of them, and the network, before anything is learnt."""

import math
import os
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop import rules
from clearprop.cli import build
from clearprop.data import Dataset, Inferred, Table, hold_out, infer, read, table_of
from clearprop.data.table import Task
from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.network import Network


@dataclass(frozen=True)
class Options:
    """How to train."""

    hidden: tuple[int, ...]
    activation: str
    epochs: int
    batch_size: int
    learning_rate: float
    optimizer: str
    dropout: float
    weight_decay: float | None
    validation: float
    patience: int | None
    rule: str
    seed: int


@dataclass(frozen=True)
class Job:
    """Data and network, ready to train."""

    dataset: Dataset
    inferred: Inferred
    table: Table
    training: np.ndarray
    held_out: np.ndarray
    network: Network
    options: Options

    def rows(self, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(X, values) of these rows."""
        return self.dataset.X[which], self.dataset.values[which]

    def sizes(self) -> list[int]:
        """How many inputs there are, units in each hidden layer, and outputs."""
        outputs = len(self.table.classes) if len(self.table.classes) > 2 else 1
        return [math.prod(self.dataset.X.shape[1:]), *self.options.hidden, outputs]

    def layers(self) -> list[dict[str, Any]]:
        """A line a layer, numbered from 0 as `check` and error messages number them."""
        return layer_table(self.network, self.dataset.X.shape[1:])


def layer_table(network: Network, shape: tuple[int, ...]) -> list[dict[str, Any]]:
    """A line a layer: its place and name, the shape of its output, its number of parameters."""
    return [
        {"layer": f"{index} {row.name}", "output_shape": list(row.output_shape), "parameters": row.parameters}
        for index, row in enumerate(network.table(shape))
    ]


def units(text: str) -> tuple[int, ...]:
    """The hidden layers that were asked for.

    >>> units("128,64"), units("none")
    ((128, 64), ())

    Raises:
        ClearpropError: not whole numbers above 0 with commas between.
    """
    if text.strip().lower() in ("", "none"):
        return ()
    try:
        sizes = tuple(int(part) for part in text.split(","))
    except ValueError:
        sizes = (0,)
    if min(sizes) < 1:
        raise ClearpropError(
            _("--hidden is units with commas between, such as 128,64, or 'none'; not '{}'.").format(text)
        )
    return sizes


def prepare(source: str, target: str | None, task: Task | None, options: Options) -> Job:
    """Read the data, infer the task, hold rows out, and build the network; nothing is learnt yet.

    Raises:
        ClearpropError: options or data that cannot be used.
    """
    build.optimizer(options.optimizer, options.learning_rate, options.weight_decay)
    rules.get(options.rule)
    dataset = read(source, target)
    inferred = infer(dataset.values, dataset.target, task)
    classes = dataset.values if inferred.task == "classification" else None
    training, held_out = hold_out(len(dataset.X), options.validation, seed=options.seed, classes=classes)
    table = table_of(dataset, inferred.task, training)
    outputs = len(table.classes) if len(table.classes) > 2 else 1
    network = build.network(options.hidden, options.activation, options.dropout, dataset.X.shape[1:], outputs)
    job = Job(dataset, inferred, table, training, held_out, network, options)
    see_that_it_fits(sum(layer["parameters"] for layer in job.layers()))
    return job


def see_that_it_fits(parameters: int) -> None:
    """See that a network of so many parameters can be trained in this machine's memory.

    Raises:
        ClearpropError: far from it; better known now than when the system ends the process.
    """
    try:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # not on Windows
        return
    needed = 4 * 4 * parameters  # float32: the weights, their gradients, and Adam's two memories
    if needed > memory:
        raise ClearpropError(
            _(
                "The network has {n:,} parameters: to train it takes {needed:,} GB, and this machine has {memory:,}."
            ).format(n=parameters, needed=round(needed / 1e9), memory=round(memory / 1e9))
        )
