"""What explain takes: a trained network, or an estimator that holds one."""

from collections.abc import Callable
from typing import Any

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.train.fitted import Fitted


def as_fitted(model: Any, X: Any, Y: Any) -> tuple[Fitted, Any, Any]:
    """(the trained network, X, Y), where X and Y are as this network takes them.

    Args:
        model: a `Fitted`, whose X and Y stay as they are; or an estimator that was fitted, known by its `fitted_`,
            `prepare` and `encode`, whose rows and targets are prepared as for its own `fit`.
        X: the rows.
        Y: their targets.

    Raises:
        ClearpropError: it is neither.
        NotFittedError: an estimator that was not fitted; scikit-learn's, as from any method of it.

    >>> as_fitted("a name", [[1.0]], [1.0])
    Traceback (most recent call last):
    clearprop.errors.ClearpropError: A trained network is needed (a Fitted, or an estimator that was fitted), not str.
    """
    fitted, prepare = as_network(model)
    return fitted, prepare(X), Y if isinstance(model, Fitted) else model.encode(X, Y)


def as_network(model: Any) -> tuple[Fitted, Callable[[Any], Any]]:
    """(the trained network, what makes rows into those that it takes), of a model as `as_fitted` takes it.

    Raises:
        ClearpropError: it is no trained network, and no estimator.
        NotFittedError: an estimator that was not fitted.
    """
    if isinstance(model, Fitted):
        return model, lambda X: X
    if all(hasattr(type(model), name) for name in ("fitted_", "prepare", "encode")):
        return model.fitted_, model.prepare
    raise ClearpropError(
        _("A trained network is needed (a Fitted, or an estimator that was fitted), not {kind}.").format(
            kind=type(model).__name__
        )
    )
