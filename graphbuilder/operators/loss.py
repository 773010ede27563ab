"""Where the network's output meets its target."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from graphbuilder.calls import Call
from graphbuilder.fields import Field, Fields
from graphbuilder.lessons import Lesson
from graphbuilder.losses import LOSSES, LossKind, usual
from graphbuilder.metrics import METRICS, Judged, usual_metrics
from graphbuilder.operators.families import LOSS
from graphbuilder.operators.operator import Operator
from graphbuilder.parameters import Choice, FieldName, Number, NumberList, OneOf, Params, Whole, Words, YesNo
from graphbuilder.shapes import Shape
from graphbuilder.sketches import BLUE, ORANGE, Sketch
from graphbuilder.tensors import Inputs

WEIGHTS = {"equal": "All alike", "balanced": "Balanced", "given": "As given"}


class Loss(Operator, title="Loss", family=LOSS):
    """Compares what comes in with a field of the data set; training makes the sum of all losses small.

    Input shape: what the target needs, such as one output a class. Output: one number.
    """

    stands = "outside"
    keywords = ("cost", "objective", "target", "cross-entropy", "mse", "mae", "metric", "class weight", "sample weight")
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
    loss = OneOf("softmax_crossentropy", LOSSES, help="How far a prediction is from its target.")
    from_logits = YesNo(True, help="The values that come in went through no softmax or sigmoid; the loss applies it.")
    weight = Number(1.0, low=0.0, open_low=True, more=True, help="How much this loss counts beside the others.")
    metrics = Words(
        choices={name: kind.title for name, kind in METRICS.items()},
        empty="those that follow from the loss",
        quiet=True,
        help="What is shown beside the loss. Training does not see it, and every row counts once.",
    )
    threshold = Number(
        0.5,
        low=0.0,
        high=1.0,
        open_low=True,
        open_high=True,
        more=True,
        quiet=True,
        help="From which probability on an answer of one output is a yes, for the metrics.",
    )
    k = Whole(5, low=1, high=1000, more=True, quiet=True, help="For top-k accuracy: among how many the right class is.")
    class_weight = Choice(
        "equal",
        choices=WEIGHTS,
        more=True,
        quiet=True,
        help="How much each class counts in the loss. Balanced, all classes weigh alike together: each row counts as "
        "1 / how often its class is, measured on the training part.",
    )
    class_weights = NumberList(
        (), low=0.0, more=True, quiet=True, help="How much each class counts, in the order of the classes."
    )
    sample_weight = FieldName(
        more=True,
        quiet=True,
        help="The field that says how much each row counts in the loss: weighted least squares, with MSE.",
    )

    @property
    def declared(self) -> LossKind:
        """The loss that was chosen, with its options; one that reads anything where the name is unknown."""
        kind = LOSSES.get(self.named)
        return kind(Loss.loss.params_of(self.loss)) if kind else LossKind()

    @property
    def named(self) -> str:
        return Loss.loss.name_of(self.loss)

    @property
    def on_logits(self) -> bool:
        """The loss applies softmax or sigmoid itself."""
        return self.declared.on_logits(self.from_logits)

    @property
    def is_weighed(self) -> bool:
        """Not all rows count alike."""
        return self.class_weight != "equal" or bool(self.sample_weight)

    def judged(self, target: Field, output: Shape) -> Judged | None:
        """How an output of this shape is compared with its target; None where they do not go together."""
        loss = self.declared
        encoding = loss.encoding(target, output)
        if encoding is None:
            return None
        reading = loss.read_as(self.from_logits)
        judged = Judged(encoding, reading, target, output, self.threshold, self.k, loss.ignored)
        rows = any(METRICS[name].wants_rows(judged) for name in self.metrics if name in METRICS)
        return replace(judged, encoding="one_hot") if rows and loss.may_take_rows else judged

    def measured(self, judged: Judged) -> dict[str, Call]:
        """The metrics, by the name that each is shown under."""
        return {name: METRICS[name].call(name, judged) for name in self.metrics or usual_metrics(judged)}

    def asks(self, name: str) -> bool:
        match name:
            case "from_logits":
                return self.declared.logits == "chosen"
            case "threshold" | "k":
                return any(METRICS[one].asks == name for one in self.metrics or ("accuracy",) if one in METRICS)
            case "class_weights":
                return self.class_weight == "given"
        return True

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return ()

    @classmethod
    def suggested(cls, fields: Fields, taken: Collection[str]) -> Params:
        """The first class that no other Loss is for, else the first number, with the loss that goes with it."""
        for name, field in fields.items():
            if field.kind in ("class", "number") and name not in taken:
                return {"target": name, "loss": usual("classes" if field.classes else "values")}
        return {}

    def lesson_as_set(self) -> Lesson:
        """Of the loss that was chosen."""
        return LOSSES[self.named].lesson() if self.named in LOSSES else self.lesson()

    def call(self, name: str) -> Call:
        return self.declared.call(self.from_logits)

    def line(self) -> str:
        kind = LOSSES.get(self.named)
        if kind is None:
            return self.named
        return f"{kind.short} → {self.target}" if self.target else kind.title

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield f"one number: the mean over the samples of a batch, × {self.weight:g}"
