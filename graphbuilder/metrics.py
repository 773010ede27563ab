"""The metrics: what is shown beside a loss, because people can read it. Training does not see them.

A metric follows from how the loss has the target written and what it reads, never from the word "accuracy", which would
score a logit of 0.3 with label 1 as wrong. Where Keras has a class that gives the right number it is that; else
ClassScore (measures.py), which is printed into exported code.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from math import log
from types import MappingProxyType

from graphbuilder.calls import Argument, Call
from graphbuilder.fields import Field
from graphbuilder.lessons import Lesson
from graphbuilder.losses import Encoding, Reading
from graphbuilder.shapes import Shape
from graphbuilder.sketches import BLUE, ORANGE, Sketch, lines_over_time

OWN = "ClassScore"
"""The class that is ours."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a metric judges. threshold: from which probability on an answer is yes. k: of top-k. ignored: a class."""

    encoding: Encoding
    reading: Reading
    target: Field
    output: Shape
    threshold: float = 0.5
    k: int = 5
    ignored: int | None = None

    @property
    def is_yes_or_no(self) -> bool:
        """Each value that comes in answers a question of its own, as one output for two classes does."""
        return self.encoding == "zero_one" or self.target.kind == "labels"

    @property
    def is_of_several(self) -> bool:
        return self.encoding in ("integer", "one_hot")

    @property
    def level(self) -> float:
        """The threshold, as what the loss reads has it."""
        if self.reading == "logits":
            return log(self.threshold / (1 - self.threshold))
        return 2 * self.threshold - 1 if self.reading == "margins" else self.threshold


@dataclass(frozen=True)
class MetricKind:
    """made: the call of Keras without the name. unfit: why it does not go with what is judged, in words that follow
    "which"; empty where it does. is_share: shown in per cent. wants_rows: a class has to be written as a row. asks: the
    setting of the Loss that it reads. words: by which help finds it as well. falls: less of it is better."""

    title: str
    lesson: Lesson
    made: Callable[[Judged], Call]
    unfit: Callable[[Judged], str]
    is_share: bool = True
    wants_rows: Callable[[Judged], bool] = lambda judged: False
    asks: str = ""
    words: tuple[str, ...] = ()
    falls: bool = False

    def call(self, name: str, judged: Judged) -> Call:
        made = self.made(judged)
        return Call(made.callee, kwargs={"name": name, **made.kwargs})


# What goes with what


def _classes(judged: Judged) -> str:
    if judged.reading == "places":
        return "is of a loss that gives no class as an answer"
    return "" if judged.encoding != "value" or judged.target.kind == "labels" else "is no class"


def _several(judged: Judged) -> str:
    return _classes(judged) or ("" if judged.is_of_several else "is told by one output")


def _yes_or_no(judged: Judged) -> str:
    return _classes(judged) or ("" if judged.is_yes_or_no else "is told by an output for each class")


def _top(judged: Judged) -> str:
    few = f"has {len(judged.target.classes)} classes, and k is {judged.k}"
    return _several(judged) or (few if judged.k > len(judged.target.classes) else "")


def _rated(judged: Judged) -> str:
    """A curve over thresholds needs comparable chances, row by row."""
    if told := _classes(judged):
        return told
    if judged.is_of_several and judged.reading != "shares":
        return "comes as logits of several classes; a last softmax and from_logits off give what can be compared"
    return "is told at several places" if judged.is_of_several and len(judged.output) > 1 else ""


def _values(judged: Judged) -> str:
    if judged.reading == "logits":
        return "comes as logits"
    return _classes(judged) if judged.encoding in ("integer",) or judged.reading in ("margins", "places") else ""


def _amounts(judged: Judged) -> str:
    return "is a class" if judged.encoding != "value" else "comes as logits" if judged.reading == "logits" else ""


def _columns(judged: Judged) -> str:
    return _amounts(judged) or ("" if len(judged.target.shape) == 1 else "is no number or vector")


def _vectors(judged: Judged) -> str:
    return _amounts(judged) or ("" if judged.output[-1] != 1 else "is one number")


# What Keras is told


def _accuracy(judged: Judged) -> Call:
    if judged.is_yes_or_no:
        return Call("metrics.BinaryAccuracy", kwargs={"threshold": judged.level})
    return Call(f"metrics.{'Sparse' if judged.encoding == 'integer' else ''}CategoricalAccuracy")


def _top_k(judged: Judged) -> Call:
    return Call(
        f"metrics.{'Sparse' if judged.encoding == 'integer' else ''}TopKCategoricalAccuracy", kwargs={"k": judged.k}
    )


