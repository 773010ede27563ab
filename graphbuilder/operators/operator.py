"""What an operator is. Each operator is one class: its parameters, ports, shape rule, counts and words.

Everything else is derived from that class: palette, form, checks, compiler, printed code, help and contract tests. To
add an operator, write one class with a `title` in a module of this package.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import inf
from typing import Any, ClassVar, Literal

from graphbuilder.activations import ACTIVATIONS, title_of
from graphbuilder.calls import Argument, Call, Listed
from graphbuilder.fields import Fields
from graphbuilder.lessons import Lesson
from graphbuilder.parameters import Choice, Declared, FieldName, Params
from graphbuilder.repair import Repair
from graphbuilder.shapes import Phrase, Shape, size
from graphbuilder.sketches import Sketch
from graphbuilder.tensors import TITLES, Inputs, Numbers, TensorSpec

Span = tuple[float, float]
"""The least and the greatest value; infinite where there is none."""

EVERYTHING: Span = (-inf, inf)

REQUIRED = object()
"""As `keras_default` of a parameter: Keras has no default, so the argument is always written."""


AMOUNTS = frozenset({Numbers.FLOAT, Numbers.WHOLE})


_TO_AMOUNTS = {
    Numbers.WHOLE: "Put a Rescaling before it, which makes amounts of whole numbers.",
    Numbers.TEXT: "Put what turns words into numbers before it.",
    Numbers.FLOAT: "Put what makes whole numbers of amounts before it.",
}


@dataclass(frozen=True, slots=True)
class Port:
    """Where a wire ends or starts. `many` ports take any number of wires, but at least `least`; of 0, the port may
    stay empty.

    takes: the kinds of numbers that an input is of. help: what comes here, where the name alone does not tell.
    """

    name: str
    many: bool = False
    least: int = 1
    takes: frozenset[Numbers] = AMOUNTS
    help: str = ""

    def describe(self) -> dict[str, Any]:
        return {"name": self.name, "many": self.many, "least": self.least}


@dataclass(frozen=True, slots=True)
class Family:
    """A group of the palette. The colours are Okabe and Ito's, which colour-blind people can tell apart."""

    name: str
    title: str
    color: str
    color_dark: str
    icon: str
    """One SVG path on a canvas of 24 by 24."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one node: weights that training changes, weights it does not, and multiply-adds of one sample's forward pass
    (convolutions and matrix products, without biases)."""

    trainable: int = 0
    fixed: int = 0
    multiply_adds: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.trainable + other.trainable, self.fixed + other.fixed, self.multiply_adds + other.multiply_adds
        )


class ShapeFault(Exception):
    """The inputs do not fit the operator: a message that follows "Kind 'label'", what to do, and what might help.

    facts: what stands in message and fix by its {name}, as `shapes.filled` writes it. received: shapes of several
    inputs that the message ends in, each told with the node that gives it.
    """

    def __init__(
        self,
        message: str,
        fix: str = "",
        parameter: str | None = None,
        *,
        repairs: Sequence[Repair] = (),
        received: Sequence[Shape] = (),
        code: str = "E_SHAPE",
        **facts: Any,
    ) -> None:
        super().__init__(message)
        self.message, self.fix, self.parameter, self.code, self.facts = message, fix, parameter, code, facts
        self.repairs, self.received = tuple(repairs), tuple(received)


@dataclass(frozen=True, slots=True)
class Look:
    """Along one axis: of how many places, first to last, a value is made, and how many places further on those of the
    next value begin."""

    window: int = 1
    step: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Stop:
    """Why nothing before an operator can learn: its own words, that follow "Kind 'label'", with places for the facts
    that are given; and what would let it. before: what its output must come to alone for that, of what
    `Examined.ahead` tells; None where that does not matter."""

    says: str
    parameter: str
    value: float | str
    given: Mapping[str, Any] = field(default_factory=dict)
    before: frozenset[str] | None = None


_registry: dict[str, type["Operator"]] = {}


