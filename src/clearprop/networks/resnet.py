"""Each block learns what to add to its input, so that the error reaches the first layers undiminished."""

from collections.abc import Sequence
from typing import Any

from clearprop.layers import Activation, BatchNorm, Conv2D, Dense, Dropout, GlobalAveragePool, Residual


def resnet(outputs: int, dropout: float = 0.0, filters: Sequence[int] = (16, 32, 64), blocks: int = 2) -> list[Any]:
    """A convolution, residual blocks in stages that halve the image, the mean over all places, and the last layer.

    A block: ReLU(body(X) + shortcut(X)), body = convolution 3 × 3, batch normalisation, ReLU, convolution 3 × 3, batch
    normalisation; the shortcut passes X on, or where the shape changes, is a convolution of 1 × 1 with stride 2 and
    batch normalisation. Layers with weights: 2 + 2 · stages · blocks, here 14.

    He, Zhang, Ren & Sun 2016, "Deep residual learning for image recognition", section 4.2 (their ResNet-20 has 3
    blocks). Different from theirs: the shortcut that changes shape is their option B, and dropout may stand before the
    last layer.

    Args:
        outputs: units of the last layer.
        dropout: the share of features left out before it, fading as the training goes on.
        filters: of the stages.
        blocks: of each stage.

    >>> from clearprop.network import Network
    >>> Network(resnet(10)).shapes((32, 32, 3))[-3:]
    [(8, 8, 64), (64,), (10,)]
    """
    found: list[Any] = [*_convolution(filters[0], 3), Activation("relu")]
    for stage, count in enumerate(filters):
        for place in range(blocks):
            halves = stage > 0 and place == 0
            body = [*_convolution(count, 3, 1 + halves), Activation("relu"), *_convolution(count, 3)]
            found += [Residual(body, _convolution(count, 1, 2) if halves else ()), Activation("relu")]
    return [*found, GlobalAveragePool(), *([Dropout(dropout, fade=True)] if dropout else []), Dense(outputs)]


def _convolution(filters: int, size: int, stride: int = 1) -> list[Any]:
    """Without a bias, which the normalisation behind it would take away."""
    return [Conv2D(filters, size, stride, bias=False), BatchNorm()]
