"""The trainings of the page's project: asked for, stopped, read, and the run whose results are taken away."""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any

from app import imports, state
from graphbuilder.ablation import ablations
from graphbuilder.changes import Refused, changed
from graphbuilder.checks import Report, check
from graphbuilder.codegen import to_python
from graphbuilder.diagnosis import Evidence, Following, findings, listed
from graphbuilder.document import Document
from graphbuilder.document_file import read_document, write_document
from graphbuilder.editing import draw_seed, set_training
from graphbuilder.ensembles import Member, bagged
from graphbuilder.exports import Subject
from graphbuilder.likeness import recipe, same_network, same_training
from graphbuilder.pictures import Layout
from graphbuilder.plan import code_plan
from graphbuilder.recent import Recent, bytes_of, document_bytes
from graphbuilder.records.comparison import seedless
from graphbuilder.records.events import Epoch, Event, from_json
from graphbuilder.records.folds import each_fold
from graphbuilder.repairs import MOST_NODES
from graphbuilder.settings import Split
from graphbuilder.store import Project
from graphbuilder.store.disk import LAST_STATE
from graphbuilder.store.files import path_of
from graphbuilder.store.jobs import Job
from graphbuilder.sweeps import sweep


def runs() -> list[Job]:
    """The project's trainings, the newest first."""
    return state.jobs().runs(state.me(), state.project_id())


def shown_run() -> Job | None:
    """The run that the panels show: the one that was chosen, else the newest."""
    mine = runs()
    chosen = state.chosen_run()
    return next((run for run in mine if run.id == chosen), mine[0] if mine else None)


def race(key: str, values: Sequence[str]) -> None:
    """Trains the network once with each of these values, in words, of a setting, all of them at once, and shows them in
    one plot."""
    _train_together(lambda document: sweep(document, key, values), lambda: state.close_popover("race"))


def ablate(ids: Sequence[str], seeds: int) -> None:
    """Trains the network as it is and without each of these nodes, each with so many seeds."""
    _train_together(lambda document: ablations(document, ids, seeds), lambda: state.close_popover("ablation"))


def bag(members: int) -> None:
    """Trains an ensemble, each member on another draw of the training rows."""
    _train_together(lambda document: bagged(document, members), lambda: state.close_popover("ensemble"))


def boost(members: int) -> None:
    """Trains the first member of an ensemble; each asks for the next as long as there is something left to learn."""
    state.take_canvas_edits(all_of_them=True)
    shown = None if any(run.active for run in runs()) else _to_train()
    if shown is None:
        return
    told = {"boost": {"stage": 1, "of": members, "before": None}, **_imported_weights(shown.id)}
    request = {"kind": "train", "document": write_document(shown.document), **told}
    if ask(request, shown.id, group=secrets.token_hex(16)):
        state.remember_pressed()
        state.close_popover("ensemble")
        state.compare_only([])  # but the newest that belong together, however many they become
        state.show_panel("Runs")


def _train_together(made: Callable[[Document], list[Document]], close: Callable[[], None]) -> None:
    """Puts a group of trainings that are made of the network into the queue, and shows them in one plot. close: puts
    away what asked for them."""
    state.take_canvas_edits(all_of_them=True)
    if state.just_pressed():
        close()  # of the page as it was at the first half of a double press, it was open
        return
    shown = None if any(run.active for run in runs()) else _to_train()
    if shown is None:
        return
    try:
        documents = made(shown.document)
    except ValueError as fault:
        state.say(str(fault), ":material/error:")
        return
    refused = next((found for one in documents if (found := check(one).against_training)), ())
    if refused:
        state.say(f"Not all of these can be trained. {refused[0].text}", ":material/error:")
        return
    if ask_to_train(shown, documents):
        close()
        state.compare_only([run.id for run in runs()[: len(documents)]])
        state.show_panel("Runs")


