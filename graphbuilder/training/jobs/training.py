"""Trains a network, and makes files of what one that was interrupted had learned."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from graphbuilder.datasets.snapshot import is_of, prepare
from graphbuilder.memory import estimate
from graphbuilder.records.events import Ended, as_json
from graphbuilder.records.recorder import Recorder
from graphbuilder.records.sinks import sinks_of_settings
from graphbuilder.store import StoreError
from graphbuilder.store.disk import LAST_STATE
from graphbuilder.store.jobs import WHY_PAUSED, why_stopped
from graphbuilder.store.limits import Limits
from graphbuilder.store.work import Work
from graphbuilder.training.checkpoint import Checkpoint, write
from graphbuilder.training.checkpoints import find_checkpoint, folder_of, keep_checkpoint, keep_file
from graphbuilder.training.computing import computing
from graphbuilder.training.jobs.beginning import begun_with
from graphbuilder.training.jobs.boosted import boost_on, left_before
from graphbuilder.training.jobs.hearing import Hears
from graphbuilder.training.jobs.keeping import keep_learned
from graphbuilder.training.jobs.kind import FINISHED, Ending, begin, built, kind
from graphbuilder.training.snapshots import FOLDER as SNAPSHOTS
from graphbuilder.training.snapshots import MOST_BYTES, SHARE, Keeper
from graphbuilder.training.units import bounded_nodes, relu_nodes

LAST_BYTES = 100_000_000
"""Of the last state of a run that is over, at most: weights, the optimizer's variables and the best epoch's weights."""
log = logging.getLogger("graphbuilder.job")


@kind("train")
def _train(jobs: Work, id: str, request: Mapping[str, Any]) -> Ending:
    """Trains a network, from the newest checkpoint where there is one."""
    found = find_checkpoint(jobs, id)
    if found:
        request = {**request, "threads": found.told["threads"]}  # how many there are shows in a sum's last digit
    report, planned = begin(jobs, id, request)
    snapshot = prepare(planned.source, jobs.home)
    if found and not is_of(found.told["snapshot"], planned.source):
        return "failed", "The data are other ones than when this run began, so it cannot go on. Train again."
    from graphbuilder.compiler import ready_model
    from graphbuilder.training.baselines import beside
    from graphbuilder.training.loop import HELD, Beside, train
    from graphbuilder.training.parts import parts

    jobs.goes_on(id)
    fed = parts(planned, snapshot.arrays)
    boost = request.get("boost")
    before = left_before(jobs, boost["before"]) if boost and boost["before"] else None
    if before:
        from graphbuilder.training.boosting import to_learn

        fed = to_learn(planned, fed, before)
    model = ready_model(planned, fed.x)
    jobs.goes_on(id)
    begun = {} if found else begun_with(jobs, request, report, model)
    known = {"snapshot": snapshot.hash, **begun, **({"note": found.note} if found else {})}
    recorder = Recorder(jobs, id, known, state=found.told["record"] if found else None)

    hears = Hears(jobs, id, found.told.get("commands", 0) if found else 0)

    def told() -> Mapping[str, Any]:
        state = {"record": recorder.state(), "commands": hears.heard}
        return {"threads": request["threads"], "snapshot": snapshot.hash, **state}

    def keep(checkpoint: Checkpoint) -> None:
        try:
            keep_checkpoint(jobs, id, checkpoint, told())
        except (OSError, StoreError) as fault:
            log.warning("No checkpoint could be kept at step %d: %s", checkpoint.standing.step, fault)

    def keep_last(checkpoint: Checkpoint) -> None:
        if sum(np.asarray(one).nbytes for part in (checkpoint.variables, checkpoint.best) for one in part) > LAST_BYTES:
            return
        try:
            keep_file(jobs, id, LAST_STATE, lambda file: write(file, checkpoint, told()))
        except (OSError, StoreError) as fault:
            log.warning("The last state could not be kept: %s", fault)

    def missed(words: str) -> None:
        recorder.summary["elsewhere"] = words
        with suppress(StoreError):
            jobs.add_to_summary(id, {"elsewhere": words})

    with sinks_of_settings(
        recorder.tell, report, id, f"run {jobs.number(id)}", missed, files=folder_of(jobs.home, id)
    ) as tell:
        ended = train(
            model,
            planned,
            fed,
            beside(tell, planned, fed, snapshot.arrays, snapshot.path),
            control=hears,
            document=report.document,
            relu=relu_nodes(report),
            bounded=bounded_nodes(report),
            keep=keep,
            keep_last=keep_last,
            resume=found.checkpoint if found else None,
            aside=folder_of(jobs.home, id),
            snapshots=_keeper(folder_of(jobs.home, id), model),
            memory=estimate(report.document, report.facts).total,
            executor=computing(report).executor,
            beside=Beside(hears.others_begin, recorder.is_under_way),
        )
        if ended.state == "paused" and ended.reason == HELD:
            jobs.held(id)
            return "paused", WHY_PAUSED["hold"]
        if ended.state == "paused":
            return "paused", WHY_PAUSED[hears.asked]
        keep_learned(jobs, id, model, report, planned, snapshot, recorder.epochs)
        recorder.flush(whole=True)
        if boost and ended.state == "finished":
            boost_on(jobs, id, request, model, planned, fed, snapshot.arrays, before)
        return ended.state, why_stopped(hears.asked) or ended.reason


def _keeper(folder: Path, model: Any) -> Keeper:
    share = SHARE * Limits.of_settings().owner_disk_mb * 10**6
    return Keeper(folder / SNAPSHOTS, 4 * model.count_params(), int(min(MOST_BYTES, share)))


@kind("recover")
def _recover(jobs: Work, id: str, request: Mapping[str, Any]) -> Ending:
    """What an interrupted run had learned, as files: the weights of its best epoch so far."""
    run = request["run"]
    report, planned = begin(jobs, id, request)
    found = find_checkpoint(jobs, run)
    if found is None:
        return "failed", "The run was interrupted before it had learned anything that was kept."
    from graphbuilder.training.loop import put_back

    snapshot = prepare(planned.source, jobs.home)
    model = built(planned, snapshot.arrays)
    standing = put_back(model, found.checkpoint)
    keep_learned(jobs, run, model, report, planned, snapshot, found.told["record"]["epochs"])
    metrics = as_json(Ended("stopped", "", 0, 0, standing.best_epoch, standing.best_metrics))["kept"]
    jobs.add_to_summary(run, {"kept": metrics, "kept_epoch": standing.best_epoch, "note": found.note})
    return FINISHED
