"""Metrics as a person calls them."""

from clearprop.i18n import _

SHARES = ("accuracy", "balanced_accuracy")
"""Metrics that are read as percentages."""


def metric(name: str) -> str:
    """A metric's name, in the language spoken now."""
    names = {
        "accuracy": _("accuracy"),
        "balanced_accuracy": _("balanced accuracy"),
        "log_loss": _("log-loss"),
        "auc": "AUC",
        "f1": "F1",
        "r2": "R²",
        "rmse": "RMSE",
        "mae": "MAE",
    }
    return names.get(name, name)