def train(folds: bool = False) -> None:
    """Puts a training of the network as it stands into the queue, and turns to it; but not by a second press on a Train
    that was drawn before the first had an effect. folds: one training for each fold of the data.

    Edits that came in the same message as the press are worked first: it is what the person saw.
    """
    state.take_canvas_edits(all_of_them=True)
    if any(run.active for run in runs()):
        return
    shown = _to_train()
    if shown and ask_to_train(shown, each_fold(draw_seed(shown.document)) if folds else ()):
        state.show_initial(False)
        state.show_run(None)
        state.show_panel("Training")


def restart(id: str) -> None:
    """Has a training of the network as it stands take the place of a run that goes on; but not twice by a double
    press."""
    state.take_canvas_edits(all_of_them=True)
    if state.just_pressed():
        return
    shown = _to_train()
    if shown and replace(id, shown):
        state.show_panel("Training")


def replace(id: str, shown: Project) -> bool:
    """Stops a run, which keeps what it learned, and asks for a training of the project as it is; whether it was."""
    if not state.done_or_told(lambda: state.jobs().stop(state.me(), id)) or not ask_to_train(shown):
        return False
    state.show_run(None)
    return True


def _to_train() -> Project | None:
    """The project, if nothing keeps it from training; else the page says what does."""
    if refused := state.refused():
        state.say(f"Nothing was trained, since one field holds no value. {refused}", ":material/error:")
        return None
    shown = state.project()
    report = state.report(shown)
    if report.against_training:
        state.want_training()
        first = "Mend the faults first. " if report.errors else ""
        state.say(first + report.against_training[0].text, ":material/error:")
        state.show_panel("Faults")
        return None
    return shown


def ask_to_train(shown: Project, documents: Sequence[Document] = ()) -> bool:
    """Several documents are trained together, as a group."""
    documents = documents or [draw_seed(shown.document)]
    group = secrets.token_hex(16) if len(documents) > 1 else None
    weights = _imported_weights(shown.id)
    requests = ({"kind": "train", "document": write_document(document), **weights} for document in documents)
    asked = [ask(request, shown.id, len(documents), group) for request in requests]
    if any(asked):
        state.remember_pressed()
    return all(asked)


def ask_groups(groups: Sequence[tuple[str, Sequence[Document]]]) -> None:
    """Puts several groups of trainings into the queue, each with its project, by one press; not while any goes."""
    if any(run.active for run in runs()):
        state.say("A training goes on. Wait for its end, or stop it.", ":material/block:")
        return
    together = sum(len(documents) for _, documents in groups)
    for project, documents in groups:
        group, weights = secrets.token_hex(16), _imported_weights(project)
        for document in documents:
            told = {"kind": "train", "document": write_document(document), **weights}
            if not ask(told, project, together, group):
                return
    state.remember_pressed()


def _imported_weights(project: str) -> dict[str, Any]:
    """The import whose weights a project's network begins with, and of how many layers they came, for a job."""
    job = imports.source(project)
    count = job.summary.get("weights") if job else 0
    return {"weights": job.id, "of": count} if job and count else {}


def test(run: Job) -> None:
    """Asks for the run's judgement on the test part, once: it is counted when it was looked at."""
    if is_at(test_of(run)) or result(run, "test") is not None:
        return
    document = write_document(run_document(run.id))
    told = {"kind": "evaluate", "run": run.id, "document": document, "owner": state.me(), "data": data_of(run)}
    ask(told, run.project)


def data_of(run: Job) -> str:
    """What names the data and their parts, of which the test part is one."""
    data = run_document(run.id).data
    named = data.name, data.options, MappingProxyType(Split.of_test(data.split))
    return hashlib.sha256(repr(named).encode()).hexdigest()


def is_at(job: Job | None) -> bool:
    """Whether what a button asks for was asked for already, and is not over: a double press asks twice."""
    return job is not None and job.active


def ask(request: Mapping[str, Any], project: str | None, together: int = 1, group: str | None = None) -> bool:
    return state.done_or_told(lambda: state.ask(request["kind"], request, project, together, group))


