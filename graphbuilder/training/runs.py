"""A training from a document to a folder of results, in this process."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from graphbuilder.checks import Report
from graphbuilder.codegen import to_python
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.initial_weights import Arrays, fitting, put
from graphbuilder.memory import estimate, too_big_to_build
from graphbuilder.names import path_names
from graphbuilder.plan import NotReady, Plan, code_plan, plan
from graphbuilder.records.events import Ended, Event, as_json, from_json
from graphbuilder.records.folder import CHECKPOINT, MODEL, RESULT, begin, write
from graphbuilder.records.looks import Heard
from graphbuilder.records.marks import changes_told
from graphbuilder.training.checkpoint import Checkpoint
from graphbuilder.training.checkpoint import read as read_checkpoint
from graphbuilder.training.checkpoint import write as write_checkpoint
from graphbuilder.training.computing import computing
from graphbuilder.training.engine import load_keras
from graphbuilder.training.units import bounded_nodes, relu_nodes

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
            **({"changes": changes} if (changes := changes_told(self.events)) else {}),
        }


class CannotGoOn(ValueError):
    """Why a run cannot go on from its folder, in words."""


def run(
    report: Report,
    home: Path,
    tell: Callable[[Event], None],
    control: "Control" = lambda: (),
    folder: Path | None = None,
    resume: bool = False,
    weights: Arrays | None = None,
    knew: Callable[[Event], None] = lambda _: None,
) -> Run:
    """Prepares the data, trains, and keeps the model.

    folder: where the document and what the run goes on from are kept meanwhile; `save` makes the run's files of it.
    resume: go on from what is in the folder. weights: to begin with, where they are not drawn. Raises NotReady for a
    network with faults, DataError for data that cannot be had, CannotGoOn for a folder without a whole checkpoint of
    this network and these data, WeightsFault for weights that do not fit. knew: is given what a run that goes on told
    before.
    """
    planned = plan(report)
    snapshot = prepare(planned.source, home)
    found, known = _found(folder, snapshot.hash) if folder and resume else (None, ())
    how = computing(report)
    load_keras(how.threads)
    from graphbuilder.compiler import ready_model  # noqa: PLC0415
    from graphbuilder.training.baselines import beside  # noqa: PLC0415
    from graphbuilder.training.loop import train  # noqa: PLC0415
    from graphbuilder.training.parts import parts  # noqa: PLC0415

    fed = parts(planned, snapshot.arrays)
    model = ready_model(planned, fed.x)
    begin_with(model, report, weights)
    heard = Heard(known)
    for event in known:
        knew(event)
    if folder and not resume:
        begin(folder, report.document)

    def keep(checkpoint: Checkpoint) -> None:
        assert folder
        told = {"snapshot": snapshot.hash, "events": [as_json(event) for event in heard.events]}
        making = folder / f".{CHECKPOINT}.making"
        with making.open("wb") as file:
            write_checkpoint(file, checkpoint, told)
        making.replace(folder / CHECKPOINT)

    def hear(event: Event) -> None:
        heard.add(event)
        tell(event)

    ended = train(
        model,
        planned,
        fed,
        beside(hear, planned, fed, snapshot.arrays, snapshot.path),
        control=control,
        document=report.document,
        relu=relu_nodes(report),
        bounded=bounded_nodes(report),
        keep=keep if folder else None,
        keep_last=keep if folder else None,
        resume=found,
        memory=estimate(report.document, report.facts).total,
        executor=how.executor,
    )
    return Run(planned, model, ended, tuple(heard.events))


def _found(folder: Path, snapshot: str) -> tuple[Checkpoint, tuple[Event, ...]]:
    """What a run goes on from, and what it has told."""
    try:
        checkpoint, told = read_checkpoint(folder / CHECKPOINT)
        known = tuple(map(from_json, told["events"]))
    except (OSError, ValueError, KeyError, TypeError, BadZipFile) as fault:
        raise CannotGoOn(f"{folder} holds no whole {CHECKPOINT}, so there is nothing to go on from.") from fault
    if told["snapshot"] != snapshot:
        raise CannotGoOn("The data are other ones than when this run began, so it cannot go on. Train again.")
    return checkpoint, known


def begin_with(model: "keras.Model", report: Report, weights: Arrays | None) -> None:
    """Gives a network's model weights in place of those that were drawn. Raises WeightsFault."""
    if weights:
        put(model, path_names(report.document, report.wired), weights)


def begin_with_fitting(model: "keras.Model", report: Report, weights: Arrays) -> int:
    """Gives a model those weights that it still has room for; of how many layers."""
    names = path_names(report.document, report.wired)
    fit = fitting(model, names, weights)
    put(model, names, fit)
    return len(fit)


def untrained(
    report: Report, home: Path, weights: Arrays | None = None, *, as_far_as_they_fit: bool = False
) -> "keras.Model":
    """The model with the weights that its seed draws, as its code makes it: compiled where there is a Loss, adapted to
    the data where there are data. weights: in place of those that are drawn, all or as far as they fit. Raises NotReady
    for a network with faults or one that is too big to be built, DataError for data that cannot be had, WeightsFault
    for weights that do not fit."""
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
    if as_far_as_they_fit:
        begin_with_fitting(model, report, weights or {})
    else:
        begin_with(model, report, weights)
    make_portable(model, planned)
    return model


def save(run: Run, report: Report, folder: Path) -> None:
    """The run as files; they are whole when the result is there."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RESULT).unlink(missing_ok=True)
    from graphbuilder.compiler import make_portable  # noqa: PLC0415

    make_portable(run.model, run.plan)
    run.model.save(folder / MODEL)
    write(folder, report.document, to_python(run.plan, changes_told(run.events)), run.events, run.result())
