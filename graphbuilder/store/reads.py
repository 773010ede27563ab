"""What was read of a database, for as long as nothing is written there: by this process or any other."""

import sqlite3
import threading
from collections.abc import Callable, Hashable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

V = TypeVar("V")

_MOST = 500
"""Answers that are kept at a time; between two writes there are seldom as many."""


class Reads:
    """Answers by what was asked. SQLite itself says whether anything was committed since they were read, which takes
    microseconds where each of them takes a transaction. Threads may share it."""

    def __init__(self, path: Path) -> None:
        self._path, self._guard = path, threading.Lock()
        self._db: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._opened = 0
        self._state: object = None
        self._kept: dict[Hashable, Any] = {}

    def answer(self, asked: Hashable, read: Callable[[], V]) -> V:
        """What `read` finds, as it was found last where the database is still as it was then."""
        with self._guard:
            state = self._now()
            if state is not None and state == self._state and asked in self._kept:
                return cast(V, self._kept[asked])
        found = read()  # after the state was asked for: what is written meanwhile makes this answer an old one
        if state is not None:
            with self._guard:
                if state != self._state or len(self._kept) >= _MOST:
                    self._state, self._kept = state, {}
                self._kept[asked] = found
        return found

    def close(self) -> None:
        with self._guard:
            self._close()

    def _close(self) -> None:
        self._state, self._kept, self._file = None, {}, None
        if self._db is not None:
            self._db.close()
            self._db = None

    def _now(self) -> object:
        """The state that the database is in; None where that cannot be told. A connection that never writes is told of
        every commit of others by a number, which begins anew with each connection."""
        try:
            found = self._path.stat()
            if self._db is None or (found.st_dev, found.st_ino) != self._file:
                self._close()
                address = f"{self._path.absolute().as_uri()}?mode=ro"
                self._db = sqlite3.connect(address, uri=True, timeout=0, isolation_level=None, check_same_thread=False)
                self._file, self._opened = (found.st_dev, found.st_ino), self._opened + 1
            return self._opened, self._db.execute("PRAGMA data_version").fetchone()[0]
        except (OSError, sqlite3.Error):
            with suppress(sqlite3.Error):
                self._close()
            return None
