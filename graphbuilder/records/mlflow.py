"""A training's records as a run of MLflow, wherever its tracking server is."""

import math
import os
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from graphbuilder.checks import Report
from graphbuilder.records.events import Commanded, Ended, Epoch, Event, Started, Steps
from graphbuilder.records.tensorboard import hyperparameters

EXPERIMENT = "graphbuilder"
_STATES = {"finished": "FINISHED", "stopped": "KILLED", "diverged": "FAILED"}


class Missing(RuntimeError):
    """MLflow is not installed; the text says how it is."""


class MLflow:
    """Tells a run of its own what a training tells: what it is trained with as parameters, losses and metrics by step.

    uri: of the tracking server, or a folder. name: of the run. Raises Missing, and whatever MLflow raises where the
    server does not answer.
    """

    def __init__(self, uri: str, report: Report, name: str = "") -> None:
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")  # a server that is gone keeps no training waiting
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "5")
        try:
            import mlflow  # noqa: PLC0415
        except ImportError as fault:
            raise Missing("MLflow is not installed here: pip install mlflow-skinny.") from fault
        self._entities = mlflow.entities
        self._client = mlflow.MlflowClient(tracking_uri=uri)
        found = self._client.get_experiment_by_name(EXPERIMENT)
        experiment = found.experiment_id if found else self._client.create_experiment(EXPERIMENT)
        title = name or report.document.name
        self._run = self._client.create_run(experiment, run_name=title).info.run_id
        told = hyperparameters(report.document)
        params = [self._entities.Param(key, str(value)[:500]) for key, value in told.items()]
        self._client.log_batch(self._run, params=params)

    def __enter__(self) -> "MLflow":
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if kind is not None:
            self._client.set_terminated(self._run, "FAILED")

    def hear(self, event: Event) -> None:
        match event:
            case Started():
                self._metrics(0, {"parameters": event.parameters})
            case Steps() if event.losses:
                last = event.first + (len(event.losses) - 1) * event.stride
                self._metrics(last, {"batch_loss": sum(event.losses) / len(event.losses)})
            case Epoch():
                rate = {} if event.rate is None else {"learning_rate": event.rate}
                self._metrics(event.step, {**event.metrics, **rate})
            case Commanded():
                now = {f"settings/{name}": value for name, (_, value) in event.settings.items()}
                self._metrics(event.step, {name: one for name, one in now.items() if isinstance(one, int | float)})
            case Ended():
                self._metrics(event.steps, {f"kept/{name}": value for name, value in event.kept.items()})
                self._client.set_tag(self._run, "reason", event.reason[:500])
                self._client.set_terminated(self._run, _STATES.get(event.state, "FINISHED"))

    def _metrics(self, step: int, values: Mapping[str, Any]) -> None:
        at = int(time.time() * 1000)
        told = [
            self._entities.Metric(name, float(value), at, step)
            for name, value in values.items()
            if math.isfinite(value)
        ]
        if told:
            self._client.log_batch(self._run, metrics=told)
