"""What a screen shows of the inside of a block, and edits that are made there."""

from typing import Any

import pytest

from app.components.canvas import news
from app.edits import numbered
from graphbuilder import editing, grouping
from graphbuilder.cards import block_in_figures, cards, findings
from graphbuilder.checks import check
from graphbuilder.document import Document, Wire
from graphbuilder.document_file import read_document, write_document
from graphbuilder.forms import node_form
from graphbuilder.levels import level, uses_of, way_of_change
from graphbuilder.refusals import EditError
from tests.networks import graph, node, wire


def two_uses() -> Document:
    """A block of a Linear of three units, with another block in it, used on four and on six values."""
    nodes = [node("a", "Input", shape=[4]), node("b", "Input", shape=[6])]
    nodes += [node("d", "Dense", units=3), node("e", "Dense", units=3)]
    document = graph(nodes, [wire("a", "d"), wire("d", "e")], data="")
    document = grouping.group(document, ["d", "e"], "outer", "u", "Outer")
    document = grouping.inside(document, "outer", lambda view: grouping.group(view, ["e"], "inner", "w", "Inner"))
    document = grouping.use(document, "v", "outer", (0, 400))
    return editing.connect(document, grouping.Wire(source="b", target="v", target_port="in"))


def worked(document: Document, *ops: dict[str, Any]) -> tuple[Document, list[str]]:
    """The document after edits as the browser tells them, and what the history calls them."""
    words = []
    for _, edit in numbered({"ops": [{**op, "n": n} for n, op in enumerate(ops, 1)]}):
        document, label = edit.change(document)
        words.append(label)
    return document, words


def test_inside_a_block_shapes_and_counts_are_those_of_the_use_one_came_from() -> None:
    report = check(two_uses())
    first, second = cards(level(report, "u")), cards(level(report, "v"))
    assert [first[id]["shape"] for id in ("in", "d", "w", "out")] == ["4", "3", "3", "3"]
    assert (first["d"]["parameters"], second["d"]["parameters"]) == ("15 params", "21 params")
    assert second["in"]["shape"] == "6"
    assert cards(level(report, "v/w"))["in"]["shape"] == "3"


def test_a_block_is_told_in_figures_as_at_the_use_one_came_from() -> None:
    report = check(editing.set_parameter(two_uses(), "v", "repeat", 1))
    first, second = level(report, "u"), level(report, "v")
    assert [first.title, level(report, "").title] == ["Outer", "Network"]
    assert [block_in_figures(one)["parameters"] for one in (first, second)] == ["27", "33"]
    assert (block_in_figures(first)["operators"], block_in_figures(first)["used"]) == ("2", "2 times")


def test_a_way_is_followed_as_far_as_it_leads() -> None:
    report = check(two_uses())
    assert [level(report, way).way for way in ("u/w", "u/w/e", "u/gone/w", "gone", "")] == ["u/w", "u/w", "u", "", ""]


def test_a_repeated_block_shows_its_first_time() -> None:
    document = editing.set_parameter(two_uses(), "u", "repeat", 2)
    assert cards(level(check(document), "u"))["d"]["parameters"] == "15 params"
    assert cards(level(check(document), "u"))["d"]["probed"] == "u/1/d"


def test_one_parameter_is_one() -> None:
    document = graph([node("x", "Input", shape=[1]), node("a", "Dense", units=1, use_bias=False)], [wire("x", "a")])
    assert cards(level(check(document), ""))["a"]["parameters"] == "1 param"


def test_a_fault_within_marks_the_uses_on_the_way_and_its_node() -> None:
    document = grouping.inside(two_uses(), "inner", lambda view: editing.set_parameter(view, "e", "units", 0))
    report = check(document)
    outside, at, within = (cards(level(report, way)) for way in ("", "u", "u/w"))
    assert (outside["u"]["fault"]["within"], outside["v"]["fault"]["within"]) == ("u/w/e", "v/w/e")
    assert outside["u"]["fault"]["text"].startswith("Linear 'e' in Block 'inner' in Block 'outer': units must be")
    assert (at["w"]["fault"]["within"], "within" in within["e"]["fault"]) == ("u/w/e", False)
    assert {place for found in findings(report) for place in found["nodes"]} == {"u/w/e", "v/w/e"}
    form = node_form(level(report, "u/w"), ["e"])
    units = next(field for field in form["groups"][0]["fields"] if field["name"] == "units")
    assert (form["key"], units["target"], len(units["faults"])) == (
        "node:u/w/e",
        {"of": "node", "ids": ["e"], "where": "inner"},
        1,
    )
    assert [len(node_form(level(report, ""), ["u"])["faults"])] == [1]


