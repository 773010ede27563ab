"""One learned factor for each channel."""

from collections.abc import Iterator

from graphbuilder.calls import Argument, Call
from graphbuilder.fields import Fields
from graphbuilder.operators.families import NORMALIZATION
from graphbuilder.operators.operator import Counts, Operator, ShapeFault, known_size
from graphbuilder.parameters import Choice, Number, Whole
from graphbuilder.repair import SetParameter
from graphbuilder.shapes import Shape, size, whole
from graphbuilder.sketches import BLUE, ORANGE, Sketch
from graphbuilder.tensors import Inputs

_AXES = {"vector": 1, "sequence": 2, "image": 3}


class LayerScale(Operator, title="Layer scale", family=NORMALIZATION):
    """Multiplies every channel by a factor of its own, which is learned and begins near zero.

    Input shape: (channels,), (steps, channels) or (rows, columns, channels). Output shape: the same. It becomes an
    EinsumDense, of images a depthwise 1×1 convolution. Source: Touvron et al. (2021), "Going Deeper with Image
    Transformers".
    """

    keywords = ("scale", "gamma", "convnext", "residual", "transformer", "einsum", "gain")
    formula = r"y_c = \gamma_c x_c"
    when = "At the end of the block of a deep residual network or transformer, right before the Add."
    point = (
        "With factors near zero every block begins as doing nothing, and a network of a hundred blocks as a straight "
        "way through. Each block then grows as far as it helps."
    )
    picture = (
        Sketch("Each channel is multiplied by its own small factor")
        .bars([0.9, 0.5, 0.8, 0.6], 24, 120, 84, 84, BLUE)
        .text(150, 66, "× γ")
        .arrow(124, 84, 180, 84)
        .bars([0.09, 0.9, 0.2, 0.35], 200, 120, 84, 30, ORANGE)
        .text(66, 140, "channels")
        .text(242, 140, "scaled")
    )
    by_place = True
    is_linear = True
    needs_amounts = True

    of = Choice(
        "image",
        choices={"vector": "Vector", "sequence": "Sequence", "image": "Image"},
        help="What comes in: how many axes stand before the channels.",
    )
    channels = Whole(32, low=1, high=10**9, help="How many channels come in, each with a factor.")
    start = Number(1e-5, help="What every factor is at the start.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        axes = len(inputs[0])
        if axes != _AXES[self.of]:
            fits = next((of for of, count in _AXES.items() if count == axes), None)
            raise ShapeFault(
                "is set to take {of}; received {came}.",
                "Set what comes in as it is.",
                "of",
                repairs=[SetParameter("of", fits)] if fits else [],
                of=f"{'an' if self.of == 'image' else 'a'} {self.of}",
                came=inputs[0],
            )
        came = known_size(inputs[0], -1, "channels")
        if came != self.channels:
            raise ShapeFault(
                "has factors for {channels:,} channels, and {came:,} come in.",
                "Set channels to {came}.",
                "channels",
                repairs=[SetParameter("channels", came)],
                channels=self.channels,
                came=came,
            )
        return inputs[0]

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        return Counts(trainable=self.channels, multiply_adds=size(output))

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield f"parameters: a factor for each channel, {whole(self.channels)}"
        yield f"multiply-adds: one for each value, {whole(size(output))}"

    def call(self, name: str) -> Call | None:
        start = Call("initializers.Constant", (self.start,))
        if self.of == "image":  # of images EinsumDense loses count of rows and columns (Keras 3.15)
            told: dict[str, Argument] = {"use_bias": False, "depthwise_initializer": start, "name": name}
            return Call("layers.DepthwiseConv2D", (1,), told)
        told = {"output_shape": (self.channels,), "kernel_initializer": start, "name": name}
        return Call("layers.EinsumDense", ("...c,c->...c",), told)

    def line(self) -> str:
        return f"from {self.start:g}"
