"""Other data for a network of points by one edit: of two classes or with an amount each, and the Loss with them."""

from collections.abc import Mapping

from graphbuilder import editing
from graphbuilder.datasets import SOURCES, Source
from graphbuilder.document import Document, Node
from graphbuilder.fields import Field
from graphbuilder.losses import usual
from graphbuilder.operators.fitting import LINEAR, LOSS
from graphbuilder.parameters import written
from graphbuilder.refusals import EditError


def alike(document: Document) -> dict[str, str]:
    """The titles of the sets that the network can learn as it is, but for its Loss, by name; its own first of all. Sets
    with the same fields, and of a network of points with one answer those of the other kind of answer."""
    fields = document.data.fields
    one = one_answer(document)
    found = {
        name: source.title
        for name, source in SOURCES.items()
        if source().fields() == fields or (one is not None and _is_of_points(source(), fields))
    }
    return found if document.data.name in found else {}


def one_answer(document: Document) -> Node | None:
    """The only Loss of a network of points, which compares one number for each of them; None for other networks."""
    losses = [node for node in document.nodes if node.kind == LOSS]
    told = _told(document.data.fields) if len(losses) == 1 else None
    if told is None or losses[0].params["target"] != told.name or not _plane(document.data.fields):
        return None
    last = _last(document, losses[0])
    return losses[0] if last and last.kind == LINEAR and last.params["units"] == 1 else None


def set_data_of_points(document: Document, value: object) -> Document:
    """The document with another of its `alike` sets. Where that has amounts in the place of classes, or the other way
    round, the Loss compares them as is usual, and the last layer answers any number. How many points there are, their
    noise and their seed stay where both sets have them. Raises EditError for a set that is none of those."""
    if not isinstance(value, str) or value not in alike(document):
        raise EditError("no data set", name=value)
    before, loss = document.data, one_answer(document)
    there, told = _told(before.fields), _told(SOURCES[value]().fields())
    document = editing.set_data(document, value)
    for name, option in before.options.items():
        if name in document.data.options:
            document = editing.set_data_option(document, name, written(option))
    if loss is None or told is None or there is None or told.name == there.name:
        return document
    last = _last(document, loss)
    assert last is not None, "one answer comes from somewhere"
    document = editing.set_parameter(document, last.id, "activation", "linear")
    kind = "two classes" if told.classes else "values"
    for name, setting in {"target": told.name, "loss": usual(kind), "from_logits": True, "metrics": []}.items():
        document = editing.set_parameter(document, loss.id, name, setting)
    return document


def _is_of_points(source: Source, fields: Mapping[str, Field]) -> bool:
    """Whether it has the points of these fields, and one answer for each of them."""
    own = source.fields()
    return _told(own) is not None and _plane(own) is not None and _plane(own) == _plane(fields)


def _plane(fields: Mapping[str, Field]) -> Field | None:
    return next((one for one in fields.values() if one.kind == "vector" and one.shape == (2,)), None)


def _told(fields: Mapping[str, Field]) -> Field | None:
    """The two classes or the amount, where the fields are points and that."""
    rest = [one for one in fields.values() if one.kind != "vector"]
    if len(fields) != 2 or len(rest) != 1:
        return None
    (one,) = rest
    is_answer = (one.kind == "number" and one.shape == (1,)) or (one.kind == "class" and len(one.classes) == 2)
    return one if is_answer else None


def _last(document: Document, loss: Node) -> Node | None:
    source = next((wire.source for wire in document.wires if wire.target == loss.id), None)
    return document.node(source) if source else None
