"""Whether two documents come to the same, however their nodes are called and placed."""

from collections.abc import Mapping
from typing import Any

from graphbuilder.document import Document, as_json


def same_network(one: Document, other: Document) -> bool:
    """The same operators, wired the same, on the same data set."""
    return _network(as_json(one)) == _network(as_json(other))


def same_training(one: Document, other: Document) -> bool:
    """The same network, data and settings: both train alike, but for a seed that neither keeps."""
    a, b = as_json(one), as_json(other)
    for told in (a, b):
        if told["training"]["settings"].get("keep_seed") is False:
            del told["training"]["settings"]["seed"]
    return (_network(a), a["data"], a["training"]) == (_network(b), b["data"], b["training"])


def _network(document: Mapping[str, Any]) -> object:
    blocks = [_part(block) for block in document.get("blocks", ())]
    return _part(document), blocks, document["data"]["name"]


def _part(part: Mapping[str, Any]) -> object:
    """Of nodes and wires what computes: not how they are called and placed."""
    nodes = [{key: value for key, value in node.items() if key not in ("label", "position")} for node in part["nodes"]]
    return part.get("id"), nodes, part["wires"]
