"""fit: the same to the bit however it is called; what it learns, computed by hand; when it stops and what it keeps."""

import signal
import threading
import warnings

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from clearprop import Network, layers, losses, optim, train
from clearprop.errors import ClearpropError, DataError
from clearprop.layers import Activation, BatchNorm, Dense, Dropout
from clearprop.train import TrainingWarning, loop, program

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(50, 3))
Y = (X[:, 0] * X[:, 1] > 0).astype(int)
NET = Network([Dense(4), BatchNorm(), Activation("tanh"), Dropout(0.2), Dense(1)])
NORMALISED = Network([Dense(3, bias=False), BatchNorm(), Activation("tanh"), Dense(1)])
SETTINGS = {"loss": "sigmoid_cross_entropy", "optimizer": optim.adam(0.02), "epochs": 7, "batch_size": 12, "seed": 3}
VALIDATION = (X[:20], Y[:20])


def same(a, b):
    """Whether two trainings gave the same weights, state and history, to the bit."""
    for one, other in zip(jax.tree.leaves((a.params, a.state)), jax.tree.leaves((b.params, b.state)), strict=True):
        if not np.array_equal(one, other):
            return False
    without_time = [[{k: v for k, v in record.items() if k != "seconds"} for record in f.history] for f in (a, b)]
    return without_time[0] == without_time[1] and (a.stopped, a.kept_epoch) == (b.stopped, b.kept_epoch)


def close(a, b, **tolerance):
    """Assert that two trees of weights agree."""
    for one, other in zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True):
        np.testing.assert_allclose(one, other, **{"rtol": 1e-11, "atol": 1e-13, **tolerance})


# ---- the same to the bit -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plain():
    """A training with everything that is random, and a validation set."""
    return train.fit(NET, X, Y, validation=VALIDATION, **SETTINGS)


def test_the_same_seed_gives_the_same_to_the_bit(plain):
    """fit's docstring: same seed and machine, same result to the bit."""
    assert same(plain, train.fit(NET, X, Y, validation=VALIDATION, **SETTINGS))


def test_another_seed_does_not(plain):
    """Initial weights, order and dropout are drawn from the seed."""
    other = train.fit(NET, X, Y, validation=VALIDATION, **{**SETTINGS, "seed": 4})
    assert not same(plain, other)
    assert plain.history["loss"][0] != other.history["loss"][0]


@pytest.mark.parametrize("seconds", [1e-9, 1e9], ids=["a batch a call", "many epochs a call"])
def test_however_the_host_cuts_the_calls_the_result_is_the_same(plain, seconds, monkeypatch):
    """program.py: how the host cuts the training into calls changes nothing; here 5 batches an epoch, in calls of 1,
    8, 1, 1 … or 1, 8, 64.
    """
    monkeypatch.setattr(loop, "SECONDS_A_CALL", seconds)
    assert same(plain, train.fit(NET, X, Y, validation=VALIDATION, **SETTINGS))


@pytest.mark.parametrize("records_only", [False, True])
def test_callbacks_that_look_on_change_nothing(plain, records_only):
    """Run's docstring: every epoch is told of, in order, with or without its weights."""
    told = []

    def callback(run, record):
        told.append(record["epoch"])
        if not records_only:
            assert run.epoch == record["epoch"] == run.fitted.kept_epoch
            run.fitted.predict(X)

    callback.records_only = records_only
    assert same(plain, train.fit(NET, X, Y, validation=VALIDATION, callbacks=[callback], **SETTINGS))
    assert told == [1, 2, 3, 4, 5, 6, 7]


def test_a_full_batch_is_the_same_to_the_bit_too():
    """batch_size=None, and any of n or more: all the rows, in their own order, whatever shuffle says."""
    settings = {k: v for k, v in SETTINGS.items() if k != "batch_size"}
    one = train.fit(NET, X, Y, batch_size=None, **settings)
    assert same(one, train.fit(NET, X, Y, batch_size=50, shuffle=False, **settings))
    assert same(one, train.fit(NET, X, Y, batch_size=999, callbacks=[lambda run, record: None], **settings))


def test_validation_is_never_learnt_from(plain):
    """fit's docstring. (Two programs: compiled apart, they may round apart.)"""
    close(plain.params, train.fit(NET, X, Y, **SETTINGS).params, rtol=1e-5, atol=1e-6)


