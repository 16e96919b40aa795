"""Reliability: tables by hand, and the picture."""

import matplotlib.image
import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from clearprop.explain.calibration import calibration, draw


def two(p):
    return np.stack([1 - np.asarray(p), p], 1)


def test_by_hand():
    """Said 0.1, 0.3, 0.6, 0.8; so were the third and the fourth: bins (0.2, 0) and (0.7, 1)."""
    found = calibration(["no", "no", "yes", "yes"], two([0.1, 0.3, 0.6, 0.8]), ["no", "yes"], bins=2)
    assert [b[:3] for b in found.bins] == [(2, pytest.approx(0.2), 0.0), (2, pytest.approx(0.7), 1.0)]
    assert found.error == pytest.approx((0.2 + 0.3) / 2)
    assert found.brier == pytest.approx(np.mean([0.01, 0.09, 0.16, 0.04]))
    assert found.about == "yes"


def test_bins_are_scikit_learns():
    """calibration_curve with bins of equal counts."""
    draw_ = np.random.default_rng(0)
    p = draw_.random(1000)
    y = (draw_.random(1000) < p).astype(int)
    observed, predicted = calibration_curve(y, p, n_bins=10, strategy="quantile")
    found = calibration(y, two(p), [0, 1])
    assert [b.observed for b in found.bins] == pytest.approx(observed)
    assert [b.predicted for b in found.bins] == pytest.approx(predicted)
    assert [b.rows for b in found.bins] == [100] * 10
    assert all(b.low < b.predicted < b.high for b in found.bins)
    assert found.error < 0.05


def test_of_more_classes_the_likeliest_is_judged():
    """Right, wrong, right at 0.8, 0.6 and 0.5."""
    P = [[0.8, 0.1, 0.1], [0.2, 0.6, 0.2], [0.2, 0.3, 0.5]]
    found = calibration([0, 2, 2], P, [0, 1, 2], bins=3)
    assert [(b.rows, b.observed) for b in found.bins] == [(1, 1.0), (1, 0.0), (1, 1.0)]
    assert found.error == pytest.approx((0.5 + 0.6 + 0.2) / 3)
    assert found.brier == pytest.approx((0.25 + 0.36 + 0.04) / 3)
    assert found.about is None


def test_equal_probabilities_are_never_divided():
    found = calibration([0, 1] * 10, two([0.3] * 15 + [0.9] * 5), [0, 1])
    assert [b.rows for b in found.bins] == [15, 5]
    few = calibration([0, 1, 1], two([0.5, 0.5, 0.7]), [0, 1])
    assert [b.rows for b in few.bins] == [2, 1]
    assert calibration([0], two([1.0]), [0, 1]).brier == 1.0


@pytest.mark.parametrize("n", [1, 300])
def test_the_picture_is_drawn(n, tmp_path):
    p = np.random.default_rng(0).random(n)
    draw(tmp_path / "a.png", calibration((p > 0.5).astype(int), two(p), [0, 1]), "of $x$ and $y")
    assert matplotlib.image.imread(tmp_path / "a.png").std() > 0.05
