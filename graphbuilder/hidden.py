"""The hidden layers of a network of points: how many there are, and more or fewer of them by one edit."""

import math
from itertools import count
from types import MappingProxyType

from graphbuilder import editing
from graphbuilder.document import Document, Node, Wire
from graphbuilder.editing import Position
from graphbuilder.operators.fitting import LINEAR
from graphbuilder.parameters import Declared, Whole, WrongType, written
from graphbuilder.refusals import EditError

MOST = 6
_MOST_IN_ROW = 5
"""Cards that stand side by side in a window of 1280 pixels near enough for the pictures of their units."""
_STEP = 260.0, 200.0
"""From card to card in a row, and from row to row."""
_FIRST = MappingProxyType({"units": 8, "activation": "tanh"})
"""Of the first one, where there was none."""


class Depth(Declared):
    """How deep the network is."""

    hidden_layers = Whole(
        2, low=0, high=MOST, help="Linear layers between the points and the answer; a new one is like the last of them."
    )


def hidden(document: Document) -> list[Node]:
    """The Linear nodes of more than one unit, in the order of the document."""
    return [node for node in document.nodes if node.kind == LINEAR and node.params["units"] > 1]


def set_hidden_layers(document: Document, value: object) -> Document:
    """The document with so many hidden layers: more are put behind the last, fewer taken out from there. What comes
    behind moves along; a chain that nobody has moved stands in rows that a small window shows with the pictures of its
    units. Raises EditError for no whole number from 0 to MOST, and where there is no place for one."""
    parameter = Depth.parameters["hidden_layers"]
    try:
        wanted = parameter.read(value)
    except WrongType as fault:
        raise EditError("no value", name="hidden layers", fault=fault) from None
    if told := parameter.fault(wanted):
        raise EditError("no value", name="hidden layers", fault=told)
    in_rows = _in_rows(document)
    is_untouched = all(document.node(id).position == place for id, place in in_rows.items()) and bool(in_rows)
    while (there := len(hidden(document))) != wanted:
        document = _without_one(document) if there > wanted else _with_one_more(document)
    return editing.move(document, _in_rows(document)) if is_untouched else document


def _in_rows(document: Document) -> dict[str, Position]:
    """Where the nodes of a chain stand in rows of about one length, from where the first is; none of another graph."""
    after = {wire.source: wire.target for wire in document.wires}
    ids = {node.id for node in document.nodes}
    firsts = ids - set(after.values())
    if len(document.wires) != len(after) or len(after) != len(ids) - 1 or len(firsts) != 1:
        return {}
    order = [*firsts]
    while order[-1] in after and len(order) < len(ids):
        order.append(after[order[-1]])
    if len({*order}) != len(ids):
        return {}
    length = math.ceil(len(ids) / math.ceil(len(ids) / _MOST_IN_ROW))
    x, y = document.node(order[0]).position
    (across, down) = _STEP
    return {id: (x + across * (place % length), y + down * (place // length)) for place, id in enumerate(order)}


def _with_one_more(document: Document) -> Document:
    """Another one behind the last, or where there is none before the first Linear."""
    last = _last(document)
    leads = (wire for wire in document.wires if (wire.source == last.id if last else _is_linear(document, wire.target)))
    wire = next(leads, None)
    if wire is None:
        raise EditError("wire gone")
    by, before = _apart(document, wire), document.node(wire.source)
    labels, ids = {node.label for node in document.nodes}, {node.id for node in document.nodes}
    place = len(hidden(document)) + 1
    label = next(label for number in count(place) if (label := f"hidden {number}") not in labels)
    id = next(id for number in count(1) if (id := f"n{number}") not in ids)
    document = editing.move(document, _moved(document, wire.target, by))
    document = editing.insert(document, id, LINEAR, _plus(before.position, by), wire)
    document = editing.rename_node(document, id, label)
    for name, value in (last.params if last else _FIRST).items():
        document = editing.set_parameter(document, id, name, written(value))
    return document


def _without_one(document: Document) -> Document:
    last = _last(document)
    assert last is not None
    into = next((wire for wire in document.wires if wire.target == last.id), None)
    if into is not None:
        across, down = _apart(document, into)
        document = editing.move(document, _moved(document, last.id, (-across, -down)))
    return editing.delete(document, [last.id], heal=True)


def _last(document: Document) -> Node | None:
    """The hidden layer that leads to no other."""
    layers = hidden(document)
    ids = {node.id for node in layers}
    return next((node for node in reversed(layers) if not ids & (_behind(document, node.id) - {node.id})), None)


def _behind(document: Document, id: str) -> set[str]:
    """The node and all that it leads to."""
    found, open = {id}, [id]
    while open:
        source = open.pop()
        for wire in document.wires:
            if wire.source == source and wire.target not in found:
                found.add(wire.target)
                open.append(wire.target)
    return found


def _is_linear(document: Document, id: str) -> bool:
    return document.node(id).kind == LINEAR


def _apart(document: Document, wire: Wire) -> Position:
    """How far the two ends of a wire lie from each other."""
    (x, y), (to_x, to_y) = document.node(wire.source).position, document.node(wire.target).position
    return to_x - x, to_y - y


def _moved(document: Document, id: str, by: Position) -> dict[str, Position]:
    """Where a node and all behind it lie, so far on."""
    behind = _behind(document, id)
    return {node.id: _plus(node.position, by) for node in document.nodes if node.id in behind}


def _plus(at: Position, by: Position) -> Position:
    return at[0] + by[0], at[1] + by[1]
