"""Where else a training's records go while it goes: TensorBoard's files, and a tracking server of MLflow."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

from graphbuilder.checks import Report
from graphbuilder.names import file_name
from graphbuilder.records.beside import Beside
from graphbuilder.records.events import Event
from graphbuilder.records.mlflow import Missing, MLflow
from graphbuilder.records.tensorboard import MOST_BYTES, NoMore, TensorBoard
from graphbuilder.settings import LOGS

TENSORBOARD_VARIABLE, MLFLOW_VARIABLE = "GRAPHBUILDER_TENSORBOARD", "GRAPHBUILDER_MLFLOW"
Tell = Callable[[Event], None]

log = logging.getLogger("graphbuilder.training")


class Sink(Protocol):
    """Whoever else is told. What it raises ends that, and no training."""

    def hear(self, event: Event) -> None: ...


class Sinks:
    """Tells every event to all that are asked for, too. missed: is told in words whom nothing more is told."""

    def __init__(self, tell: Tell, missed: Callable[[str], None] = lambda _: None) -> None:
        self._tell, self._missed = tell, missed
        self._opened = ExitStack()
        self._others: dict[str, Sink] = {}

    def add(self, name: str, opens: Callable[[], TensorBoard | Beside]) -> None:
        """Raises what stands in the way of one at the beginning."""
        sink = opens().__enter__()
        self._opened.push(lambda *fault: self._close(name, sink, *fault))
        self._others[name] = sink

    def try_to_add(self, name: str, opens: Callable[[], TensorBoard | Beside]) -> None:
        """One without which a training goes on all the same."""
        try:
            self.add(name, opens)
        except Exception as fault:
            self.lost(name, fault)

    def __enter__(self) -> "Sinks":
        return self

    def __exit__(self, *fault: object) -> None:
        self._opened.__exit__(*fault)  # type: ignore[arg-type]

    def tell(self, event: Event) -> None:
        self._tell(event)
        for name, other in [*self._others.items()]:
            try:
                other.hear(event)
            except Exception as fault:  # whatever a server or a disk has
                self.lost(name, fault)

    def lost(self, name: str, fault: Exception) -> None:
        """One that is told no more."""
        self._others.pop(name, None)
        log.warning("%s is told no more: %s: %s", name, type(fault).__name__, fault)
        self._missed(
            str(fault)
            if isinstance(fault, NoMore | Missing)
            else f"{name} is not told all of this run; its log says why."
        )

    def _close(self, name: str, sink: TensorBoard | Beside, *fault: object) -> None:
        try:
            sink.__exit__(*fault)  # type: ignore[arg-type]
        except Exception as why:
            self.lost(name, why)


@contextmanager
def sinks(tell: Tell, report: Report, tensorboard: Path | None, mlflow: str, id: str = "") -> Iterator[Tell]:
    """As the command line asks for, or the network's own setting. id: of the training, which goes on under the same:
    the folder of its files, or "" where it has none and the logs are kept where one works. Raises what stands in the
    way of one at the beginning."""
    with Sinks(tell) as all:
        if not tensorboard and report.document.training.settings["tensorboard_logs"]:
            tensorboard = Path(id) / LOGS
        if tensorboard:
            all.add("TensorBoard", lambda: TensorBoard(tensorboard, report))
        if mlflow:
            server = MLflow(mlflow, report, id=id)
            all.add("MLflow", lambda: Beside(lambda: server))
        yield all.tell


@contextmanager
def sinks_of_settings(
    tell: Tell, report: Report, id: str, title: str, missed: Callable[[str], None] = lambda _: None, *, files: Path
) -> Iterator[Tell]:
    """As the environment says: a folder, below which each run has one of its own, and the address of a server; and as
    the network's own setting does, into a folder among the run's files. One that cannot be had keeps no training from
    going on.

    title: of the run. missed: is told in words, for whoever trains, whom nothing more is told. files: of the run.
    """
    folder, uri = (os.environ.get(one, "").strip() for one in (TENSORBOARD_VARIABLE, MLFLOW_VARIABLE))
    name = f"{report.document.name}, {title}"
    with Sinks(tell, missed) as all:
        if folder:
            all.try_to_add(
                "TensorBoard",
                lambda: TensorBoard(Path(folder) / file_name(id[:8], report.document.name, title), report),
            )
        if report.document.training.settings["tensorboard_logs"]:
            all.try_to_add("TensorBoard's logs", lambda: TensorBoard(files / LOGS, report, most=MOST_BYTES))
        if uri:
            all.add("MLflow", lambda: Beside(lambda: MLflow(uri, report, name, id)))
        yield all.tell
