"""A Python script gone through by its syntax: what its statements make of Keras. Nothing of it is ever run; what it
takes from data, files or other modules is not known, and stays so in whatever is made of it.
"""

import ast
import itertools
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from graphbuilder.importing import folding
from graphbuilder.importing.model import ImportFault
from graphbuilder.importing.script_keras import Keras, Place, full_name
from graphbuilder.importing.script_values import (
    MOST_ITEMS,
    MOST_OF_A_LOOP,
    MOST_OF_A_STATEMENT,
    Arguments,
    Class,
    Function,
    Method,
    Named,
    Network,
    Own,
    Piece,
    Places,
    Scope,
    Space,
    Steps,
    Tensor,
    TooMuch,
    Unknown,
    Value,
    Weight,
    tensors_in,
    unknown_in,
)
from graphbuilder.importing.signatures import IN_ORDER
from graphbuilder.importing.tracing import Tracing
from graphbuilder.optimizers import OPTIMIZERS

MOST_CALLS = 40
"""How deep functions of a script call each other."""

_NOT_KNOWN = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)
_BUILT_IN = {
    *(name for name in folding.FUNCTIONS if "." not in name), "print", "isinstance", "getattr", "hasattr", "map", "set",
    "super", "type", "filter", "iter", "next", "open", "input", "object", "callable", "id",
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


_USUAL_NAMES = {"np": "numpy", "tf": "tensorflow", "keras": "keras", "math": "math"}


class _Return(Exception):
    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


class _Break(Exception):
    pass


class _Continue(Exception):
    pass


class Script:
    """One script. Raises ImportFault where it makes more than a document holds."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()
        self.steps = Steps()
        self.tracing = Tracing(self.steps)
        self.keras = Keras(self.tracing)
        self.tracing.call_own = lambda own, tensor: self._call_own(own, [tensor], {}, Place(own.line, own.kind))
        self.scope = Scope()
        self.depth = 0
        self.called: set[int] = set()
        self.classes: dict[int, Class] = {}

    def go(self, tree: ast.Module) -> None:
        """Goes through the script, and through its functions that make a model where nothing calls them."""
        try:
            for statement in tree.body:
                self.steps.floor = max(0, self.steps.left - MOST_OF_A_STATEMENT)
                try:
                    self._body([statement], self.scope)
                except TooMuch:
                    self._cut(statement.lineno)
                    if self.steps.left <= 0:
                        break
                except (_Return, _Break, _Continue):
                    continue
            self.steps.floor = 0
            if not self.keras.networks:
                self._uncalled()
        except TooMuch:
            self._cut(tree.body[-1].lineno)

    def _cut(self, line: int) -> None:
        self.depth = 0
        self.tracing.say("W_SCRIPT", "This goes on for longer than it is read; what is left of it was left out.", line)

    def _uncalled(self) -> None:
        for name, value in list(self.scope.names.items()):
            if isinstance(value, Function) and id(value.node) not in self.called:
                given = self._call_function(value, [], {}, Place(value.node.lineno, name))
                for one in given if isinstance(given, tuple) else (given,):
                    if isinstance(one, Network | Own) and not one.variable:
                        one.variable = name
            elif isinstance(value, Class) and self._is_of(value, "Model"):
                at = Place(value.line, name)
                made = self._call_class(value, [], {}, at)
                if isinstance(made, Own):
                    made.variable = name
        if not self.keras.networks:
            self._plain_classes()

    def _plain_classes(self) -> None:
        """Makes an object of each class that makes models, and calls its methods that do, where nobody does."""
        for name, value in list(self.scope.names.items()):
            if not isinstance(value, Class) or value.base is not None:
                continue
            at = Place(value.line, name)
            own = self._call_class(value, [], {}, at)
            for key, method in value.scope.names.items():
                makes = isinstance(method, Function) and id(method.node) not in self.called
                if makes and any(one in ast.dump(method.node) for one in ("'Model'", "'Sequential'")):
                    made = self._call_function(Function(method.node, method.scope, own), [], {}, at)
                    if isinstance(made, Network) and not made.variable:
                        made.variable = key

    # Statements

    def _body(self, body: Sequence[ast.stmt], scope: Scope) -> None:
        for statement in body:
            self.steps.take()
            try:
                self._statement(statement, scope)
            except ImportFault:
                raise
            except (RecursionError, *_NOT_KNOWN) as fault:
                why = "is nested too deeply to be read" if isinstance(fault, RecursionError) else "cannot be read"
                self.tracing.say("E_SCRIPT", f"{self._text(statement)} {why}.", statement.lineno)
                for name in _assigned(statement):
                    scope.names[name] = Unknown(name, statement.lineno)

    def _statement(self, node: ast.stmt, scope: Scope) -> None:
        match node:
            case ast.Expr():
                self._value(node.value, scope)
            case ast.Assign():
                value = self._value(node.value, scope)
                for target in node.targets:
                    self._assign(target, value, scope)
            case ast.AnnAssign():
                if node.value is not None:
                    self._assign(node.target, self._value(node.value, scope), scope)
            case ast.AugAssign():
                self._augmented(node, scope)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                scope.names[node.name] = Function(node, scope)
            case ast.ClassDef():
                self._class(node, scope)
            case ast.Return():
                raise _Return(self._value(node.value, scope) if node.value else None)
            case ast.If():
                self._if(node, scope)
            case ast.For() | ast.AsyncFor() | ast.While():
                self._loop(node, scope)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    value = self._value(item.context_expr, scope)
                    if item.optional_vars is not None:
                        self._assign(item.optional_vars, value, scope)
                self._body(node.body, scope)
            case ast.Try():
                self._body([*node.body, *node.orelse, *node.finalbody], scope)
            case ast.Import() | ast.ImportFrom():
                self._import(node, scope)
            case ast.Break():
                raise _Break
            case ast.Continue():
                raise _Continue
            case ast.Raise():
                if self.depth:
                    raise _Return(Unknown(self._text(node), node.lineno))
            case ast.Global() | ast.Nonlocal():
                scope.of_top = (scope.of_top or frozenset()) | {*node.names}
            case ast.Delete():
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        scope.names.pop(target.id, None)
            case ast.Match():
                self._match(node, scope)

    def _import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    scope.names[alias.asname] = Named(full_name(alias.name))
                else:
                    root = alias.name.partition(".")[0]
                    scope.names[root] = Named(root)
            return
        module = full_name(node.module or "")
        for alias in node.names:
            if alias.name == "*":
                scope.starred.append(module)
            else:
                scope.names[alias.asname or alias.name] = Named(full_name(f"{module}.{alias.name}".lstrip(".")))

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        own = Scope(outer=scope)
        base = self._value(node.bases[0], scope) if node.bases else None
        self._body([one for one in node.body if not isinstance(one, ast.Expr)], own)
        scope.names[node.name] = self.classes[id(own)] = Class(node.name, own, base, node.lineno)

    def _is_of(self, value: Class, what: str) -> bool:
        base, depth = value.base, 0
        while isinstance(base, Class) and depth < 20:
            base, depth = base.base, depth + 1
        return isinstance(base, Named) and base.last == what and base.path.startswith(("keras", "tensorflow"))

    def _augmented(self, node: ast.AugAssign, scope: Scope) -> None:
        target: Any = node.target
        load: Any = ast.Name(target.id, ast.Load()) if isinstance(target, ast.Name) else target
        one, other = self._value(load, scope), self._value(node.value, scope)
        if isinstance(one, list) and isinstance(other, list | tuple) and isinstance(node.op, ast.Add):
            if len(one) + len(other) <= MOST_ITEMS:
                one.extend(other)
            return
        self._assign(target, self._joined(node.op, one, other, self._at(node)), scope)

    def _assign(self, target: ast.expr, value: Value, scope: Scope) -> None:
        self.steps.take()
        match target:
            case ast.Name():
                at = scope.top() if scope.of_top and target.id in scope.of_top else scope
                at.names[target.id] = value
                if isinstance(value, Network | Own) and (not value.variable or scope.outer is None):
                    value.variable = target.id
            case ast.Tuple() | ast.List():
                self._unpack(target, value, scope)
            case ast.Starred():
                self._assign(target.value, value, scope)
            case ast.Attribute():
                self._set(self._value(target.value, scope), target.attr, value)
            case ast.Subscript():
                own, key = self._value(target.value, scope), self._value(target.slice, scope)
                is_there = isinstance(own, dict) and folding.is_scalar(key) and len(own) < MOST_ITEMS
                if is_there or (isinstance(own, list) and isinstance(key, int) and -len(own) <= key < len(own)):
                    own[key] = value

    def _set(self, own: Value, name: str, value: Value) -> None:
        if isinstance(own, Own):
            own.names[name] = value
            if isinstance(value, Network | Own) and not value.variable:
                value.variable = name
        elif isinstance(own, Space):
            own.names[name] = value
        if isinstance(own, Piece) and name == "trainable":
            own.config["trainable"] = value
        elif isinstance(own, Piece) and name in ("_name", "name") and isinstance(value, str):
            own.name = value

    def _unpack(self, target: ast.Tuple | ast.List, value: Value, scope: Scope) -> None:
        parts = target.elts
        starred = next((place for place, one in enumerate(parts) if isinstance(one, ast.Starred)), None)
        if isinstance(value, Tensor):
            value = [Tensor(value.of, place) for place in range(len(parts))]
        if isinstance(value, dict | range | str):
            value = [*value]
        if not isinstance(value, list | tuple) or (starred is None and len(value) != len(parts)):
            unknown = value if isinstance(value, Unknown) else Unknown(self._text(target), target.lineno)
            for one in parts:
                self._assign(one, unknown, scope)
            return
        if starred is not None:
            behind = len(parts) - starred - 1
            end = len(value) - behind
            value = [*value[:starred], [*value[starred:end]], *value[end:]]
        for one, own in zip(parts, value, strict=False):
            self._assign(one, own, scope)

    def _if(self, node: ast.If, scope: Scope) -> None:
        known = self._truth(self._value(node.test, scope))
        if known is None:
            ends = node.body[-1]
            leaves = isinstance(ends, ast.Raise | ast.Continue | ast.Break) or "exit(" in self._text(ends)
            before = self.steps.layers
            self._body(node.orelse if leaves else node.body, scope)
            if self.steps.layers > before and node.orelse:
                text = f"Whether {self._text(node.test)} is not known before the script runs; it is taken as true."
                self.tracing.say("W_SCRIPT", text, node.lineno)
            return
        self._body(node.body if known else node.orelse, scope)

    def _match(self, node: ast.Match, scope: Scope) -> None:
        """Goes the way of the first case that is a plain value, or stands for any."""
        subject = self._value(node.subject, scope)
        for case in node.cases:
            fits = self._fits(case.pattern, subject, scope)
            if fits is None or case.guard is not None:
                self.tracing.say("E_SCRIPT", "This `match` cannot be read before the script runs.", node.lineno)
                return
            if fits:
                self._body(case.body, scope)
                return

    def _fits(self, pattern: ast.pattern, subject: Value, scope: Scope) -> bool | None:
        if isinstance(pattern, ast.MatchOr):
            return next(
                (fits for one in pattern.patterns if (fits := self._fits(one, subject, scope)) is not False), False
            )
        if isinstance(pattern, ast.MatchAs) and pattern.pattern is None:
            return True
        if not folding.is_scalar(subject) or not isinstance(pattern, ast.MatchValue | ast.MatchSingleton):
            return None
        value = self._value(pattern.value, scope) if isinstance(pattern, ast.MatchValue) else pattern.value
        return bool(value == subject) if folding.is_scalar(value) else None

    def _truth(self, value: Value) -> bool | None:
        if isinstance(value, Unknown | Tensor | Named):
            return None
        return (
            bool(value)
            if isinstance(value, bool | int | float | str | list | tuple | dict | range)
            else value is not None
        )

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, scope: Scope) -> None:
        before, layers = self.steps.left, self.steps.layers
        try:
            for _ in self._rounds(node, scope):
                try:
                    self._body(node.body, scope)
                except _Continue:
                    continue
                if before - self.steps.left > MOST_OF_A_LOOP:
                    if self.steps.layers > layers:
                        text = "This loop goes on for longer than it is read; what comes after it is read."
                        self.tracing.say("W_SCRIPT", text, node.lineno)
                    break
        except _Break:
            return
        self._body(node.orelse, scope)

    def _rounds(self, node: ast.For | ast.AsyncFor | ast.While, scope: Scope) -> Iterator[None]:
        if isinstance(node, ast.While):
            while self._truth(self._value(node.test, scope)):
                self.steps.take()
                yield
            return
        for one in self._items(self._value(node.iter, scope), node):
            self._assign(node.target, one, scope)
            yield

    def _items(self, value: Value, node: ast.AST) -> Iterator[Value]:
        """What a loop goes over; once over what is not known, in case it makes layers."""
        if isinstance(value, list | tuple | range | str | dict):
            for one in [*value] if isinstance(value, dict | list) else value:
                self.steps.take()
                yield one
        elif isinstance(value, Tensor):
            return
        else:
            yield Unknown(self._text(node), getattr(node, "lineno", 1))

    # Expressions

    def _at(self, node: Any) -> Place:
        return Place(node.lineno, self._text(node))

    def _text(self, node: Any) -> str:
        line = self.lines[node.lineno - 1] if 0 < node.lineno <= len(self.lines) else ""
        end = node.end_col_offset if node.end_lineno == node.lineno else None
        found = line.encode()[node.col_offset : end][:200].decode(errors="replace").strip()
        return found if len(found) <= 100 else f"{found[:97]}..."

    def _unknown(self, node: Any) -> Unknown:
        return Unknown(self._text(node), node.lineno)

    def _value(self, node: ast.expr, scope: Scope) -> Value:
        self.steps.take()
        try:
            return self._read(node, scope)
        except ImportFault:
            raise
        except _NOT_KNOWN:
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
                known = self._truth(self._value(node.test, scope))
                return self._value(node.orelse if known is False else node.body, scope)
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
                return folding.held([*itertools.islice(made, MOST_ITEMS + 1)])
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
            if isinstance(one, ast.Starred) and isinstance(value, list | tuple | range):
                found += folding.held([*value[: MOST_ITEMS + 1]])
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
        if isinstance(value, Unknown):
            return value
        return folding.held(folding.UNARY[type(node.op)](value))

    def _joined(self, op: ast.operator, one: Value, other: Value, at: Place) -> Value:
        if isinstance(one, Tensor) or isinstance(other, Tensor):
            if (known := self.keras.with_weight(type(op).__name__, one, other, at)) is not None:
                return known
            name = _OPERATIONS.get(type(op), type(op).__name__.lower())
            return self.keras.function(f"keras.ops.{name}", [one, other], {}, at)
        for value in (one, other):
            if isinstance(value, Unknown):
                return Unknown(at.text, at.line)
        try:
            return folding.worked(type(op), one, other)
        except _NOT_KNOWN:
            return Unknown(at.text, at.line)

    def _compare(self, node: ast.Compare, scope: Scope) -> Value:
        one = self._value(node.left, scope)
        for op, right in zip(node.ops, node.comparators, strict=True):
            other = self._value(right, scope)
            if isinstance(op, ast.Is | ast.IsNot) and (one is None or other is None):
                value = other if one is None else one
                if isinstance(value, Unknown):
                    return self._unknown(node)
                if (value is None) != isinstance(op, ast.Is):
                    return False
                one = other
                continue
            if isinstance(one, Tensor) or isinstance(other, Tensor):
                name = _COMPARISONS.get(type(op), "equal")
                return self.keras.function(f"keras.ops.{name}", [one, other], {}, self._at(node))
            if not folding.compared(op, one, other):
                return False
            one = other
        return True

    def _boolean(self, node: ast.BoolOp, scope: Scope) -> Value:
        value: Value = None
        for part in node.values:
            value = self._value(part, scope)
            known = self._truth(value)
            if known is None:
                return value if isinstance(node.op, ast.Or) and isinstance(value, Tensor) else self._unknown(node)
            if known == isinstance(node.op, ast.Or):
                return value
        return value

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Value:
        own, key = self._value(node.value, scope), self._value(node.slice, scope)
        if isinstance(own, Tensor):
            if isinstance(key, int) and not isinstance(key, bool) and own.of.piece.module == "" and own.output == 0:
                return Tensor(own.of, min(max(key, 0), 31))
            return self.keras.function("keras.ops.get_item", [own, key], {}, self._at(node))
        if isinstance(own, Places):
            return own
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
        if not isinstance(over, list | tuple | range | str | dict):
            raise TypeError("not known")
        if len(over) > MOST_ITEMS:
            raise ValueError("too long")
        for one in over:
            self.steps.take()
            self._assign(first.target, one, scope)
            if all(self._truth(self._value(test, scope)) for test in first.ifs):
                yield from self._comprehended(others, scope, make)

    # Attributes

    def _attribute(self, own: Value, name: str, node: ast.expr) -> Value:
        match own:
            case Named():
                path = full_name(f"{own.path}.{name}")
                return folding.CONSTANTS.get(path, Named(path))
            case Own():
                return self._of_own(own, name, node)
            case Space() if name in own.names:
                return own.names[name]
            case Tensor():
                return self._of_tensor(own, name, node)
            case Piece() if name in ("name", "trainable", "layers", "inputs", "outputs", "input", "output") or name in (
                "output_shape", "input_shape", "units", "filters",
            ):  # fmt: skip
                return self._of_piece(own, name, node)
            case Class() if name in own.scope.names:
                return self._bound(own.scope.names[name], None)
            case Unknown():
                return self._unknown(node)
        return Method(own, name)

    def _bound(self, value: Value, own: Value) -> Value:
        if not isinstance(value, Function):
            return value
        marks = {one.id for one in getattr(value.node, "decorator_list", ()) if isinstance(one, ast.Name)}
        return value if "staticmethod" in marks else Function(value.node, value.scope, own)

    def _of_own(self, own: Own, name: str, node: ast.expr) -> Value:
        if name in own.names:
            return own.names[name]
        at: Value = own.of
        while isinstance(at, Class):
            if name in at.scope.names:
                found = self._bound(at.scope.names[name], own)
                marks = getattr(getattr(found, "node", None), "decorator_list", ())
                if any(isinstance(one, ast.Name) and one.id == "property" for one in marks):
                    return self._call_function(found, [], {}, self._at(node))
                return found
            at = at.base
        if name == "name":
            return own.name
        return Method(own, name)

    def _of_tensor(self, own: Tensor, name: str, node: ast.expr) -> Value:
        if name in ("shape", "_keras_shape"):
            return self.keras.shape(own, self._at(node))
        if name == "name":
            return own.of.piece.name
        return Method(own, name)

    def _of_piece(self, own: Piece, name: str, node: ast.expr) -> Value:
        if name == "name":
            return own.name
        if isinstance(own, Network) and name in ("inputs", "outputs", "input", "output"):
            begins, ends = self.tracing.ends(own)
            found = begins if name.startswith("in") else ends
            return found if name.endswith("s") or len(found) != 1 else found[0]
        if isinstance(own, Network) and name == "layers":
            if own.row is not None:
                self.tracing.ends(own)
                return [one for one in own.row if one.kind != "InputLayer"]
            begins, ends = self.tracing.ends(own)
            order = self.tracing.before(begins, ends)
            return list(dict.fromkeys([*(one.of.piece for one in begins), *(one.piece for one in order)]))
        if name in ("output", "input") and own.applied:
            last = own.applied[-1]
            return Tensor(last) if name == "output" else (last.positional[0] if last.positional else Tensor(last))
        if name == "output_shape":
            ends = self.tracing.ends(own)[1] if isinstance(own, Network) else [Tensor(own.applied[-1])]
            return self.keras.shape(ends[0], self._at(node))
        return own.config[name]

    # Calls

    def _call(self, node: ast.Call, scope: Scope) -> Value:
        called = self._value(node.func, scope)
        given = self._listed(node.args, scope)
        named: dict[str, Value] = {}
        for one in node.keywords:
            value = self._value(one.value, scope)
            if one.arg is not None:
                named[one.arg] = value
            elif isinstance(value, dict):
                named |= {key: own for key, own in value.items() if isinstance(key, str)}
        at = self._at(node)
        if isinstance(called, Named) and called.path == "super":
            return self._super(scope)
        return self._apply(called, given, named, at)

    def _apply(self, called: Value, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        match called:
            case Function():
                if isinstance(called.own, Own) and called.name == "build" and (given or named):
                    called.own.shape, called.own.is_built = (given[0] if given else named.get("input_shape")), True
                value = self._call_function(called, given, named, at)
                if isinstance(value, Unknown) and (tensors := tensors_in([given, named], self.steps)):
                    return self._stranger(value, tensors, at, called.name)
                return value
            case Class():
                return self._call_class(called, given, named, at)
            case Own():
                return self._call_own(called, given, named, at)
            case Piece():
                return self._call_piece(called, given, named, at)
            case Method():
                return self._call_method(called, given, named, at)
            case Named():
                value = self._call_named(called, given, named, at)
                if value is not NotImplemented:
                    return value
        if tensors := tensors_in([given, named], self.steps):
            stranger = called if isinstance(called, Unknown) else Unknown(at.text, at.line)
            return self._stranger(stranger, tensors, at, called.last if isinstance(called, Named) else "")
        return Unknown(at.text, at.line)

    def _stranger(self, unknown: Unknown, tensors: list[Tensor], at: Place, name: str = "") -> Value:
        piece = self.keras.stranger(unknown, at)
        if name:
            piece.kind = name
        return self.tracing.apply(piece, tuple(tensors), {}, at.line)

    def _call_named(self, called: Named, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        path = called.path
        if path in folding.FUNCTIONS or path == "numpy.array":
            loose = path in ("list", "tuple", "zip", "enumerate", "dict", "reversed", "len", "numpy.array")
            if not loose and (lack := unknown_in([given, named], self.steps)):
                return Unknown(at.text, lack.line)
            return folding.held(folding.FUNCTIONS[path](*given, **named))
        if path == "map" and len(given) == 2 and isinstance(given[1], list | tuple | range):
            return [self._apply(given[0], [one], {}, at) for one in given[1][:MOST_ITEMS]]
        if path in ("getattr", "hasattr") and len(given) > 1 and isinstance(given[1], str):
            return self._found(given, path == "hasattr", at)
        if path == "isinstance" and len(given) == 2:
            return self._is_instance(given[0], given[1], at)
        if path == "print":
            return None
        if path == "argparse.ArgumentParser":
            return Arguments()
        if path in ("argparse.Namespace", "types.SimpleNamespace"):
            return Space(named)
        if path in ("copy.copy", "copy.deepcopy") and folding.is_flat(given[0]):
            return given[0]
        if path in ("functools.partial",) and given:
            return self._partial(given, named)
        if path == "functools.reduce" and len(given) > 1 and isinstance(given[1], list | tuple):
            parts = [*given[2:3], *given[1]]
            value = parts[0] if parts else Unknown(at.text, at.line)
            for one in parts[1:MOST_ITEMS]:
                value = self._apply(given[0], [value, one], {}, at)
            return value
        return self.keras.call(path, given, named, at)

    def _partial(self, given: list[Value], named: dict[str, Value]) -> Value:
        return Method(([*given], dict(named)), "partial")

    def _found(self, given: list[Value], is_asked: bool, at: Place) -> Value:
        node = _nowhere(at)
        value = self._attribute(given[0], given[1], node)
        if isinstance(value, Method):
            return False if is_asked else given[2] if len(given) > 2 else value
        return True if is_asked else value

    def _is_instance(self, value: Value, kind: Value, at: Place) -> Value:
        kinds = {"int": int, "float": float, "str": str, "list": list, "tuple": tuple, "dict": dict, "bool": bool}
        wanted = kind if isinstance(kind, tuple) else (kind,)
        if isinstance(value, Unknown):
            return Unknown(at.text, at.line)
        for one in wanted:
            if isinstance(one, Named) and one.path in kinds and isinstance(value, kinds[one.path]):
                return True
            if isinstance(one, Named) and isinstance(value, Piece) and value.kind == one.last:
                return True
            if isinstance(one, Named) and one.last in ("Tensor", "KerasTensor") and isinstance(value, Tensor):
                return True
        return False

    def _call_function(self, called: Function, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        if self.depth >= MOST_CALLS:
            self.tracing.say(
                "E_SCRIPT", f"{called.name} calls itself more than {MOST_CALLS} deep, and is not read.", at.line
            )
            return Unknown(at.text, at.line)
        self.called.add(id(called.node))
        scope = Scope(outer=called.scope)
        self._arguments(called, given, named, scope)
        self.depth += 1
        try:
            if isinstance(called.node, ast.Lambda):
                return self._value(called.node.body, scope)
            self._body(called.node.body, scope)
        except _Return as back:
            return back.value
        except (_Break, _Continue):
            return None
        finally:
            self.depth -= 1
        return None

    def _arguments(self, called: Function, given: list[Value], named: dict[str, Value], scope: Scope) -> None:
        told = called.node.args
        names = [one.arg for one in (*told.posonlyargs, *told.args)]
        for name, node in zip(reversed(names), reversed(told.defaults), strict=False):
            scope.names[name] = self._value(node, called.scope)
        for one, default in zip(told.kwonlyargs, told.kw_defaults, strict=True):
            if default is not None:
                scope.names[one.arg] = self._value(default, called.scope)
        if called.own is not None:
            given = [called.own, *given]
        scope.names |= dict(zip(names, given, strict=False))
        if told.vararg:
            scope.names[told.vararg.arg] = tuple(given[len(names) :])
        known = {*names, *(one.arg for one in told.kwonlyargs)}
        scope.names |= {name: value for name, value in named.items() if name in known}
        if told.kwarg:
            scope.names[told.kwarg.arg] = {name: value for name, value in named.items() if name not in known}
        for name in known:
            if name not in scope.names:
                scope.names[name] = None if name == "training" else Unknown(name, called.node.lineno)

    # Classes of the script's own

    def _call_class(self, called: Class, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        kinds = [kind for kind in ("Layer", "Model") if self._is_of(called, kind)]
        base: Value = called
        while isinstance(base, Class):
            base = base.base
        if (
            isinstance(base, Named)
            and base.path.startswith(("keras", "tensorflow"))
            and base.last not in ("Layer", "Model", "Module")
        ):
            if base.last in ("Callback", "Sequence", "PyDataset", "Loss", "Metric"):
                return Unknown(at.text, at.line)
            return self.keras.stranger(Unknown(at.text, at.line), at)
        name = named.get("name")
        own = Own(
            called.name, "", {}, name if isinstance(name, str) else self.tracing.named(called.name), at.line, of=called
        )
        self.steps.made()
        start = self._of_own(
            own,
            "__init__",
            ast.Name("", ast.Load(), lineno=at.line, col_offset=0, end_lineno=at.line, end_col_offset=0),
        )
        if isinstance(start, Function):
            self._call_function(start, given, named, at)
        else:
            self._of_base(own, None, "__init__", given, named, at)
        if kinds == ["Model"]:
            self.keras.networks.append(own)
        return own

    def _super(self, scope: Scope) -> Value:
        at: Scope | None = scope
        own: Value = None
        while at is not None:
            own = own if isinstance(own, Own) else at.names.get("self")
            if isinstance(own, Own) and id(at) in self.classes:
                return Method((own, self.classes[id(at)]), "super")
            at = at.outer
        return Method((own, own.of), "super") if isinstance(own, Own) else Unknown("super()", 1)

    def _call_own(self, own: Own, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        """Its `call`, as a model within the model; where that cannot be read, a layer that stands for it."""
        node = _nowhere(at)
        method = self._of_own(own, "call", node)
        if isinstance(method, Method):
            method = self._of_own(own, "__call__", node)
        if own.network is None and isinstance(method, Function):
            self._build(own, given, at)
            own.network = self._network_of(own, method, given, named, at)
        tensors = tensors_in([given, named], self.steps)
        if own.network is not None:
            own.network.config = own.config
            return self.keras.applied(own.network, list(tensors), {}, at) if tensors else Unknown(at.text, at.line)
        if not tensors:
            return Unknown(at.text, at.line)
        return self.tracing.apply(own, tuple(tensors), {}, at.line)

    def _build(self, own: Own, given: list[Value], at: Place) -> None:
        """Its `build`, with the shape of what it is called on, as Keras does it before the first call."""
        method = self._of_own(own, "build", _nowhere(at))
        if own.is_built or not isinstance(method, Function):
            return
        own.is_built = True
        tensors = tensors_in(given, self.steps)
        shapes = [self.keras.shape(one, at) for one in tensors]
        several = bool(given) and isinstance(given[0], list | tuple)
        self._call_function(method, [shapes if several else shapes[0]] if shapes else [own.shape], {}, at)

    def _network_of(
        self, own: Own, method: Function, given: list[Value], named: dict[str, Value], at: Place
    ) -> Network | None:
        inputs: list[Tensor] = []
        asks = any("shape" in (getattr(one, "attr", "") or getattr(one, "id", "")) for one in ast.walk(method.node))

        def within(value: Value) -> Value:
            if isinstance(value, Tensor):
                shape = self.tracing.shape_of(value) if asks else None
                config: dict[str, Value] = {"name": f"in_{len(inputs) + 1}" if inputs else "in"}
                config |= {key: one for key, one in value.of.piece.config.items() if key in ("batch_shape", "dtype")}
                if shape is not None:
                    config["batch_shape"] = [None, *shape]
                inputs.append(self.tracing.input(config, at.line))
                return inputs[-1]
            if isinstance(value, list | tuple):
                return type(value)(within(one) for one in value)
            if isinstance(value, dict):
                return {key: within(one) for key, one in value.items()}
            return value

        inner = [within(one) for one in given], {key: within(one) for key, one in named.items()}
        if not inputs:
            return None
        result = self._call_function(method, inner[0], inner[1], at)
        if not tensors_in(result, self.steps) or unknown_in(result, self.steps):
            found = unknown_in(result, self.steps)
            why = f": {found.text} (line {found.line})" if found else ""
            self.tracing.say("E_SCRIPT", f"What {own.kind} gives cannot be read before the script runs{why}.", at.line)
            return None
        return Network("Functional", "layers", own.config, own.name, own.line, inputs=inputs, outputs=result)

    # Layers, models and other objects

    def _call_piece(self, own: Piece, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        function = own.config.get("function")
        if own.kind == "Lambda" and isinstance(function, Function) and tensors_in(given, self.steps):
            value = self._call_function(function, given, {}, at)
            if tensors_in(value, self.steps) and not unknown_in(value, self.steps):
                return value
            own.config = {}
            self.tracing.say("E_SCRIPT", f"What the Lambda {own.name!r} does cannot be said here.", at.line)
        return self.keras.applied(own, given, named, at)

    def _call_method(self, called: Method, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        own, name = called.own, called.name
        if isinstance(own, Method) and own.name == "super":
            made, of = own.own
            return self._of_base(made, of, name, given, named, at)
        if name == "partial":
            return self._apply(own[0][0], [*own[0][1:], *given], {**own[1], **named}, at)
        if isinstance(own, Arguments):
            return self._of_parser(own, name, given, named, at)
        if isinstance(own, Network | Own):
            return self._of_network(own, name, given, named, at)
        if isinstance(own, Tensor):
            return self._of_values(own, name, given, at)
        if isinstance(own, str) and name in folding.METHODS_OF_TEXT:
            return folding.METHODS_OF_TEXT[name](own, *given, **named)
        if isinstance(own, list | dict | tuple):
            return _of_rows(own, name, given, named)
        return Unknown(at.text, at.line)

    def _of_base(self, own: Own, of: Value, name: str, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        """What a method of the class that `of` is derived from gives."""
        base = of.base if isinstance(of, Class) else None
        while isinstance(base, Class) and name not in base.scope.names:
            base = base.base
        if isinstance(base, Class):
            return self._apply(self._bound(base.scope.names[name], own), given, named, at)
        if name == "__init__" and isinstance(given_name := named.get("name"), str):
            own.name = given_name
        outputs = named.get("outputs", given[1] if len(given) > 1 else None)
        if name == "__init__" and tensors_in(outputs, self.steps):
            inputs = named.get("inputs", given[0] if given else None)
            own.network = Network(
                "Functional", "layers", own.config, own.name, own.line, inputs=inputs, outputs=outputs
            )
        return None

    def _of_parser(self, own: Arguments, name: str, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        if name == "add_argument":
            flags = [one for one in given if isinstance(one, str)]
            told = next((one for one in flags if one.startswith("--")), flags[0] if flags else "")
            key = named.get("dest", told.lstrip("-").replace("-", "_"))
            usual = {"store_true": False, "store_false": True}.get(str(named.get("action")))
            value = named.get("default", usual)
            if (
                isinstance(value, str)
                and isinstance(kind := named.get("type"), Named)
                and kind.path in ("int", "float")
            ):
                value = folding.FUNCTIONS[kind.path](value)
            if value is None and (not told.startswith("-") or named.get("required") is True):
                value = Unknown(f"the argument {told}", at.line)
            own.names[str(key)] = value
            return None
        if name == "set_defaults":
            own.names |= named
            return None
        if name == "parse_args":
            return Space(own.names)
        if name == "parse_known_args":
            return Space(own.names), []
        return own

    def _of_network(
        self, own: "Network | Own", name: str, given: list[Value], named: dict[str, Value], at: Place
    ) -> Value:
        if name == "compile":
            order = ("optimizer", "loss", "loss_weights", "metrics")
            if (
                len(given) > 2
                and not isinstance(given[2], dict)
                and isinstance(given[2], list)
                and any(not isinstance(one, int | float) for one in given[2])
            ):
                order = ("optimizer", "loss", "metrics", "loss_weights")
            own.compiled = {**dict(zip(order, given, strict=False)), **named}
            return None
        if name == "build" and (given or named):
            own.shape = given[0] if given else named.get("input_shape")
            if isinstance(own.shape, list | tuple) and unknown_in(own.shape, self.steps):
                own.shape = [one if isinstance(one, int | None) else None for one in own.shape]
            elif isinstance(own.shape, Unknown):
                own.shape = None
            return None
        if isinstance(own, Network) and own.row is not None:
            if name == "add" and (given or "layer" in named):
                self.keras.add(own, given[0] if given else named["layer"], at)
                return None
            if name == "pop":
                return own.row.pop() if own.row else None
        if name == "get_layer" and isinstance(own, Network):
            wanted = given[0] if given else named.get("name", named.get("index"))
            layers = self._of_piece(own, "layers", _nowhere(at))
            if isinstance(wanted, int):
                return layers[wanted]
            return next((one for one in layers if one.name == wanted), Unknown(at.text, at.line))
        if name in ("add_weight", "add_variable"):
            first = given[1:] if given and isinstance(given[0], str) else given
            return Weight(at.text, at.line, named.get("shape", first[0] if first else None))
        if name in ("load_weights", "set_weights"):
            self.tracing.say("W_WEIGHTS", "The script loads weights, which do not come along.", at.line, loses=False)
            return None
        if name == "call" and tensors_in(given, self.steps):
            return self._call_piece(own, given, named, at)
        if name in ("fit", "fit_generator"):
            order = ("x", "y", "batch_size", "epochs")
            own.fitted = {**dict(zip(order, given, strict=False)), **named}
        if name in ("fit", "evaluate", "predict", "summary", "save", "save_weights", "fit_generator", "train_on_batch"):
            return Unknown(at.text, at.line)
        return Unknown(at.text, at.line)

    def _of_values(self, own: Tensor, name: str, given: list[Value], at: Place) -> Value:
        if name in ("get_shape", "as_list"):
            return self.keras.shape(own, at)
        return self.keras.function(f"keras.ops.{name.strip('_')}", [own, *given], {}, at)


def _of_rows(own: Any, name: str, given: list[Value], named: dict[str, Value]) -> Value:
    """A method of a list, a tuple or a dict. Raises TypeError for one that is not known."""
    if isinstance(own, dict):
        match name:
            case "items":
                return [(key, value) for key, value in own.items()]
            case "keys" | "values":
                return [*getattr(own, name)()]
            case "get" | "pop" | "setdefault" if folding.is_scalar(given[0]) and len(own) < MOST_ITEMS:
                return getattr(own, name)(*given, *([None] if name == "pop" and len(given) == 1 else []))
            case "update" if len(own) < MOST_ITEMS:
                own.update(*given, **named)
                return None
            case "copy":
                return dict(own)
        raise TypeError(name)
    if name in ("as_list", "tolist"):
        return [*own]
    if name == "index" and folding.is_flat(own):
        return own.index(*given)
    if name == "count" and folding.is_flat(own):
        return own.count(*given)
    if isinstance(own, list) and len(own) < MOST_ITEMS:
        match name:
            case "append" | "insert" | "reverse" | "clear" | "pop":
                return getattr(own, name)(*given)
            case "extend":
                own.extend(folding.held([*given[0][:MOST_ITEMS]]))
                return None
            case "copy":
                return [*own]
            case "sort" if folding.is_flat(own):
                own.sort(reverse=named.get("reverse") is True)
                return None
    raise TypeError(name)


def _nowhere(at: Place) -> ast.Name:
    return ast.Name("", ast.Load(), lineno=at.line, col_offset=0, end_lineno=at.line, end_col_offset=0)


def _assigned(node: ast.stmt) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [one.id for one in targets if isinstance(one, ast.Name)]
