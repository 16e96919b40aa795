"""A network as its layers of weights, for rules that hand each of them an error, a target or a goal of its own.

A *segment* is a layer that multiplies by a matrix and whatever follows it (activation, normalisation, dropout) before
the next such layer; what comes before the first belongs to the first. A block that holds such layers, like a residual
one, is a segment as a whole, and the error travels inside it as its own equations say.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
from jaxtyping import Array, Float

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.layers.base import Params, Pass, Shape, State, Values
from clearprop.layers.sequence import Sequence
from clearprop.network import Network, abstract
from clearprop.rules.base import weights


class Segment(NamedTuple):
    """The layers from number `first` to before number `end`; the one at `weighted` multiplies by a matrix."""

    first: int
    weighted: int
    end: int

    def of(self, tree: Any) -> Any:
        """The part of a network's tree, of parameters or state, that is this segment's."""
        return tree[self.first : self.end]


class Ran(NamedTuple):
    """A segment's forward pass.  `backprop(dA, feedback=params)` gives (gradients, dX, dZ), Z as below."""

    output: Values
    backprop: Callable[..., tuple[Params, Values, Values]]
    state: State


def segments(params: Params) -> list[Segment]:
    """The network's segments in order; none if it has no weights.

    >>> W = {"W": 1.0}
    >>> segments(({}, W, {}, W, {}, {}))
    [Segment(first=0, weighted=1, end=3), Segment(first=3, weighted=3, end=6)]
    """
    weighted = [place for place, own in enumerate(params) if jax.tree.leaves(weights(own))]
    firsts = [0, *weighted[1:]]
    return [Segment(*places) for places in zip(firsts, weighted, [*firsts[1:], len(params)], strict=False)]


def see_segments(rule: str, network: Any, shapes: list[Shape]) -> list[Segment]:
    """The network's segments, seen to be there, for a rule of this name.

    Raises:
        ClearpropError: it is no sequence of layers, or none of them multiplies by a matrix.
    """
    params = abstract(network, shapes[0])[0] if isinstance(network, Sequence) else ()
    found = segments(params)
    if not found:
        raise ClearpropError(
            _("{rule} trains layers in sequence, one or more of them with weights; this network has none.").format(
                rule=rule
            )
        )
    return found


def ending_in_weights(params: Params) -> list[Segment]:
    """The same cut the other way: each but the last ends with the layer that multiplies, so that it gives Z, not A.

    >>> W = {"W": 1.0}
    >>> ending_in_weights(({}, W, {}, W, {}, {}))
    [Segment(first=0, weighted=1, end=2), Segment(first=2, weighted=3, end=6)]
    """
    weighted = [part.weighted for part in segments(params)]
    ends = [place + 1 for place in weighted[:-1]]
    return [Segment(*places) for places in zip([0, *ends], weighted, [*ends, len(params)], strict=False)]


def run(
    network: Network, segment: Segment, params: Params, state: State, X: Values, pass_: Pass, more: Any = None
) -> Ran:
    """X → Z → output: through the layers of a segment, Z being what the one that multiplies gives (plus `more`).

    Args:
        network: the whole network; so are
        params: its parameters and
        state: its state.
        segment: which of its layers.
        X: (n, ...) what the first of them is given.
        pass_: what kind of pass it is.
        more: is added to Z.
    """
    backprops, states = [], []
    for place in range(segment.first, segment.end):
        layer = network.layers[place]
        X, back, after = layer.forward(params[place], state[place], X, pass_.of_layer(place))
        if more is not None and place == segment.weighted:
            X = X + more
        backprops.append(back)
        states.append(after)

    def backprop(dA, feedback=None):
        """From dA back to dZ, and to dX"""
        B = segment.of(params) if feedback is None else feedback
        gradients, dZ = [], dA
        for place in reversed(range(len(backprops))):
            if segment.first + place == segment.weighted:
                dZ = dA
            gradient, dA = backprops[place](dA, B[place])
            gradients.append(gradient)
        return tuple(reversed(gradients)), dA, dZ

    return Ran(X, backprop, tuple(states))


def times(w: Float[Array, " n"], V: Values) -> Values:
    """Row i of V times w_i."""
    return w.reshape(-1, *[1] * (V.ndim - 1)) * V
