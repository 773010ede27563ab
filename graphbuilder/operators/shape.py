"""Operators that place values otherwise and leave them as they are."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from graphbuilder.fields import Fields
from graphbuilder.operators.families import SHAPE
from graphbuilder.operators.operator import REQUIRED, Look, Operator, ShapeFault
from graphbuilder.operators.window import AXES, grid_in
from graphbuilder.parameters import ENDS, Choice, Edges, ShapeOf, Sizes
from graphbuilder.repair import Repair, SetParameter
from graphbuilder.shapes import Axis, Shape, is_known, show, size, whole
from graphbuilder.sketches import ORANGE, Sketch, block, values
from graphbuilder.tensors import Inputs


class Flatten(Operator, title="Flatten", family=SHAPE):
    """Lays all values out in one row.

    Input shape: any. Output shape: (values,).
    """

    keywords = ("reshape", "vector")
    formula = r"y = vec(x)"
    when = "Between convolutions and Linear operators."
    point = "It forgets which pixels were neighbours. What should use that has to stand before it."
    picture = (
        Sketch("The rows of an image are laid out in one line")
        .cells(28, 50, [["a", "b"], ["c", "d"], ["e", "f"]], 24, {(0, 0), (0, 1)})
        .arrow(92, 86, 136, 86)
        .cells(150, 74, [["a", "b", "c", "d", "e", "f"]], 24, {(0, 0), (0, 1)})
    )
    keeps_values = True
    keeps_numbers = True

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return (size(inputs[0]) if is_known(inputs[0]) else None,)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield f"values: {show(inputs[0])} = {show(output) if output[0] is None else whole(output[0])}"


class Reshape(Operator, title="Reshape", family=SHAPE):
    """Gives the same values, in the same order, another shape.

    Input shape: any. Output shape: target_shape, where one size may be -1: whatever is left over.
    """

    keywords = ("view", "image")
    formula = r"vec(y) = vec(x)"
    when = "To make an image of a vector, or back."
    point = "Not a number changes, only how they are counted: the product of the sizes has to stay."
    picture = (
        Sketch("Twelve values in two rows become twelve values in three")
        .cells(20, 56, values(2, 6, lambda r, c: r * 6 + c + 1), 22, {(0, 0), (0, 1), (0, 2), (0, 3)})
        .arrow(164, 78, 200, 78)
        .cells(212, 46, values(3, 4, lambda r, c: r * 4 + c + 1), 22, {(0, 0), (0, 1), (0, 2), (0, 3)})
    )
    keeps_values = True
    keeps_numbers = True

    target_shape = ShapeOf((8, 8, 1), one_open=True, keras_default=REQUIRED, help="The new shape; one size may be -1.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (came,) = inputs
        fixed = size(tuple(axis for axis in self.target_shape if axis != -1))
        if not is_known(came):
            return tuple(None if axis == -1 else axis for axis in self.target_shape)
        have = size(came)
        if -1 in self.target_shape and have % fixed == 0:
            return tuple(have // fixed if axis == -1 else axis for axis in self.target_shape)
        if fixed == have and -1 not in self.target_shape:
            return self.target_shape
        needs = "a multiple of {needs:,}" if -1 in self.target_shape else "{needs:,}"
        raise ShapeFault(
            f"to {{wanted}} needs {needs} values; received {{came}}{' = {have:,}' if len(came) > 1 else ''}.",
            "Choose sizes whose product is the number of values that come in, or one -1.",
            "target_shape",
            repairs=self._fitting(have),
            wanted=self.target_shape,
            needs=fixed,
            came=came,
            have=have,
        )

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield f"values: {show(inputs[0])} = {show(output)}" + (f" = {size(output):,}" if is_known(output) else "")

    def _fitting(self, have: int) -> list[Repair]:
        """One size left open, where the others divide what comes in; the last size is the likeliest to be wrong."""
        shape = [1 if axis == -1 else axis for axis in self.target_shape]
        opened = [[-1 if place == at else axis for place, axis in enumerate(shape)] for at in range(len(shape))]
        fits = [one for one in reversed(opened) if have % size(tuple(axis for axis in one if axis != -1)) == 0]
        return [SetParameter("target_shape", one) for one in fits or [[-1]]]

    def line(self) -> str:
        return f"to {show(self.target_shape)}"


class UpSampling2D(Operator, title="Upsampling", family=SHAPE):
    """Repeats rows and columns, so that an image grows.

    Input shape: (rows, columns, channels). Output shape: (rows × size, columns × size, channels).
    """

    keywords = ("decoder", "resize", "nearest")
    formula = r"y_{i,j,c} = x_{\lfloor i/s \rfloor,\, \lfloor j/s \rfloor,\, c}"
    when = "In a decoder, to undo what pooling did to rows and columns."
    point = "It adds size and no knowledge. The convolution behind it learns what belongs between the pixels."
    picture = (
        Sketch("Each value is repeated over 2 by 2 cells")
        .cells(36, 58, [[1, 2], [3, 4]], 24, {(0, 0)}, ORANGE)
        .arrow(100, 82, 150, 82)
        .cells(170, 32, values(4, 4, lambda r, c: 1 + r // 2 * 2 + c // 2), 24, block(0, 0, 2, 2))
    )
    keeps_values = True

    size = Sizes((2, 2), high=1000, help="How often each row and each column is repeated.")
    interpolation = Choice(
        "nearest",
        choices={"nearest": "Nearest: repeat", "bilinear": "Bilinear: blend"},
        help="How new values are found.",
    )

    def looks(self, inputs: Inputs) -> list[Look]:
        blended = 2 if self.interpolation == "bilinear" else 1
        return [Look(blended if times > 1 else 1, Fraction(1, times)) for times in self.size]

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (rows, columns), channels = grid_in(inputs, fields)
        return _times(rows, self.size[0]), _times(columns, self.size[1]), channels

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        for place, name in enumerate(AXES[2]):
            yield f"{name}: {_one(inputs[0][place])} × {self.size[place]} = {_one(output[place])}"

    def line(self) -> str:
        return f"{self.size[0]}×{self.size[1]}, {self.interpolation}"


class Cropping2D(Operator, title="Cropping", family=SHAPE):
    """Cuts rows and columns off the edges of an image.

    Input shape: (rows, columns, channels). Output shape: (rows - top - bottom, columns - left - right, channels).
    """

    keywords = ("crop", "cut", "edge", "skip")
    formula = r"y_{i,j,c} = x_{i+top,\, j+left,\, c}"
    when = "On a skip whose image is a row or a column larger than the one it is to meet."
    point = "What is cut off is lost to all that follows; padding the smaller image instead keeps everything."
    picture = (
        Sketch("Of 4 by 4 cells the top row and the left column are cut off")
        .cells(30, 26, values(4, 4, lambda r, c: r * 4 + c + 1), 26, block(1, 1, 3, 3))
        .arrow(146, 78, 196, 78)
        .cells(212, 39, values(3, 3, lambda r, c: r * 4 + c + 6), 26, block(0, 0, 3, 3))
    )
    keeps_range = True
    is_linear = True
    by_place = True

    cropping = Edges((1, 1, 1, 1), low=0, keras_default=REQUIRED, help="Rows and columns cut off at each edge.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (rows, columns), channels = grid_in(inputs, fields)
        top, bottom, left, right = self.cropping
        for name, have, cut in (("rows", rows, top + bottom), ("columns", columns, left + right)):
            if have is not None and cut >= have:
                raise ShapeFault(
                    "cuts {cut} of {have} {what}, and nothing is left; received {came}.",
                    "Cut fewer {what}.",
                    "cropping",
                    repairs=[SetParameter("cropping", [*_spared(rows, top, bottom), *_spared(columns, left, right)])],
                    cut=cut,
                    have=have,
                    what=name,
                    came=inputs[0],
                )
        return _plus(rows, -top - bottom), _plus(columns, -left - right), channels

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield from _edge_sums(inputs[0], self.cropping, "-", output)

    def line(self) -> str:
        return _at_edges(self.cropping)


class ZeroPadding2D(Operator, title="Zero padding", family=SHAPE):
    """Puts rows and columns of zeros around an image.

    Input shape: (rows, columns, channels). Output shape: (rows + top + bottom, columns + left + right, channels).
    """

    keywords = ("pad", "border", "edge", "skip")
    formula = r"y_{i,j,c} = x_{i-top,\, j-left,\, c}\ \mathrm{or}\ 0"
    when = "Where an image has to be a row or a column larger: before a convolution with strides, or on a skip."
    point = "Zeros are no pixels. Filters that lie on them see an edge that is not in the picture."
    picture = (
        Sketch("A row and a column of zeros are put around 2 by 2 cells")
        .cells(36, 58, [[1, 2], [3, 4]], 24, block(0, 0, 2, 2))
        .arrow(100, 82, 150, 82)
        .cells(170, 32, [[0, 0, 0, 0], [0, 1, 2, 0], [0, 3, 4, 0], [0, 0, 0, 0]], 24, block(1, 1, 2, 2))
    )
    keeps_positive = True
    is_linear = True
    by_place = True

    padding = Edges((1, 1, 1, 1), low=0, keras_default=REQUIRED, help="Rows and columns of zeros at each edge.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (rows, columns), channels = grid_in(inputs, fields)
        top, bottom, left, right = self.padding
        return _plus(rows, top + bottom), _plus(columns, left + right), channels

    def span(self, low: float, high: float) -> tuple[float, float] | None:
        return min(low, 0.0), max(high, 0.0)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield from _edge_sums(inputs[0], self.padding, "+", output)

    def line(self) -> str:
        return _at_edges(self.padding)


def _edge_sums(image: Shape, edges: Sequence[int], sign: str, output: Shape) -> Iterator[str]:
    for place, name in enumerate(AXES[2]):
        before, after = edges[2 * place : 2 * place + 2]
        yield f"{name}: {_one(image[place])} {sign} {before} {sign} {after} = {_one(output[place])}"


def _at_edges(edges: Sequence[int]) -> str:
    """For a card's line: 1 at each edge, or as many as at top, bottom, left and right."""
    if len({*edges}) == 1:
        return f"{edges[0]} at each edge"
    named = zip(edges, ENDS[len(edges)], strict=True)
    return ", ".join(f"{name} {count}" for count, name in named if count)


def _times(axis: Axis, by: int) -> Axis:
    return None if axis is None else axis * by


def _plus(axis: Axis, more: int) -> Axis:
    return None if axis is None else axis + more


def _one(axis: Axis) -> str:
    return show((axis,))


def _spared(have: Axis, before: int, after: int) -> tuple[int, int]:
    """How much may be cut off before and after, so that one at least of `have` is left."""
    if have is None:
        return before, after
    before = min(before, have - 1)
    return before, min(after, have - 1 - before)
