"""The operator that takes a value apart."""

from collections.abc import Iterator, Mapping, Sequence

from graphbuilder.calls import Argument, Call
from graphbuilder.fields import Fields
from graphbuilder.operators.families import SHAPE
from graphbuilder.operators.operator import Operator, Port, ShapeFault
from graphbuilder.parameters import Whole
from graphbuilder.repair import SetParameter
from graphbuilder.shapes import Shape, show
from graphbuilder.sketches import BLUE, ORANGE, Sketch
from graphbuilder.tensors import Inputs, TensorSpec

_MOST = 32


class Chunk(Operator, title="Split", family=SHAPE):
    """Cuts its input along one axis into parts of one size, each with an output of its own.

    Input shape: any whose axis the number of parts divides. Output shapes: the same, that axis divided.
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

    parts = Whole(2, low=2, high=_MOST, help="How many outputs there are.")
    axis = Whole(-1, low=-4, high=4, more=True, help="The axis to cut: -1 is the last, 1 the first after the batch.")

    def output_ports(self) -> tuple[Port, ...]:
        return tuple(Port(f"part_{number}") for number in range(1, max(2, min(self.parts, _MOST)) + 1))

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (came,) = inputs
        place = self.axis - 1 if self.axis > 0 else len(came) + self.axis
        if self.axis == 0 or not 0 <= place < len(came):
            raise ShapeFault(
                "along axis {axis} needs that axis; received {came}.",
                "Use axis -1.",
                "axis",
                repairs=[SetParameter("axis", -1)],
                axis=self.axis,
                came=came,
            )
        axis = came[place]
        if axis is None or axis % self.parts:
            raise ShapeFault(
                "into {parts} parts needs a size that {parts} divides on axis {axis}; received {came}.",
                "Change parts, or what comes in.",
                "parts",
                parts=self.parts,
                axis=self.axis,
                came=came,
            )
        return (*came[:place], axis // self.parts, *came[place + 1 :])

    def output_specs(self, inputs: Inputs, fields: Fields) -> tuple[TensorSpec, ...]:
        (came,) = inputs.specs
        shape = self.output_shape(inputs, fields)
        return tuple(TensorSpec(shape, came.numbers, came.vocabulary) for _ in self.output_ports())

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        place = self.axis - 1 if self.axis > 0 else self.axis
        yield f"axis {self.axis}: {show((inputs[0][place],))} / {self.parts} = {show((output[place],))}"

    def call(self, name: str) -> Call | None:
        return None

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        return Call("ops.split", (values["in"][0], self.parts), {"axis": self.axis})

    def line(self) -> str:
        return f"{self.parts} parts" + (f" along {self.axis}" if self.axis != -1 else "")
