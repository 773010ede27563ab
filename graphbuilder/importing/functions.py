"""Functions of Keras, and indices, as nodes: which operator works which function is read off what operators call."""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphbuilder.activations import ACTIVATIONS
from graphbuilder.calls import COMPOSED, INDEXED, Name
from graphbuilder.importing.model import Along, Call, Layer, Ref, Rest, Tree
from graphbuilder.importing.settings import Raw, Unread
from graphbuilder.operators import OPERATORS, Operator
from graphbuilder.operators.elementwise import FUNCTIONS
from graphbuilder.shapes import Shape


@dataclass(frozen=True, slots=True)
class Step:
    """One node of several that do the work of a call. came: what enters at its ports in order, a value or the number of
    an earlier step."""

    kind: str
    params: Raw
    came: tuple[Ref | int, ...]


Steps = list[Step]
Given = Mapping[str, Tree]

SAME_FUNCTION: Mapping[str, str] = {
    "abs": "absolute", "true_divide": "divide", "truediv": "divide", "div": "divide", "real_div": "divide",
    "amax": "max", "amin": "min", "reduce_max": "max", "reduce_min": "min", "reduce_mean": "mean",
    "reduce_sum": "sum", "reduce_std": "std", "reduce_variance": "var", "mul": "multiply", "sub": "subtract",
    "pow": "power", "neg": "negative", "add_v2": "add", "concat": "concatenate", "concat_v2": "concatenate",
    "swish": "silu", "hard_swish": "hard_silu", "re_lu": "relu", "leaky_re_lu": "leaky_relu", "re_lu6": "relu6",
    "clip_by_value": "clip", "reverse": "flip", "permute_dimensions": "transpose", "getitem": "get_item",
    "batch_dot": "matmul", "mat_mul": "matmul", "batch_mat_mul": "matmul", "batch_mat_mul_v2": "matmul",
    "l2_normalize": "normalize", "extract_image_patches": "extract_patches",
}  # fmt: skip
"""Functions by the names that classes, TensorFlow and older versions give them."""

SIGNATURES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("add", "subtract", "multiply", "divide", "maximum", "minimum", "power", "matmul"), ("x1", "x2")),
    **dict.fromkeys(("mean", "sum", "max", "min", "std", "var"), ("x", "axis", "keepdims")),
    "concatenate": ("xs", "axis"), "stack": ("x", "axis"), "split": ("x", "indices_or_sections", "axis"),
    "reshape": ("x", "newshape"), "transpose": ("x", "axes"), "clip": ("x", "x_min", "x_max"),
    "get_item": ("x", "key"), "threshold": ("x", "threshold", "default_value"), "leaky_relu": ("x", "negative_slope"),
    "elu": ("x", "alpha"), "gelu": ("x", "approximate"), "cast": ("x", "dtype"), "swapaxes": ("x", "axis1", "axis2"),
    "pad": ("x", "pad_width", "mode", "constant_values"), "resize": ("images", "size", "interpolation"),
    "sinusoidal_position": ("x", "wavelength"), "einsum": ("x", "x1", "x2"),
    "extract_patches": ("images", "size", "strides", "dilation_rate", "padding"),
    "normalize": ("x", "axis", "order", "epsilon"), "relu": ("x", "negative_slope", "max_value", "threshold"),
}  # fmt: skip
"""What a function's arguments are called in order; of any other (x, axis)."""

_SAME_ARGUMENT: Mapping[str, str] = {
    "x": "x1", "a": "x1", "y": "x2", "b": "x2", "shape": "newshape", "perm": "axes", "inputs": "xs", "values": "xs",
    "num_or_size_splits": "indices_or_sections", "min_value": "x_min", "max_value": "x_max", "clip_value_min": "x_min",
    "clip_value_max": "x_max", "input": "x", "input_tensor": "x", "tensor": "x", "features": "x", "logits": "x",
    "arrays": "xs", "slice_spec": "key", "paddings": "pad_width", "keep_dims": "keepdims", "alpha": "negative_slope",
    "image": "images", "value": "x", "x1": "x", "xs": "x", "sizes": "size", "rates": "dilation_rate", "ksizes": "size",
    "equation": "x",
}  # fmt: skip


