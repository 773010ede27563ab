"""A training's records as a run of MLflow, wherever its tracking server is."""

import math
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any

from graphbuilder.checks import Report
from graphbuilder.records.events import Commanded, Ended, Epoch, Event, Started, Steps
from graphbuilder.records.tensorboard import hyperparameters

EXPERIMENT = "graphbuilder"
_TAG = "graphbuilder.run"
_AT_ONCE = 900
"""Metrics in one request; MLflow takes a thousand."""
_STATES = {"finished": "FINISHED", "stopped": "KILLED", "diverged": "FAILED"}


class Untold(RuntimeError):
    """MLflow cannot be told; the text says why."""


class Missing(Untold):
    """MLflow, or what it needs for such a place, is not installed; the text says how it is."""


class MLflow:
    """Tells a run of its own what a training tells: what it is trained with as parameters, losses and metrics by step.

    uri: of the tracking server, or a folder. name: of the run. id: of the training; one that goes on is told to the run
    that it had. Raises Missing, and Untold where the server does not answer.
    """

    def __init__(self, uri: str, report: Report, name: str = "", id: str = "") -> None:
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "5")
        os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")  # since 3.17 it refuses folders that nobody allowed
        try:
            import mlflow  # noqa: PLC0415
        except ImportError as fault:
            raise Missing("MLflow is not installed here: pip install mlflow-skinny.") from fault
        self._entities = mlflow.entities
        self._is_over = False
        try:
            self._client = mlflow.MlflowClient(tracking_uri=uri)
            self._run = self._begun(report, name, id.replace("'", ""))
        except ImportError as fault:
            needed = f"MLflow needs {fault.name or 'more'} for such an address: pip install mlflow."
            raise Missing(needed) from fault
        except Exception as fault:  # whatever a server, a disk or an address has
            raise Untold(f"MLflow cannot be told. {_first_line(fault)}") from fault

    def _begun(self, report: Report, name: str, id: str) -> str:
        """The run that is told: the one that this training had, or a new one."""
        found = self._client.get_experiment_by_name(EXPERIMENT)
        experiment = found.experiment_id if found else self._client.create_experiment(EXPERIMENT)
        before = self._client.search_runs([experiment], f"tags.`{_TAG}` = '{id}'", max_results=1) if id else []
        if before:
            run: str = before[0].info.run_id
            self._client.update_run(run, status="RUNNING")
            return run
        tags = {_TAG: id} if id else None
        run = self._client.create_run(experiment, run_name=name or report.document.name, tags=tags).info.run_id
        told = hyperparameters(report.document)
        params = [self._entities.Param(key, str(value)[:500]) for key, value in told.items()]
        self._client.log_batch(run, params=params)
        return run

    def __enter__(self) -> "MLflow":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        if kind is not None:
            self._client.set_terminated(self._run, "FAILED")
        elif not self._is_over:  # it was paused
            self._client.update_run(self._run, status="SCHEDULED")

    def hear_all(self, events: Sequence[Event]) -> None:
        """Tells all of them in as few requests as MLflow allows."""
        at = int(time.time() * 1000)
        metrics = [
            self._entities.Metric(name, float(value), at, step)
            for event in events
            for step, values in _values(event)
            for name, value in values.items()
            if isinstance(value, int | float) and math.isfinite(value)
        ]
        for first in range(0, len(metrics), _AT_ONCE):
            self._client.log_batch(self._run, metrics=metrics[first : first + _AT_ONCE])
        for event in events:
            if isinstance(event, Ended):
                self._is_over = True
                self._client.set_tag(self._run, "reason", event.reason[:500])
                self._client.set_terminated(self._run, _STATES.get(event.state, "FINISHED"))


def _first_line(fault: Exception) -> str:
    return (str(fault).splitlines() or [type(fault).__name__])[0][:300]


def _values(event: Event) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """What is told of an event, by step and name."""
    match event:
        case Started():
            yield 0, {"parameters": event.parameters}
        case Steps() if event.losses:
            last = event.first + (len(event.losses) - 1) * event.stride
            yield last, {"batch_loss": sum(event.losses) / len(event.losses)}
        case Epoch():
            yield event.step, {**event.metrics, "learning_rate": event.rate}
        case Commanded():
            yield event.step, {f"settings/{name}": value for name, (_, value) in event.settings.items()}
        case Ended():
            yield event.steps, {f"kept/{name}": value for name, value in event.kept.items()}
