"""Lessons on the start page and on the pages of help: one press opens a prepared network with its words."""

from collections.abc import Callable

from app import state
from graphbuilder.editing import set_training
from graphbuilder.prepared import lessons
from tests.app.conftest import ME, Screen

BY_NAME = {lesson.name: lesson for lesson in lessons()}


def test_a_topic_opens_its_lesson_with_what_to_do(page: Screen) -> None:
    page.at.query_params["topic"] = "idea.backpropagation"
    page.go("help").at.button(key="lesson:chain_rule").click().run()
    lesson = BY_NAME["chain_rule"]
    assert page.settled().document == lesson.document
    assert page.at.session_state["chain"] is True
    assert all(words in page.text for words in (lesson.about, *lesson.steps, lesson.see))
    (link,) = [link for link in page.at.get("page_link") if link.label == "Backpropagation"]
    assert "topic=idea.backpropagation" in link.proto.query_string


def test_the_start_page_lists_all_lessons_and_opens_what_was_left_as_it_was(screen: Callable[[], Screen]) -> None:
    page = screen().open_projects()
    assert {f"lesson:{name}" for name in BY_NAME} <= {button.key for button in page.at.button}
    page.at.button(key="lesson:initial_weights").click().run()
    first = page.settled().project
    assert state.store().project(ME, first).document == BY_NAME["initial_weights"].document
    page.go("projects").at.button(key="lesson:initial_weights").click().run()
    assert page.settled().project == first, "it is as it was prepared"
    state.store().edit(ME, first, lambda document: set_training(document, "epochs", 3), "epochs")
    page.go("projects").at.button(key="lesson:initial_weights").click().run()
    assert page.settled().project != first, "what was changed stays, and there is a fresh one"