def function_of(name: str) -> str:
    """A function by its name in keras.ops."""
    return SAME_FUNCTION.get(name, name)


def _worked_by() -> dict[str, type[Operator]]:
    """By function of keras.ops, the operator that calls it on its inputs alone."""
    found: dict[str, type[Operator]] = {}
    for operator in OPERATORS.values():
        if operator.call is Operator.call or not operator.outputs:
            continue
        one = operator()
        if one.call("") is None:
            call = one.applied({port.name: [Name(port.name)] for port in one.input_ports()})
            if call.callee.startswith(("ops.", COMPOSED)):
                found.setdefault(call.callee.partition(".")[2], operator)
            elif call.callee == INDEXED:
                found["get_item"] = operator
    return found


WORKED_BY = _worked_by()
ELEMENTWISE = {function_of(kind.call): name for name, kind in FUNCTIONS.items()}
"""By function, what `Elementwise` calls it."""
_USUAL: Mapping[str, Mapping[str, Tree]] = {
    "celu": {"alpha": 1.0}, "hard_shrink": {"threshold": 0.5}, "soft_shrink": {"threshold": 0.5},
    "squareplus": {"b": 4}, "log_softmax": {"axis": -1}, "sparsemax": {"axis": -1},
}  # fmt: skip
"""Of functions that are activations, what their other arguments are as a rule."""
PLACES = "places_of"
"""Of ours: which place each step has, which an Embedding reads to be a PositionEmbedding."""
SAME_VALUE = (PLACES, "cast", "stop_gradient", "identity", "copy", "convert_to_tensor", "saturate_cast")
ARITHMETIC = {"add": "Add", "multiply": "Multiply", "subtract": "Subtract", "maximum": "Maximum", "minimum": "Minimum"}


def arguments(layer: Layer, call: Call) -> dict[str, Tree]:
    """What a function is given, by the names of its arguments."""
    names = SIGNATURES.get(layer.kind, ("x", "axis", "keepdims"))
    told: dict[str, Tree] = {}
    for name, value in {**layer.config, **call.keywords}.items():
        if name in ("name", "dtype") and layer.kind != "cast":
            continue
        same = name if name in names else _SAME_ARGUMENT.get(name, name)
        told[same if same in names else name] = value
    free = [name for name in names if name not in told]
    if len(call.positional) > len(free):
        raise Unread("E_FUNCTION", f"has {len(call.positional)} arguments, and {len(names)} are known here")
    return {**dict(zip(free, call.positional, strict=False)), **told}


def steps_of(layer: Layer, call: Call, shape_of: Callable[[Ref], Shape | None]) -> Steps | Ref:
    """The nodes that do the work of a function, the last of them giving what it gives; or the value itself, which it
    leaves as it is. shape_of: of a value, where it is known. Raises Unread."""
    given = arguments(layer, call)
    kind = layer.kind
    if kind in SAME_VALUE and isinstance(given.get("x"), Ref):
        if kind == "cast" and not str(given.get("dtype", "float32")).startswith(("float", "bfloat")):
            raise Unread("E_FUNCTION", f"makes numbers of the kind {given.get('dtype')}, which cannot be said here")
        return given["x"]  # type: ignore[return-value]
    if kind in OWN:
        return OWN[kind](given, shape_of)
    if kind in ELEMENTWISE:
        return _alone(given, "Elementwise", {"function": ELEMENTWISE[kind]}, ("x",))
    if kind in ACTIVATIONS:
        usual = _USUAL.get(kind, {})
        given = {name: value for name, value in given.items() if name == "x" or value != usual.get(name)}
        return _alone(given, "Activation", {"activation": kind}, ("x",))
    if kind in WORKED_BY:
        operator = WORKED_BY[kind]
        known = {name: _plain(value) for name, value in given.items() if name in operator.parameters}
        if "axis" in known and "AxesOf" in type(operator.parameters["axis"]).__name__:
            known["axis"] = _axes(known["axis"])
        return _alone(given, operator.kind, known, ("x", *operator.parameters))
    raise Unread("E_FUNCTION", f"works the function {kind!r}, which is not known here")


