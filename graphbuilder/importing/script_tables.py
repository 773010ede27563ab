"""Numbers that a script works out by NumPy, by Keras' functions or TensorFlow's, of what stands in it: tables of waves,
bases of a forecast, masks. They are worked here, by NumPy, within bounds of size and work; nothing of the script runs.

Whatever raises here (TypeError, ValueError, ArithmeticError, LookupError) is not known before the script runs.
"""

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from graphbuilder.importing.folding import is_scalar
from graphbuilder.importing.script_values import MOST_ITEMS, Array, Named, Steps, Table, Value
from graphbuilder.importing.works.function_names import function_of

MOST = 2_000_000
"""How many numbers a table may have."""
_AT_ONCE = 2_000
"""So many numbers are worked within one step."""
_AXES = 8
_Numbers = Any
"""np.ndarray, a number, or a row of these."""
_ROOMS = (
    "numpy", "tensorflow", "tensorflow.math", "tensorflow.linalg", "tensorflow.experimental.numpy", "keras.ops",
    "keras.ops.numpy", "keras.backend",
)  # fmt: skip
_SAME_ARGUMENT = {
    **dict.fromkeys(
        ("a", "x1", "input", "value", "values", "tensor", "m", "v", "array", "arrays", "xs", "object", "arr", "A",
         "params", "condition", "images", "tup"), "x"),
    **dict.fromkeys(("b", "x2"), "y"), "limit": "stop", "delta": "step", "perm": "axes", "multiples": "reps",
    "repeats": "reps", "dims": "shape", "newshape": "shape", "fill_value": "value", "num_rows": "rows", "N": "rows",
    "M": "columns", "num_columns": "columns", "a_min": "low", "a_max": "high", "x_min": "low", "x_max": "high",
    "clip_value_min": "low", "clip_value_max": "high", "min": "low", "max": "high", "shift": "by", "indices": "places",
    "depth": "count", "num_classes": "count", "keep_dims":
    "keepdims", "pad_width": "widths", "paddings": "widths", "num_lower": "low", "num_upper": "high",
}  # fmt: skip
"""Of functions of several libraries, what arguments are called here."""


def known(numbers: _Numbers, text: str, line: int) -> Value:
    """Numbers as a value of a script: one alone is plain."""
    told = np.asarray(numbers)
    if told.dtype.kind not in "biuf":
        raise TypeError("no numbers")
    if told.size > MOST or told.ndim > _AXES:
        raise ValueError("too large")
    if told.ndim == 0:
        return float(str(told)) if told.dtype == np.float32 and np.isfinite(told) else told.item()
    return Table(text, line, told.shape, numbers=told)


def rows_of(value: Value) -> Value:
    """A table as rows of plain numbers, also within rows; any other value as it is."""
    if isinstance(value, Table):
        if value.numbers.size > MOST_ITEMS:
            raise ValueError("too long")
        return value.numbers.tolist()
    return type(value)(map(rows_of, value)) if type(value) in (list, tuple) else value


def items_of(value: Table) -> list[Value]:
    """What a loop goes over."""
    if len(value.numbers) > MOST_ITEMS:
        raise ValueError("too long")
    return [known(one, value.text, value.line) for one in value.numbers]


def data_of(value: Value) -> Value:
    """A table as data of its shape, whose numbers do not matter."""
    return Array(value.text, value.line, value.shape) if isinstance(value, Table) else value


