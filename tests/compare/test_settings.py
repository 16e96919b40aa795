"""What a comparison is asked for, and the rates that are tried."""

import pytest

from clearprop import rules
from clearprop.compare import Settings
from clearprop.compare.training import defaults, draw
from clearprop.errors import ClearpropError


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"rules": ("backprop", "bakprop")}, "Did you mean 'backprop'"),
        ({"rules": ()}, "Name one rule or more"),
        (
            {"rules": ("backprop", "sign_symmetry", "sign_symmetry")},
            "is there twice",
        ),
        ({"seeds": 0}, "seeds must be 1 or more, not 0"),
        ({"tune": -1}, "tune must be 0 or more"),
        ({"test": 1.0}, "share of test rows lies between 0 and 1"),
        ({"activation": "rely"}, "Did you mean 'relu'"),
        ({"optimizer": "adan"}, "Did you mean 'adam'"),
    ],
)
def test_what_cannot_be_is_told(wrong, message):
    with pytest.raises(ClearpropError, match=message):
        Settings(**wrong)


def test_all_is_every_rule_and_back_propagation_comes_first():
    assert Settings().names() == Settings(rules=["all"]).names() == Settings(rules="all").names() == rules.all_names()
    assert Settings(rules=("kolen_pollack", "backprop")).names() == ["backprop", "kolen_pollack"]


def test_each_rule_has_as_many_trials_and_what_all_share_is_tried_at_the_same_values():
    settings = Settings(tune=20)
    trials = {rule: draw(settings, rule) for rule in rules.all_names()}
    shared = [[(t["learning_rate"], t["weight_decay"]) for t in each] for each in trials.values()]
    assert all(len(each) == 20 and each == shared[0] for each in shared)
    assert len(set(shared[0])) == 20
    for rule, each in trials.items():
        searched = settings.searched(rule)
        assert all(set(trial) == set(searched) for trial in each)
        for trial in each:
            assert all(low * 0.99 <= trial[name] <= high * 1.01 for name, (low, high) in searched.items())
    assert set(trials["weight_mirror"][0]) == {"learning_rate", "weight_decay", "rate"}
    assert draw(settings, "backprop") == trials["backprop"]
    assert draw(Settings(tune=20, seed=1), "backprop") != trials["backprop"]


def test_a_rate_that_is_given_is_not_searched_for():
    for text in ("weight_mirror:rate=0.5", "weight_mirror:rate=0.02"):  # the second is its default
        settings = Settings(rules=("weight_mirror", text))
        assert ("rate" in settings.searched("weight_mirror"), "rate" in settings.searched(text)) == (True, False)
    assert "rate" not in Settings().searched("predictive_coding:fixed_predictions=true")


def test_plain_gradient_descent_takes_larger_rates():
    assert defaults(Settings(optimizer="gradient_descent"))["learning_rate"] == 0.1
    assert Settings(optimizer="momentum").searched("backprop")["learning_rate"] == (0.01, 1.0)
