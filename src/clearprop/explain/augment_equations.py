"""The equations of images changed at random, with what was drawn in them; see `equations`.

What was drawn is found by asking the layer again: the same key draws the same change, here of images made to tell it.
"""

from typing import Any

import jax.numpy as jnp
import numpy as np

from clearprop import layers
from clearprop.explain.equations import Look, Told, _rowwise, array, backward, forward, value_lines
from clearprop.explain.spy import Call
from clearprop.explain.terms import Added


@forward.register(layers.RandomFlip)
@forward.register(layers.RandomCrop)
def _(layer: Any, call: Call, look: Look) -> Told:
    moved = _moved(layer, call, look)
    equation = "Y = X" if not _acts(call) else _from("Y", "X", moved)
    return _listed(call, look, "Y", equation, {"X": array(call.given)})


@backward.register(layers.RandomFlip)
@backward.register(layers.RandomCrop)
def _(layer: Any, call: Call, look: Look) -> Told:
    moved = _moved(layer, call, look)
    back = moved if isinstance(moved, int) else None if moved is None else tuple(-far for far in moved)
    equation = "dX = dY" if not _acts(call) else _from("dX", "dY", back)
    return _listed(call, look, "dX", equation, {"dY": array(call.given)})


def _listed(call: Call, look: Look, name: str, equation: str, values: dict[str, np.ndarray]) -> Told:
    """The numbers that come out; the equation says where each is from."""
    told = _rowwise(call, look, name, [equation], values, lambda place: (), back=name == "dX")
    return told._replace(lines=value_lines(name, array(call.result)[look.row], told.shown))


def _acts(call: Call) -> bool:
    return bool(call.pass_.training) and call.pass_.key is not None


def _moved(layer: Any, call: Call, look: Look) -> Any:
    """(how far down, how far across) numbers come from; the last column, if mirrored; None if all are from outside."""
    shape = array(call.given).shape
    if not _acts(call):
        return 0, 0
    there, _back = layer.draw(call.pass_.key, jnp.asarray(call.given))
    height, width = shape[1:3]
    places = jnp.broadcast_to(jnp.arange(1, height * width + 1).reshape(1, height, width, 1), shape)
    source = np.asarray(there(places))[look.row, ..., 0]
    down, across = np.nonzero(source)
    if not len(down):
        return None
    u, v = divmod(int(source[down[0], across[0]]) - 1, width)
    if isinstance(layer, layers.RandomFlip):
        return width - 1 if v != across[0] else (0, 0)
    return u - int(down[0]), v - int(across[0])


def _from(name: str, of: str, moved: Any) -> str:
    """Where the numbers come from: "Y[p,q,c] = X[p + 1,q − 2,c]"."""
    if moved is None:
        return f"{name} = 0"
    if isinstance(moved, int):
        return f"{name}[p,q,c] = {of}[p,{moved} − q,c]"
    p, q = (f"{at} {'−' if far < 0 else '+'} {abs(far)}" if far else at for at, far in zip("pq", moved, strict=True))
    return f"{name}[p,q,c] = {of}[{p},{q},c]"


@forward.register
def _(layer: layers.RandomColor, call: Call, look: Look) -> Told:
    if not _acts(call):
        return _listed(call, look, "Y", "Y = X", {"X": array(call.given)})
    b, c, cs = _drawn(layer, call, look)
    x, grey, mean = _parts(array(call.given)[look.row])

    def of(p):
        weighed = Added(mean), " + ", c, "·(", float(grey[p]), Added(-mean), ") + ", cs
        return b, *weighed, "·(", float(x[p]), Added(-float(grey[p])), ")"

    equations = ["Y = b + μ + c (G − μ) + c s (X − G)"]
    return _rowwise(call, look, "Y", equations, {"X": array(call.given)}, of)


@backward.register
def _(layer: layers.RandomColor, call: Call, look: Look) -> Told:
    """G and μ are those of dY here."""
    if not _acts(call):
        return _listed(call, look, "dX", "dX = dY", {"dY": array(call.given)})
    _b, c, cs = _drawn(layer, call, look)
    d, grey, mean = _parts(array(call.given)[look.row])

    def of(p):
        weighed = mean, " + ", c, "·(", float(grey[p]), Added(-mean), ") + ", cs
        return *weighed, "·(", float(d[p]), Added(-float(grey[p])), ")"

    equations = ["dX = μ + c (G − μ) + c s (dY − G)"]
    return _rowwise(call, look, "dX", equations, {"dY": array(call.given)}, of, back=True)


def _parts(image: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """(each number, its pixel's grey, the mean of all) of an image laid out flat."""
    grey = image.mean(-1, keepdims=True) + 0 * image
    return image.ravel(), grey.ravel(), float(image.mean())


def _drawn(layer: layers.RandomColor, call: Call, look: Look) -> tuple[float, float, float]:
    """(b, c, c s): by what becomes of an image of zeros, of one white pixel, and of one number alone in it."""
    X: Any = np.zeros_like(array(call.given))
    there, _back = layer.draw(call.pass_.key, jnp.asarray(X))
    pixels, channels = X[0, ..., 0].size, X.shape[-1]
    white, number = X.copy(), X.copy()
    white[:, 0, 0], number[:, 0, 0, 0] = 1, 1
    b, one, alone = (float(there(jnp.asarray(V))[look.row, 0, 0, 0]) for V in (X, white, number))
    c = (one - b - 1 / pixels) / (1 - 1 / pixels) if pixels > 1 else 1.0
    grey, mean = 1 / channels, 1 / pixels / channels
    cs = (alone - b - mean - c * (grey - mean)) / (1 - grey) if channels > 1 else c
    return b, c, cs
