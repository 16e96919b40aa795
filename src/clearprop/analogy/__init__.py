"""How far a logistic unit is from a neuron: networks learn when the neuron fires, and depth says how much they need."""

from clearprop.analogy.cells import CELLS, Cell, Contact
from clearprop.analogy.run import measure
from clearprop.analogy.settings import Settings

__all__ = ["CELLS", "Cell", "Contact", "Settings", "measure"]
