"""A script that graphbuilder printed, read back: its blocks, the names of its nodes, its data and its training.

It is gone through as any script is; what the printer says beside Keras is known here by the printer's own marks.
"""

import ast
import json
import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import Any

from graphbuilder import composed
from graphbuilder.calls import EPOCHS, STEPS
from graphbuilder.checks import check
from graphbuilder.codegen import OURS
from graphbuilder.datasets import SOURCES
from graphbuilder.document import VERSION, Document, as_json
from graphbuilder.document_file import read_document
from graphbuilder.importing.fitting import MANY_EPOCHS
from graphbuilder.importing.folding import is_scalar
from graphbuilder.importing.script import Script
from graphbuilder.importing.script_keras import Place
from graphbuilder.importing.script_values import (
    Applied,
    Function,
    Made,
    Named,
    Network,
    Scope,
    Tensor,
    Unknown,
    Value,
)
from graphbuilder.metrics import Judged, usual_metrics
from graphbuilder.names import names_of
from graphbuilder.network_code import MAKES, PART
from graphbuilder.operators import KINDS
from graphbuilder.operators.loss import Loss
from graphbuilder.printing import source_of
from graphbuilder.problems import DocumentError
from graphbuilder.settings import Split
from graphbuilder.unsaid import read_comment, usual_name
from graphbuilder.unused import known_again

EPOCH = 10**12
"""Steps that an epoch is taken to have, so that lengths in steps are known as epochs."""
_READ = ("build_model", "compile_model", "main")
_COMPOSED = frozenset(name for name in vars(composed) if not name.startswith("_"))

Raw = dict[str, Any]


def is_ours(tree: ast.Module) -> bool:
    return (ast.get_docstring(tree) or "").startswith(OURS)


