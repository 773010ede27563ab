"""What is kept on the disk: for whom, how much at most, and that it goes when nobody needs it."""

import json
import os
import shutil
import threading
import time
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from graphbuilder.cli import main
from graphbuilder.datasets import SOURCES
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.document import Document
from graphbuilder.store import Missing, Store, StoreError, clock, disk
from graphbuilder.store.access import OPERATOR
from graphbuilder.store.disk import (
    HOUR,
    LAST_STATE,
    SNAPSHOTS_KEPT,
    Rubbish,
    clean,
    in_words,
    kept_by,
    refuse_if_full,
    rubbish,
    usage,
)
from graphbuilder.store.limits import Limits
from graphbuilder.store.overview import overview
from graphbuilder.store.work import Work
from graphbuilder.training.supervisor import Supervisor
from tests.networks import graph, node

DAY = Limits(free_disk_mb=1)
ME = "me"


Later = Callable[[float], None]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Lets hours pass, by the time of day."""

    def pass_hours(hours: float) -> None:
        then = time.time() + hours * HOUR
        monkeypatch.setattr("time.time", lambda: then)

    return pass_hours


def run(jobs: Work, project: str | None = None, megabytes: float = 1, owner: str = ME, **more: Any) -> str:
    """A training that is over, with a file."""
    id = jobs.ask(owner, more.pop("kind", "train"), {"kind": "train"}, project, **more)
    folder = jobs.home / "runs" / id
    folder.mkdir(parents=True)
    (folder / "last.npz").write_bytes(bytes(int(megabytes * 10**6)))
    jobs.tell(id, [(1, [{"kind": "epoch"}])], (1, [{"kind": "digest"}]), {})
    jobs.add_artefact(id, "last.npz", "-", f"runs/{id}/last.npz")
    jobs.end(id, "finished")
    return id


def rows(store: Store, *tables: str) -> list[int]:
    with store.reading() as db:
        return [db.exec_driver_sql(f"select count(*) from {table}").scalar_one() for table in tables]


def test_what_a_run_goes_on_from_when_it_is_over_is_kept_for_a_day(jobs: Work, later: Later) -> None:
    id = run(jobs)
    path = jobs.home / "runs" / id / LAST_STATE
    path.write_bytes(bytes(1000))
    jobs.add_artefact(id, LAST_STATE, "-", f"runs/{id}/{LAST_STATE}")
    later(23)
    assert clean(jobs, DAY) == []
    later(25)
    (freed,) = clean(jobs, DAY)
    assert (freed.kind, freed.key, freed.bytes) == ("last state", id, 1000)
    assert (path.exists(), set(jobs.artefacts(id))) == (False, {"last.npz"})


def test_row_5_a_deleted_run_frees_files_and_rows_after_a_day_and_not_before(
    store: Store, jobs: Work, later: Later
) -> None:
    kept, gone = run(jobs), run(jobs)
    jobs.delete(ME, gone)
    later(23)
    assert clean(jobs, DAY) == []
    jobs.restore(ME, gone)
    jobs.delete(ME, gone)
    later(25)
    (freed,) = clean(jobs, DAY)
    assert (freed.kind, freed.key, freed.bytes, freed.why) == ("run", gone, 10**6, "deleted")
    assert [one.name for one in (store.home / "runs").iterdir()] == [kept]
    assert rows(store, "job", "event", "digest", "artefact") == [1, 1, 1, 1]
    with pytest.raises(Missing):
        jobs.restore(ME, gone)


def test_row_5_a_deleted_project_goes_with_its_history_and_all_its_runs(store: Store, jobs: Work, later: Later) -> None:
    gone, kept = store.create(ME, Document()), store.create(ME, Document())
    store.take(ME, gone, "page", [])
    runs = [run(jobs, gone), run(jobs, gone)]
    jobs.delete(ME, runs[0])
    store.delete(ME, gone)
    later(25)
    assert [(one.kind, one.key, one.bytes) for one in clean(jobs, DAY)] == [("project", gone, 2 * 10**6)]
    assert rows(store, "document", "revision", "acknowledged", "job", "event") == [1, 1, 0, 0, 0]
    assert [*(store.home / "runs").iterdir()] == []
    assert [line.id for line in store.projects(ME)] == [kept]


def test_row_5_what_is_still_wanted_is_spared(store: Store, jobs: Work, later: Later) -> None:
    project = store.create(ME, Document())
    going = jobs.ask(ME, "train", {"kind": "train"}, project)
    store.delete(ME, project)
    parent = run(jobs)
    jobs.delete(ME, parent)
    resumed = jobs.ask(ME, "train", {"kind": "train"}, parent=parent)
    later(25)
    assert clean(jobs, DAY) == []
    for id in (going, resumed):
        jobs.stop(OPERATOR, id)
    assert {one.key for one in clean(jobs, DAY)} == {project, parent}


def test_row_5_a_visitor_keeps_so_much_and_deleting_makes_room_at_once(store: Store, jobs: Work) -> None:
    limits = Limits(owner_disk_mb=2, free_disk_mb=1)
    project = store.create(ME, Document())
    runs = [run(jobs, project) for _ in range(2)]
    assert 2 * 10**6 < kept_by(jobs, ME) < 2.01 * 10**6
    for ask in (
        lambda: jobs.ask(ME, "train", {"kind": "train"}, project, limits),
        lambda: store.create(ME, Document(), limits),
        lambda: store.duplicate(ME, project, limits),
    ):
        with pytest.raises(StoreError, match=r"projects, runs and data take 2\.0 MB, and 2\.0 MB are allowed\. Delete"):
            ask()
    jobs.ask("another", "train", {"kind": "train"}, None, limits)
    jobs.ask(ME, "prepare", {"kind": "prepare"}, None, limits)  # which counts for nobody
    jobs.delete(ME, runs[0])
    jobs.ask(ME, "train", {"kind": "train"}, project, limits)


def test_row_5_all_together_keep_so_much_and_some_of_the_disk_stays_free(
    jobs: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(jobs, owner="another", megabytes=3)
    with pytest.raises(StoreError, match=r"Everything kept on this server takes 3\.\d MB, and 2\.0 MB are allowed"):
        jobs.ask(ME, "train", {"kind": "train"}, None, Limits(disk_mb=2, free_disk_mb=1))
    monkeypatch.setattr("shutil.disk_usage", lambda _: namedtuple("Disk", "free")(1_900_000_000))
    with pytest.raises(StoreError, match=r"disk of this server has 1\.9 GB left, and new jobs need 2\.0 GB\."):
        jobs.ask(ME, "train", {"kind": "train"}, None, Limits())
    refuse_if_full(jobs, ME, Limits(), files=False)  # a project is small


@pytest.mark.parametrize("limits", [Limits(owner_disk_mb=1, free_disk_mb=1), Limits(disk_mb=1, free_disk_mb=1)])
def test_row_5_where_the_disk_is_short_what_was_deleted_goes_after_ten_minutes(
    limits: Limits, jobs: Work, later: Later
) -> None:
    id = run(jobs)
    jobs.delete(ME, id)
    assert clean(jobs, limits) == []
    later(0.2)
    assert clean(jobs, DAY) == []
    assert [one.key for one in clean(jobs, limits)] == [id]


def test_row_5_sixty_seeds_of_20_000_points_leave_no_sixty_snapshots(store: Store, later: Later) -> None:
    for seed in range(60):
        prepare(SOURCES["moons"]({"size": 20_000, "seed": seed}), store.home)
    clean(store, DAY)
    assert len([*(store.home / "data").iterdir()]) == 60  # somebody may look at any of them
    later(1.1)
    used = prepare(SOURCES["moons"]({"size": 20_000, "seed": 3}), store.home)
    os.utime(used.path / "meta.json", (time.time(), time.time()))
    assert {one.kind for one in clean(store, DAY)} == {"snapshot"}
    left = [one.name for one in (store.home / "data").iterdir()]
    assert (len(left), used.hash in left) == (SNAPSHOTS_KEPT, True)
    assert len(used.arrays["point"]) == 20_000
    later(25)
    clean(store, DAY)
    assert [*(store.home / "data").iterdir()] == []
    assert len(used.arrays["point"]) == 20_000  # a training that maps it goes on
    assert len(prepare(SOURCES["moons"]({"size": 20_000, "seed": 3}), store.home).arrays["point"]) == 20_000


def test_row_5_using_a_snapshot_says_so(store: Store) -> None:
    made = prepare(SOURCES["moons"]({}), store.home)
    os.utime(made.path / "meta.json", (0, 0))
    assert rubbish(store, DAY)
    prepare(SOURCES["moons"]({}), store.home)
    assert rubbish(store, DAY) == []


def test_row_5_a_snapshot_that_nobody_can_make_again_stays(store: Store, later: Later) -> None:
    made = prepare(SOURCES["moons"]({}), store.home)
    meta = json.loads((made.path / "meta.json").read_text())
    (made.path / "meta.json").write_text(json.dumps({**meta, "source": "an upload"}))
    later(100)
    assert clean(store, DAY) == []


def test_row_5_files_that_belong_to_nothing_go_after_an_hour(store: Store, jobs: Work, later: Later) -> None:
    id = run(jobs)
    lost = store.home / "runs" / ("f" * 32)
    half = store.home / "runs" / id / ".best.npz.making"
    making = store.home / "data" / ".making-x"
    for file in (lost / "last.npz", half, making / "field_0.npy"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(1000))
    assert clean(jobs, DAY) == []
    later(1.1)
    found = {one.key for one in rubbish(jobs, DAY)}
    assert found == {f"runs/{lost.name}", f"runs/{id}/{half.name}", "data/.making-x"}
    clean(jobs, DAY)
    assert not (lost.exists() or half.exists() or making.exists())
    assert (store.home / "runs" / id / "last.npz").exists()


def test_row_5_where_the_database_was_lost_the_runs_stay(store: Store, later: Later) -> None:
    for n in range(12):
        (store.home / "runs" / f"{n:032}").mkdir(parents=True)
    later(100)
    assert clean(store, DAY) == []


def test_row_5_half_written_files_of_a_run_that_goes_on_stay(jobs: Work, later: Later) -> None:
    id = jobs.ask(ME, "train", {"kind": "train"})
    half = jobs.home / "runs" / id / ".last.npz.making"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"half")
    later(2)
    assert clean(jobs, DAY) == []


def test_row_5_jobs_of_which_nothing_stays_go_after_a_day(jobs: Work, later: Later) -> None:
    prepared, test = run(jobs, kind="prepare"), run(jobs, kind="evaluate")
    later(25)
    assert [(one.kind, one.key) for one in clean(jobs, DAY)] == [("job", prepared)]
    assert jobs.job(ME, test)


def test_row_5_a_link_leads_to_nothing_that_is_cleared(store: Store, jobs: Work, later: Later, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (outside / "mine").write_bytes(bytes(10**6))
    (store.home / "runs").mkdir()
    (store.home / "runs" / "link").symlink_to(outside)
    later(2)
    assert [one.bytes < 1000 for one in clean(jobs, DAY)] == [True]
    assert (outside / "mine").exists()


def test_row_5_a_crash_between_rows_and_files_is_found_again(
    store: Store, jobs: Work, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = run(jobs)
    jobs.delete(ME, id)
    later(25)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):

        def crash(_: Path) -> bool:
            raise KeyboardInterrupt

        patched.setattr(disk, "_unlink", crash)
        clean(jobs, DAY)
    assert [one.key for one in clean(jobs, DAY)] == [f"runs/{id}"]
    assert [*(store.home / "runs").iterdir()] == []


def test_row_5_what_is_brought_back_while_it_is_cleared_stays(
    jobs: Work, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = run(jobs)
    jobs.delete(ME, id)
    later(25)
    found = rubbish(jobs, DAY)
    jobs.restore(ME, id)
    monkeypatch.setattr(disk, "rubbish", lambda *_, **__: found)
    assert clean(jobs, DAY) == []
    assert (jobs.home / "runs" / id / "last.npz").exists()


def test_row_5_the_database_gives_its_room_back(store: Store, jobs: Work, later: Later) -> None:
    for _ in range(5):
        jobs.delete(ME, run(jobs))
        id = jobs.ask(ME, "train", {"kind": "train", "document": os.urandom(500_000).hex()})
        jobs.end(id, "finished")
        jobs.delete(ME, id)
    before = usage(store).database
    later(25)
    clean(jobs, DAY)
    with store._engine.connect() as db:
        db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert usage(store).database < before / 4


def test_row_5_a_history_of_large_steps_is_shortened_and_the_step_that_is_shown_stays(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    id, small = store.create(ME, Document()), store.create(ME, Document())
    for n in range(12):
        store.edit(ME, id, lambda document, n=n: document.model_copy(update={"name": f"step {n}"}), "name")
    for _ in range(9):
        before = store.undo(ME, id)
    with store.reading() as db:
        size = db.exec_driver_sql(f"select max(length(json)) from revision where document = '{id}'").scalar_one()
    monkeypatch.setattr(disk, "HISTORY_BYTES", 5 * size)
    (gone,) = clean(store, DAY)
    assert (gone.kind, gone.key) == ("history", id)
    assert clean(store, DAY) == []
    after = store.project(ME, id)
    assert (after.document, after.undo, after.redo) == (before.document, "name", "name")
    assert after.changes > before.changes
    assert store.undo(ME, id).undo is None
    for _ in range(10):
        shown = store.redo(ME, id)
    assert shown.document.name == "step 11"
    assert store.project(ME, small).document == Document()


def test_row_5_large_steps_shorten_the_history_as_they_are_made(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("store", "disk"):
        monkeypatch.setattr(f"graphbuilder.store.{name}.HISTORY_BYTES", 20_000)
    id = store.create(ME, Document())
    big = graph([node(f"n{n}", "Dense", units=n + 1) for n in range(400)], [])
    for n in range(12):
        shown = store.edit(ME, id, lambda _, n=n: big.model_copy(update={"name": f"step {n}"}), "name")
        assert shown == store.project(ME, id)
    assert usage(store).owners[ME] < 20_000
    assert store.undo(ME, id).document.name == "step 10"
    assert clean(store, DAY) == []


def test_row_5_a_visitor_has_a_bound_of_projects(store: Store) -> None:
    few = Limits(owner_projects=2)
    first = store.create(ME, Document(), few)
    store.create(ME, Document(), few)
    with pytest.raises(StoreError, match="You have 2 projects, and more are not allowed"):
        store.create(ME, Document(), few)
    store.create("another", Document(), few)
    store.delete(ME, first)
    store.create(ME, Document(), few)


# Clocks


def test_S13_what_was_deleted_by_a_clock_that_was_ahead_goes_a_day_from_now(jobs: Work, later: Later) -> None:
    id = run(jobs)
    with pytest.MonkeyPatch.context() as ahead:
        then = time.time() + 365 * 24 * HOUR
        ahead.setattr("time.time", lambda: then)
        jobs.delete(ME, id)
    assert clean(jobs, DAY) == []
    later(25)
    assert [one.key for one in clean(jobs, DAY)] == [id]


def test_S13_a_jump_of_the_clock_is_noticed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    jumps = clock.Jumps()
    assert not jumps.seen()
    then = time.time() + 3600
    monkeypatch.setattr("time.time", lambda: then)
    assert (jumps.seen(), jumps.seen()) == (True, False)


def test_S13_where_the_clock_jumps_the_server_spares_what_was_deleted(
    jobs: Work, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = run(jobs)
    jobs.delete(ME, id)
    monkeypatch.setattr("graphbuilder.training.supervisor.TIDY_SECONDS", 0.01)
    looked = threading.Semaphore(0)
    monkeypatch.setattr("graphbuilder.training.supervisor.clean", lambda *a, **k: (clean(*a, **k), looked.release())[0])
    supervisor = Supervisor(jobs.home)
    supervisor._tidying.start()
    assert looked.acquire(timeout=5)
    later(365 * 24)
    for _ in range(3):
        assert looked.acquire(timeout=5)
    supervisor._closing.set()
    supervisor._tidying.join()
    assert (jobs.home / "runs" / id).exists()
    assert [one.key for one in clean(jobs, DAY)] == [id]


@pytest.mark.parametrize(("many", "words"), [(1, "one thing"), (2, "2 things")])
def test_the_server_tells_in_its_log_how_much_it_cleared(
    many: int, words: str, jobs: Work, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "graphbuilder")
    supervisor = Supervisor(jobs.home)

    def cleared(*_: object, **__: object) -> list[Rubbish]:
        supervisor._closing.set()
        return [Rubbish("run", "one", 1500, "deleted")] * many

    monkeypatch.setattr("graphbuilder.training.supervisor.TIDY_SECONDS", 0.01)
    monkeypatch.setattr("graphbuilder.training.supervisor.clean", cleared)
    supervisor._tidy()
    assert caplog.messages == [f"Cleared away {words} of {'1.5 kB' if many == 1 else '3.0 kB'}."]


# At the command line


def at(home: Path, *words: str) -> Result:
    told = CliRunner().invoke(main, [*words, "--home", str(home)])
    assert told.exception is None or isinstance(told.exception, SystemExit), told.exception
    return told


def test_row_5_clean_says_what_would_go_and_then_what_went(jobs: Work, later: Later) -> None:
    id = run(jobs)
    jobs.delete(ME, id)
    later(25)
    told = at(jobs.home, "clean", "--dry-run").stdout
    assert id in told.replace("\n", "") or id[:12] in told
    assert "1.0 MB would go." in told
    assert (jobs.home / "runs" / id).exists()
    assert [one["key"] for one in json.loads(at(jobs.home, "clean", "--json").stdout)] == [id]
    assert "0 bytes went." in at(jobs.home, "clean").stdout


def test_a_folder_without_projects_is_told_and_not_made(tmp_path: Path) -> None:
    told = at(tmp_path / "none", "clean")
    assert told.exit_code == 2
    assert "are no projects" in " ".join(told.stderr.split())
    assert not (tmp_path / "none").exists()


def test_row_6_the_operator_sees_stops_and_pauses_at_the_command_line(store: Store, jobs: Work) -> None:
    project = store.create(ME, Document())
    run(jobs, project)
    waits = jobs.ask(ME, "train", {"kind": "train"}, project, address="192.0.2.1")
    going = jobs.ask("another", "train", {"kind": "train"}, address="192.0.2.2")
    jobs.take_up(Limits(running=2))
    jobs.take_up(Limits(running=2))
    with jobs.writing() as db:
        db.exec_driver_sql(f"update job set state = 'queued' where id = '{waits}'")
    jobs.has_process(going, os.getpid(), "mark")
    told = json.loads(at(jobs.home, "admin", "status", "--json").stdout)
    assert [(job["id"], job["state"], job["address"], job["number"]) for job in told["jobs"]] == [
        (waits, "queued", "192.0.2.1", 1),
        (going, "starting", "192.0.2.2", None),
    ]
    assert told["jobs"][1]["memory"] > 10**6
    assert [(one["id"], one["projects"], one["runs"]) for one in told["visitors"]] == [(ME, 1, 2), ("another", 0, 1)]
    assert (told["paused"], told["memory"]["all"] > told["memory"]["free"] > 0) == (False, True)
    at(jobs.home, "admin", "pause")
    assert "paused" in at(jobs.home, "admin", "status").stdout
    assert jobs.is_paused()
    at(jobs.home, "admin", "unpause")
    assert not jobs.is_paused()
    assert f"{waits} is asked to stop" in at(jobs.home, "admin", "stop", waits[:10]).stdout
    assert jobs.job(ME, waits).state == "stopped"
    assert at(jobs.home, "admin", "stop", "z").exit_code == 2


def test_the_overview_of_a_new_home_is_empty(jobs: Work) -> None:
    found = overview(jobs, Limits())
    assert (found.jobs, found.visitors, found.disk.owners) == ((), (), {})
    assert found.disk.free == pytest.approx(shutil.disk_usage(jobs.home).free, rel=0.1)


@pytest.mark.parametrize(
    ("bytes", "words"), [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (12_000_000, "12 MB"), (10**10, "10 GB")]
)
def test_sizes_are_told_in_words(bytes: int, words: str) -> None:
    assert in_words(bytes) == words
