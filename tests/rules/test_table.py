"""The table rule × network: every cell trains, or is refused by name before training starts."""

import cases
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from clearprop import losses, optim, rules, train
from clearprop.errors import ClearpropError
from clearprop.registry import build, config_of, name_of

CELLS = [(rule, network) for rule in cases.RULES for network in cases.TABLE]
TRAINED = [cell for cell in CELLS if cell not in cases.REFUSED]


def test_every_rule_is_in_the_table():
    """A rule that is registered and not in `cases.RULES` would be tested by nothing."""
    assert {name_of(type(rule)) for rule in cases.RULES.values()} == set(rules.RULES.classes)


@pytest.mark.parametrize(("rule", "network"), sorted(cases.REFUSED))
def test_what_a_rule_cannot_train_is_refused_by_name(rule, network):
    """Issue 4, rules."""
    net = cases.TABLE[network]
    with pytest.raises(ClearpropError, match=r"forward_forward cannot train layer \d \((residual|repeat)\)"):
        train.fit(net, cases.X, cases.Y, loss="softmax_cross_entropy", rule=cases.RULES[rule], epochs=1)


@pytest.mark.parametrize(("rule", "network"), TRAINED)
def test_the_gradient_has_the_trees_of_what_it_moves_and_padding_never_reaches_it(rule, network, float64):
    """design.md: `learnt` goes through the optimizer as the weights do; padded rows have weight 0."""
    net, rule = cases.TABLE[network], cases.RULES[rule]
    params, state = cases.start(net)
    learnt, memory = cases.begin(rule, net, params)
    wild = cases.X.copy()
    wild[-2:] = 30.0
    one, other = (
        cases.gradient(rule, net, params, state, learnt, memory, X=X, key=jax.random.key(3)) for X in (cases.X, wild)
    )
    for found, moved in ((one["params"], params), (one["rule"], learnt)):
        assert jax.tree.structure(found) == jax.tree.structure(moved)
        assert [leaf.shape for leaf in jax.tree.leaves(found)] == [leaf.shape for leaf in jax.tree.leaves(moved)]
    assert np.isfinite(cases.flat(one)).all()
    assert all(np.any(leaf != 0) for leaf in jax.tree.leaves(one))
    cases.assert_same(one, other)


RANDOM = np.random.default_rng(0)
ROWS = RANDOM.normal(size=(120, 2))
CLASSES = (ROWS[:, 0] > 0).astype(int) + (ROWS @ [1.0, 1.0] > 0.7)


@pytest.mark.parametrize(("rule", "network"), [c for c in TRAINED if c[1] in ("dense", "batch norm", "residual")])
def test_every_cell_learns(rule, network):
    """Three classes between two straight lines: better than 7 in 10, where the largest class is less than half."""
    rule = cases.RULES[rule]
    fitted = train.fit(
        cases.TABLE[network], ROWS, CLASSES, loss="softmax_cross_entropy", rule=rule,
        optimizer=optim.adam(0.02), epochs=120, batch_size=30,
    )  # fmt: skip
    assert np.bincount(CLASSES).max() < 60
    assert fitted.evaluate(ROWS, CLASSES)["accuracy"] > 0.7
    assert jax.tree.structure(rule.feedback(fitted.params, fitted.learnt, fitted.memory)) is not None


@pytest.mark.parametrize("rule", cases.RULES.values(), ids=cases.RULES)
def test_a_rule_says_what_a_synapse_must_know_and_goes_into_a_model_file(rule, tmp_path):
    """Issue 4: as fields a program can read; modelfile: a configuration and back."""
    assert isinstance(rule.needs, rules.Needs)
    assert rule.needs.transposed_weights in ("no", "signs", "yes")
    assert build(config_of(rule)) == rule
    assert "What a synapse must know:" in (type(rule).__doc__ or "")
    fitted = train.fit(
        cases.TABLE["dense"], ROWS, CLASSES, loss="softmax_cross_entropy", rule=rule, epochs=1, batch_size=30
    )
    fitted.save(tmp_path / "model.safetensors")
    from clearprop import load

    again = load(tmp_path / "model.safetensors")
    assert again.rule == rule
    np.testing.assert_array_equal(again.predict(ROWS), fitted.predict(ROWS))


def test_a_rate_of_a_rule_is_traced_so_that_a_search_compiles_once():
    """rules/base.py: a field that holds a float never recompiles."""
    from clearprop.train import program

    settings = {"loss": losses.get("softmax_cross_entropy"), "epochs": 2, "batch_size": 30}
    found = [train.fit(cases.TABLE["dense"], ROWS, CLASSES, rule=rules.WeightMirror(0.5), **settings)]
    before = len(program.run)
    found += [
        train.fit(cases.TABLE["dense"], ROWS, CLASSES, rule=rules.WeightMirror(r), **settings) for r in (0.01, 0.9)
    ]
    assert len(program.run) == before
    assert [fitted.rule.rate for fitted in found] == [0.5, 0.01, 0.9]
    assert not np.allclose(found[1].memory[2]["W"], found[2].memory[2]["W"])


def test_members_of_an_ensemble_have_each_their_own_feedback():
    """train/members.py: every array has the members as its first axis."""
    fitted = train.fit(
        cases.TABLE["dense"], ROWS, CLASSES, loss="softmax_cross_entropy", rule="kolen_pollack", epochs=2, members=3
    )
    B = fitted.learnt[2]["W"]
    assert B.shape == (3, 8, 6)
    assert not jnp.allclose(B[0], B[1])
