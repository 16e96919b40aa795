"""`DeepClassifier`: a network that predicts classes and their probabilities."""

from typing import Any, ClassVar

import numpy as np
from scipy.sparse import issparse
from scipy.special import expit
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.multiclass import _check_partial_fit_first_call, check_classification_targets, type_of_target
from sklearn.utils.validation import column_or_1d

from clearprop import losses
from clearprop.errors import ClearpropError, DataError
from clearprop.estimators.base import DeepEstimator
from clearprop.estimators.inputs import Inputs
from clearprop.estimators.scale import Scale
from clearprop.estimators.weights import of_classes
from clearprop.i18n import _
from clearprop.train import Fitted


class DeepClassifier(ClassifierMixin, DeepEstimator):
    """A deep network for classes, with scikit-learn's contract.

    Two classes: one sigmoid unit, p = σ(z). More: P = softmax(Z). Labels that do not exclude each other (y an indicator
    matrix of 0 and 1): a sigmoid unit for each.

    Args:
        hidden_layer_sizes: units of each hidden layer; () is logistic regression.
        activation: of the hidden units, one name or one for each layer.
        loss: "auto" (the cross-entropy that fits y), a name or object of `clearprop.losses`, or your own.
        optimizer: a name of `clearprop.optim`; an object brings its own rate and decay.
        learning_rate: the size of the first step, from which it falls to 0 along half a cosine over the epochs; or a
            schedule, such as `optim.schedules.constant(1e-3)`, which is taken as it is. None: 0.001, and without hidden
            layers 0.03.
        batch_size: rows a step; "auto": 64, and more for tables of over 14,000 rows; None for all at once.
        epochs: how many times to go through the rows, at most.
        dropout: the share of hidden units left out in each step, and 0.4 of it the share of inputs; it fades in the
            second half of the training.
        weight_decay: w ← w − η λ w at every step; None: λ = 0.3, and without hidden layers 0.
        class_weight: {class: weight}, or "balanced": each class counts the same in all.
        rule: how the error reaches each layer.
        early_stopping: hold rows out (of each class in proportion), keep the weights of the epoch that predicts them
            best, stop after half of the epochs without a better one. A table too small to spare a row is learnt from
            whole.
        validation_fraction: the share of rows held out.
        ensemble_size: how many networks are trained together; their mean is the prediction, their spread says how sure.
        callbacks: functions `callback(run, record)`, see `clearprop.train.Run`.
        dtype: "float32" or "float64".
        random_state: of the first weights, the rows held out, and the order of rows.
        warm_start: whether `fit` goes on from the weights it has; y may then have no new class.
        kinds: {column: "number", "category", "boolean", "date" or "drop"} where the kind found is not the right one.
        network: for images (n, height, width, channels), in place of hidden layers: "lenet", "vgg_small", "resnet"; a
            function of the number of outputs that returns layers; or the layers, the last of them with an output each.
        front_end: "v1" for a fixed first stage after the visual cortex, or a layer of your own.
        augment: random changes of the training images: "flip", "crop", "color" with commas between, or layers.

    Attributes:
        classes_: the classes, sorted; for an indicator matrix the numbers of its columns.
        n_features_in_, feature_names_in_: the columns of X; names where they are text.
        n_outputs_: units of the last layer.
        history_: a record an epoch.
        n_iter_: epochs gone through.
        loss_: the training loss of the epoch whose weights these are.
        class_counts_: how many rows each class had.
        kinds_: the kind that each column was taken for, and why.
        coefs_, intercepts_: W and b of each layer.
        fitted_: the trained network.

    >>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]] * 10), np.array(["low", "low", "high", "high"] * 10)
    >>> one_unit = DeepClassifier((), learning_rate=0.1, random_state=0).fit(X, y)
    >>> one_unit.predict([[-1.0], [4.0]])
    array(['low', 'high'], dtype='<U4')
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **DeepEstimator._parameter_constraints,
        "class_weight": [StrOptions({"balanced"}), dict, None],
    }

    def __init__(
        self,
        hidden_layer_sizes: Any = (256, 256, 256),
        *,
        activation: Any = "relu",
        loss: Any = "auto",
        optimizer: Any = "adam",
        learning_rate: Any = None,
        batch_size: Any = "auto",
        epochs: Any = 100,
        dropout: Any = 0.5,
        weight_decay: Any = None,
        class_weight: Any = None,
        rule: Any = "backprop",
        early_stopping: Any = False,
        validation_fraction: Any = 0.1,
        ensemble_size: Any = 1,
        callbacks: Any = None,
        dtype: Any = "float32",
        random_state: Any = None,
        warm_start: Any = False,
        kinds: Any = None,
        network: Any = None,
        front_end: Any = None,
        augment: Any = None,
    ):
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.loss = loss
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.epochs = epochs
        self.dropout = dropout
        self.weight_decay = weight_decay
        self.class_weight = class_weight
        self.rule = rule
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.ensemble_size = ensemble_size
        self.callbacks = callbacks
        self.dtype = dtype
        self.random_state = random_state
        self.warm_start = warm_start
        self.kinds = kinds
        self.network = network
        self.front_end = front_end
        self.augment = augment

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> "DeepClassifier":
        """Go once through these rows, from the weights as they are; the first call sets the scale of X.

        Args:
            X: (n, columns), as for `fit`.
            y: (n,) classes, or an indicator matrix.
            classes: all classes that will ever come; the first call needs them.
            sample_weight: (n,) how much each row counts.

        Raises:
            ValueError: data that cannot be used, or class_weight="balanced", which asks for all rows at once.
        """
        if isinstance(self.class_weight, str):
            raise ClearpropError(
                _("class_weight='balanced' needs all rows at once: for partial_fit, give a dict of weights.")
            )
        if not hasattr(self, "_model"):
            vars(self).pop("classes_", None)  # of a first call that failed
        _check_partial_fit_first_call(self, classes)
        return self._partial_fit(X, y, sample_weight)

    def predict(self, X: Any) -> np.ndarray:
        """The likeliest class of each row, (n,); for labels 0 or 1 for each, (n, labels)."""
        Z = self.decision_function(X)
        if self._labels:
            return (Z > 0).astype(int)
        return self.classes_[(Z > 0).astype(int) if self._binary else Z.argmax(1)]

    def predict_proba(self, X: Any) -> np.ndarray:
        """The probability of each class, (n, classes) in the order of `classes_`; or of each label, (n, labels)."""
        self._see_that_it_is_fitted()
        if not self._binary:
            return self._ask(Fitted.predict, X)
        Z = self.decision_function(X)
        return np.column_stack([expit(-Z), expit(Z)])  # 1 − σ(z) = σ(−z), which keeps its digits

    def predict_members(self, X: Any) -> np.ndarray:
        """The probabilities by each member, (members, n, classes or labels); `predict_proba` is their mean."""
        P = self._ask_members(X)
        return np.concatenate([1 - P, P], axis=-1) if self._binary else P

    def decision_function(self, X: Any) -> np.ndarray:
        """Z before the last sigmoid or softmax: (n,) of two classes (above 0 the second), else (n, classes)."""
        Z = self._ask(Fitted.forward, X)
        if self._problem()[2]:  # the loss is not fused: Z went through the activation
            Z = np.clip(Z, np.finfo(Z.dtype).tiny, 1 - np.finfo(Z.dtype).epsneg)
            Z = np.log(Z) - np.log1p(-Z) if self._binary or self._labels else np.log(Z)
        return Z[:, 0] if self._binary else Z

    def __sklearn_tags__(self) -> Any:
        """Labels that do not exclude each other are welcome."""
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

    @property
    def _binary(self) -> bool:
        return not self._labels and self.n_outputs_ == 1

    def _encode(self, y: Any, first: bool) -> np.ndarray:
        """Indicators as they are; classes as their places in `classes_`."""
        y = y.toarray() if issparse(y) else np.asarray(y)
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        check_classification_targets(y)
        labels = type_of_target(y).startswith("multilabel")
        if y.ndim > 1 and not labels:
            raise DataError(_("y has {n} columns of classes: give one column, or 0 and 1.").format(n=y.shape[1]))
        if first:
            self._meet(y, labels)
        if labels != self._labels or (labels and y.shape[1] != len(self.classes_)):
            raise DataError(_("y is of another form than the one that was learnt from."))
        codes = y.astype(np.int32) if labels else self._codes(y)
        if first:
            self.class_counts_ = codes.sum(0) if labels else np.bincount(codes, minlength=len(self.classes_))
        return codes

    def _restore(self, fitted: Fitted, inputs: Inputs, targets: Scale) -> None:
        table = fitted.table
        self.classes_, self._labels = np.array(table.classes), table.labels
        self.class_counts_ = np.array(table.class_counts)
        self.n_outputs_ = self._units(fitted.loss)
        super()._restore(fitted, inputs, targets)

    def _meet(self, y: np.ndarray, labels: bool) -> None:
        """Note the classes (those that `partial_fit` was told of) and how many units they need."""
        if not hasattr(self, "classes_"):
            self.classes_ = np.arange(y.shape[1]) if labels else np.unique(y)
        self._labels = labels
        if not labels and len(self.classes_) < 2:
            raise DataError(
                _("y has only one class, {!r}: a classifier needs two or more.").format(self.classes_.tolist()[0])
            )
        self.n_outputs_ = self._units(self._loss())

    def _units(self, loss: Any) -> int:
        """Units of the last layer: one for two classes, unless the loss compares a probability of each."""
        pair = not self._labels and len(self.classes_) == 2 and not isinstance(loss, losses.Classes)
        return 1 if pair else len(self.classes_)

    def _codes(self, y: np.ndarray) -> np.ndarray:
        codes = np.minimum(np.searchsorted(self.classes_, y), len(self.classes_) - 1)
        unseen = self.classes_[codes] != y
        if np.any(unseen):
            raise DataError(
                _("y has the class {new!r}, which was not there at first; known: {known}.").format(
                    new=y[unseen].tolist()[0], known=", ".join(map(repr, self.classes_.tolist()))
                )
            )
        return codes.astype(np.int32)

    def _weigh(self, Y: Any, sample_weight: Any, learn: bool) -> Any:
        """Sample weights times class weights, which the validation rows get too."""
        if self.class_weight is None:
            return sample_weight
        if self._labels:
            raise ClearpropError(
                _("class_weight is for classes that exclude each other: use sample_weight for labels.")
            )
        if learn:
            self._class_weights = of_classes(self.class_weight, self.classes_, Y, sample_weight)
        each = self._class_weights[Y]
        return each if sample_weight is None else each * sample_weight

    def _strata(self, Y: Any) -> Any:
        return None if self._labels else Y

    def _loss(self) -> Any:
        if self.loss != "auto":
            return losses.get(self.loss)
        several = not self._labels and len(self.classes_) > 2
        return losses.get("softmax_cross_entropy" if several else "sigmoid_cross_entropy")

    def _problem(self) -> tuple[Any, int, str | None]:
        loss = self._loss()
        exclusive = not self._labels and self.n_outputs_ > 1
        if exclusive != isinstance(loss, losses.Classes) and isinstance(loss, losses.Loss):
            sentence = (
                _("The loss {loss!r} does not fit this y: softmax_cross_entropy is for three and more classes.")
                if exclusive
                else _(
                    "The loss {loss!r} does not fit this y: sigmoid_cross_entropy is for two classes, and for labels."
                )
            )
            raise ClearpropError(sentence.format(loss=loss))
        fused = getattr(loss, "output", "identity") != "identity"
        return loss, self.n_outputs_, None if fused else "softmax" if exclusive else "sigmoid"

    def _target_scale(self, loss: Any, Y: Any, weights: Any, outputs: int) -> Scale:
        return Scale.none(outputs)
