"""Products of two values: of matrices, and of vectors along one axis."""

import re
from collections.abc import Iterator, Mapping, Sequence

from graphbuilder.calls import Argument, Call, Listed
from graphbuilder.fields import Fields
from graphbuilder.operators.axes import place_of
from graphbuilder.operators.families import ARITHMETIC, MERGE
from graphbuilder.operators.operator import REQUIRED, Counts, Operator, Port, ShapeFault, Span
from graphbuilder.operators.window import axis_names
from graphbuilder.parameters import AxisOf, Formula, YesNo
from graphbuilder.repair import SetParameter
from graphbuilder.shapes import Axis, Phrase, Shape, broadcast, show, size, whole
from graphbuilder.sketches import BLUE, ORANGE, Sketch, block
from graphbuilder.tensors import Inputs, Numbers, TensorSpec


class Dot(Operator, title="Dot product", family=MERGE):
    """Multiplies two values along one axis of each and adds the products up.

    Input shapes: two, equally long along the axes that are named. Output shape: the axes that are left, those of the
    first before those of the second; (1,) where none is.
    """

    keywords = ("inner product", "cosine similarity", "scalar product", "siamese", "similarity", "merge")
    formula = r"y_{i,j} = \sum_k a_{i,k} \, b_{j,k}"
    when = "To compare two vectors: users and films, a question and its answer, the halves of a siamese network."
    point = (
        "Large where both point the same way, zero where they are at right angles. Normalized it is the cosine of the "
        "angle: the length no longer counts, only the direction."
    )
    picture = (
        Sketch("Two arrows; the product tells how far they point the same way")
        .arrow(60, 130, 250, 110, BLUE)
        .arrow(60, 130, 180, 30, ORANGE)
        .line([(180, 30), (186, 116)], dashed=True)
        .line([(60, 130), (186, 117)], width=5)
        .text(262, 112, "a", color=BLUE, anchor="start")
        .text(188, 28, "b", color=ORANGE, anchor="start")
        .text(120, 150, "a · b / |a|")
    )
    needs_amounts = True
    inputs = (Port("in", help="The first value."), Port("other", help="The second value."))

    axis = AxisOf(-1, keras_default=REQUIRED, help="Along which axis of the first: -1 is the last, 1 the first.")
    other_axis = AxisOf(-1, keras_default=REQUIRED, help="Along which axis of the second.")
    normalize = YesNo(False, help="Bring both to length 1 first, along these axes: the cosine comes out.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        first, second = inputs
        at, other = place_of(self.axis, first), place_of(self.other_axis, second, "other_axis")
        if first[at] != second[other]:
            fits = [place + 1 for place, axis in enumerate(second) if axis == first[at]]
            raise ShapeFault(
                "needs axes of one size; received {first} along axis {axis} and {second} along axis {other}.",
                "Choose other axes, or let a Linear make both equal.",
                "other_axis",
                repairs=[SetParameter("other_axis", one) for one in fits[:2]],
                first=first[at : at + 1],
                second=second[other : other + 1],
                axis=self.axis,
                other=self.other_axis,
            )
        left = (*first[:at], *first[at + 1 :], *second[:other], *second[other + 1 :])
        return left or (1,)

    def reach(self, came: Sequence[Span]) -> Span:
        return (-1.0, 1.0) if self.normalize else super().reach([])

    def _length(self, inputs: Inputs) -> int:
        at = place_of(self.axis, inputs[0])
        return size(inputs[0][at : at + 1])

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        return Counts(multiply_adds=size(output) * self._length(inputs))

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        length = self._length(inputs)
        yield f"values: {show(output)}, what is left of {show(inputs[0])} and {show(inputs[1])}"
        yield f"multiply-adds: {length} × {whole(size(output))} = {whole(length * size(output))}"

    def arguments(self) -> dict[str, Argument]:
        same = self.axis == self.other_axis
        axes: Argument = self.axis if same else (self.axis, self.other_axis)
        return {"axes": axes, **({"normalize": True} if self.normalize else {})}

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        return Call("", (Listed((values["in"][0], values["other"][0])),))

    def line(self) -> str:
        axes = f"axis {self.axis}" if self.axis == self.other_axis else f"axes {self.axis} and {self.other_axis}"
        return f"{axes}{', cosine' if self.normalize else ''}"


class MatMul(Operator, title="Matrix product", family=ARITHMETIC):
    """Multiplies two matrices, or the matrices that stand behind equal axes.

    Input shapes: (..., rows, inner) and (..., inner, columns), or with transpose (..., columns, inner). Output shape:
    (..., rows, columns).
    """

    keywords = ("matmul", "matrix multiplication", "product", "attention scores", "gram matrix", "bilinear")
    formula = r"y_{i,j} = \sum_k a_{i,k} \, b_{k,j}"
    when = "To build attention by hand: scores of queries and keys, then shares times values."
    point = (
        "A Linear has one matrix, which is learned. Here both come from the data: what one branch says decides how the "
        "other is mixed. A mask that comes in is lost here."
    )
    picture = (
        Sketch("A row of the first and a column of the second make one value")
        .cells(20, 52, [["", "", ""], ["", "", ""]], 26, block(0, 0, 1, 3), BLUE)
        .text(112, 82, "×", size=18)
        .cells(128, 39, [["", ""], ["", ""], ["", ""]], 26, block(0, 1, 3, 1), ORANGE)
        .text(200, 82, "=", size=18)
        .cells(222, 52, [["", ""], ["", ""]], 26, {(0, 1)})
        .text(59, 128, "2 × 3")
        .text(154, 136, "3 × 2")
        .text(248, 128, "2 × 2")
    )
    inputs = (Port("in", help="The first matrix."), Port("other", help="The second matrix."))

    transpose = YesNo(False, help="Turn rows and columns of the second round first.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        first, second = inputs
        if min(len(first), len(second)) < 2 or len(first) != len(second):
            raise ShapeFault(
                "needs two matrices, behind equally many axes; received {first} and {second}.",
                "A Reshape helps, or Add an axis.",
                first=first,
                second=second,
            )
        rows, inner = first[-2:]
        other, columns = second[:-3:-1] if self.transpose else second[-2:]
        around = broadcast([first[:-2], second[:-2]]) if len(first) > 2 else ()
        if (None not in (inner, other) and inner != other) or around is None:
            raise ShapeFault(
                "needs as many columns of the first as rows of the second; received {first} and {second}.",
                "Turn the second round by transpose, or make them equal.",
                "transpose",
                repairs=[SetParameter("transpose", not self.transpose)],
                first=first,
                second=second,
            )
        return (*around, rows, columns)

    def output_specs(self, inputs: Inputs, fields: Fields) -> tuple[TensorSpec, ...]:
        whole_ones = all(spec.numbers is Numbers.WHOLE for spec in inputs.specs)
        return (TensorSpec(self.output_shape(inputs, fields), Numbers.WHOLE if whole_ones else Numbers.FLOAT),)

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        return Counts(multiply_adds=size(output) * size(inputs[0][-1:]))

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        *around, rows, columns = axis_names(output)
        for name, axis in zip(around, output, strict=False):
            yield f"{name}: as they come in, {show((axis,))}"
        yield f"{rows}: of the first, {show(output[-2:-1])}"
        yield f"{columns}: of the second, {show(output[-1:])}"
        inner, total = size(inputs[0][-1:]), self.counts(inputs, output).multiply_adds
        yield f"multiply-adds: {inner} × {whole(size(output))} = {whole(total)}"

    def call(self, name: str) -> Call | None:
        return None

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        second = values["other"][0]
        turned = Call("ops.swapaxes", (second, -1, -2)) if self.transpose else second
        return Call("ops.matmul", (values["in"][0], turned))

    def line(self) -> str:
        return "second transposed" if self.transpose else ""


_EQUATION = r"(?P<first>[a-zA-Z]+),(?P<second>[a-zA-Z]+)->(?P<out>[a-zA-Z]+)"


class Einsum(Operator, title="Product by an equation", family=ARITHMETIC):
    """Multiplies two values along the axes that an equation names, and adds up those that the output does not have.

    Input shapes: two, as the equation names their axes behind the first, which is the batch. Output shape: as it names
    its own. "abc,adc->abd" is a matrix product whose second is turned round.
    """

    keywords = (
        "einsum",
        "einstein sum",
        "tensor contraction",
        "heads",
        "attention scores",
        "bilinear",
        "outer product",
    )
    formula = r"y_{a b d} = \sum_{c} x_{a b c} \, z_{a d c}"
    when = "Where a product runs along axes that a matrix product does not reach: attention of several heads by hand."
    point = (
        "A letter in both inputs and not behind the arrow is added up; one that stays in the output is gone through "
        "place by place. With all letters kept it is an outer product. A mask that comes in is lost here."
    )
    picture = (
        Sketch("The letter c stands in both and vanishes; b and d stay")
        .text(80, 70, "a b c", color=BLUE, size=24)
        .text(158, 70, "a d c", color=ORANGE, size=24)
        .text(206, 70, "→", size=24)
        .text(260, 70, "a b d", size=24)
        .line([(104, 80), (104, 108), (182, 108), (182, 80)], width=1.6)
        .text(143, 128, "added up")
    )
    inputs = (Port("in", help="The first value."), Port("other", help="The second value."))
    needs_amounts = True

    equation = Formula(
        "abc,adc->abd", form=_EQUATION, needed='an equation such as "abc,adc->abd"', keras_default=REQUIRED,
        others=("abc,acd->abd", "abc,acd->adb"),
        help="Letters of both inputs and of the output; the first is the batch.",
    )  # fmt: skip

    @property
    def _letters(self) -> tuple[str, str, str] | None:
        found = re.fullmatch(_EQUATION, self.equation)
        return (found["first"], found["second"], found["out"]) if found else None

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        parts = self._letters
        if parts is None:
            return
        first, second, out = parts
        if any(len({*letters}) < len(letters) for letters in parts):
            yield (
                "equation",
                Phrase("must name no axis twice on one side; received {received!r}", received=self.equation),
            )
        elif unknown := [one for one in out if one not in first + second]:
            says = "must have {axis!r} of the output in an input; received {received!r}"
            yield "equation", Phrase(says, axis=unknown[0], received=self.equation)
        elif not first[0] == second[0] == out[0] or len(out) < 2:
            says = "must begin with the batch everywhere, and leave an axis behind it; received {received!r}"
            yield "equation", Phrase(says, received=self.equation)

    def _sizes(self, inputs: Inputs) -> dict[str, Axis]:
        """The size of each letter but the batch. Raises ShapeFault."""
        parts = self._letters
        assert parts is not None, "bounds are held before shapes are asked for"
        sizes: dict[str, Axis] = {}
        for letters, shape in zip(parts, inputs, strict=False):
            if len(shape) != len(letters) - 1:
                raise ShapeFault(
                    "needs {axes} axes where its equation says {letters!r}; received {first} and {second}.",
                    "Name each axis behind the batch.",
                    "equation",
                    axes=len(letters) - 1,
                    letters=letters,
                    first=inputs[0],
                    second=inputs[1],
                )
            for letter, axis in zip(letters[1:], shape, strict=True):
                if sizes.get(letter, axis) not in (axis, None) and axis is not None:
                    raise ShapeFault(
                        "needs axes of one size along {letter!r}; received {first} and {second}.",
                        "Name another axis, or make both equal.",
                        "equation",
                        letter=letter,
                        first=inputs[0],
                        second=inputs[1],
                    )
                sizes[letter] = sizes.get(letter) if axis is None else axis
        return sizes

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        sizes, parts = self._sizes(inputs), self._letters
        return tuple(sizes[letter] for letter in (parts or "   ")[2][1:])

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        return Counts(multiply_adds=size(tuple(self._sizes(inputs).values())))

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        sizes = self._sizes(inputs)
        for letter in (self._letters or "   ")[2][1:]:
            yield f"{letter}: as it comes in, {show((sizes[letter],))}"
        total = whole(self.counts(inputs, output).multiply_adds)
        yield f"multiply-adds, of every letter: {show(tuple(sizes.values()))} = {total}"

    def call(self, name: str) -> Call | None:
        return None

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        return Call("ops.einsum", (self.equation, values["in"][0], values["other"][0]))

    def line(self) -> str:
        return self.equation
