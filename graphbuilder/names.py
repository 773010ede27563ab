"""From a label, which may be any text, to the one name that a node has in Keras and in code."""

import ast
import builtins
import inspect
import keyword
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any

from graphbuilder import composed
from graphbuilder.calls import COMPOSED, Call, Name
from graphbuilder.document import Document, Node, output_ports
from graphbuilder.inference import Wiring
from graphbuilder.operators import OPERATORS
from graphbuilder.operators.loss import Loss
from graphbuilder.parameters import Choice

LONGEST = 28
"""Keras takes 60 and more; with this, no line of printed code is longer than 88 characters."""

# fmt: off
CODE_NAMES = frozenset({
    "accuracy", "adapt", "amounts_of", "argparse", "arrays", "balanced", "batch_size", "build_model", "classes",
    "classes_of", "ClassScore", "cls", "commonest", "compile_model", "count", "data", "data_parts", "day_of",
    "days_come_first", "epochs", "equal_rows", "evaluate", "field_of", "fields_of", "find_spec", "fit", "font_manager",
    "FT2Font", "graphbuilder", "group", "group_of", "groups", "history", "imputed", "in_order", "initializers",
    "inputs", "is_tensor", "keeping", "kept_rows", "keras", "labels", "lacks", "last", "layer", "layers",
    "load_breast_cancer", "load_data", "load_diabetes", "load_digits", "load_iris", "load_wine", "losses", "main",
    "metrics", "middle", "model", "names_of", "np", "numpy", "one_hot", "optimizers", "os", "outputs", "pa",
    "parsed", "part_of", "parts", "placed", "prepare", "print_digits", "pyarrow", "r2", "random", "reducing",
    "regularizers", "rgb_to_hsv", "rows", "seed", "self", "separated", "sklearn", "split_rows", "split_rows_by",
    "steps_per_epoch", "stopping", "sys", "targets", "tensor_of", "tensorflow", "test", "tf", "to_rgb", "train",
    "val", "validation", "weigh", "words_of", "x", "XKCD_COLORS", "y", "zero_one",
})
# fmt: on
"""Names that printed code uses itself; no node may take one (a test holds this list to the printed code)."""

_TAKEN = frozenset(
    name.casefold() for name in (*CODE_NAMES, *vars(composed), *keyword.kwlist, *keyword.softkwlist, *dir(builtins))
)


_OF_MASKS = re.compile(r"(all|any|concatenate|expand_dims|logical_or|not_equal|ones_like|zeros_like)(_\d+)?")
"""What Keras calls the functions by which it makes masks: it takes no layer of the same name in one network."""


def layer_names(nodes: Iterable[Node]) -> dict[str, str]:
    """The Keras layer name, which is the variable in code as well, of each node by id.

    A Loss' name begins what is recorded of it, such as digit_loss and val_digit_loss. So that no two records have one
    name, none begins with val_: the Loss "val digit" is loss_val_digit.

    Each matches ^[A-Za-z][A-Za-z0-9_]{0,27}$ and no two are equal after NFKC and case folding. Names follow the order
    of the nodes: a node made later never changes the name of one made earlier, but for those that masks or functions
    stand in the way of.
    """
    nodes = tuple(nodes)
    functions = frozenset[str]().union(*(_functions_of(kind) for kind in {node.kind for node in nodes}))
    is_masked = any(node.kind in OPERATORS and OPERATORS[node.kind].begins_mask(node.params) for node in nodes)
    names: dict[str, str] = {}
    taken = set(_TAKEN)
    next_number: dict[tuple[str, int], int] = {}
    for node in nodes:
        stem = _stem(node.label) or _stem(node.kind) or "node"
        if node.kind == Loss.kind and f"{stem}_".startswith("val_"):
            stem = f"loss_{stem}"[:LONGEST].rstrip("_")
        is_function = re.sub(r"_\d+$", "", stem) in functions and node.kind in OPERATORS and _is_layer(node.kind)
        if is_function or (is_masked and _OF_MASKS.fullmatch(stem)):
            stem = f"{stem}_layer"
        name, number = stem, 2
        while name.casefold() in taken:
            room = LONGEST - len(f"_{number}")
            tried = stem[:room].casefold(), room
            number = max(number, next_number.get(tried, 0))
            if LONGEST - len(f"_{number}") == room:
                name = f"{stem[:room]}_{number}"
                next_number[tried] = number + 1
        taken.add(name.casefold())
        names[node.id] = name
    return names


_NAMED_OTHERWISE = {"abs": "absolute"}
"""Functions whose operation has another name."""


@cache
def _is_layer(kind: str) -> bool:
    return OPERATORS[kind]().call("layer") is not None