def _own(score: str, judged: Judged) -> Call:
    how: dict[str, Argument] = {"classes": len(judged.target.classes)}
    return Call(OWN, kwargs={"score": score, **({"threshold": judged.level} if judged.is_yes_or_no else how)})


def _counted(keras: str, score: str) -> Callable[[Judged], Call]:
    """Keras' class for yes and no, as far as its thresholds reach."""

    def made(judged: Judged) -> Call:
        if judged.is_yes_or_no and 0 <= judged.level <= 1:
            return Call(f"metrics.{keras}", kwargs={"thresholds": judged.level})
        return _own(score, judged)

    return made


def _area(curve: str) -> Callable[[Judged], Call]:
    def made(judged: Judged) -> Call:
        told: dict[str, Argument] = {"curve": curve} if curve != "ROC" else {}
        if judged.is_of_several:
            told |= {"multi_label": True, "num_labels": len(judged.target.classes)}
        elif judged.reading in ("logits", "margins"):  # the order of the answers is all that counts
            told |= {"from_logits": True}
        return Call("metrics.AUC", kwargs=told)

    return made


def _overlap(judged: Judged) -> Call:
    return Call("metrics.BinaryIoU", kwargs={"target_class_ids": (1,), "threshold": judged.level})


def _mean_overlap(judged: Judged) -> Call:
    if judged.is_yes_or_no:
        return Call("metrics.BinaryIoU", kwargs={"threshold": judged.level})
    told: dict[str, Argument] = {"num_classes": len(judged.target.classes)}
    told |= {} if judged.ignored is None else {"ignore_class": judged.ignored}
    told |= {"sparse_y_true": judged.encoding == "integer", "sparse_y_pred": False}
    return Call("metrics.MeanIoU", kwargs=told)


def _r2(judged: Judged) -> Call:
    weighted = {"class_aggregation": "variance_weighted_average"} if judged.target.shape > (1,) else {}
    return Call("metrics.R2Score", kwargs={**weighted})


def _plain(keras: str) -> Callable[[Judged], Call]:
    return lambda judged: Call(f"metrics.{keras}")


# What help tells


def _counts(told: str, hits: Iterable[tuple[int, int]], of: Iterable[tuple[int, int]]) -> Sketch:
    """Right classes in rows, answers in columns: what is counted, and of which it is the share."""
    cells = [["", "no", "yes"], ["no", "50", "5"], ["yes", "10", "35"]]
    sketch = Sketch(told).cells(90, 24, cells, 40, set(of), ORANGE).cells(90, 24, [[""] * 3] * 3, 40, set(hits), BLUE)
    return sketch.text(150, 16, "answer").text(84, 108, "right", anchor="end")


_ALL = [(1, 1), (1, 2), (2, 1), (2, 2)]
_CURVE = lines_over_time(
    "A curve that leaves the diagonal far behind; dashed, guessing",
    [("", lambda t: t**0.25, BLUE, False), ("", lambda t: t, ORANGE, True)],
    "no that is taken for yes",
    "yes that is found",
)
_FALLING = lines_over_time(
    "Precision falls as more of the yeses are found", [("", lambda t: 0.95 - 0.5 * t**4, BLUE, False)],
    "recall", "precision",
)  # fmt: skip
_AREAS = (
    Sketch("Two areas: what they have in common, over what they cover together")
    .box(60, 30, 120, 80, "", BLUE)
    .box(130, 50, 120, 80, "", ORANGE)
    .text(90, 126, "right")
    .text(226, 46, "answer")
    .text(155, 85, "both")
)
_ERRORS = (
    Sketch("Answers beside what was right, and how far they are off")
    .line([(40, 120), (280, 30)], BLUE)
    .dot(90, 70).line([(90, 70), (90, 101)], ORANGE)
    .dot(160, 96).line([(160, 96), (160, 75)], ORANGE)
    .dot(230, 36).line([(230, 36), (230, 49)], ORANGE)
)  # fmt: skip
_ANGLE = (
    Sketch("Two arrows from one point, and the angle between them")
    .arrow(80, 130, 250, 110, BLUE)
    .arrow(80, 130, 200, 34, ORANGE)
)

