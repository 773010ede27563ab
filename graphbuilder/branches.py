"""Networks that are drawn for data: what a good engineer puts behind an Input, and a small whole network to begin with.

Numbers are normalized; few words become rows of 0 and 1, many an embedding; text is cut into words; pictures are
brought to values between 0 and 1. What is measured for that is measured on the training part.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import floor, inf, log10
from secrets import token_hex
from typing import Any

from graphbuilder import editing
from graphbuilder.datasets import Own
from graphbuilder.document import Document, Wire
from graphbuilder.fields import Field, enterable
from graphbuilder.losses import LOSSES, usual
from graphbuilder.operators import KINDS
from graphbuilder.operators.fitting import (
    CONCATENATE,
    CONVOLUTION,
    FLATTEN,
    INPUT,
    LINEAR,
    LOSS,
    MEAN_OF_ALL,
    MEAN_OF_STEPS,
    MEASURED,
    NAMED,
    POOLING,
    RESCALING,
    STEPS,
    WORD,
    WORDS,
)  # fmt: skip
from graphbuilder.tensors import Numbers

FEW_CLASSES = 30
"""Categories up to which each is told by a row of 0 and 1."""
MOST_WORDS, WORDS_A_TEXT = 5_000, 100
ACROSS, DOWN = 260.0, 190.0
"""How far apart nodes stand on the canvas."""

Params = Mapping[str, Any]
_CONVOLUTION: Params = {"kernel_size": (3, 3), "padding": "same", "activation": "relu"}


@dataclass(frozen=True)
class _Drawing:
    """A document under way. left: where its first column stands."""

    document: Document
    left: float
    made: tuple[str, ...] = field(default=())

    def put(self, kind: str, params: Params, row: float, behind: tuple[str, ...] = ()) -> "_Drawing":
        """With one node more, in the column behind all that it reads."""
        id = f"n{token_hex(6)}"
        across = max((self.document.node(one).position[0] + ACROSS for one in behind), default=self.left)
        defaults = KINDS[kind].defaults()
        document = editing.add(self.document, id, kind, (across, row * DOWN), {**defaults, **params})
        for one in behind:
            document = editing.connect(document, Wire(source=one, target=id))
        return _Drawing(document, self.left, (*self.made, id))

    @property
    def last(self) -> str:
        return self.made[-1]


def draw_inputs(document: Document) -> tuple[Document, str | None]:
    """The document with a branch for every field of its data that no Input takes yet, joined at its end; the node that
    it ends with, None where nothing is left to enter."""
    drawing, ends = _entered(document)
    if not ends:
        return document, None
    drawing = _joined(drawing, ends)
    return drawing.document, drawing.last if len(ends) > 1 else ends[0][0]


def draw_network(document: Document) -> Document:
    """The document with a small network that learns every target of its data: the branches of its fields, one hidden
    layer or two of convolutions, and a Loss for each target. Without a target, the branches alone."""
    targets = [one for one in document.data.fields.values() if one.name in _targets(document)]
    drawing, ends = _entered(document)
    if not ends or not targets:
        return draw_inputs(document)[0]
    pictures = [end for end in ends if end[1].kind == "image"]
    placed = [one for one in targets if _is_placed(one) and pictures and one.shape[:2] == pictures[0][1].shape[:2]]
    if placed:
        return _placed(drawing, pictures[0], placed[0])
    drawing = _joined(drawing, ends, hidden=True)
    last = drawing.last
    first = drawing.document.node(last).position[1] / DOWN - (len(targets) - 1) / 2
    for row, target in enumerate(targets):
        drawing = _answered(drawing, last, target, first + row)
    return drawing.document


End = tuple[str, Field]
"""The last node of a branch, and the field that it began with."""


def _features(document: Document) -> list[str]:
    """The fields that are to be entered: of one's own data those whose columns are features."""
    source = document.data.source
    if not isinstance(source, Own):
        return [name for name in enterable(source.fields()) if name not in source.targets] if source else []
    if source.description.window:
        return ["window"]
    columns = source.description.columns
    return list(dict.fromkeys(one.field or one.name for one in columns if one.role == "feature"))


def _targets(document: Document) -> list[str]:
    source = document.data.source
    if isinstance(source, Own):
        columns = source.description.columns
        return list(dict.fromkeys(one.field or one.name for one in columns if one.role == "target"))
    if source and source.targets:
        return list(source.targets)
    fields = document.data.fields.values()
    return [one.name for one in fields if one.kind == "class"][:1] or [
        one.name for one in fields if one.kind == "number"
    ]


def left_to_enter(document: Document) -> list[Field]:
    """The fields of the data that are to be entered, and that no Input takes yet."""
    fields = document.data.fields
    taken = {str(node.params.get("field")) for node in document.nodes if node.kind == INPUT}
    return [fields[name] for name in _features(document) if name in fields and name not in taken]


def _entered(document: Document) -> tuple[_Drawing, list[End]]:
    """The branches, and their ends."""
    drawing, ends = _Drawing(document, min((node.position[0] for node in document.nodes), default=0.0)), []
    left = left_to_enter(document)
    first = 0 if not document.nodes else round(max(node.position[1] for node in document.nodes) / DOWN) + 1
    for row, one in enumerate(left, first):
        drawing = drawing.put(INPUT, {"field": one.name}, row)
        for kind, params in _behind(one):
            drawing = drawing.put(kind, params, row, (drawing.last,))
        ends.append((drawing.last, one))
    return drawing, ends


