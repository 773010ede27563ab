"""Everything that help tells, gathered from where it is declared: a topic for every operator, function and idea."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import cleandoc
from typing import Any

from graphbuilder.activations import ACTIVATIONS
from graphbuilder.calls import Name
from graphbuilder.checks import DIAGNOSTICS
from graphbuilder.diagnosis import FINDINGS
from graphbuilder.diagnostics import Diagnostic, Severity
from graphbuilder.ideas import IDEAS
from graphbuilder.lessons import Lesson
from graphbuilder.losses import LOSSES, LossKind
from graphbuilder.metrics import METRICS
from graphbuilder.operators import OPERATORS, Operator
from graphbuilder.operators.data import Input
from graphbuilder.optimizers import OPTIMIZERS, Optimizer
from graphbuilder.parameters import (
    CONSTRAINTS,
    INITIALIZERS,
    PENALTIES,
    Chosen,
    Constraint,
    Declared,
    Initializer,
    OneOf,
    Parameter,
    Regularizer,
)
from graphbuilder.parameters.chosen import OfWeights
from graphbuilder.printing import expression
from graphbuilder.schedules import SCHEDULES
from graphbuilder.settings import EARLY_STOPPING, Settings, Split
from graphbuilder.tensors import TensorSpec


@dataclass(frozen=True)
class Topic:
    """One page of help. key: what names it in an address. keras: what Keras calls it. code: as it stands in code.
    fault: the code of a diagnostic; examples: what it means in each case, and a sentence as it is told."""

    key: str
    group: str
    title: str
    summary: str
    lesson: Lesson
    keras: str = ""
    shapes: str = ""
    code: str = ""
    fault: str = ""
    examples: Sequence[tuple[str, str]] = ()
    parameters: Sequence[Parameter[Any]] = ()
    defaults: str = ""
    """Of a setting that several optimizers have: which of them begins with what."""
    words: Sequence[str] = ()
    """By which it is found as well."""
    see: Sequence[str] = ()
    """Keys of topics to go on with."""
    family: str = ""
    """Of an operator: under which the palette has it."""

    def rank(self, query: str) -> int | None:
        """How well it answers a query: 0 where its title has the words, or it is of a fault that has this code, 1 where
        they are parts of its title, 2 where it is called so too, 3 where a setting that is seen at once is, 4 where it
        is told of; None where some word of the query stands nowhere."""
        if query.strip().upper() == self.fault != "":
            return 0
        title = _spelled(self.title)
        names = _spelled(" ".join([self.title, self.keras, self.fault, *self.words]))
        lesson = self.lesson
        asked = _spelled(" ".join(parameter.name for parameter in self.parameters if not parameter.more))
        settings = " ".join(f"{parameter.name} {parameter.help}" for parameter in self.parameters)
        cases = " ".join(part for example in self.examples for part in example)
        told = _spelled(" ".join([names, self.group, self.summary, lesson.when, lesson.point, settings, cases]))
        words = [word.removesuffix("e") if word.endswith("ize") else word for word in _spelled(query).split()]
        if not all(word in told for word in words):
            return None
        places = (re.findall(r"\w+", title), title, names, asked, told)
        return next(rank for rank, place in enumerate(places) if all(word in place for word in words))


def _spelled(text: str) -> str:
    """Small letters in one spelling: regularisation is found as regularization, mini-batch as mini batch."""
    return re.sub(r"(?<=[dlmr])is", "iz", re.sub(r"[_-]", " ", text.lower()))


def key_of(kind: str, name: str) -> str:
    """The key of a topic: of an operator, activation, loss, optimizer, initializer, of a setting of one of these, or
    of a fault by its code."""
    return f"{kind}.{name}"


def _ideas() -> Iterator[Topic]:
    for name, idea in IDEAS.items():
        yield Topic(
            key_of("idea", name), "Ideas" if idea.is_there else "Not there yet", idea.title, idea.summary, idea.lesson,
            words=idea.words, see=idea.see,
        )  # fmt: skip


def _operators() -> Iterator[Topic]:
    for kind, operator in OPERATORS.items():
        summary, *more = cleandoc(operator.__doc__ or "").split("\n\n")
        yield Topic(
            key_of("operator", kind), "Operators", operator.title, _one_line(summary), operator.lesson(),
            keras=kind if kind != "Loss" else "", shapes=_one_line(" ".join(more)), code=_code_of(operator),
            parameters=tuple(operator.parameters.values()), words=(operator.family.title, *operator.keywords),
            family=operator.family.title,
        )  # fmt: skip


def _code_of(operator: type[Operator]) -> str:
    one = operator()
    if isinstance(one, Input):
        return expression(one.entrance("image", TensorSpec(one.shape)))
    values = {port.name: [Name(port.name)] for port in one.input_ports()}
    return expression(one.call(operator.kind.lower()) or one.applied(values))


def _activations() -> Iterator[Topic]:
    for name, activation in ACTIVATIONS.items():
        summary = "An activation function: it bends every value that an operator gives."
        yield Topic(
            key_of("activation", name), "Activation functions", activation.title, summary, activation.lesson,
            keras=name, shapes="Input shape: any. Output shape: the same.", code=f'activation="{name}"',
        )  # fmt: skip


def _losses() -> Iterator[Topic]:
    for name, loss in LOSSES.items():
        one = loss()
        applied = f" It applies the {one.given_by(True)[0]} itself to logits." if one.on_logits(True) else ""
        yield Topic(
            key_of("loss", name), "Loss functions", loss.title,
            f"A loss function. {_one_line(loss.__doc__ or '')}{applied}", loss.lesson(),
            keras=loss.keras, code=expression(one.call(True)), shapes=_goes_with(one),
            parameters=tuple(loss.parameters.values()), words=loss.keywords,
        )  # fmt: skip


def _goes_with(loss: LossKind) -> str:
    """Which targets and last activations."""
    targets = [
        *(["classes, with an output for each"] if loss.many else []),
        *(["two classes, with one output"] if loss.one else []),
        *(["values"] if loss.values else []),
    ]
    lasts = dict.fromkeys((*loss.given_by(True), *loss.given_by(False)))
    last = "linear, or " + " or ".join(lasts) + " with from_logits off" if loss.logits == "chosen" else ""
    last = last or (" or ".join(lasts) if lasts and loss.logits == "never" else "linear")
    return f"Targets: {'; '.join(targets)}. Last activation: {last}."


def _metrics() -> Iterator[Topic]:
    for name, metric in METRICS.items():
        yield Topic(
            key_of("metric", name), "Metrics", metric.title, "A metric: it is shown beside the loss.", metric.lesson,
            words=(name.replace("_", " "), *metric.words),
        )  # fmt: skip


def _optimizers() -> Iterator[Topic]:
    for name, optimizer in OPTIMIZERS.items():
        yield Topic(
            key_of("optimizer", name), "Optimizers", optimizer.title, _one_line(optimizer.__doc__ or ""),
            optimizer.lesson(), keras=optimizer.keras, code=expression(optimizer().call()),
            parameters=tuple(optimizer.parameters.values()),
        )  # fmt: skip


def _schedules() -> Iterator[Topic]:
    for name, schedule in SCHEDULES.items():
        argument = schedule().argument(0.001)
        yield Topic(
            key_of("schedule", name), "Schedules of the learning rate", schedule.title,
            _one_line(schedule.__doc__ or ""), schedule.lesson(),
            keras=schedule.keras if schedule.keras != "Constant" else "", code=f"learning_rate={expression(argument)}",
            parameters=tuple(schedule.parameters.values()), words=("schedule", "decay", "annealing"),
        )  # fmt: skip


def _settings(declared: type[Declared], group: str, kind: str) -> Iterator[Topic]:
    for name, parameter in declared.parameters.items():
        if parameter.lesson:
            yield _setting(kind, name, group, parameter, parameter.lesson)


def _setting(kind: str, name: str, group: str, parameter: Parameter[Any], lesson: Lesson, defaults: str = "") -> Topic:
    title = name.replace("_", " ").capitalize()
    return Topic(
        key_of(kind, name), group, title, parameter.help, lesson, parameters=(parameter,), defaults=defaults,
        words=(name, *(("early stopping",) if kind == "training" and name in EARLY_STOPPING else ())),
    )  # fmt: skip


def _optimizer_settings() -> Iterator[Topic]:
    """Each setting once, with its lesson of the first optimizer that has it and the defaults of all that do."""
    having: dict[str, list[type[Optimizer]]] = {}
    for optimizer in OPTIMIZERS.values():
        for name, parameter in optimizer.parameters.items():
            if parameter.lesson:
                having.setdefault(name, []).append(optimizer)
    for name, optimizers in having.items():
        parameter = optimizers[0].parameters[name]
        begin: dict[str, list[str]] = {}
        for each in optimizers:
            begin.setdefault(str(parameter.write(each.parameters[name].default)), []).append(each.title)
        defaults = "; ".join(f"{value} in {', '.join(titles)}" for value, titles in begin.items())
        assert parameter.lesson
        yield _setting("option", name, "Settings of optimizers", parameter, parameter.lesson, defaults)


def _weights() -> Iterator[Topic]:
    parts: Iterable[tuple[str, str, OneOf, Mapping[str, type[OfWeights]]]] = (
        ("initializer", "Initial weights", Initializer("zeros", axes=2, help=""), INITIALIZERS),
        ("penalty", "Penalties on weights", Regularizer(axes=2, help=""), PENALTIES),
        ("constraint", "Bounds of weights", Constraint(axes=2, help=""), CONSTRAINTS),
    )
    for kind, group, parameter, options in parts:
        for name, option in options.items():
            argument = parameter.argument(Chosen(name, tuple(option.defaults().items())) if kind == "penalty" else name)
            summary = _one_line(option.__doc__ or "")
            yield Topic(
                key_of(kind, name), group, option.title, _SUMMARIES[kind].format(summary[:1].lower() + summary[1:]),
                option.lesson, keras=name if kind == "initializer" else option.keras,
                code=f"kernel_{_WEIGHT_PARTS[kind]}={expression(argument)}",
                parameters=tuple(option.parameters.values()), words=_WEIGHT_WORDS.get(name, ()),
            )  # fmt: skip


_SUMMARIES = {
    "initializer": "An initializer: how weights are drawn before the first step.",
    "penalty": "A regularizer, which the loss adds: {}",
    "constraint": "A constraint, held after every step: it {}",
}
_WEIGHT_PARTS = {"initializer": "initializer", "penalty": "regularizer", "constraint": "constraint"}
_WEIGHT_WORDS = {"l1_l2": ("regularization", "weight decay", "lasso", "ridge")}


def _faults() -> Iterator[Topic]:
    """One for each code that a diagnostic has, with an example of each of its kinds."""
    for code, told in (*sorted(DIAGNOSTICS.items()), *FINDINGS.items()):
        first = next((kind for kind in told if kind.title), told[0])
        meaning = _meaning(first)
        examples = [(_meaning(kind), kind(**kind.example)) for kind in told if kind.example is not None]
        yield Topic(
            key_of("fault", code), _LEARNS_BADLY if code in FINDINGS else _FAULTS[first.severity], first.title, meaning,
            Lesson(None, first.remedy, first.point), fault=code, see=first.see,
            examples=[("" if means == meaning else means, example.text) for means, example in examples],
        )  # fmt: skip


def _meaning(kind: type[Diagnostic]) -> str:
    return _one_line(cleandoc(kind.__doc__ or "").split("\n\n")[0])


_FAULTS = {
    Severity.ERROR: "Faults of a network",
    Severity.NEED: "What training needs",
    Severity.WARNING: "Warnings of a network",
}
_LEARNS_BADLY = "Why a network learns badly"


def _one_line(text: str) -> str:
    return " ".join(text.split())


_IDEAS = list(_ideas())
_ALL = [
    *(topic for topic in _IDEAS if topic.group == "Ideas"), *_operators(), *_activations(), *_losses(),
    *_metrics(),
    *_optimizers(), *_schedules(), *_settings(Settings, "Training", "training"), *_optimizer_settings(),
    *_settings(Split, "Splitting the data", "split"), *_weights(),
    *sorted(_faults(), key=lambda topic: [*_FAULTS.values(), _LEARNS_BADLY].index(topic.group)),
    *(topic for topic in _IDEAS if topic.group != "Ideas"),
]  # fmt: skip


def search(query: str) -> list[Topic]:
    """The topics that answer a query, the best first, and all in the order of reading where there is none."""
    ranks = [(rank, topic) for topic in TOPICS.values() if (rank := topic.rank(query)) is not None]
    return [topic for _, topic in sorted(ranks, key=lambda one: one[0])]


TOPICS: Mapping[str, Topic] = {topic.key: topic for topic in _ALL}
"""Every topic by its key, in the order of reading."""
