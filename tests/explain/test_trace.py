"""Traces: worked by hand to the digit; the core's own numbers for every layer, loss and rule; lines that are true.

Compiling is what takes the time: a trace that several tests look at is made once.
"""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cases
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gradients
import traced
from clearprop import Network, activations, explain, layers, losses, optim, rules
from clearprop.errors import ClearpropError, DataError
from clearprop.explain import equations as explain_equations
from clearprop.explain import loss_equations
from clearprop.explain.equations import Look
from clearprop.explain.spy import Call
from clearprop.registry import name_of
from clearprop.train.fitted import precision

# The network worked by hand: two inputs, two sigmoid units, one output; the squared error. x = (1, 2), y = 1.
#
#   Z₁ = 1·0.1 + 2·0.2 − 0.5 = 0          A₁ = σ(0) = 1/2
#   Z₂ = 1·(−0.3) + 2·0.4 − 0.5 = 0       A₂ = 1/2
#   Z  = ½·0.6 + ½·(−0.2) + 0.3 = 0.5     loss = (0.5 − 1)² = 0.25,  dZ = 2 (0.5 − 1) = −1
#   dW = (½·(−1), ½·(−1)) = (−0.5, −0.5), db = −1, dA = (−1·0.6, −1·(−0.2)) = (−0.6, 0.2)
#   g′ = ½ (1 − ½) = ¼:  dZ = (−0.15, 0.05)
#   dW₁ⱼ = 1·dZⱼ = (−0.15, 0.05), dW₂ⱼ = 2·dZⱼ = (−0.3, 0.1), db = (−0.15, 0.05)
#   dX₁ = −0.15·0.1 + 0.05·(−0.3) = −0.03,  dX₂ = −0.15·0.2 + 0.05·0.4 = −0.01
#   with η = 0.1: W₁₁ ← 0.1 + 0.015 = 0.115, W₁₂ ← −0.3 − 0.005 = −0.305, W₂₁ ← 0.2 + 0.03 = 0.23,
#                 W₂₂ ← 0.4 − 0.01 = 0.39, b ← (−0.485, −0.505);  W ← (0.65, −0.15), b ← 0.4
NETWORK = Network([layers.Dense(2), layers.Activation("sigmoid"), layers.Dense(1)])
PARAMS = (
    {"W": np.array([[0.1, -0.3], [0.2, 0.4]]), "b": np.array([-0.5, -0.5])},
    {},
    {"W": np.array([[0.6], [-0.2]]), "b": np.array([0.3])},
)
HAND = [
    ("Layer 0, dense: forward", ["Z₁ = 1·0.1 + 2·0.2 − 0.5 = 0", "Z₂ = 1·(−0.3) + 2·0.4 − 0.5 = 0"]),
    ("Layer 1, activation sigmoid: forward", ["A₁ = σ(0) = 0.5", "A₂ = σ(0) = 0.5"]),
    ("Layer 2, dense: forward", ["Z₁ = 0.5·0.6 + 0.5·(−0.2) + 0.3 = 0.5"]),
    (
        "The loss, squared",
        ["ℓ₁ = (0.5 − 1)² = 0.25", "loss = 1·0.25 = 0.25", "dŶ₁ = 1·(2·(0.5 − 1)) = 1·(−1) = −1"],
    ),
    (
        "Layer 2, dense: backward",
        ["dW₁,₁ = 0.5·(−1) = −0.5", "dW₂,₁ = 0.5·(−1) = −0.5", "db₁ = −1", "dX₁ = (−1)·0.6 = −0.6",
         "dX₂ = (−1)·(−0.2) = 0.2"],
    ),
    ("Layer 1, activation sigmoid: backward", ["dZ₁ = (−0.6)·0.25 = −0.15", "dZ₂ = 0.2·0.25 = 0.05"]),
    (
        "Layer 0, dense: backward",
        ["dW₁,₁ = 1·(−0.15) = −0.15", "dW₁,₂ = 1·0.05 = 0.05", "dW₂,₁ = 2·(−0.15) = −0.3", "dW₂,₂ = 2·0.05 = 0.1",
         "db₁ = −0.15", "db₂ = 0.05", "dX₁ = (−0.15)·0.1 + 0.05·(−0.3) = −0.03",
         "dX₂ = (−0.15)·0.2 + 0.05·0.4 = −0.01"],
    ),
    (
        "Layer 0, dense: descent",
        ["W₁,₁ ← 0.1 − 0.1·(−0.15) = 0.115", "W₁,₂ ← −0.3 − 0.1·0.05 = −0.305", "W₂,₁ ← 0.2 − 0.1·(−0.3) = 0.23",
         "W₂,₂ ← 0.4 − 0.1·0.1 = 0.39", "b₁ ← −0.5 − 0.1·(−0.15) = −0.485", "b₂ ← −0.5 − 0.1·0.05 = −0.505"],
    ),
    (
        "Layer 2, dense: descent",
        ["W₁,₁ ← 0.6 − 0.1·(−0.5) = 0.65", "W₂,₁ ← −0.2 − 0.1·(−0.5) = −0.15", "b₁ ← 0.3 − 0.1·(−1) = 0.4"],
    ),
]  # fmt: skip


