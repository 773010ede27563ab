"""Where the network's output meets its target."""

from collections.abc import Collection, Iterator

from graphbuilder.calls import Call
from graphbuilder.fields import Fields
from graphbuilder.losses import LOSSES
from graphbuilder.operators.families import LOSS
from graphbuilder.operators.operator import Operator
from graphbuilder.parameters import Choice, FieldName, Number, Params, YesNo
from graphbuilder.shapes import Shape
from graphbuilder.sketches import BLUE, ORANGE, Sketch
from graphbuilder.tensors import Inputs


class Loss(Operator, title="Loss", family=LOSS):
    """Compares what comes in with a field of the data set; training makes the sum of all losses small.

    Input shape: what the target needs, such as one output a class. Output: one number.
    """

    keywords = ("cost", "objective", "target", "cross-entropy", "mse", "mae")
    formula = r"L = \sum_k w_k L_k"
    when = "Once for each thing the network is to predict."
    point = (
        "Training sees nothing but this number. What it does not measure is not learned, and what it measures is "
        "learned even where you did not mean it."
    )
    picture = (
        Sketch("The output is held against what is right, and one number comes out")
        .box(20, 26, 96, 40, "output", BLUE)
        .box(20, 96, 96, 40, "right", ORANGE)
        .arrow(120, 48, 176, 74)
        .arrow(120, 114, 176, 88)
        .ring(198, 81, 20)
        .text(198, 86, "loss")
        .arrow(220, 81, 262, 81)
        .text(286, 86, "0.31")
    )
    outputs = ()

    target = FieldName(help="The field of the data set that is to be predicted.")
    loss = Choice(
        "softmax_crossentropy",
        choices={name: kind.title for name, kind in LOSSES.items()},
        help="How far a prediction is from its target.",
    )
    from_logits = YesNo(True, help="The values that come in went through no softmax or sigmoid; the loss applies it.")
    weight = Number(1.0, low=0.0, open_low=True, more=True, help="How much this loss counts beside the others.")

    @property
    def on_logits(self) -> bool:
        """The loss applies softmax or sigmoid itself."""
        return self.from_logits and bool(LOSSES[self.loss].probabilities) if self.loss in LOSSES else False

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return ()

    @classmethod
    def suggested(cls, fields: Fields, taken: Collection[str]) -> Params:
        """The first class that no other Loss is for, else the first number, with the loss that goes with it."""
        for name, field in fields.items():
            if field.kind in ("class", "number") and name not in taken:
                return {"target": name, "loss": "softmax_crossentropy" if field.classes else "mean_squared_error"}
        return {}

    def call(self, name: str) -> Call:
        return LOSSES[self.loss].call(self.from_logits)

    def line(self) -> str:
        if self.loss not in LOSSES:
            return self.loss
        kind = LOSSES[self.loss]
        return f"{kind.short} → {self.target}" if self.target else kind.title

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield f"one number: the mean over the samples of a batch, × {self.weight:g}"
