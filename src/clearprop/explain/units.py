"""What the hidden units respond to, which of them are dead or saturated, and whether the error reaches all layers.

One forward pass of prediction (nothing dropped, statistics as they were learnt) and back propagation of the loss, on
the user's own rows: see `activity` for what is said of a unit, and `norms` for what is said of a layer.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from clearprop import activations, layers
from clearprop.errors import ClearpropError
from clearprop.explain.activity import HiddenLayer, Targets, activity
from clearprop.explain.advice import advice_on, of_the_plain_forward
from clearprop.explain.answers import answers
from clearprop.explain.besides import predicts_by_forward
from clearprop.explain.boundary import input_names
from clearprop.explain.model import as_fitted
from clearprop.explain.norms import Norms, Verdict, activation_verdict, error_verdict, has_weights, norms_by_layer
from clearprop.explain.spy import Tape, spied
from clearprop.i18n import _, number
from clearprop.layers.base import inference
from clearprop.train import Fitted
from clearprop.train.fitted import precision

SHOWN = 3
"""Units of a layer that the text tells of: the most selective ones."""

KEEP_INPUTS_APART = (
    layers.Standardize,
    layers.Scale,
    layers.Flatten,
    layers.Reshape,
    layers.Dropout,
    layers.BatchNorm,
    layers.Activation,
    layers.RandomFlip,
    layers.RandomCrop,
    layers.RandomColor,
)
"""Layers that leave every input a number of its own, in its place."""


@dataclass(frozen=True)
class Units:
    """What was found.

    Attributes:
        layers: the hidden layers, each with an activation, from the inputs on.
        norms: the layers with weights, from the inputs on.
        rows: how many rows they were asked about.
        names: of the inputs.
        classes: the names of the classes; none where a number is predicted.
        input_shape: of one row.
        plain: whether the network predicts by the plain forward that was looked at; forward_forward does not.
    """

    layers: tuple[HiddenLayer, ...]
    norms: tuple[Norms, ...]
    rows: int
    names: tuple[str, ...]
    classes: tuple[str, ...]
    input_shape: tuple[int, ...]
    plain: bool = True

    @property
    def errors(self) -> tuple[float, Verdict]:
        """(the error at the first layer / at the last, "vanishing", "exploding", "healthy" or "no error")"""
        return error_verdict(self.norms)

    @property
    def activations(self) -> tuple[float, Verdict]:
        """(activations of the last hidden layer / of the first, "vanishing", "exploding" or "healthy")"""
        return activation_verdict(self.norms)

    def advice(self) -> list[str]:
        """What to do about what was found; one sentence where nothing is wrong; and what it does not hold for."""
        return advice_on(self.layers, self.norms) + ([] if self.plain else [of_the_plain_forward()])

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON; what is not defined is null."""
        verdicts = {"errors": self.errors, "activations": self.activations}
        return {
            "rows": self.rows,
            "classes": list(self.classes),
            "verdicts": {what: {"ratio": _finite(r), "verdict": verdict} for what, (r, verdict) in verdicts.items()},
            "norms": [
                {key: _finite(value) if isinstance(value, float) else value for key, value in layer._asdict().items()}
                for layer in self.norms
            ],
            "layers": [
                {
                    "place": layer.place,
                    "dead": int(layer.dead.sum()),
                    "saturated": int(layer.saturated.sum()),
                    "image": list(layer.image),
                    "inputs_by": "weight" if layer.by_weight else "correlation",
                    "units": [self.unit(layer, index) for index in range(len(layer))],
                }
                for layer in self.layers
            ],
        }

    def unit(self, layer: HiddenLayer, index: int) -> dict[str, Any]:
        """One unit as plain values."""
        strongest = zip(layer.inputs[index], layer.strength[index], strict=True)
        return {
            "unit": index,
            "mean": _finite(layer.mean[index]),
            "deviation": _finite(layer.deviation[index]),
            "active": _finite(layer.active[index]),
            "dead": bool(layer.dead[index]),
            "saturated": bool(layer.saturated[index]),
            "prefers": self.classes[layer.prefers[index]] if layer.prefers[index] >= 0 else None,
            "selectivity": _finite(layer.selectivity[index]),
            "correlation": _finite(layer.correlation[index]),
            "class_means": {
                name: _finite(mean) for name, mean in zip(self.classes, layer.class_means[index], strict=True)
            },
            "inputs": [[self.names[j], _finite(strength)] for j, strength in strongest],
            "rows": layer.rows[index].tolist(),
        }

    def text(self) -> str:
        """What was found, in a few lines a layer."""
        lines = [*(self._norms(layer) for layer in self.norms)]
        for place, layer in enumerate(self.layers, 1):
            lines += [self._layer(place, layer), *(self._unit(layer, index) for index in leading(layer, SHOWN))]
        return "\n".join([*lines, *self.advice()])

    def _norms(self, layer: Norms) -> str:
        return _(
            "{place}: activations {a:.3g}, error {e:.2e}, weights {w:.3g}, gradient {g:.2e}, {r:.1e} of the weights."
        ).format(
            place=layer.place,
            a=layer.activations,
            e=layer.errors_of_sums,
            w=layer.weights,
            g=layer.gradient,
            r=layer.relative,
        )

    def _layer(self, place: int, layer: HiddenLayer) -> str:
        if layer.image:
            return _(
                "Hidden layer {number} ({place}): {units:,} filters at {height:,} × {width:,} places, active at"
                " {active:.0%} of them; {dead:,} dead, {saturated:,} saturated."
            ).format(height=layer.image[0], width=layer.image[1], **self._of_layer(place, layer))
        return _(
            "Hidden layer {number} ({place}): {units:,} units, active on {active:.0%} of the rows; {dead:,} dead,"
            " {saturated:,} saturated."
        ).format(**self._of_layer(place, layer))

    @staticmethod
    def _of_layer(place: int, layer: HiddenLayer) -> dict[str, Any]:
        return {
            "number": place,
            "place": layer.place,
            "units": len(layer),
            "active": float(layer.active.mean()),
            "dead": int(layer.dead.sum()),
            "saturated": int(layer.saturated.sum()),
        }

    def _filter(self, layer: HiddenLayer, index: int) -> str:
        """Of a filter it says nothing of single pixels: it looks at all of them."""
        said = {"unit": index + 1, "active": layer.active[index]}
        if layer.prefers[index] >= 0 and math.isfinite(layer.selectivity[index]):
            name, auc = self.classes[layer.prefers[index]], layer.selectivity[index]
            return _("  Filter {unit}: prefers {name} (AUC {auc:.2f}); active at {active:.0%} of the places.").format(
                name=name, auc=auc, **said
            )
        if math.isfinite(layer.correlation[index]):
            return _(
                "  Filter {unit}: correlation {r:.2f} with the target; active at {active:.0%} of the places."
            ).format(r=layer.correlation[index], **said)
        return _("  Filter {unit}: active at {active:.0%} of the places.").format(**said)

    def _unit(self, layer: HiddenLayer, index: int) -> str:
        if layer.image:
            return self._filter(layer, index)
        strongest = zip(layer.inputs[index], layer.strength[index], strict=True)
        called = "[{}]" if len(self.input_shape) > 1 else "{}"
        inputs = ", ".join(f"{called.format(self.names[j])} ({number(strength, '+.2g')})" for j, strength in strongest)
        said = {"unit": index + 1, "inputs": inputs, "active": layer.active[index]}
        if layer.prefers[index] >= 0 and math.isfinite(layer.selectivity[index]):
            name, auc = self.classes[layer.prefers[index]], layer.selectivity[index]
            return _(
                "  Unit {unit}: prefers {name} (AUC {auc:.2f}); active on {active:.0%} of the rows; goes by {inputs}."
            ).format(name=name, auc=auc, **said)
        if math.isfinite(layer.correlation[index]):
            return _(
                "  Unit {unit}: correlation {r:.2f} with the target; active on {active:.0%} of the rows; goes by"
                " {inputs}."
            ).format(r=layer.correlation[index], **said)
        return _("  Unit {unit}: active on {active:.0%} of the rows; goes by {inputs}.").format(**said)


