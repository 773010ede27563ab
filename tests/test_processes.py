"""Files of runs that are whole or not there, and processes that are who they were."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import numpy as np
import pytest

from graphbuilder.store import StoreError
from graphbuilder.store.limits import Limits
from graphbuilder.store.work import Work
from graphbuilder.training import processes
from graphbuilder.training.checkpoint import Checkpoint, Standing
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
from graphbuilder.training.host import Host, how_it_ended
from graphbuilder.training.job import UNWRITTEN, why_unwritten
from graphbuilder.training.jobs.telling import in_words
from graphbuilder.training.processes import age, begun_mark, is_alive, start_mark
from graphbuilder.training.supervisor import Supervisor, hold
from tests.patience import PATIENCE

WEIGHTS = [np.arange(6, dtype="float32").reshape(2, 3), np.zeros(3, "float32")]
OLDER = [2 * one for one in WEIGHTS]


@pytest.fixture
def id(jobs: Work) -> str:
    return jobs.ask("me", "train", {"kind": "train"}, "project")


def test_weights_are_read_as_they_were_kept(jobs: Work, id: str) -> None:
    keep_weights(jobs, id, "last", WEIGHTS)
    for kept, read in zip(WEIGHTS, read_weights(jobs.home, id, "last"), strict=True):
        assert np.array_equal(kept, read)
    assert jobs.artefacts(id) == {"last.npz": f"runs/{id}/last.npz"}


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace", "graphbuilder.store.work.Work.add_artefact"])
def test_P3_a_crash_at_any_step_leaves_the_checkpoint_before(
    step: str, jobs: Work, id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_weights(jobs, id, "last", OLDER)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(step, crash)
        with pytest.raises(KeyboardInterrupt):
            keep_weights(jobs, id, "last", WEIGHTS)
    read = read_weights(jobs.home, id, "last")
    assert any(all(np.array_equal(a, b) for a, b in zip(one, read, strict=True)) for one in (OLDER, WEIGHTS))
    keep_weights(jobs, id, "last", WEIGHTS)
    assert np.array_equal(read_weights(jobs.home, id, "last")[0], WEIGHTS[0])


def test_P4_a_file_that_cannot_be_written_leaves_the_one_before(jobs: Work, id: str) -> None:
    keep_file(jobs, id, "results.json", lambda file: file.write(b"whole"))

    def half(file: IO[bytes]) -> None:
        file.write(b"ha")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        keep_file(jobs, id, "results.json", half)
    assert (folder_of(jobs.home, id) / "results.json").read_bytes() == b"whole"


@pytest.mark.parametrize("bad", ["", "..", "../" + "a" * 29, "a" * 31, "a" * 33, "A" * 32, "a/b", "\0" * 32, "g" * 32])
def test_P10_what_is_no_id_of_ours_names_no_folder(bad: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32 hexadecimal"):
        folder_of(tmp_path, bad)


def test_W9_a_process_is_known_by_its_start_and_not_by_its_number_alone() -> None:
    mine = start_mark(os.getpid())
    assert is_alive(os.getpid(), mine)
    assert not is_alive(os.getpid(), "another start")
    assert not is_alive(os.getpid(), None)
    assert not is_alive(None, mine)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere that cannot be told")
def test_S13_how_long_a_job_takes_is_told_by_no_clock_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """And from when its process began it, which may have waited for it."""
    monkeypatch.setattr("time.time", lambda: 0.0)
    mark = begun_mark(os.getpid())
    assert 0 <= age(mark) < 5 and is_alive(os.getpid(), mark)
    up = processes._up()
    monkeypatch.setattr(processes, "_up", lambda: up + 100)
    assert age(mark) == pytest.approx(100, abs=5)
    assert age(start_mark(os.getpid())) == age(None) == 0, "of which nothing was begun"


def test_row_6_a_run_is_asked_to_stop_when_it_took_its_time(jobs: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    host = Host(jobs.home, Limits(run_minutes=3))
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True)
    monkeypatch.setattr(host, "fork", lambda *_: child.pid)
    id = jobs.ask("me", "train", {"kind": "train"}, "project")
    for old, asked in ((170, ""), (190, "limit")):
        monkeypatch.setattr("graphbuilder.training.host.age", lambda _, old=old: old)
        host.turn()
        assert jobs.asked(id) == asked
    monkeypatch.setenv("GRAPHBUILDER_RUN_MINUTES", "3")
    child.kill()
    child.wait()
    assert how_it_ended(-signal.SIGKILL, host.jobs.job("me", id)) == (
        "stopped",
        "took the 3 min that a run may take on this server; what it learned until then is kept",
    )


def test_row_6_a_run_gives_way_when_it_had_its_turn(jobs: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    host = Host(jobs.home, Limits(running=1, turn_minutes=3))
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True)
    monkeypatch.setattr(host, "fork", lambda *_: child.pid)
    run = jobs.ask("me", "train", {"kind": "train"}, "project")
    host.turn()
    jobs.runs_now(run)
    jobs.ask("you", "train", {"kind": "train"}, "project")
    for old, asked in ((170, ""), (190, "turn")):
        monkeypatch.setattr("graphbuilder.training.host.age", lambda _, old=old: old)
        host.said = 0.0
        host.turn()
        assert jobs.asked(run) == asked
    child.kill()
    child.wait()
    why = "gave way to somebody who waited, and goes on at its next turn"
    assert how_it_ended(-signal.SIGKILL, host.jobs.job("me", run)) == ("paused", why)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a process that ended cannot be told from one that runs")
def test_a_process_that_ended_and_was_not_asked_how_is_not_alive() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    mark = start_mark(child.pid)
    assert is_alive(child.pid, mark)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not is_alive(child.pid, mark)
    child.wait()


def checkpoint(step: int) -> Checkpoint:
    return Checkpoint(Standing(step=step, sums=(0.1 + 0.2,)), WEIGHTS, [step * one for one in WEIGHTS])


def test_a_checkpoint_is_read_as_it_was_kept_to_the_last_digit(jobs: Work, id: str) -> None:
    keep_checkpoint(jobs, id, checkpoint(7), {"threads": 1})
    found = find_checkpoint(jobs, id)
    assert found and (found.checkpoint.standing, found.told, found.note) == (checkpoint(7).standing, {"threads": 1}, "")
    for _ in range(2):  # as often as one likes
        for kept, read in zip(checkpoint(7).best, found.checkpoint.best, strict=True):
            assert np.array_equal(kept, read)


def test_P3_a_checkpoint_that_is_damaged_is_refused_and_the_one_before_taken(jobs: Work, id: str) -> None:
    for step in (1, 2, 3):
        keep_checkpoint(jobs, id, checkpoint(step), None)
    files = [jobs.home / path for _, path in jobs.checkpoints(id)]
    assert sorted(files) == sorted(folder_of(jobs.home, id).iterdir()), "two are kept, and none lies about"
    whole = files[0].read_bytes()
    files[0].write_bytes(whole[:-1] + b"?")
    found = find_checkpoint(jobs, id)
    assert found and (found.checkpoint.standing.step, "damaged" in found.note) == (2, True)
    files[1].unlink()
    with pytest.raises(Damaged, match="Train again"):
        find_checkpoint(jobs, id)
    drop_checkpoints(jobs, id)
    assert find_checkpoint(jobs, id) is None


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace", "graphbuilder.store.work.Work.add_checkpoint"])
@pytest.mark.parametrize("fault", [KeyboardInterrupt, OSError, StoreError])
def test_P3_a_checkpoint_that_is_not_written_whole_leaves_those_before(
    step: str, fault: type[BaseException], jobs: Work, id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_checkpoint(jobs, id, checkpoint(1), None)

    def crash(*_: object) -> None:
        raise fault

    with monkeypatch.context() as patched:
        patched.setattr(step, crash)
        with pytest.raises(fault):
            keep_checkpoint(jobs, id, checkpoint(2), None)
    found = find_checkpoint(jobs, id)
    assert found and (found.checkpoint.standing.step, found.note) == (1, "")
    keep_checkpoint(jobs, id, checkpoint(3), None)
    assert len([*folder_of(jobs.home, id).iterdir()]) == 2


def test_S5_of_two_servers_on_one_home_the_second_says_so(tmp_path: Path) -> None:
    first = hold(tmp_path, "http://127.0.0.1:8501")
    with pytest.raises(StoreError, match=r"Another graphbuilder has the folder .*: http://127.0.0.1:8501, process"):
        hold(tmp_path, "http://127.0.0.1:8502", patience=0)
    first.close()
    hold(tmp_path, "http://127.0.0.1:8502", patience=0).close()


@pytest.mark.parametrize(("lives", "begun"), [(True, False), (False, True)])
def test_row_7_a_host_that_ended_a_moment_ago_is_not_waited_for(
    jobs: Work, lives: bool, begun: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though its last sign of life is younger than a living host's may be."""
    host = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    jobs.host_says(host.pid, "ready")
    if not lives:
        host.kill()
        host.wait()
    monkeypatch.setattr("graphbuilder.training.supervisor.subprocess.Popen", lambda *_, **__: host)
    supervisor = Supervisor(jobs.home)
    supervisor._look()
    assert (supervisor._host is host) == begun
    host.kill()
    host.wait()


