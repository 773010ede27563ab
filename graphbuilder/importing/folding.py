"""Plain values of a script worked out, within bounds: numbers of 18 digits, texts of 10,000 letters, rows of 5,000.

Whatever raises here (TypeError, ValueError, ArithmeticError, LookupError) is not known before the script runs.
"""

import ast
import math
import operator
import re
import string
from collections.abc import Callable, Mapping
from typing import Any

from graphbuilder.importing.script_values import LARGEST, LONGEST, MOST_ITEMS

Plain = None | bool | int | float | str
_Binary = Callable[[Any, Any], Any]

SCALARS = (bool, int, float, str, type(None))


_ROWS = (list, tuple, dict)


def is_scalar(value: Any) -> bool:
    return isinstance(value, SCALARS)


def held(value: Any) -> Any:
    """A value within bounds. Raises ValueError."""
    if isinstance(value, int) and abs(value) > LARGEST:
        raise ValueError("too large")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("not finite")
    if isinstance(value, str) and len(value) > LONGEST:
        raise ValueError("too long")
    if isinstance(value, list | tuple | dict) and len(value) > MOST_ITEMS:
        raise ValueError("too long")
    return value


def _power(one: Any, other: Any) -> Any:
    if isinstance(one, int) and isinstance(other, int) and other > 0 and one.bit_length() * other > 128:
        raise ValueError("too large")
    result = one**other
    if isinstance(result, complex):
        raise ValueError("not real")
    return result


def _times(one: Any, other: Any) -> Any:
    for row, count in ((one, other), (other, one)):
        if isinstance(row, str | list | tuple) and isinstance(count, int) and len(row) * max(count, 0) > MOST_ITEMS:
            raise ValueError("too long")
    return one * other


def _modulo(one: Any, other: Any) -> Any:
    if not isinstance(one, str):
        return one % other
    if any(not re.fullmatch(r"%[-+0 ]?\d{0,2}(\.\d{1,2})?[sdfriegx]", mark) for mark in _marks(one)):
        raise ValueError("not read")
    parts = other if isinstance(other, tuple) else (other,)
    if not all(is_scalar(part) for part in parts):
        raise ValueError("not plain")
    return one % other


def _marks(text: str) -> list[str]:
    return [mark for mark in re.findall(r"%%|%[^a-zA-Z%]*[a-zA-Z]?", text) if mark != "%%"]


def _shifted(one: Any, other: Any) -> Any:
    if not 0 <= other <= 64:
        raise ValueError("too large")
    return one << other


BINARY: Mapping[type[ast.operator], _Binary] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: _times, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: _modulo, ast.Pow: _power, ast.LShift: _shifted,
    ast.RShift: operator.rshift, ast.BitAnd: operator.and_, ast.BitOr: operator.or_, ast.BitXor: operator.xor,
}  # fmt: skip
UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Invert: operator.invert,
}  # fmt: skip
_COMPARED: Mapping[type[ast.cmpop], _Binary] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}  # fmt: skip


def worked(kind: type[ast.operator], one: Any, other: Any) -> Any:
    """The two joined by an operator."""
    rows = isinstance(one, list | tuple) or isinstance(other, list | tuple)
    if rows and not (kind in (ast.Add, ast.Mult) or isinstance(one, str)):
        raise TypeError("not plain")
    if not rows and not (is_scalar(one) and is_scalar(other)):
        raise TypeError("not plain")
    if rows and kind is ast.Add and len(one) + len(other) > MOST_ITEMS:
        raise ValueError("too long")
    return held(BINARY[kind](one, other))


def compared(kind: ast.cmpop, one: Any, other: Any) -> bool:
    if isinstance(kind, ast.Is | ast.IsNot):
        same = one is other or (is_scalar(one) and is_scalar(other) and type(one) is type(other) and one == other)
        return same == isinstance(kind, ast.Is)
    if isinstance(kind, ast.In | ast.NotIn):
        if not isinstance(other, str) and not (is_scalar(one) and (isinstance(other, range) or is_flat([*other]))):
            raise TypeError("not plain")
        found = one in other
        return found == isinstance(kind, ast.In)
    if isinstance(kind, ast.Eq | ast.NotEq):
        rows = isinstance(one, _ROWS), isinstance(other, _ROWS)
        if rows in ((True, False), (False, True)) and (is_scalar(one) or is_scalar(other)):
            return isinstance(kind, ast.NotEq)
    if not (is_flat(one) and is_flat(other)):
        raise TypeError("not plain")
    return bool(_COMPARED[type(kind)](one, other))


def is_flat(value: Any) -> bool:
    """A scalar, or a row of them: what is compared, hashed and sorted in no time."""
    return is_scalar(value) or (isinstance(value, list | tuple) and all(map(is_scalar, value)))


def formatted(value: Any, spec: str = "") -> str:
    if not re.fullmatch(r"[<>^=]?[+-]?0?\d{0,2},?(\.\d{1,2})?[sdfegxb%]?", spec) or not is_scalar(value):
        raise ValueError("not read")
    return str(held(format(value, spec)))


def _format(text: str, *given: Any, **named: Any) -> str:
    parts: list[str] = []
    place = 0
    for before, name, spec, _ in string.Formatter().parse(text):
        parts.append(before)
        if name is None:
            continue
        if name in named:
            value = named[name]
        else:
            value, place = given[int(name) if name else place], place + 1
        parts.append(formatted(value, spec or ""))
        if len(parts) > 1000:
            raise ValueError("too long")
    return str(held("".join(parts)))