def _behind(one: Field) -> Iterator[tuple[str, Params]]:
    """The operators that make numbers to learn from of a field."""
    match one.kind:
        case "image":
            if one.low >= 0 and one.high > 1:
                yield RESCALING, {"scale": 1 / one.high}
        case "category":
            names = len(one.classes) + 1  # one stands for all others
            measured = {"vocabulary": (), "max_tokens": max(3, names)}
            if len(one.classes) <= FEW_CLASSES and one.shape == (1,):
                yield WORD, {**measured, "output_mode": "one_hot"}
            else:
                yield WORD, measured
                yield NAMED, {"input_dim": max(3, names), "output_dim": min(50, round(1.6 * names**0.56))}
                yield FLATTEN, {}
        case "text":
            yield (
                WORDS,
                {"vocabulary": (), "max_tokens": MOST_WORDS, "output_sequence_length": WORDS_A_TEXT},
            )
            yield NAMED, {"input_dim": MOST_WORDS, "output_dim": 16}
            yield MEAN_OF_STEPS, {}
        case "vector" | "array" | "number" if one.numbers is Numbers.FLOAT:
            yield MEASURED, {}


def _joined(drawing: _Drawing, ends: list[End], *, hidden: bool = False) -> _Drawing:
    """One value of all branches, each of one axis; with a hidden layer, where that is asked for."""
    parts, rows = [], [drawing.document.node(end).position[1] / DOWN for end, _ in ends]
    middle = (rows[0] + rows[-1]) / 2
    alone = len(ends) == 1 and not hidden
    for row, (end, one) in zip(rows, ends, strict=True):
        for kind, params in () if alone else _to_one_axis(one):
            drawing = drawing.put(kind, params, row, (end,))
            end = drawing.last
        parts.append(end)
    if len(parts) > 1:
        drawing = drawing.put(CONCATENATE, {}, middle, tuple(parts))
    if hidden:
        end = drawing.last if len(parts) > 1 else parts[0]
        drawing = drawing.put(LINEAR, {"units": 32, "activation": "relu"}, middle, (end,))
    return drawing


def _to_one_axis(one: Field) -> Iterator[tuple[str, Params]]:
    """What makes one axis of the end of a branch: of a picture and a series, what a small network sees in it."""
    if one.kind == "image":
        rooms = [axis or 1 for axis in one.shape[:2]]
        yield CONVOLUTION, {**_CONVOLUTION, "filters": 16}
        if min(rooms) >= 8:
            yield POOLING, {}
            yield CONVOLUTION, {**_CONVOLUTION, "filters": 32}
        if min(rooms) >= 24:
            yield POOLING, {}
        yield (FLATTEN, {}) if max(rooms) <= 32 else (MEAN_OF_ALL, {})
    elif one.kind == "array" and len(one.shape) == 2:
        yield STEPS, {"units": 32}
    elif len(one.shape) > 1:
        yield FLATTEN, {}


def _answered(drawing: _Drawing, end: str, target: Field, row: float) -> _Drawing:
    """A last Linear and a Loss for a target; of amounts, what brings values of about 1 to theirs."""
    name = usual_for(target)
    needed = LOSSES[name]().outputs_needed(target)
    assert needed is not None, "the usual loss goes with its target"
    units = needed[-1] if needed and needed[-1] else 1
    drawing = drawing.put(LINEAR, {"units": units}, row, (end,))
    if name == usual("values") and (params := _to_amounts(drawing.document, target)):
        drawing = drawing.put(RESCALING, params, row, (drawing.last,))
    return drawing.put(LOSS, {"target": target.name, "loss": name}, row, (drawing.last,))


def _to_amounts(document: Document, target: Field) -> Params:
    """The mean and the spread that a target has in the training part, as what is added and multiplied by; nothing
    where it is about 1 as it is."""
    source = document.data.source
    mean, spread = source.description.spreads.get(target.name, (0.0, 1.0)) if isinstance(source, Own) else (0.0, 1.0)
    if not 0 < spread < inf or (abs(mean) <= 1 and 0.5 <= spread <= 2):
        return {}
    digits = 3 - floor(log10(spread))
    return {"scale": round(spread, digits), "offset": round(mean, digits)}


def usual_for(target: Field) -> str:
    """The loss that a target is usually learned by."""
    if target.kind == "class":
        return usual("two classes" if len(target.classes) == 2 else "classes")
    return usual("two classes") if target.kind == "labels" else usual("values")


def _is_placed(target: Field) -> bool:
    """It says something of each place of a picture."""
    return target.kind == "image" or (target.kind == "class" and len(target.shape) == 2)


def _placed(drawing: _Drawing, picture: End, target: Field) -> Document:
    """An answer for every place: convolutions that look wider and wider, and one of a single place at the end."""
    end = picture[0]
    for rate in (1, 2, 4):
        drawing = drawing.put(CONVOLUTION, {**_CONVOLUTION, "filters": 16, "dilation_rate": (rate, rate)}, 0, (end,))
        end = drawing.last
    of_class = target.kind == "class"
    name, filters = (usual("classes"), max(2, len(target.classes))) if of_class else (usual("values"), target.shape[-1])
    drawing = drawing.put(CONVOLUTION, {"filters": filters, "kernel_size": (1, 1)}, 0, (end,))
    if not of_class and target.high > 1:  # rescaled again, as what came in was
        drawing = drawing.put(RESCALING, {"scale": target.high}, 0, (drawing.last,))
    return drawing.put(LOSS, {"target": target.name, "loss": name}, 0, (drawing.last,)).document