class Exported(Script):
    """A script of our own printer."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.tracing.keeps_names = False
        self.trail: list[Applied] = []
        self.tracing.trail = self.trail
        self.metrics: Mapping[str, Any] = {}
        self.makers: dict[int, tuple[str, bool]] = {}
        self.networks: dict[int, Network] = {}

    def go(self, tree: ast.Module) -> None:
        self.tree = tree
        guard = [one for one in tree.body if isinstance(one, ast.If)]
        self._body([one for one in tree.body if one not in guard], self.scope)
        for name, value in self.scope.names.items():
            if isinstance(value, Function) and name in _COMPOSED:
                self.scope.names[name] = Named(f"graphbuilder.composed.{name}")
            elif isinstance(value, Function) and name not in _READ and _mark(value) is None:
                self.scope.names[name] = Unknown(name, value.node.lineno)
        for name in ("R2", "ClassScore"):
            if name in self.scope.names:
                self.scope.names[name] = Named(f"keras.metrics.{name}")
        self.epochs = self.scope.names.get(EPOCHS)
        self.scope.names[EPOCHS] = MANY_EPOCHS
        self._body(guard, self.scope)

    def _arguments(self, called: Function, given: list[Value], named: dict[str, Value], scope: Scope) -> None:
        super()._arguments(called, given, named, scope)
        if STEPS in scope.names:
            scope.names[STEPS] = EPOCH

    def _assign(self, target: ast.expr, value: Value, scope: Scope) -> None:
        super()._assign(target, EPOCH if isinstance(target, ast.Name) and target.id == STEPS else value, scope)

    def _statement(self, node: ast.stmt, scope: Scope) -> None:
        super()._statement(node, scope)
        if isinstance(node, ast.Assign) and not _is_alias(node.value):
            first = node.targets[0]
            first = first.elts[0] if isinstance(first, ast.Tuple) else first
            value = scope.names.get(first.id) if isinstance(first, ast.Name) else None
            if isinstance(value, Tensor) and isinstance(first, ast.Name):
                of = _uncast(value.of)
                of.label = first.id
                self._hold_kind(of)

    def _hold_kind(self, applied: Applied) -> None:
        """Operators that are printed as a layer of another name are known by which arguments that has."""
        piece = applied.piece
        frozen = {"trainable": False} if piece.config.get("trainable") is False else {}
        match piece.kind, sorted(piece.config.keys() - {"trainable"}):
            case "AveragePooling2D", ["padding", "pool_size"]:
                piece.kind = "Downsampling2D"
                piece.config = {"factor": piece.config["pool_size"], "method": "mean", **frozen}
            case "MaxPooling2D", ["padding", "pool_size", "strides"] if piece.config["pool_size"] == 1:
                piece.kind = "Downsampling2D"
                piece.config = {"factor": piece.config["strides"], "method": "first", **frozen}
            case "DepthwiseConv2D", ["depthwise_initializer", "kernel_size", "use_bias"]:
                self._hold_scale(applied, "depthwise_initializer")
            case "where", _:
                holds = applied.positional[0]
                if isinstance(holds, Tensor) and holds.of.piece.kind == "greater" and not holds.of.label:
                    piece.kind = "conditional"
                    applied.positional = (holds.of.positional[0], *applied.positional[1:])
                    if self.tracing.trail is not None:
                        self.tracing.trail.remove(holds.of)
            case "EinsumDense", ["equation", "kernel_initializer", "output_shape"]:
                if piece.config["equation"] == "...c,c->...c":
                    self._hold_scale(applied, "kernel_initializer")

    def _hold_scale(self, applied: Applied, start: str) -> None:
        piece, of = applied.piece, applied.positional[0]
        made = piece.config[start]
        value = made.config.get("value") if isinstance(made, Made) else None
        shape = self.tracing.shape_of(of) if isinstance(of, Tensor) else None
        told = piece.config.get("output_shape") or shape or [32]
        if isinstance(value, int | float):
            frozen = {"trainable": False} if piece.config.get("trainable") is False else {}
            kind = {1: "vector", 2: "sequence"}.get(len(shape or ()), "image")
            piece.kind = "LayerScale"
            piece.config = {"of": kind, "channels": told[-1], "start": value, **frozen}

    # Blocks

    def _call_function(self, called: Function, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        mark = _mark(called)
        if mark == MAKES:
            told = self._told(called, given, named)
            apply = super()._call_function(called, [""], {"trainable": True}, at)
            if isinstance(apply, Function):
                self.makers[id(apply.scope)] = called.name, told.get("trainable") is not False
            return apply
        if mark == PART:
            told = self._told(called, given, named)
            return self._used(called, told, called.name, told.get("trainable") is not False, at)
        if id(called.scope) in self.makers and called.name == "apply":
            name, trainable = self.makers[id(called.scope)]
            return self._used(called, self._told(called, given, named), name, trainable, at)
        if called.name != "build_model":
            return super()._call_function(called, given, named, at)
        start = len(self.trail)
        made = super()._call_function(called, given, named, at)
        if isinstance(made, Network):
            made.beside = self.trail[start:]
        return made

    def _told(self, called: Function, given: list[Value], named: dict[str, Value]) -> dict[str, Value]:
        names = [one.arg for one in called.node.args.args]
        return {**dict(zip(names, given, strict=False)), **named}

    def _used(self, called: Function, told: dict[str, Value], name: str, trainable: bool, at: Place) -> Value:
        """One use of a block. What applies layers that were made before has the same network each time."""
        names = [one.arg for one in called.node.args.args if one.arg not in ("name", "trainable")]
        key = id(called.scope) if _mark(called) is None else None
        network = self.networks.get(key) if key else None
        if network is None:
            start = len(self.trail)
            inner = {one: self._entrance(one, told.get(one), called, at) for one in names}
            del self.trail[start:]
            rest = {} if key else {"name": "", "trainable": True}
            back = super()._call_function(
                called, [], {**inner, **{k: v for k, v in rest.items() if k in _names(called)}}, at
            )
            outputs = back if isinstance(back, tuple) else (back,)
            config: dict[str, Value] = {"block": name, **({} if trainable else {"trainable": False})}
            network = Network("Functional", "layers", config, name, at.line, inputs=[*inner.values()], outputs=outputs)
            network.beside = [one for one in self.trail[start:] if one.piece.kind != "InputLayer"]
            del self.trail[start:]
            if key:
                self.networks[key] = network
        given = [told.get(one) for one in names]
        tensor = self.tracing.apply(network, tuple(given), {}, at.line)
        count = len(network.outputs)
        return tensor if count == 1 else tuple(Tensor(tensor.of, place) for place in range(count))

    def _entrance(self, name: str, given: Value, called: Function, at: Place) -> Tensor:
        """An input of a block: with its shape, where something in it asks for that."""
        scales = any(isinstance(one, ast.Attribute) and one.attr == "Constant" for one in ast.walk(called.node))
        shape = self.tracing.shape_of(given) if scales and isinstance(given, Tensor) else None
        return self.tracing.input({"name": name, **({} if shape is None else {"batch_shape": [None, *shape]})}, at.line)


def _names(called: Function) -> set[str]:
    return {one.arg for one in called.node.args.args}


def _mark(value: Function) -> str | None:
    """What the printer says of a block's function; None of any other."""
    if isinstance(value.node, ast.Lambda):
        return None
    told = ast.get_docstring(value.node)
    return told if told in (PART, MAKES) else None


