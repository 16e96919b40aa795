"""clearprop: forward prop and back prop, made clear.

Deep networks that learn X → Y mappings, with every equation of forward propagation, back propagation and gradient
descent written out. Data flows one way: data → network → loss → rule → optimizer → weights, and each word is a folder
or a file.

    >>> from clearprop import Network, layers, train
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(200, 2))
    >>> net = Network([layers.Dense(16), layers.Activation("tanh"), layers.Dense(1)])
    >>> fitted = train.fit(net, X, X[:, 0] * X[:, 1] > 0, loss="sigmoid_cross_entropy", epochs=5, seed=0)
    >>> fitted.predict(X).shape
    (200, 1)

Importing this package imports neither JAX nor scikit-learn; each part is loaded when it is first used.
"""

from typing import TYPE_CHECKING, Any

from clearprop import parts

if TYPE_CHECKING:
    from clearprop import (
        activations,
        analogy,
        compare,
        data,
        estimators,
        explain,
        export,
        initializers,
        layers,
        losses,
        modelfile,
        network,
        networks,
        neurons,
        optim,
        registry,
        rules,
        train,
    )
    from clearprop.estimators import DeepClassifier, DeepRegressor
    from clearprop.loading import load
    from clearprop.network import Network
    from clearprop.train import Fitted, fit

__version__ = "0.1.0"

_PARTS = (
    "activations",
    "analogy",
    "compare",
    "data",
    "estimators",
    "explain",
    "export",
    "initializers",
    "layers",
    "losses",
    "modelfile",
    "network",
    "networks",
    "neurons",
    "optim",
    "registry",
    "rules",
    "train",
)
_NAMES = {
    "DeepClassifier": "estimators",
    "DeepRegressor": "estimators",
    "Fitted": "train",
    "Network": "network",
    "fit": "train",
    "load": "loading",
}

__all__ = [
    "DeepClassifier",
    "DeepRegressor",
    "Fitted",
    "Network",
    "activations",
    "analogy",
    "compare",
    "data",
    "estimators",
    "explain",
    "export",
    "fit",
    "initializers",
    "layers",
    "load",
    "losses",
    "modelfile",
    "network",
    "networks",
    "neurons",
    "optim",
    "registry",
    "rules",
    "train",
]


def __getattr__(name: str) -> Any:
    """Load a part of the package when it is first asked for (PEP 562)."""
    if name in _NAMES:
        return getattr(parts.part(_NAMES[name]), name)
    if name in _PARTS:
        return parts.part(name)
    raise AttributeError(f"module 'clearprop' has no attribute {name!r}")


def __dir__() -> list[str]:
    """What there is, loaded or not."""
    return [*__all__, "__version__"]
