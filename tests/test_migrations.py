"""Homes of every release open with this one, and none is harmed by an earlier."""

import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from graphbuilder.store import Store, StoreError
from graphbuilder.store.line import Place
from graphbuilder.store.migrations import MIGRATIONS, VERSION
from graphbuilder.store.work import Work
from tests.conftest import GOLDEN

ME = "0123456789abcdef0123456789abcdef"
PROJECT = "204623048a7d2f2606934108c4a735c0"
RUN, WAITS = "d928f8073b8cb87901418b7f69359199", "294c5f3b9733c85c3276f78ece214177"
RELEASES = sorted((GOLDEN / "homes").glob("*.sql"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home as the first release left it."""
    return _home(tmp_path, GOLDEN / "homes" / "0.1.0.sql")


def _home(path: Path, release: Path) -> Path:
    with sqlite3.connect(path / "graphbuilder.sqlite") as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.executescript(release.read_text("utf-8"))
    return path


def _schema(home: Path) -> dict[str, Any]:
    """Every table's columns and indexes, in no order."""
    with sqlite3.connect(home / "graphbuilder.sqlite") as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table: (
                {row[1:] for row in db.execute(f"PRAGMA table_info({table})")},
                {row[1:] for row in db.execute(f"PRAGMA index_list({table})")},
                {row[2:] for row in db.execute(f"PRAGMA foreign_key_list({table})")},
            )
            for table in tables
        }


def _dump(home: Path) -> list[str]:
    with sqlite3.connect(home / "graphbuilder.sqlite") as db:
        return [*db.iterdump(), str(db.execute("PRAGMA user_version").fetchone())]


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_S6_a_migrated_home_has_the_tables_of_a_new_one(release: Path, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    old = _home(tmp_path / "old", release)
    Store(old).close()
    Store(tmp_path / "new").close()
    assert _schema(old) == _schema(tmp_path / "new")


def test_P9_everything_of_a_home_of_the_first_release_is_there(home: Path) -> None:
    store, jobs = Store(home), Work(home)
    assert [(line.id, line.name) for line in store.projects(ME)] == [(PROJECT, "First release")]
    shown = store.project(ME, PROJECT)
    assert (len(shown.document.nodes), shown.undo, shown.redo) == (5, "add Dense", "name")
    assert store.redo(ME, PROJECT).document.name == "Taken back"
    for _ in range(3):
        shown = store.undo(ME, PROJECT)
    assert (shown.document.name, shown.undo) == ("Logistic regression on iris", None)
    assert [(run.id, run.title, run.state) for run in jobs.runs(ME, PROJECT)] == [
        (WAITS, "run 2", "queued"),
        (RUN, "the first", "finished"),
    ]
    kinds = [event["kind"] for event in jobs.news(ME, RUN, 0)["events"]]
    assert (kinds[0], kinds.count("epoch"), kinds[-1]) == ("started", 3, "ended")
    assert jobs.news(ME, RUN, 99)["reset"]  # the digest
    assert set(jobs.artefacts(RUN)) == {f"{name}.npz" for name in ("last", "best", "kept")} | {
        "model.keras",
        "epochs.json",
        "results.json",
    }
    assert (jobs.request(RUN)["kind"], jobs.tests(ME, "digits"), jobs.place(WAITS)) == ("train", 1, Place(1, 0.0))
    store.close()
    jobs.close()


def test_a_home_that_was_migrated_goes_on(home: Path) -> None:
    jobs = Work(home)
    later = jobs.ask("another", "train", {"kind": "train"}, parent=RUN)
    places = jobs.place(WAITS), jobs.place(later)
    assert [place and place.number for place in places] == [2, 1]  # whose turn is longest ago comes first
    assert (jobs.job("another", later).parent, jobs.job(ME, RUN).parent) == (RUN, None)
    jobs.close()


def test_S6_a_home_of_a_newer_release_is_refused_and_left_untouched(home: Path) -> None:
    with sqlite3.connect(home / "graphbuilder.sqlite") as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
    before, files = _dump(home), sorted(home.iterdir())
    with pytest.raises(StoreError, match=r"newer release.*Nothing was changed. Update graphbuilder, or choose another"):
        Store(home)
    assert (_dump(home), sorted(home.iterdir())) == (before, files)


def test_a_migration_that_fails_leaves_the_home_as_it_was(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(db: Any) -> None:
        db.execute(text("CREATE TABLE half (a INTEGER)"))
        raise OSError("power")

    before = _dump(home)
    monkeypatch.setattr("graphbuilder.store.migrations.MIGRATIONS", (*MIGRATIONS, fails))
    with pytest.raises(OSError, match="power"):
        Store(home)
    assert _dump(home) == before


def test_P12_several_open_an_old_home_at_once(home: Path) -> None:
    faults: list[Exception] = []

    def opens() -> None:
        try:
            Store(home).close()
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=opens) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert _dump(home)[-1] == f"({VERSION},)"
