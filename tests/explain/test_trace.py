"""Traces: worked by hand to the digit; the core's own numbers for every layer, loss and rule; lines that are true."""

from dataclasses import dataclass

import cases
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gradients
import traced
from clearprop import Network, explain, layers, losses, optim, rules
from clearprop.errors import ClearpropError, DataError
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


@pytest.fixture(scope="module")
def by_hand():
    with jax.enable_x64(True):
        fitted = traced.fitted_for(NETWORK, (2,), params=PARAMS)
        return explain.trace(fitted, [[1.0, 2.0]], [[1.0]], learning_rate=0.1)


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


LAYERS = [
    pytest.param(example, example.shapes[-1], training, id=f"{name}-{place}-{training}")
    for place, (name, example) in enumerate(gradients.all_layers())
    for training in ([True, False] if name in ("dropout", "batch_norm") else [True])
]


@pytest.mark.parametrize(("example", "shape", "training"), LAYERS)
def test_every_layer_has_the_cores_gradients_and_true_lines(example, shape, training, float64):
    """The trace's gradients are those of the compiled step; each line, worked out again, comes to what it says."""
    network = Network([example.layer])
    after = network.shapes(shape)[-1]
    X, Y = example.draw(np.random.default_rng(0), (3, *shape)), np.random.default_rng(1).normal(size=(3, *after))
    fitted = traced.fitted_for(network, shape)
    found = explain.trace(fitted, X, Y.reshape(3, -1), training=training, seed=5, units=3, learning_rate=0.1)
    value, expected = traced.core_gradients(fitted, X, Y.reshape(3, -1), training, 5)
    cases.assert_same(found.gradients, expected, 1e-10)
    np.testing.assert_allclose(found.loss, value, rtol=1e-12)
    for operation in found:
        traced.assert_true(operation)
        assert operation.sentence() and operation.title() and operation.equations
    assert {o.phase for o in found} >= ({"forward", "loss", "backward"} if found.operations[0].place else {"loss"})


CELLS = [
    *((rule, "dense") for rule in cases.RULES),
    *(("backprop", network) for network in ("scaled, with dropout", "batch norm", "residual", "repeated")),
    ("feedback_alignment", "a repeated layer"),
]
FEW_STEPS = {"predictive_coding": rules.PredictiveCoding(steps=2)}
"""Settling is unrolled for a trace: two steps compile sooner than twenty."""


@pytest.mark.parametrize(("rule", "network"), CELLS)
def test_every_rule_has_the_cores_gradients_and_true_lines(rule, network, float64):
    """For any rule the record is what the core computed: to rounding the compiled step's."""
    rule = FEW_STEPS.get(rule, cases.RULES[rule])
    fitted = traced.fitted_for(cases.TABLE[network], (2,), rule=rule, loss="softmax_cross_entropy")
    found = explain.trace(fitted, cases.X, cases.Y, training=True, seed=3, learning_rate=0.1, row=2)
    value, expected = traced.core_gradients(fitted, cases.X, cases.Y.astype("int32"), True, 3)
    cases.assert_same(found.gradients, expected, 1e-9)
    np.testing.assert_allclose(found.loss, value, rtol=1e-12)
    assert sum(traced.assert_true(operation) for operation in found) > 20
    assert found.rule == name_of(type(rule))


def test_the_gradients_stand_in_the_operations(float64):
    """Each layer's dW in its operation is the gradient's own leaf."""
    fitted = traced.fitted_for(cases.TABLE["dense"], (2,), loss="softmax_cross_entropy")
    found = explain.trace(fitted, cases.X, cases.Y)
    back = {o.place: o for o in found if o.phase == "backward"}
    for index in (0, 2, 4):
        for name in ("W", "b"):
            assert np.array_equal(back[f"{index} dense"].values[f"d{name}"], found.gradients["params"][index][name])


def test_every_activation_has_true_lines(float64):
    """Each has its own formulas; A and dZ come to what they say. One after the other, the threshold first."""
    names = dict.fromkeys(name for name, _g in gradients.all_activations())
    first = sorted(names, key=lambda name: name != "hard_threshold")
    parts = [part for name in first for part in (layers.Activation(name), layers.Dense(3))]
    found = explain.trace(traced.fitted_for(Network(parts), (3,)), np.ones((1, 3)), np.zeros((1, 3)))
    told = [traced.assert_true(o) for o in found if o.kind == "activation"]
    assert told == [3] * 2 * len(names)


@pytest.mark.parametrize(("name", "loss"), gradients.all_losses())
def test_every_loss_has_true_lines(name, loss, float64):
    """ℓ, the sum over rows, and dŶ, for every kind of target."""
    traced.HUBER[0] = getattr(loss, "delta", 1.0)
    for Y in gradients.targets(loss, 3, 3).values():
        Y_hat = gradients.predictions(name, 3, 3)
        fitted = traced.fitted_for(Network([layers.Activation("identity")]), (3,), loss=loss)
        operation = explain.trace(fitted, Y_hat, Y, row=1).operations[1]
        assert operation.kind == name
        assert traced.assert_true(operation) in (5, 7)


def labels(rule, network="dense", **settings):
    """(title, equations) of each operation."""
    fitted = traced.fitted_for(cases.TABLE[network], (2,), rule=rule, loss="softmax_cross_entropy")
    return [(o.title(), o.equations) for o in explain.trace(fitted, cases.X, cases.Y, **settings)]


def test_feedback_that_is_not_the_weights_is_called_b(float64):
    """dX = dZ Bᵀ where B stands in for W; the first layer's error goes no further, through its own W."""
    said = dict(labels(rules.FeedbackAlignment()))
    assert said["Layer 4, dense: backward"] == ("dW = Xᵀ dZ", "db = Σ dZ", "dX = dZ Bᵀ")
    assert said["Layer 0, dense: backward"][-1] == "dX = dZ Wᵀ"


