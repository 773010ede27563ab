"""A network that came without places is laid out, and no other."""

import json
from itertools import combinations
from typing import Any

from graphbuilder.document import Document
from graphbuilder.document_file import read_document, write_document
from graphbuilder.places import CARD
from graphbuilder.placing import MOST_PLACED, placed
from graphbuilder.templates import template, template_names


def bare(document: Document) -> Document:
    """As a program writes it that leaves places out."""
    raw: dict[str, Any] = json.loads(write_document(document))
    for part in (raw, *raw.get("blocks", ())):
        for node in part["nodes"]:
            node.pop("position", None)
    return read_document(json.dumps(raw))


def test_no_two_cards_lie_on_one_another_of_a_network_without_places() -> None:
    for name in template_names():
        came = placed(bare(template(name)))
        for nodes in (came.nodes, *(block.nodes for block in came.blocks)):
            for one, other in combinations([node.position for node in nodes], 2):
                assert abs(one[0] - other[0]) >= CARD[0] or abs(one[1] - other[1]) >= CARD[1], name


def test_what_has_places_keeps_them() -> None:
    for name in template_names():
        document = template(name)
        assert placed(document) == document


def test_a_very_large_network_stands_in_rows() -> None:
    nodes = [{"id": f"n{n}", "kind": "Flatten"} for n in range(MOST_PLACED + 1)]
    came = placed(read_document(json.dumps({"version": 2, "name": "large", "nodes": nodes, "wires": []})))
    places = {node.position for node in came.nodes}
    assert len(places) == MOST_PLACED + 1
    width, height = (max(one[axis] for one in places) + CARD[axis] for axis in (0, 1))
    assert 1.5 < width / height < 2.5, "as broad as a screen, so that all of it is seen"
