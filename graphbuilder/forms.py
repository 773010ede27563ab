"""The forms of the screen, derived from what is declared: every field with its value, bounds, help and faults, as JSON.

A field carries its `target`, which comes back with what a person enters: `editing.entered` works that on the document.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

from graphbuilder.cards import findings
from graphbuilder.checks import Report
from graphbuilder.data_of_points import alike
from graphbuilder.datasets import CHOICES, OWN, SOURCES, Source
from graphbuilder.diagnostics import Diagnostic, Severity
from graphbuilder.document import MAX_LABEL, Document, Node
from graphbuilder.features import SIDE, Features, feature_pictures, features, takes_features
from graphbuilder.figures import CLASS_COLORS
from graphbuilder.hidden import Depth, hidden
from graphbuilder.inference import Facts
from graphbuilder.lessons import Lesson
from graphbuilder.levels import Level, block_of, uses_of
from graphbuilder.metrics import watchable
from graphbuilder.names import layer_names
from graphbuilder.operators import KINDS
from graphbuilder.operators.fitting import LINEAR
from graphbuilder.operators.window import axis_names
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.outlook import batch_sizes, rates
from graphbuilder.parameters import (
    AxesOf,
    AxisOf,
    BlockId,
    Declared,
    FieldName,
    Listing,
    Matrix,
    OneOf,
    OrNone,
    Parameter,
    Params,
    Words,
    written,
)
from graphbuilder.plan import NotReady, watched
from graphbuilder.settings import EARLY_STOPPING, Settings, Split
from graphbuilder.shapes import show

JSON = dict[str, Any]

_LOOKS = {"field": "choice", "block": "choice", "score": "choice", "edges": "sizes"}
"""Kinds of parameter that are asked for as another kind is."""
_OF_DATA = ("E_DATA", "E_LOSS_TARGET", "E_OUTPUT_SHAPE", "E_UNITS_CLASSES")


def node_form(shown: Level, ids: Sequence[str]) -> JSON:
    """The form of one node of a level, or of what several nodes share: parameters of one name, kind and bounds."""
    report, nodes, places = shown.report, [shown.nodes[id] for id in ids], {shown.place(id) for id in ids}
    known = [operator for id in ids if (operator := shown.operators[id]) is not None]
    faults = findings(report, lambda one: _marks(map(report.wired.place, one.nodes), places))
    where = {"where": shown.block} if shown.block else {}
    fields = [*_block_name(shown, nodes[0]), _label(shown, nodes[0], where)] if len(nodes) == 1 else []
    if known and len(known) == len(nodes):
        names = _field_names(report.document)
        blocks = {block.id: block.name or block.id for block in report.document.blocks}
        for name, parameter in known[0].parameters.items():
            alike = all(_is_alike(parameter, other.parameters.get(name)) for other in known[1:])
            if alike and all(operator.asks(name) for operator in known):
                own = [fault for fault in faults if _is_of(fault, places, name)]
                values = [node.params[name] for node in nodes]
                target = {"of": "node", "ids": list(ids), **where}
                field = _field(parameter, values, target, own, names, blocks)
                fields.append(
                    field
                    | {"more": all(operator.folds(name) for operator in known)}
                    | _of_axes(parameter, [shown.facts_of(id) for id in ids])
                )
        fields += _weights(shown, nodes, where)
    asked = {field["name"] for field in fields}
    rest = [fault for fault in faults if not _at_a_field(fault, places, asked)]
    return {
        "key": f"node:{','.join(map(shown.place, ids))}",
        "nodes": list(ids),
        "groups": [{"title": "", "fields": fields}],
        "faults": [_short(fault) for fault in rest] if len(ids) == 1 else [],
    }


def _of_axes(parameter: Parameter[Any], facts: Sequence[Facts | None]) -> JSON:
    """Which axes there are to choose from at one node, as part of the help."""
    here = facts[0] if len(facts) == 1 else None
    if not isinstance(parameter, AxisOf | AxesOf) or not here or not here.inputs or not here.inputs[0]:
        return {}
    shape = here.inputs[0]
    named = enumerate(zip(axis_names(shape), shape, strict=True), 1)
    each = [f"{place} is {name} ({show((axis,))})" for place, (name, axis) in named]
    each[-1] += ", as is -1"
    return {"help": f"{parameter.help} Here {', '.join(each)}."}


def _block_name(shown: Level, node: Node) -> list[JSON]:
    """Of a use, the name of its block, which all of its uses bear."""
    document = shown.report.document
    block = block_of(node, {block.id: block for block in document.blocks})
    if block is None:
        return []
    uses = uses_of(document)[block.id]
    help = f"What the block is called, at all of its {uses} uses." if uses > 1 else "What the block is called."
    return [_text("name", "block name", block.name, {"of": "block", "who": block.id}, help)]


def _weights(shown: Level, nodes: Sequence[Node], where: JSON) -> list[JSON]:
    """Whether the weights of nodes are trained, and of one node whose they are; for what has any."""
    facts = [shown.facts_of(node.id) for node in nodes]
    if not all(one and (one.parameters or node.shares) for one, node in zip(facts, nodes, strict=True)):
        return []
    target = {"of": "weights", "ids": [node.id for node in nodes], **where}
    frozen = [node.frozen for node in nodes]
    told: JSON = {"kind": "yes_no", "mixed": len({*frozen}) > 1, "target": target, "more": True, "faults": []}
    help = "Training leaves the weights as they are."
    fields = [
        {**told, "name": "frozen", "label": "frozen", "value": None if told["mixed"] else frozen[0], "help": help}
    ]
    if len(nodes) > 1:
        return fields
    (node,) = nodes
    others = {
        one.id: f"of {one.label or one.kind}"
        for one in shown.nodes.values()
        if (one.kind, one.params.get("block")) == (node.kind, node.params.get("block"))
        and one.id != node.id
        and not one.shares
    }
    if not others:
        return fields
    choice = {"kind": "choice", "choices": {"": "its own", **others}, "value": node.shares, "mixed": False}
    help = "Another node of the same kind may lend its weights: both are then one layer, applied twice."
    return [*fields, {**told, **choice, "name": "shares", "label": "weights", "help": help}]


def training_form(report: Report) -> JSON:
    """Optimizer with its options, and the settings that hold whatever the optimizer."""
    training, faults = report.document.training, findings(report, _is_of_settings)
    known = OPTIMIZERS.get(training.optimizer)
    choice = _choice(
        "optimizer", training.optimizer, {name: one.title for name, one in OPTIMIZERS.items()},
        _in_short(known) if known else "How the weights are changed at each step.", known.lesson() if known else None,
    )  # fmt: skip
    choice["variants"] = _optimizers()
    options = (
        _fields(known, training.options, {"of": "optimizer", "who": training.optimizer}, faults, "training", more=True)
        if known
        else []
    )
    fields = _fields(Settings, training.settings, {"of": "training"}, faults, "training")
    told = {field["name"]: field for field in fields}
    told["monitor"]["choices"] = {key: key.replace("_", " ") for key in _watchable(report)}
    told["schedule"] |= _curve(report)
    told["batch_size"]["stops"] = [*batch_sizes(report.document), None]
    stopping = [told.pop(name) for name in EARLY_STOPPING]
    groups = [
        {"title": "", "fields": [choice, *options, told.pop("schedule"), *told.values()]},
        {"title": "Early stopping", "fields": stopping},
    ]
    return {"key": "training", "groups": groups, "faults": []}


@cache
def _optimizers() -> Mapping[str, list[JSON]]:
    """The options of each, as they begin: the same for every network."""
    return {
        name: _fields(one, one.defaults(), {"of": "optimizer", "who": name}, (), "training", more=True)
        for name, one in OPTIMIZERS.items()
    }


@cache
def _sources() -> Mapping[str, list[JSON]]:
    """The options of each set of data, as they begin."""
    return {
        name: _fields(source, source.defaults(), {"of": "data", "who": name}, (), "data")
        for name, source in SOURCES.items()
    }


def _watchable(report: Report) -> list[str]:
    """What this network tells after each epoch, and what is watched now."""
    try:
        keys = watched(report)
    except NotReady:
        keys = watchable(())
    return [*dict.fromkeys([*keys, report.document.training.settings["monitor"]])]


def _curve(report: Report) -> JSON:
    """The learning rate over the run that would be started now."""
    found = rates(report)
    if found is None:
        return {}
    points = [[round(epoch, 4), float(f"{rate:.6g}")] for epoch, rate in found.points]
    return {"curve": {"points": points, "told": found.told}}


_RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
_NOISES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
_SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
_PENALTIES = (0.0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
_OF_HIDDEN = {"units": "units in each", "activation": "activation", "kernel_regularizer": "penalty"}


def playground_form(report: Report, without: Collection[str] = ()) -> JSON:
    """What is played with, beside the choice of the data: how fast it learns, how many hidden layers there are and what
    all of them have, what goes in, and of the data their noise and how many of them are for validation. without: names
    of fields that are left out."""
    document = report.document
    of_data, of_split = ({field["name"]: field for field in group["fields"]} for group in data_form(report)["groups"])
    of_training = {field["name"]: field for field in training_form(report)["groups"][0]["fields"]}
    layers = hidden(document)
    drawn: Params = {"features": features(document), "hidden_layers": len(layers)}
    rate = of_training.get("learning_rate")
    fields = [rate | {"stops": _RATES}] if rate else []
    fields += [field | {"steps": True} for field in _fields(Depth, drawn, {"of": "points"}, (), "")]
    target: JSON = {"of": "node", "ids": [node.id for node in layers]}
    for name, called in _OF_HIDDEN.items() if layers else ():
        parameter = KINDS[LINEAR].parameters[name]
        field = _field(parameter, [node.params[name] for node in layers], target, ())
        inner = {"inner": [one | {"stops": _PENALTIES} for one in field["inner"]]} if "inner" in field else {}
        fields.append(field | inner | {"more": False, "label": called})
    planes = {"planes": {"size": SIDE, "words": feature_pictures()}, "tints": CLASS_COLORS[:2]}
    of_points = _fields(Features, drawn, {"of": "points"}, (), "") if takes_features(document) else []
    fields += [field | planes for field in of_points]
    fields.append(of_training["batch_size"])
    fields += [of_data["noise"] | {"stops": _NOISES}] if "noise" in of_data else []
    fields.append(of_split["validation"] | {"label": "for validation", "stops": _SHARES})
    shown = [field for field in fields if field["name"] not in without]
    return {"key": "playground", "groups": [{"title": "", "fields": shown}], "faults": []}


def data_form(report: Report) -> JSON:
    """Which data set with which options, and which rows are kept from training."""
    data, faults = report.document.data, findings(report, _is_of_settings)
    known = SOURCES.get(data.name)
    own = {OWN: data.description.title} if data.description else {}
    choice = _choice("data", data.name, own | CHOICES, "What the network learns from.", label="data set")
    choice["variants"] = _sources()
    options = _fields(known, data.options, {"of": "data", "who": data.name}, faults, "data") if known else []
    split = _fields(Split, data.split, {"of": "split"}, faults, "split")
    groups = [{"title": "", "fields": [choice, *options]}, {"title": "Parts", "fields": split}]
    return {"key": "data", "groups": groups, "faults": []}


def alike_form(report: Report) -> JSON | None:
    """Another data set that the network can learn, to play with; None where there is no such set."""
    data = report.document.data
    titles = alike(report.document)
    if len(titles) < 2:
        return None
    help = "Another set that this network can learn. It gets the Loss for amounts where points have those and no class."
    choice = _choice("data", data.name, titles, help, label="data set") | {"target": {"of": "points"}}
    drawn = {name: _thumbnail(_as_set(report, name)) for name in titles}
    choice["pictures"] = {name: points for name, points in drawn.items() if points}
    choice["tints"] = CLASS_COLORS[:2]
    return {"key": "alike", "groups": [{"title": "", "fields": [choice]}], "faults": []}


def _as_set(report: Report, name: str) -> Source:
    """A set with the options of the document where it is that one's and has no faults, else with its own."""
    data = report.document.data
    source, usual = data.source, SOURCES[name]()
    if source is None or name != data.name:
        return usual
    return usual if any(one.fault(source.params[key]) for key, one in source.parameters.items()) else source


