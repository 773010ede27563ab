"""Who comes first writes first: SQLite gives its lock to whoever asks next, and so some could wait for ever."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Turns:
    """The turns of this process' threads, in the order in which they came."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    @contextmanager
    def turn(self, patience: float) -> Iterator[None]:
        """Raises TimeoutError where the turn has not come within `patience` seconds."""
        if not self._come(patience):
            raise TimeoutError
        try:
            yield
        finally:
            self._pass_on()

    def _come(self, patience: float) -> bool:
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=patience):
            return True
        with self._guard:
            if mine not in self._waiting:  # it was passed on at the last moment
                return True
            self._waiting.remove(mine)
            return False

    def _pass_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


_all: dict[Path, Turns] = {}


def turns_at(path: Path) -> Turns:
    """Those of one database, however often it is opened."""
    return _all.setdefault(path, Turns())
