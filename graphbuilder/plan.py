"""From a checked network to what Keras is told, as data.

The compiler runs a plan and the code generator prints it: both read the same calls in the same order, so what trains
and what is exported are the same model, with the same weights for the same seed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from graphbuilder.blocks import before_circles, owner_of
from graphbuilder.calls import NEVER_TRAINED, Argument, Call, Name
from graphbuilder.checks import Report
from graphbuilder.datasets import Source
from graphbuilder.diagnostics import Diagnostic, Severity
from graphbuilder.document import Node, Training, Wire, input_ports, output_ports
from graphbuilder.inference import Facts
from graphbuilder.losses import Encoding, Reading
from graphbuilder.metrics import falls, score_keys, watchable
from graphbuilder.names import Names, function_name, names_of, path_names
from graphbuilder.operators.block import Block as BlockUse
from graphbuilder.operators.block import BlockInput, BlockOutput
from graphbuilder.operators.data import Input
from graphbuilder.operators.loss import Loss
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.settings import Settings, Split
from graphbuilder.shapes import Shape
from graphbuilder.stopping import EarlyStopping, Monitor, Plateau
from graphbuilder.tensors import Numbers, TensorSpec
from graphbuilder.unsaid import unsaid


class NotReady(ValueError):
    """A network that cannot be planned: it has faults, or lacks what training needs. The text names the first and
    counts the others."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of Keras, made once and then called as often as the network needs it. name: within its body."""

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
class Use:
    """Values that a block gives: what it gives the first time comes in the next time, as often as `times` says.

    inputs: of the block, by name; empty where nothing comes. name: before those of its layers. owner: the use whose
    layers these are, itself where they are its own. once: every time with the same layers.
    """

    values: tuple[str, ...]
    node: str
    block: str
    inputs: tuple[str, ...]
    name: str
    owner: str
    times: int
    once: bool
    frozen: bool


