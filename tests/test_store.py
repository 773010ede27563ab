"""The store: projects and their history, for several pages and processes at once."""

import itertools
import multiprocessing
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from math import inf
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from graphbuilder import editing
from graphbuilder.document import Document, Wire
from graphbuilder.refusals import EditError
from graphbuilder.store import Missing, NotYours, Store, StoreError, Unsaved
from graphbuilder.store.history import STEPS
from graphbuilder.store.store import EDITS_AT_ONCE, Numbered
from graphbuilder.store.turns import Turns
from graphbuilder.store.work import Work
from graphbuilder.templates import template
from tests.networks import graph, node

EMPTY = Document()
ME = "me"


@pytest.fixture
def other(store: Store) -> Iterator[Store]:
    """A second store on the same folder, as another process has it."""
    one = Store(store.home)
    yield one
    one.close()


def named(name: str) -> Callable[[Document], Document]:
    return lambda document: editing.rename(document, name)


def add(id: str) -> Callable[[Document], Document]:
    return lambda document: editing.add(document, id, "Dense", (0, 0))


def told(change: Callable[[Document], Document], label: str = "") -> Callable[[Document], tuple[Document, str]]:
    """The change as a page has it: with what the history calls it."""
    return lambda document: (change(document), label)


def ids(document: Document) -> list[str]:
    return [one.id for one in document.nodes]


# Projects


def test_a_new_project_is_listed_and_reads_as_it_was_made(store: Store) -> None:
    id = store.create(ME, template("lenet"))
    made = store.project(ME, id)
    assert (made.document, made.undo, made.redo) == (template("lenet"), None, None)
    assert [(line.id, line.name) for line in store.projects(ME)] == [(id, "LeNet on digits")]


def test_S8_an_id_has_128_random_bits(store: Store) -> None:
    made = {store.create(ME, EMPTY) for _ in range(20)}
    assert len(made) == 20
    assert all(len(bytes.fromhex(id)) == 16 for id in made)


def test_the_project_changed_last_is_listed_first(store: Store) -> None:
    first, second = store.create(ME, EMPTY), store.create(ME, EMPTY)
    store.edit(ME, first, named("first"), "name")
    assert [line.id for line in store.projects(ME)] == [first, second]