_documents: Recent[str, Document] = Recent(32_000_000)


def run_document(id: str) -> Document:
    """The document that a run trained, which never changes."""
    return _documents.made(id, lambda: read_document(state.jobs().request(id)["document"].encode()), document_bytes)


_members: Recent[str, Member | None] = Recent(200_000)
_recipes: Recent[tuple[str, int], str] = Recent(1_800_000)


def member_of(id: str) -> Member | None:
    """Which member of a boosted ensemble a run is; None where it is none."""

    def read() -> Member | None:
        told = state.jobs().request(id).get("boost")
        return Member(told["stage"], told["of"], told["before"] or "") if told else None

    return _members.made(id, read, lambda _: 200)


def recipe_of(id: str) -> str:
    """What a run's training goes by, but for its seed. A boosted member learns what those before it left, as no other
    run does."""
    member = member_of(id)
    left = f" behind {member.before}" if member and member.before else ""
    return _recipes.made((id, 0), lambda: recipe(seedless(run_document(id))) + left, len)


def recipe_kept(version: tuple[str, int], document: Document) -> str:
    """The same of a project's network. version: what the document is known by."""
    return _recipes.made(version, lambda: recipe(seedless(document)), len)


def goes_by(run: Job) -> Document:
    """The document that a run trains now: its own, with the settings that were changed since."""
    asked = state.jobs().commands(state.me(), run.id) if run.active else ()
    settings = dict(run.summary.get("settings") or {})
    for told in asked:
        settings |= told.get("settings") or {}
    try:
        return changed(run_document(run.id), settings)
    except Refused:  # of an older release, whose settings were others
        return run_document(run.id)


def report_of(id: str) -> Report:
    return state.checked((id, 0), lambda: run_document(id))


def ends_of(id: str) -> list[str]:
    """The nodes of a run's network that give their outputs to a loss."""
    wired = report_of(id).wired
    losses = (id for id in wired.order if (operator := wired.operators[id]) and not operator.outputs)
    return [wire.source for id in losses for wire in wired.into[id]]


def result(run: Job, part: str) -> Mapping[str, Any] | None:
    """What a run answered for the validation part ("results") or for the test part ("test"); None before it did."""
    kept = state.jobs().artefacts(run.id).get(f"{part}.json")
    path = state.store().home / kept if kept else None
    if path is None or not path.is_file():
        return None
    known = path, path.stat().st_mtime_ns  # one file may be another after a run was resumed
    return _results.made(known, lambda: json.loads(path.read_text("utf-8")), bytes_of)


_results: Recent[tuple[Path, int], Mapping[str, Any]] = Recent(16_000_000)


def test_of(run: Job) -> Job | None:
    """The newest look at the test part by what this run learned."""
    return state.jobs().test_of(run)


# Interrupted runs


def resumable() -> frozenset[str]:
    """The project's runs that were interrupted and can go on."""
    return state.jobs().resumable(state.me(), state.project_id())


def resume(id: str) -> None:
    """Puts an interrupted run back into the queue, and turns to it; but not by the second half of a double press."""
    if any(run.id == id and run.active for run in runs()):
        return
    if state.done_or_told(lambda: state.resume(id)):
        state.remember_pressed()
        state.show_run(id)
        state.show_panel("Training")


def can_go_on(run: Job) -> bool:
    """Whether a run that is over has kept what it takes to go on for more epochs."""
    return run.state in ("finished", "stopped") and LAST_STATE in state.jobs().artefacts(run.id)


def recover(run: Job) -> None:
    """Asks for the files of what an interrupted run had learned."""
    if is_at(recovery_of(run)):
        return
    document = write_document(run_document(run.id))
    ask({"kind": "recover", "run": run.id, "document": document}, run.project)


def recovery_of(run: Job) -> Job | None:
    """The newest job that makes, or made, files of what this run had learned."""
    return state.jobs().recovery_of(run)