class Operator(Declared):
    """Base of all operators. A subclass given a `title` is registered under its own name, which is Keras' class."""

    kind: ClassVar[str]
    title: ClassVar[str]
    family: ClassVar[Family]
    keywords: ClassVar[tuple[str, ...]] = ()
    formula: ClassVar[str] = ""
    when: ClassVar[str] = ""
    point: ClassVar[str] = ""
    """What a lecture would say of it."""
    picture: ClassVar[Sketch]
    inputs: ClassVar[tuple[Port, ...]] = (Port("in"),)
    outputs: ClassVar[tuple[Port, ...]] = (Port("out"),)
    """Ports of a node with default parameters; `input_ports` and `output_ports` have those of one node."""
    opened_by: ClassVar[Mapping[str, str]] = {}
    """By port that a node has as its parameters are set, the one of yes and no that opens it."""
    stands: ClassVar[Literal["anywhere", "outside", "inside"]] = "anywhere"
    """Where nodes of this kind may be: outside of blocks alone, or in blocks alone."""
    stem: ClassVar[str] = ""
    """What labels of new nodes begin with, where that is not the kind."""
    keeps_values: bool = False
    """The output holds the input's values, only placed otherwise: the activation before it still holds behind it."""
    keeps_numbers: ClassVar[bool] = False
    """Whole numbers stay whole: Keras makes no amounts of them here."""
    keeps_range: bool = False
    """No output value lies beyond the values that come in: it is one of them, or a mean of several. So what lies from
    0 to 1 does so behind it too."""
    keeps_positive: ClassVar[bool] = False
    """Values of zero or more stay as they are."""
    is_linear: ClassVar[bool] = False
    """Each output value is a fixed weighted sum of what comes in, and perhaps a constant: nothing is bent."""
    sums_inputs: ClassVar[bool] = False
    """The output is the sum of what comes in."""
    measures_batch: ClassVar[bool] = False
    """While training, values are set beside the mean and spread of their own batch."""
    is_random: ClassVar[bool] = False
    """While training, the output is drawn at random, and so are the values measured then."""
    dropped_by: ClassVar[tuple[str, ...]] = ()
    """Parameters that tell the share of values within that training sets to zero at random."""
    draws: ClassVar[str] = "changes"
    """What it then does to values, in words that follow its name."""
    is_picky: ClassVar[bool] = False
    """Some port does not take amounts."""
    needs_amounts: ClassVar[bool] = False
    """Keras makes no amounts of whole numbers here, and has no way to work on them, or rounds what it makes of them."""
    of_other_numbers: ClassVar[str] = ""
    """What to do where other numbers come in than a port takes, where it is not what is done elsewhere."""
    weighs_last_axis: ClassVar[bool] = False
    """The operator takes weighted sums along the last axis alone, whatever axes stand before it."""
    mixes_channels: ClassVar[bool] = True
    """Its weighted sums, where it takes any, run over all channels; else each channel has weights of its own."""

    has_kernel: ClassVar[bool] = False
    """It has one kernel, called so by Keras, whose last axis is the output's channels."""
    by_place: ClassVar[bool] = False
    """Along all axes but the last, a value depends on what comes in at its own place alone."""
    shows: ClassVar[Literal["", "heads", "vectors", "sums", "row"]] = ""
    """What there is to see in it, besides its values: which step looks at which, head by head; a vector for each name;
    sums of all that comes in; or the same values as came in, in one row."""
    source: ClassVar[str] = ""
    """Whose the sums of `worked` are, where they are somebody's."""

    def __init_subclass__(cls, title: str = "", family: Family | None = None) -> None:
        super().__init_subclass__()
        if family is not None:
            cls.family = family
        cls.keeps_range |= cls.keeps_values
        cls.is_linear |= cls.keeps_values
        cls.is_picky = any(Numbers.FLOAT not in port.takes for port in cls.inputs)
        if title:
            cls.kind, cls.title = cls.__name__, title
            _registry[cls.kind] = cls

    # What follows from the parameters and the shapes that come in

    def input_ports(self) -> tuple[Port, ...]:
        return self.inputs

    def output_ports(self) -> tuple[Port, ...]:
        return self.outputs

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        """The shape of the only output, or of the first. Raises ShapeFault where the inputs do not fit."""
        raise NotImplementedError

    def output_specs(self, inputs: Inputs, fields: Fields) -> tuple[TensorSpec, ...]:
        """What each output port gives, in order. Raises ShapeFault where the inputs do not fit.

        Whole numbers stay what they are only where the operator says so; all else gives numbers.
        """
        shape = self.output_shape(inputs, fields)
        if not self.keeps_numbers:
            return (TensorSpec(shape),) * len(self.output_ports())
        kinds, known = {spec.numbers for spec in inputs.specs}, [spec.vocabulary for spec in inputs.specs]
        numbers = kinds.pop() if len(kinds) == 1 else Numbers.FLOAT
        largest = max((one for one in known if one is not None), default=None)
        vocabulary = largest if None not in known and numbers is not Numbers.FLOAT else None
        return (TensorSpec(shape, numbers, vocabulary),) * len(self.output_ports())

    def infer(self, inputs: Inputs, fields: Fields) -> Mapping[str, TensorSpec]:
        """What comes out, by output port. Raises ShapeFault where the inputs do not fit, or are not of the numbers that
        a port takes."""
        for spec, name in zip(inputs.specs, inputs.ports, strict=True):
            if spec.numbers is not Numbers.FLOAT or self.is_picky:
                self._hold_numbers(spec, name)
        given, ports = self.output_specs(inputs, fields), self.output_ports()
        if len(given) == len(ports) == 1:
            return {ports[0].name: given[0]}
        return {port.name: spec for port, spec in zip(ports, given, strict=True)}

    def _hold_numbers(self, spec: TensorSpec, name: str) -> None:
        ports = self.input_ports()
        takes = next((port.takes for port in ports if port.name == name), AMOUNTS)
        takes -= {Numbers.WHOLE} if self.needs_amounts else frozenset()
        if spec.numbers not in takes:
            raise ShapeFault(
                f"needs {{wanted}}{' on {port!r}' if len(ports) > 1 else ''}; received {{came}}.",
                self.of_other_numbers or _TO_AMOUNTS[spec.numbers],
                code="E_NUMBERS",
                wanted=" or ".join(TITLES[one] for one in Numbers if one in takes),
                port=name,
                came=TITLES[spec.numbers],
            )

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        return Counts()

    def kept(self, inputs: Inputs, output: Shape) -> int:
        """How many numbers of one sample training keeps beside the outputs, until their gradients are known."""
        activation = ACTIVATIONS.get(self.activation_name() or "")
        return activation.kept * size(output) if activation else 0

    def work(self, inputs: Inputs, output: Shape) -> int:
        """How many more of one sample its gradient takes at a time than most operators' do, which is the outputs."""
        return 0

    def overwrites(self) -> bool:
        """Whether what comes out may lie where what came in did, which training needs no more."""
        return False

    def copies(self, inputs: Inputs) -> int:
        """How many times a step of training keeps its weights, beside the weights themselves."""
        return 0

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        """The sums behind shape and counts, a line each, with the numbers put in."""
        yield from ()

    def looks(self, inputs: Inputs) -> Sequence[Look] | None:
        """How far an output value looks, for each axis of the grid that comes in; None where it looks at all of it."""
        return [Look()] * (len(inputs[0]) - 1) if self.by_place else None

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        """Bounds between parameters: (parameter, phrase that follows "name ")."""
        yield from ()

    def broken_bounds(self) -> list[tuple[str, Phrase]]:
        """Each parameter outside its own bounds, else those between parameters: its name, and the phrase that follows
        it. Shape rules count on there being none."""
        moved = ((name, one) for name, one in self.parameters.items() if self.params[name] is not one.default)
        own = [(name, fault) for name, one in moved if (fault := one.fault(self.params[name]))]
        return own or list(self.parameter_faults())

    def parameter_repairs(self, name: str) -> Iterable[Repair]:
        """What might help where a bound between parameters is broken at this one."""
        return ()

    def span(self, low: float, high: float) -> tuple[float, float] | None:
        """From where to where values reach that came in from `low` to `high`; None where that alone does not tell."""
        return (low, high) if self.keeps_range else None

    def reach(self, came: Sequence[Span]) -> Span:
        """Between which values lie when the network is used, whatever was learned. came: the same of each input."""
        if activation := ACTIVATIONS.get(self.activation_name() or ""):
            return activation.low, activation.high
        spans = [self.span(*one) for one in came]
        known = [span for span in spans if span is not None]
        if not known or len(known) < len(spans):
            return EVERYTHING
        return min(low for low, _ in known), max(high for _, high in known)

    def takes_values(self) -> Span | None:
        """Between which values it takes what comes in to lie, and cuts off what lies beyond; None where it does not
        care."""
        return None

    def stops(self, fields: Fields) -> Stop | None:
        """Whether nothing before it can learn, by its own parameters."""
        return None

    def activation_name(self) -> str | None:
        """The activation that the output values went through last, None where the operator is not an activation."""
        return None

    def silent_at_zero(self) -> bool:
        """Of 0 it makes 0, and has no slope there: nothing that starts with zeros before it ever moves."""
        activation = ACTIVATIONS.get(self.activation_name() or "")
        return bool(activation and activation.silent)

    def varies(self) -> bool:
        """While training, what comes out is drawn at random, as its parameters are set."""
        return self.is_random or any(self.params[name] for name in self.dropped_by)

    @classmethod
    def begins_mask(cls, params: Params) -> bool:
        """A mask goes along with what it gives, with such parameters, where none came in."""
        return False

    def untold(self) -> Iterable[str]:
        """Parameters that the code of it does not tell, though it hangs on them."""
        return ()

    def adapts(self) -> bool:
        """It measures the training part once, before training."""
        return False

    def finds_words(self) -> bool:
        """What it measures is which words or bins there are: without them it does not work."""
        return False

    def may_die(self) -> bool:
        """A unit whose values are all 0 has no slope: it is dead."""
        activation = ACTIVATIONS.get(self.activation_name() or "")
        return bool(activation and activation.has_dead)

    @classmethod
    def suggested(cls, fields: Fields, taken: Collection[str]) -> Params:
        """Parameters that a new node had best begin with, beside the defaults. taken: fields that others use."""
        return {}

    @classmethod
    def without_data(cls, params: Params, fields: Fields) -> Params:
        """What becomes of parameters where the data are taken away: those that change. fields: what there was."""
        return {name: "" for name, parameter in cls.parameters.items() if isinstance(parameter, FieldName)}

    # What people read

    def asks(self, name: str) -> bool:
        """Whether the form asks for a parameter, which may do nothing as the others are set."""
        return True

    def folds(self, name: str) -> bool:
        """Whether the form folds a parameter away, as one that is rarely needed."""
        return self.parameters[name].more

    def line(self) -> str:
        """What matters of the parameters, for the card."""
        return ""

    # What Keras is told

    def arguments(self) -> dict[str, Argument]:
        """The arguments of the Keras layer, those left out that equal Keras' own default."""
        return self._told(of_call=False)

    def call_arguments(self) -> dict[str, Argument]:
        """The same of its call."""
        return self._told(of_call=True)

    def _told(self, of_call: bool) -> dict[str, Argument]:
        told: dict[str, Argument] = {}
        for name, parameter in self.parameters.items():
            argument = parameter.argument(self.params[name])
            if parameter.of_call == of_call and (
                parameter.keras_default is REQUIRED or argument != parameter.keras_default
            ):
                told[name] = argument
        return told

    def call(self, name: str) -> Call | None:
        """The Keras layer, called `name`; None where a function of Keras does the work, which has no weights."""
        return Call(f"layers.{self.kind}", kwargs={**self.arguments(), "name": name})

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        """How the layer is called, or the function, on the values at each input port. The layer stands in place of an
        empty callee."""
        (port,) = self.input_ports()
        came = values[port.name]
        return Call("", (came[0] if len(came) == 1 else Listed(tuple(came)),), self.call_arguments())

    @classmethod
    def lesson(cls) -> Lesson:
        return Lesson(cls.picture, cls.when, cls.point, cls.formula)

    def lesson_as_set(self) -> Lesson:
        """The lesson of a node, where its parameters choose among several things."""
        return self.lesson()

    @classmethod
    def describe(cls) -> dict[str, Any]:
        """The declaration as JSON, for the palette and for `graphbuilder operators --json`."""
        return {
            "kind": cls.kind,
            "title": cls.title,
            "family": cls.family.name,
            "keywords": list(cls.keywords),
            "summary": " ".join((cls.__doc__ or "").split("\n\n")[0].split()),
            "formula": cls.formula,
            "when": cls.when,
            "point": cls.point,
            "inputs": [p.describe() for p in cls.inputs],
            "outputs": [{"name": p.name} for p in cls.outputs],
            "parameters": [p.describe() for p in cls.parameters.values()],
        }


