"""One job in a process of its own: prepares data, trains a network, tests or merely builds one, and says how it ended.

The host forks such processes; python -m graphbuilder.training.job HOME ID THREADS starts one without a fork.
"""

import errno
import json
import logging
import math
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from typing import IO, Any
from zipfile import ZipFile

import numpy as np
from pyarrow.parquet import write_table

from graphbuilder import editing
from graphbuilder.carried import is_project, open_document
from graphbuilder.checks import Report, check
from graphbuilder.datasets.snapshot import is_of, prepare
from graphbuilder.document import Data, Document
from graphbuilder.document_file import MAX_BYTES as MAX_DOCUMENT
from graphbuilder.document_file import read_document, write_document
from graphbuilder.equal_parts import fold
from graphbuilder.importing.files import Imported, import_file
from graphbuilder.importing.model import ImportFault
from graphbuilder.initial_weights import Arrays, WeightsFault, write_to
from graphbuilder.initial_weights import read as read_initial
from graphbuilder.memory import MEMORY_LIMIT, estimate
from graphbuilder.plan import NotReady, Plan, plan
from graphbuilder.problems import DocumentError
from graphbuilder.readers import READERS, DataError
from graphbuilder.records.commands import Command, Unusable, command_of
from graphbuilder.records.events import Ended, as_json, finite
from graphbuilder.records.folder import MODEL
from graphbuilder.records.recorder import NothingWritten, Recorder
from graphbuilder.records.sinks import sinks_of_settings
from graphbuilder.store import StoreError
from graphbuilder.store.access import OPERATOR
from graphbuilder.store.disk import LAST_STATE, is_full, refuse_if_full, remove_file
from graphbuilder.store.files import FOLDER_VARIABLE, Coming, Outside, below, path_of
from graphbuilder.store.jobs import IMPORTED, INITIAL_WEIGHTS, WHY_PAUSED, asked_file, why_stopped
from graphbuilder.store.limits import Limits
from graphbuilder.store.line import LOOKS
from graphbuilder.store.sets import DataSet, Sets
from graphbuilder.store.store import Store
from graphbuilder.store.work import Work
from graphbuilder.texts import without_folders
from graphbuilder.training.checkpoint import Checkpoint, write
from graphbuilder.training.checkpoints import (
    Damaged,
    drop_checkpoints,
    find_checkpoint,
    folder_of,
    keep_checkpoint,
    keep_file,
    keep_weights,
    read_weights,
)
from graphbuilder.training.computing import computing
from graphbuilder.training.ear import Ear
from graphbuilder.training.engine import load_keras
from graphbuilder.training.processes import (
    CPU_SECONDS,
    FILE_BYTES,
    LOOK_SECONDS,
    give_back_at_once,
    limit_this_process,
    start_mark,
)
from graphbuilder.training.runs import begin_with_fitting, untrained
from graphbuilder.training.snapshots import FOLDER as SNAPSHOTS
from graphbuilder.training.snapshots import MOST_BYTES, SHARE, Keeper, steps_in, weights_at
from graphbuilder.training.units import bounded_nodes, relu_nodes
from graphbuilder.understanding.looking import Wish, look

RESULTS, EPOCHS, STRIP, AT = "results.json", "epochs.json", "strip.json", "at.json"
INITIAL, CHAIN, LANDSCAPE, NEIGHBOURS = "initial.json", "chain.json", "landscape.json", "neighbours.json"
TEST, PREDICTIONS = "test.json", "predictions.csv"
ENSEMBLE, BOOSTED = "ensemble.json", "boosted.npz"
_LAST = ("finished", "stopped", "diverged")
"""States after which nothing is left to go on with."""
NOTHING_WRITTEN = 4
"""Exit code of a job that could not tell its end."""
UNWRITTEN = "unwritten.txt"


log = logging.getLogger("graphbuilder.job")


LAST_BYTES = 100_000_000
"""Of the last state of a run that is over, at most: weights, the optimizer's variables and the best epoch's weights."""
HEAR_SECONDS, ASK_SECONDS = 0.05, 0.2
"""A training sees at most so often whether anything was asked of it; and asks the store, which takes a millisecond, so
often anyway. Neither writes anything."""
_SIGN_SECONDS = 10.0


class NotWanted(RuntimeError):
    """Nobody waits for this job any more: it was given up before it came to its start."""


def work(home: Path, id: str, threads: int = 0) -> int:
    """Does the job and writes its last state; the exit code. threads: to compute with; 0 stands for all cores."""
    jobs = Work(home)
    jobs.has_process(id, os.getpid(), start_mark(os.getpid()) or "")  # the host may have died before it could
    request = {"threads": threads, **jobs.request(id)}
    memory = request["memory"] = int(request.get("memory") or MEMORY_LIMIT)
    limit_this_process(memory, LOOK_SECONDS if request["kind"] in LOOKS else CPU_SECONDS)
    try:
        with _scratch():
            state, reason = _KINDS[request["kind"]](jobs, id, request)
    except (DataError, NotReady, StoreError) as fault:
        state, reason = "failed", str(fault)
    except Damaged as fault:
        state, reason = "failed", str(fault)
        drop_checkpoints(jobs, request.get("run", id))
    except NothingWritten as fault:
        return _unwritten(home, id, fault)
    except NotWanted:
        return 0
    except Exception as fault:
        traceback.print_exc()
        state, reason = "failed", in_words(fault, memory, request["kind"])
    try:
        jobs.end(id, state, reason)
        if state in _LAST:
            drop_checkpoints(jobs, id)
    except StoreError as fault:
        return _unwritten(home, id, fault)
    return 0


