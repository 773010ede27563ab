"""What a screen shows of operators and nodes, as plain JSON values: the palette, and a card for every node."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from graphbuilder.blocks import stands
from graphbuilder.checks import Report
from graphbuilder.diagnostics import Diagnostic, Severity
from graphbuilder.document import Block, Document, Node, input_ports, output_ports
from graphbuilder.inference import Facts
from graphbuilder.levels import Level, titles_of, uses_of
from graphbuilder.memory import estimate, megabytes, memory_in_words
from graphbuilder.operators import FAMILIES, KINDS, Operator
from graphbuilder.operators.block import Block as BlockUse
from graphbuilder.operators.block import BlockInput, BlockOutput, ports
from graphbuilder.operators.families import BLOCK
from graphbuilder.operators.operator import Port
from graphbuilder.operators.placeholder import Placeholder
from graphbuilder.refusals import OF_WIRES, REFUSALS
from graphbuilder.repairs import offered_for
from graphbuilder.shapes import show, whole


def palette() -> dict[str, Any]:
    """Families and operators, in order, with all that is needed to draw and to wire them, and why a wire cannot be. A
    use is not offered, but the blocks that a document has; nor is a placeholder, whose place others take."""
    families = [
        {"name": f.name, "title": f.title, "color": f.color, "color_dark": f.color_dark, "icon": f.icon}
        for f in (*FAMILIES, BLOCK)
    ]
    shown = ("kind", "title", "family", "keywords", "summary", "inputs", "outputs")
    operators = [
        {
            "keras": kind,
            "offered": kind not in (BlockUse.kind, Placeholder.kind),
            **({"replaced": True} if kind == Placeholder.kind else {}),
            **({"stands": operator.stands} if operator.stands != "anywhere" else {}),
            **{key: value for key, value in operator.describe().items() if key in shown},
        }
        for kind, operator in KINDS.items()
    ]
    return {"families": families, "operators": operators, "refusals": {code: REFUSALS[code] for code in OF_WIRES}}


def own_ports(node: Node, titles: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The node's ports, where they are not those that the palette tells of its kind; else nothing. titles: by block,
    what people call each of its ports."""
    known = KINDS.get(node.kind)
    inputs, outputs = input_ports(node), output_ports(node)
    if known is None or (inputs, outputs) == (known.inputs, known.outputs):
        return {}
    called = titles.get(str(node.params.get("block")), {}) if node.kind == BlockUse.kind else {}
    return {"ports": _ports(inputs or (), outputs or (), called)}


def ports_of(block: Block) -> dict[str, Any]:
    """The ports that a use of a block has."""
    return _ports(ports(block.ids(BlockInput)), ports(block.ids(BlockOutput)), titles_of(block))


def _ports(inputs: Iterable[Port], outputs: Iterable[Port], called: Mapping[str, str]) -> dict[str, Any]:
    def titled(port: Port) -> dict[str, str]:
        return {"title": called[port.name]} if called.get(port.name) else {}

    told = {"inputs": [{**port.describe(), **titled(port)} for port in inputs]}
    return {**told, "outputs": [{"name": port.name, **titled(port)} for port in outputs]}


def port_titles(document: Document) -> dict[str, dict[str, str]]:
    """By block what people call each of its ports: the label of what takes or gives it inside."""
    return {block.id: titles_of(block) for block in document.blocks}


def cards(shown: Level) -> dict[str, dict[str, Any]]:
    """By the id of each node of a level: the operator's title, a line of what matters, output shape, parameters, and
    the worst fault, with its place where that lies in the node's block; what training needs marks no node. probed: the
    node whose values are looked at for it in training, where that is another."""
    faults: dict[str, dict[str, Any]] = {}
    for found in findings(shown.report, lambda one: one.severity is not Severity.NEED):  # the worst come first
        for place, at in enumerate(found["nodes"]):
            id = shown.own(at)
            if id is None:
                continue
            if id not in faults or (faults[id]["text"] == "" and place == 0 and _as_loud(found, faults[id])):
                told = {key: found[key] for key in ("code", "severity", "text", "unfinished", "repairs")}
                told = told if place == 0 else {**told, "text": "", "repairs": []}
                faults[id] = told if at == shown.place(id) else {**told, "within": at}
    return {id: {**card_of(shown, id), "fault": faults.get(id), **_probed(shown, id)} for id in shown.nodes}


def _probed(shown: Level, id: str) -> dict[str, str]:
    probed = shown.probed(id)
    return {"probed": probed} if probed != id else {}


def _as_loud(found: dict[str, Any], other: dict[str, Any]) -> bool:
    return (found["severity"], found["unfinished"]) == (other["severity"], other["unfinished"])


def findings(report: Report, shown: Callable[[Diagnostic], bool] = lambda _: True) -> list[dict[str, Any]]:
    """Every diagnostic that is shown, in order, as panels show it: its words, the places of its nodes, and the repairs
    that were tried, which takes a check of the document for each."""
    return [
        {
            "code": found.code,
            "severity": str(found.severity),
            "text": found.text,
            "nodes": list(dict.fromkeys(map(report.wired.place, found.nodes))),
            "parameter": found.parameter,
            "unfinished": found.unfinished,
            "repairs": [{"key": offer.key, "says": offer.says} for offer in offered_for(report, place)],
        }
        for place, found in enumerate(report.diagnostics)
        if shown(found)
    ]