@dataclass(frozen=True, slots=True)
class Body:
    """What is worked in order, layers being made where they are called first: weights are drawn in that order.

    inputs, outputs: values that are handed in and back; an output is empty where nothing is wired to it.
    """

    inputs: tuple[str, ...]
    steps: tuple[Step | Use, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """A block. name: for code."""

    name: str
    body: Body


@dataclass(frozen=True, slots=True)
class End:
    """One thing that the network gives out, and the value that it is."""

    name: str
    node: str
    value: str


@dataclass(frozen=True, slots=True)
class Objective(End):
    """One Loss: what makes the value it reads good or bad. reading: what the value is to it. metrics: what is shown
    beside the loss, none before the target is known."""

    loss: Call
    reading: Reading
    weight: float
    metrics: Mapping[str, Call]

    @property
    def from_logits(self) -> bool:
        """The value becomes probabilities only inside the loss."""
        return self.reading == "logits"

    @property
    def names_classes(self) -> bool:
        """Where the target is a class, the value says which one is answered."""
        return self.reading != "places"


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each row counts in a loss, and each step or place of it, of the shape `places`.

    of_classes: how much each class counts; as often as it is rare in the training part where it is "balanced"; None
    where all count alike. classes: how many there are. field: which says how much each row counts; empty for none.
    """

    of_classes: tuple[float, ...] | Literal["balanced"] | None
    classes: int
    field: str
    places: Shape

    @property
    def is_any(self) -> bool:
        return self.of_classes is not None or bool(self.field)


@dataclass(frozen=True, slots=True)
class Output(Objective):
    """One Loss with the field that Keras compares with, and how the raw field is written for the loss: None where it is
    taken as it is. weights: told to Keras of all outputs where any has some."""

    target: str
    encoding: Encoding
    encode: Call | None
    weights: Weights


@dataclass(frozen=True)
class Architecture:
    """Everything that is needed to build a network, whether or not it can be trained.

    functions: the blocks in use, by id; each after those that it uses. entrances: what each Input gives, by its name.
    outputs: the Losses; without any, the ends of the network. adapted: layers that measure the training part before
    training; worded: those of them that find out which words there are, and do not work before. optimizer: None without
    any Loss; builds_optimizer: before `fit`. seed: of the weights. epochs: of which a schedule may ask. unsaid: what
    the document has and the code does not say.
    """

    name: str
    body: Body
    functions: Mapping[str, Function]
    entrances: Mapping[str, TensorSpec]
    outputs: tuple[End, ...]
    adapted: tuple[str, ...]
    worded: tuple[str, ...]
    optimizer: Call | None
    builds_optimizer: bool
    seed: int
    epochs: int
    unsaid: Mapping[str, Any]

    @property
    def bodies(self) -> tuple[Body, ...]:
        """The network's own, and those of its blocks."""
        return self.body, *(function.body for function in self.functions.values())

    @property
    def has_layers(self) -> bool:
        return any(isinstance(step, Step) and step.layer for body in self.bodies for step in body.steps)

    @property
    def is_scheduled(self) -> bool:
        """The optimizer has to know how many steps an epoch has."""
        return self.optimizer is not None and any(self.optimizer.lengths())

    @property
    def objectives(self) -> tuple[Objective, ...]:
        return tuple(output for output in self.outputs if isinstance(output, Objective))


@dataclass(frozen=True)
class Plan(Architecture):
    """Everything that is needed to load data, and to build, train and judge a network.

    inputs: the field of each Input by its name. seed: of weights and of the order of samples; split: the arguments
    of `split_rows` after rows and classes, or of `split_rows_by` where more is asked than that knows. split_fields:
    the fields that are arguments of that, too. alike: the fields whose equal rows stay in one part. imputed: the
    rules for what is missing, by field. batch_size: as many as there are rows where it is the full batch. monitor:
    of which the lowest score is the best epoch. averages: at the end moving averages take the weights' place. logs:
    TensorBoard's are written.
    """

    outputs: tuple[Output, ...]
    inputs: Mapping[str, str]
    source: Source
    split: Mapping[str, Argument]
    split_fields: Mapping[str, str]
    alike: tuple[str, ...]
    imputed: Mapping[str, tuple[str, ...]]
    batch_size: int
    full_batch: bool
    monitor: Monitor
    stopping: EarlyStopping
    plateau: Plateau | None
    averages: bool
    logs: bool

    @property
    def metrics(self) -> tuple[str, ...]:
        """What is told beside the loss, by key: of several Losses the mean of their accuracies first, then what each
        has, its own loss among it."""
        several = len(self.outputs) > 1 and any("accuracy" in output.metrics for output in self.outputs)
        return (*(("accuracy",) if several else ()), *self._keys)

    @property
    def _keys(self) -> tuple[str, ...]:
        return score_keys({output.name: output.metrics for output in self.outputs})

    @property
    def told(self) -> tuple[str, ...]:
        """What can be watched: all that Keras tells after each epoch, by key."""
        return watchable(self._keys)

    @property
    def splits_plainly(self) -> bool:
        """At random, and into three parts."""
        return not self.split_fields and not self.alike and set(self.split) <= {"validation", "test", "seed"}

    @property
    def texts(self) -> frozenset[str]:
        """The fields of text that are entered."""
        fields = self.source.fields()
        return frozenset(field for field in self.inputs.values() if fields[field].numbers is Numbers.TEXT)

    @property
    def weighs_rows(self) -> bool:
        return any(output.weights.is_any for output in self.outputs)


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
    fields = data.fields
    inputs = [one.field for one in operators if isinstance(one, Input)]
    targets = [one.target for one in operators if isinstance(one, Loss)]
    return bool(targets) and all(name in fields for name in (*inputs, *targets))


def architecture(report: Report) -> Architecture:
    """What is needed to build the network. Raises NotReady where it has faults."""
    _refuse_for(report.against_code)
    document, graph = report.document, report.drawn
    names = names_of(document.nodes)
    places = {id: place for place, id in enumerate(graph.nodes)}
    inputs = [id for id, one in graph.operators.items() if isinstance(one, Input)]
    objectives = _objectives(report, names)
    training, all_names = document.training, path_names(document, report.wired)
    measured = [id for id in report.wired.order if (one := report.wired.operators[id]) and one.adapts()]
    worded = [id for id in measured if (one := report.wired.operators[id]) and one.finds_words()]
    functions = _functions(report, names)
    return Architecture(
        name=document.name,
        body=_body(document.nodes, document.wires, names, report.facts),
        functions=functions,
        entrances={names.layers[id]: report.facts[id].outputs["out"] for id in inputs},
        outputs=tuple(sorted(objectives or _ends(report, names), key=lambda output: places[output.node])),
        adapted=tuple(dict.fromkeys(all_names[report.wired.layer_of(id)] for id in measured)),
        worded=tuple(dict.fromkeys(all_names[report.wired.layer_of(id)] for id in worded)),
        optimizer=_optimizer(training) if objectives else None,
        builds_optimizer=bool(objectives) and OPTIMIZERS[training.optimizer].from_weights,
        seed=training.settings["seed"],
        epochs=training.settings["epochs"],
        unsaid=_unsaid(report, names, functions, reads=False),
    )


def _objectives(report: Report, names: Names) -> list[Objective]:
    """Of the Losses, in the order of the network."""
    graph, found = report.drawn, []
    for id, operator in graph.operators.items():
        if isinstance(operator, Loss):
            (wire,) = graph.into[id]
            value = names.values[wire.source, wire.source_port]
            loss = operator.declared
            call = loss.call(operator.from_logits, axes=len(report.facts[id].inputs[0]))
            reading = loss.read_as(operator.from_logits)
            found.append(Objective(names.layers[id], id, value, call, reading, operator.weight, {}))
    return found


def watched(report: Report) -> tuple[str, ...]:
    """What can be watched while this network trains, as its plan tells it. Raises NotReady where it cannot be."""
    _refuse_for(report.against_training)
    source = report.document.data.source
    assert source is not None, "a check holds that the data are known"
    outputs = [_output(report, source, one) for one in _objectives(report, names_of(report.document.nodes))]
    return watchable(score_keys({output.name: output.metrics for output in outputs}))


def _unsaid(report: Report, names: Names, functions: Mapping[str, Function], *, reads: bool) -> Mapping[str, Any]:
    called = {id: function.name for id, function in functions.items()}
    return unsaid(report, names, called, reads=reads)


def _optimizer(training: Training) -> Call:
    optimizer = OPTIMIZERS[training.optimizer](training.options)
    return optimizer.call(Settings(training.settings).of_optimizer(optimizer.learning_rate))


def _functions(report: Report, names: Names) -> dict[str, Function]:
    """Of the blocks that are in use, each behind those that it uses."""
    blocks = {block.id: block for block in report.document.blocks}
    used = {use.block for use in report.wired.uses.values()}
    inside = {
        id: {str(node.params["block"]) for node in blocks[id].nodes if node.kind == BlockUse.kind} & used for id in used
    }
    inner = {id: names_of(blocks[id].nodes) for id in used}
    taken = {name for one in (names, *inner.values()) for name in (*one.values.values(), *one.layers.values())}
    found: dict[str, Function] = {}
    while len(found) < len(used):
        for id in (one for one in blocks if one in used and one not in found and inside[one] <= found.keys()):
            block = blocks[id]
            name = function_name(block.name, taken)
            taken.add(name)
            found[id] = Function(name, _body(block.nodes, block.wires, inner[id], {}))
    return found


def _body(nodes: Iterable[Node], wires: Iterable[Wire], names: Names, facts: Mapping[str, Facts]) -> Body:
    """facts: of the Inputs, which stand outside of blocks."""
    by_id, wires = {node.id: node for node in nodes}, tuple(wires)
    into: dict[str, list[Wire]] = {id: [] for id in by_id}
    for wire in wires:
        into[wire.target].append(wire)
    steps: list[Step | Use] = []
    for id in before_circles(by_id, wires):
        owner = owner_of(by_id[id], by_id)
        operator = owner.operator
        assert operator is not None, "a network without faults has known operators alone"
        came: dict[str, list[Argument]] = {port.name: [] for port in input_ports(by_id[id]) or ()}
        for wire in into[id]:
            came[wire.target_port].append(Name(names.values[wire.source, wire.source_port]))
        given = tuple(names.values[id, port.name] for port in output_ports(by_id[id]) or ())
        if isinstance(operator, Input):
            steps.append(Step(given, id, operator.entrance(given[0], facts[id].outputs["out"])))
        elif isinstance(operator, BlockUse):
            read = tuple(next((one.name for one in values if isinstance(one, Name)), "") for values in came.values())
            layers = names.layers[id], names.layers[owner.id]
            steps.append(Use(given, id, operator.block, read, *layers, operator.repeat, operator.shared, owner.frozen))
        elif not isinstance(operator, Loss | BlockInput | BlockOutput):
            made = operator.call(names.layers[owner.id])
            steps.append(Step(given, id, operator.applied(came), _layer(names.layers[owner.id], made, owner.frozen)))
    entrances = tuple(names.layers[id] for id, node in by_id.items() if node.kind == BlockInput.kind)
    exits = (into[id] for id, node in by_id.items() if node.kind == BlockOutput.kind)
    outputs = tuple(next((names.values[one.source, one.source_port] for one in wires), "") for wires in exits)
    return Body(entrances, tuple(steps), outputs)


def _layer(name: str, made: Call | None, frozen: bool) -> Layer | None:
    if made is None:
        return None
    return Layer(name, frozen_call(made) if frozen else made)


def frozen_call(made: Call) -> Call:
    """The layer whose weights training leaves as they are."""
    if made.callee in NEVER_TRAINED:
        return made
    return Call(made.callee, made.args, {**made.kwargs, "trainable": False})


def _ends(report: Report, names: Names) -> list[End]:
    """The values that nothing reads, each under its own name."""
    graph = report.drawn
    ends = (node for id, node in graph.nodes.items() if not graph.out_of[id])
    ports = ((node, (output_ports(node) or ())) for node in ends)
    return [
        End(names.values[node.id, port.name], node.id, names.values[node.id, port.name])
        for node, its in ports
        for port in (its if node.kind == BlockUse.kind else its[:1])
    ]


def _refuse_for(reasons: Sequence[Diagnostic]) -> None:
    if reasons:
        more = len(reasons) - 1
        faults = "fault" if all(found.severity is Severity.ERROR for found in reasons) else "thing"
        others = f" There {'is 1' if more == 1 else f'are {more}'} {faults}{'s' * (more > 1)} more." if more else ""
        raise NotReady(reasons[0].text + others)


def _whole(report: Report) -> Plan:
    built, document = architecture(report), report.document
    source = document.data.source
    assert source is not None, "a check holds that the data are known"
    entrances = {step.values[0]: step.node for step in built.body.steps if step.values[0] in built.entrances}
    fields = {name: str(report.wired.nodes[id].params["field"]) for name, id in entrances.items()}
    settings = Settings(document.training.settings)
    least = falls(settings.monitor) if settings.mode == "auto" else settings.mode == "min"
    beside = _unsaid(report, names_of(document.nodes), built.functions, reads=True)
    outputs = tuple(_output(report, source, objective) for objective in built.objectives)
    return Plan(
        **{**vars(built), "outputs": outputs, "unsaid": beside},
        inputs=fields,
        source=source,
        split=Split.asked(document.data.split),
        split_fields=source.split_fields(document.data.split),
        alike=tuple(dict.fromkeys(fields.values())) if document.data.split["together"] else (),
        imputed={
            name: field.missing
            for name, field in source.fields().items()
            if name in fields.values() and any(field.missing)
        },
        batch_size=settings.batch_size or source.rows(),
        full_batch=settings.batch_size is None,
        monitor=Monitor(settings.monitor, least),
        stopping=settings.stopping,
        plateau=settings.scheduled.plateau(),
        averages=settings.averages,
        logs=settings.tensorboard_logs,
    )


def _output(report: Report, source: Source, objective: Objective) -> Output:
    operator = report.wired.operators[objective.node]
    assert isinstance(operator, Loss)
    target = source.fields()[operator.target]
    (came,) = report.facts[objective.node].inputs
    judged = operator.judged(target, came)
    assert judged is not None, "a check holds loss, target and output together"
    encoding = judged.encoding
    given = operator.class_weights if operator.class_weight == "given" else None
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
        loss=operator.declared.call(operator.from_logits, encoding, len(came)),
        reading=objective.reading,
        weight=objective.weight,
        metrics=operator.measured(judged),
        target=target.name,
        encoding=encoding,
        encode=encode,
        weights=Weights(
            "balanced" if operator.class_weight == "balanced" else given,
            len(target.classes),
            operator.sample_weight,
            operator.declared.weighed_shape(target),
        ),
    )
