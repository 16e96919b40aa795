"""Columns of different kinds, each through a layer of its own, set side by side again."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.layers.base import Backprop, Layer, Params, Pass, Shape, State
from clearprop.layers.sequence import Sequence, saying_where


@dataclass(frozen=True)
class Columns(Layer):
    """Y = [layer_1(X_1), …, layer_P(X_P)], X = [X_1, …, X_P]: the first so many columns are X_1, the next X_2, ….

    X: (n, columns), X_p: (n, count_p), Y: (n, features). What a part makes of a row is laid out flat: an `Embedding`
    gives (n, count, features). params, state, gradients and feedback are tuples, an item a part.

    >>> from clearprop.layers import Dense, Embedding
    >>> numbers_and_a_category = Columns([(3, Dense(8)), (1, Embedding(5, 2))])
    >>> numbers_and_a_category.init(jax.random.key(0), (4,))[2]
    (10,)
    """

    parts: tuple[tuple[int, Layer], ...]

    def __init__(self, parts: Iterable[tuple[int, Layer | Iterable[Layer]]]):
        """(count, layer) for each part; a list of layers becomes a sequence."""
        whole = tuple((count, layer if isinstance(layer, Layer) else Sequence(layer)) for count, layer in parts)
        if not whole or min(count for count, _layer in whole) < 1:
            raise ClearpropError(_("Columns needs a part or more, each of 1 column or more."))
        object.__setattr__(self, "parts", whole)

    def init(self, key: Array, shape: Shape) -> tuple[Params, State, Shape]:
        """Each part's, given rows of its own columns.

        Raises:
            ClearpropError: rows of another number of columns than the parts have together.
        """
        columns = sum(count for count, _layer in self.parts)
        if tuple(shape) != (columns,):
            raise ClearpropError(
                _("Columns was made for rows of {columns} columns; its input has rows of shape {shape}.").format(
                    columns=columns, shape=tuple(shape)
                )
            )
        params, states, features = [], [], 0
        for index, (count, layer) in enumerate(self.parts):
            with saying_where(index, layer):
                p, s, after = layer.init(jax.random.fold_in(key, index), (count,))
            params.append(p)
            states.append(s)
            features += int(np.prod(after))
        return tuple(params), tuple(states), (features,)

    def forward(
        self, params: Params, state: State, X: Float[Array, "n columns"], pass_: Pass
    ) -> tuple[Float[Array, "n features"], Backprop, State]:
        """Y = [layer_1(X_1), …, layer_P(X_P)]"""
        outputs, backprops, states = [], [], []
        for index, X_p in enumerate(_split(X, [count for count, _layer in self.parts])):
            layer = self.parts[index][1]
            Y_p, back, s = layer.forward(params[index], state[index], X_p, pass_.of_layer(index))
            outputs.append(Y_p)
            backprops.append(back)
            states.append(s)
        flat = [Y_p.reshape(len(X), int(np.prod(Y_p.shape[1:]))) for Y_p in outputs]

        def backprop(dY, feedback=params):
            """dX = [dX_1, …, dX_P], each from its own columns of dY"""
            pieces = _split(dY, [Y_p.shape[1] for Y_p in flat])
            back = [
                go_back(piece.reshape(Y_p.shape), B)
                for go_back, piece, Y_p, B in zip(backprops, pieces, outputs, feedback, strict=True)
            ]
            return tuple(gradients for gradients, _dX in back), jnp.concatenate([dX for _gradients, dX in back], 1)

        return jnp.concatenate(flat, 1), backprop, tuple(states)


def _split(X: Array, counts: list[int]) -> list[Array]:
    return jnp.split(X, list(accumulate(counts))[:-1], axis=1)
