"""What visitors read: no folder of the server in it, and no link that somebody made a name of."""

import json
import sqlite3
from typing import Any

import pytest

from app import state
from app.text import label, plain
from graphbuilder import carried
from graphbuilder.store import Unsaved
from graphbuilder.texts import without_folders
from tests.app.conftest import ME, Screen
from tests.app.test_training import ended, train


def sent(page: Screen) -> str:
    """All that the page was sent."""
    return "\n".join(str(getattr(one, "proto", "")) for one in page.at._tree)


def test_row_9_no_text_for_visitors_names_a_folder_of_the_server(page: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    home = str(state.store().home)
    told = []

    def look() -> None:
        page.at.run()
        told.append(sent(page) + page.text + str(page.at._tree))

    run = train(page)
    ended(page, run, "failed", f"OSError: [Errno 28] No space left on device: '{home}/runs/{run.id}/model.keras'")
    for panel in ("Runs", "Results", "Training"):
        page.panel(panel)
        look()
    told.append(str(state.jobs().news(ME, run.id, 0)))

    def fail(*_: object, **__: object) -> Any:
        raise OSError(28, "No space left on device", f"{home}/x")

    with monkeypatch.context() as broke:
        for broken in ("app.state.opened.check", "app.state.whose.Store.project", "app.components.header.large"):
            broke.setattr(broken, fail)
            state.REPORTS.clear()
            look()
    newer = state.store().path.with_name("newer")
    with sqlite3.connect(newer) as db:
        db.execute("PRAGMA user_version = 9999")
    newer.rename(state.store().path)
    for log in ("wal", "shm"):
        state.store().path.with_name(f"{state.store().path.name}-{log}").unlink()
    with pytest.raises(Unsaved, match="replaced") as refused, state.store().writing():
        pass
    told.append(str(refused.value))
    look()
    assert "No space left on device" in told[0] and "incident" in told[4]
    assert [home in text for text in told] == [False] * 9


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("[Errno 2] No such file: '/home/me/gb/runs/1/x.json'", "[Errno 2] No such file: 'x.json'"),
        ("see /tmp/a/b.py:3 and https://keras.io/api/x", "see b.py:3 and https://keras.io/api/x"),
        ("1/2/3 of 7/8", "1/2/3 of 7/8"),
        ("loss is 3 m/s/s, and/or none", "loss is 3 m/s/s, and/or none"),
    ],
)
def test_row_9_a_reason_keeps_the_last_part_of_a_path(text: str, left: str) -> None:
    assert without_folders(text) == left


@pytest.mark.parametrize(
    "name", ["https://evil.example", "see www.evil.example", "HTTP://a.b/c?d=e", "me@evil.example"]
)
def test_row_9_a_name_is_no_link(name: str) -> None:
    shown = plain(name).replace("\\", "")
    assert shown.replace("\u2060", "") == name
    assert not any(sign in shown.lower() for sign in ("://", "www.", "e@"))
    assert label(name).replace("\\", "") == name, "labels hold no links"


def test_row_9_names_are_no_links_in_what_is_taken_away(page: Screen) -> None:
    from graphbuilder.exports import EXPORTS, Subject

    name = "https://evil.example/[a](https://evil.example)<a href=x>"
    page.enter("name", "name", name).select("n8").enter("node", "label", name)
    subject = Subject(state.report(page.kept))
    notebook = json.loads(EXPORTS["notebook"].make(subject))
    assert carried.KEY in notebook.pop("metadata"), "the project's file, which nobody is shown"
    for text in (json.dumps(notebook).encode(), *(EXPORTS[form].make(subject) for form in ("python", "requirements"))):
        assert b"evil.example" not in text
    assert b"<a " not in EXPORTS["svg"].make(subject) and b"href" not in EXPORTS["svg"].make(subject).replace(
        b"&lt;a href", b""
    )
    dot = EXPORTS["dot"].make(subject)
    assert b"URL" not in b"".join(line for line in dot.splitlines() if not line.startswith(b"//graphbuilder "))
