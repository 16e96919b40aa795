"""What `clearprop export` does."""

from pathlib import Path

from clearprop.cli import show
from clearprop.cli.model import file_of, load
from clearprop.cli.outputs import see_that_it_is_safe
from clearprop.export import to_onnx
from clearprop.i18n import _
from clearprop.train import Fitted


def run(model: str, onnx: str, as_json: bool) -> None:
    """Write the graph, which was run beside the model first."""
    path = Path(onnx)
    see_that_it_is_safe(path, "--onnx", str(file_of(model)))
    estimator = load(model)
    fitted = estimator if isinstance(estimator, Fitted) else estimator.fitted_
    preparation = None if fitted.table is None else fitted.table.preparation
    content = to_onnx(fitted, path, preparation=preparation)
    if as_json:
        show.print_json({"model": model, "onnx": onnx, "bytes": len(content)})
        return
    out = show.console()
    show.say(
        out,
        _("onnxruntime predicts what the model does; wrote {path}, {size:,} bytes.").format(
            path=onnx, size=len(content)
        ),
    )
