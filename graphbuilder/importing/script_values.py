"""What names stand for in a script that is read and never run: plain values, layers, models, tensors, and what is not
known before it runs. All of it is bounded, so that no script takes long."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from graphbuilder.importing.model import MOST_LAYERS, ImportFault

Value = Any
"""A plain value, a list, tuple or dict of values, a `range`, a `slice`, or one of the classes here."""

MOST_STEPS = 100_000
MOST_OF_A_STATEMENT = 75_000
MOST_OF_A_LOOP = 20_000
MOST_ITEMS = 5_000
LONGEST = 10_000
LARGEST = 10**18


class TooMuch(Exception):
    """A script that goes on for longer than it is read."""


@dataclass
class Steps:
    """What reading may still cost. floor: what must be left, for statements to come. layers: how many were made."""

    left: int = MOST_STEPS
    floor: int = 0
    layers: int = 0

    def take(self, count: int = 1) -> None:
        self.left -= count
        if self.left < self.floor:
            raise TooMuch

    def made(self) -> None:
        self.layers += 1
        if self.layers > MOST_LAYERS:
            raise ImportFault("E_TOO_BIG", f"makes more than {MOST_LAYERS:,} layers, which is not read.")


@dataclass(frozen=True, slots=True, eq=False)
class Unknown:
    """What is not known before the script runs. text: the words of the script that it comes of. batch: of data, how
    many rows come at once, where that is told. kept: which share of all rows such data have that are kept apart."""

    text: str
    line: int
    batch: int | None = field(default=None, kw_only=True)
    kept: float | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True, eq=False)
class Weight(Unknown):
    """Weights that a layer of the script's own makes for itself. shape: as far as it is known. start: the number that
    all of them begin with, where it is known. initializer: what the script says of how they begin. pieces: the layers
    that have them, by what they are, which is the same for all that are these weights in another shape. turn: how their
    axes were moved, where they were."""

    shape: "Value" = None
    start: float | None = None
    initializer: "Value" = None
    pieces: "dict[str, Piece]" = field(default_factory=dict)
    turn: str = ""

    def sizes(self) -> list[int] | None:
        """Their shape, where all of it is known."""
        told = [*self.shape] if isinstance(self.shape, list | tuple) else None
        whole = [one for one in told or () if isinstance(one, int) and not isinstance(one, bool) and one > 0]
        return whole if told is not None and len(whole) == len(told) else None

    def seen(self, shape: "Value", turn: str = "") -> "Weight":
        """The same weights in another shape."""
        return replace(self, shape=shape, turn=f"{self.turn}{turn}")

    def rows(self) -> tuple[int, int] | None:
        """How many rows of how many numbers they are, where they are a table."""
        sizes = self.sizes() or []
        while len(sizes) > 2 and sizes[0] == 1:
            sizes.pop(0)
        return (sizes[0], sizes[1]) if len(sizes) == 2 else None


@dataclass(frozen=True, slots=True, eq=False)
class Places(Unknown):
    """0, 1, 2 and so on, in their order; or an Embedding of those. piece: that Embedding. is_column: one below the
    other."""

    piece: "Piece | None" = None
    is_column: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Causal(Unknown):
    """Of each place of a sequence of any length, itself and those before it."""


@dataclass(frozen=True, slots=True, eq=False)
class Draw(Unknown):
    """Numbers drawn at random from a bell curve. shape: what the script says of it; where they are joined with a value,
    they have its shape."""

    mean: float = 0.0
    stddev: float = 1.0
    shape: "Value" = None


@dataclass(frozen=True, slots=True, eq=False)
class Array(Unknown):
    """Data that are not known, but for their shape, as far as that is. most: the largest of whole numbers from 0."""

    shape: tuple[int | None, ...] = ()
    most: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Table(Array):
    """Numbers that the script works out of what stands in it."""

    numbers: "np.ndarray[Any, Any]" = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Named:
    """Something imported or built in, by its full name: keras.layers.Dense."""

    path: str

    @property
    def last(self) -> str:
        return self.path.rpartition(".")[2]

    @property
    def is_of_keras(self) -> bool:
        return self.path.startswith(("keras.", "tensorflow."))

    @property
    def is_foreign(self) -> bool:
        """Whether it is a constant of another module, by the way it is written."""
        return self.last.isupper() and not self.is_of_keras


@dataclass(slots=True, eq=False)
class Scope:
    """Names of a module, a function or a class. module: of the file's top."""

    names: dict[str, Value] = field(default_factory=dict)
    outer: "Scope | None" = None
    starred: list[str] = field(default_factory=list)
    of_top: frozenset[str] | None = None

    def top(self) -> "Scope":
        return self if self.outer is None else self.outer.top()


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    own: Value = None
    """The object whose method it is."""

    @property
    def name(self) -> str:
        return "lambda" if isinstance(self.node, ast.Lambda) else self.node.name