@cache
def _functions_of(kind: str) -> frozenset[str]:
    """The functions of Keras that a node of this kind may call: Keras names their operations so, and takes no layer of
    the same name in one network."""
    if kind not in OPERATORS:
        return frozenset()
    operator, found = OPERATORS[kind], set[str]()
    choices = [
        {name: value} for name, one in operator.parameters.items() if isinstance(one, Choice) for value in one.choices
    ]
    for params in ({}, *choices):
        one = operator(params)
        ports = one.input_ports()
        if one.outputs and ports:
            found |= set(_called(one.applied({port.name: [Name(port.name)] * (1 + port.many) for port in ports})))
    return frozenset(found)


def _called(told: Any) -> Iterator[str]:
    """The functions of keras.ops in an argument, also of those that operators are made of."""
    if isinstance(told, Call) and told.callee.startswith("ops."):
        name = told.callee.removeprefix("ops.")
        yield _NAMED_OTHERWISE.get(name, name)
    if isinstance(told, Call) and told.callee.startswith(COMPOSED):
        yield from _called_within(told.callee.removeprefix(COMPOSED))
    parts = [getattr(told, one.name) for one in fields(told)] if is_dataclass(told) else told
    if isinstance(parts, Mapping):
        parts = [*parts.values()]
    if isinstance(parts, list | tuple):
        for part in parts:
            yield from _called(part)


_BY_SIGN = {
    ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide", ast.Mod: "mod", ast.Pow: "power",
    ast.USub: "negative",
}  # fmt: skip


@cache
def _called_within(name: str) -> frozenset[str]:
    """The functions of keras.ops that one of ours calls, by its source."""
    found = set[str]()
    for node in ast.walk(ast.parse(inspect.getsource(getattr(composed, name)))):
        match node:
            case ast.Call(func=ast.Attribute(attr=called, value=ast.Attribute(attr="ops"))):
                found.add(_NAMED_OTHERWISE.get(called, called))
            case ast.BinOp(op=sign) | ast.UnaryOp(op=sign) if type(sign) in _BY_SIGN:
                found.add(_BY_SIGN[type(sign)])
            case ast.Subscript():
                found.add("get_item")
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Names:
    """Of the nodes of a document or of a block. layers: the name of each node's layer. values: of what each output port
    gives."""

    layers: Mapping[str, str]
    values: Mapping[tuple[str, str], str]


def names_of(nodes: Iterable[Node]) -> Names:
    nodes = tuple(nodes)
    layers = layer_names(nodes)
    return Names(layers, value_names(nodes, layers))


def path_names(document: Document, wired: Wiring) -> dict[str, str]:
    """The name of the layer of each node of the flat graph, by path. What is in a block has the names on the way to it
    before its own, and the number of the time: encoder.2.conv. No name of a node has a dot, so no two are equal."""
    drawn = layer_names(document.nodes)
    inner = {block.id: layer_names(block.nodes) for block in document.blocks}
    found: dict[str, str] = {}
    for path in wired.nodes:
        before, start, called = "", 0, drawn
        for use in wired.within(path):
            before += f"{called[use.path[start:]]}."
            start = len(use.path) + 1
            if use.times > 1:
                number = path[start : path.index("/", start)]
                before, start = f"{before}{number}.", start + len(number) + 1
            called = inner[use.block]
        found[path] = before + called[path[start:]]
    return found


def function_name(name: str, taken: Collection[str]) -> str:
    """What a block is called as a function of printed code, where these names are taken already."""
    stem, number = f"build_{_stem(name) or 'block'}"[: LONGEST - 4], 2
    found = stem
    while found.casefold() in _TAKEN or found in taken:
        found, number = f"{stem}_{number}", number + 1
    return found


def value_names(nodes: Iterable[Node], names: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """The variable of what each output port gives, by node id and port: the first has the name of the layer, any other
    the port's behind it. names: of the layers, which no variable takes."""
    found: dict[tuple[str, str], str] = {}
    taken = {*_TAKEN, *(name.casefold() for name in names.values())}
    for node in nodes:
        ports = output_ports(node) or ()
        for place, port in enumerate(ports):
            stem, number = f"{names[node.id][: LONGEST - len(port.name) - 1]}_{port.name}", 2
            name = names[node.id] if place == 0 else stem
            while place and name.casefold() in taken:
                name = f"{stem[: LONGEST - 4]}_{number}"
                number += 1
            taken.add(name.casefold())
            found[node.id, port.name] = name
    return found


def _stem(text: str) -> str:
    """The letters, digits and underscores of a text, in ASCII, from its first letter on."""
    words = re.sub(r"[^A-Za-z0-9]+", "_", _ascii(text)).strip("_")
    return re.sub(r"^[^A-Za-z]+", "", words)[:LONGEST].rstrip("_").lower()


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def file_name(file: str, *names: str) -> str:
    """A file name for a download, safe on every system: letters, digits and hyphens of the names (of project and run)
    before the file's."""
    return "_".join([_part(names[0]) or "untitled", *filter(None, map(_part, names[1:])), file])


def _part(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]+", "_", _ascii(name)).strip("_-")[:LONGEST].rstrip("_-").lower()
