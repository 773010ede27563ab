"""What a document has and its printed code does not say: labels that are no names, settings that the code has no use
for, and blocks that nothing uses. It stands in a comment behind the code, by which graphbuilder opens that as the
project it was.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

from graphbuilder.calls import NEVER_TRAINED, Argument, Name
from graphbuilder.checks import Report
from graphbuilder.document import Block, Document, Node, as_json
from graphbuilder.names import Names, layer_names
from graphbuilder.operators import Operator
from graphbuilder.operators.block import Block as BlockUse
from graphbuilder.operators.block import BlockInput, BlockOutput
from graphbuilder.operators.data import Input
from graphbuilder.operators.loss import Loss
from graphbuilder.parameters import written
from graphbuilder.settings import BESIDE_TRAINING, Settings
from graphbuilder.unused import unused

Raw = dict[str, Any]
HEAD = "# What graphbuilder has beside this code, when it opens this file:"
FOLLOWS = "# "
LONGEST = 40_000
"""Letters; blocks that nothing uses and a list of columns are left out where there is no room for them."""
_WIDTH = 84


def unsaid(report: Report, names: Names, functions: Mapping[str, str], *, reads: bool) -> Raw:
    """functions: of blocks that are printed, what each is called. reads: the code loads data."""
    document = report.document
    trains = any(node.kind == Loss.kind for node in document.nodes)
    labels = dict(_labels(document.nodes, names.layers, ""))
    blocks = {block.id: block for block in document.blocks}
    for id, function in functions.items():
        labels |= dict(_of_block(blocks[id], function))
    raw = as_json(document)
    found: Raw = {"name": document.name} if document.name != Document().name else {}
    if labels:
        found["labels"] = labels
    params = {names.layers[node.id]: idle for node in document.nodes if (idle := _idle(node, report, reads))}
    for id, function in functions.items():
        called = layer_names(blocks[id].nodes)
        params |= {
            f"{function}.{called[one.id]}": idle for one in blocks[id].nodes if (idle := _idle(one, report, reads))
        }
    if params:
        found["params"] = params
    graphs = [("", document.nodes), *((f"{function}.", blocks[id].nodes) for id, function in functions.items())]
    still = [
        before + layer_names(nodes)[one.id] for before, nodes in graphs for one in nodes if _is_frozen_for_nothing(one)
    ]
    if still:
        found["frozen"] = still
    if settings := _settings(document, raw["training"]["settings"], trains=trains, reads=reads):
        found["settings"] = settings
    if not trains and raw["training"] | {"settings": {}} != as_json(Document())["training"] | {"settings": {}}:
        found |= {"optimizer": raw["training"]["optimizer"], "options": raw["training"]["options"]}
    if document.data.name and (not reads or document.data.description):
        found["data"] = raw["data"]
    if not reads:
        for key, parameter in (("fields", "field"), ("targets", "target")):
            held = {
                names.layers[one.id]: str(one.params[parameter]) for one in document.nodes if one.params.get(parameter)
            }
            found |= {key: held} if held else {}
    if others := unused(document, functions):
        found["unused"] = others
    return found


def _labels(nodes: Sequence[Node], names: Mapping[str, str], before: str) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if node.label != names[node.id]:
            yield before + names[node.id], node.label


def _of_block(block: Block, function: str) -> Iterator[tuple[str, str]]:
    if block.name != usual_name(function):
        yield function, block.name
    exits = [node for node in block.nodes if node.kind == BlockOutput.kind]
    yield from _labels([node for node in block.nodes if node not in exits], layer_names(block.nodes), f"{function}.")
    for place, node in enumerate(exits):
        yield f"{function}[{place}]", node.label


def _idle(node: Node, report: Report, reads: bool) -> Raw:
    """Parameters off their defaults of which the code says nothing, as a file has them."""
    operator = node.operator
    if isinstance(operator, BlockUse) and not node.shares and operator.shared and operator.repeat == 1:
        return {"shared": True}
    if operator is None or node.shares or isinstance(operator, BlockUse | BlockInput | BlockOutput):
        return {}
    now, found = _said(operator, node.id, report, reads), {}
    for name, parameter in operator.parameters.items():
        value = operator.params[name]
        if value == parameter.default or parameter.of_call:
            continue
        other = type(operator)({**operator.params, name: parameter.default})
        if _said(other, node.id, report, reads) == now:
            found[name] = written(value)
    return found | {name: written(operator.params[name]) for name in operator.untold()}


def _is_frozen_for_nothing(node: Node) -> bool:
    """It is frozen, and has no layer that code could say so of."""
    operator = node.operator
    if not node.frozen or node.shares or operator is None or isinstance(operator, BlockUse):
        return False
    if isinstance(operator, Input | Loss | BlockInput | BlockOutput):
        return True
    made = operator.call("name")
    return made is None or made.callee in NEVER_TRAINED or made.kwargs.get("trainable") is False


def _said(operator: Operator, id: str, report: Report, reads: bool) -> object:
    """All that code says of an operator; None where it cannot be told."""
    if isinstance(operator, Input):
        return operator.field if operator.field else (operator.shape, operator.numbers)
    if isinstance(operator, Loss):
        told = operator.declared.call(operator.from_logits), operator.weight
        if not reads:
            return (*told, operator.target)
        target = report.document.data.fields.get(operator.target)
        judged = operator.judged(target, report.facts[id].inputs[0]) if target else None
        measured = operator.measured(judged) if judged else None
        weights = operator.class_weights if operator.class_weight == "given" else ()
        return (*told, operator.target, measured, operator.class_weight, weights, operator.sample_weight)
    came: dict[str, list[Argument]] = {
        port.name: [Name(f"{port.name}{place}") for place in range(2 if port.many else 1)]
        for port in operator.input_ports()
    }
    return operator.call("name"), operator.applied(came)


def usual_name(function: str) -> str:
    """What a block is called that is this function, as long as nothing else is said."""
    return function.removeprefix("build_").replace("_", " ")


def _settings(document: Document, raw: Raw, *, trains: bool, reads: bool) -> Raw:
    """Those off their defaults that the code does not show."""
    settings = Settings(document.training.settings)
    shown = {"seed"}
    if trains:
        shown |= {"clipping", "ema", "accumulation_steps"}
        shown |= {"schedule"} if reads or settings.scheduled.plateau() is None else set()
    if trains and reads:
        shown |= {"batch_size", "epochs", *BESIDE_TRAINING}
        stops = settings.patience > 0
        shown |= {"patience", "min_delta", "restore_best_weights", "start_from_epoch"} if stops else set()
        shown |= {"monitor"} if stops or settings.scheduled.plateau() else set()
    elif trains and settings.scheduled.argument(1.0) != 1.0:
        shown.add("epochs")
    defaults = Settings.defaults()
    return {
        name: value
        for name, value in raw.items()
        if name not in shown and document.training.settings[name] != defaults[name]
    }


# As a comment


def comment(told: Raw) -> list[str]:
    """Lines of ASCII, none of which ends with a space, and in which no name is a link."""
    text = _LINK.sub(_not_pressed, json.dumps(told)).replace("  ", " \\u0020") if told else ""
    if len(text) > LONGEST and "unused" in told:
        return comment({key: value for key, value in told.items() if key != "unused"})
    if not text or len(text) > LONGEST:
        return []
    lines = [HEAD]
    while text:
        end = _WIDTH
        while end < len(text) and " " in (text[end - 1], text[end]):
            end -= 1
        lines.append(FOLLOWS + text[:end])
        text = text[end:]
    return lines


_LINK = re.compile(r'"(?:[^"\\]|\\.)*://(?:[^"\\]|\\.)*"')


def _not_pressed(text: re.Match[str]) -> str:
    return text[0].replace("/", "\\u002f").replace(".", "\\u002e")


def read_comment(lines: Sequence[str]) -> Raw:
    """What stands in the comment; nothing where there is none, or none that can be read."""
    if HEAD not in lines:
        return {}
    behind = lines[len(lines) - [*reversed(lines)].index(HEAD) :]
    of_it: Callable[[str], bool] = lambda line: line.startswith(FOLLOWS)  # noqa: E731
    try:
        told = json.loads("".join(line.removeprefix(FOLLOWS) for line in takewhile(of_it, behind)))
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
