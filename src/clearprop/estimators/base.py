"""What both estimators share: rows are read, scaled, partly held out, and learnt from."""

import abc
from collections.abc import Callable, Sequence
from numbers import Integral, Real
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator, _fit_context
from sklearn.callback import CallbackSupportMixin, with_callbacks
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import (
    _check_sample_weight,  # pyright: ignore[reportPrivateUsage]
    _check_y,  # pyright: ignore[reportPrivateUsage]
    check_array,
    check_consistent_length,
    check_is_fitted,
)

from clearprop import activations, layers, losses, optim, rules
from clearprop.data.split import hold_out
from clearprop.errors import ClearpropError, DataError
from clearprop.estimators import saved, units
from clearprop.estimators.architecture import batch_size, network_of, optimizer, start
from clearprop.estimators.callbacks import EachEpoch
from clearprop.estimators.images import held_out_share, see_room
from clearprop.estimators.inputs import Inputs, Part
from clearprop.estimators.reading import read_rows
from clearprop.estimators.scale import Scale
from clearprop.i18n import _
from clearprop.train import Fitted, History, fit
from clearprop.train.fitted import ARRAYS
from clearprop.train.rows import is_stored, pad

LEAST_PATIENCE = 20
"""Epochs in a row without a better validation loss that training goes on for, at least."""

DEEP, LINEAR, READY = (1e-3, 0.3), (0.03, 0.0), (1e-3, 0.05)
"""The learning rate and weight decay of networks with hidden layers, and without; and of ready ones for images; see
docs/defaults.md.

One layer has one best place, to which larger steps lead sooner, and without decay it is logistic or linear regression.
"""

IMAGES_A_STEP = 128
"""The most rows of a step where its size is left open, for a ready network."""

ROWS = 32
"""Rows that a prediction is computed for at least: one row or a few take as long, share a compiled program, and get the
same answer to the bit."""


