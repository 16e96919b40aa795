"""The regions that a network divides a plane into, epoch by epoch: what `boundary` finds."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.i18n import _, ngettext, number

CELLS = 12
"""Of the row that stays, told at most."""


@dataclass(frozen=True)
class Frame:
    """The answers after one epoch.

    Attributes:
        epoch: after how many; 0 is before the first.
        predicted: (up, across) class numbers, or values.
        sure: (up, across) the probability of the predicted class; None for values.
        score: of the rows themselves: the share predicted right, or R²; None where that is not defined.
        probabilities: (up, across, classes) of all classes; None for values.
    """

    epoch: int
    predicted: np.ndarray
    sure: np.ndarray | None
    score: float | None
    probabilities: np.ndarray | None = None


@dataclass(frozen=True)
class Boundary:
    """Answers on a plane.

    Attributes:
        kind: of the plane: "principal components", "inputs" or "columns".
        names: what its two axes are.
        explained: of principal components, the share of the variance that each explains.
        across, up: the grid's values along the two.
        frames: by epoch; the last are the trained weights.
        classes: their names; none where a number is predicted.
        places: (n, 2) where rows of data lie on the plane.
        targets: (n,) their class numbers, or values.
        away: (n,) how far off the plane each lies, in standard deviations (root mean square over the inputs).
        agreement: the share of rows whose prediction on the plane is their own.
        held: what the columns that do not vary stay at, by name; of a table alone.
        note: what there is to say of how the plane was chosen.
        besides: what is not as it was at the earlier epochs, a sentence for each.
    """

    kind: str
    names: tuple[str, str]
    explained: tuple[float, float] | None
    across: np.ndarray
    up: np.ndarray
    frames: tuple[Frame, ...]
    classes: tuple[str, ...]
    places: np.ndarray
    targets: np.ndarray
    away: np.ndarray
    agreement: float
    held: dict[str, Any]
    note: str = ""
    besides: tuple[str, ...] = ()

    def axes(self) -> tuple[str, str]:
        """The two axes' labels."""
        if self.explained is None:
            first, second = (_("input {}").format(name) if name.isdigit() else name for name in self.names)
            return first, second
        first, second = self.explained
        return (
            _("first principal component ({share:.0%} of the variance)").format(share=first),
            _("second principal component ({share:.0%} of the variance)").format(share=second),
        )

    def shares(self, frame: Frame) -> dict[str, float]:
        """{class: the share of the plane's area that is predicted as it}"""
        return {name: float(np.mean(frame.predicted == code)) for code, name in enumerate(self.classes)}

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        frames = [
            {
                "epoch": frame.epoch,
                "score": frame.score,
                "predicted": np.round(frame.predicted, 6).tolist(),
                "sure": None if frame.sure is None else np.round(frame.sure.astype(float), 4).tolist(),
            }
            for frame in self.frames
        ]
        return {
            "plane": self.kind,
            "axes": list(self.names),
            "explained_variance": None if self.explained is None else list(self.explained),
            "across": self.across.tolist(),
            "up": self.up.tolist(),
            "frames": frames,
            "classes": list(self.classes),
            "rows": {
                "places": self.places.tolist(),
                "targets": self.targets.tolist(),
                "away": np.round(self.away, 4).tolist(),
            },
            "agreement": self.agreement,
            "held": self.held,
        }

    def text(self) -> str:
        """What was found, in a few lines."""
        lines = [self.note, *self._about(), *map(self._line, self.frames), *self.besides]
        return "\n".join(filter(None, lines))

    def _about(self) -> list[str]:
        across, up = self.axes()
        lines = [_("Across: {across}. Up: {up}.").format(across=across, up=up)]
        if self.held:
            cells = [f"{name} = {_cell(value)}" for name, value in list(self.held.items())[:CELLS]]
            held = ", ".join([*cells, *(["…"] if len(self.held) > CELLS else [])])
            lines.append(_("All else stays as in this row: {held}.").format(held=held))
        lines.append(
            ngettext(
                "Of {n:,} row, {share:.0%} is predicted on the plane as it is predicted where it lies;"
                " it is {away:.2f} standard deviations off the plane.",
                "Of {n:,} rows, {share:.0%} are predicted on the plane as they are predicted where they lie;"
                " the middle one is {away:.2f} standard deviations off the plane.",
                len(self.places),
            ).format(n=len(self.places), share=self.agreement, away=float(np.median(self.away)))
        )
        return lines

    def _line(self, frame: Frame) -> str:
        if self.classes:
            shares = self.shares(frame)
            return _("Epoch {epoch:,}: {right:.1%} of the rows right; of the plane: {areas}.").format(
                epoch=frame.epoch,
                right=frame.score or 0.0,
                areas=", ".join(f"{name} {number(share, '.0%')}" for name, share in shares.items() if share),
            )
        low, high = float(frame.predicted.min()), float(frame.predicted.max())
        if frame.score is None:
            return _("Epoch {epoch:,}: from {low:.4g} to {high:.4g}.").format(epoch=frame.epoch, low=low, high=high)
        return _("Epoch {epoch:,}: R² of the rows {score:.3f}; on the plane from {low:.4g} to {high:.4g}.").format(
            epoch=frame.epoch, score=frame.score, low=low, high=high
        )


def _cell(value: Any) -> str:
    """A cell for a person; a gap is a dash."""
    if value is None:
        return "–"
    return number(value, ".5g") if isinstance(value, float) else str(value)
