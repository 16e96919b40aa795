"""Issue 3: the five folds of a cross-validation compile once, though two have 1,437 rows and three 1,438."""

import jax
import pytest
from sklearn.datasets import load_digits
from sklearn.model_selection import StratifiedKFold

from clearprop import DeepClassifier


@pytest.fixture
def compiled():
    """The programs that are compiled from now on, by JAX's own events."""
    events = []
    jax.monitoring.register_event_duration_secs_listener(
        lambda name, _seconds, **about: events.append(about) if "backend_compile" in name else None
    )
    yield events
    jax.monitoring.clear_event_listeners()


def test_five_folds_compile_once(compiled):
    """The digits: 1,797 rows, of which a fold leaves out 359 or 360. Fitted, and asked."""
    X, y = load_digits(return_X_y=True)
    counts, sizes = [], []
    for learn, judge in StratifiedKFold(5, shuffle=True, random_state=0).split(X, y):
        DeepClassifier((4,), epochs=1, random_state=0).fit(X[learn], y[learn]).predict_proba(X[judge])
        counts.append(len(compiled))
        sizes.append(len(learn))
    assert set(sizes) == {1437, 1438}
    assert counts == [counts[0]] * 5
