"""Operators that go through a sequence step by step and remember."""

from collections.abc import Iterator, Mapping, Sequence

from graphbuilder.calls import Argument, Call, Listed
from graphbuilder.fields import Fields
from graphbuilder.operators.families import SEQUENCE
from graphbuilder.operators.operator import (
    REQUIRED,
    Counts,
    Operator,
    Port,
    ShapeFault,
    activation_choice,
    known_size,
    need_axes,
)
from graphbuilder.parameters import Number, Weight, Whole, YesNo, activity_regularizer
from graphbuilder.repair import SetParameter
from graphbuilder.shapes import Shape, show, size, whole
from graphbuilder.sketches import BLUE, ORANGE, Sketch
from graphbuilder.tensors import Inputs, TensorSpec

_STATES = ("state_h", "state_c")


class LSTM(Operator, title="LSTM", family=SEQUENCE):
    """Goes through a sequence step by step with a memory that gates write to, keep and read.

    Input shape: (steps, features). Output shape: (units,), of the last step, or (steps, units) with return_sequences.
    With return_state, the last output and the last memory come out as well, (units,) each. A state may be given to
    begin with. Source: Hochreiter and Schmidhuber (1997), "Long Short-Term Memory".
    """

    keywords = ("recurrent", "rnn", "memory", "sequence", "gate", "text", "time series")
    formula = r"c_t = f_t \odot c_{t-1} + i_t \odot \tilde c_t, \quad h_t = o_t \odot \tanh c_t"
    when = "For sequences whose steps matter in their order, and where what was long ago may matter now."
    point = (
        "The memory is changed by adding, so a gradient goes back through many steps without vanishing. Four small "
        "layers in one: what to forget, what to write, what it is, what to show."
    )
    picture = (
        Sketch("The same cell at every step, with a memory handed on")
        .box(40, 50, 60, 44, "cell", BLUE)
        .box(130, 50, 60, 44, "cell", BLUE)
        .box(220, 50, 60, 44, "cell", BLUE)
        .arrow(100, 62, 130, 62, ORANGE)
        .arrow(190, 62, 220, 62, ORANGE)
        .text(115, 42, "memory", color=ORANGE)
        .arrow(70, 128, 70, 94)
        .arrow(160, 128, 160, 94)
        .arrow(250, 128, 250, 94)
        .text(160, 146, "steps")
    )
    inputs = (
        Port("in", help="The sequence."),
        Port("state_h", least=0, help="The output to begin with."),
        Port("state_c", least=0, help="The memory to begin with."),
    )

    units = Whole(32, low=1, high=10**6, keras_default=REQUIRED, help="How many values are remembered and given out.")
    return_sequences = YesNo(False, help="Give the output of every step, not of the last alone.")
    return_state = YesNo(False, help="Give the last output and the last memory out as well.")
    activation = activation_choice("tanh", more=True)
    recurrent_activation = activation_choice("sigmoid", more=True)
    use_bias = YesNo(True, more=True, help="Add trained constants.")
    kernel = Weight("glorot_uniform", "weights of inputs", axes=2)
    recurrent = Weight("orthogonal", "weights of the memory", axes=2)
    bias = Weight("zeros", "biases", beside=("unit_forget_bias",))
    unit_forget_bias = YesNo(True, more=True, help="Begin by remembering: the bias of the forget gate starts at 1.")
    dropout = Number(0.0, low=0.0, high=1.0, open_high=True, more=True, help="Share of inputs set to 0 in training.")
    recurrent_dropout = Number(
        0.0, low=0.0, high=1.0, open_high=True, more=True, help="Share of the memory set to 0 in training."
    )
    go_backwards = YesNo(False, more=True, help="Go from the last step to the first.")
    activity_regularizer = activity_regularizer()

    def output_ports(self) -> tuple[Port, ...]:
        return (*self.outputs, *map(Port, _STATES)) if self.return_state else self.outputs

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        sequence = need_axes(
            inputs[:1], 2, "a sequence of steps × features", "A Reshape to (steps, features) makes one of it."
        )
        known_size(sequence, -1, "features")
        given = {port: inputs.shape_on(port) for port in _STATES}
        for port, shape in given.items():
            if shape not in (None, (self.units,)):
                raise ShapeFault(
                    "needs {units} values on {port!r}; received {came}.",
                    "Give both as many units.",
                    "units",
                    repairs=[SetParameter("units", size(shape or ()))],
                    units=self.units,
                    port=port,
                    came=shape or (),
                )
        if len({*given.values()}) > 1:
            raise ShapeFault("begins with both states or with none; received one.", "Wire the other one too.")
        return (sequence[0], self.units) if self.return_sequences else (self.units,)

    def output_specs(self, inputs: Inputs, fields: Fields) -> tuple[TensorSpec, ...]:
        out = TensorSpec(self.output_shape(inputs, fields))
        return out, *(TensorSpec((self.units,)) for _ in self.output_ports()[1:])

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        features = known_size(inputs[0], -1, "features")
        weights = 4 * (features + self.units) * self.units
        trainable = weights + self.use_bias * 4 * self.units
        return Counts(trainable=trainable, multiply_adds=size(inputs[0][:1]) * weights)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        counts = self.counts(inputs, output)
        bias = " + 1" if self.use_bias else ""
        yield f"units: as set, {self.units}"
        sums = f"4 × ({inputs[0][-1]} + {self.units}{bias}) × {self.units}"
        yield f"parameters, of four gates: {sums} = {whole(counts.trainable)}"
        steps = show(inputs[0][:1])
        weights = f"4 × ({inputs[0][-1]} + {self.units}) × {self.units}"
        yield f"multiply-adds: {steps} × {weights} = {whole(counts.multiply_adds)}"

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        states = [*values["state_h"], *values["state_c"]]
        return Call("", tuple(values["in"]), {"initial_state": Listed(tuple(states))} if states else {})

    def activation_name(self) -> str | None:
        """What a gate lets through of the activation lies within its range, and is none of its values."""
        return None

    def line(self) -> str:
        return f"{self.units} unit{'s' if self.units != 1 else ''}{', every step' if self.return_sequences else ''}"