@cache
def small(dtype):
    """(the network worked by hand, its trace), the latter made where 64-bit numbers are off."""
    with precision(dtype):
        fitted = traced.fitted_for(NETWORK, (2,), dtype=dtype, params=PARAMS)
    return fitted, explain.trace(fitted, [[1.0, 2.0]], [[1.0]], learning_rate=0.1)


@pytest.fixture
def by_hand():
    return small("float64")[1]


def test_a_small_network_worked_by_hand(by_hand):
    """The arithmetic is above; every digit of it is in the trace, in this order."""
    assert [(o.title(), list(o.numbers)) for o in by_hand] == HAND
    assert [o.number for o in by_hand] == list(range(1, 10))
    assert [o.equations for o in by_hand][:3] == [("Z = X W + b",), ("A = σ(Z) = 1 / (1 + e^−Z)",), ("Z = X W + b",)]
    assert by_hand.operations[4].equations == ("dW = Xᵀ dZ", "db = Σ dZ", "dX = dZ Wᵀ")
    assert by_hand.operations[6].shapes == {
        "dZ": (1, 2), "X": (1, 2), "W": (2, 2), "dW": (2, 2), "db": (2,), "dX": (1, 2),
    }  # fmt: skip
    assert by_hand.operations[6].inputs == ("dZ", "X", "W")
    assert by_hand.loss == 0.25
    np.testing.assert_allclose(by_hand.operations[6].values["dX"], [[-0.03, -0.01]], rtol=1e-12)


D, tanh = layers.Dense, cases.tanh
EACH_LAYER = {
    "rows": (
        [layers.Standardize(), layers.Scale(0.5), D(4), layers.BatchNorm(), tanh, layers.Dropout(0.4, fade=True),
         layers.Residual([layers.LayerNorm(), D(4)], D(4)), layers.Repeat([layers.Residual([D(4)])], 2),
         layers.Lambda(jnp.sin), D(3, bias=False), layers.Activation("softmax")],
        (3,), gradients.normal,
    ),
    "positions": (
        [D(3), layers.BatchNorm(), layers.LayerNorm(), layers.Activation("softmax"),
         layers.Reshape((3, 2)), layers.Flatten(), D(2)],
        (2, 3), gradients.normal,
    ),
    "in use": ([layers.BatchNorm(), layers.Dropout(0.4), D(2)], (3,), gradients.normal),
    "categories": (
        [layers.Columns([(1, layers.Scale()), (2, layers.Embedding(4, 3))]), layers.Flatten(), D(2)],
        (3,), gradients.categories,
    ),
    "images": (
        [layers.RandomFlip(0.9), layers.RandomCrop(1), layers.RandomColor(),
         layers.Conv2D(4, (3, 2), (2, 1), dilation=(1, 2), groups=2), layers.MaxPool((1, 2), 1),
         layers.ConvTranspose(4, (3, 2), 2, "same", groups=2), tanh, layers.AveragePool((2, 3), 2, "same"),
         layers.LocallyConnected(2, 2, padding="same"), layers.DivisiveNormalization(2), layers.GlobalAveragePool()],
        (6, 5, 4), gradients.normal,
    ),
    "noisy cells": ([layers.V1(2, 2, 3, gain=0.5, noise=1.0), layers.Flatten(), D(1)], (4, 3, 2), gradients.normal),
    "images in use": (
        [layers.RandomFlip(), layers.RandomCrop(), layers.RandomColor(), layers.V1(2, 2, 3), layers.Flatten(), D(1)],
        (3, 3, 3), gradients.normal,
    ),
}  # fmt: skip
"""Networks that have every kind of layer: their layers, the shape of a row, and its numbers."""


