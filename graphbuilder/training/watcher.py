"""Looks into a network while it trains, within a share of the time, and tells what is seen."""

import time
from collections.abc import Callable

import keras

from graphbuilder.plan import Plan
from graphbuilder.records.events import Event, Probe
from graphbuilder.training.budget import Budget
from graphbuilder.training.parts import Parts
from graphbuilder.training.probes import Probes
from graphbuilder.training.surface import surface

LOOK_SECONDS = 0.1
"""The least time between two looks into the network, so that they lie evenly over a short training."""


class Watcher:
    """Probes a model within a share of the time, and tells what it saw."""

    def __init__(
        self, model: keras.Model, plan: Plan, parts: Parts, tell: Callable[[Event], None], relu: frozenset[str]
    ) -> None:
        self._probes = Probes(model, plan, parts.x_val, relu)
        self._probes.look_at_all()  # traces the functions, which is not counted
        self._surface = surface(model, plan, parts.x)
        if self._surface:
            self._surface.look(0)
        self._budget = Budget(0.03)
        self._looked = -LOOK_SECONDS
        self._tell = tell

    def due(self) -> bool:
        return self._budget.due() and time.monotonic() - self._looked >= LOOK_SECONDS

    def look(self, step: int, seconds: float) -> None:
        self._looked = time.monotonic()
        with self._budget:
            self._tell(Probe(step, seconds, self._probes.look()))
            self._look_at_surface(step)

    def look_at_all(self, step: int, seconds: float) -> None:
        self._tell(Probe(step, seconds, self._probes.look_at_all()))
        self._look_at_surface(step)

    def _look_at_surface(self, step: int) -> None:
        if self._surface:
            self._tell(self._surface.look(step))
