"""What can be asked for."""

import pytest

from clearprop.analogy import Settings
from clearprop.errors import ClearpropError


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"depths": (1, 2)}, "depths are 1,2, and have to be 0"),
        ({"depths": (0,)}, "one more at least"),
        ({"depths": ()}, "depths are none"),
        ({"seeds": 0}, "seeds must be 1 or more, not 0"),
        ({"excitatory": 0}, "excitatory must be 1 or more"),
        ({"inhibitory": -1}, "inhibitory must be 0 or more"),
        ({"trials": 4}, "trials must be 5 or more"),
        ({"window_ms": 5}, "window_ms must be 10 or more"),
        ({"trial_ms": 100}, "trial_ms must be 160 or more"),
        ({"rate_hz": 0.0}, "rate_hz must lie between 0 and 200, not 0"),
        ({"input_rate_hz": 500.0}, "input_rate_hz must lie between"),
    ],
)
def test_what_cannot_be_is_named(given, message):
    with pytest.raises(ClearpropError, match=message):
        Settings(**given)


def test_depths_are_put_in_order_and_trials_are_dealt_out():
    settings = Settings(depths=(2, 0, 2), trials=12)
    assert settings.depths == (0, 2)
    parts = [list(part) for part in settings.parts()]
    assert [len(part) for part in parts] == [8, 2, 2]
    assert [trial for part in parts for trial in part] == list(range(12))
