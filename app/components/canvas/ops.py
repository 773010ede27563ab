"""From an edit on the canvas, as the browser tells it, to a change of the document.

What a browser sends is not trusted: an edit that is not of the protocol is refused in words, like one that cannot be
done.
"""

from collections.abc import Callable, Mapping
from typing import Any

from graphbuilder import editing
from graphbuilder.document import Document, Wire
from graphbuilder.editing import EditError
from graphbuilder.repairs import repaired
from graphbuilder.store.store import Numbered

_UNKNOWN = "The canvas sent an edit that is not known here; reload the page."


def numbered(sync: Mapping[str, Any]) -> list[tuple[int, Numbered]]:
    """The edits of one message in the order of their numbers. A node that is added, wired at once and given room is one
    step.

    Raises EditError where the edits have no numbers to go by.
    """
    ops = sync.get("ops", [])
    if not isinstance(ops, list) or not all(isinstance(op, dict) and _counts(op.get("n")) for op in ops):
        raise EditError(_UNKNOWN)
    found = []
    added = kind = None
    for op in sorted(ops, key=lambda op: op["n"]):
        belongs = added is not None and _belongs(op, added)
        if op.get("op") == "add":
            added, kind = op.get("id"), op.get("kind")
        elif not belongs:
            added = kind = None
        found.append((op["n"], _numbered(op, f"add {kind}" if added else str(op.get("op")), belongs)))
    return found


def _belongs(op: Mapping[str, Any], added: object) -> bool:
    """Whether this edit only wires the node that was just added, or moves others out of its way."""
    wire, moved = op.get("wire"), op.get("at")
    if op.get("op") == "connect" and isinstance(wire, dict):
        return added in (wire.get("from"), wire.get("to"))
    return op.get("op") == "move" and isinstance(moved, dict) and added not in moved


def _counts(n: object) -> bool:
    return type(n) is int and 0 < n < 2**53


def _numbered(op: Mapping[str, Any], label: str, merge: bool) -> Numbered:
    match op.get("op"):
        case "undo":
            return Numbered(step=-1)
        case "redo":
            return Numbered(step=1)
    return Numbered(lambda document: _changed(document, op), label, merge)


Changed = Document | tuple[Document, str]
"""The document, and where its label follows from it, that too."""


def _changed(document: Document, op: Mapping[str, Any]) -> Changed:
    try:
        return _CHANGES[op["op"]](document, op)
    except EditError:
        raise
    except (KeyError, TypeError, IndexError, AttributeError, ValueError, OverflowError):  # no edit of the protocol
        raise EditError(_UNKNOWN) from None


def _add(document: Document, op: Mapping[str, Any]) -> Document:
    position = float(op["x"]), float(op["y"])
    if op.get("wire"):
        return editing.insert(document, op["id"], op["kind"], position, _wire(op["wire"]))
    return editing.add(document, op["id"], op["kind"], position)


def _delete(document: Document, op: Mapping[str, Any]) -> Document:
    there = {node.id for node in document.nodes}
    without = editing.disconnect(document, map(_wire, op.get("wires", ())))
    return editing.delete(without, [id for id in op.get("nodes", ()) if id in there], heal=bool(op.get("heal")))


def _wire(raw: Mapping[str, Any]) -> Wire:
    return Wire.model_validate(dict(raw))


_CHANGES: dict[str, Callable[[Document, Mapping[str, Any]], Changed]] = {
    "add": _add,
    "move": lambda document, op: editing.move(document, {id: (float(x), float(y)) for id, (x, y) in op["at"].items()}),
    "connect": lambda document, op: editing.connect(document, _wire(op["wire"])),
    "reconnect": lambda document, op: editing.reconnect(document, _wire(op["old"]), _wire(op["wire"])),
    "delete": _delete,
    "repair": lambda document, op: repaired(document, op["key"]),
    "duplicate": lambda document, op: editing.duplicate(document, op["copies"], (float(op["dx"]), float(op["dy"]))),
}
