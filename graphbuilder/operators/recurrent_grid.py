"""Recurrent operators whose memory is a grid: products with weights are convolutions."""

from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import Any

from graphbuilder.calls import Argument
from graphbuilder.fields import Fields
from graphbuilder.operators.families import SEQUENCE
from graphbuilder.operators.operator import REQUIRED, Counts, Port, known_size, need_axes
from graphbuilder.operators.recurrent import Recurrent
from graphbuilder.operators.window import (
    AXES,
    CONVOLUTION_SUMS,
    GRIDS,
    PADDINGS,
    Grid,
    by,
    slide,
    stepping,
    window_sums,
)
from graphbuilder.parameters import Choice, Sizes, Weight, Whole
from graphbuilder.repair import Repair, SetParameter
from graphbuilder.shapes import KnownShape, Phrase, Shape, show, size, whole
from graphbuilder.sketches import BLUE, ORANGE, Sketch, block, values
from graphbuilder.tensors import Inputs

_FIRST = ("filters", "kernel_size", "strides", "padding", "dilation_rate")


class _ConvLSTM(Recurrent, Grid):
    """Goes through a sequence of grids with a memory that is a grid."""

    inputs = (Port("in"),)
    states = ("state_h", "state_c")
    gates = 4
    source = CONVOLUTION_SUMS
    needs_amounts = True
    units = None  # type: ignore[assignment]

    filters = Whole(
        8, low=1, high=10**6, keras_default=REQUIRED, help="How many channels are remembered and given out."
    )
    kernel_size = Sizes((3,), high=1000, keras_default=REQUIRED, help="{axes} of the window.")
    strides = Sizes((1,), high=1000, keras_default=REQUIRED, help="How far the window moves over what comes in.")
    padding = Choice("valid", choices=PADDINGS, help="Whether the window stays inside what comes in, or reaches over.")
    dilation_rate = Sizes(
        (1,), high=1000, more=True, keras_default=REQUIRED, help="Gaps between the weights of a window; 1 is none."
    )
    kernel = Weight("glorot_uniform", "weights of inputs")
    recurrent = Weight("orthogonal", "weights of the memory")

    def __init_subclass__(cls, **told: Any) -> None:
        super().__init_subclass__(**told)
        places = {name: place for place, name in enumerate(_FIRST)}
        ordered = sorted(cls.parameters.items(), key=lambda item: places.get(item[0], len(_FIRST)))
        cls.parameters = MappingProxyType(dict(ordered))

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            says = "must be 1 where strides are above 1; received {received}"
            yield "dilation_rate", Phrase(says, received=max(self.dilation_rate))

    def parameter_repairs(self, name: str) -> Iterable[Repair]:
        return [SetParameter("dilation_rate", [1] * self.rank), SetParameter("strides", [1] * self.rank)]

    @property
    def _axes(self) -> tuple[str, ...]:
        """Of what there is at each step."""
        return ("places",) if self.rank == 1 else AXES[self.rank]

    def _window(self) -> KnownShape:
        return tuple((k - 1) * d + 1 for k, d in zip(self.kernel_size, self.dilation_rate, strict=True))

    def _sequence(self, inputs: Inputs) -> Shape:
        axes = ("steps", *self._axes, "channels")
        what = f"{'a row' if self.rank == 1 else GRIDS[self.rank]} at each step, {' × '.join(axes)}"
        came = need_axes(inputs[:1], self.rank + 2, what, f"A Reshape to ({', '.join(axes)}) makes it so.")
        for place, name in enumerate((*self._axes, "channels"), 1):
            known_size(came, place, name)
        return came

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        grid = self._sequence(inputs)[1:-1]
        places = slide(grid, self._window(), self.strides, self.padding, "kernel_size", self.dilation_rate)
        return self._over_steps(inputs, (*places, self.filters))

    def _apart(self) -> bool:
        return True

    def _kernels(self, inputs: Inputs) -> int:
        """Weights of one gate, of inputs and of the memory."""
        return size(self.kernel_size) * (known_size(inputs[0], -1, "channels") + self.filters) * self.filters

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        weights, places = self._kernels(inputs), size(output[-self.rank - 1 : -1])
        trainable = self.gates * (weights + self.biases() * self.filters)
        return Counts(trainable, multiply_adds=self.gates * size(inputs[0][:1]) * places * weights)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        counts = self.counts(inputs, output)
        if self.return_sequences:
            yield f"steps: every one gives its output, {show(output[:1])}"
        yield from window_sums(inputs[0][1:-1], self._window(), self.strides, self.padding, self._axes)
        yield f"channels: one for each filter, {self.filters}"
        window = f"{by(self.kernel_size)} × ({inputs[0][-1]} + {self.filters})"
        bias = " + 1" if self.use_bias else ""
        yield f"parameters, of four gates: 4 × ({window}{bias}) × {self.filters} = {whole(counts.trainable)}"
        steps, places = show(inputs[0][:1]), whole(size(output[-self.rank - 1 : -1]))
        total = whole(counts.multiply_adds)
        yield f"multiply-adds: {steps} × {places} places × 4 × {window} × {self.filters} = {total}"

    def arguments(self) -> dict[str, Argument]:
        ones = [name for name in ("strides", "dilation_rate") if self.params[name] == (1,) * self.rank]
        return {name: value for name, value in super().arguments().items() if name not in ones}

    def line(self) -> str:
        window = f"{self.filters} × {by(self.kernel_size)}{stepping(self.strides, (1,) * self.rank)}"
        return f"{window}, {self.padding}{', every step' if self.return_sequences else ''}"