def stop(id: str) -> None:
    """Stops a run, with those that were started with it; but not by the second half of a double press on Train, in
    whose place Stop stands then: the page says that it was taken for one."""
    if state.just_pressed():
        state.say(
            "The run goes on: Stop came as soon behind Train as a double press. Press it again.",
            ":material/play_arrow:",
        )
        return
    mine = runs()
    group = next((run.parent for run in mine if run.id == id), None)
    together = {run.id for run in mine if run.active and group and run.parent == group}
    for one in {id} | together:
        state.done_or_told(partial(state.stops().ask, state.me(), one))


def rename(id: str, name: str) -> None:
    state.done_or_told(lambda: state.jobs().rename(state.me(), id, name))


def delete(run: Job) -> None:
    """Takes a run out of the list; the message says how to have it back."""
    if state.done_or_told(lambda: state.jobs().delete(state.me(), run.id)):
        state.remember_deleted_run(run.id)


def restore() -> None:
    id = state.deleted_run()
    state.remember_deleted_run(None)
    if id:
        state.done_or_told(lambda: state.jobs().restore(state.me(), id))


def open_graph_of(run: Job) -> None:
    """Brings back the network that a run had, as an edit that can be undone."""
    document = run_document(run.id)
    state.edit(lambda _: document, f"the network of {run.title}")


# The model before any training here


def came_with(project: str) -> int:
    """How many layers of a project's network have weights that came with the model that it was imported from."""
    return int(_imported_weights(project).get("of", 0))


def beginning_of(build: Job) -> str:
    """What the weights of a model that was built are, for the name of its file."""
    return "imported" if state.jobs().request(build.id).get("weights") else "untrained"


def build() -> None:
    """Asks for the model of the network as it stands, with the weights that a training would begin with."""
    report = state.report(state.project())
    if is_at(build_of(report)):
        return
    told = {"kind": "build", "document": write_document(report.document), "code": code_name(report)}
    ask({**told, **_imported_weights(state.project_id())}, state.project_id())


def build_of(report: Report) -> Job | None:
    """The newest job that builds, or built, just this model; None where its file is gone."""
    job = state.jobs().build_of(state.me(), state.project_id(), code_name(report))
    return None if job and job.state == "finished" and model_of(job) is None else job


def code_name(report: Report) -> str:
    """What names a model: the code that builds it."""
    return hashlib.sha256(to_python(code_plan(report)).encode()).hexdigest()


# A network that is asked


def why_not_asked(run: Job) -> str:
    """Why the network of a run cannot be asked; empty where it can be."""
    if run.state == "queued":
        return f"{run.title} waits for its turn. It can be asked as soon as it has learned something."
    if run.active and not run.summary.get("snapshots") and run.summary.get("epoch"):
        return (
            f"{run.title} trains a network that is too large for its weights to be kept meanwhile. "
            "It can be asked when the training is over."
        )
    if run.active and not run.summary.get("snapshots"):
        return f"{run.title} starts. It can be asked as soon as it has learned something."
    if not run.active and not run.summary.get("snapshots") and model_of(run) is None:
        return f"{run.title} kept no weights: {run.reason or run.state}. Train again."
    return ""


def job(id: str) -> Job:
    return state.jobs().job(state.me(), id)


# What is taken away


def is_of_now(run: Job, shown: Project) -> bool:
    """Whether a run had the network, data and settings that the project has now, whatever more epochs it got."""
    by = goes_by(run)
    if "epochs" in run.summary.get("settings", {}):
        by = set_training(by, "epochs", shown.document.training.settings["epochs"])
    return same_training(by, shown.document)


def is_of_network(run: Job, shown: Project) -> bool:
    """Whether a run had the network that the project has now, whatever its data and settings were."""
    return same_network(run_document(run.id), shown.document)


