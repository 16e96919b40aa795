"""A trained network in a form that other programs run: ONNX, https://onnx.ai.

`to_onnx` puts it together; `graph` is what it is built in; `layers`, `images`, `activations` and `columns` hold a
converter for each part; `inputs` and `outputs` are what the graph is given and gives, and `agreement` sees that it
predicts what the network does.
"""

from clearprop.export import images  # noqa: F401  # registers the layers on images
from clearprop.export.layers import converts
from clearprop.export.onnx_file import to_onnx
from clearprop.export.table_rows import feeds

__all__ = ["converts", "feeds", "to_onnx"]
