"""Where samples enter the network."""

from collections.abc import Collection, Iterable, Iterator

from graphbuilder.calls import Argument, Call
from graphbuilder.fields import OF_ROWS, Fields, enterable
from graphbuilder.operators.families import DATA
from graphbuilder.operators.operator import Operator, ShapeFault
from graphbuilder.parameters import Choice, FieldName, Params, ShapeOf, WholeOrNone
from graphbuilder.repair import Repair, SetParameter
from graphbuilder.shapes import Phrase, Shape
from graphbuilder.sketches import BLUE, Sketch, values
from graphbuilder.tensors import Inputs, Numbers, TensorSpec


class Input(Operator, title="Input", family=DATA):
    """One field of the data set enters here, as it is.

    Output shape: the field's; where no field is chosen, the shape typed in.
    """

    stands = "outside"
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
    shape = ShapeOf(
        (8, 8, 1),
        more=True,
        unknown=True,
        help="The shape of one sample, used where no field is chosen. A size that only the data tell is a ?.",
    )
    numbers = Choice(
        "float",
        choices={"float": "Amounts", "whole": "Whole numbers: counts or names", "text": "Text"},
        more=True,
        quiet=True,
        help="What comes in, where no field is chosen. Text needs a lookup or a vectorization behind it.",
    )
    vocabulary = WholeOrNone(
        none="not known",
        more=True,
        quiet=True,
        help="Of whole numbers that name something: how many names, counted from 0.",
    )

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        if self.vocabulary is not None and self.numbers != Numbers.WHOLE and not self.field:
            yield "vocabulary", Phrase("goes with whole numbers alone; received {received}", received=self.vocabulary)

    def parameter_repairs(self, name: str) -> Iterable[Repair]:
        if name == "vocabulary":
            return SetParameter("numbers", "whole"), SetParameter("vocabulary", None)
        return ()

    def output_specs(self, inputs: Inputs, fields: Fields) -> tuple[TensorSpec, ...]:
        shape = self.output_shape(inputs, fields)
        if self.field:
            return (fields[self.field].spec,)
        return (TensorSpec(shape, Numbers(self.numbers), self.vocabulary),)

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        if not self.field:
            return self.shape
        if not fields:
            raise self._misfit("reads the field {field!r}, and no data are chosen.", fields)
        if self.field not in fields:
            raise self._misfit("reads the field {field!r}, which this data set lacks.", fields)
        field = fields[self.field]
        if field.kind == "class" or field.kind in OF_ROWS:
            what = "a class" if field.kind == "class" else OF_ROWS[field.kind]
            raise self._misfit("reads {field!r}, which is " + what + " and no input.", fields)
        return field.shape

    def _misfit(self, message: str, fields: Fields) -> ShapeFault:
        usable = tuple(enterable(fields))
        fix = "Choose one of {usable}." if usable else "Choose a data set, or no field."
        return ShapeFault(
            message, fix, "field", repairs=_fields(fields) if fields else (), field=self.field, usable=usable
        )

    @classmethod
    def suggested(cls, fields: Fields, taken: Collection[str]) -> Params:
        usable = [name for name in enterable(fields) if name not in taken]
        return {"field": usable[0]} if usable else {}

    @classmethod
    def without_data(cls, params: Params, fields: Fields) -> Params:
        """The Input keeps what its field gave it: its shape and kind of numbers."""
        field, left = fields.get(str(params["field"])), super().without_data(params, fields)
        if field is None or field.kind == "class":
            return left
        return {**left, "shape": field.shape, "numbers": str(field.numbers), "vocabulary": field.vocabulary}

    def entrance(self, name: str, given: TensorSpec) -> Call:
        """What Keras calls an Input: a value that is fed."""
        kwargs: dict[str, Argument] = {"shape": given.shape}
        if given.numbers is not Numbers.FLOAT:
            kwargs["dtype"] = {Numbers.WHOLE: "int32", Numbers.TEXT: "string"}[given.numbers]
        return Call("Input", kwargs={**kwargs, "name": name})

    def folds(self, name: str) -> bool:
        """The shape is asked for where no field gives it."""
        return bool(self.field) if name == "shape" else super().folds(name)

    def line(self) -> str:
        return self.field or "typed shape"

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield f"shape of the field {self.field}" if self.field else "shape as typed in"


def _fields(fields: Fields) -> list[Repair]:
    return [SetParameter("field", name) for name in enterable(fields) or [""]]
