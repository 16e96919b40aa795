"""Training: the loop, compiled whole; history, callbacks, early stopping.

`fit` prepares, `loop` is the host's side, `program` the compiled one.
"""

from clearprop.train import metrics
from clearprop.train.fit import TrainingWarning, fit
from clearprop.train.fitted import Fitted
from clearprop.train.history import History
from clearprop.train.loop import Callback, Run

__all__ = ["Callback", "Fitted", "History", "Run", "TrainingWarning", "fit", "metrics"]
