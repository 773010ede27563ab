"""From a checked network to what Keras is told, as data.

The compiler runs a plan and the code generator prints it: both read the same calls in the same order, so what trains
and what is exported are the same model, with the same weights for the same seed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphbuilder.calls import Argument, Call, Name
from graphbuilder.checks import Report
from graphbuilder.datasets import SOURCES, Source
from graphbuilder.diagnostics import Diagnostic, Severity
from graphbuilder.losses import LOSSES, Encoding
from graphbuilder.names import layer_names, value_names
from graphbuilder.operators.data import Input
from graphbuilder.operators.loss import Loss
from graphbuilder.operators.normalization import Normalization
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.shapes import Shape


class NotReady(ValueError):
    """A network that cannot be planned: it has faults, or lacks what training needs. The text names the first and
    counts the others."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of Keras, made once and then called as often as the network needs it."""

    name: str
    call: Call


@dataclass(frozen=True, slots=True)
class Step:
    """Values of the network: `values = layer(arguments)`, or the call of a function, such as Input.

    values: one for each output port, the first under the node's own name. layer: None for a function.
    """

    values: tuple[str, ...]
    node: str
    call: Call
    layer: Layer | None = None

    @property
    def name(self) -> str:
        return self.values[0]


@dataclass(frozen=True, slots=True)
class End:
    """One thing that the network gives out, and the value that it is."""

    name: str
    node: str
    value: str


@dataclass(frozen=True, slots=True)
class Objective(End):
    """One Loss: what makes the value it reads good or bad. from_logits: the value becomes probabilities only inside the
    loss. metrics: what is shown beside the loss, none before the target is known."""

    loss: Call
    from_logits: bool
    weight: float
    metrics: Mapping[str, Call]


@dataclass(frozen=True, slots=True)
class Output(Objective):
    """One Loss with the field that Keras compares with, and how the raw field is written for the loss: None where it is
    taken as it is."""

    target: str
    encoding: Encoding
    encode: Call | None


