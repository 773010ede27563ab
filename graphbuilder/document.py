"""The document: everything a person has made, as one frozen value and as versioned JSON that a git diff can be read of.

Changing a document gives a new one (editing.py). What a document cannot hold is refused when it is read, every problem
at once and each with its place as a JSON pointer (RFC 6901). What it can hold but cannot work, such as a circle of
wires, is read and reported by the checks.
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType
from typing import Annotated, Any, NoReturn

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, ValidationError

from graphbuilder.datasets import SOURCES
from graphbuilder.operators import OPERATORS, Operator
from graphbuilder.operators.operator import Port
from graphbuilder.parameters import Declared, Params, Value, WrongType
from graphbuilder.training.settings import OPTIMIZERS, Settings, Split

VERSION = 1
MAX_BYTES = 20_000_000
MAX_NODES = 20_000
MAX_WIRES = 60_000
MAX_KEYS = 1_000
MAX_VALUES, MAX_DEPTH = 200, 8
"""Of the parameters of one node. These limits keep reading any file under a second."""
MAX_LABEL = 80
ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a document could not be read, at one place. pointer: a JSON pointer, empty for the whole file."""

    code: str
    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer or 'The file'}: {self.message}"


class DocumentError(ValueError):
    """A document that cannot be read; `problems` has every reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        super().__init__(f"{self.problems[0]}{more}")


def _plain_text(text: str) -> str:
    """Refuses what no line of text holds: control characters and line ends (categories Cc, Zl, Zp)."""
    for place, character in enumerate(text):
        if unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs"):
            raise ValueError(f"has the character U+{ord(character):04X} at place {place + 1}, which no name may have")
    return text


def _frozen(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Refuses what no operator's parameters are, since those of an unknown one are kept as they came."""
    if isinstance(params, MappingProxyType):
        return params
    ahead: list[tuple[Any, int]] = [(params, 0)]
    for value, depth in ahead:
        if isinstance(value, float) and not isfinite(value):
            raise ValueError("holds a number that is too large for a computer")
        ahead.extend((part, depth + 1) for part in _parts(value))
        if depth > MAX_DEPTH or len(ahead) > MAX_VALUES:
            raise ValueError(f"holds more than {MAX_VALUES} values, or is nested more than {MAX_DEPTH} deep")
    return MappingProxyType(dict(params))


def written(value: Any) -> Any:
    """A parameter's value as JSON."""
    if isinstance(value, tuple):
        return list(value)
    return {"l1": value.l1, "l2": value.l2} if hasattr(value, "l1") else value


def _written_params(params: Params) -> dict[str, Any]:
    return {name: written(value) for name, value in params.items()}


Id = Annotated[str, Field(pattern=ID_PATTERN)]
Text = Annotated[str, Field(max_length=MAX_LABEL), AfterValidator(_plain_text)]
Word = Annotated[str, Field(max_length=200), AfterValidator(_plain_text)]
Settled = Annotated[
    Mapping[str, Any],
    AfterValidator(_frozen),
    PlainSerializer(_written_params),
    Field(json_schema_extra={"type": "object"}),
]
"""Values of declared parameters, by name. `read_document` holds them to their declaration."""
Coordinate = Annotated[float, Field(allow_inf_nan=False, ge=-1e7, le=1e7)]


def _none() -> Params:
    return MappingProxyType({})


def _optimizer_defaults(name: str | None) -> Params:
    known = OPTIMIZERS.get(name or "")
    return MappingProxyType(known.defaults() if known else {})


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class Node(_Frozen):
    """One operator on the canvas.

    id: immutable and hidden; events, checkpoints and undo key on it. label: the user's own text.
    """

    id: Id
    kind: Word
    label: Text = ""
    params: Settled = Field(default_factory=_none)
    position: tuple[Coordinate, Coordinate] = Field(default=(0.0, 0.0), strict=False)

    @property
    def operator(self) -> Operator | None:
        """The node as its operator; None for a kind that this version does not know."""
        known = OPERATORS.get(self.kind)
        return known(self.params) if known else None


class Wire(_Frozen):
    """From the output port of one node to an input port of another."""

    source: Id = Field(alias="from")
    source_port: Word = Field(default="out", alias="from_port")
    target: Id = Field(alias="to")
    target_port: Word = Field(default="in", alias="to_port")


class Data(_Frozen):
    """Which data set, with which options, and which rows are kept from training."""

    name: Word = "digits"
    options: Settled = Field(default_factory=_none)
    split: Settled = Field(default_factory=lambda: MappingProxyType(Split.defaults()))


class Training(_Frozen):
    """How the network is trained. options: the optimizer's own."""

    optimizer: Word = "Adam"
    options: Settled = Field(default_factory=lambda training: _optimizer_defaults(training.get("optimizer")))
    settings: Settled = Field(default_factory=lambda: MappingProxyType(Settings.defaults()))


