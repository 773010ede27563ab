"""A script that makes models of Keras as one `Model`: read by its syntax, never run."""

import ast
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from graphbuilder.importing.exported import EPOCH, Exported, is_ours
from graphbuilder.importing.keras_model import Read
from graphbuilder.importing.keras_model import read as read_json
from graphbuilder.importing.mending import Parsed, parsed
from graphbuilder.importing.model import ImportFault, Message
from graphbuilder.importing.plain import parse
from graphbuilder.importing.script import Script
from graphbuilder.importing.script_keras import Place
from graphbuilder.importing.script_values import (
    Applied,
    Array,
    Class,
    Function,
    Network,
    Own,
    Piece,
    Steps,
    Tensor,
    TooMuch,
    Value,
    tensors_in,
)  # fmt: skip

MAX_SCRIPT = 300_000
_FOR_BUILDING = 100_000
_MOST_PARTS = 100
_CELLS_OF_PYTHON = ("time", "timeit", "capture", "prun", "python", "python3", "skip")


@dataclass(frozen=True, slots=True)
class Found:
    """The model that was taken, with what is to be said. models: the names of all, in the order of the script."""

    read: Read
    messages: tuple[Message, ...]
    models: tuple[str, ...]
    exported: Exported | None = None


def is_script(name: str) -> bool:
    return name.lower().endswith(".py")


def is_notebook(name: str) -> bool:
    return name.lower().endswith(".ipynb")


def code_of(notebook: bytes) -> bytes:
    """The code of a notebook's cells, one below the other. Raises ImportFault."""
    raw = parse(notebook)
    cells = raw.get("cells") if isinstance(raw, dict) else None
    if not isinstance(cells, list):
        raise ImportFault("E_FORMAT", "is no notebook that can be read: it has no cells.")
    code = [one.get("source") for one in cells if isinstance(one, dict) and one.get("cell_type") == "code"]
    texts = ["".join(map(str, one)) if isinstance(one, list) else str(one or "") for one in code]
    return "\n".join(map(_of_python, texts)).encode("utf-8", "replace")


def _of_python(cell: str) -> str:
    """A cell; nothing of one whose first words say that it is of another language."""
    said = re.match(r"\s*%%(\w+)[^\n]*", cell)
    if said is None:
        return cell
    return cell[said.end() :] if said[1] in _CELLS_OF_PYTHON else "\n" * cell.count("\n")


def read_script(text: bytes, wanted: str = "") -> Found:
    """The model of a script. wanted: its variable or its name, where there are several; otherwise it is the one that is
    compiled last, or the largest. Raises ImportFault."""
    found, lines = _parsed(text)
    try:
        try:
            return _read(found, lines, wanted, frozenset())
        except _Sequences as told:
            return _read(found, lines, wanted, told.places)
    except (TooMuch, RecursionError):
        raise ImportFault("E_TOO_BIG", "is nested too deeply, or goes on for too long, to be read.") from None


class _Sequences(Exception):
    """What is known of a model once it was read: by their numbers, which of its inputs of unknown shape are words that
    an Embedding looks up."""

    def __init__(self, places: frozenset[int]) -> None:
        super().__init__()
        self.places = places


def _read(found: Parsed, lines: str, wanted: str, sequences: frozenset[int]) -> Found:
    """sequences: which inputs are taken to be words in a row, of a model that is built for no shape."""
    script = Exported(lines) if is_ours(found.tree) else Script(lines)
    script.is_two = found.is_two
    for line, why in found.left_out.items():
        script.tracing.say("E_SCRIPT", f"This is no Python that can be read ({why}); it was left out.", line)
    script.go(found.tree)
    script.steps.left, script.steps.floor = _FOR_BUILDING, 0
    return (not script.keras.networks and _of_literal(found.tree)) or _found(script, found.tree, wanted, sequences)


def _parsed(text: bytes) -> tuple[Parsed, str]:
    if len(text) > MAX_SCRIPT:
        raise ImportFault("E_TOO_BIG", f"has {len(text):,} bytes of Python, and {MAX_SCRIPT:,} are allowed.")
    lines = text.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    try:
        return parsed(lines), lines
    except SyntaxError as fault:
        told = str(fault.msg).rstrip(".")[:120]
        at = f"line {fault.lineno}: " if fault.lineno else ""
        raise ImportFault("E_FORMAT", f"is no Python that can be read: {at}{told}.") from None
    except (ValueError, MemoryError, RecursionError):
        raise ImportFault("E_FORMAT", "is no Python that can be read: it is nested too deeply, or holds NUL.") from None