METRICS: dict[str, MetricKind] = {
    "accuracy": MetricKind(
        "Accuracy",
        Lesson(
            _counts("The right answers among all", [(1, 1), (2, 2)], _ALL),
            when="To say in one number how often the answer is right, where the classes are about equally frequent.",
            point="Where 99 of 100 are no, always saying no is right in 99 %.",
            formula=r"\frac{hits}{n}",
        ),
        _accuracy,
        _classes,
        asks="threshold",
    ),
    "zero_one": MetricKind(
        "0-1 loss",
        Lesson(
            _counts("The wrong answers among all", [(1, 2), (2, 1)], _ALL),
            when="What one would like to make small, and cannot learn by.",
            point="It jumps from 0 to 1 and is flat elsewhere, so there is no gradient: every other loss stands in for "
            "it.",
            formula=r"\frac{1}{n} \sum_i [\hat y_i \ne y_i]",
        ),
        lambda judged: _own("zero_one", judged),
        _classes,
        asks="threshold",
        words=("error rate", "misclassification"),
        falls=True,
    ),
    "top_k": MetricKind(
        "Top-k accuracy",
        Lesson(
            Sketch("The right class is third: right among the top five").bars(
                [5, 4, 3, 1.5, 1, 0.6, 0.4], 60, 120, 200, 90
            ),
            when="For many classes that are hard to tell apart, as in ImageNet's top-5.",
            point="The right class is among the k likeliest. With k as large as the number of classes everything is "
            "right.",
            formula=r"\frac{1}{n} \sum_i [y_i \in top_k(\hat y_i)]",
        ),
        _top_k,
        _top,
        asks="k",
        words=("top-5", "top-1", "ImageNet"),
    ),
    "precision": MetricKind(
        "Precision",
        Lesson(
            _counts("Of what was taken for yes, the share that is", [(2, 2)], [(1, 2), (2, 2)]),
            when="Where a false alarm is dear.",
            point="A network that says yes once, and is right, has a precision of 1. Of several classes the mean.",
            formula=r"\frac{TP}{TP + FP}",
        ),
        _counted("Precision", "precision"),
        _classes,
        asks="threshold",
        words=("positive predictive value",),
    ),
    "recall": MetricKind(
        "Recall",
        Lesson(
            _counts("Of what is yes, the share that was found", [(2, 2)], [(2, 1), (2, 2)]),
            when="Where a miss is dear, as with illness.",
            point="A network that always says yes has a recall of 1. Of several classes it is the mean, which is the "
            "balanced accuracy.",
            formula=r"\frac{TP}{TP + FN}",
        ),
        _counted("Recall", "recall"),
        _classes,
        asks="threshold",
        words=("sensitivity", "true positive rate", "balanced accuracy"),
    ),
    "f1": MetricKind(
        "F1",
        Lesson(
            _counts("What was found rightly, beside both ways to be wrong", [(2, 2)], [(1, 2), (2, 1), (2, 2)]),
            when="Where yes is rare, and both false alarms and misses count.",
            point="The harmonic mean of precision and recall: as low as the lower of the two. Of several classes the "
            "mean.",
            formula=r"\frac{2\,TP}{2\,TP + FP + FN}",
        ),
        lambda judged: _own("f1", judged),
        _classes,
        asks="threshold",
        words=("F score", "F1 score", "Dice coefficient"),
    ),
    "auc_roc": MetricKind(
        "AUC (ROC)",
        Lesson(
            _CURVE,
            when="To compare networks before anybody has chosen a threshold.",
            point="The chance that a yes is rated above a no: 0.5 is guessing, whatever the classes' shares. Keras "
            "takes 200 thresholds, so the third digit is rough. Of several classes the mean, each against the rest.",
            formula=r"P(\hat y_{yes} > \hat y_{no})",
        ),
        _area("ROC"),
        _rated,
        wants_rows=lambda judged: judged.is_of_several,
        words=("ROC", "receiver operating characteristic"),
    ),
    "auc_pr": MetricKind(
        "AUC (PR)",
        Lesson(
            _FALLING,
            when="As the other, where yes is rare.",
            point="The area under precision over recall. Guessing gives the share of yes, so it is not comparable "
            "between data sets.",
            formula=r"\int_0^1 precision\ d\,recall",
        ),
        _area("PR"),
        _rated,
        wants_rows=lambda judged: judged.is_of_several,
        words=("average precision", "precision recall curve"),
    ),
    "iou": MetricKind(
        "IoU",
        Lesson(
            _AREAS,
            when="For marked areas: of what is marked or should be, the share that is both.",
            point="Of the class yes alone, so a large background helps nobody.",
            formula=r"\frac{TP}{TP + FP + FN}",
        ),
        _overlap,
        _yes_or_no,
        asks="threshold",
        words=("Jaccard", "intersection over union"),
    ),
    "iou_mean": MetricKind(
        "Mean IoU",
        Lesson(
            _AREAS,
            when="For images whose every place has a class.",
            point="Every class counts alike, however few places it has.",
            formula=r"\frac{1}{K} \sum_k \frac{TP_k}{TP_k + FP_k + FN_k}",
        ),
        _mean_overlap,
        _classes,
        asks="threshold",
        words=("mIoU", "Jaccard", "segmentation"),
    ),
    "mae": MetricKind(
        "MAE",
        Lesson(
            _ERRORS,
            when="How far answers are off, in the target's own unit.",
            point="The number to tell somebody who asks how good it is.",
            formula=r"\frac{1}{n} \sum_i |y_i - \hat y_i|",
        ),
        _plain("MeanAbsoluteError"),
        _values,
        is_share=False,
        falls=True,
    ),
    "mse": MetricKind(
        "MSE",
        Lesson(
            _ERRORS,
            when="To compare with a network that was trained by another loss.",
            point="Its unit is the square of the target's.",
            formula=r"\frac{1}{n} \sum_i (y_i - \hat y_i)^2",
        ),
        _plain("MeanSquaredError"),
        _values,
        is_share=False,
        falls=True,
    ),
    "rmse": MetricKind(
        "RMSE",
        Lesson(
            _ERRORS,
            when="As MSE, in the target's own unit.",
            point="Never below MAE; far above it where a few answers are very wrong.",
            formula=r"\sqrt{\frac{1}{n} \sum_i (y_i - \hat y_i)^2}",
        ),
        _plain("RootMeanSquaredError"),
        _values,
        is_share=False,
        words=("root mean square",),
        falls=True,
    ),
    "r2": MetricKind(
        "R²",
        Lesson(
            _ERRORS,
            when="Which share of the target's variance is explained.",
            point="0 is as good as always saying the mean, and below 0 is worse than that.",
            formula=r"1 - \frac{\sum (y - \hat y)^2}{\sum (y - \bar y)^2}",
        ),
        _r2,
        _columns,
        is_share=False,
        words=("R2", "coefficient of determination"),
    ),
    "mape": MetricKind(
        "MAPE",
        Lesson(
            _ERRORS,
            when="How far answers are off, in per cent of what is right.",
            point="Of no use where the target comes near zero.",
            formula=r"\frac{100}{n} \sum_i \left| \frac{y_i - \hat y_i}{y_i} \right|",
        ),
        _plain("MeanAbsolutePercentageError"),
        _amounts,
        is_share=False,
        falls=True,
    ),
    "cosine": MetricKind(
        "Cosine similarity",
        Lesson(
            _ANGLE,
            when="For vectors whose direction counts.",
            point="1 for the same direction, 0 for a right angle, -1 for the opposite.",
            formula=r"\frac{y \cdot \hat y}{|y|\,|\hat y|}",
        ),
        _plain("CosineSimilarity"),
        _vectors,
        is_share=False,
    ),
}


