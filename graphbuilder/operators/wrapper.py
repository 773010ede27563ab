"""Operators that hold another one: both ways through a sequence, and at every step of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from graphbuilder.calls import Argument, Call, Listed
from graphbuilder.fields import Fields
from graphbuilder.operators.families import SEQUENCE
from graphbuilder.operators.fitting import LINEAR
from graphbuilder.operators.inner import LayerOf, operator_of, specs_within
from graphbuilder.operators.masked import Masked, masked
from graphbuilder.operators.normalization import Normalization
from graphbuilder.operators.operator import REQUIRED, Counts, Look, Operator, Port, ShapeFault, registered
from graphbuilder.operators.recurrent import LSTM, Recurrent
from graphbuilder.parameters import Choice, Inner, YesNo
from graphbuilder.shapes import Phrase, Shape, show, size, whole
from graphbuilder.sketches import BLUE, ORANGE, Sketch
from graphbuilder.tensors import Inputs, TensorSpec


class Bidirectional(Masked, title="Both ways", family=SEQUENCE):
    """Holds a recurrent layer, and goes through the sequence from both ends by two layers of its kind.

    Input shape: as the layer inside takes it, (steps, features). Output shape: as it gives it, with twice as many
    values where the two are put side by side. With return_state inside, the states of both come out as well. Source:
    Schuster and Paliwal (1997), "Bidirectional Recurrent Neural Networks".
    """

    keywords = ("bidirectional", "bi-lstm", "bilstm", "birnn", "recurrent", "backwards", "wrapper", "text")
    formula = r"y_t = [\overrightarrow{h}_t, \overleftarrow{h}_t]"
    when = "Where the whole sequence is there before an answer is wanted: to tag words, to sort texts. Not to forecast."
    point = (
        "What a word means depends on the words behind it, too. The second layer has weights of its own and reads from "
        "the end; its outputs are turned round again, so that both speak of one step. Masked steps are passed over."
    )
    picture = (
        Sketch("Two rows of cells, one from left to right, one from right to left")
        .box(50, 20, 52, 34, "cell", BLUE)
        .box(134, 20, 52, 34, "cell", BLUE)
        .box(218, 20, 52, 34, "cell", BLUE)
        .arrow(102, 37, 134, 37, BLUE)
        .arrow(186, 37, 218, 37, BLUE)
        .box(50, 84, 52, 34, "cell", ORANGE)
        .box(134, 84, 52, 34, "cell", ORANGE)
        .box(218, 84, 52, 34, "cell", ORANGE)
        .arrow(134, 101, 102, 101, ORANGE)
        .arrow(218, 101, 186, 101, ORANGE)
        .text(160, 146, "steps")
    )

    layer = LayerOf(LSTM, fits=lambda one: issubclass(one, Recurrent), help="The layer that goes each way.")
    merge_mode = Choice(
        "concat",
        choices={"concat": "Side by side", "sum": "Sum", "mul": "Product", "ave": "Mean"},
        help="How the two outputs of a step become one.",
    )

    opened_by: ClassVar[Mapping[str, str]] = {"initial_state": "takes_states"}

    takes_states = YesNo(
        False,
        more=True,
        quiet=True,
        keras_default=REQUIRED,
        help="Take the states to begin with as inputs of their own, those of both ways.",
    )
    masked = masked()

    @property
    def _inside(self) -> Recurrent:
        """What is held; in place of what cannot be, which is a fault of its own, the usual one."""
        inside = operator_of(self.layer) if isinstance(self.layer, Inner) else None
        return inside if isinstance(inside, Recurrent) else LSTM()

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        if self._inside.go_backwards:
            yield "layer", Phrase("must not go backwards: the second one does; received go_backwards set to yes")

    def _states(self) -> tuple[str, ...]:
        """What the states of both are called, in Keras' order."""
        return tuple(f"{way}_{state}" for way in ("forward", "backward") for state in self._inside.states)

    def input_ports(self) -> tuple[Port, ...]:
        first, *others = super().input_ports()
        begun = (Port(name, least=0) for name in self._states()) if self.takes_states else ()
        return (first, *begun, *others)

    def output_ports(self) -> tuple[Port, ...]:
        return (*self.outputs, *(Port(name) for name in self._states() if self._inside.return_state))

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return self.output_specs(inputs, fields)[0].shape

    def output_specs(self, inputs: Inputs, fields: Fields) -> tuple[TensorSpec, ...]:
        sequence = Inputs.of([("in", inputs.on("in")[0])])
        out, *states = specs_within(self, "layer", sequence, fields)
        self.hold_mask(inputs, inputs[0][:1])
        self._hold_states(inputs, out.shape[1:] if self._inside.return_sequences else out.shape)
        times = 2 if self.merge_mode == "concat" else 1
        last = out.shape[-1]
        return TensorSpec((*out.shape[:-1], None if last is None else times * last)), *states, *states

    def _hold_states(self, inputs: Inputs, state: Shape) -> None:
        """Raises ShapeFault where states to begin with are not all there, or are no such states."""
        given = {port: inputs.shape_on(port) for port in self._states()}
        for port, shape in given.items():
            if shape not in (None, state):
                raise ShapeFault(
                    "needs {state} values on {port!r}; received {came}.",
                    "Give both as many units.",
                    "layer",
                    state=state,
                    port=port,
                    came=shape or (),
                )
        if len({*given.values()}) > 1:
            raise ShapeFault("begins with the states of both ways or with none; received some.", "Wire the others too.")

    def arguments(self) -> dict[str, Argument]:
        told = super().arguments()
        told.pop("takes_states", None)
        return told

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        states = [one for port in self._states() for one in values.get(port, ())]
        begun: dict[str, Argument] = {"initial_state": Listed(tuple(states))} if states else {}
        return Call("", (values["in"][0],), {**begun, **self.mask_told(values)})

    def _once(self, inputs: Inputs) -> tuple[Recurrent, Shape, Counts]:
        inside, sequence = self._inside, Inputs.of([("in", inputs.on("in")[0])])
        shape = inside.output_shape(sequence, {})
        return inside, shape, inside.counts(sequence, shape)

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        _, _, once = self._once(inputs)
        return once + once

    def kept(self, inputs: Inputs, output: Shape) -> int:
        inside, shape, _ = self._once(inputs)
        return 2 * (inside.kept(inputs, shape) + size(shape))

    def work(self, inputs: Inputs, output: Shape) -> int:
        inside, shape, _ = self._once(inputs)
        return 2 * inside.work(inputs, shape)

    def copies(self, inputs: Inputs) -> int:
        return self._inside.copies(inputs)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        inside, shape, once = self._once(inputs)
        for line in inside.worked(inputs, shape):
            if not line.startswith(("parameters", "multiply-adds")):
                yield line
        if self.merge_mode == "concat":
            yield f"both ways side by side: 2 × {show(shape[-1:])} = {show(output[-1:])}"
        yield f"parameters: 2 × {whole(once.trainable)} = {whole(2 * once.trainable)}"
        yield f"multiply-adds: 2 × {whole(once.multiply_adds)} = {whole(2 * once.multiply_adds)}"

    def varies(self) -> bool:
        return self._inside.varies()

    def activation_name(self) -> str | None:
        return self._inside.activation_name() if self.merge_mode == "concat" else None

    def line(self) -> str:
        return f"{self._inside.title}, {self._inside.line()}"