class Document(_Frozen):
    """A network with its data and its training. Nodes stand in the order in which they were made."""

    version: int = VERSION
    name: Text = "Untitled"
    nodes: tuple[Node, ...] = Field(default=(), strict=False)
    wires: tuple[Wire, ...] = Field(default=(), strict=False)
    data: Data = Field(default_factory=Data)
    training: Training = Field(default_factory=Training)

    def node(self, id: str) -> Node:
        """The node with this id. Raises KeyError where there is none."""
        for node in self.nodes:
            if node.id == id:
                return node
        raise KeyError(id)


def input_port(node: Node, name: str) -> Port | None:
    """The node's input port of this name; an unknown operator has whatever port a wire names."""
    known = OPERATORS.get(node.kind)
    ports = known.inputs if known else (Port(name, many=True, least=0),)
    return next((port for port in ports if port.name == name), None)


def output_port(node: Node, name: str) -> Port | None:
    known = OPERATORS.get(node.kind)
    ports = known.outputs if known else (Port(name),)
    return next((port for port in ports if port.name == name), None)


# Reading


def read_document(text: str | bytes) -> Document:
    """The document that this JSON holds. Raises DocumentError with every problem found."""
    if isinstance(text, str):
        text = text.encode("utf-8", "surrogatepass")
    if len(text) > MAX_BYTES:
        _refuse("E_TOO_BIG", "", f"may be at most {MAX_BYTES:,} bytes long; this one has {len(text):,}.")
    raw = _parse(text)
    if not isinstance(raw, dict):
        _refuse("E_FORMAT", "", f"must hold a JSON object; received {_kind(raw)}.")
    version = raw.get("version")
    if isinstance(version, int) and not isinstance(version, bool) and version != VERSION:
        can = f"this program reads version {VERSION}"
        _refuse(
            "E_VERSION", "/version", f"is {version}, and {can}. Use the program that wrote the file, or a newer one."
        )
    for key, most in (("nodes", MAX_NODES), ("wires", MAX_WIRES)):
        listed = raw.get(key)
        if isinstance(listed, list) and len(listed) > most:
            _refuse("E_TOO_BIG", f"/{key}", f"may list at most {most:,} {key}; this file has {len(listed):,}.")
    return _settle(_shaped(raw))


_ESCAPED_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def _parse(text: bytes) -> Any:
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        _refuse("E_FORMAT", "", f"is not UTF-8 text: byte {fault.start + 1} cannot be read.")
    try:
        raw = json.loads(decoded, object_pairs_hook=_no_key_twice, parse_constant=_no_constant)
        if _ESCAPED_HALF.search(decoded):
            json.dumps(raw, ensure_ascii=False).encode()
    except json.JSONDecodeError as fault:
        _refuse("E_FORMAT", "", f"is not JSON: {fault.msg} in line {fault.lineno}, column {fault.colno}.")
    except RecursionError:
        _refuse("E_FORMAT", "", "is nested too deeply to be a document.")
    except UnicodeEncodeError:
        _refuse("E_FORMAT", "", "holds half of a character (a lone surrogate), which is no text.")
    except ValueError as fault:
        _refuse("E_FORMAT", "", f"{fault}.")
    return raw


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_KEYS:
        raise ValueError(f"has an object of {len(pairs):,} keys, and {MAX_KEYS:,} are allowed")
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise ValueError(f"names {twice[:60]!r} twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"holds {name}, which is no JSON number")


def _refuse(code: str, pointer: str, message: str) -> NoReturn:
    raise DocumentError([Problem(code, pointer, message)])


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _pointer(*place: str | int) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in place)


def _shaped(raw: dict[str, Any]) -> Document:
    """The raw object held to the document's outer shape, parameters not yet read."""
    if "version" not in raw:
        _refuse("E_FORMAT", "/version", f"is missing; it must be {VERSION}.")
    try:
        return Document.model_validate(raw, by_alias=True, by_name=False)
    except ValidationError as fault:
        raise DocumentError(_problems(fault)) from None


def _problems(fault: ValidationError) -> Iterator[Problem]:
    for found in fault.errors(include_url=False):
        pointer = _pointer(*found["loc"])
        match found["type"]:
            case "extra_forbidden":
                message = "is no key of a document."
            case "missing":
                message = "is missing."
            case "value_error":
                message = f"{found['ctx']['error']}."
            case "string_too_long":
                message = f"may have at most {found['ctx']['max_length']} characters; received {len(found['input'])}."
            case _:
                came = found["input"]
                told = repr(came) if isinstance(came, str | int | float) else _kind(came)
                message = f"{found['msg'].replace('Input should', 'must')}; received {told[:60]}."
        yield Problem("E_FORMAT", pointer, message)


