"""Blocks, shared and frozen weights: in the document, in edits, in checks."""

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphbuilder import editing, grouping
from graphbuilder.cards import cards
from graphbuilder.checks import check
from graphbuilder.codegen import to_python
from graphbuilder.document import Document, Wire
from graphbuilder.document_file import read_document, write_document
from graphbuilder.levels import level
from graphbuilder.pictures import to_dot, to_svg
from graphbuilder.plan import code_plan
from graphbuilder.problems import DocumentError
from graphbuilder.refusals import EditError
from graphbuilder.templates import template, template_names
from tests.networks import graph, node, raw, wire

BLOCK = ("n4", "n5", "n6", "n7", "n8", "n9", "n10")


def residual() -> Document:
    return grouping.group(template("residual_network"), BLOCK, "b1", "u1", "Residual block")


def chain_of(*units: int) -> Document:
    nodes = [node("in", "Input", shape=[4]), *(node(f"d{n}", "Dense", units=count) for n, count in enumerate(units))]
    ids = [one["id"] for one in nodes]
    return graph(nodes, [wire(*pair) for pair in pairwise(ids)], data="")


def told(document: Document) -> list[str]:
    return [f"{found.code} {found.text}" for found in check(document).errors]


def test_a_block_counts_what_is_in_it_and_looks_like_one_node() -> None:
    plain, grouped = check(template("residual_network")), check(residual())
    for name in ("parameters", "multiply_adds", "memory"):
        assert getattr(grouped, name) == getattr(plain, name)
    card = cards(level(grouped, ""))["u1"]
    assert (card["title"], card["line"], card["shape"]) == ("Residual block", "7 operators", "8 × 8 × 16")
    assert len(cards(level(grouped, ""))) == len(grouped.document.nodes)
    assert "Residual block" in to_svg(grouped, in_detail=True)
    assert 'label="8 × 8 × 16"' in to_dot(grouped)


def test_repeated_it_counts_as_often_and_with_one_set_of_weights_once() -> None:
    once = check(residual())
    within = sum(facts.parameters for id, facts in once.facts.items() if "/" in id)
    three = editing.set_parameter(residual(), "u1", "repeat", 3)
    assert check(three).parameters == once.parameters + 2 * within
    shared = check(editing.set_parameter(three, "u1", "shared", True))
    assert shared.parameters == once.parameters
    assert shared.multiply_adds == check(three).multiply_adds


def test_of_a_frozen_block_nothing_is_trained() -> None:
    report = check(editing.freeze(residual(), ["u1"], True))
    assert report.parameters == check(residual()).parameters
    assert all(facts.counts.trainable == 0 for id, facts in report.facts.items() if "/" in id)


def test_a_file_with_blocks_has_version_2_and_any_other_stays_as_it_was() -> None:
    document = editing.freeze(editing.set_parameter(residual(), "u1", "repeat", 2), ["n3"], True)
    written = write_document(document)
    assert json.loads(written)["version"] == 2
    assert write_document(read_document(written)) == written
    assert json.loads(write_document(template("lenet")))["version"] == 1
    assert "shares" not in write_document(template("lenet"))


@pytest.mark.parametrize("name", template_names())
def test_nodes_made_a_block_and_taken_out_again_are_the_same_network(name: str) -> None:
    plain = template(name)
    inner = [one.id for one in plain.nodes if one.kind not in ("Input", "Loss")]
    grouped = grouping.group(plain, inner, "b1", "u1", "All of it")
    again = grouping.ungroup(grouped, "u1")
    assert (len(again.nodes), len(again.wires), again.blocks) == (len(plain.nodes), len(plain.wires), plain.blocks)
    before, after = check(plain), check(again)
    assert [(one.kind, dict(one.params)) for one in sorted(again.nodes, key=lambda n: n.label)] == [
        (one.kind, dict(one.params)) for one in sorted(plain.nodes, key=lambda n: n.label)
    ]
    assert (after.parameters, after.multiply_adds) == (before.parameters, before.multiply_adds)
    assert [found.code for found in after.diagnostics] == [found.code for found in before.diagnostics]


