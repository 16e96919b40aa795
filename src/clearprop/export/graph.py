"""An ONNX graph while it is built: nodes and constants, each named after the layer it belongs to.

>>> graph = Graph("float32")
>>> with graph.inside("layers.0 Dense"):
...     graph.add("MatMul", "X", graph.constant("W", np.eye(2)))
'layers.0 Dense/MatMul'
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from clearprop.errors import ClearpropError
from clearprop.i18n import _

OPSET, ML_OPSET, IR_VERSION = 18, 3, 8
"""ONNX 1.13 of December 2022: what onnxruntime from 1.14 on runs, and converters to other formats read."""

SMALL = 64
"""Constants of up to so many numbers may be axes, bounds or shapes, which the shapes of other things hang on."""

LARGEST = 2**31 - 2**20
"""A protobuf message ends at 2 GiB; some of that is left for all but the constants."""


class Graph:
    """Nodes in the order in which they are computed.

    Attributes:
        dtype: the float type of the network, "float32" or "float64".
    """

    def __init__(self, dtype: str):
        self.dtype = dtype
        self._inputs: list[Any] = []
        self._outputs: list[Any] = []
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._bytes = 0
        self._names: set[str] = set()
        self._place: tuple[str, ...] = ()
        self._turned: dict[str, tuple[str, tuple[int, ...]]] = {}

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        """What is added in here belongs to this layer, or part of one."""
        before, self._place = self._place, (*self._place, name)
        try:
            yield
        finally:
            self._place = before

    @property
    def where(self) -> str:
        """The layer that is being built: "layers.1 Residual/body/layers.0 Dense"."""
        return "/".join(self._place)

    def reserve(self, names: Iterable[str]) -> None:
        """Keep these names for inputs and outputs."""
        self._names.update(names)

    def add(self, op: str, *inputs: str, domain: str = "", output: str = "", **attributes: Any) -> str:
        """A node; the name of what it gives: `output`, or one made of its place."""
        from onnx import helper

        name = self._new(op)
        node = helper.make_node(op, inputs, [output or name], name, domain=domain, **attributes)
        self._nodes.append(node)
        return output or name

    def constant(self, name: str, value: Any, dtype: Any = None) -> str:
        """Numbers or texts that never change; floats take the network's type unless another is given."""
        from onnx import numpy_helper

        array = np.asarray(value)
        if dtype is not None or array.dtype.kind == "f":
            array = array.astype(dtype or self.dtype)
        self._bytes += array.nbytes
        if self._bytes > LARGEST:
            raise ClearpropError(_("The network is beyond the 2 GiB that an ONNX file can hold."))
        name = self._new(name)
        array = array.astype(object) if array.dtype.kind in "US" else np.ascontiguousarray(array).reshape(array.shape)
        self._constants.append(numpy_helper.from_array(array, name))
        return name

    def transposed(self, X: str, order: tuple[int, ...]) -> str:
        """X with its axes in this order; where that undoes a transposition before it, what stood before that."""
        source, before = self._turned.get(X, (X, ()))
        if before and tuple(before[axis] for axis in order) == tuple(range(len(order))):
            return source
        Y = self.add("Transpose", X, perm=order)
        self._turned[Y] = X, order
        return Y

    def shape_of(self, name: str) -> tuple[int, ...]:
        """The shape of one row of what has this name, as ONNX infers it from the nodes so far."""
        import onnx
        from onnx import helper

        small = [bool(np.prod(a.dims) <= SMALL) for a in self._constants]
        known = [a for a, is_small in zip(self._constants, small, strict=True) if is_small]
        large = (a for a, is_small in zip(self._constants, small, strict=True) if not is_small)
        others = [helper.make_tensor_value_info(a.name, a.data_type, a.dims) for a in large]
        graph = helper.make_graph(self._nodes, "shapes", [*self._inputs, *others], [], known)
        model = onnx.shape_inference.infer_shapes(self._whole(graph), data_prop=True)
        found = next(v for v in (*model.graph.value_info, *model.graph.input) if v.name == name)
        return tuple(axis.dim_value for axis in found.type.tensor_type.shape.dim[1:])

    def input(self, name: str, dtype: Any, shape: tuple[int, ...], doc: str = "") -> str:
        """An input, of any number of rows of this shape."""
        self._inputs.append(_tensor(name, dtype, shape, doc))
        return name

    def output(self, name: str, dtype: Any, shape: tuple[int, ...], doc: str = "") -> None:
        """An output, of as many rows."""
        self._outputs.append(_tensor(name, dtype, shape, doc))

    def model(self, doc: str, notes: dict[str, str]) -> Any:
        """The whole as an ONNX model, seen to be a valid one."""
        import onnx
        from onnx import helper

        import clearprop

        nodes, constants = self._used()
        graph = helper.make_graph(nodes, "clearprop", self._inputs, self._outputs, constants, doc)
        model = self._whole(graph, producer_name="clearprop", producer_version=clearprop.__version__, doc_string=doc)
        helper.set_model_props(model, notes)
        onnx.checker.check_model(model, full_check=True)
        return model

    def _used(self) -> tuple[list[Any], list[Any]]:
        """The nodes and constants that an output hangs on: a transposition that was undone is none of them."""
        wanted, nodes = {output.name for output in self._outputs}, []
        for node in reversed(self._nodes):
            if wanted.intersection(node.output):
                nodes.insert(0, node)
                wanted.update(node.input)
        return nodes, [constant for constant in self._constants if constant.name in wanted]

    def _whole(self, graph: Any, **more: Any) -> Any:
        from onnx import helper

        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, **more)

    def _new(self, name: str) -> str:
        """A name not yet used: "layers.1 Dense/Add", and for the next one "layers.1 Dense/Add 2"."""
        full, number = "/".join([*self._place, name]), 1
        unique = full
        while unique in self._names:
            number += 1
            unique = f"{full} {number}"
        self._names.add(unique)
        return unique


def _tensor(name: str, dtype: Any, shape: tuple[int, ...], doc: str) -> Any:
    from onnx import helper

    kind = np.dtype(object if np.dtype(dtype).kind in "US" else dtype)
    return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(kind), ["rows", *shape], doc)
