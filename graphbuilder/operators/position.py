"""Operators that tell where in a sequence each step stands."""

from collections.abc import Iterator, Mapping, Sequence
from math import pi, sin

from graphbuilder.calls import Argument, Call
from graphbuilder.fields import Fields
from graphbuilder.operators.families import ATTENTION
from graphbuilder.operators.operator import REQUIRED, Counts, Operator, ShapeFault, known_size, need_axes
from graphbuilder.parameters import Weight, Whole
from graphbuilder.repair import SetParameter
from graphbuilder.shapes import Shape, show, whole
from graphbuilder.sketches import BLUE, ORANGE, Sketch
from graphbuilder.tensors import Inputs


def _sequence(inputs: Inputs) -> Shape:
    return need_axes(inputs, 2, "a sequence of steps × features", "A Reshape to (steps, features) makes one of it.")


class PositionEmbedding(Operator, title="Position embedding", family=ATTENTION):
    """Gives a learned vector for the place of each step; what stands there makes no difference.

    Input shape: (steps, features). Output shape: (steps, output_dim). Source: Gehring et al. (2017), "Convolutional
    Sequence to Sequence Learning".
    """

    keywords = ("position", "positional encoding", "transformer", "order", "place", "embedding")
    formula = r"y_t = P_t"
    when = "Beside what goes into attention: an Add puts the vectors of the places onto those of the words."
    point = (
        "Attention sees a set and no order: swap two words and the same comes out. The place has to be given with the "
        "value. What is learned of a place is learned of that place alone; beyond the longest that was seen there is "
        "nothing. These vectors have no mask, and an Add of them and of masked words has none either."
    )
    picture = (
        Sketch("Each place picks its own row of a table of vectors")
        .cells(24, 40, [["the"], ["cat"], ["sat"]], 30)
        .text(86, 60, "0", color=BLUE)
        .text(86, 90, "1", color=BLUE)
        .text(86, 120, "2", color=BLUE)
        .arrow(104, 84, 150, 84)
        .cells(164, 40, [["", "", ""], ["", "", ""], ["", "", ""]], 30, {(1, 0), (1, 1), (1, 2)}, ORANGE)
        .text(209, 150, "one row a place")
    )

    input_dim = Whole(512, low=1, high=10**7, keras_default=REQUIRED, help="How many places there are at most.")
    output_dim = Whole(16, low=1, high=10**6, keras_default=REQUIRED, help="How many values stand for each.")
    embeddings = Weight("random_uniform", "vectors", axes=2, keras_default="uniform")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        steps, _ = _sequence(inputs)
        if steps is not None and steps > self.input_dim:
            raise ShapeFault(
                "has vectors for {places:,} places, and {steps:,} steps come in.",
                "Set input_dim to {steps}.",
                "input_dim",
                repairs=[SetParameter("input_dim", steps)],
                places=self.input_dim,
                steps=steps,
            )
        return steps, self.output_dim

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        return Counts(trainable=self.input_dim * self.output_dim)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield f"steps: as they come in, {show(output[:1])}"
        yield f"channels: as set, {self.output_dim}"
        yield f"parameters: {self.input_dim} × {self.output_dim} = {whole(self.input_dim * self.output_dim)}"

    def call(self, name: str) -> Call | None:
        return Call("layers.Embedding", kwargs={**self.arguments(), "name": name})

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        return Call("", (Call("composed.places_of", (values["in"][0],)),))

    def line(self) -> str:
        return f"{whole(self.input_dim)} places → {self.output_dim} values"


class SinusoidalPosition(Operator, title="Sinusoidal position", family=ATTENTION):
    """Gives a fixed vector for the place of each step, of sines and cosines from fast to slow; nothing is learned.

    Input shape: (steps, features). Output shape: the same. Source: Vaswani et al. (2017), "Attention Is All You Need",
    section 3.5, with sines at even places and cosines at odd ones.
    """

    keywords = ("position", "positional encoding", "transformer", "order", "sine", "cosine", "wave")
    formula = r"y_{t,2i} = \sin \frac{t}{n^{2i/d}}, \quad y_{t,2i+1} = \cos \frac{t}{n^{2i/d}}"
    when = "Beside what goes into attention: an Add puts it onto the vectors of the words."
    point = (
        "Like the hands of a clock, the fast waves tell neighbours apart, the slow ones the far ends. A step further "
        "on is the same turn everywhere, so distances are easy to learn, and there is no longest length. These "
        "vectors have no mask, and an Add of them and of masked words has none either."
    )
    picture = (
        Sketch("Waves from fast to slow; a place reads one value off each")
        .line([(20 + x, 34 - 16 * sin(x / 12)) for x in range(0, 281, 4)], BLUE)
        .line([(20 + x, 80 - 16 * sin(x / 30)) for x in range(0, 281, 4)], BLUE)
        .line([(20 + x, 126 - 16 * sin(x / 90)) for x in range(0, 281, 4)], BLUE)
        .line([(140, 10), (140, 150)], ORANGE, dashed=True)
        .text(146, 156, "one step", color=ORANGE, anchor="start")
    )
    by_place = True

    wavelength = Whole(10_000, low=2, high=10**9, help="How many times slower the slowest wave is than the fastest: n.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        sequence = _sequence(inputs)
        known_size(sequence, -1, "features")
        return sequence

    def reach(self, came: Sequence[tuple[float, float]]) -> tuple[float, float]:
        return -1.0, 1.0

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        lengths = f"{2 * pi:.2f} to {2 * pi * self.wavelength:,.0f}"
        yield f"values: {show(output)} as they come in, of waves that are {lengths} steps long"

    def call(self, name: str) -> Call | None:
        return None

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        return Call("composed.sinusoidal_position", (values["in"][0], self.wavelength))

    def line(self) -> str:
        return f"waves to 1/{self.wavelength:,}"