# ---- by hand -------------------------------------------------------------------------------------------------------

TWO_LAYERS = Network([Dense(4), Activation("tanh"), Dense(2)])


def by_hand(X, Y, weights, params, epochs, batch_size, rate):
    """Gradient descent on the squared error of a two-layer network, batch after batch, in plain NumPy."""
    (W1, b1), (W2, b2) = ((p["W"].copy(), p["b"].copy()) for p in (params[0], params[2]))
    history = []
    for _ in range(epochs):
        total = 0.0
        for first in range(0, len(X), batch_size):
            x, y, w = (a[first : first + batch_size] for a in (X, Y, weights))
            A = np.tanh(x @ W1 + b1)
            error = A @ W2 + b2 - y
            total += (w[:, None] * error**2).sum() / 2
            dZ2 = w[:, None] / (len(w) * weights.mean()) * 2 * error / 2
            dZ1 = dZ2 @ W2.T * (1 - A * A)
            W2, b2 = W2 - rate * A.T @ dZ2, b2 - rate * dZ2.sum(0)
            W1, b1 = W1 - rate * x.T @ dZ1, b1 - rate * dZ1.sum(0)
        history.append(total / weights.sum())
    return ({"W": W1, "b": b1}, {}, {"W": W2, "b": b2}), history


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("batch_size", [4, 5, 10], ids=["last batch padded", "last batch full", "full batch"])
def test_epochs_computed_by_hand(batch_size, weighted):
    """Plain NumPy: 10 rows in batches of 4 leave a last one of 2, padded; each batch's gradient is the mean over its
    rows of w_i ∂ℓ_i, over the mean weight of all rows; the epoch's loss is the weighted mean over its rows.
    """
    random = np.random.default_rng(1)
    x, y, w = random.normal(size=(10, 3)), random.normal(size=(10, 2)), random.uniform(0.5, 2, 10)
    start = (
        {"W": random.normal(size=(3, 4)), "b": np.zeros(4)},
        {},
        {"W": random.normal(size=(4, 2)), "b": np.ones(2)},
    )
    fitted = train.fit(
        TWO_LAYERS,
        x,
        y,
        loss="squared",
        optimizer=optim.gradient_descent(0.1),
        epochs=5,
        batch_size=batch_size,
        params=start,
        sample_weight=w if weighted else None,
        shuffle=False,
        dtype="float64",
    )
    params, history = by_hand(x, y, w if weighted else np.ones(10), start, 5, batch_size, 0.1)
    close(fitted.params, params)
    np.testing.assert_allclose(fitted.history["loss"], history, rtol=1e-12)


def test_shuffling_takes_every_row_once_an_epoch_in_an_order_of_its_own():
    """A linear unit whose weight k counts row k: with x = the k-th unit vector and ∂ℓ/∂ŷ = 1, each visit moves w_k by
    the rate.
    """
    n, visited = 12, []
    counting = losses.FromValue(lambda Y_hat, Y, w: (w[:, None] * Y_hat).sum())
    train.fit(
        Network([Dense(1, "zeros", bias=False)]),
        np.eye(n),
        np.zeros(n),
        loss=counting,
        optimizer=optim.gradient_descent(1.0),
        epochs=3,
        batch_size=1,
        dtype="float64",
        callbacks=[lambda run, record: visited.append(run.params[0]["W"][:, 0])],
    )
    np.testing.assert_array_equal(visited, [np.full(n, -k) for k in (1, 2, 3)])
    order = np.random.default_rng([0, 1])
    rows = np.arange(n)
    order.shuffle(rows)
    first = rows.copy()
    order.shuffle(rows)
    assert (first != rows).any()


def test_a_weight_is_so_many_rows():
    """sample_weight: how much each row counts; weight 2 is the row twice (full batch, with batch normalisation)."""
    times = RANDOM.integers(1, 4, 20)
    settings = {"loss": "sigmoid_cross_entropy", "epochs": 5, "batch_size": None, "dtype": "float64"}
    weighted = train.fit(NORMALISED, X[:20], Y[:20], sample_weight=times, **settings)
    repeated = train.fit(NORMALISED, X[:20].repeat(times, 0), Y[:20].repeat(times), **settings)
    close(weighted.params, repeated.params)
    np.testing.assert_allclose(weighted.history["loss"], repeated.history["loss"], rtol=1e-12)


