"""Functions of Keras, and indices, as nodes: which operator works which function is read off what operators call."""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeGuard

import numpy as np

from graphbuilder.activations import ACTIVATIONS
from graphbuilder.calls import COMPOSED, INDEXED, Name
from graphbuilder.importing.model import MOST_NUMBERS, Along, Call, Layer, Many, Ref, Rest, Tree, refs_in
from graphbuilder.importing.settings import Raw, Unread
from graphbuilder.operators import OPERATORS, Operator
from graphbuilder.operators.elementwise import FUNCTIONS
from graphbuilder.shapes import Shape
from graphbuilder.tensors import Numbers


@dataclass(frozen=True, slots=True)
class Step:
    """One node of several that do the work of a call. came: what enters at its ports in order, a value or the number of
    an earlier step; (step, port) of one that gives several. gives: which of the call's values it gives; None of a step
    on the way, and where the last one gives all of them."""

    kind: str
    params: Raw
    came: tuple[Ref | int | tuple[int, int], ...]
    gives: int | None = None


Steps = list[Step]
Given = Mapping[str, Tree]

SAME_FUNCTION: Mapping[str, str] = {
    "abs": "absolute", "true_divide": "divide", "truediv": "divide", "div": "divide", "real_div": "divide",
    "amax": "max", "amin": "min", "reduce_max": "max", "reduce_min": "min", "reduce_mean": "mean",
    "reduce_sum": "sum", "reduce_std": "std", "reduce_variance": "var", "mul": "multiply", "sub": "subtract",
    "pow": "power", "neg": "negative", "add_v2": "add", "concat": "concatenate", "concat_v2": "concatenate",
    "swish": "silu", "hard_swish": "hard_silu", "re_lu": "relu", "leaky_re_lu": "leaky_relu", "re_lu6": "relu6",
    "clip_by_value": "clip", "reverse": "flip", "permute_dimensions": "transpose", "getitem": "get_item",
    "gather": "take", "gather_v2": "take", "select": "where", "select_v2": "where", "arg_max": "argmax",
    "arg_min": "argmin", "reduce_prod": "prod", "reduce_logsumexp": "logsumexp", "log_sum_exp": "logsumexp",
    "not": "logical_not", "gt": "greater", "ge": "greater_equal", "lt": "less", "le": "less_equal", "eq": "equal",
    "ne": "not_equal", "pack": "stack", "unpack": "unstack", "arc_tan": "arctan", "atan": "arctan",
    "max_pool2d": "max_pool", "max_pool1d": "max_pool", "max_pool3d": "max_pool", "avg_pool": "average_pool",
    "avg_pool1d": "average_pool", "avg_pool2d": "average_pool", "avg_pool3d": "average_pool", "cum_sum": "cumsum",
    "batch_dot": "matmul", "mat_mul": "matmul", "batch_mat_mul": "matmul", "batch_mat_mul_v2": "matmul",
    "l2_normalize": "normalize", "lrn": "local_response_normalization", "asinh": "arcsinh", "log_add_exp": "logaddexp",
    "log_addexp": "logaddexp", "is_nan": "isnan", "asin": "arcsin", "acos": "arccos", "atanh": "arctanh",
    "acosh": "arccosh", "floor_div": "floor_divide", "floordiv": "floor_divide", "floor_mod": "mod", "floormod": "mod",
    "remainder": "mod", "top_kv2": "top_k", "cum_prod": "cumprod", "matrix_diag_part": "diag_part",
    "matrix_diag_part_v2": "diag_part", "matrix_diag_part_v3": "diag_part", "arg_sort": "argsort",
    "layer_norm": "layer_normalization", "rms_norm": "rms_normalization", "rmsnorm": "rms_normalization",
    "extract_image_patches": "extract_patches",
}  # fmt: skip
"""Functions by the names that classes, TensorFlow and older versions give them."""

SIGNATURES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys((
            "add", "subtract", "multiply", "divide", "maximum", "minimum", "power", "matmul", "squared_difference",
            "greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "logical_and", "logical_or",
            "logical_xor", "floor_divide", "mod", "dot",
        ),
        ("x1", "x2"),
    ),
    **dict.fromkeys(("mean", "sum", "max", "min", "std", "var"), ("x", "axis", "keepdims")),
    "concatenate": ("xs", "axis"), "stack": ("x", "axis"), "split": ("x", "indices_or_sections", "axis"),
    "reshape": ("x", "newshape"), "transpose": ("x", "axes"), "clip": ("x", "x_min", "x_max"),
    "get_item": ("x", "key"), "threshold": ("x", "threshold", "default_value"), "leaky_relu": ("x", "negative_slope"),
    "elu": ("x", "alpha"), "gelu": ("x", "approximate"), "cast": ("x", "dtype"), "swapaxes": ("x", "axis1", "axis2"),
    "pad": ("x", "pad_width", "mode", "constant_values"), "resize": ("images", "size", "interpolation"),
    "sinusoidal_position": ("x", "wavelength"), "einsum": ("x", "x1", "x2"),
    "extract_patches": ("images", "size", "strides", "dilation_rate", "padding"),
    "where": ("condition", "x1", "x2"), "conditional": ("condition", "x1", "x2"),
    "one_hot": ("x", "num_classes", "axis", "dtype"), **dict.fromkeys(("cumsum", "cumprod"), ("x", "axis")),
    "top_k": ("x", "k", "sorted"), **dict.fromkeys(("sort", "argsort"), ("x", "axis", "direction")),
    **dict.fromkeys(("diagonal", "trace"), ("x", "offset", "axis1", "axis2")), "diag_part": ("x", "k"),
    "take": ("x", "indices", "axis"), "tile": ("x", "repeats"), "repeat": ("x", "repeats", "axis"),
    "roll": ("x", "shift", "axis"), "unstack": ("x", "num", "axis"), "norm": ("x", "ord", "axis", "keepdims"),
    "moveaxis": ("x", "source", "destination"),
    "any": ("x", "axis", "keepdims"), "all": ("x", "axis", "keepdims"), "round": ("x", "decimals"),
    "rgb_to_grayscale": ("images", "data_format"), "rgbto_grayscale": ("images", "data_format"),
    "celu": ("x", "alpha"), "squareplus": ("x", "b"), "hard_shrink": ("x", "threshold"),
    "soft_shrink": ("x", "threshold"),
    "flip_left_right": ("images",), "flip_up_down": ("images",),
    **dict.fromkeys(("max_pool", "average_pool"), ("xs", "pool_size", "strides", "padding")),
    **dict.fromkeys(("depth_to_space", "space_to_depth"), ("x", "block_size")),
    **dict.fromkeys(("logaddexp", "hypot"), ("x1", "x2")), "moments": ("x", "axes", "keepdims"),
    "local_response_normalization": ("x", "depth_radius", "bias", "alpha", "beta"), "average": ("x", "axis", "weights"),
    "layer_normalization": ("x", "gamma", "beta", "axis", "epsilon"), "rms_normalization": ("x", "scale", "axis"),
    **dict.fromkeys(("tril", "triu"), ("x", "k")), "nan_to_num": ("x", "nan", "posinf", "neginf"),
    "normalize": ("x", "axis", "order", "epsilon"), "relu": ("x", "negative_slope", "max_value", "threshold"),
}  # fmt: skip
"""What a function's arguments are called in order; of any other (x, axis)."""

