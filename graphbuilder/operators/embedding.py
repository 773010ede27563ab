"""From names to vectors."""

from collections.abc import Iterator

from graphbuilder.fields import Fields
from graphbuilder.operators.families import SEQUENCE
from graphbuilder.operators.operator import REQUIRED, Counts, Look, Operator, Port, ShapeFault
from graphbuilder.operators.window import AXES
from graphbuilder.parameters import Params, Weight, Whole, YesNo
from graphbuilder.repair import SetParameter
from graphbuilder.shapes import Shape, show, whole
from graphbuilder.sketches import BLUE, ORANGE, Sketch
from graphbuilder.tensors import Inputs, Numbers


class Embedding(Operator, title="Embedding", family=SEQUENCE):
    """Looks up a vector for every whole number; the vectors are learned.

    Input shape: any, of whole numbers from 0 to below input_dim. Output shape: (..., output_dim).
    """

    shows = "vectors"

    keywords = ("word", "token", "vocabulary", "lookup", "text")
    formula = r"y_t = E_{x_t}"
    when = "First behind an Input of words, or of anything else that has a number only as its name."
    point = (
        "The numbers of words say nothing: 7 is not more than 3. The vectors come to say something, because words that "
        "are used alike are pulled alike. With mask_zero a mask goes along unseen, as Masking tells."
    )
    picture = (
        Sketch("Each number picks its row of a table of vectors")
        .cells(20, 66, [[2, 0, 1]], 26, {(0, 0)})
        .arrow(106, 79, 146, 79)
        .cells(156, 40, [["", ""], ["", ""], ["", ""]], 26, {(2, 0), (2, 1)}, ORANGE)
        .text(182, 134, "one row a word", color=BLUE)
    )
    inputs = (Port("in", takes=frozenset({Numbers.WHOLE})),)
    of_other_numbers = "Embedding looks up names: give it an Input of whole numbers, or use Linear for amounts."

    input_dim = Whole(1000, low=1, high=10**9, keras_default=REQUIRED, help="How many different numbers there are.")
    output_dim = Whole(16, low=1, high=10**6, keras_default=REQUIRED, help="How many values stand for each.")
    embeddings = Weight("random_uniform", "vectors", axes=2, keras_default="uniform")

    mask_zero = YesNo(
        False, more=True, quiet=True, help="Take 0 for padding: what follows passes over it, where it can."
    )

    @classmethod
    def begins_mask(cls, params: Params) -> bool:
        return params.get("mask_zero") is True

    def looks(self, inputs: Inputs) -> list[Look]:
        return [Look()] * len(inputs[0])

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (came,) = inputs.specs
        if came.vocabulary is not None and came.vocabulary > self.input_dim:
            raise ShapeFault(
                "has {vectors:,} vectors, and {vocabulary:,} different numbers come in.",
                "Set input_dim to {vocabulary}.",
                "input_dim",
                repairs=[SetParameter("input_dim", came.vocabulary)],
                vectors=self.input_dim,
                vocabulary=came.vocabulary,
            )
        return (*came.shape, self.output_dim)

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        return Counts(trainable=self.input_dim * self.output_dim)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        for name, axis in zip(AXES.get(len(inputs[0]), ()), inputs[0], strict=False):
            yield f"{name}: as they come in, {show((axis,))}"
        yield f"values: a vector for each name, {self.output_dim}"
        yield f"parameters: {self.input_dim} × {self.output_dim} = {whole(self.input_dim * self.output_dim)}"

    def line(self) -> str:
        return f"{whole(self.input_dim)} names → {self.output_dim} values"
