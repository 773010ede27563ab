"""Keeps the training host going while the server is there, and closes it when the server does."""

import fcntl
import logging
import math
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

from graphbuilder.store import StoreError, clock
from graphbuilder.store.disk import HOUR, clean, in_words
from graphbuilder.store.jobs import STARTING_SECONDS
from graphbuilder.store.limits import Limits
from graphbuilder.store.work import Work
from graphbuilder.training.processes import HUGE_PAGES, end_group, start_mark

CLOSING_SECONDS = 5.5
TIDY_SECONDS = 600.0
_LONGEST_PAUSE = 30.0
_SILENT_SECONDS = 20.0

log = logging.getLogger("graphbuilder")


def hold(home: Path, address: str, patience: float = CLOSING_SECONDS + 1) -> IO[str]:
    """Holds a folder for this server alone, for as long as the file is open and the process lives.

    patience: seconds that a server before may take to close. Raises StoreError where another has the folder.
    """
    file = (home / "server.lock").open("a+", encoding="utf-8")
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > until:
                file.seek(0)
                raise StoreError(
                    f"Another graphbuilder has the folder {home}: {file.read().strip()}. Nothing of it was touched. "
                    "Open that one, or choose another --home."
                ) from None
            time.sleep(0.1)
        except OSError:  # a file system without locks
            break
    file.truncate(0)
    file.write(f"{address}, process {os.getpid()}")
    file.flush()
    return file


class Supervisor:
    """Starts the host as a process of its own, and again where it was lost. `stop` ends it and all its jobs."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._jobs = Work(home)
        self._host: subprocess.Popen[bytes] | None = None
        self._began = self._next = self._unheard = 0.0
        self._pause = 1.0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watches the training host", daemon=True)
        self._tidying = threading.Thread(target=self._tidy, name="clears the disk", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._tidying.start()

    def stop(self) -> None:
        """Asks the host to stop all jobs and to end; ends it where it does not within CLOSING_SECONDS."""
        self._closing.set()
        self._thread.join(timeout=5)
        try:
            self._jobs.server_says(closing=True)
        except StoreError:
            log.warning("The training host could not be told to close.")
        host = self._host
        if host is None or host.poll() is not None:
            return
        host.send_signal(signal.SIGTERM)
        try:
            host.wait(CLOSING_SECONDS)
        except subprocess.TimeoutExpired:
            end_group(host.pid, signal.SIGKILL)

    def _watch(self) -> None:
        told = ""
        while not self._closing.is_set():
            try:
                self._jobs.server_says(closing=False)
                self._look()
                told = ""
            except StoreError as fault:
                self._unheard = time.monotonic()  # where nothing can be written, no host can give a sign of life
                if str(fault) != told:  # once, and not every second of a bad hour
                    told = str(fault)
                    log.warning("%s", fault)
            except Exception:  # whatever it was, somebody has to go on watching
                log.exception("The training host could not be looked after.")
            self._closing.wait(1.0)

    def _tidy(self) -> None:
        """Clears the disk now and then. Where the time of day was set, nobody can tell for how long things are deleted:
        then they all have their time again."""
        jumps, spared = clock.Jumps(), -math.inf
        pause = min(60.0, TIDY_SECONDS)  # a server that is often started anew clears the disk too
        while not self._closing.wait(pause):
            pause = TIDY_SECONDS
            try:
                limits = Limits.of_settings()
                if jumps.seen():
                    spared = clock.now()
                spare = clock.since(spared) < limits.keep_hours * HOUR
                gone = clean(self._jobs, limits, spare_deleted=spare)
                if gone:
                    what = "one thing" if len(gone) == 1 else f"{len(gone):,} things"
                    log.info("Cleared away %s of %s.", what, in_words(sum(one.bytes for one in gone)))
            except StoreError as fault:
                log.warning("Nothing could be cleared away. %s", fault)
            except Exception:
                log.exception("Nothing could be cleared away.")

    def _look(self) -> None:
        now = time.monotonic()
        if self._host and self._host.poll() is None:
            state, silent, _ = self._jobs.engine_health()
            patience = STARTING_SECONDS if state == "starting" else _SILENT_SECONDS
            if silent > patience and now - max(self._began, self._unheard) > patience:
                log.warning("The training host gave no sign of life for %.0f s and is started anew.", silent)
                end_group(self._host.pid, signal.SIGKILL)
            elif state == "ready":
                self._pause = 1.0
            return
        if self._another_is_there() or now < self._next:
            return
        if self._host:
            log.warning("The training host ended with code %s and is started anew.", self._host.returncode)
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        self._began, self._next = now, now + self._pause
        command = [sys.executable, "-m", "graphbuilder.training.host", str(self._home)]
        self._host = subprocess.Popen(command, start_new_session=True, env={**HUGE_PAGES, **os.environ})

    def _another_is_there(self) -> bool:
        """A host that an earlier server left, which goes on with its jobs, is taken over as it is. One that ended a
        moment ago still seems to speak."""
        state, silent, pid = self._jobs.engine_health()
        return state == "ready" and silent < 3.0 and start_mark(pid) is not None
