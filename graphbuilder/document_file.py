"""The document's file: versioned JSON that a git diff can be read of.

What a document cannot hold is refused when it is read, every problem at once and each with its place as a JSON pointer
(RFC 6901). What it can hold but cannot work, such as a circle of wires, is read and reported by the checks.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NoReturn

from pydantic import ValidationError

from graphbuilder.datasets import SOURCES
from graphbuilder.document import (
    MAX_BLOCKS,
    MAX_NODES,
    MAX_WIRES,
    VERSION,
    Block,
    Document,
    Node,
    Wire,
    as_json,
    canonical,
    input_port,
    members_of,
    output_port,
    version_of,
    with_ports,
)
from graphbuilder.foreign import told_of_bytes, told_of_json, told_of_name
from graphbuilder.operators import KINDS
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.parameters import Declared, Params, Value, WrongType
from graphbuilder.problems import DocumentError, Problem
from graphbuilder.settings import Settings, Split
from graphbuilder.shapes import whole

MAX_BYTES = 20_000_000
MAX_VALUES = 2_500_000
"""Of the whole file, by the marks that stand before values: a file that is refused by it is not parsed first."""
MAX_KEYS = 1_000
"""Of one object."""
MAX_DIGITS = 4_300
"""Of one number: Python reads no more."""


# Reading


def read_document(text: str | bytes, name: str = "") -> Document:
    """The document that this JSON holds. Raises DocumentError with every problem found.

    name: the file's, where there is one: it helps to say what a file of another program is."""
    if isinstance(text, str):
        text = text.encode("utf-8", "surrogatepass")
    _refuse_foreign(told_of_bytes(text, name))
    refuse_too_large(text)
    raw = _parse(text, name)
    _refuse_foreign(told_of_json(raw))
    if not isinstance(raw, dict):
        _refuse("no object", received=_kind(raw))
    version = raw.get("version")
    if isinstance(version, int) and not isinstance(version, bool) and version not in range(1, VERSION + 1):
        _refuse("other version", "/version", version=whole(version), reads=VERSION)
    for key, most in (("nodes", MAX_NODES), ("wires", MAX_WIRES), ("blocks", MAX_BLOCKS)):
        parts = [raw, *(part for part in _list(raw.get("blocks"))[: MAX_BLOCKS + 1] if isinstance(part, dict))]
        count = sum(len(_list(part.get(key))) for part in parts)
        if count > most:
            _refuse("listed", f"/{key}", most=most, what=key, count=count)
    return _settle(_shaped(raw))


def refuse_too_large(text: bytes) -> None:
    """Raises DocumentError where a document of this text could not be read for its size alone."""
    if len(text) > MAX_BYTES:
        _refuse("bytes", most=MAX_BYTES, count=len(text))
    values = sum(text.count(mark) for mark in (b",", b"[", b"{"))
    if values > MAX_VALUES:
        _refuse("values", most=MAX_VALUES, count=values)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


_ESCAPED_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def _parse(text: bytes, name: str) -> Any:
    try:
        return json_of(text)
    except DocumentError:
        _refuse_foreign(told_of_name(name))
        raise


def _refuse_foreign(told: str | None) -> None:
    if told:
        _refuse("foreign", what=told)


def json_of(text: bytes, constant: Callable[[str], Any] | None = None) -> Any:
    """The values of a JSON text in UTF-8. constant: what NaN and Infinity are, by name, which are no JSON.
    Raises DocumentError for what is none, or is not sure to be read so."""
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        _refuse("not UTF-8", byte=fault.start + 1)
    try:
        raw = json.loads(
            decoded, object_pairs_hook=_no_key_twice, parse_constant=constant or _no_constant, parse_int=_whole
        )
        if _ESCAPED_HALF.search(decoded):
            json.dumps(raw, ensure_ascii=False).encode()
    except json.JSONDecodeError as fault:
        _refuse("not JSON", why=fault.msg, line=fault.lineno, column=fault.colno)
    except RecursionError:
        _refuse("nested")
    except UnicodeEncodeError:
        _refuse("half a character")
    return raw


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        _refuse("digits", count=len(digits), most=MAX_DIGITS)
    return int(digits)


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_KEYS:
        _refuse("keys", count=len(pairs), most=MAX_KEYS)
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        _refuse("key twice", key=twice[:60])
    return found


def _no_constant(name: str) -> NoReturn:
    _refuse("no number", name=name)


def _refuse(kind: str, pointer: str = "", /, **facts: Any) -> NoReturn:
    raise DocumentError([Problem(kind, pointer, facts)])


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _pointer(*place: str | int) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in place)


def _shaped(raw: dict[str, Any]) -> Document:
    """The raw object held to the document's outer shape, parameters not yet read."""
    if "version" not in raw:
        _refuse("no version", "/version", reads=VERSION)
    try:
        return Document.model_validate(raw, by_alias=True, by_name=False)
    except ValidationError as fault:
        raise DocumentError(_problems(fault)) from None


