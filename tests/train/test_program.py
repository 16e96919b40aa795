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
    job = program.Job(optimizer, make_rows(X, Y, None), validation, jax.random.key(1), np.int32(patience))
    return program.begin(learner, optimizer, "float32"), job


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
    carry = program.begin(learner, optim.gradient_descent(0.1), "float32")
    _, job = a_start()
    call(carry, job, 3)
    assert not params[0]["W"].is_deleted()
    assert params[0]["W"][0, 0] == 0


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("index", [0, 2])
def test_a_batch_has_weights_that_sum_to_1_and_its_share_of_the_epoch(index, weighted, float64):
    """_batch: padding has weight 0; the shares of an epoch's batches sum to 1."""
    w = np.arange(1.0, 11.0) if weighted else np.ones(10)
    rows = make_rows(X.astype(float), Y.astype(float), w if weighted else None)
    order = jnp.asarray(Orders(10, 12, 0, False).need(1)[0])
    _, _, weights, share = program._batch(PLAN, rows, order, jnp.int32(index), None)
    expected = np.append(w, [0, 0])[4 * index : 4 * index + 4]
    np.testing.assert_allclose(weights, expected / expected.sum(), rtol=1e-15)
    assert float(share) == pytest.approx(expected.sum() / w.sum(), rel=1e-15)


def test_a_batch_whose_rows_all_weigh_nothing_changes_nothing(float64):
    """_batch: nothing is divided by 0; its share of the epoch is 0."""
    w = np.array([1.0] * 8 + [0.0] * 2)
    order = jnp.asarray(Orders(10, 12, 0, False).need(1)[0])
    _, _, weights, share = program._batch(PLAN, make_rows(X, Y, w), order, jnp.int32(2), None)
    assert (weights.tolist(), float(share)) == ([0, 0, 0, 0], 0)
    assert float(normalised(make_rows(X, Y, w)).sum()) == 1


@dataclass(frozen=True)
class Keys(Backprop):
    """Back propagation that notes the key of every batch."""

    def init(self, network, params, shapes, key):
        return (), (jnp.zeros((9, 2), jnp.uint32), jnp.int32(0))

    def gradients(self, network, loss, params, state, learnt, memory, X, Y, pass_):
        value, gradients, state, _ = super().gradients(network, loss, params, state, learnt, (), X, Y, pass_)
        seen, count = memory
        return value, gradients, state, (seen.at[count].set(jax.random.key_data(pass_.key)), count + 1)


def test_every_batch_of_every_epoch_has_random_numbers_of_its_own():
    """_step: the key is folded with the number of batches before; another seed, other keys."""
    seen = [
        np.asarray(train.fit(NET, X, Y, loss="squared", rule=Keys(), epochs=3, batch_size=4, seed=seed).memory[0])
        for seed in (0, 1)
    ]
    assert len(np.unique(np.concatenate(seen), axis=0)) == 18
