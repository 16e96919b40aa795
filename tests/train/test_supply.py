"""Rows that do not lie in memory: the same training, to the bit, with a bounded number of them there at a time."""

import gc
import threading
import time

import numpy as np
import pytest

from clearprop import layers
from clearprop.errors import DataError
from clearprop.i18n import language, speaking
from clearprop.network import Network
from clearprop.train import TrainingWarning, fit, supply
from clearprop.train.fit import ReadingWarning
from clearprop.train.rows import Orders, is_stored

RNG = np.random.default_rng(0)
X = RNG.integers(0, 256, (50, 4), dtype=np.uint8)
Y = (X[:, 0] > 128).astype(int)
NET = Network([layers.Standardize(), layers.Dense(3), layers.Activation("tanh"), layers.Dense(1)])
STATE = (layers.Standardize.state(X), {}, {}, {})


class OnDisk:
    """Rows that say how many of them are read, and when."""

    def __init__(self, array: np.ndarray, faulty: int | None = None, well: float = 0):
        self._array, self._faulty, self._well = array, faulty, well
        self.shape, self.dtype = array.shape, array.dtype
        self.asked: list[int] = []

    def __len__(self):
        return len(self._array)

    def read(self, numbers):
        self.asked.append(len(numbers))
        if self._faulty in numbers and sum(self.asked) > self._well:
            raise OSError("row 7 is gone")
        return self._array[numbers]


def readers():
    """The threads that read now."""
    return [thread for thread in threading.enumerate() if thread.name.startswith(supply.READER)]


def train(X, **more):
    return fit(NET, X, Y, loss="sigmoid_cross_entropy", epochs=4, batch_size=8, seed=3, state=STATE, **more)


@pytest.mark.parametrize("weights", [None, np.arange(50.0)])
def test_stored_rows_train_the_same_network_to_the_bit(weights, monkeypatch):
    """Chunks of two batches, the last of an epoch smaller; 50 rows are 7 batches, the last of two rows."""
    monkeypatch.setattr(supply, "CHUNK_BYTES", 4 * 8 * 2)
    stored = OnDisk(X)
    ours = train(stored, sample_weight=weights, validation=(OnDisk(X[:9]), Y[:9]))
    theirs = train(X, sample_weight=weights, validation=(X[:9], Y[:9]))
    for a, b in zip(ours.params, theirs.params, strict=True):
        for name in a:
            np.testing.assert_array_equal(a[name], b[name])
    for mine, other in zip(ours.history, theirs.history, strict=True):
        assert mine["val_loss"] == other["val_loss"]
        assert mine["loss"] == pytest.approx(other["loss"], rel=1e-6)
    assert max(stored.asked) == 16
    assert sum(stored.asked) == 50 * 4  # nothing is read that is not learnt from


def test_bytes_train_as_numbers_do():
    a, b = train(X), train(X.astype(float))
    np.testing.assert_array_equal(a.params[1]["W"], b.params[1]["W"])
    np.testing.assert_array_equal(a.predict(X), a.predict(X.astype(np.float32)))
    assert a.evaluate(X, Y) == pytest.approx(b.evaluate(X.astype(float), Y))


def test_all_at_once_is_read_once():
    """No batch size: full-batch descent needs every row in every step."""
    stored = OnDisk(X)
    ours = fit(NET, stored, Y, loss="sigmoid_cross_entropy", epochs=3, batch_size=None, seed=3, state=STATE)
    theirs = fit(NET, X, Y, loss="sigmoid_cross_entropy", epochs=3, batch_size=None, seed=3, state=STATE)
    assert stored.asked == [50]
    np.testing.assert_array_equal(ours.params[1]["W"], theirs.params[1]["W"])


def test_predictions_read_block_after_block(monkeypatch):
    monkeypatch.setattr(supply, "CHUNK_BYTES", 4 * 20)
    model, stored = train(X), OnDisk(X)
    np.testing.assert_allclose(model.predict(stored), model.predict(X), atol=1e-6)
    assert stored.asked == [20, 20, 10]
    for wrong in (OnDisk(X, faulty=7), OnDisk(np.where(np.arange(50)[:, None] == 0, np.nan, X))):
        with pytest.raises((OSError, DataError), match=r"row 7 is gone|X has nan at row 0") as _held:
            model.predict(wrong)
        assert not readers()


def test_scores_of_stored_rows_are_those_of_rows_in_memory(monkeypatch):
    """Though they are read block after block; with weights, and a metric that is no mean over rows."""
    monkeypatch.setattr(supply, "CHUNK_BYTES", 4 * 20)
    model, stored = train(X), OnDisk(X)
    asked = {"metrics": ["accuracy", "r2"], "sample_weight": np.arange(50.0)}
    assert model.evaluate(stored, Y, **asked) == pytest.approx(model.evaluate(X, Y, **asked), rel=1e-5)
    assert stored.asked == [20, 20, 10]