def _unwritten(home: Path, id: str, why: Exception) -> int:
    """Leaves beside the job's log why the store took nothing, for the host to tell; the exit code."""
    with suppress(OSError):
        (folder_of(home, id) / UNWRITTEN).write_text(str(why), "utf-8")
    return NOTHING_WRITTEN


def why_unwritten(home: Path, id: str) -> str:
    """Why the store took nothing from a job, as that left it behind."""
    with suppress(OSError):
        return (folder_of(home, id) / UNWRITTEN).read_text("utf-8")[:300]
    return "nothing more could be written; the disk may be full"


@contextmanager
def _scratch() -> Iterator[None]:
    """A folder for what TensorFlow leaves lying about, which a process that ends as jobs do never clears away."""
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="graphbuilder-") as folder:
        tempfile.tempdir = folder
        try:
            yield
        finally:
            tempfile.tempdir = before


def in_words(fault: Exception, memory: int, kind: str) -> str:
    """Why a job of a kind failed, for people, and what can be done. memory: its limit, in bytes."""
    told = f"{type(fault).__name__}: {fault}"
    if is_full(fault):
        if kind in LOOKS:
            return "The disk of this server is full. Nothing of the file was kept, and nothing else was touched."
        return (
            "The disk of this server is full, so not all could be written. Make room, then press Resume or ask again."
        )
    if isinstance(fault, OSError) and fault.errno == errno.EFBIG:
        return (
            f"A file became larger than one may be here, which is {FILE_BYTES / 1e9:.0f} GB. Make the layers smaller."
        )
    if isinstance(fault, MemoryError) and kind == "import":
        return f"The file needs more memory than reading it may take, which is {memory / 1e9:.1f} GB."
    if isinstance(fault, MemoryError) and kind == "look":
        return f"The file needs more memory than a look may take, which is {memory / 1e9:.1f} GB. Leave rows out."
    if isinstance(fault, MemoryError) or "ResourceExhausted" in told or "OOM when" in told or "bad_alloc" in told:
        return (
            f"out of memory (the limit is {memory / 1e9:.1f} GB). Make the batch smaller, or the layers; "
            "the panel Summary shows which takes most."
        )
    if "DataError: " in told:  # of a row that was to be fed, which TensorFlow wraps
        return told.partition("DataError: ")[2].splitlines()[0]
    if isinstance(fault, OSError) and fault.strerror:  # without the file's name
        return f"{type(fault).__name__}: {fault.strerror}"
    return told.strip().splitlines()[0][:300]


def _starts(jobs: Work, id: str) -> None:
    if not jobs.runs_now(id):
        raise NotWanted


def _prepare(jobs: Work, id: str, request: Mapping[str, Any]) -> tuple[str, str]:
    _starts(jobs, id)
    older = {"name": request.get("source"), "options": request.get("options", {})}  # as the first release asks
    source = Data.model_validate_json(request.get("data") or json.dumps(older)).source
    if source is None:
        return "failed", "The data set is not known to this version."
    prepare(source, jobs.home)
    return "finished", ""


def _begin(jobs: Work, id: str, request: Mapping[str, Any]) -> tuple[Report, Plan]:
    document = read_document(request["document"].encode())
    report = check(document)
    planned = plan(report)
    if 2 * estimate(document, report.facts).total > request["memory"]:
        give_back_at_once()
    _ready(jobs, id, computing(report, request["threads"]).threads)
    return report, planned


def _ready(jobs: Work, id: str, threads: int) -> None:
    """Keras, ready to compute in this process: a fork that came out wrong hangs here, and is not said to run."""
    load_keras(threads)
    import tensorflow as tf  # noqa: PLC0415

    assert int(tf.constant(1) + 1) == 2
    _starts(jobs, id)


