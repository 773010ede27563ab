"""Presses on Stop that the store cannot take, as while the disk is full: kept by this server, and worked as soon as
something can be saved."""

import logging
import threading

from graphbuilder.store.database import StoreError, Unsaved
from graphbuilder.store.jobs import Jobs

AGAIN_SECONDS = 1.0

log = logging.getLogger("graphbuilder")


class Later(StoreError):
    """It could not be done now, and will be."""

    def __init__(self, why: str) -> None:
        super().__init__(f"Stop is kept, and done later. {why}")


class Stops:
    """Asks jobs to stop, now or later."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._kept: dict[str, str] = {}
        self._changing = threading.Lock()

    def ask(self, owner: str, id: str) -> None:
        """Raises Later where it is kept; else as the store does."""
        try:
            self._jobs.stop(owner, id)
        except Unsaved as fault:
            with self._changing:
                if not self._kept:
                    threading.Thread(target=self._work, name="stops jobs later", daemon=True).start()
                self._kept[id] = owner
            raise Later(fault.why) from fault

    def keeps(self, id: str) -> bool:
        """Whether a press for this job was not worked yet."""
        return id in self._kept

    def _work(self) -> None:
        """Tries again until none is left."""
        pause = threading.Event()
        while True:
            pause.wait(AGAIN_SECONDS)
            for id, owner in [*self._kept.items()]:
                try:
                    self._jobs.stop(owner, id)
                except Unsaved:
                    continue
                except StoreError as fault:  # it is gone, and has nothing left to stop
                    log.info("A job was not stopped later: %s", fault)
                with self._changing:
                    self._kept.pop(id, None)
            with self._changing:
                if not self._kept:
                    return