def _of_literal(tree: ast.AST) -> Found | None:
    """The model whose JSON stands in a script, where it makes no other."""
    texts: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            texts |= {one.id: node.value.value for one in node.targets if isinstance(one, ast.Name)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        first = node.args[0]
        told = first.value if isinstance(first, ast.Constant) else texts.get(getattr(first, "id", ""))
        if called == "model_from_json" and isinstance(told, str):
            text = "The script makes the model of JSON that stands in it; what it does with it is not read."
            message = Message("W_SCRIPT", text, f"line {node.lineno}", loses=False)
            return Found(read_json(parse(told.encode("utf-8", "surrogatepass"))), (message,), ())
    return None


def _found(script: Script, tree: ast.Module, wanted: str, sequences: frozenset[int]) -> Found:
    networks = [one for one in script.keras.networks if _is_whole(one)]
    within = _within(networks, script.steps)
    if not networks:
        first = next((one for one in script.tracing.messages.values() if one.code != "W_GENERATOR"), None)
        told = f" {first.place.capitalize()}: {first.text}" if first else ""
        raise ImportFault("E_NO_MODEL", f"makes no model of Keras that can be read.{told}")
    sizes = {id(one): _size(one, script.steps) for one in networks}
    made = [one for one in networks if not (isinstance(one, Network) and one.is_given)] or networks
    free = [one for one in made if id(one) not in within and not _is_replaced(one, script)] or made
    compiled = [one for one in networks if one.compiled is not None]
    largest = max(free, key=lambda one: (sizes[id(one)], one.line))
    taken = compiled[-1] if compiled else largest
    if wanted:
        fitting = [one for one in networks if wanted in (one.variable, one.name)]
        if not fitting:
            names = ", ".join(dict.fromkeys(map(_label, networks)))
            raise ImportFault("E_NO_MODEL", f"makes no model called {wanted[:60]!r}; its models are {names[:400]}.")
        taken = fitting[-1]
    labels = tuple(dict.fromkeys([_label(taken), *map(_label, networks)]))
    tracing = script.tracing
    network = _as_network(taken, script, sequences)
    model = tracing.model(network)
    ours = script if isinstance(script, Exported) else None
    fitted = taken.fitted or ({} if ours else script.fits_elsewhere(tree))
    compiled_ = tracing.compiled(taken.compiled, fitted, EPOCH if ours else None)
    if ours and compiled_:
        ours.metrics = compiled_.metrics if isinstance(compiled_.metrics, dict) else {}
        compiled_ = replace(compiled_, metrics=None)
    model = replace(model, name=taken.variable or taken.name, compiled=compiled_, is_ours=ours is not None)
    messages = [*tracing.messages.values()]
    others = [one for one in made if one is not taken]
    if others and not wanted:
        listed = ", ".join(dict.fromkeys(f"{_label(one)} (line {one.line})" for one in others))
        why = "compiled last" if compiled else "the largest"
        text = f"The script makes {len(made)} models; this is {_label(taken)} (line {taken.line}), {why}. "
        text += f"The others are {listed[:300]}; --model NAME takes another."
        messages.insert(0, Message("W_SEVERAL", text, f"line {taken.line}", loses=False))
    return Found(Read(model, "Python script"), tuple(messages), labels, ours)


def _label(network: Network | Own) -> str:
    return network.variable or network.name


def _is_replaced(network: Network | Own, script: Script) -> bool:
    """Whether its variable is another model in the end."""
    held = script.scope.names.get(network.variable)
    return isinstance(held, Network | Own) and held is not network


def _is_whole(network: Network | Own) -> bool:
    if isinstance(network, Own):
        return network.network is not None or _has_call(network.of)
    return bool(network.row) if network.row is not None else network.outputs is not None


def _has_call(of: object) -> bool:
    while isinstance(of, Class):
        if "call" in of.scope.names:
            return True
        of = of.base
    return False


def _as_network(taken: Network | Own, script: Script, sequences: frozenset[int]) -> Network:
    """A model of the script's own class is applied to an Input, whose shape is asked for where it is never built.
    Raises _Sequences where words enter it."""
    if isinstance(taken, Network):
        return taken
    if taken.network is None:
        given = _inputs(taken, script, sequences)
        script._call_own(taken, given, {}, Place(taken.line, taken.kind))
        open = [one for one in tensors_in(given, script.steps) if "batch_shape" not in one.of.piece.config]
        places = frozenset(place for place, one in enumerate(open) if script.tracing.is_embedded(one))
        if places and not sequences:
            raise _Sequences(places)
    if taken.network is None:
        text = f"makes a model of the class {taken.kind} (line {taken.line}), whose `call` cannot be read."
        raise ImportFault("E_NO_MODEL", text)
    return taken.network


def _inputs(taken: Own, script: Script, sequences: frozenset[int]) -> list[Value]:
    """What its `call` is given: an Input for each argument, or as many as it takes apart, by their keys where it does
    that, with the shapes that it is built for or fed with."""
    fed = taken.fitted.get("x")
    shapes: Value = taken.fed
    if taken.shape is not None:
        shapes = taken.shape
    elif isinstance(fed, list | tuple):
        shapes = [[None, *one.shape[1:]] if isinstance(one, Array) and one.shape else None for one in fed]
    elif isinstance(fed, dict):
        shapes = {key: [None, *one.shape[1:]] for key, one in fed.items() if isinstance(one, Array) and one.shape}

    number = itertools.count()

    def made(shape: Value) -> Value:
        if isinstance(shape, list | tuple):
            return script.tracing.input({"batch_shape": shape}, taken.line)
        if next(number) not in sequences:
            return script.tracing.input({}, taken.line)
        tensor = script.tracing.input({"batch_shape": [None, None], "dtype": "int32"}, taken.line)
        text = (
            f"{tensor.of.piece.name!r} is told no shape; an Embedding reads it, so it is taken to be words in a row, "
        )
        text += "of any number. Type in its shape where it is another."
        script.tracing.say("W_SHAPE_TAKEN", text, taken.line, loses=False)
        return tensor

    several = isinstance(shapes, list | tuple) and any(isinstance(one, list | tuple) for one in shapes)
    parts = _parts(taken.of)
    if isinstance(parts, list):
        return [{key: made(shapes.get(key) if isinstance(shapes, dict) else None) for key in parts}]
    if several:
        return [[made(shape) for shape in shapes[:_MOST_PARTS]]]
    if parts:
        return [[made(None) for _ in range(parts)]]
    return [made(shapes), *(made(None) for _ in _arguments(taken.of)[2:_MOST_PARTS])]


def _parts(of: Value) -> int | list[str]:
    """Into how many values, or by which keys, the `call` of a class takes apart what comes in; 0 where it does not."""
    method, names = _call_of(of), _arguments(of)
    if len(names) < 2 or method is None:
        return 0
    count, keys = 0, []
    for node in ast.walk(method.node):
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=parts)], value=ast.Name(id=name)) if name == names[1]:
                count = max(count, 0 if any(isinstance(one, ast.Starred) for one in parts) else len(parts))
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str(key))) if name == names[1]:
                keys.append(key)
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=int(place))) if name == names[1]:
                count = max(count, place + 1)
    return list(dict.fromkeys(keys))[:_MOST_PARTS] or min(count, _MOST_PARTS)


