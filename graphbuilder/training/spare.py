"""A process of the host that has computed already, and waits for the next training.

What TensorFlow does at first in a process takes a third of what a small network's first point needs. The spare one has
trained a step of two small networks, by one thread as small networks are trained, and forgotten them.
"""

import json
import os
import select
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from graphbuilder.checks import check
from graphbuilder.plan import plan
from graphbuilder.records.events import Event, Steps
from graphbuilder.templates import template
from graphbuilder.training.engine import load_keras
from graphbuilder.training.processes import behind_the_screen, end_group

THREADS = 1
"""That a spare process computes with; a job that wants others needs a process of its own."""
_NETWORKS = ("spiral_perceptron", "lenet")
"""Templates, on data that every machine has."""


class Spare:
    """Such a process, as its host has it: with a pipe through which it is told what to do, and one by which it says
    that it is ready."""

    def __init__(self, home: Path, work: Callable[[str, Path, int], None], leave: Callable[[], None]) -> None:
        """Forks it. work: does the job of an id, with a folder and so many threads, and comes back never. leave: what
        it does before, since it is not the host."""
        told, self._tell = os.pipe()
        self._says, says = os.pipe()
        self.pid = os.fork()
        if self.pid:
            os.close(told)
            os.close(says)
            return
        try:
            os.setsid()
            leave()
            for one in self.files:
                os.close(one)
            for sign in (signal.SIGTERM, signal.SIGINT):
                signal.signal(sign, signal.SIG_DFL)
            silent = os.open(os.devnull, os.O_WRONLY)  # what it says is no news; a job has a log
            for stream in (1, 2):
                os.dup2(silent, stream)
            behind_the_screen()
            warm(home)
            os.write(says, b"1")
            with os.fdopen(told) as pipe:
                asked = pipe.readline()
            if asked:  # nothing comes where the host is gone
                id, folder, threads = json.loads(asked)
                os.close(says)
                work(id, Path(folder), threads)
        finally:
            os._exit(0)  # the host sees that it is gone, and makes another one later

    @property
    def files(self) -> tuple[int, int]:
        """What is open of it at the host, for processes that have no use for it."""
        return self._tell, self._says

    def is_ready(self) -> bool:
        return bool(select.select([self._says], [], [], 0)[0]) and self.is_there()

    def is_there(self) -> bool:
        """Asks how it ended, where it did."""
        with suppress(ChildProcessError):
            return os.waitpid(self.pid, os.WNOHANG)[0] == 0
        return False

    def give(self, id: str, folder: Path, threads: int) -> None:
        """Raises OSError where it is gone."""
        try:
            os.write(self._tell, json.dumps([id, str(folder), threads]).encode() + b"\n")
        finally:
            self.forget()

    def forget(self) -> None:
        """Closes what is open of it; without a job it ends by that."""
        for one in self.files:
            os.close(one)

    def end(self) -> None:
        self.forget()
        end_group(self.pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)


class _Seen(Exception):
    """The first step was told."""


def warm(home: Path) -> None:
    """Has this process do everything once that leads to a training's first step."""
    load_keras(THREADS)
    import keras  # noqa: PLC0415

    from graphbuilder.compiler import ready_model  # noqa: PLC0415
    from graphbuilder.datasets.snapshot import prepare  # noqa: PLC0415
    from graphbuilder.training.loop import train  # noqa: PLC0415
    from graphbuilder.training.parts import parts  # noqa: PLC0415

    def tell(event: Event) -> None:
        if isinstance(event, Steps):
            raise _Seen

    for name in _NETWORKS:
        report = check(template(name))
        planned = plan(report)
        fed = parts(planned, prepare(planned.source, home).arrays)
        with suppress(_Seen):
            train(ready_model(planned, fed.x), planned, fed, tell, document=report.document)
    keras.utils.clear_session()