def test_a_row_of_weight_0_changes_nothing():
    """design.md, a pass: whatever it holds; weights, running statistics and history."""
    strange, labels = X.copy(), Y.copy()
    strange[[3, 30]], labels[[3, 30]] = 1e3, 1 - Y[[3, 30]]
    weights = np.ones(50)
    weights[[3, 30]] = 0
    settings = {"loss": "sigmoid_cross_entropy", "epochs": 5, "batch_size": None, "dtype": "float64"}
    with_them = train.fit(NORMALISED, strange, labels, sample_weight=weights, **settings)
    without = train.fit(NORMALISED, np.delete(X, [3, 30], 0), np.delete(Y, [3, 30]), **settings)
    close((with_them.params, with_them.state), (without.params, without.state))
    np.testing.assert_allclose(with_them.history["loss"], without.history["loss"], rtol=1e-12)


def test_an_optax_transformation_drops_in():
    """design.md: any Optax transformation drops in unchanged."""
    settings = {**SETTINGS, "dtype": "float64", "epochs": 3}
    ours = train.fit(NORMALISED, X, Y, **{**settings, "optimizer": optim.adam(0.02)})
    theirs = train.fit(NORMALISED, X, Y, **{**settings, "optimizer": optax.adam(0.02)})
    close(ours.params, theirs.params, rtol=1e-9)


def test_a_schedule_counts_steps_not_epochs():
    """optim/schedules.py: t = 0, 1, 2, … at each update; here it is 0 after the first epoch's five batches."""
    rate = lambda t: jnp.where(t < 5, 0.1, 0.0)  # noqa: E731
    seen = []
    settings = {**SETTINGS, "optimizer": optim.gradient_descent(rate), "epochs": 3}
    train.fit(NET, X, Y, callbacks=[lambda run, record: seen.append(run.params[0]["W"])], **settings)
    np.testing.assert_array_equal(seen[0], seen[2])


def test_a_loss_of_ones_own_is_any_function():
    """losses.py: a plain function of the same form serves as well."""

    def half_squared(Y_hat, Y, weights):
        error = Y_hat - Y[:, None]
        return (weights[:, None] * error**2).sum() / 2, weights[:, None] * error

    settings = {"epochs": 3, "dtype": "float64", "batch_size": 16}
    net = Network([Dense(1)])
    own = train.fit(net, X, X[:, 0], loss=half_squared, optimizer=optim.gradient_descent(0.2), **settings)
    ours = train.fit(net, X, X[:, 0], loss="squared", optimizer=optim.gradient_descent(0.1), **settings)
    close(own.params, ours.params)
    np.testing.assert_allclose(2 * np.array(own.history["loss"]), ours.history["loss"], rtol=1e-12)


# ---- compiled once -------------------------------------------------------------------------------------------------


def test_another_number_or_another_row_does_not_recompile(plain):
    """design.md, training: learning rate, seed, decay, patience are traced values; row counts are rounded up to
    buckets.
    """
    compiled = len(program.run)
    for change in (
        {"optimizer": optim.adam(0.5, beta1=0.8, epsilon=1e-6)},
        {"seed": 99},
        {"epochs": 2},
        {"patience": 5, "keep": "last"},
    ):
        train.fit(NET, X, Y, validation=VALIDATION, **{**SETTINGS, **change})
    train.fit(NET, X[:49], Y[:49], validation=VALIDATION, **SETTINGS)
    assert len(program.run) == compiled


# ---- when it stops, and what it keeps ------------------------------------------------------------------------------

# One weight from 0 towards 1 by gradient descent: after epoch t it is 1 − 0.9ᵗ. Validation wants ½, which it passes
# between epochs 6 (0.4686) and 7 (0.5217): the best is epoch 7.
ONE_WEIGHT = Network([Dense(1, "zeros", bias=False)])
PASSING = {
    "loss": "squared",
    "optimizer": optim.gradient_descent(0.05),
    "batch_size": None,
    "validation": (np.ones((1, 1)), np.full(1, 0.5)),
    "dtype": "float64",
}


def weight_of(fitted):
    return float(fitted.params[0]["W"][0, 0])


