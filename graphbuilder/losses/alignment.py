"""Losses of sequences whose steps nobody has laid beside each other."""

from typing import Literal

from graphbuilder.fields import Field
from graphbuilder.losses.loss import Encoding, LossKind
from graphbuilder.shapes import Shape
from graphbuilder.sketches import BLUE, Sketch


class CTC(LossKind, name="ctc", title="CTC loss", short="CTC"):
    """Compares a long sequence of answers with a short one that is right, however the two are aligned (Graves, 2006).

    The first class, number 0, means nothing: it fills up short targets, and stands between letters in the answers.
    """

    keywords = ("connectionist temporal classification", "speech", "handwriting", "alignment", "transcription", "blank")
    formula = r"L = -\log \sum_{a \to y} \prod_t p_t(a_t)"
    when = "For speech and handwriting: what was written is known, but not at which step."
    point = (
        "The chances of all ways to say the target are added up: repeats are one letter, and class 0 is silence. So "
        "the network finds by itself when to speak."
    )
    picture = (
        Sketch("Eight steps of answers say three letters: repeats are one, and a dash says nothing")
        .cells(40, 34, [list("–cc–aatt")], 30, {(0, 1), (0, 2), (0, 4), (0, 5), (0, 6), (0, 7)}, BLUE)
        .arrow(160, 74, 160, 98)
        .cells(115, 106, [list("cat")], 30)
    )
    many, logits, reading, of_class = "integer", "always", "places", None

    @property
    def rates(self) -> Literal["places", "rows", "batch"]:
        return "rows"

    def given_by(self, several: bool) -> tuple[str, ...]:
        return ("softmax",)

    def encoding(self, target: Field, output: Shape) -> Encoding | None:
        """The answers have at least as many steps as the target."""
        if self.outputs_needed(target) is None or len(output) != 2 or output[1] != len(target.classes):
            return None
        steps, (needed,) = output[0], target.shape
        return "integer" if steps is None or needed is None or steps >= needed else None

    def outputs_needed(self, target: Field) -> Shape | None:
        """A class at each step of a sequence alone."""
        steps = target.kind == "class" and len(target.shape) == 1
        return (*target.shape, len(target.classes)) if steps else None
