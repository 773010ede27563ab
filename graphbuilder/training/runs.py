"""A training from a document to a folder of results, in this process."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphbuilder.activations import ACTIVATIONS
from graphbuilder.checks import Report
from graphbuilder.codegen import to_python
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.memory import too_big_to_build
from graphbuilder.plan import NotReady, Plan, code_plan, plan
from graphbuilder.records.events import Ended, Event, as_json
from graphbuilder.records.folder import MODEL, write
from graphbuilder.training.computing import computing
from graphbuilder.training.engine import load_keras

if TYPE_CHECKING:
    import keras

    from graphbuilder.training.loop import Control


@dataclass(frozen=True)
class Run:
    """A training that is over, with the model as it was kept."""

    plan: Plan
    model: "keras.Model"
    ended: Ended
    events: tuple[Event, ...]

    def result(self) -> dict[str, Any]:
        """What came of it, as JSON values; val_loss is null where no epoch was completed."""
        return {
            "state": self.ended.state,
            "reason": self.ended.reason,
            "val_loss": None,
            **as_json(self.ended)["kept"],
            "parameters": self.model.count_params(),
            "epochs": self.ended.epochs,
            "steps": self.ended.steps,
            "kept_epoch": self.ended.kept_epoch,
            "batch_size": self.plan.batch_size,
            "seed": self.plan.seed,
            "train_seconds": self.ended.seconds,
        }


def relu_nodes(report: Report) -> frozenset[str]:
    """Ids of the nodes whose output is zero where a ReLU unit is dead."""
    operators = report.wired.operators.items()
    return frozenset(id for id, operator in operators if operator and operator.may_die())


def bounded_nodes(report: Report) -> dict[str, tuple[float, float]]:
    """Of the nodes whose output is saturated near one of two bounds, these bounds."""
    found = {}
    for id, operator in report.wired.operators.items():
        kind = ACTIVATIONS.get(operator.activation_name() or "") if operator else None
        if kind and not kind.has_dead and isfinite(kind.low) and isfinite(kind.high):
            found[id] = kind.low, kind.high
    return found


def run(report: Report, home: Path, tell: Callable[[Event], None], control: "Control" = lambda: ()) -> Run:
    """Prepares the data, trains, and keeps the model. Raises NotReady for a network with faults, DataError for data
    that cannot be had."""
    planned = plan(report)
    snapshot = prepare(planned.source, home)
    how = computing(report)
    load_keras(how.threads)
    from graphbuilder.compiler import ready_model  # noqa: PLC0415
    from graphbuilder.training.loop import train  # noqa: PLC0415
    from graphbuilder.training.parts import parts  # noqa: PLC0415

    fed = parts(planned, snapshot.arrays)
    model = ready_model(planned, fed.x)
    events: list[Event] = []

    def hear(event: Event) -> None:
        events.append(event)
        tell(event)

    ended = train(
        model,
        planned,
        fed,
        hear,
        control=control,
        document=report.document,
        relu=relu_nodes(report),
        bounded=bounded_nodes(report),
        executor=how.executor,
    )
    return Run(planned, model, ended, tuple(events))


def untrained(report: Report, home: Path) -> "keras.Model":
    """The model with the weights that its seed draws, as its code makes it: compiled where there is a Loss, adapted to
    the data where there are data. Raises NotReady for a network with faults or one that is too big to be built,
    DataError for data that cannot be had."""
    planned = code_plan(report)
    if fault := too_big_to_build(report.facts):
        raise NotReady(fault)
    snapshot = prepare(planned.source, home) if isinstance(planned, Plan) and planned.adapted else None
    load_keras()
    from graphbuilder.compiler import fresh_model, make_portable, ready_model  # noqa: PLC0415
    from graphbuilder.training.parts import parts  # noqa: PLC0415

    if snapshot is None or not isinstance(planned, Plan):
        model = fresh_model(planned)
    else:
        model = ready_model(planned, parts(planned, snapshot.arrays).x)
    make_portable(model, planned)
    return model


def save(run: Run, report: Report, folder: Path) -> None:
    """The run as files; they are whole when the result is there."""
    folder.mkdir(parents=True, exist_ok=True)
    from graphbuilder.compiler import make_portable  # noqa: PLC0415

    make_portable(run.model, run.plan)
    run.model.save(folder / MODEL)
    write(folder, report.document, to_python(run.plan), run.events, run.result())