class TimeDistributed(Operator, title="At every step", family=SEQUENCE):
    """Holds a layer and applies it to every step of a sequence, with the same weights.

    Input shape: (steps, ...), each step as the layer inside takes it. Output shape: (steps, ...), each as it gives it.
    """

    keywords = ("time distributed", "wrapper", "sequence", "video", "frames", "every step", "map")
    formula = r"y_t = f(x_t)"
    when = "For sequences of images: a convolution or a pooling of each frame, before a recurrent operator."
    point = (
        "A Linear works along the last axis anyway and does not need this. One set of weights learns from every step: "
        "there are as many examples as steps. A mask goes on along the steps."
    )
    picture = (
        Sketch("One layer is applied to each of three steps")
        .box(36, 22, 56, 32, "x 1")
        .box(132, 22, 56, 32, "x 2")
        .box(228, 22, 56, 32, "x 3")
        .arrow(64, 54, 64, 82)
        .arrow(160, 54, 160, 82)
        .arrow(256, 54, 256, 82)
        .box(36, 86, 56, 34, "f", BLUE)
        .box(132, 86, 56, 34, "f", BLUE)
        .box(228, 86, 56, 34, "f", BLUE)
        .line([(92, 103), (132, 103)], ORANGE, dashed=True)
        .line([(188, 103), (228, 103)], ORANGE, dashed=True)
        .text(160, 146, "the same weights", color=ORANGE)
    )

    layer = LayerOf(
        registered()[LINEAR], fits=lambda one: _works_alone(one), help="The layer that is applied to every step."
    )

    @property
    def _inside(self) -> Operator:
        """The same."""
        return operator_of(self.layer) if isinstance(self.layer, Inner) else registered()[LINEAR]()

    def _step(self, inputs: Inputs) -> Inputs:
        (came,) = inputs.specs
        if len(came.shape) < 2:
            raise ShapeFault(
                "needs a sequence of steps, each with values of its own; received {came}.",
                "A Reshape to (steps, features) makes one of it.",
                came=came.shape,
            )
        port = self._inside.input_ports()[0].name
        return Inputs.of([(port, TensorSpec(came.shape[1:], came.numbers, came.vocabulary))])

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (made,) = specs_within(self, "layer", self._step(inputs), fields)
        return (inputs[0][0], *made.shape)

    def _once(self, inputs: Inputs) -> tuple[Inputs, Shape, Counts]:
        step = self._step(inputs)
        shape = self._inside.output_shape(step, {})
        return step, shape, self._inside.counts(step, shape)

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        _, _, once = self._once(inputs)
        return Counts(once.trainable, once.fixed, size(inputs[0][:1]) * once.multiply_adds)

    def kept(self, inputs: Inputs, output: Shape) -> int:
        step, shape, _ = self._once(inputs)
        return size(inputs[0][:1]) * self._inside.kept(step, shape)

    def work(self, inputs: Inputs, output: Shape) -> int:
        """The gradient of each step is laid out as long as the sequence before all are added; as measured, all that is
        there for each step beside is a quarter of that."""
        step, shape, _ = self._once(inputs)
        return size(inputs[0][:1]) * (5 * size(inputs[0]) // 4 + self._inside.work(step, shape))

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        step, shape, once = self._once(inputs)
        yield f"steps: as they come in, {show(output[:1])}"
        yield f"each step: {show(step[0])} → {show(shape)}"
        for line in self._inside.worked(step, shape):
            if not line.startswith("multiply-adds"):
                yield line
        if once.multiply_adds:
            steps, total = show(inputs[0][:1]), size(inputs[0][:1]) * once.multiply_adds
            yield f"multiply-adds: {steps} × {whole(once.multiply_adds)} = {whole(total)}"

    def looks(self, inputs: Inputs) -> list[Look] | None:
        inner = self._inside.looks(self._step(inputs))
        return None if inner is None else [Look(), *inner]

    def varies(self) -> bool:
        return self._inside.varies()

    def activation_name(self) -> str | None:
        return self._inside.activation_name()

    def line(self) -> str:
        inner = self._inside.line()
        return f"{self._inside.title}{inner and f', {inner}'}"


def _works_alone(operator: type[Operator]) -> bool:
    """It takes amounts, and has nothing to measure before."""
    return not operator.is_picky and not issubclass(operator, Normalization)
