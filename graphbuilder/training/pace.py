"""How long a training will take and how much memory it has, as measured of its steps so far."""

import resource
import sys
from collections.abc import Callable

from graphbuilder.records.events import Estimate, Event

MEASURED_SECONDS, MEASURED_STEPS, ENOUGH_SECONDS = 0.2, 8, 2.0
"""So long, and so many, steps are measured before anything is said of time: on a busy machine a first one may be held
up for many times what it takes. So many seconds are enough for however few. What is built first is not among them."""


class Pace:
    """Tells an Estimate before the first step, when steps were measured, and behind epochs 1, 2, 4, 8 and so on."""

    def __init__(self, memory: int, tell: Callable[[Event], None]) -> None:
        """memory: bytes that the training needs at most, as estimated; 0 where nobody knows."""
        self._memory, self._tell = memory, tell
        self._since: tuple[int, float] | None = None
        self._told = False

    def begin(self) -> None:
        self.change()
        self._tell(Estimate(0, 0.0, self._memory, _used(), None, None))

    def change(self) -> None:
        """What comes has another length, or other steps."""
        self._since, self._told = None, False

    def after_steps(self, step: int, seconds: float, left: int) -> None:
        """left: steps until the end."""
        if self._since is None:
            self._since = step, seconds
        elif not self._told:
            steps, took = step - self._since[0], seconds - self._since[1]
            if took >= ENOUGH_SECONDS or (took >= MEASURED_SECONDS and steps >= MEASURED_STEPS):
                self._say(step, seconds, left)

    def after_epoch(self, epoch: int, step: int, seconds: float, left: int) -> None:
        """Behind the epoch's validation, which from here on is a part of its steps."""
        if epoch & (epoch - 1) == 0:
            self._say(step, seconds, left)

    def _say(self, step: int, seconds: float, left: int) -> None:
        if self._since is None or step == self._since[0]:
            return
        each = (seconds - self._since[1]) / (step - self._since[0])
        self._told = True
        self._tell(Estimate(step, seconds, self._memory, _used(), each, each * left))


def _used() -> int:
    """The most memory that this process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