@pytest.mark.parametrize(
    ("settings", "epochs", "stopped", "kept"),
    [
        ({"epochs": 30, "patience": 3}, 10, "patience", 7),
        ({"epochs": 30, "patience": 1}, 8, "patience", 7),
        ({"epochs": 30, "patience": 3, "keep": "last"}, 10, "patience", 10),
        ({"epochs": 12}, 12, "finished", 12),
        ({"epochs": 12, "keep": "best"}, 12, "finished", 7),
        ({"epochs": 5, "patience": 3}, 5, "finished", 5),
    ],
    ids=str,
)
def test_patience_stops_at_the_epoch_and_keeps_the_best(settings, epochs, stopped, kept):
    """fit's docstring, on a case whose every epoch is known."""
    fitted = train.fit(ONE_WEIGHT, np.ones((4, 1)), np.ones(4), **PASSING, **settings)
    assert (len(fitted.history), fitted.stopped, fitted.kept_epoch) == (epochs, stopped, kept)
    assert weight_of(fitted) == pytest.approx(1 - 0.9**kept, rel=1e-12)
    np.testing.assert_allclose(fitted.history["loss"], 0.81 ** np.arange(epochs), rtol=1e-10)
    np.testing.assert_allclose(
        fitted.history["val_loss"], (0.5 - 0.9 ** np.arange(1, epochs + 1)) ** 2, rtol=1e-9, atol=1e-15
    )


def test_without_validation_patience_looks_at_the_training_loss():
    """fit's docstring: training loss, where there is none. A rate of 1 throws the weight from 0 to 2 and back: never
    better.
    """
    settings = {**PASSING, "validation": None, "optimizer": optim.gradient_descent(1.0)}
    fitted = train.fit(ONE_WEIGHT, np.ones((4, 1)), np.ones(4), epochs=30, patience=4, **settings)
    assert (len(fitted.history), fitted.stopped, fitted.kept_epoch) == (5, "patience", 1)


def test_training_that_diverges_stops_with_the_epoch_and_the_last_good_weights():
    """Issue 2: a loss that becomes infinite stops with the epoch, a suggestion and the last good weights kept. Each
    epoch multiplies the error by 1 − 2 · rate, about −10¹⁰: in float32 its square is beyond 3 · 10³⁸ in the third.
    """
    settings = {**PASSING, "dtype": "float32", "validation": None, "optimizer": optim.gradient_descent(5e9)}
    with pytest.warns(TrainingWarning, match="in epoch 3, .*with the weights of epoch 2. A.*smaller learning rate"):
        fitted = train.fit(ONE_WEIGHT, np.ones((4, 1)), np.ones(4), epochs=30, **settings)
    assert (len(fitted.history), fitted.stopped, fitted.kept_epoch) == (3, "diverged", 2)
    assert weight_of(fitted) == pytest.approx(-1e20, rel=1e-5)
    assert fitted.history["loss"][-1] == np.inf


class Poisoned:
    """Gradient descent whose step number `at` is not a number."""

    def __init__(self, at):
        self.at = at

    def init(self, params):
        return jnp.zeros((), jnp.int32)

    def update(self, gradients, state, params):
        rate = jnp.where(state + 1 == self.at, jnp.nan, -0.01)
        return jax.tree.map(lambda g: rate.astype(g.dtype) * g, gradients), state + 1


@pytest.mark.parametrize(
    ("step", "epoch"), [(10, 2), (6, 2), (1, 1)], ids=["an epoch's last batch", "an epoch's first", "the first of all"]
)
def test_weights_that_are_no_numbers_are_never_kept(step, epoch):
    """Issue 2. At the last of an epoch's five batches the loss is still finite; it is the weights that are not."""
    with pytest.warns(TrainingWarning, match=f"in epoch {epoch}, .*with the weights of epoch {epoch - 1}"):
        fitted = train.fit(NET, X, Y, **{**SETTINGS, "optimizer": Poisoned(step)})
    assert (len(fitted.history), fitted.stopped, fitted.kept_epoch) == (epoch, "diverged", epoch - 1)
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves((fitted.params, fitted.state)))
    assert np.isfinite(fitted.history["loss"][-1]) == (step == 10)
    if epoch == 1:
        drawn = NET.init(jax.random.key(3), (3,))[0]
        close(fitted.params, drawn, rtol=1e-6)