def _replace(text: str, old: str, new: str) -> str:
    if len(text) * (len(new) + 1) > 100 * LONGEST:
        raise ValueError("too long")
    return str(held(text.replace(old, new)))


def _join(text: str, parts: Any) -> str:
    if len(parts) * (len(text) + 1) + sum(len(part) for part in parts) > LONGEST:
        raise ValueError("too long")
    return text.join(parts)


METHODS_OF_TEXT: Mapping[str, Callable[..., Any]] = {
    "format": _format, "replace": _replace, "join": _join, "lower": str.lower, "upper": str.upper,
    "strip": str.strip, "lstrip": str.lstrip, "rstrip": str.rstrip, "startswith": str.startswith,
    "endswith": str.endswith, "split": str.split, "capitalize": str.capitalize, "title": str.title,
    "isdigit": str.isdigit, "find": str.find, "count": str.count,
}  # fmt: skip


def _product(row: Any, axis: Any = None) -> Any:
    found = 1
    for one in row:
        found = held(found * one)
    return found


def _of_scalars(function: Callable[..., Any]) -> Callable[..., Any]:
    def bounded(*given: Any) -> Any:
        if not all(is_flat(one) or isinstance(one, range) for one in given):
            raise TypeError("not plain")
        if any(isinstance(one, range) and len(one) > MOST_ITEMS for one in given):
            raise ValueError("too long")
        return function(*given)

    return bounded


def _listed(row: Any = ()) -> list[Any]:
    if len(row) > MOST_ITEMS:
        raise ValueError("too long")
    return list(row)


def _array(row: Any, dtype: Any = None) -> list[Any]:
    """Numbers that stand in the script; of which kind they are is seen where they are used."""
    return _listed(row)


def _whole(value: Any = 0) -> int:
    if not is_scalar(value):
        raise TypeError("not plain")
    return int(held(int(value)))


def _rounded(value: Any, digits: Any = None) -> Any:
    if digits is not None and not -20 <= digits <= 20:
        raise ValueError("not read")
    return round(value, digits)


def shape_of(row: Any) -> tuple[int, ...]:
    """Of an array that stands as a row of rows, told by the first of them."""
    sizes: list[int] = []
    while isinstance(row, list | tuple) and len(sizes) < 8:
        sizes.append(len(row))
        row = row[0] if row else None
    return tuple(sizes)


def distinct(row: Any = ()) -> list[Any]:
    """As a set has them, in the order in which they come first."""
    if not all(is_flat(one) and not isinstance(one, list) for one in row):
        raise TypeError("not plain")
    return _listed(dict.fromkeys(row))


def of_text(text: Any) -> Any:
    """What a text says that is a literal of Python."""
    if not isinstance(text, str) or len(text) > _LONGEST_LITERAL:
        raise ValueError("too long")
    try:
        return _copied(ast.literal_eval(text.strip()))
    except (SyntaxError, MemoryError, RecursionError):
        raise ValueError("no literal") from None


_LONGEST_LITERAL = 1_000


def _copied(value: Any) -> Any:
    """Rows and dicts anew, with all that is in them. Raises TypeError for what holds anything but plain values."""
    left = MOST_ITEMS

    def copied(value: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise ValueError("too long")
        if isinstance(value, dict):
            return {key: copied(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(map(copied, value))
        if not is_scalar(value):
            raise TypeError("not plain")
        return value

    return copied(value)


def _copied_once(value: Any) -> Any:
    if not isinstance(value, list | tuple | dict | SCALARS):
        raise TypeError("not plain")
    return value if is_scalar(value) else type(value)(value)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "int": _whole, "float": _of_scalars(float), "str": formatted, "bool": bool, "len": len, "list": _listed,
    "tuple": lambda row=(): tuple(_listed(row)), "range": _of_scalars(range), "abs": _of_scalars(abs),
    "min": _of_scalars(min), "max": _of_scalars(max), "sum": _of_scalars(sum), "round": _of_scalars(_rounded),
    "set": distinct, "frozenset": distinct, "eval": of_text, "ast.literal_eval": of_text,
    "sorted": _of_scalars(sorted), "reversed": lambda row: list(reversed(_listed(row))),
    "enumerate": lambda row, start=0: [(start + place, one) for place, one in enumerate(_listed(row))],
    "zip": lambda *rows: list(zip(*map(_listed, rows), strict=False)),
    "any": lambda row: any(_listed(row)), "all": lambda row: all(_listed(row)),
    "dict": lambda row=(), **named: {**dict(row), **named}, "divmod": _of_scalars(divmod),
    "pow": lambda one, other: worked(ast.Pow, one, other),
    "math.ceil": _of_scalars(math.ceil), "math.floor": _of_scalars(math.floor), "math.sqrt": _of_scalars(math.sqrt),
    "math.log2": _of_scalars(math.log2), "math.log": _of_scalars(math.log), "math.log10": _of_scalars(math.log10),
    "math.exp": _of_scalars(math.exp), "math.prod": _product,
    "math.pow": lambda one, other: float(worked(ast.Pow, one, other)),
    "numpy.array": _array, "chr": _of_scalars(chr),
    "ord": _of_scalars(ord), "copy.copy": _copied_once, "copy.deepcopy": _copied,
}  # fmt: skip
CONSTANTS: Mapping[str, float | None] = {
    "math.pi": math.pi, "math.e": math.e, "numpy.pi": math.pi, "numpy.newaxis": None, "tensorflow.newaxis": None,
}  # fmt: skip
