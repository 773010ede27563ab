"""What weights are held to after every step."""

from typing import Any

from graphbuilder.calls import Argument, Call
from graphbuilder.parameters.chosen import OneOf, Option, fitting
from graphbuilder.parameters.declared import within
from graphbuilder.parameters.lists import WholeList
from graphbuilder.parameters.numbers import Number
from graphbuilder.shapes import Axis


class _AxesOfWeight(WholeList):
    """Those that a length is taken over. A weight has no batch: its first axis is 0."""

    def __init__(self) -> None:
        help = "The axes that a length is taken over; 0 is the first, which in a kernel of Linear is the inputs."
        super().__init__((0,), low=-3, high=2, least=1, longest=3, distinct=True, help=help)

    def argument(self, value: tuple[int, ...]) -> Argument:
        return value[0] if len(value) == 1 else value


class MaxNorm(Option, title="Max norm"):
    """Scales down the weights of each unit whose length is above a bound."""

    max_value = Number(2.0, low=0.0, help="The greatest length.")
    axis = _AxesOfWeight()


class MinMaxNorm(Option, title="Min-max norm"):
    """Scales the weights of each unit so that their length lies between two bounds."""

    min_value = Number(0.0, low=0.0, help="The least length.")
    max_value = Number(1.0, low=0.0, help="The greatest length.")
    rate = Number(1.0, low=0.0, high=1.0, open_low=True, help="How far each step goes to the bound; 1 is all the way.")
    axis = _AxesOfWeight()

    def own_fault(self) -> str | None:
        if self.min_value > self.max_value:
            return f"must have min_value of at most max_value; received {self.min_value:g} and {self.max_value:g}"
        return None


class NonNeg(Option, title="Not negative"):
    """Sets what is below zero to zero."""


class UnitNorm(Option, title="Unit norm"):
    """Scales the weights of each unit to length one."""

    axis = _AxesOfWeight()


CONSTRAINTS: dict[str, type[Option]] = {
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

    def fault(self, value: Any) -> str | None:
        if value is None:
            return None
        if told := super().fault(value):
            return told
        axes: Any = self.params_of(value).get("axis", ())
        meant = [axis % self.axes for axis in axes if -self.axes <= axis < self.axes]
        if len({*meant}) < len(axes):
            most = self.axes - 1
            return within("axis", f"must name axes from {-self.axes} to {most}, none twice; received {list(axes)}")
        return None

    def nearest(self, value: Any) -> Any:
        return None if value is None else super().nearest(value)

    def bounds(self) -> str:
        return f"{super().bounds()}, or none"

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [*super().schema()["anyOf"], {"type": "null"}]}

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"none": self.none}
