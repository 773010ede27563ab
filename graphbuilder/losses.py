"""The loss functions: which targets each goes with, how it wants them written, what it needs of the last operator, and
which metrics are shown beside it.

A metric follows from the loss and `from_logits`, never from the word "accuracy", which would score a logit of 0.3 with
label 1 as wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Literal

from graphbuilder.calls import Argument, Call
from graphbuilder.fields import Field
from graphbuilder.lessons import Lesson
from graphbuilder.shapes import Shape
from graphbuilder.sketches import BLUE, ORANGE, Function, Sketch, lines_over_time

Encoding = Literal["integer", "zero_one", "one_hot", "value"]
"""How a target is written for a loss: a class as its number, as 0 or 1, as a row with a single 1; a value as it is."""


@dataclass(frozen=True, slots=True)
class LossKind:
    """One loss function.

    short: the title for a narrow place such as a card. probabilities: the activations that give what the loss reads
    when it does not read logits; empty where the loss reads any value. classes: how a class is written when there are
    as many outputs as classes, and with one output. values: whether the target may be a number, vector or image.
    """

    title: str
    short: str
    keras: str
    lesson: Lesson
    many_outputs: Encoding | None
    one_output: Encoding | None
    values: bool
    probabilities: tuple[str, ...] = ()

    def encoding(self, target: Field, output: Shape) -> Encoding | None:
        """How this loss wants this target for an output of this shape; None where they do not go together."""
        if target.kind != "class":
            return "value" if self.values and output == target.shape else None
        if output == (*target.shape, 1):
            return self.one_output if len(target.classes) == 2 else None
        return self.many_outputs if output == (*target.shape, len(target.classes)) else None

    def outputs_needed(self, target: Field) -> Shape | None:
        """The output's shape that goes with this target; None where no output does. Of a class it has one axis more
        than the target, which may be a class at each step of a sequence, or at each place of an image."""
        if target.kind != "class":
            return target.shape if self.values else None
        if self.one_output and len(target.classes) == 2:
            return (*target.shape, 1)
        return (*target.shape, len(target.classes)) if self.many_outputs else None

    def call(self, from_logits: bool) -> Call:
        kwargs: Mapping[str, Argument] = {"from_logits": from_logits} if self.probabilities else {}
        return Call(f"losses.{self.keras}", kwargs=kwargs)

    def metrics(self, encoding: Encoding, from_logits: bool, target: Field) -> dict[str, Call]:
        """What is shown beside the loss, by the name it is shown under."""
        if encoding == "integer":
            return {"accuracy": Call("metrics.SparseCategoricalAccuracy", kwargs={"name": "accuracy"})}
        if encoding == "one_hot":
            return {"accuracy": Call("metrics.CategoricalAccuracy", kwargs={"name": "accuracy"})}
        if encoding == "zero_one":
            threshold = 0.0 if from_logits and self.probabilities else 0.5
            return {"accuracy": Call("metrics.BinaryAccuracy", kwargs={"name": "accuracy", "threshold": threshold})}
        if from_logits and self.probabilities:
            return {}
        shown = {"mae": Call("metrics.MeanAbsoluteError", kwargs={"name": "mae"})}
        if len(target.shape) == 1:
            weighted = {"class_aggregation": "variance_weighted_average"} if target.shape > (1,) else {}
            shown["r2"] = Call("metrics.R2Score", kwargs={**weighted, "name": "r2"})
        return shown


def _over(told: str, curves: Sequence[tuple[str, Function]], across: str = "error, zero in the middle") -> Sketch:
    """One or two losses over an answer from 0.01 to 0.99, the second dashed."""

    def inside(curve: Function) -> Function:
        return lambda t: curve(min(0.99, max(0.01, t)))

    looks = ((BLUE, False), (ORANGE, True))
    lines = [(name, inside(curve), *look) for (name, curve), look in zip(curves, looks, strict=False)]
    return lines_over_time(told, lines, across, "loss")


def _surprise(p: float) -> float:
    return -log(p) / 4


def _square(e: float) -> float:
    return (2 * e - 1) ** 2


def _distance(e: float) -> float:
    return abs(2 * e - 1)


LOSSES: dict[str, LossKind] = {
    "softmax_crossentropy": LossKind(
        title="Softmax cross-entropy",
        short="Softmax CE",
        keras="SparseCategoricalCrossentropy",
        lesson=Lesson(
            _over(
                "Loss over the share that was given to the right class", [("", _surprise)], "share of the right class"
            ),
            when="To tell several classes apart.",
            point="The surer a wrong answer, the larger the loss, without end. Its gradient is simply share minus "
            "right: softmax and logarithm cancel each other.",
            formula=r"L = -\log p_{\,target}",
        ),
        many_outputs="integer",
        one_output=None,
        values=False,
        probabilities=("softmax",),
    ),
    "binary_crossentropy": LossKind(
        title="Binary cross-entropy",
        short="Binary CE",
        keras="BinaryCrossentropy",
        lesson=Lesson(
            _over("Loss over the answer", [("is yes", _surprise), ("is no", lambda p: _surprise(1 - p))], "answer"),
            when="To tell two classes apart by one output, or for values from 0 to 1.",
            point="The same for one share and its rest. With a squared error instead, a unit that is surely wrong sits "
            "where the sigmoid is flat, and learns nothing.",
            formula=r"L = -y \log p - (1 - y) \log (1 - p)",
        ),
        many_outputs=None,
        one_output="zero_one",
        values=True,
        probabilities=("sigmoid",),
    ),
    "mean_squared_error": LossKind(
        title="Mean squared error",
        short="MSE",
        keras="MeanSquaredError",
        lesson=Lesson(
            _over("Loss over the error: a parabola", [("", _square)]),
            when="To predict numbers; large errors weigh most.",
            point="Twice the error costs four times as much, so one outlier can lead the whole fit. What it tends "
            "to is the mean.",
            formula=r"L = \frac{1}{n} \sum_i (y_i - \hat y_i)^2",
        ),
        many_outputs="one_hot",
        one_output="zero_one",
        values=True,
    ),
    "mean_absolute_error": LossKind(
        title="Mean absolute error",
        short="MAE",
        keras="MeanAbsoluteError",
        lesson=Lesson(
            _over(
                "Loss over the error: two lines; dashed, the squared error",
                [("absolute", _distance), ("squared", _square)],
            ),
            when="To predict numbers where a few targets are far off.",
            point="Every error pulls equally hard, however large. What it tends to is the median, which an outlier "
            "does not move.",
            formula=r"L = \frac{1}{n} \sum_i |y_i - \hat y_i|",
        ),
        many_outputs="one_hot",
        one_output="zero_one",
        values=True,
    ),
}