def card_of(shown: Level, id: str) -> dict[str, str]:
    """What one node's card tells: the operator's title, or of a use the block's name, a line of what matters, output
    shape and parameters."""
    operator, facts, node = shown.operators[id], shown.facts_of(id), shown.nodes[id]
    block = shown.block_of(id)
    return {
        "title": (block and block.name) or (operator.title if operator else node.kind),
        "line": _line(shown, node, operator) if operator else "unknown operator",
        "shape": _shapes(facts) if facts and (output_ports(node) or node.kind == BlockOutput.kind) else "",
        "parameters": _parameters(facts.parameters) if facts and facts.parameters else "",
    }


def _parameters(count: int) -> str:
    return f"{large(count)} param{'' if count == 1 else 's'}"


def _line(shown: Level, node: Node, operator: Operator) -> str:
    """What matters of a node: of a use, how many nodes are in its block; that weights are shared, last."""
    shares, block = shown.nodes.get(node.shares), shown.block_of(node.id)
    marks = [*([f"weights of {shares.label or shares.kind}"] if shares else []), *(["frozen"] if node.frozen else [])]
    inner = sum(stands(one) != "inside" for one in block.nodes) if block else 0
    counted = f"{inner} operator{'' if inner == 1 else 's'}" if block else ""
    return ", ".join(filter(None, [" ".join(filter(None, [counted, operator.line()])), *marks]))


def _shapes(facts: Facts) -> str:
    """What comes out: of several outputs, each shape once."""
    return ", ".join(dict.fromkeys(show(spec.shape) for spec in facts.outputs.values()))


def state_of(report: Report, loud: bool = True) -> str:
    """The state of the check in a few words. loud: what is only unfinished counts as a fault."""
    errors = sum(loud or not found.unfinished for found in report.errors)
    warnings = len(report.warnings)
    if errors:
        return f"{errors} fault{'s' if errors > 1 else ''}"
    if report.errors:
        return "Not finished yet"
    told = f"{warnings} warning{'s' if warnings > 1 else ''}" if warnings else "No faults"
    return f"{told} · training needs {needed_by_training(report)}" if report.needs else told


def look_of(report: Report, loud: bool = True) -> Severity:
    """What the state of the check looks like: that of its worst finding."""
    found = {Severity.NEED if one.unfinished and not loud else one.severity for one in report.diagnostics}
    return next(severity for severity in Severity if severity in found)


def needed_by_training(report: Report) -> str:
    """What training needs before it can start, in a few words: a Loss and data."""
    named = [found.needs for found in report.needs]
    return " and ".join(filter(None, [", ".join(named[:-1]), *named[-1:]]))


def in_figures(report: Report) -> dict[str, str]:
    """The network at a glance, by what each figure is of. What a node has whose shape is not known is left out."""
    sinks = [one for id in report.wired.nodes if (one := report.wired.operators[id]) and not one.outputs]
    source = report.document.data.source
    least = "at least " if len(report.facts) < len(report.wired.nodes) else ""
    trains = not report.against_training
    return {
        "nodes": whole(len(report.drawn.nodes)),
        "parameters": least + large(report.parameters),
        **({"of them trained": large(report.trainable)} if report.trainable != report.parameters else {}),
        "multiply-adds": f"{least}{large(report.multiply_adds)}{report.each}",
        "memory": f"{least}{memory_in_words(report.memory)}{report.each or ' a sample'}",
        **({"memory to train": megabytes(estimate(report.document, report.facts).total)} if trains else {}),
        "data": source.title if source else report.document.data.name or "none yet",
        "loss": ", ".join(one.line() for one in sinks) or "none yet",
    }


def block_in_figures(shown: Level) -> dict[str, str]:
    """What is in a block at a glance, as at the use that one came from."""
    facts = shown.report.facts_of(shown.use.path) if shown.use else None
    uses = uses_of(shown.report.document)[shown.block]
    inner = sum(stands(node) != "inside" for node in shown.nodes.values())
    told = {"operators": whole(inner), "used": "once" if uses == 1 else f"{whole(uses)} times"}
    if facts is None:
        return told
    times = f" in {shown.use.times} times" if shown.use and shown.use.times > 1 else ""
    adds = f"{large(facts.counts.multiply_adds)}{facts.each}{times}"
    return {**told, "parameters": f"{large(facts.parameters)}{times}", "multiply-adds": adds}


def large(number: int) -> str:
    """A count that is read at a glance: 61,706 or 1.24 M or 1.2 × 10^21."""
    for unit, name in ((10**12, "T"), (10**9, "G"), (10**6, "M")):
        if unit <= number < 10**15:
            return f"{number / unit:.2f} {name}"
    return whole(number)


def layers(report: Report) -> list[dict[str, Any]]:
    """The nodes whose numbers are looked at in training, in the order of the network, with how they are drawn."""
    return [
        {
            "id": id,
            "label": report.wired.nodes[id].label,
            "color": operator.family.color,
            "color_dark": operator.family.color_dark,
        }
        for id in report.wired.order
        if (operator := report.wired.operators[id]) and operator.outputs
    ]
