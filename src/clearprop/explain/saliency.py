"""Which pixels would move the decision: the gradient of a class's score, brought back to the image by the way back."""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from clearprop.compilation import program
from clearprop.errors import ClearpropError
from clearprop.explain.asked import Asked, ask, seed_of
from clearprop.explain.besides import predicts_by_forward
from clearprop.explain.parts_of_image import where
from clearprop.i18n import _
from clearprop.layers.base import inference
from clearprop.train.fitted import precision


@dataclass(frozen=True, eq=False)
class Saliency:
    """What was found.

    Attributes:
        name: the class; "" where a number is predicted.
        score: the score of the class for this image.
        gradient: (height, width, channels) ∂score/∂X, in the image's own units.
    """

    name: str
    score: float
    gradient: Float[np.ndarray, "height width channels"]

    @property
    def map(self) -> Float[np.ndarray, "height width"]:
        """The largest |∂score/∂X| over the channels of each pixel."""
        return np.abs(self.gradient).max(-1)

    def text(self) -> str:
        """What it shows and where most of it is, in two sentences."""
        if self.name:
            what = _("How far a small change of each pixel would move the score of {name}.").format(name=self.name)
        else:
            what = _("How far a small change of each pixel would move the prediction.")
        return f"{what} {where(self.map)}"


def saliency(model: Any, image: Any, *, of: Any = None) -> Saliency:
    """∂(score of a class)/∂X, by the network's own way back; nothing is dropped, and no weight is changed.

        S = max over channels of |dX|,    dX = backprop(dŶ) with dŶ = 1 for the class and 0 for the others

    The error travels back through the weights themselves, whatever learning rule they were trained by. The score is the
    network's output before softmax or sigmoid.

    Args:
        model: a `Fitted`, or an estimator that was fitted, which takes images; of an ensemble, the first network.
        image: (height, width, channels), or (height, width) of one channel.
        of: the name of the class; None: the likeliest.

    Raises:
        ClearpropError: a model that takes no images, an unknown class, or a learning rule that predicts in a way of its
            own, as forward_forward does.
        DataError: an image of another shape.

    Source: Simonyan, Vedaldi & Zisserman 2014, "Deep inside convolutional networks", section 3.1.

    >>> from clearprop import Network, layers, optim, train
    >>> X = np.random.default_rng(0).normal(size=(40, 4, 4, 1))
    >>> Y = (X[:, 1, 2, 0] > 0).astype(int)
    >>> net = Network([layers.Flatten(), layers.Dense(2)])
    >>> fitted = train.fit(net, X, Y, loss="softmax_cross_entropy", optimizer=optim.adam(0.1), epochs=20)
    >>> found = saliency(fitted, X[0])
    >>> divmod(int(found.map.argmax()), 4)
    (1, 2)
    """
    asked = ask(model, image)
    return saliency_of(asked, asked.number_of(of))


def saliency_of(asked: Asked, number: int) -> Saliency:
    """As `saliency`, of the class at this place."""
    if not predicts_by_forward(asked.one):
        raise ClearpropError(
            _("This network's learning rule predicts in a way of its own, so that back propagation has no gradient.")
        )
    with precision(asked.one.dtype):
        params, state = jax.tree.map(jnp.asarray, (asked.one.params, asked.one.state))
        dY = jnp.asarray(seed_of(asked, number))
        score, dX = _gradient(asked.one.network, params, state, jnp.asarray(asked.X), dY)
    names = asked.reading.classes
    return Saliency(names[number] if names else "", float(score), np.asarray(dX).reshape(asked.image.shape))


@program()
def _gradient(network: Any, params: Any, state: Any, X: Any, dY: Any) -> Any:
    """(Σ dY Y_hat, dX): the score, and its gradient in the image"""
    Y_hat, backprop, _state = network.forward(params, state, X, inference(1, X.dtype))
    return (dY * Y_hat).sum(), backprop(dY)[1]
