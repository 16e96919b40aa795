"""What the operations of image layers do, in words; see `trace_words`."""

from typing import TYPE_CHECKING

from clearprop.i18n import _

if TYPE_CHECKING:
    from clearprop.explain.operation import Operation

UNCHANGED = ("Y = X", "dX = dY")
"""The equation of an augmentation that does nothing in this pass."""


def forward(operation: "Operation") -> str:
    """What goes on, for a beginner; "" for a layer that is not one of these."""
    match operation.kind:
        case "conv2d":
            return _(
                "Each filter is laid on every place of the image: what it sees there is multiplied by its weights and"
                " added up."
            )
        case "conv_transpose":
            return _(
                "Each place writes its numbers, times the weights, into a window of a larger image; where windows"
                " overlap, they are added."
            )
        case "locally_connected":
            return _("Each place has weights of its own for what it sees of the image.")
        case "max_pool":
            return _("Of each window the largest number is kept.")
        case "average_pool":
            return _("Each window becomes the mean of its numbers.")
        case "global_average_pool":
            return _("Each feature map becomes one number, its mean.")
        case "divisive_normalization":
            return _("Each activity is divided by how active its neighbours are.")
        case "v1":
            return _(
                "Fixed filters respond to edges, as in the visual cortex: simple cells to an edge in one place, complex"
                " cells to one nearby, too."
            )
        case "random_flip" | "random_crop" | "random_color" if operation.equations[0] in UNCHANGED:
            return _("Nothing happens here in this pass: images are changed at random only while training.")
        case "random_flip":
            return _("While training, some images, drawn at random, are mirrored.")
        case "random_crop":
            return _("While training, an image is moved a little at random; what comes in from outside is 0.")
        case "random_color":
            return _("While training, brightness, contrast and colour of an image are changed a little at random.")
        case _:
            return ""


def backward(operation: "Operation") -> str:
    """What goes on on the way back, for a beginner; "" for a layer that is not one of these."""
    match operation.kind:
        case "conv2d" | "conv_transpose" | "locally_connected" if "B" in operation.values:
            return _(
                "How much the loss changes with each weight: what it saw times the error of its filter, summed over"
                " places and rows. The error travels on through the feedback weights B, which are not W."
            )
        case "conv2d" | "conv_transpose" | "locally_connected":
            return _(
                "How much the loss changes with each weight: what it saw times the error of its filter, summed over"
                " places and rows. The error travels on through the same weights."
            )
        case "max_pool":
            return _("The error of each window goes to its largest number alone.")
        case "average_pool" | "global_average_pool":
            return _("The error of each window is shared evenly among its numbers.")
        case "divisive_normalization":
            return _("The error goes back both through the activity itself and through the neighbours that divide it.")
        case "v1":
            return _("Nothing is learnt here: the error goes back through the fixed filters.")
        case "random_flip" | "random_crop" | "random_color" if operation.equations[0] in UNCHANGED:
            return _("The error passes through as it is, since no image was changed.")
        case "random_flip" | "random_crop" | "random_color":
            return _("The error goes back through the same change.")
        case _:
            return ""
