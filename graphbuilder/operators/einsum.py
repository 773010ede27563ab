"""A linear layer whose sum is written as an equation."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphbuilder.calls import Argument
from graphbuilder.fields import Fields
from graphbuilder.operators.families import LINEAR
from graphbuilder.operators.operator import REQUIRED, Counts, Operator, ShapeFault, activation_choice, known_size
from graphbuilder.parameters import Formula, Weight, WholeList, YesNo
from graphbuilder.shapes import Axis, Phrase, Shape, show, size, whole
from graphbuilder.sketches import BLUE, ORANGE, Sketch
from graphbuilder.tensors import Inputs

_FORM = r"(?P<rest>(\.\.\.)?)(?P<came>[a-zA-Z]+),(?P<weight>[a-zA-Z]+)->(?P=rest)(?P<out>[a-zA-Z]+)"


@dataclass(frozen=True, slots=True)
class _Equation:
    """Letters of what comes in, of the weights and of what comes out. rest: "..." stands before, for the batch and for
    the axes that are not named; else the first letter is the batch."""

    rest: bool
    came: str
    weight: str
    out: str

    @property
    def new(self) -> str:
        """Letters of the output whose size is a setting."""
        return "".join(letter for letter in self.out if letter not in self.came)

    @property
    def added(self) -> str:
        """Letters that the output does not have."""
        return "".join(letter for letter in self.came if letter not in self.out)


class EinsumDense(Operator, title="Linear by an equation", family=LINEAR):
    """Multiplies along the axes that an equation names, and adds up those that the output does not have.

    Input shape: as the equation names its axes. Output shape: the same. In "...c,cd->...d" c is added up and d is
    new; in "abc,cde->abde" a is the batch.
    """

    keywords = ("einsum", "einstein sum", "tensor contraction", "dense", "projection", "heads", "bilinear")
    formula = r"y_{a \ldots d} = \sum_{c} x_{a \ldots c} \, W_{c d}"
    when = "Where a Linear is to work along another axis than the last, or to give several axes at once, as heads do."
    point = (
        "Every linear layer is one line of letters: those on both sides stay, those that vanish are added up. Linear "
        'is "...c,cd->...d". Axes that are named and stay have a size that Keras knows only with the data; "..." keeps '
        "what is known."
    )
    picture = (
        Sketch("The letter c stands in both and vanishes; d is new")
        .text(84, 60, "... c", color=BLUE, size=24)
        .text(150, 60, "c d", color=ORANGE, size=24)
        .text(196, 60, "→", size=24)
        .text(250, 60, "... d", size=24)
        .line([(100, 70), (100, 100), (138, 100), (138, 70)], width=1.6)
        .text(119, 120, "added up")
        .text(84, 32, "x", color=BLUE)
        .text(150, 32, "W", color=ORANGE)
        .text(250, 32, "y")
    )

    equation = Formula(
        "...c,cd->...d", form=_FORM, needed='an equation such as "...c,cd->...d"', keras_default=REQUIRED,
        others=("...c,dc->...d", "...c,cde->...de", "abc,cd->abd"),
        help="Letters of what comes in, of the weights, and of what comes out.",
    )  # fmt: skip
    sizes = WholeList(
        (32,), longest=6, high=10**6, keras_default=REQUIRED, help="How large each new axis of the output is, in order."
    )
    activation = activation_choice(keras_default=None)
    use_bias = YesNo(False, keras_default=REQUIRED, help="Add a trained constant for each place along the new axes.")
    kernel = Weight("glorot_uniform")
    bias = Weight("zeros", "biases")

    @property
    def _parts(self) -> _Equation | None:
        found = re.fullmatch(_FORM, self.equation)
        return _Equation(bool(found["rest"]), found["came"], found["weight"], found["out"]) if found else None

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        parts = self._parts
        if parts is None:
            return
        came = self.equation
        if any(len({*letters}) < len(letters) for letters in (parts.came, parts.weight, parts.out)):
            says = "must name no axis twice on one side; received {received!r}"
            yield "equation", Phrase(says, received=came)
        elif unknown := [one for one in parts.out if one not in parts.came and one not in parts.weight]:
            says = "must have {axis!r} of the output in what comes in or in the weights; received {received!r}"
            yield "equation", Phrase(says, axis=unknown[0], received=came)
        elif kept := [
            one for one in parts.weight if one not in parts.new and (one in parts.out or one not in parts.came)
        ]:
            says = "must add up {axis!r} or make it new: no other axis can be one of weights; received {received!r}"
            yield "equation", Phrase(says, axis=kept[0], received=came)
        elif not parts.rest and (parts.came[0] != parts.out[0] or parts.came[0] in parts.weight):
            says = "must leave the first axis, the batch, as it is; received {received!r}"
            yield "equation", Phrase(says, received=came)
        elif len(self.sizes) != len(parts.new):
            says = "must have one for each of {axes!r}; received {received}"
            yield "sizes", Phrase(says, axes=parts.new or "no letters", received=len(self.sizes))

    def _met(self, came: Shape) -> tuple[_Equation, dict[str, Axis], Shape]:
        """The equation, the size of each letter but the batch, and the axes that "..." stands for."""
        parts = self._parts
        assert parts is not None, "bounds are held before shapes are asked for"
        named = parts.came if parts.rest else parts.came[1:]
        around = len(came) - len(named)
        if around < 0 or (around and not parts.rest):
            raise ShapeFault(
                "needs {axes} {word} as its equation has them; received {came}.",
                'Name each axis behind the batch, or let "..." stand for those in front.',
                "equation",
                axes=len(named),
                word="axis" if len(named) == 1 else "axes",
                came=came,
            )
        if around > 1 and len({*came[:around]}) > 1:
            raise ShapeFault(
                'lets "..." stand for {around}, whose sizes Keras turns round; received {came}.',
                "Use a Linear, or a Reshape before it.",
                "equation",
                around=came[:around],
                came=came,
            )
        sizes = dict(zip(named, came[around:], strict=True)) | dict(zip(parts.new, self.sizes, strict=True))
        for letter in parts.weight:
            if letter in sizes and sizes[letter] is None:
                known_size((None,), 0, f"places along {letter!r}")
        return parts, sizes, came[:around]

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        """Axes that are named and stay have a size that Keras does not look up."""
        (came,) = inputs
        parts, sizes, around = self._met(came)
        out = parts.out if parts.rest else parts.out[1:]
        return (*around, *(sizes[letter] if letter in parts.new else None for letter in out))

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        parts, sizes, around = self._met(inputs[0])
        weights = size(tuple(sizes[letter] for letter in parts.weight))
        products = size(around) * size(tuple(sizes.values()))
        return Counts(weights + self.use_bias * size(self.sizes), multiply_adds=products)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        parts, sizes, around = self._met(inputs[0])
        for axis in around:
            yield f"...: as it comes in, {show((axis,))}"
        for letter in parts.out if parts.rest else parts.out[1:]:
            yield f"{letter}: {'as set' if letter in parts.new else 'as it comes in'}, {show((sizes[letter],))}"
        counts = self.counts(inputs, output)
        kernel = show(tuple(sizes[letter] for letter in parts.weight))
        bias = f" + {show(self.sizes)}" if self.use_bias else ""
        yield f"parameters: {kernel}{bias} = {whole(counts.trainable)}"
        letters = show((*around, *sizes.values()))
        yield f"multiply-adds, of every letter: {letters} = {whole(counts.multiply_adds)}"

    def arguments(self) -> dict[str, Argument]:
        told = super().arguments()
        del told["sizes"], told["use_bias"]
        parts = self._parts
        assert parts is not None
        sizes = dict(zip(parts.new, self.sizes, strict=False))
        out: Sequence[str] = parts.out if parts.rest else parts.out[1:]
        bias: dict[str, Argument] = {"bias_axes": parts.new} if self.use_bias and parts.new else {}
        return {
            "equation": told.pop("equation"), "output_shape": tuple(sizes.get(letter) for letter in out), **bias, **told
        }  # fmt: skip

    def activation_name(self) -> str:
        return self.activation

    def line(self) -> str:
        return self.equation
