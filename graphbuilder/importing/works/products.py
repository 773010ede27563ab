"""Products of matrices, Fourier transforms, and equations."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from graphbuilder.importing.model import MOST_NUMBERS, Ref, Tree, refs_in
from graphbuilder.importing.settings import Raw, Unread
from graphbuilder.importing.works.numbers import array_of
from graphbuilder.importing.works.steps import Given, ShapeOf, Step, Steps, Work, hold_known, plain, refs_of
from graphbuilder.shapes import Shape


def _matmul(given: Given, shape_of: ShapeOf) -> Steps:
    if given.get("transpose_a"):
        raise Unread("E_FUNCTION", "turns its first matrix round, which cannot be said here")
    hold_known(given, ("x1", "x2", "transpose_a", "transpose_b"))
    one, other = given.get("x1"), given.get("x2")
    if isinstance(one, Ref) and isinstance(other, tuple) and not given.get("transpose_b"):
        return _by_matrix(one, other, shape_of)
    if isinstance(other, Ref) and isinstance(one, tuple) and not given.get("transpose_b"):
        return _by_matrix_before(one, other, shape_of)
    values = *refs_of(given.get("x1")), *refs_of(given.get("x2"))
    return [Step("MatMul", {"transpose": True} if given.get("transpose_b") else {}, values)]


def _dot(given: Given, shape_of: ShapeOf) -> Steps:
    """With a matrix that stands in the file it is the product; of two values it would go over the samples."""
    if isinstance(given.get("x1"), Ref) and isinstance(given.get("x2"), Ref):
        raise Unread("E_FUNCTION", "multiplies samples of one value with those of another, which cannot be said here")
    return _matmul(given, shape_of)


def _tensordot(given: Given, shape_of: ShapeOf) -> Steps:
    """With a matrix that stands in the file, along the channels, it is the product."""
    hold_known(given, ("x1", "x2", "axes"))
    one, other, axes = given.get("x1"), given.get("x2"), plain(given.get("axes", 2))
    shape = shape_of(one) if isinstance(one, Ref) else None
    last = (-1, len(shape)) if shape is not None else (-1,)
    pair = [[part] if isinstance(part, int) else part for part in axes] if isinstance(axes, list) else axes
    if isinstance(other, Ref) or (axes != 1 and pair not in [[[place], [0]] for place in last]):
        instead = "a Dot in its place multiplies two values along one axis of each sample"
        raise Unread("E_FUNCTION", f"multiplies along axes for which nothing is known here; {instead}")
    return _matmul({"x1": one, "x2": other}, shape_of)


def _by_matrix(value: Ref, tree: Tree, shape_of: ShapeOf) -> Steps:
    """A product with a matrix that stands in the file."""
    return _times_matrix(value, shape_of(value), array_of(tree))


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
    matrix, shape = array_of(tree), shape_of(value)
    if matrix is None or matrix.ndim != 2 or shape is None or len(shape) != 2:
        raise Unread("E_FUNCTION", "multiplies a matrix that stands in the file in a way that cannot be said here")
    inner = _times_matrix(value, (shape[1], shape[0]), matrix.T)
    turn: Raw = {"dims": [2, 1]}
    later = [replace(one, came=tuple(at + 1 for at in one.came if isinstance(at, int))) for one in inner[1:]]
    steps = [Step("Permute", turn, (value,)), replace(inner[0], came=(0,)), *later]
    return [*steps, Step("Permute", turn, (len(steps) - 1,))]


def _fourier(axes: tuple[int, ...]) -> Work:
    """A Fourier transform of a value in two parts, as products with matrices of cosines and sines. axes: over which it
    goes, counted from the end, one behind the other."""

    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        hold_known(given, ("x",))
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


OWN: Mapping[str, Work] = {
    "matmul": _matmul,
    "dot": _dot,
    "tensordot": _tensordot,
    "fft": _fourier((-1,)),
    "fft2": _fourier((-1, -2)),
    "einsum": _by_equation,
}
