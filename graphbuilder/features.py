"""What a network of points takes in beside x and y: functions of them, drawn between its Input and what reads that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphbuilder import editing
from graphbuilder.document import Document, Node, Wire
from graphbuilder.editing import Position
from graphbuilder.operators.fitting import CONCATENATE, ELEMENTWISE, INPUT, MULTIPLY, RESCALING, SLICE
from graphbuilder.parameters import Declared, Words, WrongType, written
from graphbuilder.refusals import EditError

JOINED = "features"
_ACROSS, _DOWN = 260.0, 170.0


@dataclass(frozen=True, slots=True)
class _Made:
    """A node that makes one. of: the ids of what it reads; none: the Input. at: column behind the Input, and row of
    those that belong together."""

    id: str
    kind: str
    label: str
    at: tuple[int, int]
    params: Mapping[str, Any] = field(default_factory=dict)
    of: tuple[str, ...] = ()


_MADE: Mapping[str, tuple[_Made, ...]] = {
    "squares": (_Made("feature-squares", ELEMENTWISE, "x², y²", (1, 0), {"function": "square"}),),
    "product": (
        _Made("feature-x", SLICE, "x", (1, 0), {"start": 0, "stop": 1}),
        _Made("feature-y", SLICE, "y", (1, 1), {"start": 1, "stop": 2}),
        _Made("feature-product", MULTIPLY, "x · y", (2, 0), of=("feature-x", "feature-y")),
    ),
    "sines": (
        _Made("feature-scaled", RESCALING, "times π", (1, 0), {"scale": 3.1416}),
        _Made("feature-sines", ELEMENTWISE, "sin πx, sin πy", (2, 0), {"function": "sin"}, ("feature-scaled",)),
    ),
}
"""The last of each is what it gives."""
_OWN = frozenset({JOINED, *(one.id for made in _MADE.values() for one in made)})


class Features(Declared):
    """What goes in."""

    features = Words(
        choices={"squares": "x², y²", "product": "x · y", "sines": "sin πx, sin πy"},
        empty="only x and y",
        help="What the network takes in beside x and y. With the right ones it needs no hidden layer.",
    )


def features(document: Document) -> tuple[str, ...]:
    """Those that are drawn."""
    there = {node.id for node in document.nodes}
    return tuple(name for name, made in _MADE.items() if made[-1].id in there)


def takes_features(document: Document) -> bool:
    """Whether there is one Input of points, which something reads."""
    return len(_inputs(document)) == 1 and any(wire.source == _inputs(document)[0].id for wire in document.wires)


def set_features(document: Document, value: object) -> Document:
    """The document with these beside x and y; those that it had before go. What comes behind moves along. Raises
    EditError for a word that is none, and where no Input is read."""
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
    names = [name for name in _MADE if name in wanted]
    return _with(document, names) if names else document


def _with(document: Document, names: list[str]) -> Document:
    entry = _inputs(document)[0]
    reading = [wire for wire in document.wires if wire.source == entry.id]
    made: list[tuple[_Made, int]] = []
    row = 1
    for name in names:
        made += [(one, row + one.at[1]) for one in _MADE[name]]
        row += 1 + max(one.at[1] for one in _MADE[name])
    columns = 1 + max(one.at[0] for one, _ in made)
    document = _moved(document, entry, columns)
    for one, row in (*made, (_Made(JOINED, CONCATENATE, "features", (columns, 0)), 0)):
        at = entry.position[0] + one.at[0] * _ACROSS, entry.position[1] + row * _DOWN
        document = editing.rename_node(editing.add(document, one.id, one.kind, at, {}), one.id, one.label)
        for name, value in one.params.items():
            document = editing.set_parameter(document, one.id, name, written(value))
    document = editing.disconnect(document, reading)
    new = [(source, one.id) for one, _ in made for source in one.of or (entry.id,)]
    new += [(source, JOINED) for source in (entry.id, *(_MADE[name][-1].id for name in names))]
    for source, target in new:
        document = editing.draw_wire(document, _wire(source, target))
    for wire in reading:
        document = editing.draw_wire(document, wire.model_copy(update={"source": JOINED, "source_port": "out"}))
    return document


def _without(document: Document) -> Document:
    there = {node.id for node in document.nodes}
    if JOINED not in there:
        return editing.delete(document, _OWN & there) if _OWN & there else document
    entry, columns = _inputs(document)[0], _columns(document)
    reading = [wire for wire in document.wires if wire.source == JOINED]
    document = editing.delete(document, _OWN & there)
    for wire in reading:
        document = editing.draw_wire(document, wire.model_copy(update={"source": entry.id, "source_port": "out"}))
    return _moved(document, entry, -columns)


def _columns(document: Document) -> int:
    """How far what reads them was moved when they were drawn."""
    drawn = {one.id: one.at[0] for made in _MADE.values() for one in made}
    return 1 + max((drawn[node.id] for node in document.nodes if node.id in drawn), default=0)


def _moved(document: Document, entry: Node, columns: int) -> Document:
    """All but the Input, so many columns to the right."""
    places: dict[str, Position] = {
        node.id: (node.position[0] + columns * _ACROSS, node.position[1])
        for node in document.nodes
        if node.id != entry.id
    }
    return editing.move(document, places)


def _inputs(document: Document) -> list[Node]:
    return [node for node in document.nodes if node.kind == INPUT]


def _wire(source: str, target: str) -> Wire:
    return Wire(source=source, source_port="out", target=target, target_port="in")