def _thumbnail(source: Source) -> list[list[int]]:
    """A few points, x and y in hundredths of the picture's side from the lower left, and which of two colours, in
    hundredths from one to the other; empty for a set that has no such picture."""
    told = source.thumbnail()
    if told is None:
        return []
    low, high = told[:, :2].min(axis=0), told[:, :2].max(axis=0)
    places = (told[:, :2] - (low + high) / 2) / (high - low).max().clip(1e-9) + 0.5
    parts = (*places.T, told[:, 2])
    return [[round(100 * float(part)) for part in point] for point in zip(*parts, strict=True)]


def name_form(document: Document) -> JSON:
    """The project's name."""
    target = {"of": "network"}
    field = _text("name", "name", document.name, target, "What the project and its files are called.")
    return {"key": "name", "groups": [{"title": "", "fields": [field]}], "faults": []}


def misfits(report: Report) -> list[JSON]:
    """Faults of network and data together, as they come up where another set was chosen."""

    def misfit(one: Diagnostic) -> bool:
        return one.severity is Severity.ERROR and (one.parameter in ("field", "target") or one.code in _OF_DATA)

    return findings(report, misfit)[:3]


# One field


def _is_of_settings(fault: Diagnostic) -> bool:
    """Whether it marks a field of the training or of the data."""
    return not fault.nodes and fault.parameter is not None


