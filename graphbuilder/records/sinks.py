"""Where else a training's records go while it goes: TensorBoard's files, and a tracking server of MLflow."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from graphbuilder.checks import Report
from graphbuilder.records.events import Event
from graphbuilder.records.mlflow import MLflow
from graphbuilder.records.tensorboard import TensorBoard

TENSORBOARD_VARIABLE, MLFLOW_VARIABLE = "GRAPHBUILDER_TENSORBOARD", "GRAPHBUILDER_MLFLOW"
Tell = Callable[[Event], None]

log = logging.getLogger("graphbuilder.training")


@contextmanager
def sinks(tell: Tell, report: Report, tensorboard: Path | None, mlflow: str, name: str = "") -> Iterator[Tell]:
    """Tells every event to all that are asked for, too. One that fails hears no more, and keeps no training from going
    on. name: of the run. Raises what stands in the way of one at the beginning."""
    with ExitStack() as opened:
        others: list[TensorBoard | MLflow] = []
        if tensorboard:
            others.append(opened.enter_context(TensorBoard(tensorboard, report)))
        if mlflow:
            others.append(opened.enter_context(MLflow(mlflow, report, name)))

        def hear(event: Event) -> None:
            tell(event)
            for other in [*others]:
                try:
                    other.hear(event)
                except Exception as fault:  # whatever a server or a disk has
                    log.warning("%s hears no more: %s: %s", type(other).__name__, type(fault).__name__, fault)
                    others.remove(other)

        yield hear


@contextmanager
def sinks_of_settings(tell: Tell, report: Report, id: str, name: str = "") -> Iterator[Tell]:
    """As the environment says: a folder, below which each run has one of its own, and the address of a server. One that
    cannot be had keeps no training from going on."""
    folder, uri = (os.environ.get(one, "").strip() for one in (TENSORBOARD_VARIABLE, MLFLOW_VARIABLE))
    with ExitStack() as opened:
        for there, address in ((Path(folder) / id if folder else None, ""), (None, uri)):
            try:
                if there or address:
                    tell = opened.enter_context(sinks(tell, report, there, address, name))
            except Exception as fault:
                log.warning("A record is kept here alone: %s: %s", type(fault).__name__, fault)
        yield tell