def test_ctrl_c_ends_training_in_order():
    """Issue 2: Ctrl-C stops cleanly and keeps the best weights so far; the handler is then as it was."""

    def interrupt(run, record):
        if record["epoch"] == 8:
            signal.raise_signal(signal.SIGINT)

    with pytest.warns(TrainingWarning, match="interrupted in epoch 9 of 30; the weights are those of epoch 7"):
        fitted = train.fit(
            ONE_WEIGHT, np.ones((4, 1)), np.ones(4), epochs=30, keep="best", callbacks=[interrupt], **PASSING
        )
    assert (len(fitted.history), fitted.stopped, fitted.kept_epoch) == (8, "interrupted", 7)
    assert weight_of(fitted) == pytest.approx(1 - 0.9**7)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_ctrl_c_interrupts_at_once():
    """_interruptible: who presses twice means it; and the handler is then as it was."""

    def interrupt(run, record):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        train.fit(NET, X, Y, callbacks=[interrupt], **SETTINGS)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_interrupted_within_the_first_epoch_something_is_kept(monkeypatch):
    """_finish: better an unfinished first epoch than nothing."""

    class Interrupt:
        def __call__(self, run, record):
            raise AssertionError("no epoch ended")

        def pulse(self, run):
            assert run.fraction == 0.2
            signal.raise_signal(signal.SIGINT)

    with pytest.warns(TrainingWarning, match="interrupted in epoch 1 of 7; the weights are those of epoch 0"):
        fitted = train.fit(NET, X, Y, callbacks=[Interrupt()], **SETTINGS)
    drawn = NET.init(jax.random.key(3), (3,))[0]
    assert not np.array_equal(fitted.params[0]["W"], drawn[0]["W"])
    assert len(fitted.history) == 0


def test_in_another_thread_and_under_anothers_handler_signals_are_left_alone():
    """_interruptible: only the main thread may set a handler, and only Python's own is replaced."""
    found = []
    thread = threading.Thread(target=lambda: found.append(train.fit(NET, X, Y, **SETTINGS)))
    thread.start()
    thread.join()
    assert found[0].stopped == "finished"
    own = lambda signum, frame: None  # noqa: E731
    signal.signal(signal.SIGINT, own)
    try:
        train.fit(NET, X, Y, callbacks=[lambda run, record: found.append(signal.getsignal(signal.SIGINT))], **SETTINGS)
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    assert found[-1] is own


def test_a_callback_can_stop_and_is_told_of_all():
    """Run's docstring: a true value stops training; every callback hears of the epoch all the same."""
    told, last = [], []
    fitted = train.fit(
        NET,
        X,
        Y,
        callbacks=[lambda run, record: record["epoch"] == 3, lambda run, record: told.append(record["loss"])],
        **SETTINGS,
    )
    assert (fitted.stopped, fitted.kept_epoch, len(told)) == ("callback", 3, 3)
    assert told == fitted.history["loss"]
    assert last == []


def test_what_a_callback_sees():
    """Run's attributes: the network with its present weights is a copy that can be used and kept."""
    runs, kept = [], []

    def look(run, record):
        runs.append((run.epoch, run.epochs, run.fraction, len(run.history), run.fitted.stopped))
        kept.append(run.fitted)
        assert run.history[-1] is record
        assert set(record) == {"epoch", "loss", "val_loss", "val_accuracy", "seconds"}

    fitted = train.fit(NET, X, Y, validation=VALIDATION, callbacks=[look], **SETTINGS)
    assert runs == [(k, 7, 0.0, k, "running") for k in range(1, 8)]
    close(kept[-1].params, fitted.params, rtol=0, atol=0)
    for snapshot, record in zip(kept, fitted.history, strict=True):
        assert snapshot.evaluate(*VALIDATION)["loss"] == pytest.approx(record["val_loss"], rel=1e-5)


