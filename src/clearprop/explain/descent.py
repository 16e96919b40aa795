"""The same descent by different optimizers: gradient descent, momentum, RMSProp and Adam from the same point.

    p ← p + the optimizer's update for ∂f/∂p        p = (a, b), on a surface f

With `clearprop.optim`'s own equations, on a surface that can be seen whole: a named one, or a plane among the weights
of the user's own network (see `surfaces`).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Float

from clearprop import optim
from clearprop.compilation import program
from clearprop.errors import ClearpropError
from clearprop.explain.landscape import plain
from clearprop.explain.surfaces import Surface, named
from clearprop.i18n import _
from clearprop.registry import unknown
from clearprop.train.fitted import precision

OPTIMIZERS = ("gradient_descent", "momentum", "rmsprop", "adam")
WITHIN = 0.01
"""Of the way from the first loss down to the least: what counts as having arrived."""


@dataclass(frozen=True, eq=False)
class Descent:
    """One optimizer's descent.

    Attributes:
        optimizer: its name.
        rate: its learning rate.
        searched: whether that was found by a search.
        path: (steps + 1, 2), from the start on.
        loss: (steps + 1,), NaN where it is not finite.
        arrived: the first step from which on the loss stays within 1% of the way from the first down to the least; None
            for never.
        diverged: whether it ended higher than it began, or where the loss is not finite.
    """

    optimizer: str
    rate: float
    searched: bool
    path: Float[np.ndarray, "steps 2"]
    loss: Float[np.ndarray, " steps"]
    arrived: int | None
    diverged: bool


@dataclass(frozen=True, eq=False)
class Descents:
    """All of them, on one surface.

    Attributes:
        surface: what was descended on.
        start: (2,) where all began.
        least: the surface's least value; where that is not known, the least on its map or that any of them saw.
        runs: a descent for each optimizer, in the order asked for.
    """

    surface: Surface
    start: Float[np.ndarray, "2"]
    least: float
    runs: tuple[Descent, ...]

    @property
    def steps(self) -> int:
        """How many each took."""
        return len(self.runs[0].loss) - 1

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON; what is not finite is None."""
        return {
            "surface": self.surface.name,
            "start": self.start.tolist(),
            "steps": self.steps,
            "least": self.least,
            "runs": [
                {**vars(run), "path": plain(run.path), "loss": plain(run.loss)}  # the rest is plain already
                for run in self.runs
            ],
        }

    def text(self) -> str:
        """What came of it, a sentence a line."""
        first = _("From ({a:.4g}, {b:.4g}), {steps:,} steps each; the least loss is {least:.4g}.")
        lines = [first.format(a=self.start[0], b=self.start[1], steps=self.steps, least=self.least)]
        return "\n".join([*lines, *map(sentence, self.runs)])


def sentence(run: Descent) -> str:
    """What came of one."""
    if run.diverged:
        line = _("{optimizer}, learning rate {rate:g}: it diverged; a smaller rate is needed.")
    elif run.arrived is None:
        line = _("{optimizer}, learning rate {rate:g}: loss {loss:.4g} at the end; it has not arrived.")
    else:
        line = _("{optimizer}, learning rate {rate:g}: loss {loss:.4g} at the end; it arrived at step {arrived}.")
    return line.format(optimizer=run.optimizer, rate=run.rate, loss=float(run.loss[-1]), arrived=run.arrived)


def descent(
    surface: Surface | str,
    start: Any = None,
    *,
    optimizers: Sequence[str] = OPTIMIZERS,
    rates: Mapping[str, float] | float | None = None,
    steps: int = 100,
    progress: Callable[[int, int], None] | None = None,
) -> Descents:
    """Descend on one surface by several optimizers, from the same point.

    Args:
        surface: "bowl", "rosenbrock", "saddle", or a `Surface`, such as `plane_of` gives.
        start: (a, b); by default the surface's own.
        optimizers: names of `clearprop.optim`.
        rates: a learning rate for all, or one by each name. For those without one it is searched: 1 and 3 times powers
            of ten are tried, over four decades up to the rate whose first step crosses the surface (RMSProp and Adam: a
            thirtieth of it). The best is the one whose loss over the last tenth of the steps is at no step as high as
            the others'; those whose path stays on the surface's map go before the others.
        steps: how many each takes.
        progress: told how many descents are done, those of the search among them, of how many.

    Raises:
        ClearpropError: an unknown name, a start that is not two finite numbers, a rate that is not above 0.

    >>> found = descent("bowl", optimizers=["gradient_descent"], rates=0.01, steps=2)
    >>> found.runs[0].path.tolist()                                         # a (1 − η)ᵏ, b (1 − 25 η)ᵏ
    [[-4.5, 1.2], [-4.455, 0.9], [-4.41045, 0.675]]
    """
    surface = named(surface) if isinstance(surface, str) else surface
    given = _check(optimizers, rates, steps)
    begin = _start(surface, start)
    tried = {name: [given[name]] if name in given else _candidates(surface, begin, name) for name in optimizers}
    of, found, done = sum(map(len, tried.values())), [], 0
    for name, candidates in tried.items():
        runs = []
        for rate in candidates:
            runs.append((rate, *_descend(surface, begin, optim.OPTIMIZERS[name](rate), steps)))
            done += 1
            if progress is not None:
                progress(done, of)
        found.append((name, *min(runs, key=lambda run: _merit(surface, *run[1:]))))
    least = _least_seen(surface, [loss for *_rest, loss in found]) if surface.least is None else surface.least
    return Descents(surface, begin, least, tuple(_described(each, least, given) for each in found))