def called(path: str, given: Sequence[Value], named: Mapping[str, Value], steps: Steps, text: str, line: int) -> Value:
    """What a function gives for numbers; NotImplemented for one that is not known, or what is not numbers alone."""
    room, _, name = path.rpartition(".")
    work = _FUNCTIONS.get(function_of(name)) if room in _ROOMS else None
    if work is None:
        return NotImplemented
    names, make = work
    if make in (_tile, _broadcast_to):  # so often as there are samples, which it meets all the same
        given, named = [*map(_each, given)], {key: _each(value) for key, value in named.items()}
    if not all(map(_is_told, (*given, *named.values()))):
        return NotImplemented
    told: dict[str, Any] = {}
    for key, value in named.items():
        same = key if key in names else _SAME_ARGUMENT.get(key, key)
        if same not in (*names, "dtype", "name") or same in told:
            return NotImplemented
        told[same] = value
    of_all = name in _OF_ALL
    free = [one for one in names if one not in told]
    if len(given) > len(free) and not of_all:
        return NotImplemented
    told |= {"x": given} if of_all else dict(zip(free, given, strict=False))
    told.pop("name", None)
    if any(isinstance(told.get(one), str | Named) for one in ("x", "y")):
        return NotImplemented
    try:
        dtype = _dtype(told.pop("dtype", None))
        arguments = {key: _array(value) for key, value in told.items() if value is not None}
        steps.take(1 + sum(map(_count, arguments.values())) // _AT_ONCE)
        with np.errstate(all="ignore"):
            found = make(**arguments)
        if room != "numpy" and dtype is None and not any(map(_is_double, arguments.values())):
            found = _single(found)
        if isinstance(found, list):
            return [known(one, text, line) for one in found]
        found = found if dtype is None else found.astype(dtype)
        steps.take(found.size // _AT_ONCE)
        return known(found, text, line)
    except (TypeError, ValueError, ArithmeticError, LookupError):
        return NotImplemented


def method(
    own: Table, name: str, given: list[Value], named: Mapping[str, Value], steps: Steps, at: tuple[str, int]
) -> Value:
    """What a method of a table gives; NotImplemented for one that is not known."""
    if name in ("tolist", "item") and not given:
        return rows_of(own)
    if name in ("numpy", "copy", "block_until_ready"):
        return known(own.numbers.copy(), *at)
    if name in ("reshape", "transpose") and given and is_scalar(given[0]):
        given = [tuple(given)]
    name = "cast" if name == "astype" else name
    return called(f"numpy.{name}", [own, *given], named, steps, *at)


def attribute(own: Table, name: str) -> Value:
    match name:
        case "shape":
            return own.numbers.shape
        case "ndim":
            return own.numbers.ndim
        case "size":
            return own.numbers.size
        case "T":
            return known(own.numbers.T, own.text, own.line)
        case "dtype":
            return str(own.numbers.dtype)
    return NotImplemented


def indexed(own: Table, key: Value) -> Value:
    return known(own.numbers[_key(key)], own.text, own.line)


def put(own: Table, key: Value, value: Value) -> None:
    """Puts numbers at places of a table. Where they are not known, none of it is known any more: raises TypeError."""
    if not _is_told(value):
        raise TypeError("not known")
    own.numbers[_key(key)] = _array(value)


def joined(kind: type[ast.operator], one: Value, other: Value, steps: Steps, text: str, line: int) -> Value:
    """Two joined by an operator, of which one is a table; NotImplemented where the other is no numbers."""
    name = _BY_SIGN.get(kind)
    if name is None or not (_is_told(one) and _is_told(other)):
        return NotImplemented
    return called(f"numpy.{name}", [one, other], {}, steps, text, line)


def compared(kind: type[ast.cmpop], one: Value, other: Value, steps: Steps, text: str, line: int) -> Value:
    name = _BY_COMPARISON.get(kind)
    if name is None or not (_is_told(one) and _is_told(other)):
        return NotImplemented
    return called(f"numpy.{name}", [one, other], {}, steps, text, line)


def turned(kind: type[ast.unaryop], own: Table) -> Value:
    if kind not in (ast.USub, ast.UAdd, ast.Invert):
        raise TypeError("not known")
    made = own.numbers if kind is ast.UAdd else -own.numbers if kind is ast.USub else ~own.numbers
    return known(made, own.text, own.line)


def is_in_order(value: Value) -> bool:
    """Whether it is 0, 1, 2 and so on, in one row or within others of size 1."""
    if not isinstance(value, Table) or value.numbers.size != max(value.numbers.shape):
        return False
    return bool(np.array_equal(value.numbers.ravel(), np.arange(value.numbers.size)))


def _is_told(value: Value, depth: int = 0) -> bool:
    """Whether it is numbers, or words that a function takes beside them."""
    if isinstance(value, list | tuple):
        return depth < _AXES and len(value) <= MOST_ITEMS and all(_is_told(one, depth + 1) for one in value)
    if isinstance(value, range):
        return len(value) <= MOST_ITEMS
    if value is None:
        return depth == 0
    return isinstance(value, Table | Named | bool | int | float | str)


def _each(value: Value) -> Value:
    """Sizes or counts, of which the first is that of the samples."""
    return type(value)([1, *value[1:]]) if isinstance(value, list | tuple) and value and value[0] is None else value


def _is_double(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype == np.float64


def _count(value: Any) -> int:
    return sum(map(_count, value)) if isinstance(value, list | tuple) else int(np.size(value))


def _array(value: Value) -> Any:
    if isinstance(value, Table):
        return value.numbers
    if isinstance(value, list | tuple):
        return type(value)(map(_array, value))
    return value


def _key(key: Value) -> Any:
    keys = key if isinstance(key, tuple) else (key,)
    for one in keys:
        fits = isinstance(one, int | slice | None) or one is Ellipsis
        if not fits and not (isinstance(one, Table | list) and _is_told(one)):
            raise TypeError("not known")
    made = tuple(np.asarray(_array(one)) if isinstance(one, Table | list) else one for one in keys)
    return made if isinstance(key, tuple) else made[0]


def _dtype(told: Value) -> Any:
    if told is None:
        return None
    name = told.last if isinstance(told, Named) else str(told)
    name = _KINDS.get(name, name)
    if name not in ("float16", "float32", "float64", "int8", "uint8", "int16", "int32", "int64", "bool"):
        raise TypeError("not known")
    return np.dtype(name)


_KINDS = {"float": "float64", "int": "int64", "double": "float64", "bool_": "bool", "half": "float16"}


def _single(found: Any) -> Any:
    """As TensorFlow and Keras keep what they are not told how to: in 32 bits."""
    if isinstance(found, list):
        return [_single(one) for one in found]
    kind = {"float64": "float32", "int64": "int32"}.get(str(found.dtype))
    return found if kind is None else found.astype(kind)


# Functions. Each holds itself to MOST before it makes anything larger than what came in.


def _held(count: int) -> int:
    if count > MOST:
        raise ValueError("too large")
    return count


def _sizes(shape: Any) -> tuple[int, ...]:
    sizes = tuple(shape) if isinstance(shape, list | tuple) else tuple(np.atleast_1d(shape).tolist())
    if len(sizes) > _AXES or not all(isinstance(one, int | np.integer) and one >= 0 for one in sizes):
        raise TypeError("not known")
    _held(math.prod(sizes))
    return sizes


def _of_one(function: Callable[[Any], Any]) -> tuple[tuple[str, ...], Callable[..., Any]]:
    return ("x",), lambda x: function(np.asarray(x))


def _of_two(function: Callable[[Any, Any], Any]) -> tuple[tuple[str, ...], Callable[..., Any]]:
    def work(x: Any, y: Any) -> Any:
        x, y = _numeric(x), _numeric(y)
        _held(math.prod(np.broadcast_shapes(np.shape(x), np.shape(y))))
        return np.asarray(function(x, y))

    return ("x", "y"), work


def _numeric(value: Any) -> Any:
    """Numbers alone as they are, so that they take the kind of those that they meet."""
    return value if isinstance(value, bool | int | float) else np.asarray(value)


def _over(function: Callable[..., Any]) -> tuple[tuple[str, ...], Callable[..., Any]]:
    def work(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        axis = tuple(axis) if isinstance(axis, list) else axis
        return np.asarray(function(np.asarray(x), axis=axis, keepdims=bool(keepdims)))

    return ("x", "axis", "keepdims"), work


def _arange(start: Any, stop: Any = None, step: Any = 1) -> Any:
    start, stop = (0, start) if stop is None else (start, stop)
    _held(math.ceil((stop - start) / step))
    return np.arange(start, stop, step)


def _linspace(start: Any, stop: Any, num: Any = 50, endpoint: bool = True) -> Any:
    return np.linspace(start, stop, _held(num), endpoint=bool(endpoint))


def _filled(value: float) -> tuple[tuple[str, ...], Callable[..., Any]]:
    return ("shape", "dtype"), lambda shape: np.full(_sizes(shape), value)


def _eye(rows: int, columns: Any = None, k: int = 0) -> Any:
    columns = rows if columns is None else columns
    _held(rows * columns)
    return np.eye(rows, columns, k)


def _stacked(function: Callable[..., Any]) -> Callable[..., Any]:
    def work(x: Any, **named: Any) -> Any:
        parts = [np.asarray(one) for one in x]
        _held(sum(one.size for one in parts))
        return function(parts, **named)

    return work


def _tile(x: Any, reps: Any) -> Any:
    counts = _sizes(reps)
    _held(np.size(x) * max(math.prod(counts), 1))
    return np.tile(np.asarray(x), counts)


def _repeat(x: Any, reps: Any, axis: Any = None) -> Any:
    if not isinstance(reps, int):
        raise TypeError("not known")
    _held(np.size(x) * reps)
    return np.repeat(np.asarray(x), reps, axis=axis)


def _meshgrid(x: Any, indexing: str = "xy") -> Any:
    _held(math.prod(np.size(one) for one in x) * len(x))
    parts: list[Any] = [np.asarray(one) for one in x]
    return [*np.meshgrid(*parts, indexing="ij" if indexing == "ij" else "xy")]


def _matmul(x: Any, y: Any) -> Any:
    x, y = np.asarray(x), np.asarray(y)
    if x.ndim not in (1, 2) or y.ndim not in (1, 2) or x.size * y.shape[-1] > 10 * MOST:
        raise ValueError("too large")
    return np.asarray(np.dot(x, y))


def _outer(x: Any, y: Any) -> Any:
    _held(np.size(x) * np.size(y))
    return np.outer(x, y)


def _reshape(x: Any, shape: Any) -> Any:
    return np.asarray(x).reshape(shape if isinstance(shape, list | tuple) else np.asarray(shape).tolist())


def _broadcast_to(x: Any, shape: Any) -> Any:
    return np.broadcast_to(np.asarray(x), _sizes(shape)).copy()


def _where(x: Any, y: Any, z: Any) -> Any:
    parts = [_numeric(one) for one in (x, y, z)]
    _held(math.prod(np.broadcast_shapes(*map(np.shape, parts))))
    return np.where(*parts)


def _pad(x: Any, widths: Any) -> Any:
    x = np.asarray(x)
    edges = np.broadcast_to(np.asarray(widths), (x.ndim, 2)).tolist()
    _held(math.prod(max(size + sum(edge), 0) for size, edge in zip(x.shape, edges, strict=True)))
    return np.pad(x, edges)


def _band_part(x: Any, low: int, high: int) -> Any:
    x = np.asarray(x)
    kept = x if low < 0 else np.triu(x, -low)
    return kept if high < 0 else np.tril(kept, high)


def _one_hot(x: Any, count: int) -> Any:
    _held(np.size(x) * count)
    return (np.asarray(x)[..., None] == np.arange(count)).astype("float32")


def _diag(x: Any, k: int = 0) -> Any:
    x = np.asarray(x)
    _held((x.size + abs(k)) ** 2 if x.ndim == 1 else x.size)
    return np.diag(x, k)


_ARRAY = (("x", "dtype"), lambda x: np.asarray(x).copy())
_FUNCTIONS: Mapping[str, tuple[tuple[str, ...], Callable[..., Any]]] = {
    **{name: _of_one(getattr(np, name)) for name in (
        "sin", "cos", "tan", "exp", "log", "sqrt", "square", "absolute", "floor", "ceil", "sign", "negative",
        "reciprocal", "tanh", "log1p", "expm1", "sinh", "cosh", "arctan", "log2", "log10", "deg2rad", "rad2deg",
        "radians", "degrees", "round", "zeros_like", "ones_like", "ravel", "isnan", "logical_not", "rint",
    )},
    "flatten": _of_one(np.ravel), "rsqrt": _of_one(lambda x: 1 / np.sqrt(x)),
    "sigmoid": _of_one(lambda x: 1 / (1 + np.exp(-x))),
    **{name: _of_two(getattr(np, name)) for name in (
        "add", "subtract", "multiply", "divide", "maximum", "minimum", "floor_divide", "mod", "arctan2", "equal",
        "not_equal", "less", "less_equal", "greater", "greater_equal", "logical_and", "logical_or", "hypot",
    )},
    "power": _of_two(np.power), "bitwise_and": _of_two(np.bitwise_and), "bitwise_or": _of_two(np.bitwise_or),
    "matmul": (("x", "y"), _matmul), "dot": (("x", "y"), _matmul),
    "outer": (("x", "y"), _outer),
    **{name: _over(getattr(np, name)) for name in ("sum", "mean", "max", "min", "prod", "std", "var", "any", "all")},
    "arange": (("start", "stop", "step", "dtype"), _arange), "range": (("start", "stop", "step"), _arange),
    "linspace": (("start", "stop", "num", "endpoint"), _linspace),
    "zeros": _filled(0.0), "ones": _filled(1.0), "empty": _filled(0.0),
    "full": (("shape", "value", "dtype"), lambda shape, value: np.full(_sizes(shape), value)),
    "fill": (("shape", "value"), lambda shape, value: np.full(_sizes(shape), value)),
    "eye": (("rows", "columns", "k"), _eye), "identity": (("rows",), _eye),
    **dict.fromkeys(("array", "asarray", "constant", "convert_to_tensor", "cast", "ascontiguousarray"), _ARRAY),
    **{name: (("x",), lambda x, kind=name: np.asarray(x).astype(kind)) for name in (
        "float32", "float64", "int32", "int64",
    )},
    "concatenate": (("x", "axis"), _stacked(np.concatenate)), "stack": (("x", "axis"), _stacked(np.stack)),
    "vstack": (("x",), _stacked(np.vstack)), "hstack": (("x",), _stacked(np.hstack)),
    "dstack": (("x",), _stacked(np.dstack)), "column_stack": (("x",), _stacked(np.column_stack)),
    "reshape": (("x", "shape"), _reshape),
    "transpose": (("x", "axes"), lambda x, axes=None: np.transpose(np.asarray(x), axes)),
    "expand_dims": (("x", "axis"), lambda x, axis: np.expand_dims(np.asarray(x), axis)),
    "squeeze": (("x", "axis"), lambda x, axis=None: np.squeeze(np.asarray(x), axis)),
    "swapaxes": (("x", "axis1", "axis2"), lambda x, axis1, axis2: np.swapaxes(np.asarray(x), axis1, axis2)),
    "tile": (("x", "reps"), _tile), "repeat": (("x", "reps", "axis"), _repeat),
    "meshgrid": (("x", "indexing"), _meshgrid), "broadcast_to": (("x", "shape"), _broadcast_to),
    "flip": (("x", "axis"), lambda x, axis=None: np.flip(np.asarray(x), axis).copy()),
    "flipud": _of_one(np.flipud), "fliplr": _of_one(np.fliplr),
    "roll": (("x", "by", "axis"), lambda x, by, axis=None: np.roll(np.asarray(x), by, axis)),
    "cumsum": (("x", "axis"), lambda x, axis=None: np.cumsum(np.asarray(x), axis)),
    "clip": (("x", "low", "high"), lambda x, low, high: np.clip(np.asarray(x), low, high)),
    "tril": (("x", "k"), lambda x, k=0: np.tril(np.asarray(x), k)),
    "triu": (("x", "k"), lambda x, k=0: np.triu(np.asarray(x), k)),
    "band_part": (("x", "low", "high"), _band_part), "diag": (("x", "k"), _diag), "where": (("x", "y", "z"), _where),
    "take": (("x", "places", "axis"), lambda x, places, axis=None: np.take(np.asarray(x), places, axis)),
    "pad": (("x", "widths"), _pad), "one_hot": (("x", "count"), _one_hot),
}  # fmt: skip
"""By name in keras.ops, the arguments in their order and what is made of them."""
_OF_ALL = ("meshgrid",)
"""Functions of as many tables as they are given."""
_BY_SIGN = {
    ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide", ast.Pow: "power",
    ast.MatMult: "matmul", ast.FloorDiv: "floor_divide", ast.Mod: "mod", ast.BitAnd: "bitwise_and",
    ast.BitOr: "bitwise_or",
}  # fmt: skip
_BY_COMPARISON = {
    ast.Eq: "equal", ast.NotEq: "not_equal", ast.Lt: "less", ast.LtE: "less_equal", ast.Gt: "greater",
    ast.GtE: "greater_equal",
}  # fmt: skip
