"""What a model of a table must know besides its network, as plain data that a model file can hold."""

from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, model_validator

from clearprop.errors import DataError
from clearprop.i18n import _

Task = Literal["classification", "regression"]
Label = bool | int | float | str


class Table(BaseModel):
    """The columns a model was trained on, and what its output stands for.

    Attributes:
        task: whether the target is a class or a number.
        columns: the names of the input columns in their order; empty for arrays, such as images, that have none.
        target: the name of the target.
        classes: the label that each output of a classifier stands for, in order. A classifier of two classes has one
            output: the probability of the second.
        class_counts: how many training rows each class had, where that is known: what a baseline goes by.
        target_mean: added to a regression's output after
        target_scale: multiplying it by this: the network learns (y − mean) / scale.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)

    task: Task
    columns: tuple[str, ...] = ()
    target: str = "target"
    classes: tuple[Label, ...] = ()
    class_counts: tuple[int, ...] = ()
    target_mean: float = 0.0
    target_scale: float = 1.0

    @model_validator(mode="after")
    def _agrees(self) -> "Table":
        if len(self.classes) == 1 or (self.task == "classification") != bool(self.classes):
            raise ValueError("a classifier has two classes or more, a regression none")
        if self.class_counts and (len(self.class_counts) != len(self.classes) or min(self.class_counts) < 0):
            raise ValueError("each class has a count of 0 or more")
        if len(set(self.columns)) != len(self.columns) or not self.target_scale > 0:
            raise ValueError("column names are used once, and a scale is above 0")
        return self

    def encode(self, values: np.ndarray) -> np.ndarray:
        """Targets as the network learns them: class numbers (n,), or (y − mean) / scale.

        Raises:
            DataError: a value that is none of the classes, or is no number.
        """
        if self.task == "regression":
            if values.dtype.kind in "US":
                raise DataError(
                    _("The target '{name}' should be a number, and is {value!r} in one of the rows.").format(
                        name=self.target, value=values.tolist()[0]
                    )
                )
            return (np.asarray(values, float) - self.target_mean) / self.target_scale
        index = {label: i for i, label in enumerate(self.classes)}
        unknown = next((v for v in values.tolist() if v not in index), None)
        if unknown is not None:
            raise DataError(
                _("The target '{name}' has the value {value!r}; the model knows only {known}.").format(
                    name=self.target, value=unknown, known=", ".join(map(repr, self.classes[:20]))
                )
            )
        return np.array([index[v] for v in values.tolist()])

    def labels(self, prediction: np.ndarray) -> np.ndarray:
        """Predictions as a user reads them: the likeliest class's label, or mean + scale · output."""
        if self.task == "regression":
            return self.target_mean + self.target_scale * prediction.reshape(len(prediction))
        return np.array(self.classes)[self.probabilities(prediction).argmax(1)]

    def probabilities(self, prediction: np.ndarray) -> np.ndarray:
        """The probability of each class, (n, classes); a single output p stands for (1 − p, p)."""
        return np.hstack([1 - prediction, prediction]) if prediction.shape[1] == 1 else prediction