# ---- what is left as it was ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [np.array, jnp.array], ids=["NumPy's", "JAX's"])
def test_the_callers_arrays_are_not_touched(kind):
    """fit's docstring: params are not changed; nor is their memory given away to the compiled program."""
    params, state = jax.tree.map(kind, NET.init(jax.random.key(0), (3,))[:2])
    before = jax.tree.map(lambda a: np.array(a, copy=True), (params, state))
    x, y, w = X.copy(), Y.copy(), np.ones(50)
    fitted = train.fit(NET, x, y, params=params, state=state, sample_weight=w, **SETTINGS)
    close((params, state), before, rtol=0, atol=0)
    np.testing.assert_array_equal(x, X)
    assert not np.array_equal(fitted.params[0]["W"], params[0]["W"])
    learnt = np.array(fitted.params[0]["W"], copy=True)
    again = train.fit(NET, x, y, params=fitted.params, state=fitted.state, **SETTINGS)  # what a training gave, too
    np.testing.assert_array_equal(fitted.params[0]["W"], learnt)
    assert not np.array_equal(again.params[0]["W"], learnt)


def test_64_bit_numbers_are_on_only_while_they_are_needed():
    """precision: float64 only where it was asked for; and its weights can be computed with afterwards."""
    fitted = train.fit(NET, X, Y, **{**SETTINGS, "dtype": "float64", "epochs": 1})
    assert not jax.config.jax_enable_x64
    assert jnp.ones(1).dtype == "float32"
    assert all(leaf.dtype == "float64" for leaf in jax.tree.leaves((fitted.params, fitted.state)))
    assert fitted.predict(X).dtype == "float64"
    assert (np.asarray(fitted.params[0]["W"]) * 2).dtype == "float64"
    with pytest.raises(ClearpropError):
        train.fit(NET, X[:, :0], Y, **{**SETTINGS, "dtype": "float64"})
    assert not jax.config.jax_enable_x64


def test_initial_state_may_be_given():
    """fit's docstring: such as the numbers of Standardize."""
    net = Network([layers.Standardize(), Dense(1)])
    state = (layers.Standardize.state(100 + 50 * X), {})
    fitted = train.fit(net, 100 + 50 * X, X[:, 0], loss="squared", state=state, optimizer=optim.adam(0.1), epochs=50)
    assert fitted.history["loss"][-1] < 0.05 * fitted.history["loss"][0]
    np.testing.assert_allclose(fitted.state[0]["mean"], (100 + 50 * X).mean(0), rtol=1e-6)


# ---- what cannot be used, in a sentence ----------------------------------------------------------------------------


def spoilt(value, row, column):
    x = X.copy()
    x[row, column] = value
    return x


