"""Whether two documents come to the same, however their nodes are called and placed."""

import json
from collections.abc import Mapping
from typing import Any

from graphbuilder.document import Document, as_json
from graphbuilder.settings import BESIDE_TRAINING


def same_network(one: Document, other: Document) -> bool:
    """The same operators, wired the same, on the same data set."""
    return _network(as_json(one)) == _network(as_json(other))


def same_training(one: Document, other: Document) -> bool:
    """The same network, data and settings: both train alike, but for a seed that neither keeps."""
    return recipe(one) == recipe(other)


def recipe(document: Document) -> str:
    """All that a training goes by: equal for those that train alike."""
    told = as_json(document)
    settings = told["training"]["settings"]
    for name in (*BESIDE_TRAINING, *(["seed"] if settings.get("keep_seed") is False else [])):
        settings.pop(name, None)
    return json.dumps((_network(told), told["data"], told["training"]), sort_keys=True)


def _network(document: Mapping[str, Any]) -> object:
    blocks = [_part(block) for block in document.get("blocks", ())]
    return _part(document), blocks, document["data"]["name"]


def _part(part: Mapping[str, Any]) -> object:
    """Of nodes and wires what computes: not how they are called and placed."""
    nodes = [{key: value for key, value in node.items() if key not in ("label", "position")} for node in part["nodes"]]
    return part.get("id"), nodes, part["wires"]
