"""A difference over the network that the canvas shows."""

from typing import Any

from graphbuilder import editing, grouping
from graphbuilder.difference import difference
from graphbuilder.document import Document
from graphbuilder.overlay import leads, overlay
from graphbuilder.templates import template

LENET = template("lenet")


def drawn(before: Document, after: Document, now: Document, level: str = "") -> dict[str, Any]:
    return overlay(before, after, difference(before, after), now)[level]


def with_dropout() -> Document:
    wire = next(one for one in LENET.wires if one.target == "n9")
    wider = editing.set_parameter(LENET, "n3", "filters", 32)
    return editing.insert(wider, "drop", "Dropout", (100.0, 100.0), wire)


def test_what_the_canvas_has_is_marked_and_what_it_has_not_is_a_ghost() -> None:
    told = drawn(LENET, with_dropout(), with_dropout())
    assert told["marks"] == {
        "n3": {"state": "changed", "words": "filters 16 → 32"}, "drop": {"state": "added", "words": "added"},
    }  # fmt: skip
    assert told["ghosts"] == []
    assert told["wires"] == [
        {"from": "n8", "to": "drop", "state": "added"}, {"from": "drop", "to": "n9", "state": "added"},
    ]  # fmt: skip
    back = drawn(with_dropout(), LENET, LENET)
    (ghost,) = back["ghosts"]
    assert (ghost["title"], ghost["state"]) == ("Dropout 'dropout'", "gone")
    assert {"from": "n8", "to": ghost["id"], "state": "gone"} in back["wires"]
    assert [one["state"] for one in back["wires"]] == ["gone", "gone"]


def test_two_others_are_drawn_over_a_third() -> None:
    now = editing.delete(LENET, ["n3"])
    told = drawn(LENET, with_dropout(), now)
    assert [(one["id"], one["state"]) for one in told["ghosts"]] == [("after n3", "changed"), ("after drop", "added")]
    assert told["marks"] == {}


def test_ghosts_lie_on_no_card_and_beside_their_neighbours() -> None:
    far = editing.move(with_dropout(), {one.id: (one.position[0] + 5000, one.position[1]) for one in LENET.nodes})
    (ghost,) = drawn(far, LENET, LENET)["ghosts"]
    cards = [one.position for one in LENET.nodes]
    assert not any(abs(ghost["x"] - x) < 220 and abs(ghost["y"] - y) < 120 for x, y in cards)
    assert abs(ghost["x"]) < 10_000


def test_what_is_in_a_block_is_drawn_in_the_block() -> None:
    document = template("residual_blocks")
    block = document.blocks[0]
    one = next(one for one in block.nodes if one.kind == "Conv2D")
    other = grouping.inside(document, block.id, lambda view: editing.set_parameter(view, one.id, "kernel_size", [5, 5]))
    told = overlay(document, other, difference(document, other), document)
    assert {at: level["marks"] for at, level in told.items()} == {
        block.id: {one.id: {"state": "changed", "words": "kernel size 3 × 3 → 5 × 5"}}
    }


def test_networks_that_are_cut_otherwise_are_marked_where_the_canvas_has_each_node() -> None:
    folded = grouping.group(LENET, ["n2", "n3", "n4"], "block", "use", "Features")
    changed = grouping.inside(folded, "block", lambda view: editing.set_parameter(view, "n3", "filters", 7))
    mark = {"n3": {"state": "changed", "words": "filters 16 → 7"}}
    for now, at in ((changed, "block"), (LENET, "")):
        found = difference(LENET, changed)
        told = overlay(LENET, changed, found, now)
        assert {block: level["marks"] for block, level in told.items()} == {at: mark}
        assert leads(LENET, changed, found, now) == ["use/n3" if at else "n3"]


def test_the_ghost_of_what_a_block_lacks_stands_in_the_block() -> None:
    folded = grouping.group(LENET, ["n2", "n3", "n4"], "block", "use", "Features")
    less = grouping.inside(folded, "block", lambda view: editing.delete(view, ["n3"], heal=True))
    found = difference(LENET, less)
    told = overlay(LENET, less, found, less)
    assert [ghost["title"] for ghost in told["block"]["ghosts"]] == ["Convolution 'c1'"]
    (place,) = leads(LENET, less, found, less)
    assert place in ("use/n2", "use/n4"), "the nearest that is there"


def test_each_line_leads_to_its_node_and_settings_to_none() -> None:
    after = editing.set_training(with_dropout(), "epochs", 7)
    assert leads(LENET, after, difference(LENET, after), after) == ["n3", "drop", ""]
    assert leads(after, LENET, difference(after, LENET), LENET) == ["n3", "n9", ""]
