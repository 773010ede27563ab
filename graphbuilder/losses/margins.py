"""Losses that ask for a distance: of the right class from the others, or of samples from each other."""

from graphbuilder.fields import Field
from graphbuilder.losses.loss import Encoding, LossKind, over
from graphbuilder.parameters import Number, YesNo
from graphbuilder.shapes import Shape


def _hinge(t: float) -> float:
    return max(0.0, 1 - (4 * t - 2)) / 3


class _Hinge(LossKind):
    """Classes are written as 0 and 1; Keras makes -1 and 1 of them."""

    one, reading, of_class = "zero_one", "margins", (-1.0, 1.0)


class Hinge(_Hinge, name="hinge", title="Hinge loss", short="Hinge"):
    """Zero as soon as the right side is reached by a margin of 1."""

    keywords = ("support vector machine", "SVM", "maximum margin", "-1 and 1")
    formula = r"L = \max(0,\ 1 - y \hat y), \quad y \in \{-1, 1\}"
    when = "To tell two classes apart by one linear output, as a support vector machine does; with an l2 penalty."
    point = (
        "What is right by a margin costs nothing, so only the hard samples, the support vectors, decide where the "
        "border lies. The classes are -1 and 1, and the sign is the answer: no sigmoid."
    )
    picture = over(
        "Loss over the margin: zero from 1 on; dashed, the squared hinge",
        [("hinge", _hinge), ("squared", lambda t: 3 * _hinge(t) ** 2 / 3)],
        "margin, from -2 to 2",
    )
    many = "one_hot"


class SquaredHinge(_Hinge, name="squared_hinge", title="Squared hinge loss", short="Hinge²"):
    """The square of the hinge loss."""

    keywords = ("support vector machine", "SVM", "L2-SVM", "-1 and 1")
    formula = r"L = \max(0,\ 1 - y \hat y)^2, \quad y \in \{-1, 1\}"
    when = "As the hinge loss, where training by gradients is to come to rest."
    point = "It has no kink at the margin: close to it the pull fades. Far on the wrong side it pulls all the harder."
    picture = over(
        "Loss over the margin: a parabola that ends at 1; dashed, the hinge loss",
        [("squared", lambda t: _hinge(t) ** 2), ("hinge", _hinge)],
        "margin, from -2 to 2",
    )
    many = "one_hot"


class CategoricalHinge(LossKind, name="categorical_hinge", title="Categorical hinge loss", short="Class hinge"):
    """Zero as soon as the right class leads all others by a margin of 1."""

    keywords = ("support vector machine", "SVM", "multi-class", "Crammer", "maximum margin")
    formula = r"L = \max\left(0,\ 1 + \max_{k \ne target} \hat y_k - \hat y_{\,target}\right)"
    when = "To tell several classes apart by linear outputs, as a support vector machine does."
    point = (
        "Only the strongest rival counts. The outputs are scores, not probabilities: the largest is the answer, and "
        "how sure it is they do not say."
    )
    picture = over(
        "Loss over the lead of the right class: zero from 1 on", [("", _hinge)], "lead over the next, from -2 to 2"
    )
    many, reading = "one_hot", "margins"


class Circle(LossKind, name="circle", title="Circle loss", short="Circle"):
    """Draws samples of one class together and pushes those of others away, within a batch (Sun et al., 2020)."""

    keywords = ("metric learning", "embedding", "triplet", "contrastive", "similarity", "face recognition")
    formula = r"L = \log\left(1 + \sum_j e^{\gamma\, a_j (s_j - m)} \sum_i e^{-\gamma\, a_i (s_i - 1 + m)}\right)"
    when = (
        "To learn what is alike, with more classes than a softmax could have. The output is a vector of length 1, as "
        "Unit normalization gives it; take large batches with several samples of each class."
    )
    point = (
        "It compares each sample with all others of its batch, and looks hardest at the pairs that are furthest from "
        "where they belong. There is no answer to be right or wrong, so there is no accuracy."
    )
    picture = over(
        "Loss over the similarity: of one class it falls, of two classes it rises",
        [("one class", lambda t: max(0.0, 1.2 - t) ** 2 / 1.44), ("two classes", lambda t: (t + 0.1) ** 2 / 1.44)],
        "similarity",
    )
    many, reading, of_class = "integer", "places", None

    gamma = Number(80.0, low=0.0, open_low=True, help="How much harder the worst pairs are looked at.")
    margin = Number(0.4, low=0.0, high=1.0, help="How far apart the two kinds of pairs should be; smaller is stricter.")
    remove_diagonal = YesNo(True, more=True, help="Do not compare a sample with itself.")

    def encoding(self, target: Field, output: Shape) -> Encoding | None:
        """Vectors of any length go with a class for each sample."""
        fits = target.kind == "class" and target.shape == () and len(output) == 1
        return "integer" if fits else None

    def outputs_needed(self, target: Field) -> Shape | None:
        return super().outputs_needed(target) if target.shape == () else None
