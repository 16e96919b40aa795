"""A network as a table of its layers, and whether it fits into memory."""

from typing import Any

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.machine import memory_bytes
from clearprop.network import Network


def layer_table(network: Network, shape: tuple[int, ...]) -> list[dict[str, Any]]:
    """A line a layer: its place and name, the shape of its output, its number of parameters."""
    return [
        {"layer": f"{index} {row.name}", "output_shape": list(row.output_shape), "parameters": row.parameters}
        for index, row in enumerate(network.table(shape))
    ]


def see_that_it_fits(parameters: int) -> None:
    """See that a network of so many parameters can be trained in this machine's memory.

    Raises:
        ClearpropError: far from it; better known now than when the system ends the process.
    """
    memory = memory_bytes()
    needed = 4 * 4 * parameters  # float32: the weights, their gradients, and Adam's two memories
    if memory is not None and needed > memory:
        raise ClearpropError(
            _(
                "The network has {n:,} parameters: to train it takes {needed:,} GB, and this machine has {memory:,}."
            ).format(n=parameters, needed=round(needed / 1e9), memory=round(memory / 1e9))
        )