def _uncast(applied: Applied) -> Applied:
    """What gives the value that is only told in other numbers."""
    came = applied.positional[0] if applied.piece.kind == "cast" else None
    return _uncast(came.of) if isinstance(came, Tensor) and not came.of.label else applied


def _is_alias(value: ast.expr) -> bool:
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    return all(isinstance(one, ast.Name) for one in parts)


# What is said beside Keras


def settled(document: Document, script: Exported) -> Document:
    """The document with its data, what it is compared with, and what stands in the comment."""
    try:
        return _judged(_settled(document, script), script.metrics)
    except (DocumentError, TypeError, ValueError, AttributeError, LookupError):  # somebody wrote in the comment
        return document


def _settled(document: Document, script: Exported) -> Document:
    told = read_comment(script.lines)
    raw = as_json(document)
    functions = {one.name: one for one in script.tree.body if isinstance(one, ast.FunctionDef)}
    data = told.get("data") or _data(functions, script)
    if data:
        raw["data"] = data
        entered, targets = _fields(functions.get("prepare"))
        entered, targets = told.get("fields", entered), told.get("targets", targets)
        weighed = _weights(functions.get("weigh"))
        for node in raw["nodes"]:
            if node["kind"] == "Input" and node["label"] in entered:
                node["params"] = {"field": entered[node["label"]]}
            elif node["kind"] == "Loss" and node["label"] in targets:
                node["params"] |= {"target": targets[node["label"]], **weighed.get(node["label"], {})}
    training = raw["training"]["settings"]
    for key, value in (("seed", script.scope.names.get("SEED")), ("epochs", script.epochs)):
        if isinstance(value, int):
            training[key] = value
    training |= told.get("settings", {})
    raw["training"] |= {key: told[key] for key in ("optimizer", "options") if key in told}
    raw["name"] = told.get("name", "Untitled")
    _take(raw, told)
    return read_document(json.dumps(raw))


def _judged(document: Document, metrics: Mapping[str, Any]) -> Document:
    """With the metrics of each Loss, and what they ask for."""
    if not metrics or not document.data.name:
        return document
    report, fields = check(document), document.data.fields
    raw = as_json(document)
    for id, operator in report.drawn.operators.items():
        facts = report.facts.get(id)
        if not isinstance(operator, Loss) or operator.target not in fields or not facts:
            continue
        told = [one["config"] for one in metrics.get(names_of(document.nodes).layers[id], ())]
        judged = operator.judged(fields[operator.target], facts.inputs[0])
        node = next(one for one in raw["nodes"] if one["id"] == id)
        if judged is None:
            continue
        names = tuple(str(one.get("name")) for one in told)
        if names != usual_metrics(judged):
            node["params"]["metrics"] = [*names]
        for one in told:
            level = one.get("threshold", one.get("thresholds"))
            if isinstance(level, int | float):
                node["params"]["threshold"] = _threshold(judged, level)
            if isinstance(one.get("k"), int):
                node["params"]["k"] = one["k"]
    return read_document(json.dumps(raw))


def _threshold(judged: Judged, level: float) -> float:
    """From which probability on an answer is a yes."""
    for chance in (level, 1 / (1 + math.exp(-min(max(level, -50), 50))), (level + 1) / 2):
        for digits in (2, 4, 8, 12, 16):
            tried = float(f"{chance:.{digits}g}")
            if 0 < tried < 1 and replace(judged, threshold=tried).level == level:
                return tried
    return judged.threshold


def _data(functions: Mapping[str, ast.FunctionDef], script: Exported) -> Raw | None:
    load, main = functions.get("load_data"), functions.get("main")
    if load is None or main is None:
        return None
    calls = [one for one in ast.walk(main) if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)]
    given = next((one for one in calls if _callee(one) == "load_data"), None)
    cut = next((one for one in calls if _callee(one).startswith("split_rows")), None)
    if given is None or cut is None:
        return None
    told = {one.arg: script._value(one.value, script.scope) for one in given.keywords if one.arg}
    scope = script.scope
    split = {one.arg: value for one in cut.keywords if one.arg and is_scalar(value := script._value(one.value, scope))}
    alike = [
        one.value for one in cut.keywords if isinstance(one.value, ast.Call) and _callee(one.value) == "equal_rows"
    ]
    split |= {"together": True} if alike else {}
    named = {one.arg: _groups_of(one.value) if one.value in alike else one.value for one in cut.keywords if one.arg}
    fields = {name: field for name, value in named.items() if value is not None and (field := _field_of(value))}
    for name, kind in SOURCES.items():
        if _printed(name) != _plain(load):
            continue
        options = {key: _listed(value) for key, value in told.items() if key in kind.parameters}
        with suppress(ValueError):
            read = {key: kind.parameters[key].read(value) for key, value in options.items()}
            source = kind({**kind.defaults(), **read})
            if _listed([*source.arguments().items()]) == _listed([*told.items()]):
                return {"name": name, "options": options, "split": _by(source, split, fields)}
    return None


