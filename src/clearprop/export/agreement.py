"""Does the graph predict what the network predicts?  It is run by onnxruntime, on the same rows, before it is written.

Both compute the same equations, in another order of additions and with other approximations of e^x and tanh. In float32
each step rounds by 6e-8 of its result; through the layers that grows to about 1e-6 of the largest prediction. A wrong
operator, axis or constant is off by more than 1e-3. The line lies between: 1e-5 of the largest prediction (a
probability's is 1), and for float64, which rounds by 1e-16, 1e-10. A network that takes differences of large numbers
rounds more, in ours as in any other: where the line is passed, the network is computed once more in float64, and the
graph may be as far away from that as our own float32 prediction is, four times over.
"""

import jax
import numpy as np

from clearprop.errors import ClearpropError
from clearprop.export.outputs import Output
from clearprop.i18n import _
from clearprop.train.fitted import Fitted

TOLERANCE = {"float32": 1e-5, "float64": 1e-10}


def run(content: bytes, inputs: dict[str, np.ndarray], wanted: list[str]) -> list[np.ndarray]:
    """The outputs of the graph for these rows.

    Raises:
        ClearpropError: onnxruntime does not take the graph.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # what goes wrong comes as an exception
    try:
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        return [np.asarray(found) for found in session.run(wanted, inputs)]
    except Exception as error:  # its own classes share no base of theirs
        raise ClearpropError(
            _("onnxruntime cannot run the graph, and nothing was written: {reason}.").format(
                reason=" ".join(str(error).split())[:300]
            )
        ) from error


def see_that_it_agrees(
    content: bytes, inputs: dict[str, np.ndarray], prepared: np.ndarray, fitted: Fitted, outputs: list[Output]
) -> None:
    """Run the graph on all rows, and on the first alone, beside `fitted.predict(prepared)`.

    Raises:
        ClearpropError: they differ.
    """
    for rows in (slice(None), slice(0, 1)):
        Y_hat = fitted.predict(prepared[rows])
        found = run(content, {name: values[rows] for name, values in inputs.items()}, [o.name for o in outputs])
        allowed = _allowed(Y_hat, outputs, fitted.dtype)
        if not _agree(found, outputs, Y_hat, allowed):
            allowed = max(allowed, 4 * _rounding(fitted, prepared[rows], Y_hat))
            if not _agree(found, outputs, Y_hat, allowed):
                raise _disagreement(found, outputs, Y_hat)


def _allowed(Y_hat: np.ndarray, outputs: list[Output], dtype: str) -> float:
    """How far off Ŷ may be."""
    finite = np.abs(Y_hat[np.isfinite(Y_hat)])
    size = 1.0 if outputs[-1].name == "probabilities" else float(finite.max(initial=0))
    return TOLERANCE[dtype] * size


def _rounding(fitted: Fitted, prepared: np.ndarray, Y_hat: np.ndarray) -> float:
    """How far our own float32 prediction is from the same network's in float64."""
    if fitted.dtype == "float64":
        return 0.0
    double = lambda leaf: np.asarray(leaf, "float64") if leaf.dtype.kind == "f" else leaf  # noqa: E731
    params, state, learnt = jax.tree.map(double, (fitted.params, fitted.state, fitted.learnt))
    exact = fitted.replace(dtype="float64", params=params, state=state, learnt=learnt)
    return float(np.nanmax(np.abs(exact.predict(prepared.astype(fitted.dtype)) - Y_hat), initial=0))


def _agree(found: list[np.ndarray], outputs: list[Output], Y_hat: np.ndarray, allowed: float) -> bool:
    return all(
        _labels_agree(values, output.expected(Y_hat), found[-1], allowed)
        if output.unit is None
        else _numbers_agree(values, output.expected(Y_hat), allowed * output.unit)
        for values, output in zip(found, outputs, strict=True)
    )


def _numbers_agree(found: np.ndarray, expected: np.ndarray, allowed: float | np.ndarray) -> bool:
    """|found − expected| ≤ allowed; what is infinite or no number must be so in both."""
    if found.shape != expected.shape or found.dtype.kind != expected.dtype.kind:
        return False
    rounding = 4 * np.finfo(found.dtype).eps if found.dtype == np.float64 else 0  # of mean + scale · Ŷ itself
    return bool(np.allclose(found, expected, rtol=rounding, atol=allowed, equal_nan=True))


def _labels_agree(found: np.ndarray, expected: np.ndarray, P: np.ndarray, allowed: float) -> bool:
    """The same labels, but where the two likeliest classes are level."""
    if found.shape != expected.shape or len(P) != len(found):
        return False
    top = np.sort(P, axis=1)
    clear = top[:, -1] - top[:, -2] > 2 * allowed
    return bool((found.astype(object) == expected.astype(object))[clear].all())


def _disagreement(found: list[np.ndarray], outputs: list[Output], Y_hat: np.ndarray) -> ClearpropError:
    """The sentence, with the two values that differ most."""
    name, values, expected = outputs[-1].name, found[-1], outputs[-1].expected(Y_hat)
    ours, theirs = f"{expected.dtype} {expected.shape}", f"{values.dtype} {values.shape}"
    if ours == theirs:
        with np.errstate(invalid="ignore"):
            worst = np.unravel_index(np.argmax(np.nan_to_num(np.abs(values - expected), nan=np.inf)), values.shape)
        ours, theirs = (f"{array[worst]:.9g}" for array in (expected, values))
    return ClearpropError(
        _(
            "The ONNX graph does not predict what the network does, and nothing was written: its {name} is {theirs}"
            " where ours is {ours}. A converter of a layer of your own may be wrong; else please report it."
        ).format(name=name, theirs=theirs, ours=ours)
    )
