"""A training to be done: which rows are learnt from, and the network, before anything is learnt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop import activations, networks, optim, rules
from clearprop.cli.asked import Asked
from clearprop.cli.given import Given, given
from clearprop.cli.layers import layer_table, see_that_it_fits
from clearprop.cli.pictures import is_folder
from clearprop.cli.tables import telling_places
from clearprop.data import hold_out
from clearprop.errors import ClearpropError, DataError
from clearprop.estimators import DeepClassifier, DeepRegressor
from clearprop.estimators.architecture import network_of
from clearprop.estimators.images import held_out_share, image_layers
from clearprop.estimators.inputs import Inputs, Part
from clearprop.i18n import _
from clearprop.network import Network

Estimator = DeepClassifier | DeepRegressor

FOR_IMAGES = {"network": "resnet", "augment": "crop"}
"""What a folder of images is learnt with unless something else is asked for."""


@dataclass(frozen=True)
class Job:
    """Data, and what an estimator will make of them.

    Attributes:
        asked: what was asked for.
        given: the data.
        training, held_out: the numbers of the rows to learn from and to judge by.
        inputs: what the training rows say of the columns.
        network: what will learn.
        epochs: how often it goes through the rows, at most.
        members: how many such networks there are.
    """

    asked: Asked
    given: Given
    training: np.ndarray
    held_out: np.ndarray
    inputs: Inputs
    network: Network
    epochs: int
    members: int

    def layers(self) -> list[dict[str, Any]]:
        """A line a layer, numbered from 0 as `check` and error messages number them."""
        preparation = self.inputs.preparation
        shape = self.given.X.shape[1:] if preparation is None else (preparation.width,)
        return layer_table(self.network, tuple(shape))


def prepare(asked: Asked) -> Job:
    """Read the data, infer the task, hold rows out, and build the network; nothing is learnt yet.

    Raises:
        ClearpropError: options or data that cannot be used.
    """
    _see_options(asked, estimator(asked, asked.task or "classification"))  # told before a large file is read
    if not is_folder(asked.source) and (asked.image_size or asked.strict):
        raise ClearpropError(
            _("{option} is for a folder of images, and {source} is none: leave it out.").format(
                option="--image-size" if asked.image_size else "--strict", source=asked.source
            )
        )
    data = given(asked)
    if asked.validation and data.images is not None and data.images.held_out is not None:
        raise ClearpropError(
            _("{source} has a part for validation, which is what is held out: leave out --validation.").format(
                source=asked.source
            )
        )
    job = job_of(asked, data, np.arange(len(data.y)))
    see_that_it_fits(job.members * sum(layer["parameters"] for layer in job.layers()))
    return job


def _see_options(asked: Asked, model: Estimator) -> None:
    """See that no hidden layers are described where the network has its own.

    Raises:
        ClearpropError: they are.
    """
    for name, option in (("hidden_layer_sizes", "--hidden"), ("activation", "--activation")):
        if model.network is not None and name in asked.parameters:
            raise ClearpropError(
                _("The network '{network}' has layers of its own: leave out {option}.").format(
                    network=model.network, option=option
                )
            )


def job_of(asked: Asked, data: Given, rows: np.ndarray) -> Job:
    """To learn from these rows, a part of them held out to judge by.

    Raises:
        ClearpropError: options or data that cannot be used.
    """
    model = estimator(asked, data.task)
    training, held_out = split(asked, data, rows, model.validation_fraction)
    inputs = learn_columns(model, data, training, held_out)
    outputs = 1 if data.classes is None or len(data.classes) == 2 else len(data.classes)
    net = network_of(model, outputs, None, inputs, data.X.shape[1:] if inputs.preparation is None else ())
    return Job(asked, data, training, held_out, inputs, net, int(model.epochs), int(model.ensemble_size))


def estimator(asked: Asked, task: str, callbacks: Sequence[Any] = ()) -> Estimator:
    """The estimator that was asked for, not fitted yet.

    Raises:
        ClearpropError: a parameter that it does not take.
    """
    parameters = {**(FOR_IMAGES if is_folder(asked.source) else {}), **asked.parameters}
    if "hidden_layer_sizes" in asked.parameters and "network" not in asked.parameters:
        parameters.pop("network", None)
    if asked.validation == 0:
        parameters["early_stopping"] = False
    if task == "regression" and "class_weight" in parameters:
        raise ClearpropError(_("A regression has no classes to weigh: leave out --class-weight."))
    cls = DeepRegressor if task == "regression" else DeepClassifier
    model = cls(**parameters, kinds=asked.kinds or None, random_state=asked.seed, callbacks=list(callbacks))
    _see_names(model)
    try:
        model._validate_params()
    except ValueError as error:
        raise ClearpropError(str(error)) from error
    return model


def _see_names(model: Estimator) -> None:
    """See that names are known; where one is not, the nearest is suggested."""
    asked = model.activation
    for name in (asked,) if isinstance(asked, str) else asked:
        activations.get(name)
    optim.get(model.optimizer)
    rules.get(model.rule)
    if isinstance(model.network, str):
        networks.get(model.network)
    image_layers((1, 1, 3), model.augment, model.front_end)


def split(asked: Asked, data: Given, rows: np.ndarray, fraction: float) -> tuple[np.ndarray, np.ndarray]:
    """Which of these rows to learn from and which to judge by; a table that can spare none is learnt from whole.

    Raises:
        DataError: rows that cannot be held out as was asked.
    """
    own = None if data.images is None else data.images.held_out
    if own is not None and asked.validation != 0:
        return rows[~own[rows]], rows[own[rows]]
    classes = None if data.classes is None else data.y[rows]
    spare = len(rows) - (1 if classes is None else len(np.unique(classes)))
    if asked.validation is not None:
        fraction = asked.validation
    elif spare < 1:
        fraction = 0.0
    fraction = held_out_share(data.X, fraction)
    groups, times = (None if each is None else each[rows] for each in (data.groups, data.times))
    training, held_out = hold_out(len(rows), fraction, seed=asked.seed, classes=classes, groups=groups, times=times)
    return rows[training], rows[held_out]


def learn_columns(model: Estimator, data: Given, training: np.ndarray, held_out: np.ndarray) -> Inputs:
    """What the estimator will learn of the columns, seen to hold for both parts.

    Raises:
        DataError: a column or a cell that cannot be used, named by its place in the source.
    """
    part = Part(data.X[training], None, None, training)
    with telling_places(data.source):
        inputs = Inputs.learn(part, data.source.columns or None, model.kinds, model._is_linear)
        _see_values(inputs, data.source.source)
        if len(held_out):
            inputs.apply(data.X[held_out], model.dtype, held_out)
    return inputs


def _see_values(inputs: Inputs, source: str) -> None:
    """See that no column is wholly missing, unless it was to be left out."""
    kinds = {} if inputs.preparation is None else inputs.preparation.kinds
    empty = [name for name, kind in kinds.items() if kind.reason == "no values"]
    if empty:
        raise DataError(
            _("Column '{name}' of {source} has no values to learn from: leave it out, with --drop {names}.").format(
                name=empty[0], source=source, names=",".join(empty)
            )
        )
