"""What may be changed of a training while it goes, and what makes it another training.

A setting is named as the optimizer, the settings or a node name it: "learning_rate", "batch_size", "drop.rate" (of the
node "drop"; of one in a block with the way to it, "encoder/drop.rate"). A change is an edit of the document, so bounds
and words are those of any edit. Whether a network that is trained already can take it shows in the calls of Keras that
the plan of the edited document has.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from graphbuilder.blocks import home, owner_of
from graphbuilder.calls import Argument, Call
from graphbuilder.checks import check
from graphbuilder.document import Document, Node
from graphbuilder.editing import set_optimizer_option, set_parameter, set_training
from graphbuilder.grouping import inside
from graphbuilder.likeness import same_training
from graphbuilder.operators.block import Block as BlockUse
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.parameters import written
from graphbuilder.plan import Body, NotReady, Plan, Step, plan
from graphbuilder.refusals import EditError
from graphbuilder.settings import Settings

LOOP = ("batch_size", "epochs", "patience", "min_delta", "start_from_epoch", "restore_best_weights")
"""Settings that the loop reads and Keras does not know."""
_OF_THE_LOOP = ("batch_size", "full_batch", "epochs", "stopping", "source")
"""What of a plan these change, and the data, which are another value each time."""
DRAWN = ("rate", "stddev", "dropout", "recurrent_dropout")
"""Arguments for which Keras makes a generator of draws where they are above 0, and only then."""
RATES = (*DRAWN, "negative_slope", "momentum", "epsilon", "l1", "l2")
"""Arguments of layers that Keras keeps as plain numbers and reads whenever it builds a step; penalties beside them."""
_OF_THE_START = ("initial_accumulator_value",)
RESTART = "Restart with these settings to have it."


class Refused(ValueError):
    """Why a training cannot take a setting while it goes, in words."""


def changed(document: Document, settings: Mapping[str, Any]) -> Document:
    """The document with these settings, as JSON values. Raises Refused for one that there is not."""
    try:
        return reduce(lambda edited, name: _set(edited, name, settings[name]), settings, document)
    except EditError as fault:
        raise Refused(str(fault)) from None


def values(document: Document, names: Iterable[str]) -> dict[str, Any]:
    """What these settings are in a document, as JSON values. Raises Refused for one that there is not."""
    return {name: written(_value(document, name)) for name in names}


def planned(document: Document, settings: Mapping[str, Any]) -> Plan:
    """The plan of a training that goes on with these settings. Raises Refused where one is not there, is out of
    bounds, or makes another network."""
    try:
        after = plan(check(changed(document, settings)))
    except NotReady as fault:
        raise Refused(str(fault)) from None
    _refuse_other(plan(check(document)), after)
    return after


def _refuse_other(before: Plan, after: Plan) -> None:
    """Raises Refused where one network cannot follow two plans in turn."""
    if _bare(before) != _bare(after):
        raise Refused(f"That makes another network, or another training. {RESTART}")
    layers = _layers(after)
    for place, call in _layers(before).items():
        for name in differing(call, layers[place]):
            if name in DRAWN and not call.kwargs.get(name):
                raise Refused(f"{place[1]} was built with a {name} of 0, so it draws nothing. {RESTART}")


def differing(one: Call, other: Call) -> list[str]:
    """The arguments that two calls are given otherwise."""
    names = sorted({*one.kwargs, *other.kwargs})
    return [name for name in names if one.kwargs.get(name) != other.kwargs.get(name)]


# Two documents beside each other


@dataclass(frozen=True, slots=True)
class Between:
    """What sets a document apart from the one that a training goes by. live: settings that it can take while it goes,
    by name, from what to what, as JSON values. rest: whether there is more, for which it takes another training."""

    live: Mapping[str, tuple[Any, Any]]
    rest: bool


def between(before: Document, after: Document) -> Between:
    """What an edit of a document means for the training that goes by it."""
    if same_training(before, after):
        return Between({}, rest=False)
    is_one = before.training.optimizer == after.training.optimizer
    old, new = dict(_settings(before, is_one)), dict(_settings(after, is_one))
    differ = {name: (old[name], new[name]) for name in old if name in new and old[name] != new[name]}
    live = differ if _can(before, differ) else {name: one for name, one in differ.items() if _can(before, {name: one})}
    reached = changed(before, {name: now for name, (_, now) in live.items()})
    return Between(live, rest=not same_training(reached, after))


def _can(document: Document, settings: Mapping[str, tuple[Any, Any]]) -> bool:
    try:
        planned(document, {name: now for name, (_, now) in settings.items()})
    except Refused:
        return False
    return True


def _settings(document: Document, options_too: bool) -> Iterator[tuple[str, Any]]:
    """All that has a name: options of the optimizer (of another one they are others, also those of the same name: the
    rate that suits one throws another about), settings, parameters of nodes."""
    training = document.training
    known = OPTIMIZERS.get(training.optimizer) if options_too else None
    options = {**known.defaults(), **training.options} if known else {}
    for name, value in {**options, **training.settings}.items():
        yield name, written(value)
    for path, node in _drawn(document):
        for name, value in node.params.items():
            yield f"{path}.{name}", written(value)


def _drawn(document: Document) -> Iterator[tuple[str, Node]]:
    """Every node that is drawn, one in a block by the way to its first use."""
    blocks = {block.id: block for block in document.blocks}

    def walk(nodes: Iterable[Node], way: str) -> Iterator[tuple[str, Node]]:
        for node in nodes:
            yield way + node.id, node
            block = blocks.pop(str(node.params.get("block")), None) if node.kind == BlockUse.kind else None
            if block:
                turn = "1/" if BlockUse(node.params).repeat > 1 else ""
                yield from walk(block.nodes, f"{way}{node.id}/{turn}")

    return walk(document.nodes, "")


# Settings by name


def _set(document: Document, name: str, value: object) -> Document:
    path, _, parameter = name.rpartition(".")
    if path:
        block, id = _place(document, path)
        return inside(document, block, lambda one: set_parameter(one, id, parameter, value))
    if name in LOOP:
        return set_training(document, name, value)
    if name == "learning_rate" and isinstance(Settings(document.training.settings).of_optimizer(0.0)[name], Call):
        raise Refused(f"The learning rate follows its schedule. {RESTART}")
    optimizer = OPTIMIZERS.get(document.training.optimizer)
    if optimizer and name in optimizer.parameters:
        return set_optimizer_option(document, name, value)
    if name in document.training.settings or name == "optimizer":
        raise Refused(f"{name} holds from the first step on. {RESTART}")
    raise Refused(f"There is no setting {name[:80]!r}.")


def _value(document: Document, name: str) -> Any:
    path, _, parameter = name.rpartition(".")
    if path:
        block, id = _place(document, path)
        drawn = next((one.nodes for one in document.blocks if one.id == block), document.nodes)
        nodes = {node.id: node for node in drawn}
        params: Mapping[str, Any] = owner_of(nodes[id], nodes).params
    else:
        parameter, params = name, {**document.training.options, **document.training.settings}
    if parameter not in params:
        raise Refused(f"There is no setting {name[:80]!r}.")
    return params[parameter]


def _place(document: Document, path: str) -> tuple[str, str]:
    try:
        return home(document, path)
    except (KeyError, IndexError):
        raise Refused(f"There is no node {path[:80]!r}.") from None


# Two plans beside each other


def _bare(network: Plan) -> tuple[Any, ...]:
    """All of a plan that stays as it is while its settings change."""
    bodies = {id: _body(function.body) for id, function in network.functions.items()}
    told = vars(network) | {
        "body": _body(network.body),
        "functions": bodies,
        "optimizer": _optimizer(network.optimizer),
    }
    return tuple(value for name, value in told.items() if name not in _OF_THE_LOOP)


def _body(body: Body) -> tuple[Any, ...]:
    steps = (
        replace(step, layer=replace(step.layer, call=_without(step.layer.call, _is_live)))
        if isinstance(step, Step) and step.layer
        else step
        for step in body.steps
    )
    return body.inputs, tuple(steps), body.outputs


def _is_live(name: str, value: Argument) -> bool:
    return name in RATES or name.endswith("_regularizer")


def _is_number(name: str, value: Argument) -> bool:
    return isinstance(value, float) and name not in _OF_THE_START


def _optimizer(call: Call | None) -> Call | None:
    """What of an optimizer stays: which it is, and all that is no number. One without momentum has no slots for it,
    so it gets none later."""
    if call is None:
        return None
    slots = {"slots for momentum": bool(call.kwargs["momentum"])} if "momentum" in call.kwargs else {}
    return Call(call.callee, call.args, {**_without(call, _is_number).kwargs, **slots})


def _without(call: Call, goes: Callable[[str, Argument], bool]) -> Call:
    return Call(call.callee, call.args, {name: value for name, value in call.kwargs.items() if not goes(name, value)})


def _layers(network: Plan) -> dict[tuple[str, str], Call]:
    """By block and name."""
    bodies = (("", network.body), *((id, function.body) for id, function in network.functions.items()))
    steps = ((block, step) for block, body in bodies for step in body.steps)
    return {(block, step.layer.name): step.layer.call for block, step in steps if isinstance(step, Step) and step.layer}
