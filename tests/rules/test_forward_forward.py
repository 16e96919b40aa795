"""Forward-forward: each layer's gradient is that of its own goodness, and nothing comes from above."""

import cases
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from clearprop import Network, optim, rules, train
from clearprop.errors import ClearpropError
from clearprop.estimators import DeepClassifier
from clearprop.layers import Activation, Dense, Scale

NET = Network([Dense(5), Activation("relu"), Dense(4), Activation("tanh"), Dense(3)])
RULE = rules.ForwardForward(threshold=0.7, sharpness=3.0)


def local_losses(params, E, right, wrong, w):
    """(loss of hidden layer 1, of 2), written out in NumPy's way; what the second is given is held fixed."""
    found, A = [], {}
    for place in (0, 2):
        g = {}
        for name, labels in (("+", right), ("−", wrong)):
            X = jnp.asarray(cases.X) if place == 0 else jax.lax.stop_gradient(A[name])
            Z = X @ params[place]["W"] + params[place]["b"] + (E[labels] if place == 0 else 0)
            a = jnp.maximum(Z, 0) if place == 0 else jnp.tanh(Z)
            g[name] = (a**2).mean(1)
            A[name] = a / jnp.sqrt(g[name] + 1e-8)[:, None]
        found.append((w * (jnp.log1p(jnp.exp(-3 * (g["+"] - 0.7))) + jnp.log1p(jnp.exp(3 * (g["−"] - 0.7)))) / 2).sum())
    return found


def wrong_labels(params, state, E, w, key):
    """Those that the rule draws."""
    from clearprop.rules.segments import run, segments

    *hidden, last = segments(params)
    pass_ = cases.pass_for(6)._replace(key=key)
    neutral = RULE._passes(NET, hidden, params, state, E, jnp.asarray(cases.X), jnp.full((6, 3), 1 / 3), pass_)
    A = neutral[-1].output
    Z = run(NET, last, params, state, A / jnp.sqrt((A**2).mean(1) + 1e-8)[:, None], pass_).output
    return RULE._wrong_labels(Z, jnp.asarray(cases.Y), 3, pass_)


def test_each_hidden_layer_descends_its_own_loss(float64):
    """Hinton 2022: against automatic differentiation of the local losses, layer by layer, E with the first."""
    params, state = cases.start(NET)
    E, memory = cases.begin(RULE, NET, params)
    assert E.shape == (3, 5)
    assert memory == ()
    key, w = jax.random.key(4), cases.pass_for(6).weights
    found = cases.gradient(RULE, NET, params, state, E, key=key)
    wrong = wrong_labels(params, state, E, w, key)
    assert (wrong != cases.Y).all()
    dparams, dE = jax.grad(lambda p, e: sum(local_losses(p, e, cases.Y, wrong, w)), (0, 1))(params, E)
    cases.assert_same(found["params"][:4], dparams[:4], rtol=1e-10)
    cases.assert_same(found["rule"], dE, rtol=1e-10)


def test_wrong_labels_are_never_right_and_hard_ones_follow_the_last_layer():
    Y = jnp.array([0, 1, 2] * 2000)
    Z = jnp.tile(jnp.array([0.0, 1.0, 2.0]), (6000, 1))
    pass_ = cases.pass_for(6000, "equal")._replace(key=jax.random.key(0))
    for negatives, share in (("hard", 1 / (1 + np.exp(-1))), ("random", 0.5)):
        wrong = np.asarray(rules.ForwardForward(negatives=negatives)._wrong_labels(Z, Y, 3, pass_))
        assert (wrong != np.asarray(Y)).all()
        of_0 = wrong[np.asarray(Y) == 0]
        assert (of_0 == 2).mean() == pytest.approx(share, abs=0.04)


def test_the_prediction_is_the_sum_of_goodness_of_all_hidden_layers_but_the_first(float64):
    """Hinton 2022, section 3.3; the only hidden layer's where there is one."""
    params, state = cases.start(NET)
    E, _ = cases.begin(RULE, NET, params)
    found = RULE.predict(NET, params, state, E, jnp.asarray(cases.X), cases.pass_for(6)._replace(training=False))
    for label in range(3):
        a = jnp.maximum(cases.X @ params[0]["W"] + params[0]["b"] + E[label], 0)
        a = a / jnp.sqrt((a**2).mean(1) + 1e-8)[:, None]
        g = (jnp.tanh(a @ params[2]["W"] + params[2]["b"]) ** 2).mean(1)
        np.testing.assert_allclose(found[:, label], 3 * g, rtol=1e-12)


def test_two_classes_with_one_output():
    """The output is the difference, so that its sigmoid is the probability of the second class."""
    random = np.random.default_rng(0)
    X = random.normal(size=(200, 3))
    y = np.where(X[:, 0] > 0, "b", "a")
    model = DeepClassifier((20,), rule="forward_forward", learning_rate=0.02, epochs=100, random_state=0).fit(X, y)
    assert model.predict_proba(X).shape == (200, 2)
    assert model.score(X, y) > 0.85


@pytest.mark.parametrize(
    ("network", "loss", "Y", "message"),
    [
        (NET, "squared", np.ones((6, 3)), "it needs classes to learn"),
        (NET, "sigmoid_cross_entropy", np.ones((6, 3)), "it needs classes to learn"),
        (NET, "categorical_cross_entropy", cases.Y, "and softmax_cross_entropy"),
        (Network([Dense(3)]), "softmax_cross_entropy", cases.Y, "trains hidden layers"),
    ],
)
def test_what_it_is_not_for_is_refused_before_training(network, loss, Y, message):
    with pytest.raises(ClearpropError, match=message):
        train.fit(network, cases.X, Y, loss=loss, rule="forward_forward")


def test_the_labels_weights_are_a_draw_of_their_own():
    """Of no layer's random numbers, wherever the first layer with weights stands."""
    for before in ([], [Scale()], [Scale(), Scale()]):
        net = Network([*before, Dense(40), Activation("relu"), Dense(3)])
        fitted = train.fit(
            net,
            cases.X,
            cases.Y,
            loss="softmax_cross_entropy",
            rule="forward_forward",
            optimizer=optim.adam(0.0),
            epochs=1,
        )
        W = fitted.params[len(before)]["W"]
        assert abs(np.corrcoef(fitted.learnt[:2].ravel(), W.ravel())[0, 1]) < 0.5


def test_chances_of_classes_are_taken_for_the_likeliest():
    settings = {"loss": "softmax_cross_entropy", "rule": "forward_forward", "epochs": 2, "batch_size": 3}
    one = train.fit(NET, cases.X, cases.Y, optimizer=optim.adam(0.01), **settings)
    other = train.fit(NET, cases.X, 0.8 * np.eye(3)[cases.Y] + 0.2 / 3, optimizer=optim.adam(0.01), **settings)
    assert one.history["loss"] == pytest.approx(other.history["loss"])


@pytest.mark.parametrize("wrong", [{"threshold": 0.0}, {"sharpness": -1.0}, {"negatives": "soft"}])
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(ClearpropError, match="forward_forward: "):
        rules.ForwardForward(**wrong)