PARAMS = NET.init(jax.random.key(0), (3,))[0]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"X": spoilt(np.nan, 7, 2)}, "X has nan at row 7, column 2: fill or drop"),
        ({"X": spoilt(-np.inf, 49, 0)}, "X has -inf at row 49, column 0"),
        ({"X": spoilt(1e300, 0, 0)}, "X has numbers beyond what float32 can hold"),
        ({"X": X.reshape(50, 3, 1).repeat(2, 2).astype(str)}, "X should be numbers"),
        ({"X": X[:0]}, "X has no rows"),
        ({"X": X[:, :0]}, "X has rows but no columns"),
        ({"Y": Y[:49]}, "Y has 49 rows and X has 50: they must be as many"),
        ({"Y": np.where(np.arange(50) == 9, np.nan, Y)}, "Y is missing or infinite in row 9"),
        ({"Y": Y + 1}, "between 0 and 1; Y reaches from 1 to 2"),
        ({"Y": np.stack([Y, Y], 1)}, "Y has 2 values a row and the network 1 outputs"),
        ({"Y": np.array(["a"] * 50)}, "Y should be numbers"),
        ({"loss": "softmax_cross_entropy"}, "Y has 1"),
        ({"loss": "crossentropy"}, "There is no loss called 'crossentropy'"),
        ({"loss": "squarred"}, "Did you mean 'squared'"),
        ({"optimizer": "adamm"}, "There is no optimizer called 'adamm'. Did you mean 'adam"),
        ({"rule": "backprob"}, "There is no rule called 'backprob'. Did you mean 'backprop'"),
        (
            {"metrics": ["acuracy"], "validation": VALIDATION},
            "There is no metric called 'acuracy'. Did you mean 'accuracy'",
        ),
        ({"epochs": 0}, "epochs must be 1 or more, not 0"),
        ({"batch_size": 0}, "batch_size must be 1 or more, not 0"),
        ({"patience": 0}, "patience must be 1 or more, not 0"),
        ({"keep": "first"}, "keep is 'best' or 'last', not 'first'"),
        ({"dtype": "float16"}, "dtype is 'float32' or 'float64', not 'float16'"),
        ({"sample_weight": np.ones(49)}, "one for each of the 50 rows"),
        ({"sample_weight": np.zeros(50)}, "not all 0"),
        ({"sample_weight": -np.ones(50)}, "none below 0"),
        ({"sample_weight": np.full(50, np.nan)}, "must be finite"),
        ({"sample_weight": np.full(50, 1e300)}, "must be finite"),
        ({"sample_weight": ["much"] * 50}, "The sample weights should be numbers"),
        ({"validation": (X, Y[:3])}, "validation Y has 3 rows"),
        ({"validation": (X[:, :2], Y)}, r"Validation rows have shape \(2,\) and training rows \(3,\)"),
        ({"validation": (spoilt(np.nan, 1, 1), Y)}, "validation X has nan at row 1, column 1"),
        ({"validation": (X, Y + 1)}, "between 0 and 1"),
        ({"validation": (X,)}, "validation is .*it has 1"),
        ({"params": PARAMS[:-1]}, "params does not fit the network"),
        ({"params": ({"W": np.ones((2, 4)), "b": np.ones(4)}, *PARAMS[1:])}, r"params.*\(2, 4\)"),
        ({"params": ({"W": np.ones((3, 4))}, *PARAMS[1:])}, "params does not fit the network"),
        ({"params": ({"W": "abc", "b": np.ones(4)}, *PARAMS[1:])}, "params does not fit the network"),
        ({"state": ()}, "state does not fit the network"),
    ],
    ids=lambda value: str(list(value)) if isinstance(value, dict) else value[:30],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(changes, sentence):
    """fit's docstring: the sentence says which; each is a ClearpropError, so a ValueError; and nothing else is said."""
    arguments = {"X": X, "Y": Y, **SETTINGS, **changes}
    with pytest.raises(ClearpropError, match=sentence), warnings.catch_warnings():
        warnings.simplefilter("error")
        train.fit(NET, **arguments)


def test_a_network_that_does_not_fit_the_rows_is_refused():
    """The layer's own error, with its place."""
    with pytest.raises(ClearpropError, match=r"Layer 0 \(reshape\): Rows of shape \(3,\) cannot be reshaped"):
        train.fit(Network([layers.Reshape((2, 2))]), X, Y, **SETTINGS)


def test_whole_numbers_too_large_for_32_bits_stay_what_they_are():
    """as_targets: whole numbers stay whole; a target of three thousand million must not become a negative one."""
    big = np.full(4, 3_000_000_000)
    fitted = train.fit(
        ONE_WEIGHT, np.ones((4, 1)), big, loss="squared", epochs=1, optimizer=optim.gradient_descent(0.5)
    )
    assert weight_of(fitted) == pytest.approx(3e9, rel=1e-6)


def test_targets_beyond_the_float_type_are_refused_in_a_sentence():
    """as_targets' error, and no warning of NumPy's beside it."""
    with pytest.raises(DataError, match="Y"):
        train.fit(ONE_WEIGHT, np.ones((4, 1)), np.full(4, 1e300), loss="squared")


def test_a_validation_loss_that_is_not_a_number_keeps_what_was_learnt():
    """keep="best" with no best: the weights are learnt ones; and a number, once there is one, is better."""
    X = np.linspace(1, 2, 8)[:, None]
    net = Network([layers.Dense(1), layers.Lambda(jnp.sqrt)])
    params = ({"W": np.ones((1, 1)), "b": np.zeros(1)}, {})
    fitted = train.fit(
        net, X, np.sqrt(X), loss="squared", epochs=2, params=params, validation=(-X, X), keep="best", batch_size=None
    )
    assert np.isnan(fitted.history["val_loss"]).all()
    assert fitted.kept_epoch == 1
    assert fitted.stopped == "finished"


def test_64_bit_weights_stay_so_in_the_users_hands():
    """Outside the local context, JAX would make float32 of the first product with them."""
    X = np.arange(6.0)[:, None]
    fitted = train.fit(Network([layers.Dense(1)]), X, X, loss="squared", epochs=1, dtype="float64")
    assert (fitted.params[0]["W"] * 2).dtype == np.float64
