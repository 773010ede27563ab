"""Data sets of one's own: rows and files, who may have them, what they take, and when they go."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from graphbuilder.document import Document
from graphbuilder.store import Missing, NotYours, Store, StoreError, disk
from graphbuilder.store import tables as t
from graphbuilder.store.disk import HOUR, clean, kept_by, usage
from graphbuilder.store.files import Coming, path_of
from graphbuilder.store.limits import Limits
from graphbuilder.store.sets import Sets
from graphbuilder.store.work import Work

ME, HER = "me", "her"
DAY = Limits(free_disk_mb=1)


@pytest.fixture
def sets(tmp_path: Path) -> Sets:
    return Sets(tmp_path)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets hours pass, by the time of day."""

    def pass_hours(hours: float) -> None:
        then = time.time() + hours * HOUR
        monkeypatch.setattr("time.time", lambda: then)

    return pass_hours


def keep(home: Path, content: bytes) -> str:
    with Coming(home) as coming:
        coming.write(content)
        return coming.keep()


def add(sets: Sets, owner: str = ME, file: str = "flowers.csv", content: bytes = b"a,b\n" * 250_000) -> str:
    return sets.add(owner, file, hash=keep(sets.home, content), bytes=len(content))


def files(sets: Sets) -> list[str]:
    return sorted(path.name for path in (sets.home / "files").iterdir())


def test_a_file_is_kept_once_by_its_content_whoever_has_it(sets: Sets) -> None:
    mine, hers = sets.one(ME, add(sets)), sets.one(HER, add(sets, HER, "same.csv"))
    assert mine.hash == hers.hash and files(sets) == [mine.hash]
    assert path_of(sets.home, mine.hash).read_bytes() == b"a,b\n" * 250_000
    add(sets)  # once more by the same visitor
    assert 10**6 <= kept_by(sets, ME) < 1.01 * 10**6 and 10**6 <= kept_by(sets, HER) < 1.01 * 10**6
    assert usage(sets).all < 1.2 * 10**6 + usage(sets).database


def test_a_file_that_breaks_off_leaves_nothing(sets: Sets) -> None:
    with pytest.raises(RuntimeError), Coming(sets.home) as coming:
        coming.write(b"half")
        raise RuntimeError("the connection was lost")
    assert files(sets) == []


def test_titles_are_told_apart_and_names_lead_nowhere(sets: Sets) -> None:
    told = [sets.one(ME, add(sets, file=file)) for file in ("flowers.csv", "flowers.csv.gz", "../../etc/pass\nwd", "")]
    assert [one.title for one in told] == ["flowers", "flowers (2)", "passwd", "unnamed"]
    assert [one.file for one in told] == ["flowers.csv", "flowers.csv.gz", "passwd", "unnamed"]


def test_a_set_is_its_owners_alone(sets: Sets) -> None:
    id = add(sets)
    for act in (
        lambda: sets.one(HER, id), lambda: sets.found(HER, id), lambda: sets.rename(HER, id, "mine"),
        lambda: sets.delete(HER, id), lambda: sets.looks(HER, id, "job"),
    ):  # fmt: skip
        with pytest.raises(NotYours, match="not yours: it was added in another browser"):
            act()
    assert sets.mine(HER) == [] and [one.id for one in sets.mine(ME)] == [id]


def test_the_last_look_that_was_asked_for_has_the_last_word(sets: Sets, jobs: Work) -> None:
    id = add(sets)
    early, late = (jobs.ask(ME, "look", {"kind": "look", "set": id}) for _ in range(2))
    sets.looks(ME, id, early)
    sets.looks(ME, id, late, {"options": {"separator": ";"}})
    sets.looked(id, early, {"n": 1}, reader="csv", rows=3)
    assert sets.one(ME, id).state == "looking" and sets.found(ME, id) is None
    sets.looked(id, late, {"n": 1}, reader="csv", rows=4, done=False)
    some = sets.one(ME, id)
    assert (some.state, sets.found(ME, id)) == ("looking", {"n": 1}), "it goes on"
    sets.looked(id, late, {"n": 2}, reader="csv", rows=4)
    assert sets.one(ME, id).looked != some.looked, "so that whoever read it reads it anew"
    told = sets.one(ME, id)
    assert (told.state, told.rows, sets.found(ME, id)) == ("ready", 4, {"n": 2})
    assert sets.wish(ME, id) == {"options": {"separator": ";"}}


