"""Time that all processes of one machine agree on and that nobody sets: signs of life are told and aged by it.

The time of day is for people. It jumps when it is set, and an hour ahead once kept a lost host for a living one.
"""

import math
import time


def now() -> float:
    """Seconds by a clock that only goes on, since some moment that holds until the machine is started anew."""
    return time.monotonic()


def since(then: float) -> float:
    """Seconds since `then`; infinite for what lies ahead, told by an early release or in another boot."""
    passed = now() - then
    return passed if passed >= 0 else math.inf


class Jumps:
    """Notices that the time of day was set: it went on otherwise than the clock that nobody sets."""

    def __init__(self) -> None:
        self._apart = _apart()

    def seen(self) -> bool:
        """Whether it jumped since it was last asked."""
        before, self._apart = self._apart, _apart()
        return abs(self._apart - before) > _JUMP_SECONDS


_JUMP_SECONDS = 60.0


def _apart() -> float:
    boot = getattr(time, "CLOCK_BOOTTIME", None)  # which goes on while the machine sleeps
    return time.time() - (time.clock_gettime(boot) if boot is not None else time.monotonic())
