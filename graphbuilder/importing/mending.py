"""Python that is not quite Python 3: of notebooks, of Python 2, with lines that are broken. What stands in a line stays
in its line."""

import ast
import re
import warnings
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

_MOST_LEFT_OUT = 25
_MOST_READ = 4_000_000
"""Bytes that are read over and over while lines are left out."""
_MAGIC = re.compile(r"^([ \t]*)[%!?].*$|^([ \t]*)[\w.]+\?\??[ \t]*$", re.MULTILINE)
_OF_TWO: tuple[tuple[str, str], ...] = (
    (r"^([ \t]*|.*?[:;][ \t]*)print[ \t]+(?=[^\s=(.,)\]}:;+*/%&|^!<>-])", r"\1print, "),
    (r"^([ \t]*|.*?[:;][ \t]*)print[ \t]*(?=>>)", r"\1print "),
    (r"^([ \t]*except[ \t]+(?:[\w.]+|\([^()\n]*\)))[ \t]*,[ \t]*(\w+)[ \t]*:", r"\1 as \2:"),
    (r"^([ \t]*raise[ \t]+[\w.]+)[ \t]*,.*$", r"\1"),
    (r"^([ \t]*)exec[ \t]+(?=[^\s=(])", r"\1exec, "),
    (r"`([^`\n]+)`", r"repr(\1)"), (r"<>", "!="), (r"\b(\d+)[lL]\b", r"\1"),
    (r"(?<![\w.])(?<![eE][-+])0([0-7]+)\b", r"0o\1"),
    (r"\b[uU][rR](?=['\"])", "r"),
)  # fmt: skip
"""What Python 2 writes otherwise. `print, x` is a row of two, and does nothing."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A script's tree. left_out: why lines of it were, by their number. is_two: it is of Python 2, where 7 / 2 is 3."""

    tree: ast.Module
    left_out: Mapping[int, str] = field(default_factory=dict)
    is_two: bool = False


def parsed(lines: str) -> Parsed:
    """Raises SyntaxError, ValueError, RecursionError or MemoryError of the script as it stands."""
    try:
        return Parsed(_tree(lines))
    except SyntaxError as fault:
        said = lines
        for way in (_without_magic, _of_three, str.expandtabs):
            said = way(said)
            with suppress(SyntaxError):
                return Parsed(_tree(said), is_two=_is_two(lines))
        found = _without_what_is_broken(said) if re.search(r"\b(keras|tensorflow)\b", said) else None
        if found is None:
            raise fault from None
        return replace(found, is_two=_is_two(lines))


def _is_two(lines: str) -> bool:
    divides = re.search(r"^from __future__ import .*\bdivision\b", lines, re.MULTILINE)
    return not divides and any(re.search(old, lines, re.MULTILINE) for old, _ in _OF_TWO[:4])


def _tree(lines: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(lines)


def _without_magic(lines: str) -> str:
    return _MAGIC.sub(lambda found: f"{found[1] or found[2] or ''}pass", lines)


def _of_three(lines: str) -> str:
    for old, new in _OF_TWO:
        lines = re.sub(old, new, lines, flags=re.MULTILINE)
    return lines


def _without_what_is_broken(lines: str) -> Parsed | None:
    rows, left_out = lines.split("\n"), dict[int, str]()
    for _ in range(min(_MOST_LEFT_OUT, 1 + _MOST_READ // (len(lines) + 1))):
        try:
            return Parsed(_tree("\n".join(rows)), left_out)
        except SyntaxError as fault:
            told = str(fault.msg)
            if opened := re.search(r"expected an indented block.* on line (\d+)", told):
                rows[int(opened[1]) - 1] += " pass"
                continue
            number = min(fault.lineno or 0, len(rows))
            if not number > 0 or number in left_out or len(left_out) > len(rows) // 4:
                return None
            left_out[number] = told.rstrip(".")[:120]
            row = rows[number - 1]
            rows[number - 1] = f"{row[: len(row) - len(row.lstrip())]}pass"
    return None
