"""Arrays of data in a script, as far as their shapes are known: of data sets that Keras and scikit-learn bring, and of
what is done with them before a network is fed. No data are read."""

import ast
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from graphbuilder.importing.folding import is_scalar
from graphbuilder.importing.script_values import MOST_ITEMS, Array, Space, Unknown, Value

Size = int | None
Sizes = tuple[Size, ...]

_OF_KERAS: Mapping[str, tuple[int, int, tuple[int, ...], tuple[int, ...], int | None]] = {
    "mnist": (60_000, 10_000, (28, 28), (), 9), "fashion_mnist": (60_000, 10_000, (28, 28), (), 9),
    "cifar10": (50_000, 10_000, (32, 32, 3), (1,), 9), "cifar100": (50_000, 10_000, (32, 32, 3), (1,), 99),
    "boston_housing": (404, 102, (13,), (), None), "california_housing": (16_512, 4_128, (8,), (), None),
    "imdb": (25_000, 25_000, (), (), 1), "reuters": (8_982, 2_246, (), (), 45),
}  # fmt: skip
"""How many rows train and test have, the shape of a row and of its target, and the largest class."""
_OF_SCIKIT: Mapping[str, tuple[int, int, int | None]] = {
    "load_iris": (150, 4, 2), "load_wine": (178, 13, 2), "load_breast_cancer": (569, 30, 1),
    "load_digits": (1797, 64, 9),
    "load_diabetes": (442, 10, None), "fetch_california_housing": (20_640, 8, None), "load_boston": (506, 13, None),
}  # fmt: skip
_SAME = ("array", "asarray", "copy", "float32", "ascontiguousarray", "clip", "nan_to_num", "abs")
_MADE = ("zeros", "ones", "empty", "full", "random", "random_sample", "normal", "uniform")
_SPREAD = ("rand", "randn")
_CHANNELS = {"grayscale": 1, "rgb": 3, "rgba": 4}
_OF_FOLDERS = {
    "image_dataset_from_directory": "image_size", "flow_from_directory": "target_size",
    "flow_from_dataframe": "target_size",
}  # fmt: skip
"""What reads pictures from a folder, and its argument of their size."""
GENERATOR, OF_GENERATORS = "ImageDataGenerator", ("flow", "flow_from_directory", "flow_from_dataframe")


def called(path: str, given: list[Value], named: Mapping[str, Value], text: str, line: int) -> Value:
    """What a function gives for arrays, or the data set that it loads; NotImplemented for any other."""
    rooms, name = path.split("."), path.rpartition(".")[2]
    if name == "load_data" and "datasets" in rooms and rooms[-2] in _OF_KERAS:
        return _of_keras(rooms[-2], text, line)
    if name == "image_dataset_from_directory" and rooms[0] in ("keras", "tensorflow"):
        return _of_folder(name, named, text, line)
    if rooms[0] == "sklearn" and name in _OF_SCIKIT:
        rows, columns, most = _OF_SCIKIT[name]
        x, y = Array(text, line, (rows, columns)), Array(text, line, (rows,), most)
        return (x, y) if named.get("return_X_y") is True else Space({"data": x, "target": y})
    if name == "train_test_split" and given and all(isinstance(one, Unknown) for one in given):
        return _parted(given, named.get("test_size"))
    if (
        rooms[0] == "numpy"
        and name in (*_MADE, *_SPREAD, "randint")
        and not any(isinstance(one, Array) for one in given)
    ):
        return _made(name, given, named, text, line)
    first = given[0] if given else next(iter(named.values()), None)
    if name in ("from_tensor_slices", "from_tensors") and isinstance(first, list | tuple) and first:
        first = first[0]
    if name == "from_tensor_slices" and isinstance(first, Array) and len(first.shape) > 1:
        return first
    if name in ("concatenate", "vstack", "stack") and isinstance(first, list | tuple) and rooms[0] == "numpy":
        return _joined(name, first, named, text, line)
    if not isinstance(first, Array):
        return NotImplemented
    return of_array(first, name, given[1:], dict(named), text, line)


def _parted(given: list[Value], share: Value) -> list[Value]:
    """Of each, the part to train on and the one that is kept apart."""
    kept = share if isinstance(share, float) and 0 < share < 1 else None
    parts = [replace(one, shape=(None, *one.shape[1:])) if isinstance(one, Array) else one for one in given]
    return [replace(one, kept=told) for one in parts for told in (None, kept)]


