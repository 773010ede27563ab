"""Keeps watching cheap: whatever is done beside training gets a small share of the time, and no more."""

import time


class Budget:
    """Allows work while all of it so far took at most `share` of the time since the budget began.

    The first piece of work is always allowed.
    """

    def __init__(self, share: float) -> None:
        self._share = share
        self._began = time.monotonic()
        self._spent = 0.0
        self._since = 0.0

    def due(self) -> bool:
        return self._spent <= self._share * (time.monotonic() - self._began)

    def __enter__(self) -> None:
        self._since = time.monotonic()

    def __exit__(self, *_: object) -> None:
        self._spent += time.monotonic() - self._since
