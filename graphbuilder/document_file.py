"""The document's file: versioned JSON that a git diff can be read of.

What a document cannot hold is refused when it is read, every problem at once and each with its place as a JSON pointer
(RFC 6901). What it can hold but cannot work, such as a circle of wires, is read and reported by the checks.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NoReturn

from pydantic import ValidationError

from graphbuilder.datasets import SOURCES
from graphbuilder.document import (
    MAX_NODES,
    MAX_WIRES,
    VERSION,
    Document,
    Wire,
    as_json,
    canonical,
    input_port,
    members_of,
    output_port,
)
from graphbuilder.foreign import told_of_bytes, told_of_json, told_of_name
from graphbuilder.operators import OPERATORS
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.parameters import Declared, Params, Value, WrongType
from graphbuilder.settings import Settings, Split
from graphbuilder.shapes import whole

MAX_BYTES = 20_000_000
MAX_KEYS = 1_000
"""Of one object."""
MAX_DIGITS = 4_300
"""Of one number: Python reads no more."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a document could not be read, at one place. pointer: a JSON pointer, empty for the whole file."""

    code: str
    pointer: str
    message: str

    def __str__(self) -> str:
        return self.of("The file")

    def of(self, file: str) -> str:
        """The problem as a sentence about the file of this name."""
        return f"{self.pointer}: {self.message}" if self.pointer else f"{file} {self.message}"


class DocumentError(ValueError):
    """A document that cannot be read; `problems` has every reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        super().__init__(f"{self.problems[0]}{more}")


# Reading


def read_document(text: str | bytes, name: str = "") -> Document:
    """The document that this JSON holds. Raises DocumentError with every problem found.

    name: the file's, where there is one: it helps to say what a file of another program is."""
    if isinstance(text, str):
        text = text.encode("utf-8", "surrogatepass")
    _refuse_foreign(told_of_bytes(text, name))
    if len(text) > MAX_BYTES:
        _refuse("E_TOO_BIG", "", f"may be at most {MAX_BYTES:,} bytes long; this one has {len(text):,}.")
    raw = _parse(text, name)
    _refuse_foreign(told_of_json(raw))
    if not isinstance(raw, dict):
        _refuse("E_FORMAT", "", f"must hold a JSON object; received {_kind(raw)}.")
    version = raw.get("version")
    if isinstance(version, int) and not isinstance(version, bool) and version != VERSION:
        can = f"this program reads version {VERSION}"
        told = f"is {whole(version)}, and {can}. Use the program that wrote the file, or a newer one."
        _refuse("E_VERSION", "/version", told)
    for key, most in (("nodes", MAX_NODES), ("wires", MAX_WIRES)):
        listed = raw.get(key)
        if isinstance(listed, list) and len(listed) > most:
            _refuse("E_TOO_BIG", f"/{key}", f"may list at most {most:,} {key}; this file has {len(listed):,}.")
    return _settle(_shaped(raw))


_ESCAPED_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def _parse(text: bytes, name: str) -> Any:
    try:
        return _json_of(text)
    except DocumentError:
        _refuse_foreign(told_of_name(name))
        raise


def _refuse_foreign(told: str | None) -> None:
    if told:
        _refuse("E_FOREIGN", "", told)


def _json_of(text: bytes) -> Any:
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        _refuse("E_FORMAT", "", f"is not UTF-8 text: byte {fault.start + 1} cannot be read.")
    try:
        raw = json.loads(decoded, object_pairs_hook=_no_key_twice, parse_constant=_no_constant, parse_int=_whole)
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


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"holds a whole number of {len(digits):,} digits, and {MAX_DIGITS:,} are allowed")
    return int(digits)


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
                told = f"names the port {port!r}, which {node.called} does not have."
                yield Problem("E_GRAPH", _pointer("wires", place, f"{key}_port"), told)
        if wire in seen:
            yield Problem("E_GRAPH", _pointer("wires", place), "stands twice; one wire is enough.")
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
