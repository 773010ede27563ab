"""What a loss is. Each is one class: which targets it goes with and how it wants them written, what it needs of the
last operator, its options and its words.

Form, checks, repairs, compiler, printed code, help and contract tests are derived from it. To add a loss, write one
class with a `title` in a module of this package.
"""

from collections.abc import Callable, Sequence
from math import inf
from typing import ClassVar, Literal

from graphbuilder.calls import Argument, Call
from graphbuilder.fields import Field
from graphbuilder.lessons import Lesson
from graphbuilder.parameters import Option
from graphbuilder.shapes import Shape
from graphbuilder.sketches import BLUE, ORANGE, Function, Sketch, lines_over_time

Encoding = Literal["integer", "zero_one", "one_hot", "value"]
"""How a target is written for a loss: a class as its number, as 0 or 1, as a row with a single 1; a value as it is."""

Reading = Literal["logits", "shares", "margins", "values", "places"]
"""What the values are that a loss reads of a class: logits that become probabilities inside the loss; probabilities;
margins, of which one above zero says yes; amounts close to 0 or 1; places in a space, which name no class."""

Needs = Literal["anything", "chances", "shares", "amounts"]
"""What comes in has to be: chances lie from 0 to 1 each, shares add up to 1 as well, amounts are never below 0."""

Span = tuple[float, float]

_SPANS: dict[Needs, Span] = {
    "anything": (-inf, inf), "chances": (0.0, 1.0), "shares": (0.0, 1.0), "amounts": (0.0, inf),
}  # fmt: skip
_GIVEN_BY: dict[Needs, tuple[str, ...]] = {
    "anything": (), "chances": ("sigmoid",), "shares": ("softmax",), "amounts": ("softplus", "exponential", "relu"),
}  # fmt: skip

_registry: dict[str, type["LossKind"]] = {}


