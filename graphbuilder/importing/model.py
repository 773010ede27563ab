"""A model as any reader fills it in: its layers, their calls, and which values go where. No library's own names of
parameters or operators are settled here; `drawing` does that.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from graphbuilder.shapes import Shape

LAYERS, FUNCTIONS, OTHER, UNTOLD = "layers", "ops", "", "untold"
"""Where a layer's kind is declared: among Keras' layers, among its functions (keras.ops), or nowhere that is known."""

OLDER: Literal[5] = 5
"""The hard_sigmoid of Keras' second version, as of Model: so are its masks."""

MOST_LAYERS, MOST_READ = 4_500, 15_000
"""Layers, or nodes that are made of them, and values that they read: far more than any model that is known, and no
more than are drawn within a second."""

Plain = None | bool | int | float | str


@dataclass(frozen=True, slots=True)
class Ref:
    """A value: what the `call`-th call of a layer gives as its `output`, both counted from 0."""

    layer: str
    call: int = 0
    output: int = 0


@dataclass(frozen=True, slots=True)
class Along:
    """An index along one axis, `start:stop:step`."""

    start: int | None = None
    stop: int | None = None
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """The index that stands for all axes that are not named."""


MOST_NUMBERS = 20_000
"""How many numbers of a file may meet one value."""


@dataclass(frozen=True, slots=True, eq=False)
class Many:
    """Numbers that stand in the file, more than may meet a value: what they are may be seen by their pattern alone."""

    numbers: "np.ndarray[Any, Any]"

    @staticmethod
    def told(numbers: "np.ndarray[Any, Any]") -> "Tree":
        """As rows of numbers, where these are no more than may meet a value."""
        if numbers.size > MOST_NUMBERS:
            return Many(numbers)

        def rows(listed: Any) -> "Tree":
            return tuple(map(rows, listed)) if isinstance(listed, list) else listed

        return rows(numbers.tolist())


Tree = Ref | Along | Rest | Many | Plain | tuple["Tree", ...] | Mapping[str, "Tree"]
"""An argument: a value, a number or word, or several of these."""


def refs_in(tree: Tree) -> Iterator[Ref]:
    """The values in an argument, in their order."""
    if isinstance(tree, Ref):
        yield tree
    elif isinstance(tree, tuple):
        for part in tree:
            if not isinstance(part, float | int | str):
                yield from refs_in(part)
    elif isinstance(tree, Mapping):
        for part in tree.values():
            yield from refs_in(part)