def _fields(
    declared: type[Declared], params: Params, target: JSON, faults: Iterable[JSON], where: str, *, more: bool = False
) -> list[JSON]:
    """faults: of settings. more: whether all but a learning rate is folded away."""
    found = []
    for name, parameter in declared.parameters.items():
        own = [fault for fault in faults if fault["parameter"] == f"{where}.{name}"]
        field = _field(parameter, [params[name]], target, own)
        found.append(field | {"more": parameter.more or (more and name != "learning_rate")})
    return found


def _field(
    parameter: Parameter[Any],
    values: Sequence[Any],
    target: JSON,
    faults: Iterable[JSON],
    names: Sequence[str] = (),
    blocks: Mapping[str, str] = MappingProxyType({}),
) -> JSON:
    """One field. values: of all nodes it is for. names: of the data set's fields, for a parameter that names one;
    blocks: of the document's blocks by id, for one that names one of these."""
    described = parameter.describe()
    mixed = any(value != values[0] for value in values)
    value = None if mixed else written(values[0])
    choices, word, inner = described.get("choices"), value, []
    if isinstance(parameter, OneOf):
        word = "" if mixed or values[0] is None else parameter.name_of(values[0])
        choices = {**({"": described["none"]} if "none" in described else {}), **parameter.choices}
        inner = _inner(parameter, values[0], target) if word in parameter.options else []
    if isinstance(parameter, FieldName):
        choices = {"": "none", **{name: name for name in names}}
    if isinstance(parameter, BlockId):
        choices = dict(blocks)
    if choices is not None and not mixed:
        there = values[0] if isinstance(parameter, Words) else [word]
        choices = {**choices, **{one: one for one in there if one not in choices}}
    words = parameter.name.replace("_", " ")
    return {
        **{key: described[key] for key in ("name", "help", "more")},
        **{key: described[key] for key in _BOUNDS if key in described},
        "kind": _LOOKS.get(parameter.kind, parameter.kind),
        "label": f"{words} ({parameter.unit})" if parameter.unit else words,
        "value": value,
        "mixed": mixed,
        "target": target,
        "choices": choices,
        "wide": isinstance(parameter, Words) or _begins_long(parameter) or _may_be_long(parameter),
        **({"word": word, "inner": inner} if isinstance(parameter, OneOf) else {}),
        "faults": [_short(fault) for fault in faults],
        **_lesson(parameter.lesson),
    }