def _alone(given: Given, kind: str, params: Raw, known: Sequence[str]) -> Steps:
    """One node on the first argument. Raises Unread where that is no value, or where others are given."""
    _hold_known(given, known)
    return [Step(kind, {name: value for name, value in params.items() if value is not None}, _refs(given.get("x")))]


def _hold_known(given: Given, known: Sequence[str]) -> None:
    """Refuses arguments that are not known; what was not given may stand there as none."""
    for name, value in given.items():
        if name not in known and value is not None:
            raise Unread("E_FUNCTION", f"has the argument {name[:40]!r}, which is not known here")


def _refs(tree: Tree) -> tuple[Ref, ...]:
    """The values that an argument is, all of it."""
    listed = tree if isinstance(tree, tuple) else (tree,)
    found = tuple(one for one in listed if isinstance(one, Ref))
    if not found or len(found) < len(listed):
        raise Unread("E_FUNCTION", "works on numbers that stand in the file, which cannot be said here")
    return found


def _plain(tree: Tree) -> Any:
    return [_plain(one) for one in tree] if isinstance(tree, tuple) else tree


def _axes(axis: Any) -> list[Any]:
    if axis is None:
        raise Unread("E_FUNCTION", "goes over all axes, the samples too, which cannot be said here")
    return list(axis) if isinstance(axis, list | tuple) else [axis]


def _is_number(tree: Tree) -> bool:
    return isinstance(tree, int | float) and not isinstance(tree, bool)


# Functions that operators call in a way of their own

ShapeOf = Callable[[Ref], Shape | None]


def _arithmetic(kind: str) -> Callable[[Given, ShapeOf], Steps]:
    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        _hold_known(given, ("x1", "x2"))
        one, other = given.get("x1"), given.get("x2")
        if isinstance(one, Ref) and isinstance(other, Ref):
            return [Step(ARITHMETIC[kind], {}, (one, other))]
        return _with_number(kind, one, other)

    return steps


def _with_number(kind: str, one: Tree, other: Tree) -> Steps:
    turned = _is_number(one) and isinstance(other, Ref)
    value, number = (other, one) if turned else (one, other)
    if not isinstance(value, Ref) or not _is_number(number):
        raise Unread("E_FUNCTION", "works on numbers that stand in the file, which cannot be said here")
    c = float(number)  # type: ignore[arg-type]
    match kind:
        case "add":
            return [Step("Rescaling", {"scale": 1.0, "offset": c}, (value,))]
        case "multiply":
            return [Step("Rescaling", {"scale": c}, (value,))]
        case "subtract":
            return [Step("Rescaling", {"scale": -1.0 if turned else 1.0, "offset": c if turned else -c}, (value,))]
        case "maximum" if not c:
            return [Step("Activation", {"activation": "relu"}, (value,))]
        case "maximum" | "minimum":  # c + relu(x - c), and c - relu(c - x)
            sign = 1.0 if kind == "maximum" else -1.0
            moved = Step("Rescaling", {"scale": sign, "offset": -sign * c}, (value,))
            back = Step("Rescaling", {"scale": sign, "offset": c}, (1,))
            return [moved, Step("Activation", {"activation": "relu"}, (0,)), back]
    raise Unread("E_FUNCTION", f"takes the {kind} of values and {c:g}, which cannot be said here")


def _divide(given: Given, shape_of: ShapeOf) -> Steps:
    one, other = given.get("x1"), given.get("x2")
    if isinstance(one, Ref) and _is_number(other) and other:
        return [Step("Rescaling", {"scale": 1 / float(other)}, (one,))]  # type: ignore[arg-type]
    if not isinstance(other, Ref):
        raise Unread("E_FUNCTION", "divides by what stands in the file, which cannot be said here")
    below = Step("Elementwise", {"function": "reciprocal"}, (other,))
    if isinstance(one, Ref):
        return [below, Step("Multiply", {}, (one, 0))]
    if not _is_number(one):
        raise Unread("E_FUNCTION", "divides what stands in the file, which cannot be said here")
    return [below] if one == 1 else [below, Step("Rescaling", {"scale": float(one)}, (0,))]  # type: ignore[arg-type]


