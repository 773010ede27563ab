"""What is seen inside a node, in its form."""

from typing import Any

from tests.app.conftest import Screen
from tests.app.test_training import train


def inside(page: Screen, node: str) -> dict[str, Any] | None:
    """What the view of the inside was told; None where there is none."""
    page.at.session_state["node_inside"] = True
    page.select(node).settled()
    return next((told for told in page._components().values() if "views" in told), None)


def test_before_the_first_training_the_form_says_what_to_do(page: Screen) -> None:
    assert inside(page, "n3") is None and "Train this network first" in page.text


def test_each_node_shows_what_it_has_of_the_run_that_is_shown(page: Screen) -> None:
    job = train(page)
    told = inside(page, "n3")
    assert told and told["path"] == f"/api/runs/{job.id}/questions" and told["node"] == "n3"
    assert told["views"] == ["maps", "weights", "top"] and told["sums"] and told["note"] == ""
    pooling = inside(page, "n4")
    assert pooling and pooling["views"] == ["maps", "top"] and pooling["sums"]
    assert inside(page, "n10") is None, "a Loss has nothing inside"


def test_of_a_node_that_changed_since_the_view_says_whose_it_is(page: Screen) -> None:
    train(page)
    page.select("n3").enter("node", "filters", 7)
    told = inside(page, "n3")
    assert told and told["note"].startswith("As the node was in ")
    page.send({"op": "add", "id": "new", "kind": "Input", "x": 0, "y": 0, "n": 2001}).settled()
    assert inside(page, "new") is None and "had no such node" in page.text
