"""The compiled part of training: many batches, and whole epochs, in one call.  Python is not in this loop.

A call works through a budget of batches, across the ends of epochs: at each end it validates, writes a record, and
keeps the weights if they are the ones to keep. How the host cuts the training into calls changes nothing of the result.

    for each batch:   loss, gradients ← rule(network, X, Y)
                      weights         ← weights + optimizer's updates

The members of an ensemble take the same batches side by side, each with a loss, gradients and an optimizer's memory of
its own; what is recorded is the mean of their losses (TabM; Gorishniy, Kotelnikov & Babenko 2025), what is validated
their mean prediction.
"""

import math
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from clearprop.compilation import program
from clearprop.layers.base import Pass
from clearprop.optim.base import apply
from clearprop.traced import join
from clearprop.train.members import average, each, output
from clearprop.train.rows import Rows, floats, normalised

CONTINUES, NO_BETTER, NOT_FINITE = 0, 1, 2

NUMBERS_AT_ONCE = 2**24
"""What a layer may make of the images that are predicted at once: 64 MB of float32."""


class Plan(NamedTuple):
    """What the program is compiled for: everything that is not a number."""

    network: Any
    loss: Any
    rule: Any
    metrics: tuple[Any, ...]
    batch_size: int
    full_batch: bool
    keep_best: bool
    members: int = 1


class Learner(NamedTuple):
    """All that learning changes; weights is {"params": the network's, "rule": what the rule learns besides}."""

    weights: Any
    state: Any
    memory: Any


class Progress(NamedTuple):
    """Where the training stands, as numbers on the device; loss is each member's, of this epoch so far."""

    epoch: Any
    batch: Any
    loss: Any
    best: Any
    best_epoch: Any
    stopped: Any


class Carry(NamedTuple):
    """What a call takes and gives back."""

    learner: Learner
    optimizer: Any
    kept: Learner
    progress: Progress


class Job(NamedTuple):
    """What stays the same from call to call, but for stored rows; rule is the numbers of the plan's."""

    optimizer: Any
    rule: Any
    rows: Any
    validation: Rows | None
    key: Any
    epochs: Any
    patience: Any


def begin(learner: Learner, memory: Any, dtype: Any, members: int = 1) -> Carry:
    """Before the first batch, with the optimizer's memory.  All is copied, since a call takes its arguments' memory."""
    learner, kept, memory = (jax.tree.map(lambda a: jnp.array(a, copy=True), a) for a in (learner, learner, memory))
    zero, loss = jnp.zeros((), jnp.int32), jnp.zeros(() if members == 1 else (members,), dtype)
    progress = Progress(zero, zero, loss, jnp.full((), jnp.inf, dtype), zero, zero)
    return Carry(learner, memory, kept, jax.tree.map(jnp.array, progress))


@program(donate=(1,))
def run(plan: Plan, carry: Carry, job: Job, orders: Any, budget: Any) -> tuple[Carry, Any]:
    """Work through `budget` batches, or until the orders of the epochs are used up, or training has to stop.

    orders: (epochs, batches · batch_size) row numbers. Returns the carry and the records, (epochs, columns): a row for
    each epoch that ended in this call.
    """
    plan = plan._replace(rule=join(plan.rule, job.rule))
    batches = _batches(plan, job.rows.n)
    validation_weights = None if job.validation is None else normalised(job.validation)
    columns = 1 if job.validation is None else 2 + len(plan.metrics)
    records = jnp.zeros((orders.shape[0], columns), carry.progress.loss.dtype)
    full_batch_weights = normalised(job.rows) if plan.full_batch else None

    def more(state):
        carry, ended, left, _records = state
        return (left > 0) & (ended < orders.shape[0]) & (carry.progress.stopped == CONTINUES)

    def piece(state):
        """As many batches of this epoch as the budget has left, and the epoch's end if that is reached."""
        carry, ended, left, records = state
        first = carry.progress.batch
        last = jnp.minimum(batches, first + left)
        step = partial(_step, plan, job, batches, orders[ended], carry.progress.epoch, full_batch_weights)

        def work(key, *carried):
            return lax.fori_loop(first, last, partial(step, key), carried)

        started = job.key, carry.learner, carry.optimizer, carry.progress.loss
        learner, memory, loss = each(plan.members, work)(*started)
        carry = Carry(learner, memory, carry.kept, carry.progress._replace(batch=last, loss=loss))
        end = partial(_end_of_epoch, plan, job, validation_weights, ended)
        if plan.full_batch:
            carry, records = end(carry, records)
        else:
            carry, records = lax.cond(last == batches, end, lambda *unchanged: unchanged, carry, records)
        return carry, ended + (last == batches), left - (last - first), records

    carry, _ended, _left, records = lax.while_loop(more, piece, (carry, jnp.int32(0), budget, records))
    return carry, records


def _batches(plan: Plan, n: Any) -> Any:
    return jnp.int32(1) if plan.full_batch else (n + plan.batch_size - 1) // plan.batch_size


