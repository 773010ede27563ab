"""Bounds of processor time, on machines that are slower than the one for which they were set or that others use too."""

import json
import time

SURE = 0.8
"""Seconds that are within every bound, so that nothing has to be measured beside them."""


def pace() -> float:
    """Processor time that a piece of work of plain Python takes here, as a share of what it takes on the machine for
    which the bounds were set: 1 there, 2 on one that is half as fast, or that others use too."""
    start = time.process_time()
    told = json.loads(json.dumps([{"a": [number, 1.5, "b"]} for number in range(100_000)]))
    assert sum(len(one["a"]) for one in told) == 300_000
    return (time.process_time() - start) / 0.35


def at_pace(seconds: float) -> float:
    """Processor time just spent, as it would have been there; no more than was measured. Others come and go, so the
    pace is the slowest of a few."""
    return seconds / max(1.0, *(pace() for _ in range(3))) if seconds > SURE else seconds