@cache
def of_layers(name):
    """(fitted, X, Y, trace) of one of them."""
    parts, shape, draw = EACH_LAYER[name]
    network = Network(parts)
    X = draw(np.random.default_rng(0), (3, *shape))
    Y = np.random.default_rng(1).normal(size=(3, int(np.prod(network.shapes(shape)[-1]))))
    with jax.enable_x64(True):
        fitted = traced.fitted_for(network, shape)
        training = "in use" not in name
        return fitted, X, Y, explain.trace(fitted, X, Y, training=training, seed=5, units=3, learning_rate=0.1)


@pytest.mark.parametrize("name", EACH_LAYER)
def test_every_layer_has_the_cores_gradients_and_true_lines(name, float64):
    """The trace's gradients are those of the compiled step; each line, worked out again, comes to what it says."""
    fitted, X, Y, found = of_layers(name)
    value, expected = traced.core_gradients(fitted, X, Y, "in use" not in name, 5)
    cases.assert_same(found.gradients, expected, 1e-9)
    np.testing.assert_allclose(found.loss, value, rtol=1e-12)
    for operation in found:
        traced.assert_true(operation)
        assert operation.sentence() and operation.title() and operation.equations
    assert {o.phase for o in found} == {"forward", "loss", "backward", "descent"}


def test_no_kind_of_layer_is_missing():
    """The networks above have each that is registered; containers that do nothing of their own are not told."""
    told = {o.kind for name in EACH_LAYER for o in of_layers(name)[-1] if o.phase != "descent"}
    assert told >= {name for name, _example in gradients.all_layers()} - {"sequence", "repeat"}


def test_every_layer_has_equations_and_words_of_its_own():
    """A new layer would be told by what goes in and comes out alone; a Python function must be."""
    general = {layers.Lambda, layers.Sequence, layers.Repeat}
    for tell in (explain_equations.forward, explain_equations.backward):
        plain = tell.dispatch(object)
        assert {cls for cls in layers.LAYERS.classes.values() if tell.dispatch(cls) is plain} == general
    said = {(o.kind, o.sentence()) for name in EACH_LAYER for o in of_layers(name)[-1] if o.phase != "descent"}
    of_lambda = {sentence for kind, sentence in said if kind == "lambda"}
    assert len(of_lambda) == 2
    assert {kind for kind, sentence in said if sentence in of_lambda} == {"lambda"}


def test_what_batch_normalisation_keeps_for_later(float64):
    """mean ← momentum · mean + (1 − momentum) μ is in the trace, with the layer's own numbers."""
    fitted, _X, _Y, found = of_layers("rows")
    operation = next(o for o in found if (o.kind, o.phase) == ("batch_norm", "forward"))
    assert operation.equations[-2] == "mean ← momentum · mean + (1 − momentum) μ"
    old, mu, new = fitted.state[3]["mean"], operation.values["μ"], operation.values["mean′"]
    np.testing.assert_allclose(new, 0.9 * np.asarray(old) + 0.1 * mu, rtol=1e-12)
    assert not any("mean ←" in e for o in of_layers("in use")[-1] for e in o.equations)


