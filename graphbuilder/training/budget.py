"""Keeps watching cheap: whatever is done beside training gets a small share of the time and little memory."""

import math
import time
from collections.abc import Callable, Iterable
from typing import Any

from graphbuilder.inference import BYTES_PER_NUMBER


class Budget:
    """Allows work as long as all of it will have taken at most `share` of the time since the budget began, if the next
    piece takes as long as the last.

    clock: seconds, without those in which there was nothing to share. The first piece of work is always allowed.
    """

    def __init__(self, share: float, clock: Callable[[], float] = lambda: time.monotonic()) -> None:
        self._share, self._clock = share, clock
        self._began = clock()
        self._spent = self._last = 0.0
        self._since = 0.0

    def due(self) -> bool:
        return self._spent + self._last <= self._share * (self._clock() - self._began)

    def __enter__(self) -> None:
        self._since = time.monotonic()

    def __exit__(self, *_: object) -> None:
        self._last = time.monotonic() - self._since
        self._spent += self._last


ANY_LENGTH = 100
"""Steps that an axis of any length is taken to have, such as that of the words of a text."""


def rows_within(bytes: int, outputs: Iterable[Any], most: int) -> int:
    """As many rows as have outputs (tensors of a model) of so many bytes in all; from 1 to `most`."""
    each: int = sum(BYTES_PER_NUMBER * math.prod(axis or ANY_LENGTH for axis in output.shape[1:]) for output in outputs)
    return max(1, min(most, bytes // max(1, each)))
