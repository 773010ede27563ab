"""Losses that read how likely each class is."""

from math import log

from graphbuilder.calls import Argument
from graphbuilder.fields import Field
from graphbuilder.losses.loss import Encoding, LossKind, over
from graphbuilder.parameters import Number, WholeOrNone, YesNo
from graphbuilder.shapes import Phrase, Shape


def _surprise(p: float) -> float:
    return -log(p) / 4


def _smoothing() -> Number:
    return Number(
        0.0,
        low=0.0,
        high=1.0,
        open_high=True,
        more=True,
        help="The share of what is right that is spread evenly over all classes, so that no answer has to be sure.",
    )


def _gamma() -> Number:
    return Number(
        2.0, low=0.0, help="How little easy answers count: 0 is plain cross-entropy, more looks at hard ones."
    )


class SoftmaxCrossentropy(
    LossKind,
    name="softmax_crossentropy",
    title="Softmax cross-entropy",
    short="Softmax CE",
    keras="SparseCategoricalCrossentropy",
):
    """How surprised the network is by the class that is right."""

    keywords = ("categorical cross-entropy", "sparse categorical", "log loss", "NLL", "label smoothing")
    formula = r"L = -\log p_{\,target}"
    when = "To tell several classes apart."
    point = (
        "The surer a wrong answer, the larger the loss, without end. Its gradient is simply share minus right: softmax "
        "and logarithm cancel each other."
    )
    picture = over(
        "Loss over the share that was given to the right class", [("", _surprise)], "share of the right class"
    )
    many, needs, logits, reading = "integer", "shares", "chosen", "shares"
    usual_for, is_offered = "classes", True

    label_smoothing = _smoothing()
    ignore_class = WholeOrNone(
        none="every class counts",
        low=0,
        more=True,
        help="The number of a class whose steps or places are left out, such as padding. Of the metrics, the mean IoU "
        "leaves it out as well.",
    )

    def encoding(self, target: Field, output: Shape) -> Encoding | None:
        """A class is smoothed as a row."""
        found = super().encoding(target, output)
        return "one_hot" if found and self.label_smoothing else found

    def keras_class(self, encoding: Encoding | None) -> str:
        rows = encoding == "one_hot" or (encoding is None and self.label_smoothing)
        return "CategoricalCrossentropy" if rows else self.keras

    @property
    def may_take_rows(self) -> bool:
        return self.ignore_class is None

    @property
    def ignored(self) -> int | None:
        return self.ignore_class

    def own_fault(self) -> Phrase | None:
        if not self.label_smoothing or self.ignore_class is None:
            return None
        says = "must smooth no labels where a class is ignored; received {received:g}"
        return Phrase(says, received=self.label_smoothing)


class BinaryCrossentropy(LossKind, name="binary_crossentropy", title="Binary cross-entropy", short="Binary CE"):
    """How surprised the network is by a yes or a no."""

    keywords = ("log loss", "sigmoid", "logistic regression", "label smoothing")
    formula = r"L = -y \log p - (1 - y) \log (1 - p)"
    when = "To tell two classes apart by one output, or for values from 0 to 1."
    point = (
        "The same for one share and its rest. With a squared error instead, a unit that is surely wrong sits where the "
        "sigmoid is flat, and learns nothing."
    )
    picture = over("Loss over the answer", [("is yes", _surprise), ("is no", lambda p: _surprise(1 - p))], "answer")
    one, values, targets = "zero_one", True, (0.0, 1.0)
    needs, logits, reading = "chances", "chosen", "shares"
    usual_for, is_offered = "two classes", True

    label_smoothing = _smoothing()


class CategoricalFocalCrossentropy(LossKind, name="focal_crossentropy", title="Focal cross-entropy", short="Focal CE"):
    """Softmax cross-entropy in which answers that are right already hardly count (Lin et al., 2017)."""

    keywords = ("focal loss", "class imbalance", "RetinaNet", "hard examples")
    formula = r"L = -\alpha\,(1 - p_{\,target})^{\gamma} \log p_{\,target}"
    when = "Where most samples are easy, or one class is far more frequent than the rest."
    point = (
        "Thousands of easy answers, each with a small loss, outvote the few hard ones. The factor takes them out of "
        "the sum: at p = 0.9 and gamma = 2 a hundredth is left."
    )
    picture = over(
        "Loss over the share of the right class: the focal loss is near zero much earlier",
        [("focal", lambda p: (1 - p) ** 2 * _surprise(p)), ("plain", _surprise)],
        "share of the right class",
    )
    many, needs, logits, reading = "one_hot", "shares", "chosen", "shares"

    alpha = Number(0.25, low=0.0, open_low=True, help="A factor on all of it.")
    gamma = _gamma()
    label_smoothing = _smoothing()


