"""`fit`: the host's side of training. It prepares, calls the compiled program, and tells the callbacks."""

import warnings
from collections.abc import Iterable, Sequence
from contextlib import closing
from functools import partial
from typing import Any

import numpy as np

from clearprop import losses, optim, rules, traced
from clearprop.errors import ClearpropError, DataError
from clearprop.i18n import _
from clearprop.layers.base import Params, Shape, State
from clearprop.network import Network
from clearprop.train import members as ensemble
from clearprop.train import program
from clearprop.train.fitted import Fitted, check_targets, metrics_for, precision
from clearprop.train.history import History
from clearprop.train.loop import Callback, Run, notify, train
from clearprop.train.rows import Orders, as_inputs, as_targets, as_weights, is_stored, make_rows
from clearprop.train.start import Start, start
from clearprop.train.supply import InMemory, Stored, Supply

DTYPES = ("float32", "float64")


class TrainingWarning(UserWarning):
    """Training ended in a way its caller should know of: it diverged, or was interrupted."""


class ReadingWarning(TrainingWarning):
    """Rows could not be read any more, and that interrupted the training: the reader's own sentence."""


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
    members: int = 1,
    params: Params | None = None,
    state: State | None = None,
    learnt: Any = None,
    memory: Any = None,
    optimizer_state: Any = None,
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

    >>> from clearprop import layers
    >>> X = np.linspace(-1, 1, 64)[:, None]
    >>> net = Network([layers.Dense(8), layers.Activation("tanh"), layers.Dense(1)])
    >>> fitted = fit(net, X, X**2, loss="squared", optimizer=optim.adam(0.02), epochs=300, batch_size=16)
    >>> fitted.history[-1]["loss"] < 0.001
    True

    Args:
        network: the layers; anything hashable that has `init` and `forward` of `clearprop.layers.Layer`.
        X: (n, ...) numbers, a row a sample; bytes stay bytes until a batch is computed. What has a shape and
            `read(numbers)` in place of rows, such as `clearprop.data.images.Pictures`, is read chunk after chunk ahead
            of the steps, so that it may be larger than memory.
        Y: (n,) classes or values, or (n, outputs).
        loss: a name or object of `clearprop.losses`, or your own `(Y_hat, Y, weights) → (value, dY_hat)`.
        optimizer: a name, one of `clearprop.optim`, or any Optax transformation.
        rule: a name or object of `clearprop.rules`.
        epochs: how many times to go through the rows.
        batch_size: rows a step; None, or n and more: all of them, in their own order.
        seed: of the initial weights, the order of rows and all else that is random. Same seed and machine, same result
            to the bit.
        members: how many networks to train together, on the same batches, from initial weights of their own; an
            ensemble, whose prediction is the mean of theirs. Of more than one, every array of the weights, the state
            and so on (given or returned) has the members as its first axis; the loss recorded is the mean of theirs,
            validation scores are those of the mean prediction.
        params: initial weights, instead of drawn ones; they are not changed.
        state: initial state, instead of the layers' own, such as the numbers of `Standardize`; None leaves a layer its.
        learnt: what the rule has learnt besides, to go on with.
        memory: what the rule keeps besides, to go on with.
        optimizer_state: what the optimizer remembers, to go on with; with all five of a `Fitted`, training goes on as
            if it had not been interrupted (but for the seed's order of rows and random numbers, which begin again).
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
        it does at Ctrl-C, and when rows cannot be read any more after the first epoch, with the weights to keep so far.

    Raises:
        ClearpropError: arguments or data that cannot be used; the sentence says which.
    """
    loss, rule, optimizer = losses.get(loss), rules.get(rule), optim.get(optimizer)
    _check_settings(epochs, batch_size, members, patience, keep, dtype)
    with precision(dtype):
        X, Y, weights = _data(X, Y, sample_weight, dtype, "X", "Y")
        held_out = None if validation is None else _held_out(validation, X, dtype)
        given = {
            "params": params,
            "state": state,
            "learnt": learnt,
            "memory": memory,
            "optimizer_state": optimizer_state,
        }
        shapes = network.shapes(X.shape[1:])
        rule.check(network, loss, shapes)
        kind, numbers = traced.split(rule)
        check_targets(loss, Y, shapes[-1])
        if held_out is not None:
            check_targets(loss, held_out[1], shapes[-1])
        ensemble.check(members, loss, shapes[-1])
        carry, key = start(Start(network, kind, tuple(shapes), members, dtype), optimizer, numbers, seed, given)
        full_batch = batch_size is None or batch_size >= len(X)
        X = X.read(np.arange(len(X))) if full_batch and is_stored(X) else X
        chosen = metrics_for(loss, metrics)
        plan = program.Plan(
            network,
            loss,
            kind,
            tuple(chosen.values()),
            batch_size=0 if full_batch else batch_size,  # pyright: ignore[reportArgumentType]
            full_batch=full_batch,
            keep_best=(keep or ("last" if patience is None else "best")) == "best",
            members=members,
        )
        supply = _supply(X, Y, weights, None if full_batch else batch_size, seed, shuffle, epochs)
        job = program.Job(
            optimizer,
            numbers,
            None,  # the supply's, which each call gets
            None if held_out is None else make_rows(*held_out),
            key,
            np.int32(epochs),
            np.int32(epochs + 1 if patience is None else patience),
        )

        run = Run(
            epochs,
            partial(_fitted, plan._replace(rule=rule), X.shape[1:], dtype),
            ["loss", *([] if held_out is None else ["val_loss", *(f"val_{name}" for name in chosen)])],
            carry,
            members,
        )
        told = list(callbacks)
        with closing(supply):
            stopped = train(plan, job, run, supply, told)
        fitted = _finish(run, plan._replace(rule=rule), X.shape[1:], dtype, stopped)
        notify(told, "end", fitted)
        return fitted


def _supply(X: Any, Y: Any, weights: Any, batch_size: int | None, seed: int, shuffle: bool, epochs: int) -> Supply:
    """The rows that the calls of the program take; all in one batch where there is no batch size."""
    if is_stored(X):
        assert batch_size is not None
        return Stored(X, Y, weights, batch_size, seed, shuffle, epochs)
    rows = make_rows(X, Y, weights)
    padded = 0 if batch_size is None else -(-len(rows.X) // batch_size) * batch_size
    return InMemory(rows, Orders(len(X), padded, seed, shuffle), 1 if batch_size is None else -(-len(X) // batch_size))


def _fitted(
    plan: program.Plan, shape: Shape, dtype: str, learner: program.Learner, history: History, stopped: str, epoch: int
) -> Fitted:
    return Fitted(
        network=plan.network,
        params=learner.weights["params"],
        state=learner.state,
        loss=plan.loss,
        rule=plan.rule,
        input_shape=shape,
        dtype=dtype,
        learnt=learner.weights["rule"],
        memory=learner.memory,
        history=history,
        stopped=stopped,
        kept_epoch=epoch,
        members=plan.members,
    )


def _check_settings(
    epochs: int, batch_size: int | None, members: int, patience: int | None, keep: str | None, dtype: str
) -> None:
    settings = {"epochs": epochs, "batch_size": batch_size, "members": members, "patience": patience}
    for name, value in settings.items():
        if value is not None and value < 1:
            raise ClearpropError(_("{name} must be 1 or more, not {value}.").format(name=name, value=value))
    if keep not in (None, "best", "last"):
        raise ClearpropError(_("keep is 'best' or 'last', not {!r}.").format(keep))
    if dtype not in DTYPES:
        raise ClearpropError(_("dtype is {}, not {!r}.").format(" or ".join(map(repr, DTYPES)), dtype))


def _data(X: Any, Y: Any, weights: Any, dtype: str, x_name: str, y_name: str) -> tuple[Any, Any, Any]:
    X = X if is_stored(X) else as_inputs(X, dtype, x_name, keep_bytes=True)
    return X, as_targets(Y, dtype, len(X), y_name), as_weights(weights, dtype, len(X))


def _held_out(validation: tuple[Any, ...], X: Any, dtype: str) -> tuple[Any, Any, Any]:
    if len(validation) not in (2, 3):
        raise DataError(_("validation is (X, Y) or (X, Y, sample_weight); it has {} parts.").format(len(validation)))
    weights = validation[2] if len(validation) == 3 else None
    X_val = validation[0].read(np.arange(len(validation[0]))) if is_stored(validation[0]) else validation[0]
    held_out = _data(X_val, validation[1], weights, dtype, "validation X", "validation Y")
    if held_out[0].shape[1:] != X.shape[1:]:
        raise DataError(
            _("Validation rows have shape {} and training rows {}.").format(held_out[0].shape[1:], X.shape[1:])
        )
    return held_out


def _finish(run: Run, plan: program.Plan, shape: Shape, dtype: str, stopped: str) -> Fitted:
    """The result, with a warning if training did not end as asked."""
    kept, epoch = run.carry.kept, int(run.carry.progress.best_epoch)
    if not plan.keep_best:
        epoch = run.epoch - (stopped == "diverged")
    memory = run.carry.optimizer if epoch == run.epoch and not run.fraction else None
    if stopped == "interrupted" and run.epoch == 0:
        kept, memory = run.carry.learner, run.carry.optimizer  # better an unfinished first epoch than nothing
    if stopped == "diverged":
        warnings.warn(
            _(
                "The loss stopped being finite in epoch {epoch}, so training ended, with the weights of epoch {kept}. A"
                " smaller learning rate (try a tenth), inputs on a common scale or clipped gradients usually help."
            ).format(epoch=run.epoch, kept=epoch),
            TrainingWarning,
            stacklevel=3,
        )
    if run.fault is not None:
        warnings.warn(str(run.fault), ReadingWarning, stacklevel=3)
    if stopped == "interrupted":
        warnings.warn(
            _("Training was interrupted in epoch {epoch} of {epochs}; the weights are those of epoch {kept}.").format(
                epoch=run.epoch + 1, epochs=run.epochs, kept=epoch
            ),
            TrainingWarning,
            stacklevel=3,
        )
    return _fitted(plan, shape, dtype, kept, run.history, stopped, epoch).replace(optimizer_state=memory)