def _train(jobs: Work, id: str, request: Mapping[str, Any]) -> tuple[str, str]:
    """Trains a network, from the newest checkpoint where there is one."""
    found = find_checkpoint(jobs, id)
    if found:
        request = {**request, "threads": found.told["threads"]}  # how many there are shows in a sum's last digit
    report, planned = _begin(jobs, id, request)
    snapshot = prepare(planned.source, jobs.home)
    if found and not is_of(found.told["snapshot"], planned.source):
        return "failed", "The data are other ones than when this run began, so it cannot go on. Train again."
    from graphbuilder.compiler import ready_model  # noqa: PLC0415
    from graphbuilder.training.baselines import beside  # noqa: PLC0415
    from graphbuilder.training.loop import HELD, train  # noqa: PLC0415
    from graphbuilder.training.parts import parts  # noqa: PLC0415

    jobs.goes_on(id)
    fed = parts(planned, snapshot.arrays)
    boost = request.get("boost")
    before = _left_before(jobs, boost["before"]) if boost and boost["before"] else None
    if before:
        from graphbuilder.training.boosting import to_learn  # noqa: PLC0415

        fed = to_learn(planned, fed, before)
    model = ready_model(planned, fed.x)
    jobs.goes_on(id)
    begun = {} if found else _begun(jobs, request, report, model)
    known = {"snapshot": snapshot.hash, **begun, **({"note": found.note} if found else {})}
    recorder = Recorder(jobs, id, known, state=found.told["record"] if found else None)

    hears = _Hears(jobs, id, found.told.get("commands", 0) if found else 0)

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

    with sinks_of_settings(recorder.tell, report, id) as tell:
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
        )
    if ended.state == "paused" and ended.reason == HELD:
        jobs.held(id)
        return "paused", WHY_PAUSED["hold"]
    if ended.state == "paused":
        return "paused", WHY_PAUSED[hears.asked]
    _keep_learned(jobs, id, model, report, planned, snapshot.arrays, recorder.epochs)
    recorder.flush(whole=True)
    if boost and ended.state == "finished":
        _boost_on(jobs, id, request, model, planned, fed, snapshot.arrays, before)
    return ended.state, why_stopped(hears.asked) or ended.reason


