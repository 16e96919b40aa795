"""Rules by name, with settings."""

import pytest
from own_parts import Counting

from clearprop import rules
from clearprop.errors import ClearpropError


@pytest.mark.parametrize("name", rules.all_names())
def test_a_name_and_its_rule_there_and_back(name):
    assert rules.name(rules.get(name)) == rules.name(name) == name


def test_settings_are_read_as_what_they_are():
    assert rules.get("weight_mirror:rate=1:decay=0.5") == rules.WeightMirror(1.0, 0.5)
    assert rules.get("predictive_coding : steps=5") == rules.PredictiveCoding(steps=5)
    assert rules.name(rules.PredictiveCoding(True, 5, 0.5)) == (
        "predictive_coding:fixed_predictions=true:steps=5:rate=0.5"
    )
    assert rules.get(rules.Backprop()) == rules.Backprop()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("sign_symetry:magnitudes=uniform", "Did you mean 'sign_symmetry'"),
        ("sign_symmetry:magnitudes=big", "magnitudes is one of"),
        ("sign_symmetry:size=1", "has no setting 'size'"),
        ("predictive_coding:steps=many", "'steps' of 'predictive_coding' cannot be 'many'"),
        ("backprop:", "has no setting ''"),
    ],
)
def test_what_cannot_be_is_told(wrong, message):
    with pytest.raises(ClearpropError, match=message):
        rules.get(wrong)


def test_a_rule_of_ones_own_has_its_name():
    assert rules.name(Counting()) == "counting"
