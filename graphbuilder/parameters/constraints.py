"""What weights are held to after every step."""

from math import hypot
from typing import Any

from graphbuilder.calls import Argument, Call
from graphbuilder.lessons import Lesson
from graphbuilder.parameters.chosen import OfWeights, OneOf, fitting
from graphbuilder.parameters.declared import within
from graphbuilder.parameters.lists import WholeList
from graphbuilder.parameters.numbers import Number
from graphbuilder.shapes import Axis, Phrase
from graphbuilder.sketches import BLUE, ORANGE, Sketch


class _AxesOfWeight(WholeList):
    """Those that a length is taken over. A weight has no batch: its first axis is 0."""

    def __init__(self) -> None:
        help = "The axes that a length is taken over; 0 is the first, which in a kernel of Linear is the inputs."
        super().__init__((0,), low=-3, high=2, least=1, longest=3, distinct=True, help=help)

    def argument(self, value: tuple[int, ...]) -> Argument:
        return value[0] if len(value) == 1 else value


def _lengths(told: str, ring: tuple[float, float]) -> Sketch:
    """A long and a short vector, the same two as they are held, and the bounds of their lengths."""
    sketch = Sketch(told)
    for bound in {*ring} - {0.0}:
        sketch.ring(160, 80, 48 * bound)
    for x, y in ((1.5, -0.7), (-0.22, 0.2)):
        length = hypot(x, y)
        held = max(ring[0], min(length, ring[1])) / length
        sketch.arrow(160, 80, 160 + 48 * x, 80 + 48 * y, ORANGE)
        if held != 1:
            sketch.line([(160, 80), (160 + 48 * x * held, 80 + 48 * y * held)], BLUE, width=4)
    return sketch.text(24, 22, "as it was", color=ORANGE, anchor="start").text(
        24, 40, "as held", color=BLUE, anchor="start"
    )


class MaxNorm(OfWeights, title="Max norm"):
    """Scales down the weights of each unit whose length is above a bound."""

    lesson = Lesson(
        _lengths("A vector that is too long is cut to the circle; one within stays", (0.0, 1.0)),
        when="With dropout and a large learning rate; 2 to 4 for the length.",
        point="A penalty pulls at every weight all the time. A bound does nothing until it is reached; then nothing "
        "passes it, however large the step (Srivastava et al., 2014).",
        formula=r"w \leftarrow w \, \min\left(1,\ \frac{m}{\|w\|}\right)",
    )

    max_value = Number(2.0, low=0.0, help="The greatest length.")
    axis = _AxesOfWeight()


class MinMaxNorm(OfWeights, title="Min-max norm"):
    """Scales the weights of each unit so that their length lies between two bounds."""

    lesson = Lesson(
        _lengths("A vector that is too long or too short is brought to the ring between two circles", (0.5, 1.0)),
        when="Where no unit is to take over and none is to fade away.",
        point="With a rate below 1 each step goes a part of the way, so the gradient still has its say.",
        formula=r"w \leftarrow w \left((1 - r) + r \, \frac{clip(\|w\|,\ a,\ b)}{\|w\|}\right)",
    )

    min_value = Number(0.0, low=0.0, help="The least length.")
    max_value = Number(1.0, low=0.0, help="The greatest length.")
    rate = Number(1.0, low=0.0, high=1.0, open_low=True, help="How far each step goes to the bound; 1 is all the way.")
    axis = _AxesOfWeight()

    def own_fault(self) -> Phrase | None:
        if self.min_value > self.max_value:
            says = "must have min_value of at most max_value; received {min_value:g} and {max_value:g}"
            return Phrase(says, min_value=self.min_value, max_value=self.max_value)
        return None


class NonNeg(OfWeights, title="Not negative"):
    """Sets what is below zero to zero."""

    lesson = Lesson(
        Sketch("Of five weights the two below zero become zero")
        .line([(20, 80), (300, 80)], width=1, faint=True)
        .bars([0.8, 0.5, 0.9], 40, 80, 90, 60, BLUE)
        .line([(150, 80), (150, 120)], ORANGE, width=18)
        .line([(190, 80), (190, 106)], ORANGE, width=18)
        .text(170, 144, "become 0", color=ORANGE),
        when="Where a weight is an amount, as in parts that add up to an image.",
        point="What may only be added cannot cancel: parts come out that a person can name (Lee and Seung, 1999).",
        formula=r"w \leftarrow \max(0, w)",
    )


class UnitNorm(OfWeights, title="Unit norm"):
    """Scales the weights of each unit to length one."""

    lesson = Lesson(
        _lengths("Every vector is brought to the circle", (1.0, 1.0)),
        when="Where only the direction of a unit's weights is to count, as for prototypes of classes.",
        point="Length and direction are learned apart: what is left is the direction, and a bias or a scale behind it.",
        formula=r"w \leftarrow \frac{w}{\|w\|}",
    )

    axis = _AxesOfWeight()


CONSTRAINTS: dict[str, type[OfWeights]] = {
    "max_norm": MaxNorm, "min_max_norm": MinMaxNorm, "non_neg": NonNeg, "unit_norm": UnitNorm,
}  # fmt: skip


class Constraint(OneOf):
    """What a weight of `axes` axes is held to after every step; none where it is free."""

    module = "constraints"

    def __init__(self, *, axes: Axis = None, **told: Any) -> None:
        super().__init__(None, fitting(CONSTRAINTS, axes), more=True, quiet=True, **told)
        self.axes, self.none = axes or 3, "free"

    def read(self, value: object) -> Any:
        return None if value is None else super().read(value)

    def argument(self, value: Any) -> Argument:
        """An object in any case: it says more than a word."""
        if value is None:
            return None
        return Call(f"constraints.{self.options[value].keras}") if isinstance(value, str) else super().argument(value)

    def fault(self, value: Any) -> Phrase | None:
        if value is None:
            return None
        if told := super().fault(value):
            return told
        axes: Any = self.params_of(value).get("axis", ())
        meant = [axis % self.axes for axis in axes if -self.axes <= axis < self.axes]
        if len({*meant}) < len(axes):
            says = "must name axes from {low} to {high}, none twice; received {received}"
            return within("axis", Phrase(says, low=-self.axes, high=self.axes - 1, received=list(axes)))
        return None

    def nearest(self, value: Any) -> Any:
        return None if value is None else super().nearest(value)

    def bounds(self) -> str:
        return f"{super().bounds()}, or none"

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [*super().schema()["anyOf"], {"type": "null"}]}

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"none": self.none}
