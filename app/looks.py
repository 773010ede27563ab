"""What is asked of networks and runs beside their training: looks that a job takes, and what they found."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app import state, trainings
from graphbuilder.checks import Report
from graphbuilder.document import Document
from graphbuilder.document_file import write_document
from graphbuilder.ensembles import How, is_bagged
from graphbuilder.likeness import same_network
from graphbuilder.store.jobs import Job, Kind


def _look_of(kind: Kind, key: str) -> Job | None:
    """The newest job that takes, or took, this look; None where its file is gone."""
    job = state.jobs().look_of(kind, state.me(), state.project_id(), key)
    return None if job and job.state == "finished" and found(job) is None else job


def _ask_look(kind: Kind, document: Document, told: Mapping[str, Any]) -> None:
    """What was asked for of this kind before is not waited for any more."""
    for older in state.jobs().looks_going(kind, state.me(), state.project_id()):
        state.jobs().stop(state.me(), older)
    trainings.ask({"kind": kind, "document": write_document(document), **told}, state.project_id())


def found(job: Job) -> Any:
    """What a look found, as JSON values."""
    kept = state.jobs().artefacts(job.id).get(f"{job.kind}.json")
    path = state.store().home / kept if kept else None
    return json.loads(path.read_text("utf-8")) if path is not None and path.is_file() else None


def _key(*told: Any) -> str:
    """What names a look, of what it is told of in JSON values."""
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


# Samples before and after a node


def strip_of(report: Report, node: str) -> Job | None:
    """The newest job that takes, or took, the samples that are shown of a node; None where their file is gone."""
    return _look_of("strip", _strip_key(report, node))


def ask_strip(report: Report, node: str) -> None:
    """Asks for samples. What was asked for before is not waited for any more."""
    told = {"node": node, "seed": state.strip_seed(), "key": _strip_key(report, node)}
    _ask_look("strip", report.document, told)


def _strip_key(report: Report, node: str) -> str:
    return _key(trainings.code_name(report), node, state.strip_seed())


# The initial weights


def initial_of(report: Report) -> Job | None:
    """The newest job that looks, or looked, at the initial weights of this network by every rule."""
    return _look_of("initial", trainings.code_name(report))


def ask_initial(report: Report) -> None:
    _ask_look("initial", report.document, {"key": trainings.code_name(report)})


# The chain rule


def chain_of(report: Report) -> Job | None:
    """The newest job that works out, or worked out, the numbers of the chain rule for this network."""
    run, step = _weights_of(report)
    return _look_of("chain", _chain_key(report, run, step))


def ask_chain(report: Report) -> None:
    run, step = _weights_of(report)
    told = {"key": _chain_key(report, run, step), **({"run": run, "step": step} if run else {})}
    _ask_look("chain", report.document, told)


def _weights_of(report: Report) -> tuple[str, int]:
    """The run whose weights fit the network as it stands, and the step that is looked at; no run for fresh weights."""
    run = trainings.shown_run()
    steps = run.summary.get("snapshots") if run else None
    if not run or not steps or not _has_weights_of(run, report.document):
        return "", 0
    wanted = state.step()
    return run.id, max((step for step in steps if wanted is None or step <= wanted), default=steps[0])


def _has_weights_of(run: Job, document: Document) -> bool:
    """Whether a run's weights are those of this network on these data, however they are trained."""
    by = trainings.goes_by(run)
    return same_network(by, document) and by.data == document.data


def _chain_key(report: Report, run: str, step: int) -> str:
    return _key("by port", trainings.code_name(report), run, step)


# The paths of runs


def why_no_plane(runs: Sequence[Job]) -> str:
    """Why the paths of these runs cannot be drawn on one plane; empty where they can."""
    if any(run.active for run in runs):
        return "The paths are drawn when all of these runs are over."
    if without := [run.title for run in runs if len(run.summary.get("snapshots") or ()) < 2]:
        return f"{', '.join(without)}: no weights of its steps were kept. Untick it to see the others."
    if len({_landscape_of(trainings.run_document(run.id)) for run in runs}) > 1:
        return "These runs differ in their network or data, so they have no loss in common. Tick runs of one network."
    return ""