def _problems(fault: ValidationError) -> Iterator[Problem]:
    for found in fault.errors(include_url=False):
        pointer = _pointer(*found["loc"])
        match found["type"]:
            case "extra_forbidden":
                yield Problem("no key", pointer)
            case "missing":
                yield Problem("missing", pointer)
            case "value_error":
                yield Problem("no value", pointer, {"fault": str(found["ctx"]["error"])})
            case "string_too_long":
                most, count = found["ctx"]["max_length"], len(found["input"])
                yield Problem("too long", pointer, {"most": most, "count": count})
            case _:
                came = found["input"]
                received = repr(came) if isinstance(came, str | int | float) else _kind(came)
                must = found["msg"].replace("Input should", "must")
                yield Problem("other type", pointer, {"must": must, "received": received[:60]})


def _settle(document: Document) -> Document:
    """The document with every parameter read by its declaration, defaults written out, and its graph held to be one."""
    problems: list[Problem] = []
    nodes = _read_nodes(document.nodes, (), problems)
    blocks = tuple(
        block.model_copy(update={"nodes": _read_nodes(block.nodes, ("blocks", place), problems)})
        for place, block in enumerate(document.blocks)
    )
    data = document.data
    known = SOURCES.get(data.name)
    options = data.options
    if known:
        options = _read_params(known, data.options, "/data/options", problems)
    split = _read_params(Split, data.split, "/data/split", problems)
    training = document.training
    optimizer = OPTIMIZERS.get(training.optimizer)
    chosen = training.options
    if optimizer:
        chosen = _read_params(optimizer, training.options, "/training/options", problems)
    settings = _read_params(Settings, training.settings, "/training/settings", problems)
    settled = document.model_copy(
        update={
            "nodes": nodes,
            "blocks": blocks,
            "data": data.model_copy(update={"options": options, "split": split}),
            "training": training.model_copy(update={"options": chosen, "settings": settings}),
        }
    )
    settled = with_ports(settled)
    problems.extend(_graph_problems(settled.nodes, settled.wires))
    problems.extend(_ids_twice(settled.blocks, ("blocks",)))
    for place, block in enumerate(settled.blocks):
        problems.extend(_graph_problems(block.nodes, block.wires, ("blocks", place)))
    if problems:
        raise DocumentError(problems)
    return canonical(settled).model_copy(update={"version": version_of(settled)})


def _read_nodes(nodes: Iterable[Node], at: tuple[str | int, ...], problems: list[Problem]) -> tuple[Node, ...]:
    read = []
    for place, node in enumerate(nodes):
        declared = KINDS.get(node.kind)
        params = node.params
        if declared:
            params = _read_params(declared, node.params, _pointer(*at, "nodes", place, "params"), problems)
        read.append(node.model_copy(update={"params": params}))
    return tuple(read)


def _read_params(declared: type[Declared], raw: Mapping[str, Any], at: str, problems: list[Problem]) -> Params:
    read: dict[str, Value] = declared.defaults()
    for name, value in raw.items():
        parameter = declared.parameters.get(name)
        if parameter is None:
            known = ", ".join(declared.parameters) or "none"
            if why := declared.absent.get(name):
                problems.append(Problem("absent", at + _pointer(name), {"why": why}))
            else:
                problems.append(Problem("no parameter", at + _pointer(name), {"known": known}))
            continue
        try:
            read[name] = parameter.read(value)
        except WrongType as fault:
            problems.append(Problem("no value", at + _pointer(name), {"fault": str(fault)}))
    return MappingProxyType(read)


def _ids_twice(parts: Iterable[Node | Block], at: tuple[str | int, ...]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for place, part in enumerate(parts):
        if part.id in first:
            yield Problem("id twice", _pointer(*at, place, "id"), {"id": part.id, "first": first[part.id]})
        first.setdefault(part.id, place)


def _graph_problems(
    parts: Iterable[Node], wires: Iterable[Wire], above: tuple[str | int, ...] = ()
) -> Iterator[Problem]:
    parts = tuple(parts)
    nodes = {node.id: node for node in parts}
    yield from _ids_twice(parts, (*above, "nodes"))
    seen: set[Wire] = set()
    for place, wire in enumerate(wires):
        for key, id, port, find in (
            ("from", wire.source, wire.source_port, output_port),
            ("to", wire.target, wire.target_port, input_port),
        ):
            if id not in nodes:
                yield Problem("node gone", _pointer(*above, "wires", place, key), {"id": id})
            elif find(nodes[id], port) is None:
                at = _pointer(*above, "wires", place, f"{key}_port")
                yield Problem("no port", at, {"port": port, "node": nodes[id].called})
        if wire in seen:
            yield Problem("wire twice", _pointer(*above, "wires", place))
        seen.add(wire)


def write_document(document: Document) -> str:
    """The document as canonical JSON: equal documents give equal text, and reading it back gives the document."""
    return _lines(as_json(document)) + "\n"


_WIDTH = 110


def _lines(value: Any, indent: str = "") -> str:
    """JSON with every object or list on one line where it is short and holds no other, as a person would write it."""
    flat = json.dumps(value, ensure_ascii=False, allow_nan=False)
    nested = any(isinstance(part, dict) for part in members_of(value))
    if not isinstance(value, dict | list) or not value or (not nested and len(indent) + len(flat) <= _WIDTH):
        return flat
    inner = indent + "  "
    if isinstance(value, dict):
        rows = [f"{json.dumps(key, ensure_ascii=False)}: {_lines(part, inner)}" for key, part in value.items()]
        return "{\n" + ",\n".join(inner + row for row in rows) + f"\n{indent}}}"
    return "[\n" + ",\n".join(inner + _lines(part, inner) for part in value) + f"\n{indent}]"
