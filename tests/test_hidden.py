"""The hidden layers of the playground's network: more and fewer of them by one edit."""

import pytest

from graphbuilder import editing
from graphbuilder.checks import check
from graphbuilder.document import Document
from graphbuilder.hidden import hidden, set_hidden_layers
from graphbuilder.refusals import EditError
from graphbuilder.templates import template

PLAYGROUND = template("playground")


def row(document: Document) -> list[tuple[str, float]]:
    """The nodes from left to right, and where each stands."""
    return sorted(((node.label, node.position[0]) for node in document.nodes), key=lambda one: one[1])


def test_another_layer_is_like_the_last() -> None:
    wider = editing.set_parameter(PLAYGROUND, "n3", "units", 5)
    deeper = set_hidden_layers(wider, 3)
    assert [(node.params["units"], node.params["activation"]) for node in hidden(deeper)] == [
        (8, "tanh"), (5, "tanh"), (5, "tanh")
    ]  # fmt: skip
    assert set_hidden_layers(deeper, 2) == wider


def test_a_long_chain_stands_in_rows_and_in_one_again_when_it_is_short() -> None:
    deeper = set_hidden_layers(PLAYGROUND, 5)
    assert {node.label: node.position for node in deeper.nodes} == {
        "point": (0, 0), "hidden 1": (260, 0), "hidden 2": (520, 0), "hidden 3": (780, 0),
        "hidden 4": (0, 200), "hidden 5": (260, 200), "score": (520, 200), "color": (780, 200),
    }  # fmt: skip
    assert set_hidden_layers(deeper, 2) == PLAYGROUND


def test_where_somebody_moved_a_node_the_others_stay_and_what_is_behind_makes_room() -> None:
    moved = editing.move(PLAYGROUND, {"n1": (0, 40)})
    assert row(set_hidden_layers(moved, 3)) == [
        ("point", 0), ("hidden 1", 260), ("hidden 2", 520), ("hidden 3", 780), ("score", 1040), ("color", 1300)
    ]  # fmt: skip


@pytest.mark.parametrize("count", range(7))
def test_a_network_of_any_depth_can_be_trained_and_becomes_any_other(count: int) -> None:
    document = set_hidden_layers(PLAYGROUND, count)
    assert len(hidden(document)) == count
    assert check(document).against_training == ()
    assert check(set_hidden_layers(document, 6 - count)).against_training == ()
    assert len({node.position for node in document.nodes}) == count + 3


@pytest.mark.parametrize("count", [-1, 7, 1.5, "two", None])
def test_no_other_number_is_taken(count: object) -> None:
    with pytest.raises(EditError, match="hidden layers"):
        set_hidden_layers(PLAYGROUND, count)


def test_without_a_wire_to_stand_in_there_is_no_place_for_one() -> None:
    loose = editing.disconnect(PLAYGROUND, [wire for wire in PLAYGROUND.wires if wire.source == "n3"])
    with pytest.raises(EditError):
        set_hidden_layers(loose, 3)
