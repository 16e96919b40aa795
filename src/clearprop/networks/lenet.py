"""Two convolutions, each followed by a pool, and fully connected layers: the network that read cheques."""

from collections.abc import Sequence
from typing import Any

from clearprop.layers import Activation, Conv2D, Dense, Dropout, Flatten, MaxPool


def lenet(
    outputs: int, dropout: float = 0.0, filters: Sequence[int] = (20, 50), units: Sequence[int] = (500,)
) -> list[Any]:
    """LeNet: convolutions of 5 × 5 with ReLU and max pooling; fully connected layers with ReLU; the last one.

    LeCun, Bottou, Bengio & Haffner 1998, "Gradient-based learning applied to document recognition". Different from
    theirs: ReLU for tanh, max pooling for their learnt averages, and wider, as it is mostly used today. Their widths
    are `lenet(10, filters=(6, 16), units=(120, 84))`.

    Args:
        outputs: units of the last layer.
        dropout: the share of units left out behind each fully connected layer, fading as the training goes on.
        filters: of the convolutions; the first keeps the image's size, the others take no padding.
        units: of the fully connected layers.

    >>> from clearprop.network import Network
    >>> Network(lenet(10)).shapes((28, 28, 1))[-5:]
    [(5, 5, 50), (1250,), (500,), (500,), (10,)]
    """
    found: list[Any] = []
    for place, count in enumerate(filters):
        padding = "valid" if place else "same"
        found += [Conv2D(count, 5, padding=padding), Activation("relu"), MaxPool(2)]
    found.append(Flatten())
    for count in units:
        found += [Dense(count, "he"), Activation("relu"), *([Dropout(dropout, fade=True)] if dropout else [])]
    return [*found, Dense(outputs)]
