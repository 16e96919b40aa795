"""`to_onnx`: a trained network as one ONNX graph that other programs run."""

import importlib
import json
from pathlib import Path
from typing import Any

import clearprop
from clearprop.data import Table
from clearprop.errors import ClearpropError
from clearprop.export.agreement import see_that_it_agrees
from clearprop.export.graph import Graph
from clearprop.export.inputs import Inputs, NetworkInput
from clearprop.export.network import predicted
from clearprop.export.outputs import OUTPUTS, add_outputs, outputs_of
from clearprop.export.table_inputs import TableInputs
from clearprop.files import why, write_atomically
from clearprop.i18n import _
from clearprop.train.fitted import Fitted


def to_onnx(
    fitted: Fitted,
    path: str | Path | None = None,
    *,
    preparation: Any = None,
    table: Table | None = None,
    rows: Any = None,
) -> bytes:
    """The network as an ONNX file: standard operators that compute what `fitted.predict` does.

    The graph takes any number of rows. It is run by onnxruntime and held against our own prediction before it is
    written; see `agreement`. Its notes (metadata_props) hold clearprop's version, the task and, as JSON, the classes.

        inputs     X (rows, *input_shape) in the network's float type; with a preparation, one for each column
        outputs    output; of a table of numbers prediction, of one of classes label and probabilities

    Args:
        fitted: a trained network, or an ensemble.
        path: where to write it; None: nowhere.
        preparation: what made the network's inputs of a table's columns: then the graph does that too, and takes the
            columns themselves (`export.columns` says how); by default the table's.
        table: what the outputs stand for; by default the network's own, if it has one.
        rows: rows to compare on, as the graph takes them (at most 1,000 are used); None: drawn ones.

    Returns:
        The bytes of the file.

    Raises:
        ClearpropError: onnx or onnxruntime is not installed, a part has no ONNX form, the graph disagrees with the
            network, or the file cannot be written.

    >>> import numpy as np
    >>> from clearprop import Network, layers, train
    >>> X = np.linspace(-1, 1, 20, dtype=np.float32)[:, None]
    >>> fitted = train.fit(Network([layers.Dense(1)]), X, 2 * X, loss="squared", epochs=2)
    >>> import onnxruntime
    >>> [Y_hat] = onnxruntime.InferenceSession(to_onnx(fitted)).run(["output"], {"X": X})
    >>> bool(np.allclose(Y_hat, fitted.predict(X)))
    True
    """
    _need("onnx", "onnxruntime")
    table = table or fitted.table
    preparation = preparation or getattr(table, "preparation", None)
    graph = Graph(fitted.dtype)
    shape = tuple(fitted.network.shapes(fitted.input_shape)[-1])
    outputs = outputs_of(table, shape, fitted.dtype)
    graph.reserve(OUTPUTS)
    inputs = _inputs(fitted, preparation, table, rows)
    Y_hat = predicted(fitted, graph, inputs.add(graph))
    add_outputs(outputs, table, shape, graph, Y_hat)
    model = graph.model(_doc(inputs), _notes(table))
    content = model.SerializeToString()
    see_that_it_agrees(content, inputs.feeds, inputs.prepared, fitted, outputs)
    if path is not None:
        _write(path, content)
    return content


def _inputs(fitted: Fitted, preparation: Any, table: Table | None, rows: Any) -> Inputs:
    """The network's own input, or the columns that the preparation takes."""
    if preparation is None:
        return NetworkInput(fitted, rows)
    return TableInputs(fitted, preparation, table, rows)


def _need(*packages: str) -> None:
    for package in packages:
        try:
            importlib.import_module(package)
        except ImportError as error:
            raise ClearpropError(
                _("For ONNX the package {package} is needed: pip install 'clearprop[onnx]'.").format(package=package)
            ) from error


def _notes(table: Table | None) -> dict[str, str]:
    """What a program can read beside the graph."""
    notes = {"clearprop": clearprop.__version__}
    if table is not None:
        notes |= {"task": table.task, "target": table.target}
        if table.classes:
            notes["classes"] = json.dumps(table.classes, ensure_ascii=False)
    return notes


def _doc(inputs: Inputs) -> str:
    return "\n".join(["A network trained by clearprop.", *inputs.doc])


def _write(path: str | Path, content: bytes) -> None:
    try:
        write_atomically(path, content)
    except (OSError, ValueError) as error:
        what = why(error) or str(error)
        raise ClearpropError(
            _("{path} cannot be written: {what}. See that its folder is there and yours to write in.").format(
                path=path, what=what
            )
        ) from error