def test_of_a_use_the_values_that_it_gives_last_are_looked_at() -> None:
    report = check(editing.set_parameter(two_uses(), "u", "repeat", 1))
    outside = cards(level(report, ""))
    assert (outside["u"]["probed"], "probed" in outside["a"]) == ("u/w/e", False)
    assert [cards(level(report, "u"))[id]["probed"] for id in ("in", "d", "w", "out")] == ["a", "u/d", "u/w/e", "u/w/e"]


def test_an_edit_within_a_block_changes_every_use_and_the_history_says_where() -> None:
    ops = [
        {"op": "set", "of": "node", "ids": ["d"], "name": "units", "value": 9, "where": "outer"},
        {"op": "add", "id": "x", "kind": "Dense", "x": 0, "y": 0, "where": "outer",
         "wire": {"from": "d", "from_port": "out", "to": "w", "to_port": "in"}},
        {"op": "delete", "nodes": ["x"], "wires": [], "heal": True, "where": "outer"},
    ]  # fmt: skip
    document, words = worked(two_uses(), *ops)
    assert [cards(level(check(document), way))["d"]["shape"] for way in ("u", "v")] == ["9", "9"]
    assert words == ["units of Linear 'd' in Outer", "add Linear in Outer", "delete Linear 'dense' in Outer"]


@pytest.mark.parametrize(
    ("op", "why"),
    [
        ({"op": "add", "id": "x", "kind": "Input", "where": "outer"}, "belongs outside of blocks"),
        ({"op": "add", "id": "x", "kind": "BlockInput"}, "belongs into a block"),
        ({"op": "add", "id": "x", "kind": "Block", "uses": "outer", "where": "inner"}, "cannot stand within itself"),
        ({"op": "add", "id": "x", "kind": "Block", "uses": "gone"}, "not there any more"),
        ({"op": "add", "id": "x y", "kind": "Block", "uses": "outer"}, "reload the page"),
        ({"op": "group", "nodes": ["in", "d"], "block": "n", "use": "m", "where": "outer"}, "belongs to its block"),
        ({"op": "copy", "source": "", "where": "inner", "copies": {"u": "x"}, "dx": 0, "dy": 0}, "within itself"),
        ({"op": "copy", "source": "", "where": "inner", "copies": {"a": "x"}, "dx": 0, "dy": 0}, "outside of blocks"),
        ({"op": "drop", "block": "inner"}, "is used still"),
        ({"op": "delete", "nodes": ["d"], "where": "gone"}, "not there any more"),
        ({"op": "delete", "nodes": ["d"], "where": ["outer"]}, "reload the page"),
    ],
)
def test_what_cannot_be_within_is_refused_in_words(op: dict[str, Any], why: str) -> None:
    with pytest.raises(EditError, match=why):
        worked(two_uses(), {"x": 0, "y": 0, **op})


def test_copied_from_one_level_into_another_what_may_be_there_is_there_with_its_wires() -> None:
    op = {"op": "copy", "source": "outer", "copies": {"in": "c1", "d": "c2", "w": "c3"}, "dx": 0, "dy": 900}
    document, words = worked(two_uses(), op)
    assert {one.id for one in document.nodes} == {"a", "b", "u", "v", "c2", "c3"}
    assert [(one.source, one.target) for one in document.wires if one.source == "c2"] == [("c2", "c3")]
    assert (uses_of(document), words) == ({"outer": 2, "inner": 2}, ["copy 3 nodes"])


def test_a_use_that_is_made_unique_has_a_block_of_its_own() -> None:
    document, _ = worked(two_uses(), {"op": "unique", "id": "v", "block": "own"})
    document, _ = worked(document, {"op": "delete", "nodes": ["w"], "wires": [], "heal": True, "where": "own"})
    assert [(block.name, len(block.nodes)) for block in document.blocks] == [("Outer", 4), ("Inner", 3), ("Outer 2", 3)]
    assert uses_of(document) == {"outer": 1, "inner": 1, "own": 1}


