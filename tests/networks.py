"""Small networks for tests, written down in a line or two."""

import itertools
import json
from collections.abc import Iterable
from typing import Any

from graphbuilder.document import Document
from graphbuilder.document_file import read_document
from graphbuilder.templates import assets, template_names

TEMPLATES = template_names()


def template_text(name: str) -> str:
    return (assets() / "templates" / f"{name}.json").read_text("utf-8")


def node(id: str, kind: str, **params: Any) -> dict[str, Any]:
    """A node as JSON, labelled like its id."""
    return {"id": id, "kind": kind, "label": id, "params": params}


def wire(source: str, target: str) -> dict[str, Any]:
    return {"from": source, "to": target}


def raw(nodes: Iterable[dict[str, Any]], wires: Iterable[dict[str, Any]], **rest: Any) -> dict[str, Any]:
    """A document as JSON; `data` may be the name of a set, every other key of the file may be given."""
    if isinstance(rest.get("data"), str):
        rest["data"] = {"name": rest["data"]}
    return {"version": 1, "nodes": list(nodes), "wires": list(wires), **rest}


def graph(nodes: Iterable[dict[str, Any]], wires: Iterable[dict[str, Any]], **rest: Any) -> Document:
    return read_document(json.dumps(raw(nodes, wires, **rest)))


def chain(*nodes: dict[str, Any], **rest: Any) -> Document:
    """The nodes wired one behind the other."""
    ids = [one["id"] for one in nodes]
    return graph(nodes, [wire(*pair) for pair in itertools.pairwise(ids)], **rest)


PIXELS = node("pixels", "Input", field="pixels")
IMAGE = node("image", "Input", field="image")
SCALE = node("scale", "Rescaling", scale=0.0625)
SCORES = node("scores", "Dense", units=10)
DIGIT = node("digit", "Loss", target="digit")


def dense(id: str, units: int = 10, **params: Any) -> dict[str, Any]:
    return node(id, "Dense", units=units, **params)


def loss(id: str, target: str = "digit", kind: str = "softmax_crossentropy", **params: Any) -> dict[str, Any]:
    return node(id, "Loss", target=target, loss=kind, **params)