@given(st.sets(st.integers(0, 5), min_size=1), st.integers(1, 4), st.booleans())
def test_whatever_is_grouped_is_told_of_printed_and_read_back(places: set[int], repeat: int, shared: bool) -> None:
    document = chain_of(4, 4, 4, 4, 4, 4)
    try:
        grouped = grouping.group(document, [f"d{place}" for place in places], "b", "u", "")
    except EditError as refused:
        assert refused.code == "circle of a block"
        return
    grouped = editing.set_parameter(editing.set_parameter(grouped, "u", "repeat", repeat), "u", "shared", shared)
    report = check(grouped)
    assert not report.errors
    assert report.parameters == 20 * (6 + len(places) * (0 if shared else repeat - 1))
    compile(to_python(code_plan(report)), "printed", "exec")
    assert read_document(write_document(grouped)) == read_document(
        write_document(read_document(write_document(grouped)))
    )


def test_of_a_block_with_a_fault_every_use_tells_and_no_time_of_one_use_again() -> None:
    document = editing.set_parameter(grouping.group(chain_of(4, 4), ["d1"], "b", "u", "Part"), "u", "repeat", 5)
    document = grouping.inside(document, "b", lambda view: editing.set_parameter(view, "d1", "units", 0))
    assert told(document) == ["E_BOUNDS Linear 'd1' in Block 'part': units must be at least 1; received 0."]
    assert cards(level(check(document), ""))["u"]["fault"]["code"] == "E_BOUNDS"


def test_a_shape_that_does_not_fit_is_told_at_the_use_and_inside() -> None:
    document = grouping.group(
        graph(
            [node("in", "Input", shape=[8]), node("c", "Conv2D"), node("f", "Flatten")],
            [wire("in", "c"), wire("c", "f")], data="",
        ),
        ["c"], "b", "u", "Part",
    )  # fmt: skip
    (found,) = check(document).errors
    assert found.message.startswith("Convolution 'c' in Block 'part' needs an image")
    assert found.nodes[0] == "u/c"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda raw: raw["nodes"][1]["params"].update(block="gone"), "uses a block that is not there."),
        (
            lambda raw: raw["blocks"][0]["nodes"].append(
                {"id": "again", "kind": "Block", "label": "again", "params": {"block": "b"}}
            ),
            "uses 'Part', which uses itself.",
        ),
        (
            lambda raw: raw["blocks"][0]["nodes"].append({"id": "i", "kind": "Input", "label": "i"}),
            "uses 'Part', in which Input 'i' stands: it belongs outside.",
        ),
        (
            lambda raw: (
                raw["blocks"][0]["nodes"].append({"id": "more", "kind": "BlockInput", "label": "more"}),
                raw["nodes"][1]["params"].update(repeat=2),
            ),
            "repeats 'Part', which needs as many inputs as outputs; it has 2 and 1.",
        ),
    ],
)
def test_a_use_that_cannot_be_worked_out_says_why(change: Callable[[dict[str, Any]], Any], why: str) -> None:
    raw_document = json.loads(write_document(grouping.group(chain_of(4, 4), ["d0"], "b", "u", "Part")))
    change(raw_document)
    if raw_document["nodes"][1]["params"]["block"] == "gone":
        raw_document["wires"] = []
    errors = check(read_document(json.dumps(raw_document))).errors
    assert [(found.code, found.message) for found in errors if found.code == "E_BLOCK"] == [
        ("E_BLOCK", f"Block 'part' {why}")
    ]


def test_blocks_that_double_without_end_are_refused_at_once() -> None:
    def level(n: int) -> dict[str, Any]:
        use = {"id": "x", "kind": "Block", "params": {"block": f"b{n - 1}", "repeat": 200}}
        inner = use if n else {"id": "x", "kind": "Dense"}
        nodes = [{"id": "in", "kind": "BlockInput"}, inner, {"id": "out", "kind": "BlockOutput"}]
        wires = [{"from": "in", "to": "x"}, {"from": "x", "to": "out"}]
        return {"id": f"b{n}", "nodes": nodes, "wires": wires}

    nodes = [{"id": "i", "kind": "Input"}, {"id": "u", "kind": "Block", "params": {"block": "b9", "repeat": 200}}]
    document = raw(nodes, [{"from": "i", "to": "u"}], blocks=[level(n) for n in range(10)])
    report = check(read_document(json.dumps(document)))
    assert [found.code for found in report.errors] == ["E_BLOCK"]
    assert "operators, and 20,000 are allowed in all." in report.errors[0].message


def test_a_port_that_a_block_has_no_more_takes_its_wires_along() -> None:
    document = residual()
    after = grouping.inside(document, "b1", lambda view: editing.delete(view, ["out"]))
    assert not [one for one in after.wires if one.source == "u1"]
    read_document(write_document(after))


