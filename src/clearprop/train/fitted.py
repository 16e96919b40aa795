"""A trained network: predicts, is evaluated, and is saved."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import jax
import numpy as np

from clearprop.compilation import program
from clearprop.errors import ClearpropError, DataError
from clearprop.i18n import _
from clearprop.layers.base import Params, Shape, State
from clearprop.network import Network
from clearprop.train.history import History
from clearprop.train.members import one_of
from clearprop.train.metrics import get as get_metric
from clearprop.train.program import Learner, Plan, forward, predict
from clearprop.train.rows import as_inputs, as_targets, as_weights, bucket, is_stored, make_rows, normalised, pad
from clearprop.train.supply import read_ahead, rows_at_once


def precision(dtype: str) -> Any:
    """The context in which arrays of this float type exist; 64-bit numbers are turned on nowhere else."""
    return jax.enable_x64(dtype == "float64")


ARRAYS = ("params", "state", "learnt", "memory", "optimizer_state")
"""The attributes of a trained network that are trees of arrays."""


@dataclass(frozen=True)
class Fitted:
    """A network with the weights it learnt.

    Attributes:
        network: its layers.
        params: the weights, a tuple with a dict of arrays for each layer.
        state: what the layers keep besides, such as running statistics.
        loss: what it was trained on; its `output` activation turns the network's output into a prediction.
        rule: the learning rule, which may infer in a way of its own.
        learnt: what the rule learnt besides the weights.
        memory: what the rule keeps without learning it.
        input_shape: the shape of one row.
        dtype: the float type of the weights.
        history: a record an epoch.
        stopped: why training ended: "finished", "patience", "diverged", "interrupted" or "callback".
        kept_epoch: the epoch whose weights these are; 0 for those it began with.
        table: where the data came from, for a model of a table; see `clearprop.data.Table`.
        members: how many networks these are: of more than one, every array has the members as its first axis, and the
            prediction is the mean of theirs.
        optimizer_state: what the optimizer remembered when training ended, to go on with; None where the weights are
            those of an earlier epoch. A model file does not keep it.
    """

    network: Network
    params: Params
    state: State
    loss: Any
    rule: Any
    input_shape: Shape
    dtype: str = "float32"
    learnt: Any = ()
    memory: Any = ()
    history: History = field(default_factory=History)
    stopped: str = "finished"
    kept_epoch: int = 0
    table: Any = None
    members: int = 1
    optimizer_state: Any = None
    _programs: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Those that predict, by what they give and for how many rows of which kind; to find one among all takes as long as
    it runs."""

    def __post_init__(self) -> None:
        """Keep 64-bit arrays as NumPy's: JAX's lose half of their bits in the first operation outside `precision`."""
        if self.dtype == "float64":
            for name in ARRAYS:
                object.__setattr__(self, name, jax.tree.map(_as_numpy, getattr(self, name)))

    def predict(self, X: Any) -> np.ndarray:
        """Ŷ for each row of X: probabilities (softmax or sigmoid applied) after a fused cross-entropy, else values.

        Args:
            X: (n, *input_shape).

        Returns:
            (n, *outputs)

        Raises:
            DataError: rows of another shape, missing or infinite values.
        """
        return self._compute(X, through_output=True)

    def forward(self, X: Any) -> np.ndarray:
        """The network's own output for each row of X: before the activation that the loss is fused with.

        That of an ensemble is the one that gives, after this activation, the mean of its members' predictions.
        """
        return self._compute(X, through_output=False)

    def predict_members(self, X: Any) -> np.ndarray:
        """Each member's own prediction, (members, n, *outputs); how far they differ says how unsure the mean is."""
        return np.stack([self.member(index).predict(X) for index in range(self.members)])

    def member(self, index: int) -> "Fitted":
        """One network of an ensemble, as a trained network of its own; the history stays the ensemble's.

        Raises:
            ClearpropError: there is no member of this number.
        """
        if not 0 <= index < self.members:
            raise ClearpropError(
                _("There is no member {index}: they are numbered from 0 to {last}.").format(
                    index=index, last=self.members - 1
                )
            )
        if self.members == 1:
            return self
        return replace(self, members=1, **{name: one_of(getattr(self, name), index) for name in ARRAYS})

    def evaluate(
        self, X: Any, Y: Any, *, sample_weight: Any = None, metrics: Sequence[Any] | None = None
    ) -> dict[str, float]:
        """The loss and the metrics (by default the one that goes with the loss) over these rows, as a dict."""
        X = X if is_stored(X) else self._inputs(X, keep_bytes=True)
        Y, weights = self._targets(Y, len(X)), as_weights(sample_weight, self.dtype, len(X))
        found = metrics_for(self.loss, metrics)
        Y_hat = self.forward(X)
        with precision(self.dtype):
            values = _score((self.loss, tuple(found.values())), make_rows(Y_hat, Y, weights))
        return dict(zip(["loss", *found], map(float, values), strict=True))

    def check(self, X: Any, Y: Any, keep_bytes: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """X and Y as the arrays this network takes, seen to be such; bytes become numbers, unless they are kept."""
        X = self._inputs(X, keep_bytes)
        return X, self._targets(Y, len(X))

    def _targets(self, Y: Any, n: int) -> np.ndarray:
        Y = as_targets(Y, self.dtype, n)
        check_targets(self.loss, Y, self.network.shapes(self.input_shape)[-1])
        return Y

    def save(self, path: str | Path) -> None:
        """Write the model as one safetensors file; see `clearprop.modelfile`."""
        from clearprop.modelfile import save

        save(self, path)

    def replace(self, **changes: Any) -> "Fitted":
        """A copy with some attributes changed."""
        return replace(self, **changes)

    def __repr__(self) -> str:
        """What it is, without a page of numbers."""
        return f"<Fitted {len(self.network.layers)} layers, {len(self.history)} epochs, {self.stopped}>"

    def _inputs(self, X: Any, keep_bytes: bool = False) -> np.ndarray:
        if is_stored(X):
            self._see_that_they_fit(_one_channel_or_none(X.shape[1:], self.input_shape))
            X = X.read(np.arange(len(X))).reshape(len(X), *self.input_shape)
        array = as_inputs(X, self.dtype, keep_bytes=keep_bytes)
        self._see_that_they_fit(array.shape[1:])
        return array

    def _see_that_they_fit(self, shape: Shape) -> None:
        if tuple(shape) != tuple(self.input_shape):
            raise DataError(
                _("The network takes rows of shape {want}; X has rows of shape {have}.").format(
                    want=tuple(self.input_shape), have=tuple(shape)
                )
            )

    def _blocks(self, X: Any) -> Generator[np.ndarray, None, None]:
        """Stored rows, some at a time."""
        self._see_that_they_fit(_one_channel_or_none(X.shape[1:], self.input_shape))
        size = rows_at_once(X)
        places = (np.arange(first, min(first + size, len(X))) for first in range(0, max(len(X), 1), size))
        with closing(read_ahead(X, places)) as blocks:
            for _numbers, block in blocks:
                yield block.reshape(len(block), *self.input_shape)

    def _compute(self, X: Any, through_output: bool) -> np.ndarray:
        if is_stored(X):
            with closing(self._blocks(X)) as blocks:
                return np.concatenate([self._compute(block, through_output) for block in blocks])
        array = self._inputs(X, keep_bytes=True)
        rows = pad(array, bucket(len(array)))
        learner = self._learner()
        with precision(self.dtype):
            kind = through_output, len(rows), rows.dtype
            known = self._programs.get(kind)
            if known is None:
                known = _forward.of((self._plan(()), through_output), learner, rows)
                self._programs[kind] = known
            Y_hat = known(learner, rows)
        return np.asarray(Y_hat)[: len(array)]

    def __getstate__(self) -> dict[str, Any]:
        """Without the compiled programs, which belong to this process."""
        return {**vars(self), "_programs": {}}

    def _plan(self, metrics: tuple[Any, ...]) -> Plan:
        return Plan(self.network, self.loss, self.rule, metrics, 0, True, False, self.members)

    def _learner(self) -> Learner:
        return Learner({"params": self.params, "rule": self.learnt}, self.state, self.memory)


def _one_channel_or_none(shape: Shape, wanted: Shape) -> Shape:
    """The shape wanted, where this one differs by a last axis of one; else this one."""
    have, want = ((*each, 1) if each[-1:] != (1,) else tuple(each) for each in (shape, wanted))
    return wanted if have == want else shape


def _as_numpy(leaf: Any) -> Any:
    return np.asarray(leaf) if leaf.dtype.kind == "f" else leaf


def metrics_for(loss: Any, metrics: Sequence[Any] | None) -> dict[str, Any]:
    """The metrics by their names; by default the one that goes with the loss."""
    chosen = [getattr(loss, "metric", "r2")] if metrics is None else metrics
    found = [get_metric(metric) for metric in chosen]
    return {metric.__name__: metric for metric in found}


def check_targets(loss: Any, Y: np.ndarray, output_shape: Shape) -> None:
    """See that the loss can compare these targets with such outputs; a loss that is a plain function is trusted."""
    if hasattr(loss, "check"):
        loss.check(Y, int(np.prod(output_shape)))


@program()
def _forward(asked: tuple[Plan, bool], learner: Learner, X: Any) -> Any:
    plan, through_output = asked
    Y_hat = forward(plan, learner, X)
    return predict(plan.loss, Y_hat) if through_output else Y_hat


@program()
def _score(asked: tuple[Any, tuple[Any, ...]], rows: Any) -> Any:
    """The loss and the metrics of rows whose `X` is what the network has made of them."""
    (loss, metrics), weights = asked, normalised(rows)
    prediction = predict(loss, rows.X)
    return [loss(rows.X, rows.Y, weights)[0], *(metric(prediction, rows.Y, weights) for metric in metrics)]