class DeepEstimator(CallbackSupportMixin, BaseEstimator, metaclass=abc.ABCMeta):
    """The base of `DeepClassifier` and `DeepRegressor`, which say what a target is."""

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
        "activation": [
            StrOptions(set(activations.ACTIVATIONS.classes)),
            activations.ActivationFunction,
            "array-like",
        ],
        "loss": [StrOptions({"auto", *losses.LOSSES.classes}), callable],
        "optimizer": [StrOptions(set(optim.OPTIMIZERS)), HasMethods(["init", "update"])],
        "learning_rate": [Interval(Real, 0, None, closed="neither"), callable, None],
        "batch_size": [Interval(Integral, 1, None, closed="left"), StrOptions({"auto"}), None],
        "epochs": [Interval(Integral, 1, None, closed="left")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "weight_decay": [Interval(Real, 0, None, closed="left"), None],
        "rule": [str, rules.Rule],
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "ensemble_size": [Interval(Integral, 1, None, closed="left")],
        "callbacks": [list, tuple, callable, None],
        "dtype": [StrOptions({"float32", "float64"})],
        "random_state": ["random_state"],
        "warm_start": ["boolean"],
        "kinds": [dict, None],
        "network": [str, callable, layers.Layer, "array-like", None],
        "front_end": [str, layers.Layer, None],
        "augment": [str, "array-like", None],
    }

    # What the constructors of the two store.
    hidden_layer_sizes: Any
    activation: Any
    loss: Any
    optimizer: Any
    learning_rate: Any
    batch_size: Any
    epochs: Any
    dropout: Any
    weight_decay: Any
    rule: Any
    early_stopping: Any
    validation_fraction: Any
    ensemble_size: Any
    callbacks: Any
    dtype: Any
    random_state: Any
    warm_start: Any
    kinds: Any
    network: Any
    front_end: Any
    augment: Any

    # What `fit` notes.
    _model: Fitted
    history_: History

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any, sample_weight: Any = None, X_val: Any = None, y_val: Any = None) -> Any:
        """Learn from these rows; what was learnt before is forgotten, unless `warm_start`.

        Args:
            X: (n, columns): an array (NaN where a number is missing), sparse, or a pandas or Polars frame with columns
                of any kind; or (n, …) images. Of images on disk no larger a part is held out, whatever
                `validation_fraction` says, than stays in memory well.
            y: (n,) or (n, outputs).
            sample_weight: (n,) how much each row counts.
            X_val: rows of your own to judge the epochs by, instead of rows held out of X. Without `early_stopping` they
                are only scored.
            y_val: their targets.

        Returns:
            The estimator itself.

        Raises:
            ValueError: data or parameters that cannot be used; the sentence says which.
        """
        first = not (self.warm_start and hasattr(self, "_model"))
        if first:
            for name in ("_model", "classes_"):  # so that a fit that fails leaves no half of the one before
                vars(self).pop(name, None)
        context = self._init_callback_context(max_subtasks=int(self.epochs))
        given = {"X": X, "y": y, "metadata": None if sample_weight is None else {"sample_weight": sample_weight}}
        context.call_on_fit_task_begin(estimator=self, **given)
        part, validation = self._split(self._read(X, y, sample_weight, first, 2), X_val, y_val)
        self._learn(
            part,
            validation,
            first,
            int(self.epochs),
            told=[EachEpoch(context, self, self._as_fitted, **given)] if hasattr(self, "_skl_callbacks") else [],
        )
        context.call_on_fit_task_end(
            estimator=self, **given, reconstruction_attributes=lambda: self._as_fitted(self._model)
        )
        return self

    def _partial_fit(self, X: Any, y: Any, sample_weight: Any) -> Any:
        """One epoch over these rows, from the weights as they are."""
        first = not hasattr(self, "_model")
        self._learn(self._read(X, y, sample_weight, first, 1), None, first, 1, incremental=True)
        return self

    def _read(self, X: Any, y: Any, sample_weight: Any, first: bool, least: int) -> Part:
        """The rows, all checked."""
        X = read_rows(self, X, first, as_columns=bool(self.kinds))
        if y is None:
            raise DataError(
                _("{name} requires y to be passed, but the target y is None.").format(name=type(self).__name__)
            )
        y = _check_y(y, multi_output=True, estimator=self, **self._y_options())
        check_consistent_length(X, y)
        if len(X) < least:
            raise DataError(_("Found {n} sample; a minimum of {least} is required.").format(n=len(X), least=least))
        Y = self._encode(y, first)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        if first:
            self._seed, self._rounds = int(check_random_state(self.random_state).randint(2**31 - 1)), 0
        return Part.whole(X, Y, self._weigh(Y, sample_weight, True))

    def _split(self, part: Part, X_val: Any, y_val: Any) -> tuple[Part, Part | None]:
        """(the rows to learn from, those to judge by or None)"""
        if (X_val is None) != (y_val is None):
            raise ClearpropError(_("X_val and y_val come together: one of them is missing."))
        if X_val is not None:
            return part, self._own_validation(X_val, y_val)
        classes = self._strata(part.Y)
        spare = len(part.X) - (1 if classes is None else len(np.unique(classes)))
        if not self.early_stopping or spare < 1:
            return part, None
        share = held_out_share(part.X, float(self.validation_fraction))
        which = hold_out(len(part.X), share, seed=self._seed, classes=classes)
        learn, judge = (part.take(rows) for rows in which)
        if learn.weights is not None and not (learn.weights.any() and judge.weights.any()):
            return part, None  # either would be without a row that counts
        return learn, judge

    def _own_validation(self, X_val: Any, y_val: Any) -> Part:
        X_val = read_rows(self, X_val, False, as_columns=bool(self.kinds))
        see_room(X_val)
        Y = self._encode_more(X_val, y_val, "y_val")
        return Part.whole(X_val, Y, self._weigh(Y, None, False))

    def _encode_more(self, X: Any, y: Any, name: str) -> np.ndarray:
        """Targets that go with rows read after the fit began, as the loss takes them."""
        y = check_array(
            y,
            ensure_2d=False,
            dtype=None,  # pyright: ignore[reportArgumentType]
            accept_sparse="csr",  # pyright: ignore[reportArgumentType]
            input_name=name,
        )
        check_consistent_length(X, y)
        return self._encode(y, False)

    def _learn(
        self,
        part: Part,
        validation: Part | None,
        first: bool,
        epochs: int,
        told: Sequence[Any] = (),
        incremental: bool = False,
    ) -> None:
        """Prepare, train, and note what was learnt."""
        loss, outputs, output = self._problem()
        if first:
            names = list(self.feature_names_in_) if hasattr(self, "feature_names_in_") else None
            self._inputs = Inputs.learn(part, names, self.kinds, linear=self._is_linear)
            self._targets = self._target_scale(loss, part.Y, part.weights, outputs)
        X, Y, weights = self._prepared(part)
        net = network_of(self, outputs, output, self._inputs, X.shape[1:])
        choosing = self.early_stopping and validation is not None
        size = batch_size(self.batch_size, len(X), **({} if self.network is None else {"most": IMAGES_A_STEP}))
        steps = None if incremental else epochs * -(-len(X) // (size or len(X)))
        model = fit(
            net,
            X,
            Y,
            loss=loss,
            optimizer=optimizer(self.optimizer, *self.rate_and_decay, steps),
            rule=self.rule,
            epochs=epochs,
            batch_size=size,
            seed=self._seed + self._rounds,
            **({"state": start(net, X, self.ensemble_size)} if first else self._so_far(incremental)),
            sample_weight=weights,
            validation=None if validation is None else self._prepared(validation),
            patience=max(LEAST_PATIENCE, epochs // 2) if choosing else None,
            keep="best" if choosing else "last",
            callbacks=[*([self.callbacks] if callable(self.callbacks) else self.callbacks or ()), *told],
            dtype=self.dtype,
            members=int(self.ensemble_size),
        )
        self._rounds, self._optimized_by = self._rounds + 1, str(self.optimizer)
        vars(self).update(self._as_fitted(model, () if first else self.history_))

    @property
    def rate_and_decay(self) -> tuple[Any, float]:
        """(learning rate, weight decay): those asked for, else what suits a network with hidden layers, or without."""
        rate, decay = LINEAR if self._is_linear else DEEP if self.network is None else READY
        return (
            rate if self.learning_rate is None else self.learning_rate,
            decay if self.weight_decay is None else float(self.weight_decay),
        )

    @property
    def _is_linear(self) -> bool:
        return self.network is None and np.size(self.hidden_layer_sizes) == 0

    def _so_far(self, incremental: bool) -> dict[str, Any]:
        """All that training goes on from; the optimizer of a whole fit begins anew, as its rate does."""
        so_far = {name: getattr(self._model, name) for name in ARRAYS}
        goes_on = incremental and self._optimized_by == str(self.optimizer)
        return so_far if goes_on else {**so_far, "optimizer_state": None}

    def _as_fitted(self, model: Fitted, before: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
        """The learnt attributes; the history goes on where it ended before."""
        records = [{**record, "epoch": len(before) + record["epoch"]} for record in model.history]
        # Interrupted in its first epoch, there is none.
        loss = records[max(model.kept_epoch, 1) - 1]["loss"] if records else np.nan
        history = History([*before, *records])
        return {"_model": model, "history_": history, "n_iter_": len(history), "loss_": loss}

    def _prepared(self, part: Part) -> tuple[Any, Any, Any]:
        """(X, Y, weights) as the network takes them."""
        return self._inputs.apply(part.X, self.dtype, part.rows), self._scaled(part.Y), part.weights

    def _scaled(self, Y: Any) -> np.ndarray:
        return Y if Y.dtype.kind != "f" else self._targets.apply(Y.reshape(len(Y), -1))

    def __sklearn_is_fitted__(self) -> bool:
        """Whether there is a network, and not only what a fit that failed had noted before."""
        return hasattr(self, "_model")

    def _see_that_it_is_fitted(self) -> None:
        if not hasattr(self, "_model"):  # first, since scikit-learn's check takes as long as a small network
            check_is_fitted(self)

    def _ask(self, question: Callable[[Fitted, Any], np.ndarray], X: Any) -> np.ndarray:
        """The network's answer, such as `Fitted.predict` or `Fitted.forward`, for rows as the caller has them."""
        X = self.prepare(X)
        return question(self._model, self._padded(X))[: len(X)]

    @staticmethod
    def _padded(X: Any) -> Any:
        return X if is_stored(X) else pad(X, max(len(X), ROWS))

    def _ask_members(self, X: Any) -> np.ndarray:
        """The prediction of each member, (members, n, outputs)."""
        X = self.prepare(X)
        return self._model.predict_members(self._padded(X))[:, : len(X)]

    def prepare(self, X: Any) -> Any:
        """Rows as the network takes them, (n, width): every column as numbers, scaled; images as they are."""
        self._see_that_it_is_fitted()
        return self._inputs.apply(read_rows(self, X, False, as_columns=bool(self.kinds)), self.dtype)

    def encode(self, X: Any, y: Any) -> np.ndarray:
        """The targets of these rows as the network's loss takes them: class numbers, or y scaled."""
        self._see_that_it_is_fitted()
        return self._scaled(self._encode_more(X, y, "y"))

    def save(self, path: str | Path) -> None:
        """Write the model, with how it prepares a table, as one file that `clearprop.load` reads.

        Parameters that are objects of your own or Python functions (an optimizer, callbacks) are not in it: a loaded
        estimator predicts the same, and has their defaults should it be fitted again.

        Raises:
            ValueError: a part that a file cannot hold, or a place that cannot be written.
        """
        self._see_that_it_is_fitted()
        self.fitted_.save(path)

    @property
    def fitted_(self) -> Fitted:
        """The trained network: it takes rows of `prepare`, and knows the columns and classes they stand for."""
        self._see_that_it_is_fitted()
        before = len(self.history_) - len(self._model.history)  # epochs of the fits that it went on from
        return self._model.replace(
            table=saved.table_of(self), history=self.history_, kept_epoch=before + self._model.kept_epoch
        )

    @property
    def kinds_(self) -> dict[str, Any]:
        """The kind that each column was taken for, and why; empty for images."""
        self._see_that_it_is_fitted()
        return {} if self._inputs.preparation is None else self._inputs.preparation.kinds

    @property
    def coefs_(self) -> list[np.ndarray]:
        """W of each layer that has one, (fan_in, units), float64; of an ensemble, (members, fan_in, units).

        Of a convolution it is (kernel height, kernel width, channels, filters); layers in a block come in their order.
        The first takes the columns of `prepare`, and the last gives y, in your units. Without hidden layers the one W
        takes X's own numbers, too.
        """
        self._see_that_it_is_fitted()
        return units.weights(self._model, self._inputs, self._targets)[0]

    @property
    def intercepts_(self) -> list[np.ndarray]:
        """b of each layer, (units,), in the same units as `coefs_`."""
        self._see_that_it_is_fitted()
        return units.weights(self._model, self._inputs, self._targets)[1]

    def __sklearn_tags__(self) -> Any:
        """Gaps, text, categories, sparse matrices and images are welcome."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = tags.input_tags.string = tags.input_tags.categorical = True
        tags.input_tags.sparse = tags.input_tags.three_d_array = True
        return tags

    def _restore(self, fitted: Fitted, inputs: Inputs, targets: Scale) -> None:
        """Be as after the fit that this model came from; see `clearprop.estimators.saved`."""
        vars(self).update(self._as_fitted(fitted))
        self._inputs, self._targets, self._seed, self._rounds = inputs, targets, 0, 1
        self._optimized_by = ""
        self.n_features_in_, self.target_name_ = fitted.table.n_columns, fitted.table.target
        if fitted.table.columns:
            self.feature_names_in_ = np.array(fitted.table.columns, object)

    # What a target is: the two estimators' own.

    def _y_options(self) -> dict[str, Any]:
        return {}

    def _weigh(self, Y: Any, sample_weight: Any, learn: bool) -> Any:
        return sample_weight

    def _strata(self, Y: Any) -> Any:
        return None

    @abc.abstractmethod
    def _encode(self, y: Any, first: bool) -> np.ndarray:
        """y as the loss takes it; what it learns from the first y, it notes."""

    @abc.abstractmethod
    def _problem(self) -> tuple[Any, int, str | None]:
        """(loss, units of the last layer, the activation after it or None where the loss is fused with it)"""

    @abc.abstractmethod
    def _target_scale(self, loss: Any, Y: Any, weights: Any, outputs: int) -> Scale:
        """How targets are scaled."""
