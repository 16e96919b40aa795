"""Issue 3, speed: what one process has compiled, the next one reads."""

import os
import subprocess
import sys

from clearprop.compilation import cache


def test_a_process_after_it_compiles_nothing(tmp_path):
    """Training and prediction, told by JAX's own events."""
    code = (
        "import jax, numpy as np; events = []\n"
        "jax.monitoring.register_event_duration_secs_listener(lambda name, *_, **__: events.append(name))\n"
        "from clearprop import Network, layers, train\n"
        "X = np.linspace(-1, 1, 40)[:, None]\n"
        "net = Network([layers.Dense(3), layers.Activation('tanh'), layers.Dense(1)])\n"
        "fitted = train.fit(net, X, X**2, loss='squared', epochs=2, batch_size=8)\n"
        "print(sum('backend_compile' in name for name in events), fitted.predict(X[:3]).ravel())"
    )
    environment = {**os.environ, cache.VARIABLE: str(tmp_path)}
    first, second = (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
        for _ in range(2)
    )
    compiled_first, *answer_first = first.stdout.split(maxsplit=1)
    compiled_then, *answer_then = second.stdout.split(maxsplit=1)
    assert answer_then == answer_first
    assert int(compiled_first) > 0 and int(compiled_then) == 0