def _left_before(jobs: Work, run: str) -> Mapping[str, Any]:
    """What the member before left to this one."""
    try:
        with np.load(folder_of(jobs.home, run) / BOOSTED, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (OSError, ValueError):
        raise DataError("The member before this one is gone, so nothing can be learned behind it.") from None


def _boost_on(
    jobs: Work, id: str, request: Mapping[str, Any], model: Any, planned: Plan, fed: Any, arrays: Mapping[str, Any],
    before: Mapping[str, Any] | None,
) -> None:  # fmt: skip
    """Keeps what a member leaves to the next, and asks for that, as long as there is something left to learn."""
    from graphbuilder.training.boosting import left_by  # noqa: PLC0415

    boost = request["boost"]
    left, count, error = left_by(model, planned, fed, arrays, before)
    keep_file(jobs, id, BOOSTED, lambda file: np.savez(file, **dict(left)))  # type: ignore[arg-type]
    more = boost["stage"] < boost["of"] and count > 0 and error != 0
    jobs.add_to_summary(
        id, {"boost": finite({"stage": boost["stage"], "of": boost["of"], "count": count, "error": error})}
    )
    if more:
        document = editing.set_training(read_document(request["document"].encode()), "seed", planned.seed + 1)
        told = {name: value for name, value in request.items() if name not in ("threads", "memory")}
        told["boost"] = {**boost, "stage": boost["stage"] + 1, "before": id}
        jobs.ask_next(id, {**told, "document": write_document(document)})


def _initial_weights(jobs: Work, request: Mapping[str, Any], report: Report) -> Arrays:
    """Those that came with an imported model, of nodes that are still there; none where nothing came."""
    kept = jobs.artefacts(request["weights"]).get(INITIAL_WEIGHTS) if request.get("weights") else None
    if kept is None:
        return {}
    sizes = {id: facts.parameters for id, facts in report.facts.items() if facts.parameters}
    try:
        before = _before_folding(jobs, request["weights"])
        wanted = {before.get(id, id): size for id, size in sizes.items()}
        arrays = read_initial(jobs.home / kept, wanted, all_of_them=False)
        return {id: arrays[old] for id in sizes if (old := before.get(id, id)) in arrays}
    except (WeightsFault, OSError, ValueError):
        raise DataError("The imported weights cannot be read any more. Import the file once more.") from None


def _before_folding(jobs: Work, imported: str) -> Mapping[str, str]:
    """Which node each was when the file came, by the path that it has where equal parts were folded since."""
    kept = jobs.artefacts(imported).get(IMPORTED)
    told = json.loads((jobs.home / kept).read_text("utf-8")) if kept else {}
    return told.get("paths") or {}


def _begun(jobs: Work, request: Mapping[str, Any], report: Report, model: Any) -> dict[str, str]:
    """Gives a model its imported weights, as far as they fit; what is told of it."""
    if not request.get("weights"):
        return {}
    count = begin_with_fitting(model, report, _initial_weights(jobs, request, report))
    of = request["of"]
    if not count:
        return {"starts": "starts from drawn weights, as the imported ones fit no layer any more"}
    return {"starts": "starts from the imported weights" + (f" of {count:,} of {of:,} layers" if count < of else "")}


def _keeper(folder: Path, model: Any) -> Keeper:
    share = SHARE * Limits.of_settings().owner_disk_mb * 10**6
    return Keeper(folder / SNAPSHOTS, 4 * model.count_params(), int(min(MOST_BYTES, share)))


class _Hears:
    """Hears what is asked of a training: whether it is to end, and commands. heard: the number of the last command."""

    def __init__(self, jobs: Work, id: str, heard: int) -> None:
        self.jobs, self.id, self.heard, self.asked = jobs, id, heard, ""
        self._at = self._asked_at = -math.inf
        self._signed, self._seen = time.monotonic(), 0
        self._file = asked_file(jobs.home, id)

    def __call__(self) -> list[Command]:
        now = time.monotonic()
        if now - self._at < HEAR_SECONDS:
            return []
        self._at, seen = now, self._touched()
        if seen == self._seen and now - self._asked_at < ASK_SECONDS:
            return []
        self._asked_at, self._seen = now, seen
        try:
            if now - self._signed > _SIGN_SECONDS:  # one that holds tells nothing else
                self.jobs.goes_on(self.id)
                self._signed = now
            self.asked, told = self.jobs.heard(self.id, self.heard)
        except StoreError:
            return []  # the store is busy, and is asked again soon
        if told:
            self.heard = told[-1][0]
        commands = [*filter(None, (_command(one) for _, one in told))]
        if self.asked:
            commands.append(Command("pause" if self.asked in WHY_PAUSED else "stop"))
        return commands

    def _touched(self) -> int:
        try:
            return self._file.stat().st_mtime_ns
        except OSError:
            return 0


def _command(told: Mapping[str, Any]) -> Command | None:
    """None for one that was taken back, or is of another release."""
    with suppress(Unusable):
        return command_of(told)
    return None


def _recover(jobs: Work, id: str, request: Mapping[str, Any]) -> tuple[str, str]:
    """What an interrupted run had learned, as files: the weights of its best epoch so far."""
    run = request["run"]
    report, planned = _begin(jobs, id, request)
    found = find_checkpoint(jobs, run)
    if found is None:
        return "failed", "The run was interrupted before it had learned anything that was kept."
    from graphbuilder.compiler import ready_model  # noqa: PLC0415
    from graphbuilder.training.loop import put_back  # noqa: PLC0415
    from graphbuilder.training.parts import parts  # noqa: PLC0415

    snapshot = prepare(planned.source, jobs.home)
    model = ready_model(planned, parts(planned, snapshot.arrays).x)
    standing = put_back(model, found.checkpoint)
    _keep_learned(jobs, run, model, report, planned, snapshot.arrays, found.told["record"]["epochs"])
    metrics = as_json(Ended("stopped", "", 0, 0, standing.best_epoch, standing.best_metrics))["kept"]
    jobs.add_to_summary(run, {"kept": metrics, "kept_epoch": standing.best_epoch, "note": found.note})
    return "finished", ""


def _keep_learned(
    jobs: Work, run: str, model: Any, report: Report, planned: Plan, arrays: Mapping[str, Any], epochs: list[Any]
) -> None:
    """The files of a run whose model has the weights that are kept."""
    from graphbuilder.compiler import make_portable, split  # noqa: PLC0415
    from graphbuilder.training.results import results  # noqa: PLC0415

    make_portable(model, planned)
    _keep_model(jobs, run, model)
    jobs.goes_on(run)
    keep_weights(jobs, run, "kept", model.weights)
    keep_file(jobs, run, EPOCHS, lambda file: file.write(json.dumps(epochs).encode()))
    jobs.goes_on(run)
    _, validation, _ = split(planned, arrays)
    told = {"part": "validation", "outputs": results(model, report, planned, arrays, validation)}
    keep_file(jobs, run, RESULTS, lambda file: file.write(json.dumps(told).encode()))


def _evaluate(jobs: Work, id: str, request: Mapping[str, Any]) -> tuple[str, str]:
    """The kept weights of a run over the test part, which nothing has seen before."""
    report, planned = _begin(jobs, id, request)
    from graphbuilder.compiler import ready_model, split  # noqa: PLC0415
    from graphbuilder.training.parts import parts  # noqa: PLC0415
    from graphbuilder.training.results import judged, results  # noqa: PLC0415

    snapshot = prepare(planned.source, jobs.home)
    model = ready_model(planned, parts(planned, snapshot.arrays).x)
    model.set_weights(read_weights(jobs.home, request["run"], "kept"))
    _, _, test = split(planned, snapshot.arrays)
    if not len(test):
        return "failed", "There is no test part: the split keeps no rows for it."
    told = {
        "part": "test",
        "metrics": judged(model, planned, snapshot.arrays, test),
        "outputs": results(model, report, planned, snapshot.arrays, test),
    }
    keep_file(jobs, request["run"], TEST, lambda file: file.write(json.dumps(told).encode()))
    jobs.count_test(request["owner"], request["data"])
    return "finished", ""


_NO_WEIGHTS = "No weights of this run's steps were kept: the network is too large for that, or they are gone."


def _at(jobs: Work, id: str, request: Mapping[str, Any]) -> tuple[str, str]:
    """What a run answered for the validation part at a step, by the weights that were kept nearest before, as a file of
    the job's."""
    report, planned = _begin(jobs, id, request)
    from graphbuilder.compiler import ready_model, split  # noqa: PLC0415
    from graphbuilder.training.parts import parts  # noqa: PLC0415
    from graphbuilder.training.results import judged, results  # noqa: PLC0415

    found = weights_at(folder_of(jobs.home, request["run"]), request["step"])
    if found is None:
        return (
            "failed",
            "No weights of this run's steps were kept: the network is too large for that, or they are gone.",
        )
    snapshot = prepare(planned.source, jobs.home)
    model = ready_model(planned, parts(planned, snapshot.arrays).x)
    step, weights = found
    model.set_weights(weights)
    _, validation, _ = split(planned, snapshot.arrays)
    told = {
        "part": "validation",
        "step": step,
        "metrics": judged(model, planned, snapshot.arrays, validation),
        "outputs": results(model, report, planned, snapshot.arrays, validation),
    }
    keep_file(jobs, id, AT, lambda file: file.write(json.dumps(told).encode()))
    return "finished", ""


def _predictions(jobs: Work, id: str, request: Mapping[str, Any]) -> tuple[str, str]:
    """What a run answers for every row of a part, by the weights that it kept or those of a step, as a file of the
    job's. The test part's only when it was looked at."""
    run, part = request["run"], request["part"]
    if part == "test" and TEST not in jobs.artefacts(run):
        return "failed", "The test part was not looked at yet. Look at it first, which is counted."
    report, planned = _begin(jobs, id, request)
    from graphbuilder.compiler import ready_model, split  # noqa: PLC0415
    from graphbuilder.training.checkpoints import read_weights  # noqa: PLC0415
    from graphbuilder.training.parts import parts  # noqa: PLC0415
    from graphbuilder.training.predictions import write_predictions  # noqa: PLC0415

    snapshot = prepare(planned.source, jobs.home)
    model = ready_model(planned, parts(planned, snapshot.arrays).x)
    if request.get("step") is None:
        model.set_weights(read_weights(jobs.home, run, "kept"))
    elif found := weights_at(folder_of(jobs.home, run), request["step"]):
        model.set_weights(found[1])
    else:
        return "failed", _NO_WEIGHTS
    _, validation, test = split(planned, snapshot.arrays)
    rows, numbers = test if part == "test" else validation, planned.source.row_numbers(jobs.home)
    told: dict[str, Any] = {}
    signs = Told(jobs, id)

    def put(file: IO[bytes]) -> None:
        written = write_predictions(
            file, model, report, planned, snapshot.arrays, rows, numbers, lambda: signs("Answering", 0.5)
        )
        told.update(part=part, rows=written.rows, of=written.of)

    keep_file(jobs, id, PREDICTIONS, put)
    jobs.add_to_summary(id, told)
    return "finished", ""


def _initial(jobs: Work, id: str, request: Mapping[str, Any]) -> tuple[str, str]:
    """What comes of each rule for the initial weights, as a file of the job's."""
    report, planned = _begin(jobs, id, request)
    from graphbuilder.compiler import ready_model  # noqa: PLC0415
    from graphbuilder.training.initial import initial  # noqa: PLC0415
    from graphbuilder.training.parts import parts  # noqa: PLC0415

    fed = parts(planned, prepare(planned.source, jobs.home).arrays)
    told = finite(initial(ready_model(planned, fed.x), report, planned, fed, bounded_nodes(report)))
    keep_file(jobs, id, INITIAL, lambda file: file.write(json.dumps(told).encode()))
    return "finished", ""


def _chain(jobs: Work, id: str, request: Mapping[str, Any]) -> tuple[str, str]:
    """The numbers of the chain rule along every wire, with the weights of a run at a step, or fresh ones."""
    report, planned = _begin(jobs, id, request)
    from graphbuilder.compiler import ready_model  # noqa: PLC0415
    from graphbuilder.training.chain import chain  # noqa: PLC0415
    from graphbuilder.training.parts import parts  # noqa: PLC0415

    fed = parts(planned, prepare(planned.source, jobs.home).arrays)
    model, step = ready_model(planned, fed.x), None
    if run := request.get("run"):
        found = weights_at(folder_of(jobs.home, run), request["step"])
        if found is None:
            return "failed", _NO_WEIGHTS
        step, weights = found
        model.set_weights(weights)
    told = finite({"step": step, **chain(model, report, planned, fed, request.get("row", 0))})
    keep_file(jobs, id, CHAIN, lambda file: file.write(json.dumps(told).encode()))
    return "finished", ""


def _landscape(jobs: Work, id: str, request: Mapping[str, Any]) -> tuple[str, str]:
    """The paths of several runs on a plane through their weights, as a file of the job's."""
    _, planned = _begin(jobs, id, request)
    from graphbuilder.compiler import ready_model  # noqa: PLC0415
    from graphbuilder.training.landscape import BYTES, MOST_STEPS, NoPlane, landscape, some_of  # noqa: PLC0415
    from graphbuilder.training.parts import parts  # noqa: PLC0415

    arrays = prepare(planned.source, jobs.home).arrays
    model = ready_model(planned, parts(planned, arrays).x)
    runs = request["runs"]
    most = min(MOST_STEPS, BYTES // (4 * max(1, model.count_params()) * len(runs)))
    paths = []
    for run in runs:
        folder = folder_of(jobs.home, run)
        kept = (weights_at(folder, step) for step in some_of(steps_in(folder / SNAPSHOTS), most))
        paths.append((run, [one for one in kept if one]))
    told = 0.0

    def signs() -> None:
        nonlocal told
        if time.monotonic() - told > _TELL_SECONDS:
            told = time.monotonic()
            jobs.goes_on(id)
            if jobs.asked(id):
                raise NotWanted

    try:
        found = landscape(model, planned, arrays, paths, signs)
    except NoPlane as fault:
        return "failed", str(fault)
    except NotWanted:
        return "stopped", ""
    keep_file(jobs, id, LANDSCAPE, lambda file: file.write(json.dumps(found).encode()))
    return "finished", ""


def _inside(jobs: Work, id: str, request: Mapping[str, Any]) -> tuple[str, str]:
    """Answers questions about a run's network, by its weights, until nobody asks any more."""
    run = request["run"]
    report, planned = _begin(jobs, id, request)
    from graphbuilder.training.inside import Inside, Unanswerable  # noqa: PLC0415
    from graphbuilder.training.questions import question  # noqa: PLC0415

    weights = _WeightsOf(jobs, run)
    if weights.nearest(None) is None:
        return "failed", _NONE_YET
    arrays = prepare(planned.source, jobs.home).arrays
    jobs.goes_on(id)
    inside = Inside.ready(report, planned, arrays)
    jobs.goes_on(id)

    def answer(told: object) -> tuple[int, dict[str, Any]]:
        try:
            asked = question(told)
            told_last: dict[str, Any] = {}
            for step in asked.steps(inside):
                found = weights.nearest(step)
                if found is None:
                    raise Unanswerable(_NONE_YET)
                weights.give(inside, *found)
                told_last = asked.answer(inside)
            return 200, finite(told_last)
        except (Unanswerable, DataError) as fault:
            return 400, {"error": str(fault)}
        except Exception as fault:
            traceback.print_exc()
            return 500, {"error": f"The answer could not be worked out: {in_words(fault, request['memory'], 'inside')}"}

    answer({"kind": "answer", "sample": "train:0"})
    with Ear() as ear:
        jobs.add_to_summary(id, {"ear": ear.address})
        ear.listen(answer, _Wanted(jobs, id, run))
    return "finished", ""


_NONE_YET = "This run has kept no weights yet, so its network cannot be asked. Wait a moment, or train it again."


class _WeightsOf:
    """The weights of a run: those that it kept in the end, and those of its steps."""

    def __init__(self, jobs: Work, run: str) -> None:
        self._jobs, self._run, self._given = jobs, run, None
        self._folder = folder_of(jobs.home, run)

    def nearest(self, step: int | None) -> tuple[int | None, Any] | None:
        """The step, None for what was kept in the end, and what names these weights; None where there are none."""
        if step is None and (kept := self._jobs.artefacts(self._run).get("kept.npz")):
            return None, (kept, (self._jobs.home / kept).stat().st_mtime_ns)
        steps = steps_in(self._folder / SNAPSHOTS)
        at = [one for one in steps if step is None or one <= step] or steps[:1]
        return (at[-1], at[-1]) if at else None

    def give(self, inside: Any, step: int | None, name: Any) -> None:
        """Gives a network these weights, unless it has them."""
        if name == self._given:
            return
        if step is None:
            found: Any = None, read_weights(self._jobs.home, self._run, "kept")
        else:
            found = weights_at(self._folder, step) or weights_at(self._folder, step)  # it may be thinned meanwhile
        if found is None:
            raise DataError(_NONE_YET)
        inside.use(found[1], found[0])
        self._given = name


class _Wanted:
    """Whether a job that answers questions goes on, asked a few times a second."""

    def __init__(self, jobs: Work, id: str, run: str) -> None:
        self._jobs, self._id, self._run = jobs, id, run
        self._looked = self._signed = time.monotonic()

    def __call__(self, silent: float) -> bool:
        """silent: seconds since the last question."""
        if silent > _SILENT_SECONDS:
            return False
        now = time.monotonic()
        if now - self._looked < _LOOK_EVERY:
            return True
        self._looked = now
        with suppress(StoreError):  # the store is busy, and is asked again soon
            if now - self._signed > _SIGN_SECONDS:
                self._jobs.goes_on(self._id)
                self._signed = now
            goes_on, waits = self._jobs.is_wanted(self._id, self._run)
            return goes_on and not (waits and silent > _GIVES_WAY_SECONDS)
        return True


_SILENT_SECONDS, _GIVES_WAY_SECONDS, _LOOK_EVERY = 60.0, 3.0, 0.5


def _neighbours(jobs: Work, id: str, request: Mapping[str, Any]) -> tuple[str, str]:
    """What a node of a run gives for many samples, as points by t-SNE or UMAP, as a file of the job's."""
    report, planned = _begin(jobs, id, request)
    from graphbuilder.training.hidden import MOST_SLOWLY, Hidden  # noqa: PLC0415
    from graphbuilder.training.inside import Inside, Unanswerable  # noqa: PLC0415
    from graphbuilder.training.representation import neighbours  # noqa: PLC0415

    weights = _WeightsOf(jobs, request["run"])
    inside = Inside.ready(report, planned, prepare(planned.source, jobs.home).arrays)
    jobs.goes_on(id)
    try:
        hidden = Hidden(inside, request["node"], MOST_SLOWLY)
        for step in (None, request["step"]):  # the axes are those of the kept weights
            found = weights.nearest(step)
            if found is None:
                raise Unanswerable(_NONE_YET)
            weights.give(inside, *found)
            values = hidden.values()
            axes = hidden.axes(values)
    except Unanswerable as fault:
        return "failed", str(fault)
    jobs.goes_on(id)
    points = neighbours(values, request["method"], planned.seed, axes.placed(values))
    told = finite(hidden.told(request["method"], points, values.shape[1], axes))
    keep_file(jobs, id, NEIGHBOURS, lambda file: file.write(json.dumps(told).encode()))
    return "finished", ""


def _ensemble(jobs: Work, id: str, request: Mapping[str, Any]) -> tuple[str, str]:
    """What several runs, or one with its dropout left on, answer together, as a file of the job's."""
    report, planned = _begin(jobs, id, request)
    from graphbuilder.compiler import ready_model  # noqa: PLC0415
    from graphbuilder.training.checkpoints import read_weights  # noqa: PLC0415
    from graphbuilder.training.ensemble import NoEnsemble, ensemble  # noqa: PLC0415
    from graphbuilder.training.parts import parts  # noqa: PLC0415

    arrays = prepare(planned.source, jobs.home).arrays
    model = ready_model(planned, parts(planned, arrays).x)
    try:
        members = [read_weights(jobs.home, run, "kept") for run in request["runs"]]
    except OSError:
        return "failed", "The weights of one of these runs are gone. Train them again."
    try:
        told = ensemble(
            model, report, planned, arrays, members, request["how"], request.get("counts", ()), lambda: jobs.goes_on(id)
        )
    except NoEnsemble as fault:
        return "failed", str(fault)
    keep_file(jobs, id, ENSEMBLE, lambda file: file.write(json.dumps(finite(told)).encode()))
    return "finished", ""


def _strip(jobs: Work, id: str, request: Mapping[str, Any]) -> tuple[str, str]:
    """Samples before and after a node, as a file of the job's."""
    report, planned = _begin(jobs, id, request)
    from graphbuilder.training.strip import strip  # noqa: PLC0415

    told = strip(report, planned, prepare(planned.source, jobs.home).arrays, request["node"], request["seed"])
    keep_file(jobs, id, STRIP, lambda file: file.write(json.dumps(told).encode()))
    return "finished", ""


def _build(jobs: Work, id: str, request: Mapping[str, Any]) -> tuple[str, str]:
    """The model as its code makes it, with the weights that its seed draws."""
    _ready(jobs, id, request["threads"])
    report = check(read_document(request["document"].encode()))
    weights = _initial_weights(jobs, request, report)
    _keep_model(jobs, id, untrained(report, jobs.home, weights, as_far_as_they_fit=True))
    for older in jobs.drop_older_builds(id):
        (folder_of(jobs.home, older) / MODEL).unlink(missing_ok=True)
    return "finished", ""


def _keep_model(jobs: Work, id: str, model: Any) -> None:
    """By way of a folder: Keras would make the archive in memory, beside the model."""
    making = folder_of(jobs.home, id) / ".model.making"
    rmtree(making, ignore_errors=True)
    model.save(making, zipped=False)
    keep_file(jobs, id, MODEL, lambda file: _zipped(making, file))
    rmtree(making)


def _zipped(folder: Path, file: IO[bytes]) -> None:
    with ZipFile(file, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))


def _look(jobs: Work, id: str, request: Mapping[str, Any]) -> tuple[str, str]:
    """Looks at a file of data and tells its set what is found, or why nothing could be."""
    _starts(jobs, id)
    sets = Sets(jobs.home)
    one = sets.one(OPERATOR, request["set"])
    told = Told(jobs, id)

    def first(found: Mapping[str, Any]) -> None:
        sets.looked(one.id, id, found, reader=found["reader"], rows=found["rows"], done=False)

    wish = sets.wish(OPERATOR, one.id)
    try:
        told("Copying", 0.0)
        hash = one.hash if one.hash and not request.get("bring") else _brought(sets, id, one, wish)
        found = look(
            path_of(jobs.home, hash), one.file, Wish.of(wish), title=one.title, hash=hash, tell=told, first=first
        )
    except (DataError, StoreError) as fault:
        known: Mapping[str, Any] = fault.facts if isinstance(fault, DataError) else {}
        guessed: dict[str, Any] = {name: known[name] for name in ("reader", "options") if name in known}
        sets.failed(one.id, id, without_folders(str(fault)), {**guessed, **wish})
        raise
    except Exception as fault:
        sets.failed(one.id, id, in_words(fault, request["memory"], "look"))
        raise
    sets.looked(one.id, id, found, reader=found["reader"], rows=found["rows"])
    return "finished", ""


def _import(jobs: Work, id: str, request: Mapping[str, Any]) -> tuple[str, str]:
    """Makes a project of a model's file, with its weights and its report, or nothing."""
    _starts(jobs, id)
    name, hash = request["file"], request["hash"]
    asks = False
    try:
        path = path_of(jobs.home, hash)
        if (document := _carried(path, name)) is not None:
            refuse_if_full(jobs, request["owner"], Limits.of_settings(), files=False)
            Store(jobs.home).create(request["owner"], document, Limits.of_settings(), job=id)
            return "finished", ""
        came = import_file(path, name, model=request.get("model", ""))
        asks = len(came.models) > 1 and not request.get("model")
        if asks:
            jobs.add_to_summary(id, {"models": [*came.models[:_MODELS]]})
            return "failed", f"{name} makes several models. Choose one."
        _keep_imported(jobs, id, request["owner"], name, came)
    except DocumentError as fault:
        return "failed", fault.problems[0].of(name)
    except ImportFault as fault:
        return "failed", f"{name} {fault}"
    except FileNotFoundError:
        return "failed", f"{name} did not come. Open it once more."
    except BaseException:
        for file in (IMPORTED, INITIAL_WEIGHTS):
            (folder_of(jobs.home, id) / file).unlink(missing_ok=True)
        raise
    finally:
        if not asks:
            remove_file(jobs, hash, 0.0)
    return "finished", ""


_MODELS = 50
"""Of a script, that are offered."""


def _carried(path: Path, name: str) -> Document | None:
    """The document of a project file, or the one that a picture or a notebook carries; None for a model. Raises
    DocumentError."""
    if path.stat().st_size > 2 * MAX_DOCUMENT:
        return None
    content = path.read_bytes()
    return open_document(content, name) if is_project(content, name) else None


def _keep_imported(jobs: Work, id: str, owner: str, name: str, came: Imported) -> None:
    """The project comes last, and with it all that belongs to it."""
    refuse_if_full(jobs, owner, Limits.of_settings(), files=False)
    jobs.goes_on(id)
    equal = fold(came.drawn.document)
    also = {"equal": list(equal.blocks), "paths": dict(equal.paths)} if equal.blocks else {}
    told = json.dumps({"file": name, **came.report.as_json(), **also}).encode()
    keep_file(jobs, id, IMPORTED, lambda file: file.write(told))
    arrays = came.weights.arrays if came.weights else {}
    if arrays:
        keep_file(jobs, id, INITIAL_WEIGHTS, lambda file: write_to(file, arrays))
    jobs.goes_on(id)
    jobs.add_to_summary(id, {"weights": len(arrays)})
    Store(jobs.home).create(owner, came.drawn.document, Limits.of_settings(), job=id)


def _brought(sets: Sets, id: str, one: DataSet, wish: Mapping[str, Any]) -> str:
    """The hash of a file of the server's own folder, or of what a database was asked, which is kept from now on."""
    refuse_if_full(sets, one.owner, Limits.of_settings())
    with Coming(sets.home) as coming:
        if asked := wish.get("sql"):
            server = READERS["sql"]
            with tempfile.TemporaryFile() as file:
                write_table(server.read(Path(one.file), **server(asked).params), file)
                file.seek(0)
                coming.take(file)
        else:
            with _below(str(wish.get("path", ""))).open("rb") as file:
                coming.take(file)
        hash = coming.keep()
    sets.came(one.id, id, hash, coming.bytes)
    return hash


def _below(path: str) -> Path:
    root = os.environ.get(FOLDER_VARIABLE, "")
    if not root or not path:
        raise DataError("The file did not come. Add it once more.", "E_DATA_GONE", file=path)
    try:
        return below(Path(root), path)
    except Outside as fault:
        raise DataError(str(fault), "E_DATA_GONE", file=path) from None


class Told:
    """Tells now and then what a look does, and how much of that is done."""

    def __init__(self, jobs: Work, id: str) -> None:
        self.jobs, self.id, self.at = jobs, id, 0.0

    def __call__(self, what: str, share: float) -> None:
        now = time.monotonic()
        if share == 0.0 or now - self.at > _TELL_SECONDS:
            self.at = now
            self.jobs.add_to_summary(self.id, {"does": what, "share": round(share, 3)})
            self.jobs.goes_on(self.id)


_TELL_SECONDS = 0.5


_KINDS: dict[str, Callable[[Work, str, Mapping[str, Any]], tuple[str, str]]] = {
    "prepare": _prepare,
    "train": _train,
    "evaluate": _evaluate,
    "build": _build,
    "recover": _recover,
    "look": _look,
    "strip": _strip,
    "at": _at,
    "initial": _initial,
    "chain": _chain,
    "landscape": _landscape,
    "predictions": _predictions,
    "ensemble": _ensemble,
    "import": _import,
    "inside": _inside,
    "neighbours": _neighbours,
}


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.exit(work(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
