"""What a network of points takes in: x and y, and functions of them, drawn between its Input and what reads that."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from graphbuilder import editing
from graphbuilder.document import Document, Node, Wire
from graphbuilder.editing import Position
from graphbuilder.figures import letters
from graphbuilder.operators.fitting import CONCATENATE, ELEMENTWISE, INPUT, MULTIPLY, RESCALING, SLICE
from graphbuilder.parameters import Declared, Words, WrongType, written
from graphbuilder.refusals import EditError

_PI = 3.1416
_ACROSS, _DOWN = 260.0, 170.0
Numbers = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Feature:
    """of: the coordinates that it takes, 0 for x and 1 for y. value: what it is of these."""

    title: str
    kind: str
    of: tuple[int, ...]
    value: Callable[..., Numbers]


FEATURES: Mapping[str, Feature] = {
    "x": Feature("x", "plain", (0,), lambda x: x),
    "y": Feature("y", "plain", (1,), lambda y: y),
    "x2": Feature("x²", "square", (0,), np.square),
    "y2": Feature("y²", "square", (1,), np.square),
    "xy": Feature("x · y", "product", (0, 1), np.multiply),
    "sin_x": Feature("sin πx", "sine", (0,), lambda x: np.sin(_PI * x)),
    "sin_y": Feature("sin πy", "sine", (1,), lambda y: np.sin(_PI * y)),
}
_PLAIN = ("x", "y")

# The nodes that make them
JOINED, _SLICES = "features", ("feature-x", "feature-y")
_SQUARE, _PRODUCT, _SCALED, _SINE = "feature-squares", "feature-product", "feature-scaled", "feature-sines"
_KINDS = {_SQUARE: "square", _PRODUCT: "product", _SINE: "sine"}
_OWN = frozenset({JOINED, *_SLICES, _SCALED, *_KINDS})


@dataclass(frozen=True, slots=True)
class _Made:
    """A node to be drawn. of: the ids of what it reads. row: of those that belong together."""

    id: str
    kind: str
    label: str
    params: Mapping[str, Any]
    of: tuple[str, ...]
    row: int


class Features(Declared):
    """What goes in."""

    features = Words(
        choices={name: one.title for name, one in FEATURES.items()},
        empty="nothing",
        least=1,
        help="What the network takes in of each point. With the right ones it needs no hidden layer.",
    )


SIDE = 12
"""Cells along a side of a picture."""


@cache
def feature_pictures() -> Mapping[str, str]:
    """Each of them over the plane from -1 to 1: a letter a cell, row by row from the lowest y up."""
    middles = (np.arange(SIDE) + 0.5) * 2 / SIDE - 1
    plane = np.meshgrid(middles, middles)
    return {name: letters(one.value(*(plane[axis] for axis in one.of))) for name, one in FEATURES.items()}


def features(document: Document) -> tuple[str, ...]:
    """Those that go in."""
    entry = _entry(document)
    given = [word for source in _giving(document, entry) for word in _words(document, entry, source)] if entry else []
    return tuple(name for name in FEATURES if name in given)


def feature_titles(document: Document) -> dict[str, list[str]]:
    """What each number is called that the Input and those that make features give, by the node's id; empty of a network
    that is not of points in the plane."""
    entry = _entry(document)
    field = document.data.fields.get(entry.params["field"]) if entry else None
    if entry is None or field is None or (field.kind, field.shape) != ("vector", (2,)):
        return {}
    giving = _giving(document, entry)
    told = {id: [FEATURES[word].title for word in _words(document, entry, id)] for id in (entry.id, *giving)}
    return told | ({JOINED: [title for id in giving for title in told[id]]} if _there(document, JOINED) else {})


def takes_features(document: Document) -> bool:
    """Whether there is one Input of points, which something reads."""
    entry = _entry(document)
    return entry is not None and any(wire.source == entry.id for wire in document.wires)


def set_features(document: Document, value: object) -> Document:
    """The document with these; those that it had before go. What comes behind moves along. Raises EditError for a word
    that is none, for none at all, and where no Input is read."""
    parameter = Features.parameters["features"]
    try:
        wanted = parameter.read(value)
    except WrongType as fault:
        raise EditError("no value", name="features", fault=fault) from None
    if told := parameter.fault(wanted):
        raise EditError("no value", name="features", fault=told)
    if not takes_features(document):
        raise EditError("wire gone")
    document = _without(document)
    names = tuple(name for name in FEATURES if name in wanted)
    return document if names == _PLAIN else _with(document, names)


def _with(document: Document, names: Sequence[str]) -> Document:
    entry = _entry(document)
    assert entry is not None
    reading = [wire for wire in document.wires if wire.source == entry.id]
    made, giving = _to_draw(entry.id, names)
    if len(giving) > 1:
        made = [*made, _Made(JOINED, CONCATENATE, "features", {}, giving, 0)]
    last = made[-1].id
    columns: dict[str, int] = {entry.id: 0}
    for one in made:
        columns[one.id] = 1 + max(columns[id] for id in one.of)
    document = _moved(document, entry, columns[last])
    for one in made:
        at = entry.position[0] + columns[one.id] * _ACROSS, entry.position[1] + one.row * _DOWN
        document = editing.rename_node(editing.add(document, one.id, one.kind, at, {}), one.id, one.label)
        for name, setting in one.params.items():
            document = editing.set_parameter(document, one.id, name, written(setting))
    document = editing.disconnect(document, reading)
    for source, target in [(source, one.id) for one in made for source in one.of]:
        document = editing.draw_wire(document, _wire(source, target))
    for wire in reading:
        document = editing.draw_wire(document, wire.model_copy(update={"source": last, "source_port": "out"}))
    return document


def _to_draw(entry: str, names: Sequence[str]) -> tuple[list[_Made], tuple[str, ...]]:
    """The nodes that make these, each behind what it reads, and the ids of those that give them. Where both
    coordinates are taken alike, one node works on both at once."""
    axes = {kind: tuple(axis for name in names if FEATURES[name].kind == kind for axis in FEATURES[name].of)
            for kind in ("plain", "square", "product", "sine")}  # fmt: skip
    cut = {axis for kind, of in axes.items() if kind == "product" or len(of) == 1 for axis in of}
    row = _Rows()
    made = [
        _Made(_SLICES[axis], SLICE, _PLAIN[axis], {"start": axis, "stop": axis + 1}, (entry,), row.next())
        for axis in sorted(cut)
    ]

    def source(kind: str) -> str:
        return entry if len(axes[kind]) == 2 else _SLICES[axes[kind][0]]

    def label(kind: str) -> str:
        return ", ".join(FEATURES[name].title for name in names if FEATURES[name].kind == kind)

    giving = [source("plain")] if axes["plain"] else []
    if axes["square"]:
        made.append(
            _Made(_SQUARE, ELEMENTWISE, label("square"), {"function": "square"}, (source("square"),), row.next())
        )
        giving.append(_SQUARE)
    if axes["product"]:
        made.append(_Made(_PRODUCT, MULTIPLY, label("product"), {}, _SLICES, row.next()))
        giving.append(_PRODUCT)
    if axes["sine"]:
        made.append(_Made(_SCALED, RESCALING, "times π", {"scale": _PI}, (source("sine"),), row.next()))
        made.append(_Made(_SINE, ELEMENTWISE, label("sine"), {"function": "sin"}, (_SCALED,), row.last))
        giving.append(_SINE)
    return made, tuple(giving)


class _Rows:
    """Rows below the Input, one after the other."""

    def __init__(self) -> None:
        self.last = 0

    def next(self) -> int:
        self.last += 1
        return self.last


def _without(document: Document) -> Document:
    entry, own = _entry(document), {node.id for node in document.nodes} & _OWN
    if entry is None or not own:
        return document
    reading = [wire for wire in document.wires if wire.source in own and wire.target not in own]
    columns = max((_column(document, wire.source) for wire in reading), default=0)
    document = editing.delete(document, own)
    for wire in reading:
        document = editing.draw_wire(document, wire.model_copy(update={"source": entry.id, "source_port": "out"}))
    return _moved(document, entry, -columns)


def _column(document: Document, id: str) -> int:
    """How far behind the Input one of the drawn nodes stands."""
    into = [wire.source for wire in document.wires if wire.target == id and id in _OWN]
    return 1 + max((_column(document, source) for source in into), default=0) if id in _OWN else 0


def _giving(document: Document, entry: Node) -> list[str]:
    """The nodes of which the layers behind have their features, in that order."""
    if _there(document, JOINED):
        return [wire.source for wire in document.wires if wire.target == JOINED]
    ends = [wire.source for wire in document.wires if wire.source in _OWN and wire.target not in _OWN]
    return ends or [entry.id]


def _words(document: Document, entry: Node, id: str) -> list[str]:
    """The features that a node gives."""
    kind = _KINDS.get(id, "plain")
    axes = _axes(document, entry, id)
    return [name for name, one in FEATURES.items() if one.kind == kind and {*one.of} <= {*axes}]


def _axes(document: Document, entry: Node, id: str) -> tuple[int, ...]:
    if id == entry.id:
        return 0, 1
    if id in _SLICES:
        return (_SLICES.index(id),)
    into = [wire.source for wire in document.wires if wire.target == id and id in _OWN]
    return tuple(axis for source in into for axis in _axes(document, entry, source))


def _there(document: Document, id: str) -> bool:
    return any(node.id == id for node in document.nodes)


def _moved(document: Document, entry: Node, columns: int) -> Document:
    """All but the Input, so many columns to the right."""
    places: dict[str, Position] = {
        node.id: (node.position[0] + columns * _ACROSS, node.position[1])
        for node in document.nodes
        if node.id != entry.id
    }
    return editing.move(document, places)


def _entry(document: Document) -> Node | None:
    """The only Input."""
    inputs = [node for node in document.nodes if node.kind == INPUT]
    return inputs[0] if len(inputs) == 1 else None


def _wire(source: str, target: str) -> Wire:
    return Wire(source=source, source_port="out", target=target, target_port="in")