def are_together(run: Job, shown: Project) -> bool:
    """Whether a run was started with others, by one press, of the network that the project has now: over seeds, as an
    ensemble, or each without a node."""
    members = [one for one in runs() if run.parent and one.parent == run.parent]
    return len(members) > 1 and any(is_of_network(one, shown) for one in members)


def taken(shown: Project, runs: list[Job]) -> Job | None:
    """The run that was chosen on the export page; before one is, the one that was the newest when the page was opened,
    if nothing had changed since."""
    chosen = state.run_to_take()
    if chosen is None:
        newest = runs[0] if runs and is_of_now(runs[0], shown) else None
        state.remember_taken(newest.id if newest else "")
        return newest
    return next((run for run in runs if run.id == chosen), None)


_records: Recent[tuple[str, float | None], tuple[Event, ...]] = Recent(15_000_000)


def record_of(id: str, ended: float | None) -> tuple[Event, ...]:
    """What a run that is over told, in the bounded size that is kept for good, and all epochs of one whose files were
    made. ended: when; a run that was interrupted may tell more, and end once more."""
    return _records.made((id, ended), lambda: read_record(state.me(), id), bytes_of)


def found(run: Job, now: bool) -> list[dict[str, Any]]:
    """Why a run learned badly, as lists of faults tell it, the nearest to a cause first. now: the network is still as
    it was, so that there is something to try."""
    epoch = run.summary.get("epoch")
    if run.active and not epoch:  # the first steps tell of themselves
        return _told(run, now)
    return _found.made((run.id, run.ended, epoch, now), lambda: _told(run, now), bytes_of)


_found: Recent[tuple[Any, ...], list[dict[str, Any]]] = Recent(2_000_000)


def _told(run: Job, now: bool) -> list[dict[str, Any]]:
    report = report_of(run.id)
    if len(report.wired.nodes) > MOST_NODES:
        return []
    watched = run.active or _followed.get(run.id)
    evidence = _heard(run.id) if watched else Evidence.of(read_record(state.me(), run.id))
    return listed(report, findings(report, evidence), to_try=now)


_followed: Recent[str, Following] = Recent(8_000_000)
_hearing = Lock()


def _heard(id: str) -> Evidence:
    """What a run that goes on has told until now, of which only what is new is read."""
    with _hearing:
        following = _followed.get(id) or Following()
        following.hear(state.jobs().news_text(state.me(), id, following.last))
        _followed.keep(id, following, following.bytes)
        return following.evidence


def read_record(owner: str, id: str) -> tuple[Event, ...]:
    told = [from_json(event) for event in state.jobs().news(owner, id, 0)["events"]]
    kept = state.jobs().artefacts(id).get("epochs.json")
    if kept:
        epochs = map(from_json, json.loads((state.store().home / kept).read_text("utf-8")))
        told = [*epochs, *(event for event in told if not isinstance(event, Epoch))]
    return tuple(told)


def subject(
    owner: str, project: str, run: str | None = None, layout: Layout = "canvas", *, with_data: bool = False
) -> Subject:
    """What is taken away of a project as it stands, or of a run of it; with the owner's data, where that is asked."""
    if run is None:
        report = state.report(state.store().project(owner, project))
        return Subject(report, layout=layout, data=data_file(owner, report.document) if with_data else None)
    model, report = model_of(state.jobs().job(owner, run)), report_of(run)
    data = data_file(owner, report.document) if with_data else None
    return Subject(report, read_record(owner, run), model, layout, data)


def data_file(owner: str, document: Document) -> Path | None:
    """The file of the data that a document describes, where it is one of the owner's sets: whoever merely holds a
    document that names it may train on it, but is not given it."""
    described = document.data.description
    if described is None or all(one.hash != described.hash for one in state.sets().mine(owner)):
        return None
    path = path_of(state.store().home, described.hash)
    return path if path.is_file() else None


def model_of(run: Job) -> Path | None:
    path = state.jobs().artefacts(run.id).get("model.keras")
    return state.store().home / path if path else None
