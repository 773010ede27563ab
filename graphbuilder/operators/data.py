"""Where samples enter the network."""

from collections.abc import Collection, Iterator, Sequence

from graphbuilder.calls import Call
from graphbuilder.fields import Fields, enterable
from graphbuilder.operators.families import DATA
from graphbuilder.operators.operator import Operator, ShapeFault
from graphbuilder.parameters import FieldName, Params, ShapeOf
from graphbuilder.repair import Repair, SetParameter
from graphbuilder.shapes import Shape
from graphbuilder.sketches import BLUE, Sketch, values


class Input(Operator, title="Input", family=DATA):
    """One field of the data set enters here, as it is.

    Output shape: the field's; where no field is chosen, the shape typed in.
    """

    keywords = ("data", "source", "start")
    formula = r"y = x"
    when = "Once for each thing the network sees."
    point = "Everything behind it is arithmetic on this block of numbers: the network knows nothing else of the world."
    picture = (
        Sketch("Samples of a data set enter as blocks of numbers")
        .cells(24, 36, values(4, 4, lambda r, c: (r * 5 + c * 3) % 9), 22)
        .text(68, 146, "one sample")
        .arrow(124, 80, 178, 80)
        .box(186, 54, 110, 52, "network", BLUE)
    )
    inputs = ()

    field = FieldName(help="The field of the data set that enters here.")
    shape = ShapeOf((8, 8, 1), more=True, help="The shape of one sample, used where no field is chosen.")

    def output_shape(self, inputs: Sequence[Shape], fields: Fields) -> Shape:
        if not self.field:
            return self.shape
        if not fields:
            raise ShapeFault(f"reads the field {self.field!r}, and no data are chosen.", _choose(fields), "field")
        if self.field not in fields:
            raise ShapeFault(
                f"reads the field {self.field!r}, which this data set lacks.",
                _choose(fields),
                "field",
                repairs=_fields(fields),
            )
        field = fields[self.field]
        if field.kind == "class":
            raise ShapeFault(
                f"reads {self.field!r}, which is a class and no input.",
                _choose(fields),
                "field",
                repairs=_fields(fields),
            )
        return field.shape

    @classmethod
    def suggested(cls, fields: Fields, taken: Collection[str]) -> Params:
        usable = [name for name in enterable(fields) if name not in taken]
        return {"field": usable[0]} if usable else {}

    @classmethod
    def without_data(cls, params: Params, fields: Fields) -> Params:
        """The Input keeps the shape that its field gave it."""
        field = fields.get(str(params["field"]))
        known = {"shape": field.shape} if field and field.kind != "class" else {}
        return {**super().without_data(params, fields), **known}

    def call(self, name: str) -> Call:
        raise NotImplementedError("the plan makes Inputs itself, since their shape follows from the data")

    def folds(self, name: str) -> bool:
        """The shape is asked for where no field gives it."""
        return name == "shape" and bool(self.field)

    def line(self) -> str:
        return self.field or "typed shape"

    def worked(self, inputs: Sequence[Shape], output: Shape) -> Iterator[str]:
        yield f"shape of the field {self.field}" if self.field else "shape as typed in"


def _fields(fields: Fields) -> list[Repair]:
    return [SetParameter("field", name) for name in enterable(fields) or [""]]


def _choose(fields: Fields) -> str:
    usable = enterable(fields)
    return f"Choose one of {', '.join(usable)}." if usable else "Choose a data set, or no field."