def made(path: str, value: Value, given: list[Value], named: Mapping[str, Value], text: str, line: int) -> Value:
    """The value, or data of a known shape where TensorFlow or Keras makes such, as to call a model on them once."""
    name = path.rpartition(".")[2]
    if path.split(".")[0] not in ("tensorflow", "keras") or name not in _MADE or not (given or "shape" in named):
        return value
    return _made("zeros", given, named, text, line)


def changes(named: Mapping[str, Value]) -> str:
    """What a generator does to its pictures, by the names of its arguments."""
    return ", ".join(one for one in named if one not in ("validation_split", "data_format", "dtype"))


def of_generator(name: str, given: list[Value], named: Mapping[str, Value], text: str, line: int) -> Value:
    """The pictures that a method of a generator gives; NotImplemented for any other method."""
    if name == "flow":
        first = given[0] if given else named.get("x")
        batch = named.get("batch_size", given[2] if len(given) > 2 else _OF_A_GENERATOR)
        return replace(first, batch=_count(batch)) if isinstance(first, Unknown) else NotImplemented
    return _of_folder(name, named, text, line) if name in _OF_FOLDERS else NotImplemented


def _of_folder(name: str, named: Mapping[str, Value], text: str, line: int) -> Value:
    sides = named.get(_OF_FOLDERS[name], (256, 256))
    sides = [*sides] if isinstance(sides, list | tuple) and len(sides) == 2 else [None, None]
    channels = _CHANNELS.get(str(named.get("color_mode", "rgb")))
    share = named.get("validation_split")
    return Array(
        text,
        line,
        (None, *(one if isinstance(one, int) else None for one in sides), channels),
        batch=_count(named.get("batch_size", _OF_A_GENERATOR)),
        kept=share if isinstance(share, float) and named.get("subset") == "validation" else None,
    )


def _count(told: Value) -> int | None:
    return told if isinstance(told, int) and not isinstance(told, bool) else None


_OF_A_GENERATOR = 32
"""Rows at once, where nobody tells how many."""


def of_stream(own: Unknown, name: str, given: list[Value], named: Mapping[str, Value]) -> Value:
    """What a method of a data set gives that reads data row by row; NotImplemented for any other."""
    if name in ("batch", "padded_batch"):
        return replace(own, batch=_count(named.get("batch_size", given[0] if given else None)))
    return own if name in STREAMED else NotImplemented


STREAMED = ("cache", "prefetch", "map", "shuffle", "repeat", "take", "skip", "batch", "padded_batch")


def of_array(own: Array, name: str, given: list[Value], named: Mapping[str, Value], text: str, line: int) -> Value:
    """What a function or a method gives for an array; NotImplemented for one that is not known."""
    argument = given[0] if given else None
    match name:
        case "reshape":
            wanted = (
                argument if isinstance(argument, list | tuple) else given or named.get("newshape", named.get("shape"))
            )
            return replace(own, shape=_reshaped(own.shape, wanted))
        case "expand_dims":
            return replace(own, shape=_expanded(own.shape, named.get("axis", argument)))
        case "to_categorical":
            count = named.get("num_classes", named.get("nb_classes", argument))
            count = own.most + 1 if count is None and own.most is not None else count
            kept = own.shape[:-1] if own.shape[-1:] == (1,) else own.shape
            return Array(text, line, (*kept, count if isinstance(count, int) else None), 1)
        case "pad_sequences":
            length = named.get("maxlen", argument)
            return Array(text, line, (own.shape[0], length if isinstance(length, int) else None))
        case "len":
            return own.shape[0] if own.shape and own.shape[0] is not None else Unknown(text, line)
        case "max" | "amax" if own.most is not None and not given and not named:
            return own.most
        case "unique" if own.most is not None and not named:
            return Array(text, line, (own.most + 1,), own.most)
        case "set" if own.most is not None:
            return [*range(own.most + 1)]
        case "astype" | "normalize" | "fit_transform" | "transform" | "cache" | "shuffle" | "prefetch" | "map" | "skip":
            return own
        case "flatten" | "ravel":
            return replace(own, shape=(_product(own.shape),))
        case "transpose" if not given and not named:
            return replace(own, shape=own.shape[::-1])
    return own if name in _SAME else NotImplemented