def _inner(parameter: OneOf, value: Any, target: JSON) -> list[JSON]:
    """The fields of what is chosen."""
    params = parameter.params_of(value)
    return [
        _field(own, [params[name]], target, ()) | {"faults": _inner_faults(own.fault(params[name]))}
        for name, own in parameter.options[parameter.name_of(value)].parameters.items()
    ]


def _inner_faults(told: str | None) -> list[JSON]:
    return [{"severity": "error", "text": told, "unfinished": False, "repairs": []}] if told else []


def _begins_long(parameter: Parameter[Any]) -> bool:
    """What it begins with has no room beside its label."""
    return (
        isinstance(parameter, OneOf) and len(parameter.choices.get(parameter.name_of(parameter.default), "")) > _BESIDE
    )


def _may_be_long(parameter: Parameter[Any]) -> bool:
    """A list or a matrix of more than has room beside its label."""
    plain = parameter.of if isinstance(parameter, OrNone) else parameter
    return isinstance(plain, Listing | Matrix) and plain.longest > _FEW


_BESIDE = 20
"""Letters of a choice that stand beside its label."""
_FEW = 8
"""Items of a list that stand beside its label."""
_BOUNDS = (
    "low", "high", "open_low", "open_high", "length", "least", "longest", "marks", "none", "empty", "unknown",
)  # fmt: skip


