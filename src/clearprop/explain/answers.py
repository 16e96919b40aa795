"""What a network's outputs stand for: a class and how sure it is, or a value in the target's own units.

Read off the loss: one over exclusive classes has a probability for each, one of a probability two classes for each
output, any other a number, which a table's model learnt as (y − mean) / scale.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.train import Fitted


class Answers(NamedTuple):
    """How the outputs of a network are read.

    Attributes:
        exclusive: whether each output is the probability of a class, all of which exclude each other.
        classes: their names; of one output that is a probability, the names of "not so" and "so"; none for numbers.
        output: which output is read, where each stands for something of its own.
        mean, scale: of a number: what stands for it is (y − mean) / scale.
    """

    exclusive: bool
    classes: tuple[str, ...]
    output: int = 0
    mean: float = 0.0
    scale: float = 1.0

    def read(self, Y_hat: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """(class numbers, probability of that class), or (values, None): each (n,), of Ŷ (n, outputs)."""
        P = self.probabilities(Y_hat)
        if P is not None:
            return P.argmax(1), P.max(1)
        return Y_hat.reshape(len(Y_hat), -1)[:, self.output].astype(np.float64) * self.scale + self.mean, None

    def probabilities(self, Y_hat: np.ndarray) -> np.ndarray | None:
        """Of each class, (n, classes); None for numbers."""
        Y_hat = Y_hat.reshape(len(Y_hat), -1)
        if self.exclusive:
            return Y_hat
        y_hat = Y_hat[:, self.output]
        return np.stack([1 - y_hat, y_hat], 1) if self.classes else None

    def targets(self, Y: np.ndarray) -> np.ndarray:
        """Y as `read` gives it, (n,)."""
        if self.exclusive and Y.ndim == 1:
            return Y.astype(int)
        return self.read(Y)[0]


def answers(fitted: Fitted, *, output: int = 0, classes: Sequence[Any] | None = None) -> Answers:
    """How this network's outputs are read; the names of classes are its table's, unless they are given.

    >>> from clearprop import layers, losses, Network
    >>> net = Network([layers.Dense(3)])
    >>> answers(Fitted(net, (), (), losses.get("softmax_cross_entropy"), None, (2,)))
    Answers(exclusive=True, classes=('0', '1', '2'), output=0, mean=0.0, scale=1.0)

    Raises:
        ClearpropError: there is no such output, or another number of names than of classes.
    """
    outputs = int(np.prod(fitted.network.shapes(fitted.input_shape)[-1]))
    if not 0 <= output < outputs:
        raise ClearpropError(
            _("There is no output {output}: they are numbered from 0 to {last}.").format(
                output=output, last=outputs - 1
            )
        )
    table, kind = fitted.table, getattr(fitted.loss, "targets", "number")
    if kind in ("class", "probability"):
        exclusive = kind == "class"
        count = outputs if exclusive else 2
        known = _known(table, exclusive or outputs == 1, output) if classes is None else classes
        names = tuple(map(str, known)) or tuple(map(str, range(count)))
        if len(names) != count:
            raise ClearpropError(
                _("The network tells {n} classes apart, and {m} names were given.").format(n=count, m=len(names))
            )
        return Answers(exclusive, names, 0 if exclusive else output)
    if table is None:
        return Answers(False, (), output)
    return Answers(False, (), output, float(table.target_mean[output]), float(table.target_scale[output]))


def _known(table: Any, classes: bool, output: int) -> Sequence[Any]:
    """The table's names of the classes; where each output is a label of its own, this one's and its opposite."""
    if table is None or not len(table.classes):
        return ()
    if classes and not table.labels:
        return table.classes
    label = str(table.classes[output])
    return _("not {label}").format(label=label), label