def registered() -> dict[str, type[Operator]]:
    """Every operator by kind, in the order of the palette."""
    return dict(_registry)


def activation_choice(
    default: str = "linear", help: str = "What bends each output value; linear leaves it as it is.", **told: Any
) -> Choice:
    titles = {name: kind.title for name, kind in ACTIVATIONS.items()}
    return Choice(default, choices=titles, help=help, **told)


def known_size(shape: Shape, place: int, what: str) -> int:
    """One size of a shape, held to be known before the data are: weights are made of it."""
    axis = shape[place]
    if axis is None:
        raise ShapeFault(
            "needs a known number of {what}; received {came}.", "Give the Input its {what}.", what=what, came=shape
        )
    return axis


def with_activation(params: Params, *parts: str) -> str:
    """The parts of a card's line and, where there is one, the activation."""
    activation = str(params["activation"])
    bent = () if activation == "linear" else (title_of(activation),)
    return ", ".join((*parts, *bent))


def need_axes(inputs: Sequence[Shape], axes: int, what: str, fix: str, repairs: Sequence[Repair] = ()) -> Shape:
    """The one input's shape, held to have `axes` axes."""
    (came,) = inputs
    if len(came) != axes:
        raise ShapeFault("needs {what}; received {came}.", fix, repairs=repairs, what=what, came=came)
    return came