RULES = {
    **{
        name: rule for name, rule in cases.RULES.items() if name not in ("sign_symmetry", "sign_symmetry, fixed random")
    },
    "predictive_coding": rules.PredictiveCoding(steps=4),
    "predictive_coding, fixed predictions": rules.PredictiveCoding(True, steps=3, rate=0.5),
    "feedback_alignment, repeated": rules.FeedbackAlignment(),
}
"""Every rule. (Settling is unrolled for a trace: few steps compile soon. Magnitudes drawn once change nothing.)"""
OTHERS = {
    "feedback_alignment, repeated": cases.TABLE["a repeated layer"],
    "sign_symmetry, batch random": Network([D(2), D(3)]),  # it draws a network anew, which takes long to compile
}
OF_NUMBERS_ALONE = {"X = [X, X]", "ε = 0", "M = |D|"}
"""What a rule does that has no arithmetic to show."""


@cache
def of_rule(name):
    """(fitted, trace) of a network with two hidden layers, or of another where the name has one."""
    network = OTHERS.get(name, cases.TABLE["dense"])
    with jax.enable_x64(True):
        fitted = traced.fitted_for(network, (2,), rule=RULES[name], loss="softmax_cross_entropy")
        rate = 0.1 if jax.tree.leaves(fitted.learnt) else None
        return fitted, explain.trace(fitted, cases.X, cases.Y, training=True, seed=3, learning_rate=rate, row=2)


@pytest.mark.parametrize("name", RULES)
def test_every_rule_has_the_cores_gradients_and_true_lines(name, float64):
    """For any rule the record is what the core computed, to rounding the compiled step's; each number is worked out."""
    fitted, found = of_rule(name)
    value, expected = traced.core_gradients(fitted, cases.X, cases.Y.astype("int32"), True, 3)
    cases.assert_same(found.gradients, expected, 1e-9)
    np.testing.assert_allclose(found.loss, value, rtol=1e-12)
    assert sum(traced.assert_true(operation) for operation in found) > 15
    assert found.rule == name_of(type(fitted.rule))
    for operation in found:
        if operation.kind == "rule" and operation.equations[-1] not in OF_NUMBERS_ALONE:
            assert operation.lines and all(len(traced.worked_out(line)) > 1 for line in operation.lines)


@pytest.mark.parametrize(("trace", "first", "same", "back"), [
    (lambda: of_layers("positions")[-1], "0 dense", ["1 batch_norm", "2 layer_norm", "3 activation softmax"],
     "1 batch_norm"),
    (lambda: of_rule("feedback_alignment")[1], "0 dense", ["1 activation tanh"], "2 dense"),
])  # fmt: skip
def test_a_layer_that_works_unit_by_unit_shows_the_units_of_the_one_before(trace, first, same, back):
    """Those of Z are followed through normalisation and activation, and so are their errors on the way back."""
    found = list(trace())
    shown = {(o.phase, o.place): o.shown for o in found}
    units = shown["forward", first]
    assert len(units) < found[0].values["Z"][0].size
    for place in same:
        assert shown["forward", place] == shown["backward", place] == units
    assert shown["backward", back] == units


def equations_of(name, phase="", kind=""):
    return [o.equations for o in of_rule(name)[1] if phase in o.phase and kind in o.kind]


def test_what_a_rule_learns_keeps_its_name_in_the_descent():
    """E of forward-forward is not its threshold θ; B[2] is the B of layer 2's W, on the way back and in the step."""
    assert equations_of("forward_forward", kind="rule")[-2:] == [("dE = Lᵀ dZ",), ("E ← E − η dE",)]
    assert equations_of("kolen_pollack", "descent", "rule") == [
        ("B[2] ← B[2] − η dB[2]", "B[4] ← B[4] − η dB[4]")
    ]  # fmt: skip
    assert set(of_rule("kolen_pollack")[1].operations[-2 - 3].values) == {"dB[2]", "dB[4]"}


