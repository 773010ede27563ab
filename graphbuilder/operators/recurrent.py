"""Operators that go through a sequence step by step and remember."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from graphbuilder.calls import Argument, Call, Listed
from graphbuilder.fields import Fields
from graphbuilder.operators.families import SEQUENCE
from graphbuilder.operators.masked import Masked, masked
from graphbuilder.operators.operator import (
    REQUIRED,
    Counts,
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


class Recurrent(Masked):
    """Goes through a sequence step by step with a state that is handed on.

    states: the ports of its state, the output first. gates: how many small layers a cell is made of.
    """

    dropped_by = ("dropout", "recurrent_dropout")
    states: ClassVar[tuple[str, ...]] = ("state",)
    gates: ClassVar[int] = 1

    units = Whole(32, low=1, high=10**6, keras_default=REQUIRED, help="How many values are remembered and given out.")
    return_sequences = YesNo(False, help="Give the output of every step, not of the last alone.")
    return_state = YesNo(False, help="Give the last state out as well, to begin another sequence with.")
    activation = activation_choice("tanh", more=True)
    recurrent_activation = activation_choice("sigmoid", "What makes the gates: from 0, closed, to 1, open.", more=True)
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
    masked = masked()

    def output_ports(self) -> tuple[Port, ...]:
        return (*self.outputs, *map(Port, self.states)) if self.return_state else self.outputs

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return self._over_steps(inputs, (self.units,))

    def _over_steps(self, inputs: Inputs, state: Shape) -> Shape:
        """The shape of the output, with that of what is handed on. Raises ShapeFault where another is to begin with."""
        steps = self._sequence(inputs)[0]
        self.hold_mask(inputs, (steps,))
        given = {port: inputs.shape_on(port) for port in self.states}
        for port, shape in given.items():
            if shape not in (None, state):
                raise ShapeFault(
                    "needs {state} values on {port!r}; received {came}.",
                    "Give both as many units.",
                    "units",
                    repairs=[SetParameter("units", size(shape or ()))],
                    state=state,
                    port=port,
                    came=shape or (),
                )
        if len({*given.values()}) > 1:
            raise ShapeFault("begins with both states or with none; received one.", "Wire the other one too.")
        return (steps, *state) if self.return_sequences else state

    def _sequence(self, inputs: Inputs) -> Shape:
        sequence = need_axes(
            inputs[:1], 2, "a sequence of steps × features", "A Reshape to (steps, features) makes one of it."
        )
        known_size(sequence, -1, "features")
        return sequence

    def output_specs(self, inputs: Inputs, fields: Fields) -> tuple[TensorSpec, ...]:
        out = self.output_shape(inputs, fields)
        state = out[1:] if self.return_sequences else out
        return TensorSpec(out), *(TensorSpec(state) for _ in self.output_ports()[1:])

    def biases(self) -> int:
        """Constants for each unit of each gate."""
        return int(self.use_bias)

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        features = known_size(inputs[0], -1, "features")
        weights = self.gates * (features + self.units) * self.units
        trainable = weights + self.gates * self.biases() * self.units
        return Counts(trainable=trainable, multiply_adds=size(inputs[0][:1]) * weights)

    def kept(self, inputs: Inputs, output: Shape) -> int:
        """Of every step what comes in, also as it is masked, and of each gate what it is made of and what it gives."""
        came = 2 * (1 + bool(self.dropout)) * size(inputs[0])
        return came + (2 + bool(self.recurrent_dropout)) * self.work(inputs, output)

    def work(self, inputs: Inputs, output: Shape) -> int:
        """What the gates give at every step."""
        state = output[1:] if self.return_sequences else output
        return self.gates * size((*inputs[0][:1], *state))

    def copies(self, inputs: Inputs) -> int:
        """Gates that are worked one by one take their parts of the weights anew at each step."""
        return size(inputs[0][:1]) if self._apart() else 0

    def _apart(self) -> bool:
        """Whether Keras works the gates one by one, for masks of their own."""
        return self.gates > 1 and bool(self.recurrent_dropout)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        counts = self.counts(inputs, output)
        gates = f"{self.gates} × " if self.gates > 1 else ""
        of_gates = f", of {_COUNTS[self.gates]} gates" if self.gates > 1 else ""
        sizes = f"{inputs[0][-1]} + {self.units}"
        bias = f" + {self.biases()}" if self.use_bias else ""
        if self.return_sequences:
            yield f"steps: every one gives its output, {show(output[:1])}"
        yield f"units: as set, {self.units}"
        yield f"parameters{of_gates}: {gates}({sizes}{bias}) × {self.units} = {whole(counts.trainable)}"
        steps = show(inputs[0][:1])
        yield f"multiply-adds: {steps} × {gates}({sizes}) × {self.units} = {whole(counts.multiply_adds)}"

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        states = [one for port in self.states for one in values.get(port, ())]
        begun: dict[str, Argument] = {"initial_state": Listed(tuple(states))} if states else {}
        return Call("", tuple(values["in"]), {**begun, **self.mask_told(values)})

    def activation_name(self) -> str | None:
        """What a gate lets through of the activation lies within its range, and is none of its values."""
        return None if self.gates > 1 else self.activation

    def line(self) -> str:
        return f"{self.units} unit{'s' if self.units != 1 else ''}{', every step' if self.return_sequences else ''}"


def _cells(told: str, handed: str) -> Sketch:
    return (
        Sketch(told)
        .box(40, 50, 60, 44, "cell", BLUE)
        .box(130, 50, 60, 44, "cell", BLUE)
        .box(220, 50, 60, 44, "cell", BLUE)
        .arrow(100, 62, 130, 62, ORANGE)
        .arrow(190, 62, 220, 62, ORANGE)
        .text(115, 42, handed, color=ORANGE)
        .arrow(70, 128, 70, 94)
        .arrow(160, 128, 160, 94)
        .arrow(250, 128, 250, 94)
        .text(160, 146, "steps")
    )


_COUNTS = {3: "three", 4: "four"}
_MASKED = "A masked step is passed over, and the state handed on as it was."


class LSTM(Recurrent, title="LSTM", family=SEQUENCE):
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
        f"layers in one: what to forget, what to write, what it is, what to show. {_MASKED}"
    )
    picture = _cells("The same cell at every step, with a memory handed on", "memory")
    inputs = (
        Port("in", help="The sequence."),
        Port("state_h", least=0, help="The output to begin with."),
        Port("state_c", least=0, help="The memory to begin with."),
    )
    states = ("state_h", "state_c")
    gates = 4


class GRU(Recurrent, title="GRU", family=SEQUENCE):
    """Goes through a sequence step by step; a gate mixes what was with what is new, another one may forget.

    Input shape: (steps, features). Output shape: (units,), of the last step, or (steps, units) with return_sequences.
    With return_state the last output comes out as well. A state may be given to begin with. Source: Cho et al. (2014),
    "Learning Phrase Representations using RNN Encoder-Decoder".
    """

    keywords = ("recurrent", "rnn", "memory", "sequence", "gate", "text", "time series", "gated recurrent unit")
    formula = r"h_t = z_t \odot h_{t-1} + (1 - z_t) \odot \tilde h_t"
    when = "As LSTM, with a quarter fewer weights: a good first choice for short sequences and few data."
    point = (
        "Memory and output are one, and one gate does what two do in an LSTM: as much as is kept is not written anew. "
        f"Where the gate stays open, the gradient goes back unchanged. {_MASKED}"
    )
    picture = (
        Sketch("A gate mixes the state as it was with a new one")
        .arrow(20, 50, 120, 50, ORANGE)
        .text(66, 40, "h before", color=ORANGE)
        .box(60, 96, 80, 36, "new", BLUE)
        .arrow(140, 114, 172, 70)
        .ring(180, 56, 18)
        .text(180, 61, "z", size=16)
        .arrow(120, 50, 160, 54, ORANGE)
        .arrow(198, 56, 290, 56, ORANGE)
        .text(244, 46, "h", color=ORANGE)
        .arrow(30, 150, 66, 130)
        .text(24, 140, "x")
    )
    inputs = (Port("in", help="The sequence."), Port("state", least=0, help="The output to begin with."))
    gates = 3
    unit_forget_bias = None  # type: ignore[assignment]

    reset_after = YesNo(True, more=True, help="Forget behind the product with the weights, not before it.")

    def _apart(self) -> bool:
        return super()._apart() or not self.reset_after

    def biases(self) -> int:
        """Two, where what is reset has been multiplied already."""
        return int(self.use_bias) * (1 + self.reset_after)


class SimpleRNN(Recurrent, title="Simple RNN", family=SEQUENCE):
    """Goes through a sequence step by step: each output is made of the step and of the output before.

    Input shape: (steps, features). Output shape: (units,), of the last step, or (steps, units) with return_sequences.
    With return_state the last output comes out as well. A state may be given to begin with. Source: Elman (1990),
    "Finding Structure in Time".
    """

    keywords = ("recurrent", "rnn", "elman", "sequence", "time series")
    formula = r"h_t = f(W x_t + U h_{t-1} + b)"
    when = "To see what recurrence is; for real sequences LSTM or GRU remember longer."
    point = (
        "One small network, as many layers deep as there are steps, all with the same weights. So the gradient is "
        "multiplied by the same matrix at every step, and fades or explodes: that is why gates were thought up. "
        f"{_MASKED}"
    )
    picture = _cells("The same cell at every step, with its output handed on", "output")
    inputs = (Port("in", help="The sequence."), Port("state", least=0, help="The output to begin with."))
    unit_forget_bias = None  # type: ignore[assignment]
    recurrent_activation = None  # type: ignore[assignment]