def _groups_of(equal: ast.Call) -> ast.expr | None:
    """Of rows that are equal in some fields, or in one group: the group's."""
    return equal.args[1] if len(equal.args) > 1 else None


def _callee(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _listed(value: Any) -> Any:
    return [_listed(one) for one in value] if isinstance(value, tuple | list) else value


@cache
def _printed(name: str) -> str:
    """A data set's function as it is printed, without its places."""
    text = source_of(SOURCES[name].load, "load_data")[0]
    (found,) = ast.parse(text).body
    assert isinstance(found, ast.FunctionDef)
    return _plain(found)


def _plain(function: ast.FunctionDef) -> str:
    return ast.dump(function)


def _by(source: Any, split: Raw, fields: Mapping[str, str]) -> Raw:
    """With what puts a row into its part, where that is not as the data say."""
    for by in ("data", *Split.parameters["by"].choices):  # type: ignore[attr-defined]
        for grouped in (True, False):
            tried = {**Split.defaults(), **split, "by": by, "grouped": grouped}
            if source.split_fields(tried) == fields:
                return {**split, "by": by, "grouped": grouped}
    return split


def _field_of(node: ast.AST) -> str:
    """The field that an expression reads of the data."""
    for one in ast.walk(node):
        match one:
            case ast.Subscript(value=ast.Name(id="data"), slice=ast.Constant(value=str(field))):
                return field
    return ""


def _fields(prepare: ast.FunctionDef | None) -> tuple[dict[str, str], dict[str, str]]:
    """The field of each Input, and of each Loss."""
    found: dict[str, dict[str, str]] = {"x": {}, "y": {}}
    for one in prepare.body if prepare else ():
        if isinstance(one, ast.Assign) and isinstance(one.value, ast.Dict) and isinstance(one.targets[0], ast.Name):
            for key, value in zip(one.value.keys, one.value.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    found.setdefault(one.targets[0].id, {})[key.value] = _field_of(value)
    return found["x"], found["y"]


def _weights(weigh: ast.FunctionDef | None) -> dict[str, Raw]:
    """How classes and rows count, by Loss."""
    found: dict[str, Raw] = {}
    of_classes: Raw = {}
    for one in weigh.body if weigh else ():
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name) and one.targets[0].id == "of_classes":
            numbers = [n.value for n in ast.walk(one.value) if isinstance(n, ast.Constant)]
            given = isinstance(one.value, ast.Call) and not _callee(one.value)
            of_classes = {"class_weight": "given", "class_weights": numbers} if given else {"class_weight": "balanced"}
        elif isinstance(one, ast.AugAssign) and isinstance(one.target, ast.Subscript):
            key = one.target.slice.value if isinstance(one.target.slice, ast.Constant) else ""
            field = _field_of(one.value)
            found.setdefault(str(key), {}).update({"sample_weight": field} if field else of_classes)
    return found


# What stands in the comment


def _take(raw: Raw, told: Raw) -> None:
    """Parameters of which the code says nothing, and labels."""
    params = told.get("params", {})
    for block in ({**raw, "name": ""}, *raw.get("blocks", ())):
        before = f"{block['name']}." if block["name"] else ""
        for node in block["nodes"]:
            known = KINDS[node["kind"]].parameters
            own = params.get(before + node["label"], {}).items()
            node["params"] |= {key: value for key, value in own if key in known}
            if before + node["label"] in told.get("frozen", ()):
                node["frozen"] = True
    others = known_again(raw, told.get("unused", []))
    _rename(raw, told.get("labels"))
    if others:
        raw |= {"version": VERSION, "blocks": [*raw.get("blocks", ()), *others]}


def _rename(raw: Raw, told: Any) -> None:
    told = {str(key): value for key, value in told.items() if isinstance(value, str)} if isinstance(told, dict) else {}
    for block in ({**raw, "name": ""}, *raw.get("blocks", ())):
        function = block["name"]
        before = f"{function}." if function else ""
        exits = [node for node in block["nodes"] if node["kind"] == "BlockOutput"]
        for place, node in enumerate(exits):
            node["label"] = told.get(f"{function}[{place}]", node["label"])
        for node in block["nodes"]:
            if node not in exits:
                node["label"] = told.get(before + node["label"], node["label"])
    for block in raw.get("blocks", ()):
        block["name"] = told.get(block["name"], usual_name(block["name"]))
