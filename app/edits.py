"""From an edit on the canvas or in a form, as the browser tells it, to a change of the document.

What a browser sends is not trusted: an edit that is not of the protocol is refused in words, like one that cannot be
done.
"""

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any

from graphbuilder import editing, grouping
from graphbuilder.data_of_points import set_data_of_points
from graphbuilder.datasets import SOURCES
from graphbuilder.diagnosis import is_experiment, tried
from graphbuilder.document import ID_PATTERN, Document, Wire
from graphbuilder.features import set_features
from graphbuilder.hidden import set_hidden_layers
from graphbuilder.names import layer_names
from graphbuilder.operators import KINDS
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.refusals import EditError
from graphbuilder.repairs import repaired
from graphbuilder.store.store import Numbered

log = logging.getLogger("graphbuilder")

Op = Mapping[str, Any]


def numbered(sync: Mapping[str, Any], after: int = 0) -> list[tuple[int, Numbered]]:
    """The edits of one message behind the number `after`, in their order. A node that is added, wired at once and given
    room is one step.

    Raises EditError where the edits have no numbers to go by.
    """
    ops = sync.get("ops", [])
    if not isinstance(ops, list) or not all(isinstance(op, dict) and _counts(op.get("n")) for op in ops):
        raise EditError("no edit")
    found = []
    added: Op | None = None
    for op in sorted(ops, key=lambda op: op["n"]):
        belongs = added is not None and _belongs(op, added)
        if op.get("op") == "add":
            added = op
        elif not belongs:
            added = None
        if op["n"] > after:
            found.append((op["n"], _numbered(op, added, belongs)))
    return found


def _belongs(op: Op, added: Op) -> bool:
    """Whether this edit only wires the node that was just added, or moves others out of its way."""
    wire, moved = op.get("wire"), op.get("at")
    if op.get("where") != added.get("where"):
        return False
    if op.get("op") == "connect" and isinstance(wire, dict):
        return added.get("id") in (wire.get("from"), wire.get("to"))
    return op.get("op") == "move" and isinstance(moved, dict) and added.get("id") not in moved


def _goes_on(op: Op) -> bool:
    """Whether a value goes on with the one before it in the same field, as the page says. What several nodes share is
    a step each time: their number does not say which they are."""
    ids = op.get("ids", ())
    return op.get("again") is True and isinstance(ids, list | tuple) and len(ids) < 2


def _counts(n: object) -> bool:
    return type(n) is int and 0 < n < 2**53


def _numbered(op: Op, added: Op | None, belongs: bool) -> Numbered:
    match op.get("op"):
        case "undo":
            return Numbered(step=-1)
        case "redo":
            return Numbered(step=1)
        case "set":
            return Numbered(lambda document: _worked(document, op, op), again=_goes_on(op))
    return Numbered(lambda document: _worked(document, op, added if belongs and added else op), belongs)


def _worked(document: Document, op: Op, named: Op) -> tuple[Document, str]:
    """The document after an edit, and what the history calls it. named: the edit that gives the name."""
    try:
        if op["op"] == "repair":
            key = op["key"]
            return tried(document, key) if is_experiment(key) else repaired(document, key)
        where = op.get("where", "")
        if where and not isinstance(where, str):
            raise EditError("no edit")
        view = grouping.view(document, where) if where and named["op"] != "copy" else document
        words = _LABELS[named["op"]](view, named)
        after = _CHANGES[op["op"]](document, op)
        return after, f"{words} in {_block(document, where)}" if where else words
    except EditError:
        raise
    except (KeyError, TypeError, IndexError, AttributeError, ValueError, OverflowError):  # no edit of the protocol
        raise EditError("no edit") from None
    except Exception as fault:  # else the page would send it again and again, and never show anything
        log.error("An edit could not be worked.", exc_info=fault)
        raise EditError("own fault") from fault


Change = Callable[[Document, Op], Document]


def _within(change: Change) -> Change:
    """The same change where the edit says: in the document, or within one of its blocks."""
    return lambda document, op: grouping.inside(document, op.get("where", ""), lambda view: change(view, op))


def _add(document: Document, op: Op) -> Document:
    position = float(op["x"]), float(op["y"])
    wire = _wire(op["wire"]) if op.get("wire") else None
    if op.get("uses"):
        return grouping.use(document, _id(op["id"]), op["uses"], position, wire)
    if not op.get("where") and (known := KINDS.get(op["kind"])) and known.stands == "inside":
        raise EditError("only in blocks", node=known.title)
    if wire:
        return editing.insert(document, op["id"], op["kind"], position, wire)
    return editing.add(document, op["id"], op["kind"], position)


def _stand_in(document: Document, op: Op) -> Document:
    def add(apart: Document, position: editing.Position) -> Document:
        return _add(apart, {**op, "x": position[0], "y": position[1], "wire": None})

    return editing.stand_in(document, op["id"], add)


def _id(id: Any) -> str:
    """An id for something new, as documents have them."""
    if not isinstance(id, str) or not re.fullmatch(ID_PATTERN, id):
        raise EditError("no edit")
    return id


def _group(document: Document, op: Op) -> Document:
    chosen = [id for id in op["nodes"] if isinstance(id, str)]
    return grouping.group(document, chosen, _id(op["block"]), _id(op["use"]), grouping.free_name(document))


def _delete(document: Document, op: Op) -> Document:
    there = {node.id for node in document.nodes}
    without = editing.disconnect(document, map(_wire, op.get("wires", ())))
    return editing.delete(without, [id for id in op.get("nodes", ()) if id in there], heal=bool(op.get("heal")))


