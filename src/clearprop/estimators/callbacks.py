"""scikit-learn's callbacks (`set_callbacks`, version 1.9), told of every epoch."""

from collections.abc import Callable
from typing import Any

from clearprop.train import Fitted, Run


class EachEpoch:
    """A callback of `clearprop.train` that tells scikit-learn's: a task "epoch" within the task "fit".

    They are given an estimator as it would be had training stopped with this epoch, if their hooks ask for one.
    """

    def __init__(self, context: Any, estimator: Any, as_fitted: Callable[[Fitted], dict[str, Any]], **given: Any):
        self._context, self._estimator, self._as_fitted, self._given = context, estimator, as_fitted, given

    def __call__(self, run: Run, record: dict[str, Any]) -> bool:
        """Whether one of them wants to stop."""
        told = {
            "estimator": self._estimator,
            "reconstruction_attributes": lambda: self._as_fitted(run.fitted),
            **self._given,
        }
        task = self._context.subcontext(task_name="epoch")
        task.call_on_fit_task_begin(estimator=self._estimator, **self._given)
        return bool(task.call_on_fit_task_end(**told))