class LossKind(Option):
    """Base of the losses; a subclass given a `title` is registered under `name`.

    short: the title for a narrow place such as a card. keras: Keras' class.
    many, one: how a class is written where there are as many outputs as classes, and with one output for two classes;
    None where that does not go. values: whether the target may be a number, vector or image.
    targets: between which values a target that is no class has to lie. of_class: between which the output has to reach
    for a class; None where how far it reaches does not matter. divides: by the target.
    needs: of the values that come in, where the loss does not apply the last activation itself. logits: whether it
    does: never, as is chosen, or always.
    reading: what those values are, where they are no logits.
    usual_for: what it is the first choice for. is_for_classes: it was made for classes, if it goes with them at all.
    is_offered: a repair may name it.
    """

    name: ClassVar[str]
    word: ClassVar[str]
    """The title within a sentence."""
    short: ClassVar[str]
    keywords: ClassVar[tuple[str, ...]] = ()
    formula: ClassVar[str] = ""
    when: ClassVar[str] = ""
    point: ClassVar[str] = ""
    picture: ClassVar[Sketch]

    many: ClassVar[Encoding | None] = None
    one: ClassVar[Encoding | None] = None
    values: ClassVar[bool] = False
    targets: ClassVar[Span] = (-inf, inf)
    of_class: ClassVar[Span | None] = (0.0, 1.0)
    divides: ClassVar[bool] = False
    needs: ClassVar[Needs] = "anything"
    logits: ClassVar[Literal["never", "chosen", "always"]] = "never"
    reading: ClassVar[Reading] = "values"
    usual_for: ClassVar[str] = ""
    is_for_classes: ClassVar[bool] = True
    is_offered: ClassVar[bool] = False

    def __init_subclass__(
        cls, name: str = "", title: str = "", short: str = "", keras: str = "", proper: bool = False
    ) -> None:
        """proper: the title begins with somebody's name."""
        super().__init_subclass__(title, keras)
        if title:
            cls.word = title if proper or title[1].isupper() else title[:1].lower() + title[1:]
            cls.name, cls.short = name, short or title
            _registry[name] = cls

    # Which targets and outputs it goes with

    def encoding(self, target: Field, output: Shape) -> Encoding | None:
        """How this loss wants this target for an output of this shape; None where they do not go together."""
        if target.kind != "class":
            return "value" if self.takes_values(target) and output == target.shape else None
        if output == (*target.shape, 1):
            return self.one if len(target.classes) == 2 else None
        return self.many if output == (*target.shape, len(target.classes)) else None

    def outputs_needed(self, target: Field) -> Shape | None:
        """The output's shape that goes with this target; None where no output does. Of a class it has one axis more
        than the target, which may be a class at each step of a sequence, or at each place of an image."""
        if target.kind != "class":
            return target.shape if self.takes_values(target) else None
        if self.one and len(target.classes) == 2:
            return (*target.shape, 1)
        return (*target.shape, len(target.classes)) if self.many else None

    def takes_values(self, target: Field) -> bool:
        """Whether the target, which is no class, is of a kind that it compares with."""
        return self.values

    def is_beyond(self, target: Field) -> bool:
        """The target, which is no class, has values that the loss has no sense for."""
        return not self.targets[0] <= target.low <= target.high <= self.targets[1]

    # What it needs of the last operator

    @property
    def span(self) -> Span:
        """Between which values what comes in has to lie."""
        return _SPANS[self.needs]

    def given_by(self, several: bool) -> tuple[str, ...]:
        """The last activations that give what it needs, the usual one first; none where it reads any value. several:
        the output is a value for each class."""
        return _GIVEN_BY[self.needs]

    def on_logits(self, chosen: bool) -> bool:
        """Whether it applies the last activation itself. chosen: `from_logits`."""
        return self.logits == "always" or (chosen and self.logits == "chosen")

    def read_as(self, chosen: bool) -> Reading:
        return "logits" if self.on_logits(chosen) and self.reading != "places" else self.reading

    # What Keras is told

    @property
    def may_take_rows(self) -> bool:
        """Keras has it for classes that are written as rows, too."""
        return False

    @property
    def ignored(self) -> int | None:
        """The class whose steps or places are left out."""
        return None

    @property
    def rates(self) -> Literal["places", "rows", "batch"]:
        """What it has a value of, and what can be weighed so: each step or place of a row, a row, or all of a batch."""
        return "places"

    def weighed_shape(self, target: Field) -> Shape:
        """Of the weights of one row."""
        if self.rates != "places":
            return ()
        return target.shape if target.kind == "class" else target.shape[:-1]

    def call(self, from_logits: bool, encoding: Encoding | None = None, axes: int = 1) -> Call:
        """encoding: of the target, where it is known. axes: of what comes in, without that of the batch."""
        chosen: dict[str, Argument] = {"from_logits": from_logits} if self.logits == "chosen" else {}
        return Call(f"losses.{self.keras_class(encoding)}", kwargs={**chosen, **self.options(axes)})

    def keras_class(self, encoding: Encoding | None) -> str:
        return self.keras

    def options(self, axes: int) -> dict[str, Argument]:
        """What is not Keras' own default. axes: as for `call`."""
        told = self.arguments()
        return {name: value for name, value in told.items() if value != self.parameters[name].keras_default}

    @classmethod
    def lesson(cls) -> Lesson:
        return Lesson(cls.picture, cls.when, cls.point, cls.formula)


def registered() -> dict[str, type[LossKind]]:
    """Every loss by name, what is usual or often offered first."""
    return dict(sorted(_registry.items(), key=lambda one: not one[1].is_offered))


# Pictures that several losses share


def over(told: str, curves: Sequence[tuple[str, Function]], across: str = "error, zero in the middle") -> Sketch:
    """One or two losses over an answer from 0.01 to 0.99, the second dashed."""

    def inside(curve: Function) -> Function:
        return lambda t: curve(min(0.99, max(0.01, t)))

    looks = ((BLUE, False), (ORANGE, True))
    lines = [(name, inside(curve), *look) for (name, curve), look in zip(curves, looks, strict=False)]
    return lines_over_time(told, lines, across, "loss")


def of_error(loss: Function, reach: float, top: float) -> Function:
    """A loss of the error as a curve: from -reach to reach, of which `top` is drawn as high as there is room."""
    return lambda t: loss(reach * (2 * t - 1)) / top


def square(e: float) -> float:
    return e * e


PARABOLA: Callable[[float], float] = of_error(square, 1, 1)
DISTANCE: Callable[[float], float] = of_error(abs, 1, 1)