@dataclass(frozen=True, slots=True)
class Score:
    """What a training tells under a key, as people read it. share: in per cent. word: the title within a line."""

    key: str
    title: str
    share: bool
    word: str


def score_of(key: str, labels: Mapping[str, str] = MappingProxyType({})) -> Score:
    """labels: of the Losses, by the names that keys begin with where there are several."""
    name = next((one for one in ("loss", *METRICS) if key == one or key.endswith(f"_{one}")), key)
    output = key.removesuffix(name).removesuffix("_")
    title = METRICS[name].title if name in METRICS else name.replace("_", " ").capitalize()
    whose = f"{labels.get(output, output)}: " if output else ""
    word = title.lower() if title[1:].islower() else title
    return Score(key, f"{whose}{title}", name in METRICS and METRICS[name].is_share, f"{whose}{word}")


def score_keys(outputs: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Under which keys Keras tells of a part of the data beside its loss. outputs: the metrics of each Loss by name."""
    if len(outputs) == 1:
        return tuple(*outputs.values())
    return tuple(f"{output}_{name}" for output, metrics in outputs.items() for name in ("loss", *metrics))


def watchable(keys: Iterable[str]) -> tuple[str, ...]:
    """What early stopping may watch, of validation and of training."""
    return tuple(f"{part}{key}" for part in ("val_", "") for key in ("loss", *keys))


def falls(key: str) -> bool:
    """Whether less is better of what a training tells under a key."""
    name = next((one for one in METRICS if key == one or key.endswith(f"_{one}")), "")
    return METRICS[name].falls if name else True


def usual_metrics(judged: Judged) -> tuple[str, ...]:
    """What is shown beside a loss where nothing was chosen. Where most places are background, or most names are not
    there, accuracy alone says little."""
    if not _classes(judged):
        if judged.target.kind == "labels":
            return ("accuracy", "f1")
        return ("accuracy", "iou_mean") if len(judged.target.shape) == 2 else ("accuracy",)
    return tuple(name for name in ("mae", "r2") if judged.encoding == "value" and not METRICS[name].unfit(judged))