@pytest.mark.parametrize("full", [True, False])
def test_row_7_a_host_that_is_silent_since_nothing_could_be_written_is_not_ended(
    jobs: Work, full: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    supervisor = Supervisor(jobs.home)
    supervisor._host, supervisor._began = host, time.monotonic() - 1000
    says = iter([StoreError("The disk is full."), None] if full else [None])

    def server_says(**_: object) -> None:
        if fault := next(says):
            raise fault

    def health() -> tuple[str, float, int]:
        supervisor._closing.set()
        return "ready", 25.0, host.pid

    monkeypatch.setattr(supervisor._jobs, "server_says", server_says)
    monkeypatch.setattr(supervisor._jobs, "engine_health", health)
    supervisor._watch()
    if full:
        with pytest.raises(subprocess.TimeoutExpired):
            host.wait(0.5)
        host.kill()
    assert host.wait(PATIENCE) == -signal.SIGKILL


@pytest.mark.parametrize(
    ("number", "kind", "says"),
    [
        (errno.ENOSPC, "train", "The disk of this server is full, so not all could be written. Make room, then press"),
        (errno.EDQUOT, "evaluate", "The disk of this server is full, so not all could be written."),
        (errno.ENOSPC, "look", "The disk of this server is full. Nothing of the file was kept"),
        (errno.EFBIG, "train", "A file became larger than one may be here, which is 20 GB."),
        (errno.EIO, "train", "OSError: Input/output error"),
    ],
)
def test_R7_a_disk_that_is_full_is_told_with_what_can_be_done(number: int, kind: str, says: str) -> None:
    assert in_words(OSError(number, os.strerror(number), "/secret/place"), 4_000_000_000, kind).startswith(says)
    assert "secret" not in in_words(OSError(number, os.strerror(number), "/secret/place"), 4_000_000_000, kind)


def test_R7_a_disk_too_full_for_the_reason_is_a_reason(jobs: Work, id: str) -> None:
    folder_of(jobs.home, id).mkdir(parents=True, exist_ok=True)
    told = folder_of(jobs.home, id) / UNWRITTEN
    for text in (None, ""):
        if text is not None:
            told.write_text(text)
        assert why_unwritten(jobs.home, id) == "nothing more could be written; the disk may be full"
    told.write_text("the store took nothing")
    assert why_unwritten(jobs.home, id) == "the store took nothing"


def test_R7_a_file_of_a_job_has_a_bound_and_the_job_says_so(tmp_path: Path) -> None:
    code = (
        "import pathlib, resource, sys\n"
        "from graphbuilder.training import processes\n"
        "processes.FILE_BYTES = 100_000\n"
        "processes.limit_this_process(10**9)\n"
        "try:\n"
        "    pathlib.Path(sys.argv[1]).write_bytes(bytes(200_000))\n"
        "except OSError as fault:\n"
        "    print(fault.errno)\n"
    )
    told = subprocess.run([sys.executable, "-c", code, tmp_path / "large"], capture_output=True, text=True, check=True)
    assert int(told.stdout) == errno.EFBIG
    assert (tmp_path / "large").stat().st_size <= 100_000