def test_what_is_read_from_outside_and_comes_back_is_no_block() -> None:
    with pytest.raises(EditError, match="A way leads out of these nodes and back into them"):
        grouping.group(template("lenet"), ["n3", "n5"], "b", "u", "")


def test_an_input_or_a_loss_stays_outside() -> None:
    with pytest.raises(EditError, match="belongs outside of blocks"):
        grouping.group(template("lenet"), ["n1", "n2"], "b", "u", "")


def test_of_nodes_that_share_one_has_the_weights_when_it_is_deleted() -> None:
    document = editing.share(editing.share(chain_of(4, 4, 4), "d1", "d0"), "d2", "d0")
    assert check(document).parameters == 20
    document = editing.set_parameter(document, "d2", "use_bias", False)
    assert check(document).parameters == 16
    after = editing.delete(document, ["d0"], heal=True)
    assert [(one.id, one.shares, one.params["use_bias"]) for one in after.nodes[1:]] == [
        ("d1", "", False),
        ("d2", "d1", True),
    ]
    assert check(after).parameters == 16


def test_weights_that_do_not_fit_what_comes_are_told() -> None:
    document = graph(
        [node("a", "Input", shape=[6]), node("b", "Input", shape=[5]), node("one", "Dense"), node("two", "Dense")],
        [wire("a", "one"), wire("b", "two")], data="",
    )  # fmt: skip
    (found,) = told(editing.share(document, "two", "one"))
    assert found == (
        "E_SHARED Linear 'two' shares the weights of Linear 'one', which are made for 6; received 5. "
        "Make both inputs alike, or give it a layer of its own."
    )


def test_a_share_with_what_is_not_there_is_told() -> None:
    document = graph(
        [node("a", "Input", shape=[6]), {**node("d", "Dense"), "shares": "gone"}], [wire("a", "d")], data=""
    )
    assert told(document) == [
        "E_SHARED Linear 'd' shares the weights of a node that is not there. Give it a layer of its own."
    ]


def test_faults_in_a_blocks_file_name_their_place() -> None:
    document = json.loads(write_document(residual()))
    document["blocks"][0]["wires"][0]["from"] = "nobody"
    document["blocks"][0]["nodes"][0]["params"]["filters"] = "many"
    with pytest.raises(DocumentError) as refused:
        read_document(json.dumps(document))
    places = {problem.pointer for problem in refused.value.problems}
    assert places == {"/blocks/0/wires/0/from", "/blocks/0/nodes/0/params/filters"}


def test_a_wire_leads_to_the_port_that_a_block_has() -> None:
    document = residual()
    with pytest.raises(EditError, match="no such port"):
        editing.connect(document, Wire(source="n3", target="u1", target_port="other"))


def test_a_value_that_meets_itself_does_so_in_a_block_behind_it_and_taken_out_again() -> None:
    nodes = [node("in", "Input", shape=[4]), node("d", "Dense", units=4), node("sum", "Add")]
    drawn = graph(nodes, [wire("in", "d"), wire("d", "sum"), {**wire("d", "sum"), "again": 1}], data="")
    for ids in (["d"], ["sum"], ["d", "sum"]):
        grouped = grouping.group(drawn, ids, "b1", "u1", "Part")
        assert (check(grouped).parameters, told(grouped)) == (20, [])
        printed = to_python(code_plan(check(grouped)))
        assert "layers.Add(" in printed
        assert [one.again for one in grouping.ungroup(grouped, "u1").wires] == [0, 0, 1]


def test_two_results_of_a_block_that_are_one_value_are_told_apart_when_it_is_taken_out() -> None:
    inner = [node("e", "BlockInput"), node("d", "Dense", units=4), node("a", "BlockOutput"), node("b", "BlockOutput")]
    block = {"id": "b1", "nodes": inner, "wires": [wire("e", "d"), wire("d", "a"), wire("d", "b")]}
    nodes = [node("in", "Input", shape=[4]), node("u1", "Block", block="b1"), node("sum", "Add")]
    wires = [{**wire("in", "u1"), "to_port": "e"}, *({**wire("u1", "sum"), "from_port": one} for one in "ab")]
    drawn = graph(nodes, wires, data="", blocks=[block], version=2)
    assert [one.again for one in grouping.ungroup(drawn, "u1").wires if one.target == "sum"] == [0, 1]
