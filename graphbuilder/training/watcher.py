"""Looks into a network while it trains, within a share of the time, and tells what is seen."""

import logging
import math
import os
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import keras
import tensorflow as tf

from graphbuilder.memory import HEAVY_BYTES
from graphbuilder.plan import Plan
from graphbuilder.records.events import Batch, Event, Layers, Probe
from graphbuilder.store.line import TOGETHER
from graphbuilder.training.budget import Budget
from graphbuilder.training.distributions import Span
from graphbuilder.training.gradients import Gradients, Sample, sampled
from graphbuilder.training.parts import Parts
from graphbuilder.training.probes import Probes
from graphbuilder.training.snapshots import Keeper
from graphbuilder.training.surface import surface

log = logging.getLogger("graphbuilder.training")

LOOK_SECONDS, GRADIENT_SECONDS = 0.1, 0.3
"""The least time between two looks into the network, so that they lie evenly over a short training; between two at its
gradients, which are longer to tell."""
BUSY_SECONDS = 2.0
"""And while what looks at gradients is traced, beside which a look takes up to six times as long."""
UNITS_SECONDS = 0.4
"""And at the units of a network of points, which are long to tell, too."""
SHARE, GRADIENT_SHARE = 0.02, 0.01
EPOCH_SECONDS, SMALL, TRACING_SECONDS = 2.0, 40, 0.05
"""What looks at gradients is traced beside the steps, so that these are told meanwhile, and behind the first epoch and
what judges it or two seconds of steps, so that these come soon where many train at once. It takes TRACING_SECONDS for
a node; a network of more than SMALL nodes is first trained for as long as it takes."""
TURN_SECONDS = 0.6
"""Trainings that began together trace it so long one after the other, by the numbers of their processes."""
LIGHT_BYTES = 10_000_000
"""And with no more to train than this, what was traced is tried there, too: elsewhere a second copy would count."""
WAIT_SECONDS = 15.0
"""Whoever waits for a look waits so long for what is still traced."""
KEEPING_SHARE, SMALL_BYTES = 0.005, 500_000
"""Of the time, that keeping weights takes at most, between looks too: where many share the machine, these are rare.
Those of no more bytes are kept with any look that wants them as well: they are written sooner than it looks, and where
one waits long for the disk none would follow. Between, they are held, and written at the end: of a run of seconds that
share allows five, and a path through them would have no corners."""

_Made = tuple[Gradients, tuple[Layers, Batch] | None]
"""What looks back, and what it saw at first, which takes longer than later."""


