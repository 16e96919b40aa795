"""An estimator as a model file, and back: parameters and classes as plain data beside the network."""

from typing import Any

import numpy as np

from clearprop.data.table import Table
from clearprop.errors import ClearpropError, ModelFileError
from clearprop.estimators.inputs import Inputs
from clearprop.estimators.scale import Scale
from clearprop.i18n import _
from clearprop.modelfile.refusal import reason
from clearprop.registry import build, config_of
from clearprop.train import Fitted

PLAIN = (bool, int, float, str, type(None))


def table_of(estimator: Any) -> Table:
    """What a fitted estimator knows besides its network.

    Raises:
        ClearpropError: classes that are no plain numbers, truth values or text.
    """
    classes = getattr(estimator, "classes_", np.empty(0)).tolist()
    odd = next((c for c in classes if not isinstance(c, PLAIN[:4])), None)
    if odd is not None:
        raise ClearpropError(
            _("The class {!r} cannot be put in a model file: use text, numbers or truth values as classes.").format(odd)
        )
    return Table(
        task="classification" if classes else "regression",
        columns=tuple(map(str, getattr(estimator, "feature_names_in_", ()))),
        n_columns=estimator.n_features_in_,
        classes=tuple(classes),
        class_counts=tuple(np.asarray(getattr(estimator, "class_counts_", ())).astype(int).tolist()),
        labels=getattr(estimator, "_labels", False),
        flat=getattr(estimator, "_single", True),
        target=getattr(estimator, "target_name_", "target"),
        target_mean=tuple(estimator._targets.mean.tolist()),
        target_scale=tuple(estimator._targets.scale.tolist()),
        preparation=estimator._inputs.preparation,
        parameters=_plain_parameters(estimator),
    )


def _plain_parameters(estimator: Any) -> dict[str, Any]:
    """The constructor's parameters that are data; an object of ours as its configuration."""
    found = {}
    for name, value in estimator.get_params(deep=False).items():
        try:
            found[name] = _plain(value)
        except (ClearpropError, TypeError):
            continue
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {"items": [[_plain(key), _plain(each)] for key, each in value.items()]}
    return {"part": config_of(value)}


def _back(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_back, value))
    if isinstance(value, dict):
        return build(value["part"]) if "part" in value else {_back(k): _back(v) for k, v in value["items"]}
    return value


def estimator_of(fitted: Fitted) -> Any:
    """The estimator whose network this is.

    Raises:
        ModelFileError: its parameters or its history are none that an estimator has.
    """
    from clearprop.estimators import DeepClassifier, DeepRegressor

    table: Table = fitted.table
    cls = DeepClassifier if table.classes else DeepRegressor
    try:
        estimator = cls(**{name: _back(value) for name, value in table.parameters.items()})
        estimator._restore(
            fitted, Inputs(table.preparation), Scale(np.array(table.target_mean), np.array(table.target_scale))
        )
    except (ClearpropError, TypeError, ValueError, LookupError) as error:
        raise ModelFileError(
            _(
                "The model is of no estimator that can be made again ({reason}). Copy its file again, or train again."
            ).format(reason=reason(error))
        ) from error
    return estimator
