"""What to do about units that are dead or saturated, and about errors that vanish or explode, in plain sentences."""

import math
from collections.abc import Sequence

from clearprop.explain.activity import FLAT, MOSTLY, HiddenLayer
from clearprop.explain.norms import Norms, activation_verdict, error_verdict
from clearprop.i18n import _, ngettext


def advice_on(layers: Sequence[HiddenLayer], norms: Sequence[Norms]) -> list[str]:
    """A sentence for each thing found, or one that says that nothing was."""
    found = [
        *(sentence for number, layer in enumerate(layers, 1) for sentence in _on_units(number, layer)),
        *_on_errors(layers, norms),
        *([] if any(layer.dead.all() for layer in layers) else _on_activations(norms)),
    ]
    if found:
        return found
    if not layers:
        return [_("The network has no hidden units: each output is a weighted sum of the inputs.")]
    ratio = error_verdict(norms)[0]
    if not math.isfinite(ratio):
        return [_("No hidden unit is dead or saturated on these rows.")]
    return [
        _(
            "Nothing is wrong on these rows: no hidden unit is dead or saturated, and the error at the first layer is"
            " {ratio:.2g} times that at the last."
        ).format(ratio=ratio)
    ]


def of_the_plain_forward() -> str:
    """What is to be said where a learning rule predicts in a way of its own."""
    return _(
        "The learning rule of this network predicts in a way of its own: activities and errors here are those of a"
        " plain way forward and of back propagation, which it does not use."
    )


def _on_units(number: int, layer: HiddenLayer) -> list[str]:
    """Of one hidden layer, numbered from 1."""
    units, dead, saturated = len(layer), int(layer.dead.sum()), int(layer.saturated.sum())
    sentences = []
    if dead:
        sentences.append(
            ngettext(
                "{dead:,} of {units:,} units of hidden layer {number} ({place}) never fires on these rows: a smaller"
                " learning rate, He initialisation or leaky_relu keeps units alive.",
                "{dead:,} of {units:,} units of hidden layer {number} ({place}) never fire on these rows: a smaller"
                " learning rate, He initialisation or leaky_relu keeps units alive.",
                dead,
            ).format(dead=dead, units=units, number=number, place=layer.place)
        )
    if saturated:
        sentences.append(
            ngettext(
                "{saturated:,} of {units:,} units of hidden layer {number} ({place}) is saturated: for more than"
                " {mostly:.0%} of the rows its slope is below {flat:.0%} of the greatest, so that it hardly learns."
                " Smaller initial weights (Glorot), scaled inputs or a normalisation before the activation help.",
                "{saturated:,} of {units:,} units of hidden layer {number} ({place}) are saturated: for more than"
                " {mostly:.0%} of the rows their slope is below {flat:.0%} of the greatest, so that they hardly learn."
                " Smaller initial weights (Glorot), scaled inputs or a normalisation before the activation help.",
                saturated,
            ).format(saturated=saturated, units=units, number=number, place=layer.place, mostly=MOSTLY, flat=FLAT)
        )
    return sentences


def _on_errors(layers: Sequence[HiddenLayer], norms: Sequence[Norms]) -> list[str]:
    ratio, verdict = error_verdict(norms)
    blocked = next((number for number, layer in enumerate(layers, 1) if layer.dead.all()), None)
    if verdict == "no error":
        return [_("There is no error at the last layer: on these rows there is nothing left to learn.")]
    if verdict == "vanishing" and blocked is not None:
        return [
            _(
                "No error gets past hidden layer {number}, all of whose units are dead: nothing below it learns. Start"
                " again from other initial weights."
            ).format(number=blocked)
        ]
    if verdict == "vanishing":
        return [
            _(
                "The error vanishes: at the first layer it is {ratio:.1e} times that at the last, so that the lower"
                " layers hardly learn. relu with He initialisation, batch normalisation or residual blocks let it"
                " through."
            ).format(ratio=ratio)
        ]
    if verdict == "exploding":
        return [
            _(
                "The error explodes: at the first layer it is {ratio:.1e} times that at the last. Smaller initial"
                " weights, gradient clipping or a smaller learning rate keep the steps in bounds."
            ).format(ratio=ratio)
        ]
    return []


def _on_activations(norms: Sequence[Norms]) -> list[str]:
    ratio, verdict = activation_verdict(norms)
    if verdict == "exploding":
        return [
            _(
                "The activations explode: those of the last hidden layer are {ratio:.1e} times as large as those of the"
                " first. Smaller initial weights or a normalisation between the layers keep them in bounds."
            ).format(ratio=ratio)
        ]
    if verdict == "vanishing":
        return [
            _(
                "The activations vanish: those of the last hidden layer are {ratio:.1e} times as large as those of the"
                " first. He initialisation or a normalisation between the layers keeps them up."
            ).format(ratio=ratio)
        ]
    return []