class Watcher:
    """Probes a model within a share of the time, and tells what it saw."""

    def __init__(
        self,
        model: keras.Model,
        plan: Plan,
        parts: Parts,
        tell: Callable[[Event], None],
        relu: frozenset[str],
        bounded: Mapping[str, Span],
        initial: Iterable[Any],
        snapshots: Keeper | None = None,
        clock: Callable[[], float] = time.monotonic,
        executor: str = "",
    ) -> None:
        """initial: the model's variables before the first step, in their order, and maybe others behind them.
        snapshots: keeps weights at some steps. clock: seconds that go by while it trains. executor:
        of TensorFlow's functions, by its name."""
        self._model, self._plan, self._parts, self._initial = model, plan, parts, initial
        self._probes = Probes(model, plan, parts.x_val, relu, bounded)
        self._probes.look_at_all()  # traces the functions, which is not counted
        self._surface = surface(model, plan, parts.x)
        if self._surface:
            self._surface.look(0)
            self._surface.look_at_units(0)
        self._gradients: Gradients | None = None
        self._tracing: Future[_Made] | None = None
        self._aside, self._executor = ThreadPoolExecutor(1, "traces"), executor
        trained = sum(map(_bytes, model.trainable_variables))
        self._traces, self._light = 0 < trained <= HEAVY_BYTES, trained <= LIGHT_BYTES
        self._epoch, self._stepped = -(-parts.rows[0] // plan.batch_size), math.inf
        self._budget, self._gradient_budget = Budget(SHARE, clock, True), Budget(GRADIENT_SHARE, clock, True)
        self._looked = self._looked_back = self._looked_at_units = -1.0
        self._due, self._looked_back_at = False, -1
        self._before: Sample | None = None
        self._begins = self._told_first = self._stale = False
        self._tell = tell
        self._keeper = snapshots
        self._keeping = Budget(KEEPING_SHARE, clock)
        self._small = sum(map(_bytes, model.weights)) <= SMALL_BYTES

    leaves_room = False
    """Whether others begin beside this training: what looks at gradients is traced later, and not by all at once."""
    _turn = -math.inf

    def heed(self, plan: Plan, stale: bool) -> None:
        """The training goes on by another plan. stale: it has numbers that the functions here were traced with."""
        self._plan = plan
        self._stale |= stale

    def wants_one_step(self, sure: bool = False) -> bool:
        """Whether the next steps are to be a single one, behind which a look tells what it changed. sure: somebody
        waits to see that."""
        now, self._before = time.monotonic(), None
        self._take_traced()
        between = BUSY_SECONDS if self._tracing else LOOK_SECONDS
        self._due = self._budget.due() and now - self._looked >= between
        back = self._due and self._gradient_budget.due() and now - self._looked_back >= GRADIENT_SECONDS
        if (sure or back) if self._gradients else (sure and self._will_look_back):
            with self._gradient_budget:
                self._before = sampled(self._model)
        return self._before is not None

    @property
    def _will_look_back(self) -> bool:
        """Whether a look that is waited for looks back, though what does is not traced yet."""
        return self._tracing is not None or (self._traces and self._probes.count <= SMALL)

    def look_if_due(self, step: int, seconds: float) -> bool:
        """Behind steps; `wants_one_step` was asked before them. Whether it looked."""
        if self.leaves_room:
            self._turn = time.monotonic() + TURN_SECONDS * (os.getpid() % TOGETHER)
        may = not self.leaves_room and time.monotonic() >= self._turn
        if self._traces and may and self._is_time_to_trace(step, seconds):
            self._trace_first()
        elif self._stale and self._gradients:
            self._stale = False
            self._trace(self._gradients.built_anew)
            self._gradients = None
        if self._due:
            self._look(step, seconds)
            if self._before is not None:
                self._look_back(step, seconds)
        if self._keeper and self._keeper.wants(step):
            if self._keeping.due() or (self._small and self._due):
                self._keep(step, seconds)
            elif self._small:
                self._keeper.hold(step, self._weights())
        return self._due

    def look(self, step: int, seconds: float) -> None:
        """At once, as somebody waits for it."""
        self._begins |= step == 0
        self._looked_at_units = -1.0
        self._look(step, seconds)
        if step:
            self._wait_for_traced()
        self._look_back(step, seconds)
        self._keep(step, seconds)

    def look_again(self, step: int, seconds: float) -> None:
        """At once, at a step that was looked at maybe: the weights are others now. Waits for nothing."""
        self._looked_at_units, self._before, self._looked_back_at = -1.0, None, -1
        self._look(step, seconds)

    def look_at_all(self, step: int, seconds: float, moved: bool) -> None:
        """At the end. moved: the weights are other ones than the last step left behind, so they say nothing of it."""
        self._looked_at_units = -1.0
        self._tell(Probe(step, seconds, self._probes.look_at_all()))
        self._look_at_surface(step)
        self._wait_for_traced()
        if moved:
            self._before = None
        if moved or self._looked_back_at != step:
            self._look_back(step, seconds)
        self._keep(step, seconds, held=True)

    def _look(self, step: int, seconds: float) -> None:
        self._looked = time.monotonic()
        with self._budget:
            self._tell(Probe(step, seconds, self._probes.look()))
            self._look_at_surface(step)

    def _is_time_to_trace(self, step: int, seconds: float) -> bool:
        nodes = self._probes.count
        if nodes > SMALL:
            return seconds > nodes * TRACING_SECONDS
        self._stepped = min(self._stepped, seconds)
        return step > self._epoch or seconds - self._stepped > EPOCH_SECONDS

    def _trace_first(self) -> None:
        self._traces = False
        self._trace(lambda: Gradients(self._model, self._plan, self._parts, self._initial))

    def _trace(self, make: Callable[[], Gradients]) -> None:
        """Begins to make what looks back, in a thread, as that takes a second."""

        def made() -> _Made:
            with tf.experimental.function_executor_type(self._executor):  # each thread has its own
                gradients = make()
                return gradients, gradients.look_first() if self._light else None

        self._tracing = self._aside.submit(made)

    def _wait_for_traced(self) -> None:
        if self._will_look_back and not self._tracing:
            self._trace_first()
        self._take_traced(WAIT_SECONDS)

    def _take_traced(self, wait: float = 0.0) -> None:
        """Looks back from now on where what does is traced, and at first at the initial weights. wait: for that, in
        seconds."""
        if not self._tracing or not (wait or self._tracing.done()):
            return
        try:
            self._gradients, first = self._tracing.result(wait)
            self._tracing = None
            first = first or self._gradients.look_first()
        except TimeoutError:
            return
        except Exception as fault:  # what only is looked at must end no training
            log.warning("No gradients are looked at: %s: %s", type(fault).__name__, fault)
            self._tracing = self._gradients = None
            return
        if self._begins and not self._told_first:
            for event in first:
                self._tell(event)
        self._told_first = True

    def _look_back(self, step: int, seconds: float) -> None:
        if not self._gradients:
            return
        self._gradients.batch = self._plan.batch_size
        self._looked_back, self._looked_back_at = time.monotonic(), step
        with self._gradient_budget:
            for event in self._gradients.look(step, seconds, self._before):
                self._tell(event)
        self._before = None

    def _keep(self, step: int, seconds: float, held: bool = False) -> None:
        """held: with what was held before."""
        if not self._keeper:
            return
        with self._keeping:
            try:
                if held:
                    self._keeper.write_held()
                kept = self._keeper.keep(step, seconds, self._weights())
            except OSError as fault:  # a full disk is told by what has to be written
                log.warning("No weights are kept at step %d: %s", step, fault)
                return
        if kept:
            self._tell(kept)

    def _weights(self) -> list[Any]:
        return [one.value.numpy() for one in self._model.weights]

    def _look_at_surface(self, step: int) -> None:
        if not self._surface:
            return
        self._tell(self._surface.look(step))
        if time.monotonic() - self._looked_at_units >= UNITS_SECONDS:
            self._looked_at_units = time.monotonic()
            self._tell(self._surface.look_at_units(step))


def _bytes(variable: Any) -> int:
    return int(variable.value.dtype.size * variable.value.shape.num_elements())