class BinaryFocalCrossentropy(
    LossKind, name="binary_focal_crossentropy", title="Binary focal cross-entropy", short="Binary focal"
):
    """Binary cross-entropy in which answers that are right already hardly count (Lin et al., 2017)."""

    keywords = ("focal loss", "class imbalance", "hard examples")
    formula = r"L = -(1 - p_t)^{\gamma} \log p_t, \quad p_t = y\,p + (1 - y)(1 - p)"
    when = "Where the one class is rare: defects, objects among background."
    point = (
        "The many easy noes no longer drown the few yeses. The answers are less sure than those of plain "
        "cross-entropy, so do not read them as probabilities."
    )
    picture = over(
        "Loss over the answer where yes is right: the focal loss is near zero much earlier",
        [("focal", lambda p: (1 - p) ** 2 * _surprise(p)), ("plain", _surprise)],
        "answer",
    )
    one, values, targets = "zero_one", True, (0.0, 1.0)
    needs, logits, reading = "chances", "chosen", "shares"

    gamma = _gamma()
    apply_class_balancing = YesNo(False, help="Weigh the two classes by alpha and 1 - alpha.")
    alpha = Number(0.25, low=0.0, high=1.0, help="The weight of yes where the classes are weighed; no has the rest.")
    label_smoothing = _smoothing()


class CategoricalGeneralizedCrossEntropy(
    LossKind, name="generalized_crossentropy", title="Generalized cross-entropy", short="Generalized"
):
    """Between cross-entropy and the mean absolute error, against labels that are wrong (Zhang and Sabuncu, 2018)."""

    keywords = ("noisy labels", "robust", "label noise", "GCE")
    formula = r"L = \frac{1 - p_{\,target}^{\,q}}{q}"
    when = "Where some labels are wrong."
    point = (
        "Cross-entropy learns hardest from what it finds most surprising, which are the wrong labels. This loss has an "
        "upper bound, so a label that never fits is given up."
    )
    picture = over(
        "Loss over the share of the right class: bounded at zero, where cross-entropy is not",
        [("q = 0.5", lambda p: (1 - p**0.5) / 0.5 / 4), ("q near 0", _surprise)],
        "share of the right class",
    )
    many, needs, reading = "integer", "shares", "shares"

    q = Number(
        0.5,
        low=0.0,
        high=1.0,
        open_low=True,
        open_high=True,
        help="Near 0 it is cross-entropy, near 1 the mean absolute error, which minds wrong labels least.",
    )

    def options(self, axes: int) -> dict[str, Argument]:
        """Keras has no q of its own when it is printed."""
        return self.arguments()


class KLDivergence(LossKind, name="kl_divergence", title="KL divergence", short="KL"):
    """How far the shares that are answered are from those that are right."""

    keywords = ("Kullback-Leibler", "relative entropy", "distribution", "distillation")
    formula = r"L = \sum_i y_i \log \frac{y_i}{p_i}"
    when = "Where the target itself is a distribution: votes of several people, or another network's answers."
    point = (
        "Cross-entropy minus what no answer could save, the target's own entropy. So it is zero exactly where the two "
        "distributions agree; for a single right class the two are the same."
    )
    picture = over(
        "Loss over the share that is answered, where 0.3 of it would be right: zero there",
        [("", lambda p: (0.3 * log(0.3 / p) + 0.7 * log(0.7 / (1 - p))) / 1.4)],
        "share answered",
    )
    many, values, targets = "one_hot", True, (0.0, 1.0)
    needs, reading = "shares", "shares"

    def takes_values(self, target: Field) -> bool:
        return target.shape[-1:] != (1,)
