"""Statements of a script gone through by their syntax."""

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from graphbuilder.importing import folding, script_tables
from graphbuilder.importing.model import FUNCTIONS, ImportFault
from graphbuilder.importing.script_calls import Break, Continue, Return
from graphbuilder.importing.script_expressions import NOT_KNOWN, of_keras
from graphbuilder.importing.script_keras import Place, full_name
from graphbuilder.importing.script_objects import Objects
from graphbuilder.importing.script_values import (
    MOST_ITEMS,
    MOST_OF_A_LOOP,
    Class,
    Function,
    Named,
    Network,
    Own,
    Piece,
    Scope,
    Space,
    Table,
    Tensor,
    Unknown,
    Value,
)

_KINDS = {"int": int, "float": float, "str": str, "bool": bool}
"""Of plain values, by the names that a pattern has for them."""
_ORDERS = {"channels_first": False, "th": False, "theano": False, "channels_last": True, "tf": True}


class Statements(Objects):
    """Assignments, branches, loops, definitions."""

    def _body(self, body: Sequence[ast.stmt], scope: Scope) -> None:
        for statement in body:
            self.steps.take()
            try:
                self._statement(statement, scope)
            except ImportFault:
                raise
            except (RecursionError, *NOT_KNOWN) as fault:
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
                raise Return(self._value(node.value, scope) if node.value else None)
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
                raise Break
            case ast.Continue():
                raise Continue
            case ast.Raise():
                if self.depth:
                    raise Return(Unknown(self._text(node), node.lineno))
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
                self.keras.sees(module)
            else:
                path = of_keras(alias.name) if node.level else ""
                path = path or full_name(f"{module}.{alias.name}".lstrip("."))
                scope.names[alias.asname or alias.name] = Named(path)
                self.keras.sees(path)

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        own = Scope(outer=scope)
        base = self._value(node.bases[0], scope) if node.bases else None
        self._body([one for one in node.body if not isinstance(one, ast.Expr)], own)
        scope.names[node.name] = self.classes[id(own)] = Class(node.name, own, base, node.lineno)

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
                if isinstance(own, Table):
                    script_tables.put(own, key, value)
                can_be_key = folding.is_flat(key) and not isinstance(key, list)
                is_there = isinstance(own, dict) and can_be_key and len(own) < MOST_ITEMS
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
            if isinstance(own, Network) and own.is_opened and isinstance(value, bool):
                self._freeze(own, value)
        elif isinstance(own, Piece) and name in ("_name", "name") and isinstance(value, str):
            own.name = value
        elif isinstance(own, Network):
            own.kept[name] = value

    def _unpack(self, target: ast.Tuple | ast.List, value: Value, scope: Scope) -> None:
        parts = target.elts
        starred = next((place for place, one in enumerate(parts) if isinstance(one, ast.Starred)), None)
        if isinstance(value, Tensor):
            at = self._at(target)
            value = [self._part(value, place, at) for place in range(len(parts))]
        if isinstance(value, dict | range | str):
            value = [*value]
        if isinstance(value, Table):
            value = script_tables.items_of(value)
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

    def _part(self, value: Tensor, place: int, at: Place) -> Value:
        """Of what gives several values one; of what is turned so that its samples come second, a part of its first."""
        if value.of.piece.module == FUNCTIONS and value.of.piece.kind == "transpose":
            return self.keras.function("keras.ops.get_item", [value, place], {}, at)
        return Tensor(value.of, place)

    def _if(self, node: ast.If, scope: Scope) -> None:
        known = self._known(node.test, scope)
        if known is None:
            known = _of_channels(node.test)
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
            if pattern.name:
                scope.names[pattern.name] = subject
            return True
        if isinstance(pattern, ast.MatchAs):
            assert pattern.pattern is not None
            fits = self._fits(pattern.pattern, subject, scope)
            if fits and pattern.name:
                scope.names[pattern.name] = subject
            return fits
        if isinstance(pattern, ast.MatchMapping) and isinstance(subject, dict) and pattern.rest is None:
            return self._fits_keys(pattern, subject, scope)
        if isinstance(pattern, ast.MatchMapping) and (folding.is_scalar(subject) or isinstance(subject, list | tuple)):
            return False
        if isinstance(pattern, ast.MatchClass):
            return self._fits_kind(pattern, subject, scope)
        if not folding.is_scalar(subject) or not isinstance(pattern, ast.MatchValue | ast.MatchSingleton):
            return None
        value = self._value(pattern.value, scope) if isinstance(pattern, ast.MatchValue) else pattern.value
        return bool(value == subject) if folding.is_scalar(value) else None

    def _fits_keys(self, pattern: ast.MatchMapping, subject: dict[Value, Value], scope: Scope) -> bool | None:
        """Each key is there, and what stands under it fits."""
        for key, one in zip(pattern.keys, pattern.patterns, strict=True):
            told = self._value(key, scope)
            if not folding.is_scalar(told):
                return None
            fits = told in subject and self._fits(one, subject[told], scope)
            if not fits:
                return fits
        return True

    def _fits_kind(self, pattern: ast.MatchClass, subject: Value, scope: Scope) -> bool | None:
        """int(), str(name) and the like: a plain value of that kind."""
        kind = self._value(pattern.cls, scope)
        wanted = _KINDS.get(kind.path) if isinstance(kind, Named) else None
        if wanted is not None and isinstance(subject, list | tuple | dict):
            return False
        if wanted is None or not folding.is_scalar(subject) or pattern.kwd_attrs or len(pattern.patterns) > 1:
            return None
        if not isinstance(subject, wanted):
            return False
        return self._fits(pattern.patterns[0], subject, scope) if pattern.patterns else True

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, scope: Scope) -> None:
        before, layers = self.steps.left, self.steps.layers
        try:
            for _ in self._rounds(node, scope):
                try:
                    self._body(node.body, scope)
                except Continue:
                    continue
                if before - self.steps.left > MOST_OF_A_LOOP and self.pinned is None:
                    if self.steps.layers > layers:
                        text = "This loop goes on for longer than it is read; what comes after it is read."
                        self.tracing.say("W_SCRIPT", text, node.lineno)
                    break
        except Break:
            return
        self._body(node.orelse, scope)

    def _rounds(self, node: ast.For | ast.AsyncFor | ast.While, scope: Scope) -> Iterator[None]:
        if isinstance(node, ast.While):
            while self._truth(self._value(node.test, scope)):
                self.steps.take()
                yield
            return
        value, layers = self._value(node.iter, scope), self.steps.layers
        if isinstance(value, Table):
            value = script_tables.items_of(value)
        for one in self._items(value, node):
            parts = one if isinstance(one, list | tuple) else [one]
            named = [(part, part.variable) for part in parts if isinstance(part, Network | Own) and part.variable]
            self._assign(node.target, one, scope)
            for part, name in named:
                part.variable = name
            yield
        if isinstance(value, Unknown) and layers == self.steps.layers:
            for name in _filled(node.body):
                if isinstance(scope.names.get(name), list | dict | int | float):
                    scope.names[name] = Unknown(name, node.lineno)

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


def _of_channels(test: ast.expr) -> bool | None:
    """Whether values are taken to lie so in memory: channels last, where that is asked for."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq | ast.NotEq):
        return None
    words = {one.value for one in ast.walk(test) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    asked = next((is_last for word, is_last in _ORDERS.items() if word in words), None)
    return None if asked is None else asked == isinstance(test.ops[0], ast.Eq)


def _filled(body: list[ast.stmt]) -> set[str]:
    """Names of what a loop puts more into, each time it goes round."""
    found: set[str] = set()
    for node in (one for statement in body for one in ast.walk(statement)):
        match node:
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()) | ast.AugAssign(target=ast.Name(id=name)):
                found.add(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append" | "extend" | "update" | "insert")):
                found.add(name)
    return found


def _assigned(node: ast.stmt) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [one.id for one in targets if isinstance(one, ast.Name)]