def _power(given: Given, shape_of: ShapeOf) -> Steps:
    one, other = given.get("x1"), given.get("x2")
    if not isinstance(one, Ref) or not _is_number(other):
        raise Unread("E_FUNCTION", "raises to a power that is no number, which cannot be said here")
    squares = other == 2 and isinstance(other, int)
    params: Raw = {"function": "square"} if squares else {"function": "power", "exponent": float(other)}  # type: ignore[arg-type]
    return [Step("Elementwise", params, (one,))]


def _clip(given: Given, shape_of: ShapeOf) -> Steps:
    low, high = given.get("x_min"), given.get("x_max")
    if not (_is_number(low) and _is_number(high)):
        raise Unread("E_FUNCTION", "clips to what is no number, which cannot be said here")
    params = {"function": "clip", "low": float(low), "high": float(high)}  # type: ignore[arg-type]
    return _alone(given, "Elementwise", params, ("x", "x_min", "x_max"))


def _split(given: Given, shape_of: ShapeOf) -> Steps:
    cuts, axis = given.get("indices_or_sections"), given.get("axis", 0)
    if isinstance(cuts, int) and not isinstance(cuts, bool):
        return _alone(given, "Chunk", {"parts": cuts, "axis": axis}, ("x", "indices_or_sections", "axis"))
    places = [one for one in cuts if isinstance(one, int)] if isinstance(cuts, tuple) else []
    shape = shape_of(_refs(given.get("x"))[0])
    if not places or shape is None or not isinstance(axis, int):
        raise Unread("E_FUNCTION", "cuts where it is not known how large its parts are")
    size = shape[axis - 1 if axis > 0 else axis]
    if size is None:
        raise Unread("E_FUNCTION", "cuts an axis of unknown size at given places")
    edges = [0, *places, size]
    sizes = [stop - start for start, stop in itertools.pairwise(edges)]
    return _alone(given, "Chunk", {"sizes": sizes, "axis": axis}, ("x", "indices_or_sections", "axis"))


def _reshape(given: Given, shape_of: ShapeOf) -> Steps:
    shape = given.get("newshape")
    if not isinstance(shape, tuple) or len(shape) < 2 or not all(isinstance(one, int | None) for one in shape):
        raise Unread("E_FUNCTION", "reshapes to what is not known before there are data")
    if shape[0] not in (-1, None):
        raise Unread("E_FUNCTION", "reshapes the samples too, which cannot be said here")
    target = [-1 if one is None else one for one in shape[1:]]
    return _alone(given, "Reshape", {"target_shape": target}, ("x", "newshape"))


def _transpose(given: Given, shape_of: ShapeOf) -> Steps:
    axes = given.get("axes")
    if not isinstance(axes, tuple) or not axes or axes[0] != 0:
        raise Unread("E_FUNCTION", "moves the samples' axis, which cannot be said here")
    return _alone(given, "Permute", {"dims": list(axes[1:])}, ("x", "axes"))


def _swapaxes(given: Given, shape_of: ShapeOf) -> Steps:
    shape = shape_of(_refs(given.get("x"))[0])
    pair = given.get("axis1"), given.get("axis2")
    if shape is None or not all(isinstance(one, int) and one for one in pair):
        raise Unread("E_FUNCTION", "swaps axes that are not known")
    dims = list(range(1, len(shape) + 1))
    one, other = (axis - 1 if axis > 0 else axis for axis in pair if isinstance(axis, int))
    dims[one], dims[other] = dims[other], dims[one]
    return _alone(given, "Permute", {"dims": dims}, ("x", "axis1", "axis2"))


def _softmax(given: Given, shape_of: ShapeOf) -> Steps:
    axis = given.get("axis", -1)
    if axis in (-1, None):
        return _alone(given, "Activation", {"activation": "softmax"}, ("x", "axis"))
    return _alone(given, "Softmax", {"axis": _axes(axis)}, ("x", "axis"))


def _relu(given: Given, shape_of: ShapeOf) -> Steps:
    own = {name: given[name] for name in ("negative_slope", "max_value", "threshold") if given.get(name)}
    kind, params = ("ReLU", dict(own)) if own else ("Activation", {"activation": "relu"})
    return _alone(given, kind, params, ("x", "negative_slope", "max_value", "threshold"))


