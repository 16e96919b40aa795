"""The host's side of the loop: it calls the compiled program until training ends, and tells the callbacks."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from clearprop.layers.base import Params
from clearprop.train import program
from clearprop.train.fitted import Fitted
from clearprop.train.history import History
from clearprop.train.members import one_of
from clearprop.train.supply import Supply

SECONDS_A_CALL = 1.0
"""How long a compiled call should take: short enough for a live bar and for Ctrl-C, long enough to cost nothing.

Each call takes its working memory from the system anew. Of a residual network on images that is a gigabyte: with calls
of 0.2 s, of one step each, a step took 0.30 s, with calls of a second 0.23.
"""


class Run:
    """A training under way, as its callbacks see it.

    A callback is a function `callback(run, record)`, called after every epoch; if it returns a true value, training
    stops. One with the attribute `records_only = True` does without the weights of each epoch, so that many epochs may
    pass in one compiled call before it is told of each; one with a number `stride` needs those of every stride-th
    epoch alone. One with a method `pulse(run)` is told after every compiled call, within an epoch too; with
    `begin(run)`, before the first epoch; with `end(fitted)`, of what came of it all.

    Attributes:
        epoch: epochs ended so far.
        epochs: epochs asked for.
        members: how many networks are trained.
        fraction: how far the present epoch is, from 0 to 1.
        history: the records so far.
        waited: the seconds that training stood still for rows that were still being read.
        fault: why rows could not be read any more; None as long as they can.
        fitted: the network with its present weights.
    """

    def __init__(
        self,
        epochs: int,
        make: Callable[[program.Learner, History, str, int], Fitted],
        columns: list[str],
        carry: Any,
        members: int = 1,
    ):
        self.epochs, self._make, self._columns = epochs, make, columns
        self.epoch, self.fraction, self.history = 0, 0.0, History()
        self.carry: program.Carry = carry
        self.members = members
        self.waited, self._seconds = 0.0, 0.0
        self.fault: Exception | None = None

    @property
    def fitted(self) -> Fitted:
        """The network with the weights it has now (a copy, which training does not change)."""
        learner = jax.tree.map(lambda a: jnp.array(a, copy=True), self.carry.learner)
        return self._make(learner, History(self.history), "running", self.epoch)

    @property
    def params(self) -> Params:
        """The weights as they are now."""
        return self.fitted.params

    def weights_of_a_member(self) -> Params:
        """A copy of the weights as they are now, as NumPy's arrays; those of an ensemble's first member."""
        params = jax.tree.map(np.asarray, self.carry.learner.weights["params"])
        return jax.tree.map(np.array, params if self.members == 1 else one_of(params, 0))

    def tell(self, callbacks: list[Any], records: np.ndarray, seconds: float) -> bool:
        """Note the epochs that ended in a call, and tell the callbacks; returns whether one of them wants to stop."""
        stop = False
        self._seconds += seconds
        each = self._seconds / max(len(records), 1)
        for values in records:
            self.epoch += 1
            self._seconds = 0.0
            scores = dict(zip(self._columns, map(float, values), strict=True))
            self.history.append({"epoch": self.epoch, **scores, "seconds": each})
            for callback in callbacks:
                stop = bool(callback(self, self.history[-1])) or stop
        notify(callbacks, "pulse", self)
        return stop


Callback = Callable[[Run, dict[str, Any]], Any]


def notify(callbacks: list[Any], moment: str, what: Any) -> None:
    """Tell those callbacks that have a method for this moment."""
    for callback in callbacks:
        getattr(callback, moment, lambda what: None)(what)


def train(plan: program.Plan, job: program.Job, run: Run, supply: Supply, callbacks: list[Any]) -> str:
    """Call the program, about `SECONDS_A_CALL` of work at a time, until training ends; returns why it did.

    Raises:
        Exception: whatever the reading of rows raises in the first epoch; later, it is noted as the run's `fault`.
    """
    budget, compiled = 1, False
    notify(callbacks, "begin", run)
    with _interruptible() as interrupted:
        while run.epoch < run.epochs:
            started = time.perf_counter()
            done = round(run.fraction * supply.batches)
            epochs = min(run.epochs - run.epoch, *(_unseen(each, run.epoch) for each in callbacks), 2**31)
            try:
                rows, window, now = supply.call(done, budget, epochs)
            except Exception as fault:  # whatever a reader raises: what was learnt is not to be lost with it
                if not run.epoch:
                    raise
                run.fault = fault
                return "interrupted"
            run.waited = supply.waited
            run.carry, records = program.run(plan, run.carry, job._replace(rows=rows), window, np.int32(now))
            progress = jax.tree.map(np.asarray, run.carry.progress)
            ended = int(progress.epoch) - run.epoch
            supply.ended(ended)
            run.fraction = int(progress.batch) / supply.batches
            seconds = time.perf_counter() - started
            stop = run.tell(callbacks, np.asarray(records)[:ended], seconds)
            if progress.stopped:
                return "diverged" if progress.stopped == program.NOT_FINITE else "patience"
            if stop:
                return "callback"
            if interrupted.is_set():
                return "interrupted"
            budget, compiled = _next_budget(budget, now, seconds, compiled), True
    return "finished"


def _unseen(callback: Any, epoch: int) -> int:
    """How many epochs from this one on may pass in one call, for all that a callback looks at weights."""
    if getattr(callback, "records_only", False):
        return 2**31
    stride = getattr(callback, "stride", 1)
    return stride - epoch % stride


def _next_budget(budget: int, now: int, seconds: float, compiled: bool) -> int:
    """How many batches the next call should take; the first call says nothing of the speed, since it compiles."""
    return max(1, min(int(now * SECONDS_A_CALL / seconds), 8 * budget)) if compiled else 8


@contextmanager
def _interruptible() -> Iterator[threading.Event]:
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
