"""`DeepRegressor`: a network that predicts numbers."""

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin, _fit_context
from sklearn.utils.validation import column_or_1d

from clearprop import losses
from clearprop.errors import DataError
from clearprop.estimators.base import DeepEstimator
from clearprop.estimators.inputs import Inputs
from clearprop.estimators.scale import Scale
from clearprop.i18n import _
from clearprop.train import Fitted


class DeepRegressor(RegressorMixin, DeepEstimator):
    """A deep network for one number a row, or several, with scikit-learn's contract.

    ŷ = s (A W + b) + m: the network learns y scaled to mean 0 and spread 1 (each output on its own), and its answers
    are scaled back, in float64. With several outputs the loss of a row is the mean over them.

    Args:
        hidden_layer_sizes: units of each hidden layer; () is linear regression.
        activation: of the hidden units, one name or one for each layer.
        loss: "auto" (squared), a name or object of `clearprop.losses`, or your own. Losses of plain numbers see scaled
            targets (Huber's δ is in spreads of y); those of counts ("log_poisson") see them as they are.
        optimizer: a name of `clearprop.optim`; an object brings its own rate and decay.
        learning_rate: the size of the first step, from which it falls to 0 along half a cosine over the epochs; or a
            schedule, such as `optim.schedules.constant(1e-3)`, which is taken as it is. None: 0.001, and without hidden
            layers 0.03.
        batch_size: rows a step; "auto": 64, and more for tables of over 14,000 rows; None for all at once.
        epochs: how many times to go through the rows, at most.
        dropout: the share of hidden units left out in each step, and 0.4 of it the share of inputs; it fades in the
            second half of the training.
        weight_decay: w ← w − η λ w at every step; None: λ = 0.3, and without hidden layers 0.
        rule: how the error reaches each layer.
        early_stopping: hold rows out, keep the weights of the epoch that predicts them best, stop after half of the
            epochs without a better one. A table too small to spare a row is learnt from whole.
        validation_fraction: the share of rows held out.
        ensemble_size: how many networks are trained together; their mean is the prediction, their spread says how sure.
        callbacks: functions `callback(run, record)`, see `clearprop.train.Run`.
        dtype: "float32" or "float64".
        random_state: of the first weights, the rows held out, and the order of rows.
        warm_start: whether `fit` goes on from the weights it has.
        kinds: {column: "number", "category", "boolean", "date" or "drop"} where the kind found is not the right one.
        network: for images (n, height, width, channels), in place of hidden layers: "lenet", "vgg_small", "resnet"; a
            function of the number of outputs that returns layers; or the layers, the last of them with an output each.
        front_end: "v1" for a fixed first stage after the visual cortex, or a layer of your own.
        augment: random changes of the training images: "flip", "crop", "color" with commas between, or layers.

    Attributes:
        n_features_in_, feature_names_in_: the columns of X; names where they are text.
        n_outputs_: numbers a row.
        history_: a record an epoch, the loss in the units it is learnt in.
        n_iter_: epochs gone through.
        loss_: the training loss of the epoch whose weights these are.
        kinds_: the kind that each column was taken for, and why.
        coefs_, intercepts_: W and b of each layer; the last gives y in your units.
        fitted_: the trained network.

    >>> X = np.arange(40.0).reshape(-1, 1)
    >>> line = DeepRegressor((), optimizer="gradient_descent", learning_rate=0.1, batch_size=None, early_stopping=False)
    >>> line.fit(X, 3 * X[:, 0] + 1).predict([[100.0]])
    array([301.])
    """

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
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> "DeepRegressor":
        """Go once through these rows, from the weights as they are; the first call sets the scales of X and y."""
        return self._partial_fit(X, y, sample_weight)

    def predict(self, X: Any) -> np.ndarray:
        """ŷ for each row of X: (n,), or (n, outputs) if y had several."""
        return self._in_units(self._ask(Fitted.predict, X))

    def predict_members(self, X: Any) -> np.ndarray:
        """ŷ by each member of the ensemble, (members, n) or (members, n, outputs); `predict` is their mean."""
        return self._in_units(self._ask_members(X))

    def _in_units(self, Y_hat: np.ndarray) -> np.ndarray:
        Y_hat = self._targets.undo(Y_hat.astype(np.float64))
        return Y_hat[..., 0] if self._single else Y_hat

    def __sklearn_tags__(self) -> Any:
        """Several outputs are welcome."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def _y_options(self) -> dict[str, Any]:
        return {"y_numeric": True}

    def _encode(self, y: Any, first: bool) -> np.ndarray:
        y = np.asarray(y, np.float64)
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        if first:
            self._single, self.n_outputs_ = y.ndim == 1, 1 if y.ndim == 1 else y.shape[1]
        Y = y.reshape(len(y), -1)
        if Y.shape[1] != self.n_outputs_:
            raise DataError(
                _("y has {m} outputs a row; the network was made for {n}.").format(m=Y.shape[1], n=self.n_outputs_)
            )
        return Y

    def _restore(self, fitted: Fitted, inputs: Inputs, targets: Scale) -> None:
        self._single, self.n_outputs_ = fitted.table.flat, len(fitted.table.target_mean)
        super()._restore(fitted, inputs, targets)

    def _problem(self) -> tuple[Any, int, str | None]:
        loss = losses.get("squared" if self.loss == "auto" else self.loss)
        if getattr(loss, "targets", "number") in ("class", "probability"):
            raise DataError(_("The loss {!r} is for classes: use DeepClassifier, or a loss for numbers.").format(loss))
        return loss, self.n_outputs_, "exponential" if isinstance(loss, losses.Poisson) else None

    def _target_scale(self, loss: Any, Y: Any, weights: Any, outputs: int) -> Scale:
        plain = getattr(loss, "targets", "number") == "number" and getattr(loss, "output", "identity") == "identity"
        return Scale.of(Y, weights) if plain else Scale.none(outputs)