def test_a_block_dissolved_in_a_block_goes_with_its_last_use_and_others_stay() -> None:
    document, _ = worked(two_uses(), {"op": "ungroup", "id": "w", "where": "outer"})
    assert ([block.id for block in document.blocks], check(document).errors) == (["outer"], ())
    document, _ = worked(document, {"op": "ungroup", "id": "u"})
    assert [block.id for block in document.blocks] == ["outer"]
    document, _ = worked(document, {"op": "ungroup", "id": "v"})
    assert document.blocks == ()
    labels = [one.label for one in document.nodes]
    assert len({*labels}) == len(labels)


def test_however_often_nodes_are_grouped_and_taken_out_again_their_ids_can_be_read() -> None:
    document, id = two_uses(), "u"
    for n in range(15):
        document = grouping.ungroup(grouping.group(document, [id], f"b{n}", f"use{n}", ""), f"use{n}")
        (id,) = {one.id for one in document.nodes} - {"a", "b", "v"}
    assert read_document(write_document(document)).node(id).kind == "Block"


def test_several_ports_are_called_by_what_comes_and_goes_there() -> None:
    nodes = [node("i", "Input", shape=[4]), node("j", "Input", shape=[4]), node("p", "Dense"), node("q", "Add")]
    nodes += [node("r", "Add"), node("s", "Add")]
    wires = [wire("i", "p"), wire("p", "q"), wire("j", "q"), wire("i", "q"), wire("q", "s"), wire("p", "r")]
    document = grouping.group(graph(nodes, [*wires, wire("i", "r"), wire("q", "r")], data=""), ["p", "q"], "b", "u", "")
    ((_, user),) = [(one["id"], one) for one in news.whole(level(check(document), ""))["levels"][""]["nodes"]
                    if one["kind"] == "Block"]  # fmt: skip
    assert [port["title"] for port in user["ports"]["inputs"]] == ["i", "j"]
    assert [port["title"] for port in user["ports"]["outputs"]] == ["p", "q"]


def test_after_a_step_back_the_level_is_told_that_the_change_was_in() -> None:
    before = two_uses()
    within, _ = worked(before, {"op": "move", "at": {"e": [9, 9]}, "where": "inner"})
    assert [way_of_change(before, within, way) for way in ("", "u", "u/w", "v/w")] == ["u/w", "u/w", None, None]
    outside, _ = worked(before, {"op": "move", "at": {"a": [9, 9]}})
    assert [way_of_change(before, outside, way) for way in ("", "u/w")] == [None, ""]
    assert way_of_change(before, editing.rename(before, "x"), "u") is None


def test_what_changes_in_one_block_is_told_alone() -> None:
    before = check(two_uses())
    moved, _ = worked(before.document, {"op": "move", "at": {"e": [9, 9]}, "where": "inner"})
    told = news.since(3, level(before, "u"), level(check(moved), "u/w"))
    assert (told["of"], list(told["changes"]["levels"])) == ("u", ["inner"])
    assert [id for id, _ in told["changes"]["levels"]["inner"]["nodes"]["put"]] == ["e"]
    assert "d" in told["changes"]["notes"]["gone"]


def test_a_drawn_wire_stands_for_those_of_the_flat_graph() -> None:
    document = editing.add(two_uses(), "g", "Dense", (0, 0))
    report = check(editing.connect(document, Wire(source="u", target="g", target_port="in", again=0)))

    def edges(way: str, source: str, target: str) -> list[str]:
        shown = level(report, way)
        drawn = next(one for one in shown.wires if (one.source, one.target) == (source, target))
        return sorted(f"{edge.source}>{edge.target}" for edge in shown.edges_of(drawn))

    assert edges("", "a", "u") == ["a>u/d"]
    assert edges("u", "in", "d") == ["a>u/d"]
    assert edges("u", "d", "w") == ["u/d>u/w/e"]
    assert edges("u/w", "e", "out") == edges("", "u", "g") == ["u/w/e>g"]
