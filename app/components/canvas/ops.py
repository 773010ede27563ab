"""From an edit on the canvas, as the browser tells it, to a change of the document.

What a browser sends is not trusted: an edit that is not of the protocol is refused in words, like one that cannot be
done.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from graphbuilder import editing
from graphbuilder.document import Document, Wire
from graphbuilder.editing import EditError
from graphbuilder.store.store import Numbered


def numbered(sync: Mapping[str, Any]) -> Iterator[tuple[int, Numbered]]:
    """The edits of one message, each with its number. A node that is added and wired at once is one step."""
    added = None
    for op in sync.get("ops", ()):
        ends = op.get("wire") or {}
        wired_at_once = op.get("op") == "connect" and added in (ends.get("from"), ends.get("to"))
        yield int(op["n"]), _numbered(op, f"add {added}" if wired_at_once else None)
        added = op.get("id") if op.get("op") == "add" else added if wired_at_once else None


def _numbered(op: Mapping[str, Any], step: str | None) -> Numbered:
    name = str(op.get("op"))
    if name in ("undo", "redo"):
        return Numbered(step=-1 if name == "undo" else 1)
    label = step or (f"add {op.get('id')}" if name == "add" else name)
    return Numbered(lambda document: _changed(document, op), label, merge=step is not None)


def _changed(document: Document, op: Mapping[str, Any]) -> Document:
    try:
        return _CHANGES[op["op"]](document, op)
    except (KeyError, TypeError, IndexError, AttributeError, ValidationError):
        raise EditError("The canvas sent an edit that is not known here; reload the page.") from None


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


_CHANGES: dict[str, Callable[[Document, Mapping[str, Any]], Document]] = {
    "add": _add,
    "move": lambda document, op: editing.move(document, {id: (float(x), float(y)) for id, (x, y) in op["at"].items()}),
    "connect": lambda document, op: editing.connect(document, _wire(op["wire"])),
    "reconnect": lambda document, op: editing.reconnect(document, _wire(op["old"]), _wire(op["wire"])),
    "delete": _delete,
    "duplicate": lambda document, op: editing.duplicate(document, op["copies"], (float(op["dx"]), float(op["dy"]))),
}