def leading(layer: HiddenLayer, most: int) -> list[int]:
    """The units that are most selective for a class, or go most with the target, in order; none that are dead."""
    merit = np.nan_to_num(np.where(np.isnan(layer.selectivity), np.abs(layer.correlation), layer.selectivity))
    order = [int(index) for index in np.argsort(-merit, kind="stable") if not layer.dead[index]]
    return order[:most]


def units(
    model: Any,
    X: Any,
    Y: Any,
    *,
    rows: int = 1024,
    seed: int = 0,
    names: Sequence[str] | None = None,
    classes: Sequence[Any] | None = None,
) -> Units:
    """What each hidden unit responds to, and how activations, errors and gradients fare from layer to layer.

    Args:
        model: a `Fitted`, or an estimator that was fitted; of an ensemble, the first member. The error is back
            propagation's, whatever rule it was trained by; and the activities are the plain forward's, also where the
            rule predicts in a way of its own, as forward_forward does: then neither is what the network works with, and
            the advice says so.
        X, Y: rows and targets, as `train.fit`, or the estimator's `fit`, takes them.
        rows: at most so many of them are used, drawn with
        seed: the seed. Rows are told by their number in X.
        names: of the inputs, and
        classes: of the classes; by default the table's, if the network knows one, else numbers.

    Hidden layers are all activations but the network's last layer and the identity, those in blocks too. Of a layer on
    images the units are its filters: what is said of rows holds for all places of all rows.

    Raises:
        DataError: rows that the network does not take.
        ClearpropError: fewer than 1 row, or other numbers of names than of inputs or classes.

    >>> from clearprop import layers, Network, train
    >>> X = np.random.default_rng(0).normal(size=(100, 2))
    >>> net = Network([layers.Dense(8), layers.Activation("tanh"), layers.Dense(2)])
    >>> found = units(train.fit(net, X, (X[:, 0] > 0).astype(int), loss="softmax_cross_entropy"), X, X[:, 0] > 0)
    >>> len(found.layers[0]), found.errors[1], found.names
    (8, 'healthy', ('0', '1'))
    """
    fitted, X, Y = as_fitted(model, X, Y)
    one = fitted.member(0)
    X, Y = one.check(X, Y)
    if rows < 1:
        raise ClearpropError(_("Units are asked about 1 row or more, not {}.").format(rows))
    picked = np.sort(np.random.default_rng(seed).permutation(len(X))[:rows])
    called, targets = _input_names(one, names), _targets(one, Y[picked], classes)
    calls = _calls(one, X[picked], Y[picked])
    flat = X[picked].reshape(len(picked), -1).astype(np.float64)
    with precision(one.dtype):
        hidden = [
            activity(
                call.place,
                call.layer.function,
                *(call.given, call.result, call.ways_back[0].result),
                flat,
                targets,
                _weights_into(place, calls, flat.shape[1]),
            )
            for place, call in enumerate(calls)
            if _is_hidden(place, calls)
        ]
    found = tuple(replace(layer, rows=picked[layer.rows]) for layer in hidden)
    norms = norms_by_layer(calls, len(picked))
    shape, plain = tuple(one.input_shape), predicts_by_forward(one)
    return Units(found, norms, len(picked), called, targets.classes, shape, plain)


