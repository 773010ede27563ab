"""Windows, sizes and colours of images."""

from collections.abc import Mapping
from typing import Any

from graphbuilder.importing.model import Tree
from graphbuilder.importing.settings import Raw, Unread
from graphbuilder.importing.works.joining import mirrored
from graphbuilder.importing.works.steps import Given, ShapeOf, Step, Steps, Work, hold_known, refs_of


def _resize(given: Given, shape_of: ShapeOf) -> Steps:
    size, how = given.get("size"), given.get("interpolation", given.get("method")) or "bilinear"
    how = how.lower() if isinstance(how, str) else how
    if not isinstance(size, tuple) or len(size) != 2:
        raise Unread("E_FUNCTION", "resizes to what is not known before there are data")
    known = ("images", "size", "interpolation", "method", "antialias", "data_format", "fill_mode", "fill_value")
    idle = (None, False, "channels_last", "constant", 0.0)
    if any(given.get(name) not in idle for name in (*known[4:], "crop_to_aspect_ratio", "pad_to_aspect_ratio")):
        raise Unread("E_FUNCTION", "resizes in a way that cannot be said here")
    hold_known(given, (*known, "crop_to_aspect_ratio", "pad_to_aspect_ratio"))
    params = {"height": size[0], "width": size[1], "interpolation": how}
    return [Step("Resizing", params, refs_of(given.get("images")))]


def _extract_patches(given: Given, shape_of: ShapeOf) -> Steps:
    """Patches that lie side by side: each row of them and each of their rows apart, then turned, then joined."""
    shape = shape_of(refs_of(given.get("images"))[0])
    sides = [_side(given.get(name)) for name in ("size", "strides")]
    idle = {
        "dilation_rate": (None, 1, (1, 1, 1, 1)),
        "padding": (None, "valid", "VALID"),
        "data_format": (None, "channels_last"),
    }
    hold_known(given, ("images", "size", "strides", *idle))
    if any(given.get(name) not in known for name, known in idle.items()) or sides[1] not in (None, sides[0]):
        raise Unread("E_FUNCTION", "takes patches that overlap or lie apart, which cannot be said here")
    if sides[0] is None or shape is None or len(shape) != 3 or None in shape:
        raise Unread("E_FUNCTION", "takes patches where it is not known how large the picture is")
    rows, columns = sides[0]
    height, width, channels = (int(one or 0) for one in shape)
    if height % rows or width % columns:
        raise Unread("E_FUNCTION", "takes patches that do not fill the picture, which cannot be said here")
    down, across = height // rows, width // columns
    (ref,) = refs_of(given.get("images"))
    return [
        Step("Reshape", {"target_shape": [down, rows, across, columns * channels]}, (ref,)),
        Step("Permute", {"dims": [1, 3, 2, 4]}, (0,)),
        Step("Reshape", {"target_shape": [down, across, rows * columns * channels]}, (1,)),
    ]


def _side(size: Tree) -> tuple[int, int] | None:
    """Height and width of a patch, as Keras or TensorFlow has it."""
    parts = size if isinstance(size, tuple) else (size, size)
    parts = parts[1:3] if len(parts) == 4 else parts
    whole = [one for one in parts if isinstance(one, int) and not isinstance(one, bool) and one > 0]
    return (whole[0], whole[1]) if len(whole) == len(parts) == 2 else None


_GREY = [0.2989, 0.587, 0.114]


def _grey(given: Given, shape_of: ShapeOf) -> Steps:
    hold_known(given, ("images", "data_format"))
    if given.get("data_format") not in (None, "channels_last"):
        raise Unread("E_FUNCTION", "works on channels first; here they come last")
    return [
        Step("Rescaling", {"scale": 1.0, "scales": _GREY}, refs_of(given.get("images"))),
        Step("ReduceSum", {"axis": [-1], "keepdims": True}, (0,)),
    ]


def _pool(kind: str) -> Work:
    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        refs = refs_of(given.get("xs", given.get("x")))
        shape = shape_of(refs[0])
        rank = len(shape) - 1 if shape else 0
        if rank not in (1, 2, 3) or given.get("data_format") not in (None, "channels_last", "NHWC", "NDHWC", "NWC"):
            raise Unread("E_FUNCTION", "pools along axes that are not known")
        hold_known(given, ("x", "xs", "pool_size", "strides", "padding", "data_format"))
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


def _flipped(axis: int) -> Work:
    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        hold_known(given, ("images",))
        return [Step("Flip", {"axis": [axis]}, refs_of(given.get("images")))]

    return steps


def _depth_to_space(back: bool) -> Work:
    """Channels as blocks of an image, or blocks as channels."""

    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        hold_known(given, ("x", "block_size", "data_format"))
        size, refs = given.get("block_size"), refs_of(given.get("x"))
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


def _sobel_edges(given: Given, shape_of: ShapeOf) -> Steps:
    """How an image changes down and across, each smoothed the other way; the two lie on an axis of their own."""
    hold_known(given, ("image",))
    steps = mirrored({"x": given.get("image")}, [[0, 0], [1, 1], [1, 1], [0, 0]], 1)
    padded, changes = len(steps) - 1, list[int]()

    def added(kind: str, params: Raw, *came: int) -> int:
        steps.append(Step(kind, params, came))
        return len(steps) - 1

    def part(of: int, axis: int, start: int) -> int:
        return added("Slice", {"axis": axis, "start": start, "stop": start - 2 or None}, of)

    for axis, other in ((1, 2), (2, 1)):
        change = added("Subtract", {}, part(padded, axis, 2), part(padded, axis, 0))
        middle = added("Rescaling", {"scale": 2.0}, part(change, other, 1))
        changes.append(added("Add", {}, part(change, other, 0), middle, part(change, other, 2)))
    added("Stack", {"axis": -1}, *changes)
    return steps


OWN: Mapping[str, Work] = {
    "sobel_edges": _sobel_edges,
    "extract_patches": _extract_patches,
    "resize": _resize,
    "rgb_to_grayscale": _grey,
    "rgbto_grayscale": _grey,
    "max_pool": _pool("Max"),
    "average_pool": _pool("Average"),
    "flip_left_right": _flipped(2),
    "flip_up_down": _flipped(1),
    "depth_to_space": _depth_to_space(False),
    "space_to_depth": _depth_to_space(True),
}
