"""A look at a file of data: what it finds, as JSON, in a process that needs no Keras."""

import io
import os
import subprocess
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from graphbuilder.datasets import Own
from graphbuilder.datasets.description import Description
from graphbuilder.readers import DataError
from graphbuilder.store.files import Coming, path_of
from graphbuilder.store.limits import Limits
from graphbuilder.store.sets import Sets
from graphbuilder.store.work import Work
from graphbuilder.training.host import Host
from graphbuilder.training.processes import start_mark
from graphbuilder.understanding.looking import Wish, look
from tests.patience import PATIENCE

ME = "me"
HASH = "0" * 64


def pictures(each: int = 4) -> bytes:
    """A zip with two folders of small pictures."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for kind, colour in (("cats", (250, 10, 10)), ("dogs", (10, 10, 250))):
            for n in range(each):
                one = io.BytesIO()
                Image.new("RGB", (8, 8 + n), colour).save(one, "PNG")
                archive.writestr(f"{kind}/{n}.png", one.getvalue())
    return out.getvalue()


def kept(home: Path, content: bytes) -> str:
    with Coming(home) as coming:
        coming.write(content)
        return coming.keep()


def test_a_look_tells_how_a_file_is_read_and_what_a_network_is_fed(tmp_path: Path) -> None:
    path = tmp_path / "pets"
    path.write_bytes(pictures())
    said: list[str] = []
    found = look(path, "pets.zip", Wish(), title="Pets", hash=HASH, tell=lambda what, share: said.append(what))
    described = Description.model_validate(found["description"])
    assert (found["reader"], found["rows"], described.rows, described.main_class) == ("folders", 8, 8, "class")
    assert [(one.name, one.kind) for one in described.fields][-1] == ("class", "class")
    assert [one["label"] for one in found["pictures"]] == ["cats"] * 4 + ["dogs"] * 4
    assert found["head"]["names"][-1] == "class" and found["head"]["rows"][0][-1] == "cats"
    assert list(dict.fromkeys(said)) == [
        "Looking at how it is written", "Looking at each part", "Reading", "Finding out what is in it",
        "Looking for what is odd",
    ]  # fmt: skip


def test_a_series_says_which_rows_and_columns_are_in_no_window(tmp_path: Path) -> None:
    path, hours = tmp_path / "sea", [*range(100), *range(99, 199)]
    lines = [f"2020-01-{1 + n // 24:02d} {n % 24:02d}:00,{n * 7 % 50},{'wet' if n % 3 else 'dry'}" for n in hours]
    path.write_text("\n".join(["when,temp,weather", *lines]))
    found = look(path, "sea.csv", Wish(), title="Sea", hash=HASH)
    assert (found["fault"], found["window"]["length"]) == ("", 19)
    assert found["told"][-2:] == [
        "1 row has a time that is there already: left out.",
        "Windows hold numbers alone: 'weather' is not in them.",
    ]


def test_of_a_large_file_is_shown_what_is_in_it_before_what_is_odd(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, first = tmp_path / "pets", list[dict[str, Any]]()
    path.write_bytes(pictures())
    look(path, "pets.zip", Wish(), title="Pets", hash=HASH, first=lambda found: first.append({**found}))
    assert first == [], "a small one is looked at once"
    monkeypatch.setattr("graphbuilder.understanding.looking.FIRST_SECONDS", 0.0)
    all = look(path, "pets.zip", Wish(), title="Pets", hash=HASH, first=lambda found: first.append({**found}))
    assert first == [{**all, "facts": None}] and all["facts"]["findings"]


def test_what_a_person_said_holds(tmp_path: Path) -> None:
    path = tmp_path / "pets"
    path.write_bytes(pictures())
    wish = Wish.of({"options": {"size": [4, 6], "colour": "grey"}, "columns": {"class": {"role": "ignore"}}})
    found = look(path, "pets.zip", wish, title="Pets", hash=HASH)
    (field,) = found["description"]["fields"]
    assert (field["kind"], field["shape"], found["options"]["colour"]) == ("image", [4, 6, 1], "grey")
    with pytest.raises(DataError, match=r"^Size must be .*; received 'big'\.$"):
        look(path, "pets.zip", Wish(options={"size": "big"}), title="Pets", hash=HASH)


def test_D23_a_file_that_is_not_what_it_was_is_told_by_the_name_that_it_came_by(tmp_path: Path) -> None:
    told = b"size,kind\n" + b"".join(b"%d,%c\n" % (n, b"ab"[n % 2]) for n in range(30))
    hash = kept(tmp_path, told)
    found = look(path_of(tmp_path, hash), "sizes.csv", Wish(), title="Sizes", hash=hash)
    own = Own(Description.model_validate(found["description"]))
    assert len(own.arrays(tmp_path)["kind"]) == 30
    path_of(tmp_path, hash).write_bytes(told + b"1,2,3,4\n")
    with pytest.raises(DataError, match=r"^sizes\.csv, line 32 has 4 values") as refused:
        own.arrays(tmp_path)
    assert hash not in str(refused.value)
    path_of(tmp_path, hash).unlink()
    with pytest.raises(DataError, match=r"not here: sizes\.csv"):
        own.arrays(tmp_path)


def test_columns_that_leave_nothing_are_told_and_can_be_changed(tmp_path: Path) -> None:
    path = tmp_path / "pets"
    path.write_bytes(pictures())
    wish = Wish(columns={"class": {"type": "number"}})
    found = look(path, "pets.zip", wish, title="Pets", hash=HASH)
    assert found["description"] is None and "class" in found["fault"] and found["columns"] and found["head"]["rows"]


def test_a_file_that_is_refused_is_read_on_from_what_was_guessed(tmp_path: Path) -> None:
    """What stood in the way can be changed in the form: kind and options are those that were tried."""
    from graphbuilder.training.jobs import KINDS

    lines = b"a;b\n" + b"1,5;2\n" * 30 + b"1,5;2;3;4\n" + b"1,5;2\n" * 30
    jobs, sets = Work(tmp_path), Sets(tmp_path)
    id = sets.add(ME, "wrong.csv", hash=kept(tmp_path, lines), bytes=len(lines))
    job = jobs.ask(ME, "look", {"kind": "look", "set": id})
    sets.looks(ME, id, job)
    jobs.take_up(Limits(running=1))
    with pytest.raises(DataError):
        KINDS["look"](jobs, job, {"set": id, "memory": 10**9})
    assert sets.one(ME, id).state == "failed"
    wish = sets.wish(ME, id)
    assert (wish["reader"], wish["options"]["separator"], wish["options"]["decimal"]) == ("delimited", ";", ",")


def test_looks_go_on_while_the_host_loads_and_where_there_is_no_keras(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("keras", "tensorflow"):
        (tmp_path / f"{name}.py").write_text("raise ImportError('a look needs none')")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}")
    sets, jobs = Sets(tmp_path / "home"), Work(tmp_path / "home")
    ids = []
    for name, content in (("pets.zip", pictures()), ("none.zip", b"PK\x03\x04 cut off")):
        id = sets.add(ME, name, hash=kept(sets.home, content), bytes=len(content))
        sets.looks(ME, id, jobs.ask(ME, "look", {"kind": "look", "set": id}))
        ids.append(id)
    host = Host(sets.home)
    with host.looking_meanwhile():
        until = time.monotonic() + PATIENCE
        while any(sets.one(ME, id).state == "looking" for id in ids) and time.monotonic() < until:
            time.sleep(0.02)
    good, bad = (sets.one(ME, id) for id in ids)
    assert (good.state, good.reader, good.rows) == ("ready", "folders", 8)
    assert (sets.found(ME, good.id) or {})["description"]["title"] == "pets"
    assert (bad.state, bad.rows) == ("failed", None) and bad.reason.startswith("none.zip ")
    assert path_of(sets.home, bad.hash).is_file(), "it stays, to be looked at in another way"
    while host.children and time.monotonic() < until:
        host.reap()
    assert [jobs.job(ME, one.job).state for one in (good, bad)] == ["finished", "failed"]


def going(home: Path) -> tuple[Host, Sets, str, "subprocess.Popen[bytes]"]:
    """A look that never comes to its end."""
    host, sets = Host(home), Sets(home)
    content = pictures()
    id = sets.add(ME, "pets.zip", hash=kept(home, content), bytes=len(content))
    sets.looks(ME, id, host.jobs.ask(ME, "look", {"kind": "look", "set": id}))
    job = host.jobs.take_up(host.limits)
    assert job and job.kind == "look"
    process = subprocess.Popen(["sleep", "60"], start_new_session=True)
    host.jobs.has_process(job.id, process.pid, start_mark(process.pid) or "")
    host.jobs.runs_now(job.id)
    host.children[process.pid] = job.id
    return host, sets, id, process


def test_a_look_that_is_cancelled_is_ended_at_once(tmp_path: Path) -> None:
    host, sets, id, _ = going(tmp_path)
    assert len(host.look()) == 1
    host.jobs.stop(ME, sets.one(ME, id).job)
    until = time.monotonic() + PATIENCE
    while host.look() and time.monotonic() < until:
        time.sleep(0.01)
    told = sets.one(ME, id)
    assert (told.state, told.reason, host.children) == ("failed", "You stopped the look at it.", {})


def test_a_look_that_takes_too_long_is_ended_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host, sets, id, process = going(tmp_path)
    monkeypatch.setattr("graphbuilder.training.host.age", lambda pid: 301.0)
    host.look()
    assert sets.one(ME, id).reason == "The file takes longer than the 300 s that a look may take."
    assert process.wait(5) < 0
