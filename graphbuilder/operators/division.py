"""The operator that divides as whole numbers are divided: how often, and what is left."""

from collections.abc import Iterator, Mapping, Sequence
from math import floor, inf

from graphbuilder.calls import Argument, Call
from graphbuilder.fields import Fields
from graphbuilder.operators.choosing import ByValue
from graphbuilder.operators.families import ARITHMETIC
from graphbuilder.operators.operator import EVERYTHING, Port, Span, Stop
from graphbuilder.parameters import Choice, Number
from graphbuilder.shapes import Phrase
from graphbuilder.sketches import BLUE, ORANGE, Sketch
from graphbuilder.tensors import Inputs, Numbers, TensorSpec


class FloorDivision(ByValue, title="Division with remainder", family=ARITHMETIC):
    """Says how often a number fits into every value, or what is left of the value then.

    Input shape: any; a second input of the same shape, or one that is repeated to it. Output shape: the one that they
    meet in.
    """

    keywords = ("floor divide", "modulo", "mod", "remainder", "quotient", "integer division", "wrap", "phase", "cycle")
    formula = r"x = q\,v + r, \quad q = \lfloor x / v \rfloor"
    when = (
        "For what comes round again, such as the hour of a count of hours; or to make two small names of a large one."
    )
    point = (
        "How often it fits has no slope, so nothing is learned through it. What is left has the slope 1, and jumps "
        "where it fits once more."
    )
    picture = (
        Sketch("Into 12, 5 fits twice, and 2 are left")
        .cells(24, 40, [[*range(1, 13)]], 21, {(0, place) for place in range(10)})
        .text(150, 32, "12 : 5")
        .text(129, 86, "2 times", color=BLUE)
        .text(255, 86, "2 left", color=ORANGE)
        .line([(24, 68), (234, 68)], BLUE)
        .line([(236, 68), (276, 68)], ORANGE)
    )
    inputs = (
        Port("in", help="What is divided."),
        Port("other", least=0, takes=frozenset({Numbers.FLOAT}), help="What by, in place of the number."),
    )
    of_other_numbers = "Put a Rescaling before it: of whole numbers one may be 0, by which none is divided."
    keeps_numbers = True

    gives = Choice(
        "quotient",
        choices={"quotient": "How often it fits", "remainder": "What is left"},
        help="Which of the two it gives.",
    )
    value = Number(2.0, help="What values are divided by, where nothing is wired to other; not 0.")

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        if not self.value:
            yield "value", Phrase("must not be 0; received {received:g}", received=self.value)

    @property
    def _by(self) -> float:
        """The number, a whole one as such, which leaves whole numbers whole."""
        return int(self.value) if self.value.is_integer() else self.value

    def output_specs(self, inputs: Inputs, fields: Fields) -> tuple[TensorSpec, ...]:
        came, shape = inputs.specs[0], self.output_shape(inputs, fields)
        if came.numbers is not Numbers.WHOLE or len(inputs) > 1 or not isinstance(self._by, int):
            return (TensorSpec(shape),)
        return (TensorSpec(shape, Numbers.WHOLE, self._names(came.vocabulary)),)

    def _names(self, came: int | None) -> int | None:
        """How many whole numbers from 0 on are told apart behind it."""
        by = int(self.value)
        if came is None or by < 0:
            return None
        return min(came, by) if self.gives == "remainder" else -(-came // by)

    def reach(self, came: Sequence[Span]) -> Span:
        if len(came) > 1 or not self.value:
            return EVERYTHING
        if self.gives == "remainder":
            return min(0.0, self.value), max(0.0, self.value)
        ends = sorted(end / self.value for end in came[0])
        low, high = (end if abs(end) == inf else float(floor(end)) for end in ends)
        return low, high

    def stops(self, fields: Fields) -> Stop | None:
        if self.gives == "remainder":
            return None
        return Stop(
            "says how often a number fits, which has no slope, so nothing before it learns", "gives", "remainder"
        )

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        other = values["other"][0] if values.get("other") else self._by
        function = "floor_divide" if self.gives == "quotient" else "mod"
        return Call(f"ops.{function}", (values["in"][0], other))

    def line(self) -> str:
        return f"{'by' if self.gives == 'quotient' else 'left of'} {self.value:g}"