def _calls(fitted: Fitted, X: np.ndarray, Y: np.ndarray) -> list[Any]:
    """The forward calls of the layers that hold no others, each with its way back, in order."""
    tape = Tape()
    network = spied(fitted.network, tape)
    with precision(fitted.dtype):
        pass_ = inference(len(X), fitted.dtype)
        params, state = jax.tree.map(jnp.asarray, (fitted.params, fitted.state))
        Y_hat, backprop, _state = network.forward(params, state, jnp.asarray(X), pass_)
        backprop(fitted.loss(Y_hat, jnp.asarray(Y), pass_.weights)[1])
    return [call for call in tape.calls if call.phase == "forward" and not call.inside]


def _is_hidden(place: int, calls: Sequence[Any]) -> bool:
    """Whether this is an activation with weights after it."""
    function = getattr(calls[place].layer, "function", None)
    is_one = isinstance(calls[place].layer, layers.Activation) and not isinstance(function, activations.Identity)
    return is_one and any(has_weights(call) for call in calls[place + 1 :])


def _weights_into(place: int, calls: Sequence[Any], inputs: int) -> np.ndarray | None:
    """σ_j W_j of the layer before this activation, if it is the first and takes the inputs themselves."""
    before = [call for call in calls[:place] if not isinstance(call.layer, KEEP_INPUTS_APART)]
    if len(before) != 1 or not has_weights(before[0]):
        return None
    X, W = np.asarray(before[0].given, np.float64), np.asarray(before[0].params["W"], np.float64)
    if X.ndim != 2 or W.shape != (inputs, calls[place].result.shape[-1]):
        return None
    return X.std(0)[:, None] * W


def _input_names(fitted: Fitted, names: Sequence[str] | None) -> tuple[str, ...]:
    known = input_names(fitted)
    if names is None:
        return known
    if len(names) != len(known):
        raise ClearpropError(
            _("The network takes {n} inputs, and {m} names were given.").format(n=len(known), m=len(names))
        )
    return tuple(map(str, names))


def _targets(fitted: Fitted, Y: np.ndarray, classes: Sequence[Any] | None) -> Targets:
    """The classes that the rows are of; labels that do not exclude each other are classes too."""
    outputs = int(np.prod(fitted.network.shapes(fitted.input_shape)[-1]))
    if getattr(fitted.loss, "targets", "number") == "probability" and outputs > 1:
        known = classes if classes is not None else getattr(fitted.table, "classes", ()) or range(outputs)
        names = tuple(map(str, known))
        if len(names) != outputs:
            raise ClearpropError(
                _("The network tells {n} labels apart, and {m} names were given.").format(n=outputs, m=len(names))
            )
        return Targets(names, Y.reshape(len(Y), -1) > 0.5, np.empty(0))
    reading = answers(fitted, classes=classes)
    values = reading.targets(Y)
    if not reading.classes:
        return Targets((), np.empty((len(Y), 0), bool), values)
    return Targets(reading.classes, values[:, None] == np.arange(len(reading.classes)), np.empty(0))


def _finite(value: Any) -> float | None:
    return float(value) if math.isfinite(value) else None
