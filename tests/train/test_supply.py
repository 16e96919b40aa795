"""Rows that do not lie in memory: the same training, to the bit, with a bounded number of them there at a time."""

import threading

import numpy as np
import pytest

from clearprop import layers
from clearprop.network import Network
from clearprop.train import fit, supply
from clearprop.train.rows import Orders, is_stored

RNG = np.random.default_rng(0)
X = RNG.integers(0, 256, (50, 4), dtype=np.uint8)
Y = (X[:, 0] > 128).astype(int)
NET = Network([layers.Standardize(), layers.Dense(3), layers.Activation("tanh"), layers.Dense(1)])
STATE = (layers.Standardize.state(X), {}, {}, {})


class OnDisk:
    """Rows that say how many of them are read, and when."""

    def __init__(self, array: np.ndarray, faulty: int | None = None):
        self._array, self._faulty = array, faulty
        self.shape, self.dtype = array.shape, array.dtype
        self.asked: list[int] = []

    def __len__(self):
        return len(self._array)

    def read(self, numbers):
        self.asked.append(len(numbers))
        if self._faulty in numbers:
            raise OSError("row 7 is gone")
        return self._array[numbers]


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
    assert sum(stored.asked) <= 50 * 4 + 16 * (1 + supply.AHEAD)  # no more is read than is learnt from, and a little


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
    from clearprop.train import fitted

    monkeypatch.setattr(fitted, "STORED", 20)
    model, stored = train(X), OnDisk(X)
    np.testing.assert_allclose(model.predict(stored), model.predict(X), atol=1e-6)
    assert stored.asked == [20, 20, 10]


def test_a_row_that_cannot_be_read_ends_the_training_with_its_own_error(monkeypatch):
    monkeypatch.setattr(supply, "CHUNK_BYTES", 4 * 8)
    with pytest.raises(OSError, match="row 7 is gone"):
        train(OnDisk(X, faulty=7))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("clearprop-read")]


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
    stored = supply.Stored(OnDisk(X), Y, None, 8, seed=3, shuffle=True)
    orders = Orders(50, 56, 3, True)
    rows, _window, now = stored.call(0, 100, 1)
    np.testing.assert_array_equal(np.asarray(rows.X)[:50], X[orders.need(1)[0][:50]])
    assert now == 7
    stored.close()
