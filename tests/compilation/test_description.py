"""compilation/description.py: equal words only for programs that are equal, in whatever process."""

import dataclasses
import json
import subprocess
import sys
from functools import partial

import jax
import pytest

from clearprop import Network, activations, layers, losses, optim, rules
from clearprop.compilation.description import UnknownPartError, describe, describe_tree, environment
from clearprop.train import metrics
from clearprop.train.program import Plan


def plan(*parts, **changes):
    whole = Plan(Network(parts), losses.get("squared"), rules.get("backprop"), (metrics.get("r2"),), 32, False, True)
    return whole._replace(**changes)


SOME = [
    plan(layers.Dense(3)),
    plan(layers.Dense(4)),
    plan(layers.Dense(3, bias=False)),
    plan(layers.Dense(3, "he")),
    plan(layers.Dense(3), layers.Activation("relu")),
    plan(layers.Dense(3), layers.Activation(activations.LeakyReLU(0.1))),
    plan(layers.Dense(3), layers.Activation(activations.LeakyReLU(0.2))),
    plan(layers.Residual([layers.Dense(3)])),
    plan(layers.Dense(3), batch_size=33),
    plan(layers.Dense(3), full_batch=True),
    plan(layers.Dense(3), loss=losses.get("absolute")),
    plan(layers.Dense(3), metrics=(metrics.get("accuracy"),)),
    plan(layers.Dense(3), metrics=()),
]


def test_each_plan_has_its_own_words():
    assert len({json.dumps(describe(some)) for some in SOME}) == len(SOME)


def test_the_words_are_the_same_in_another_process():
    """No addresses, no order of a set."""
    part = layers.Residual([layers.Dense(3, "he"), layers.Activation("gelu")])
    code = (
        "import json; from clearprop import layers; from clearprop.compilation.description import describe\n"
        "print(json.dumps(describe(layers.Residual([layers.Dense(3, 'he'), layers.Activation('gelu')]))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == json.loads(json.dumps(describe(part)))


@dataclasses.dataclass(frozen=True)
class Dense(layers.Layer):
    """A user's layer that has the name of one of ours."""

    units: int

    def forward(self, params, state, X, pass_):
        return X, lambda dY, feedback=params: ({}, dY), state


def squared(Y_hat, Y, weights):
    """A user's loss."""


@pytest.mark.parametrize(
    "part",
    [
        Dense(3),
        plan(Dense(3)),
        plan(layers.Dense(3), loss=squared),
        partial(metrics.get("r2"), 1),
        lambda: None,
        layers.Lambda(squared) if hasattr(layers, "Lambda") else squared,
        object(),
        {1, 2},
    ],
)
def test_what_is_not_clearprops_own_has_no_words(part):
    """A user's code may change from one process to the next without its name changing."""
    with pytest.raises(UnknownPartError):
        describe(part)


TREES = [
    optim.adam(1e-3),
    optim.gradient_descent(1e-3),
    optim.adam(optim.schedules.cosine(1e-3, 10)),
    {"a": 1.0},
    {"b": 1.0},
    (1.0, 2.0),
    [1.0, 2.0],
    (1.0, None),
]


def test_each_tree_has_its_own_words():
    """What is not a number is part of a tree's structure: an optimizer's direction, a schedule's form."""
    assert len({json.dumps(describe_tree(jax.tree.structure(tree))) for tree in TREES}) == len(TREES)


def test_numbers_are_not_in_the_words_of_a_tree():
    """They are arguments: another rate is the same program."""
    one, two = (describe_tree(jax.tree.structure(optim.adam(rate))) for rate in (1e-3, 1e-2))
    assert one == two


def test_the_source_is_part_of_the_environment():
    """Another version of a file, another program."""
    files = [entry[0] for entry in environment()[0]]
    assert "train/program.py" in files and "layers/dense.py" in files