def test_direct_feedback_alignment_hands_the_outputs_error_to_each_layer(float64):
    """dA = e B at each hidden layer, with e the loss's error, and its numbers."""
    fitted = traced.fitted_for(cases.TABLE["dense"], (2,), rule=rules.DirectFeedbackAlignment(), loss="squared")
    found = explain.trace(fitted, cases.X, np.ones((6, 3)))
    handed = [o for o in found if o.kind == "rule"]
    assert [o.place for o in handed] == ["3 activation tanh", "1 activation tanh"]
    for o, B in zip(handed, reversed(fitted.memory["direct"]), strict=True):
        np.testing.assert_allclose(o.values["dA"], o.values["e"] @ np.asarray(B), rtol=1e-12)
        assert np.array_equal(o.values["e"], next(o for o in found if o.phase == "loss").values["dŶ"])


def test_steps_that_are_alike_are_left_out(float64):
    """Predictive coding settles 7 times: the first and the last are told, 5 counted."""
    fitted = traced.fitted_for(cases.TABLE["dense"], (2,), rule=rules.PredictiveCoding(steps=7), loss="squared")
    found = explain.trace(fitted, cases.X, np.ones((6, 3)))
    settling = [o for o in found if o.stage == "settling"]
    assert {(o.step, o.steps) for o in settling} == {(1, 7), (7, 7)}
    assert [o.skipped for o in found if o.skipped] == [5]
    assert "5 steps like the one above are left out." in found.text()
    assert found.operations[-1].stage == "settled"


def test_forward_forward_says_which_labels(float64):
    """A pass with the neutral label, its last layer's way back, and one with right and wrong labels."""
    titles = [title for title, _equations in labels(rules.ForwardForward())]
    assert titles[0] == "Layer 0, dense: forward (neutral label)"
    assert "Layer 0, dense: backward (right, then wrong labels)" in titles
    assert "Layer 4, dense: backward (neutral label)" in titles


def test_a_step_is_gradient_descents(float64):
    """W ← W − η dW is `optim.gradient_descent`'s."""
    fitted = traced.fitted_for(cases.TABLE["repeated"], (2,), loss="softmax_cross_entropy")
    found = explain.trace(fitted, cases.X, cases.Y, learning_rate=0.3)
    step = optim.gradient_descent(0.3)
    updates, _m = step.update(found.gradients["params"], step.init(fitted.params), fitted.params)
    moved = {o.place: o for o in found if o.phase == "descent"}
    W = fitted.params[1]["body"][0]["W"] + updates[1]["body"][0]["W"]
    np.testing.assert_allclose(moved["1 repeat"].values["body/0/W′"], W, rtol=1e-12)


def test_places_within_blocks(float64):
    """Within a block "2 residual / body / 0 dense", and a repeated layer's copies by their number."""
    places = {o.place for o in explain.trace(
        traced.fitted_for(cases.TABLE["repeated"], (2,), loss="softmax_cross_entropy"), cases.X, cases.Y)}  # fmt: skip
    assert "1 repeat / 0 residual / body / 0 dense" in places
    assert "1 repeat / 1 residual / body / 1 activation tanh" in places


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


def test_a_single_row_needs_no_axis(by_hand):
    """X as one row is the batch of it."""
    with jax.enable_x64(True):
        fitted = traced.fitted_for(NETWORK, (2,), params=PARAMS)
    assert explain.trace(fitted, [1.0, 2.0], [1.0], learning_rate=0.1).as_dict() == by_hand.as_dict()


def test_of_an_ensemble_the_first_member():
    """Members each have their own weights; the trace is member 0's."""
    first = traced.fitted_for(NETWORK, (2,), dtype="float32", params=PARAMS)
    both = jax.tree.map(lambda a: jnp.stack([a, a + 1]), first.params)
    ensemble = first.replace(members=2, params=both)
    one, other = (explain.trace(fitted, [[1.0, 2.0]], [[1.0]]).as_dict() for fitted in (first, ensemble))
    assert one == other


def test_float32_and_float64_keep_their_types():
    """Numbers are the model's own; 64-bit ones also outside of `enable_x64`."""
    for dtype in ("float32", "float64"):
        with precision(dtype):
            fitted = traced.fitted_for(NETWORK, (2,), dtype=dtype, params=PARAMS)
        found = explain.trace(fitted, [[1.0, 2.0]], [[1.0]], learning_rate=0.1)
        assert {v.dtype for o in found for v in o.values.values()} == {np.dtype(dtype)}


@pytest.mark.parametrize("options", [{"row": 1}, {"row": -1}, {"units": 0}, {"learning_rate": -0.1}])
def test_what_cannot_be_shown_is_said(options):
    """One plain sentence."""
    fitted = traced.fitted_for(NETWORK, (2,), dtype="float32", params=PARAMS)
    with pytest.raises(ClearpropError):
        explain.trace(fitted, [[1.0, 2.0]], [[1.0]], **options)
    with pytest.raises(DataError):
        explain.trace(fitted, [[1.0, 2.0, 3.0]], [[1.0]])


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
    fitted = traced.fitted_for(cases.TABLE["residual"], (2,), loss="softmax_cross_entropy")
    inside = lambda: [type(part) for part in (*fitted.network.layers, *fitted.network.layers[2].body.layers)]  # noqa: E731
    before, weights = inside(), jax.tree.map(np.array, fitted.params)
    explain.trace(fitted, cases.X, cases.Y, learning_rate=1.0)
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
