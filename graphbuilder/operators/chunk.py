"""The operator that takes a value apart."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from graphbuilder.calls import Argument, Call
from graphbuilder.fields import Fields
from graphbuilder.operators.axes import place_of
from graphbuilder.operators.families import SHAPE
from graphbuilder.operators.operator import Operator, Port, ShapeFault
from graphbuilder.parameters import AxisOf, Whole, WholeList
from graphbuilder.repair import SetParameter
from graphbuilder.shapes import Axis, Phrase, Shape, show
from graphbuilder.sketches import BLUE, ORANGE, Sketch
from graphbuilder.tensors import Inputs, TensorSpec

_MOST = 32


class Chunk(Operator, title="Split", family=SHAPE):
    """Cuts its input along one axis into parts, of one size or of several, each with an output of its own.

    Input shape: any whose axis the number of parts divides, or that the sizes add up to. Output shapes: the same, that
    axis divided.
    """

    keywords = ("chunk", "part", "branch", "gate")
    formula = r"x = [y_1, y_2, \ldots]"
    when = "To treat parts of the channels differently, such as a gate and what it lets through."
    point = "Nothing is computed: the opposite of Concatenate."
    picture = (
        Sketch("A block of values is cut into two")
        .box(30, 58, 42, 44, "", BLUE)
        .box(72, 58, 42, 44, "", ORANGE)
        .text(72, 122, "8×8×32")
        .arrow(122, 74, 190, 46)
        .arrow(122, 88, 190, 112)
        .box(200, 22, 70, 44, "8×8×16", BLUE)
        .box(200, 92, 70, 44, "8×8×16", ORANGE)
    )
    outputs = (Port("part_1"), Port("part_2"))
    keeps_values = True
    keeps_numbers = True

    parts = Whole(2, low=2, high=_MOST, help="How many outputs there are, all of one size.")
    axis = AxisOf(-1, low=-4, high=4, more=True, help="The axis to cut: -1 is the last, 1 the first after the batch.")
    sizes = WholeList(
        (),
        longest=_MOST,
        more=True,
        quiet=True,
        help="The size of each part, where they differ, in place of parts.",
    )

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        if len(self.sizes) == 1:
            yield "sizes", Phrase("must name two parts or more, or none; received {received}", received=self.sizes[0])

    def output_ports(self) -> tuple[Port, ...]:
        count = len(self.sizes) or self.parts
        return tuple(Port(f"part_{number}") for number in range(1, max(2, min(count, _MOST)) + 1))

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return self.output_specs(inputs, fields)[0].shape

    def output_specs(self, inputs: Inputs, fields: Fields) -> tuple[TensorSpec, ...]:
        (came,) = inputs.specs
        place = place_of(self.axis, came.shape)
        before, behind = came.shape[:place], came.shape[place + 1 :]
        return tuple(
            TensorSpec((*before, size, *behind), came.numbers, came.vocabulary)
            for size in self._sizes_of(came.shape, came.shape[place])
        )

    def _sizes_of(self, came: Shape, have: Axis) -> tuple[int, ...]:
        if self.sizes and have != sum(self.sizes):
            raise ShapeFault(
                "into parts of {sizes} needs {wanted} in all along axis {axis}; received {came}.",
                "Choose sizes that add up to what comes in, or none for equal parts.",
                "sizes",
                repairs=[SetParameter("sizes", [])],
                sizes=" + ".join(map(str, self.sizes)),
                wanted=sum(self.sizes),
                axis=self.axis,
                came=came,
            )
        if not self.sizes and (have is None or have % self.parts):
            raise ShapeFault(
                "into {parts} parts needs a size that {parts} divides on axis {axis}; received {came}.",
                "Change parts, or what comes in.",
                "parts",
                parts=self.parts,
                axis=self.axis,
                came=came,
            )
        return self.sizes or ((have or 0) // self.parts,) * self.parts

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        had, has = (show((shape[place_of(self.axis, shape)],)) for shape in (inputs[0], output))
        parts = f"{had} / {self.parts} = {has}"
        yield f"axis {self.axis}: " + (f"{had} = {' + '.join(map(str, self.sizes))}" if self.sizes else parts)

    def call(self, name: str) -> Call | None:
        return None

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        cuts: Argument = tuple(accumulate(self.sizes[:-1])) if self.sizes else self.parts
        return Call("ops.split", (values["in"][0], cuts), {"axis": self.axis})

    def line(self) -> str:
        parts = " + ".join(map(str, self.sizes)) if self.sizes else f"{self.parts} parts"
        return parts + (f" along {self.axis}" if self.axis != -1 else "")
