"""A layer whose kernel is kept from stretching."""

from collections.abc import Iterator, Sequence

from graphbuilder.fields import Fields
from graphbuilder.operators import linear
from graphbuilder.operators.families import NORMALIZATION
from graphbuilder.operators.inner import LayerOf, operator_of, specs_within
from graphbuilder.operators.operator import Counts, Look, Operator
from graphbuilder.parameters import Whole
from graphbuilder.shapes import Shape
from graphbuilder.sketches import BLUE, ORANGE, Sketch
from graphbuilder.tensors import Inputs, TensorSpec


class SpectralNormalization(Operator, title="Spectral normalization", family=NORMALIZATION):
    """Divides the kernel of the layer inside by the most that it stretches any input, at each step of training.

    Input shape: as the layer inside takes it. Output shape: as it gives it. Keras keeps one number an output channel
    to find that stretch. Source: Miyato et al. (2018), "Spectral Normalization for Generative Adversarial Networks".
    """

    keywords = ("gan", "lipschitz", "wrapper", "discriminator", "singular value")
    formula = r"W \leftarrow \frac{W}{\sigma(W)}, \quad \sigma(W) = \max_{\|x\| = 1} \|W x\|"
    when = "In the critic of a GAN, and wherever a small change of the input must not become a large one."
    point = (
        "The largest singular value is how far a matrix stretches at most. Held to one in every layer, the whole "
        "network stretches nothing by more than one. One step of power iteration at each step of training finds it."
    )
    picture = (
        Sketch("A kernel that stretches a circle to a long ellipse is divided by its length")
        .line([(30, 100), (130, 60)], ORANGE, width=4)
        .ring(80, 80, 22)
        .arrow(146, 80, 184, 80)
        .line([(208, 90), (252, 70)], BLUE, width=4)
        .ring(230, 80, 22)
        .text(80, 140, "σ = 2.4", color=ORANGE)
        .text(230, 140, "σ = 1", color=BLUE)
    )

    needs_amounts = True

    layer = LayerOf(linear.Dense, fits=lambda one: one.has_kernel, help="The layer whose kernel is held.")
    power_iterations = Whole(
        1, low=1, high=100, more=True, help="How often the stretch is worked out anew at each step of training."
    )

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return self.output_specs(inputs, fields)[0].shape

    def output_specs(self, inputs: Inputs, fields: Fields) -> tuple[TensorSpec, ...]:
        return specs_within(self, "layer", inputs, fields)

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        return operator_of(self.layer).counts(inputs, output) + Counts(fixed=output[-1] or 0)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield from operator_of(self.layer).worked(inputs, output)
        yield f"not trained: {output[-1]}, one an output channel"

    def looks(self, inputs: Inputs) -> Sequence[Look] | None:
        return operator_of(self.layer).looks(inputs)

    def activation_name(self) -> str | None:
        return operator_of(self.layer).activation_name()

    def line(self) -> str:
        inner = operator_of(self.layer)
        return ": ".join(part for part in (inner.title, inner.line()) if part)
