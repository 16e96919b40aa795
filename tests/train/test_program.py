"""The compiled program: what a call takes and gives back."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from clearprop import Network, losses, optim, rules, train
from clearprop.layers import Dense
from clearprop.rules import Backprop
from clearprop.train import program
from clearprop.train.rows import Orders, make_rows, normalised

NET = Network([Dense(1, "zeros")])
X, Y = np.arange(10, dtype="float32")[:, None], np.ones(10, "float32")
PLAN = program.Plan(NET, losses.get("squared"), rules.get("backprop"), (), 4, False, False)


def a_start(validation=None, patience=100):
    """(carry, job) before the first batch."""
    params, state, _ = NET.init(jax.random.key(0), (1,))
    optimizer = optim.gradient_descent(0.001)
    learner = program.Learner({"params": params, "rule": ()}, state, ())
    rows, key = make_rows(X, Y, None), jax.random.key(1)
    job = program.Job(optimizer, {}, rows, validation, key, np.int32(100), np.int32(patience))
    return program.begin(learner, optimizer.init(learner.weights), "float32"), job


def call(carry, job, budget, window=None):
    """(carry, records), and the progress as plain numbers."""
    window = Orders(10, 12, 0, False).need(3) if window is None else window
    carry, records = program.run(PLAN, carry, job, window, np.int32(budget))
    return carry, np.asarray(records), {k: float(v) for k, v in carry.progress._asdict().items()}


def test_a_call_works_through_its_budget_across_the_ends_of_epochs():
    """run's docstring: 3 batches an epoch; a record for each epoch that ended in the call."""
    carry, job = a_start()
    carry, records, progress = call(carry, job, 2)
    assert (progress["epoch"], progress["batch"]) == (0, 2)
    assert records[0, 0] == 0
    assert progress["loss"] > 0
    carry, records, progress = call(carry, job, 5)
    assert (progress["epoch"], progress["batch"]) == (2, 1)
    assert records.shape == (64, 1)
    assert (records[:2] > 0).all()
    assert records[0] > records[1]
    assert not records[2:].any()


def test_a_call_ends_when_its_orders_are_used_up():
    """run's docstring."""
    carry, job = a_start()
    carry, records, progress = call(carry, job, 1000, Orders(10, 12, 0, False).need(2)[:2])
    assert (progress["epoch"], progress["batch"]) == (2, 0)
    assert (records > 0).all()


def test_a_call_ends_when_training_has_to_stop():
    """run's docstring: after `patience` epochs without a better loss no batch is taken more."""
    carry, job = a_start(patience=1)
    job = job._replace(optimizer=optim.gradient_descent(0.0))
    carry, records, progress = call(carry, job, 1000)
    assert (progress["epoch"], progress["stopped"]) == (2, program.NO_BETTER)
    assert records[0] == records[1]
    _, records, again = call(carry, job, 1000)
    assert again == progress
    assert not records.any()


def test_the_learner_is_copied_before_its_memory_is_taken():
    """begin's docstring: a call takes its arguments' memory; the caller's arrays stay."""
    params, state, _ = NET.init(jax.random.key(0), (1,))
    learner = program.Learner({"params": params, "rule": ()}, state, ())
    carry = program.begin(learner, optim.gradient_descent(0.1).init(learner.weights), "float32")
    _, job = a_start()
    call(carry, job, 3)
    assert not params[0]["W"].is_deleted()
    assert params[0]["W"][0, 0] == 0


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("index", [0, 2])
def test_a_batch_has_weights_that_sum_to_1_its_share_of_the_epoch_and_its_pull(index, weighted, float64):
    """_batch: padding has weight 0; the shares of an epoch's batches sum to 1. Of equal weights no gradient is scaled:
    unweighted training stays as it is to the bit.
    """
    w = np.arange(1.0, 11.0) if weighted else np.ones(10)
    rows = make_rows(X.astype(float), Y.astype(float), w if weighted else None)
    order = jnp.asarray(Orders(10, 12, 0, False).need(1)[0])
    _, _, weights, share, pull = program._batch(PLAN, rows, order, jnp.int32(index), None)
    expected = np.append(w, [0, 0])[4 * index : 4 * index + 4]
    np.testing.assert_allclose(weights, expected / expected.sum(), rtol=1e-15)
    assert float(share) == pytest.approx(expected.sum() / w.sum(), rel=1e-15)
    if weighted:
        assert float(pull) == pytest.approx(expected[expected > 0].mean() / w.mean(), rel=1e-15)
    else:
        assert pull is None