def _leaky_relu(given: Given, shape_of: ShapeOf) -> Steps:
    slope = given.get("negative_slope", 0.2)
    return _alone(given, "LeakyReLU", {"negative_slope": slope}, ("x", "negative_slope"))


def _elu(given: Given, shape_of: ShapeOf) -> Steps:
    return _alone(given, "ELU", {"alpha": given.get("alpha", 1.0)}, ("x", "alpha"))


def _gelu(given: Given, shape_of: ShapeOf) -> Steps:
    if given.get("approximate", True):
        raise Unread("E_FUNCTION", "works gelu by its approximation, which is not known here")
    return _alone(given, "Activation", {"activation": "gelu"}, ("x", "approximate"))


def _var(given: Given, shape_of: ShapeOf) -> Steps:
    params = {"axis": _axes(_plain(given.get("axis"))), "keepdims": bool(given.get("keepdims"))}
    spread = _alone(given, "ReduceStd", params, ("x", "axis", "keepdims"))
    return [*spread, Step("Elementwise", {"function": "square"}, (0,))]


def _rsqrt(given: Given, shape_of: ShapeOf) -> Steps:
    root = _alone(given, "Elementwise", {"function": "sqrt"}, ("x",))
    return [*root, Step("Elementwise", {"function": "reciprocal"}, (0,))]


def _matmul(given: Given, shape_of: ShapeOf) -> Steps:
    if given.get("transpose_a"):
        raise Unread("E_FUNCTION", "turns its first matrix round, which cannot be said here")
    _hold_known(given, ("x1", "x2", "transpose_a", "transpose_b"))
    values = *_refs(given.get("x1")), *_refs(given.get("x2"))
    return [Step("MatMul", {"transpose": True} if given.get("transpose_b") else {}, values)]


def _concatenate(given: Given, shape_of: ShapeOf) -> Steps:
    _hold_known(given, ("xs", "axis"))
    return [Step("Concatenate", {"axis": given.get("axis", 0)}, _refs(given.get("xs")))]


def _stack(given: Given, shape_of: ShapeOf) -> Steps:
    return _alone(given, "Stack", {"axis": given.get("axis", 0)}, ("x", "axis"))


def _pad(given: Given, shape_of: ShapeOf) -> Steps:
    widths, fill = _plain(given.get("pad_width")), given.get("constant_values")
    if given.get("mode", "constant") != "constant" or fill not in (None, 0) or not isinstance(widths, list):
        raise Unread("E_FUNCTION", "pads otherwise than with zeros, which cannot be said here")
    axes = len(widths) - 2
    ends = widths[:1] + widths[-1:]
    if any(one != [0, 0] for one in ends) or axes not in (1, 2, 3):
        raise Unread("E_FUNCTION", "pads samples or channels, which cannot be said here")
    padding = [one for pair in widths[1:-1] for one in pair]
    return _alone(given, f"ZeroPadding{axes}D", {"padding": padding}, ("x", "pad_width", "mode", "constant_values"))


def _resize(given: Given, shape_of: ShapeOf) -> Steps:
    size, how = given.get("size"), given.get("interpolation", given.get("method")) or "bilinear"
    if not isinstance(size, tuple) or len(size) != 2:
        raise Unread("E_FUNCTION", "resizes to what is not known before there are data")
    known = ("images", "size", "interpolation", "method", "antialias", "data_format", "fill_mode", "fill_value")
    idle = (None, False, "channels_last", "constant", 0.0)
    if any(given.get(name) not in idle for name in (*known[4:], "crop_to_aspect_ratio", "pad_to_aspect_ratio")):
        raise Unread("E_FUNCTION", "resizes in a way that cannot be said here")
    _hold_known(given, (*known, "crop_to_aspect_ratio", "pad_to_aspect_ratio"))
    params = {"height": size[0], "width": size[1], "interpolation": how}
    return [Step("Resizing", params, _refs(given.get("images")))]