@pytest.mark.parametrize("jump", [-3600, 3600])
def test_S13_the_project_changed_last_is_listed_first_whatever_the_clock_does(
    jump: float, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = store.create(ME, EMPTY), store.create(ME, EMPTY)
    then = time.time() + jump
    monkeypatch.setattr("time.time", lambda: then)
    for id in (first, second, first):
        store.edit(ME, id, add(f"n{store.changes(ME, id)}"), "add")
        assert store.projects(ME)[0].id == id
    third = store.create(ME, EMPTY)
    assert [line.id for line in store.projects(ME)] == [third, first, second]


def test_a_copy_is_a_project_of_its_own_without_history(store: Store) -> None:
    id = store.create(ME, template("lenet"))
    store.edit(ME, id, add("new"), "add")
    copy = store.duplicate(ME, id)
    store.edit(ME, copy, add("newer"), "add")
    assert store.project(ME, copy).document.name == "LeNet on digits (copy)"
    assert (ids(store.project(ME, id).document)[-1], ids(store.project(ME, copy).document)[-1]) == ("new", "newer")
    assert store.undo(ME, copy).undo is None


def test_a_copy_of_the_longest_name_has_a_name_that_fits(store: Store) -> None:
    id = store.create(ME, editing.rename(EMPTY, "x" * 80))
    assert store.project(ME, store.duplicate(ME, id)).document.name == "x" * 72 + " (copy)"


def test_what_was_deleted_is_missing_until_it_is_restored(store: Store) -> None:
    id = store.create(ME, EMPTY)
    store.edit(ME, id, named("kept"), "name")
    store.delete(ME, id)
    assert store.projects(ME) == []
    with pytest.raises(Missing, match="was deleted"):
        store.project(ME, id)
    store.restore(ME, id)
    assert store.undo(ME, id).redo == "name"


CALLS: dict[str, Callable[[Store, str, str], object]] = {
    "duplicate": lambda store, owner, id: store.duplicate(owner, id),
    "delete": lambda store, owner, id: store.delete(owner, id),
    "restore": lambda store, owner, id: store.restore(owner, id),
    "changes": lambda store, owner, id: store.changes(owner, id),
    "project": lambda store, owner, id: store.project(owner, id),
    "unread": lambda store, owner, id: store.unread(owner, id),
    "edit": lambda store, owner, id: store.edit(owner, id, named("theirs"), "name"),
    "undo": lambda store, owner, id: store.undo(owner, id),
    "redo": lambda store, owner, id: store.redo(owner, id),
    "take": lambda store, owner, id: store.take(owner, id, "page", [(1, Numbered(told(named("theirs"))))]),
    "taken": lambda store, owner, id: store.taken(owner, id, "page"),
}


def test_every_method_that_names_a_project_is_tried_below() -> None:
    public = {name for name in vars(Store) if not name.startswith("_")}
    assert public - {"close", "create", "projects"} == set(CALLS)


@pytest.mark.parametrize("name", CALLS)
def test_S8_a_foreign_project_is_not_yours(name: str, store: Store) -> None:
    id = store.create(ME, EMPTY)
    store.edit(ME, id, named("mine"), "name")
    with pytest.raises(NotYours):
        CALLS[name](store, "them", id)
    assert store.project(ME, id).document.name == "mine"
    assert store.projects("them") == []


@pytest.mark.parametrize("id", ["0" * 32, "", "../x", "a\0b", "x" * 10_000])
@pytest.mark.parametrize("name", CALLS)
def test_P10_a_project_that_is_not_there_is_missing(name: str, id: str, store: Store) -> None:
    with pytest.raises(Missing):
        CALLS[name](store, ME, id)


# History


@pytest.fixture
def project(store: Store) -> str:
    return store.create(ME, EMPTY)


def rename_to(store: Store, id: str, *names: str, merge: bool = False) -> None:
    for name in names:
        store.edit(ME, id, named(name), "name", merge)


def test_consecutive_edits_of_one_thing_are_one_step(store: Store, project: str) -> None:
    rename_to(store, project, "a", "ab", "abc", merge=True)
    assert store.project(ME, project).document.name == "abc"
    undone = store.undo(ME, project)
    assert (undone.document, undone.undo, undone.redo) == (EMPTY, None, "name")


def test_edits_of_two_things_are_two_steps(store: Store, project: str) -> None:
    rename_to(store, project, "a", merge=True)
    store.edit(ME, project, lambda document: editing.set_training(document, "epochs", 3), "epochs", merge=True)
    assert store.undo(ME, project).document.name == "a"
    assert store.undo(ME, project).document == EMPTY


def test_an_edit_after_undo_cuts_off_what_was_undone(store: Store, project: str) -> None:
    rename_to(store, project, "a", "b", "c")
    store.undo(ME, project)
    store.undo(ME, project)
    rename_to(store, project, "d")
    branched = store.redo(ME, project)
    assert (branched.document.name, branched.redo, store.undo(ME, project).document.name) == ("d", None, "a")


def test_an_edit_that_changes_nothing_is_no_step_and_cuts_nothing_off(store: Store, project: str) -> None:
    rename_to(store, project, "a", "b")
    before = store.undo(ME, project)
    assert store.edit(ME, project, named("a"), "again") == before


def test_at_the_ends_undo_and_redo_do_nothing(store: Store, project: str) -> None:
    rename_to(store, project, "a")
    assert store.redo(ME, project) == store.project(ME, project)
    first = store.undo(ME, project)
    assert store.undo(ME, project) == first


def test_500_steps_are_kept(store: Store, project: str) -> None:
    store.take(ME, project, "page", [(n + 1, Numbered(told(named(str(n)), str(n)))) for n in range(STEPS + 20)])
    steps = 0
    while store.undo(ME, project).undo is not None:
        steps += 1
    assert (steps + 1, store.project(ME, project).document.name) == (500, "19")


def test_the_first_revision_takes_part_in_no_merging(store: Store, project: str) -> None:
    store.edit(ME, project, named("a"), "", merge=True)
    assert store.undo(ME, project).document == EMPTY


def test_the_history_outlives_the_process(store: Store, project: str, other: Store) -> None:
    rename_to(store, project, "a", "b")
    store.undo(ME, project)
    store.close()
    assert (other.redo(ME, project).document.name, other.undo(ME, project).document.name) == ("b", "a")


def test_the_number_of_changes_grows_with_every_change_and_never_falls(store: Store, project: str) -> None:
    seen = [store.changes(ME, project)]
    for step in (named("a"), named("b"), "undo", "redo", "undo", named("c"), "redo"):
        store.edit(ME, project, step, "x") if callable(step) else getattr(store, step)(ME, project)
        seen.append(store.changes(ME, project))
    assert seen == [0, 1, 2, 3, 4, 5, 6, 6]
    store.delete(ME, project)
    store.restore(ME, project)
    assert store.changes(ME, project) == 6


def test_a_change_that_raises_leaves_everything_as_it_was(store: Store, project: str) -> None:
    before = store.project(ME, project)
    with pytest.raises(EditError):
        store.edit(ME, project, lambda document: editing.rename(document, "a\nb"), "name")
    assert store.project(ME, project) == before


# Numbered edits of a page


def take(store: Store, id: str, *numbers: int, client: str = "page") -> list[str]:
    """Each number adds a node of that number."""
    edits = [(n, Numbered(told(add(f"n{n}"), "add"))) for n in numbers]
    return store.take(ME, id, client, edits)[1]


def test_an_edit_that_is_sent_again_is_worked_once(store: Store, project: str) -> None:
    take(store, project, 1)
    take(store, project, 1, 2)
    store.undo(ME, project)
    assert take(store, project, 1, 2) == []
    assert ids(store.project(ME, project).document) == ["n1"]
    assert store.taken(ME, project, "page") == 2


def test_an_old_message_that_comes_late_does_nothing(store: Store, project: str) -> None:
    take(store, project, 1, 2, 3)
    take(store, project, 1, 2)
    assert (ids(store.project(ME, project).document), store.taken(ME, project, "page")) == (["n1", "n2", "n3"], 3)


def test_pages_are_numbered_each_for_itself(store: Store, project: str) -> None:
    take(store, project, 1, 2, client="one")
    store.take(ME, project, "two", [(1, Numbered(told(add("other"), "add")))])
    assert ids(store.project(ME, project).document) == ["n1", "n2", "other"]
    assert [store.taken(ME, project, client) for client in ("one", "two", "three")] == [2, 1, 0]


def test_a_refused_edit_is_told_and_acknowledged_and_the_rest_is_worked(store: Store, project: str) -> None:
    edits = [(1, Numbered(told(add("a")))), (2, Numbered(told(add("a")))), (3, Numbered(told(add("b"))))]
    taken, refused = store.take(ME, project, "page", edits)
    assert (ids(taken.document), refused) == (["a", "b"], ["The node is there already."])
    assert store.taken(ME, project, "page") == 3


def test_undo_and_redo_are_numbered_edits_too(store: Store, project: str) -> None:
    undo, redo = Numbered(step=-1), Numbered(step=1)
    edits = [Numbered(told(add("a"))), undo, undo, redo, redo, Numbered(told(add("b"))), undo]
    store.take(ME, project, "page", list(enumerate(edits, 1)))
    store.take(ME, project, "page", list(enumerate(edits, 1)))
    assert ids(store.project(ME, project).document) == ["a"]


def test_edits_of_one_message_that_belong_together_are_one_step(store: Store, project: str) -> None:
    together = [(1, Numbered(told(add("a"), "add"))), (2, Numbered(told(add("b"), "add"), merge=True))]
    store.take(ME, project, "page", together)
    store.take(ME, project, "page", [(3, Numbered(told(add("c"), "add"), merge=True))])
    assert ids(store.undo(ME, project).document) == ["a", "b"]
    assert store.undo(ME, project).document == EMPTY


def broken(_: Document) -> Document:
    raise RuntimeError("the server died")


def test_a_message_broken_off_halfway_leaves_nothing_behind(store: Store, project: str, other: Store) -> None:
    before = store.project(ME, project)
    with pytest.raises(RuntimeError):
        store.take(ME, project, "page", [(1, Numbered(told(add("half")))), (2, Numbered(told(broken)))])
    assert (store.project(ME, project), store.taken(ME, project, "page")) == (before, 0)
    other.edit(ME, project, add("theirs"), "add")
    assert ids(store.project(ME, project).document) == ["theirs"]
    assert ids(store.edit(ME, project, add("mine"), "add").document) == ["theirs", "mine"]


def test_of_very_many_edits_what_there_is_no_time_for_comes_with_the_next_message(
    store: Store, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphbuilder.store.store.WORK_SECONDS", inf)  # a slow machine ends a part earlier
    edits = [(n, Numbered(told(named(str(n)), str(n)))) for n in range(1, 1001)]
    rounds = 0
    while (last := store.taken(ME, project, "page")) < 1000:
        store.take(ME, project, "page", edits, until=0.0)
        assert 0 < store.taken(ME, project, "page") - last <= EDITS_AT_ONCE
        rounds += 1
    assert (rounds, store.project(ME, project).document.name) == (10, "1000")


def test_edits_that_are_one_step_are_taken_in_one_part(store: Store, project: str) -> None:
    edits = [(n, Numbered(told(named(str(n)), "name"), merge=True)) for n in range(1, EDITS_AT_ONCE + 10)]
    store.take(ME, project, "page", edits, until=0.0)
    assert store.taken(ME, project, "page") == len(edits)
    assert store.undo(ME, project).document == EMPTY


def test_nobody_waits_for_an_edit_that_is_being_worked(store: Store, project: str, other: Store) -> None:
    theirs = other.create(ME, EMPTY)
    begun, done = threading.Event(), threading.Event()

    def slow(document: Document) -> Document:
        begun.set()
        assert done.wait(10)
        return add("slow")(document)

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(store.edit, ME, project, slow, "slow")
        assert begun.wait(10)
        other.edit(ME, theirs, add("quick"), "add")
        store.edit(ME, project, add("meanwhile"), "add")  # of the same project: the slow one is worked again on it
        done.set()
        assert ids(working.result().document) == ["meanwhile", "slow"]
    assert ids(store.undo(ME, project).document) == ["meanwhile"]


def test_a_history_that_lacks_the_step_it_stands_at_is_given_up(
    store: Store, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.edit(ME, project, add("a"), "add")
    with store.writing() as db:
        db.exec_driver_sql("delete from revision where n = 1")
    monkeypatch.setattr("graphbuilder.store.store.PATIENCE_SECONDS", 0.05)
    with pytest.raises(StoreError, match="try again"):
        store.edit(ME, project, add("b"), "add")
    assert store.undo(ME, project).document == EMPTY


def test_who_comes_first_writes_first() -> None:
    turns, order = Turns(), list[int]()

    def write(n: int) -> None:
        with turns.turn(10):
            order.append(n)

    with ThreadPoolExecutor(8) as pool, turns.turn(1):
        for n in range(8):
            pool.submit(write, n)
            while len(turns._waiting) < n + 1:
                time.sleep(0.001)
        with pytest.raises(TimeoutError), turns.turn(0.0):
            pass
    assert order == [*range(8)]


# Several processes


def test_two_stores_that_edit_in_turn_see_each_others_edits(store: Store, project: str, other: Store) -> None:
    for n, one in zip(range(10), itertools.cycle([store, other]), strict=False):
        one.edit(ME, project, add(f"n{n}"), "add")
    store.undo(ME, project)
    other.undo(ME, project)
    for one in (store, other):
        assert ids(one.project(ME, project).document) == [f"n{n}" for n in range(8)]
    assert store.changes(ME, project) == other.changes(ME, project) == 12


EACH = 15


def edit_many(home: Path, id: str, who: str) -> None:
    one = Store(home)
    for n in range(EACH):
        one.edit(ME, id, add(f"{who}-{n}"), "add")
    one.close()


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_edits_made_at_the_same_time_are_all_kept(kind: str, store: Store, project: str) -> None:
    start: Any = threading.Thread if kind == "threads" else multiprocessing.get_context("spawn").Process
    workers = [start(target=edit_many, args=(store.home, project, who)) for who in "abc"]
    for worker in workers:
        worker.start()
    for n in range(EACH):
        store.edit(ME, project, add(f"d-{n}"), "add")
    for worker in workers:
        worker.join()
    kept = ids(store.project(ME, project).document)
    assert sorted(kept) == sorted(f"{who}-{n}" for who in "abcd" for n in range(EACH))
    assert [id for id in kept if id[0] == "a"] == [f"a-{n}" for n in range(EACH)]
    assert store.changes(ME, project) == 4 * EACH


def test_threads_share_one_store(store: Store, project: str) -> None:
    def work(who: str) -> None:
        for n in range(EACH):
            take(store, project, n + 1, client=who) if who == "a" else store.edit(ME, project, add(f"{who}{n}"), "add")

    workers = [threading.Thread(target=work, args=(who,)) for who in "abc"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(store.project(ME, project).document.nodes) == 3 * EACH


def test_many_may_open_a_new_folder_at_once(tmp_path: Path) -> None:
    faults: list[Exception] = []
    together = threading.Barrier(8)

    def open_it() -> None:
        together.wait()
        try:
            Store(tmp_path / "home").create(ME, EMPTY)
        except Exception as fault:
            faults.append(fault)

    workers = [threading.Thread(target=open_it) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert faults == []
    assert len(Store(tmp_path / "home").projects(ME)) == 8


# What cannot be kept


def test_a_folder_that_cannot_be_written_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"The folder .*file/home cannot be written: Not a directory\. Choose another"):
        Store(tmp_path / "file" / "home")


def test_a_file_that_is_no_database_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "graphbuilder.sqlite").write_bytes(b"something else\n" * 100)
    with pytest.raises(StoreError, match="not a database"):
        Store(tmp_path)


def test_a_full_disk_is_told_in_words_and_loses_nothing(store: Store, project: str) -> None:
    rename_to(store, project, "kept")
    with store._engine.connect() as db:
        pages = db.exec_driver_sql("PRAGMA page_count").scalar()
        db.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        db.rollback()
    big = graph([node(f"n{n}", "Dense", units=n) for n in range(3000)], [])
    with pytest.raises(StoreError, match=r"saved: the server's disk is full\. Nothing was changed"):
        store.edit(ME, project, lambda _: big, "big")
    assert store.project(ME, project).document.name == "kept"


def test_row_8_a_home_that_was_deleted_takes_nothing_and_says_so(store: Store, project: str) -> None:
    rename_to(store, project, "kept")
    away = store.home.with_name("away")
    store.home.rename(away)
    for _ in range(2):
        with pytest.raises(Unsaved, match="the folder in which this server keeps its projects is gone"):
            store.take(ME, project, "page", [(1, Numbered(told(named("lost"))))])
    assert "is gone" in store.trouble()
    assert not store.home.exists()  # none is made anew, in which everything would be missing
    assert (store.project(ME, project).document.name, store.taken(ME, project, "page")) == ("kept", 0)
    away.rename(store.home)
    assert store.trouble() == ""
    shown, _ = store.take(ME, project, "page", [(1, Numbered(told(named("kept too"))))])
    assert (shown.document.name, store.taken(ME, project, "page")) == ("kept too", 1)


def test_row_8_a_database_that_was_deleted_is_not_made_anew_by_looking(store: Store, project: str) -> None:
    host = Work(store.home, pooled=False)
    store.path.rename(store.home / "away")
    for _ in range(2):
        with pytest.raises(StoreError, match="Nothing can be read where this server keeps its projects"):
            host.active()
    assert not store.path.exists()


def test_row_8_a_home_that_goes_in_the_middle_of_an_edit_acknowledges_none(store: Store, project: str) -> None:
    def goes(document: Document) -> Document:
        store.home.rename(store.home.with_name("away"))
        return editing.rename(document, "lost")

    with pytest.raises(Unsaved):
        store.edit(ME, project, goes, "name")
    store.home.with_name("away").rename(store.home)
    assert store.project(ME, project).document == EMPTY


def test_row_8_a_home_that_is_brought_back_from_a_copy_is_gone_on_with(store: Store, project: str) -> None:
    rename_to(store, project, "copied")
    copy = store.home.with_name("copy")
    copy.mkdir()
    with sqlite3.connect(store.path) as db, sqlite3.connect(copy / store.path.name) as into:
        db.backup(into)
    rename_to(store, project, "after the copy")
    shutil.rmtree(store.home)
    copy.rename(store.home)
    rename_to(store, project, "goes on")
    assert store.undo(ME, project).document.name == "copied"


def test_row_8_a_home_that_may_not_be_written_any_more_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphbuilder.store.database.os.access", lambda *_: False)
    assert "may not write" in store.trouble()


def test_a_home_of_any_name_is_opened(tmp_path: Path) -> None:
    for name in ("a b", "50%", "what?", "a#b", "mode=ro&x"):
        store = Store(tmp_path / name)
        assert store.project(ME, store.create(ME, EMPTY)).document == EMPTY
        store.close()
        assert (tmp_path / name / "graphbuilder.sqlite").is_file()


@pytest.mark.parametrize(("limit", "most", "what"), [("MAX_BYTES", 2000, "bytes"), ("MAX_VALUES", 200, "values")])
def test_a_document_too_large_to_be_read_again_is_not_written(
    limit: str, most: int, what: str, store: Store, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lenet = template("lenet")
    monkeypatch.setattr(f"graphbuilder.document_file.{limit}", most)
    with pytest.raises(StoreError, match=f"at most {most:,} {what}"):
        store.edit(ME, project, lambda _: lenet, "all")
    _, refused = store.take(ME, project, "page", [(1, Numbered(told(lambda _: lenet)))])
    assert len(refused) == 1
    assert (store.project(ME, project).document, store.taken(ME, project, "page")) == (EMPTY, 1)


def test_a_document_takes_no_more_wires_than_can_be_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphbuilder.editing.MAX_WIRES", 9)
    full = template("lenet")
    assert len(full.wires) == 9
    for edit in (
        lambda: editing.duplicate(full, {"n2": "a", "n3": "b"}, (0, 0)),
        lambda: editing.connect(editing.add(full, "a", "Add", (0, 0)), Wire(source="n1", target="a")),
    ):
        with pytest.raises(EditError, match="at most 9 wires"):
            edit()


def test_the_database_is_sqlite_in_wal_mode(store: Store) -> None:
    with sqlite3.connect(store.home / "graphbuilder.sqlite") as db:
        assert db.execute("pragma journal_mode").fetchone() == ("wal",)


# What was read is kept until somebody writes


def test_what_was_read_is_not_read_again_until_something_is_written(store: Store, other: Store, project: str) -> None:
    asked: list[str] = []

    def ask(name: str = "changes") -> int:
        def read(_: object) -> int:
            asked.append(name)
            return len(asked)

        return store.answer(name, read)

    assert [ask(), ask(), ask("more"), ask()] == [1, 1, 2, 1]
    rename_to(other, project, "of another process")
    assert [ask(), ask()] == [3, 3]
    rename_to(store, project, "of this one")
    assert ask() == 4
    assert store.project(ME, project).document.name == "of this one"


def test_what_is_written_while_it_is_read_makes_the_answer_an_old_one(store: Store, other: Store, project: str) -> None:
    def read(_: object) -> str:
        name = store.project(ME, project).document.name
        rename_to(other, project, "newer")
        return name

    before = store.project(ME, project).document.name
    assert store.answer("name", read) == before
    assert store.answer("name", lambda _: store.project(ME, project).document.name) == "newer"


def test_what_was_read_of_a_database_is_forgotten_with_its_file(store: Store, project: str, tmp_path: Path) -> None:
    rename_to(store, project, "before")
    copy = tmp_path / "copy.sqlite"
    with sqlite3.connect(store.path) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    target.close()
    source.close()
    assert store.answer("name", lambda _: "of this file") == "of this file"
    copy.replace(store.path)
    assert store.answer("name", lambda _: "of the other") == "of the other"


def test_a_draw_asks_for_the_same_only_once(store: Store, project: str) -> None:
    statements: list[str] = []
    event.listen(store._engine, "before_cursor_execute", lambda _, __, told, *___: statements.append(told))
    for _ in range(5):
        shown = store.project(ME, project)
        assert (store.changes(ME, project), store.taken(ME, project, "page")) == (shown.changes, 0)
    assert 0 < len([one for one in statements if one.startswith("SELECT")]) <= 6
