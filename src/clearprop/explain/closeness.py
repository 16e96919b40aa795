"""How close a learning rule comes to back propagation, at the weights as they are.

For a layer's W, with dW the rule's gradient and dW* back propagation's of the same rows in the same pass:

    angle          ∠(dW, dW*)                 0° the same direction, 90° nothing in common
    norm ratio     ‖dW‖ / ‖dW*‖
    feedback angle ∠(B, W)                    of the matrix that the error goes back through, and W

In total: the same of all parameters as one vector. A rule that descends a loss of its own (forward-forward) is
compared all the same: how far is its direction from the steepest descent of the network's loss?
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from clearprop import rules, traced
from clearprop.compilation import program
from clearprop.layers.base import Pass
from clearprop.train import Fitted
from clearprop.train.fitted import precision
from clearprop.train.program import Learner


class OfLayer(NamedTuple):
    """One matrix: where it stands in the network (layers are numbered from 0), and how close it learns."""

    place: str
    angle: float
    norm_ratio: float
    feedback_angle: float | None


class Closeness(NamedTuple):
    """Angles in degrees and ratios of norms: of all parameters together, and of each W."""

    angle: float
    norm_ratio: float
    layers: list[OfLayer]


def closeness(fitted: Fitted, X: Any, Y: Any, *, seed: int = 0) -> Closeness:
    """The angle between the rule's gradient and back propagation's, the ratio of their norms, and B's angle to W.

    Args:
        fitted: the network, with its rule; of an ensemble, the first member.
        X: (n, *input_shape) rows; all are one batch.
        Y: their targets.
        seed: of what is random in the pass (dropout, noise, wrong labels), the same for both.

    Raises:
        DataError: rows that the network cannot take.

    >>> import numpy as np
    >>> from clearprop import layers, Network, train
    >>> X, Y = np.eye(4), np.arange(4)
    >>> net = Network([layers.Dense(8), layers.Activation("tanh"), layers.Dense(4)])
    >>> closeness(train.fit(net, X, Y, loss="softmax_cross_entropy"), X, Y).layers[0]
    OfLayer(place='0', angle=0.0, norm_ratio=1.0, feedback_angle=None)
    """
    one = fitted.member(0)
    X, Y = one.check(X, Y)
    kind, numbers = traced.split(one.rule)
    learner = Learner({"params": one.params, "rule": one.learnt}, one.state, one.memory)
    with precision(one.dtype):
        weights = jnp.full(len(X), 1 / len(X), one.dtype)
        total, layers, feedback = _measure((one.network, one.loss, kind), numbers, learner, X, Y, weights, seed)
        back = {place: float(angle) for place, angle in feedback.items()}
    return Closeness(
        float(total[0]),
        float(total[1]),
        [OfLayer(place, float(a), float(r), back.get(place)) for place, (a, r) in layers.items()],
    )


@program()
def _measure(plan: Any, numbers: Any, learner: Learner, X: Any, Y: Any, weights: Any, seed: Any) -> Any:
    network, loss, kind = plan
    rule, params = traced.join(kind, numbers), learner.weights["params"]
    pass_ = Pass(True, jax.random.key(seed), weights)

    def gradient(rule, learnt, memory):
        given = network, loss, params, learner.state, learnt, memory, X, Y, pass_
        return rule.gradients(*given)[1]["params"]

    ours, exact = gradient(rule, learner.weights["rule"], learner.memory), gradient(rules.Backprop(), (), ())
    matrices = [by_place(rules.weights(tree)) for tree in (ours, exact)]
    layers = {place: _compare(matrices[0][place], matrices[1][place]) for place in matrices[1]}
    B, W = rule.feedback(params, learner.weights["rule"], learner.memory), by_place(rules.weights(params))
    back = {} if B is None else by_place(B)
    return _compare(*map(_flat, (ours, exact))), layers, {place: angle(back[place], W[place]) for place in back}


def by_place(tree: Any) -> dict[str, Any]:
    """The matrices of a tree by where they stand: "2" for layer 2's, "3.body.0" for one in a block.

    >>> by_place(({"W": 1}, {}, {"body": ({"W": 2},)}))
    {'0': 1, '2.body.0': 2}
    """
    found = jax.tree_util.tree_flatten_with_path(tree)[0]
    return {jax.tree_util.keystr(path[:-1], simple=True, separator="."): leaf for path, leaf in found}


def angle(a: Float[Array, "..."], b: Float[Array, "..."]) -> Float[Array, ""]:
    """∠(a, b) = 2 atan2(‖â − b̂‖, ‖â + b̂‖) in degrees, â = a / ‖a‖; nan if either is 0.

    As exact for small angles as for large ones, which the arc cosine is not (Kahan 2006, "How futile are mindless
    assessments of roundoff", section 12).
    """
    a, b = a.ravel() / jnp.linalg.norm(a), b.ravel() / jnp.linalg.norm(b)
    return jnp.degrees(2 * jnp.arctan2(jnp.linalg.norm(a - b), jnp.linalg.norm(a + b)))


def _compare(a: Array, b: Array) -> Array:
    return jnp.stack([angle(a, b), jnp.linalg.norm(a) / jnp.linalg.norm(b)])


def _flat(tree: Any) -> Array:
    return jnp.concatenate([leaf.ravel() for leaf in jax.tree.leaves(tree)])
