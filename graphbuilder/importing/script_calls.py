"""Calls in a script: of its own functions, of Python's, and of what Keras names; and attributes of what they give."""

import ast
from abc import abstractmethod
from collections.abc import Sequence

from graphbuilder.importing import folding, script_data, script_tables, tuning
from graphbuilder.importing.functions import BY_NUMBER
from graphbuilder.importing.model import FUNCTIONS, ImportFault
from graphbuilder.importing.plain import parse
from graphbuilder.importing.script_expressions import Expressions
from graphbuilder.importing.script_keras import Place, full_name
from graphbuilder.importing.script_values import (
    MOST_ITEMS,
    Arguments,
    Array,
    Class,
    Function,
    Made,
    Method,
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
    Weight,
    start_of,
    tensors_in,
    unknown_in,
)

_OF_SCALERS = ("fit_transform", "transform")
_FLAGS = ".flags."
"""Within the names of absl's flags, and of TensorFlow's."""
_OF_ENVIRONMENT = ("os.environ.get", "os.getenv")
_OF_EACH = ("map_fn", "vectorized_map")
MOST_CALLS = 40
"""How deep functions of a script call each other."""


class Return(Exception):
    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


class Break(Exception):
    pass


class Continue(Exception):
    pass


class Calls(Expressions):
    """Attributes and calls."""

    @abstractmethod
    def _body(self, body: Sequence[ast.stmt], scope: Scope) -> None: ...

    @abstractmethod
    def _tried(self, name: str, given: list[Value], named: dict[str, Value], at: Place) -> Value: ...

    @abstractmethod
    def _set(self, own: Value, name: str, value: Value) -> None: ...

    @abstractmethod
    def _application(self, path: str, given: list[Value], named: dict[str, Value], at: Place) -> Value: ...

    @abstractmethod
    def _super(self, scope: Scope) -> Value: ...

    @abstractmethod
    def _call_class(self, called: Class, given: list[Value], named: dict[str, Value], at: Place) -> Value: ...

    @abstractmethod
    def _call_own(self, own: Own, given: list[Value], named: dict[str, Value], at: Place) -> Value: ...

    @abstractmethod
    def _call_piece(self, own: Piece, given: list[Value], named: dict[str, Value], at: Place) -> Value: ...

    @abstractmethod
    def _call_method(self, called: Method, given: list[Value], named: dict[str, Value], at: Place) -> Value: ...

    def _attribute(self, own: Value, name: str, node: ast.expr) -> Value:
        match own:
            case Named() if own.last == "FLAGS" and _FLAGS in own.path and name in self.flags:
                return self.flags[name]
            case Named():
                path = full_name(f"{own.path}.{name}")
                return folding.CONSTANTS.get(path, Named(path))
            case Own():
                return self._of_own(own, name, node)
            case Space() if name in own.names:
                return own.names[name]
            case Tensor():
                return self._of_tensor(own, name, node)
            case Network() if name in own.kept:
                return own.kept[name]
            case Piece() if name in ("name", "trainable", "layers", "inputs", "outputs", "input", "output") or name in (
                "output_shape", "input_shape", "units", "filters",
            ):  # fmt: skip
                return self._of_piece(own, name, node)
            case Class() if name in own.scope.names:
                return self._bound(own.scope.names[name], own)
            case Array():
                found = script_tables.attribute(own, name) if isinstance(own, Table) else NotImplemented
                found = script_data.attribute(own, name) if found is NotImplemented else found
                return Method(own, name) if found is NotImplemented else found
            case Unknown():
                known = (*_OF_SCALERS, *script_data.OF_GENERATORS, *script_data.STREAMED)
                is_done = name in known or name in tuning.NAMES
                return Method(own, name) if is_done else self._unknown(node)
            case list() if name == "shape":
                return folding.shape_of(own)
            case [Tensor(), Tensor()] if name in ("values", "indices"):  # of the largest, as TensorFlow has them
                return own[name == "indices"]
            case int() | None if name == "value":  # of a size, as TensorFlow 1 had it
                return own
        return Method(own, name)

    def _bound(self, value: Value, own: Value) -> Value:
        if not isinstance(value, Function):
            return value
        marks = {one.id for one in getattr(value.node, "decorator_list", ()) if isinstance(one, ast.Name)}
        if "staticmethod" in marks:
            return value
        if "classmethod" in marks:
            return Function(value.node, value.scope, own.of if isinstance(own, Own) else own)
        return Function(value.node, value.scope, None if isinstance(own, Class) else own)

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
        if name in ("shape", "_keras_shape", "_shape"):
            return self.keras.shape(own, self._at(node))
        if name == "name":
            return own.of.piece.name
        if name == "dtype":
            return self.tracing.numbers_of(own)
        return Method(own, name)

    def _of_piece(self, own: Piece, name: str, node: ast.expr) -> Value:
        if name == "name":
            return own.name
        if isinstance(own, Network) and name in ("inputs", "outputs", "input", "output", "layers"):
            own.is_opened = True
            if own.config.get("trainable") is False:
                self._freeze(own, False)
        if isinstance(own, Network) and name in ("inputs", "outputs", "input", "output"):
            begins, ends = self.tracing.ends(own)
            found = begins if name.startswith("in") else ends
            return found if name.endswith("s") or len(found) != 1 else found[0]
        if isinstance(own, Network) and name == "layers":
            if own.row is not None:
                self.tracing.ends(own)
                return [one for one in own.row if one.kind != "InputLayer"]
            own.listed = self.tracing.layers_of(own) if own.listed is None else own.listed
            return own.listed
        if name in ("output", "input") and own.applied:
            last = own.applied[-1]
            return Tensor(last) if name == "output" else (last.positional[0] if last.positional else Tensor(last))
        if name == "output_shape":
            ends = self.tracing.ends(own)[1] if isinstance(own, Network) else [Tensor(own.applied[-1])]
            return self.keras.shape(ends[0], self._at(node))
        return own.config[name]

    def _freeze(self, own: Network, value: Value) -> None:
        """Sets whether the layers of a model are trained, whose values others go on with."""
        for piece in own.row if own.row is not None else self.tracing.layers_of(own):
            piece.config["trainable"] = value

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
                if type(value) in (Unknown, Array) and (tensors := tensors_in([given, named], self.steps)):
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
            case str() if _is_initializer(called) and (given or "shape" in named):  # as `get` gives it
                return Weight(at.text, at.line, named.get("shape", [*given, None][0]), start_of(called), called)
            case Made(module="initializers") if "shape" in named or given:
                return Weight(at.text, at.line, named.get("shape", [*given, None][0]), start_of(called), called)
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
        if path.startswith(tuning.SPACES):
            return self._tried(path, given, named, at)
        numbers = script_tables.called(path, given, named, self.steps, at.text, at.line)
        if numbers is not NotImplemented:
            return numbers
        data = [script_tables.data_of(one) for one in given]
        array = script_data.called(path, data, named, at.text, at.line)
        if array is not NotImplemented:
            return array
        if path.rpartition(".")[2] == script_data.GENERATOR:
            if changes := script_data.changes(named):
                text = f"Its pictures are changed as they are read ({changes[:120]}), which does not come along; "
                self.tracing.say_once(
                    "W_GENERATOR", text + "Rescaling and the layers of augmentation do so here.", at.line
                )
            return Unknown(at.text, at.line)
        if path in folding.FUNCTIONS or path == "numpy.array":
            loose = path in ("list", "tuple", "zip", "enumerate", "dict", "reversed", "len", "numpy.array")
            if not loose and (lack := unknown_in([given, named], self.steps)):
                return Unknown(at.text, lack.line)
            return folding.held(folding.FUNCTIONS[path](*map(script_tables.rows_of, given), **named))
        if path == "map" and len(given) == 2 and isinstance(given[1], list | tuple | range):
            return [self._apply(given[0], [one], {}, at) for one in given[1][:MOST_ITEMS]]
        if path.rpartition(".")[2] in _OF_EACH and path.startswith(("keras.", "tensorflow.")):
            return self._of_each(path, given, named, at)
        if path in ("getattr", "hasattr") and len(given) > 1 and isinstance(given[1], str):
            return self._found(given, path == "hasattr", at)
        if path.endswith("backend.switch"):  # of values, or of functions that give them
            given = [self._apply(one, [], {}, at) if isinstance(one, Function) else one for one in given]
        if path == "isinstance" and len(given) == 2:
            return self._is_instance(given[0], given[1], at)
        if path.endswith(".InputSpec"):
            return Space({**dict(zip(("dtype", "shape"), given, strict=False)), **named})
        if path == "print":
            return None
        if path in _OF_ENVIRONMENT and (usual := [*given[1:2], *(named[one] for one in ("default",) if one in named)]):
            text = f"{at.text} is taken to be {str(usual[0])[:40]!r}, as where it is not set."
            self.tracing.say("W_SCRIPT", text, at.line, loses=False)
            return usual[0]
        if _FLAGS in path and path.rpartition(".")[2].startswith("DEFINE") and len(given) + len(named) > 1:
            told = [*given, *(named[one] for one in ("name", "default") if one in named)]
            self.flags[str(told[0])] = told[1]
            return None
        if path == "dataclasses.field":
            made = named.get("default_factory")
            return named["default"] if "default" in named else self._apply(made, [], {}, at)
        if path == "setattr" and len(given) == 3 and isinstance(given[1], str):
            self._set(given[0], given[1], given[2])
            return None
        if path == "json.loads" and given and isinstance(given[0], str):
            try:
                return folding.held(parse(given[0].encode()))
            except ImportFault:
                return Unknown(at.text, at.line)
        if path == "argparse.ArgumentParser":
            return Arguments()
        if path in ("argparse.Namespace", "types.SimpleNamespace"):
            return Space(named)
        if path in ("functools.partial",) and given:
            return self._partial(given, named)
        if path == "functools.reduce" and len(given) > 1 and isinstance(given[1], list | tuple):
            parts = [*given[2:3], *given[1]]
            value = parts[0] if parts else Unknown(at.text, at.line)
            for one in parts[1:MOST_ITEMS]:
                value = self._apply(given[0], [value, one], {}, at)
            return value
        if (
            path.rpartition(".")[2] == "compose"
            and given
            and all(isinstance(one, Piece | Function | Method) for one in given)
        ):
            text = f"{path} stands elsewhere; it is taken to apply its parts one behind the other, in their order."
            self.tracing.say("W_SCRIPT", text, at.line, loses=False)
            return Method(([*given], {}), "compose")
        if path == "collections.namedtuple" and len(given) > 1 and folding.is_flat(given[1]):
            fields = given[1].replace(",", " ").split() if isinstance(given[1], str) else [*given[1]]
            usual = named.get("defaults", ())
            usual = [*usual] if isinstance(usual, list | tuple) else []
            return Method((fields, dict(zip(reversed(fields), reversed(usual), strict=False))), "record")
        if path.rpartition(".")[2] == "get_submodules_from_kwargs":
            return tuple(Named(f"keras.{one}") for one in ("backend", "layers", "models", "utils"))
        if path.startswith("keras.applications."):
            made = self._application(path, given, named, at)
            if made is not NotImplemented:
                return made
        value = self.keras.call(path, given, named, at)
        return script_data.made(path, value, given, named, at.text, at.line) if type(value) is Unknown else value

    def _of_each(self, path: str, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        """What a function gives for each sample by itself, where it does to each number what it would do to all."""
        told = {**dict(zip(("fn", "elems"), given, strict=False)), **named}
        function, values = told.get("fn", told.get("f")), told.get("elems", told.get("xs"))
        if isinstance(function, Function) and isinstance(values, Tensor):
            found = self._apply(function, [values], {}, at)
            works = self.tracing.before([values], [found]) if isinstance(found, Tensor) else []
            if works and all(one.piece.module == FUNCTIONS and one.piece.kind in BY_NUMBER for one in works):
                return found
        return self.keras.call(path, given, named, at)

    def _partial(self, given: list[Value], named: dict[str, Value]) -> Value:
        return Method(([*given], dict(named)), "partial")

    def _found(self, given: list[Value], is_asked: bool, at: Place) -> Value:
        node = nowhere(at)
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
        except Return as back:
            return back.value
        except (Break, Continue):
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
        is_told = "training" in named or "training" in names[: len(given)]
        if "training" in known and called.own is not None and called.name in ("call", "__call__") and not is_told:
            scope.names["training"] = scope.names.get("training") or None  # it is read as it is trained
        for name in known:
            if name not in scope.names:
                scope.names[name] = None if name == "training" else Unknown(name, called.node.lineno)


def _is_initializer(name: str) -> bool:
    return name.lower().replace("_", "") in _INITIALIZERS


_INITIALIZERS = (
    "zero", "zeros", "one", "ones", "glorotuniform", "glorotnormal", "heuniform", "henormal", "lecununiform",
    "lecunnormal", "uniform", "normal", "randomuniform", "randomnormal", "truncatednormal", "orthogonal", "identity",
)  # fmt: skip


def nowhere(at: Place) -> ast.Name:
    return ast.Name("", ast.Load(), lineno=at.line, col_offset=0, end_lineno=at.line, end_col_offset=0)
