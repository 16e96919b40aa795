"""What both estimators share: rows are read, scaled, partly held out, and learnt from."""

import abc
from collections.abc import Callable
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator, _fit_context
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import (
    _check_sample_weight,  # pyright: ignore[reportPrivateUsage]
    check_array,
    check_consistent_length,
    check_is_fitted,
    validate_data,
)

from clearprop import activations, losses, optim, rules
from clearprop.data.split import hold_out
from clearprop.errors import ClearpropError
from clearprop.estimators import units
from clearprop.estimators.architecture import network, optimizer
from clearprop.estimators.scale import Scale
from clearprop.i18n import _
from clearprop.train import Fitted, History, fit
from clearprop.train.rows import pad

PATIENCE = 20
"""Epochs in a row without a better validation loss before training stops.

Twice scikit-learn's 10: a tenth of a small table is a noisy judge, and since the best epoch's weights are kept,
patience costs time and never the result.
"""

ROWS = 32
"""Rows that a prediction is computed for at least: one row or a few take as long, share a compiled program, and get the
same answer to the bit."""

FLOATS = [np.float64, np.float32]


class DeepEstimator(BaseEstimator, metaclass=abc.ABCMeta):
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
        "learning_rate": [Interval(Real, 0, None, closed="neither"), callable],
        "batch_size": [Interval(Integral, 1, None, closed="left"), None],
        "epochs": [Interval(Integral, 1, None, closed="left")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "weight_decay": [Interval(Real, 0, None, closed="left")],
        "rule": [StrOptions(set(rules.RULES.classes)), rules.Rule],
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "ensemble_size": [Interval(Integral, 1, None, closed="left")],
        "callbacks": [list, tuple, callable, None],
        "dtype": [StrOptions({"float32", "float64"})],
        "random_state": ["random_state"],
        "warm_start": ["boolean"],
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

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any, sample_weight: Any = None, X_val: Any = None, y_val: Any = None) -> Any:
        """Learn from these rows; what was learnt before is forgotten, unless `warm_start`.

        Args:
            X: (n, features) numbers.
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
        X, Y, weights = self._read(X, y, sample_weight, first, 2)
        if first:
            self._seed, self._rounds = int(check_random_state(self.random_state).randint(2**31 - 1)), 0
        rows, validation = self._split(X, Y, weights, X_val, y_val)
        self._learn(*rows, validation, first, int(self.epochs), self.early_stopping and validation is not None)
        return self

    def _partial_fit(self, X: Any, y: Any, sample_weight: Any) -> Any:
        """One epoch over these rows, from the weights as they are."""
        first = not hasattr(self, "_model")
        X, Y, weights = self._read(X, y, sample_weight, first, 1)
        if first:
            self._seed, self._rounds = int(check_random_state(self.random_state).randint(2**31 - 1)), 0
        self._learn(X, Y, weights, None, first, 1, False)
        return self

    def _read(self, X: Any, y: Any, sample_weight: Any, first: bool, least: int) -> tuple[Any, Any, Any]:
        """(X, the targets as the loss takes them, the weights or None), all checked."""
        if self.ensemble_size > 1:
            raise ClearpropError(_("ensemble_size above 1 is not there yet: use 1."))
        X, y = validate_data(
            self, X, y, reset=first, dtype=FLOATS, multi_output=True, ensure_min_samples=least, **self._y_options()
        )
        Y = self._encode(y, first)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        return X, Y, self._weigh(Y, sample_weight, True)

    def _split(self, X: Any, Y: Any, weights: Any, X_val: Any, y_val: Any) -> tuple[tuple[Any, Any, Any], Any]:
        """((X, Y, weights) to learn from, those to judge by or None)"""
        if (X_val is None) != (y_val is None):
            raise ClearpropError(_("X_val and y_val come together: one of them is missing."))
        if X_val is not None:
            return (X, Y, weights), self._own_validation(X_val, y_val)
        classes = self._strata(Y)
        spare = len(X) - (1 if classes is None else len(np.unique(classes)))
        if not self.early_stopping or spare < 1:
            return (X, Y, weights), None
        learn, judge = hold_out(len(X), float(self.validation_fraction), seed=self._seed, classes=classes)
        if weights is None:
            return (X[learn], Y[learn], None), (X[judge], Y[judge], None)
        if not (weights[learn].any() and weights[judge].any()):
            return (X, Y, weights), None  # either part would be without a row that counts
        return (X[learn], Y[learn], weights[learn]), (X[judge], Y[judge], weights[judge])

    def _own_validation(self, X_val: Any, y_val: Any) -> tuple[Any, Any, Any]:
        X_val = validate_data(self, X_val, reset=False, dtype=FLOATS)
        y_val = check_array(
            y_val,
            ensure_2d=False,
            dtype=None,  # pyright: ignore[reportArgumentType]
            accept_sparse="csr",  # pyright: ignore[reportArgumentType]
            input_name="y_val",
        )
        check_consistent_length(X_val, y_val)
        Y = self._encode(y_val, False)
        return X_val, Y, self._weigh(Y, None, False)

    def _learn(self, X: Any, Y: Any, weights: Any, validation: Any, first: bool, epochs: int, keep_best: bool) -> None:
        """Scale, train, and note what was learnt."""
        loss, outputs, output = self._problem()
        if first:
            self._inputs, self._targets = Scale.of(X, weights), self._target_scale(loss, Y, weights, outputs)
        model = fit(
            network(self.hidden_layer_sizes, self.activation, self.dropout, outputs, output),
            *self._scaled(X, Y),
            loss=loss,
            optimizer=optimizer(self.optimizer, self.learning_rate, float(self.weight_decay)),
            rule=self.rule,
            epochs=epochs,
            batch_size=None if self.batch_size is None else int(self.batch_size),
            seed=self._seed + self._rounds,
            params=None if first else self._model.params,
            state=None if first else self._model.state,
            sample_weight=weights,
            validation=None if validation is None else (*self._scaled(*validation[:2]), validation[2]),
            patience=PATIENCE if keep_best else None,
            keep="best" if keep_best else "last",
            callbacks=[self.callbacks] if callable(self.callbacks) else self.callbacks or (),
            dtype=self.dtype,
        )
        self._note(model, History() if first else self.history_)

    def _note(self, model: Fitted, before: History) -> None:
        """The learnt attributes; the history goes on where it ended before."""
        records = [{**record, "epoch": len(before) + record["epoch"]} for record in model.history]
        self._model, self._rounds = model, self._rounds + 1
        self.history_ = History([*before, *records])
        self.n_iter_ = len(self.history_)
        # Interrupted in its first epoch, there is none.
        self.loss_ = records[max(model.kept_epoch, 1) - 1]["loss"] if records else np.nan

    def _scaled(self, X: Any, Y: Any) -> tuple[np.ndarray, np.ndarray]:
        if Y.dtype.kind != "f":
            return self._inputs.apply(X), Y
        return self._inputs.apply(X), self._targets.apply(Y.reshape(len(Y), -1))

    def __sklearn_is_fitted__(self) -> bool:
        """Whether there is a network, and not only what a fit that failed had noted before."""
        return hasattr(self, "_model")

    def _see_that_it_is_fitted(self) -> None:
        if not hasattr(self, "_model"):  # first, since scikit-learn's check takes as long as a small network
            check_is_fitted(self)

    def _ask(self, question: Callable[[Fitted, Any], np.ndarray], X: Any) -> np.ndarray:
        """The network's answer, `Fitted.predict` or `Fitted.forward`, for rows as the caller has them."""
        self._see_that_it_is_fitted()
        X = self._inputs.apply(validate_data(self, X, reset=False, dtype=FLOATS))
        return question(self._model, pad(X, max(len(X), ROWS)))[: len(X)]

    @property
    def fitted_(self) -> Fitted:
        """The trained network as a model of its own: it takes X, and gives y, in your units."""
        self._see_that_it_is_fitted()
        return units.alone(self._model, self._inputs, self._targets)

    @property
    def coefs_(self) -> list[np.ndarray]:
        """W of each layer, (fan_in, units), float64; the first for X, the last for y, in your units."""
        self._see_that_it_is_fitted()
        return units.weights(self._model, self._inputs, self._targets)[0]

    @property
    def intercepts_(self) -> list[np.ndarray]:
        """b of each layer, (units,), in the same units as `coefs_`."""
        self._see_that_it_is_fitted()
        return units.weights(self._model, self._inputs, self._targets)[1]

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