_SAME_ARGUMENT: Mapping[str, str] = {
    "x": "x1", "a": "x1", "y": "x2", "b": "x2", "shape": "newshape", "perm": "axes", "inputs": "xs", "values": "xs",
    "min_value": "x_min", "max_value": "x_max", "clip_value_min": "x_min",
    "clip_value_max": "x_max", "input": "x", "input_tensor": "x", "tensor": "x", "features": "x", "logits": "x",
    "arrays": "xs", "slice_spec": "key", "paddings": "pad_width", "keep_dims": "keepdims", "alpha": "negative_slope",
    "image": "images", "value": "x", "x1": "x", "xs": "x", "sizes": "size", "rates": "dilation_rate", "ksizes": "size",
    "equation": "x",
    "depth": "num_classes", "multiples":
    "repeats", "params": "x", "ksize": "pool_size", "dimension": "axis",
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
_LIKELY = 64
"""How many nodes the work of one call may become."""
SAME_VALUE = (PLACES, "cast", "stop_gradient", "identity", "copy", "convert_to_tensor", "saturate_cast")
ARITHMETIC = {"add": "Add", "multiply": "Multiply", "subtract": "Subtract", "maximum": "Maximum", "minimum": "Minimum"}


BY_NUMBER = {*ARITHMETIC, *ELEMENTWISE, "divide", "power", "relu", "sigmoid", "tanh", "clip", "cast"}
"""Functions that do the same to each number of a value."""


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
        if not is_known(layer.kind):
            raise _strange(layer.kind)
        raise Unread("E_FUNCTION", f"has {len(call.positional)} arguments, and {len(names)} are known here")
    return {**dict(zip(free, call.positional, strict=False)), **told}


def steps_of(layer: Layer, call: Call, shape_of: "ShapeOf") -> Steps | Ref:
    """The nodes that do the work of a function, the last of them giving what it gives; or the value itself, which it
    leaves as it is. shape_of: what is known of a value. Raises Unread."""
    given = arguments(layer, call)
    kind = layer.kind
    if kind == "cast" and isinstance(given.get("x"), Ref):
        return _cast(given, shape_of)
    if kind in SAME_VALUE and isinstance(given.get("x"), Ref):
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
    raise _strange(kind)


def _strange(function: str) -> Unread:
    instead = _INSTEAD.get(function, "")
    return Unread("E_FUNCTION", f"works the function {function[:60]!r}, which is not known here{instead}")


_OF_SOUND = "; a Spectrogram (STFTSpectrogram) in its place tells which tones are in a sound, and when"
_INSTEAD = {
    **dict.fromkeys(("stft", "rfft", "mel_spectrogram"), _OF_SOUND),
    "tensordot": "; a Dot in its place multiplies two values along one axis of each sample",
}
"""What may stand in the place of functions that no nodes do the work of."""


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


def _is_number(tree: Tree) -> TypeGuard[int | float]:
    return isinstance(tree, int | float) and not isinstance(tree, bool)


# Functions that operators call in a way of their own


class ShapeOf(Protocol):
    """What is known of a value."""

    def __call__(self, ref: Ref) -> Shape | None:
        """Its shape, without the batch."""

    def numbers(self, ref: Ref) -> Numbers | None:
        """Of which kind its numbers are."""

    def is_zero(self, ref: Ref) -> bool:
        """Whether it is 0 whatever comes in."""

    def kind(self, ref: Ref) -> str:
        """Which operator gives it."""


def _arithmetic(kind: str) -> Callable[[Given, ShapeOf], Steps]:
    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        _hold_known(given, ("x1", "x2"))
        one, other = given.get("x1"), given.get("x2")
        if isinstance(one, Ref) and isinstance(other, Ref):
            return [Step(ARITHMETIC[kind], {}, (one, other))]
        return _with_number(kind, one, other, shape_of)

    return steps


def _with_number(kind: str, one: Tree, other: Tree, shape_of: ShapeOf) -> Steps:
    turned = isinstance(other, Ref)
    value, number = (other, one) if turned else (one, other)
    if not isinstance(value, Ref):
        raise Unread("E_FUNCTION", "works on numbers that stand in the file, which cannot be said here")
    if not _is_number(number):
        return _with_numbers(kind, value, number, turned, shape_of)
    c = float(number)
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


def _row(tree: Tree) -> list[float] | None:
    """Numbers that stand in the file, one for each channel."""
    while isinstance(tree, tuple) and len(tree) == 1 and isinstance(tree[0], tuple):
        tree = tree[0]
    if not isinstance(tree, tuple) or not tree:
        return None
    numbers = [float(one) for one in tree if _is_number(one)]
    return numbers if len(numbers) == len(tree) else None


def _with_numbers(kind: str, value: Ref, tree: Tree, turned: bool, shape_of: ShapeOf) -> Steps:
    """With a number for each channel, or for each value of a sample, which is laid in one row for it."""
    if row := _row(tree):
        return _with_row(kind, value, row, turned)
    if kind == "add" and (waves := _as_waves(value, tree, shape_of)):
        return waves
    shape, row = _for_each(tree, value, shape_of)
    inner = _with_row(kind, 0, row, turned)
    return _in_one_row(value, shape, inner)


_FEW_PLACES = 8
"""Tables of fewer places are numbers and no waves."""


def _as_waves(value: Ref, tree: Tree, shape_of: ShapeOf) -> Steps | None:
    """A table of sines and cosines that is added to a sequence, as what works such waves; None for other numbers. They
    lie by turns, or first all sines and then all cosines."""
    told, shape = _array(tree), shape_of(value)
    while told is not None and told.ndim > 2 and len(told) == 1:
        told = told[0]
    if told is None or told.ndim != 2 or shape is None or len(shape) != 2 or told.shape[1] != shape[1]:
        return None
    places, features = told.shape
    if places < _FEW_PLACES or features < 4 or shape[0] not in (None, places):
        return None
    for column, by_halves in ((2, False), (1, True)):
        if not 0 < told[1, column] < 1 or (by_halves and features % 2):
            continue
        wavelength = round(math.asin(told[1, column]) ** (-features / 2))
        if not 2 <= wavelength <= 10**9:
            continue
        feature = np.arange(features)
        waves = np.arange(places)[:, None] * float(wavelength) ** -((feature - feature % 2) / features)
        waves = np.where(feature % 2, np.cos(waves), np.sin(waves))
        if by_halves:
            waves = np.concatenate([waves[:, ::2], waves[:, 1::2]], -1)
        if np.abs(waves - told).max() < _SAME_WAVE * places:
            return _waves(value, wavelength, by_halves)
    return None


_SAME_WAVE = 1e-6
"""How far a wave may be from another for each place: as far as numbers of 32 bits take it."""


def _waves(value: Ref, wavelength: int, by_halves: bool) -> Steps:
    made = Step("SinusoidalPosition", {"wavelength": wavelength}, (value,))
    if not by_halves:
        return [made, Step("Add", {}, (value, 0))]
    halves = [Step("Slice", {"axis": -1, "start": start, "stop": None, "step": 2}, (0,)) for start in (0, 1)]
    return [made, *halves, Step("Concatenate", {"axis": -1}, (1, 2)), Step("Add", {}, (value, 3))]


def _in_one_row(value: Ref, shape: Shape, inner: Steps) -> Steps:
    """Steps on all values of a sample in one row. inner: of which the first reads step 0, and each other the one before
    it."""
    flat = Step("Reshape", {"target_shape": [-1]}, (value,))
    steps = [flat, *(replace(one, came=(place,)) for place, one in enumerate(inner))]
    return [*steps, Step("Reshape", {"target_shape": [*shape]}, (len(steps) - 1,))]


def _for_each(tree: Tree, value: Ref, shape_of: ShapeOf) -> tuple[Shape, list[float]]:
    """The shape of a value, and numbers of a file as they meet it: one for each of a sample's values. Raises Unread."""
    told, shape = _array(tree), shape_of(value)
    if told is None:
        raise Unread("E_FUNCTION", "works on what stands in the file and is no number, which cannot be said here")
    if shape is None or None in shape:
        raise Unread("E_FUNCTION", "works on numbers that stand in the file, with values of unknown shape")
    whole = tuple(one or 1 for one in shape)
    if math.prod(whole) > MOST_NUMBERS:
        raise Unread("E_FUNCTION", f"works on more than {MOST_NUMBERS:,} numbers that stand in the file")
    try:
        met = np.broadcast_to(told, (1, *whole))
    except ValueError:
        raise Unread("E_FUNCTION", "works on numbers that stand in the file and are more than its values") from None
    return shape, [float(one) for one in met.ravel()]


def _array(tree: Tree) -> "np.ndarray[Any, Any] | None":
    """Numbers that stand in the file."""
    if isinstance(tree, Many):
        return tree.numbers
    try:
        told = np.array(_plain(tree), "float64")
    except (TypeError, ValueError):
        return None
    return told if told.size else None


def _with_row(kind: str, value: Ref | int, row: list[float], turned: bool) -> Steps:
    """With a number for each channel. value: what comes in, or the number of the step that gives it, 0."""
    below = [-one for one in row]
    match kind:
        case "add":
            params: Raw = {"offsets": row}
        case "multiply":
            params = {"scales": row}
        case "subtract":
            params = {"scale": -1.0, "offsets": row} if turned else {"offsets": below}
        case "divide" if not turned and all(row):
            params = {"scales": [1 / one for one in row]}
        case "maximum" | "minimum":
            sign = 1.0 if kind == "maximum" else -1.0
            return [
                Step("Rescaling", {"scale": sign, "offsets": below if sign > 0 else row}, (value,)),
                Step("Activation", {"activation": "relu"}, (0,)),
                Step("Rescaling", {"scale": sign, "offsets": row}, (1,)),
            ]
        case _:
            raise Unread("E_FUNCTION", "works on numbers that stand in the file, which cannot be said here")
    return [Step("Rescaling", {"scale": 1.0, **params}, (value,))]


def _divide(given: Given, shape_of: ShapeOf) -> Steps:
    one, other = given.get("x1"), given.get("x2")
    if isinstance(one, Ref) and _is_number(other) and other:
        return [Step("Rescaling", {"scale": 1 / float(other)}, (one,))]
    if isinstance(one, Ref) and isinstance(other, tuple):
        return _with_numbers("divide", one, other, False, shape_of)
    if not isinstance(other, Ref):
        raise Unread("E_FUNCTION", "divides by what stands in the file, which cannot be said here")
    below = Step("Elementwise", {"function": "reciprocal"}, (other,))
    if isinstance(one, Ref):
        return [below, Step("Multiply", {}, (one, 0))]
    if not _is_number(one):
        raise Unread("E_FUNCTION", "divides what stands in the file, which cannot be said here")
    return [below] if one == 1 else [below, Step("Rescaling", {"scale": float(one)}, (0,))]


def _power(given: Given, shape_of: ShapeOf) -> Steps:
    one, other = given.get("x1"), given.get("x2")
    if _is_number(one) and one > 0 and isinstance(other, Ref):
        return _to_the_power(float(one), other)
    if not isinstance(one, Ref) or not _is_number(other):
        raise Unread("E_FUNCTION", "raises to a power that is no number, which cannot be said here")
    squares = other == 2 and isinstance(other, int)
    params: Raw = {"function": "square"} if squares else {"function": "power", "exponent": float(other)}
    return [Step("Elementwise", params, (one,))]


def _to_the_power(base: float, value: Ref) -> Steps:
    raised = Step("Rescaling", {"scale": math.log(base)}, (value,))
    return [raised, Step("Elementwise", {"function": "exp"}, (0,))]


def _filled(number: float) -> Callable[[Given, ShapeOf], Steps]:
    """One number everywhere."""

    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        _hold_known(given, ("x",))
        return [Step("Rescaling", {"scale": 0.0, "offset": number}, _refs(given.get("x")))]

    return steps


def _clip(given: Given, shape_of: ShapeOf) -> Steps:
    low, high = given.get("x_min"), given.get("x_max")
    if not (_is_number(low) and _is_number(high)):
        raise Unread("E_FUNCTION", "clips to what is no number, which cannot be said here")
    params = {"function": "clip", "low": float(low), "high": float(high)}
    return _alone(given, "Elementwise", params, ("x", "x_min", "x_max"))


_CUTS = ("indices_or_sections", "num_or_size_splits", "axis", "num")


def _split(given: Given, shape_of: ShapeOf) -> Steps:
    cuts, axis = given.get("indices_or_sections"), given.get("axis", 0)
    if isinstance(sizes := given.get("num_or_size_splits"), tuple):
        if not all(isinstance(one, int) and one > 0 for one in sizes):
            raise Unread("E_FUNCTION", "cuts where it is not known how large its parts are")
        return _alone(given, "Chunk", {"sizes": list(sizes), "axis": axis}, ("x", "num_or_size_splits", "axis", "num"))
    cuts = given.get("num_or_size_splits", cuts)
    if isinstance(cuts, int) and not isinstance(cuts, bool):
        return _alone(given, "Chunk", {"parts": cuts, "axis": axis}, ("x", *_CUTS))
    places: list[int] = [one for one in cuts if isinstance(one, int)] if isinstance(cuts, tuple) else []
    shape = shape_of(_refs(given.get("x"))[0])
    if not places or shape is None or not isinstance(axis, int):
        raise Unread("E_FUNCTION", "cuts where it is not known how large its parts are")
    size = shape[axis - 1 if axis > 0 else axis]
    if size is None:
        raise Unread("E_FUNCTION", "cuts an axis of unknown size at given places")
    edges = [0, *places, size]
    parts = [stop - start for start, stop in itertools.pairwise(edges)]
    return _alone(given, "Chunk", {"sizes": parts, "axis": axis}, ("x", *_CUTS))


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
    told = {name: one for name, one in given.items() if name != "conjugate"}
    return _alone(told, "Permute", {"dims": list(axes[1:])}, ("x", "axes"))


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
        return _alone(given, "Elementwise", {"function": "gelu_tanh"}, ("x", "approximate"))
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
    one, other = given.get("x1"), given.get("x2")
    if isinstance(one, Ref) and isinstance(other, tuple) and not given.get("transpose_b"):
        return _by_matrix(one, other, shape_of)
    if isinstance(other, Ref) and isinstance(one, tuple) and not given.get("transpose_b"):
        return _by_matrix_before(one, other, shape_of)
    values = *_refs(given.get("x1")), *_refs(given.get("x2"))
    return [Step("MatMul", {"transpose": True} if given.get("transpose_b") else {}, values)]


def _dot(given: Given, shape_of: ShapeOf) -> Steps:
    """With a matrix that stands in the file it is the product; of two values it would go over the samples."""
    if isinstance(given.get("x1"), Ref) and isinstance(given.get("x2"), Ref):
        raise Unread("E_FUNCTION", "multiplies samples of one value with those of another, which cannot be said here")
    return _matmul(given, shape_of)


def _by_matrix(value: Ref, tree: Tree, shape_of: ShapeOf) -> Steps:
    """A product with a matrix that stands in the file."""
    return _times_matrix(value, shape_of(value), _array(tree))


def _times_matrix(value: Ref | int, shape: Shape | None, matrix: "np.ndarray[Any, Any] | None") -> Steps:
    """Each channel as often as there are columns, times its numbers, and summed up. shape: of the value."""
    if matrix is None or matrix.ndim != 2 or shape is None or shape[-1] != len(matrix) or None in shape[:-1]:
        raise Unread("E_FUNCTION", "multiplies by a matrix that stands in the file in a way that cannot be said here")
    rows, columns = matrix.shape
    if matrix.size > MOST_NUMBERS:
        raise Unread("E_FUNCTION", f"multiplies by a matrix of {rows:,} by {columns:,} that stands in the file")
    numbers = [float(one) for one in matrix.ravel()]
    return [
        Step("Reshape", {"target_shape": [-1, 1]}, (value,)),
        Step("UpSampling1D", {"size": [columns]}, (0,)),
        Step("Reshape", {"target_shape": [*shape[:-1], rows * columns]}, (1,)),
        Step("Rescaling", {"scale": 1.0, "scales": numbers}, (2,)),
        Step("Reshape", {"target_shape": [*shape[:-1], rows, columns]}, (3,)),
        Step("ReduceSum", {"axis": [-2], "keepdims": False}, (4,)),
    ]


def _by_matrix_before(tree: Tree, value: Ref, shape_of: ShapeOf) -> Steps:
    """A product of a matrix that stands in the file with another: both turned round, the other way."""
    matrix, shape = _array(tree), shape_of(value)
    if matrix is None or matrix.ndim != 2 or shape is None or len(shape) != 2:
        raise Unread("E_FUNCTION", "multiplies a matrix that stands in the file in a way that cannot be said here")
    inner = _times_matrix(value, (shape[1], shape[0]), matrix.T)
    turn: Raw = {"dims": [2, 1]}
    later = [replace(one, came=tuple(at + 1 for at in one.came if isinstance(at, int))) for one in inner[1:]]
    steps = [Step("Permute", turn, (value,)), replace(inner[0], came=(0,)), *later]
    return [*steps, Step("Permute", turn, (len(steps) - 1,))]


def _fourier(axes: tuple[int, ...]) -> Callable[[Given, ShapeOf], Steps]:
    """A Fourier transform of a value in two parts, as products with matrices of cosines and sines. axes: over which it
    goes, counted from the end, one behind the other."""

    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        _hold_known(given, ("x",))
        pair = given.get("x")
        real, other = pair if isinstance(pair, tuple) and len(pair) == 2 else (None, None)
        if not isinstance(real, Ref):
            raise Unread("E_FUNCTION", "works a Fourier transform of complex values, which no wire here carries")
        shape, steps = shape_of(real), list[Step]()
        if shape is None or None in shape or len(shape) < len(axes):
            raise Unread("E_FUNCTION", "works a Fourier transform of a value of unknown shape")
        sizes = [one or 1 for one in shape]
        parts: list[Ref | int | None] = [real, other if isinstance(other, Ref) else None]
        if isinstance(other, Ref) and shape_of.is_zero(other):
            steps.append(Step("Add", {}, (real, other)))
            parts = [0, None]
        for axis in axes:
            parts = _transformed(steps, parts, sizes, axis)
        for gives, part in enumerate(parts):
            assert isinstance(part, int)
            steps[part] = replace(steps[part], gives=gives)
        return steps

    return steps


def _transformed(steps: Steps, parts: list[Ref | int | None], sizes: list[int], axis: int) -> list[Ref | int | None]:
    """Both parts of the transform of these, of which the second may be nothing, along an axis of this shape."""
    count = sizes[axis]
    angles = 2 * np.pi * (np.outer(np.arange(count), np.arange(count)) % count) / count
    dims = [*range(1, len(sizes) + 1)]
    dims[axis], dims[-1] = dims[-1], dims[axis]
    shape = tuple(sizes[one - 1] for one in dims)

    def added(kind: str, params: Raw, *came: Ref | int) -> int:
        steps.append(Step(kind, params, came))
        return len(steps) - 1

    def product(part: Ref | int, matrix: "np.ndarray[Any, Any]") -> int:
        value, first = (added("Permute", {"dims": dims}, part) if axis != -1 else part), len(steps)
        for step in _times_matrix(value, shape, matrix):
            steps.append(replace(step, came=tuple(one + first if isinstance(one, int) else one for one in step.came)))
        steps[first] = replace(steps[first], came=(value,))
        return added("Permute", {"dims": dims}, len(steps) - 1) if axis != -1 else len(steps) - 1

    real, other = parts
    assert real is not None
    along, across = product(real, np.cos(angles)), product(real, -np.sin(angles))
    if other is None:
        return [along, across]
    return [
        added("Add", {}, along, product(other, np.sin(angles))),
        added("Add", {}, across, product(other, np.cos(angles))),
    ]


def _concatenate(given: Given, shape_of: ShapeOf) -> Steps:
    _hold_known(given, ("xs", "axis"))
    axis, parts = given.get("axis", 0), given.get("xs")
    values = [one for one in parts if isinstance(one, Ref)] if isinstance(parts, tuple) else []
    if not values or not isinstance(parts, tuple) or len(values) == len(parts):
        return [Step("Concatenate", {"axis": axis}, _refs(parts))]
    shape, steps, came = shape_of(values[0]), list[Step](), list[Ref | int]()
    for one in parts:
        if isinstance(one, Ref):
            came.append(one)
            continue
        steps += _standing(_beside(one, shape, axis), values[0], len(steps))
        came.append(len(steps) - 1)
    return [*steps, Step("Concatenate", {"axis": axis}, tuple(came))]


def _beside(tree: Tree, shape: Shape | None, axis: Tree) -> "np.ndarray[Any, Any]":
    """Numbers of the file as they are joined to a value of this shape: along its axis as they stand, else as long as
    the value. Raises Unread."""
    told = _array(tree)
    place = axis - (axis > 0) if isinstance(axis, int) and axis else None
    if told is None or shape is None or place is None or None in shape or told.ndim > len(shape) + 1:
        raise Unread("E_FUNCTION", "joins numbers that stand in the file in a way that cannot be said here")
    told = told[0] if told.ndim == len(shape) + 1 and len(told) == 1 else told
    sizes = [one or 1 for one in shape]
    sizes[place] = told.shape[place]
    if told.ndim < len(sizes) or math.prod(sizes) > MOST_NUMBERS:
        raise Unread("E_FUNCTION", "joins numbers that stand in the file in a way that cannot be said here")
    try:
        return np.broadcast_to(told, sizes)
    except ValueError:
        raise Unread("E_FUNCTION", "joins numbers that stand in the file and are more than its values") from None


def _standing(numbers: "np.ndarray[Any, Any]", like: Ref, first: int) -> Steps:
    """Numbers of the file as a value of their own, the same for each sample. like: a value, of which nothing is left.
    first: the number of the first step."""
    offsets = [float(one) for one in numbers.ravel()]
    steps: Steps = [
        Step("Reshape", {"target_shape": [-1]}, (like,)),
        Step("Slice", {"axis": -1, "start": 0, "stop": 1}, (first,)),
        Step("Reshape", {"target_shape": [1, 1]}, (first + 1,)),
        Step("UpSampling1D", {"size": [len(offsets)]}, (first + 2,)),
        Step("Reshape", {"target_shape": [len(offsets)]}, (first + 3,)),
        Step("Rescaling", {"scale": 0.0, "offsets": offsets}, (first + 4,)),
    ]
    return [*steps, Step("Reshape", {"target_shape": [*numbers.shape]}, (first + 5,))]


def _stack(given: Given, shape_of: ShapeOf) -> Steps:
    return _alone(given, "Stack", {"axis": given.get("axis", 0)}, ("x", "axis"))


def _pad(given: Given, shape_of: ShapeOf) -> Steps:
    widths, fill = _plain(given.get("pad_width")), given.get("constant_values")
    mode = str(given.get("mode") or "constant").lower()
    if mode in ("reflect", "symmetric") and isinstance(widths, list) and widths[:1] == [[0, 0]]:
        return _mirrored(given, widths, 1 if mode == "reflect" else 0)
    if mode != "constant" or not isinstance(widths, list) or not (fill is None or _is_number(fill)):
        raise Unread("E_FUNCTION", "pads otherwise than with one number or a mirror image, which cannot be said here")
    if fill:
        zeros = _pad({**given, "constant_values": 0}, shape_of)
        before = Step("Rescaling", {"scale": 1.0, "offset": -float(fill)}, zeros[0].came)
        later = [replace(one, came=tuple(at + 1 for at in one.came if isinstance(at, int))) for one in zeros[1:]]
        steps = [before, replace(zeros[0], came=(0,)), *later]
        return [*steps, Step("Rescaling", {"scale": 1.0, "offset": float(fill)}, (len(steps) - 1,))]
    axes = len(widths) - 2
    if widths[:1] == [[0, 0]] and axes in (1, 2) and not any(map(any, widths[1:-1])):
        return _with_more_channels(given, widths[-1])
    ends = widths[:1] + widths[-1:]
    if any(one != [0, 0] for one in ends) or axes not in (1, 2, 3):
        raise Unread("E_FUNCTION", "pads samples or channels, which cannot be said here")
    padding = [one for pair in widths[1:-1] for one in pair]
    return _alone(given, f"ZeroPadding{axes}D", {"padding": padding}, ("x", "pad_width", "mode", "constant_values"))


def _mirrored(given: Given, widths: list[list[int]], edge: int) -> Steps:
    """Each axis with its ends mirrored. edge: 1 where what lies at the very end is not repeated."""
    _hold_known(given, ("x", "pad_width", "mode", "constant_values"))
    (came,), steps = (*_refs(given.get("x")),), list[Step]()
    value: Ref | int = came
    for axis, (before, behind) in enumerate(widths):
        parts: list[Ref | int] = [value]
        for count, start, stop, place in (
            (before, edge, before + edge, 0),
            (behind, -behind - edge, -edge or None, len(parts) + 1),
        ):
            if count:
                steps.append(Step("Slice", {"axis": axis, "start": start, "stop": stop}, (value,)))
                steps.append(Step("Flip", {"axis": [axis]}, (len(steps) - 1,)))
                parts.insert(place, len(steps) - 1)
        if len(parts) > 1:
            steps.append(Step("Concatenate", {"axis": axis}, tuple(parts)))
            value = len(steps) - 1
    return steps or [Step("Slice", {"axis": 1}, (came,))]


def _with_more_channels(given: Given, more: list[int]) -> Steps:
    """Channels are padded as rows of an image, or steps of a sequence, that is turned round."""
    axes = len(_plain(given.get("pad_width"))) - 2
    there, back = ([2, 1], [2, 1]) if axes == 1 else ([3, 1, 2], [2, 3, 1])
    padding = more if axes == 1 else [*more, 0, 0]
    return [
        Step("Permute", {"dims": there}, _refs(given.get("x"))),
        Step(f"ZeroPadding{axes}D", {"padding": padding}, (0,)),
        Step("Permute", {"dims": back}, (1,)),
    ]


def _conditional(given: Given, shape_of: ShapeOf) -> Steps:
    """Of ours: the condition is what has to be above 0."""
    condition, one, other = (given.get(name) for name in ("condition", "x1", "x2"))
    params = {"value": float(other)} if _is_number(other) else {}
    return [Step("Conditional", params, (*_refs(condition), *_refs(one), *refs_in(other)))]


def _resize(given: Given, shape_of: ShapeOf) -> Steps:
    size, how = given.get("size"), given.get("interpolation", given.get("method")) or "bilinear"
    how = how.lower() if isinstance(how, str) else how
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
        came = len(steps) - 1 if steps else ref
        if isinstance(one, Along) and one != Along():
            steps += _taken(axis, one, came, len(steps))
        elif isinstance(one, int) and not isinstance(one, bool):
            stop = one + 1 if one != -1 else None
            steps += _taken(axis, Along(one, stop), came, len(steps))
            dropped.append(axis)
        elif one is not None and one != Along():
            raise Unread("E_FUNCTION", "takes places that are values themselves, which cannot be said here")
    shape = shape_of(ref)
    for axis in _farthest_first(dropped):
        steps.append(_without(axis, len(steps) - 1, shape))
    new = [axis for axis, one in placed if one is None]
    if new and dropped:
        raise Unread("E_FUNCTION", "drops axes and adds others at once, which cannot be said here")
    for axis in sorted(new) if new and new[0] > 0 else sorted(new, reverse=True):
        steps.append(Step("ExpandDims", {"axis": axis}, (len(steps) - 1 if steps else ref,)))
    axis = -1 if not placed else min(placed[0][0], 0) or placed[-1][0]
    return steps or [Step("Slice", {"axis": axis}, (ref,))]


def _without(axis: int, came: int, shape: Shape | None) -> Step:
    """One place of an axis without that axis: where it is not known how long the axis is, as the sum of that place.
    shape: of what it was taken of."""
    place = axis - 1 if axis > 0 else axis
    if shape is not None and len(shape) > 1 and -len(shape) <= place < len(shape) and shape[place] is None:
        return Step("ReduceSum", {"axis": [axis], "keepdims": False}, (came,))
    return Step("Squeeze", {"axis": axis}, (came,))


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


def _taken(axis: int, along: Along, came: Ref | int, number: int) -> Steps:
    """number: of the first step."""
    step = along.step or 1
    if step > 0:
        params: Raw = {"axis": axis, "start": along.start or 0, "stop": along.stop, "step": step}
        return [Step("Slice", params, (came,))]
    if step < -1 and along.start is None and along.stop is None:
        back = Step("Flip", {"axis": [axis]}, (came,))
        return [back, Step("Slice", {"axis": axis, "start": 0, "stop": None, "step": -step}, (number,))]
    if step < -1 or -1 in (along.start, along.stop) or ((along.start or 0) < 0) != ((along.stop or 0) < 0):
        raise Unread("E_FUNCTION", "goes backwards along an axis in a way that cannot be said here")
    first = 0 if along.stop is None else along.stop + 1
    stop = None if along.start is None else along.start + 1
    if not first and stop is None:
        return [Step("Flip", {"axis": [axis]}, (came,))]
    taken = Step("Slice", {"axis": axis, "start": first, "stop": stop}, (came,))
    return [taken, Step("Flip", {"axis": [axis]}, (number,))]


# Comparisons and choices


def _cast(given: Given, shape_of: ShapeOf) -> Steps | Ref:
    (ref,) = _refs(given.get("x"))
    wanted = str(given.get("dtype", "float32"))
    if wanted.startswith(("float", "bfloat")) or ("int" in wanted and shape_of.numbers(ref) is Numbers.WHOLE):
        return ref
    if wanted == "bool":
        return [Step("Relational", {"comparison": "not_equal"}, (ref,))]
    if "int" in wanted:
        kind = shape_of.kind(ref)
        if kind in ("Relational", "Input", "BlockInput") or (kind in OPERATORS and OPERATORS[kind].keeps_numbers):
            return ref  # 1 or 0 either way, or taken to be whole
        return _of_both(*_TRUNC)({"x": ref}, shape_of)
    raise Unread("E_FUNCTION", f"makes numbers of the kind {wanted[:40]}, which cannot be said here")


_TURNED = {"greater": "less", "less": "greater", "greater_equal": "less_equal", "less_equal": "greater_equal"}


def _compare(kind: str) -> Callable[[Given, ShapeOf], Steps]:
    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        _hold_known(given, ("x1", "x2"))
        one, other = given.get("x1"), given.get("x2")
        if isinstance(one, Ref) and isinstance(other, Ref):
            return [Step("Relational", {"comparison": kind}, (one, other))]
        if isinstance(one, Ref) and _is_number(other):
            return [Step("Relational", {"comparison": kind, "value": float(other)}, (one,))]
        if isinstance(other, Ref) and _is_number(one):
            turned = {"comparison": _TURNED.get(kind, kind), "value": float(one)}
            return [Step("Relational", turned, (other,))]
        if isinstance(one, Ref) and isinstance(other, tuple):
            steps = _with_numbers("subtract", one, other, False, shape_of)
            return [*steps, Step("Relational", {"comparison": kind}, (len(steps) - 1,))]
        raise Unread("E_FUNCTION", "compares what stands in the file, which cannot be said here")

    return steps


def _both(kind: str, params: Raw) -> Callable[[Given, ShapeOf], Steps]:
    """Of answers that are 1 or 0; what is none is one where it is not 0."""

    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        _hold_known(given, ("x1", "x2"))
        before: Steps = []
        came = [_answered(ref, before, shape_of) for ref in (*_refs(given.get("x1")), *_refs(given.get("x2")))]
        return [*before, Step(kind, params, tuple(came))]

    return steps


def _answered(ref: Ref, before: Steps, shape_of: ShapeOf) -> Ref | int:
    """A value as 1 or 0; the steps to it are put behind those before it."""
    if shape_of.kind(ref) == "Relational":
        return ref
    before.append(Step("Relational", {"comparison": "not_equal"}, (ref,)))
    return len(before) - 1


def _over_answers(kind: str) -> Callable[[Given, ShapeOf], Steps]:
    """Whether any is not 0, whether all are, or how many."""

    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        _hold_known(given, ("x", "axis", "keepdims"))
        before: Steps = []
        (came,) = (_answered(ref, before, shape_of) for ref in _refs(given.get("x")))
        params = {"axis": _axes(_plain(given.get("axis"))), "keepdims": bool(given.get("keepdims"))}
        return [*before, Step(kind, params, (came,))]

    return steps


def _scaled(name: str, usual: float, scale_of: Callable[[float], float]) -> Callable[[Given, ShapeOf], Steps]:
    """An activation with a number of its own is the usual one, on a scale of its own."""

    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        own = next((one for key, one in given.items() if key != "x" and one is not None), usual)
        _hold_known(given, ("x", *_USUAL[name]))
        if not _is_number(own) or not own > 0:
            raise Unread("E_FUNCTION", f"has {str(own)[:40]} where a number above 0 is known")
        activation, scale = Step("Activation", {"activation": name}, _refs(given.get("x"))), scale_of(float(own))
        if scale == 1:
            return [activation]
        before = Step("Rescaling", {"scale": 1 / scale}, activation.came)
        return [before, Step(activation.kind, activation.params, (0,)), Step("Rescaling", {"scale": scale}, (1,))]

    return steps


def _round(given: Given, shape_of: ShapeOf) -> Steps:
    if given.get("decimals") not in (None, 0):
        raise Unread("E_FUNCTION", "rounds to decimals, which cannot be said here")
    return _alone(given, "Elementwise", {"function": ELEMENTWISE["round"]}, ("x", "decimals"))


def _expand_dims(given: Given, shape_of: ShapeOf) -> Steps:
    _hold_known(given, ("x", "axis"))
    axes = _axes(_plain(given.get("axis")))
    whole = [one for one in axes if isinstance(one, int) and one]
    if len(whole) < len(axes) or len({one > 0 for one in whole}) > 1:
        raise Unread("E_FUNCTION", "adds axes that are not known, or one before the samples")
    order = sorted(whole) if whole[0] > 0 else sorted(whole, reverse=True)
    came: list[Ref | int] = [*_refs(given.get("x")), *range(len(order))]
    return [Step("ExpandDims", {"axis": axis}, (came[place],)) for place, axis in enumerate(order)]


_GREY = [0.2989, 0.587, 0.114]


def _grey(given: Given, shape_of: ShapeOf) -> Steps:
    _hold_known(given, ("images", "data_format"))
    if given.get("data_format") not in (None, "channels_last"):
        raise Unread("E_FUNCTION", "works on channels first; here they come last")
    return [
        Step("Rescaling", {"scale": 1.0, "scales": _GREY}, _refs(given.get("images"))),
        Step("ReduceSum", {"axis": [-1], "keepdims": True}, (0,)),
    ]


def _not(given: Given, shape_of: ShapeOf) -> Steps:
    return _alone(given, "Relational", {"comparison": "equal"}, ("x",))


def _where(given: Given, shape_of: ShapeOf) -> Steps:
    condition, one, other = (given.get(name) for name in ("condition", "x1", "x2"))
    if "x" in given or "y" in given:
        one, other = given.get("x", one), given.get("y", other)
    _hold_known(given, ("condition", "x1", "x2", "x", "y"))
    if isinstance(condition, tuple):
        return _chosen_in_file(condition, one, other, shape_of)
    (holds,) = _refs(condition)
    is_answer = shape_of.kind(holds) in ("Relational", "Input")
    answers: Steps = [] if is_answer else [Step("Relational", {"comparison": "not_equal"}, (holds,))]
    told: Ref | int = holds if is_answer else 0
    if isinstance(one, Ref) and isinstance(other, Ref):
        return [*answers, Step("Conditional", {}, (told, one, other))]
    if isinstance(one, Ref) and _is_number(other):
        return [*answers, Step("Conditional", {"value": float(other)}, (told, one))]
    turned = Step("Relational", {"comparison": "equal"}, (holds,))
    if isinstance(other, Ref) and _is_number(one):
        return [turned, Step("Conditional", {"value": float(one)}, (0, other))]
    if not _is_number(one) or not _is_number(other):
        raise Unread("E_FUNCTION", "chooses between what stands in the file, which cannot be said here")
    yes, no = float(one), float(other)
    return [turned, Step("Rescaling", {"scale": no - yes, "offset": yes}, (0,))]


def _chosen_in_file(condition: Tree, one: Tree, other: Tree, shape_of: ShapeOf) -> Steps:
    """A value where numbers of the file say so, such as a mask of what comes later, and one number elsewhere."""
    value, number = (one, other) if isinstance(one, Ref) else (other, one)
    if not isinstance(value, Ref) or not _is_number(number):
        raise Unread("E_FUNCTION", "chooses between what stands in the file, which cannot be said here")
    shape, row = _for_each(condition, value, shape_of)
    stays = [float(bool(holds) is isinstance(one, Ref)) for holds in row]
    params = {"scale": 1.0, "scales": stays, "offsets": [float(number) * (1 - one) for one in stays]}
    return _in_one_row(value, shape, [Step("Rescaling", params, (0,))])


def _triangle(is_lower: bool) -> Callable[[Given, ShapeOf], Steps]:
    """The last two axes with 0 above their diagonal, or below it."""

    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        _hold_known(given, ("x", "k"))
        (value,), k = _refs(given.get("x")), given.get("k") or 0
        shape = shape_of(value)
        if shape is None or len(shape) < 2 or None in shape or not isinstance(k, int):
            raise Unread("E_FUNCTION", "works on a matrix of unknown shape")
        ones = np.ones(tuple(one or 1 for one in shape[-2:]))
        kept = np.tril(ones, k) if is_lower else np.triu(ones, k)
        return _with_numbers("multiply", value, _tree(kept.tolist()), False, shape_of)

    return steps


def _tree(told: Any) -> Tree:
    return tuple(map(_tree, told)) if isinstance(told, list) else told


def _argmax(smallest: bool) -> Callable[[Given, ShapeOf], Steps]:
    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        axis = given.get("axis", -1)
        if not isinstance(axis, int) or isinstance(axis, bool):
            raise Unread("E_FUNCTION", "finds its place among all axes, the samples too, which cannot be said here")
        params: Raw = {
            "axis": axis,
            "keepdims": bool(given.get("keepdims")),
            **({"smallest": True} if smallest else {}),
        }
        return _alone(given, "ArgMax", params, ("x", "axis", "keepdims", "output_type"))

    return steps


def _one_hot(given: Given, shape_of: ShapeOf) -> Steps:
    idle = {"axis": (-1, None), "on_value": (None, 1, 1.0), "off_value": (None, 0, 0.0), "sparse": (None, False)}
    if any(given.get(name) not in fine for name, fine in idle.items()):
        raise Unread("E_FUNCTION", "makes rows of 0 and 1 in a way that cannot be said here")
    return _alone(given, "OneHot", {"num_classes": given.get("num_classes")}, ("x", "num_classes", "dtype", *idle))


def _so_far(kind: str, nothing: float) -> Callable[[Given, ShapeOf], Steps]:
    """A sum or product along an axis; of TensorFlow's also from the end on, or without the place itself. nothing: what
    it begins with."""

    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        _hold_known(given, ("x", "axis", "exclusive", "reverse", "dtype"))
        axis, (ref,) = _axis_of(given), _refs(given.get("x"))
        found: Steps = []

        def then(kind: str, params: Raw) -> None:
            found.append(Step(kind, params, (len(found) - 1 if found else ref,)))

        if given.get("reverse"):
            then("Flip", {"axis": [axis]})
        then(kind, {"axis": axis})
        if given.get("exclusive"):
            whole = len(found) - 1
            then("Slice", {"axis": axis, "start": 0, "stop": -1})
            found.append(Step("Slice", {"axis": axis, "start": 0, "stop": 1}, (whole,)))
            then("Rescaling", {"scale": 0.0, "offset": nothing})
            found.append(Step("Concatenate", {"axis": axis}, (whole + 3, whole + 1)))
        if given.get("reverse"):
            then("Flip", {"axis": [axis]})
        return found

    return steps


# Order


def _top_k(given: Given, shape_of: ShapeOf) -> Steps:
    _hold_known(given, ("x", "k", "sorted"))  # in any order is in this order, too
    if not isinstance(given.get("k", 1), int):
        raise Unread("E_FUNCTION", "takes as many of the largest as the data tell, which cannot be said here")
    return [Step("TopK", {"k": given.get("k", 1)}, _refs(given.get("x")))]


def _sort(given: Given, shape_of: ShapeOf) -> Steps:
    _hold_known(given, ("x", "axis", "direction"))
    axis = _axis_of(given, -1)
    sort = Step("Sort", {"axis": axis}, _refs(given.get("x")))
    return [sort, Step("Flip", {"axis": [axis]}, (0,))] if given.get("direction") == "DESCENDING" else [sort]


def _argsort(given: Given, shape_of: ShapeOf) -> Steps:
    """The places of the largest, of all of them: as TensorFlow has it."""
    _hold_known(given, ("x", "axis", "direction", "stable"))
    axis, refs = _axis_of(given, -1), _refs(given.get("x"))
    shape, size = shape_of(refs[0]), _size_along(given, axis, shape_of)
    if shape is None or size is None or axis not in (-1, len(shape)):
        raise Unread("E_FUNCTION", "finds an order along another axis than the last, or one of unknown size")
    places: Raw = {"axis": 1}
    if given.get("direction") == "DESCENDING":
        return [Step("TopK", {"k": size}, refs), Step("Slice", places, ((0, 1),))]
    turned = Step("Elementwise", {"function": "negative"}, refs)
    return [turned, Step("TopK", {"k": size}, (0,)), Step("Slice", places, ((1, 1),))]


def _median(given: Given, shape_of: ShapeOf) -> Steps:
    """Of values in order, the mean of the one or two in the middle."""
    _hold_known(given, ("x", "axis", "keepdims"))
    axis = _axis_of(given)
    size = _size_along(given, axis, shape_of)
    if size is None:
        raise Unread("E_FUNCTION", "finds the middle of an axis of unknown size")
    keeps = bool(given.get("keepdims"))
    return [
        Step("Sort", {"axis": axis}, _refs(given.get("x"))),
        Step("Slice", {"axis": axis, "start": (size - 1) // 2, "stop": size // 2 + 1}, (0,)),
        Step("ReduceMean", {"axis": [axis], "keepdims": keeps}, (1,)),
    ]


# Division with remainder


def _floored(gives: str) -> Callable[[Given, ShapeOf], Steps]:
    """How often a value fits into another, or what is left then."""

    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        _hold_known(given, ("x1", "x2"))
        one, other = given.get("x1"), given.get("x2")
        if isinstance(one, Ref) and _is_number(other) and other:
            return [Step("FloorDivision", {"gives": gives, "value": float(other)}, (one,))]
        if isinstance(one, Ref) and isinstance(other, Ref):
            if shape_of.numbers(other) is not Numbers.WHOLE:
                return [Step("FloorDivision", {"gives": gives}, (one, other))]
            amounts = Step("Rescaling", {"scale": 1.0}, (other,))
            return [amounts, Step("FloorDivision", {"gives": gives}, (one, 0))]
        met, stands, is_turned = (one, other, False) if isinstance(one, Ref) else (other, one, True)
        if not isinstance(met, Ref):
            raise Unread("E_FUNCTION", "works on numbers that stand in the file, which cannot be said here")
        numbers = _row(stands) if isinstance(stands, tuple) else [float(stands)] if _is_number(stands) else None
        if not numbers or not (is_turned or all(numbers)):
            raise Unread("E_FUNCTION", "divides with a remainder what stands in the file, which cannot be said here")
        told: Raw = {"offsets": numbers} if len(numbers) > 1 else {"offset": numbers[0]}
        filled = Step("Rescaling", {"scale": 0.0, **told}, (met,))
        return [filled, Step("FloorDivision", {"gives": gives}, (0, met) if is_turned else (met, 0))]

    return steps


# Diagonals


def _diagonal(given: Given, shape_of: ShapeOf) -> Steps:
    _hold_known(given, ("x", "offset", "axis1", "axis2"))
    axes, offset = (given.get("axis1", 0), given.get("axis2", 1)), given.get("offset") or 0
    (ref,) = _refs(given.get("x"))
    taken = Step("Diagonal", {"offset": offset}, (ref,))
    if axes == (-2, -1):
        return [taken]
    shape = shape_of(ref)
    if shape is None or not all(isinstance(one, int) and one for one in axes):
        raise Unread("E_FUNCTION", "takes a diagonal that the samples lie along, which cannot be said here")
    count = len(shape)
    first, second = (one if one > 0 else count + 1 + one for one in axes if isinstance(one, int))
    if (first, second) == (count - 1, count):
        return [taken]
    dims = [axis for axis in range(1, count + 1) if axis not in (first, second)]
    return [Step("Permute", {"dims": [*dims, first, second]}, (ref,)), replace(taken, came=(0,))]


def _diag_part(given: Given, shape_of: ShapeOf) -> Steps:
    """As TensorFlow takes it, of the last two axes."""
    _hold_known(given, ("x", "k"))
    return _diagonal({"x": given.get("x"), "offset": given.get("k"), "axis1": -2, "axis2": -1}, shape_of)


def _trace(given: Given, shape_of: ShapeOf) -> Steps:
    steps = _diagonal({name: one for name, one in given.items() if name != "dtype"}, shape_of)
    return [*steps, Step("ReduceSum", {"axis": [-1], "keepdims": False}, (len(steps) - 1,))]


# Parts that are taken out, repeated and put together again


def _axis_of(given: Given, usual: int | None = None) -> int:
    axis = _plain(given.get("axis", usual))
    axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
    if not isinstance(axis, int) or isinstance(axis, bool) or not axis:
        raise Unread("E_FUNCTION", "works along the samples, or along no one axis, which cannot be said here")
    return axis


def _size_along(given: Given, axis: int, shape_of: ShapeOf) -> int | None:
    shape = shape_of(_refs(given.get("x"))[0])
    place = axis - 1 if axis > 0 else axis
    return shape[place] if shape is not None and -len(shape) <= place < len(shape) else None


def _take(given: Given, shape_of: ShapeOf) -> Steps:
    _hold_known(given, ("x", "indices", "axis", "mode", "batch_dims"))
    axis, places = _axis_of(given), given.get("indices")
    refs = _refs(given.get("x"))
    if _is_number(places):
        return [*_taken(axis, _one_place(places), refs[0], 0), _without(axis, 0, shape_of(refs[0]))]
    if not isinstance(places, tuple) or not places or not all(isinstance(one, int) for one in places):
        raise Unread("E_FUNCTION", "takes places that are values themselves, which cannot be said here")
    if len(places) > _LIKELY:
        raise Unread("E_FUNCTION", f"takes {len(places)} single places, which cannot be said here")
    steps: Steps = []
    for one in places:
        steps += _taken(axis, _one_place(one), refs[0], len(steps))
    if len(steps) > 1:
        steps.append(Step("Concatenate", {"axis": axis}, tuple(range(len(steps)))))
    return steps


def _one_place(place: Any) -> Along:
    return Along(place, place + 1 if place != -1 else None)


def _tile(given: Given, shape_of: ShapeOf) -> Steps:
    _hold_known(given, ("x", "repeats"))
    times = given.get("repeats")
    if not isinstance(times, tuple) or not all(isinstance(one, int) and 0 < one <= _LIKELY for one in _plain(times)):
        raise Unread("E_FUNCTION", "repeats as often as the data tell, which cannot be said here")
    shape = shape_of(_refs(given.get("x"))[0])
    if times[0] != 1 or (shape is not None and len(times) != len(shape) + 1):
        raise Unread("E_FUNCTION", "repeats the samples, which cannot be said here")
    came: Ref | int = _refs(given.get("x"))[0]
    steps: Steps = []
    for axis, count in enumerate(_plain(times[1:]), start=1):
        if count > 1:
            steps.append(Step("Concatenate", {"axis": axis}, (came,) * count))
            came = len(steps) - 1
    return steps or [Step("Slice", {"axis": 1}, (came,))]


def _repeat(given: Given, shape_of: ShapeOf) -> Steps:
    _hold_known(given, ("x", "repeats", "axis"))
    axis, count = _axis_of(given), _plain(given.get("repeats"))
    shape = shape_of(_refs(given.get("x"))[0])
    if not isinstance(count, int) or not 0 < count <= _LIKELY or shape is None or shape.count(None) > 1:
        raise Unread("E_FUNCTION", "repeats as often as the data tell, which cannot be said here")
    place = axis - 1 if axis > 0 else len(shape) + axis
    target: list[int | None] = [*shape]
    size = target[place]
    target[place] = None if size is None else size * count
    behind = place + 2
    return [
        Step("ExpandDims", {"axis": behind}, _refs(given.get("x"))),
        Step("Concatenate", {"axis": behind}, (0,) * count),
        Step("Reshape", {"target_shape": [-1 if one is None else one for one in target]}, (1,)),
    ]


def _roll(given: Given, shape_of: ShapeOf) -> Steps:
    _hold_known(given, ("x", "shift", "axis"))
    axis, shift = _axis_of(given), _plain(given.get("shift"))
    shift = shift[0] if isinstance(shift, list) and len(shift) == 1 else shift
    size = _size_along(given, axis, shape_of)
    if not isinstance(shift, int) or size is None:
        raise Unread("E_FUNCTION", "turns values round an axis of unknown size")
    shift %= size
    refs = _refs(given.get("x"))
    if not shift:
        return [Step("Slice", {"axis": axis}, refs)]
    return [
        Step("Slice", {"axis": axis, "start": size - shift, "stop": None}, refs),
        Step("Slice", {"axis": axis, "start": 0, "stop": size - shift}, refs),
        Step("Concatenate", {"axis": axis}, (0, 1)),
    ]


def _unstack(given: Given, shape_of: ShapeOf) -> Steps:
    _hold_known(given, ("x", "num", "axis"))
    axis = _axis_of(given)
    count = given.get("num") or _size_along(given, axis, shape_of)
    if not isinstance(count, int) or not 0 < count <= _LIKELY // 2:
        raise Unread("E_FUNCTION", "takes apart an axis of unknown size")
    refs = _refs(given.get("x"))
    if count == 1:
        return [Step("Squeeze", {"axis": axis}, refs, 0)]
    parts = (Step("Squeeze", {"axis": axis}, ((0, place),), place) for place in range(count))
    return [Step("Chunk", {"parts": count, "axis": axis}, refs), *parts]


def _norm(given: Given, shape_of: ShapeOf) -> Steps:
    order = given.get("ord", given.get("order"))
    _hold_known(given, ("x", "ord", "order", "axis", "keepdims"))
    if order not in (None, 1, 2, 1.0, 2.0, "euclidean"):
        raise Unread("E_FUNCTION", "has a length of another order than 1 or 2, which cannot be said here")
    axes = _axes(_plain(given.get("axis")))
    if order in (2, 2.0) and len(axes) > 1:
        raise Unread("E_FUNCTION", "has the norm of a matrix, which cannot be said here")
    inner, outer = ("absolute", None) if order in (1, 1.0) else ("square", "sqrt")
    steps = [
        Step("Elementwise", {"function": inner}, _refs(given.get("x"))),
        Step("ReduceSum", {"axis": axes, "keepdims": bool(given.get("keepdims"))}, (0,)),
    ]
    return [*steps, Step("Elementwise", {"function": outer}, (1,))] if outer else steps


def _squared_difference(given: Given, shape_of: ShapeOf) -> Steps:
    steps = _arithmetic("subtract")(given, shape_of)
    return [*steps, Step("Elementwise", {"function": "square"}, (len(steps) - 1,))]


def _moveaxis(given: Given, shape_of: ShapeOf) -> Steps:
    _hold_known(given, ("x", "source", "destination"))
    shape = shape_of(_refs(given.get("x"))[0])
    pair = [_flat_axis(given.get(name)) for name in ("source", "destination")]
    if shape is None or not all(isinstance(one, int) and one for one in pair):
        raise Unread("E_FUNCTION", "moves axes that are not known")
    start, end = (one if one > 0 else len(shape) + 1 + one for one in pair if isinstance(one, int))
    dims = [axis for axis in range(1, len(shape) + 1) if axis != start]
    dims.insert(end - 1, start)
    return _alone(given, "Permute", {"dims": dims}, ("x", "source", "destination"))


def _flat_axis(value: Tree) -> Any:
    return value[0] if isinstance(value, tuple) and len(value) == 1 else value


def _by_equation(given: Given, shape_of: ShapeOf) -> Steps:
    """The equation comes first, or by a name."""
    equation = next(
        (given[one] for one in ("subscripts", "equation", "x1", "x") if isinstance(given.get(one), str)), ""
    )
    values = [ref for name, tree in given.items() if name not in ("subscripts", "equation") for ref in refs_in(tree)]
    if len(values) == 1 and isinstance(equation, str):
        return _of_one(equation.replace(" ", ""), values[0])
    if len(values) != 2 or not isinstance(equation, str):
        raise Unread("E_FUNCTION", f"multiplies {len(values)} values by an equation, where two can be said here")
    return [Step("Einsum", {"equation": equation.replace(" ", "")}, tuple(values))]


def _of_one(equation: str, value: Ref) -> Steps:
    """An equation of one value sums over the axes that are left out, and moves the others."""
    came, _, out = equation.partition("->")
    letters = f"{came}{out}".isalpha() and len({*came}) == len(came) and len({*out}) == len(out)
    if not letters or not {*out} <= {*came} or out[0] != came[0] or len(out) < 2:
        raise Unread("E_FUNCTION", f"works by the equation {equation[:40]!r}, which cannot be said here")
    gone = [place for place, one in enumerate(came) if one not in out]
    left = [one for one in came if one in out]
    dims = [left.index(one) for one in out[1:]]
    steps = [Step("ReduceSum", {"axis": gone, "keepdims": False}, (value,))] if gone else []
    if dims != sorted(dims) or not steps:
        steps.append(Step("Permute", {"dims": dims}, (0,) if steps else (value,)))
    return steps


# Functions that are several others


def _composed(*functions: tuple[str, Raw]) -> Callable[[Given, ShapeOf], Steps]:
    """One behind the other, each by operator and parameters."""

    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        _hold_known(given, ("x",))
        (ref,) = _refs(given.get("x"))
        return [Step(kind, params, (place - 1 if place else ref,)) for place, (kind, params) in enumerate(functions)]

    return steps


def _works(name: str) -> tuple[str, Raw]:
    return "Elementwise", {"function": name}


def _times(scale: float) -> tuple[str, Raw]:
    return "Rescaling", {"scale": scale}


_Works = tuple[tuple[str, Raw, tuple[int, ...]], ...]


def _of_both(*steps: tuple[str, Raw, tuple[int, ...]]) -> Callable[[Given, ShapeOf], Steps]:
    """Steps that are told by what they read: -1 the first value, -2 the second, else an earlier step."""

    def made(given: Given, shape_of: ShapeOf) -> Steps:
        _hold_known(given, ("x", "x1", "x2"))
        values = [ref for name in ("x", "x1", "x2") if name in given for ref in _refs(given[name])]
        return [
            Step(kind, params, tuple(one if one >= 0 else values[-1 - one] for one in came))
            for kind, params, came in steps
        ]

    return made


_SINH: _Works = (
    (*_works("exp"), (-1,)), (*_times(-1.0), (-1,)), (*_works("exp"), (1,)), ("Subtract", {}, (0, 2)),
    (*_times(0.5), (3,)),
)  # fmt: skip
_COSH: _Works = (*_SINH[:3], ("Add", {}, (0, 2)), _SINH[4])
_ARSINH: _Works = (
    (*_works("absolute"), (-1,)), (*_works("square"), (-1,)), ("Rescaling", {"scale": 1.0, "offset": 1.0}, (1,)),
    (*_works("sqrt"), (2,)), ("Add", {}, (0, 3)), (*_works("log"), (4,)), (*_works("sign"), (-1,)),
    ("Multiply", {}, (5, 6)),
)  # fmt: skip
_TAN: _Works = (
    (*_works("sin"), (-1,)),
    (*_works("cos"), (-1,)),
    (*_works("reciprocal"), (1,)),
    ("Multiply", {}, (0, 2)),
)
_ARTANH: _Works = (
    (*_works("log1p"), (-1,)), (*_times(-1.0), (-1,)), (*_works("log1p"), (1,)), ("Subtract", {}, (0, 2)),
    (*_times(0.5), (3,)),
)  # fmt: skip
_ARSIN: _Works = (
    (*_works("square"), (-1,)), ("Rescaling", {"scale": -1.0, "offset": 1.0}, (0,)), (*_works("sqrt"), (1,)),
    (*_works("reciprocal"), (2,)), ("Multiply", {}, (-1, 3)), (*_works("arctan"), (4,)),
)  # fmt: skip
_ARCOS: _Works = (*_ARSIN, ("Rescaling", {"scale": -1.0, "offset": math.pi / 2}, (5,)))
_ARCOSH: _Works = (
    (*_works("square"), (-1,)), ("Rescaling", {"scale": 1.0, "offset": -1.0}, (0,)), (*_works("sqrt"), (1,)),
    ("Add", {}, (-1, 2)), (*_works("log"), (3,)),
)  # fmt: skip
_TRUNC: _Works = (
    (*_works("absolute"), (-1,)), (*_works("floor"), (0,)), (*_works("sign"), (-1,)), ("Multiply", {}, (1, 2)),
)  # fmt: skip
_LOG_ADD: _Works = (
    ("Maximum", {}, (-1, -2)), ("Subtract", {}, (-1, -2)), (*_works("absolute"), (1,)), (*_times(-1.0), (2,)),
    ("Activation", {"activation": "softplus"}, (3,)), ("Add", {}, (0, 4)),
)  # fmt: skip
_HYPOT: _Works = (
    (*_works("square"), (-1,)), (*_works("square"), (-2,)), ("Add", {}, (0, 1)), (*_works("sqrt"), (2,)),
)  # fmt: skip
_FINITE: _Works = (
    ("Relational", {"comparison": "equal"}, (-1, -1)), ("Conditional", {}, (0, -1)),
    ("Elementwise", {"function": "clip", "low": -3.4028235e38, "high": 3.4028235e38}, (1,)),
)  # fmt: skip


def _finite(given: Given, shape_of: ShapeOf) -> Steps:
    """What is no number as 0, and what is infinite as the largest there is."""
    if given.get("nan") not in (None, 0, 0.0) or given.get("posinf") is not None or given.get("neginf") is not None:
        raise Unread("E_FUNCTION", "puts numbers of its own for what is none, which cannot be said here")
    return _of_both(*_FINITE)({"x": given.get("x")}, shape_of)


def _moments(given: Given, shape_of: ShapeOf) -> Steps:
    """Mean and variance."""
    _hold_known(given, ("x", "axes", "shift", "keepdims", "synchronized"))
    refs, over = _refs(given.get("x")), {"axis": _axes(_plain(given.get("axes")))}
    params: Raw = {**over, "keepdims": bool(given.get("keepdims"))}
    return [
        Step("ReduceStd", params, refs),
        Step("ReduceMean", params, refs, 0),
        Step("Elementwise", {"function": "square"}, (0,), 1),
    ]


def _average(given: Given, shape_of: ShapeOf) -> Steps:
    params: Raw = {"axis": _axes(_plain(given.get("axis")))}
    return _alone(given, "ReduceMean", params, ("x", "axis"))


def _layer_normalization(given: Given, shape_of: ShapeOf) -> Steps:
    known = {"gamma": None, "beta": None, "rms_scaling": False}
    if any(given.get(name) not in (None, usual) for name, usual in known.items()):
        raise Unread("E_FUNCTION", "normalizes with a scale that is a value itself, which cannot be said here")
    axis, epsilon = given.get("axis", -1), given.get("epsilon")
    params = {"axis": _axes(_plain(axis)), "epsilon": 1e-7 if epsilon is None else epsilon}
    params |= {"center": False, "scale": False}
    return _alone(given, "LayerNormalization", params, ("x", *known, "axis", "epsilon"))


def _rms_normalization(given: Given, shape_of: ShapeOf) -> Steps:
    _hold_known(given, ("x", "axis", "epsilon"))
    refs, epsilon = _refs(given.get("x")), given.get("epsilon")
    over: Raw = {"axis": _axes(_plain(given.get("axis", -1))), "keepdims": True}
    return [
        Step("Elementwise", {"function": "square"}, refs),
        Step("ReduceMean", over, (0,)),
        Step("Rescaling", {"scale": 1.0, "offset": 1e-7 if epsilon is None else epsilon}, (1,)),
        Step("Elementwise", {"function": "power", "exponent": -0.5}, (2,)),
        Step("Multiply", {}, (*refs, 3)),
    ]


def _among_neighbours(given: Given, shape_of: ShapeOf) -> Steps:
    """Local response normalization: each channel by the squares of those beside it."""
    names = {"depth_radius": 5, "bias": 1.0, "alpha": 1.0, "beta": 0.5}
    told = {name: usual if given.get(name) is None else given[name] for name, usual in names.items()}
    _hold_known(given, ("x", *names))
    radius = told["depth_radius"]
    numbers = [float(one) for name in ("bias", "alpha", "beta") if _is_number(one := told[name])]
    if not isinstance(radius, int) or not 0 < radius <= _LIKELY or len(numbers) < 3:
        raise Unread("E_FUNCTION", "normalizes among channels in a way that cannot be said here")
    (ref,), count = _refs(given.get("x")), 2 * radius + 1
    bias, alpha, beta = numbers
    return [
        Step("Elementwise", {"function": "square"}, (ref,)),
        Step("ExpandDims", {"axis": -1}, (0,)),
        Step("ZeroPadding3D", {"padding": [0, 0, 0, 0, radius, radius]}, (1,)),
        Step("AveragePooling3D", {"pool_size": [1, 1, count], "strides": [1, 1, 1]}, (2,)),
        Step("Squeeze", {"axis": -1}, (3,)),
        Step("Rescaling", {"scale": alpha * count, "offset": bias}, (4,)),
        Step("Elementwise", {"function": "power", "exponent": -beta}, (5,)),
        Step("Multiply", {}, (ref, 6)),
    ]


# Images


def _pool(kind: str) -> Callable[[Given, ShapeOf], Steps]:
    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        refs = _refs(given.get("xs", given.get("x")))
        shape = shape_of(refs[0])
        rank = len(shape) - 1 if shape else 0
        if rank not in (1, 2, 3) or given.get("data_format") not in (None, "channels_last", "NHWC", "NDHWC", "NWC"):
            raise Unread("E_FUNCTION", "pools along axes that are not known")
        _hold_known(given, ("x", "xs", "pool_size", "strides", "padding", "data_format"))
        size, strides = (_windows(given.get(name), rank) for name in ("pool_size", "strides"))
        padding = given.get("padding", "valid")
        if size is None or not isinstance(padding, str):
            raise Unread("E_FUNCTION", "pools by a window that is not known")
        params: Raw = {"pool_size": size, "strides": strides or size, "padding": padding.lower()}
        return [Step(f"{kind}Pooling{rank}D", params, refs)]

    return steps


def _windows(value: Tree, rank: int) -> list[Any] | None:
    """A window's size along each axis: told once for all, for each, or with samples and channels."""
    if isinstance(value, int):
        return [value] * rank
    if not isinstance(value, tuple) or not all(isinstance(one, int) for one in value):
        return None
    sizes = [*value]
    if len(sizes) == rank + 2 and sizes[0] == sizes[-1] == 1:
        sizes = sizes[1:-1]
    return sizes * rank if len(sizes) == 1 else sizes if len(sizes) == rank else None


def _flipped(axis: int) -> Callable[[Given, ShapeOf], Steps]:
    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        _hold_known(given, ("images",))
        return [Step("Flip", {"axis": [axis]}, _refs(given.get("images")))]

    return steps


def _depth_to_space(back: bool) -> Callable[[Given, ShapeOf], Steps]:
    """Channels as blocks of an image, or blocks as channels."""

    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        _hold_known(given, ("x", "block_size", "data_format"))
        size, refs = given.get("block_size"), _refs(given.get("x"))
        shape = shape_of(refs[0])
        if not isinstance(size, int) or size < 1 or shape is None or len(shape) != 3 or None in shape:
            raise Unread("E_FUNCTION", "moves channels into an image of unknown size")
        rows, columns, channels = (int(one or 0) for one in shape)
        if back:
            apart = [rows // size, size, columns // size, size, channels]
            target, dims = [rows // size, columns // size, channels * size * size], [1, 3, 2, 4, 5]
        else:
            left = channels // (size * size)
            apart, target = [rows, columns, size, size, left], [rows * size, columns * size, left]
            dims = [1, 3, 2, 4, 5]
        return [
            Step("Reshape", {"target_shape": apart}, refs),
            Step("Permute", {"dims": dims}, (0,)),
            Step("Reshape", {"target_shape": target}, (1,)),
        ]

    return steps


OWN: Mapping[str, Callable[[Given, ShapeOf], Steps]] = {
    **{kind: _arithmetic(kind) for kind in ARITHMETIC},
    "divide": _divide, "power": _power, "clip": _clip, "split": _split, "reshape": _reshape,
    "transpose": _transpose, "swapaxes": _swapaxes, "softmax": _softmax, "relu": _relu, "leaky_relu": _leaky_relu,
    "elu": _elu, "gelu": _gelu, "var": _var, "rsqrt": _rsqrt, "matmul": _matmul, "dot": _dot, "fft": _fourier((-1,)),
    "fft2": _fourier((-1, -2)),
    "concatenate": _concatenate,
    "stack": _stack, "pad": _pad, "normalize": _normalize, "get_item": _get_item,
    "extract_patches": _extract_patches, "einsum": _by_equation,
    "squeeze": _squeeze, "resize": _resize, "where": _where, "conditional": _conditional,
    "zeros_like": _filled(0.0), "ones_like": _filled(1.0),
    "argmax": _argmax(False), "argmin": _argmax(True),
    **{kind: _compare(kind) for kind in ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal")},
    "logical_and": _both("Multiply", {}), "logical_or": _both("Maximum", {}), "logical_not": _not,
    "logical_xor": _both("Relational", {"comparison": "not_equal"}), "one_hot": _one_hot,
    "cumsum": _so_far("CumulativeSum", 0.0), "cumprod": _so_far("CumulativeProduct", 1.0), "top_k": _top_k,
    "sort": _sort, "argsort": _argsort, "median": _median, "floor_divide": _floored("quotient"),
    "mod": _floored("remainder"), "diagonal": _diagonal, "diag_part": _diag_part, "trace": _trace,
    "any": _over_answers("ReduceMax"), "all": _over_answers("ReduceMin"), "count_nonzero": _over_answers("ReduceSum"),
    "celu": _scaled("celu", 1.0, lambda own: own), "squareplus": _scaled("squareplus", 4, lambda own: own**0.5 / 2),
    "hard_shrink": _scaled("hard_shrink", 0.5, lambda own: 2 * own),
    "soft_shrink": _scaled("soft_shrink", 0.5, lambda own: 2 * own),
    "round": _round, "expand_dims": _expand_dims, "rgb_to_grayscale": _grey, "rgbto_grayscale": _grey,
    "take": _take,
    "tile": _tile, "repeat": _repeat, "roll": _roll, "unstack": _unstack, "norm": _norm, "moveaxis": _moveaxis,
    "squared_difference": _squared_difference, "max_pool": _pool("Max"), "average_pool": _pool("Average"),
    "flip_left_right": _flipped(2), "flip_up_down": _flipped(1), "depth_to_space": _depth_to_space(False),
    "space_to_depth": _depth_to_space(True),
    "log2": _composed(_works("log"), _times(1 / math.log(2))),
    "log10": _composed(_works("log"), _times(1 / math.log(10))),
    "exp2": _composed(_times(math.log(2)), _works("exp")),
    "deg2rad": _composed(_times(math.pi / 180)), "rad2deg": _composed(_times(180 / math.pi)),
    "sinh": _of_both(*_SINH), "cosh": _of_both(*_COSH), "arcsinh": _of_both(*_ARSINH), "tan": _of_both(*_TAN),
    "arctanh": _of_both(*_ARTANH), "arcsin": _of_both(*_ARSIN), "arccos": _of_both(*_ARCOS),
    "arccosh": _of_both(*_ARCOSH),
    "trunc": _of_both(*_TRUNC), "fix": _of_both(*_TRUNC), "logaddexp": _of_both(*_LOG_ADD), "hypot": _of_both(*_HYPOT),
    "isnan": _of_both(("Relational", {"comparison": "not_equal"}, (-1, -1))), "nan_to_num": _finite,
    "moments": _moments, "average": _average, "layer_normalization": _layer_normalization,
    "rms_normalization": _rms_normalization, "local_response_normalization": _among_neighbours,
    "tril": _triangle(True), "triu": _triangle(False),
}  # fmt: skip
"""Functions whose arguments are said otherwise by the operator that works them."""


def is_known(function: str) -> bool:
    """Whether a function of keras.ops is one that nodes can do the work of."""
    return any(function in known for known in (OWN, SAME_VALUE, ELEMENTWISE, ACTIVATIONS, WORKED_BY))
