"""The arrays that a network and its rule have, as shapes and dtypes: everything is traced, nothing is computed."""

from collections.abc import Iterator
from typing import Any

import jax
from jax.extend.core import Jaxpr, jaxprs_in_params

from clearprop.i18n import _
from clearprop.layers.base import Shape
from clearprop.network import Network
from clearprop.rules import Rule
from clearprop.train.fitted import Fitted
from clearprop.train.program import Learner, Plan, forward, predict

MAX_ROW = 2**28
"""How many numbers one row may become on its way through a network: 1 GiB of them."""


def tree_of(fitted: Fitted) -> dict[str, Any]:
    """All the arrays of a trained network, in one tree."""
    return {"params": fitted.params, "state": fitted.state, "learnt": fitted.learnt, "memory": fitted.memory}


def named(tree: Any) -> dict[str, Any]:
    """The leaves of a tree by their paths.

    Raises:
        ValueError: two leaves have the same path, since a key holds a slash.

    >>> named({"params": ({"W": 1, "b": 2}, {}), "state": ({}, {"mean": 3})})
    {'params/0/W': 1, 'params/0/b': 2, 'state/1/mean': 3}
    """
    leaves = jax.tree_util.tree_leaves_with_path(tree)
    found = {name_of_path(path): leaf for path, leaf in leaves}
    if len(found) < len(leaves):
        raise ValueError(_("two of its arrays have the same name; keep '/' out of the names of parameters"))
    return found


def name_of_path(path: Any) -> str:
    """The name that an array has in a file: its keys and places, with slashes between."""
    return jax.tree_util.keystr(path, simple=True, separator="/")


def outline(network: Network, rule: Rule, shape: Shape, dtype: str) -> dict[str, Any]:
    """What `tree_of` would give for this network, as shapes and dtypes.  To be called in `precision(dtype)`."""
    shapes = network.shapes(shape)

    def start(key):
        params, state, _shape = network.init(key, shape)
        learnt, memory = rule.init(network, params, shapes, key)
        return {"params": params, "state": state, "learnt": learnt, "memory": memory}

    tree = jax.eval_shape(start, jax.random.key(0))
    return jax.tree.map(lambda a: jax.ShapeDtypeStruct(a.shape, dtype if a.dtype.kind == "f" else a.dtype), tree)


def try_prediction(network: Network, loss: Any, rule: Rule, tree: dict[str, Any], shape: Shape, dtype: str) -> None:
    """Trace the prediction of one row, so that what loads also predicts, and within bounds.

    Raises:
        ValueError: the row becomes more than MAX_ROW numbers, or than the largest array of weights.
    """

    def prediction(learner, X):
        return predict(loss, forward(plan, learner, X))

    plan = Plan(network, loss, rule, (), 0, True, False)
    learner = Learner({"params": tree["params"], "rule": tree["learnt"]}, tree["state"], tree["memory"])
    traced = jax.make_jaxpr(prediction)(learner, jax.ShapeDtypeStruct((1, *shape), dtype))
    allowed = max([MAX_ROW, *(a.size for a in jax.tree.leaves(tree))])
    needed = max(_sizes(traced.jaxpr), default=0)
    if needed > allowed:
        raise ValueError(
            _("it would make {n} numbers out of one row, more than {allowed}").format(n=needed, allowed=allowed)
        )


def _sizes(jaxpr: Jaxpr) -> Iterator[int]:
    """How many numbers each step of a traced program yields."""
    for equation in jaxpr.eqns:
        for variable in equation.outvars:
            yield getattr(variable.aval, "size", 0)
        for inner in jaxprs_in_params(equation.params):
            yield from _sizes(inner)