def test_forward_forwards_labels_are_those_it_was_shown():
    """L's first half are the right labels, its second half wrong ones; Lᵀ dZ is what the core calls dE."""
    _fitted, found = of_rule("forward_forward")
    values = next(o.values for o in found if o.equations == ("dE = Lᵀ dZ",))
    n = len(cases.Y)
    assert values["L"][:n].argmax(1).tolist() == cases.Y.tolist()
    assert (values["L"][n:].argmax(1) != cases.Y).all()
    np.testing.assert_allclose(values["L"].T @ values["dZ"], found.gradients["rule"], rtol=1e-9)


def test_predictive_codings_activities_move_as_its_equation_says():
    """Over all rows, not those that are shown alone: v′ = v + rate / w (ε − Jᵀ ε)."""
    _fitted, found = of_rule("predictive_coding")
    moved = [o.values for o in found if o.equations[-1] == "v ← v + rate / w · (ε − Jᵀ ε)"]
    assert len(moved) == 2 + 2  # two hidden layers in the last of the steps, and at the end
    for values in moved:
        w = 1 / len(cases.X)
        ε = w * (values["f(v)"] - values["v"])
        np.testing.assert_allclose(values["v′"], values["v"] + 0.1 / w * (ε - values["Jᵀ ε"]), rtol=1e-9)


def test_the_gradients_stand_in_the_operations():
    """Each layer's dW in its operation is the gradient's own leaf."""
    _fitted, found = of_rule("backprop")
    back = {o.place: o for o in found if o.phase == "backward"}
    for index in (0, 2, 4):
        for name in ("W", "b"):
            assert np.array_equal(back[f"{index} dense"].values[f"d{name}"], found.gradients["params"][index][name])


def test_every_activation_has_true_lines(float64):
    """Each has its own formulas; A and dZ come to what they say, above 0 and below. All of them side by side."""
    names = list(dict.fromkeys(name for name, _g in gradients.all_activations()))
    network = Network([layers.Columns([(3, layers.Activation(name)) for name in names])])
    X = np.tile([[-1.5, 0.7, -0.2]], (1, len(names)))
    found = explain.trace(traced.fitted_for(network, X.shape[1:]), X, X + 1)
    told = [traced.assert_true(o) for o in found if o.kind == "activation"]
    assert told == [3] * 2 * len(names)


SAME = {
    "leaky_relu": (activations.LeakyReLU(0.2), lambda Z: np.maximum(0, Z) + 0.2 * np.minimum(0, Z)),
    "elu": (activations.ELU(0.5), lambda Z: np.maximum(0, Z) + 0.5 * (np.exp(np.minimum(0, Z)) - 1)),
}


@pytest.mark.parametrize("name", SAME)
def test_formulas_without_cases_are_the_activations(name, float64):
    """A = max(0, Z) + … is the choice by Z > 0 that the code makes, on both sides of 0 and at it."""
    g, formula = SAME[name]
    Z = np.array([-3.0, -0.1, 0.0, 0.2, 4.0])
    np.testing.assert_allclose(g(jnp.asarray(Z)), formula(Z), rtol=1e-12)


WORDS_IN_EQUATIONS = {
    *("max", "min", "mod", "mean", "tanh", "sign", "clip", "softplus", "body"),
    *(
        "loss",
        "rate",
        "decay",
        "gain",
        "noise",
        "momentum",
        "slope",
        "units",
        "scale",
        "variance",
        "reshape",
        "rule",
        "shortcut",
    ),
}
"""Names of functions, and the package's own: no words of a language."""