@dataclass(frozen=True, slots=True, eq=False)
class Class:
    """A class of the script's own. base: what it is derived from, by full name."""

    name: str
    scope: Scope
    base: Value
    line: int


@dataclass(slots=True, eq=False)
class Made:
    """Something that Keras makes beside layers: an optimizer, an initializer, a loss."""

    kind: str
    module: str
    config: dict[str, Value]


@dataclass(slots=True, eq=False)
class Space:
    """An object with attributes alone, such as arguments of a command line."""

    names: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Arguments(Space):
    """A parser of a command line: the defaults of its arguments."""


@dataclass(frozen=True, slots=True, eq=False)
class Method:
    """A method of a value that is no function of the script."""

    own: Value
    name: str


@dataclass(slots=True, eq=False)
class Piece:
    """A layer, a function or a model that is applied. behind: a function of the script that is its activation."""

    kind: str
    module: str
    config: dict[str, Value]
    name: str
    line: int
    applied: "list[Applied]" = field(default_factory=list)
    behind: "Function | None" = None


@dataclass(slots=True, eq=False)
class Network(Piece):
    """A model. row: of a Sequential, its parts. inputs, outputs: of any other, or of a row that was called. fitted:
    arguments of `fit`. beside: what was applied in it and leads to no output, where that is to be kept. fed: the shape
    of the data that it is trained on. is_opened: others go on with values of its layers. listed: its layers, where they
    were asked for. is_given: by keras.applications. kept: attributes that the script gave it. entered: what it was
    applied to first."""

    row: list[Piece] | None = None
    shape: Value = None
    inputs: Value = None
    outputs: Value = None
    compiled: dict[str, Value] | None = None
    fitted: dict[str, Value] = field(default_factory=dict)
    beside: "list[Applied]" = field(default_factory=list)
    variable: str = ""
    fed: "list[int | None] | None" = None
    is_opened: bool = False
    is_given: bool = False
    listed: "list[Piece] | None" = None
    kept: dict[str, Value] = field(default_factory=dict)
    drawn: "tuple[tuple[int, ...], list[Tensor], Tensor] | None" = None
    entered: "Tensor | None" = None


@dataclass(slots=True, eq=False)
class Own(Piece):
    """An object of a class of the script's own that is a layer or a model."""

    of: Class | None = None
    names: dict[str, Value] = field(default_factory=dict)
    network: Network | None = None
    variable: str = ""
    compiled: dict[str, Value] | None = None
    fitted: dict[str, Value] = field(default_factory=dict)
    shape: Value = None
    fed: "list[int | None] | None" = None
    is_built: bool = False


@dataclass(slots=True, eq=False)
class Applied:
    """A piece applied to values. number: in the order of the script. label: of its value, where that is to be kept."""

    piece: Piece
    positional: tuple[Value, ...]
    keywords: Mapping[str, Value]
    line: int
    number: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Tensor:
    """What an application gives, as its `output`."""

    of: Applied
    output: int = 0


def tensors_in(value: Value, steps: Steps) -> "list[Tensor]":
    """The tensors in a value, in their order."""
    steps.take()
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, list | tuple):
        return [one for part in value for one in tensors_in(part, steps)]
    if isinstance(value, dict):
        return [one for part in value.values() for one in tensors_in(part, steps)]
    return []


def has_table(value: Value, steps: Steps) -> bool:
    """Whether numbers that were worked out are part of a value."""
    steps.take()
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return isinstance(value, Table) or any(has_table(part, steps) for part in parts)


def unknown_in(value: Value, steps: Steps) -> Unknown | None:
    """What of a value is not known, the first of it; of numbers also what no network can hold."""
    steps.take()
    if isinstance(value, Table):
        return None if np.isfinite(value.numbers).all() else value
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Made):
        value = value.config
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return next((found for part in parts if (found := unknown_in(part, steps))), None)


def start_of(initializer: Value) -> float | None:
    """The number that weights begin with, where it is one for all."""
    kind = initializer.kind if isinstance(initializer, Made) else initializer
    match str(kind).lower():
        case "ones":
            return 1.0
        case "zeros":
            return 0.0
        case "constant" if isinstance(initializer, Made):
            value = initializer.config.get("value")
            return float(value) if isinstance(value, int | float) else None
    return None