def _settle(document: Document) -> Document:
    """The document with every parameter read by its declaration, defaults written out, and its graph held to be one."""
    problems: list[Problem] = []
    nodes = []
    for place, node in enumerate(document.nodes):
        declared = OPERATORS.get(node.kind)
        params = node.params
        if declared:
            params = _read_params(declared, node.params, _pointer("nodes", place, "params"), problems)
        nodes.append(node.model_copy(update={"params": params}))
    data = document.data
    source = SOURCES.get(data.name)
    options = data.options
    if source:
        options = _read_params(source, data.options, "/data/options", problems)
    split = _read_params(Split, data.split, "/data/split", problems)
    training = document.training
    optimizer = OPTIMIZERS.get(training.optimizer)
    chosen = training.options
    if optimizer:
        chosen = _read_params(optimizer, training.options, "/training/options", problems)
    settings = _read_params(Settings, training.settings, "/training/settings", problems)
    settled = document.model_copy(
        update={
            "nodes": tuple(nodes),
            "data": data.model_copy(update={"options": options, "split": split}),
            "training": training.model_copy(update={"options": chosen, "settings": settings}),
        }
    )
    problems.extend(_graph_problems(settled))
    if problems:
        raise DocumentError(problems)
    return canonical(settled)


def _read_params(declared: type[Declared], raw: Mapping[str, Any], at: str, problems: list[Problem]) -> Params:
    read: dict[str, Value] = declared.defaults()
    for name, value in raw.items():
        parameter = declared.parameters.get(name)
        if parameter is None:
            known = ", ".join(declared.parameters) or "none"
            problems.append(Problem("E_FORMAT", at + _pointer(name), f"is no parameter here; there are: {known}."))
            continue
        try:
            read[name] = parameter.read(value)
        except WrongType as fault:
            problems.append(Problem("E_FORMAT", at + _pointer(name), f"{fault}."))
    return MappingProxyType(read)


def _graph_problems(document: Document) -> Iterator[Problem]:
    nodes = {node.id: node for node in document.nodes}
    first: dict[str, int] = {}
    for place, node in enumerate(document.nodes):
        if node.id in first:
            told = f"is {node.id!r}, the id of node {first[node.id]} too; every node needs its own."
            yield Problem("E_GRAPH", _pointer("nodes", place, "id"), told)
        first.setdefault(node.id, place)
    seen: set[Wire] = set()
    for place, wire in enumerate(document.wires):
        for key, id, port, find in (
            ("from", wire.source, wire.source_port, output_port),
            ("to", wire.target, wire.target_port, input_port),
        ):
            if id not in nodes:
                yield Problem("E_GRAPH", _pointer("wires", place, key), f"names the node {id!r}, which is not there.")
            elif find(nodes[id], port) is None:
                node = nodes[id]
                told = f"names the port {port!r}, which {node.kind} {node.label!r} does not have."
                yield Problem("E_GRAPH", _pointer("wires", place, f"{key}_port"), told)
        if wire in seen:
            yield Problem("E_GRAPH", _pointer("wires", place), "stands twice; one wire is enough.")
        seen.add(wire)


# Writing


def canonical(document: Document) -> Document:
    """The same document with its wires in canonical order: by the node they lead to, its port, and within one port as
    they were, since there the order counts."""
    order = {node.id: place for place, node in enumerate(document.nodes)}
    ports = {
        (node.id, port.name): place
        for node in document.nodes
        if (known := OPERATORS.get(node.kind))
        for place, port in enumerate(known.inputs)
    }

    def place(wire: Wire) -> tuple[int, int, str]:
        return order[wire.target], ports.get((wire.target, wire.target_port), 0), wire.target_port

    return document.model_copy(update={"wires": tuple(sorted(document.wires, key=place))})


def write_document(document: Document) -> str:
    """The document as canonical JSON: equal documents give equal text, and reading it back gives the document."""
    return _lines(as_json(document)) + "\n"


def as_json(document: Document) -> dict[str, Any]:
    """The document as plain JSON values, keys in the order of the file."""
    return canonical(document).model_dump(mode="json", by_alias=True)


_WIDTH = 110


def _lines(value: Any, indent: str = "") -> str:
    """JSON with every object or list on one line where it is short and holds no other, as a person would write it."""
    flat = json.dumps(value, ensure_ascii=False, allow_nan=False)
    nested = any(isinstance(part, dict) for part in _parts(value))
    if not isinstance(value, dict | list) or not value or (not nested and len(indent) + len(flat) <= _WIDTH):
        return flat
    inner = indent + "  "
    if isinstance(value, dict):
        rows = [f"{json.dumps(key, ensure_ascii=False)}: {_lines(part, inner)}" for key, part in value.items()]
        return "{\n" + ",\n".join(inner + row for row in rows) + f"\n{indent}}}"
    return "[\n" + ",\n".join(inner + _lines(part, inner) for part in value) + f"\n{indent}]"


def _parts(value: Any) -> Collection[Any]:
    """What a JSON object or list holds."""
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