def test_equations_hold_symbols_and_names_alone():
    """They read the same in every language, since they are not translated."""
    folder, found = Path(explain.__file__).parent, set()
    for path in folder.glob("*equations.py"):
        tree = ast.parse(path.read_text("utf8"))
        said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            text = node.value if isinstance(node, ast.Constant) and id(node) not in said else None
            if isinstance(text, str) and re.search(" = | ← ", text):
                found |= set(re.findall("[A-Za-z]{3,}", text))
    assert found <= WORDS_IN_EQUATIONS
    assert len(found) > 12


@pytest.mark.parametrize(("name", "loss"), gradients.all_losses())
def test_every_loss_has_true_lines(name, loss, float64):
    """ℓ, the sum over rows, and dŶ, for every kind of target."""
    n, w = 3, jnp.full(3, 1 / 3)
    Y_hat = jnp.asarray(gradients.predictions(name, n, 3))
    for Y in list(gradients.targets(loss, n, 3).values())[slice(None if loss.targets == "class" else 1)]:
        value, dY_hat = jax.jit(loss, compiler_options=gradients.QUICK)(Y_hat, jnp.asarray(Y), w)
        call = Call("loss", loss, (), "", Y_hat, dY_hat, (Y, w), after=value)
        told = loss_equations.told(call, Look(1, 4))
        assert loss_equations.kind_of(loss) == name
        assert traced.assert_true(told) in (5, 7)


def test_feedback_that_is_not_the_weights_is_called_b():
    """dX = dZ Bᵀ where B stands in for W; the first layer's error goes no further, through its own W."""
    said = {o.title(): o.equations for o in of_rule("feedback_alignment")[1]}
    assert said["Layer 4, dense: backward"] == ("dW = Xᵀ dZ", "db = Σ dZ", "dX = dZ Bᵀ")
    assert said["Layer 0, dense: backward"][-1] == "dX = dZ Wᵀ"


def test_direct_feedback_alignment_hands_the_outputs_error_to_each_layer():
    """dA = e B at each hidden layer, with e the loss's error, and its numbers."""
    fitted, found = of_rule("direct_feedback_alignment")
    handed = [o for o in found if o.kind == "rule"]
    assert [o.place for o in handed] == ["3 activation tanh", "1 activation tanh"]
    for o, B in zip(handed, reversed(fitted.memory["direct"]), strict=True):
        np.testing.assert_allclose(o.values["dA"], o.values["e"] @ np.asarray(B), rtol=1e-12)
        assert np.array_equal(o.values["e"], next(o for o in found if o.phase == "loss").values["dŶ"])


def test_steps_that_are_alike_are_left_out():
    """Predictive coding settles 4 times: the first and the last are told, 2 counted."""
    _fitted, found = of_rule("predictive_coding")
    settling = [o for o in found if o.stage == "settling"]
    assert {(o.step, o.steps) for o in settling} == {(1, 4), (4, 4)}
    assert [o.skipped for o in found if o.skipped] == [2]
    assert "2 steps like the one above are left out." in found.text()
    assert [o.stage for o in found if o.phase != "descent"][-1] == "settled"


def test_forward_forward_says_which_labels():
    """A pass with the neutral label, its last layer's way back, and one with right and wrong labels."""
    titles = [o.title() for o in of_rule("forward_forward")[1]]
    assert titles[0] == "Layer 0, dense: forward (neutral label)"
    assert "Layer 0, dense: backward (right, then wrong labels)" in titles
    assert "Layer 4, dense: backward (neutral label)" in titles


def test_a_step_is_gradient_descents():
    """W ← W − η dW is `optim.gradient_descent`'s, within a block too."""
    fitted, *_rest, found = of_layers("rows")
    step, old = optim.gradient_descent(0.1), fitted.params
    with jax.enable_x64(True):
        updates, _m = step.update(found.gradients["params"], step.init(old), old)
    moved = {o.place: o for o in found if o.phase == "descent"}
    W = old[6]["body"][1]["W"] + np.asarray(updates[6]["body"][1]["W"])
    np.testing.assert_allclose(moved["6 residual"].values["body/1/W′"], W, rtol=1e-12)


