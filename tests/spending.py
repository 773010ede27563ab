"""Bounds of time as ratios in one run: a machine may be slower than the one for which a bound was set, and others may
use it too, now more and now less."""

import json
import time
from collections.abc import Callable

GOES = 3


def pace() -> float:
    """Processor time that a usual piece of work takes here and now, as a share of what it takes on the machine for
    which the bounds of these tests were set: 1 there, 2 on one that is half as fast, or that others use too."""
    start = time.process_time()
    told = json.loads(json.dumps([{"a": [number, 1.5, "b"]} for number in range(100_000)]))
    assert sum(len(one["a"]) for one in told) == 300_000
    return (time.process_time() - start) / 0.35


def as_there(seconds: float, bound: float) -> float:
    """Processor time as that machine would take it, where it is over its bound here."""
    return seconds if seconds <= bound else seconds / max(1.0, pace())


def soonest(work: Callable[[], float], bound: float) -> float:
    """The shortest of at most GOES goes, as that machine would take it: what else is at work only lengthens them, as
    `timeit` has it. work: gives the processor time that it took."""
    least = as_there(work(), bound)
    for _ in range(GOES - 1):
        if least <= bound:
            break
        least = min(least, as_there(work(), bound))
    return least


def spent(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
