"""What is asked of a training while it goes."""

import math
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from graphbuilder.records.commands import Command, Unusable, command_of
from graphbuilder.store import StoreError
from graphbuilder.store.jobs import WHY_PAUSED, Job, asked_file
from graphbuilder.store.work import Work
from graphbuilder.training.under_way import begins

HEAR_SECONDS, ASK_SECONDS = 0.05, 0.2
"""A training sees at most so often whether anything was asked of it; and asks the store, which takes a millisecond, so
often anyway. Neither writes anything."""
SIGN_SECONDS = 10.0
"""At most between two signs of life of a job that tells nothing else."""


class Hears:
    """Hears what is asked of a training: whether it is to end, and commands. heard: the number of the last command."""

    def __init__(self, jobs: Work, id: str, heard: int) -> None:
        self.jobs, self.id, self.heard, self.asked = jobs, id, heard, ""
        self._at = self._asked_at = -math.inf
        self._signed, self._seen = time.monotonic(), 0
        self._others: Sequence[Job] = ()
        self._file = asked_file(jobs.home, id)

    def __call__(self) -> list[Command]:
        now = time.monotonic()
        if now - self._at < HEAR_SECONDS:
            return []
        self._at, seen = now, self._touched()
        if seen == self._seen and now - self._asked_at < ASK_SECONDS:
            return []
        self._asked_at, self._seen = now, seen
        try:
            if now - self._signed > SIGN_SECONDS:  # one that holds tells nothing else
                self.jobs.goes_on(self.id)
                self._signed = now
            self.asked, told = self.jobs.heard(self.id, self.heard)
            self._others = [job for job in self.jobs.active() if job.kind == "train" and job.id != self.id]
        except StoreError:
            return []  # the store is busy, and is asked again soon
        if told:
            self.heard = told[-1][0]
        commands = [*filter(None, (_command(one) for _, one in told))]
        if self.asked:
            commands.append(Command("pause" if self.asked in WHY_PAUSED else "stop"))
        return commands

    def others_begin(self) -> bool:
        """Whether any other training begins, where there are more trainings than cores."""
        return len(self._others) >= (os.cpu_count() or 1) and any(map(begins, self._others))

    def _touched(self) -> int:
        try:
            return self._file.stat().st_mtime_ns
        except OSError:
            return 0


def _command(told: Mapping[str, Any]) -> Command | None:
    """None for one that was taken back, or is of another release."""
    with suppress(Unusable):
        return command_of(told)
    return None