def _extract_patches(given: Given, shape_of: ShapeOf) -> Steps:
    """Patches that lie side by side: each row of them and each of their rows apart, then turned, then joined."""
    shape = shape_of(_refs(given.get("images"))[0])
    sides = [_side(given.get(name)) for name in ("size", "strides")]
    idle = {
        "dilation_rate": (None, 1, (1, 1, 1, 1)),
        "padding": (None, "valid", "VALID"),
        "data_format": (None, "channels_last"),
    }
    _hold_known(given, ("images", "size", "strides", *idle))
    if any(given.get(name) not in known for name, known in idle.items()) or sides[1] not in (None, sides[0]):
        raise Unread("E_FUNCTION", "takes patches that overlap or lie apart, which cannot be said here")
    if sides[0] is None or shape is None or len(shape) != 3 or None in shape:
        raise Unread("E_FUNCTION", "takes patches where it is not known how large the picture is")
    (rows, columns), (height, width, channels) = sides[0], shape
    if height % rows or width % columns:  # type: ignore[operator]
        raise Unread("E_FUNCTION", "takes patches that do not fill the picture, which cannot be said here")
    down, across = height // rows, width // columns  # type: ignore[operator]
    (ref,) = _refs(given.get("images"))
    return [
        Step("Reshape", {"target_shape": [down, rows, across, columns * channels]}, (ref,)),  # type: ignore[operator]
        Step("Permute", {"dims": [1, 3, 2, 4]}, (0,)),
        Step("Reshape", {"target_shape": [down, across, rows * columns * channels]}, (1,)),  # type: ignore[operator]
    ]


def _side(size: Tree) -> tuple[int, int] | None:
    """Height and width of a patch, as Keras or TensorFlow has it."""
    parts = size if isinstance(size, tuple) else (size, size)
    parts = parts[1:3] if len(parts) == 4 else parts
    whole = [one for one in parts if isinstance(one, int) and not isinstance(one, bool) and one > 0]
    return (whole[0], whole[1]) if len(whole) == len(parts) == 2 else None


def _einsum(given: Given, shape_of: ShapeOf) -> Steps:
    """Of two values, a product of matrices, turned before and behind it where they stand otherwise."""
    text, values = given.get("x"), [given.get("x1"), given.get("x2")]
    told = re.fullmatch(r"([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)", str(text).replace(" ", ""))
    if told is None or any(len({*one}) < len(one) for one in told.groups()):
        raise Unread("E_FUNCTION", "works an einsum that cannot be said here")
    one, other, out = told.groups()
    both = [axis for axis in one if axis in other]
    summed, batch = [axis for axis in both if axis not in out], [axis for axis in both if axis in out]
    left, right = [axis for axis in one if axis not in other], [axis for axis in other if axis not in one]
    plain = len(summed) == len(left) == len(right) == 1 and batch[:1] == [one[0]] == [other[0]] == [out[0]]
    if not plain or {*out} != {*batch, *left, *right}:
        raise Unread("E_FUNCTION", "works an einsum that is no product of matrices, which cannot be said here")
    steps: Steps = []

    def turned(has: str, wanted: Sequence[str], came: Ref | int) -> Ref | int:
        if [*has] == [*wanted]:
            return came
        steps.append(Step("Permute", {"dims": [has.index(axis) for axis in wanted[1:]]}, (came,)))
        return len(steps) - 1

    (first,), (second,) = _refs(values[0]), _refs(values[1])
    transpose = [*other] == [*batch, *right, *summed]
    a = turned(one, [*batch, *left, *summed], first)
    b = second if transpose else turned(other, [*batch, *summed, *right], second)
    steps.append(Step("MatMul", {"transpose": True} if transpose else {}, (a, b)))
    turned("".join([*batch, *left, *right]), [*out], len(steps) - 1)
    return steps


def _normalize(given: Given, shape_of: ShapeOf) -> Steps:
    if given.get("order", 2) != 2:
        raise Unread("E_FUNCTION", "has a length of another order than 2, which cannot be said here")
    return _alone(given, "UnitNormalization", {"axis": _axes(given.get("axis", -1))}, ("x", "axis", "order", "epsilon"))


