"""Ready networks for images, by name: each a short function that returns its layers, to be read and changed.

>>> from clearprop import networks
>>> [type(layer).__name__ for layer in networks.get("lenet")(10)][:3]
['Conv2D', 'Activation', 'MaxPool']
"""

from collections.abc import Callable
from typing import Any

from clearprop.networks.lenet import lenet
from clearprop.networks.resnet import resnet
from clearprop.networks.vgg_small import vgg_small
from clearprop.registry import unknown

NETWORKS: dict[str, Callable[..., list[Any]]] = {"lenet": lenet, "vgg_small": vgg_small, "resnet": resnet}
"""`function(outputs, dropout=…)` by name: the layers behind those that scale the image."""


def get(name: str) -> Callable[..., list[Any]]:
    """The function of this name.

    Raises:
        ClearpropError: there is none; the nearest is suggested.
    """
    if name not in NETWORKS:
        raise unknown("network", name, NETWORKS)
    return NETWORKS[name]


__all__ = ["NETWORKS", "get", "lenet", "resnet", "vgg_small"]
