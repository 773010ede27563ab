"""The screen without a browser: Streamlit's AppTest, with a canvas that answers."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import previews, state
from graphbuilder.document import Document
from graphbuilder.home import HOME_VARIABLE
from graphbuilder.store import Project
from graphbuilder.store.work import Work

MAIN = Path(__file__).parent.parent.parent / "app" / "main.py"
ME = "local"


@cache
def engine() -> Work:
    """What the training host and its processes would do, done by the test."""
    return Work(state.store().home)


class Screen:
    """One page of one visitor. `at` is what is on it after the last run."""

    def __init__(self) -> None:
        self.at = AppTest.from_file(MAIN, default_timeout=10)

    def open(self, project: str | None = None) -> "Screen":
        if project:
            self.at.query_params["project"] = project
        self.at.run()
        return self

    def open_projects(self) -> "Screen":
        self.at.run()
        return self.go("projects")

    def go(self, path: str) -> "Screen":
        """To another page, with the address' query as it is."""
        (self.at._page_hash,) = (
            hash for hash, page in self.at._registered_pages.items() if page.get("url_pathname") == path
        )
        self.at.run()
        return self

    @property
    def project(self) -> str:
        found = self.at.query_params["project"]
        return str(found if isinstance(found, str) else found[0])

    @property
    def kept(self) -> Project:
        return state.store().project(ME, self.project)

    @property
    def document(self) -> Document:
        return self.kept.document

    # The canvas: AppTest has no public way to speak for a component, so this one writes its state like the browser.

    @property
    def canvas(self) -> dict[str, Any]:
        """What the canvas was told to show."""
        told: dict[str, Any] = json.loads(self.at.get("bidi_component")[0].proto.json)
        return told

    @property
    def shown_nodes(self) -> list[str]:
        return [node["id"] for node in self.canvas["doc"]["nodes"]]

    def send(self, *ops: Any, selected: Any = (), **more: Any) -> "Screen":
        sync = {"epoch": self.project, "client": "page", "ops": list(ops), "sel": list(selected), **more}
        return self.send_raw(sync)

    def send_raw(self, sync: Any) -> "Screen":
        states = self.at._tree.get_widget_states()
        told = states.widgets.add()
        told.id = self.at.get("bidi_component")[0].proto.id
        told.json_value = json.dumps({"sync": sync})
        self.at = self.at._run(states)
        return self

    def select(self, *nodes: str) -> "Screen":
        return self.send(selected=nodes)

    # What people read

    @property
    def text(self) -> str:
        """All text of the page, Markdown's backslashes left out."""
        at = self.at
        elements = [*at.title, *at.header, *at.subheader, *at.markdown, *at.caption, *at.error, *at.warning, *at.toast]
        said = [str(one.value) for one in elements] + [one.label for one in at.button]
        return "\n".join(said).replace("\\", "")

    def settled(self) -> "Screen":
        """Nothing went wrong on the way here."""
        assert list(self.at.exception) == []
        return self


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Screen]]:
    """Makes pages of the one visitor of a server that was started by hand, over a new folder."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    monkeypatch.delenv(state.SERVED_VARIABLE, raising=False)
    monkeypatch.setattr("streamlit.runtime.context._get_client_context", lambda: None)
    for kept in (state._reports, previews._asked):
        kept.clear()  # type: ignore[attr-defined]
    for cached in (state.store, state.jobs, engine):
        cached.cache_clear()
    yield Screen
    for cached in (engine, state.store, state.jobs):
        cached().close()
        cached.cache_clear()


@pytest.fixture
def page(screen: Callable[[], Screen]) -> Screen:
    """A new visitor at the starter network."""
    return screen().open()
