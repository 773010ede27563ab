"""Tells somebody what a training tells, in a thread of its own, so that whoever is slow keeps no training waiting."""

import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Protocol, Self

from graphbuilder.records.events import Event, Steps

MOST_WAITING = 2_000
"""Events that wait to be told; beyond them the losses of single steps are left out, and only these."""
PATIENCE = 3.0
"""Seconds that the end of a training waits for what is still to be told."""


class Told(Protocol):
    """Whoever is told: takes several events at once."""

    def __enter__(self) -> Self: ...
    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None: ...
    def hear_all(self, events: Sequence[Event]) -> None: ...


class Beside:
    """opens: makes whoever is told, in the thread as well: what is opened may be a server that does not answer."""

    def __init__(self, opens: Callable[[], Told]) -> None:
        self._opens = opens
        self._waiting: list[Event] = []
        self._changes = threading.Condition()
        self._fault: Exception | None = None
        self._failed = self._ends = False
        self._thread = threading.Thread(target=self._tell, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        """Waits a little for the rest to be told. Raises what kept it from that, where nothing else was raised."""
        with self._changes:
            self._failed, self._ends = kind is not None, True
            self._changes.notify()
        self._thread.join(PATIENCE)
        if kind is None and self._thread.is_alive():
            raise TimeoutError("what the training told last was not taken in time")
        if kind is None and self._fault:
            fault, self._fault = self._fault, None
            raise fault

    def hear(self, event: Event) -> None:
        """Raises what kept an event before this one from being told, once."""
        with self._changes:
            if self._fault:
                fault, self._fault = self._fault, None
                raise fault
            if len(self._waiting) < MOST_WAITING or not isinstance(event, Steps):
                self._waiting.append(event)
                self._changes.notify()

    def _tell(self) -> None:
        try:
            with self._opens() as told:
                while events := self._next():
                    told.hear_all(events)
                if self._failed:
                    raise _TrainingFailed
        except _TrainingFailed:
            pass
        except Exception as fault:  # whatever a server has
            self._fault = fault

    def _next(self) -> Sequence[Event]:
        """All that wait, as soon as there are any; none at the end."""
        with self._changes:
            self._changes.wait_for(lambda: self._waiting or self._ends)
            events, self._waiting = self._waiting, []
            return events


class _TrainingFailed(Exception):
    """Tells whoever is told how the training ended."""
