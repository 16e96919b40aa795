"""`fit`: the host's side of training. It prepares, calls the compiled program, and tells the callbacks."""

import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from typing import Any

import jax
import numpy as np

from clearprop import losses, optim, rules
from clearprop.errors import ClearpropError, DataError
from clearprop.i18n import _
from clearprop.layers.base import Params, Shape, State
from clearprop.network import Network
from clearprop.train import program
from clearprop.train.fitted import Fitted, check_targets, metrics_for, precision
from clearprop.train.history import History
from clearprop.train.rows import Order, as_inputs, as_targets, as_weights, make_rows

SECONDS_A_CALL = 0.2
"""How long a compiled call should take: short enough for a live bar and for Ctrl-C, long enough to cost nothing."""

DTYPES = ("float32", "float64")


class TrainingWarning(UserWarning):
    """Training ended in a way its caller should know of: it diverged, or was interrupted."""


class Run:
    """A training under way, as its callbacks see it.

    A callback is a function `callback(run, record)`, called after every epoch; if it returns a true value, training
    stops. One with the attribute `records_only = True` does without the weights of each epoch, so that many epochs may
    pass in one compiled call before it is told of each. One with a method `pulse(run)` is told after every compiled
    call, within an epoch too.

    Attributes:
        epoch: epochs ended so far.
        epochs: epochs asked for.
        fraction: how far the present epoch is, from 0 to 1.
        history: the records so far.
        fitted: the network with its present weights.
    """

    def __init__(self, epochs: int, make: Callable[[program.Learner, str, int], Fitted], columns: list[str]):
        self.epochs, self._make, self._columns = epochs, make, columns
        self.epoch, self.fraction, self.history = 0, 0.0, History()
        self.carry: program.Carry | None = None

    @property
    def fitted(self) -> Fitted:
        """The network with the weights it has now (a copy, which training does not change)."""
        assert self.carry is not None
        return self._make(jax.tree.map(np.array, self.carry.learner), "running", self.epoch)

    @property
    def params(self) -> Params:
        """The weights as they are now."""
        return self.fitted.params

    def record(self, values: np.ndarray, seconds: float) -> dict[str, Any]:
        """Note an epoch that ended."""
        self.epoch += 1
        entry = {"epoch": self.epoch, **dict(zip(self._columns, map(float, values), strict=True)), "seconds": seconds}
        self.history.append(entry)
        return entry


Callback = Callable[[Run, dict[str, Any]], Any]


