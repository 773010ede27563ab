"""From a checked network to what Keras is told, as data.

The compiler runs a plan and the code generator prints it: both read the same calls in the same order, so what trains
and what is exported are the same model, with the same weights for the same seed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from graphbuilder.calls import Argument, Call, Name
from graphbuilder.checks import Report
from graphbuilder.datasets import SOURCES, Source
from graphbuilder.losses import LOSSES, Encoding
from graphbuilder.names import layer_names
from graphbuilder.operators.data import Input
from graphbuilder.operators.loss import Loss
from graphbuilder.operators.normalization import Normalization
from graphbuilder.training.optimizers import OPTIMIZERS


class NotReady(ValueError):
    """A network with faults, which cannot be planned. The text names the first and counts the others."""


@dataclass(frozen=True, slots=True)
class Step:
    """One value of the network: `name = call(inputs)`, or for an Input `name = call`."""

    name: str
    node: str
    call: Call
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    """One Loss: the value it reads, and what Keras compares that with.

    target: the field; encode: how the raw field is written for the loss, None where it is taken as it is. from_logits:
    the value becomes probabilities only inside the loss.
    """

    name: str
    node: str
    value: str
    target: str
    encoding: Encoding
    encode: Call | None
    loss: Call
    from_logits: bool
    weight: float
    metrics: Mapping[str, Call]


@dataclass(frozen=True)
class Plan:
    """Everything that is needed to load, build, train and judge a network.

    inputs: the field of each Input by its name. adapted: layers that measure the training part before training.
    seed: of weights and of the order of samples; split: the arguments of `split_rows` after rows and classes.
    """

    name: str
    steps: tuple[Step, ...]
    inputs: Mapping[str, str]
    outputs: tuple[Output, ...]
    adapted: tuple[str, ...]
    optimizer: Call
    source: Source
    split: Mapping[str, Argument]
    batch_size: int
    epochs: int
    seed: int
    patience: int
    min_delta: float


def plan(report: Report) -> Plan:
    """The plan of a network without faults. Raises NotReady where it has any."""
    if report.errors:
        more = len(report.errors) - 1
        others = f" There {'is 1 fault' if more == 1 else f'are {more} faults'} more." if more else ""
        raise NotReady(report.errors[0].text + others)
    document, wired = report.document, report.wired
    names = layer_names(document.nodes)
    steps: list[Step] = []
    inputs: dict[str, str] = {}
    outputs: list[Output] = []
    adapted: list[str] = []
    for id in wired.order:
        operator, name = wired.operators[id], names[id]
        assert operator is not None
        values = tuple(names[wire.source] for wire in wired.into[id])
        if isinstance(operator, Input):
            inputs[name] = operator.field
            shape = report.facts[id].shape
            steps.append(Step(name, id, Call("Input", kwargs={"shape": shape, "name": name})))
        elif isinstance(operator, Loss):
            outputs.append(_output(report, id, name, values[0], operator))
        else:
            if isinstance(operator, Normalization):
                adapted.append(name)
            steps.append(Step(name, id, operator.call(name), values))
    training = document.training
    settings = training.settings
    return Plan(
        name=document.name,
        steps=tuple(steps),
        inputs=inputs,
        outputs=tuple(sorted(outputs, key=lambda output: list(wired.nodes).index(output.node))),
        adapted=tuple(adapted),
        optimizer=OPTIMIZERS[training.optimizer](training.options).call(),
        source=SOURCES[document.data.name](document.data.options),
        split=dict(document.data.split),
        batch_size=settings["batch_size"],
        epochs=settings["epochs"],
        seed=settings["seed"],
        patience=settings["patience"],
        min_delta=settings["min_delta"],
    )


def _output(report: Report, id: str, name: str, value: str, operator: Loss) -> Output:
    source = SOURCES[report.document.data.name](report.document.data.options)
    target = source.fields()[operator.target]
    kind = LOSSES[operator.loss]
    encoding = kind.encoding(target, report.facts[id].inputs[0])
    assert encoding is not None, "a check holds loss, target and output together"
    raw = Name(target.name)
    encode = {
        "integer": None,
        "value": None,
        "zero_one": Call("zero_one", (raw,)),
        "one_hot": Call("one_hot", (raw, len(target.classes))),
    }[encoding]
    return Output(
        name=name,
        node=id,
        value=value,
        target=target.name,
        encoding=encoding,
        encode=encode,
        loss=operator.call(name),
        from_logits=operator.from_logits and bool(kind.probabilities),
        weight=operator.weight,
        metrics=kind.metrics(encoding, operator.from_logits, target),
    )
