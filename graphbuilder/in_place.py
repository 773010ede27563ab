"""Other data in the place of those that a document names: which fit, and under which names its nodes then find them."""

from graphbuilder import editing
from graphbuilder.datasets import Description
from graphbuilder.document import Document
from graphbuilder.fields import Field, Fields
from graphbuilder.operators import KINDS
from graphbuilder.parameters import FieldName


def fitting(document: Document, fields: Fields) -> dict[str, str] | None:
    """Of each field that the document's nodes name, the one of these that has its shape; of the same name where that
    one does. None where one has none, and where the document's own are not known."""
    found: dict[str, str] = {}
    for name in _named(document):
        own = document.data.fields.get(name)
        if own is None:
            return None
        free = [one for one in (name, *fields) if one in fields and one not in found.values()]
        place = next((one for one in free if _are_alike(own, fields[one])), None)
        if place is None:
            return None
        found[name] = place
    return found


def put_in_place(document: Document, description: Description) -> Document:
    """Data of the user's own in the place of those that are there: nodes name the fields that have the shapes of
    theirs, where all do."""
    names = fitting(document, {field.name: field for field in description.fields}) or {}
    for node in document.nodes:
        for parameter in _parameters(node.kind):
            if (name := str(node.params.get(parameter, ""))) in names and names[name] != name:
                document = editing.set_parameter(document, node.id, parameter, names[name])
    return editing.use_own_data(document, description)


def _parameters(kind: str) -> list[str]:
    known = KINDS.get(kind)
    return [name for name, one in known.parameters.items() if isinstance(one, FieldName)] if known else []


def _named(document: Document) -> list[str]:
    named = [str(node.params.get(name) or "") for node in document.nodes for name in _parameters(node.kind)]
    return [name for name in dict.fromkeys(named) if name]


def _are_alike(one: Field, other: Field) -> bool:
    """Whether a network reads or tells both: words may be others, but as many classes are told."""
    told = one.kind in ("class", "labels")
    return (one.kind, one.shape, one.numbers) == (other.kind, other.shape, other.numbers) and (
        not told or len(one.classes) == len(other.classes)
    )