def _call_of(of: Value) -> Function | None:
    while isinstance(of, Class):
        if isinstance(found := of.scope.names.get("call"), Function):
            return found
        of = of.base
    return None


def _arguments(of: Value) -> list[str]:
    """Of its `call`: itself, and what it must be given."""
    method = _call_of(of)
    told = method.node.args if method else None
    names = [one.arg for one in (*told.posonlyargs, *told.args)] if told else []
    needed = names[: len(names) - len(told.defaults)] if told else []
    return [*names[:2], *(one for one in needed[2:] if one not in ("training", "mask"))]


def _within(networks: Sequence[Network | Own], steps: Steps) -> set[int]:
    """Models that others apply."""
    found: set[int] = set()
    ahead = [*networks]
    while ahead:
        for part in _pieces(ahead.pop(), steps):
            if id(part) not in found and isinstance(part, Own):  # a layer of the script's own may hold models
                ahead.append(part)
            found.add(id(part))
    return found


def _pieces(network: Network | Own, steps: Steps) -> list[object]:
    if isinstance(network, Own):
        return [*_held([*network.names.values()], steps)]
    if network.row is not None:
        return _with_held(network.row)
    ahead: list[Tensor] = tensors_in(network.outputs, steps)
    seen: dict[int, Applied] = {}
    while ahead:
        tensor = ahead.pop()
        if id(tensor.of) not in seen:
            seen[id(tensor.of)] = tensor.of
            ahead += tensors_in([*tensor.of.positional, *tensor.of.keywords.values()], steps)
    return _with_held([one.piece for one in seen.values()])


def _with_held(pieces: Sequence[Piece]) -> list[object]:
    """Layers, and those that wrappers among them hold."""
    return [*pieces, *(held for one in pieces if isinstance(held := one.config.get("layer"), Piece))]


def _held(value: Value, steps: Steps, depth: int = 0) -> Iterator[object]:
    """What an object keeps, also in rows."""
    steps.take()
    if isinstance(value, list | tuple | dict) and depth < _MOST_ROWS:
        for one in [*value.values()] if isinstance(value, dict) else value:
            yield from _held(one, steps, depth + 1)
    elif isinstance(value, Piece):
        yield value


_MOST_ROWS = 4
"""How deep rows of layers stand in rows."""


def _size(network: Network | Own, steps: Steps, depth: int = 0) -> int:
    steps.take()
    parts = _pieces(network, steps)
    inner = (_size(one, steps, depth + 1) for one in parts if isinstance(one, Network | Own) and depth < 6)
    return len(parts) + sum(inner)