def fit(
    network: Network,
    X: Any,
    Y: Any,
    *,
    loss: Any,
    optimizer: Any = "adam",
    rule: Any = "backprop",
    epochs: int = 20,
    batch_size: int | None = 128,
    seed: int = 0,
    params: Params | None = None,
    state: State | None = None,
    sample_weight: Any = None,
    validation: tuple[Any, ...] | None = None,
    shuffle: bool = True,
    patience: int | None = None,
    keep: str | None = None,
    metrics: Sequence[Any] | None = None,
    callbacks: Iterable[Callback] = (),
    dtype: str = "float32",
) -> Fitted:
    """Train a network by gradient descent on batches.

    For each batch: (loss, gradients) ← rule;  weights ← weights + optimizer's updates. An epoch is every row once.

    Args:
        network: the layers; anything hashable that has `init` and `forward` of `clearprop.layers.Layer`.
        X: (n, ...) numbers, a row a sample.
        Y: (n,) classes or values, or (n, outputs).
        loss: a name or object of `clearprop.losses`, or your own `(Y_hat, Y, weights) → (value, dY_hat)`.
        optimizer: a name, one of `clearprop.optim`, or any Optax transformation.
        rule: a name or object of `clearprop.rules`.
        epochs: how many times to go through the rows.
        batch_size: rows a step; None, or n and more: all of them, in their own order.
        seed: of the initial weights, the order of rows and all else that is random. Same seed and machine, same result
            to the bit.
        params: initial weights, instead of drawn ones; they are not changed.
        state: initial state, instead of the layers' own, such as the numbers of `Standardize`.
        sample_weight: (n,) how much each row counts.
        validation: (X, Y) or (X, Y, sample_weight) that is never learnt from, scored after every epoch.
        shuffle: whether each epoch has an order of its own.
        patience: stop after so many epochs in a row without a better validation loss (training loss, where there is
            none).
        keep: "best": the weights of the epoch with the best such loss; "last". By default best if there is a patience.
        metrics: names or functions of `clearprop.train.metrics`, of the validation set; by default the loss's own.
        callbacks: see `Run`.
        dtype: "float32" or "float64".

    Returns:
        The trained network. If the loss stops being finite, training ends with a warning and the last good weights; so
        it does at Ctrl-C, with the weights to keep so far.

    Raises:
        ClearpropError: arguments or data that cannot be used; the sentence says which.
    """
    loss, rule, optimizer = losses.get(loss), rules.get(rule), optim.get(optimizer)
    _check_settings(epochs, batch_size, patience, keep, dtype)
    with precision(dtype):
        X, Y, weights = _data(X, Y, sample_weight, dtype, "X", "Y")
        held_out = None if validation is None else _held_out(validation, X, dtype)
        learner, shapes = _start(network, rule, X.shape[1:], seed, params, state, dtype)
        check_targets(loss, Y, shapes[-1])
        if held_out is not None:
            check_targets(loss, held_out[1], shapes[-1])
        full_batch = batch_size is None or batch_size >= len(X)
        chosen = metrics_for(loss, metrics)
        plan = program.Plan(
            network,
            loss,
            rule,
            tuple(chosen.values()),
            batch_size=0 if full_batch else batch_size,  # pyright: ignore[reportArgumentType]
            full_batch=full_batch,
            keep_best=(keep or ("last" if patience is None else "best")) == "best",
        )
        job = program.Job(
            optimizer,
            make_rows(X, Y, weights),
            None if held_out is None else make_rows(*held_out),
            jax.random.fold_in(jax.random.key(seed), 2),
            np.int32(epochs + 1 if patience is None else patience),
        )

        def make(learner: program.Learner, stopped: str, kept_epoch: int) -> Fitted:
            return Fitted(
                network,
                learner.weights["params"],
                learner.state,
                loss,
                rule,
                X.shape[1:],
                dtype,
                learner.weights["rule"],
                learner.memory,
                run.history,
                stopped,
                kept_epoch,
            )

        run = Run(epochs, make, ["loss", *([] if held_out is None else ["val_loss", *(f"val_{m}" for m in chosen)])])
        padded = 0 if full_batch else -(-len(job.rows.X) // plan.batch_size) * plan.batch_size
        order = Order(0 if full_batch else len(X), padded, seed, shuffle)
        stopped = _train(plan, job, run, program.begin(learner, optimizer, dtype), order, list(callbacks))
        return _finish(run, make, plan, stopped)


def _check_settings(epochs: int, batch_size: int | None, patience: int | None, keep: str | None, dtype: str) -> None:
    for name, value in {"epochs": epochs, "batch_size": batch_size, "patience": patience}.items():
        if value is not None and value < 1:
            raise ClearpropError(_("{name} must be 1 or more, not {value}.").format(name=name, value=value))
    if keep not in (None, "best", "last"):
        raise ClearpropError(_("keep is 'best' or 'last', not {!r}.").format(keep))
    if dtype not in DTYPES:
        raise ClearpropError(_("dtype is {}, not {!r}.").format(" or ".join(map(repr, DTYPES)), dtype))


def _data(X: Any, Y: Any, weights: Any, dtype: str, x_name: str, y_name: str) -> tuple[Any, Any, Any]:
    X = as_inputs(X, dtype, x_name)
    return X, as_targets(Y, dtype, len(X), y_name), as_weights(weights, dtype, len(X))


def _held_out(validation: tuple[Any, ...], X: np.ndarray, dtype: str) -> tuple[Any, Any, Any]:
    if len(validation) not in (2, 3):
        raise DataError(_("validation is (X, Y) or (X, Y, sample_weight); it has {} parts.").format(len(validation)))
    weights = validation[2] if len(validation) == 3 else None
    held_out = _data(validation[0], validation[1], weights, dtype, "validation X", "validation Y")
    if held_out[0].shape[1:] != X.shape[1:]:
        raise DataError(
            _("Validation rows have shape {} and training rows {}.").format(held_out[0].shape[1:], X.shape[1:])
        )
    return held_out


def _start(network, rule, shape, seed, params, state, dtype):
    """The learner before the first step, and the shapes of a row on its way."""
    shapes = network.shapes(shape)
    # Not compiled as one: a hundred draws in one program take minutes to compile, one by one they share programs.
    drawn, own_state, _shape = network.init(jax.random.key(seed), shape)
    params = drawn if params is None else _like(drawn, params, "params")
    state = own_state if state is None else _like(own_state, state, "state")
    learnt, memory = rule.init(network, params, shapes, jax.random.fold_in(jax.random.key(seed), 1))
    return jax.tree.map(
        lambda a: a.astype(dtype) if a.dtype.kind == "f" else a,
        program.Learner({"params": params, "rule": learnt}, state, memory),
    ), shapes


def _like(own: Any, given: Any, what: str) -> Any:
    """The given tree, seen to have the shapes of the network's own."""
    try:
        given = jax.tree.map(lambda o, g: np.asarray(g, o.dtype), own, given)
        wrong = [
            g.shape for o, g in zip(jax.tree.leaves(own), jax.tree.leaves(given), strict=True) if o.shape != g.shape
        ]
    except (ValueError, TypeError) as error:
        raise DataError(
            _("{what} does not fit the network: {error}").format(what=what, error=str(error).splitlines()[0])
        ) from error
    if wrong:
        raise DataError(
            _("{what} does not fit the network: an array of shape {shape} is out of place.").format(
                what=what, shape=wrong[0]
            )
        )
    return given


def _train(
    plan: program.Plan, job: program.Job, run: Run, carry: program.Carry, order: Order, callbacks: list[Any]
) -> str:
    """Call the program until training ends; returns why it did."""
    run.carry = carry
    batches = 1 if plan.full_batch else -(-int(job.rows.n) // plan.batch_size)
    orders = np.zeros((max(1, min(64, 2**20 // max(order.length, 1))), order.length), np.int32)
    each_epoch = any(not getattr(callback, "records_only", False) for callback in callbacks)
    drawn = 0  # the orders in `orders` that are still to be used up, the first for the epoch under way
    budget = 1
    with _interruptible() as interrupted:
        while run.epoch < run.epochs:
            started = time.perf_counter()
            done = round(run.fraction * batches)
            left = (run.epochs - run.epoch) * batches - done
            room = (1 if each_epoch else len(orders)) * batches - done
            now = min(budget, left, room)
            needed = -(-(done + now) // batches)
            for place in range(drawn, needed):
                orders[place] = order.draw()
            drawn = max(drawn, needed)
            run.carry, records = program.run(plan, run.carry, job, orders, np.int32(now))
            progress = jax.tree.map(np.asarray, run.carry.progress)
            ended = int(progress.epoch) - run.epoch
            seconds = time.perf_counter() - started
            run.fraction = int(progress.batch) / batches
            if ended:
                orders[: drawn - ended] = orders[ended:drawn].copy()
                drawn -= ended
            stop = False
            for values in np.asarray(records)[:ended]:
                record = run.record(values, seconds / max(ended, 1))
                for callback in callbacks:
                    stop = bool(callback(run, record)) or stop
            for callback in callbacks:
                getattr(callback, "pulse", lambda run: None)(run)
            if progress.stopped:
                return "diverged" if progress.stopped == program.NOT_FINITE else "patience"
            if stop:
                return "callback"
            if interrupted.is_set():
                return "interrupted"
            budget = _next_budget(budget, now, seconds, compiled=budget > 1)
    return "finished"


def _next_budget(budget: int, now: int, seconds: float, compiled: bool) -> int:
    """How many batches the next call should take; the first call says nothing, since it compiles."""
    if not compiled:
        return 8
    return max(1, min(int(now * SECONDS_A_CALL / max(seconds, 1e-6)), 8 * budget))


@contextmanager
def _interruptible():
    """Notes the first Ctrl-C, so that training can end in order; a second one interrupts at once."""
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread() or (
        signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    ):
        yield asked
        return

    def note(signum, frame):
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    signal.signal(signal.SIGINT, note)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _finish(run: Run, make: Callable[..., Fitted], plan: program.Plan, stopped: str) -> Fitted:
    """The result, with a warning if training did not end as asked."""
    assert run.carry is not None
    kept, epoch = run.carry.kept, int(run.carry.progress.best_epoch)
    if not plan.keep_best:
        epoch = run.epoch - (stopped == "diverged")
    if stopped == "interrupted" and run.epoch == 0:
        kept = run.carry.learner  # better an unfinished first epoch than nothing
    if stopped == "diverged":
        warnings.warn(
            _(
                "The loss stopped being finite in epoch {epoch}, so training ended, with the weights of epoch {kept}. A"
                " smaller learning rate (try a tenth), inputs on a common scale or clipped gradients usually help."
            ).format(epoch=run.epoch, kept=epoch),
            TrainingWarning,
            stacklevel=3,
        )
    if stopped == "interrupted":
        warnings.warn(
            _("Training was interrupted in epoch {epoch} of {epochs}; the weights are those of epoch {kept}.").format(
                epoch=run.epoch + 1, epochs=run.epochs, kept=epoch
            ),
            TrainingWarning,
            stacklevel=3,
        )
    return make(kept, stopped, epoch)
