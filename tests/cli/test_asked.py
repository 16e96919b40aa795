"""What is typed on the command line, as the estimators take it."""

import pytest

from clearprop.cli.asked import KINDS, Asked, functions, kinds, names, units
from clearprop.data.kinds import check_asked
from clearprop.errors import ClearpropError


@pytest.mark.parametrize(("text", "sizes"), [("128,64", (128, 64)), (" 8 ", (8,)), ("", ()), ("None", ())])
def test_hidden_layers(text, sizes):
    assert units(text) == sizes


@pytest.mark.parametrize("text", ["a", "8,", "8;4", "-3", "0", "1.5", ",", "9" * 5000])
def test_hidden_layers_that_are_none(text):
    with pytest.raises(ClearpropError, match="--hidden is units"):
        units(text)


def test_one_activation_or_one_for_each_layer():
    assert functions("relu") == "relu"
    assert functions("relu, tanh") == ("relu", "tanh")


def test_names_of_columns():
    assert names([]) == ()
    assert names(["a,b", "c"]) == ("a", "b", "c")
    assert names([' a b , "c,d"', '"e""f"']) == ("a b", "c,d", 'e"f')


def test_kinds_of_columns():
    assert kinds(["zip=category", " a=b = drop "]) == {"zip": "category", "a=b": "drop"}
    assert kinds(["a=date", "a=date"]) == {"a": "date"}


@pytest.mark.parametrize("text", ["zip", "zip=", "zip=text", "=", "zip=Category"])
def test_kinds_that_are_none(text):
    with pytest.raises(ClearpropError, match="--kind is a column, = and one of number, category"):
        kinds([text])


def test_one_column_has_one_kind():
    with pytest.raises(ClearpropError, match="--kind gives column 'a' two kinds, date and number: give one"):
        kinds(["a=date", "a=number"])


def test_the_kinds_are_those_of_the_data():
    check_asked({f"column {kind}": kind for kind in KINDS}, [f"column {kind}" for kind in KINDS])


def test_columns_that_are_set_aside():
    assert Asked("x.csv").aside == ()
    assert Asked("x.csv", group="a", time="b").aside == ("a", "b")
