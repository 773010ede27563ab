"""Whether two documents come to the same, however their nodes are called and placed."""

from collections.abc import Mapping
from typing import Any

from graphbuilder.document import Document, as_json


def same_network(one: Document, other: Document) -> bool:
    """The same operators, wired the same, on the same data set."""
    return _network(as_json(one)) == _network(as_json(other))


def same_training(one: Document, other: Document) -> bool:
    """The same network, data and settings: both train alike."""
    a, b = as_json(one), as_json(other)
    return (_network(a), a["data"], a["training"]) == (_network(b), b["data"], b["training"])


def _network(document: Mapping[str, Any]) -> object:
    nodes = [{key: node[key] for key in ("id", "kind", "params")} for node in document["nodes"]]
    return nodes, document["wires"], document["data"]["name"]
