"""Equal parts of a network are found and become blocks, in a row so many times."""

import json
from collections import Counter
from typing import Any

import pytest

from graphbuilder import editing
from graphbuilder.blocks import flat
from graphbuilder.checks import check
from graphbuilder.codegen import to_python
from graphbuilder.document import Document, as_json
from graphbuilder.document_file import read_document, write_document
from graphbuilder.equal_parts import Folded, fold
from graphbuilder.importing.files import import_script
from graphbuilder.plan import code_plan
from graphbuilder.templates import template, template_names
from tests.networks import chain, deep_row, dense, graph, node, skips, wire


def unfolded(name: str) -> Document:
    """A template as one flat graph: its code, read as anybody's."""
    code = to_python(code_plan(check(template(name)))).replace("drawn with graphbuilder", "by hand")
    return import_script(code.encode()).drawn.document


def layers(document: Document) -> Counter[str]:
    """Every node of the flat graph by its kind and parameters."""
    return Counter(f"{one.kind} {sorted(one.params.items())}" for one in flat(document).nodes.values())


def held(document: Document) -> Folded:
    """Folded, and the same network; each node is where its path says."""
    found, before = fold(document), check(document)
    after = check(found.document)
    assert layers(found.document) == layers(document)
    figures = ("parameters", "multiply_adds")
    assert [getattr(after, one) for one in figures] == [getattr(before, one) for one in figures]
    assert [one.code for one in after.errors] == [one.code for one in before.errors]
    assert write_document(read_document(write_document(found.document))) == write_document(found.document)
    nodes = {one.id: one for one in document.nodes}
    opened = flat(found.document).nodes
    for path, old in found.paths.items():
        assert (opened[path].kind, opened[path].params) == (nodes[old].kind, nodes[old].params)
        facts = before.facts.get(old)
        assert facts is None or after.facts[path].outputs == facts.outputs
    kept = {one.id for one in found.document.nodes} & nodes.keys()
    assert sorted([*found.paths.values(), *kept]) == sorted(nodes)
    return found


def uses(document: Document) -> list[tuple[str, int]]:
    return [(one.label, one.params["repeat"]) for one in document.nodes if one.kind == "Block"]


def test_the_units_of_a_residual_network_are_blocks_in_a_row() -> None:
    found = held(unfolded("resnet50"))
    assert sorted(uses(found.document)) == [("stage_1", 2), ("stage_2", 3), ("stage_3", 5), ("stage_4", 2)]
    assert found.blocks[0] == "stage_3: 5 in a row, of 10 nodes"
    assert len(found.document.nodes) == 61


def test_how_often_a_part_stands_there_is_told_in_plain_words() -> None:
    told = [one.partition(": ")[2] for one in held(unfolded("inception_v3")).blocks]
    assert "2 in a row and 1 more, of 3 nodes" in told and "2 times, of 8 nodes" in told, told


@pytest.mark.parametrize("name", ["residual_blocks", "transformer_on_patches", "inception_v3", "siamese"])
def test_a_template_whose_blocks_were_taken_out_is_the_same_network_folded(name: str) -> None:
    held(unfolded(name))


@pytest.mark.parametrize("name", template_names())
def test_folded_once_nothing_is_left_to_fold(name: str) -> None:
    found = held(template(name))
    assert fold(found.document).blocks == ()


def stack(*units: int, **rest: Any) -> Document:
    nodes = [node("in", "Input", shape=[4])]
    for place, count in enumerate(units):
        nodes += [dense(f"d{place}", count), node(f"a{place}", "Activation"), node(f"o{place}", "Dropout")]
    return chain(*nodes, data="", **rest)


def test_equal_parts_that_do_not_follow_one_another_are_one_block_used_twice() -> None:
    document = stack(8, 8, 5, 8, 8)
    found = held(document)
    assert uses(found.document) == [("d0 and on", 2), ("d3 and on", 2)]
    assert len(found.document.blocks) == 1


def test_what_differs_shares_or_is_frozen_stays_apart() -> None:
    document = stack(8, 8)
    assert held(document).blocks
    for changed in (
        editing.set_parameter(document, "d1", "use_bias", False),
        editing.freeze(document, ["d1"], True),
        read_document(json.dumps(_with(document, "d1", shares="d0"))),
    ):
        assert fold(changed).blocks == ()


def _with(document: Document, id: str, **told: Any) -> dict[str, Any]:
    raw = as_json(document)
    next(one for one in raw["nodes"] if one["id"] == id).update(told)
    return raw


def test_parts_that_are_wired_otherwise_are_not_equal() -> None:
    nodes = [node("in", "Input", shape=[4])]
    wires, last = [], "in"
    for place in range(2):
        a, b, s = (f"{stem}{place}" for stem in "abs")
        nodes += [dense(a, 4), dense(b, 4), node(s, "Subtract")]
        turned = [(a, s), (b, s)][:: 1 if place else -1]
        wires += [wire(last, a), wire(a, b), *(wire(*pair) for pair in turned)]
        last = s
    assert fold(graph(nodes, wires, data="")).blocks == ()


def test_a_thousand_nodes_are_folded_in_a_second() -> None:
    assert uses(fold(deep_row(1000)).document) == [("n2 and on", 499)]
    assert uses(fold(skips(300, True)).document) == [("a0 and on", 300)]
