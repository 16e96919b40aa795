"""Means, choices and differences, by hand."""

import pytest

from clearprop.analogy import summary


def run(validation, test):
    """A seed whose depths have these areas."""
    measured = dict.fromkeys(summary.MEASURES, 0.0)
    return {
        "rate_hz": 8.0,
        "depths": {
            str(depth): {"validation": {**measured, "auc": v}, "test": {**measured, "auc": t}}
            for depth, (v, t) in enumerate(zip(validation, test, strict=True))
        },
    }


def test_the_best_depth_is_chosen_by_validation_and_compared_on_the_test():
    """Seeds choose depths 1 and 2 though another scores higher in the test; differences +.02 and +.04, t₁ = 12.706:
    .03 ± 12.706 · .01414/√2."""
    found = summary.of([run([0.8, 0.9, 0.85], [0.80, 0.82, 0.90]), run([0.8, 0.85, 0.9], [0.80, 0.90, 0.84])])
    assert found["best_depth"]["auc"] == [1, 2]
    assert found["best"]["auc"]["mean"] == pytest.approx(0.83)
    difference = found["difference"]["auc"]
    assert difference["mean"] == pytest.approx(0.03)
    assert difference["high"] - difference["mean"] == pytest.approx(12.706 * 0.01, rel=1e-3)
    assert found["differences"]["1"]["auc"]["mean"] == pytest.approx(0.06)
    assert found["depths"]["2"]["auc"]["mean"] == pytest.approx(0.87)


def test_where_no_depth_does_better_the_difference_is_nothing():
    found = summary.of([run([0.9, 0.8], [0.7, 0.9])])
    assert found["difference"]["auc"] == {"mean": 0.0, "low": None, "high": None}