@pytest.mark.parametrize("question", ["predict", "evaluate", "check"])
def test_stored_rows_of_another_shape_are_refused_before_any_is_read(question):
    """As many numbers do not make them rows that the network takes; a last axis of one does no harm."""
    model, other = train(X), OnDisk(X.reshape(50, 2, 2))
    more = [] if question == "predict" else [Y]
    with pytest.raises(DataError, match=r"takes rows of shape \(4,\); X has rows of shape \(2, 2\)"):
        getattr(model, question)(other, *more)
    assert other.asked == []
    with pytest.raises(DataError, match="no rows"):
        model.predict(OnDisk(X[:0]))
    grey = OnDisk(X[..., None])
    np.testing.assert_array_equal(model.predict(grey), model.predict(X))
    np.testing.assert_array_equal(model.check(grey, Y)[0], X)


# ---- what cannot be read --------------------------------------------------------------------------------------------


def test_in_the_first_epoch_a_row_that_cannot_be_read_is_an_error(monkeypatch):
    monkeypatch.setattr(supply, "CHUNK_BYTES", 4 * 8)
    with pytest.raises(OSError, match="row 7 is gone"):
        train(OnDisk(X, faulty=7))
    assert not readers()


def test_later_it_ends_the_training_in_order(monkeypatch):
    """Read well twice, it is gone in the third epoch: the weights are those of the second."""
    monkeypatch.setattr(supply, "CHUNK_BYTES", 4 * 8)
    with pytest.warns(TrainingWarning) as told:
        ours = train(OnDisk(X, faulty=7, well=50 * 2))
    assert [warning.category for warning in told] == [ReadingWarning, TrainingWarning]
    assert str(told[0].message) == "row 7 is gone" and "interrupted in epoch 3 of 4" in str(told[1].message)
    assert (ours.stopped, ours.kept_epoch, len(ours.history)) == ("interrupted", 2, 2)
    theirs = train(X, callbacks=[lambda run, record: run.epoch == 2])
    np.testing.assert_array_equal(ours.params[1]["W"], theirs.params[1]["W"])
    assert not readers()


# ---- reading ahead --------------------------------------------------------------------------------------------------


def chunks(rows):
    return iter(np.arange(rows).reshape(-1, 2))


def test_what_is_read_ahead_keeps_its_order():
    found = list(supply.read_ahead(OnDisk(X), iter([np.array([5, 2]), np.array([7]), np.arange(9), np.array([0])])))
    assert [numbers.tolist() for numbers, _rows in found] == [[5, 2], [7], list(range(9)), [0]]
    assert all(np.array_equal(rows, X[numbers]) for numbers, rows in found)
    assert list(supply.read_ahead(OnDisk(X), iter([]))) == [] and not readers()


def test_so_much_is_read_ahead_and_no_more():
    """With nobody taking them, the chunk that is next and `AHEAD` more are read; then it waits."""
    stored = OnDisk(X)
    ahead = supply.read_ahead(stored, chunks(20))
    assert stored.asked == []
    for taken in range(1, 6):
        next(ahead)
        patience = time.monotonic() + 20
        while len(stored.asked) < taken + supply.AHEAD and time.monotonic() < patience:
            time.sleep(0.001)
        time.sleep(0.01)  # time enough for one too many
        assert len(stored.asked) == taken + supply.AHEAD
    ahead.close()
    assert len(stored.asked) < 10


@pytest.mark.parametrize("end", ["closed", "forgotten", "raised"])
def test_left_early_it_leaves_no_thread(end):
    ahead = supply.read_ahead(OnDisk(X), chunks(20))
    next(ahead)
    assert readers()
    if end == "closed":
        ahead.close()
    elif end == "forgotten":
        del ahead
        gc.collect()
    else:
        with pytest.raises(KeyboardInterrupt):
            ahead.throw(KeyboardInterrupt)
    assert not readers()


def test_what_a_reader_raises_comes_where_its_chunk_would():
    ahead = supply.read_ahead(OnDisk(X, faulty=7), chunks(20))
    assert [next(ahead)[0].tolist() for _chunk in range(3)] == [[0, 1], [2, 3], [4, 5]]
    with pytest.raises(OSError, match="row 7 is gone"):
        next(ahead)
    assert not readers() and list(ahead) == []


def test_a_reader_speaks_the_language_of_who_asks():
    class Speaking(OnDisk):
        def read(self, numbers):
            spoken.append(language())
            return super().read(numbers)

    spoken: list[str] = []
    with speaking("es"):
        next(supply.read_ahead(Speaking(X), chunks(2)))
    assert spoken == ["es"]


def test_the_time_that_steps_wait_is_told():
    """A reader that takes 50 ms, for the first chunk at least nobody can be ahead of it."""

    class Slow(OnDisk):
        def read(self, numbers):
            threading.Event().wait(0.05)
            return super().read(numbers)

    seen = []
    train(Slow(X), callbacks=[lambda run, record: seen.append(run.waited)])
    assert seen[-1] > 0.03
    memory = []
    train(X, callbacks=[lambda run, record: memory.append(run.waited)])
    assert memory[-1] == 0


def test_what_is_stored():
    assert is_stored(OnDisk(X))
    assert not is_stored(X) and not is_stored([[1.0]]) and not is_stored(open)


def test_the_orders_of_stored_rows_are_those_of_rows_in_memory():
    stored = supply.Stored(OnDisk(X), Y, None, 8, seed=3, shuffle=True, epochs=1)
    orders = Orders(50, 56, 3, True)
    rows, _window, now = stored.call(0, 100, 1)
    np.testing.assert_array_equal(np.asarray(rows.X)[:50], X[orders.need(1)[0][:50]])
    assert now == 7
    stored.close()
