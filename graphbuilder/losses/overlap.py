"""Losses of how much two areas have in common."""

from typing import Literal

from graphbuilder.calls import Argument
from graphbuilder.losses.loss import LossKind, over
from graphbuilder.parameters import Number, YesNo


class _Overlap(LossKind):
    """Of chances, one for each class or one for yes; each place of an image, or all of a row, taken together."""

    many, one, values, targets = "one_hot", "zero_one", True, (0.0, 1.0)
    needs, reading = "chances", "shares"

    each_row = YesNo(
        False,
        more=True,
        help="Work the overlap out for each sample by itself; else for the whole batch at once, which minds empty "
        "images less.",
    )

    def given_by(self, several: bool) -> tuple[str, ...]:
        return ("softmax", "sigmoid") if several else ("sigmoid",)

    @property
    def rates(self) -> Literal["places", "rows", "batch"]:
        return "rows" if self.each_row else "batch"

    def options(self, axes: int) -> dict[str, Argument]:
        told = super().options(axes)
        each = told.pop("each_row", False)
        return {**told, "axis": tuple(range(1, axes + 1))} if each else told


class Dice(_Overlap, name="dice", title="Dice loss", proper=True, short="Dice"):
    """One minus twice what both have in common over what they have together."""

    keywords = ("segmentation", "overlap", "F1", "Sørensen", "mask", "U-Net")
    formula = r"L = 1 - \frac{2 \sum y\,p}{\sum y + \sum p}"
    when = "To mark a small area of an image, where most places are background."
    point = (
        "Cross-entropy asks every place and is content with background everywhere; this asks for the overlap alone. It "
        "is one minus the F1 score, made smooth."
    )
    picture = over(
        "Loss over the overlap: one where there is none, zero where all is met",
        [("", lambda t: 1 - 2 * t / (1 + t))],
        "overlap",
    )


class Tversky(_Overlap, name="tversky", title="Tversky loss", proper=True, short="Tversky"):
    """The Dice loss with weights of its own for what is missed and for what is marked wrongly (Salehi et al., 2017)."""

    keywords = ("segmentation", "overlap", "IoU", "Jaccard", "mask", "false negatives")
    formula = r"L = 1 - \frac{\sum y\,p}{\sum y\,p + \alpha \sum y\,(1 - p) + \beta \sum (1 - y)\,p}"
    when = "As the Dice loss, where a place that is missed is worse than one too many, or the other way round."
    point = "Alpha and beta of 0.5 are the Dice loss, of 1 the IoU. A larger alpha finds more and is wrong more often."
    picture = over(
        "Loss over the share that is missed: steeper where alpha is larger",
        [("alpha 0.5", lambda t: 1 - (1 - t) / (1 - t + 0.5 * t)), ("0.9", lambda t: 1 - (1 - t) / (1 - t + 0.9 * t))],
        "missed",
    )

    alpha = Number(0.5, low=0.0, help="How much a place counts that is missed.")
    beta = Number(0.5, low=0.0, help="How much a place counts that is marked wrongly.")
