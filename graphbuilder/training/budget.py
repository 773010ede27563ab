"""Keeps watching cheap: whatever is done beside training gets a small share of the time and little memory."""

import math
import time
from collections.abc import Callable, Iterable
from typing import Any

from graphbuilder.inference import BYTES_PER_NUMBER

HELD_UP = 2.0
"""On a machine with much else to do, a piece of a few milliseconds may be held up for a hundred, as the training beside
it is; were all of these counted, nothing would be seen for seconds. It counts at most so many times as long as it
computed."""


class Budget:
    """Allows work as long as all of it will have taken at most `share` of the time since the budget began, if the next
    piece takes as long as the last.

    clock: seconds, without those in which there was nothing to share. computes: the work waits for nothing of its own,
    such as a disk. The first piece of work is always allowed.
    """

    def __init__(
        self, share: float, clock: Callable[[], float] = lambda: time.monotonic(), computes: bool = False
    ) -> None:
        self._share, self._clock, self._held_up = share, clock, HELD_UP if computes else math.inf
        self._began = clock()
        self._spent = self._last = 0.0
        self._since = self._worked = 0.0

    def due(self) -> bool:
        return self._spent + self._last <= self._share * (self._clock() - self._began)

    def __enter__(self) -> None:
        self._since, self._worked = time.monotonic(), time.process_time()

    def __exit__(self, *_: object) -> None:
        taken, worked = time.monotonic() - self._since, time.process_time() - self._worked
        self._last = min(taken, self._held_up * worked) if worked else taken
        self._spent += self._last


ANY_LENGTH = 100
"""Steps that an axis of any length is taken to have, such as that of the words of a text."""


def rows_within(bytes: int, outputs: Iterable[Any], most: int) -> int:
    """As many rows as have outputs (tensors of a model) of so many bytes in all; from 1 to `most`."""
    each: int = sum(BYTES_PER_NUMBER * math.prod(axis or ANY_LENGTH for axis in output.shape[1:]) for output in outputs)
    return max(1, min(most, bytes // max(1, each)))