def _landscape_of(document: Document) -> tuple[str, ...]:
    """What must be equal for two runs to go over one landscape; initial weights and settings need not."""
    nodes = [
        (node.id, node.kind, {name: value for name, value in node.params.items() if "initializer" not in name})
        for node in document.nodes
    ]
    return repr(nodes), repr(document.wires), repr(document.data)


def landscape_of(runs: Sequence[Job]) -> Job | None:
    """The newest job that lays, or laid, a plane through the weights of these runs; None where it was given up."""
    job = _look_of("landscape", _landscape_key(runs))
    return None if job and job.state == "stopped" else job


def ask_landscape(runs: Sequence[Job]) -> None:
    told = {"runs": [run.id for run in runs], "key": _landscape_key(runs)}
    _ask_look("landscape", trainings.run_document(runs[0].id), told)


def drop_landscape() -> None:
    """Nobody waits for it any more."""
    for id in state.jobs().looks_going("landscape", state.me(), state.project_id()):
        state.jobs().stop(state.me(), id)


def _landscape_key(runs: Sequence[Job]) -> str:
    return _key(*((run.id, run.summary.get("snapshots")) for run in runs))


# Ensembles


def how_joined(members: Sequence[Job]) -> How | None:
    """Whether runs that were started together are an ensemble: of finished ones, the first member's first."""
    if trainings.member_of(members[0].id):
        return "boosting"
    return "bagging" if is_bagged([trainings.run_document(run.id) for run in members]) else None


def ensemble_of(members: Sequence[Job], how: How) -> Job | None:
    """The newest job that has these answer together, or had."""
    return _look_of("ensemble", _ensemble_key(members, how))


def ask_ensemble(members: Sequence[Job], how: How) -> None:
    """Has these answer together. members: finished ones, the first member's first."""
    counts = [run.summary["boost"]["count"] for run in members] if how == "boosting" else []
    told = {"runs": [run.id for run in members], "how": how, "counts": counts, "key": _ensemble_key(members, how)}
    _ask_look("ensemble", trainings.run_document(members[0].id), told)


def _ensemble_key(members: Sequence[Job], how: How) -> str:
    return _key(how, *(run.id for run in members))


# A run at one of its steps


def at_of(run: Job, step: int) -> Job | None:
    """The newest job that says, or said, what a run answered at a step."""
    return _look_of("at", f"{run.id}:{step}")


def ask_at(run: Job, step: int) -> None:
    _ask_look("at", trainings.run_document(run.id), {"run": run.id, "step": step, "key": f"{run.id}:{step}"})


# The answers for every row


def predictions_of(run: Job, part: str, step: int | None) -> Job | None:
    """The newest job that writes, or wrote, what a run answers for every row; None where its file is gone."""
    job = state.jobs().look_of("predictions", state.me(), state.project_id(), _predictions_key(run, part, step))
    return None if job and job.state == "finished" and predictions_file(job) is None else job


def ask_predictions(run: Job, part: str, step: int | None) -> None:
    """Asks for the file, unless somebody did already. step: by the weights of then; None for those that were kept."""
    if trainings.is_at(predictions_of(run, part, step)):
        return
    told = {"run": run.id, "part": part, "step": step, "key": _predictions_key(run, part, step)}
    _ask_look("predictions", trainings.run_document(run.id), told)


def predictions_file(job: Job) -> Path | None:
    kept = state.jobs().artefacts(job.id).get("predictions.csv")
    path = state.store().home / kept if kept else None
    return path if path is not None and path.is_file() else None


def _predictions_key(run: Job, part: str, step: int | None) -> str:
    return f"{run.id}:{run.ended}:{part}:{step}"
