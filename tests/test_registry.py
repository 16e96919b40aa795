"""Names for parts: found, suggested, written as plain JSON and built again."""

import json
from dataclasses import dataclass

import jax.numpy as jnp
import pytest

import gradients
from clearprop import Network, activations, initializers, layers, losses, neurons, rules
from clearprop.errors import ClearpropError
from clearprop.registry import Registry, build, config_of, name_of

TABLES = [
    activations.ACTIVATIONS,
    losses.LOSSES,
    initializers.INITIALIZERS,
    layers.LAYERS,
    rules.RULES,
    neurons.NEURONS,
]

PARTS = [
    *(g for _, g in gradients.all_activations()),
    *(loss for _, loss in gradients.all_losses()),
    *(example.layer for name, example in gradients.all_layers() if name != "lambda"),
    *(initializers.get(name) for name in initializers.INITIALIZERS.classes),
    *(rules.get(name) for name in rules.RULES.classes),
    *(neurons.get(name) for name in neurons.NEURONS.classes),
]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: repr(part)[:40])
def test_every_part_goes_to_json_and_back(part):
    """registry.py: a part's configuration is its kind and name, then its fields; plain JSON, and enough to build it."""
    text = json.dumps(config_of(part))
    again = build(json.loads(text))
    assert again == part
    assert type(again) is type(part)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.kind)
def test_every_name_is_its_classs_and_of_the_tables_base(table):
    """A name looked up gives the class that calls itself so."""
    for name, cls in table.classes.items():
        assert name_of(cls) == name
        assert issubclass(cls, table.base)


def test_the_form_in_the_modules_text():
    """registry.py's own example."""
    part = layers.Activation(activations.LeakyReLU(0.1))
    assert config_of(part) == {"layer": "activation", "function": {"activation": "leaky_relu", "slope": 0.1}}


@pytest.mark.parametrize(
    ("cls", "name"),
    [
        (layers.LayerNorm, "layer_norm"),
        (activations.SiLU, "silu"),
        (activations.GELU, "gelu"),
        (activations.ELU, "elu"),
    ],
)
def test_names_are_snake_case_unless_said(cls, name):
    """name_of's docstring."""
    assert name_of(cls) == name


def test_a_subclass_does_not_inherit_a_name():
    """A class of the user's made from ReLU must not pass for ReLU."""

    class Mine(activations.ReLU): ...

    assert name_of(Mine) == "mine"


def test_an_object_is_passed_through_and_a_name_looked_up():
    """Registry.get."""
    g = activations.LeakyReLU(0.3)
    assert activations.get(g) is g
    assert activations.get("leaky_relu") == activations.LeakyReLU(0.01)


def test_a_name_that_is_like_nothing_lists_what_is_known():
    """Registry.get's error."""
    with pytest.raises(ClearpropError, match=r"no rule called 'zzzzzz'\. Known: backprop, direct_feedback_alignment"):
        rules.get("zzzzzz")


def test_a_part_that_needs_settings_says_how_to_give_them():
    """Registry.get's error."""
    with pytest.raises(
        ClearpropError, match=r"The layer 'dense' needs settings of its own: give it as an object, Dense\("
    ):
        layers.LAYERS.get("dense")


class NoDataclass(layers.Layer):
    def forward(self, params, state, X, pass_): ...


@dataclass(frozen=True)
class Stretch(layers.Automatic):
    """A layer of the user's own."""

    by: float

    def compute(self, params, X):
        return self.by * X


@dataclass(frozen=True)
class Dense(layers.Automatic):
    """A layer of the user's own with the name of one of clearprop's."""

    def compute(self, params, X):
        return X


def test_a_layer_of_ones_own_is_built_when_passed_in_and_only_then():
    """Issue 2: never import paths; a user's own layer is passed in by the caller."""
    net = Network([layers.Residual([Stretch(2.0)])])
    config = config_of(net)
    assert build(config, own=[Stretch, Network]) == net
    with pytest.raises(ClearpropError, match="the layer 'stretch', which is not one of clearprop's"):
        build(config, own=[Network])


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        (layers.Lambda(jnp.sin), "holds .*, which a model file cannot: write it as a layer class of your own"),
        (NoDataclass(), "is not a part that a model file can hold"),
        (jnp.sin, "is not a part that a model file can hold"),
        (Dense(), "has the name of one of clearprop's own: call the class something else"),
    ],
    ids=["function", "no dataclass", "no part", "taken name"],
)
def test_what_a_file_cannot_hold_is_refused(part, sentence):
    """config_of's docstring: there is no callable in a configuration."""
    with pytest.raises(ClearpropError, match=sentence):
        config_of(part)


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ([1], "should be described by an object"),
        ({"units": 3}, "says neither of"),
        ({"layer": 3}, "says neither of"),
        ({"layer": "os.system"}, "not one of clearprop's"),
        ({"layer": "dense", "units": "3"}, "The setting 'units' of 'dense' cannot be '3'"),
        ({"layer": "dense", "units": 3.0}, "cannot be 3.0"),
        ({"layer": "dense", "units": True}, "cannot be True"),
        ({"layer": "dense"}, "'dense' lacks a setting"),
        ({"layer": "dense", "units": 0}, "1 unit or more"),
        ({"layer": "dense", "units": 3, "evil": 1}, "'dense' has no setting 'evil'"),
        ({"layer": "dense", "units": 3, "initializer": {"activation": "relu"}}, "The setting 'initializer'"),
        ({"layer": "dense", "units": 3, "initializer": {"initializer": "he", "draw": "odd"}}, "The setting 'draw'"),
        ({"layer": "sequence", "layers": [{"layer": "dense", "units": -1}]}, "1 unit or more"),
        ({"layer": "sequence", "layers": [{"loss": "squared"}]}, "The setting 'layers'"),
        ({"layer": "reshape", "shape": [2, "x"]}, "The setting 'shape'"),
        ({"layer": "lambda", "function": "os.system"}, "The setting 'function'"),
        ({"activation": "leaky_relu", "slope": None}, "The setting 'slope'"),
    ],
    ids=str,
)
def test_a_configuration_that_describes_nothing_is_refused_in_a_sentence(config, sentence):
    """build's docstring: an unknown kind or name, a missing, unknown or mistyped field."""
    with pytest.raises(ClearpropError, match=sentence):
        build(config)


def test_a_table_of_ones_own():
    """Registry: known by its `name` attribute, else by the class's name in snake case."""
    table = object.__new__(Registry)  # not entered among the kinds that files may name
    table.kind, table.base, table.classes = "thing", object, {"no_dataclass": NoDataclass}
    assert isinstance(table.get("no_dataclass"), NoDataclass)