def attribute(own: Array, name: str) -> Value:
    """What an attribute of an array is; NotImplemented for one that is none."""
    match name:
        case "shape":
            return tuple(
                Unknown(f"{own.text}.shape[{axis}]", own.line) if size is None else size
                for axis, size in enumerate(own.shape)
            )
        case "ndim":
            return len(own.shape)
        case "T":
            return replace(own, shape=own.shape[::-1])
        case "values":
            return own
    return NotImplemented


def indexed(own: Array, key: Value) -> Value:
    """A part of an array. Raises TypeError where it is not known what is left."""
    sizes = [*own.shape]
    found: list[Size] = []
    keys = [*key] if isinstance(key, tuple) else [key]
    if Ellipsis in [one for one in keys if one is Ellipsis]:
        place = next(place for place, one in enumerate(keys) if one is Ellipsis)
        missing = len(sizes) - sum(one is not None and one is not Ellipsis for one in keys)
        keys[place : place + 1] = [slice(None)] * max(missing, 0)
    for one in keys:
        if one is None:
            found.append(1)
            continue
        size = sizes.pop(0)
        if isinstance(one, slice):
            found.append(_cut(size, one))
        elif isinstance(one, Unknown):
            found.append(None)
        elif not isinstance(one, int):
            raise TypeError("not known")
    return replace(own, shape=(*found, *sizes))


def worked(kind: type[ast.operator], one: Value, other: Value, text: str, line: int) -> Value:
    """An array joined with a number or with another; NotImplemented for what is neither."""
    arrays = [value for value in (one, other) if isinstance(value, Array)]
    others = [value for value in (one, other) if not isinstance(value, Array | Unknown) and not is_scalar(value)]
    if not arrays or others or kind is ast.MatMult:
        return NotImplemented
    largest = max(arrays, key=lambda value: len(value.shape))
    return Array(text, line, largest.shape)


def _of_keras(name: str, text: str, line: int) -> Value:
    train, test, row, target, most = _OF_KERAS[name]
    return tuple((Array(text, line, (rows, *row)), Array(text, line, (rows, *target), most)) for rows in (train, test))


def _made(name: str, given: list[Value], named: Mapping[str, Value], text: str, line: int) -> Value:
    told = (
        given
        if name in _SPREAD
        else named.get(
            "size",
            named.get("shape", given[-1] if name in ("normal", "uniform", "randint") else given[0] if given else None),
        )
    )
    sizes = told if isinstance(told, list | tuple) else (told,)
    known = sizes and len(sizes) <= 8 and all(isinstance(one, int | None | Unknown) for one in sizes)
    if not known or None in sizes:
        return NotImplemented
    return Array(text, line, tuple(one if isinstance(one, int) else None for one in sizes))


def _joined(name: str, parts: Any, named: Mapping[str, Value], text: str, line: int) -> Value:
    if not parts or not all(isinstance(one, Array) for one in parts) or len(parts) > MOST_ITEMS:
        return NotImplemented
    if name == "stack":
        return Array(text, line, (len(parts), *parts[0].shape))
    if named.get("axis", 0) != 0:
        return NotImplemented
    rows = [one.shape[0] if one.shape else None for one in parts]
    total = None if None in rows else sum(one for one in rows if one is not None)
    return Array(text, line, (total, *parts[0].shape[1:]), parts[0].most)


def _product(sizes: Sizes) -> Size:
    return None if None in sizes else math.prod(one for one in sizes if one is not None)


def _reshaped(sizes: Sizes, wanted: Any) -> Sizes:
    wanted = wanted if isinstance(wanted, list | tuple) else [wanted]
    if len(wanted) > 8:
        raise TypeError("not known")
    whole = [one if isinstance(one, int) and not isinstance(one, bool) else None for one in wanted]
    if -1 not in whole:
        return tuple(whole)
    own, rest = _product(sizes), _product(tuple(one for one in whole if one != -1))
    left = own // rest if own is not None and rest else None
    return tuple(left if one == -1 else one for one in whole)


def _expanded(sizes: Sizes, axis: Any) -> Sizes:
    if not isinstance(axis, int) or not -len(sizes) - 1 <= axis <= len(sizes):
        raise TypeError("not known")
    place = axis if axis >= 0 else len(sizes) + 1 + axis
    return (*sizes[:place], 1, *sizes[place:])


def _cut(size: Size, part: slice) -> Size:
    bounds = (part.start, part.stop, part.step)
    if part == slice(None):
        return size
    if size is None or not all(isinstance(one, int | None) for one in bounds):
        return None
    return len(range(*part.indices(size)))