_KEYWORDS = ("convlstm", "recurrent", "video", "frames", "radar", "weather", "spatiotemporal")
_FORMULA = r"c_t = f_t \odot c_{t-1} + i_t \odot \tanh(W * x_t + U * h_{t-1} + b)"


def _frames(told: str, rows: int, of: str) -> Sketch:
    """Three grids one behind the other, with a memory that is one as well."""
    sketch = Sketch(told)
    for place in range(3):
        left = 24 + place * 100
        sketch.cells(left, 84, values(rows, 3), 18, block(0, place, rows, 1), BLUE)
        sketch.arrow(left + 27, 80, left + 27, 62).box(left, 26, 54, 34, "cell", ORANGE)
        if place:
            sketch.arrow(left - 46, 43, left, 43, ORANGE)
    return sketch.text(160, 156, of)


class ConvLSTM1D(_ConvLSTM, title="ConvLSTM 1D", family=SEQUENCE, rank=1):
    """Goes through a sequence of rows step by step, with a memory for every place of a row and gates that convolve.

    Input shape: (steps, places, channels). Output shape: (places', filters), of the last step, or (steps, places',
    filters) with return_sequences. Source: Shi et al. (2015), "Convolutional LSTM Network".
    """

    keywords = _KEYWORDS
    formula = _FORMULA
    when = "For several sensors in a row over time, or spectra one after the other."
    point = (
        "Places in a row are alike and steps are in an order: the window goes along the row, memory along the steps. "
        "Masked steps are passed over."
    )
    picture = _frames("A row of places at each step, and a memory handed on", 1, "rows over time")


class ConvLSTM2D(_ConvLSTM, title="ConvLSTM", family=SEQUENCE, rank=2):
    """Goes through a sequence of images step by step, with a memory for every place and gates that convolve.

    Input shape: (steps, rows, columns, channels). Output shape: (rows', columns', filters), of the last step, or with
    steps before them with return_sequences. Source: Shi et al. (2015), "Convolutional LSTM Network".
    """

    keywords = _KEYWORDS
    formula = _FORMULA
    when = "To foretell the next image of a series: rain on a radar, a film, a flow."
    point = (
        "An LSTM at every place with the same weights, which also sees its neighbours. What moves is followed from "
        "step to step; how far it may move in one is the size of the window. Masked steps are passed over."
    )
    picture = _frames("An image at each step, and a memory handed on", 3, "images over time")


class ConvLSTM3D(_ConvLSTM, title="ConvLSTM 3D", family=SEQUENCE, rank=3):
    """Goes through a sequence of volumes step by step, with a memory for every place and gates that convolve.

    Input shape: (steps, depth, rows, columns, channels). Output shape: (depth', rows', columns', filters), of the last
    step, or with steps before them with return_sequences. Source: Shi et al. (2015), "Convolutional LSTM Network".
    """

    keywords = _KEYWORDS
    formula = _FORMULA
    when = "For scans of a body or a flow in space that are taken again and again."
    point = (
        "Three axes of places and one of time: the window moves in space and never along the steps. Memory grows with "
        "the volume, so few filters go a long way. Masked steps are passed over."
    )
    picture = _frames("A volume at each step, and a memory handed on", 3, "volumes over time")