def test_places_within_blocks():
    """Within a block "6 residual / body / 1 dense", and a repeated layer's copies by their number."""
    places = {o.place for o in of_layers("rows")[-1]}
    assert "6 residual / body / 1 dense" in places
    assert any(place.startswith("7 repeat / 0 ") and place.endswith("residual / body / 0 dense") for place in places)
    assert any(place.startswith("7 repeat / 1 ") and place.endswith("residual / body / 0 dense") for place in places)


def test_a_large_layer_shows_what_matters_and_says_what_is_left_out(float64):
    """Of 500 units and 784 inputs: 4 units, 3 terms each, the sum of the 781 others, and how many are left out."""
    net = Network([layers.Dense(500), layers.Activation("relu"), layers.Dense(10)])
    fitted = traced.fitted_for(net, (784,), loss="softmax_cross_entropy")
    found = explain.trace(fitted, np.random.default_rng(0).uniform(size=(1, 784)), [3])
    first = found.operations[0]
    assert len(first.lines) == 4 and first.left_out == 496 and len(first.shown) == 4
    assert "(781 more: " in first.numbers[0]
    assert first.note() == "496 more numbers are not shown."
    assert all(traced.assert_true(o) for o in found)
    importance = np.abs(first.values["Z"] * found.operations[-1].values["dZ"])[0]
    assert set(first.shown) == set(np.argsort(-importance)[:4])
    assert "W" not in first.as_dict()["values"] and first.as_dict()["shapes"]["W"] == [784, 500]
    assert max(map(len, found.text().splitlines())) <= 100


def test_of_an_ensemble_the_first_member_and_of_a_row_without_an_axis():
    """Members each have their own weights: the trace is member 0's. X as one row is the batch of it."""
    fitted, found = small("float32")
    ensemble = fitted.replace(members=2, params=jax.tree.map(lambda a: jnp.stack([a, a + 1]), fitted.params))
    assert explain.trace(ensemble, [1.0, 2.0], [1.0], learning_rate=0.1).as_dict() == found.as_dict()


def test_float32_and_float64_keep_their_types():
    """Numbers are the model's own; 64-bit ones also outside of `enable_x64`."""
    for dtype in ("float32", "float64"):
        assert {v.dtype for o in small(dtype)[1] for v in o.values.values()} == {np.dtype(dtype)}


@pytest.mark.parametrize("options", [{"row": 1}, {"row": -1}, {"units": 0}, {"learning_rate": -0.1}])
def test_what_cannot_be_shown_is_said(options):
    """One plain sentence."""
    with pytest.raises(ClearpropError):
        explain.trace(small("float32")[0], [[1.0, 2.0]], [[1.0]], **options)


def test_rows_of_another_shape_are_refused():
    with pytest.raises(DataError):
        explain.trace(small("float32")[0], [[1.0, 2.0, 3.0]], [[1.0]])


class OwnLoss:
    """A function of one's own, as a class."""

    def __call__(self, Y_hat, Y, weights):
        return (weights[:, None] * (Y_hat - Y) ** 4).sum(), 4 * weights[:, None] * (Y_hat - Y) ** 3


class Planted(layers.Dense):
    """A dense layer of one's own whose dW is wrong."""

    def forward(self, params, state, X, pass_):
        Z, back, state = super().forward(params, state, X, pass_)
        return Z, lambda dZ, feedback=params: ({**back(dZ)[0], "W": 2 * back(dZ)[0]["W"]}, back(dZ)[1]), state