def _nothing() -> Mapping[Any, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer, or one function of Keras.

    name: unique in its model. kind: the class, such as Dense; of a function its name in keras.ops, such as expand_dims.
    config: what it was made with, as plain JSON under Keras 3's names; of a function, arguments that are no values.
    inner: of a model within the model. place: where it stands in the file, in words. mark: of a layer of a script, the
    same number wherever it stands, in whichever models; else 0.
    """

    name: str
    kind: str
    module: str = LAYERS
    config: Mapping[str, Any] = field(default_factory=_nothing)
    inner: "Model | None" = None
    place: str = ""
    mark: int = field(default=0, compare=False)

    def form(self) -> Hashable:
        """Equal for layers that differ in names and places alone."""
        told = {key: value for key, value in self.config.items() if key != "name"}
        return self.kind, self.module, repr(told), self.inner and self.inner.form()


@dataclass(frozen=True, slots=True)
class Call:
    """A layer applied to values. Calls stand in their order in the file, in which those of one layer are counted.
    label: of what it gives, where that is called otherwise than the layer."""

    layer: str
    positional: tuple[Tree, ...] = ()
    keywords: Mapping[str, Tree] = field(default_factory=_nothing)
    label: str = ""
    refs: tuple[Ref, ...] = field(init=False, repr=False, compare=False)
    """The values that it reads, in their order."""

    def __post_init__(self) -> None:
        read = tuple(ref for tree in (*self.positional, *self.keywords.values()) for ref in refs_in(tree))
        object.__setattr__(self, "refs", read)


KEPT = "validation_kept"
"""In what `fit` was told: the share of all rows that were drawn before it, to watch training by."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a model was to be trained with, as plain JSON of Keras; None for what the file does not say. fit: arguments
    of `fit`, its callbacks among them, and KEPT. epoch: how many steps an epoch has, where lengths are told in steps.
    """

    optimizer: Any = None
    loss: Any = None
    loss_weights: Any = None
    metrics: Any = None
    fit: Mapping[str, Any] = field(default_factory=_nothing)
    epoch: int | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A model, or a model within one.

    inputs, outputs: in the order in which callers hand values over. Layers of the kind InputLayer have no call, and
    give a value all the same. sequential: a row of layers, each applied once. hard_sigmoid: which of its two forms is
    meant, x / 5 + 1 / 2 up to Keras 2 and x / 6 + 1 / 2 since. shapes: of values, where the file tells them, without
    the batch. ends: what outputs are called, where they have names of their own. is_ours: the code is of our own
    printer.
    """

    name: str
    layers: tuple[Layer, ...]
    calls: tuple[Call, ...]
    inputs: tuple[Ref, ...]
    outputs: tuple[Ref, ...]
    sequential: bool = False
    hard_sigmoid: Literal[5, 6] = 6
    compiled: Compiled | None = None
    shapes: Mapping[Ref, Shape] = field(default_factory=_nothing)
    ends: tuple[str, ...] = ()
    is_ours: bool = False

    def form(self) -> Hashable:
        """Equal for models that differ in names, labels and places alone."""
        numbers = {layer.name: number for number, layer in enumerate(self.layers)}

        def of(tree: Tree) -> Hashable:
            if isinstance(tree, Ref):
                return Ref, numbers[tree.layer], tree.call, tree.output
            if isinstance(tree, tuple):
                return tuple, *map(of, tree)
            if isinstance(tree, Mapping):
                return dict, *((key, of(part)) for key, part in tree.items())
            return type(tree), tree

        return (
            tuple(layer.form() for layer in self.layers),
            tuple((numbers[one.layer], of(one.positional), of(one.keywords)) for one in self.calls),
            of(self.inputs),
            of(self.outputs),
            tuple((of(ref), shape) for ref, shape in self.shapes.items()),
            self.sequential,
            self.hard_sigmoid,
        )

    def layer(self, name: str) -> Layer:
        """Raises KeyError where there is none."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise KeyError(name)


def in_a_row(
    name: str, layers: Sequence[Layer], hard_sigmoid: Literal[5, 6] = 6, compiled: Compiled | None = None
) -> Model:
    """A sequential model: the first layer is its InputLayer, the others are called one on what the other gives."""
    at = Ref(layers[0].name)
    calls: list[Call] = []
    for layer in layers[1:]:
        calls.append(Call(layer.name, (at,)))
        at = Ref(layer.name)
    return Model(name, tuple(layers), tuple(calls), (Ref(layers[0].name),), (at,), True, hard_sigmoid, compiled)


# What an import did


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that an import has to say.

    code: stable. place: in the file, in words. node: that it is about, by its place in the document (`encoder/conv`).
    loses: something of the file is not in the document.
    """

    code: str
    text: str
    place: str = ""
    node: str = ""
    loses: bool = True

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "place": self.place, "text": self.text, "node": self.node, "loses": self.loses}

    def __str__(self) -> str:
        return f"{self.place}: {self.text}" if self.place else self.text


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did. source: the form of the file, in words. placeholders: labels of the nodes that stand for what
    is not known. folded: blocks that equal parts became. weights: of how many layers with weights they came, None where
    the file holds none. dropped: compile settings that have no place in a document."""

    source: str
    nodes: int
    parameters: int
    placeholders: tuple[str, ...] = ()
    folded: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    weights: tuple[int, int] | None = None
    messages: tuple[Message, ...] = ()

    def as_json(self) -> dict[str, Any]:
        came = None if self.weights is None else {"layers": self.weights[0], "of": self.weights[1]}
        return {
            "source": self.source,
            "nodes": self.nodes,
            "parameters": self.parameters,
            "placeholders": list(self.placeholders),
            "folded": list(self.folded),
            "dropped": list(self.dropped),
            "weights": came,
            "messages": [message.as_json() for message in self.messages],
        }


class ImportFault(ValueError):
    """A file that cannot be imported: a stable code, and a sentence that follows the file's name."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text
