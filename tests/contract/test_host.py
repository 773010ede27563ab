"""The training host as it runs: real forks, real kills, and what is left of a run after each."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder import editing
from graphbuilder.checks import check
from graphbuilder.datasets.preparation import split_rows
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.document import Document
from graphbuilder.document_file import write_document
from graphbuilder.importing.files import import_file
from graphbuilder.importing.variables import shapes_of
from graphbuilder.initial_weights import write_to
from graphbuilder.plan import code_plan, plan
from graphbuilder.store.files import Coming
from graphbuilder.store.jobs import ENDED, INITIAL_WEIGHTS, Job
from graphbuilder.store.store import Store
from graphbuilder.store.work import Work
from graphbuilder.templates import template
from graphbuilder.training.checkpoints import find_checkpoint, keep_file, read_weights
from graphbuilder.training.computing import computing
from graphbuilder.training.supervisor import Supervisor
from tests.contract.warm import Warm
from tests.keras_files import dense_of_3_to_2
from tests.networks import DIGIT, PIXELS, SCALE, SCORES, chain, dense, loss_without_data, two_outputs
from tests.patience import PATIENCE

pytestmark = pytest.mark.keras


class Engine:
    """A host of its own over a folder."""

    def __init__(self, home: Path) -> None:
        self.jobs = Work(home)
        self.home, self.scratch = home, home / "scratch"
        self.scratch.mkdir(exist_ok=True)
        self.start()

    def start(self) -> "Engine":
        self.jobs.server_says(closing=False)
        command = [sys.executable, "-m", "graphbuilder.training.host", str(self.home)]
        places = {**os.environ, "TMPDIR": str(self.scratch)}
        self.process = subprocess.Popen(command, start_new_session=True, env=places)
        return self.until_ready()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)

    def until(self, reached: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not reached():
            assert time.monotonic() < end, [self.jobs.active(), self.process.poll()]
            self.jobs.server_says(closing=False)
            time.sleep(0.05)

    def until_ready(self) -> "Engine":
        self.until(lambda: self.jobs.engine() == "ready" and self.jobs.engine_health()[1] < 1.5)
        return self

    def ask(self, document: Document, owner: str = "me", **more: Any) -> str:
        return self.jobs.ask(owner, "train", {"kind": "train", "document": write_document(document), **more}, "p")

    def job(self, id: str, owner: str = "me") -> Job:
        return self.jobs.job(owner, id)

    def until_running(self, id: str, owner: str = "me") -> Job:
        self.until(lambda: self.job(id, owner).summary.get("epoch", 0) >= 2)
        return self.job(id, owner)

    def until_ended(self, id: str, owner: str = "me") -> Job:
        self.until(lambda: self.job(id, owner).state in ENDED)
        return self.job(id, owner)

    def events(self, id: str, kind: str, owner: str = "me") -> list[dict[str, Any]]:
        return [event for event in self.jobs.news(owner, id, 0)["events"] if event["kind"] == kind]


@pytest.fixture(scope="module")
def shared_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    one = Engine(tmp_path_factory.mktemp("home"))
    yield one
    one.stop()


@pytest.fixture
def engine(shared_engine: Engine) -> Engine:
    """An engine for many tests. Between two that use it a minute may pass, after which a host without a server ends."""
    shared_engine.jobs.server_says(closing=False)
    return shared_engine if shared_engine.process.poll() is None else shared_engine.start()


class Served(Engine):
    """A host that a server looks after."""

    def start(self) -> "Engine":
        self.supervisor = Supervisor(self.home)
        self.supervisor.start()
        self.until(lambda: self.supervisor._host is not None)
        return self.until_ready()

    @property
    def process(self) -> Any:  # type: ignore[override]
        return self.supervisor._host

    def stop(self) -> None:
        self.supervisor.stop()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRAPHBUILDER_RUNNING", "3")
        one = Served(tmp_path_factory.mktemp("served"))
        yield one
        one.stop()


def lasting(document: Document, epochs: int = 100_000) -> Document:
    for name, value in (("epochs", epochs), ("patience", 0)):
        document = editing.set_training(document, name, value)
    return document


LONG = lasting(template("spiral_perceptron"))


def is_gone(pid: int | None) -> bool:
    assert pid is not None
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_a_training_is_done_told_and_kept(engine: Engine) -> None:
    id = engine.ask(template("lenet"))
    ended = engine.until_ended(id)
    assert (ended.state, ended.reason) == ("finished", "all epochs done")
    assert [event["number"] for event in engine.events(id, "epoch")] == list(range(1, 16))
    assert sum(len(event["losses"]) * event["stride"] for event in engine.events(id, "steps")) == 15 * 34
    looks = engine.events(id, "probe")
    lenet = [node.id for node in template("lenet").nodes if node.kind != "Loss"]
    assert len(looks) >= 2
    assert all(set(look["nodes"]) == set(lenet) for look in looks)
    assert set(engine.jobs.artefacts(id)) == {
        "kept.npz",
        "last.zip",
        "model.keras",
        "results.json",
        "epochs.json",
    }
    assert ended.summary["kept"]["val_accuracy"] > 0.95


def test_every_epoch_of_a_long_training_is_kept(engine: Engine) -> None:
    id = engine.ask(lasting(template("logistic_regression"), 1200))
    engine.until_ended(id)
    assert len(engine.events(id, "epoch")) < 1200, "what is told has a bound"
    kept = json.loads((engine.home / engine.jobs.artefacts(id)["epochs.json"]).read_text("utf-8"))
    assert [epoch["number"] for epoch in kept] == list(range(1, 1201))


def test_a_training_leaves_nothing_lying_about(engine: Engine) -> None:
    before = {*engine.scratch.iterdir()}  # the host has a file of its own, made as it imports Keras
    engine.until_ended(engine.ask(lasting(template("logistic_regression"), 2)))
    engine.until(lambda: {*engine.scratch.iterdir()} == before)


def test_its_model_file_is_the_model_that_was_kept(engine: Engine) -> None:
    import keras

    id = engine.ask(lasting(template("logistic_regression"), 3))
    engine.until_ended(id)
    model = keras.models.load_model(engine.home / engine.jobs.artefacts(id)["model.keras"])
    for ours, theirs in zip(read_weights(engine.home, id, "kept"), model.get_weights(), strict=True):
        assert np.array_equal(ours, theirs)


def test_a_network_of_points_tells_its_boundary(engine: Engine) -> None:
    id = engine.ask(lasting(template("spiral_perceptron"), 20))
    engine.until_ended(id)
    last = engine.events(id, "boundary")[-1]
    assert len(last["best"]) == len(last["sure"]) == last["size"] ** 2
    assert set(last["best"]) == {0, 1}
    assert min(last["sure"]) >= 50


def test_W2_stop_keeps_what_was_learned(engine: Engine) -> None:
    id = engine.ask(LONG)
    engine.until_running(id)
    engine.jobs.stop("me", id)
    ended = engine.until_ended(id)
    assert ended.state == "stopped"
    assert "model.keras" in engine.jobs.artefacts(id)
    assert engine.jobs.artefacts(id)["results.json"]


def test_the_test_part_is_looked_at_by_a_job_of_its_own(engine: Engine) -> None:
    document = lasting(template("logistic_regression"), 30)
    id = engine.ask(document)
    engine.until_ended(id)
    every = {"kind": "predictions", "run": id, "part": "test", "step": None, "document": write_document(document)}
    early = engine.until_ended(engine.jobs.ask("me", "predictions", every, "p"))
    assert (early.state, "Look at it first, which is counted" in early.reason) == ("failed", True)
    request = {"kind": "evaluate", "run": id, "document": write_document(document), "owner": "me", "data": "d"}
    asked = engine.jobs.ask("me", "evaluate", request, "p")
    assert engine.until_ended(asked).state == "finished"
    assert "test.json" in engine.jobs.artefacts(id)
    assert engine.jobs.tests("me", "d") == 1
    written = engine.until_ended(engine.jobs.ask("me", "predictions", every, "p"))
    lines = (engine.home / engine.jobs.artefacts(written.id)["predictions.csv"]).read_text("utf-8").splitlines()
    assert written.summary["rows"] == written.summary["of"] == len(lines) - 1 > 20
    assert engine.jobs.tests("me", "d") == 1, "the same answers once more are no other look"


def test_a_boosted_ensemble_is_trained_member_by_member_and_answers_together(engine: Engine) -> None:
    few = chain(PIXELS, SCALE, dense("hidden", 4, activation="tanh"), SCORES, DIGIT)
    document = lasting(few, 3)
    told: dict[str, Any] = {"kind": "train", "document": write_document(document)}
    told["boost"] = {"stage": 1, "of": 3, "before": None}
    engine.jobs.ask("me", "train", told, "boosted", parent="group")
    members: list[Job] = []

    def trained() -> bool:
        members[:] = [*reversed(engine.jobs.runs("me", "boosted"))]
        return len(members) == 3 and all(run.state in ENDED for run in members)

    engine.until(trained)
    assert [run.summary["boost"]["stage"] for run in members] == [1, 2, 3]
    assert {run.parent for run in members} == {"group"}
    planned = plan(check(document))
    data = prepare(planned.source, engine.home).arrays
    train, validation, _ = split_rows(1797, np.asarray(data["digit"]), 0.2, 0.2, 0)

    def answered(run: Job, rows: Any) -> Any:
        a, b, c, d = read_weights(engine.home, run.id, "kept")
        logits = np.tanh(np.asarray(data["pixels"])[rows] * 0.0625 @ a + b) @ c + d
        return logits.argmax(axis=1)

    right = np.asarray(data["digit"])
    weights = np.full(len(train), 1 / len(train))
    for run in members:
        wrong = answered(run, train) != right[train]
        error = weights[wrong].sum()
        count = np.log((1 - error) / error) + np.log(9)
        kept = run.summary["boost"]
        assert (kept["error"], kept["count"]) == pytest.approx((error, count), rel=1e-4)
        weights = np.where(wrong, weights * np.exp(count), weights)
        weights /= weights.sum()
    counts = [run.summary["boost"]["count"] for run in members]
    request = {"kind": "ensemble", "runs": [run.id for run in members], "how": "boosting", "counts": counts, "key": "k"}
    asked = engine.jobs.ask("me", "ensemble", {**request, "document": write_document(document)}, "boosted")
    assert engine.until_ended(asked).state == "finished", engine.job(asked)
    found = json.loads((engine.home / engine.jobs.artefacts(asked)["ensemble.json"]).read_text("utf-8"))
    votes = np.zeros((len(validation), 10))
    for run, count in zip(members, counts, strict=True):
        votes[np.arange(len(validation)), answered(run, validation)] += count
    (output,) = found["outputs"]
    assert output["joint"] == pytest.approx((votes.argmax(axis=1) == right[validation]).mean())
    single = [(answered(run, validation) == right[validation]).mean() for run in members]
    assert output["single"] == pytest.approx(single)


def test_what_a_run_answered_at_a_step_is_said_by_its_weights_of_then(engine: Engine) -> None:
    document = lasting(template("spiral_perceptron"), 60)
    run = engine.ask(document)
    engine.until_ended(run)
    told = engine.events(run, "snapshots")[-1]
    files = {int(path.stem) for path in (engine.home / "runs" / run / "snapshots").iterdir()}
    assert files == {*told["steps"]} and told["steps"][0] == 0 and told["steps"][-1] == told["step"]
    assert {event["step"] for event in engine.events(run, "layers")} >= {0, told["step"]}
    losses = {}
    for step in (0, told["step"]):
        asked = {"kind": "at", "run": run, "step": step, "key": f"{run}:{step}", "document": write_document(document)}
        id = engine.jobs.ask("me", "at", asked, "p")
        engine.until_ended(id)
        found = json.loads((engine.home / engine.jobs.artefacts(id)["at.json"]).read_text("utf-8"))
        assert found["step"] == step
        losses[step] = found["metrics"]["loss"]
    assert losses[0] > losses[told["step"]]
    assert losses[told["step"]] == pytest.approx(engine.job(run).summary["kept"]["val_loss"], rel=1e-5)


def test_an_untrained_model_is_built_by_a_job(engine: Engine) -> None:
    import keras

    from graphbuilder.compiler import fresh_model

    def build(document: Document) -> str:
        request = {"kind": "build", "document": write_document(document), "code": document.name}
        id = engine.jobs.ask("me", "build", request, "p")
        assert engine.until_ended(id).state == "finished"
        return id

    first, second = build(two_outputs()), build(loss_without_data())
    assert engine.jobs.artefacts(first) == {}
    assert [path.name for path in (engine.home / "runs" / first).iterdir()] == ["log.txt"]
    model = keras.models.load_model(engine.home / engine.jobs.artefacts(second)["model.keras"])
    here = fresh_model(code_plan(check(loss_without_data())))
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), here.get_weights(), strict=True))


def test_a_model_that_is_too_big_to_build_is_refused_in_words(engine: Engine) -> None:
    huge = editing.set_parameter(two_outputs(), "model", "units", 10**8)
    id = engine.jobs.ask("me", "build", {"kind": "build", "document": write_document(huge), "code": ""}, "p")
    job = engine.until_ended(id)
    assert (job.state, "too big to be built here" in job.reason) == ("failed", True)


@pytest.mark.parametrize("told", [{"data": '{"name": "wine"}'}, {"source": "wine", "options": {}}], ids=str)
def test_data_are_prepared_by_a_job(told: dict[str, Any], engine: Engine) -> None:
    """As it is asked now, and as the first release did, whose jobs may still wait."""
    asked = engine.jobs.ask("me", "prepare", {"kind": "prepare", **told})
    assert engine.until_ended(asked).state == "finished"


def test_W3_a_loss_that_is_no_number_ends_the_run_with_the_weights_before_it(engine: Engine) -> None:
    document = editing.set_optimizer(lasting(template("regression")), "SGD")
    id = engine.ask(editing.set_optimizer_option(document, "learning_rate", 900.0))
    ended = engine.until_ended(id)
    assert ended.state == "diverged"
    assert "diverged at epoch 1, batch" in ended.reason
    assert all(np.isfinite(weights).all() for weights in read_weights(engine.home, id, "kept"))


def test_W4_a_fault_in_the_job_is_said_in_a_sentence(engine: Engine) -> None:
    id = engine.jobs.ask("me", "train", {"kind": "train", "document": "{}"}, "p")
    ended = engine.until_ended(id)
    assert ended.state == "failed"
    assert ended.reason
    assert "Traceback" not in ended.reason


@pytest.mark.parametrize("after", [0.0, 0.2, 0.7, None])
def test_W1_a_run_killed_at_any_moment_keeps_what_it_told(engine: Engine, after: float | None) -> None:
    """after: seconds; None is when weights are kept."""
    id = engine.ask(LONG)
    engine.until(lambda: engine.job(id).pid is not None)
    if after is None:
        engine.until(lambda: "checkpoint" in engine.jobs.artefacts(id))
    time.sleep(after or 0)
    told = engine.jobs.news("me", id, 0)
    os.kill(engine.job(id).pid or 0, signal.SIGKILL)
    ended = engine.until_ended(id)
    assert (ended.state, ended.reason) == ("killed", "the process was ended from outside (SIGKILL)")
    assert engine.jobs.news("me", id, 0)["events"][: len(told["events"])] == told["events"]
    found = find_checkpoint(engine.jobs, id)
    if found:
        assert all(np.isfinite(one).all() for one in found.checkpoint.variables)
    assert found or after is not None
    assert engine.jobs.resumable("me", "p") >= ({id} if found else set())


def test_W13_a_killed_run_goes_on_and_ends_as_if_it_had_not_been_killed(engine: Engine) -> None:
    document = lasting(template("lenet"), 12)
    alone, id = (engine.ask(document, threads=1) for _ in range(2))
    engine.until_ended(alone)
    engine.until(lambda: "checkpoint" in engine.jobs.artefacts(id) and engine.job(id).summary.get("epoch", 0) >= 3)
    os.kill(engine.job(id).pid or 0, signal.SIGKILL)
    assert engine.until_ended(id).state == "killed"
    before = engine.jobs.news("me", id, 0)
    engine.jobs.resume("me", id)
    assert engine.until_ended(id).state == "finished"
    assert [event["number"] for event in engine.events(id, "epoch")] == list(range(1, 13))
    assert sum(len(event["losses"]) * event["stride"] for event in engine.events(id, "steps")) == 12 * 34
    assert engine.jobs.news("me", id, before["last"])["reset"], "who watched it is told it anew"
    for ours, theirs in zip(
        read_weights(engine.home, id, "kept"), read_weights(engine.home, alone, "kept"), strict=True
    ):
        assert np.array_equal(ours, theirs)
    assert not [*(engine.home / "runs" / id).glob("*checkpoint*")], "nothing is left to go on with"


def test_a_run_is_held_stepped_changed_ended_and_goes_on_for_more(engine: Engine) -> None:
    jobs, id = engine.jobs, engine.ask(LONG)
    began = engine.until_running(id)

    def state() -> str:
        return str(jobs.news("me", id, 0)["state"])

    jobs.command("me", id, {"command": "hold"})
    engine.until(lambda: state() == "holding")
    held = engine.events(id, "commanded")[-1]["step"]
    jobs.command("me", id, {"command": "step", "steps": 3})
    engine.until(lambda: engine.events(id, "commanded")[-1]["step"] == held + 3)
    for told in ({"command": "change", "settings": {"learning_rate": 0.0007, "epochs": 30_000}}, {"command": "go"}):
        jobs.command("me", id, told)
    engine.until(lambda: state() == "running")
    done = engine.job(id).summary["epoch"] + 2
    jobs.command("me", id, {"command": "change", "settings": {"epochs": done}})
    ended = engine.until_ended(id)
    assert (ended.state, ended.pid) == ("finished", began.pid)
    jobs.resume("me", id, commands=[{"command": "change", "settings": {"epochs": ended.summary["epoch"] + 3}}])
    engine.until_ended(id)
    again = engine.job(id)
    assert (again.state, again.summary["epoch"]) == ("finished", ended.summary["epoch"] + 3)
    assert again.summary["settings"]["learning_rate"] == 0.0007
    marks = [event["command"] for event in engine.events(id, "commanded")]
    assert marks == ["hold", "step", "change", "go", "change", "change"]
    assert sum(len(event["losses"]) * event["stride"] for event in engine.events(id, "steps")) == max(
        event["step"] for event in engine.events(id, "epoch")
    )


def test_row_6_a_run_that_gives_way_goes_on_at_its_next_turn(engine: Engine) -> None:
    id = engine.ask(LONG)
    first = engine.until_running(id)
    engine.jobs.ask_to_stop(id, "turn")
    engine.until(lambda: engine.job(id).pid not in (first.pid, None))
    paused = engine.job(id).summary["epoch"]
    engine.until(lambda: engine.job(id).summary["epoch"] > paused >= 2)
    engine.jobs.stop("me", id)
    assert engine.until_ended(id).state == "stopped"
    epochs = [event["number"] for event in engine.events(id, "epoch")]
    assert epochs == sorted(set(epochs))


def test_W1_P3_the_best_weights_of_a_killed_run_are_made_into_files_and_a_damaged_checkpoint_is_told(
    engine: Engine,
) -> None:
    id = engine.ask(LONG)
    engine.until(lambda: "checkpoint before" in engine.jobs.artefacts(id))
    second = engine.jobs.artefacts(id)["checkpoint"]  # of which some epoch was the best
    engine.until(lambda: engine.jobs.artefacts(id)["checkpoint before"] == second)
    os.kill(engine.until_running(id).pid or 0, signal.SIGKILL)
    engine.until_ended(id)
    with (engine.home / engine.jobs.artefacts(id)["checkpoint"]).open("r+b") as newest:
        newest.truncate(1000)
    request = {"kind": "recover", "run": id, "document": write_document(LONG)}
    asked = engine.jobs.ask("me", "recover", request, "p")
    assert engine.until_ended(asked).state == "finished"
    run = engine.job(id)
    assert {"model.keras", "kept.npz", "results.json", "epochs.json"} < set(engine.jobs.artefacts(id))
    found = find_checkpoint(engine.jobs, id)
    assert found and found.checkpoint.standing.best_metrics["val_loss"] == run.summary["kept"]["val_loss"]
    for ours, theirs in zip(read_weights(engine.home, id, "kept"), found.checkpoint.best, strict=True):
        assert np.array_equal(ours, theirs)
    assert (run.state, id in engine.jobs.resumable("me", "p")) == ("killed", True)
    assert run.summary["note"] == found.note != ""
    engine.jobs.add_to_summary(id, {"note": ""})
    engine.jobs.resume("me", id)
    engine.until(lambda: engine.job(id).summary.get("note") == found.note)
    engine.jobs.stop("me", id)
    assert engine.until_ended(id).state == "stopped"


@pytest.mark.parametrize(("sign", "state"), [(signal.SIGSEGV, "failed"), (signal.SIGBUS, "failed")])
def test_W5_a_crash_is_told_from_a_kill(engine: Engine, sign: signal.Signals, state: str) -> None:
    id = engine.ask(LONG)
    os.kill(engine.until_running(id).pid or 0, sign)
    ended = engine.until_ended(id)
    assert (ended.state, sign.name in ended.reason) == (state, True)


def test_W6_R5_a_process_that_does_not_come_to_its_start_is_tried_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graphbuilder.training import host as module

    monkeypatch.setattr(module, "START_SECONDS", 0.4)
    host = module.Host(tmp_path)
    asleep = [sys.executable, "-c", "import time; time.sleep(600)"]
    monkeypatch.setattr(host, "fork", lambda *_: subprocess.Popen(asleep, start_new_session=True).pid)
    monkeypatch.setattr(host, "spawn", lambda *_: subprocess.Popen(asleep, start_new_session=True).pid)
    id = host.jobs.ask("me", "train", {"kind": "train", "document": "{}"}, "p")
    pids = set()
    end = time.monotonic() + PATIENCE
    while host.jobs.job("me", id).state not in ENDED:
        host.turn()
        pids |= {job.pid for job in host.jobs.active()}
        assert time.monotonic() < end
    ended = host.jobs.job("me", id)
    assert (ended.state, ended.tries, len(pids)) == ("failed", 2, 2)
    assert "could not start" in ended.reason
    host.turn()
    assert all(is_gone(pid) for pid in pids)


FORKS_HANG = """
from graphbuilder.training import host
host.CANARY_SECONDS = 12.0
host.load_all()
print(host.canary())
import keras
keras.layers.LSTM(4)(keras.ops.zeros((1, 3, 2)))
print(host.canary())
"""


def test_W7_a_host_whose_forks_hang_is_found_by_its_canary(warm: Warm, tmp_path: Path) -> None:
    """A layer built in the host starts threads, and what is forked then hangs: so it was seen to come about."""
    (tmp_path / "hang.py").write_text(FORKS_HANG, "utf-8")
    ran = warm.run(tmp_path / "hang.py", paths=(str(Path(__file__).parents[2]),))
    assert ran.stdout.split() == ["True", "False"], ran.stderr


def test_R5_a_process_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from graphbuilder.training import host as module

    host = module.Host(tmp_path, patience=module.Patience(progress=0.5))
    asleep = [sys.executable, "-c", "import time; time.sleep(600)"]
    monkeypatch.setattr(host, "fork", lambda *_: subprocess.Popen(asleep, start_new_session=True).pid)
    id = host.jobs.ask("me", "train", {"kind": "train", "document": "{}"}, "p")
    host.turn()
    host.jobs.runs_now(id)
    host.jobs.tell(id, [(1, [])], None, {"steps_per_epoch": 34})
    pid = host.jobs.job("me", id).pid or 0
    os.kill(pid, signal.SIGSTOP)
    end = time.monotonic() + PATIENCE
    while host.jobs.job("me", id).state not in ENDED:
        host.turn()
        assert time.monotonic() < end
    assert host.jobs.job("me", id).reason == "no progress for 0 s; Resume goes on from what was kept"
    host.turn()
    while not is_gone(pid):  # the kernel takes a moment to end what was stopped
        assert time.monotonic() < end
        time.sleep(0.01)


def test_W8_what_a_job_does_while_the_store_takes_nothing_is_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graphbuilder.store import StoreError
    from graphbuilder.training import host as module
    from graphbuilder.training.checkpoints import folder_of
    from graphbuilder.training.job import UNWRITTEN

    host = module.Host(tmp_path)
    ended = [sys.executable, "-c", "raise SystemExit(4)"]
    monkeypatch.setattr(host, "fork", lambda *_: subprocess.Popen(ended, start_new_session=True).pid)
    id = host.jobs.ask("me", "train", {"kind": "train", "document": "{}"}, "p")
    with monkeypatch.context() as full:

        def refuse(*_: object) -> None:
            raise StoreError("disk full")

        full.setattr(host.jobs, "has_process", refuse)
        full.setattr(host.jobs, "end", refuse)
        full.setattr(module.time, "sleep", lambda _: None)
        end = time.monotonic() + 3
        while time.monotonic() < end:
            assert host.turn()
    assert host.jobs.job("me", id).state == "starting"
    (folder_of(tmp_path, id) / UNWRITTEN).write_text("the store took nothing for 5 minutes: disk full")
    host.turn()
    job = host.jobs.job("me", id)
    assert (job.state, job.reason) == ("failed", "the store took nothing for 5 minutes: disk full")


def test_a_job_that_nobody_waits_for_any_more_does_nothing(engine: Engine) -> None:
    id = engine.jobs.ask("me", "prepare", {"kind": "prepare", "source": "wine", "options": {}})
    engine.jobs.end(id, "lost")
    from graphbuilder.training.jobs.kind import NotWanted, starts

    with pytest.raises(NotWanted):
        starts(engine.jobs, id)


def test_R3_out_of_memory_is_said_and_harms_no_other_run(engine: Engine) -> None:
    other = engine.ask(LONG, "you")
    engine.until_running(other, "you")
    document = lasting(template("multilayer_perceptron"))
    hidden = next(node.id for node in document.nodes if node.kind == "Dense")
    wide = editing.set_parameter(document, hidden, "units", 1_150_000)
    id = engine.ask(wide, memory=50_000_000)
    ended = engine.until_ended(id)
    assert ended.state == "failed"
    assert "memory" in ended.reason
    assert engine.job(other, "you").state == "running"
    engine.jobs.stop("you", other)
    engine.until_ended(other, "you")


def test_W7_W8_W10_a_host_that_is_lost_comes_back_with_what_goes_on_and_says_what_was_lost(served: Served) -> None:
    runs = {owner: served.ask(LONG, owner) for owner in ("running", "lost")}
    for owner, id in runs.items():
        served.until_running(id, owner)
    runs["starting"] = served.ask(LONG, "starting")
    served.until(lambda: served.job(runs["starting"], "starting").pid is not None)
    before = {owner: served.job(id, owner) for owner, id in runs.items()}
    without_a_job = waiting(served)
    host = served.process.pid
    for pid in (host, before["lost"].pid):
        os.kill(pid or 0, signal.SIGKILL)
    assert served.job(runs["lost"], "lost").state == "running"
    time.sleep(1)
    assert not is_gone(before["running"].pid) and not is_gone(before["starting"].pid)
    served.until(lambda: served.process.pid != host)
    served.until_ready()
    served.until(lambda: all(is_gone(pid) for pid in without_a_job))
    assert served.until_ended(runs["lost"], "lost").state == "lost"
    for owner in ("running", "starting"):
        epoch = served.job(runs[owner], owner).summary.get("epoch", 0)
        served.until(lambda o=owner, e=epoch: served.job(runs[o], o).summary.get("epoch", 0) > e)  # type: ignore[misc]
        served.jobs.stop(owner, runs[owner])
        ended = served.until_ended(runs[owner], owner)
        assert (ended.state, ended.pid) == ("stopped", before[owner].pid)
    assert served.until_ended(served.ask(lasting(LONG, 3))).state == "finished"


def test_W11_S5_a_server_that_closes_pauses_its_runs_within_five_seconds_and_the_next_goes_on(served: Served) -> None:
    jobs, id = served.jobs, served.ask(LONG)
    served.until_running(id)
    began = time.monotonic()
    served.stop()
    assert time.monotonic() - began < 6.5
    ended = served.job(id)
    assert (ended.state, ended.reason) == ("paused", "the server was closed")
    found = find_checkpoint(jobs, id)
    assert found and found.checkpoint.standing.epoch == len(found.told["record"]["epochs"]) >= 2
    served.start()
    served.until(lambda: served.job(id).summary["epoch"] > found.checkpoint.standing.epoch)
    jobs.stop("me", id)
    assert served.until_ended(id).state == "stopped"
    epochs = [event["number"] for event in served.events(id, "epoch")]
    assert epochs == sorted(set(epochs))


def test_W16_two_at_once_learn_what_each_learns_alone(engine: Engine) -> None:
    document = lasting(template("logistic_regression"), 20)
    alone = engine.ask(document)
    engine.until_ended(alone)
    pair = [engine.ask(document, owner) for owner in ("a", "b")]
    for id, owner in zip(pair, "ab", strict=True):
        engine.until_ended(id, owner)
        for one, other in zip(
            read_weights(engine.home, id, "kept"), read_weights(engine.home, alone, "kept"), strict=True
        ):
            assert np.allclose(one, other, atol=1e-5)


def waiting(engine: Engine) -> set[int]:
    """Processes of the host that do no job."""
    of_host = Path(f"/proc/{engine.process.pid}/task").glob("*/children")
    every = {int(one) for file in of_host for one in file.read_text().split()}
    return every - {job.pid for job in engine.jobs.active()}


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing tells of children")


@on_linux
def test_a_small_training_is_done_by_the_process_that_waits_as_by_any_other(engine: Engine) -> None:
    document = lasting(template("spiral_perceptron"), 6)

    def by_both() -> bool:
        there = waiting(engine)
        ids[:] = [engine.ask(document, owner) for owner in owners]  # no other can be ready so soon
        pids = [engine.until_ended(*one).pid for one in zip(ids, owners, strict=True)]
        return len(there & {*pids}) == 1

    owners = ("a", "b")
    ids: list[str] = []
    engine.until(by_both)
    told = [
        [{**one, "seconds": 0} for one in engine.events(id, "epoch", owner)]
        for id, owner in zip(ids, owners, strict=True)
    ]
    assert told[0] == told[1] and len(told[0]) == 6
    for one, another in zip(*(read_weights(engine.home, id, "kept") for id in ids), strict=True):
        assert np.array_equal(one, another)


@on_linux
def test_a_training_that_wants_more_threads_than_the_one_that_waits_has_gets_another(engine: Engine) -> None:
    large = lasting(template("multilayer_perceptron"), 1)
    hidden = next(node.id for node in large.nodes if node.kind == "Dense")
    large = editing.set_parameter(large, hidden, "units", 16_384)
    assert computing(check(large)).threads == 0

    def another_did() -> bool:
        there, id = waiting(engine), engine.ask(large)
        engine.until(lambda: engine.job(id).pid is not None)
        first, ended = engine.job(id).pid, engine.until_ended(id)
        assert (ended.state, ended.tries) == ("finished", 1)
        return first in there and ended.pid != first and is_gone(first)

    engine.until(another_did)


@on_linux
def test_the_process_that_waits_may_be_lost_with_a_job_that_it_has_not_begun(engine: Engine) -> None:
    def lost() -> bool:
        there = waiting(engine)
        for pid in there:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)  # so that it is there, and begins nothing
        id = engine.ask(lasting(LONG, 2))
        engine.until(lambda: engine.job(id).pid is not None)
        first = engine.job(id).pid
        for pid in there:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL if pid == first else signal.SIGCONT)
        ended = engine.until_ended(id)
        assert (ended.state, ended.tries) == ("finished", 1)
        return first in there and ended.pid != first

    engine.until(lost)


@on_linux
def test_the_process_that_waits_may_be_lost(engine: Engine) -> None:
    engine.until(lambda: bool(waiting(engine)))
    for pid in waiting(engine):
        os.kill(pid, signal.SIGKILL)
    assert engine.until_ended(engine.ask(lasting(LONG, 2))).state == "finished"


def test_a_model_that_is_imported_is_built_and_trained_on_from_its_weights(engine: Engine) -> None:
    with Coming(engine.home) as coming:
        coming.write(dense_of_3_to_2())
        told = {"kind": "import", "hash": coming.keep(), "file": "mine.keras", "owner": "me"}
    id = engine.jobs.ask("me", "import", told)
    came = engine.until_ended(id)
    assert came.state == "finished" and came.project, came.reason
    document = write_document(Store(engine.home).project("me", came.project).document)
    start = {"weights": id, "of": 1}
    build = engine.jobs.ask("me", "build", {"kind": "build", "document": document, "code": "c", **start}, came.project)
    assert engine.until_ended(build).state == "finished"
    again = import_file(engine.home / engine.jobs.artefacts(build)["model.keras"])
    assert again.weights
    ((kernel, bias),) = again.weights.arrays.values()
    assert kernel.tolist() == [[0, 1], [2, 3], [4, 5]] and bias.tolist() == [7, 8]

    network = lasting(template("logistic_regression"), 1)
    report = check(network)
    (node,) = (one for one, operator in report.wired.operators.items() if operator and operator.kind == "Dense")
    operator = report.wired.operators[node]
    assert operator
    shapes = shapes_of(operator, report.facts[node].inputs) or []
    for given, words, first in (
        ([np.zeros(one, "float32") for one in shapes], "starts from the imported weights", np.log(3)),
        ([np.zeros((7, 1), "float32")], "starts from drawn weights, as the imported ones fit no layer any more", None),
    ):
        keep_file(engine.jobs, id, INITIAL_WEIGHTS, lambda file, given=given: write_to(file, {node: given}))
        run = engine.ask(network, **start)
        assert engine.until_ended(run).summary["starts"] == words
        loss = engine.events(run, "steps")[0]["losses"][0]
        assert first is None or loss == pytest.approx(first, rel=1e-4)


def exchanged(ear: str, told: dict[str, Any]) -> dict[str, Any]:
    """What a job that answers says to a question."""
    with socket.socket(socket.AF_UNIX) as one:
        one.settimeout(90)
        one.connect(ear)
        one.sendall(json.dumps(told).encode() + b"\n")
        found: dict[str, Any] = json.loads(one.makefile("rb").readline().partition(b" ")[2])
    return found


def test_a_run_is_asked_while_it_goes_and_when_it_is_over(engine: Engine) -> None:
    def ear_of(run: str, document: Document) -> str:
        request = {"kind": "inside", "run": run, "document": write_document(document)}
        id = engine.jobs.ask("me", "inside", request, "p", parent=run)
        engine.until(lambda: "ear" in engine.job(id).summary or engine.job(id).state in ENDED)
        assert engine.job(id).state == "running", engine.job(id).reason
        return str(engine.job(id).summary["ear"])

    run = engine.ask(LONG)
    engine.until_running(run)
    engine.until(lambda: len(engine.job(run).summary.get("snapshots") or ()) > 2)
    ear = ear_of(run, LONG)
    question = {"kind": "answer", "sample": "validation:0"}
    while_it_goes = exchanged(ear, question)
    assert while_it_goes["step"] >= engine.job(run).summary["snapshots"][0]
    first = engine.job(run).summary["snapshots"][0]
    assert exchanged(ear, {**question, "step": first})["step"] == first
    assert exchanged(ear, {**question, "sample": "test:0"}) == {"error": while_none()}
    engine.jobs.stop("me", run)
    engine.until_ended(run)
    over = exchanged(ear, question)
    assert over["step"] is None
    import keras

    from graphbuilder.training.inside import Inside

    inside = Inside.of(LONG, None, engine.home)
    model = keras.models.load_model(engine.home / engine.jobs.artefacts(run)["model.keras"], compile=False)
    (right,) = model.predict(inside.fed(inside.rows["validation"][:1]), verbose=0).values()
    sure = 1 / (1 + np.exp(-float(right[0, 0])))
    assert dict(over["outputs"][0]["bars"])[inside.fields["class"].classes[1]] == pytest.approx(sure, abs=1e-4)
    wish = {"kind": "neighbours", "run": run, "step": first, "node": "n2", "method": "tsne"}
    laid = engine.until_ended(engine.jobs.ask("me", "neighbours", {**wish, "document": write_document(LONG)}, "p"))
    assert laid.state == "finished", laid.reason
    points = json.loads((engine.home / engine.jobs.artefacts(laid.id)["neighbours.json"]).read_text())
    assert (points["step"], points["method"]) == (first, "tsne")
    assert len(points["points"]) == len(points["samples"]) == len(inside.rows["validation"])
    at_once = exchanged(ear, {"kind": "representation", "node": "n2", "step": first})
    assert (at_once["step"], at_once["samples"], at_once["shares"]) == (first, points["samples"], points["shares"])
    engine.jobs.delete("me", run)
    engine.until(lambda: engine.jobs.inside_of(run).state == "finished")  # type: ignore[union-attr]


def while_none() -> str:
    return 'A sample is named as in "validation:17" or "row:512"; received \'test:0\'.'


def test_an_engine_goes_on_where_somebody_else_heard_that_a_process_ended(tmp_path: Path) -> None:
    import graphbuilder.training.host as module

    host = module.Host(tmp_path)
    child = os.posix_spawnp("true", ["true"], os.environ)  # no fork: this process computes by threads
    os.waitpid(child, 0)
    host.children[child] = "0" * 32
    host.reap()
    assert host.children == {}