def test_a_batch_whose_rows_all_weigh_nothing_changes_nothing(float64):
    """_batch: nothing is divided by 0; its share of the epoch is 0."""
    w = np.array([1.0] * 8 + [0.0] * 2)
    order = jnp.asarray(Orders(10, 12, 0, False).need(1)[0])
    _, _, weights, share, pull = program._batch(PLAN, make_rows(X, Y, w), order, jnp.int32(2), None)
    assert (weights.tolist(), float(share), float(pull)) == ([0, 0, 0, 0], 0, 0)
    assert float(normalised(make_rows(X, Y, w)).sum()) == 1


def test_over_an_epoch_every_row_pulls_with_its_weight(float64):
    """decisions/0007: pull · w_i / Σ_batch w, which the gradient of row i is multiplied by, sums over an epoch to
    (batches) · w_i / Σ w for whole batches, whatever rows a batch happens to have; the old w_i / Σ_batch w does not.
    """
    w = np.array([1e-3, 1, 1, 2, 5, 1e3, 1, 1])
    rows = make_rows(np.zeros((8, 1)), np.zeros(8), w)
    order = np.random.default_rng(0).permutation(8).astype(np.int32)
    pulls, alone = np.zeros(8), np.zeros(8)
    for index in range(2):
        _, _, weights, _, pull = program._batch(PLAN, rows, jnp.asarray(order), jnp.int32(index), None)
        alone[order[4 * index : 4 * index + 4]] = weights
        pulls[order[4 * index : 4 * index + 4]] = pull * weights
    np.testing.assert_allclose(pulls, 2 * w / w.sum(), rtol=1e-13)
    assert abs(alone / (2 * w / w.sum()) - 1).max() > 10


@pytest.mark.parametrize("batch_size", [1, 2])
def test_rows_of_unequal_weight_are_learnt_as_all_at_once(batch_size):
    """decisions/0007: with small steps the weight that predicts Y of X = 1 comes to rest at the weighted mean, ½: nine
    rows of 0 of weight 1, one of 1 of weight 9. With each batch's weights over their own sum it would be 0.1 in batches
    of 1 and 0.18 in batches of 2.
    """
    y, w = np.eye(10)[0], np.where(np.arange(10) == 0, 9.0, 1.0)
    rest = train.fit(
        NET, np.zeros((10, 1)), y, loss="squared", sample_weight=w, batch_size=batch_size, epochs=200,
        optimizer=optim.gradient_descent(optim.schedules.cosine(0.05, 2000 // batch_size)), dtype="float64",
    )  # fmt: skip
    assert float(rest.params[0]["b"][0]) == pytest.approx(0.5, abs=0.01)


@dataclass(frozen=True)
class Keys(Backprop):
    """Back propagation that notes the key of every batch, and the progress."""

    def init(self, network, params, shapes, key):
        return (), (jnp.zeros((9, 2), jnp.uint32), jnp.zeros(9), jnp.int32(0))

    def gradients(self, network, loss, params, state, learnt, memory, X, Y, pass_):
        value, gradients, state, _ = super().gradients(network, loss, params, state, learnt, (), X, Y, pass_)
        seen, progress, count = memory
        seen = seen.at[count].set(jax.random.key_data(pass_.key))
        return value, gradients, state, (seen, progress.at[count].set(pass_.progress), count + 1)


def test_every_batch_of_every_epoch_has_random_numbers_of_its_own_and_knows_the_progress():
    """_step: the key is folded with the number of batches before; another seed, other keys. The progress goes from 0 in
    equal steps, 1 being what comes after the last; other epochs do not recompile.
    """
    settings = {"loss": "squared", "rule": Keys(), "batch_size": 4}
    seen = [train.fit(NET, X, Y, epochs=3, seed=seed, **settings).memory for seed in (0, 1)]
    assert len(np.unique(np.concatenate([keys for keys, _, _ in seen]), axis=0)) == 18
    np.testing.assert_allclose(seen[0][1], np.arange(9) / 9, rtol=1e-6)
    compiled = len(program.run)
    _, progress, _ = train.fit(NET, X, Y, epochs=2, **settings).memory
    np.testing.assert_allclose(progress[:6], np.arange(6) / 6, rtol=1e-6)
    assert len(program.run) == compiled