def _in_short(declared: type[Declared]) -> str:
    return " ".join((declared.__doc__ or "").split("\n\n")[0].split())


def _choice(
    name: str, value: str, titles: Mapping[str, str], help: str, lesson: Lesson | None = None, label: str = ""
) -> JSON:
    return {
        "name": name, "label": label or name, "kind": "choice", "value": value, "target": {"of": "network"},
        "choices": {**titles, **({} if value in titles else {value: value})}, "help": help, "faults": [],
        **_lesson(lesson),
    }  # fmt: skip


def _text(name: str, label: str, value: str, target: JSON, help: str) -> JSON:
    return {
        "name": name, "label": label, "kind": "text", "value": value, "target": target, "help": help, "faults": [],
        "longest": MAX_LABEL,
    }  # fmt: skip


def _label(shown: Level, node: Node, where: JSON) -> JSON:
    help = f"In code this layer is {layer_names(shown.nodes.values())[node.id]}."
    return _text("label", "label", node.label, {"of": "label", "ids": [node.id], **where}, help)


def _lesson(lesson: Lesson | None) -> JSON:
    return {"when": lesson.when, "point": lesson.point} if lesson else {}


def _is_alike(one: Parameter[Any], other: Parameter[Any] | None) -> bool:
    """Whether one field can be for both: what may be entered is the same, whatever they begin with."""
    if other is None:
        return False
    first, second = one.describe(), other.describe()
    return all(first.get(key) == second.get(key) for key in ("kind", "unit", "choices", *_BOUNDS))


def _field_names(document: Document) -> list[str]:
    return list(document.data.fields)


# Faults


def _is_of(fault: JSON, places: set[str], name: str) -> bool:
    return bool(fault["nodes"]) and fault["nodes"][0] in places and fault["parameter"] == name


def _marks(marked: Iterable[str], places: set[str]) -> bool:
    """Whether a fault marks one of these nodes, or lies within its block."""
    return any(at in places or any(at.startswith(f"{place}/") for place in places) for at in marked)


def _at_a_field(fault: JSON, places: set[str], asked: set[str]) -> bool:
    return fault["nodes"][0] in places and fault["parameter"] in asked


def _short(fault: JSON) -> JSON:
    return {key: fault[key] for key in ("severity", "text", "unfinished", "repairs")}
