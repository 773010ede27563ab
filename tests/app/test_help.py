"""The pages of help, and the ways that lead to them."""

from collections.abc import Callable

from graphbuilder.help import TOPICS, Topic
from graphbuilder.operators import OPERATORS
from tests.app.conftest import Screen

Opener = Callable[[], Screen]


def test_a_topic_of_every_group_has_its_page(page: Screen) -> None:
    """The first of each group and the last: those between are drawn by the same lines."""
    groups: dict[str, list[Topic]] = {}
    for topic in TOPICS.values():
        groups.setdefault(topic.group, []).append(topic)
    page.go("help")
    for topic in [topics[place] for topics in groups.values() for place in {0, len(topics) - 1}]:
        page.at.query_params["topic"] = topic.key
        page.at.run()
        text, lesson = page.settled().text, topic.lesson
        assert [title.value.split(" :gray")[0] for title in page.at.title] == [topic.title]
        assert lesson.when in text
        assert all(means in text and sentence in text for means, sentence in topic.examples)
        assert [info.value for info in page.at.info] == [lesson.point]
        images = [one.alt for image in page.at.get("image") for one in image.proto.imgs]
        assert images == ([lesson.picture.told] if lesson.picture else [])


def test_a_fault_leads_to_its_page(page: Screen) -> None:
    page.send({"op": "add", "id": "lone", "kind": "Dense", "x": 0, "y": 0, "n": 1}).panel("Faults")
    (told,) = [view["faults"] for view in page.settled()._views("faults")]
    assert {fault["help"] for fault in told} == {
        f"help?topic=fault.{one['code']}&project={page.project}" for one in told
    }
    assert told


def test_a_topic_that_there_is_not_shows_the_first(screen: Opener) -> None:
    page = screen()
    page.at.query_params["topic"] = "operator.Nothing"
    page.at.run()
    assert next(iter(TOPICS.values())).title in [title.value for title in page.go("help").settled().at.title]


def test_help_is_searched(page: Screen) -> None:
    page.go("help").at.text_input(key="help_query").set_value("overfitting").run()
    listed = [button.label for button in page.settled().at.button]
    assert "Dropout" in listed
    assert "Flatten" not in listed
    page.at.text_input(key="help_query").set_value("zebra").run()
    assert "Try a shorter word" in page.settled().text


def test_the_operators_are_listed_under_the_families_of_the_palette(page: Screen) -> None:
    families = list(dict.fromkeys(operator.family.title for operator in OPERATORS.values()))
    assert [caption.value for caption in page.go("help").at.caption if caption.value in families] == families
    page.at.text_input(key="help_query").set_value("convolution").run()
    assert not [caption.value for caption in page.settled().at.caption if caption.value in families]


def test_a_topic_leads_on_to_others(page: Screen) -> None:
    page.go("help").at.button(key="topic:idea.augmentation").click().run()
    assert "Not there yet." in page.settled().text
    page.at.button(key="see:idea.overfitting").click().run()
    assert page.settled().at.query_params["topic"] == "idea.overfitting"


def test_a_topic_is_chosen_from_the_list(page: Screen) -> None:
    page.go("help").at.button(key="topic:optimizer.Adam").click().run()
    assert page.settled().at.query_params["topic"] == "optimizer.Adam"
    assert "Momentum and a rate" in page.text


def test_the_inspector_tells_the_lesson_of_its_operator(page: Screen) -> None:
    page.select("n3")
    page.at.session_state["what"] = True
    page.at.run()
    assert "The point:" in page.settled().text
    assert "More in help" in [link.label for link in page.at.get("page_link")]


def test_help_opens_at_the_operator_of_the_selected_node(page: Screen) -> None:
    def topic() -> str | None:
        (link,) = [link for link in page.at.get("page_link") if link.label == "Help"]
        return dict(pair.split("=") for pair in link.proto.query_string.split("&")).get("topic")

    assert topic() is None
    page.select("n3").settled()
    assert topic() == "operator.Conv2D"
