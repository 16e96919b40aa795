"""Forward-forward: no error travels back at all; each layer learns to tell right labels from wrong ones."""

import math
from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.network import abstract, describe
from clearprop.rules.base import Needs, Rule, is_alone, own_key
from clearprop.rules.segments import run, see_segments, segments, times

NEGATIVES = ("hard", "random")


@dataclass(frozen=True)
class ForwardForward(Rule):
    """Each hidden layer's goodness g, the mean of its squared activities, shall be high with the right label.

    The label is an input beside the others: the first layer computes Z = X W + E[label] + b, with E (classes, units)
    learnt like W. With the right label for a row (+) and with a wrong one (−), layer k has activities A_k and

        g_k = mean_j A_kj²,   loss_k = Σ_i w_i ½ [softplus(−s (g_k⁺ − θ)) + softplus(s (g_k⁻ − θ))]_i

    and learns by the gradient of loss_k in its own weights alone: dA = 2 A / units · dg, then its own way back. What it
    passes on has its length divided out, Â_k = A_k / √(g_k + ε), so that the next layer cannot read g_k off it. The
    last layer learns by its loss from Â of a pass with a neutral label, 1/classes of each.

    Prediction tries every label: the output for class c is s Σ_k g_k(X, c), over all hidden layers but the first if
    there are several; softmax makes it a probability. Wrong labels are drawn, with `negatives` "hard", in proportion to
    what the last layer thinks of them, else evenly.

    Hinton 2022, "The forward-forward algorithm: some preliminary investigations", section 3.3. Different from it: the
    label has weights of its own instead of the first ten pixels; g is a mean, not a sum, with s for its scale; the last
    layer, which picks the hard wrong labels, reads the last hidden layer alone, not all but the first.

    What a synapse must know: its own layer's goodness, and whether the label shown is right; no error from above.

    Args:
        threshold: θ.
        sharpness: s.
        negatives: which wrong labels, "hard" or "random".
    """

    threshold: float = 0.5
    sharpness: float = 20.0
    negatives: str = "hard"

    needs: ClassVar[Needs] = Needs(second_phase=True, label=True)

    def __post_init__(self) -> None:
        """See that the numbers are above 0."""
        for name, value in {"threshold": self.threshold, "sharpness": self.sharpness}.items():
            if not (math.isfinite(value) and value > 0):
                raise ClearpropError(
                    _("forward_forward: {name} is a number above 0, not {value}.").format(name=name, value=value)
                )
        if self.negatives not in NEGATIVES:
            raise ClearpropError(
                _("forward_forward: negatives is one of {known}, not {value!r}.").format(
                    known=", ".join(NEGATIVES), value=self.negatives
                )
            )

    def searched(self):
        """The threshold"""
        return {"threshold": (0.1, 2.0)}

    def check(self, network, loss, shapes):
        """See that there are classes, a hidden layer or more, and no layer within a layer."""
        output = getattr(loss, "output", None)
        if not (output == "softmax" or (output == "sigmoid" and math.prod(shapes[-1]) == 1)):
            raise ClearpropError(
                _(
                    "forward_forward tells right labels from wrong ones: it needs classes to learn, and"
                    " softmax_cross_entropy, or sigmoid_cross_entropy with one output."
                )
            )
        parts = see_segments("forward_forward", network, shapes)
        params = abstract(network, shapes[0])[0]
        if len(parts) < 2:
            raise ClearpropError(_("forward_forward trains hidden layers: give the network one or more."))
        for part in parts:
            if not is_alone(params[part.weighted]):
                raise ClearpropError(
                    _(
                        "forward_forward cannot train layer {place} ({name}): an error would have to travel back"
                        " inside it. Use plain layers, or another rule."
                    ).format(place=part.weighted, name=describe(network.layers[part.weighted]))
                )

    def init(self, network, params, shapes, key):
        """E, drawn so that the label moves Z by about as much as all other inputs together.  It is learnt."""
        shape = shapes[segments(params)[0].weighted + 1]
        return jax.random.normal(key, (_classes(math.prod(shapes[-1])), *shape)), ()

    def gradients(self, network, loss, params, state, learnt, memory, X, Y, pass_):
        """(Σ_k loss_k, …): a pass with the neutral label, then one with the right and the wrong labels together"""
        classes, *hidden = len(learnt), *segments(params)
        last = hidden.pop()
        Y = _as_classes(Y)
        neutral = self._passes(
            network, hidden, params, state, learnt, X, jnp.full((len(X), classes), 1 / classes), pass_
        )
        head = run(network, last, params, state, _normalised(neutral[-1].output), pass_)
        _value, dY_hat = loss(head.output, Y, pass_.weights)
        wrong = self._wrong_labels(head.output, Y, classes, pass_)

        labels = jax.nn.one_hot(jnp.concatenate([Y, wrong]), classes, dtype=X.dtype)
        both = pass_._replace(weights=jnp.concatenate([pass_.weights, pass_.weights]) / 2)
        ran = self._passes(network, hidden, params, state, learnt, jnp.concatenate([X, X]), labels, both)
        sign = jnp.repeat(jnp.array([-1.0, 1.0], X.dtype), len(X))
        value, gradients, errors = jnp.zeros((), X.dtype), (), []
        for one in ran:
            A = one.output
            margin = sign * self.sharpness * (_goodness(A) - self.threshold)
            value += (both.weights * jax.nn.softplus(margin)).sum()
            dg = both.weights * jax.nn.sigmoid(margin) * sign * self.sharpness
            own, _dX, dZ = one.backprop(times(2 * dg / math.prod(A.shape[1:]), A))
            gradients += own
            errors.append(dZ)
        gradients += head.backprop(dY_hat)[0]
        dE = labels.T @ errors[0].reshape(2 * len(X), -1)
        after = sum((one.state for one in ran), ()) + head.state
        return value, {"params": gradients, "rule": dE.reshape(learnt.shape)}, after, memory

    def predict(self, network, params, state, learnt, X, pass_):
        """s Σ_k g_k for each label; of two classes with one output, the difference"""
        hidden = segments(params)[:-1]

        def of_label(label):
            labels = jnp.broadcast_to(label, (len(X), len(learnt)))
            ran = self._passes(network, hidden, params, state, learnt, X, labels, pass_)
            return jnp.stack([_goodness(one.output) for one in (ran[1:] or ran)]).sum(0)

        found = self.sharpness * jax.vmap(of_label, out_axes=1)(jnp.eye(len(learnt), dtype=X.dtype))
        outputs = jax.eval_shape(lambda: network.forward(params, state, X, pass_)[0]).shape[1:]
        return found if math.prod(outputs) > 1 else (found[:, 1] - found[:, 0]).reshape(len(X), *outputs)

    def _passes(self, network, hidden, params, state, E, X, labels, pass_):
        """Each hidden layer's pass, given what the one before it passes on, its length divided out"""
        ran = []
        for part in hidden:
            more = None if ran else (labels @ E.reshape(len(E), -1)).reshape(len(X), *E.shape[1:])
            ran.append(run(network, part, params, state, X, pass_, more))
            X = _normalised(ran[-1].output)
        return ran

    def _wrong_labels(self, Y_hat, Y, classes, pass_):
        """For each row a label that is not its own"""
        chance = jnp.zeros((len(Y), classes), Y_hat.dtype)
        if self.negatives == "hard":
            Z = Y_hat.reshape(len(Y), -1)
            chance = Z if Z.shape[1] == classes else jnp.concatenate([jnp.zeros_like(Z), Z], 1)
        right = jax.nn.one_hot(Y, classes, dtype=bool)
        return jax.random.categorical(own_key(pass_.key), jnp.where(right, -jnp.inf, chance))


def _goodness(A):
    """Each row's mean of squares"""
    return (A * A).reshape(len(A), -1).mean(1)


def _normalised(A):
    """Â = A / √(g + ε)"""
    return times(1 / jnp.sqrt(_goodness(A) + 1e-8), A)


def _classes(outputs):
    """How many classes so many outputs tell apart: one output tells two"""
    return max(outputs, 2)


def _as_classes(Y):
    """(n,) class numbers; chances of classes are taken for the likeliest"""
    if Y.ndim > 1 and Y.shape[1] > 1:
        Y = Y.argmax(1)
    return Y.reshape(len(Y)).round().astype(jnp.int32)
