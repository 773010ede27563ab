"""What cannot be drawn: a sentence and the ways out stand in its place, and the rest of the page is drawn."""

from typing import Any

import pytest

from app import state
from graphbuilder.document_file import read_document
from tests.app.conftest import ME, Screen

OUT = {"Undo the last change", "Download the project file"}


def offered(at: Any) -> list[set[str]]:
    """The ways out that stand on a page, for each part that could not be drawn."""
    labels = [*(one.label for one in at.button), *(one.proto.label for one in at.get("download_button"))]
    links = [one for one in at.get("page_link") if one.proto.label == "Go to your projects"]
    return [{label for label in labels if label in OUT}] * len(links)


def fail(*_: object, **__: object) -> None:
    raise OverflowError("int too large to convert to float")


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("app.components.canvas.news.cards", "The canvas could not be drawn"),
        ("app.views.workbench.inspector", "The form could not be drawn"),
        ("app.components.header.large", "This line could not be drawn"),
        ("app.components.training.training_form", "This panel could not be drawn"),
        ("app.state.opened.check", "This project could not be drawn"),
        ("app.state.whose.Store.project", "This page could not be drawn"),
    ],
)
def test_what_cannot_be_drawn_offers_undo_the_file_and_the_projects(
    page: Screen, monkeypatch: pytest.MonkeyPatch, broken: str, told: str
) -> None:
    page.enter("name", "name", "Later").settled()
    with monkeypatch.context() as broke:
        broke.setattr(broken, fail)
        state.REPORTS.clear()
        page.at.run()
        page.settled()
        assert [one.value.split(" (incident")[0] for one in page.at.error] == [told]
        assert offered(page.at) == [OUT]
        next(one for one in page.at.button if one.label == "Undo the last change").click().run()
    page.at.run()
    assert page.document.name == "LeNet on digits" and not page.at.error
    assert "levels" in page.canvas


def test_a_panel_that_cannot_be_drawn_leaves_the_others(page: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.components.dock.summary", fail)
    page.panel("Summary")
    assert len(page.at.error) == 1 and "levels" in page.canvas and page.form("name")
    page.panel("Data")
    assert not page.at.error


@pytest.mark.parametrize("view", ["export", "projects", "help"])
def test_every_page_that_cannot_be_drawn_offers_a_way_out(
    page: Screen, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    broken = {"export": "_offer", "projects": "_gallery", "help": "_tell"}[view]
    monkeypatch.setattr(f"app.views.{view}.{broken}", fail)
    page.go(view).settled()
    assert [one.value.split(" (incident")[0] for one in page.at.error] == ["This page could not be drawn"]
    assert offered(page.at) == [OUT]


def test_an_edit_that_fails_by_our_fault_is_refused_and_not_sent_again(
    page: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr("app.edits.editing.move", fail)
    page.send({"op": "move", "at": {"n1": [0, 0]}, "n": 1}).settled()
    assert "This could not be done, by a fault of this program; nothing was changed." in page.text
    assert page.canvas["acks"] == {"page": 1}


def test_the_file_of_a_project_that_cannot_be_read_is_its_own(page: Screen) -> None:
    kept = state.store().unread(ME, page.project)
    assert read_document(kept.file) == page.document and (kept.name, kept.undo) == ("LeNet on digits", False)
