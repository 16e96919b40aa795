"""What each operation of a trace does, in words: one place for all of them, by kind and phase."""

from typing import TYPE_CHECKING

from clearprop.explain import image_words
from clearprop.i18n import _, ngettext

if TYPE_CHECKING:
    from clearprop.explain.operation import Operation


def title(operation: "Operation") -> str:
    """What it is, in a few words: "Layer 1, dense: forward"."""
    stage = stage_name(operation)
    return _("{title} ({stage})").format(title=_title(operation), stage=stage) if stage else _title(operation)


def _title(operation: "Operation") -> str:
    index, *name = operation.place.split(" ", 1)
    layer = {"index": index, "name": name[0] if name else operation.kind}
    if operation.kind == "rule":
        return _the_rule(operation)
    match operation.phase:
        case "loss":
            return _("The loss, {name}").format(name=operation.kind)
        case "forward":
            return _("Layer {index}, {name}: forward").format(**layer)
        case "backward":
            return _("Layer {index}, {name}: backward").format(**layer)
        case _:
            return _("Layer {index}, {name}: descent").format(**layer)


def _the_rule(operation: "Operation") -> str:
    if not operation.place:
        return _("The learning rule: its own numbers")
    match operation.phase:
        case "forward":
            return _("The learning rule: what layer {place} is given").format(place=operation.place)
        case _:
            return _("The learning rule: the error of layer {place}").format(place=operation.place)


def stage_name(operation: "Operation") -> str:
    """Which pass of the learning rule it belongs to; "" where there is one pass alone."""
    match operation.stage:
        case "":
            return ""
        case "settling":
            return _("settling, step {step:,} of {steps:,}").format(step=operation.step, steps=operation.steps)
        case "settled":
            return _("settled")
        case "neutral":
            return _("neutral label")
        case "labels":
            return _("right, then wrong labels")
        case _:
            return _("pass {step:,} of {steps:,}").format(step=operation.step, steps=operation.steps)


def note(operation: "Operation") -> str:
    """How many numbers have no line of their own; "" if all have."""
    n = operation.left_out
    return ngettext("{n:,} more number is not shown.", "{n:,} more numbers are not shown.", n).format(n=n) if n else ""


def skipped(operation: "Operation") -> str:
    """How many steps are left out before this operation; "" if none are."""
    n = operation.skipped
    if not n:
        return ""
    return ngettext(
        "{n:,} step like the one above is left out.", "{n:,} steps like the one above are left out.", n
    ).format(n=n)


def sentence(operation: "Operation") -> str:
    """What happens, in a sentence for a beginner."""
    words = {"forward": _forward, "backward": _backward, "loss": _loss, "descent": _descent}[operation.phase]
    return words(operation)


def _forward(operation: "Operation") -> str:
    match operation.kind:
        case "dense":
            return _("Each unit multiplies every input by its weight, adds them up and adds its bias.")
        case "activation":
            return _("Each unit turns its sum into an activity, by the activation function.")
        case "dropout" if "Y = X" in operation.equations:
            return _("Nothing happens here in this pass: units are left out at random only while training.")
        case "dropout":
            return _("While training, some units are left out at random and the others scaled up to make up for it.")
        case "batch_norm":
            return _(
                "Each feature is brought to mean 0 and variance 1 over the rows, then stretched by γ and moved by β."
            )
        case "layer_norm":
            return _("Each row is brought to mean 0 and variance 1 over its own features, then stretched and moved.")
        case "scale":
            return _("Each input is multiplied by a factor that is learnt.")
        case "standardize":
            return _("The mean is taken off each input, and it is divided by its spread; neither is learnt.")
        case "embedding":
            return _("Each category is looked up in a learnt table: its row is the output.")
        case "reshape" | "flatten":
            return _("The same numbers are laid out in another shape.")
        case "residual":
            return _("What the body computed and what went around it are added.")
        case "columns":
            return _("What each group of columns became is set side by side.")
        case "rule":
            return _("The learning rule changes the numbers between two layers, or chooses them itself.")
        case _:
            return image_words.forward(operation) or _(
                "The layer computes its output from its input and its parameters."
            )


def _backward(operation: "Operation") -> str:
    match operation.kind:
        case "dense" if "B" in operation.values:
            return _(
                "How much the loss changes with each weight: the input times the error of its unit, summed over rows."
                " The error travels on through the feedback weights B, which are not W."
            )
        case "dense":
            return _(
                "How much the loss changes with each weight: the input times the error of its unit, summed over rows."
                " The error travels on through the same weights."
            )
        case "activation":
            return _("The error of each activity becomes that of its sum: times the slope of the activation function.")
        case "dropout" if "dX = dY" in operation.equations:
            return _("The error passes through as it is, since no unit was left out.")
        case "dropout":
            return _("Units that were left out pass no error back; the others pass it back scaled as they were.")
        case "batch_norm" | "layer_norm":
            return _("The error goes back through the stretching, and loses what mean and variance would undo.")
        case "scale":
            return _("Each factor's gradient is the error times the input, summed; the error goes on times the factor.")
        case "standardize":
            return _("The error is divided by the spread, as the input was.")
        case "embedding":
            return _("Each row of the table gets the errors of all places that looked it up; none goes further back.")
        case "reshape" | "flatten":
            return _("The errors are laid out as the inputs were.")
        case "residual":
            return _("The error comes back both through the body and around it, and the two are added.")
        case "columns":
            return _("Each group of columns gets the error of its own outputs back.")
        case "rule" if operation.place:
            return _("The learning rule hands the layer an error of its own making.")
        case "rule":
            return _("What the learning rule keeps besides the weights gets a change of its own.")
        case _:
            return image_words.backward(operation) or _(
                "The layer says how much the loss changes with its parameters and its input."
            )


def _loss(operation: "Operation") -> str:
    return _(
        "How wrong the output is, as one number; and how much that number changes with each output: the error that"
        " goes back."
    )


def _descent(operation: "Operation") -> str:
    if operation.kind == "rule":
        return _("What the learning rule has learnt besides the weights takes such a step, too.")
    return _("Each weight takes a step against its gradient; the learning rate η says how far.")