def _set(document: Document, op: Op) -> Document:
    ids = op.get("ids", ())
    if not all(isinstance(id, str) for id in ids):
        raise EditError("no edit")
    if (op["of"], op["name"]) == ("block", "name"):
        return grouping.rename_block(document, str(op["who"]), str(op["value"]))
    if change := _OF_POINTS.get((op["of"], op["name"])):
        return change(document, op["value"])
    return editing.enter(document, op["of"], op["name"], op["value"], ids, op.get("who"))


_OF_POINTS: dict[tuple[str, str], Callable[[Document, object], Document]] = {
    ("points", "data"): set_data_of_points,
    ("points", "features"): set_features,
    ("points", "hidden_layers"): set_hidden_layers,
}


def _wire(raw: Op) -> Wire:
    return Wire.model_validate(dict(raw))


def _places(at: Any) -> dict[str, tuple[float, float]]:
    return {id: (float(x), float(y)) for id, (x, y) in at.items()}


def _by(op: Op) -> tuple[float, float]:
    return float(op["dx"]), float(op["dy"])


_CHANGES: dict[str, Change] = {
    "add": _within(_add),
    "stand in": _within(_stand_in),
    "move": _within(lambda view, op: editing.move(view, _places(op["at"]))),
    "connect": _within(lambda view, op: editing.draw_wire(view, _wire(op["wire"]))),
    "reconnect": _within(lambda view, op: editing.reconnect(view, _wire(op["old"]), _wire(op["wire"]))),
    "delete": _within(_delete),
    "duplicate": _within(lambda view, op: editing.duplicate(view, op["copies"], _by(op))),
    "set": _within(_set),
    "group": _within(_group),
    "ungroup": lambda document, op: grouping.ungroup(document, op["id"], op.get("where", "")),
    "unique": _within(lambda view, op: grouping.make_unique(view, op["id"], _id(op["block"]))),
    "copy": lambda document, op: grouping.copy(document, op["copies"], _by(op), op["source"], op.get("where", "")),
    "drop": lambda document, op: grouping.drop(document, op["block"]),
}


# What the history calls an edit, said of the document before it


def _nodes(document: Document, ids: Any) -> str:
    """One node by its name, several by their number."""
    several = [id for id in ids if isinstance(id, str)]
    if len(several) != 1:
        return f"{len(several)} nodes"
    return next((node.called for node in document.nodes if node.id == several[0]), "a node")


def _alone(document: Document, ids: Any) -> str:
    """As `_nodes`; two nodes of one name by their layers' names as well, since steps are joined by their words."""
    told = _nodes(document, ids)
    if len(ids) == 1 and sum(node.called == told for node in document.nodes) > 1:
        return f"{told} ({layer_names(document.nodes)[ids[0]]})"
    return told


def _block(document: Document, id: str) -> str:
    """What a block is called."""
    return next((block.name for block in document.blocks if block.id == id and block.name), "a block")


def _added(document: Document, op: Op) -> str:
    return f"add {_new(document, op)}"


def _new(document: Document, op: Op) -> str:
    return _block(document, op["uses"]) if op.get("uses") else KINDS[op["kind"]].title


def _copied(document: Document, op: Op) -> str:
    return f"copy {_nodes(grouping.view(document, op['source']) if op['source'] else document, op['copies'])}"


def _of_wire(document: Document, wire: Op, words: str) -> str:
    return f"{_nodes(document, [wire['from']])} {words} {_nodes(document, [wire['to']])}"


def _deleted(document: Document, op: Op) -> str:
    nodes, wires = op.get("nodes", ()), op.get("wires", ())
    if nodes:
        return f"delete {_nodes(document, nodes)}"
    return f"cut {_of_wire(document, wires[0], 'to')}" if len(wires) == 1 else f"cut {len(wires)} wires"


def _entered(document: Document, op: Op) -> str:
    name, of = str(op["name"]).replace("_", " "), op["of"]
    if of in ("node", "label", "weights"):
        return f"{name} of {_alone(document, op['ids'])}"
    if of == "block":
        return f"name of {_block(document, op['who'])}"
    if (of == "network" and name != "name") or (of, name) == ("points", "data"):
        return f"{'data set' if name == 'data' else name} {_TITLES[name].get(op['value'], op['value'])}"
    if of in ("optimizer", "data"):
        return f"{name} of {_TITLES[of].get(op['who'], op['who'])}"
    return f"{name} of {_OF.get(of, of)}"


_TITLES = {
    "optimizer": {name: one.title for name, one in OPTIMIZERS.items()},
    "data": {name: one.title for name, one in SOURCES.items()},
}
_OF = {"training": "the training", "split": "the parts", "network": "the project", "points": "the network"}


_LABELS: dict[str, Callable[[Document, Op], str]] = {
    "add": _added,
    "stand in": lambda document, op: f"put {_new(document, op)} in the place of {_nodes(document, [op['id']])}",
    "move": lambda document, op: f"move {_nodes(document, op['at'])}",
    "connect": lambda document, op: f"wire {_of_wire(document, op['wire'], 'to')}",
    "reconnect": lambda document, op: f"wire {_of_wire(document, op['wire'], 'to')}",
    "delete": _deleted,
    "duplicate": lambda document, op: f"copy {_nodes(document, op['copies'])}",
    "set": _entered,
    "group": lambda document, op: f"make a block of {_nodes(document, op['nodes'])}",
    "ungroup": lambda document, op: f"dissolve {_nodes(document, [op['id']])}",
    "unique": lambda document, op: f"give {_nodes(document, [op['id']])} a block of its own",
    "copy": _copied,
    "drop": lambda document, op: f"take {_block(document, op['block'])} out of the palette",
}