def _step(plan, job, batches, order, epoch, full_batch_weights, key, index, carried):
    """One batch: forward, loss, back, update."""
    learner, memory, total = carried
    X, Y, weights, share, pull = _batch(plan, job.rows, order, index, full_batch_weights)
    progress = (epoch + index.astype(X.dtype) / batches) / job.epochs
    pass_ = Pass(True, jax.random.fold_in(key, epoch * batches + index), weights, progress)
    value, gradients, state, rule_memory = plan.rule.gradients(
        plan.network,
        plan.loss,
        learner.weights["params"],
        learner.state,
        learner.weights["rule"],
        learner.memory,
        X,
        Y,
        pass_,
    )
    if pull is not None:
        gradients = jax.tree.map(lambda g: pull * g, gradients)
    updates, memory = job.optimizer.update(gradients, memory, learner.weights)
    return Learner(apply(learner.weights, updates), state, rule_memory), memory, total + share * value


def _batch(plan, rows, order, index, full_batch_weights):
    """(X, Y, weights that sum to 1, share, pull) of the batch at this index.

    share: its weight among all rows', Σ_batch w / Σ w; the epoch's loss is the sum of share · loss.
    pull: the mean weight of its rows over that of all rows. The batch's gradient times its pull is, on average over the
        batches, the gradient of the weighted loss. None where it is 1.
    """
    if plan.full_batch:
        return floats(rows.X), rows.Y, full_batch_weights, 1, None
    first = index * plan.batch_size
    picked = lax.dynamic_slice(order, (first,), (plan.batch_size,))
    X, Y = (a.at[picked].get(mode="promise_in_bounds") for a in (rows.X, rows.Y))
    X = floats(X)
    real = first + jnp.arange(plan.batch_size, dtype=jnp.int32) < rows.n
    n = jnp.minimum(rows.n - first, plan.batch_size).astype(X.dtype)
    if rows.weights is None:
        return X, Y, jnp.where(real, 1 / n, 0), n / rows.n, None
    weights = jnp.where(real, rows.weights.at[picked].get(mode="promise_in_bounds"), 0)
    total = weights.sum()
    share = total / rows.total
    return X, Y, weights / jnp.where(total > 0, total, 1), share, share * rows.n / n


def _end_of_epoch(plan, job, validation_weights, row, carry, records):
    """Validate, record, keep, and see whether to go on."""
    learner, progress = carry.learner, carry.progress
    loss = progress.loss.mean()  # over the members
    scores = [loss]
    if job.validation is not None:
        scores += score(plan, learner, job.validation, validation_weights)
    # A sum of numbers is finite only if each of them is (or it has grown too large to be of use).
    finite = jnp.isfinite(loss) & jnp.isfinite(sum(jnp.abs(w).sum() for w in jax.tree.leaves(learner.weights)))
    score_ = scores[min(1, len(scores) - 1)]
    score_ = jnp.where(jnp.isnan(score_), jnp.inf, score_)  # of validation rows that the network has no answer for
    better = finite & ((score_ < progress.best) | (progress.best_epoch == 0))
    keep = better if plan.keep_best else finite
    epoch = progress.epoch + 1
    best_epoch = jnp.where(better, epoch, progress.best_epoch)
    stopped = jnp.where(finite, jnp.where(epoch - best_epoch >= job.patience, NO_BETTER, CONTINUES), NOT_FINITE)
    kept = jax.tree.map(lambda new, old: jnp.where(keep, new, old), learner, carry.kept)
    progress = Progress(
        epoch,
        jnp.zeros_like(progress.batch),
        jnp.zeros_like(progress.loss),
        jnp.where(better, score_, progress.best),
        best_epoch,
        stopped.astype(jnp.int32),
    )
    return Carry(learner, carry.optimizer, kept, progress), records.at[row].set(jnp.stack(scores))


def forward(plan: Plan, learner: Learner, X: Any) -> Any:
    """The output for rows that are not learnt from, some thousand at a time so that memory stays bounded.

    That of an ensemble is the one whose prediction is the mean of its members'.
    """
    size = min(X.shape[0], _at_once(plan.network, X.shape[1:]))
    whole = X.shape[0] // size

    def some(x):
        x = floats(x)
        pass_ = Pass(False, None, jnp.full((x.shape[0],), 1 / x.shape[0], x.dtype))

        def one(weights, state):
            return plan.rule.predict(plan.network, weights["params"], state, weights["rule"], x, pass_)

        return average(plan.members, plan.loss, each(plan.members, one)(learner.weights, learner.state))

    if whole == 1 and X.shape[0] == size:
        return some(X)
    parts = lax.map(some, X[: whole * size].reshape(whole, size, *X.shape[1:]))
    parts = parts.reshape(whole * size, *parts.shape[2:])
    return parts if whole * size == X.shape[0] else jnp.concatenate([parts, some(X[whole * size :])])


def _at_once(network: Any, shape: tuple[int, ...]) -> int:
    """How many rows of this shape are computed at once: 4096, of images fewer, since each layer makes many of one."""
    widest = max(math.prod(after) for after in network.shapes(shape)) if len(shape) > 1 else 0
    return min(4096, 1 << max(0, (NUMBERS_AT_ONCE // max(widest, 1)).bit_length() - 1))


def predict(loss: Any, Y_hat: Any) -> Any:
    """The network's output as a prediction: after the activation that the loss is fused with."""
    return output(loss)(Y_hat)


def score(plan: Plan, learner: Learner, rows: Rows, weights: Any) -> list[Any]:
    """The loss and each metric over these rows."""
    Y_hat = forward(plan, learner, rows.X)
    prediction = predict(plan.loss, Y_hat)
    return [plan.loss(Y_hat, rows.Y, weights)[0], *(metric(prediction, rows.Y, weights) for metric in plan.metrics)]