def test_a_look_that_ends_without_a_word_has_failed_and_what_was_found_stays(sets: Sets, jobs: Work) -> None:
    id = add(sets)
    job = jobs.ask(ME, "look", {"kind": "look", "set": id})
    sets.looks(ME, id, job)
    sets.looked(id, job, {"n": 1}, reader="csv", rows=3)
    again = jobs.ask(ME, "look", {"kind": "look", "set": id})
    sets.looks(ME, id, again)
    assert sets.one(ME, id).state == "looking"
    jobs.end(again, "failed", "out of memory")
    assert (sets.one(ME, id).state, sets.one(ME, id).reason) == ("failed", "out of memory")
    assert sets.found(ME, id) == {"n": 1}
    stopped = jobs.ask(ME, "look", {"kind": "look", "set": id})
    sets.looks(ME, id, stopped)
    jobs.stop(ME, stopped)
    assert sets.one(ME, id).reason == "You stopped the look at it."


def test_a_deleted_set_counts_no_more_comes_back_and_goes_with_its_file_after_a_day(
    sets: Sets, later: Callable[[float], None]
) -> None:
    mine, hers = add(sets), add(sets, HER)
    sets.delete(ME, mine)
    assert kept_by(sets, ME) == 0 and sets.mine(ME) == []
    with pytest.raises(Missing, match="was deleted"):
        sets.one(ME, mine)
    later(23)
    assert clean(sets, DAY) == []
    sets.restore(ME, mine)
    assert [one.id for one in sets.mine(ME)] == [mine]
    sets.delete(ME, mine)
    later(25)
    assert [(one.kind, one.key) for one in clean(sets, DAY)] == [("data", mine)]
    assert len(files(sets)) == 1, "she has it too"
    sets.delete(HER, hers)
    later(25)
    clean(sets, DAY)
    assert files(sets) == []


def test_D23_a_file_stays_while_a_project_uses_it(sets: Sets, store: Store, later: Callable[[float], None]) -> None:
    id = add(sets)
    hash = sets.one(ME, id).hash
    project = store.create(ME, Document(name="Petals"))
    with sets.writing() as db:
        db.execute(t.document.update().values(data=hash))
    assert [(use.id, use.name) for use in sets.uses(ME)[hash]] == [(project, "Petals")] and sets.uses(HER) == {}
    sets.delete(ME, id)
    later(25)
    clean(sets, DAY)
    assert files(sets) == [hash]
    store.delete(ME, project)
    later(25)
    clean(sets, DAY)
    assert files(sets) == []


def test_what_did_not_come_whole_and_files_of_nobody_go_after_an_hour(
    sets: Sets, later: Callable[[float], None]
) -> None:
    kept = sets.one(ME, add(sets)).hash
    keep(sets.home, b"nobody's")
    (sets.home / "files" / ".coming-1").write_bytes(b"half")
    assert clean(sets, DAY) == []
    later(1.1)
    assert {one.kind for one in clean(sets, DAY)} == {"left over"}
    assert files(sets) == [kept]


def test_more_than_may_be_kept_is_refused_in_words(sets: Sets, monkeypatch: pytest.MonkeyPatch) -> None:
    add(sets)
    with pytest.raises(StoreError, match=r"Your projects, runs and data take 1\.0 MB, and 1\.0 MB are allowed"):
        sets.add(ME, "more.csv", limits=Limits(owner_disk_mb=1, free_disk_mb=1))
    with pytest.raises(StoreError, match="You have 1 data sets, and more are not allowed"):
        sets.add(ME, "more.csv", limits=Limits(owner_projects=1, free_disk_mb=1))
    monkeypatch.setattr(disk, "_free", lambda home: 0)
    with pytest.raises(StoreError, match="The disk of this server has 0 bytes left"):
        sets.add(HER, "more.csv", limits=DAY)


def test_looks_wait_for_no_training_and_trainings_for_no_look(jobs: Work) -> None:
    limits = Limits(running=1, owner_running=1, looks=1)
    first, second = (jobs.ask(ME, "train", {"kind": "train"}) for _ in range(2))
    look, waits = (jobs.ask(ME, "look", {"kind": "look"}) for _ in range(2))
    taken = [jobs.take_up(limits) for _ in range(3)]
    assert [job and job.id for job in taken] == [look, first, None]
    assert [place and place.number for place in (jobs.place(waits), jobs.place(second))] == [1, 1]
    jobs.end(look, "finished")
    assert (job := jobs.take_up(limits, lanes=("look",))) and job.id == waits
