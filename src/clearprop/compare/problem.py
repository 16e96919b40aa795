"""What is to be learnt: rows and targets, how they are divided, and the network that all rules train."""

import hashlib
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from clearprop import losses
from clearprop.compare.settings import Settings
from clearprop.data import hold_out
from clearprop.estimators.architecture import batch_size, first_layers, functions, start
from clearprop.estimators.inputs import Inputs, Part
from clearprop.estimators.scale import Scale
from clearprop.layers import Activation, Dense
from clearprop.network import Network

TUNING = 2**16
"""The seed, in the place of a run's number, of the split and the weights that rates are tuned on."""


class Rows(NamedTuple):
    """(inputs, targets) as the network takes them, of the three parts."""

    training: tuple[np.ndarray, np.ndarray]
    validation: tuple[np.ndarray, np.ndarray]
    test: tuple[np.ndarray, np.ndarray]


class Given(NamedTuple):
    """A network, and the rows and state that it is trained from."""

    network: Network
    rows: Rows
    state: Any
    batch_size: int | None


@dataclass(frozen=True)
class Problem:
    """X → y.

    Attributes:
        X: (n, columns) an array or a Polars frame with columns of any kind, or (n, …) images.
        y: (n,) classes of any kind, or numbers.
        task: "classification" or "regression".
        names: of the columns, if X is an array that has such.
        kinds: what columns are to be taken for; else it is found out.
    """

    X: Any
    y: np.ndarray
    task: str = "classification"
    names: Any = None
    kinds: Any = None

    @property
    def classes(self) -> np.ndarray | None:
        """The classes in their order; None for a regression."""
        return np.unique(self.y) if self.task == "classification" else None

    @property
    def outputs(self) -> int:
        """The last layer's units: one for two classes and for a number."""
        return 1 if self.classes is None or len(self.classes) == 2 else len(self.classes)

    @property
    def loss(self) -> losses.Loss:
        """What all rules are scored by, and all but forward-forward descend."""
        if self.classes is None:
            return losses.get("squared")
        return losses.get("sigmoid_cross_entropy" if self.outputs == 1 else "softmax_cross_entropy")

    @property
    def metric(self) -> str:
        """What is reported."""
        return "r2" if self.classes is None else "accuracy"

    def split(self, settings: Settings, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Row numbers to train on, to choose by, and to test on in run `number`.

        The test rows are the same in every run, so that nothing chosen by validation rows has seen one; the others are
        divided anew in each, and for each rule alike.

        Raises:
            DataError: too few rows.
        """
        classes = None if self.classes is None else self.y
        rest, test = hold_out(len(self.y), settings.test, seed=settings.seed, classes=classes)
        strata = None if classes is None else classes[rest]
        training, validation = hold_out(len(rest), settings.validation, seed=settings.seed + 1 + number, classes=strata)
        return rest[training], rest[validation], test

    def given(self, settings: Settings, number: int) -> Given:
        """The network of run `number` and its rows, every column prepared by what the training rows say of it."""
        parts = self.split(settings, number)
        inputs = Inputs.learn(Part(self.X[parts[0]], None, None, parts[0]), self.names, self.kinds, linear=False)
        X = [inputs.apply(self.X[rows], "float32", rows) for rows in parts]
        if self.classes is None:
            y = np.asarray(self.y, np.float64).reshape(-1, 1)
            scale = Scale.of(y[parts[0]])
            Y = [scale.apply(y[rows]) for rows in parts]
        else:
            Y = [np.searchsorted(self.classes, self.y[rows]) for rows in parts]
        network = self._network(settings, inputs)
        pairs = Rows(*zip(X, Y, strict=True))
        return Given(network, pairs, start(network, X[0], 1), batch_size(settings.batch_size, len(X[0])))

    def _network(self, settings: Settings, inputs: Inputs) -> Network:
        """Dense and activation for each hidden layer, and Dense: nothing that suits one rule more than another."""
        chosen = zip(settings.hidden, functions(settings.activation, len(settings.hidden)), strict=True)
        hidden = [part for units, function in chosen for part in (Dense(units), Activation(function))]
        return Network([*first_layers(inputs), *hidden, Dense(self.outputs)])

    def digest(self) -> str:
        """What tells these rows from others."""
        found = hashlib.sha256(repr((self.task, self.names, self.kinds, np.shape(self.X))).encode())
        table = self.X if isinstance(self.X, np.ndarray) else self.X.hash_rows(seed=0).to_numpy()
        for values in (table, self.y):
            plain = values if values.dtype.kind in "biuf" else values.astype(str)
            found.update(np.ascontiguousarray(plain).tobytes())
        return found.hexdigest()[:16]