def _get_item(given: Given, shape_of: ShapeOf) -> Steps:
    """An index of each axis: a part of it, one place of it, or a new axis. The first is that of the samples."""
    value, key = given.get("x"), given.get("key")
    keys = key if isinstance(key, tuple) else (key,)
    (ref,) = _refs(value)
    if not keys or (keys[0] != Along() and not isinstance(keys[0], Rest)):
        raise Unread("E_FUNCTION", "takes some of the samples, which cannot be said here")
    placed = list(_placed(keys))
    steps: Steps = []
    dropped: list[int] = []
    for axis, one in placed:
        if isinstance(one, Along) and one != Along():
            steps.append(_taken(axis, one, len(steps) - 1 if steps else ref))
        elif isinstance(one, int) and not isinstance(one, bool):
            stop = one + 1 if one != -1 else None
            steps.append(_taken(axis, Along(one, stop), len(steps) - 1 if steps else ref))
            dropped.append(axis)
        elif one is not None and one != Along():
            raise Unread("E_FUNCTION", "takes places that are values themselves, which cannot be said here")
    for axis in _farthest_first(dropped):
        steps.append(Step("Squeeze", {"axis": axis}, (len(steps) - 1,)))
    new = [axis for axis, one in placed if one is None]
    if new and dropped:
        raise Unread("E_FUNCTION", "drops axes and adds others at once, which cannot be said here")
    for axis in sorted(new) if new and new[0] > 0 else sorted(new, reverse=True):
        steps.append(Step("ExpandDims", {"axis": axis}, (len(steps) - 1 if steps else ref,)))
    axis = -1 if not placed else min(placed[0][0], 0) or placed[-1][0]
    return steps or [Step("Slice", {"axis": axis}, (ref,))]


def _farthest_first(axes: list[int]) -> list[int]:
    """Axes in an order in which none that is dropped moves one that is still to be."""
    return sorted((axis for axis in axes if axis > 0), reverse=True) + sorted(axis for axis in axes if axis < 0)


def _squeeze(given: Given, shape_of: ShapeOf) -> Steps:
    _hold_known(given, ("x", "axis"))
    axes = _farthest_first([axis for axis in _axes(_plain(given.get("axis"))) if isinstance(axis, int)])
    came: list[Ref | int] = [*_refs(given.get("x")), *range(len(axes))]
    return [Step("Squeeze", {"axis": axis}, (came[place],)) for place, axis in enumerate(axes)]


def _placed(keys: tuple[Tree, ...]) -> Iterator[tuple[int, Tree]]:
    """Each index with its axis: counted from the samples' on, or behind ... from the end. New axes are counted as they
    will stand, and others without them."""
    rest = next((place for place, one in enumerate(keys) if isinstance(one, Rest)), len(keys))
    axis = 0
    for place, one in enumerate(keys[:rest]):
        if one is None:
            yield place, one
        elif place:
            axis += 1
            yield axis, one
    behind = keys[rest + 1 :]
    old = -sum(one is not None for one in behind)
    for place, one in enumerate(behind):
        if one is None:
            yield place - len(behind), one
        else:
            yield old, one
            old += 1


def _taken(axis: int, along: Along, came: Ref | int) -> Step:
    if (along.step or 1) < 1:
        raise Unread("E_FUNCTION", "goes backwards along an axis, which cannot be said here")
    params: Raw = {"axis": axis, "start": along.start or 0, "stop": along.stop, "step": along.step or 1}
    return Step("Slice", params, (came,))


OWN: Mapping[str, Callable[[Given, ShapeOf], Steps]] = {
    **{kind: _arithmetic(kind) for kind in ARITHMETIC},
    "divide": _divide, "power": _power, "clip": _clip, "split": _split, "reshape": _reshape,
    "transpose": _transpose, "swapaxes": _swapaxes, "softmax": _softmax, "relu": _relu, "leaky_relu": _leaky_relu,
    "elu": _elu, "gelu": _gelu, "var": _var, "rsqrt": _rsqrt, "matmul": _matmul, "concatenate": _concatenate,
    "stack": _stack, "pad": _pad, "normalize": _normalize, "get_item": _get_item,
    "squeeze": _squeeze, "resize": _resize, "extract_patches": _extract_patches, "einsum": _einsum,
}  # fmt: skip
"""Functions whose arguments are said otherwise by the operator that works them."""
