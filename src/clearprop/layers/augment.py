"""Images changed a little at random while training: a cat mirrored, moved or in another light is a cat.

Each image is changed in its own way, and otherwise at each pass. When the network is in use, nothing is changed. The
layers stand at the network's front after `Standardize`, so that 0 is the training images' mean and 1 their spread.

Data augmentation for images: Krizhevsky, Sutskever & Hinton 2012, "ImageNet classification with deep convolutional
neural networks", section 4.1. Flips and crops of 4 pixels: He et al. 2016, "Deep residual learning", section 4.2.
"""

import abc
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.layers.base import Backprop, Layer, Params, Pass, Shape, State, Values
from clearprop.layers.windows import image, is_whole
from clearprop.registry import read_settings, unknown, with_settings


class Augmentation(Layer):
    """Y = J X + b with J and b drawn for each image while training; Y = X otherwise, or without a key."""

    def init(self, key: Array, shape: Shape) -> tuple[Params, State, Shape]:
        """Nothing to learn.

        Raises:
            ClearpropError: what comes is not an image.
        """
        return {}, {}, image(shape)

    def forward(self, params: Params, state: State, X: Values, pass_: Pass) -> tuple[Values, Backprop, State]:
        """Y = J X + b"""
        if not pass_.training or pass_.key is None:
            return X, lambda dY, feedback=params: ({}, dY), state
        there, back = self.draw(pass_.key, X)

        def backprop(dY, feedback=params):
            """dX = Jᵀ dY"""
            return {}, back(dY)

        return there(X), backprop, state

    @abc.abstractmethod
    def draw(self, key: Array, X: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
        """(X → J X + b, dY → Jᵀ dY) for a batch like X, with this key's random numbers."""


@dataclass(frozen=True)
class RandomFlip(Augmentation):
    """Y[n, y, x] = X[n, y, width − 1 − x] with this probability while training, a mirror image; Y = X otherwise.

    X, Y: (n, height, width, channels). Not for what has a handedness: letters, digits.

    >>> RandomFlip(1.0).draw(jax.random.key(0), jnp.ones((1, 1, 3, 1)))[0](jnp.arange(3.0).reshape(1, 1, 3, 1)).ravel()
    Array([2., 1., 0.], dtype=float32)
    """

    probability: float = 0.5

    def __post_init__(self) -> None:
        """A probability is one."""
        _see_that_all_lie_from_0_to_1(self)

    def draw(self, key: Array, X: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
        """Which images; mirrored again, an image is as it was."""
        chosen = jax.random.bernoulli(key, self.probability, (len(X), 1, 1, 1))

        def flip(V):
            return jnp.where(chosen, V[:, :, ::-1], V)

        return flip, flip


@dataclass(frozen=True)
class RandomCrop(Augmentation):
    """Y[n, y, x] = X[n, y + u, x + v] while training, 0 outside X; u and v from −pixels to pixels, all equally likely.

    X, Y: (n, height, width, channels). The same as zeros put around the image, and a piece of its size cut out of that.
    Where `pixels` is None they are an eighth of the image's shorter side, 4 of 32, and 1 at least.
    """

    pixels: int | None = None

    def __post_init__(self) -> None:
        """A whole number."""
        if self.pixels is not None and not is_whole(self.pixels, least=0):
            raise ClearpropError(_("An image is cropped by 0, 1, 2, … pixels; not by {}.").format(self.pixels))

    def draw(self, key: Array, X: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
        """How far; the way back of a move is the opposite move."""
        most = max(1, min(X.shape[1:3]) // 8) if self.pixels is None else self.pixels
        far = jax.random.randint(key, (len(X), 2), -most, most + 1)

        def moved(V, far):
            cut = jax.vmap(lambda P, at: lax.dynamic_slice(P, (at[0], at[1], 0), V.shape[1:]))
            return cut(jnp.pad(V, ((0, 0), (most, most), (most, most), (0, 0))), far + most)

        return lambda V: moved(V, far), lambda V: moved(V, -far)


@dataclass(frozen=True)
class RandomColor(Augmentation):
    """Y = b + μ + c (G − μ) + c s (X − G) while training: another brightness, contrast and saturation.

    X, Y: (n, height, width, channels). G, a pixel's grey, is the mean of its channels; μ is the mean of the image. For
    each image b is drawn evenly from −brightness to brightness, in units of X (after `Standardize`, of the spread of
    the pixels), c from 1 − contrast to 1 + contrast, s from 1 − saturation to 1 + saturation. For grey images s has no
    effect, since X = G.

    Deviations from torchvision's ColorJitter: brightness adds instead of multiplying, since 0 is not black here; grey
    is the plain mean of the channels instead of luma, so that the image's mean stays where it is, and the order of the
    three does not matter; nothing is clipped.
    """

    brightness: float = 0.2
    contrast: float = 0.2
    saturation: float = 0.2

    def __post_init__(self) -> None:
        """Shares."""
        _see_that_all_lie_from_0_to_1(self)

    def draw(self, key: Array, X: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
        """b, c and s. J weighs three parts at right angles to each other (μ, G − μ, X − G), so that Jᵀ = J."""
        b, c, s = jnp.moveaxis(jax.random.uniform(key, (len(X), 1, 1, 1, 3), X.dtype, -1, 1), -1, 0)
        b, c, s = self.brightness * b, 1 + self.contrast * c, 1 + self.saturation * s

        def weighed(V):
            grey = V.mean(3, keepdims=True)
            mean = grey.mean((1, 2), keepdims=True)
            return mean + c * (grey - mean) + c * s * (V - grey)

        return lambda V: b + weighed(V), weighed


def _see_that_all_lie_from_0_to_1(layer: Any) -> None:
    for field in fields(layer):
        value = getattr(layer, field.name)
        if not 0 <= value <= 1:
            raise ClearpropError(_("{name} lies from 0 to 1; it is {value}.").format(name=field.name, value=value))


NAMES = {"flip": "random_flip", "crop": "random_crop", "color": "random_color"}
"""Augmentations as a command line calls them, and as `LAYERS` does."""


def augmentations(text: str) -> list[Layer]:
    """The layers that such a text asks for, "flip,crop,color" or "crop:pixels=2,flip"; of "none", none.

    Raises:
        ClearpropError: an unknown name, or setting, or a setting that cannot be.

    >>> augmentations("flip, crop:pixels=2")
    [RandomFlip(probability=0.5), RandomCrop(pixels=2)]
    >>> augmentations("none")
    []
    """
    parts = [part for part in text.split(",") if part.strip()]
    return [] if text.strip() == "none" else [_augmentation(part) for part in parts]


def _augmentation(text: str) -> Layer:
    from clearprop.layers import LAYERS  # of which this file is a part

    name, settings = read_settings(text)
    if name not in NAMES:
        raise unknown("augmentation", name, NAMES)
    wrong = next((key for key in settings if not hasattr(LAYERS.get(NAMES[name]), key)), None)
    if wrong is not None:
        raise ClearpropError(_("'{name}' has no setting '{wrong}'.").format(name=name, wrong=wrong))
    return with_settings(LAYERS, NAMES[name], settings)
