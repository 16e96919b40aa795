"""Nothing but small windows, two in a row before each pool: depth in place of large filters."""

from collections.abc import Sequence
from typing import Any

from clearprop.layers import Activation, BatchNorm, Conv2D, Dense, Dropout, GlobalAveragePool, MaxPool


def vgg_small(outputs: int, dropout: float = 0.0, filters: Sequence[int] = (32, 64, 128)) -> list[Any]:
    """For each of `filters` two convolutions of 3 × 3 with batch normalisation and ReLU, and a max pool; mean; Dense.

    Simonyan & Zisserman 2015, "Very deep convolutional networks for large-scale image recognition". Different from
    theirs: far smaller, with batch normalisation (Ioffe & Szegedy 2015), and the mean over all places (Lin, Chen & Yan
    2014) for their fully connected layers, so that images of any size will do.

    Args:
        outputs: units of the last layer.
        dropout: the share of features left out before it, fading as the training goes on.
        filters: of the stages.

    >>> from clearprop.network import Network
    >>> Network(vgg_small(10)).shapes((32, 32, 3))[-4:]
    [(8, 8, 128), (4, 4, 128), (128,), (10,)]
    """
    found: list[Any] = []
    for count in filters:
        found += [*_convolution(count), *_convolution(count), MaxPool(2)]
    return [*found, GlobalAveragePool(), *([Dropout(dropout, fade=True)] if dropout else []), Dense(outputs)]


def _convolution(filters: int) -> list[Any]:
    """Without a bias, which the normalisation behind it would take away."""
    return [Conv2D(filters, 3, bias=False), BatchNorm(), Activation("relu")]