def test_parts_of_ones_own_are_told_by_what_goes_in_and_comes_out(float64):
    """A layer, a loss and a rule that the package has never seen."""

    class Own(rules.Backprop):
        def gradients(self, network, loss, params, state, learnt, memory, X, Y, pass_):
            Y_hat, _back, state = network.forward(params, state, X, pass_)
            value, dY = loss(Y_hat, Y, pass_.weights)
            Y_hat, back, state = network.forward(params, state, X, pass_)
            return value, {"params": back(2 * dY)[0], "rule": ()}, state, memory

    class Square(layers.Automatic):
        def init(self, key, shape):
            return {"s": jnp.ones(shape)}, {}, shape

        def compute(self, params, X):
            return params["s"] * X * X

    loss = losses.FromValue(lambda Y_hat, Y, w: (w[:, None] * jnp.cosh(Y_hat - Y)).sum())
    fitted = traced.fitted_for(Network([Square()]), (2,), rule=Own(), loss=loss)
    found = explain.trace(fitted, [[1.0, 2.0]], [[1.0, 0.0]])
    assert [(o.phase, o.kind, o.stage, o.equations) for o in found] == [
        ("forward", "square", "pass", ("Y = square(X, s)",)),
        ("loss", "from_value", "pass", ("loss = from_value(Ŷ, Y, w)", "dŶ = ∂loss/∂Ŷ")),
        ("forward", "square", "pass", ("Y = square(X, s)",)),
        ("backward", "rule", "pass", ("dY = rule(…)",)),
        ("backward", "square", "pass", ("ds = ∂loss/∂s", "dX = ∂loss/∂X")),
    ]
    assert [o.step for o in found] == [1, 1, 2, 2, 2]


def test_a_planted_error_makes_a_line_untrue(float64):
    """The lines are held against the layer's own numbers: a dW that is twice too large is found."""
    fitted = traced.fitted_for(Network([Planted(2)]), (2,))
    found = explain.trace(fitted, [[1.0, 2.0]], [[1.0, 0.0]])
    with pytest.raises(AssertionError):
        traced.assert_true(found.operations[-1])


def test_nothing_is_changed(float64):
    """The layers of the network, and those within, are as before, and so is what it predicts."""
    fitted = traced.fitted_for(Network([layers.Residual([layers.Dense(1)])]), (1,))
    inside = lambda: [type(part) for part in (*fitted.network.layers, *fitted.network.layers[0].body.layers)]  # noqa: E731
    before, weights = inside(), jax.tree.map(np.array, fitted.params)
    explain.trace(fitted, [[1.0], [2.0]], [[1.0], [0.0]], learning_rate=1.0)
    assert inside() == before
    cases.assert_same(fitted.params, weights, 0)


class Halving(rules.Backprop):
    """Halves the error until it is small: how often hangs on the numbers."""

    def gradients(self, network, loss, params, state, learnt, memory, X, Y, pass_):
        Y_hat, back, state = network.forward(params, state, X, pass_)
        value, dY = loss(Y_hat, Y, pass_.weights)
        dY = jax.lax.while_loop(lambda d: jnp.abs(d).max() > 0.1, lambda d: d / 2, dY)
        return value, {"params": back(dY)[0], "rule": ()}, state, memory


@dataclass(frozen=True, slots=True)
class Slotted(layers.Layer):
    """A layer without a dict, with a layer inside."""

    inner: layers.Layer

    def init(self, key, shape):
        return self.inner.init(key, shape)

    def forward(self, params, state, X, pass_):
        return self.inner.forward(params, state, X, pass_)


def test_a_step_whose_course_hangs_on_its_numbers(float64):
    """It cannot be unrolled beforehand, and is traced all the same; so is a layer with slots, and the one inside."""
    fitted = traced.fitted_for(Network([Slotted(layers.Dense(1))]), (2,), rule=Halving())
    found = explain.trace(fitted, [[1.0, 2.0]], [[3.0]])
    _value, expected = traced.core_gradients(fitted, np.array([[1.0, 2.0]]), np.array([[3.0]]), False, 0)
    cases.assert_same(found.gradients, expected)
    assert [o.place for o in found if o.phase == "forward"] == ["0 slotted / inner dense", "0 slotted"]
    assert "rule" in {o.kind for o in found}
