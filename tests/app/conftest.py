"""The screen without a browser: Streamlit's AppTest, with a canvas that answers."""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import previews, state
from app.shares import Shares
from app.state import canvas
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
        self.at = AppTest.from_file(MAIN, default_timeout=60)
        self.chosen: tuple[Any, ...] = ()
        self.numbers = itertools.count(1001)

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
    def linked(self) -> str:
        """The network that the address carries."""
        return "".join(self.at.query_params.get("play", ""))

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
        return next(told for told in self._components().values() if "levels" in told)

    def _components(self) -> dict[str, dict[str, Any]]:
        """What our components were told, by their ids."""
        return {one.proto.id: json.loads(one.proto.json) for one in self.at.get("bidi_component")}

    @property
    def shown_nodes(self) -> list[str]:
        return [node["id"] for node in self.canvas["levels"][""]["nodes"]]

    def send(self, *ops: Any, selected: Any = None, **more: Any) -> "Screen":
        self.chosen = self.chosen if selected is None else tuple(selected)
        sync = {"epoch": self.project, "client": "page", "ops": list(ops), "sel": list(self.chosen), **more}
        return self.send_raw(sync)

    def send_raw(self, sync: Any) -> "Screen":
        states = self.at._tree.get_widget_states()
        told = states.widgets.add()
        told.id = next(id for id, data in self._components().items() if "levels" in data)
        told.json_value = json.dumps({"sync": sync})
        self.at = self.at._run(states)
        return self

    def select(self, *nodes: str) -> "Screen":
        return self.send(selected=nodes)

    # The forms, whose fields are drawn by a component too

    def form(self, key: str) -> dict[str, dict[str, Any]]:
        """The fields of a form by name, those of the split behind "split."."""
        told = next(told for told in self._views("form") if told["form"]["key"].split(":")[0] == key)
        fields = [field for group in told["form"]["groups"] for field in group["fields"]]
        return {("split." if field["target"]["of"] == "split" else "") + field["name"]: field for field in fields}

    def value(self, form: str, name: str) -> Any:
        return self.form(form)[name]["value"]

    def enter(self, form: str, name: str, value: Any) -> "Screen":
        """What the browser sends when a person enters a value into a field."""
        return self.enter_all(form, {name: value})

    def enter_all(self, form: str, values: Mapping[str, Any]) -> "Screen":
        """The same of several fields, each an edit of its own, before the server has answered."""
        fields = self.form(form)
        return self.send(
            *(
                {
                    "op": "set",
                    **fields[name]["target"],
                    "name": fields[name]["name"],
                    "value": value,
                    "n": next(self.numbers),
                }
                for name, value in values.items()
            )
        )

    def step(self, name: str) -> "Screen":
        """Undo or redo by its button."""
        return self.send({"op": name, "n": next(self.numbers)})

    def panel(self, name: str, size: str | None = None) -> "Screen":
        """Turns to a panel, perhaps with another room for it."""
        return self.send(panel={"to": name, "n": next(self.numbers), "size": size}).settled()

    def _views(self, view: str) -> list[dict[str, Any]]:
        return [told for told in self._components().values() if told.get("view") == view]

    @property
    def open_panel(self) -> str:
        (told,) = self._views("rooms")
        return str(told["panel"])

    @property
    def dock_size(self) -> str:
        (told,) = self._views("rooms")
        return str(told["size"])

    @property
    def history(self) -> tuple[str | None, str | None]:
        """What undo would take back, and what redo would do again."""
        (told,) = self._views("history")
        return told["undo"], told["redo"]

    @property
    def faults(self) -> list[str]:
        """Every fault that stands in a form or a list of faults."""
        forms = [told["form"] for told in self._views("form")]
        told = [fault for form in forms for fault in form["faults"]]
        told += [fault for form in forms for group in form["groups"] for f in group["fields"] for fault in f["faults"]]
        return [fault["text"] for fault in [*told, *(one for told in self._views("faults") for one in told["faults"])]]

    # What people read

    @property
    def text(self) -> str:
        """All text of the page, Markdown's backslashes and joiners left out."""
        at = self.at
        elements = [*at.title, *at.header, *at.subheader, *at.markdown, *at.caption, *at.error, *at.warning, *at.toast]
        said = [str(one.value) for one in elements] + [one.label for one in at.button] + self.faults
        said += [told["empty"] for told in self._views("faults")]
        said += [line["text"] for told in self._views("lines") for line in told["lines"]]
        return "\n".join(said).replace("\\", "").replace("\u2060", "")

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
    a_minute_later = itertools.count(0, 60).__next__  # whenever asked: nobody waits here for a share of the server
    monkeypatch.setattr(canvas, "SHARES", Shares(a_minute_later))
    for kept in (state.REPORTS, previews._asked):
        kept.clear()  # type: ignore[attr-defined]
    for cached in (state.store, state.jobs, state.stops, state.sets, engine):
        cached.cache_clear()
    yield Screen
    for cached in (engine, state.store, state.jobs, state.sets):
        if cached.cache_info().currsize:
            cached().close()
        cached.cache_clear()
    state.stops.cache_clear()


@pytest.fixture
def page(screen: Callable[[], Screen]) -> Screen:
    """A new visitor at the starter network."""
    return screen().open()
