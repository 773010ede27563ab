"""Small networks for tests, written down in a line or two."""

import itertools
import json
from collections.abc import Iterable
from typing import Any

from graphbuilder.document import Document
from graphbuilder.document_file import read_document
from graphbuilder.templates import assets, template, template_names

WHOLE = [name for name in template_names() if not template(name).reads_data]
"""Templates that are architectures: known ones, whole, without data."""
TEMPLATES = [name for name in template_names() if name not in WHOLE]
"""Those that are trained on data that are bundled."""


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


# Networks without data: architectures

DRAWN = node("in", "Input", shape=[8, 8, 1])


def vgg16() -> Document:
    """VGG16 for ImageNet, drawn by hand: Simonyan and Zisserman (2014), configuration D."""
    nodes = [node("image", "Input", shape=[224, 224, 3])]
    for block, (count, filters) in enumerate([(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)], 1):
        for place in range(1, count + 1):
            told = {"filters": filters, "padding": "same", "activation": "relu"}
            nodes.append(node(f"block{block}_conv{place}", "Conv2D", **told))
        nodes.append(node(f"block{block}_pool", "MaxPooling2D"))
    nodes += [node("flatten", "Flatten"), dense("fc1", 4096, activation="relu"), dense("fc2", 4096, activation="relu")]
    return chain(*nodes, dense("predictions", 1000, activation="softmax"), name="VGG16")


def two_outputs() -> Document:
    """Two ends without a Loss, one behind a normalization, and labels that code has uses for itself."""
    nodes = [DRAWN, node("point", "Input", shape=[2]), node("flat", "Flatten"), node("norm", "Normalization")]
    nodes += [node("both", "Concatenate"), dense("model", 3, activation="softmax"), dense("x", 1)]
    wires = [wire("in", "flat"), wire("point", "norm"), wire("flat", "both"), wire("norm", "both")]
    return graph(nodes, [*wires, wire("both", "model"), wire("both", "x")], data="")


def loss_without_data() -> Document:
    """Two Losses that have no target yet."""
    ends = [dense("scores", 10), node("kind", "Loss"), dense("size", 1, activation="relu")]
    ends += [node("off", "Loss", loss="mean_absolute_error", weight=0.5)]
    wires = [wire("in", "flat"), wire("flat", "scores"), wire("scores", "kind")]
    wires += [wire("flat", "size"), wire("size", "off")]
    return graph([DRAWN, node("flat", "Flatten"), *ends], wires, data="")


def deep_row(count: int) -> Document:
    """As many operators one behind the other."""
    return chain(node("in", "Input", shape=[4]), *(node(f"n{n}", "Rescaling") for n in range(2, count + 1)), data="")


def skips(blocks: int, around_first: bool) -> Document:
    """Blocks of two operators with a way around each, which comes in first at the Add, or last: in all 3 in a row a
    block."""
    nodes, wires, last = [node("in", "Input", shape=[4])], [], "in"
    for n in range(blocks):
        nodes += [node(f"a{n}", "Rescaling"), node(f"b{n}", "Rescaling"), node(f"sum{n}", "Add")]
        met = (last, f"b{n}") if around_first else (f"b{n}", last)
        wires += [wire(last, f"a{n}"), wire(f"a{n}", f"b{n}"), *(wire(one, f"sum{n}") for one in met)]
        last = f"sum{n}"
    return graph(nodes, wires, data="")


ARCHITECTURES = {"vgg16": vgg16, "two_outputs": two_outputs, "loss_without_data": loss_without_data}
