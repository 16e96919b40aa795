"""What a model of a table must know besides its network, as plain data that a model file can hold."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from clearprop.data.preparation import Preparation

Task = Literal["classification", "regression"]
Label = bool | int | float | str


class Table(BaseModel):
    """What goes in, and what the output stands for.

    Attributes:
        task: whether the target is a class or a number.
        columns: the names of the input columns in their order; empty where they have none.
        n_columns: how many they are; for images, the size of their second axis.
        preparation: how they become numbers; None for images.
        target: the name of the target.
        classes: the label that each output of a classifier stands for, in order. A classifier of two classes has one
            output: the probability of the second.
        class_counts: how many training rows each class had, where that is known: what a baseline goes by.
        labels: whether the classes are labels that do not exclude each other.
        flat: whether the target is a single column (n,), and not (n, 1).
        target_mean: for each output, added to it after
        target_scale: multiplying it by this: the network learns (y − mean) / scale.
        parameters: the estimator's own, as far as they are data.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)

    task: Task
    columns: tuple[str, ...] = ()
    n_columns: int = Field(1, ge=1, lt=2**31)
    preparation: Preparation | None = None
    target: str = "target"
    classes: tuple[Label, ...] = ()
    class_counts: tuple[int, ...] = ()
    labels: bool = False
    flat: bool = True
    target_mean: tuple[float, ...] = (0.0,)
    target_scale: tuple[float, ...] = (1.0,)
    parameters: dict[str, JsonValue] = {}

    @model_validator(mode="after")
    def _agrees(self) -> "Table":
        if (len(self.classes) == 1 and not self.labels) or (self.task == "classification") != bool(self.classes):
            raise ValueError("a classifier has two classes or more, a regression none")
        if self.class_counts and (len(self.class_counts) != len(self.classes) or min(self.class_counts) < 0):
            raise ValueError("each class has a count of 0 or more")
        if len(set(self.columns)) != len(self.columns) or len(self.columns) not in (0, self.n_columns):
            raise ValueError("each column has a name, used once, or none has")
        if len(self.target_mean) != len(self.target_scale) or not all(scale > 0 for scale in self.target_scale):
            raise ValueError("each output has a mean and a scale above 0")
        return self

    def outputs(self) -> set[int]:
        """How many outputs a network for this table may have."""
        if not self.classes:
            return {len(self.target_mean)}
        return {1, 2} if len(self.classes) == 2 and not self.labels else {len(self.classes)}