def _least_seen(surface: Surface, losses: Sequence[np.ndarray]) -> float:
    """The least value of the map and of the descents."""
    return min(float(np.nanmin(values)) for values in (surface.map.value, *losses))


def _described(found: tuple[str, float, np.ndarray, np.ndarray], least: float, given: Mapping[str, float]) -> Descent:
    name, rate, path, loss = found
    diverged = not loss[-1] <= loss[0]
    away = np.flatnonzero(~(loss <= least + WITHIN * (loss[0] - least)))
    arrived = int(away[-1]) + 1 if len(away) else 0
    return Descent(name, rate, name not in given, path, loss, None if arrived == len(loss) else arrived, bool(diverged))


def _check(optimizers: Sequence[str], rates: Any, steps: int) -> dict[str, float]:
    """The rates that were given, by name."""
    if not optimizers or steps < 1:
        raise ClearpropError(_("A descent needs an optimizer and a step, or more."))
    for name in optimizers:
        if name not in optim.OPTIMIZERS:
            raise unknown("optimizer", name, optim.OPTIMIZERS)
    everywhere: dict[str, Any] = {} if rates is None else dict.fromkeys(optimizers, rates)
    given = dict(rates) if isinstance(rates, Mapping) else everywhere
    for name, rate in given.items():
        if name not in optimizers:
            raise ClearpropError(_("There is a learning rate for {name!r}, which is not asked for.").format(name=name))
        if not (math.isfinite(rate) and rate > 0):
            raise ClearpropError(_("A learning rate is a finite number above 0, not {rate}.").format(rate=rate))
    return {name: float(rate) for name, rate in given.items()}


def _start(surface: Surface, start: Any) -> np.ndarray:
    begin = np.asarray(surface.start if start is None else start, float)
    if begin.shape != (2,) or not np.isfinite(begin).all():
        raise ClearpropError(_("A descent starts at two finite numbers (a, b), not at {start}.").format(start=start))
    if not math.isfinite(surface(begin)[0]):
        raise ClearpropError(_("The loss is not finite at the start: start nearer to the trained weights."))
    return begin


def _candidates(surface: Surface, start: np.ndarray, name: str) -> list[float]:
    """1 and 3 times the powers of ten over four decades.

    The first step of gradient descent is as long as rate times gradient: the largest one may cross the surface. Each
    step of RMSProp and Adam is about as long as the rate: the largest one may cross a thirtieth of it.
    """
    across = max(np.ptp(surface.map.a), np.ptp(surface.map.b))
    length = 30.0 if name in ("rmsprop", "adam", "adamw") else float(np.linalg.norm(surface(start)[1]))
    most = across / max(length, 1e-12 * across)
    power = math.floor(math.log10(most))
    tried = [float(f"{digit}e{p}") for p in range(power - 4, power + 1) for digit in (1, 3)]
    return [rate for rate in tried if rate <= most][-8:]


def _merit(surface: Surface, path: np.ndarray, loss: np.ndarray) -> tuple[bool, float]:
    """The less the better: whether it leaves the surface's map; the highest loss over the last tenth of the steps."""
    low, high = (np.array([f(surface.map.a), f(surface.map.b)]) for f in (np.min, np.max))
    inside = (path >= np.minimum(low, path[0])) & (path <= np.maximum(high, path[0]))
    last = loss[-max(len(loss) // 10, 1) :]
    return not inside.all(), float(last.max()) if np.isfinite(last).all() else math.inf


def _descend(surface: Surface, start: np.ndarray, optimizer: Any, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """(the points, their losses), NaN where they are not finite."""
    with precision(surface.dtype):
        begin = jnp.asarray(start, surface.dtype)
        path, loss = _steps((surface.function, steps), surface.numbers, optimizer, begin)
    path, loss = (np.asarray(values, float) for values in (path, loss))
    return np.where(np.isfinite(path), path, np.nan), np.where(np.isfinite(loss), loss, np.nan)


@program()
def _steps(plan: tuple[Any, int], numbers: Any, optimizer: Any, start: Any) -> tuple[Any, Any]:
    function, steps = plan

    def step(carry, _):
        point, memory = carry
        value, gradient = function(numbers, point)
        updates, memory = optimizer.update(gradient, memory, point)
        return (optim.apply(point, updates), memory), (point, value)

    _last, seen = lax.scan(step, (start, optimizer.init(start)), None, steps + 1)
    return seen