@dataclass(frozen=True)
class Architecture:
    """Everything that is needed to build a network, whether or not it can be trained.

    steps: in the order in which layers are made, each where it is called first, since weights are drawn in it. shapes:
    of each Input by its name. outputs: the Losses; without any, the ends of the network. adapted: layers that measure
    the training part before training. optimizer: None without any Loss. seed: of the weights.
    """

    name: str
    steps: tuple[Step, ...]
    shapes: Mapping[str, Shape]
    outputs: tuple[End, ...]
    adapted: tuple[str, ...]
    optimizer: Call | None
    seed: int

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Each once, in the order of their making."""
        return tuple({step.layer.name: step.layer for step in self.steps if step.layer}.values())

    @property
    def objectives(self) -> tuple[Objective, ...]:
        return tuple(output for output in self.outputs if isinstance(output, Objective))


@dataclass(frozen=True)
class Plan(Architecture):
    """Everything that is needed to load data, and to build, train and judge a network.

    inputs: the field of each Input by its name. seed: of weights and of the order of samples; split: the arguments of
    `split_rows` after rows and classes.
    """

    outputs: tuple[Output, ...]
    inputs: Mapping[str, str]
    source: Source
    split: Mapping[str, Argument]
    batch_size: int
    epochs: int
    patience: int
    min_delta: float


def plan(report: Report) -> Plan:
    """The plan of a network that can be trained. Raises NotReady where it has faults or lacks anything."""
    _refuse_for(report.against_training)
    return _whole(report)


def code_plan(report: Report) -> Plan | Architecture:
    """What code is printed of: the whole plan where data and Losses are there, even if training it is too much for this
    machine; else the architecture alone. Raises NotReady for a network with faults."""
    return _whole(report) if _is_whole(report) else architecture(report)


def _is_whole(report: Report) -> bool:
    """There are a Loss and data, every Input has a field of them, and every Loss its target."""
    data, operators = report.document.data, report.wired.operators.values()
    source = SOURCES.get(data.name)
    fields = source(data.options).fields() if source else {}
    inputs = [one.field for one in operators if isinstance(one, Input)]
    targets = [one.target for one in operators if isinstance(one, Loss)]
    return bool(targets) and all(name in fields for name in (*inputs, *targets))


def architecture(report: Report) -> Architecture:
    """What is needed to build the network. Raises NotReady where it has faults."""
    _refuse_for(report.against_code)
    document, wired = report.document, report.wired
    names = layer_names(document.nodes)
    values = value_names(document.nodes, names)
    steps: list[Step] = []
    shapes: dict[str, Shape] = {}
    objectives: list[End] = []
    adapted: list[str] = []
    for id in wired.order:
        operator, name = wired.operators[id], names[id]
        assert operator is not None
        read = [(wire.target_port, values[wire.source, wire.source_port]) for wire in wired.into[id]]
        if isinstance(operator, Input):
            shapes[name] = report.facts[id].shape
            steps.append(Step((name,), id, operator.entrance(name, report.facts[id].outputs["out"])))
        elif isinstance(operator, Loss):
            logits = operator.from_logits and bool(LOSSES[operator.loss].probabilities)
            objectives.append(Objective(name, id, read[0][1], operator.call(name), logits, operator.weight, {}))
        else:
            if isinstance(operator, Normalization):
                adapted.append(name)
            ports = {
                port.name: [Name(value) for at, value in read if at == port.name] for port in operator.input_ports()
            }
            made, given = operator.call(name), tuple(values[id, port.name] for port in operator.output_ports())
            steps.append(Step(given, id, operator.applied(ports), Layer(name, made) if made else None))
    training = document.training
    places = {id: place for place, id in enumerate(wired.nodes)}
    return Architecture(
        name=document.name,
        steps=tuple(steps),
        shapes=shapes,
        outputs=tuple(sorted(objectives or _ends(report, names), key=lambda output: places[output.node])),
        adapted=tuple(adapted),
        optimizer=OPTIMIZERS[training.optimizer](training.options).call() if objectives else None,
        seed=training.settings["seed"],
    )


def _ends(report: Report, names: Mapping[str, str]) -> list[End]:
    """The values that nothing reads, each under the name of its layer."""
    return [End(names[id], id, names[id]) for id in report.wired.nodes if not report.wired.out_of[id]]


def _refuse_for(reasons: Sequence[Diagnostic]) -> None:
    if reasons:
        more = len(reasons) - 1
        faults = "fault" if all(found.severity is Severity.ERROR for found in reasons) else "thing"
        others = f" There {'is 1' if more == 1 else f'are {more}'} {faults}{'s' * (more > 1)} more." if more else ""
        raise NotReady(reasons[0].text + others)


def _whole(report: Report) -> Plan:
    built, document = architecture(report), report.document
    source = SOURCES[document.data.name](document.data.options)
    entrances = {step.name: step.node for step in built.steps if step.name in built.shapes}
    fields = {name: str(report.wired.nodes[id].params["field"]) for name, id in entrances.items()}
    settings = document.training.settings
    return Plan(
        **{**vars(built), "outputs": tuple(_output(report, source, objective) for objective in built.objectives)},
        inputs=fields,
        source=source,
        split=dict(document.data.split),
        batch_size=settings["batch_size"],
        epochs=settings["epochs"],
        patience=settings["patience"],
        min_delta=settings["min_delta"],
    )


def _output(report: Report, source: Source, objective: Objective) -> Output:
    operator = report.wired.operators[objective.node]
    assert isinstance(operator, Loss)
    target = source.fields()[operator.target]
    kind = LOSSES[operator.loss]
    encoding = kind.encoding(target, report.facts[objective.node].inputs[0])
    assert encoding is not None, "a check holds loss, target and output together"
    raw = Name(target.name)
    encode = {
        "integer": None,
        "value": None,
        "zero_one": Call("zero_one", (raw,)),
        "one_hot": Call("one_hot", (raw, len(target.classes))),
    }[encoding]
    return Output(
        name=objective.name,
        node=objective.node,
        value=objective.value,
        loss=objective.loss,
        from_logits=objective.from_logits,
        weight=objective.weight,
        metrics=kind.metrics(encoding, operator.from_logits, target),
        target=target.name,
        encoding=encoding,
        encode=encode,
    )
