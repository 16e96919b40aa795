"""What tests of the page share: a small trained network with the path of its descent, and its page in any language."""

from functools import cache

import numpy as np
import pandas as pd

from clearprop.estimators import DeepClassifier
from clearprop.explain import DescentPath, PathRecorder
from clearprop.explain.report import report

ROW = 1
COLUMNS = ("width", "height", "age")
CLASSES = ("blue", "green", "red")


@cache
def rows() -> tuple[pd.DataFrame, np.ndarray]:
    """60 rows of three columns; the class depends on the first two."""
    X = np.random.default_rng(0).normal(size=(60, 3)).astype("float32")
    y = np.array(CLASSES)[(X[:, 0] > 0).astype(int) + ((X[:, 0] > 0) & (X[:, 1] > 0))]
    return pd.DataFrame(X, columns=list(COLUMNS)), y


@cache
def classifier() -> tuple[DeepClassifier, DescentPath]:
    """A network 3 – 4 – 3, and the weights of its epochs."""
    recorder = PathRecorder()
    model = DeepClassifier(hidden_layer_sizes=(4,), epochs=6, batch_size=16, random_state=0, callbacks=[recorder])
    model.fit(*rows())
    return model, recorder.path


@cache
def page(lang: str = "en", path: bool = True) -> str:
    """Its page."""
    model, descent = classifier()
    return report(model, *rows(), row=ROW, path=descent if path else None, name="sample:colours", lang=lang, units=3)
