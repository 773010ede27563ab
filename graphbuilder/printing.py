"""How Python code is laid out: expressions, and what stands in brackets broken as Black has it."""

import ast
import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from graphbuilder.calls import COMPOSED, INDEXED, Along, Argument, Call, Epochs, Listed, Name

WIDTH = 88
_AS_THEY_ARE = ("layers.", "keras.", "R2", "ClassScore")


def expression(argument: Argument) -> str:
    """An argument as Python writes it. A text becomes a literal, a number its shortest exact form."""
    if isinstance(argument, Name):
        return argument.name
    if isinstance(argument, tuple):
        inner = ", ".join(map(expression, argument))
        return f"({inner},)" if len(argument) == 1 else f"({inner})"
    if isinstance(argument, Listed):
        return f"[{', '.join(map(expression, argument.items))}]"
    if isinstance(argument, Epochs):
        return argument.printed
    if isinstance(argument, Along):
        ends = ["" if one is None else str(one) for one in (argument.start, argument.stop, argument.step)]
        return ":".join(ends if ends[2] else ends[:2])
    if isinstance(argument, Call) and argument.callee == INDEXED:
        value, *places = map(expression, argument.args)
        return f"{value}[{', '.join(places)}]"
    if isinstance(argument, Call):
        return f"{_callee(argument)}({', '.join(_arguments(argument))})"
    if isinstance(argument, str):
        return literal(argument)
    if isinstance(argument, float) and (argument != argument or argument in (float("inf"), float("-inf"))):
        return f'float("{argument}")'
    return repr(argument)


def _callee(call: Call) -> str:
    """Layers are imported by that name, some metrics and what is composed defined in the file; all else is found from
    keras."""
    if call.callee.startswith(COMPOSED):
        return call.callee.removeprefix(COMPOSED)
    return call.callee if call.callee.startswith(_AS_THEY_ARE) else f"keras.{call.callee}"


def _arguments(call: Call) -> list[str]:
    return [*map(expression, call.args), *(f"{name}={expression(value)}" for name, value in call.kwargs.items())]


def literal(text: str) -> str:
    """A text as a literal of printable ASCII in double quotes."""
    return '"' + "".join(map(_character, text)) + '"'


def _character(one: str) -> str:
    if one in '"\\':
        return "\\" + one
    if " " <= one <= "~":
        return one
    number = ord(one)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def assigned(head: str, call: Call, tail: str = "") -> Iterator[str]:
    yield from lines(group(head, call), tail)


def group(head: str, call: Call) -> "Group":
    if call.callee == INDEXED:
        value, *places = map(expression, call.args)
        return Group(f"{head}{value}", "[", places)
    return Group(f"{head}{_callee(call)}", "(", entries(call))


def entries(call: Call) -> "list[str | Group]":
    named = [("", value) for value in call.args] + [(f"{name}=", value) for name, value in call.kwargs.items()]
    return [_entry(head, value) for head, value in named]


def _entry(head: str, value: Argument) -> "str | Group":
    if isinstance(value, Call):
        return group(head, value)
    if isinstance(value, Listed):
        return Group(head, "[", [_entry("", item) for item in value.items])
    return f"{head}{expression(value)}"


@dataclass(frozen=True, slots=True)
class Group:
    """Something in brackets, behind its head; `flat` is all of it on one line."""

    head: str
    opening: str
    entries: Sequence["str | Group"]

    @property
    def closing(self) -> str:
        return {"(": ")", "[": "]", "{": "}"}[self.opening]

    @property
    def flat(self) -> str:
        return f"{self.head}{self.opening}{', '.join(map(_flat, self.entries))}{self.closing}"


def _flat(part: str | Group) -> str:
    return part.flat if isinstance(part, Group) else part


def lines(part: str | Group, tail: str = "", indent: str = "") -> Iterator[str]:
    """On one line where that fits, else the entries on one line of their own, else a line each, as Black has it."""
    flat = f"{indent}{_flat(part)}{tail}"
    if len(flat) <= WIDTH or isinstance(part, str):
        yield flat
        return
    indent = indent or " " * (len(part.head) - len(part.head.lstrip()))
    inner = f"{indent}    {', '.join(map(_flat, part.entries))}"
    yield f"{indent}{part.head.lstrip()}{part.opening}"
    if len(inner) <= WIDTH and part.opening == "(":
        yield inner
    else:
        for entry in part.entries:
            yield from lines(entry, ",", f"{indent}    ")
    yield f"{indent}{part.closing}{tail}"


def wrapped(head: str, opening: str, entries: Sequence[str | Group], tail: str = "") -> Iterator[str]:
    yield from lines(Group(head, opening, entries), tail)


def wrapped_behind(layer: Group, arguments: Sequence[str | Group]) -> Iterator[str]:
    """`layer(arguments)`, broken behind the layer where all of that fits on one line."""
    call = Group("", "(", arguments)
    if len(layer.flat) + len("(") > WIDTH:
        yield from lines(layer, call.flat)
    else:
        yield from lines(Group(layer.flat, "(", arguments))


def source_of(function: Callable[..., Any], name: str = "") -> tuple[str, list[str]]:
    """A function of ours as text, and the imports of its first lines, which go to the head of the file."""
    lines = inspect.getsource(function).rstrip().splitlines()
    own = function.__name__
    head = lines[0].replace(f"def {own}(", f"def {name or own}(", 1)
    parsed = ast.parse("\n".join(lines)).body[0]
    assert isinstance(parsed, ast.FunctionDef)
    imports = [part for part in parsed.body if isinstance(part, ast.Import | ast.ImportFrom)]
    gone = {number for part in imports for number in (part.lineno - 1, part.lineno)}  # with the blank line behind
    body = [line for number, line in enumerate(lines) if number and number not in gone]
    return "\n".join([head, *body]), [ast.unparse(part) for part in imports]
