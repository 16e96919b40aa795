"""What a file cannot hold is said when it is saved, in a sentence; nothing is written then."""

from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from model_files import tiny, untrained

from clearprop import Network, layers, losses
from clearprop.data import Table
from clearprop.errors import ClearpropError
from clearprop.modelfile import container
from clearprop.train.history import History


def refused(fitted, tmp_path, match):
    with pytest.raises(ClearpropError, match=match) as caught:
        fitted.save(tmp_path / "model.safetensors")
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_plain_function_as_the_loss(tmp_path):
    def my_loss(Y_hat, Y, weights):
        return losses.Squared()(Y_hat, Y, weights)

    refused(
        untrained(loss=my_loss),
        tmp_path,
        "my_loss is a plain function.* frozen dataclass derived from losses.Loss.* own=",
    )


def test_a_function_in_a_part(tmp_path):
    refused(untrained(layers.Lambda(jnp.sin)), tmp_path, "'lambda' holds .*own=")
    loss = losses.FromValue(lambda Y_hat, Y, w: (w[:, None] * (Y_hat - Y) ** 2).sum())
    refused(untrained(loss=loss), tmp_path, "The loss 'from_value' holds .*own=")


@dataclass(frozen=True)
class Forgetful(layers.Layer):
    """A layer whose settings do not come back."""

    width: int
    doubled: Any = None

    def __post_init__(self):
        object.__setattr__(self, "width", 2 * self.width)

    def forward(self, params, state, X, pass_):
        return X, lambda dY, feedback=params: ({}, dY), state


@dataclass(frozen=True)
class Listed(Forgetful):
    """A layer with a list, which comes back as a tuple."""

    numbers: list[int] = field(default_factory=lambda: [1], hash=False)

    def __post_init__(self):
        pass


@dataclass(frozen=True)
class Wrapped(Forgetful):
    """A layer with a setting that a configuration has another use for."""

    layer: layers.Layer = layers.Flatten()

    def __post_init__(self):
        pass


@dataclass(frozen=True)
class Wide(layers.Layer):
    """A layer that makes 2³⁰ numbers of each, within a program of its own."""

    def forward(self, params, state, X, pass_):
        Y = jax.jit(lambda X: (X[..., None] * jnp.ones(2**30)).sum(-1))(X)
        return Y, lambda dY, feedback=params: ({}, dY), state


def another_dense():
    @dataclass(frozen=True)
    class Dense(layers.Dense):
        """Has the name of one of clearprop's own."""

    return Dense(3)


def namesakes():
    def make():
        @dataclass(frozen=True)
        class Twin(layers.Flatten):
            """One of two."""

        return Twin()

    return make(), make()


@pytest.mark.parametrize(
    ("parts", "match"),
    [
        ([Forgetful(1)], "other settings"),
        ([Listed(1)], "'numbers' of 'listed' cannot be"),
        ([Wrapped(1)], "a setting called 'layer'"),
        ([another_dense()], "the name of one of clearprop's own"),
        (namesakes(), "its name not another's"),
        ([Wide()], "an array of 1073741824 numbers"),
        ([layers.LayerNorm(float("inf"))], "epsilon"),
    ],
)
def test_a_part_that_would_not_come_back(parts, match, tmp_path):
    refused(untrained(*parts), tmp_path, match)


def test_parts_nested_too_deeply(tmp_path):
    layer = layers.Flatten()
    for _ in range(120):
        layer = layers.Sequence([layer])
    refused(untrained(layer), tmp_path, "recursion|nested too deeply")
    for _ in range(2000):
        layer = layers.Sequence([layer])
    refused(tiny().replace(network=Network([layer])), tmp_path, "nested too deeply")


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"params": ()}, "lacks the array 'params/0/W'"),
        ({"dtype": "float64"}, "not float64"),
        ({"memory": (jnp.zeros(2),)}, "'memory/0' too many"),
        ({"memory": (jnp.zeros(2, jnp.bfloat16),)}, "'memory/0' is of dtype bfloat16"),
        ({"memory": (jax.random.key(0),)}, "key"),
        ({"memory": {"a/b": jnp.zeros(2), "a": {"b": jnp.zeros(2)}}}, "the same name"),
        ({"memory": {'"sha256":"' + "0" * 64 + '"': jnp.zeros(2)}}, "cannot be saved"),
        ({"stopped": "somehow"}, "stopped"),
        ({"kept_epoch": -1}, "kept_epoch"),
        ({"input_shape": (5,)}, r"\(5, 2\)"),
        ({"table": {"task": "unheard of"}}, "table"),
        ({"table": Table(task="classification", classes=(0, 1, 2, 3))}, "3 outputs for 4 classes"),
        ({"table": Table(task="regression")}, "3 outputs for 0 classes"),
        ({"history": History([{"loss": np.zeros(3)}])}, "history.0.loss.0"),
        ({"history": History([{"loss": 2**80}])}, "beyond 64 bits"),
        ({"history": History([{"word": "\ud800"}])}, "surrogate"),
    ],
)
def test_what_does_not_fit_the_network(changes, match, tmp_path):
    refused(tiny().replace(**changes), tmp_path, match)


def test_a_history_too_long(tmp_path, monkeypatch):
    alternating = History([{"a": 0}, {"b": 0}] * 2**15)  # of which each is a block of its own
    refused(tiny().replace(history=alternating), tmp_path, "more than 131072 lists and objects")
    monkeypatch.setattr(container, "MAX_HEADER", 3000)
    refused(tiny().replace(history=History({"epoch": i} for i in range(1000))), tmp_path, "keep fewer records")
