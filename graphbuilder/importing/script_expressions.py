"""Expressions of a script worked out by their syntax: plain values, names, rows, and what is done with them."""

import ast
import itertools
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from graphbuilder.importing import folding, script_data, script_tables
from graphbuilder.importing.applications import module_of
from graphbuilder.importing.model import OTHER, UNTOLD, ImportFault
from graphbuilder.importing.script_keras import Keras, Place
from graphbuilder.importing.script_values import (
    MOST_ITEMS,
    Array,
    Causal,
    Class,
    Function,
    Named,
    Piece,
    Places,
    Scope,
    Space,
    Steps,
    Table,
    Tensor,
    Unknown,
    Value,
    Weight,
    unknown_in,
)
from graphbuilder.importing.settings import kind_of
from graphbuilder.importing.signatures import IN_ORDER
from graphbuilder.importing.tracing import Tracing
from graphbuilder.operators import OPERATORS
from graphbuilder.optimizers import OPTIMIZERS

NOT_KNOWN = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)
_BUILT_IN = {
    *(name for name in folding.FUNCTIONS if "." not in name), "print", "isinstance", "getattr", "hasattr", "setattr",
    "map", "super", "type", "filter", "iter", "next", "open", "input", "object", "callable", "id",
}  # fmt: skip
_OPERATIONS = {
    ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide", ast.Pow: "power",
    ast.MatMult: "matmul", ast.FloorDiv: "floor_divide", ast.Mod: "mod",
}  # fmt: skip
_COMPARISONS = {
    ast.Eq: "equal", ast.NotEq: "not_equal", ast.Lt: "less", ast.LtE: "less_equal", ast.Gt: "greater",
    ast.GtE: "greater_equal",
}  # fmt: skip


_ROOMS: dict[str, Collection[str]] = {
    "optimizers": {*OPTIMIZERS, "Ftrl"}, "regularizers": ("l1", "l2", "l1_l2", "L1", "L2"),
    "callbacks": ("EarlyStopping", "ReduceLROnPlateau", "ModelCheckpoint", "TensorBoard", "LearningRateScheduler"),
}  # fmt: skip
"""In which module of Keras names are that are no layers."""


_USUAL_NAMES = {
    "np": "numpy", "tf": "tensorflow", "keras": "keras", "math": "math", "K": "keras.backend", "tfk": "keras",
    **dict.fromkeys(("kl", "KL", "tfkl"), "keras.layers"), **dict.fromkeys(("km", "KM"), "keras.models"),
}  # fmt: skip
_USUAL_ROOMS = (
    "activations", "applications", "backend", "callbacks", "constraints", "datasets", "initializers", "layers",
    "losses", "metrics", "models", "optimizers", "regularizers",
)  # fmt: skip


_MERGES = ("add", "average", "concatenate", "dot", "maximum", "merge", "minimum", "multiply", "subtract")


def of_keras(name: str) -> str:
    """The full name of what Keras alone is wont to call so; "" for any other name."""
    if name in _USUAL_ROOMS:
        return f"keras.{name}"
    if name == "_obtain_input_shape":
        return f"keras.applications.imagenet_utils.{name}"
    if name in ("Model", "Sequential"):
        return f"keras.models.{name}"
    room = next((one for one, names in _ROOMS.items() if name in names), "")
    if room and name[:1].isupper():
        return f"keras.{room}.{name}"
    if (
        name in _MERGES
        or name in ("Input", "InputLayer", "Layer")
        or (kind_of(name) in OPERATORS and kind_of(name) in IN_ORDER)
    ):
        return f"keras.layers.{name}"
    return f"keras.applications.{name}" if name[:1].isupper() and module_of(f"keras.applications.{name}") else ""


_LOOKED_AT = 20
"""Values of a row that are compared within one step."""


