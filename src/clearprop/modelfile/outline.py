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

MAX_AXES = 32
"""How many axes an array may have."""


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


def outline(network: Network, rule: Rule, shape: Shape, dtype: str, members: int = 1) -> dict[str, Any]:
    """What `tree_of` would give for this network, as shapes and dtypes.  To be called in `precision(dtype)`."""

    def start(key):
        params, state, shapes = network.begin(key, shape)
        learnt, memory = rule.init(network, params, shapes, key)
        return {"params": params, "state": state, "learnt": learnt, "memory": memory}

    tree = jax.eval_shape(start, jax.random.key(0))
    axes = () if members == 1 else (members,)
    return jax.tree.map(
        lambda a: jax.ShapeDtypeStruct((*axes, *a.shape), dtype if a.dtype.kind == "f" else a.dtype), tree
    )


def try_prediction(
    network: Network, loss: Any, rule: Rule, tree: dict[str, Any], shape: Shape, dtype: str, members: int = 1
) -> Shape:
    """Trace the prediction of one row, so that what loads also predicts, and within bounds.

    Returns:
        the shape of the prediction, (1, *outputs).

    Raises:
        ValueError: on its way the row becomes more than MAX_ROW numbers (and than the largest array of weights has), or
            an array of more than MAX_AXES axes, which would bring the compiler down.
    """

    def prediction(learner, X):
        return predict(loss, forward(plan, learner, X))

    plan = Plan(network, loss, rule, (), 0, True, False, members)
    learner = Learner({"params": tree["params"], "rule": tree["learnt"]}, tree["state"], tree["memory"])
    row = jax.ShapeDtypeStruct((1, *shape), dtype)
    traced, predicted = jax.make_jaxpr(prediction, return_shape=True)(learner, row)
    allowed = max([MAX_ROW, *(a.size for a in jax.tree.leaves(tree))])
    for size, axes in _arrays(traced.jaxpr):
        if size > allowed or axes > MAX_AXES:
            raise ValueError(
                _("it would make an array of {size} numbers and {axes} axes out of one row").format(
                    size=size, axes=axes
                )
            )
    return predicted.shape


def _arrays(jaxpr: Jaxpr) -> Iterator[tuple[int, int]]:
    """How many numbers, and how many axes, each step of a traced program yields."""
    for equation in jaxpr.eqns:
        for variable in equation.outvars:
            yield getattr(variable.aval, "size", 0), getattr(variable.aval, "ndim", 0)
        for inner in jaxprs_in_params(equation.params):
            yield from _arrays(inner)
