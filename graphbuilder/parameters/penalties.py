"""What is added to the loss for weights, or for what an operator gives."""

from typing import Any

from graphbuilder.calls import Argument, Call
from graphbuilder.lessons import Lesson
from graphbuilder.parameters.chosen import OfWeights, OneOf, fitting
from graphbuilder.parameters.declared import need
from graphbuilder.parameters.numbers import Number
from graphbuilder.parameters.values import Chosen, Params, Penalty
from graphbuilder.parameters.words import Choice
from graphbuilder.shapes import Axis, Phrase
from graphbuilder.sketches import BLUE, ORANGE, Sketch, lines_over_time


class L1L2(OfWeights, title="L1 and L2"):
    """l1 times the sum of |w| and l2 times the sum of w²."""

    lesson = Lesson(
        lines_over_time(
            "The penalty over a weight: l1 rises evenly, l2 with the square",
            [("l1", lambda w: abs(2 * w - 1), BLUE, False), ("l2", lambda w: (2 * w - 1) ** 2, ORANGE, True)],
            across="weight, zero in the middle",
            up="penalty",
        ),
        when="l2 of 0.0001 to 0.01 against overfitting; l1 where you want to see which inputs matter.",
        point="l2 pulls hardest on large weights and makes all of them small; l1 pulls equally on all and brings many "
        "down to zero.",
        formula=r"L + \lambda_1 \sum |w| + \lambda_2 \sum w^2",
    )

    l1 = Number(0.0, help="Times the sum of |w|.")
    l2 = Number(0.0, help="Times the sum of w².")


class Orthogonal(OfWeights, title="Orthogonal", keras="OrthogonalRegularizer"):
    """What rows, or columns, have in common: zero where each is at right angles to each other."""

    lesson = Lesson(
        Sketch("Two rows at any angle are pulled to a right angle")
        .arrow(90, 124, 150, 40, ORANGE)
        .arrow(90, 124, 170, 92, ORANGE)
        .arrow(178, 80, 206, 80)
        .arrow(228, 124, 228, 36, BLUE)
        .arrow(228, 124, 312, 124, BLUE),
        when="Where units should not learn the same thing twice, and in deep or recurrent networks.",
        point="Rows at right angles have nothing in common: each unit answers to something that no other does.",
        formula=r"L + \lambda \sum_{i < j} |\hat w_i \cdot \hat w_j|",
    )
    axes = range(2, 3)

    factor = Number(0.01, low=0.0, help="Times the sum of what each pair has in common.")
    mode = Choice("rows", choices={"rows": "Rows", "columns": "Columns"}, help="Which are to be at right angles.")


PENALTIES: dict[str, type[OfWeights]] = {"l1_l2": L1L2, "orthogonal": Orthogonal}


class Regularizer(OneOf):
    """A penalty that is part of the loss: l1 times the sum of |w| and l2 times the sum of w², or of a matrix that its
    rows or columns are not orthogonal.

    In a document an object such as {"l1": 0.0, "l2": 0.01}, or {"name": "orthogonal", "factor": 0.01, "mode": "rows"}.
    axes: of the weight; None for three or more.
    """

    module = "regularizers"

    def __init__(self, *, axes: Axis = None, **told: Any) -> None:
        super().__init__(Penalty(), fitting(PENALTIES, axes), more=True, keras_default=None, **told)
        self.kind = "chosen" if len(self.options) > 1 else "regularizer"  # type: ignore[misc]

    def name_of(self, value: Any) -> str:
        return "l1_l2" if isinstance(value, Penalty) else super().name_of(value)

    def params_of(self, value: Any) -> Params:
        return {"l1": value.l1, "l2": value.l2} if isinstance(value, Penalty) else super().params_of(value)

    def read(self, value: object) -> Any:
        if isinstance(value, str) and value in self.options:
            value = {"name": value}
        if not isinstance(value, dict) or ("name" not in value and set(value) - {"l1", "l2"}):
            raise need('an object like {"l1": 0.0, "l2": 0.01}', value)
        return super().read({"name": "l1_l2", **value})

    def made(self, name: str, args: Any) -> Any:
        return Penalty(**args) if name == "l1_l2" else Chosen(name, tuple(args.items()))

    def argument(self, value: Any) -> Argument:
        if isinstance(value, Chosen):
            return super().argument(value)
        return Call("regularizers.L1L2", kwargs={"l1": value.l1, "l2": value.l2}) if value else None

    def fault(self, value: Any) -> Phrase | None:
        if not isinstance(value, Penalty):
            return super().fault(value)
        for part, weight in (("l1", value.l1), ("l2", value.l2)):
            if weight < 0:
                return Phrase("must have {part} of at least 0; received {received:g}", part=part, received=weight)
        return None

    def nearest(self, value: Any) -> Any:
        if not isinstance(value, Penalty):
            return super().nearest(value)
        return Penalty(max(0.0, value.l1), max(0.0, value.l2))

    def bounds(self) -> str:
        return "at least 0" if self.kind == "regularizer" else "l1 and l2 at least 0, or orthogonal"

    def schema(self) -> dict[str, Any]:
        part = {"type": "number"}
        plain = {"type": "object", "additionalProperties": False, "properties": {"l1": part, "l2": part}}
        named = [one for one in self._objects() if one["properties"]["name"]["const"] != "l1_l2"]
        return {"anyOf": [plain, *named]} if named else plain