class Expressions(ABC):
    """What a script says, line by line. lines: of its text. steps: what reading may still cost. depth: of calls.
    called: functions that were. classes: of the script's own, by their scope. pinned: the call that all is said of,
    while something else than the script is read. is_two: it is of Python 2. is_taken: names that are imported nowhere
    were taken to be of Keras."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()
        self.steps = Steps()
        self.tracing = Tracing(self.steps)
        self.keras = Keras(self.tracing)
        self.scope = Scope()
        self.depth = 0
        self.flags: dict[str, Value] = {}
        self.called: set[int] = set()
        self.classes: dict[int, Class] = {}
        self.pinned: Place | None = None
        self.is_two = False
        self.is_taken = False

    @abstractmethod
    def _attribute(self, own: Value, name: str, node: ast.expr) -> Value: ...

    @abstractmethod
    def _call(self, node: ast.Call, scope: Scope) -> Value: ...

    @abstractmethod
    def _assign(self, target: ast.expr, value: Value, scope: Scope) -> None: ...

    def _known(self, test: ast.expr, scope: Scope) -> bool | None:
        """Whether a condition holds. `training` that nobody told is true: the network that is trained is read."""
        is_open = "training" in scope.names and scope.names["training"] is None
        if not is_open or not any(isinstance(one, ast.Name) and one.id == "training" for one in ast.walk(test)):
            return self._truth(self._value(test, scope))
        scope.names["training"] = True
        try:
            return self._truth(self._value(test, scope))
        finally:
            scope.names["training"] = None

    def _truth(self, value: Value) -> bool | None:
        if isinstance(value, Unknown | Tensor | Named):
            return None
        return (
            bool(value)
            if isinstance(value, bool | int | float | str | list | tuple | dict | range)
            else value is not None
        )

    def _at(self, node: Any) -> Place:
        return self.pinned or Place(node.lineno, self._text(node))

    def _text(self, node: Any) -> str:
        if self.pinned:
            return self.pinned.text
        line = self.lines[node.lineno - 1] if 0 < node.lineno <= len(self.lines) else ""
        end = node.end_col_offset if node.end_lineno == node.lineno else None
        found = line.encode()[node.col_offset : end][:200].decode(errors="replace").strip()
        return found if len(found) <= 100 else f"{found[:97]}..."

    def _unknown(self, node: Any) -> Unknown:
        at = self._at(node)
        return Unknown(at.text, at.line)

    def _value(self, node: ast.expr, scope: Scope) -> Value:
        self.steps.take()
        try:
            return self._read(node, scope)
        except ImportFault:
            raise
        except NOT_KNOWN:
            return self._unknown(node)

    def _read(self, node: ast.expr, scope: Scope) -> Value:
        match node:
            case ast.Constant():
                value = node.value
                return folding.held(value) if folding.is_scalar(value) or value is Ellipsis else self._unknown(node)
            case ast.Name():
                return self._name(node, scope)
            case ast.Attribute():
                return self._attribute(self._value(node.value, scope), node.attr, node)
            case ast.Call():
                return self._call(node, scope)
            case ast.BinOp():
                one, other = self._value(node.left, scope), self._value(node.right, scope)
                return self._joined(node.op, one, other, self._at(node))
            case ast.UnaryOp():
                return self._unary(node, scope)
            case ast.Compare():
                return self._compare(node, scope)
            case ast.BoolOp():
                return self._boolean(node, scope)
            case ast.IfExp():
                known, before = self._known(node.test, scope), self.steps.layers
                value = self._value(node.orelse if known is False else node.body, scope)
                if known is None and self.steps.layers > before:
                    text = f"Whether {self._text(node.test)} is not known before the script runs; it is taken as true."
                    self.tracing.say("W_SCRIPT", text, node.lineno)
                return value
            case ast.Set(elts=[ast.Set(elts=[inner])]):  # as Hyperas marks what it puts in: no such set can be
                return self._value(inner, scope)
            case ast.List() | ast.Tuple() | ast.Set():
                listed = self._listed(node.elts, scope)
                return tuple(listed) if isinstance(node, ast.Tuple) else listed
            case ast.Dict():
                return self._dict(node, scope)
            case ast.Subscript():
                return self._subscript(node, scope)
            case ast.Slice():
                parts = [self._value(one, scope) if one else None for one in (node.lower, node.upper, node.step)]
                if lack := unknown_in(parts, self.steps):
                    return lack
                return slice(*parts)
            case ast.JoinedStr():
                return self._joined_text(node, scope)
            case ast.Lambda():
                return Function(node, scope)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                made = self._comprehended(node.generators, Scope(outer=scope), lambda at: self._value(node.elt, at))
                found = folding.held([*itertools.islice(made, MOST_ITEMS + 1)])
                return folding.distinct(found) if isinstance(node, ast.SetComp) else found
            case ast.DictComp():
                pairs = self._comprehended(
                    node.generators,
                    Scope(outer=scope),
                    lambda at: (self._value(node.key, at), self._value(node.value, at)),
                )
                return {key: value for key, value in pairs if folding.is_scalar(key)}
            case ast.NamedExpr():
                value = self._value(node.value, scope)
                self._assign(node.target, value, scope)
                return value
            case ast.Starred() | ast.Await():
                return self._value(node.value, scope)
        return self._unknown(node)

    def _name(self, node: ast.Name, scope: Scope) -> Value:
        at: Scope | None = scope
        while at is not None:
            if node.id in at.names:
                return at.names[node.id]
            at = at.outer
        if starred := self._starred(node.id, scope.top()):
            return starred
        if node.id in _BUILT_IN:
            return Named(node.id)
        if node.id in _USUAL_NAMES:  # in a cell that was not copied
            return Named(_USUAL_NAMES[node.id])
        if node.id == "__name__":
            return "__main__"
        if path := of_keras(node.id):
            if not self.is_taken:
                text = f"{node.id} is imported nowhere; it, and others like it, are taken to be of Keras."
                self.tracing.say("W_SCRIPT", text, node.lineno, loses=False)
            self.is_taken = True
            return Named(path)
        return self._unknown(node)

    def _starred(self, name: str, top: Scope) -> Named | None:
        """What a name is of modules whose names were imported all: of the one that such a name is of, where there are
        several."""
        modules = [one for one in reversed(top.starred) if one.startswith(("keras", "tensorflow"))]
        if not modules or (name in _BUILT_IN and name not in IN_ORDER):
            return None
        room = "models" if name in ("Model", "Sequential", "load_model") else "layers"
        room = next((one for one, names in _ROOMS.items() if name in names), room)
        fitting = next((one for one in modules if room in one.split(".")), modules[0])
        return Named(f"{fitting}.{name}")

    def _listed(self, nodes: Sequence[ast.expr], scope: Scope) -> list[Value]:
        found: list[Value] = []
        if len(nodes) > MOST_ITEMS:
            raise ValueError("too long")
        for one in nodes:
            value = self._value(one, scope)
            if isinstance(one, ast.Starred) and isinstance(value, Table):
                found += script_tables.items_of(value)
            elif isinstance(one, ast.Starred) and isinstance(value, list | tuple | range | dict | str):
                found += folding.held([*itertools.islice(value, MOST_ITEMS + 1)])
            else:
                found.append(value)
        return found

    def _dict(self, node: ast.Dict, scope: Scope) -> Value:
        found: dict[Value, Value] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            own = self._value(value, scope)
            if key is None:
                found.update(own if isinstance(own, dict) else {})
            elif folding.is_flat(name := self._value(key, scope)) and not isinstance(name, list):
                found[name] = own
        return found

    def _unary(self, node: ast.UnaryOp, scope: Scope) -> Value:
        value = self._value(node.operand, scope)
        if isinstance(node.op, ast.Not):
            known = self._truth(value)
            return self._unknown(node) if known is None else not known
        if isinstance(value, Tensor):
            return self.keras.function("keras.ops.negative", [value], {}, self._at(node))
        if isinstance(value, Table):
            return script_tables.turned(type(node.op), value)
        if isinstance(value, Unknown):
            return value
        return folding.held(folding.UNARY[type(node.op)](value))

    def _joined(self, op: ast.operator, one: Value, other: Value, at: Place) -> Value:
        if isinstance(one, Tensor) or isinstance(other, Tensor):
            if (known := self.keras.with_weight(type(op).__name__, one, other, at)) is not None:
                return known
            name = _OPERATIONS.get(type(op), type(op).__name__.lower())
            return self.keras.function(f"keras.ops.{name}", [one, other], {}, at)
        if isinstance(one, Table) or isinstance(other, Table):
            made = script_tables.joined(type(op), one, other, self.steps, at.text, at.line)
            if made is not NotImplemented:
                return made
        if (array := script_data.worked(type(op), one, other, at.text, at.line)) is not NotImplemented:
            return array
        for value in (one, other):
            if isinstance(value, Unknown):
                return Unknown(at.text, at.line)
        if self.is_two and isinstance(op, ast.Div) and isinstance(one, int) and isinstance(other, int):
            op = ast.FloorDiv()
        try:
            return folding.worked(type(op), one, other)
        except NOT_KNOWN:
            return Unknown(at.text, at.line)

    def _compare(self, node: ast.Compare, scope: Scope) -> Value:
        one = self._value(node.left, scope)
        for op, right in zip(node.ops, node.comparators, strict=True):
            other = self._value(right, scope)
            one, other = _by_its_word(one), _by_its_word(other)
            if isinstance(op, ast.Is | ast.IsNot) and (one is None or other is None):
                value = other if one is None else one
                if isinstance(value, Unknown) and not isinstance(value, Table):
                    return self._unknown(node)
                if (value is None) != isinstance(op, ast.Is):
                    return False
                one = other
                continue
            if isinstance(one, Tensor) or isinstance(other, Tensor):
                name = _COMPARISONS.get(type(op), "equal")
                return self.keras.function(f"keras.ops.{name}", [one, other], {}, self._at(node))
            if isinstance(one, Table) or isinstance(other, Table):
                at = self._at(node)
                made = script_tables.compared(type(op), one, other, self.steps, at.text, at.line)
                return self._unknown(node) if made is NotImplemented or len(node.ops) > 1 else made
            if isinstance(one, Places) and isinstance(other, Places) and one.is_column != other.is_column:
                looks_back = isinstance(op, ast.GtE if one.is_column else ast.LtE)
                at = self._at(node)
                return Causal(at.text, at.line) if looks_back else Unknown(at.text, at.line)
            if isinstance(op, ast.Eq | ast.NotEq) and _are_unlike(one, other):
                if isinstance(op, ast.Eq):
                    return False
            elif not self._compared(op, one, other):
                return False
            one = other
        return True

    def _compared(self, op: ast.cmpop, one: Value, other: Value) -> bool:
        """Of rows, each of their values is looked at."""
        self.steps.take(sum(len(row) for row in (one, other) if isinstance(row, list | tuple | dict)) // _LOOKED_AT)
        return folding.compared(op, one, other)

    def _boolean(self, node: ast.BoolOp, scope: Scope) -> Value:
        value: Value = None
        decides, is_open = isinstance(node.op, ast.Or), False
        for part in node.values:
            value = self._value(part, scope)
            known = self._truth(value)
            if known is None and decides and isinstance(value, Tensor):
                return value
            if known is decides:  # also behind what is not known
                return known if is_open else value
            is_open |= known is None
        return self._unknown(node) if is_open else value

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Value:
        own, key = self._value(node.value, scope), self._value(node.slice, scope)
        if isinstance(own, Tensor):
            if (
                isinstance(key, int)
                and not isinstance(key, bool)
                and own.of.piece.module in (OTHER, UNTOLD)
                and own.output == 0
            ):
                return Tensor(own.of, min(max(key, 0), 31))
            return self.keras.function("keras.ops.get_item", [own, key], {}, self._at(node))
        if isinstance(own, Places):
            is_column = isinstance(key, tuple) and len(key) > 1 and key[-1] is None
            return replace(own, is_column=True) if is_column else own
        if isinstance(own, Causal):
            return own
        if isinstance(own, Table):
            return script_tables.indexed(own, key)
        if isinstance(own, Weight) and _is_whole(own.shape, key):
            return own.seen(_with_axes(own.shape, key))
        if isinstance(own, Array):
            return script_data.indexed(own, key)
        if isinstance(own, Unknown | Named) or isinstance(key, Unknown):
            return self._unknown(node)
        if isinstance(own, Space):
            return own.names[key]
        if isinstance(own, dict) and not folding.is_flat(key):
            return self._unknown(node)
        return own[key]

    def _joined_text(self, node: ast.JoinedStr, scope: Scope) -> Value:
        parts: list[str] = []
        for one in node.values:
            if isinstance(one, ast.FormattedValue):
                spec = self._value(one.format_spec, scope) if one.format_spec else ""
                value = self._value(one.value, scope)
                if not isinstance(spec, str) or isinstance(value, Unknown):
                    return self._unknown(node)
                parts.append(folding.formatted(value, spec))
            elif isinstance(one, ast.Constant):
                parts.append(str(one.value))
        return folding.held("".join(parts))

    def _comprehended(
        self, generators: Sequence[ast.comprehension], scope: Scope, make: Callable[[Scope], Value]
    ) -> Iterator[Value]:
        if not generators:
            yield make(scope)
            return
        first, *others = generators
        over = self._value(first.iter, scope)
        if isinstance(over, Table):
            over = script_tables.items_of(over)
        if not isinstance(over, list | tuple | range | str | dict):
            raise TypeError("not known")
        if len(over) > MOST_ITEMS:
            raise ValueError("too long")
        for one in over:
            self.steps.take()
            self._assign(first.target, one, scope)
            if all(self._truth(self._value(test, scope)) for test in first.ifs):
                yield from self._comprehended(others, scope, make)


def _with_axes(shape: Value, key: Value) -> list[Value]:
    """A shape with the new axes that an index of all of it adds."""
    rest, found = [*shape], []
    for one in key if isinstance(key, tuple) else (key,):
        found.append(1 if one is None else rest.pop(0))
    return [*found, *rest]


def _is_whole(shape: Value, key: Value) -> bool:
    """Whether an index takes all of what has this shape; axes of size 1 may come before it."""
    keys = [one for one in (key if isinstance(key, tuple) else (key,)) if one is not None]
    if not isinstance(shape, list | tuple) or len(keys) > len(shape):
        return False
    for one, size in zip(keys, shape, strict=False):
        is_first = isinstance(one, slice) and one.start in (None, 0) and one.step in (None, 1)
        if not is_first or one.stop not in (None, size):
            return False
    return True


def _by_its_word(value: Value) -> Value:
    """A kind of numbers that TensorFlow or NumPy names, by the word that Keras has for it."""
    is_kind = (
        isinstance(value, Named) and value.path.startswith(("tensorflow.", "numpy.")) and value.path.count(".") == 1
    )
    return value.last if isinstance(value, Named) and is_kind and value.last in _OF_NUMBERS else value


_OF_NUMBERS = (
    "float16", "float32", "float64", "bfloat16", "int8", "int16", "int32", "int64", "uint8", "bool", "string",
)  # fmt: skip


def _are_unlike(one: Value, other: Value) -> bool:
    """A layer, a function or a class beside a plain value, which is no such thing."""
    made = (Piece, Function, Class)
    return any(isinstance(a, made) and folding.is_scalar(b) for a, b in ((one, other), (other, one)))
